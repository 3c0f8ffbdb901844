"""The plan as a plant: each line of the canvas adds a part, each answer about readiness a root."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

from toolkit.course import Lesson
from toolkit.course.plan import CANVAS, DATA, PROMPTS, READINESS, SHORT, open_points
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l13_your_dialect.labs.dialect import have, monday
from toolkit.lessons.l13_your_dialect.labs.plant import BOARDS, GROUND, LOWER, PARTS, drawn
from toolkit.models.readiness.questions import ASKED, FACTORS, FIT

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


def test_answers_about_readiness_grow_roots_and_a_weak_one_a_short_one(this):
    def long() -> float:
        x, y = re.search(r'Q\S+ \S+ (\S+) (\S+)"[^>]*><title>Open talk: ', room.value).groups()
        return math.dist((200, 396), (float(x), float(y)))

    room, ready = this.play("canvas").plant, this.play("readiness")
    assert "It has no roots yet." in room.value
    ready.form.set(ready={"culture": "1"})
    assert "It has 1 of 6 roots" in room.value
    weak = long()
    ready.form.set(ready={"culture": "4"})
    assert "Open talk: fully" in room.value
    assert long() > 2 * weak


def test_what_was_typed_stays_text(record):
    record.put(CANVAS, {"kind": "canvas", "core": "<script>alert(1)</script>"})
    assert "<script" not in drawn(record)


def test_the_cards_of_earlier_lessons_come_back(this, record):
    assert len(this.play("canvas").children) == 1
    record.put("03/card/service", {"kind": "card", next(iter(words_of("03").card)): "Ward <4>"})
    record.put("13/card/service", {"kind": "card", "first": "not this"})
    told = this.play("canvas").children[0].value
    assert "the cards of 1 lesson<" in told
    assert "Ward &lt;4&gt;" in told
    assert "not this" not in told
    assert READINESS not in told


def test_the_roots_are_drawn_beside_the_questions_about_the_place(this):
    ready = this.play("readiness")
    roots = ready.children[0].children[1]
    assert "Each answer draws a root" in roots.value
    ready.form.set(ready={"culture": "1"})
    assert "It has 1 of 6 roots" in roots.value
    assert all(f">{asked.short}<" in roots.value for asked in ASKED.values())
    assert not [name for name in SHORT if f">{PROMPTS[name].short}<" in roots.value]


def test_a_short_plan_names_its_six_boxes_and_the_roots_apart(record):
    *boxes, roots = re.findall(r"<text[^>]*>([^<]+)</text>", drawn(record))
    assert sorted(boxes) == sorted(PROMPTS[name].short for name in SHORT)
    assert roots.startswith("roots:")


@pytest.mark.parametrize("how", [{}, {"whole": True}, {"roots": True}])
def test_every_name_lies_within_the_drawing(record, how):
    shown = drawn(record, **how)
    left, top, wide, high = map(int, re.search('viewBox="([^"]+)"', shown)[1].split())
    shift = lower = 0
    for moved, down, x, y, anchor, size, words in re.findall(
        r'translate\((-?\d+) (\d+)\)"|<text x="(\d+)" y="(\d+)" text-anchor="(\w+)" '
        r'font-size="(\d+)"[^>]*>([^<]+)',
        shown,
    ):
        if moved:
            shift, lower = int(moved), int(down)
            continue
        long = 0.55 * int(size) * len(words)
        start = int(x) - {"start": 0, "middle": long / 2, "end": long}[anchor]
        moves = any(words == each.short for each in PROMPTS.values())
        start += shift if moves else 0
        assert left <= start, words
        assert start + long <= left + wide, words
        assert top < int(y) + (lower if moves else 0) - int(size) / 2 < top + high


def test_a_short_plan_fits_one_view_beside_its_boxes(record):
    wide, high = map(int, re.search(r'viewBox="\S+ \S+ (\d+) (\d+)"', drawn(record)).groups())
    assert high / wide < 0.85


def test_the_parts_on_the_post_of_a_short_plan_stand_apart():
    spans = []
    for name in (each for each in BOARDS if each in SHORT):
        top = int(re.match(r"M\d+ (\d+)", PARTS[name][0])[1]) + LOWER[name]
        spans.append((top, top + (54 if name == "when" else 34)))
    spans.sort()
    assert all(low + 8 < high for (_, low), (high, _) in pairwise(spans))
    assert spans[-1][1] < GROUND - 41, "above the heads of the team"


def test_the_plan_on_one_page_follows_the_boxes(this):
    canvas, plan = this.play("canvas"), this.play("plan")
    canvas.form.set(core="They ask who is stuck.")
    assert "They ask who is stuck." in plan.shown.value
    this.play("readiness").form.set(ready={"motivation": "1"})
    assert "Wish to change: not yet" in plan.shown.value
    card = this.card()
    for text in ("the night staff", "the day staff"):
        card.set(people=text)
        card.press("keep")
        assert text in plan.shown.value


def test_the_course_ends_with_what_one_has_and_with_monday(this, record):
    plan = this.play("plan")
    assert [there for there, _ in have(record)] == [False] * 5
    assert all(words.startswith("not yet: ") for _, words in have(record))
    assert any("figure for each month" in step for step in monday(record))
    assert len(monday(record)) == 4
    record.put(DATA, {"kind": "data", "source": "file", "measure": "falls in the month"})
    record.put("13/card/service", {"kind": "card", "people": "the night staff", "first": "a room"})
    this.play("readiness").form.set(ready={"motivation": "1", "culture": "4"})
    this.play("canvas").form.set(**dict.fromkeys(SHORT, "80% by <June>"))
    assert [there for there, _ in have(record)] == [True] * 5
    assert have(record)[0][1] == "a chart of your own: falls in the month"
    assert have(record)[1][1] == "2 of 6 answers about your place"
    people, weak, need, test, when = monday(record)
    assert people.endswith("the night staff")
    assert weak.endswith(FACTORS["motivation"].first)
    assert need.endswith("a room")
    assert test.endswith("80% by <June>")
    assert when.endswith("80% by <June>")
    assert "80% by &lt;June&gt;" in plan.shown.value


def test_a_plan_can_be_saved_once_there_is_something_in_it(this):
    plan = this.play("plan")
    assert plan.children == (plan.shown,)
    assert 'class="dio-form"' in plan.shown.value, "the course ends below its last form"
    assert "<details>" not in plan.shown.value
    canvas = this.play("canvas").form
    canvas.set(core="They ask who is stuck.")
    assert plan.children == (plan.shown, plan.form)
    canvas.set(core="")
    assert plan.children == (plan.shown,)


def test_two_boxes_are_asked_for_at_a_time_and_what_is_written_stays_in_sight(this, record):
    form = this.play("canvas").form

    def seen() -> list[str]:
        return [each["name"] for each in form.fields if each["name"] not in form.hidden]

    assert seen() == [*SHORT[:2], "next"]
    record.put(DATA, {"kind": "data", "source": "file", "usual": "It lies between 3 and 9."})
    form.press("next")
    assert seen() == [*SHORT[:4], "next"]
    assert "It lies between 3 and 9." in form.status
    form.press("next")
    assert seen() == [*SHORT, "look", "more"]
    assert form.status == ""
    form.set(expect="9 by June")
    form = this.play("canvas").form
    assert seen() == [*SHORT[:4], "next"]
    form.press("more")
    assert {*seen()} == {*PROMPTS, "look", "fewer"}
    form.press("fewer")
    assert seen() == [*SHORT[:4], "next"]


def test_the_example_fills_the_first_six_boxes_and_lacks_nothing():
    lesson = Path("notebooks/13-your-dialect.ipynb").read_text(encoding="utf-8")
    text = "".join("".join(cell["source"]) for cell in json.loads(lesson)["cells"])
    fold = text.partition("An example: six boxes")[2].partition("</details>")[0]
    filled = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", fold, re.MULTILINE)[1:])
    assert list(filled) == [PROMPTS[name].asked for name in SHORT]
    assert open_points(dict(zip(SHORT, filled.values(), strict=True)), SHORT) == []
