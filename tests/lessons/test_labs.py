"""Every lab of every lesson, driven from Python: shut, opened, turned to its ends and back."""

from __future__ import annotations

import asyncio
import html
import inspect
import json
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert

from toolkit import evidence
from toolkit.charts import shapes
from toolkit.charts.figure import PICTURE, Figure
from toolkit.course import Lesson, lesson
from toolkit.evidence import Provenance
from toolkit.learning.answers import fits, in_words
from toolkit.learning.fields import Button, Slider, Text
from toolkit.learning.record import PLACE, Record
from toolkit.learning.words import Ask, LessonWords, lesson_folders, words_of
from toolkit.screen.form import Form
from toolkit.screen.lab import Lab
from toolkit.screen.questions import KeptForm, Prediction

NUMBERS = list(lesson_folders())
SCRIPT = "<script>alert('no')</script>"
VIEW = "application/vnd.jupyter.widget-view+json"
# What must never stand in a sentence or a cell: a gap, an address, a figure nobody rounded.
SLIPS = re.compile(r"\b(?:nan|None|NaT|inf|dtype|object at)\b|0x[0-9a-f]{4}|<NA>|\d\.\d{6}")


def rooms() -> dict[str, tuple[str, Any]]:
    """Return each public function of each lesson's module, with the number of its lesson."""
    found = {}
    for number in NUMBERS:
        for name, made in Lesson(words_of(number), None).labs.items():
            found[f"{number} {name}"] = (number, made)
    return found


ROOMS = rooms()


def rooms_with(*kinds: str) -> list[str]:
    """Return the rooms that say that they give one of these."""
    return [
        name
        for name, (_number, made) in ROOMS.items()
        if inspect.signature(made).return_annotation in kinds
    ]


LABS, FIGURES, PAGES = rooms_with("Lab"), rooms_with("Figure"), rooms_with("Page")
KNOWN = LABS + FIGURES + PAGES + rooms_with("LiveChart")
OTHERS = [name for name in ROOMS if name not in KNOWN]


def ways(room: Any) -> list[dict[str, bool]]:
    """Return each set of switches that a figure can be asked for with."""
    switches = [
        name
        for name, item in inspect.signature(room).parameters.items()
        if isinstance(item.default, bool)
    ]
    both = product((False, True), repeat=len(switches))
    return [dict(zip(switches, chosen, strict=True)) for chosen in both]


def open_up(lab: Lab) -> None:
    """Go round everything that is asked first, as a trainer does."""
    for act in lab.after:
        if not act.revealed:
            act.skip()


def enter(room: str, record: Record, **way: bool) -> Any:
    """Return what one public function of one lesson gives, for whom this record belongs to."""
    number, made = ROOMS[room]
    return made(Lesson(words_of(number), record), **way)


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


@pytest.fixture(params=LABS, scope="module")
def lab(request, tmp_path_factory) -> Lab:
    """A lab that stands open at its start; tests that turn it turn it back."""
    lab = enter(request.param, Record(tmp_path_factory.mktemp("lab") / "my-record.json"))
    open_up(lab)
    return lab


# Why the end of an axis moves with a control, by lab and axis.
SAME_SCALE = "a scale that holds its largest value would leave the smallest nothing to be seen in"
IS_THE_AXIS = "the control says how far the axis goes"
MOVING = {
    ("04 trap", "pounds a patient"): SAME_SCALE,
    ("06 enough", "points of health"): SAME_SCALE,
    ("06 league", "operations in the year"): SAME_SCALE,
    ("09 first_year", "good results"): SAME_SCALE,
    ("09 package", "good results"): SAME_SCALE,
    ("10 calls", "month"): IS_THE_AXIS,
    ("10 calls", "result (start = 100)"): "with fewer months there is less to hold",
    ("07 clinics", "people on both lists"): SAME_SCALE,
    ("11 shared", "left over, £1,000 a year"): SAME_SCALE,
    ("10 methods", "years since the first method began"): IS_THE_AXIS,
}


def axes(figure: Figure) -> dict[str, str]:
    """Return the last label of each axis that holds numbers, by the axis's title."""
    scene = vl_convert.vegalite_to_scenegraph(figure.to_spec(), vl_version="5.21")["scenegraph"]
    found = {}

    def walk(node: dict) -> None:
        if node.get("role") == "axis":
            texts = [[t.get("text") for t in part["items"]] for part in inside(node)]
            labels = [text for text in (texts or [[]])[0] if isinstance(text, str)]
            title = texts[-1][0] if len(texts) > 1 else ""
            if labels and all(re.fullmatch(r"−?[\d,.]+", text) for text in labels):
                found[" ".join(title) if isinstance(title, list) else title] = labels[-1]
        for child in node.get("items", ()):
            walk(child)

    def inside(node: dict) -> list[dict]:
        texts = [part for part in node.get("items", ()) if part.get("marktype") == "text"]
        return texts + [t for part in node.get("items", ()) for t in inside(part)]

    walk(scene)
    return found


