"""Lesson 02, lean: batches and set-ups, where the time goes, eight wastes, the freed minute."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.theme import HEIGHT, WIDTH
from toolkit.charts.words import number
from toolkit.evidence.provenance import Provenance
from toolkit.labs.frame import Lab
from toolkit.labs.lesson import Lesson
from toolkit.labs.wastes import Sorting
from toolkit.stream import PARTS, Freed, Passage, Step, Stream, level_best, send
from toolkit.widgets.form import Choice, Select, Slider

SEED = 2
MANY = 200
PATIENTS = 12
TOUCH = 5  # minutes at each of the four steps of the first clinic
SPREAD = 0.5  # standard deviation of the work as a share of its mean, where work varies
NAMES = ("registration", "bloods and heart trace", "nurse", "doctor")
RUNS = Choice("runs", "How often to play", "1", options={"1": "one run", str(MANY): f"{MANY} runs"})
VARIES = Choice(
    "varies",
    "The work on each patient",
    "no",
    options={"no": "takes the same time", "yes": "takes more for some, less for others"},
)
CLINIC = Provenance("illustrative", note="this clinic and its minutes")
PLAYED = Provenance("computed", note="played here, with the same seed each time")


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
        parts = []
        for name, each in played.items():
            out = (each.out[:, :, None] <= at + 1e-9).sum(1)
            low, high = np.percentile(out, [5, 95], axis=0)
            parts.append(
                pd.DataFrame(
                    {"at": at, "series": name, "value": out.mean(0), "low": low, "high": high}
                )
            )
        marks = pd.DataFrame(columns=["at", "value", "text"])
        if guess.answer is not None:
            marks.loc[0] = [guess.answer, PATIENTS, "your prediction"]
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
        both, own = played.values()
        words = (
            f"{PATIENTS} patients, four steps of {TOUCH} minutes, {value['setup']} minutes of "
            f"set-up before each batch; {_how(value)}. All together: the first leaves after "
            f"{number(both.first.mean(), 'minutes')}, the last after "
            f"{number(both.last.mean(), 'minutes')}. In batches of {size}: the first after "
            f"{number(own.first.mean(), 'minutes')}, the last after "
            f"{number(own.last.mean(), 'minutes')}. Work is {100 * both.flow_efficiency:.0f} % of "
            f"the time there, and {100 * own.flow_efficiency:.0f} %."
        ) + guess.recalled
        return shapes.paths(
            pd.concat(parts),
            {"all together": "calm", "your batch": "main"},
            x="minutes since the clinic opened",
            y="patients who have left",
            title=f"Batches of {size}: first leaves after {own.first.mean():.0f} minutes, "
            f"last after {own.last.mean():.0f}",
            description=words,
            provenance=(CLINIC, PLAYED),
            marks=marks,
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


def sizes(this: Lesson) -> Lab:
    """Try every batch size at once, and look for the one that suits."""
    guess = this.predict("best")
    tried = range(1, PATIENTS + 1)
    start = {"setup": 10, "touch": TOUCH, "runs": "1"}

    def play(value: dict) -> list[Passage]:
        stream = _level(value["setup"], value["touch"])
        return [_play(stream, size, value) for size in tried]

    def best_size() -> int:
        return min(zip(play(start), tried, strict=True), key=lambda each: each[0].last.mean())[1]

    def draw(value: dict) -> Figure:
        setup, touch = value["setup"], value["touch"]
        played = play(value)
        table = pd.DataFrame(
            {
                "patients in a batch": tried,
                "first leaves": [each.first.mean() for each in played],
                "average leaves": [each.out.mean() for each in played],
                "last leaves": [each.last.mean() for each in played],
            }
        ).round(1)
        measures = list(table.columns[1:])
        best = {name: int(table.loc[table[name].idxmin()].iloc[0]) for name in measures}
        last = table["last leaves"]
        notes = pd.DataFrame(columns=["x", "y", "text"])
        if guess.answer is not None:
            notes.loc[0] = [guess.answer, last[int(guess.answer) - 1], "your prediction"]
        frame = table.melt("patients in a batch", var_name="series", value_name="y").rename(
            columns={"patients in a batch": "x"}
        )
        frame["label"] = [
            f"batches of {row.x}: {row.series} after {number(row.y, 'minutes')}"
            for row in frame.itertuples()
        ]
        formula = level_best(len(NAMES), touch, setup, PATIENTS)
        words = (
            f"{PATIENTS} patients, four steps of {touch} minutes, {setup} minutes of set-up before "
            f"each batch; {_how(value)}. The last patient leaves soonest with batches of "
            f"{best['last leaves']} ({number(last.min(), 'minutes')}; one by one "
            f"{number(last.iloc[0], 'minutes')}, all together {number(last.iloc[-1], 'minutes')}). "
            f"The first leaves soonest with batches of {best['first leaves']}, the average patient "
            f"with {best['average leaves']}. By the formula for work that does not vary, the last "
            f"gains most at {formula:.1f}."
        ) + guess.recalled
        return shapes.dots(
            frame,
            dict(zip(measures, ("third", "main", "warn"), strict=True)),
            x="patients handed on at a time",
            y="minutes since the clinic opened",
            title=f"{setup} minutes of set-up: the last patient leaves soonest with batches of "
            f"{best['last leaves']}",
            description=words,
            provenance=(CLINIC, PLAYED),
            notes=notes,
            table=table,
            size=(WIDTH, HEIGHT),
        )

    controls = (
        Slider("setup", "Getting ready before each batch, at each step", start["setup"], min=0,
               max=20, unit="minutes"),
        Slider("touch", "Work on each patient, at each step", start["touch"], min=2, max=10,
               unit="minutes"),
        VARIES,
        RUNS,
    )  # fmt: skip
    return Lab("sizes", controls, draw, after=(guess,), truth={"best": best_size})


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
        ("work, done once", "work done again", "getting ready", "for others in the batch",
         "for the step to be free"),
        strict=True,
    )
)  # fmt: skip


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
        frame = table.rename_axis("category").reset_index().melt("category", var_name="series")
        table.loc["together"] = table.sum()
        lead = table.loc["together"]
        share = [100 * each.flow_efficiency for each in played]
        come = "all when it opens" if not value["apart"] else f"{value['apart']} minutes apart"
        parts = "; ".join(
            f"{name} {row[kinds[0]]:.0f} and {row[kinds[1]]:.0f}"
            for name, row in table.iloc[:-1].iterrows()
        )
        words = (
            f"{PATIENTS} patients. As it is, batches of {AS_IT_IS} and all asked to come when the "
            f"clinic opens: {lead.iloc[0]:.0f} minutes on average from arriving to leaving, "
            f"{share[0]:.0f} % of it work, {0.6 * share[0]:.0f} minutes of each hour. With the "
            f"change, batches of {value['batch']}, asked to "
            f"come {come}, and {said}: {lead.iloc[1]:.0f} minutes, {share[1]:.0f} % of it work. "
            f"Minutes as it is, and with the change: {parts}. The last patient leaves after "
            f"{played[0].last[0]:.0f} and {played[1].last[0]:.0f} minutes."
        )
        words += guess.recalled + order.recalled
        return shapes.bars(
            frame,
            {kinds[0]: "calm", kinds[1]: "main"},
            x="minutes per patient, average",
            title=f"{lead.iloc[0]:.0f} minutes there with {share[0]:.0f} % work; with the change "
            f"{lead.iloc[1]:.0f} with {share[1]:.0f} %",
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
    asked = {"work": "work", "setup": "set-up", "queue": "queue", "batch": "batch"}
    account = as_it_is.account
    truth = {
        "share": lambda: round(60 * float(as_it_is.flow_efficiency), 1),
        "parts": lambda: sorted(asked, key=lambda key: -account[asked[key]]),
    }
    return Lab("where", controls, draw, after=(guess, order), truth=truth)


def wastes(this: Lesson) -> Sorting:
    """Sort what was seen on a walk into the eight wastes."""
    return Sorting(f"{this.words.number}/sort/wastes", this.record)


SLOT = 20  # minutes for one patient before the change; the session is full
TALK = 15  # minutes below which a team cannot sit down to learn anything (illustrative)
AGREED = {
    "nothing": "nothing was agreed",
    "more": "more patients are seen",
    "learn": "the team learns and improves",
    "paid": "fewer hours are paid",
}
USES = {"more": "more patients", "learn": "learning", "paid": "no longer paid"}
UNUSED = "paid, used by nobody"


def freed(this: Lesson) -> Lab:
    """Free minutes in a full clinic session, and see who gets them."""
    guess = this.predict("cost")
    paid = PATIENTS * SLOT
    start = {"saved": 4, "lies": "between", "agreed": "nothing", "waiting": 6}

    def account(value: dict) -> tuple[Freed, int, dict[str, int]]:
        """Return the session, how many more are seen in it, and where its minutes go."""
        end = value["lies"] == "end"
        session = Freed(PATIENTS, SLOT, value["saved"], end)
        extra = min(session.extra, value["waiting"]) if value["agreed"] == "more" else 0
        use = {
            "nothing": 0,
            "more": extra * (SLOT - value["saved"]),
            "learn": session.minutes if session.longest >= TALK else 0,
            "paid": session.minutes if end else 0,
        }[value["agreed"]]
        after = {"patients as before": paid - session.minutes, **dict.fromkeys(USES.values(), 0)}
        if value["agreed"] in USES:
            after[USES[value["agreed"]]] = use
        return session, extra, {**after, UNUSED: session.minutes - use}

    def each_costs(extra: int, after: dict[str, int]) -> float:
        """Return the paid minutes per patient."""
        return (paid - after[USES["paid"]]) / (PATIENTS + extra)

    def falls() -> str:
        _, extra, after = account(start)
        fall = SLOT - each_costs(extra, after)
        return "same" if fall <= 0 else "some" if fall < start["saved"] else "falls"

    def draw(value: dict) -> Figure:
        session, extra, after = account(value)
        use, each = session.minutes - after[UNUSED], each_costs(extra, after)
        table = pd.DataFrame({"minutes": after}).rename_axis("the session").reset_index()
        words = (
            f"A session of {paid} paid minutes for {PATIENTS} patients. Each now takes "
            f"{value['saved']} minutes less, so {session.minutes} minutes are freed, the longest "
            f"piece {session.longest} minutes; {AGREED[value['agreed']]}, "
            f"{value['waiting']} more people wait. {use} minutes are used so, "
            f"{after[UNUSED]} by nobody. {PATIENTS + extra} patients are seen. "
            f"Paid minutes per patient: {SLOT} before, {number(round(each, 1))} now."
        ) + guess.recalled
        frame = table.rename(columns={"the session": "category", "minutes": "value"})
        return shapes.bars(
            frame.assign(series="minutes"),
            {"minutes": "main"},
            x="minutes of the session",
            title=f"{session.minutes} minutes freed, {use} of them used; "
            f"{number(round(each, 1))} paid minutes per patient",
            description=words,
            provenance=(Provenance("illustrative", note="this session"),
                        Provenance("computed", note="the minutes")),
            table=table,
            most=1.1 * paid,
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
