"""The hospital with one way out: conserved, against queue theory, and what its laws are."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.exact import mmc_wait
from toolkit.models.queues.queueing import erlang_c
from toolkit.models.wards import DAY, Hospital, Investment, busiest, people, play_hospital, ward
from toolkit.models.wards.crowding import NO_LIMIT
from toolkit.models.wards.play import OUT_AT

SMALL = Hospital(arrivals=6, beds=30, door=6, places=2)
hospitals = st.builds(
    Hospital,
    arrivals=st.floats(1, 12),
    assess=st.floats(1, 6),
    tests=st.floats(1, 24),
    treat=st.floats(1, 96),
    beds=st.integers(1, 40),
    door=st.integers(1, 15),
    care=st.floats(0, 1),
    places=st.floats(0, 4),
    swing=st.floats(0, 1),
)
laws = settings(max_examples=25, deadline=None)


def error(values: np.ndarray) -> float:
    return values.std(ddof=1) / math.sqrt(len(values))


# --- what is always so ------------------------------------------------------------------------


@laws
@given(hospitals, hospitals, st.integers(0, 99), st.integers(0, 8))
def test_a_change_begins_on_its_day(first, later, seed, day):
    later = replace(first, assess=later.assess, treat=later.treat, places=later.places)
    old, new, both = (
        play_hospital(first, 2, seed, days=6, settle=2),
        play_hospital(later, 2, seed, days=6, settle=2),
        play_hospital(first, 2, seed, days=6, settle=2, then=(day, later)),
    )
    for name in ("let_in", "decided", "admitted", "left", "out", "in_bed", "ready"):
        np.testing.assert_array_equal(
            getattr(both, name)[:, : DAY * day], getattr(old, name)[:, : DAY * day]
        )
        if day == 0:
            np.testing.assert_array_equal(getattr(both, name), getattr(new, name))


@laws
@given(hospitals, st.integers(0, 99))
def test_nobody_is_lost_and_nothing_overflows(hospital, seed):
    stay = play_hospital(hospital, 3, seed, days=6, settle=2)
    so_far = {
        name: getattr(stay, name).cumsum(axis=1)
        for name in ("came", "let_in", "decided", "admitted", "left", "out")
    }
    assert (so_far["let_in"] <= so_far["came"]).all()
    assert (so_far["let_in"] - so_far["decided"] == stay.assessing).all()
    assert (so_far["decided"] - so_far["admitted"] == stay.waiting).all()
    assert (so_far["admitted"] - so_far["left"] == stay.in_bed).all()
    assert (stay.ready <= stay.in_bed).all()
    assert (stay.in_bed <= hospital.beds).all()
    assert (stay.assessing + stay.waiting <= hospital.door).all()
    for name in ("let_in", "decided", "admitted", "left", "out", "ready", "waiting", "assessing"):
        assert (getattr(stay, name) >= 0).all()
    offered = np.floor(hospital.places * 8 + 1e-9)
    assert (stay.out.sum(axis=1) <= offered).all()


@laws
@given(hospitals, st.integers(0, 99))
def test_nobody_waits_for_a_bed_that_is_free_and_no_place_lapses_that_is_wanted(hospital, seed):
    stay = play_hospital(hospital, 2, seed, days=6, settle=0)
    assert not ((stay.waiting > 0) & (stay.in_bed < hospital.beds)).any()
    offered = np.diff(np.floor(hospital.places * np.arange(7) + 1e-9))
    lapsed = stay.out[:, OUT_AT::DAY] < offered
    assert (stay.ready[:, OUT_AT::DAY][lapsed] == 0).all()
    full_door = stay.assessing + stay.waiting == hospital.door
    assert full_door[stay.came > stay.let_in].all()


@laws
@given(hospitals, st.integers(0, 99), st.booleans(), st.integers(0, 12))
def test_people_one_by_one_are_the_people_counted(hospital, seed, warm, day):
    then = (day, hospital.improve("wards", 0.4).improve("front door", 0.3))
    stay = play_hospital(hospital, 2, seed, days=10, settle=2, warm=warm, then=then)
    each, hours = people(stay), np.arange(12 * DAY)
    by = {name: (when[:, None] <= hours).sum(axis=0) for name, when in each.items()}
    ready = each["ready"][each["needs"], None] <= hours
    gone_out = each["left"][each["needs"], None] <= hours
    np.testing.assert_array_equal(by["let_in"] - by["decided"], stay.assessing[0])
    np.testing.assert_array_equal(by["decided"] - by["admitted"], stay.waiting[0])
    np.testing.assert_array_equal(by["admitted"] - by["left"], stay.in_bed[0])
    np.testing.assert_array_equal(ready.sum(axis=0) - gone_out.sum(axis=0), stay.ready[0])
    np.testing.assert_array_equal(gone_out.sum(axis=0), stay.out[0].cumsum())
    steps = [each[name] for name in ("let_in", "decided", "admitted", "ready", "left")]
    for earlier, later in pairwise(steps):
        assert (earlier <= later).all()


@laws
@given(hospitals, st.integers(0, 99))
def test_the_share_that_is_late_is_counted_person_by_person(hospital, seed):
    stay = play_hospital(hospital, 1, seed, days=10, settle=1)
    decided, admitted = (np.repeat(np.arange(stay.came.shape[1]), x[0].astype(np.intp))
                         for x in (stay.decided, stay.admitted))  # fmt: skip
    for hours in (0, 4):
        counted = (decided >= stay.settled) & (decided < stay.came.shape[1] - hours)
        got = np.concatenate([admitted, np.full(len(decided) - len(admitted), 10**6)])
        late = (got - decided > hours)[counted]
        assert stay.late(hours)[0] == pytest.approx(late.mean() if len(late) else 0)


@laws
@given(
    st.integers(1, 30), st.integers(0, 4), st.integers(1, 4), st.floats(0.1, 1), st.integers(0, 99)
)
def test_more_places_keep_nobody_longer_if_all_are_let_in(beds, places, more, care, seed):
    """Person by person, with the same arrivals and the same luck: nobody gets a bed later."""
    hospital = Hospital(
        arrivals=5, treat=40, beds=beds, door=NO_LIMIT, care=care, places=float(places)
    )
    few, many = (
        play_hospital(replace(hospital, places=float(n)), 3, seed, days=8, settle=0)
        for n in (places, places + more)
    )
    for name in ("admitted", "left"):
        one, other = (getattr(stay, name).cumsum(axis=1) for stay in (few, many))
        assert (other >= one).all()


@laws
@given(hospitals, st.integers(0, 99))
def test_a_warm_start_counts_everybody_who_is_there(hospital, seed):
    stay = play_hospital(hospital, 2, seed, days=4, settle=0, warm=True)
    treated, ready = hospital.settles_at()
    assert 0 <= treated + ready <= hospital.beds
    so_far = (stay.admitted - stay.left).cumsum(axis=1)
    assert (so_far + ready == stay.in_bed).all()
    assert (stay.admitted[:, 0] >= treated).all()
    assert (stay.in_bed <= hospital.beds).all()
    assert (stay.assessing >= 0).all()


@pytest.mark.parametrize("places", [4, 5, 7])
def test_a_warm_start_settles_where_a_long_run_does(places):
    hospital = Hospital(places=places)
    long = play_hospital(hospital, 60, 3, days=60, settle=150)
    short = play_hospital(hospital, 100, 4, warm=True)
    for name, hours in short.journey.items():
        expected = long.journey[name]
        off = 4 * math.hypot(error(hours), error(expected))
        assert hours.mean() == pytest.approx(expected.mean(), abs=off + 0.5)


def test_the_same_seed_plays_the_same_and_another_seed_does_not():
    one, same, other = (play_hospital(SMALL, 2, seed, days=5, settle=0) for seed in (1, 1, 2))
    assert (one.in_bed == same.in_bed).all()
    assert not (one.came == other.came).all()


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"arrivals": 0}, "arrivals"), ({"assess": 0.5}, "assess"), ({"beds": 0}, "beds"),
        ({"care": 1.2}, "care"), ({"places": -1}, "places"), ({"swing": 3}, "swing"),
    ],
)  # fmt: skip
def test_what_no_hospital_can_be_is_refused(setting, named):
    with pytest.raises(ValueError, match=named):
        Hospital(**setting)


def test_a_department_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="There is no department 'radiology'"):
        SMALL.improve("radiology", 0.1)
    assert SMALL.improve("nobody", 0.1) == SMALL
    assert SMALL.improve("community", 0.5).places == 3
    assert SMALL.improve("wards", 0.5).treat == SMALL.treat / 2


# --- against queue theory ---------------------------------------------------------------------


def test_with_beds_for_all_occupancy_is_arrivals_times_stay():
    """Little's law: M/G/inf, 12 a day for 4 days."""
    open_ended = Hospital(
        arrivals=12, assess=1, tests=20, treat=76, beds=1_000, door=NO_LIMIT, care=0, places=0
    )
    inside = play_hospital(open_ended, 200, 3, days=40, settle=30).in_bed[:, 30 * DAY :]
    people = inside.mean(axis=1)
    assert people.mean() == pytest.approx(12 * 96 / DAY, abs=4 * error(people))
    # And as many as Poisson would have it: the variance is the mean.
    assert inside.var() == pytest.approx(48, rel=0.1)