def test_an_axis_keeps_its_place_while_a_slider_moves(lab, request):
    room = request.node.callspec.params["lab"]
    start, sliders = dict(lab.form.value), [f for f in lab.form.fields if f["kind"] == "slider"]
    moved = {}
    for field in sliders:
        for value in settings_of(field):
            try:
                seen = axes(lab.draw({**start, field["name"]: value}))
            except ValueError:
                continue  # a setting that is refused is not drawn
            for title, end in seen.items():
                moved.setdefault(title, {}).setdefault(end, field["name"])
    jumps = {title: ends for title, ends in moved.items() if len(ends) > 1 and title}
    assert {title: ends for title, ends in jumps.items() if (room, title) not in MOVING} == {}


def own_buttons(lab: Lab) -> list[str]:
    """Return what there is to press: a lab with buttons of its own moves when told to."""
    every = [field["name"] for field in lab.form.fields if field["kind"] == "button"]
    return [name for name in every if name not in ("tell", "reset")]


def told(figure: Figure) -> tuple:
    """Return all that a figure says."""
    return (figure.title, figure.description, figure.datasets, figure.cells)


def settings_of(field: dict, start: Any = None) -> list:
    """Return what one control can be turned to: its ends, a step, every option and tick."""
    keys = [key for key, _text in field.get("options", ())]
    match field["kind"]:
        case "slider":
            low, high, step = field["min"], field["max"], field["step"]
            return [low, low + step, high]
        case "choice" | "select":
            return keys
        case "ticks":
            return [
                [],
                *([k for k in keys if (k in (start or [])) != (k == each)] for each in keys),
            ]
        case "text":
            return ["", SCRIPT]
        case "number":
            return ["0", "1", SCRIPT]
    return []


def settings_for(form: Form) -> Iterator[dict]:
    """Yield one control after the other at each of its ends, then all together at theirs."""
    controls = {
        f["name"]: settings_of(f, form.value[f["name"]])
        for f in form.fields
        if f["kind"] != "button"
    }
    for name, values in controls.items():
        for value in values:
            yield {name: value}
    for end in (0, -1):
        yield {name: values[end] for name, values in controls.items()}


def is_sound(figure: Figure, begun: bool = True) -> None:
    """Say what is missing of a figure, if anything; where nothing was done yet, no table is."""
    spec, cells = figure.to_spec(), figure.cells
    columns, rows, data = cells["columns"], cells["rows"], spec["datasets"]
    named = re.findall(r'"data": \{"name": "(\w+)"\}', json.dumps(spec, allow_nan=False))
    assert set(named) == set(data)
    assert any(data.values()), "nothing is drawn"
    assert rows or not begun, "the table is empty"
    assert all(len(row) == len(columns) for row in rows)
    assert figure.chips
    assert all(text for text, _meaning in figure.chips)
    for text in (figure.title, figure.description, *columns, *(" ".join(row) for row in rows)):
        assert not SLIPS.search(text), SLIPS.search(text)
    assert figure.title.strip()
    assert figure.title[-1] not in ".:;, "
    assert len(figure.description) > 40
    assert figure.description[-1] in ".”)"
    drawn = [value for part in data.values() for row in part for value in row.values()]
    if any(value for value in drawn if isinstance(value, float)):
        assert re.search(r"\d", figure.title + figure.description), "the words say no figure"


# --- every lesson's labs ----------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_one_does_there_and_what_it_gives(room):
    _number, made = ROOMS[room]
    assert inspect.getdoc(made)
    assert inspect.signature(made).return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("room", FIGURES)
def test_a_figure_is_sound_whichever_way_it_is_asked_for(room, record):
    figures = [enter(room, record, **way) for way in ways(ROOMS[room][1])]
    for figure in figures:
        assert isinstance(figure, Figure)
        is_sound(figure)
    descriptions = [figure.description for figure in figures]
    assert len(set(descriptions)) == len(descriptions), "another way says the same"


@pytest.mark.parametrize("room", LABS)
def test_a_lab_is_shut_until_what_it_asks_is_answered(room, record):
    lab = enter(room, record)
    assert isinstance(lab, Lab)
    assert lab.shut == bool(lab.after)
    for act in lab.after:
        assert lab.children == (lab.curtain,)
        act.skip()
    assert not lab.shut
    assert {lab.form, lab.problem} < set(lab.children)  # and a chart, or what a lab shows instead
    assert lab.curtain not in lab.children
    assert lab.problem.value == ""


