"""Lesson 02, lean: batches and set-ups, where the time goes, eight wastes, the freed minute."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.theme import HEIGHT
from toolkit.charts.words import number
from toolkit.evidence.provenance import Provenance
from toolkit.labs.common import MANY, PLAYED, RUNS, band, line, moment
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.wastes import Sorting
from toolkit.stream import PARTS, Freed, Passage, Step, Stream, level_best, send
from toolkit.widgets.form import Choice, Select, Slider

SEED = 2
PATIENTS = 12
TOUCH = 5  # minutes at each of the four steps of the first clinic
SPREAD = 0.5  # standard deviation of the work as a share of its mean, where work varies
NAMES = ("registration", "bloods and heart trace", "nurse", "doctor")
VARIES = Choice(
    "varies",
    "The work on each patient",
    "no",
    options={"no": "takes the same time", "yes": "takes more for some, less for others"},
)
CLINIC = Provenance("illustrative", note="this clinic and its minutes")


def _level(setup: float, touch: float = TOUCH) -> Stream:
    """Return the clinic whose four steps are alike."""
    return Stream(tuple(Step(name, touch, setup) for name in NAMES))


def _play(stream: Stream, batch: int, value: dict, apart: float = 0.0) -> Passage:
    """Play as often as the controls say; the same chances meet every batch size."""
    varies = value.get("varies", "no") == "yes"
    return send(
        stream,
        PATIENTS,
        batch,
        apart=apart,
        cv=SPREAD if varies else 0,
        runs=int(value["runs"]),
        rng=np.random.default_rng(SEED) if varies else None,
    )


def _how(value: dict) -> str:
    """Say how it was played."""
    varies = value["varies"] == "yes"
    once = "in one run" if value["runs"] == "1" else f"on average over {MANY} runs"
    return f"{once}, the work {'varies from patient to patient' if varies else 'does not vary'}"


def batches(this: Lesson) -> Lab:
    """Hand patients on all together, or in smaller batches, down to one by one."""
    guess = this.predict("alone")

    def draw(value: dict) -> Figure:
        stream, size = _level(value["setup"]), value["batch"]
        names = {"all together": PATIENTS, "your batch": size}
        played = {name: _play(stream, each, value) for name, each in names.items()}
        end = max(float(each.last.max()) for each in played.values())
        at = np.arange(0, 20 * np.ceil(end / 20) + 1, 5)
        table = pd.DataFrame(
            {
                "handed on": name,
                "patients in a batch": names[name],
                "first leaves (min)": each.first.mean(),
                "average leaves (min)": each.out.mean(),
                "last leaves (min)": each.last.mean(),
                "work as % of the time": 100 * each.flow_efficiency,
            }
            for name, each in played.items()
        ).round(1)
        told = "; ".join(
            f"{name}, the first leaves after {number(each.first.mean(), 'minutes')}, the last "
            f"after {number(each.last.mean(), 'minutes')}, and "
            f"{100 * each.flow_efficiency:.0f} % of the time there is work"
            for name, each in (
                ("all together", played["all together"]),
                (f"in batches of {size}", played["your batch"]),
            )
        )
        words = (
            f"{PATIENTS} patients, four steps of {TOUCH} minutes, {value['setup']} minutes of "
            f"getting ready before each batch; {_how(value)}. {told[0].upper()}{told[1:]}."
            f"{guess.recalled}"
        )
        return shapes.paths(
            pd.concat(
                band((each.out[:, :, None] <= at + 1e-9).sum(1), at, name)
                for name, each in played.items()
            ),
            {"all together": "calm", "your batch": "main"},
            x="minutes since the clinic opened",
            y="patients who have left",
            title=f"Batches of {size}: first leaves after {played['your batch'].first.mean():.0f} "
            f"minutes, last after {played['your batch'].last.mean():.0f}",
            description=words,
            provenance=(CLINIC, PLAYED),
            marks=moment(guess, PATIENTS),
            table=table,
        )

    controls = (
        Slider("batch", "Patients handed on at a time", 12, min=1, max=12, unit="patients"),
        Slider("setup", "Getting ready before each batch, at each step", 0, min=0, max=20,
               unit="minutes"),
        VARIES,
        RUNS,
    )  # fmt: skip
    truth = {"alone": lambda: float(_play(_level(0), 1, {"runs": "1"}).last.mean())}
    return Lab("batches", controls, draw, after=(guess,), truth=truth)


WHOLE_STEPS = (560, HEIGHT)  # pixels; on a wider axis Vega would mark half patients


def sizes(this: Lesson) -> Lab:
    """Try every batch size at once, and look for the one that suits."""
    guess = this.predict("best")
    tried = np.arange(1, PATIENTS + 1)
    start = {"setup": 10, "touch": TOUCH, "runs": "1"}

    def leaves(value: dict) -> pd.DataFrame:
        """Return when who leaves, one row for each batch size."""
        stream = _level(value["setup"], value["touch"])
        played = [_play(stream, int(size), value) for size in tried]
        return pd.DataFrame(
            {
                "first leaves": [each.first.mean() for each in played],
                "average leaves": [each.out.mean() for each in played],
                "last leaves": [each.last.mean() for each in played],
            },
            index=pd.Index(tried, name="patients in a batch"),
        ).round(1)

    def draw(value: dict) -> Figure:
        table = leaves(value)
        best, last = table.idxmin(), table["last leaves"]
        formula = level_best(len(NAMES), value["touch"], value["setup"], PATIENTS)
        words = (
            f"{PATIENTS} patients, four steps of {value['touch']} minutes, {value['setup']} "
            f"minutes of getting ready before each batch; {_how(value)}. In batches of "
            f"{best['last leaves']} the last patient leaves after "
            f"{number(last.min(), 'minutes')}; one by one after "
            f"{number(last.iloc[0], 'minutes')}, all together after "
            f"{number(last.iloc[-1], 'minutes')}. The first leaves soonest with batches of "
            f"{best['first leaves']}, the average patient with {best['average leaves']}. The "
            f"formula for the last patient, where work does not vary, gives {formula:.1f}."
            f"{guess.recalled}"
        )
        return shapes.paths(
            pd.concat(line(table[name].to_numpy(), tried, name) for name in table),
            dict(zip(table, ("third", "main", "warn"), strict=True)),
            x="patients handed on at a time",
            y="minutes since the clinic opened",
            title=f"{value['setup']} minutes of getting ready: the last patient leaves soonest "
            f"with batches of {best['last leaves']}",
            description=words,
            provenance=(CLINIC, PLAYED),
            marks=moment(guess, last.get(guess.answer, 0)),
            table=table.reset_index(),
            size=WHOLE_STEPS,
        )

    controls = (
        Slider("setup", "Getting ready before each batch, at each step", start["setup"], min=0,
               max=20, unit="minutes"),
        Slider("touch", "Work on each patient, at each step", start["touch"], min=2, max=10,
               unit="minutes"),
        VARIES,
        RUNS,
    )  # fmt: skip
    truth = {"best": lambda: int(leaves(start)["last leaves"].idxmin())}
    return Lab("sizes", controls, draw, after=(guess,), truth=truth)


# An illustrative clinic before operations: minutes per patient, set-up per batch, share done twice.
BEFORE_OPERATIONS = Stream(
    (
        Step(NAMES[0], 4, 4, 0.05),
        Step(NAMES[1], 8, 6, 0.1),
        Step(NAMES[2], 10, 4, 0.1),
        Step(NAMES[3], 7, 6, 0.05),
    )
)
AS_IT_IS = 6  # patients in a batch
CHANGES = {
    "none": ("nothing else", {}),
    "faster": ("everybody works 10 % faster", {"touch": 0.9}),
    "setup": ("getting ready takes half as long", {"setup": 0.5}),
    "right": ("everything is right the first time", {"rework": 0.0}),
}
ACCOUNTS = dict(
    zip(
        PARTS,
        (
            "work, done once",
            "work done again",
            "getting ready",
            "waiting for others in the batch",
            "waiting for the step to be free",
        ),
        strict=True,
    )
)


def where(this: Lesson) -> Lab:
    """See where the minutes of a clinic go, and which change gives most of them back."""
    guess, order = this.predict("share"), this.predict("parts")
    kinds = ("as it is", "with the change")
    as_it_is = send(BEFORE_OPERATIONS, PATIENTS, AS_IT_IS)

    def draw(value: dict) -> Figure:
        said, change = CHANGES[value["change"]]
        changed = BEFORE_OPERATIONS.change(**change)
        played = (as_it_is, send(changed, PATIENTS, value["batch"], apart=value["apart"]))
        table = pd.DataFrame(
            {kind: each.account for kind, each in zip(kinds, played, strict=True)}
        ).rename(index=ACCOUNTS)
        frame = table.round().rename_axis("category").reset_index()
        most = table[kinds[0]].idxmax()
        before, after = (
            f"{each.lead.mean():.0f} minutes, {100 * each.flow_efficiency:.0f} % of it work"
            for each in played
        )
        come = "all when it opens" if not value["apart"] else f"{value['apart']} minutes apart"
        words = (
            f"{PATIENTS} patients; the figures are averages from arriving to leaving. As it is, "
            f"in batches of {AS_IT_IS} and all asked to come when the clinic opens: {before}, "
            f"{60 * as_it_is.flow_efficiency:.0f} minutes of each hour. With the change, in "
            f"batches of {value['batch']}, asked to come {come}, and {said}: {after}. Most goes "
            f"into {most}: {table.loc[most, kinds[0]]:.0f} minutes as it is, "
            f"{table.loc[most, kinds[1]]:.0f} with the change. The last patient leaves after "
            f"{played[0].last[0]:.0f} and {played[1].last[0]:.0f} minutes."
            f"{guess.recalled}{order.recalled}"
        )
        table.loc["together"] = table.sum()
        return shapes.bars(
            frame.melt("category", var_name="series"),
            {kinds[0]: "calm", kinds[1]: "main"},
            x="minutes per patient, average",
            title=f"As it is: {before}. With the change: {after}",
            description=words,
            provenance=(CLINIC, PLAYED),
            table=table.round(1).rename_axis("where the minutes go").reset_index(),
            width=460,
        )

    controls = (
        Slider("batch", "Patients handed on at a time", AS_IT_IS, min=1, max=12, unit="patients"),
        Slider("apart", "Patients are asked to come", 0, min=0, max=20, unit="minutes apart"),
        Select("change", "What else changes", "none",
               options={key: said for key, (said, _) in CHANGES.items()}),
    )  # fmt: skip
    account, asked = as_it_is.account, this.words.predict["parts"].options
    truth = {
        "share": lambda: round(60 * float(as_it_is.flow_efficiency), 1),
        "parts": lambda: sorted(asked, key=account.get, reverse=True),
    }
    return Lab("where", controls, draw, after=(guess, order), truth=truth)


def wastes(this: Lesson) -> Sorting:
    """Sort what was seen on a walk into the eight wastes."""
    return Sorting(f"{this.words.number}/sort/wastes", this.record)


SLOT = 20  # minutes for one patient before the change; the session is full
AGREED = {
    "nothing": "nothing was agreed",
    "more": "more patients are seen",
    "learn": "the team learns and improves",
    "paid": "fewer hours are paid",
}
USES = {"more": "more patients", "learn": "learning", "paid": "no longer paid"}


def freed(this: Lesson) -> Lab:
    """Free minutes in a full clinic session, and see who gets them."""
    guess = this.predict("cost")
    start = {"saved": 4, "lies": "between", "agreed": "nothing", "waiting": 6}

    def session(value: dict) -> Freed:
        together = value["lies"] == "end"
        return Freed(PATIENTS, SLOT, value["saved"], together, value["agreed"], value["waiting"])

    def falls() -> str:
        fall = SLOT - session(start).paid_each
        return "same" if fall <= 0 else "some" if fall < start["saved"] else "falls"

    def draw(value: dict) -> Figure:
        held = session(value)
        unused, each = held.minutes - held.used, number(round(held.paid_each, 1))
        goes = {
            "patients as before": held.paid - held.minutes,
            **{name: held.used if use == held.agreed else 0 for use, name in USES.items()},
            "paid, used by nobody": unused,
        }
        table = pd.DataFrame({"minutes": goes}).rename_axis("the session").reset_index()
        words = (
            f"A session of {held.paid} paid minutes for {PATIENTS} patients. Each now takes "
            f"{held.saved} minutes less, so {held.minutes} minutes are freed, the longest piece "
            f"{held.longest} minutes; {AGREED[held.agreed]}, {held.waiting} more people wait. "
            f"{held.used} of the freed minutes are used, {unused} are not. "
            f"{PATIENTS + held.extra} patients are seen. Paid minutes per patient: {SLOT} before, "
            f"{each} now.{guess.recalled}"
        )
        frame = table.rename(columns={"the session": "category", "minutes": "value"})
        return shapes.bars(
            frame.assign(series="minutes"),
            {"minutes": "main"},
            x="minutes of the session",
            title=f"{held.minutes} minutes freed, {held.used} of them used; "
            f"{each} paid minutes per patient",
            description=words,
            provenance=(Provenance("illustrative", note="this session"),
                        Provenance("computed", note="the minutes")),
            table=table,
            most=1.1 * held.paid,
            width=480,
        )  # fmt: skip

    controls = (
        Slider("saved", "Each patient takes less time by", start["saved"], min=0, max=10,
               unit="minutes"),
        Choice("lies", "The freed minutes lie", start["lies"],
               options={"between": "between patients", "end": "together, at the end"}),
        Select("agreed", "What was agreed about them", start["agreed"], options=AGREED),
        Slider("waiting", "People waiting for a place", start["waiting"], min=0, max=12,
               unit="people"),
    )  # fmt: skip
    return Lab("freed", controls, draw, after=(guess,), truth={"cost": falls})


def sepsis(_this: Lesson) -> Figure:
    """Show how long people with suspected sepsis waited for each step, in one hospital's log."""
    held = evidence.series("sepsis_intervals")
    rows = held.frame[held.frame["unit"] == "min"]
    short = {"intravenous antibiotics": "antibiotics"}
    names = [
        f"{row.from_event} to {short.get(row.to_event, row.to_event)}" for row in rows.itertuples()
    ]
    table = pd.DataFrame(
        {
            "interval": names,
            "patients": rows["cases"].to_numpy(),
            "half within (min)": rows["median"].to_numpy(),
            "nine in ten within (min)": rows["p90"].to_numpy(),
            "within 60 min (%)": (100 * rows["share_within_60_min"]).round(0).to_numpy(),
        }
    )
    kinds = {"half within": "main", "nine in ten within": "warn"}
    frame = (
        table.rename(columns={"interval": "category", **{f"{kind} (min)": kind for kind in kinds}})
        .melt("category", list(kinds), var_name="series")
    )  # fmt: skip
    told = "; ".join(
        f"{row.interval}, half within {row[3]:.0f}, nine in ten within {row[4]:.0f}"
        for row in table.itertuples()
    )
    door = table.set_index("interval").loc["registration to antibiotics"]
    return shapes.bars(
        frame,
        kinds,
        x="minutes",
        title=f"From the door to antibiotics: half within {door.iloc[1]:.0f} minutes; "
        f"{door.iloc[3]:.0f} % within the hour",
        description=f"Minutes between two events: {told}. {held.caveat} {held.attribution}",
        provenance=(held.provenance,),
        table=table,
        width=420,
        row=18,
    )
