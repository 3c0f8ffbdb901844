"""Journeys of 48 months: the same logics, adopted in different ways, in the same noise.

`run` takes thousands of places side by side; `lifecycle.journey` tells the story of one.
"""

from __future__ import annotations

from toolkit.models.journeys.engine import Journeys, State, run, template_from
from toolkit.models.journeys.settings import (
    COPIED,
    COPYABLE,
    DYNAMICS,
    LOGICS,
    MODES,
    MONTHS,
    Dynamics,
    Noise,
    Programme,
    draw_noise,
)
from toolkit.models.journeys.steps import carry, rising, settings_distance
from toolkit.models.journeys.waiting import Waiting, able, backlog, inside, waiting