def test_a_lab_has_few_controls_in_the_learners_words(lab):
    controls = [field for field in lab.form.fields if field["kind"] != "button"]
    assert len(controls) <= Lab.MOST
    assert bool(controls) == (lab.form.layout.display != "none")
    assert "reset" in {field["name"] for field in lab.form.fields[-2:]}
    for field in controls:
        start = lab.form.value[field["name"]]
        assert field["label"].strip()
        assert "_" not in field["label"]
        if field["kind"] == "slider":
            named = re.search(r"\b(?:day|week|month|year|round|step)s?\b", field["label"])
            assert field["unit"] or named, f"{field['name']} has no unit"
            # The browser moves a value that is off the steps: chart and slider would disagree.
            for at in (field["max"], *([] if start is None else [start])):
                steps = (at - field["min"]) / field["step"]
                assert steps == pytest.approx(round(steps), abs=1e-9)
                assert field["min"] <= at <= field["max"]
        elif field["kind"] not in ("text", "number"):
            keys = [key for key, _text in field["options"]]
            assert set(start if field["kind"] == "ticks" else [start]) <= set(keys)


def test_every_control_can_be_turned_to_its_ends_and_back(lab):
    start, first = dict(lab.form.value), told(lab.figure)
    begun = not own_buttons(lab)
    is_sound(lab.figure, begun)
    assert told(lab.draw(start)) == first, "the same setting gives another figure"
    refused, tried = 0, 0
    for setting in settings_for(lab.form):
        before = lab.figure
        lab.form.set(**setting)
        tried += 1
        if lab.problem.value:
            # A setting may be refused, with a sentence that teaches; nothing else may go wrong.
            with pytest.raises(ValueError, match=r"^[A-Z“].*\.$"):
                lab.draw(lab.form.value)
            assert lab.figure is before
            refused += 1
        else:
            is_sound(lab.figure, begun)
            if lab.figure.datasets != first[2]:
                words = (lab.figure.title, lab.figure.description)
                assert words != first[:2], f"{setting}: other data, the same words"
        assert lab.chart.description == lab.figure.description
        lab.form.press("reset")
        assert lab.form.value == start
        assert lab.problem.value == ""
        assert told(lab.figure) == first
    assert refused <= tried / 4


def test_every_button_of_a_lab_does_something_at_any_setting(lab):
    start, first = dict(lab.form.value), told(lab.figure)
    names = [field["name"] for field in lab.form.fields if field["kind"] == "button"]
    for name in names:
        seen = set()
        for setting in settings_for(lab.form):
            lab.form.status = lab.chart.verdict = ""
            lab.form.set(**setting)
            before = (lab.form.value, told(lab.figure), lab.form.status, lab.chart.verdict)
            refused = lab.problem.value
            lab.form.press(name)
            now = (lab.form.value, told(lab.figure), lab.form.status, lab.chart.verdict)
            seen.add(now != before)
            assert lab.problem.value in ("", refused)
            is_sound(lab.figure, begun=not own_buttons(lab))
            assert lab.chart.description == lab.figure.description
            lab.form.press("reset")
            assert (lab.form.value, told(lab.figure)) == (start, first)
        assert True in seen or lab.form.layout.display == "none", f"{name} does nothing"


def come_of(lab: Lab, setting: dict) -> tuple:
    """Return what a lab shows at a setting, once what there is to press has been pressed."""
    lab.form.set(**setting)
    for name in own_buttons(lab):
        lab.form.press(name)
    shown = told(lab.figure)
    lab.form.press("reset")
    return shown


def test_every_control_changes_something(lab):
    controls = {
        field["name"]: settings_of(field, lab.form.value[field["name"]])
        for field in lab.form.fields
        if field["kind"] not in ("button", "text")
    }
    lists = [f["name"] for f in lab.form.fields if f["kind"] in ("choice", "select", "ticks")]
    first = come_of(lab, {})
    for name, values in controls.items():
        # A control may wait for another: a limit moves nothing while everybody is let in.
        others = ({other: key} for other in lists if other != name for key in controls[other])
        assert any(come_of(lab, {name: value}) != first for value in values) or any(
            come_of(lab, {**other, name: values[-1]}) != come_of(lab, other) for other in others
        ), f"{name} does nothing"


def answer(guess: Prediction) -> None:
    """Predict what nobody would call the start: the last option, or the highest value."""
    ask = guess.ask
    said = {"slider": ask.max, "text": f"all will be well {SCRIPT}"}
    said |= {"order": list(ask.options), "curve": [ask.min] * len(ask.at)}
    last = list(ask.options)[-1:] if ask.kind == "choice" else [said[ask.kind]]
    guess.set(answer=last[0], sure="0.9")
    guess.press("lock")


@pytest.fixture(params=NUMBERS)
def opened(request, record) -> tuple[Lesson, dict[str, Lab]]:
    """A lesson with all its labs, as one learner has them open."""
    this = Lesson(words_of(request.param), record)
    number = this.words.number
    labs = {room: ROOMS[room][1](this) for room in LABS if ROOMS[room][0] == number}
    for room in rooms_with("Bring") if number == "13" else ():  # empty until a table is brought
        labs[room] = ROOMS[room][1](this)
        labs[room].use_sample()
    return this, labs


