"""Lesson 99: what its labs find."""

from __future__ import annotations

import pytest

from toolkit.lessons.l99_slug import labs
from toolkit.screen.facts import Refused


@pytest.mark.parametrize(("metres", "visits", "minutes"), [(0, 60, 0), (70, 60, 60), (35, 60, 30)])
def test_walking_takes_the_way_over_the_pace(metres, visits, minutes):
    assert labs.walk(metres, visits).minutes == minutes


def test_without_a_visit_there_is_nothing_to_show():
    with pytest.raises(Refused):
        labs.walk(visits=0)
