"""Each game once, by the printed rules and with the printed cards, as people at a table play it."""

import numpy as np

from toolkit import evidence
from toolkit.models.cases import reviews
from toolkit.models.logics import FIVE
from toolkit.room import paper
from toolkit.spc import deming


def dice(rng: np.random.Generator) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, faces in paper.DICE.items():
        bowls, home = [0] * paper.PEOPLE, 0  # the first person takes from the box and has no bowl
        for _ in range(paper.ROUNDS):
            for person in range(paper.PEOPLE):
                roll = int(rng.choice(faces))
                passed = roll if person == 0 else min(roll, bowls[person])
                bowls[person] -= passed if person else 0
                if person + 1 < paper.PEOPLE:
                    bowls[person + 1] += passed
                else:
                    home += passed
        found |= {f"{name}out": home, f"{name}waiting": sum(bowls)}
    return found


def forms(rng: np.random.Generator) -> dict[str, float]:
    speed = rng.uniform(2 - paper.SLOWEST, paper.SLOWEST, paper.DESKS)
    first, last = {}, {}
    for name, size in paper.BATCHES.items():
        free, done = [0.0] * paper.DESKS, []  # when each desk can start its next envelope
        for _envelope in range(paper.FORMS // size):
            there = 0.0
            for desk in range(paper.DESKS):
                clock = max(there, free[desk]) + paper.HANDOVER
                for _form in range(size):
                    clock += rng.gamma(
                        1 / paper.BOX_CV**2, paper.BOX * speed[desk] * paper.BOX_CV**2
                    )
                there = free[desk] = clock
            done.append(there)
        first[name], last[name] = np.array(done[0]), np.array(done[-1])
    return {name: float(share) for name, share in paper._shares(first, last).items()}


def beads(rng: np.random.Generator) -> dict[str, float]:
    sheet, counts = paper.bead_sheet(), np.zeros((1, len(deming.WORKERS), deming.DAYS), dtype=int)
    for worker, day in np.ndindex(counts.shape[1:]):
        top, left = (
            rng.integers(size - part + 1)
            for size, part in zip(paper.SHEET, paper.WINDOW, strict=True)
        )
        counts[0, worker, day] = sheet[
            top : top + paper.WINDOW[0], left : left + paper.WINDOW[1]
        ].sum()
    return {name: float(each[0]) for name, each in paper._seminar(counts).items()}


def funnel(rng: np.random.Generator) -> dict[str, float]:
    misses = {}
    for name, rule in paper.PLAYED_RULES.items():
        aim, total = 0, 0
        for _ in range(paper.DROPS):
            dark, light = rng.integers(1, 7, 2)
            lies = aim + int(dark) - int(light)
            total += abs(lies)
            aim = {1: aim, 2: aim - lies, 4: lies}[rule]
        misses[name] = total / paper.DROPS
    return paper._times(misses)


def tokens(rng: np.random.Generator) -> dict[str, float]:
    pack = np.repeat(np.arange(len(paper.GROUPS)), paper.ASKING)
    rng.shuffle(pack)
    hours = [0] * len(paper.GROUPS)
    for group in pack[: paper.HOURS]:
        hours[int(group)] += 1
    own = [0] * len(paper.GROUPS)
    for _ in range(paper.HOURS):
        own[int(rng.integers(len(paper.GROUPS)))] += 1
    gained, gap = paper._judged(np.array([hours, own]))
    names = ("gained", "gap", "own_gained", "own_gap")
    return dict(zip(names, (gained[0], gap[0], gained[1], gap[1]), strict=True))


def futures(rng: np.random.Generator) -> dict[str, float]:
    own, copied = [paper.START], [paper.START]
    for card in paper.futures():
        turns = card.low if own[-1] <= card.limit else card.high
        roll = int(rng.integers(1, 7))
        own.append(own[-1] + turns[(roll - 1) // 2].points)
        copied.append(copied[-1] + card.copied)
    ahead = paper.QUARTERS + 1
    for quarter in range(paper.QUARTERS, 0, -1):
        if own[quarter] <= copied[quarter]:
            break
        ahead = quarter
    return {"year": own[4], "end": own[-1], "ahead": ahead}


def case(rng: np.random.Generator) -> dict[str, float]:
    said: list[float] = []
    came: list[bool] = []
    sitting = reviews.Sitting(paper.CASE, paper.EVERY)
    while not sitting.over:
        chances = {name: float(rng.choice(paper.STEPS)) / 100 for name in reviews.FORECASTS}
        happened = reviews.came_true(evidence.case(paper.CASE), sitting.month, paper.EVERY)
        said += chances.values()
        came += [bool(happened[name]) for name in chances]
        choice = str(rng.choice(list(reviews.CHOICES)))
        sitting = sitting.commit(reviews.Review(choice, reason="drawn", **chances))
    return {"score": 100 * reviews.brier(said, came)}


def glasses(rng: np.random.Generator) -> dict[str, float]:
    """Let five people name a change: at the worst stage of their card, of a kind they may use."""
    named = []
    for glass in paper.glasses():
        move = FIVE[glass.logic].moves[int(rng.integers(len(FIVE[glass.logic].moves)))]
        where = "whole pathway" if move.where == "whole" else glass.reading.place
        named.append((move.lever, where))
    return {"different": len(set(named))}


PLAYS = {
    each.__name__: each for each in (dice, forms, beads, funnel, tokens, futures, case, glasses)
}