def test_every_prediction_is_found_again_in_a_result(opened):
    this, labs = opened
    for name in this.words.predict:
        guess = this.predict(name)
        behind = [lab for lab in labs.values() if guess in lab.after]
        answer(guess)
        assert guess.words
        shown = any(guess.words in lab.figure.description for lab in behind)
        for lab in () if shown else behind:
            lab.tell()
        assert shown or any(guess.words in lab.chart.verdict for lab in behind), name
        for lab in behind:
            assert lab.problem.value == ""
            assert "<script" not in lab._repr_mimebundle_()["text/html"]


def test_who_predicted_before_finds_the_labs_open_with_it(opened):
    this, labs = opened
    for name in this.words.predict:
        answer(this.predict(name))
    again = Lesson(this.words, Record(this.record.path))
    for room, lab in labs.items():
        if lab.after and all(isinstance(act, Prediction) for act in lab.after):
            here = ROOMS[room][1](again)
            assert not here.shut
            assert told(here.figure) == told(lab.figure)


# --- predictions held against what came ----------------------------------------------------------

# What code cannot settle: the number of the lesson, the name of the prediction, and why.
EXEMPT = {
    ("07", "favourite"): "a preference: what is best in one clinic is not best in the other",
}
SETTLED = ("slider", "choice", "order", "curve")


def behind(this: Lesson, labs: dict[str, Lab], name: str) -> list[Lab]:
    """Return the labs that hold a prediction against what comes."""
    guess = this.predict(name)
    return [lab for lab in labs.values() if guess in lab.after and name in lab.truth]


def to_settle(this: Lesson) -> list[str]:
    """Return the predictions of a lesson that code has to settle."""
    number = this.words.number
    asked = {name for name, ask in this.words.predict.items() if ask.kind in SETTLED}
    return sorted(name for name in asked if (number, name) not in EXEMPT)


def nearest(ask: Ask, outcome: Any) -> Any:
    """Return the answer that comes closest to what came."""
    if ask.kind != "slider":
        return outcome
    steps = round((outcome - ask.min) / ask.step)
    return min(ask.min + steps * ask.step, ask.max)


def far_off(ask: Ask, outcome: Any) -> Any:
    """Return an answer that is far from what came."""
    if ask.kind == "slider":
        return max((ask.min, ask.max), key=lambda end: abs(end - outcome))
    if ask.kind == "curve":
        return [max((ask.min, ask.max), key=lambda end: abs(end - each)) for each in outcome]
    if ask.kind == "order":
        return outcome[::-1]
    return next(key for key in ask.options if key != outcome)


def test_every_prediction_is_settled_in_one_place(opened):
    this, labs = opened
    counted = {name: len(behind(this, labs, name)) for name in to_settle(this)}
    assert counted == dict.fromkeys(counted, 1)
    for room, lab in labs.items():
        owed = {act.key.rsplit("/", 1)[1] for act in lab.after}
        assert set(lab.truth) <= owed, f"{room} settles what it does not wait for"


@pytest.mark.parametrize("opened", sorted({number for number, _name in EXEMPT}), indirect=True)
def test_what_is_exempt_is_asked_and_settled_nowhere(opened):
    this, labs = opened
    for name in (name for number, name in EXEMPT if number == this.words.number):
        assert any(this.predict(name) in lab.after for lab in labs.values())
        assert behind(this, labs, name) == []


def test_an_outcome_has_the_form_of_an_answer_and_counts_as_one(opened):
    this, labs = opened
    for name in to_settle(this):
        guess, ask = this.predict(name), this.words.predict[name]
        for lab in behind(this, labs, name):
            outcome = lab.truth[name]()
            assert type(outcome) in (int, float, str, list), name  # numpy's do not keep
            assert fits(ask, outcome), name
            for n, (said, came) in enumerate(((nearest, True), (far_off, False))):
                key = f"{guess.key}-{n}"
                tried = Prediction(key, ask, this.record)
                tried.set(answer=said(ask, outcome), sure="0.7")
                tried.press("lock")
                tried.settle(outcome)
                assert tried.came is came, name
                assert f"Result: {in_words(ask, outcome)}." in tried.status
                held = Record(this.record.path).get(key)
                assert (held["outcome"], held["came"]) == (outcome, came)


def elsewhere(lab: Lab) -> Iterator[dict]:
    """Yield settings of one control after the other that do not show the result, if any is set."""
    for field in lab.form.fields:
        for value in settings_of(field) if field["name"] in lab.form.value else ():
            setting = {**lab.form.value, field["name"]: value}
            shows = lab.reveal_at and lab.reveal_at.items() <= setting.items()
            if setting != lab.form.value and not shows:
                yield {field["name"]: value}


