"""Lesson 11: what its labs and its published figures say."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from toolkit import evidence
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l11_point_or_system import labs


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("11"), Record(tmp_path / "my-record.json"))


def played(lab, **setting):
    return lab.draw({**lab.form.value, **setting})


def waits(figure) -> list[float]:
    """Return the two waits for a bed, and the two times ready in bed, that a title names."""
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", figure.title)]


@pytest.mark.parametrize("who", ["front door", "diagnostics", "wards"])
def test_with_a_narrow_exit_only_the_community_shortens_the_wait(this, who):
    lab = labs.whole(this)
    before, after, *_ = waits(played(lab, who=who, runs="200"))
    assert abs(after - before) < 0.1 * before
    _, wider, *_ = waits(played(lab, who="community", runs="200"))
    assert wider < 0.3 * before


def test_with_a_wider_exit_the_wards_help(this):
    before, after, *_ = waits(played(labs.whole(this), places=6, runs="200"))
    assert after < 0.6 * before


def test_nobody_improving_changes_nothing(this):
    figure = played(labs.whole(this), who="nobody")
    before, after, ready, then = waits(figure)
    assert (before, ready) == (after, then)
    assert figure.description.count("no change") == 5


def test_all_departments_are_green_and_the_whole_is_red(this):
    lines = labs.board(this)._repr_mimebundle_()["text/plain"].splitlines()
    colours = {line.split(".")[0]: re.findall("green|red", line) for line in lines}
    for who in ("front door", "diagnostics", "wards", "community"):
        assert colours[f"Whose board: {who}"] == ["green", "green"]
    for who in ("at the door", "ready to leave", "sent on"):
        assert colours[f"Whose board: whole: the person {who}"] == ["red", "red"]


def test_a_mark_can_be_missed(this, monkeypatch):
    what, sign, _mark = labs.TARGETS["wards"]
    monkeypatch.setitem(labs.TARGETS, "wards", (what, sign, 80))
    (line,) = [
        line
        for line in labs.board(this)._repr_mimebundle_()["text/plain"].splitlines()
        if line.startswith("Whose board: wards")
    ]
    assert re.findall("green|red", line) == ["red", "green"]


def test_a_bigger_ward_can_be_fuller(this):
    lab = labs.full(this)
    titles = [played(lab, beds=beds).title for beds in (12, 30, 60, 120)]
    one, halves = ([int(re.findall(r"at (\d+) %", t)[n]) for t in titles] for n in (0, 1))
    assert one == sorted(set(one))
    assert one[1] == halves[2] == 76  # two wards of 30 are no better than one of 30
    assert all(whole > half for whole, half in zip(one, halves, strict=True))


def test_more_runs_tell_how_far_they_differ(this):
    lab = labs.full(this)
    assert "Nine runs in ten" not in played(lab).description
    assert "Nine runs in ten" in played(lab, runs="200").description


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "£0k of £239k; the hospital alone would hand over 45 %"),
        ({"back": 100}, "£239k of £239k"),
        ({"back": 50, "bill": 50}, "£239k of £239k"),
        ({"most": 100}, "£0k of £0k; the hospital alone would hand over 0 %"),
    ],
)
def test_two_purses(this, setting, told):
    assert told in played(labs.shared(this), **setting).title


def test_full_beds_and_four_hours_as_published(this):
    figure = labs.quarters(this)
    assert figure.title.endswith("correlation −0.86")
    for said in ("33 quarters", "a year before, −0.69", "from 108,890 to 103,021"):
        assert said in figure.description
    held = evidence.series("england_occupancy_four_hour_quarterly")
    assert held.caveat in figure.description


def test_the_words_follow_the_quarters(this, monkeypatch):
    real = evidence.series

    def mixed(name):
        held = real(name)
        frame = held.frame.copy()
        frame["type1_within_4h_pct"] = np.sort(frame["type1_within_4h_pct"])
        return replace(held, frame=frame)

    before = labs.quarters(this)
    monkeypatch.setattr(evidence, "series", mixed)
    assert labs.quarters(this).title != before.title


def test_what_the_lesson_says_of_integration_stands_in_the_published_tables():
    held = evidence.published_cases().frame.set_index("row")
    assert (held.loc["jonkoping_2", ["before", "after"]] == [9300, 7300]).all()
    assert held.loc["flinders_2", "measure"] == "waiting time of triage groups 2 and 3"


def test_the_claim_stands_in_its_own_words(this):
    text = labs.claim(this)._repr_mimebundle_()["text/plain"]
    assert evidence.claims().frame.set_index("id").loc["S21", "wording"] in text
