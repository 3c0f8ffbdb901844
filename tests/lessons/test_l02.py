"""Lesson 02: what its labs say, where that can be worked out otherwise."""

from __future__ import annotations

import pytest

from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l02_lean import labs
from toolkit.lessons.l02_lean.labs.walk import WALK, WASTES


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("02"), Record(tmp_path / "my-record.json"))


def played(lab, **setting):
    return lab.draw({**lab.form.value, **setting})


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "Batches of 12: first leaves after 240 minutes, last after 240"),
        ({"batch": 1}, "Batches of 1: first leaves after 20 minutes, last after 75"),
        ({"batch": 1, "setup": 10}, "Batches of 1: first leaves after 60 minutes, last after 225"),
        ({"batch": 3, "setup": 10}, "Batches of 3: first leaves after 100 minutes, last after 175"),
    ],
)
def test_the_title_says_when_first_and_last_leave(this, setting, told):
    assert played(labs.batches(this), **setting).title == told


@pytest.mark.parametrize(("setup", "best"), [(0, 1), (10, 3), (20, 4)])
def test_the_best_batch_depends_on_getting_ready(this, setup, best):
    figure = played(labs.sizes(this), setup=setup)
    assert figure.title.endswith(f"batches of {best}")
    assert "The first leaves soonest with batches of 1," in figure.description


def test_as_it_is_the_clinic_works_on_a_patient_for_an_eighth_of_the_time(this):
    title = labs.where(this).draw({"batch": 6, "apart": 0, "change": "none"}).title
    assert title.startswith("As it is: 243 minutes, 12 % of it work. With the change: 243 ")


def test_no_faster_work_comes_near_to_going_on_alone_and_apart(this):
    lab = labs.where(this)

    def minutes(**setting):
        row = played(lab, **setting).cells["rows"][-1]
        return float(row[2])

    assert minutes(batch=1, apart=15) < 0.3 * minutes(change="faster")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "48 minutes freed, 0 of them used; 20 paid minutes per patient"),
        ({"agreed": "more"}, "48 minutes freed, 0 of them used; 20 paid minutes per patient"),
        ({"agreed": "more", "lies": "end"},
         "48 minutes freed, 48 of them used; 16 paid minutes per patient"),
        ({"agreed": "more", "lies": "end", "waiting": 1},
         "48 minutes freed, 16 of them used; 18.5 paid minutes per patient"),
        ({"agreed": "learn", "lies": "end"},
         "48 minutes freed, 48 of them used; 20 paid minutes per patient"),
        ({"agreed": "paid", "lies": "end"},
         "48 minutes freed, 48 of them used; 16 paid minutes per patient"),
    ],
)  # fmt: skip
def test_a_freed_minute_counts_only_when_it_is_used(this, setting, told):
    assert played(labs.freed(this), **setting).title == told


def test_each_waste_is_seen_once_on_the_walk():
    assert sorted(seen.waste for seen in WALK.values()) == sorted(WASTES)


def test_sorting_answers_each_line_by_itself(this):
    form = labs.wastes(this)
    form.press("check")
    assert form.status.startswith("Not attempted")
    form.set(keys="motion", bed="motion")
    form.press("check")
    assert not form.revealed
    assert form.status.startswith("1 of 8")
    assert WALK["keys"].why in form.status
    assert WALK["bed"].ask in form.status
    assert WALK["bed"].why not in form.status
    assert form.status.count("Not attempted.") == 6
    form.set(**{name: seen.waste for name, seen in WALK.items()})
    form.press("check")
    assert form.revealed
    again = labs.wastes(Lesson(this.words, Record(this.record.path)))
    assert again.value == form.value
    assert again.status == form.status


def test_a_record_that_was_tampered_with_is_read_as_far_as_it_can_be(this):
    this.record.put("02/sort/wastes", {"kind": "sorting", "sorted": {"keys": "gold"}})
    form = labs.wastes(this)
    assert form.value["keys"] is None