def test_a_result_is_told_after_the_play_and_not_before(opened):
    this, labs = opened
    for lab in labs.values():
        asked = [guess for guess in lab.after if guess.key.rsplit("/", 1)[1] in lab.truth]
        if not asked or not isinstance(lab, Lab):
            continue
        for guess in lab.after:
            if not guess.sealed:
                answer(guess)
        assert not any("Result:" in guess.status for guess in asked)
        away = list(elsewhere(lab))[: lab.MOVES - 1]
        for setting in away:
            lab.form.set(**setting)
            assert {guess.came for guess in asked} == {None}
        if lab.reveal_at:
            assert lab.reveal_at.keys() <= lab.form.value.keys()
            lab.form.set(**lab.reveal_at)
        elif not lab.form.value:  # nothing to move: it is played
            lab.chart._handle_custom_msg({"played": True}, [])
        else:
            for setting in (*away, {}, *away):
                lab.form.set(**setting) if setting else lab.form.press("reset")
        for guess in asked:
            assert guess.came is not None, guess.key
            assert guess.verdict in lab.chart.verdict
        again = Lesson(this.words, Record(this.record.path))
        for guess in asked:  # in the next session it is told at once
            assert again.predict(guess.key.rsplit("/", 1)[1]).verdict == guess.verdict


def settle(room: str, name: str, record: Record, **value: Any) -> tuple[Any, Figure]:
    """Return what a lab holds a prediction against, and its figure at a setting."""
    lab = enter(room, record)
    return lab.truth[name](), lab.draw({**lab.form.value, **value})


MANY = {"runs": "200"}
HARDEST = {"unit": "several organisations", "craft": "hard"}


@pytest.mark.parametrize(
    ("room", "name", "setting", "shown"),
    [
        ("00 glasses", "different", {}, r"(\d+) different first changes"),
        ("01 learning", "regain", {}, r"is back at 100 after ([\d.]+) weeks"),
        ("01 pressure", "pause", {"stop": 31}, r"a stop of (\d+) weeks, the team recovers"),
        ("01 rules", "seen", MANY, r"half of the problems within (\d+) hours"),
        ("02 batches", "alone", {}, r"The last patient leaves after (\d+) minutes one by one"),
        ("02 sizes", "best", {}, r"batches of (\d+) get the last patient home"),
        ("02 where", "share", {}, r"(\d+) minutes of each hour"),
        ("03 dice", "dice", {}, r"^In this game, (\d+) patients came out, not the 70"),
        ("05 alarms", "alarms", {}, r"NHS rules flag (\d+) of 100 charts"),
        ("08 speak", "tongue", {}, r"(\d+) of 10 settings end the same"),
        ("08 luck", "luck", {}, r"on average, ([\d.]+) of 10 settings end"),
        ("10 halving", "closed", HARDEST, r"(\d+) of 100 patients in your project"),
        ("10 calls", "false", {}, r"^(\d+) of 200 services"),
        ("10 methods", "third", {}, r"the third method reaches (\d+)% of staff"),
        ("12 nine", "nine", {}, r"^(\d+) of 9 cases still run"),
    ],
)
def test_a_number_that_came_is_the_one_the_lab_shows(room, name, setting, shown, record):
    outcome, figure = settle(room, name, record, **setting)
    said = re.search(shown, f"{figure.title}\n{figure.description}")
    assert abs(float(said[1]) - outcome) <= 0.51  # the lab shows whole numbers


@pytest.mark.parametrize(
    ("room", "name", "setting", "came", "shown"),
    [
        (
            "02 freed",
            "cost",
            {},
            "same",
            "20 minutes of staff time for each patient before, and still",
        ),
        ("03 five_steps", "ceiling", {}, "outside", "The steps end at the care package at home"),
        ("04 clinic", "freed", {}, "same", "the weekly bill stays the same"),
        ("04 buy", "fuller", {"threshold": 20_000}, "one", "£5,000 to you, so you keep"),
        ("04 buy", "fuller", {"threshold": 30_000}, "one", "£7,500 to you, so you buy"),
        ("04 trap", "cheaper", {}, "up", "by 5.6%, but the loss is larger than the gain"),
        ("05 beads", "train", {}, "none", "all 6 workers are inside"),
        ("07 context", "wins", {}, 10, "lean does best in 10 of 25 kinds"),
        ("09 first_year", "early", {}, "copied", "copying brings 100 more good results"),
        (
            "10 lifecycle",
            "slope",
            {},
            "cross",
            "After 48 months, 106 redesigned places and 200 learning places are better",
        ),
        (
            "10 waiting",
            "england",
            {},
            "two",
            "called 3 ceilings: 2 too early, and one close to the top",
        ),
        ("12 in_common", "condition", {}, "leader_stays", "All 4 of them had leaders who stayed"),
    ],
)
def test_the_option_that_came_is_what_the_lab_shows(room, name, setting, came, shown, record):
    outcome, figure = settle(room, name, record, **setting)
    assert outcome == came
    assert shown.lower() in f"{figure.title}\n{figure.description}".lower()


