"""Lesson 02: what its labs say, where that can be worked out otherwise."""

from __future__ import annotations

import pytest

from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l02_lean import labs
from toolkit.lessons.l02_lean.labs import WALK, WASTES


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("02"), Record(tmp_path / "my-record.json"))


@pytest.mark.parametrize(
    ("setting", "first", "last"),
    [
        ({}, 240, 240),
        ({"batch": 1}, 20, 75),
        ({"batch": 1, "setup": 10}, 60, 225),
        ({"batch": 3, "setup": 10}, 100, 175),
    ],
)
def test_when_first_and_last_leave(setting, first, last):
    found = labs.batches(**setting)
    assert (found.yours["first"], found.yours["last"]) == (first, last)
    assert found.together["first"] == found.together["last"] >= last


@pytest.mark.parametrize(("setup", "best"), [(0, 1), (10, 3), (20, 4)])
def test_the_best_batch_depends_on_getting_ready(setup, best):
    found = labs.sizes(setup=setup)
    assert found.best["last"] == best
    assert found.best["first"] == 1


def test_as_it_is_the_clinic_works_on_a_patient_for_an_eighth_of_the_time():
    found = labs.where()
    assert found.was == found.becomes
    assert found.was["minutes"] == pytest.approx(243, abs=0.5)
    assert found.was["share"] == pytest.approx(1 / 8, abs=0.01)
    assert found.table.loc["whole", "before"] == round(found.was["minutes"], 1)


def test_no_faster_work_comes_near_to_going_on_alone_and_apart():
    alone, faster = labs.where(batch=1, apart=15), labs.where(change="faster")
    assert alone.becomes["minutes"] < 0.3 * faster.becomes["minutes"]


@pytest.mark.parametrize(
    ("setting", "used", "each"),
    [
        ({}, 0, 20),
        ({"agreed": "more"}, 0, 20),
        ({"agreed": "more", "lies": "end"}, 48, 16),
        ({"agreed": "more", "lies": "end", "waiting": 1}, 16, 18.5),
        ({"agreed": "learn", "lies": "end"}, 48, 20),
        ({"agreed": "paid", "lies": "end"}, 48, 16),
    ],
)
def test_a_freed_minute_counts_only_when_it_is_used(setting, used, each):
    found = labs.freed(**setting)
    assert found.held.minutes == 48
    assert (found.held.used, found.unused) == (used, 48 - used)
    assert found.each == pytest.approx(each, abs=0.05)


def test_each_waste_is_seen_once_on_the_walk():
    assert sorted(seen["waste"] for seen in WALK.values()) == sorted(WASTES)


def test_sorting_answers_each_line_by_itself(this):
    form = labs.wastes(this)
    form.press("check")
    assert form.status.startswith("Not attempted")
    form.set(keys="motion", bed="motion")
    form.press("check")
    assert not form.revealed
    assert form.status.startswith("1 of 8")
    assert WALK["keys"]["why"] in form.status
    assert WALK["bed"]["ask"] in form.status
    assert WALK["bed"]["why"] not in form.status
    assert form.status.count("Not attempted.") == 6
    form.set(**{name: seen["waste"] for name, seen in WALK.items()})
    form.press("check")
    assert form.revealed
    again = labs.wastes(Lesson(this.words, Record(this.record.path)))
    assert again.value == form.value
    assert again.status == form.status


def test_a_record_that_was_tampered_with_is_read_as_far_as_it_can_be(this):
    this.record.put("02/sort/wastes", {"kind": "sorting", "sorted": {"keys": "gold"}})
    form = labs.wastes(this)
    assert form.value["keys"] is None
