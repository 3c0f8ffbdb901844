"""The five logics: one shape, own measure, own levers, and words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.models.journeys import LOGICS
from toolkit.models.logics import COST_ONLY, FIVE, Change, Logic, Site
from toolkit.models.logics.service_improvement import special_cause
from toolkit.models.pathway import PRACTICE_RANGES, draw_context, usual_practice

EVERY = {**FIVE, "cost_only": COST_ONLY}
SEEDS = range(12)


def site(seed: int) -> Site:
    """Return a random place at work."""
    rng = np.random.default_rng(seed)
    context = draw_context(rng)
    return Site(context, usual_practice(context, rng), ideas=tuple(rng.random(3)))


def measured(logic: Logic, place: Site) -> float:
    """Return the logic's own measure."""
    return logic.look(place).score


def follow(logic: Logic, place: Site, cycles: int) -> tuple[Site, list[Change]]:
    """Let a logic look, find and change several times; stop when nothing is left."""
    changes: list[Change] = []
    for _ in range(cycles):
        done = logic.change(place)
        if done is None:
            break
        changes.append(done)
        place = replace(place, practice=done.practice)
    return place, changes


def test_the_five_have_the_ids_of_the_course() -> None:
    assert list(FIVE) == ["lean", "constraints", "value", "service_improvement", "prudent"]
    assert all(logic.id == name for name, logic in FIVE.items())


@pytest.mark.parametrize("name", FIVE)
def test_every_approach_asks_a_question_and_owns_a_blind_spot(name: str) -> None:
    one = FIVE[name]
    assert one.question.endswith("?")
    assert one.blind_spot.endswith(".")
    assert one.name


@pytest.mark.parametrize("name", EVERY)
def test_an_approach_prints_its_name(name: str) -> None:
    assert repr(EVERY[name]) == f"<{EVERY[name].name}>"


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_finding_says_what_where_and_why(name: str, seed: int) -> None:
    place = site(seed)
    finding = EVERY[name].find(EVERY[name].look(place))
    assert finding.where in (*place.context.stages, "whole pathway")
    assert finding.what.endswith(".")
    assert finding.why.endswith(".")
    assert "nan" not in str(finding)
    assert "{" not in str(finding)


@pytest.mark.parametrize("name", EVERY)
def test_a_logic_looks_only_at_its_own_columns(name: str) -> None:
    logic = EVERY[name]
    frame = logic.look(site(1)).frame
    assert list(frame.columns) == ["stage", *logic.columns, "weight"]


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_stays_within_the_own_levers(name: str, seed: int) -> None:
    logic, place = EVERY[name], site(seed)
    change = logic.change(place)
    if change is None:  # nothing left for this logic here
        assert follow(logic, place, cycles=5) == (place, [])
        return
    levers = {move.lever for move in logic.moves}
    touched = {
        lever
        for lever in PRACTICE_RANGES
        if getattr(change.practice, lever) != getattr(place.practice, lever)
    }
    assert touched == {change.lever}
    assert change.lever in levers
    assert "{" not in change.words


@pytest.mark.parametrize("name", LOGICS)
def test_every_move_has_words(name: str) -> None:
    logic, place = LOGICS[name], site(1)
    for number, move in enumerate(logic.moves):
        stage = -1 if move.where == "whole" else 0
        words = logic.word(place.context, place.practice, place.practice, number, stage, 0.0).words
        assert words.endswith(".")
        assert "{" not in words


@pytest.mark.parametrize("name", [n for n in EVERY if n != "service_improvement"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_betters_the_own_measure_until_nothing_is_left(name: str, seed: int) -> None:
    logic, place = EVERY[name], site(seed)
    end, changes = follow(logic, place, cycles=120)
    assert len(changes) < 120
    assert logic.change(end) is None
    if changes:
        assert measured(logic, end) > measured(logic, place)


def test_service_improvement_always_has_another_idea() -> None:
    assert len(follow(FIVE["service_improvement"], site(1), cycles=30)[1]) == 30


@pytest.mark.parametrize("seed", SEEDS)
def test_the_constraint_is_the_busiest_stage_and_the_only_one_acted_on(seed: int) -> None:
    logic, place = FIVE["constraints"], site(seed)
    finding = logic.find(logic.look(place))
    stages = place.performance.by_stage.set_index("stage")
    assert finding.where == stages["utilisation"].idxmax()
    change = logic.change(place)
    if change is not None:
        assert change.where in (finding.where, "whole pathway")


def test_exploit_comes_before_elevate() -> None:
    logic = FIVE["constraints"]
    _, changes = follow(logic, site(3), cycles=60)
    assert changes[0].lever in {"batch", "standardisation"}


@pytest.mark.parametrize("seed", SEEDS)
def test_lean_starts_where_waste_is_largest(seed: int) -> None:
    place = site(seed)
    p = place.performance
    waste = np.array(p.collecting) + np.array(p.queueing) + np.array(p.process)
    reading = FIVE["lean"].look(place)
    assert reading.place == p.stages[int(waste.argmax())]


def test_prudent_does_not_touch_the_flow() -> None:
    end, _ = follow(FIVE["prudent"], site(4), cycles=60)
    start = site(4).practice
    assert (end.practice.batch, end.practice.split) == (start.batch, start.split)


def test_cost_only_never_asks_about_outcome() -> None:
    assert "outcome_lost" not in COST_ONLY.columns
    place = site(5)
    end, _ = follow(COST_ONLY, place, cycles=60)
    assert end.performance.cycle_cost < place.performance.cycle_cost


CALM = [100, 101, 99, 100, 102, 99]


@pytest.mark.parametrize(
    ("trial", "signal"),
    [
        ([100, 100, 100], False),
        ([99, 99, 99], False),
        ([85, 101, 101], True),  # one month beyond the lower limit
        ([95.7, 95.7, 99], True),  # two of three beyond two thirds of it, all on one side
        ([95.7, 95.7, 103], False),  # not all on one side
        ([120, 120, 120], False),  # worse is no reason to keep a change
    ],
)
def test_the_chart_decides_whether_a_test_helped(trial: list[float], signal: bool) -> None:
    assert bool(special_cause(np.log([[*CALM, *trial]]))[0]) is signal


def test_service_improvement_reads_its_chart() -> None:
    logic = FIVE["service_improvement"]
    place = site(2)
    said = [
        logic.find(logic.look(replace(place, history=history))).why
        for history in ((), tuple(CALM * 2), (*CALM, 80, 80, 80))
    ]
    assert said[0].startswith("There are too few months")
    assert "test a change" in said[1]
    assert "special cause" in said[2]