def test_the_stage_that_brings_most_is_the_one_with_the_largest_gain_in_the_lab(record):
    gains = {}
    for stage in words_of("03").predict["improve"].options:
        outcome, figure = settle("03 improve", "improve", record, stage=stage)
        gains[stage] = figure.table.iloc[-1, -1]
    assert outcome == max(gains, key=gains.get)


def test_copying_is_ahead_after_four_years_where_the_map_says_so(record):
    outcome, figure = settle("09 corner", "corner", record, month=48)
    ahead = figure.table.set_index("how well understood") < -20  # home-grown results in 1,000
    near, far = np.split(ahead.to_numpy(), 2, axis=1)
    corners = [part.mean() > 0.5 for side in (near, far) for part in np.split(side, 2)]
    assert outcome == "near_blind"
    assert corners == [True, False, False, False]  # little understood and well: near, then far


def test_the_own_logic_takes_the_lead_when_the_lab_shows_it(record):
    outcome, figure = settle("09 contrast", "catch_up", record)
    shown = re.search(r"home-grown changes stay ahead from month (\d+)", figure.title, re.I)
    assert outcome == f"year_{(int(shown[1]) - 1) // 12 + 1}"


def without_id(bundle: dict) -> dict:
    return {kind: content for kind, content in bundle.items() if kind != VIEW}


@pytest.mark.parametrize("room", ROOMS)
def test_what_stays_in_the_notebook_is_the_same_each_time(room, tmp_path, monkeypatch):
    monkeypatch.delenv(PICTURE, raising=False)
    bundles = []
    for n in range(2):
        shown = enter(room, Record(tmp_path / f"{n}.json"))
        bundles.append(
            shown.to_mimebundle()[0] if isinstance(shown, Figure) else shown._repr_mimebundle_()
        )
    one, other = map(without_id, bundles)
    assert one == other
    assert one["text/plain"].strip()
    assert not SLIPS.search(one["text/plain"])
    assert not re.search(r"0x[0-9a-f]{6}|object at", json.dumps(one))
    if VIEW in bundles[0]:
        ids = [bundle[VIEW]["model_id"] for bundle in bundles]
        assert all(re.fullmatch(r"[\w-]*[a-z][\w-]*-\d+", each) for each in ids)
        assert ids[0] != ids[1]


@pytest.mark.parametrize("room", PAGES)
def test_a_page_says_the_same_with_and_without_a_browser(room, record):
    bundle = enter(room, record)._repr_mimebundle_()
    shown = html.unescape(re.sub(r"<[^>]+>", " ", bundle["text/html"]))
    assert not re.search(r"</?[a-z]+>", bundle["text/plain"])
    for text in (shown, bundle["text/plain"]):
        assert not SLIPS.search(text), SLIPS.search(text)
    letters = [set(re.findall(r"[A-Za-z]{4,}", text)) for text in (shown, bundle["text/plain"])]
    assert len(letters[0] & letters[1]) > 0.5 * len(letters[0] | letters[1])


@pytest.mark.parametrize("room", OTHERS)
def test_a_form_of_its_own_can_be_turned_to_its_ends(room, record):
    made = enter(room, record)
    inner = [each for each in (made, *vars(made).values()) if isinstance(each, Form)]
    assert inner, "nothing to answer in"
    problem = getattr(made, "problem", SimpleNamespace(value=""))
    for form in inner:
        for field in list(form.fields):
            for value in settings_of(field):
                if field["name"] in form.value:
                    form.set(**{field["name"]: value})
                    assert problem.value == ""
                    assert "<script" not in form.status or field["kind"] == "text"
        for button in [f["name"] for f in form.fields if f["kind"] == "button"]:
            form.press(button)
            assert problem.value == ""


# Figures that show no published series, and what they show instead; and the labs that show one.
NO_SERIES = {
    "05 four_rules": "what chance makes of charts on which nothing changes",
    "09 laws": "what the model makes of pairs of places",
}
SERIES_IN_LABS = ["05 real"]


def forget() -> None:
    """Empty what the labs' modules keep of the tables they have read."""
    for name in [name for name in sys.modules if name.startswith("toolkit.")]:
        for each in vars(sys.modules[name]).values():
            if hasattr(each, "cache_clear") and each.__module__.startswith("toolkit.lessons"):
                each.cache_clear()


