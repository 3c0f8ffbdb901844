"""The dice line: our rounds against SimPy, the same throws and the same bowls.

Prints a table. The floor is the cost of throwing the dice alone. Run from the project's root:
``python -m benchmarks.bench_flow``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import simpy

from toolkit.models.queues.draws import Dice
from toolkit.models.queues.flow import simulate
from toolkit.models.queues.line import dice_line

STATIONS, ROUNDS = 5, 48


def with_simpy(throws: np.ndarray) -> tuple[list[int], list[list[int]]]:
    """Play one run of the dice line in SimPy, every item followed by itself.

    Parameters
    ----------
    throws : ndarray, shape (rounds, stations)
        What each station may pass on.

    Returns
    -------
    stays : list of int
        Rounds that each item which left had spent in the line.
    bowls : list of list of int
        For each bowl between two stations, the rounds in which those still there came in.
    """
    env, stations = simpy.Environment(), throws.shape[1]
    bowls = [simpy.Store(env) for _ in range(stations - 1)]
    stays: list[int] = []

    def station(k: int) -> Iterator:
        # A round has one tick for each station, so that they play from first to last.
        yield env.timeout(k)
        for throw in throws[:, k].tolist():
            now = int(env.now) // stations
            for _ in range(min(throw, len(bowls[k - 1].items)) if k else throw):
                came = (yield bowls[k - 1].get()) if k else now
                if k < stations - 1:
                    yield bowls[k].put(came)
                else:
                    stays.append(now - came)
            yield env.timeout(stations)

    for k in range(stations):
        env.process(station(k))
    env.run()
    return stays, [bowl.items for bowl in bowls]


def throws_alone(runs: int) -> np.ndarray:
    """Throw the dice of all runs, and nothing else."""
    return Dice().sample(np.random.default_rng(1), (runs, ROUNDS, STATIONS))


def ours(runs: int) -> np.ndarray:
    """Play all runs at once, with their lead times."""
    return simulate(dice_line(STATIONS), ROUNDS, runs, seed=1).lead_time


def best(work: Callable, runs: int, times: int) -> float:
    """Return the shortest of several timings, in seconds for one run."""
    spent = []
    for _ in range(times):
        begun = perf_counter()
        work(runs)
        spent.append(perf_counter() - begun)
    return min(spent) / runs


def main() -> None:
    """Time each engine and print what one run costs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="runs for our engine")
    parser.add_argument("--few", type=int, default=20, help="runs for SimPy")
    parser.add_argument("--times", type=int, default=5, help="timings, of which the best counts")
    given = parser.parse_args()

    cost = {
        "the dice alone": best(throws_alone, given.runs, given.times),
        "rounds, lead times": best(ours, given.runs, given.times),
        "SimPy": best(lambda n: [*map(with_simpy, throws_alone(n))], given.few, given.times),
    }
    print(f"Dice line, {STATIONS} stations x {ROUNDS} rounds; ours over {given.runs} runs")
    print(f"{'engine':<24}{'µs per run':>12}{'times ours':>12}")
    for engine, seconds in cost.items():
        times = seconds / cost["rounds, lead times"]
        print(f"{engine:<24}{seconds * 1e6:>12,.1f}{times:>12,.2f}")


if __name__ == "__main__":
    main()
