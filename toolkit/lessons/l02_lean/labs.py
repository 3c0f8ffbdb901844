"""Lesson 02, lean: batches and set-ups, where the time goes, eight wastes, the freed minute."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.learning.fields import Button, Match
from toolkit.models.queues.stream import PARTS, Freed, Passage, Stream, StreamStep, level_best, send
from toolkit.screen.builder import words_in
from toolkit.screen.facts import Facts, lab, lines, marks
from toolkit.screen.questions import KeptForm
from toolkit.screen.stage import Lane, Trace, as_moves
from toolkit.text.templates import fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.course.lesson import Lesson
    from toolkit.learning.record import Record

SEED = 2
PATIENTS = 12
STEPS = ("registration", "bloods", "nurse", "doctor")
TOUCH = 5  # minutes at each of the four steps
SPREAD = 0.5  # standard deviation of the work as a share of its mean, where work varies
UNTIL = 330  # minutes: the last patient has left, whatever is set
EVERY = 5  # minutes: the chart has a point, and the stage's clock ticks
TRIED = np.arange(1, PATIENTS + 1)
# An illustrative clinic before operations: minutes per patient, set-up per batch, share done twice.
BEFORE_OPERATIONS = Stream(
    (
        StreamStep(STEPS[0], 4, 4, 0.05),
        StreamStep(STEPS[1], 8, 6, 0.1),
        StreamStep(STEPS[2], 10, 4, 0.1),
        StreamStep(STEPS[3], 7, 6, 0.05),
    )
)
AS_IT_IS = 6  # patients in a batch
CHANGES = {"none": {}, "faster": {"touch": 0.9}, "setup": {"setup": 0.5}, "right": {"rework": 0.0}}
VISITS = (400, 510)  # minutes: where the bars end; no visit is longer, whatever is set
SLOT, SAVED = 20, 4  # minutes for one patient before the change, and saved by it; a full session
WORDS = words_in(__package__)
WASTES, WALK, SORTING = WORDS["wastes"], WORDS["walk"], WORDS["sorting"]


def _play(batch: int, setup: float, touch: float, varies: str, runs: int) -> Passage:
    """Play the clinic whose four steps are alike; the same chances meet every batch size."""
    return send(
        Stream(tuple(StreamStep(name, touch, setup) for name in STEPS)),
        PATIENTS,
        batch,
        cv=SPREAD if varies == "yes" else 0,
        runs=runs,
        rng=np.random.default_rng(SEED) if varies == "yes" else None,
    )


def _leaves(passage: Passage) -> dict[str, float]:
    """Return when the first, the average and the last patient leave."""
    return {
        "first": passage.first.mean(),
        "average": passage.out.mean(),
        "last": passage.last.mean(),
    }


def last_alone() -> float:
    """Return when the last patient leaves if each goes on alone."""
    return float(batches(batch=1).yours["last"])


def _clinic(passage: Passage, ticks: int) -> Lane:
    """Return the first run patient by patient; over each desk, who is being seen there."""
    places = np.column_stack([passage.came[0], passage.out[0]])
    # Rounded up, so that nobody is home a moment before the chart counts them.
    when = np.ceil(places / EVERY * 1000 - 1e-3) / 1000
    moves = as_moves([(who, place, at) for (who, place), at in np.ndenumerate(when)])
    now = EVERY * (np.arange(ticks)[:, None] + 1.0)  # when the tick has ended and words tell of it

    def board(begins: np.ndarray, ends: np.ndarray) -> list[int | None]:
        seen = (begins <= now) & (now < ends)
        return [int(row.argmax()) + 1 if row.any() else None for row in seen]

    return Lane(
        {**dict.fromkeys(STEPS, True), "home": False},
        moves,
        shown={
            n: ("board", board(passage.begins[0, :, n], passage.ends[0, :, n]))
            for n in range(len(STEPS))
        },
    )


def _steps(at: np.ndarray, passage: Passage) -> pd.DataFrame:
    """Return how many of one run have left: a step at each moment at which somebody leaves."""
    out = np.sort(passage.out[0].round(6))
    left = np.arange(PATIENTS)
    when = np.concatenate([at, out, out])
    many = np.concatenate([np.searchsorted(out, at, side="right"), left, left + 1])
    order = np.lexsort((many, when))
    return lines(when[order], left=many[order])


@lab(predict={"alone": last_alone})
def batches(
    batch: int = PATIENTS,
    varies: str = "no",
    runs: int = 1,
    *,
    alone: float | None = None,
) -> Facts:
    """Hand patients on all together, or in smaller batches, and compare with one by one."""
    sizes_ = {"yours": batch, "single": 1}
    played = {name: _play(size, 0, TOUCH, varies, runs) for name, size in sizes_.items()}
    at = np.arange(0, UNTIL + 1, EVERY)
    left = {n: (each.out[:, :, None] <= at + 1e-9).sum(1) for n, each in played.items()}
    found = {name: {"size": sizes_[name], **_leaves(each)} for name, each in played.items()}
    trace = None
    if runs == 1:
        ticks = int((at < max(each["last"] for each in found.values()) - 1e-9).sum())
        seen = slice(ticks + 1)
        ended = {"minute": at[seen], "home": left["yours"][0, seen]}
        lanes = {
            name: _clinic(each, ticks)
            for name, each in played.items()
            if name == "single" or batch > 1
        }
        trace = Trace(ticks, lanes, ended | {"home_single": left["single"][0, seen]}, pace=EVERY)
    chart = lines(at, **left)
    if runs == 1:
        steps = (_steps(at, each).assign(series=name) for name, each in played.items())
        chart = pd.concat(steps, ignore_index=True)
    return Facts(
        chart=chart[chart.groupby("series")["value"].shift().fillna(0) < PATIENTS],
        marks=marks((alone, PATIENTS, "prediction")),
        table=pd.DataFrame(found).T.round(1),
        **found,
        patients=PATIENTS,
        touch=TOUCH,
        until=UNTIL,
        guess=alone if varies == "no" else None,
        trace=trace,
    )


def best_batch() -> int:
    """Return with which batch the last patient leaves soonest."""
    return int(sizes().best["last"])


@lab(predict={"best": best_batch})
def sizes(setup: int = 10, touch: int = TOUCH) -> Facts:
    """Try every batch size at once, and look for the one that suits."""
    left = pd.DataFrame(
        [_leaves(_play(int(size), setup, touch, "no", 1)) for size in TRIED],
        index=pd.Index(TRIED, name="size"),
    ).round(1)
    last, lowest = left["last"], left.min()
    return Facts(
        chart=lines(TRIED, **left),
        marks=marks(*((left[name].idxmin(), lowest[name], f"{name}_low") for name in left)),
        table=left.reset_index(),
        patients=PATIENTS,
        best=left.idxmin().to_dict(),
        lowest=lowest.to_dict(),
        soonest=last.min(),
        alone=last.iloc[0],
        together=last.iloc[-1],
        formula=level_best(len(STEPS), touch, setup, PATIENTS),
    )


def minutes_of_an_hour() -> float:
    """Return how many minutes of each hour there somebody works on the patient."""
    return round(60 * float(where().was["share"]), 1)


def most_first() -> list[str]:
    """Return where a patient's time goes, most first; work done again is not asked about."""
    account = where().goes["before"].drop("rework")
    return list(account.sort_values(ascending=False, kind="stable").index)