@pytest.mark.parametrize("room", [*FIGURES, *SERIES_IN_LABS])
def test_words_about_a_published_series_are_worked_out_from_it(room, record, monkeypatch):
    before = enter(room, record)
    real, read = evidence.series, []

    def other(name: str) -> evidence.EvidenceTable:
        read.append(name)
        held = real(name)
        frame = held.frame.copy()
        for column in frame.select_dtypes("number"):
            kept = frame[column].dtype  # what is counted stays whole
            frame[column] = (frame[column].to_numpy()[::-1] * 0.9).astype(kept)
        return replace(held, frame=frame)

    monkeypatch.setattr(evidence, "series", other)
    forget()
    try:
        after = enter(room, record)
    finally:
        forget()
    one, two = (each.figure if isinstance(each, Lab) else each for each in (before, after))
    assert bool(read) == (room not in NO_SERIES)
    assert (one.datasets != two.datasets) == bool(read)
    assert (one.description != two.description) == bool(read)
    assert (one.cells["rows"] != two.cells["rows"]) == bool(read)


# --- the frame of a lab -----------------------------------------------------------------------

MADE_UP = (Provenance("illustrative"),)


def drawn(value: dict) -> Figure:
    """Draw as many rounds as asked for; refuse a few settings in different ways."""
    if value["rounds"] == 7:
        raise ValueError(f"Seven is too many for {SCRIPT}.")
    if value["rounds"] == 8:
        raise KeyError
    frame = pd.DataFrame({"at": range(value["rounds"]), "series": "home", "value": 1.0})
    return shapes.paths(
        frame, {"home": "main"}, x="round", y="patients", title=f"{value['rounds']} rounds",
        description=f"{value['rounds']} rounds were played, one home in each.", provenance=MADE_UP,
    )  # fmt: skip


@pytest.fixture
def guess(record) -> Prediction:
    return Prediction("99/predict/rounds", Ask("How many rounds?", "slider"), record)


def small(*after: KeptForm, name: str = "test-lab") -> Lab:
    return Lab(name, (Slider("rounds", "Rounds", 3, min=1, max=9, unit="rounds"),), drawn, after)


@pytest.mark.parametrize(
    ("rounds", "words"), [(7, "Seven is too many for &lt;script&gt;"), (8, "KeyError")]
)
def test_a_setting_that_fails_says_so_and_keeps_the_last_figure(rounds, words):
    lab = small()
    lab.form.set(rounds=5)
    kept = lab.figure
    lab.form.set(rounds=rounds)
    assert words in lab.problem.value
    assert 'role="alert"' in lab.problem.value
    assert "<script" not in lab.problem.value
    assert lab.figure is kept
    assert lab.chart.title == "5 rounds"
    lab.form.press("reset")
    assert lab.problem.value == ""
    assert lab.figure.title == "3 rounds"


def test_a_lab_that_fails_from_the_start_fails_where_it_is_made():
    with pytest.raises(ValueError, match="Seven"):
        Lab("bad", (Slider("rounds", "Rounds", 7),), drawn)


def test_five_controls_are_refused_and_buttons_do_not_count():
    controls = [Text(name, name, "") for name in "abcd"]
    figure = drawn({"rounds": 3})
    Lab("four", (*controls, Button("go", "Go")), lambda _value: figure)
    with pytest.raises(ValueError, match="at most 4 controls; 'five' has more"):
        Lab("five", (*controls, Text("e", "e", "")), lambda _value: figure)


def test_all_predictions_are_owed_before_a_lab_opens(record, guess):
    second = Prediction("99/predict/more", Ask("How many more?", "slider"), record)
    lab = small(guess, second)
    answer(guess)
    assert lab.shut
    assert lab.children == (lab.curtain,)
    answer(second)
    assert lab.children == (lab.form, lab.problem, lab.chart)


def test_a_lock_draws_once_and_words_of_the_form_draw_nothing(guess, monkeypatch):
    lab, shows = small(guess), []
    show = lab.chart.show
    monkeypatch.setattr(lab.chart, "show", lambda *what: (shows.append(what), show(*what)))
    guess.press("lock")
    assert guess.status.startswith("You have not chosen anything yet.")
    assert shows == []
    answer(guess)
    assert len(shows) == 1
    guess.press("again")
    guess.press("lock")  # the same again
    assert len(shows) == 1


def test_who_skipped_is_told_the_result_when_asking_for_it(guess):
    lab = Lab(
        "told", (Slider("rounds", "Rounds", 3, min=1, max=9),), drawn, (guess,),
        truth={"rounds": lambda: 4},
    )  # fmt: skip
    guess.press("skip")
    lab.form.press("tell")
    assert lab.chart.verdict == "How many rounds? Result: 4."
    assert guess.came is None


def test_predicting_again_leaves_a_lab_open(guess):
    lab = small(guess)
    answer(guess)
    guess.press("again")
    assert not lab.shut


def test_where_it_is_shut_a_notebook_still_holds_the_start_in_words(guess, monkeypatch):
    monkeypatch.delenv(PICTURE, raising=False)
    lab = small(guess)
    bundle = lab._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", VIEW}
    assert bundle["text/plain"].startswith("3 rounds\n")
    assert "<table>" in bundle["text/html"]
    assert re.fullmatch(r"test-lab-\d+", bundle[VIEW]["model_id"])


