"""The plan as a plant: each line of the canvas adds a part, each answer about readiness a root."""

from __future__ import annotations

import re

import pytest

from toolkit.course import Lesson
from toolkit.course.plan import CANVAS, PROMPTS, READINESS, SHORT
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l13_your_dialect.labs.plant import PARTS, drawn
from toolkit.models.readiness.questions import FACTORS, FIT

DOTTED = "stroke-dasharray"


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


@pytest.fixture
def this(record) -> Lesson:
    return Lesson(words_of("13"), record)


def test_every_line_of_the_canvas_has_its_part(record):
    assert set(PARTS) == set(PROMPTS)
    assert "Each box that you fill in adds a part" in drawn(record)
    record.put(CANVAS, {"kind": "canvas", **dict.fromkeys(PROMPTS, "9 days"), "sure": "0.7"})
    assert "your plant is in flower" in drawn(record)


def test_a_box_that_is_filled_draws_its_part_and_moves_only_that(this):
    room = this.play("canvas")
    dotted = room.plant.value.count(DOTTED)
    room.form.set(core="They ask who is stuck.")
    assert room.plant.value.count(DOTTED) == dotted - 1
    assert "core: They ask who is stuck." in room.plant.value
    assert room.plant.value.count("dio-new") == 1
    room.form.set(core="They ask each other who is stuck.")
    assert "dio-new" not in room.plant.value
    room.form.set(core="")
    assert room.plant.value.count(DOTTED) == dotted


def test_the_first_six_boxes_make_a_whole_plant_in_flower(this):
    room = this.play("canvas")
    room.form.set(**dict.fromkeys(SHORT, "80% by June"))
    assert "Your plant is in flower." in room.plant.value or "All 6 parts" in room.plant.value
    ready = this.play("readiness")
    ready.form.set(ready=dict.fromkeys(FACTORS, "3"), fit=dict.fromkeys(FIT, "3"))
    assert DOTTED not in room.plant.value
    room.form.press("more")
    assert "All 6 parts are there" in room.plant.value
    assert "The other parts are drawn in dots." in room.plant.value
    room.form.set(aim="less pain")
    assert "7 of the 17 parts of your plant are there" in room.plant.value
    assert DOTTED in room.plant.value


def test_answers_about_readiness_grow_roots_here_and_on_the_canvas(this):
    canvas, ready = this.play("canvas"), this.play("readiness")
    assert "It has no roots yet." in canvas.plant.value
    ready.form.set(ready={"skills": "1"})
    assert "It has 1 of 9 roots" in canvas.plant.value
    short = ready.roots.value
    ready.form.set(ready={"skills": "4"})
    assert "Team skills: fully" in ready.roots.value
    assert ready.roots.value != short


def test_what_was_typed_stays_text(record):
    record.put(CANVAS, {"kind": "canvas", "core": "<script>alert(1)</script>"})
    assert "<script" not in drawn(record)


def test_the_cards_of_earlier_lessons_come_back(this, record):
    assert "your lines come back here" in this.play("canvas").children[0].value
    record.put("03/card/service", {"kind": "card", next(iter(words_of("03").card)): "Ward <4>"})
    record.put("13/card/service", {"kind": "card", "first": "not this"})
    told = this.play("canvas").children[0].value
    assert "the cards of 1 lesson." in told
    assert "Ward &lt;4&gt;" in told
    assert "not this" not in told
    assert READINESS not in told


def test_the_example_shows_what_the_first_boxes_grow_and_nothing_else(this):
    room = this.play("canvas")
    room.form.set(**dict.fromkeys(SHORT, "80% by June"))
    shown = this.play("seedling")._repr_mimebundle_()["text/html"]
    texts = re.compile(r"<text[^>]*>([^<]+)</text>")
    assert texts.findall(shown) == texts.findall(room.plant.value)
    listed = re.findall(r"<strong>([^<]+)</strong>", shown)
    assert listed == [PROMPTS[name].short for name in SHORT]
    assert len(listed) == 6, "the lesson says six boxes"


def test_the_signs_of_a_short_plan_hang_on_one_post(record):
    assert "m0 26v46m0 26" in drawn(record)
    assert "m0 26v10m0 26v10m0 26" in drawn(record, whole=True)


def test_the_plan_on_one_page_follows_the_boxes(this):
    canvas, plan = this.play("canvas"), this.play("plan")
    assert "Your plan will appear here" in plan.shown.value
    canvas.form.set(core="They ask who is stuck.")
    assert "They ask who is stuck." in plan.shown.value
    this.play("readiness").form.set(ready={"skills": "1"})
    assert "Team skills: not yet" in plan.shown.value