@pytest.mark.parametrize(("beds", "occupancy"), [(4, 0.6), (10, 0.7), (30, 0.8)])
def test_a_ward_makes_people_wait_as_erlang_says(beds, occupancy):
    """M/M/c: P(W > t) = C exp(-(c·mu - lambda) t); an hour is lost to the whole hours of play."""
    stay = play_hospital(ward(beds, occupancy), 200, 5, days=120, settle=40)
    drain = beds * (1 - occupancy) / (5 * DAY)
    for hours in (0, 4, 24):
        late = stay.late(hours)
        low, high = (erlang_c(beds, occupancy) * math.exp(-drain * t) for t in (hours + 1, hours))
        assert low - 4 * error(late) <= late.mean() <= high + 4 * error(late)
    waits = stay.journey["waiting for a bed"]
    expected = mmc_wait(beds, occupancy, 5 * DAY)
    assert waits.mean() == pytest.approx(expected, abs=4 * error(waits) + 0.5)
    assert stay.occupancy.mean() == pytest.approx(occupancy, abs=4 * error(stay.occupancy))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("beds", [1, 7, 30, 200])
def test_the_busiest_ward_makes_just_that_share_wait(beds, share):
    assert erlang_c(beds, busiest(beds, share)) == pytest.approx(share, abs=1e-6)
    assert busiest(beds + 1, share) > busiest(beds, share)