def test_the_next_steps_of_a_slider_are_left_ahead_and_no_others():
    lab = small()
    assert [each["rounds"] for each in lab._next({"rounds": 3})] == [4, 2, 5, 1]
    assert [each["rounds"] for each in lab._next({"rounds": 9})] == [8, 7]


def test_a_step_that_fails_ahead_of_time_is_told_only_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(Lab, "QUICK", math.inf)  # a busy machine draws slowly
    left = []

    async def look() -> Lab:
        lab = small()
        monkeypatch.setattr(lab.chart, "ahead", lambda setting, _figure: left.append(setting))
        lab.form.set(rounds=6)
        await lab._looking
        return lab

    lab = asyncio.run(look())
    assert [each["rounds"] for each in left] == [5, 4]
    assert lab.problem.value == ""
    lab.form.set(rounds=7)
    assert "Seven" in lab.problem.value


# --- a lesson ---------------------------------------------------------------------------------


@pytest.fixture
def this(record) -> Lesson:
    return Lesson(words_of("03"), record)


def test_a_lesson_says_which_it_is(this):
    assert repr(this) == "Lesson 03: Theory of constraints: find the slowest stage"


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("predict", "no prediction 'x'; it has dice, improve, busy, ceiling"),
        ("play", "no lab 'x'; it has a_year_on, busy, dice"),
        ("show", "no figure 'x'; it has"),
        ("explain", "no explanation 'x'; it has dice"),
        ("check", "no check 'x'; it has busy, ceiling, mirage, order, logic"),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(this, verb, told):
    with pytest.raises(ValueError, match=told):
        getattr(this, verb)("x")


def test_an_empty_lesson_says_that_it_has_none(record):
    empty = Lesson(LessonWords("99", "Empty", "constraints"), record)
    with pytest.raises(ValueError, match="no check 'x'; it has none"):
        empty.check("x")


def test_a_lesson_asks_once_however_often_it_is_shown(this):
    assert this.predict("dice") is this.predict("dice")
    assert this.card() is this.card()
    assert this.play("dice").after == (this.predict("dice"),)


def test_a_lesson_lists_its_labs_and_nothing_private(this):
    assert {"a_year_on", "dice", "improve", "busy", "five_steps", "occupancy"} == set(this.labs)


def test_a_lesson_finds_the_record_of_whoever_sits_here(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path / "my-record.json"))
    here = lesson("03")
    here.card().set(where="At the hatch.")
    here.card().press("keep")
    assert (tmp_path / "my-record.json").exists()
    with pytest.raises(ValueError, match="There is no lesson '3'"):
        lesson("3")


@pytest.mark.parametrize("number", NUMBERS)
def test_words_and_sources_are_listed_where_links_lead(number, record):
    this = Lesson(words_of(number), record)
    for page, kind, keys in (
        (this.sources(), "source", this.words.sources),
        (this.terms(), "term", this.words.terms),
    ):
        bundle = page._repr_mimebundle_()
        ids = re.findall(rf'id="{kind}-([^"]+)"', bundle["text/html"])
        assert sorted(ids) == sorted(keys)
        assert len(bundle["text/plain"].splitlines()) >= len(keys)
        assert "<" not in bundle["text/plain"]


@pytest.mark.parametrize("number", NUMBERS)
def test_sources_stand_by_author_whatever_their_keys_are(number, record):
    cited = (
        Lesson(words_of(number), record).sources()._repr_mimebundle_()["text/plain"].splitlines()
    )
    assert cited == sorted(cited, key=str.casefold)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_card_check_and_explanation_can_be_gone_through(number, record):
    this = Lesson(words_of(number), record)
    for name, explain in this.words.explain.items():
        act = this.explain(name)
        act.set(text="A sentence that is long enough to be kept.")
        act.press("compare")
        assert act.status.endswith(explain.answer[-1])
        assert set(explain.sources) <= set(this.words.sources)
    for name, check in this.words.check.items():
        act = this.check(name)
        for key, reason in check.because.items():
            act.set(answer=key)
            act.press("check")
            assert act.revealed == (key == check.right)
            assert act.status.endswith(reason)
        assert len(check.options) >= 3
        assert len(set(check.because.values())) == len(check.because)
    if this.words.card:
        act = this.card()
        act.set(**{next(iter(this.words.card)): "At the hatch."})
        act.press("keep")
        assert act.revealed


def test_a_quotation_stands_word_for_word_with_its_source(this):
    bundle = this.quote("five_focusing_steps")._repr_mimebundle_()
    held = evidence.verbatim("five_focusing_steps")
    for words in held.wordings:
        assert f"“{words}”" in bundle["text/plain"]
    assert evidence.cite("goldratt1990") in bundle["text/plain"]
    assert bundle["text/html"].count("<li>") == len(held.wordings)
