"""The page that opens first: every lesson on the map, in order, and the record's share in it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from tests import ROOT
from toolkit.landing import lessons
from toolkit.landing.drawing import HIGH, WIDE, places
from toolkit.landing.page import map_page, told
from toolkit.learning.record import Record
from toolkit.learning.words import lesson_folders, words_of
from toolkit.text.words import language, speak

OPENED = lessons.openings(ROOT)
STOPS = lessons.stops(OPENED)


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak("en")


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("30 minutes. No code.", "30"),
        ("12 minutes for one case; an hour for the whole lesson.", "60"),
        ("45 minutes, best in two or three sittings.", "45"),
        ("half an hour.", "30"),
        ("2 hours.", "120"),
        ("nothing.", ""),
    ],
)
def test_a_lesson_says_how_long_the_whole_of_it_takes(line, minutes):
    opening = f"# 12 · Cases\n\nFive minutes ago, 7 minutes.\n\n- **What you need**: {line}\n"
    assert lessons.lesson_minutes(opening) == minutes


def test_every_lesson_is_a_stop_in_order_with_its_name_time_and_question():
    assert [stop.number for stop in STOPS] == list(lesson_folders())
    for stop in STOPS:
        assert words_of(stop.number).title.startswith(stop.name)
        assert int(stop.minutes) > 0
        assert stop.question.endswith(("?", "."))
        assert (ROOT / stop.path).is_file()


def test_a_lesson_without_a_question_of_its_own_tells_the_rest_of_its_title(monkeypatch):
    held = {"part": lessons.WORDS["part"], "question": {}}
    monkeypatch.setattr(lessons, "WORDS", held)
    assert lessons.stops(OPENED)[2].question == "let patients move on without waiting"


@pytest.mark.parametrize(
    ("number", "part"),
    [("00", "why"), ("01", "ways"), ("06", "ways"), ("08", "beside"), ("11", "elsewhere"),
     ("12", "cases"), ("13", "own"), ("14", "own")],
)  # fmt: skip
def test_a_lesson_lies_in_the_last_place_that_begins_before_it(number, part):
    assert lessons.part_of(number) == part


def test_done_means_every_prediction_and_every_question_and_nothing_else(tmp_path):
    record = Record(tmp_path / "r.json")
    keys = lessons.counts("03")
    words = words_of("03")
    assert len(keys) == len(words.predict) + len(words.check)
    for done, key in enumerate(keys):
        assert lessons.progress("03", record.keys()) == (done, len(keys))
        record.put(key, {"kind": "x"})
    record.put("03/explain/dice", {"kind": "x"})
    record.put("02/check/share", {"kind": "x"})
    assert lessons.progress("03", record.keys()) == (len(keys), len(keys))


@pytest.mark.parametrize("count", [1, 2, 7, 13, 14, 17])
def test_stops_lie_on_the_drawing_and_none_on_another(count):
    some = STOPS[:count] + [
        lessons.Stop(str(n), "", "", "", "", "own", ()) for n in range(14, count)
    ]
    at = places(some)
    assert len(at) == count
    assert all(40 < x < WIDE - 40 and 60 < y < HIGH - 60 for x, y in at.values())
    spots = sorted(at.values())
    for here, (x, y) in enumerate(spots):
        assert all(abs(x - a) > 100 or abs(y - b) > 100 for a, b in spots[here + 1 :])


def test_the_page_says_each_lesson_once_and_needs_nothing_else(tmp_path):
    record = Record(tmp_path / "r.json")
    record.put("draft/03/predict/dice", {"kind": "draft"})
    record.put("03/predict/steps", {"kind": "skipped"})
    record.put("03/predict/dice", {"kind": "x", "text": "</script><script>alert(1)"})
    made = map_page(
        OPENED, lambda path: f"open/{path}", record=record, lab="lab?full", trainers="<ol></ol>"
    )
    for stop in STOPS:
        assert made.count(f'href="open/{stop.path}"') == 1 + (stop is STOPS[0])
        assert stop.question in unescape(made)
    held = re.search(r'id="dialects-record">(.*?)</script>', made)[1]
    assert json.loads(held).keys() == {"03/predict/dice"}
    assert "alert" not in made
    assert not re.search(r'(src|href)="https?:', made)
    assert "lab?full" in made


def test_without_a_record_the_script_looks_in_the_browser():
    assert 'dialects-record">' not in map_page(OPENED, str)


def test_what_the_header_says_is_there_in_each_language_and_the_language_stays():
    speak("cy")
    held = json.loads(told(OPENED, "course", {"03": "guide"}))
    assert language() == "cy"
    assert held["words"].keys() == held["languages"].keys()
    assert held["words"]["en"]["header"]["next"] == "Next"
    assert [each["path"] for each in held["words"]["cy"]["lessons"]] == [s.path for s in STOPS]


def test_the_readme_has_what_trainers_are_told():
    assert "\n1. " in lessons.for_trainers()
