"""The recursion in continuous time, against theory and against two other engines."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.draws import Spread
from toolkit.queueing import kingman, mmc_wait, practical_worst_case, two_station_throughput
from toolkit.tandem import tandem

BENCH = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "bench_flow.py"))
ONE = Spread(1, 1)


def test_by_hand():
    line = tandem(Spread(5), (Spread(3), Spread(6)), patients=3, runs=1, seed=1)
    assert line.entered[0].tolist() == [5, 10, 15]
    assert line.left[0].tolist() == [[8, 14], [13, 20], [18, 26]]
    assert line.waits[0].tolist() == [[0, 0], [0, 1], [0, 2]]
    assert line.lead_time[0].tolist() == [9, 10, 11]


def test_blocking_by_hand():
    """Without room between them, the first server holds its patient until the second is free."""
    services = (Spread(1), Spread(3))
    line = tandem(None, services, patients=3, runs=1, seed=1, buffers=(0,))
    assert line.left[0].tolist() == [[1, 4], [4, 7], [7, 10]]
    roomy = tandem(None, services, patients=3, runs=1, seed=1, buffers=(1,))
    assert roomy.left[0].tolist() == [[1, 4], [2, 7], [4, 10]]
    assert roomy.waits[0, :, 1].tolist() == [0, 2, 3]


@pytest.mark.parametrize("wip", [1, 2, 3, 5, 8, 13, 20])
def test_practical_worst_case_is_exact(wip):
    line = tandem(None, (ONE,) * 4, patients=2200, runs=200, seed=wip, cap=wip)
    theory = practical_worst_case(wip, rate=1, raw_time=4).throughput
    assert line.throughput(skip=200).mean() == pytest.approx(theory, rel=0.01)


def test_mm1_tandem_has_independent_stations():
    """Each station of a Poisson-fed line waits like M/M/1 (Burke's theorem)."""
    line = tandem(Spread(1, 1), (Spread(0.7, 1),) * 3, patients=3000, runs=300, seed=2)
    waits = line.waits[:, 500:].mean(axis=(0, 1))
    assert waits == pytest.approx(kingman(0.7) * 0.7, rel=0.03)


def test_mm2_wait():
    line = tandem(Spread(1, 1), (Spread(1.8, 1),), patients=12_000, runs=150, seed=3, servers=2)
    wait = line.waits[:, 2000:].mean() / 1.8
    assert wait == pytest.approx(mmc_wait(2, 0.9), rel=0.03)
    assert mmc_wait(2, 0.9) == pytest.approx(4.263, abs=0.001)


@pytest.mark.parametrize(("cv_arrival", "cv_service"), [(1, 0), (0.7, 0.7), (1, 1.5)])
def test_kingman_is_close(cv_arrival, cv_service):
    line = tandem(Spread(1, cv_arrival), (Spread(0.8, cv_service),), 5000, 200, seed=4)
    theory = kingman(0.8, cv_arrival**2, cv_service**2, service=0.8)
    assert line.waits[:, 1000:].mean() == pytest.approx(theory, rel=0.08)


@pytest.mark.parametrize("buffer", [0, 1, 4])
def test_two_stations_with_little_room(buffer):
    line = tandem(None, (ONE, ONE), patients=3000, runs=100, seed=5, buffers=(buffer,))
    assert line.throughput(skip=200).mean() == pytest.approx(
        two_station_throughput(buffer), rel=0.01
    )


spreads = st.builds(Spread, st.floats(0.1, 3), st.floats(0, 2))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.one_of(st.none(), spreads),
    st.lists(spreads, min_size=1, max_size=4).map(tuple),
    st.integers(1, 60),
    st.integers(1, 3),
    st.one_of(st.none(), st.integers(1, 6)),
    st.one_of(st.none(), st.integers(0, 3)),
)
def test_little_and_order_hold_in_every_run(arrivals, services, patients, servers, cap, room):
    if servers > 1:
        cap = room = None
    buffers = (room,) * (len(services) - 1)
    line = tandem(arrivals, services, patients, 3, 6, servers=servers, buffers=buffers, cap=cap)
    law = line.little()
    np.testing.assert_allclose(law["L"], law["λ"] * law["W"], rtol=1e-9)
    assert line.waits.min() >= 0
    steps = np.diff(np.concatenate([line.entered[:, :, None], line.left], axis=2), axis=2)
    assert steps.min() > -1e-9
    if servers == 1:
        assert (np.diff(line.left, axis=1) >= 0).all()
    if cap is not None:
        assert (line.entered[:, cap:] >= line.left[:, :-cap, -1]).all()
        assert law["L"].max() <= cap + 1e-9


def test_several_servers_take_the_longest_waiting_first():
    line = tandem(Spread(1), (Spread(3),), patients=4, runs=1, seed=1, servers=2)
    assert line.left[0, :, 0].tolist() == [4, 5, 7, 8]
    assert line.waits[0, :, 0].tolist() == [0, 0, 1, 1]


def test_a_seed_reproduces_a_run():
    first, again, other = (tandem(ONE, (ONE, ONE), 50, 3, seed) for seed in (7, 7, 8))
    assert (first.left == again.left).all()
    assert (first.left != other.left).any()
    assert repr(first) == "Journeys(2 stations, 50 patients, 3 runs)"


@pytest.mark.parametrize("engine", ["with_simpy", "with_ciw"])
def test_another_engine_agrees(engine):
    """From an empty start, the means of independent engines lie within four standard errors."""
    ours = BENCH["ours"](300, 4000, 9)
    theirs = BENCH[engine](300, 60, 9)
    error = np.hypot(ours.std() / len(ours) ** 0.5, ours.std() / len(theirs) ** 0.5)
    assert abs(theirs.mean() - ours.mean()) < 4 * error
    assert error < 0.04 * ours.mean()


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda: tandem(1, (ONE,), 5, 1, 1), TypeError, "arrivals must be Spread"),
        (lambda: tandem(ONE, (), 5, 1, 1), TypeError, "services must be"),
        (lambda: tandem(ONE, (1,), 5, 1, 1), TypeError, "services must be"),
        (lambda: tandem(ONE, (ONE,), 0, 1, 1), ValueError, "patients"),
        (lambda: tandem(ONE, (ONE,), 5, True, 1), TypeError, "runs .* True"),
        (lambda: tandem(ONE, (ONE,), 5, 1, 1, servers=0), ValueError, "servers"),
        (lambda: tandem(ONE, (ONE, ONE), 5, 1, 1, buffers=(1, 1)), ValueError, "have 1 buffers"),
        (lambda: tandem(ONE, (ONE, ONE), 5, 1, 1, buffers=(-1,)), ValueError, "Each buffer"),
        (lambda: tandem(ONE, (ONE,), 5, 1, 1, cap=0), ValueError, "cap must be"),
        (lambda: tandem(ONE, (ONE,), 5, 1, 1, cap=3, servers=2), ValueError, "out of order"),
        (lambda: tandem(ONE, (ONE,), 5, 1, 1).throughput(skip=5), ValueError, "at most 4; 5"),
    ],
)
def test_wrong_settings_are_refused_in_words(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong()