def _segments(passage: Passage, stream: Stream, batch: int) -> tuple[list[str], np.ndarray]:
    """Return what an average patient goes through in order, and for how many minutes each."""
    who = np.arange(PATIENTS)
    first = who - who % batch
    last = np.minimum(first + batch, PATIENTS) - 1
    parts, minutes = [], []
    for n, step in enumerate(stream.steps):
        came, begins, ends = (
            each[0, :, n] for each in (passage.came, passage.begins, passage.ends)
        )
        there = came[last]  # the batch waits for the last of its patients
        moments = [came, there, begins[first] - step.setup, begins[first], begins]
        moments += [begins + step.touch, ends, ends[last]]
        parts += ["batch", "queue", "set-up", "batch", "work", "rework", "batch"]
        minutes += np.diff(moments, axis=0).mean(1).tolist()
    return parts, np.array(minutes)


def _beads(parts: Sequence[str], minutes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the place and the minute of each bead; as many for a part as its bar rounds to."""
    ends = minutes.cumsum()
    begins = ends - minutes
    to, at = [], []
    for place, part in enumerate(PARTS):
        own = np.array([each == part for each in parts])
        spent = np.append(0, minutes[own].cumsum())
        beads = round(float(spent[-1]))
        passed = (np.arange(beads) + 0.5) / max(beads, 1) * spent[-1]
        segment = np.searchsorted(spent[1:], passed)
        to += [place] * beads
        at += (begins[own][segment] + passed - spent[segment]).tolist()
    order = np.argsort(at, kind="stable")
    return np.array(to)[order], np.array(at)[order]


def _fills(to: np.ndarray, at: np.ndarray) -> Lane:
    """Return a morning as a bead for each minute, put to where the time goes; work is golden."""
    looks = np.where(to == PARTS.index("work"), "coin", "bead").tolist()
    return Lane(dict.fromkeys(PARTS, False), (np.arange(len(to)), to, at / EVERY), looks)


def _counted(to: np.ndarray, at: np.ndarray, ends: float, ticks: int) -> list[dict[str, Any]]:
    """Return after each tick how many minutes of work there were, and what goes on."""
    told = []
    for until in range(0, (ticks + 1) * EVERY, EVERY):
        seen = to[at <= until]
        now = PARTS[seen[-1]] if len(seen) and until < ends else "gone" if until else "queue"
        told.append({"work": int((seen == PARTS.index("work")).sum()), "now": now})
    return told


@lab(predict={"share": minutes_of_an_hour, "parts": most_first})
def where(batch: int = AS_IT_IS, apart: int = 0, change: str = "none") -> Facts:
    """See where the minutes of a clinic go, and which change gives most of them back."""
    changed = BEFORE_OPERATIONS.change(**CHANGES[change])
    before = send(BEFORE_OPERATIONS, PATIENTS, AS_IT_IS)
    after = send(changed, PATIENTS, batch, apart=apart)
    goes = pd.DataFrame({"before": before.account, "after": after.account})
    most = goes["before"].idxmax()
    was, becomes = (
        {"minutes": each.lead.mean(), "share": each.flow_efficiency, "last": each.last[0]}
        for each in (before, after)
    )
    alike = goes["before"].equals(goes["after"])
    table = goes.copy()
    table.loc["whole"] = goes.sum()
    bars = table.loc[["whole", "work"]].round()
    # Where nothing has changed, the second colour is free for the work.
    now = bars["before"].rename_axis("category").reset_index(name="value")
    now["series"] = np.where(now["category"] == "work", "after", "before")
    mornings = {"before": _segments(before, BEFORE_OPERATIONS, AS_IT_IS)}
    if not alike:
        mornings["after"] = _segments(after, changed, batch)
    beads = {name: _beads(*each) for name, each in mornings.items()}
    lasts = {name: minutes.sum() for name, (_, minutes) in mornings.items()}
    ticks = math.ceil(max(lasts.values()) / EVERY)
    told = {name: _counted(*each, lasts[name], ticks) for name, each in beads.items()}
    return Facts(
        chart=now if alike else bars,
        end=next(end for end in VISITS if end > table.loc["whole"].max()),
        goes=goes.round(),
        alike=alike,
        trace=Trace(
            ticks,
            {name: _fills(*each) for name, each in beads.items()},
            {"minute": [EVERY * tick for tick in range(ticks + 1)]} | told,
        ),
        table=table.round(1),
        patients=PATIENTS,
        as_it_is=AS_IT_IS,
        was=was,
        becomes=becomes,
        an_hour=60 * was["share"],
        most=most,
        most_minutes=goes.loc[most].to_dict(),
    )


def cost_goes() -> str:
    """Return what happens to the cost of each patient."""
    found = freed()
    fall = SLOT - found.each
    return "same" if fall <= 0 else "some" if fall < found.held.saved else "falls"


@lab(predict={"cost": cost_goes})
def freed(lies: str = "between", agreed: str = "nothing", waiting: int = 11) -> Facts:
    """Free minutes in a full clinic session, and see who gets them."""
    held = Freed(PATIENTS, SLOT, SAVED, lies == "end", agreed, waiting)
    unused = held.minutes - held.used
    goes = {
        "as_before": held.paid - held.minutes,
        **{use: held.used if use == agreed else 0 for use in ("more", "learn", "paid")},
        "unused": unused,
    }
    frame = pd.DataFrame({"minutes": goes})
    return Facts(
        chart=frame,
        table=frame,
        most=1.1 * held.paid,
        held=held,
        unused=unused,
        each=held.paid_each,
        saved=SAVED,
        patients=PATIENTS,
        seen=PATIENTS + held.extra,
        slot=SLOT,
    )


def to_antibiotics() -> float:
    """Return within how many minutes half had antibiotics."""
    return float(round(sepsis().door["median"]))


@lab(predict={"antibiotics": to_antibiotics}, reveal_at={"among": "half"})
def sepsis(among: str = "half") -> Facts:
    """Show how long people with suspected sepsis waited for each step, in one hospital's log."""
    held = evidence.series("sepsis_intervals")
    rows = held.frame.loc[held.frame["unit"] == "min"].rename(columns={"to_event": "category"})
    rows = rows.assign(within=(100 * rows["share_within_60_min"]).round(0))
    to_drugs = rows["category"] == "intravenous antibiotics"
    wait = {"half": "median", "most": "p90"}[among]
    door = rows[to_drugs & (rows["from_event"] == "registration")].iloc[0]
    chart = rows[["from_event", "category"]].assign(series="wait", value=rows[wait].round())
    return Facts(
        chart=chart,
        longest=10 * math.ceil(rows["p90"].max() / 10),
        table=rows.reset_index(drop=True),
        door=door,
        shown=door[wait],
        intervals=rows.to_dict("records"),
        held=held,
        source=held.provenance,
    )


class Sorting(KeptForm):
    """Some of the things seen on a walk, to be sorted into their wastes, each with a reason."""

    def __init__(self, key: str, record: Record, names: Sequence[str]) -> None:
        self.walk = {name: WALK[name] for name in names}
        kinds = {key: words for key, words in WASTES.items() if key in self.kinds}
        rows = {name: f"{n}. {seen['what']}" for n, (name, seen) in self._numbered()}
        super().__init__(
            key,
            record,
            Match("sorted", SORTING["title"], {}, options=kinds, rows=rows),
            Button("check", SORTING["check"]),
            title=SORTING["title"],
        )
        self.on_press("check", self.mark)

    def _numbered(self) -> list[tuple[int, tuple[str, dict]]]:
        return [([*WALK].index(name) + 1, (name, seen)) for name, seen in self.walk.items()]

    @property
    def kinds(self) -> set[str]:
        """The wastes that are to be found here."""
        return {seen["waste"] for seen in self.walk.values()}

    def mark(self) -> None:
        """Say of each what it is and why, or what to ask; what is not sorted stays open."""
        if not self.value["sorted"]:
            self._say(SORTING["nothing"])
            return
        self._keep(kind="sorting", sorted=dict(self.value["sorted"]))
        self._tell()

    def _tell(self) -> None:
        said = self.value["sorted"]
        right = [name for name, seen in self.walk.items() if said.get(name) == seen["waste"]]
        told = [fill(SORTING["told"], {"right": len(right), "all": len(self.walk)})]
        for n, (name, seen) in self._numbered():
            how = "right" if name in right else "wrong" if said.get(name) else "open"
            told.append(fill(SORTING[how], {"n": n, **seen}))
        self.revealed = len(right) == len(self.walk)
        self._say("\n".join(told))

    def _remember(self, entry: dict | None) -> None:
        held = entry.get("sorted") if entry else None
        if isinstance(held, dict):
            kinds = self.kinds
            self.value = {"sorted": {n: held[n] for n in self.walk if held.get(n) in list(kinds)}}
            self._tell()


def wastes(this: Lesson) -> Sorting:
    """Sort four things that were seen on a walk into four wastes."""
    return Sorting(f"{this.words.number}/sort/wastes", this.record, tuple(WALK)[:4])


def more_wastes(this: Lesson) -> Sorting:
    """Sort four more into the other four."""
    return Sorting(f"{this.words.number}/sort/more_wastes", this.record, tuple(WALK)[4:])
