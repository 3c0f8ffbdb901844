"""Look under the bonnet: how often each pattern held, what carries it, and what it leans on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.learning.fields import Select
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs.starting_point import per_cent
from toolkit.models.journeys import COPYABLE, DYNAMICS
from toolkit.models.laws import EFFECTS, LAWS, World, moved
from toolkit.models.laws.causes import CAUSES, decomposition
from toolkit.screen.lab import Lab
from toolkit.screen.tables import page
from toolkit.text.numbers import number, signed

LABELS = {
    "1": "1 alike: sooner, and as good",
    "2": "2 further: loses more",
    "2b": "2b copying beats nothing",
    "2c": "2c far: the own logic beats it",
    "3": "3 further: overtaken sooner",
    "8": "8 dropped: harms the next",
    "8s": "8s by its settings: helps",
    "8p": "8p by its people: harms",
}
# Those that moved a pattern most when every constant was tried (`docs/model.md`), and those a
# reader will ask about.
SHAKEN = {
    "foresight": "how far changes are judged beforehand, not by dice",
    "misjudge": "beginners’ error in judging a change",
    "sight": "beginners’ error in judging what matters most",
    "teaching": "what time for learning teaches",
    "learning_time": "time for learning",
    "copying_teaches": "what using another’s tools teaches",
    "give_up": "willingness below which a flat programme is stopped",
    "let_down": "willingness lost to visible decline",
    "erosion": "how quickly old habits return after a stop",
}
# Switches: what stands at the left end, at the right end, and what is changed in the world.
SWITCHES: dict[str, tuple[str, str, dict[str, object]]] = {
    "split": ("copied without shares of staff", "with them", {"copied": COPYABLE}),
    "look": (
        "copiers install all", "they look, learn, and copy again", {"way": "copy_and_learn"},
    ),
}  # fmt: skip
SMALL = 100  # pairs of places: enough to tell half from two in three
TINY = 16  # pairs of places: three worlds are run for each setting
HALF = 50.0  # a pattern that holds in fewer than half of the pairs is turned over
FEW = 40  # pairs of places in which causes are switched off: eight worlds are run


@lru_cache(32)
def _world(n: int, name: str = "", value: float = 0.0) -> World:
    """Return a small world of random pairs, with one assumption moved if a name is given."""
    if name in SWITCHES:
        return replace(_world(n), **SWITCHES[name][2])
    return moved(_world(n), **{name: value}) if name else World(n=n)


def _pairs(n: int) -> Provenance:
    return Provenance("modelled", note=f"{n} pairs of places, drawn at random")


def laws(_this: Lesson) -> Figure:
    """Show in how many random pairs of places each pattern of copying held."""
    tried = {name: LAWS[name].test(_world(SMALL)) for name in LABELS}
    table = pd.DataFrame(
        {
            "pattern": name, "what is claimed": LAWS[name].claim, "held if": LAWS[name].held_if,
            "pairs tried": int(v.tried.sum()), "held in, %": round(100 * v.share),
            "at least, %": round(100 * v.interval[0]), "so it is": v.strength,
            "how large": f"{EFFECTS[name]}: {v.size[0]:.2f} ({v.size[1]:.2f} to {v.size[2]:.2f})",
        }
        for name, v in tried.items()
    )  # fmt: skip
    said = [f"{n}: {per_cent(v.share)} of {v.tried.sum()}, {v.strength}" for n, v in tried.items()]
    firm = sum(v.strength == "firm" for v in tried.values())
    frame = pd.DataFrame(
        {
            "category": [f"{LABELS[name]}: {v.strength}" for name, v in tried.items()],
            "series": "held",
            "value": [round(100 * v.share) for v in tried.values()],
        }
    )
    return shapes.bars(
        frame,
        {"held": "main"},
        x="pairs of places in which it held, %",
        title=f"{number(firm).capitalize()} of these {len(tried)} patterns "
        f"{'is' if firm == 1 else 'are'} firm; most depend on the place",
        description=f"Random pairs of places. {'. '.join(said)}.",
        provenance=(_pairs(SMALL),),
        table=table,
        most=100,
        width=380,
    )


def _share(gone: float, low: float, high: float) -> str:
    """Return what share of a lead goes, in words, with its interval."""
    return f"{signed(-100 * gone)} % ({signed(-100 * high)} to {signed(-100 * low)})"


@cache
def _taken_away() -> pd.DataFrame:
    found = decomposition(_world(FEW), ways=("copy_and_learn",))
    words = {"copy_and_learn": "copiers look first, learn, and copy again each year"}
    found = found[~found["cause"].isin(["work", "difference"])]  # these stand on the model page
    return found.assign(off=found["cause"].map(words).fillna(found["off"]))


def causes(_this: Lesson) -> Page:
    """Switch off, one by one, what carries the own logic, and see what is left of its lead."""
    found = _taken_away()
    rows = []
    for row in found.itertuples():
        against = []
        for name in ("nothing", "copied"):
            ends = [getattr(row, f"own_to_{name}{end}") for end in ("", "_low", "_high")]
            gone = [getattr(row, f"{name}_gone{end}") for end in ("", "_low", "_high")]
            known = not np.isnan(ends[0])
            lead = [f"{signed(100 * (end - 1))} %" for end in ends]
            against.append(f"{lead[0]} ({lead[1]} to {lead[2]})" if known else "")
            against.append(_share(*gone) if known and row.cause != "everything" else "")
        rows.append((row.off, *against))
    heads = [
        "Switched off at your place", "Own logic ahead of nothing", "so its lead changes by",
        "Own logic ahead of copying from afar", "so its lead changes by ",
    ]  # fmt: skip
    caption = (
        "After four years, in the middle one of the pairs of places, with 95 % intervals. The "
        "parts overlap: nobody gets better at judging who may not judge, so they add up to more "
        f"than the whole. {what_carries(found)}"
    )
    return page(heads, rows, caption, (_pairs(FEW),))


def what_carries(found: pd.DataFrame) -> str:
    """Say, by the figures, what makes the line of the own logic climb.

    Parameters
    ----------
    found : pandas.DataFrame
        As from `toolkit.models.laws.causes.decomposition`.

    Returns
    -------
    str
        A sentence for each cause, from the one that carries most.
    """
    left = found.set_index("cause")["own_to_nothing"]
    whole = 100 * (left["everything"] - 1)
    order = left[["foresight", "mastery", "learning", "willingness"]].sort_values()
    told = "; ".join(
        f"{signed(100 * (ratio - 1))} % where {CAUSES[name].off}" for name, ratio in order.items()
    )
    return f"The own logic ends {signed(whole)} % above nothing: {told}."


@cache
def _leaning(law: str, name: str) -> pd.DataFrame:
    """Return how often a pattern holds with one assumption at its least, its usual and its most."""
    if name in SWITCHES:
        worlds = {0.0: _world(TINY), 1.0: _world(TINY, name)}
    else:
        meta = DYNAMICS.__dataclass_fields__[name].metadata
        worlds = {
            meta["low"]: _world(TINY, name, meta["low"]),
            getattr(DYNAMICS, name): _world(TINY),
            meta["high"]: _world(TINY, name, meta["high"]),
        }
    shares = [100 * LAWS[law].test(world).share for world in worlds.values()]
    return pd.DataFrame({"at": list(worlds), "value": shares, "series": "held"})


def leaning(_this: Lesson) -> Lab:
    """Move one assumption over its whole range, and see whether a pattern still holds."""
    options = SHAKEN | {name: f"{left}, or {right}" for name, (left, right, _) in SWITCHES.items()}

    def draw(value: dict) -> Figure:
        law, name = value["law"], value["assumption"]
        frame, half = _leaning(law, name), HALF
        switch = name in SWITCHES
        usual = 0.0 if switch else getattr(DYNAMICS, name)
        at = frame.set_index("at")["value"]
        ends = at.drop(usual) if len(at) > 1 else at
        turned = ends[(ends < half) != (at[usual] < half)].index
        if switch:
            told = "turned over by it" if len(turned) else "not turned over by it"
        elif len(turned):
            told = f"turned over somewhere between {usual:g}, as it is, and {turned[0]:g}"
        else:
            told = f"not turned over between {at.index[0]:g} and {at.index[-1]:g}"
        axis = f"0: {SWITCHES[name][0]}; 1: {SWITCHES[name][1]}" if switch else SHAKEN[name]
        words = (
            f"Pattern {LABELS[law]}. {options[name].capitalize()}: moved from {at.index.min():g} "
            f"to {at.index.max():g}; usually it is {usual:g}. The pattern holds in "
            f"{frame['value'].min():.0f} to {frame['value'].max():.0f} % of {TINY} random pairs "
            f"of places; {told}."
        )
        return shapes.paths(
            pd.concat([frame, frame.assign(value=half, series="half")]),
            {"held": "main", "half": "calm"},
            x=axis,
            y="pairs in which it held, %",
            title=f"Pattern {law}: {told}",
            description=words,
            provenance=(_pairs(TINY),),
            table=frame[["at", "value"]].rename(columns={"at": axis, "value": "held, %"}),
            size=(560, 220),
        )

    controls = (
        Select("law", "Which pattern", "2c", options=LABELS),
        Select("assumption", "What to move", "foresight", options=options),
    )
    return Lab("leaning", controls, draw)
