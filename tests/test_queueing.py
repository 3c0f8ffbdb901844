"""Closed forms of queue theory against published and exactly computed figures."""

from __future__ import annotations

import pytest

from toolkit.queueing import (
    allen_cunneen,
    best_case,
    erlang_c,
    kingman,
    little,
    mmc_wait,
    practical_worst_case,
    sakasegawa,
    two_station_throughput,
    worst_case,
)

# Mean wait in the queue in service times, M/M/1, M/M/2, M/M/4, M/M/10 (computed from Erlang C).
WAITS = {
    0.50: (1.000, 0.333, 0.087, 0.007),
    0.70: (2.333, 0.961, 0.357, 0.074),
    0.80: (4.000, 1.778, 0.746, 0.205),
    0.85: (5.667, 2.604, 1.149, 0.353),
    0.90: (9.000, 4.263, 1.969, 0.669),
    0.95: (19.00, 9.256, 4.457, 1.651),
    0.98: (49.00, 24.25, 11.95, 4.641),
}


@pytest.mark.parametrize("load", WAITS)
def test_waits_in_mmc(load):
    got = [mmc_wait(c, load) for c in (1, 2, 4, 10)]
    assert got == pytest.approx(WAITS[load], rel=6e-4, abs=6e-4)
    assert allen_cunneen(4, load) == mmc_wait(4, load)
    assert mmc_wait(4, load, service=3) == pytest.approx(3 * mmc_wait(4, load))
    assert erlang_c(1, load) == pytest.approx(load)


@pytest.mark.parametrize(
    ("scv_arrival", "scv_service", "waits"),
    [
        (1, 1, (2.33, 4, 9, 19)),
        (0.5, 0.5, (1.17, 2, 4.5, 9.5)),
        (1.5, 1, (2.92, 5, 11.25, 23.75)),
        (1, 0, (1.167, 2, 4.5, 9.5)),
    ],
)
def test_kingman(scv_arrival, scv_service, waits):
    got = [kingman(load, scv_arrival, scv_service) for load in (0.7, 0.8, 0.9, 0.95)]
    assert got == pytest.approx(waits, abs=0.005)


@pytest.mark.parametrize("load", [0.0, 0.3, 0.7, 0.9, 0.98])
def test_sakasegawa_is_exact_for_one_server_and_near_for_more(load):
    assert sakasegawa(1, load, 0.5, 2) == pytest.approx(kingman(load, 0.5, 2))
    if load >= 0.7:
        assert sakasegawa(4, load) == pytest.approx(mmc_wait(4, load), rel=0.1)


def test_waits_grow_with_load_and_shrink_with_pooling():
    waits = [mmc_wait(2, load / 100) for load in range(0, 100, 5)]
    assert waits == sorted(waits)
    assert mmc_wait(2, 0.9) / mmc_wait(1, 0.9) == pytest.approx(0.474, abs=0.001)


@pytest.mark.parametrize(
    ("wip", "best", "practical", "worst"),
    [
        (1, (0.125, 8), (0.125, 8), (0.125, 8)),
        (4, (0.5, 8), (2 / 7, 14), (0.125, 32)),
        (8, (0.5, 16), (4 / 11, 22), (0.125, 64)),
    ],
)
def test_penny_fab_one(wip, best, practical, worst):
    """Four stations of two hours: rate 0.5 an hour, raw time 8 hours, critical WIP 4."""
    cases = (best_case, practical_worst_case, worst_case)
    for case, expected in zip(cases, (best, practical, worst), strict=True):
        got = case(wip, rate=0.5, raw_time=8)
        assert got == pytest.approx(expected)
        assert little(throughput=got.throughput, lead_time=got.lead_time) == pytest.approx(wip)


def test_little_gives_the_third_of_three():
    assert little(throughput=50, lead_time=18) == 900
    assert little(wip=900, lead_time=18) == 50
    assert little(wip=900, throughput=50) == 18


@pytest.mark.parametrize(("buffer", "share"), [(0, 2 / 3), (1, 3 / 4), (4, 6 / 7)])
def test_two_stations(buffer, share):
    assert two_station_throughput(buffer) == pytest.approx(share)


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda: mmc_wait(2, 1.0), ValueError, "load must be .* at least 0 and below 1; 1.0"),
        (lambda: mmc_wait(0, 0.5), ValueError, "servers must be a whole number of at least 1"),
        (lambda: mmc_wait(2.0, 0.5), TypeError, "servers"),
        (lambda: kingman("0.9"), TypeError, "'0.9' came in"),
        (lambda: kingman(0.9, scv_service=-1), ValueError, "variation of service"),
        (lambda: sakasegawa(2, float("nan")), ValueError, "nan"),
        (lambda: allen_cunneen(2, True), TypeError, "True"),
        (lambda: little(wip=5), ValueError, "Give two of wip, throughput and lead_time; wip"),
        (lambda: little(wip=5, throughput=0), ValueError, "above 0; 0 came in"),
        (lambda: best_case(0, 1, 1), ValueError, "wip"),
        (lambda: two_station_throughput(-1), ValueError, "buffer"),
    ],
)
def test_wrong_settings_are_refused_in_words(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong()