# --- the argument of the lesson ---------------------------------------------------------------


@pytest.fixture(scope="module")
def tight():
    """The hospital of the lesson with a narrow exit, and with one department improved."""
    start = Hospital(places=4)
    return {
        who: play_hospital(start.improve(who, 0.2), 100, 11, warm=True)
        for who in ("nobody", "front door", "diagnostics", "wards", "community")
    }


@pytest.mark.parametrize("who", ["diagnostics", "wards"])
def test_away_from_the_exit_an_improvement_changes_nothing_at_the_door(tight, who):
    for measure in ("served", "sent_on"):
        change = getattr(tight[who], measure) - getattr(tight["nobody"], measure)
        assert abs(change.mean()) < 4 * error(change) + 0.02
    hours = [tight[key].journey["waiting for a bed"] for key in ("nobody", who)]
    assert abs((hours[1] - hours[0]).mean()) < 0.02 * hours[0].mean()


def test_days_saved_on_the_wards_are_spent_ready_in_bed(tight):
    before, after = (tight[key].journey for key in ("nobody", "wards"))
    saved = (before["wards"] - after["wards"]).mean()
    spent = (after["ready, still in bed"] - before["ready, still in bed"]).mean()
    assert saved > 15
    assert spent == pytest.approx(saved, rel=0.05)


def test_a_quicker_front_door_moves_the_wait_and_does_not_shorten_it(tight):
    before, after = (tight[key].journey for key in ("nobody", "front door"))
    door = [j["front door"] + j["waiting for a bed"] for j in (before, after)]
    assert after["front door"].mean() < before["front door"].mean() - 0.5
    assert door[1].mean() == pytest.approx(door[0].mean(), rel=0.01)


def test_the_exit_decides_how_many_can_come_in(tight):
    start = tight["nobody"].hospital
    assert tight["nobody"].served.mean() == pytest.approx(start.places / start.care, rel=0.02)
    assert tight["community"].served.mean() == pytest.approx(
        1.2 * start.places / start.care, rel=0.02
    )


