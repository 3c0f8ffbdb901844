"""Closed forms of queue theory: against figures, and patient by patient against SimPy and Ciw."""

from __future__ import annotations

import ciw
import numpy as np
import pytest
import simpy

from benchmarks.bench_flow import with_simpy as dice_line_in_simpy
from tests.models.exact import mmc_wait
from toolkit.models.pathway import RANGES
from toolkit.models.queues.draws import Dice, Spread
from toolkit.models.queues.flow import simulate
from toolkit.models.queues.line import Line, Stage, dice_line, push
from toolkit.models.queues.queueing import erlang_c, little, sakasegawa

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
# By servers and load: mean number in the queue of M/M/c by Erlang and by Sakasegawa, as printed by
# another program (VividCortex/approx-queueing-theory on GitHub).
IN_QUEUE = {
    2: {0.7: (1.345098, 1.391387), 0.9: (7.673684, 7.725338)},
    4: {0.7: (1.000193, 1.079036), 0.9: (7.089779, 7.166418)},
}


@pytest.mark.parametrize("load", WAITS)
def test_waits_in_mmc(load):
    got = [mmc_wait(c, load) for c in (1, 2, 4, 10)]
    assert got == pytest.approx(WAITS[load], rel=6e-4, abs=6e-4)
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
def test_one_server_waits_as_kingman_says(scv_arrival, scv_service, waits):
    got = sakasegawa(1, np.array([0.7, 0.8, 0.9, 0.95]), scv_arrival, scv_service)
    assert got == pytest.approx(waits, abs=0.005)


@pytest.mark.parametrize("servers", [2, 4])
def test_another_program_finds_as_many_in_the_queue(servers):
    loads = np.array(list(IN_QUEUE[servers]))
    by_erlang, by_sakasegawa = zip(*IN_QUEUE[servers].values(), strict=True)
    exact = [little(throughput=servers * at, lead_time=mmc_wait(servers, at)) for at in loads]
    assert exact == pytest.approx(by_erlang, abs=1e-6)
    assert servers * loads * sakasegawa(servers, loads) == pytest.approx(by_sakasegawa, abs=1e-6)


def test_waits_grow_with_load_and_shrink_with_pooling():
    waits = [mmc_wait(2, load / 100) for load in range(0, 100, 5)]
    assert waits == sorted(waits)
    assert mmc_wait(2, 0.9) / mmc_wait(1, 0.9) == pytest.approx(0.474, abs=0.001)


def test_little_gives_the_third_of_three():
    assert little(throughput=50, lead_time=18) == 900
    assert little(wip=900, lead_time=18) == 50
    assert little(wip=900, throughput=50) == 18


# ---- against discrete-event runs: two engines hold a recursion, the recursion holds theory ----


def play(gaps: np.ndarray, stays: np.ndarray, servers: int) -> np.ndarray:
    """Return the waits at one desk, first come first served, along the first axis [1]_.

    References
    ----------
    .. [1] Kiefer, J. and Wolfowitz, J. (1955). On the theory of queues with many servers.
       *Transactions of the American Mathematical Society*, 78, 1-18.
    """
    free, waits = np.zeros((servers, *gaps.shape[1:])), np.empty_like(gaps)
    for i, came in enumerate(gaps.cumsum(axis=0)):
        free.sort(axis=0)
        np.maximum(free[0] - came, 0, out=waits[i])
        free[0] = came + waits[i] + stays[i]
    return waits


def with_simpy(gaps: list[float], stays: list[float], servers: int) -> list[float]:
    env, waits = simpy.Environment(), [0.0] * len(gaps)
    desk = simpy.Resource(env, servers)

    def patient(i):
        came = env.now
        with desk.request() as turn:
            yield turn
            waits[i] = env.now - came
            yield env.timeout(stays[i])

    def door():
        for i, gap in enumerate(gaps):
            yield env.timeout(gap)
            env.process(patient(i))

    env.process(door())
    env.run()
    return waits


def with_ciw(gaps: list[float], stays: list[float], servers: int) -> list[float]:
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")])],
        service_distributions=[ciw.dists.Sequential(stays)],
        number_of_servers=[servers],
    )
    model = ciw.Simulation(network)
    model.simulate_until_max_customers(len(gaps), method="Finish")
    records = sorted(model.get_all_records(), key=lambda record: record.arrival_date)
    return [record.waiting_time for record in records]


def drawn(shape, servers, load, scv_arrival, scv_service, seed):
    """Draw times between arrivals (mean 1) and service times, from gamma distributions."""
    rng = np.random.default_rng(seed)
    services = Spread(servers * load, scv_service**0.5)
    return Spread(1, scv_arrival**0.5).sample(rng, shape), services.sample(rng, shape)


@pytest.mark.parametrize("engine", [with_simpy, with_ciw])
@pytest.mark.parametrize("servers", [1, 3])
def test_every_patient_waits_as_long_in_another_engine(engine, servers):
    for scvs in ((1, 1), (0.5, 2), (2, 0.3)):
        gaps, stays = drawn((1500, 1), servers, 0.9, *scvs, seed=1)
        theirs = engine(gaps[:, 0].tolist(), stays[:, 0].tolist(), servers)
        assert max(theirs) > 5
        np.testing.assert_allclose(play(gaps, stays, servers)[:, 0], theirs, rtol=0, atol=1e-8)


