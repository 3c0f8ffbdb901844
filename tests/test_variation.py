"""Process limits of single values: the published example, screening, gaps, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.variation import LIMIT_FACTOR, RANGE_FACTOR, individuals_limits

# NIST/SEMATECH e-Handbook, 6.3.2.2: ten flow rates, centre 50.81, limits 45.8159 and 55.8041.
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def test_the_published_example_comes_out():
    limits = individuals_limits(NIST, screen=False)
    assert limits.centre == pytest.approx(50.81, abs=0.0005)
    assert limits.moving_range == pytest.approx(1.8778, abs=0.00005)
    # NIST works with 3/1.128; the rounded factor moves the limits by less than 0.002.
    assert limits.low == pytest.approx(45.8159, abs=0.002)
    assert limits.high == pytest.approx(55.8041, abs=0.002)
    assert limits.range_limit == pytest.approx(6.135, abs=0.002)


def test_the_factors_are_those_of_pairs_rounded():
    assert pytest.approx(3 / 1.128379, abs=0.002) == LIMIT_FACTOR
    assert pytest.approx(1 + 3 * 0.8525 / 1.128379, abs=0.002) == RANGE_FACTOR


def test_one_shock_does_not_widen_screened_limits():
    calm = [5, 6, 5, 6, 5, 6, 5, 6]
    shock = [*calm, 60, 5, 6, 5, 6, 5]
    screened, plain = individuals_limits(shock), individuals_limits(shock, screen=False)
    assert (screened.set_aside, plain.set_aside) == (2, 0)
    assert screened.moving_range == pytest.approx(1.0)
    assert plain.high - plain.low > 5 * (screened.high - screened.low)


def test_no_range_is_taken_across_a_missing_month():
    limits = individuals_limits([1, 2, math.nan, 9, 10], screen=False)
    assert limits.moving_range == 1.0
    assert limits.values == 4
    assert limits.centre == 5.5


def test_a_baseline_is_a_stretch_of_months():
    assert individuals_limits([5, 6, 5, 90, 91], slice(0, 3)) == individuals_limits([5, 6, 5])


@pytest.mark.parametrize("values", [[], [4.0], [4.0, 5.0], [1.0, math.nan, 2.0, math.nan, 3.0]])
def test_too_little_is_refused_with_what_would_be_right(values):
    with pytest.raises(ValueError, match="at least 3 known months, with two in a row"):
        individuals_limits(values)


@pytest.mark.parametrize(
    ("value", "better", "word"),
    [
        *((5.0, -1, "inside"), (0.0, -1, "better"), (0.0, 1, "worse")),
        *((9.0, -1, "worse"), (9.0, 1, "better"), (math.nan, 1, "not known")),
    ],
)
def test_a_month_is_judged_in_words(value, better, word):
    assert individuals_limits([4, 6, 5, 5, 4, 6]).judge(value, better) == word


def test_a_month_on_the_limit_is_inside():
    limits = individuals_limits([4, 6, 5, 5, 4, 6])
    assert limits.judge(limits.high) == limits.judge(limits.low) == "inside"


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=30),
    st.floats(0.1, 10),
    st.floats(-100, 100),
)
def test_limits_move_and_stretch_with_the_unit(values, stretch, shift):
    before = individuals_limits(values, screen=False)
    after = individuals_limits(np.array(values) * stretch + shift, screen=False)
    for name in ("low", "centre", "high"):
        assert getattr(after, name) == pytest.approx(
            getattr(before, name) * stretch + shift, rel=1e-6, abs=1e-6
        )
