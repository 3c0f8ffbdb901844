"""Lesson 09: carry a dialect in, or the logic; on the case data, and beside what was published."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.adoption import COPYABLE, DYNAMICS, MONTHS, Journeys
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.planes import grid
from toolkit.charts.sheets import LEVERS, lines, sheets
from toolkit.counterfactual import (
    BETWEEN,
    LUCKS,
    MADE_UP,
    NINE,
    UNDERSTOOD,
    ahead,
    copied,
    exemplars,
    left_alone,
    own_logic,
    place,
    record,
)
from toolkit.evidence.provenance import Provenance
from toolkit.labs.common import RUNS, band, line, recalled
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.published import plane_of_contrasts
from toolkit.laws import LAWS, World, crossing, moved
from toolkit.learning.acts import Prediction
from toolkit.pathway import practice_from
from toolkit.widgets.form import Select, Slider, Ticks

CASES = {name: f"{name} · {evidence.case(name).title}" for name in NINE}
SOURCES = {**CASES, MADE_UP: "a place of your own making, drawn by dice"}
TICKS = {lever: LEVERS[lever][0].removesuffix(", %") for lever in COPYABLE}
LINES = {"own logic": "main", "copied": "warn", "nothing": "calm", "the record": "third"}
KINDS = {"copying ahead": "warn", "about even": "calm", "own logic ahead": "main"}
# What the predictions speak of, and where the labs start.
HOME, SOURCE, FAR = "A", "B", 25  # % of the way
LEARNING, KNOWN = 8, 70  # %
HELD = 50  # runs that a prediction is held against: they tell, and are quickly played
PLAYED = Provenance("computed", note="played here, the same chance on both sides")
RECORD = Provenance("illustrative", note="places and record: the nine cases")


@cache
def _chooser(_this: Lesson) -> Lab:
    """Make the first lab of a lesson, once: the second one follows its choices."""

    def draw(value: dict) -> Figure:
        home = value["home"]
        here, habits = place(home)
        there = exemplars(home, ((value["source"], value["share"] / 100),))
        name = f"At home: {CASES[home]}"
        ends = there.grown.practices[0], there.grown.end
        begun, now = ({v: getattr(practice_from(x, 0), v) for v in COPYABLE} for x in ends)
        took = {v for v in value["copied"] if not np.allclose(begun[v], now[v])}
        frame = pd.concat(
            lines(name, v, here.stages, own := getattr(habits, v), now[v] if v in took else own)
            for v in COPYABLE
        )
        taken = int((frame["way"] != "as it was").sum())
        far = f"{there.apart[0]:.2f} away" if there.apart[0] else "a twin of this place"
        told = (
            f"Exemplar: {value['share']} % of the way to {SOURCES[value['source']]}; {far}.",
            "Each setting today → what copying would set. No arrow: it stays.",
        )
        return sheets(
            frame,
            {name: told},
            title=f"Carrying the dialect in would change {taken} of {len(frame)} settings",
            description=f"{name}. {' '.join(told)} {taken} of {len(frame)} settings would change.",
            provenance=(RECORD, PLAYED),
            table=frame[["lever", "stage", "text"]].rename(
                columns={"lever": "setting", "text": "today → with the copy"}
            ),
            rows=10,
            columns=7,
        )

    controls = (
        Select("home", "Your place", HOME, options=CASES),
        Select("source", "Learns from a place towards", SOURCE, options=SOURCES),
        Slider("share", "How far off", FAR, min=0, max=100, step=5, unit="% of the way"),
        Ticks("copied", "What to copy", list(COPYABLE), options=TICKS),
    )
    return Lab("places", controls, draw)


def places(this: Lesson) -> Lab:
    """Choose a home, a place to learn from, how far off that is, and what to copy."""
    return _chooser(this)


def _pc(share: float) -> str:
    """Return a share in per cent, in words."""
    return f"{100 * share:.0f} %"


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


def _who(share: pd.Series) -> pd.Series:
    """Return who is ahead, by the share of tries in which copying is ahead or level."""
    return pd.cut(share, [-1, 1 / 3, 2 / 3, 1], labels=list(KINDS)[::-1])


@cache
def _asked() -> tuple[Journeys, Journeys]:
    """Return what comes of copying, and of the own logic, where the predictions ask."""
    own = own_logic(HOME, LEARNING / 100, (KNOWN / 100,), HELD)
    return copied(HOME, ((SOURCE, FAR / 100),), HELD), own


def _ahead_early() -> str:
    """Return who is ahead after a year, as the prediction names it."""
    copy, own = (each.value[:, 11] for each in _asked())
    names = dict(zip(KINDS, ("copied", "level", "own"), strict=True))
    return names[_who(pd.Series([(copy >= own).mean()]))[0]]


def _still_ahead() -> str:
    """Return where on the map copying is ahead after four years, as the prediction names it."""
    frame = ahead(HOME, LEARNING / 100)
    frame = frame[frame["month"] == MONTHS]
    far, known = frame["far"] > np.median(BETWEEN), frame["understood"] > np.median(UNDERSTOOD)
    most = (_who(frame["share"]) == "copying ahead").groupby([far, known]).mean() > 0.5
    corner = most.to_dict()
    if corner[True, False] or corner[True, True]:
        return "far"
    if corner[False, True]:
        return "near_all"
    return "near_blind" if corner[False, False] else "nowhere"


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


def contrast(this: Lesson) -> Lab:
    """Carry the dialect in, or the logic: same place, same months, same chance."""
    when, early = this.predict("crossing"), this.predict("early")
    chosen = _chooser(this)

    def draw(value: dict) -> Figure:
        at = chosen.form.value
        home, until, n = at["home"], value["until"], int(value["runs"])
        wanted = ((at["source"], at["share"] / 100),)
        own = own_logic(home, value["learning"] / 100, (value["understood"] / 100,), n)
        copy, idle = copied(home, wanted, n, tuple(at["copied"])), left_alone(home, n)
        frame = _future(home, {"own logic": own, "copied": copy, "nothing": idle}, until)
        ends = frame.dropna(subset="value").groupby("series")["value"].last()
        often = (copy.value[:, [11, until - 1]] >= own.value[:, [11, until - 1]]).mean(0)
        crossed = _stays_ahead(copy, own)
        leads = "; ".join(f"month {m}: {_lead(frame, m)}" for m in dict.fromkeys((12, until)))
        leads = leads.capitalize()
        many = n > 1
        words = (
            f"Case {home}, learning from a place {exemplars(home, wanted).apart[0]:.2f} away. "
            f"{f'Mean of {n} runs' if many else 'One run'}; outcome per pound, start = 100. "
            f"{leads}. Nothing changed: {ends['nothing']:.0f}. "
            + (
                f"The own logic stays ahead from month {crossed:.0f} on"
                f"{f' (median of {n} runs)' if many else ''}. "
                if crossed <= MONTHS
                else "Copying is still ahead, or level, after four years. "
            )
            + (
                f"Copying is ahead or level in {_pc(often[0])} of runs at month 12 and in "
                f"{_pc(often[1])} at month {until}. "
                if many
                else ""
            )
            + f"The record of case {home}, on a scale of its own, ends at "
            f"{ends['the record']:.0f}."
            + recalled(when, "You predicted month")
            + recalled(early, "For month 12 you predicted:")
        )
        wide = frame.pivot_table(index="at", columns="series", values="value", sort=False)
        shown = [month for month in (1, *range(6, MONTHS + 1, 6)) if month <= until]
        return shapes.paths(
            frame,
            LINES,
            x="months since the programme began",
            y="value, start = 100",
            title=leads,
            description=words,
            provenance=(PLAYED, RECORD),
            marks=_crossing(when, frame, until),
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
    lab = Lab("contrast", controls, draw, after=(when, early), truth=truth)
    chosen.form.observe(lab.redraw, "value")
    return lab


def corner(this: Lesson) -> Lab:
    """Map where copying is ahead: distance across, understanding upwards."""
    guess = this.predict("corner")

    def draw(value: dict) -> Figure:
        home, month = value["home"], value["month"]
        frame = ahead(home, value["learning"] / 100)
        frame = frame[frame["month"] == month]
        shown = frame.assign(
            x=[f"{_pc(far)} of the way" if far else "a twin" for far in frame["far"]],
            y=frame["understood"].map(_pc),
            series=_who(frame["share"]).astype(str),
            text=frame["share"].map(_pc),
        )
        count = shown["series"].value_counts().reindex(KINDS, fill_value=0)
        most, least = (
            f"{row.x}, {row.y} understood: {row.text}"
            for row in (shown.loc[at] for at in (frame["share"].idxmax(), frame["share"].idxmin()))
        )
        return grid(
            shown[["x", "y", "series", "text"]],
            KINDS,
            x="how far off the place to learn from is",
            y="how well it is understood",
            title=f"Month {month}: copying is ahead in {count['copying ahead']} of "
            f"{len(frame)} spots, the own logic in {count['own logic ahead']}",
            description=(
                f"Case {home}, month {month}. Share of tries in which copying is ahead or level: "
                f"{len(NINE) - 1} places to learn from, {LUCKS} tries each. Most at {most}; least "
                f"at {least}. Spots: {', '.join(f'{kind} {count[kind]}' for kind in KINDS)}."
                + recalled(guess, "You predicted:")
            ),
            provenance=(PLAYED, RECORD),
            table=shown.pivot_table(index="y", columns="x", values="share", sort=False)
            .round(2)
            .rename_axis("understood")
            .reset_index(),
        )

    controls = (
        Select("home", "Your place", HOME, options=CASES),
        Slider("month", "Who is ahead in month", 12, min=6, max=48, step=6, unit=""),
        Slider("learning", "Time for learning", LEARNING, min=0, max=24, step=8,
               unit="% of staff time"),
    )  # fmt: skip
    return Lab("corner", controls, draw, after=(guess,), truth={"corner": _still_ahead})


def aid(_this: Lesson) -> Lab:
    """Place your own case among published ones, and see what they counsel."""
    controls = (
        Slider(
            "far", "How unlike yours is the place it comes from?", 40, max=100, step=5, unit="%"
        ),
        Slider("why", "How well do you know why it works?", 20, max=100, step=5, unit="%"),
    )
    return Lab("aid", controls, lambda v: plane_of_contrasts(v["far"] / 100, v["why"] / 100))


LABELS = {
    "1": "1 alike: as good, and sooner",
    "2": "2 further: loses more",
    "2b": "2b far: worse than nothing",
    "3": "3 further: overtaken sooner",
    "8": "8 failure harms the next",
}
SMALL = 40  # pairs of places: enough to tell a law from a tendency, and quick


@lru_cache(32)
def _world(n: int, name: str = "", value: float = 0.0) -> World:
    """Return a small world of random pairs, with one assumption moved if a name is given."""
    return moved(_world(n), name, value) if name else World(n=n)


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
    said = [f"{n}: {_pc(v.share)} of {v.tried.sum()}, {v.strength}" for n, v in tried.items()]
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
        provenance=(Provenance("computed", note=f"{SMALL} pairs of places, drawn at random"),),
        table=table,
        most=100,
        width=380,
    )


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
HALF = 50.0  # a law that holds in fewer than half of the pairs is turned over
TINY = 16  # pairs of places: three worlds are run for each setting


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
            provenance=(Provenance("computed", note=f"{TINY} pairs of places, drawn at random"),),
            table=frame[["at", "value"]].rename(columns={"at": SHAKEN[name], "value": "held, %"}),
            size=(560, 220),
        )

    controls = (
        Select("law", "Which law", "1", options=LABELS),
        Select("assumption", "Which assumption to move", "give_up", options=SHAKEN),
    )
    return Lab("leaning", controls, draw)
