"""Hand patients on all together, in batches or one by one, and find the batch that suits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.charts.theme import HEIGHT
from toolkit.course.common import MANY, PLAYED, RUNS, band, line, moment, recalled
from toolkit.course.lesson import Lesson
from toolkit.learning.fields import Choice, Slider
from toolkit.lessons.l02_lean.labs.clinic import CLINIC, NAMES, PATIENTS
from toolkit.models.queues.stream import Passage, Step, Stream, level_best, send
from toolkit.screen.lab import Lab
from toolkit.text.numbers import number

SEED = 2
TOUCH = 5  # minutes at each of the four steps
SPREAD = 0.5  # standard deviation of the work as a share of its mean, where work varies
VARIES = Choice(
    "varies",
    "The work on each patient",
    "no",
    options={"no": "takes the same time", "yes": "takes more for some, less for others"},
)
UNTIL = 380  # minutes: the last patient has left, whatever is set
WHOLE_STEPS = (560, HEIGHT)  # pixels; on a wider axis Vega would mark half patients


def _level(setup: float, touch: float = TOUCH) -> Stream:
    """Return the clinic whose four steps are alike."""
    return Stream(tuple(Step(name, touch, setup) for name in NAMES))


def _play(stream: Stream, batch: int, value: dict) -> Passage:
    """Play as often as the controls say; the same chances meet every batch size."""
    varies = value.get("varies", "no") == "yes"
    return send(
        stream,
        PATIENTS,
        batch,
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
        at = np.arange(0, UNTIL + 1, 5)
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
            for name, each in zip(
                ("all together", f"in batches of {size}"), played.values(), strict=True
            )
        )
        words = (
            f"{PATIENTS} patients, four steps of {TOUCH} minutes, {value['setup']} minutes of "
            f"getting ready before each batch; {_how(value)}. {told[0].upper()}{told[1:]}."
            f"{recalled(guess)}"
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
            most=PATIENTS,
            until=UNTIL,
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
    return Lab("batches", controls, draw, after=(guess,), truth=truth, there={"batch": 1})


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
            f"{recalled(guess)}"
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
            most=600,
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
