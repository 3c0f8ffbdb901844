"""Cost by the minute, ratios, net benefit and weights: published cases, laws, and refusals."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.models.value import (
    THRESHOLDS,
    Account,
    Clinic,
    Pool,
    Service,
    compare_services,
    firsts,
    net_benefit,
    score,
)

lawful = settings(derandomize=True, deadline=None, max_examples=60)
amounts = st.floats(0, 1e5)

# --- time-driven costing: Kaplan and Anderson 2004 ----------------------------------------------

DEPARTMENT = Pool("customer service", cost=560_000, minutes=700_000)
WORK = {"order": (49_000, 8), "inquiry": (1_400, 44), "credit check": (2_500, 50)}
USED = sum(count * minutes for count, minutes in WORK.values())


def test_the_published_department_costs_eighty_cents_a_minute():
    assert DEPARTMENT.rate == pytest.approx(0.80)


@pytest.mark.parametrize(
    ("name", "cost"), [("order", 6.4), ("inquiry", 35.2), ("credit check", 40)]
)
def test_the_published_cost_of_one_piece_of_work(name, cost):
    assert WORK[name][1] * DEPARTMENT.rate == pytest.approx(cost)


def test_the_published_use_and_what_is_left_over():
    account = Account(DEPARTMENT, USED)
    assert USED == 578_600
    assert account.costs["used"] == pytest.approx(462_880)
    assert account.unused == pytest.approx(121_400)
    assert account.costs["unused"] == pytest.approx(97_120)
    assert account.bill == pytest.approx(560_000)


@lawful
@given(st.lists(st.floats(0, 1 / 3), min_size=3, max_size=3), st.floats(1, 1e6), amounts)
def test_every_minute_and_every_pound_is_somewhere(shares, minutes, cost):
    account = Account(Pool("nurses", cost, minutes), *(share * minutes for share in shares))
    assert sum(account.costs.values()) == pytest.approx(cost, abs=1e-6)
    assert account.bill == pytest.approx(cost - account.costs["removed"], abs=1e-6)


@lawful
@given(st.floats(0, 578_600))
def test_freed_minutes_lower_the_bill_only_when_they_are_removed(freed):
    idle, lent, removed = (
        Account(DEPARTMENT, USED - freed, *given) for given in ((), (freed,), (0, freed))
    )
    assert idle.bill == lent.bill == DEPARTMENT.cost
    assert removed.bill == pytest.approx(DEPARTMENT.cost - freed * DEPARTMENT.rate)
    assert idle.unused - lent.unused == pytest.approx(freed, abs=1e-6)


def test_minutes_that_are_not_there_cannot_be_given_away():
    with pytest.raises(ValueError, match="come to 700,001, but only 700,000 can be worked"):
        Account(DEPARTMENT, USED, lent=121_401)


def test_the_pool_that_runs_out_first_sets_the_most_visits():
    pools = (Pool("doctor", 10, 100), Pool("nurses", 10, 200))
    assert Clinic(pools, {"doctor": 30, "nurses": 20}).fullest() == ("doctor", 3)
    assert Clinic(pools, {"doctor": 0, "nurses": 50}).fullest() == ("nurses", 4)
    with pytest.raises(ValueError, match="takes no minutes"):
        Clinic(pools, {"doctor": 0, "nurses": 0}).fullest()


def test_a_clinic_adds_up_what_its_pools_cost():
    clinic = Clinic(
        (Pool("doctor", 300, 100), Pool("nurses", 200, 200)), {"doctor": 10, "nurses": 5}
    )
    assert clinic.each == pytest.approx(10 * 3 + 5 * 1)
    idle = clinic.costs(4)
    assert idle["used"] == pytest.approx(4 * clinic.each)
    assert idle["used"] + idle["unused"] == pytest.approx(idle["bill"]) == pytest.approx(500)
    removed = clinic.costs(4, nurses={"removed": 50})
    assert removed["bill"] == pytest.approx(450)


# --- ratio, extra cost per extra outcome, net benefit -------------------------------------------

OLD = Service("old", 0.5, 2_000)


@pytest.mark.parametrize(
    ("effect", "cost", "icer", "kind"),
    [
        (0.65, 5_600, 24_000, "buys"),
        (0.45, 1_500, 10_000, "saves"),
        (0.6, 1_500, None, "better"),
        (0.6, 2_000, None, "better"),
        (0.4, 2_500, None, "worse"),
        (0.4, 2_000, None, "worse"),
        (0.5, 2_500, None, "same_dearer"),
        (0.5, 1_500, None, "same_cheaper"),
        (0.5, 2_000, None, "same"),
    ],
)
def test_every_corner_of_the_comparison_is_told_apart(effect, cost, icer, kind):
    verdict = compare_services(Service("new", effect, cost), OLD)
    assert verdict.kind == kind
    assert verdict.icer == (None if icer is None else pytest.approx(icer))


def test_a_gain_counted_in_tiny_units_is_still_a_gain():
    verdict = compare_services(Service("new", 3e-9, 2_100), Service("old", 2e-9, 2_000))
    assert verdict.icer == pytest.approx(1e11)
    assert compare_services(Service("new", 0.1 + 0.2, 9), Service("old", 0.3, 9)).kind == "same"


@lawful
@given(st.floats(0.01, 2), st.floats(1, 1e5), st.floats(0, 1e5))
def test_net_benefit_is_above_zero_where_the_threshold_is_above_the_icer(gain, extra, threshold):
    icer = compare_services(Service("new", 0.5 + gain, 2_000 + extra), OLD).icer
    if abs(threshold - icer) > 1e-3:
        assert (net_benefit(gain, extra, threshold) > 0) == (threshold > icer)


@lawful
@given(amounts, amounts, amounts, amounts, amounts)
def test_net_benefits_add_up(gain, extra, more_gain, more_extra, threshold):
    both = net_benefit(gain + more_gain, extra + more_extra, threshold)
    parts = net_benefit(gain, extra, threshold) + net_benefit(more_gain, more_extra, threshold)
    assert both == pytest.approx(parts, rel=1e-6, abs=1e-3)


def test_ratios_do_not_add_up_and_can_prefer_to_do_little():
    small, large = Service("small", 0.1, 100), Service("large", 0.9, 9_000)
    pooled = (small.effect + large.effect) / (small.cost + large.cost)
    assert pooled != pytest.approx((small.ratio + large.ratio) / 2)
    assert small.ratio > large.ratio
    assert net_benefit(large.effect - small.effect, large.cost - small.cost, 20_000) > 0


@lawful
@given(st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_the_ratio_rises_whenever_outcomes_fall_by_less_than_cost(cut, lost):
    after = Service("after", OLD.effect * (1 - lost), OLD.cost * (1 - cut))
    if abs(cut - lost) > 1e-6:
        assert (after.ratio > OLD.ratio) == (lost < cut)


def test_what_costs_nothing_has_no_ratio():
    with pytest.raises(ValueError, match="costs nothing, so outcome over cost has no value"):
        _ = Service("advice", 0.1, 0).ratio


def test_the_published_marks():
    assert THRESHOLDS == (20_000, 30_000)  # pounds per QALY, for services (nice2025)


# --- weights ----------------------------------------------------------------------------------

TIERS = pd.DataFrame({"one": [90, 60], "two": [50, 80]}, index=["A", "B"])


def test_a_score_is_the_weighted_mean_and_only_proportions_count():
    assert score(TIERS, {"one": 1, "two": 3}).to_dict() == {"A": 60, "B": 75}
    pd.testing.assert_series_equal(
        score(TIERS, {"one": 1, "two": 3}), score(TIERS, {"one": 2, "two": 6})
    )


def test_weights_can_turn_the_ranking_and_none_can_lift_what_is_worse_everywhere():
    wins, ways = firsts(TIERS)
    assert ways == 11
    assert wins.to_dict() == {"A": 6, "B": 6}  # at five each they share first place
    worse = pd.concat([TIERS, pd.DataFrame({"one": [59], "two": [49]}, index=["C"])])
    assert firsts(worse)[0]["C"] == 0
    assert firsts(TIERS, pd.Series({"A": 1_000, "B": 5_000}))[0].to_dict() == {"A": 11, "B": 0}


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"one": 0, "two": 0}, "All weights are zero"),
        ({"one": 1}, "missing: two"),
        ({"one": -1, "two": 2}, "weight of one must be a number of at least 0"),
    ],
)
def test_weights_that_make_no_score_are_refused(weights, said):
    with pytest.raises(ValueError, match=said):
        score(TIERS, weights)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Pool("nurses", -1, 10), "nurses: cost must be"),
        (lambda: Pool("nurses", 1, 0), "minutes of practical capacity must be a number above 0"),
        (lambda: Service("new", float("nan"), 1), "new: effect must be"),
        (lambda: net_benefit(1, 1, -1), "threshold must be"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(make, said):
    with pytest.raises(ValueError, match=said):
        make()
