"""Look under the bonnet: how often each law of copying held, and which assumptions it leans on."""

from __future__ import annotations

from functools import cache, lru_cache

import pandas as pd

from toolkit.adoption import DYNAMICS
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.contrast.starting_point import per_cent
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.laws import LAWS, World, moved
from toolkit.widgets.form import Select

LABELS = {
    "1": "1 alike: as good, and sooner",
    "2": "2 further: loses more",
    "2b": "2b far: worse than nothing",
    "3": "3 further: overtaken sooner",
    "8": "8 failure harms the next",
}
# Those that moved a law most when every constant was tried (see `toolkit.laws.sensitivity`), and
# those a reader will ask about.
SHAKEN = {
    "give_up": "willingness below which a flat programme is stopped",
    "let_down": "willingness lost to visible decline",
    "erosion": "how quickly old habits return after a stop",
    "copying_teaches": "what using another’s tools teaches",
    "learning_time": "time for learning",
    "sight": "error in judging what matters most",
}
SMALL = 40  # pairs of places: enough to tell a law from a tendency, and quick
TINY = 16  # pairs of places: three worlds are run for each setting
HALF = 50.0  # a law that holds in fewer than half of the pairs is turned over


@lru_cache(32)
def _world(n: int, name: str = "", value: float = 0.0) -> World:
    """Return a small world of random pairs, with one assumption moved if a name is given."""
    return moved(_world(n), name, value) if name else World(n=n)


def _pairs(n: int) -> Provenance:
    return Provenance("modelled", note=f"{n} pairs of places, drawn at random")


def laws(_this: Lesson) -> Figure:
    """Show in how many random pairs of places each law of copying held."""
    tried = {name: LAWS[name].test(_world(SMALL)) for name in LABELS}
    table = pd.DataFrame(
        {
            "law": name, "what is claimed": LAWS[name].claim, "held if": LAWS[name].held_if,
            "pairs tried": int(v.tried.sum()), "held in, %": round(100 * v.share),
            "so it is": v.strength,
        }
        for name, v in tried.items()
    )  # fmt: skip
    said = [f"{n}: {per_cent(v.share)} of {v.tried.sum()}, {v.strength}" for n, v in tried.items()]
    firm = sum(v.strength == "law" for v in tried.values())
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
        title=f"{firm} of these {len(tried)} hold in nine pairs of ten or more",
        description=f"Random pairs of places. {'. '.join(said)}.",
        provenance=(_pairs(SMALL),),
        table=table,
        most=100,
        width=380,
    )


@cache
def _leaning(law: str, name: str) -> pd.DataFrame:
    """Return how often a law holds with one assumption at its least, its usual and its most."""
    meta = DYNAMICS.__dataclass_fields__[name].metadata
    worlds = {
        meta["low"]: _world(TINY, name, meta["low"]),
        getattr(DYNAMICS, name): _world(TINY),
        meta["high"]: _world(TINY, name, meta["high"]),
    }
    shares = [100 * LAWS[law].test(world).share for world in worlds.values()]
    return pd.DataFrame({"at": list(worlds), "value": shares, "series": "held"})


def leaning(_this: Lesson) -> Lab:
    """Move one assumption over its whole range, and see whether a law still holds."""

    def draw(value: dict) -> Figure:
        law, name = value["law"], value["assumption"]
        frame = _leaning(law, name)
        usual = getattr(DYNAMICS, name)
        turned = frame.loc[(frame["value"] < HALF) & (frame["at"] != usual), "at"]
        told = (
            f"turned over somewhere between {usual:g}, as it is, and {turned.iloc[0]:g}"
            if len(turned)
            else f"not turned over between {frame['at'].iloc[0]:g} and {frame['at'].iloc[-1]:g}"
        )
        words = (
            f"Law {LABELS[law]}. {SHAKEN[name].capitalize()} is moved from {frame['at'].min():g} "
            f"to {frame['at'].max():g}; usually it is {usual:g}. The law holds in "
            f"{frame['value'].min():.0f} to {frame['value'].max():.0f} % of {TINY} random pairs of "
            f"places; {told}."
        )
        half = frame.assign(value=HALF, series="half")
        return shapes.paths(
            pd.concat([frame, half]),
            {"held": "main", "half": "calm"},
            x=SHAKEN[name],
            y="pairs in which it held, %",
            title=f"Law {law}: {told}",
            description=words,
            provenance=(_pairs(TINY),),
            table=frame[["at", "value"]].rename(columns={"at": SHAKEN[name], "value": "held, %"}),
            size=(560, 220),
        )

    controls = (
        Select("law", "Which law", "1", options=LABELS),
        Select("assumption", "Which assumption to move", "give_up", options=SHAKEN),
    )
    return Lab("leaning", controls, draw)