def test_with_a_wide_exit_the_same_improvement_does_help():
    wide = Hospital(places=6)
    before, after = (
        play_hospital(each, 100, 11).late() for each in (wide, wide.improve("wards", 0.2))
    )
    assert (before - after).mean() > 4 * error(before - after)


def test_what_quicker_wards_gain_is_gone_after_some_weeks(monkeypatch):
    start = Hospital()
    balance = start.settles_at()
    monkeypatch.setattr(Hospital, "settles_at", lambda _: balance)  # the day of the change
    before, after = (
        play_hospital(each, 200, 5, days=60, settle=0, warm=True).waiting
        for each in (start, start.improve("wards", 0.2))
    )
    gain = before - after
    early, late = (gain[:, DAY * a : DAY * b].mean(axis=1) for a, b in ((3, 14), (40, 60)))
    assert early.mean() > 1
    assert abs(late.mean()) < 0.3


def test_uneven_days_make_more_people_wait():
    even, uneven = (play_hospital(ward(30, 0.8, swing=s), 200, 5, 60, 20).late(0) for s in (0, 0.4))
    assert uneven.mean() > even.mean() + 2 * (error(even) + error(uneven))


# --- two purses -------------------------------------------------------------------------------

deals = st.builds(
    Investment, most=st.floats(1, 1_000), reach=st.floats(10, 300), own=st.floats(0, 0.9)
)
shares = st.floats(0, 1)


@given(deals, shares, st.floats(0, 0.9))
def test_the_community_can_do_no_better_for_itself(deal, back, bill):
    keeps, chosen = deal.keeps(back), deal.chosen(back, bill)

    def purse(spend):
        return keeps * deal.saved(spend) - (1 - bill) * spend

    others = np.linspace(0, 3 * chosen + deal.reach, 200)
    assert purse(chosen) == pytest.approx(deal.split(back, bill).community)
    assert all(purse(chosen) >= purse(x) - 1e-9 * deal.most for x in others)


@given(deals, shares, st.floats(0, 0.9))
def test_no_agreement_beats_one_purse(deal, back, bill):
    assert deal.split(back, bill).whole <= deal.best().whole + 1e-9 * deal.most


@given(deals, st.floats(0.2, 1))
def test_a_bill_shared_like_the_gain_makes_them_want_the_same(deal, back):
    kept = 1 - deal.keeps(back)
    assert deal.split(back, kept).spend == pytest.approx(deal.best().spend, abs=1e-6)


@given(deals)
def test_what_the_hospital_hands_over_by_itself(deal):
    """With no part in the bill it has (1 - k)(most - reach / k) at a share k: best at a root."""
    best = math.sqrt(deal.reach / deal.most) if deal.most > deal.reach else 0
    share = max(0.0, (best - deal.own) / (1 - deal.own))
    left = {at: deal.split(at / 100).hospital for at in range(101)}
    got, slip = left[deal.hands_over()], 1e-9 * deal.most
    assert deal.split(share).hospital >= got - slip
    assert got >= max(left[math.floor(100 * share)], left[math.ceil(100 * share)]) - slip


def test_the_purses_of_the_lesson():
    deal = Investment()
    assert deal.split().spend == 0
    assert deal.hands_over() == round(100 * math.sqrt(0.2))
    assert deal.best().whole == pytest.approx(400 - 100 * math.log(5))
    assert deal.split(1).whole == pytest.approx(deal.best().whole)
    assert deal.split(0.5, 0.5).whole == pytest.approx(deal.best().whole)
    assert deal.split(0.5, 0.8).whole < deal.best().whole


def test_the_wait_for_care_is_what_people_who_need_it_wait():
    stay = play_hospital(Hospital(), 1, seed=3, days=300, settle=40, warm=True)
    each = people(stay)
    counted = each["needs"] & (each["ready"] >= stay.settled) & (each["left"] < np.inf)
    waited = each["left"][counted] - each["ready"][counted]
    assert stay.for_care[0] == pytest.approx(waited.mean(), rel=0.05)
    assert stay.for_care[0] > 2 * stay.journey["ready, still in bed"][0]  # a mean over everybody
