"""How long journeys take: one alone, and a thousand side by side, on one core.

Run from the project's root: ``python -m benchmarks.bench_journeys``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from docs.patterns import law_table
from toolkit.models.journeys import Programme, draw_noise, run
from toolkit.models.journeys.lifecycle import journey
from toolkit.models.laws import World
from toolkit.models.pathway import (
    draw_context,
    perform,
    perform_arrays,
    stack_contexts,
    stack_practices,
    usual_practice,
)

TURNS = 7


def seconds(act: Callable[[], object], turns: int = TURNS) -> float:
    """Return the median time of an act."""
    times = []
    for _ in range(turns):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    rng = np.random.default_rng(494)
    contexts = [draw_context(rng) for _ in range(1000)]
    practices = [usual_practice(c, rng) for c in contexts]
    c, x, noise = stack_contexts(contexts), stack_practices(practices), draw_noise(1, 1000)
    here, does = contexts[0], practices[0]
    plans = {
        "nothing": [Programme("nothing")],
        "emulate": [Programme("emulate")],
        "contextualise, lean": [Programme("contextualise", "lean")],
        "contextualise, value": [Programme("contextualise", "value")],
        "service improvement": [Programme("contextualise", "service_improvement")],
        "integrated": [Programme("integrated")],
    }
    print(f"one performance                  {seconds(lambda: perform(does, here)) * 1e3:8.2f} ms")
    print(f"1,000 performances at once       {seconds(lambda: perform_arrays(x, c)) * 1e3:8.2f} ms")
    for name, plan in plans.items():
        many = seconds(lambda plan=plan: run(c, x, plan, noise, template=x), turns=3)
        print(f"1,000 journeys, {name:<22}{many:6.2f} s   {many:6.2f} ms each")
    for name, plan in plans.items():
        if name == "emulate":
            continue
        act = plan[0]
        alone = seconds(lambda act=act: journey(here, does, act.mode, act.approach))
        print(f"one journey alone, {name:<22}{alone * 1e3:6.1f} ms")
    told = journey(here, does, "integrated")
    print(f"its story in words               {seconds(lambda: told.change(12)) * 48e3:8.2f} ms")
    print(f"all laws, 200 pairs              {seconds(lambda: law_table(World(200)), 1):8.2f} s")


if __name__ == "__main__":
    main()
