"""Closed forms against the published or exactly computed values."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.change.diffusion import CapabilityTrap, bass, half_life


@pytest.mark.parametrize(
    ("half", "month", "left"),
    [(6, 12, 25.0), (6, 24, 6.25), (9, 12, 39.7), (9, 36, 6.25), (3, 6, 25), (22, 6, 82.8)],
)
def test_the_gap_halves(half: float, month: float, left: float) -> None:
    assert half_life(100, 0, np.array([month]), half)[0] == pytest.approx(left, abs=0.05)


def test_a_half_life_is_above_zero() -> None:
    with pytest.raises(ValueError, match="given as 0"):
        half_life(1, 0, np.array([1]), 0)


def test_more_time_for_improvement_is_worse_before_better() -> None:
    trap = CapabilityTrap()
    told = trap.level(0.1, 0.3, [-1, 0, np.inf])
    np.testing.assert_allclose(told, [1, 1 - 0.222, 1 + 1.333], atol=5e-4)
    assert trap.crossing(0.1, 0.3) == pytest.approx(0.154, abs=5e-4)


def test_less_time_for_improvement_is_better_before_worse() -> None:
    trap = CapabilityTrap()
    told = trap.level(0.3, 0.1, [-1, 0, np.inf])
    np.testing.assert_allclose(told, [1, 1 + 0.286, 1 - 0.571], atol=5e-4)
    assert trap.crossing(0.3, 0.1) == pytest.approx(0.405, abs=5e-4)


def test_below_the_tipping_point_pressure_drives_improvement_out() -> None:
    assert CapabilityTrap().tipping_point(0.3, 0.2) == pytest.approx(0.2181, abs=2e-4)
    assert np.isnan(CapabilityTrap().tipping_point(0.3, 5.0))


def test_a_trap_needs_gain_and_life() -> None:
    with pytest.raises(ValueError, match="life must be a number above 0"):
        CapabilityTrap(life=0)


def test_bass_with_average_parameters() -> None:
    shares = bass(0.03, 0.38, np.array([1, 5, 10, 15, 20]))
    np.testing.assert_allclose(shares, [0.0358, 0.3312, 0.8128, 0.9716, 0.9963], atol=5e-5)
    months = np.arange(0, 20, 0.01)
    fastest = months[np.diff(bass(0.03, 0.38, months)).argmax()]
    assert fastest == pytest.approx(6.19, abs=0.02)
    assert bass(0.03, 0.38, fastest) == pytest.approx(0.4605, abs=2e-3)
