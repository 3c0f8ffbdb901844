"""Five M/M/1 stations in a row: our recursion against SimPy and Ciw, same law, same process.

Prints a table. The floor is the cost of drawing the random numbers alone. Run from the project's
root: ``python -m benchmarks.bench_flow``.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator
from time import perf_counter

import ciw
import numpy as np
import simpy

from toolkit.draws import Spread
from toolkit.flow import dice_line, simulate
from toolkit.tandem import tandem

STATIONS, PATIENTS, SERVICE = 5, 500, 0.7


def ours(patients: int, runs: int, seed: int) -> np.ndarray:
    """Return the mean lead time of each run from our recursion."""
    line = tandem(Spread(1, 1), (Spread(SERVICE, 1),) * STATIONS, patients, runs, seed)
    return line.lead_time.mean(axis=1)


def with_simpy(patients: int, runs: int, seed: int) -> np.ndarray:
    """Return the mean lead time of each run from SimPy."""
    rng = np.random.default_rng(seed)

    def patient(env: simpy.Environment, desks: list[simpy.Resource], stays: list) -> Iterator:
        came = env.now
        for desk in desks:
            with desk.request() as turn:
                yield turn
                yield env.timeout(rng.exponential(SERVICE))
        stays.append(env.now - came)

    def door(env: simpy.Environment, desks: list[simpy.Resource], stays: list) -> Iterator:
        for _ in range(patients):
            yield env.timeout(rng.exponential(1))
            env.process(patient(env, desks, stays))

    means = []
    for _ in range(runs):
        env = simpy.Environment()
        desks, stays = [simpy.Resource(env) for _ in range(STATIONS)], []
        env.process(door(env, desks, stays))
        env.run()
        means.append(statistics.fmean(stays))
    return np.array(means)


def with_ciw(patients: int, runs: int, seed: int) -> np.ndarray:
    """Return the mean lead time of each run from Ciw."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(1)] + [None] * (STATIONS - 1),
        service_distributions=[ciw.dists.Exponential(1 / SERVICE)] * STATIONS,
        number_of_servers=[1] * STATIONS,
        routing=np.eye(STATIONS, k=1).tolist(),
    )
    means = []
    for run in range(runs):
        ciw.seed(seed + run)
        model = ciw.Simulation(network)
        model.simulate_until_max_customers(patients, method="Finish")
        spans: dict[int, tuple[float, float]] = {}
        for record in model.get_all_records():
            came, gone = spans.get(record.id_number, (np.inf, 0.0))
            spans[record.id_number] = (
                min(came, record.arrival_date),
                gone + (record.exit_date if record.node == STATIONS else 0.0),
            )
        means.append(statistics.fmean(gone - came for came, gone in spans.values() if gone))
    return np.array(means)


def draws_alone(patients: int, runs: int, seed: int) -> np.ndarray:
    """Draw as many exponential numbers as the recursion needs, and nothing else."""
    return np.random.default_rng(seed).standard_exponential((STATIONS + 1, patients, runs))


def best(work: Callable, *arguments: int, times: int) -> float:
    """Return the shortest of several timings in seconds: the one least disturbed by the machine."""
    spent = []
    for _ in range(times):
        begun = perf_counter()
        work(*arguments)
        spent.append(perf_counter() - begun)
    return min(spent)


def main() -> None:
    """Time each engine and print what one run costs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="runs for our recursion")
    parser.add_argument("--few", type=int, default=5, help="runs for SimPy and Ciw")
    parser.add_argument("--times", type=int, default=5, help="timings, of which the best counts")
    given = parser.parse_args()

    cost = {
        "random numbers alone": best(draws_alone, PATIENTS, given.runs, 1, times=given.times)
        / given.runs,
        "recursion, lead times": best(ours, PATIENTS, given.runs, 1, times=given.times)
        / given.runs,
        "SimPy": best(with_simpy, PATIENTS, given.few, 1, times=given.times) / given.few,
        "Ciw": best(with_ciw, PATIENTS, given.few, 1, times=given.times) / given.few,
    }
    ours_cost = cost["recursion, lead times"]
    print(f"{STATIONS} M/M/1 stations, {PATIENTS} patients; recursion over {given.runs} runs")
    print(f"{'engine':<24}{'µs per run':>12}{'times ours':>12}")
    for engine, seconds in cost.items():
        print(f"{engine:<24}{seconds * 1e6:>12,.1f}{seconds / ours_cost:>12,.2f}")

    dice = best(simulate, dice_line(), 48, 1000, 1, times=given.times)
    print(f"\nDice line, 5 stations x 48 rounds, 1,000 runs: {dice * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
