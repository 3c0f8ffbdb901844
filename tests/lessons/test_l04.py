"""Lesson 04: what its labs and its published figures say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit import evidence
from toolkit.course import Lesson, worth
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l04_value.labs import threshold


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("04"), Record(tmp_path / "my-record.json"))


def played(lab, **setting):
    return lab.draw({**lab.form.value, **setting})


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "£60.00 instead of £68.00; the bill stays as it is"),
        ({"then": "lent"}, "the bill stays as it is"),
        ({"then": "removed"}, "the bill falls by £560"),
        ({"then": "removed", "usable": 50}, "the bill falls by £280"),
        ({"freed": 0, "then": "removed"}, "£68.00 instead of £68.00; the bill stays as it is"),
    ],
)
def test_only_what_is_no_longer_paid_for_lowers_the_bill(this, setting, told):
    assert told in played(worth.clinic(this), **setting).title


@pytest.mark.parametrize(
    ("usual", "fuller", "told"),
    [
        (0.25, 0.25, "the two are level"), (0.2500001, 0.25, "the two are level"),
        (0.3, 0.25, "the usual one wins"), (0.25, 0.3, "the fuller one wins"),
    ],
)  # fmt: skip
def test_two_ratios_that_are_shown_alike_are_level(usual, fuller, told):
    assert threshold._wins(usual, fuller) == told


def test_a_fuller_service_with_the_ratio_of_the_usual_one_does_not_win(this):
    words = played(worth.buy(this), gain=0.15, extra=600).description
    assert "usual 0.250, fuller 0.250; by the ratio the two are level." in words


@pytest.mark.parametrize(
    ("visits", "freed", "seen"), [(70, 10, 80), (80, 10, 80), (40, 10, 60), (70, 2, 75)]
)
def test_more_patients_are_seen_as_far_as_minutes_and_the_consultant_allow(
    this, visits, freed, seen
):
    figure = played(worth.clinic(this), then="visits", visits=visits, freed=freed)
    assert f"{seen} patients are seen" in figure.description


def test_at_the_start_ratio_and_net_benefit_disagree_between_the_marks(this):
    lab = worth.buy(this)
    below, above = (played(lab, threshold=at) for at in (20_000, 30_000))
    assert "by the ratio the usual one wins" in below.description
    assert "by the ratio the usual one wins" in above.description
    assert below.title.endswith("£24,000 a QALY; not worth it at £20,000")
    assert above.title.endswith("£24,000 a QALY; worth it at £30,000")


@pytest.mark.parametrize(("gain", "extra"), [(0, 0), (0.07, 1_400), (0.15, 3_000)])
def test_where_gain_and_cost_weigh_the_same_neither_is_said_to_win(this, gain, extra):
    title = played(worth.buy(this), gain=gain, extra=extra).title
    assert title.endswith("just on the line at £20,000")


@pytest.mark.parametrize(
    ("weights", "by", "first"),
    [
        ((10, 0, 0), "outcomes", "A"), ((0, 10, 0), "outcomes", "B"), ((0, 0, 10), "outcomes", "C"),
        ((5, 5, 5), "outcomes", "C"), ((5, 5, 5), "cost", "A"),
    ],
)  # fmt: skip
def test_weights_decide_who_comes_first(this, weights, by, first):
    setting = {f"tier{n}": weight for n, weight in enumerate(weights, 1)}
    title = played(worth.weigh(this), by=by, **setting).title
    assert title == f"Service {first} comes first with these weights"


def test_weights_of_nothing_are_refused_in_words(this):
    with pytest.raises(ValueError, match="All weights are zero"):
        played(worth.weigh(this), tier1=0, tier2=0, tier3=0)


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, "The ratio changes by +5.6 %, net benefit by −£200 a person"),
        ({"threshold": 10_000}, "The ratio changes by +5.6 %, net benefit by £100 a person"),
        ({"cost": 10, "outcome": 5}, "The ratio changes by −4.5 %, net benefit by £200 a person"),
    ],
)
def test_the_ratio_and_net_benefit_can_point_in_opposite_ways(this, setting, told):
    assert played(worth.trap(this), **setting).title == told


def test_published_scores_are_told_with_their_caveat(this):
    figure = worth.hospitals(this)
    assert "2,628 hospitals" in figure.description
    assert evidence.series("hvbp_cost_bands").caveat in figure.description
    assert "clinical outcomes 44.0 to 39.9; total score 27.2 to 55.6" in figure.title


def test_words_about_scores_and_rates_follow_the_data(this, monkeypatch):
    real = evidence.series
    before = worth.hospitals(this), worth.minutes(this)

    def doubled(name):
        held = real(name)
        numbers = held.frame.select_dtypes("float").columns
        return replace(held, frame=held.frame.assign(**held.frame[numbers] * 2))

    monkeypatch.setattr(evidence, "series", doubled)
    for old, new in zip(before, (worth.hospitals(this), worth.minutes(this)), strict=True):
        assert old.title != new.title
        assert old.description != new.description


def test_rates_that_were_not_read_stay_empty(this):
    figure = worth.minutes(this)
    assert "€0.45 to €0.69" in figure.title
    assert any("–" in row for row in figure.cells["rows"])


def test_the_claim_stands_in_its_own_words(this):
    text = worth.claim(this)._repr_mimebundle_()["text/plain"]
    wording = evidence.claims().frame.set_index("id").loc["S15", "wording"]
    assert wording in text
