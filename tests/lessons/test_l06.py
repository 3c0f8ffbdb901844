"""Lesson 06: what its labs and its published figures say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import vl_convert

from toolkit import evidence
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l06_prudent import labs


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("06"), Record(tmp_path / "my-record.json"))


def played(lab, **setting):
    return lab.draw({**lab.form.value, **setting})


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "18.5 points gained in all, a gap of 19.3 points"),
        ({"rule": "good"}, "21.0 points gained in all, a gap of 26.0 points"),
        ({"rule": "need"}, "9.9 points gained in all, a gap of 5.0 points"),
        ({"rule": "good", "gains": "worst"}, "21.0 points gained in all, a gap of 9.0 points"),
        ({"rule": "demand", "gains": "worst"}, "16.3 points gained in all, a gap of 14.0 points"),
    ],
)
def test_two_aims_share_the_same_hours_differently(this, setting, told):
    assert played(labs.hours(this), **setting).title == told


def test_a_weight_for_the_worst_off_costs_points_and_narrows_the_gap(this):
    lab = labs.hours(this)
    rows = [played(lab, rule="good", weight=w).cells["rows"] for w in (1, 3, 10)]
    frail = [float(table[0][1]) for table in rows]
    gained = [sum(float(row[3]) for row in table) for table in rows]
    assert frail == sorted(frail)
    assert gained == sorted(gained, reverse=True)


def test_with_equal_gains_most_good_is_the_same_for_everybody(this):
    lab = labs.hours(this)
    tables = [played(lab, gains="alike", rule=rule).cells for rule in ("good", "equal")]
    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "Best for this patient: 4.6 sessions; 10 given: too many, 1.8 points lost"),
        ({"given": 0}, "Best for this patient: 4.6 sessions; 0 given: too few, 6.7 points lost"),
        ({"most": 0, "given": 0}, "Best for this patient: 0.0 sessions; 0 given: about right"),
    ],
)
def test_one_number_is_not_right_for_everybody(this, setting, told):
    assert played(labs.enough(this), **setting).title == told


def test_the_predicted_sessions_stand_on_the_curve(this):
    lab = labs.enough(this)
    guess = this.predict("sessions")
    guess.set(answer=8, sure="0.7")
    guess.press("lock")
    tops = lab.figure.data["paths"].groupby("series").last()
    assert tops.loc["your prediction", "at"] == 8
    assert tops.loc["your prediction", "value"] < tops.loc["best", "value"]
    other = played(lab, most=0).data["paths"].groupby("series").last()
    assert other.loc["your prediction", "value"] == tops.loc["your prediction", "value"]


def test_the_predicted_ratio_stands_beside_the_areas_it_was_about(this):
    lab, guess = labs.league(this), this.predict("ratio")
    guess.set(answer=2.0, sure="0.5")
    guess.press("lock")
    lowest = lab.figure.data["paths"].query("series == 'areas in order'")["value"].iloc[0]
    assert lab.figure.data["marks"]["value"].tolist() == [2 * lowest]
    assert played(lab, areas=23).data["marks"].empty


def test_areas_that_are_the_same_differ_and_more_cases_bring_them_closer(this):
    lab = labs.league(this)
    assert "Highest 2.4 times the lowest in a middling year" in played(lab, runs="200").title
    assert "Highest 1.5 times the lowest" in played(lab, runs="200", expected=80).title


def test_a_lowest_of_nothing_has_no_ratio(this):
    title = played(labs.league(this), expected=5, spread=50, areas=60, runs="200").title
    assert title.startswith("Highest above a lowest of 0 in a middling year")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "The gap goes from 1.0 to 1.8 hours a week"),
        ({"freed": "need"}, "The gap goes from 0.0 to 0.0 hours a week"),
        ({"only": 100}, "The gap goes from 1.0 to 1.0 hours a week"),
    ],
)
def test_the_gap_follows_the_hours(this, setting, told):
    assert played(labs.together(this), **setting).title.startswith(told)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"support": 0}, "Nothing changes over the year."),
        ({}, "without support from week"),
        ({"only": 100}, "more has been left undone than without any support."),
    ],
)
def test_support_takes_time_first(this, setting, told):
    assert told in played(labs.together(this), **setting).description


def test_each_place_is_drawn_once_and_judged_by_its_own_limits(this):
    dots = labs.districts(this).data["dots"]
    assert len(dots) == 379
    assert 0.85 < (dots["series"] == "inside the 95 % limits").mean() < 0.95


def test_in_1991_to_1995_one_hospital_lies_far_beyond_chance(this):
    early, late = labs.hearts(this), labs.hearts(this, later=True)
    assert early.title.endswith("Bristol lies above both limits")
    assert "above" not in late.title
    for figure in (early, late):
        assert "Never compare" in figure.description
        assert "no ranking" in figure.description
        names = [row[0] for row in figure.cells["rows"]]
        assert names == sorted(names)
    assert "Children under one only" in early.description


@pytest.mark.parametrize("room", [labs.districts, labs.hearts])
def test_words_about_places_follow_the_data(this, monkeypatch, room):
    real = evidence.series
    before = room(this)

    def fewer(name):
        held = real(name)
        return replace(held, frame=held.frame.iloc[1:].reset_index(drop=True))

    monkeypatch.setattr(evidence, "series", fewer)
    after = room(this)
    assert before.description != after.description
    assert before.cells["rows"] != after.cells["rows"]


def test_a_funnel_without_a_far_place_says_none(this, monkeypatch):
    held = evidence.series("child_heart_1991_1995")
    calm = held.frame.query("hospital != 'Bristol'")
    monkeypatch.setattr(evidence, "series", lambda _name: replace(held, frame=calm))
    assert labs.hearts(this).title.endswith("none lies beyond both limits")


@pytest.mark.parametrize("version", ["5.8", "5.21", "6.4"])
def test_a_funnel_is_drawn_by_old_and_new(this, version):
    spec = labs.hearts(this).to_spec()
    assert "Bristol" in vl_convert.vegalite_to_svg(json.loads(json.dumps(spec)), vl_version=version)


def test_the_range_of_one_operation_is_told_with_what_was_explained(this):
    text = labs.tonsils(this)._repr_mimebundle_()["text/plain"]
    for told in ("1.24 per 1,000", "3.9 per 1,000", "3.1 times", "unexplained"):
        assert told in text


def test_the_claim_names_its_sources_and_each_programme_its_caveat(this):
    text = this.claims()._repr_mimebundle_()["text/plain"]
    assert evidence.claims().frame.set_index("id").loc["S15", "wording"] in text
    assert f"({evidence.cite('rich2018')})" in text
    assert f"{evidence.cite('ramos2021')} ○" in text
    reported = labs.reported(this)._repr_mimebundle_()["text/plain"]
    assert reported.count("Beware: ") == 4