def between(runs: np.ndarray) -> tuple[float, float]:
    """Return the mean of independent runs and half its confidence interval of 99.9%."""
    return runs.mean(), 3.29 * runs.std(ddof=1) / len(runs) ** 0.5


def settled(servers, load, scv_arrival, scv_service, *, patients=4000, seed=2):
    """Return the waits in service times of 400 runs, without the first quarter of each."""
    spread = drawn((patients, 400), servers, load, scv_arrival, scv_service, seed)
    return play(*spread, servers)[patients // 4 :] / (servers * load)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.7), (2, 0.7), (3, 0.8), (8, 0.7)])
def test_chance_alone_waits_exactly_as_erlang_says(servers, load):
    waits = settled(servers, load, 1, 1)
    for runs, theory in (
        (waits.mean(axis=0), mmc_wait(servers, load)),
        ((waits > 0).mean(axis=0), erlang_c(servers, load)),
    ):
        mean, half = between(runs)
        assert half < 0.05 * theory
        assert abs(mean - theory) < half


@pytest.mark.parametrize("scv", [0, 0.3, 2])
def test_one_server_and_random_arrivals_wait_exactly_as_the_pathway_says(scv):
    """Pollaczek and Khinchine's formula, of which the pathway's is the general form."""
    mean, half = between(settled(1, 0.7, 1, scv).mean(axis=0))
    assert half < 0.05 * mean
    assert abs(mean - sakasegawa(1, 0.7, 1, scv)) < half


@pytest.mark.parametrize("load", [0.6, 0.8])
@pytest.mark.parametrize("servers", [1, 2, 6])
def test_any_spread_is_within_what_the_page_on_the_model_states(servers, load):
    """Lead times within 9% (docs/model.md, Checks), at the corners of what places are drawn from.

    The lighter the load the rougher the formula, which is made for heavy traffic.
    """
    for scv_arrival in (RANGES["arrival_scv"].low, RANGES["arrival_scv"].high):
        for scv_service in (RANGES["service_scv"].low, RANGES["service_scv"].high):
            waits = settled(servers, load, scv_arrival, scv_service, patients=2000)
            mean, half = between(1 + waits.mean(axis=0))
            assert half < 0.06 * mean
            modelled = 1 + sakasegawa(servers, load, scv_arrival, scv_service)
            assert abs(modelled - mean) < 0.09 * mean + half


# ---- the rounds of the flow lessons ----


def test_every_item_of_the_dice_line_moves_as_in_simpy():
    ours = simulate(dice_line(), rounds=48, runs=10, seed=3)
    for run in range(10):
        stays, bowls = dice_line_in_simpy(ours.capacity[run])
        assert len(stays) == ours.output[run]
        assert [len(bowl) for bowl in bowls] == ours.waiting[run, -1, 1:].tolist()
        inside = sum(48 - came for bowl in bowls for came in bowl)
        assert inside > 0
        assert sum(stays) + inside == ours.wip[run].sum()


def test_stations_that_finish_by_chance_hold_exactly_what_theory_says():
    """Each holds a(1 - s)/(s - a) on average, as if alone: Burke's theorem in rounds [1]_.

    A patient comes in a round with chance a and a station finishes one with chance s, so that its
    queue goes up by chance a(1 - s) and down by s(1 - a).

    References
    ----------
    .. [1] Hsu, J. and Burke, P. J. (1976). Behavior of tandem buffers with geometric input and
       Markovian output. *IEEE Transactions on Communications*, 24, 358-361.
    """

    def chance(tenths: int) -> Dice:
        return Dice((1,) * tenths + (0,) * (10 - tenths))

    finish = (7, 8, 7)
    stages = tuple(Stage(f"s{k}", chance(s)) for k, s in enumerate(finish))
    result = simulate(Line(stages, chance(5), push()), rounds=1500, runs=400, seed=4)
    for k, s in enumerate(finish):
        theory = 0.5 * (1 - s / 10) / (s / 10 - 0.5)
        mean, half = between(result.waiting[:, 300:, k].mean(axis=1))
        assert half < 0.05 * theory
        assert abs(mean - theory) < half


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda: erlang_c(2, 1.0), ValueError, "load must be .* at least 0 and below 1; 1.0"),
        (lambda: erlang_c(0, 0.5), ValueError, "servers must be a whole number of at least 1"),
        (lambda: erlang_c(2.0, 0.5), TypeError, "servers"),
        (lambda: erlang_c(2, "0.9"), TypeError, "'0.9' came in"),
        (lambda: erlang_c(2, float("nan")), ValueError, "nan"),
        (lambda: erlang_c(2, True), TypeError, "True"),
        (lambda: little(wip=5), ValueError, "Give two of wip, throughput and lead_time; wip"),
        (lambda: little(wip=5, throughput=0), ValueError, "above 0; 0 came in"),
    ],
)
def test_wrong_settings_are_refused_in_words(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong()
