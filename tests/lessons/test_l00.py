"""Lesson 00: five findings without names, five with, and a list of lessons that is never stale."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests import ROOT
from toolkit import evidence
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l00_start_here import labs
from toolkit.models.logics import ANYWHERE, FIVE
from toolkit.screen.tables import notebooks

LESSON = ROOT / "notebooks" / "00-start-here.ipynb"
NUMBER = {name: str(n) for n, name in enumerate(labs.UNNAMED, 1)}


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("00"), Record(tmp_path / "my-record.json"))


def plain(shown) -> str:
    return shown._repr_mimebundle_()["text/plain"]


def html_of(shown) -> str:
    return shown._repr_mimebundle_()["text/html"]


def text_of(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


# --- the five findings --------------------------------------------------------------------------


def test_the_findings_stand_without_names_and_in_another_order(this):
    shown = plain(this.show("unnamed"))
    assert set(labs.UNNAMED) == set(FIVE)
    assert list(labs.UNNAMED) != list(FIVE)
    for logic in FIVE.values():
        assert logic.name not in shown
        assert logic.question not in shown
    for row in labs._readings(labs.FIRST):
        assert f"Finding: {NUMBER[row['id']]}. " in shown
        assert row["finds"].rstrip(".") in shown


@pytest.mark.parametrize("place", labs.PLACES)
def test_a_reading_is_what_the_logics_themselves_say(place):
    site = labs._site(place)
    for row, logic in zip(labs._readings(place), FIVE.values(), strict=True):
        finding = logic.find(logic.look(site))
        change = logic.change(site, finding)
        assert row["finds"] == str(finding)
        assert row["where"] in {*site.context.stages, ANYWHERE}
        assert (row["at"] == "") == (change is None)
        assert change is None or row["changes"] == change.words


def test_the_first_place_is_told_in_figures():
    found, case = labs.place(), evidence.case(labs.FIRST)
    assert found.table["stage"].tolist() == list(case.context["stages"])
    assert found.table["share"].sum() == pytest.approx(1)
    assert (found.demand, found.booked) == (case.context["demand"], case.practice["release"])


def test_the_first_questions_are_those_of_the_logics(this):
    asked = {"aim": "service_improvement", "needed": "prudent"}
    for name, logic in asked.items():
        assert FIVE[logic].question in this.predict(name).ask.question
        assert set(this.predict(name).ask.options) == set(NUMBER.values())
    text = text_of(LESSON)
    for logic in FIVE.values():
        assert f"| {logic.name} | {logic.question} |" in text


@pytest.mark.parametrize("said", ["1", "4"])
def test_a_match_is_held_against_what_is_so(this, said):
    lab = labs.glasses(this)
    for name in ("aim", "needed"):
        this.predict(name).set(answer=said, sure="0.7")
        this.predict(name).press("lock")
    this.predict("different").press("skip")
    words = lab.figure.description
    assert (
        f"belongs to finding {NUMBER['service_improvement']}; you predicted finding {said}" in words
    )
    assert f"belongs to finding {NUMBER['prudent']}; you predicted finding {said}" in words
    lab.form.set(place=labs.PLACES[-1])
    assert "belongs to finding" not in lab.figure.description


def test_the_sentences_follow_the_place(this):
    lab = labs.glasses(this)
    for act in lab.after:
        act.press("skip")
    assert lab.children[:3] == (lab.form, lab.problem, lab.said)
    for place in labs.PLACES:
        lab.form.set(place=place)
        for row in labs._readings(place):
            assert html.escape(row["finds"]) in lab.said.value
            assert html.escape(row["changes"]) in lab.said.value
        assert evidence.case(place).context["name"] in lab.figure.description


def test_what_the_lesson_says_of_the_places_is_so():
    told = [labs._readings(place) for place in labs.PLACES]
    silent = [[row["id"] for row in rows if not row["at"]] for rows in told]
    assert any(silent), "nowhere is one of the five left with nothing to change"
    assert all(len(each) < len(FIVE) for each in silent)
    same_stage = [
        (a["changes"], b["changes"])
        for rows in told
        for i, a in enumerate(rows)
        for b in rows[i + 1 :]
        if a["where"] == b["where"] != ANYWHERE and a["at"] and b["at"]
    ]
    assert any(a != b for a, b in same_stage)
    for number in range(len(FIVE)):
        assert len({rows[number]["finds"] for rows in told}) > len(labs.PLACES) / 2
    assert not any(silent[labs.PLACES.index(labs.FIRST)]), "the first place should show all five"


# --- the welcome --------------------------------------------------------------------------------


def test_every_lesson_is_listed_with_a_link_and_its_time(this):
    there = notebooks()
    assert len(there) > 10
    shown = html_of(labs.contents(this))
    assert re.findall(r'href="([^"]+)"', shown) == [path.name for path in there.values()]
    lines = plain(labs.contents(this)).splitlines()
    for number, line in zip(there, lines, strict=True):
        assert line.startswith(f"{number} · {words_of(number).title}, ")
        assert re.search(r", \d+.* minutes\b", line)


def test_where_a_lesson_is_not_there_its_title_stands_without_a_link(monkeypatch):
    monkeypatch.setattr(labs, "notebooks", dict)
    assert labs._linked("05") == f"05 · {words_of('05').title}"


def test_how_long_a_lesson_takes_is_what_it_says_itself(tmp_path):
    cell = "# 05 · A <title>\n\n**What you need**: 25 to 30 minutes. No code."
    path = tmp_path / "05-x.ipynb"
    path.write_text(json.dumps({"cells": [{"source": cell.splitlines(True)}]}), encoding="utf-8")
    assert labs._takes(path) == "25 to 30 minutes"


def test_each_mark_is_explained(this):
    shown = plain(this.show("marks"))
    for mark, word in {"●": "published", "◆": "computed", "△": "illustrative"}.items():
        assert f"Mark: {mark}. Word: {word}" in shown
    assert "○" in shown


def test_every_blind_spot_is_told(this):
    shown = html_of(labs.blind(this))
    for logic in FIVE.values():
        assert html.escape(logic.blind_spot) in shown
