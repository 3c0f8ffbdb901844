"""Sharing, enough, chance and work with people: closed forms, published figures, laws, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit import evidence
from toolkit.models.prudent import (
    FREED,
    ORDERS,
    RULES,
    Kin,
    NeedGroup,
    Team,
    Treatment,
    areas,
    extremal_quotient,
    health,
    overdispersion,
    poisson_limit,
    share,
    systematic_variation,
)

lawful = settings(derandomize=True, deadline=None, max_examples=60)

# --- sharing ------------------------------------------------------------------------------------

THREE = tuple(NeedGroup(name, 0, a) for name, a in (("four", 4), ("two", 2), ("one", 1)))
some_groups = st.lists(
    st.builds(
        NeedGroup, st.just("some"), st.floats(0, 60), st.floats(0.5, 8), demand=st.floats(0.1, 5)
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.parametrize(
    ("rule", "hours", "total"),
    [("good", (16, 4, 1), 21.0), ("equal", (7, 7, 7), 7 * math.sqrt(7))],
)
def test_the_worked_case_comes_out_exactly(rule, hours, total):
    given_out = share(THREE, 21, rule)
    assert given_out == pytest.approx(hours)
    assert health(THREE, given_out).sum() == pytest.approx(total)


def test_equal_shares_lose_a_ninth_in_the_worked_case():
    assert health(THREE, share(THREE, 21, "equal")).sum() == pytest.approx(18.52, abs=0.005)


def test_need_first_lifts_the_worst_off_to_the_next_and_then_both():
    groups = [NeedGroup("a", 26, 2), NeedGroup("b", 34, 1), NeedGroup("c", 40, 4)]
    assert share(groups, 16, "need") == pytest.approx([16, 0, 0])
    level = 34 + (math.sqrt(41) - 4) / 2.5  # (y + 8)^2 / 4 + y^2 = 21
    assert health(groups, share(groups, 21, "need")) == pytest.approx([level, level, 40])


def test_demand_decides_where_nobody_else_does():
    groups = [NeedGroup("a", 0, 1, 1), NeedGroup("b", 0, 1, 2), NeedGroup("c", 0, 1, 4)]
    assert share(groups, 21, "demand") == pytest.approx([3, 6, 12])


@lawful
@given(some_groups, st.floats(0.1, 200), st.sampled_from(list(RULES)))
def test_every_hour_goes_somewhere_and_none_is_negative(groups, hours, rule):
    given_out = share(groups, hours, rule)
    assert given_out.sum() == pytest.approx(hours, rel=1e-6)
    assert (given_out >= 0).all()


@lawful
@given(some_groups, st.floats(0.1, 200), st.integers(0, 10_000))
def test_no_other_split_beats_the_best_for_all_or_the_best_for_the_worst_off(groups, hours, seed):
    other = hours * np.random.default_rng(seed).dirichlet(np.ones(len(groups)))
    best, kind = (health(groups, share(groups, hours, rule)) for rule in ("good", "need"))
    assert health(groups, other).sum() <= best.sum() + 1e-9 * best.sum()
    assert health(groups, other).min() <= kind.min() + 1e-6 * kind.min()


@pytest.mark.parametrize(
    ("rule", "groups", "told"),
    [("fair", THREE, "A rule is one of equal"), ("demand", [NeedGroup("a", 0, 1, 0)], "Nobody")],
)
def test_a_rule_that_cannot_share_is_refused(rule, groups, told):
    with pytest.raises(ValueError, match=told):
        share(groups, 21, rule)


@pytest.mark.parametrize("wrong", [{"start": -1}, {"benefit": 0}, {"demand": -1}])
def test_a_group_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        NeedGroup(**{"name": "x", "start": 1, "benefit": 1, "demand": 1, **wrong})


# --- enough -------------------------------------------------------------------------------------


def test_the_worked_treatment_comes_out():
    one = Treatment(10, 0.5, 0.5)
    assert one.best == pytest.approx(math.log(10) / 0.5)
    assert one.best == pytest.approx(4.605, abs=0.001)
    assert one.net(one.best) == pytest.approx(6.697, abs=0.001)
    assert one.net(10) == pytest.approx(4.93, abs=0.005)


@lawful
@given(st.floats(0, 30), st.floats(0.05, 5), st.floats(0.05, 2), st.floats(0, 60))
def test_nothing_is_better_than_the_best_and_beyond_the_even_point_all_is_worse_than_none(
    most, burden, speed, other
):
    one = Treatment(most, burden, speed)
    assert one.net(one.best) >= one.net(other) - 1e-9
    assert one.net(one.best) >= 0
    assert one.even >= one.best
    assert one.net(one.even) == pytest.approx(0, abs=1e-6)
    assert one.net(one.even + 1) < 0


@lawful
@given(st.floats(2, 30), st.floats(0.1, 0.5))
def test_who_can_gain_less_or_bears_more_needs_less(most, burden):
    best = Treatment(most, burden).best
    assert Treatment(most / 2, burden).best < best
    assert Treatment(most, 2 * burden).best < best


def test_where_the_first_session_harms_none_is_best():
    assert Treatment(1, 0.5).best == 0 == Treatment(1, 0.5).even


def test_a_treatment_without_any_burden_has_no_best_and_is_refused():
    with pytest.raises(ValueError, match="burden"):
        Treatment(10, 0)


# --- chance -------------------------------------------------------------------------------------

DRAWS = 20_000


@pytest.mark.parametrize(
    ("expected", "low", "median", "high"), [(80, 1.36, 1.53, 1.79), (20, 1.86, 2.42, 3.44)]
)
def test_the_highest_over_the_lowest_among_22_equal_areas(expected, low, median, high):
    ratios = extremal_quotient(areas(expected, 22, 0, DRAWS, np.random.default_rng(1)))
    found = np.percentile(ratios, [5, 50, 95])
    # Whole cases leave few possible ratios: a quantile sits on one of them.
    assert found == pytest.approx([low, median, high], rel=0.03)


@pytest.mark.parametrize(("expected", "spread"), [(80, 0), (20, 0), (80, 0.2), (80, 0.316)])
def test_the_systematic_part_is_the_true_spread_on_average(expected, spread):
    found = systematic_variation(
        areas(expected, 22, spread, DRAWS, np.random.default_rng(2)), expected
    )
    error = found.std() / math.sqrt(DRAWS)
    assert found.mean() == pytest.approx(spread**2, abs=4 * error)
    if spread == 0:
        assert 0.3 < (found < 0).mean() < 0.7


@lawful
@given(st.lists(st.integers(0, 200), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_the_areas_does_not_matter(cases, random):
    mixed = random.sample(cases, len(cases))
    assert systematic_variation(mixed, 20) == pytest.approx(systematic_variation(cases, 20))
    assert extremal_quotient(mixed) == extremal_quotient(cases)


def test_over_a_lowest_of_nothing_there_is_no_ratio():
    assert extremal_quotient([[0, 3], [2, 3]]).tolist() == [math.inf, 1.5]


chances = st.sampled_from([0.001, 0.025, 0.975, 0.999])


@lawful
@given(st.floats(0.05, 2_000), chances)
def test_poisson_limits_lie_within_one_of_the_whole_number(expected, below):
    exact = stats.poisson.ppf(below, expected)
    assert exact - 1 <= poisson_limit(expected, below) <= exact


@lawful
@given(st.integers(100, 2_000), st.floats(0.05, 0.3))
def test_limits_hold_the_average_and_widen_where_places_are_small(size, chance):
    def width(size: int) -> float:
        low, high = (poisson_limit(size * chance, below) / size for below in (0.025, 0.975))
        assert low < chance < high
        return high - low

    assert width(size) > 1.5 * width(4 * size)


def test_counts_from_chance_alone_are_not_overdispersed():
    cases = areas(50, DRAWS, 0, 1, np.random.default_rng(3))[0]
    # The standard error of a mean of 20,000 squared z-scores is about 0.01.
    assert overdispersion(cases, np.full(DRAWS, 50), np.full(DRAWS, 50)) == pytest.approx(
        1, abs=0.04
    )


def test_the_districts_vary_half_as_much_again_as_chance():
    frame = evidence.series("bowel_cancer_districts").frame
    rate = frame["deaths_per_year"].sum() / frame["scaled_denominator"].sum()
    expected = frame["scaled_denominator"] * rate
    found = overdispersion(frame["deaths_per_year"], expected, expected)
    assert found == pytest.approx(1.48, abs=0.005)


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda: areas(0, 22, 0, 1, np.random.default_rng(1)), "expected"),
        (lambda: areas(20, 1, 0, 1, np.random.default_rng(1)), "count"),
        (lambda: areas(20, 22, -0.1, 1, np.random.default_rng(1)), "spread"),
        (lambda: poisson_limit(20, 1), "below"),
    ],
)
def test_what_cannot_be_drawn_or_limited_is_refused(draw, told):
    with pytest.raises(ValueError, match=told):
        draw()


# --- with people --------------------------------------------------------------------------------

HIGH, LOW = Kin("high", 20, 3, 0.8), Kin("low", 20, 4, 0.2)
PAIR = Team((HIGH, LOW), hours=70, only=0.5, support=6)


def test_support_has_paid_for_itself_when_the_work_taken_up_equals_it():
    assert PAIR.own == pytest.approx([1.2, 0.4])
    assert PAIR.weeks_to_pay == pytest.approx([5, 15])
    assert Team((HIGH, LOW), 70, only=1, support=6).weeks_to_pay.tolist() == [math.inf] * 2


@pytest.mark.parametrize(
    ("freed", "before", "after"),
    [("alike", (1.25, 2.25), (0.05, 1.85)), ("need", (1.75, 1.75), (0.95, 0.95))],
)
def test_before_and_after_support_what_is_left_undone(freed, before, after):
    found = PAIR.run(52, 10, "most", freed)[["high", "low"]]
    # In the first week the ten hours of support are missing: a quarter of an hour for each person.
    assert found.iloc[0].to_numpy() == pytest.approx(np.add(before, 0.25))
    assert found.iloc[-1].to_numpy() == pytest.approx(after)
    assert PAIR.run(1, 0, "most", freed)[["high", "low"]].iloc[0].to_numpy() == pytest.approx(
        before
    )


def test_support_lasts_as_many_weeks_as_it_takes_hours():
    supporting = PAIR.run(52, 10, "both", "alike")["supporting"]
    assert (supporting > 0).sum() == 40 * 6 / 10
    assert supporting.sum() == pytest.approx(40 * 6)


def test_support_costs_first_and_pays_later():
    start = PAIR.run(1, 0, "most", "alike")[["high", "low"]].iloc[0]
    more = PAIR.more_undone(start, PAIR.run(52, 10, "most", "alike"))
    assert more[0] == pytest.approx(10)  # the hours of the first week of support
    assert more[-1] < 0
    assert PAIR.more_undone(start, PAIR.run(5, 0, "most", "alike")) == pytest.approx([0] * 5)


def test_who_is_supported_first_takes_up_work_first():
    most, least = (PAIR.run(13, 10, order, "alike").iloc[-1] for order in ("most", "least"))
    assert most["high"] < least["high"]
    assert most["low"] > least["low"]


teams = st.builds(
    lambda n, m, work, more, means, less, hours, only: Team(
        (Kin("high", n, work, means), Kin("low", m, work + more, less * means)), hours, only, 6
    ),
    st.integers(1, 40), st.integers(1, 40), st.floats(1, 5), st.floats(0, 3), st.floats(0.1, 1),
    st.floats(0, 1), st.floats(0, 200), st.floats(0, 1),
)  # fmt: skip


@lawful
@given(teams, st.floats(0, 60), st.sampled_from(list(ORDERS)), st.sampled_from(list(FREED)))
def test_all_hours_are_worked_and_nobody_gets_more_than_the_work(team, a_week, order, freed):
    found = team.run(30, a_week, order, freed)
    people = np.array([g.people for g in team.groups])
    undone = found[["high", "low"]].to_numpy()
    assert (undone >= -1e-9).all()
    assert (undone <= [g.work + 1e-9 for g in team.groups]).all()
    assert found["supporting"].sum() <= people.sum() * team.support + 1e-6
    work = people @ [g.work for g in team.groups]
    first = found.iloc[0]
    given_out = work - people @ undone[0]
    assert given_out == pytest.approx(min(team.hours - first["supporting"], work), abs=1e-6)


@lawful
@given(teams, st.floats(0, 60), st.sampled_from(list(ORDERS)))
def test_hours_that_follow_what_is_undone_leave_the_smaller_gap(team, a_week, order):
    alike, need = (team.run(30, a_week, order, freed) for freed in ("alike", "need"))
    gaps = [(found["low"] - found["high"]).abs() for found in (alike, need)]
    assert (gaps[1] <= gaps[0] + 1e-9).all()
    for found in (alike, need):  # the same work is done, whoever it is for
        people = [g.people for g in team.groups]
        assert (found[["high", "low"]] @ people).to_numpy() == pytest.approx(
            (alike[["high", "low"]] @ people).to_numpy(), abs=1e-6
        )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"groups": (HIGH,)}, "two groups here; 1 came in"),
        ({"only": 1.1}, "only"),
        ({"support": 0}, "support"),
    ],
)
def test_a_team_that_cannot_be_is_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        Team(**{"groups": (HIGH, LOW), "hours": 70, "only": 0.5, "support": 6, **wrong})


@pytest.mark.parametrize(("order", "freed"), [("first", "alike"), ("most", "all")])
def test_an_unknown_order_is_refused_with_those_there_are(order, freed):
    with pytest.raises(ValueError, match="Order is one of most, least, both"):
        PAIR.run(4, 10, order, freed)
