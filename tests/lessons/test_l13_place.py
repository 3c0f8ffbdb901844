"""Lesson 13, the own place: how ready it is, and whether the practice suits it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs.place import Readiness
from toolkit.models.readiness import ASKED, FACTORS, FIT, LEVELS, WEAK, judgements

calm = settings(derandomize=True, deadline=None, max_examples=25)
SCRIPT = "<script>alert('no')</script>"


@pytest.fixture
def this(tmp_path) -> SimpleNamespace:
    return SimpleNamespace(record=Record(tmp_path / "my-record.json"))


def test_nothing_is_said_before_something_is_answered(this):
    assert Readiness(this).form.status == ""


@pytest.mark.parametrize(
    ("ready", "fit", "said"),
    [
        ({"resources": "2"}, {},
         "Your weakest answer so far is “time and money: in part”. Ask your team: What could"),
        ({"resources": "2", "culture": "2"}, {"political": "1"},
         "Your weakest answer so far is “fits people: not yet”. Ask your team: Who would lose"),
        ({"resources": "3", "culture": "3"}, {}, ""),
        (dict.fromkeys(FACTORS, "4"), dict.fromkeys(FIT, "3"), "You called nothing weak."),
    ],
)  # fmt: skip
def test_the_weakest_answer_says_what_to_ask_first(this, ready, fit, said):
    made = Readiness(this)
    made.form.set(ready=ready, fit=fit)
    assert made.form.status.startswith(said)
    assert bool(made.form.status) is bool(said)


def test_there_is_no_sum_and_no_verdict(this):
    made = Readiness(this)
    made.form.set(ready=dict.fromkeys(FACTORS, "4"), fit=dict.fromkeys(FIT, "4"))
    told = made.form.status
    assert not re.search(r"score|total|ready to go|%|\b24\b|green|\bred\b", told, re.IGNORECASE)


@calm
@given(st.dictionaries(st.sampled_from([*ASKED]), st.sampled_from(list(LEVELS))))
def test_only_a_weak_answer_has_something_to_ask_first(said):
    made = Readiness(SimpleNamespace(record=SimpleNamespace(
        get=lambda _: None, put=lambda *_: None, keys=lambda _: [], trouble="")))  # fmt: skip
    parts = {name: {k: v for k, v in said.items() if k in asked}
             for name, asked in (("ready", FACTORS), ("fit", FIT))}  # fmt: skip
    made.form.set(**parts)
    weakest = next(iter(judgements(parts).items()), ("", ""))
    for key, each in ASKED.items():
        told = each.first in made.form.status
        assert told is (key == weakest[0] and weakest[1] in WEAK)


def test_what_was_answered_comes_back_after_a_restart(this):
    this.record.put("13/readiness/place", {"kind": "readiness", "practice": "huddles"})
    made = Readiness(this)
    assert made.form.value["practice"] == "huddles"
    made.form.set(ready={"culture": "1"}, fit={"technical": "3"})
    again = Readiness(SimpleNamespace(record=Record(this.record.path)))
    assert again.form.value == made.form.value
    assert again.form.status == made.form.status
    entry = this.record.get("13/readiness/place")
    assert entry["kind"] == "readiness"
    assert entry["practice"] == "huddles"


@pytest.mark.parametrize(
    ("entry", "held"),
    [
        ({"ready": []}, {}),
        ({"kind": "readiness", "ready": {"culture": "9", "magic": "1"}}, {}),
        ({"kind": "readiness", "fit": None, "practice": None}, {}),
        ({"kind": "x", "practice": [SCRIPT]}, {}),
        # six questions that the course once asked
        ({"kind": "readiness", "practice": "huddles",
          "ready": {"skills": "1", "leadership": "2", "culture": "2"}}, {"culture": "2"}),
    ],
)  # fmt: skip
def test_an_old_or_foreign_entry_is_tolerated_and_not_lost(this, entry, held):
    this.record.put("13/readiness/place", entry)
    made = Readiness(this)
    assert judgements(made.form.value) == held
    made.form.set(ready={"motivation": "1"})
    assert list(judgements(made.form.value)) == ["motivation"]
    assert entry in [this.record.get(k) for k in this.record.keys("13/readiness/place set aside")]


def test_the_room_can_be_read_without_a_kernel_and_repeats_itself(this):
    made = Readiness(this)
    plain = made._repr_mimebundle_()["text/plain"]
    assert plain.startswith(made.form.title)
    assert plain == Readiness(this)._repr_mimebundle_()["text/plain"]
    assert all(field["label"] in plain for field in made.form.fields)


def test_trouble_with_the_record_is_told(this):
    this.record.path.mkdir(parents=True)  # nothing can be written where a folder stands
    assert "Your record could not be read" in Readiness(this).form.status
