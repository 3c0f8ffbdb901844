"""Carry the dialect in, or the logic: same place, same months, same chance."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.common import MANY, RUNS, asked_of, band, line, recalled
from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Slider
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.chooser import places
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.starting_point import (
    FAR,
    HOME,
    KINDS,
    KNOWN,
    LEARNING,
    PLAYED,
    RECORD,
    SOURCE,
    per_cent,
    who,
)
from toolkit.models.journeys import MONTHS, Journeys
from toolkit.models.journeys.counterfactual import copied, exemplars, left_alone, own_logic, record
from toolkit.models.laws import crossing
from toolkit.screen.lab import Lab
from toolkit.screen.questions import Prediction

LINES = {"own logic": "main", "copied": "warn", "nothing": "calm", "the record": "third"}
HELD = 50  # runs that a prediction is held against: they tell, and are quickly played


def _lead(frame: pd.DataFrame, month: int) -> str:
    """Say which of the two is ahead in a month, and by what figures."""
    at = frame[frame["at"] == month].set_index("series")["value"].round()
    own, copy = at["own logic"], at["copied"]
    if own == copy:
        return f"level at {own:.0f}"
    if copy > own:
        return f"copied ahead, {copy:.0f} to {own:.0f}"
    return f"own logic ahead, {own:.0f} to {copy:.0f}"


def _stays_ahead(copy: Journeys, own: Journeys) -> float:
    """Return from which month on the own logic stays ahead, in the middle one of the runs."""
    return float(np.median(crossing(copy.value, own.value) + 1))


@cache
def _asked() -> tuple[Journeys, Journeys]:
    """Return what comes of copying, and of the own logic, where the predictions ask."""
    own = own_logic(HOME, LEARNING / 100, (KNOWN / 100,), HELD)
    return copied(HOME, ((SOURCE, FAR / 100),), HELD), own


def _ahead_early() -> str:
    """Return who is ahead after a year, as the prediction names it."""
    copy, own = (each.value[:, 11] for each in _asked())
    names = dict(zip(KINDS, ("copied", "level", "own"), strict=True))
    return names[who(pd.Series([np.median(copy / own) - 1]))[0]]


def _future(home: str, tried: dict[str, Journeys], until: int) -> pd.DataFrame:
    """Return the futures of a place and its record as lines, 100 at the start, until a month."""
    months = np.arange(1, MONTHS + 1)
    base = tried["nothing"].value[:, :1] / 100
    index = {name: j.observed / base for name, j in tried.items()}
    frames = [band(index[name], months, name) for name in ("own logic", "copied")]
    frames.append(line(index["nothing"].mean(0), months, "nothing"))  # two bands are enough
    told = record(home)
    frame = pd.concat([*frames, line(told.to_numpy(), told.index, "the record")])
    return frame[frame["at"] <= until]


def _crossing(guess: Prediction, frame: pd.DataFrame, until: int) -> pd.DataFrame:
    """Return where the prediction stands on the line of the own logic; no row if nobody did."""
    own = frame[frame["series"] == "own logic"].set_index("at")["value"]
    at = [] if guess.answer is None else [min(guess.answer, until)]
    return pd.DataFrame({"at": at, "value": own[at].to_numpy(), "text": "your prediction"})


def _last(frame: pd.DataFrame) -> pd.Series:
    """Return where each line ends."""
    return frame.dropna(subset="value").groupby("series")["value"].last()


def _ends_words(frame: pd.DataFrame, copy: Journeys, own: Journeys, until: int) -> str:
    """Say how it goes where nothing changes, and from when on, and how often, who is ahead."""
    often = (copy.value[:, [11, until - 1]] >= own.value[:, [11, until - 1]]).mean(0)
    crossed, n = _stays_ahead(copy, own), len(own.value)
    words = f"Nothing changed: {_last(frame)['nothing']:.0f}. " + (
        f"The own logic stays ahead from month {crossed:.0f} on"
        f"{f' (median of {n} runs)' if n > 1 else ''}."
        if crossed <= MONTHS
        else "Copying is still ahead, or level, after four years."
    )
    if n > 1:
        words += (
            f" Copying is ahead or level in {per_cent(often[0])} of runs at month 12 and in "
            f"{per_cent(often[1])} at month {until}."
        )
    return words


def contrast(this: Lesson) -> Lab:
    """Carry the dialect in, or the logic: same place, same months, same chance."""
    when, early = this.predict("crossing"), this.predict("early")
    chosen = places(this)

    def draw(value: dict) -> Figure:
        at = chosen.form.value
        home, until, n = at["home"], value["until"], int(value["runs"])
        wanted = ((at["source"], at["share"] / 100),)
        own = own_logic(home, value["learning"] / 100, (value["understood"] / 100,), n)
        copy, idle = copied(home, wanted, n, tuple(at["copied"])), left_alone(home, n)
        frame = _future(home, {"own logic": own, "copied": copy, "nothing": idle}, until)
        leads = "; ".join(f"month {m}: {_lead(frame, m)}" for m in dict.fromkeys((12, until)))
        leads = leads.capitalize()
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        other = asked_of(home, HOME, f"case {HOME}")
        shown = [month for month in (1, *range(6, MONTHS + 1, 6)) if month <= until]
        return shapes.paths(
            frame,
            LINES,
            x="months since the programme began",
            y="value, start = 100",
            title=leads,
            description=(
                f"Case {home}, learning from a place {exemplars(home, wanted).apart[0]:.2f} away. "
                f"{f'Mean of {n} runs' if n > 1 else 'One run'}; outcome per pound, start = 100. "
                f"{leads}. {_ends_words(frame, copy, own, until)} "
                f"The record of case {home}, on a scale of its own, ends at "
                f"{_last(frame)['the record']:.0f}."
                + recalled(when, "You predicted month", other)
                + recalled(early, "For month 12 you predicted:", other)
            ),
            provenance=(PLAYED, RECORD),
            marks=_crossing(when, frame, until) if home == HOME else None,
            table=wide.reindex(shown).rename_axis("month").round(1).reset_index(),
            low=None,
            size=(640, 260),
        )

    controls = (
        Slider("learning", "Time for learning", LEARNING, min=0, max=30, unit="% of staff time"),
        Slider(
            "understood", "Known why the method works", KNOWN,
            min=0, max=100, step=10, unit="%",
        ),
        Slider("until", "Look ahead", 48, min=12, max=48, step=6, unit="months"),
        RUNS,
    )  # fmt: skip
    truth = {"crossing": lambda: min(_stays_ahead(*_asked()), MONTHS), "early": _ahead_early}
    there = {"runs": str(MANY)}
    lab = Lab("contrast", controls, draw, after=(when, early), truth=truth, there=there)
    chosen.form.observe(lab.redraw, "value")
    return lab
