"""The five focusing steps: what each lever does, and where a team's levers end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.models.queues.draws import Spread
from toolkit.models.queues.flow import constraint, simulate
from toolkit.models.queues.focusing import (
    account,
    elevate,
    exploit,
    focus,
    identify,
    repeat,
    subordinate,
)
from toolkit.models.queues.line import Line, Stage, discharge_pathway

NOTHING_LEFT = "Somebody else"
CARE = "care package at home"
MEDICINES = "medicines to take home"


@pytest.fixture
def line() -> Line:
    return discharge_pathway()


def test_the_pathway_starts_with_a_constraint_the_team_can_change(line):
    step = identify(line)
    assert step.finding.stage == MEDICINES
    assert step.finding.remit
    assert step.line == line
    assert [stage.remit for stage in line.stages] == [True] * 4 + [False]


def test_exploit_recovers_losses_at_the_constraint_only(line):
    step = exploit(line)
    assert step.line.rates.tolist() == pytest.approx([12.6, 8.1, 8.55, 9.9, 9.0])
    assert step.line.stages[2].loss == pytest.approx(0.05)
    assert "from 20% to 5%" in step.words


def test_exploit_stops_where_hardly_anything_is_lost(line):
    slow = line.change(MEDICINES, capacity=Spread(6), loss=0.03)
    step = exploit(slow)
    assert step.line == slow
    assert "there is hardly anything left to gain" in step.words


def test_elevate_adds_capacity_at_the_constraint_only(line):
    step = elevate(line)
    assert step.line.rates.tolist() == pytest.approx([12.6, 8.1, 9.0, 9.9, 9.0])


def test_subordinate_ties_the_door_to_the_constraint(line):
    step = subordinate(line)
    assert (step.line.release.rule, step.line.release.drum) == ("rope", MEDICINES)
    assert step.line.release.limit == 36
    assert subordinate(step.line).line == step.line


def test_the_rope_moves_the_wait_and_says_so(line):
    pushed = simulate(line, 90, 200, seed=2)
    step = subordinate(line)
    roped = simulate(step.line, 90, 200, seed=2)
    assert roped.lead_time.mean() < 0.5 * pushed.lead_time.mean()
    assert roped.total_time.mean() == pytest.approx(pushed.total_time.mean(), rel=0.02)
    assert roped.output.mean() == pytest.approx(pushed.output.mean(), rel=0.02)
    assert "but these patients still wait" in step.words


@pytest.mark.parametrize("act", [exploit, elevate])
def test_levers_in_other_hands_do_not_move(line, act):
    step = act(line.change(MEDICINES, remit=False))
    assert step.words.startswith(NOTHING_LEFT)
    assert step.line.rates.tolist() == line.rates.tolist()


@pytest.mark.parametrize("act", [exploit, elevate])
def test_where_demand_is_the_limit_nothing_is_bought(line, act):
    calm = replace(line, arrivals=Spread(5))
    step = act(calm)
    assert step.line == calm
    assert "keeps up" in step.words


def test_a_door_in_other_hands_cannot_be_tied(line):
    theirs = line.change(line.names[0], remit=False)
    step = subordinate(theirs)
    assert step.line == theirs
    assert step.words.startswith(NOTHING_LEFT)


def test_repeat_says_whether_the_constraint_has_moved(line):
    before = constraint(line)
    assert "has not moved" in repeat(line, before).words
    moved = repeat(exploit(line).line, before).words
    assert moved.startswith("The constraint has moved. The slowest stage is tests and therapy.")
    calm = replace(line, arrivals=Spread(5))
    assert "constraint" not in repeat(calm, constraint(calm)).words


def test_a_rate_is_told_with_its_half_rounded_up(line):
    assert "8.6 patients a day instead of 7.2" in exploit(line).words  # 9 less 5% is 8.55


def test_the_constraint_walks_until_it_leaves_the_remit(line):
    steps = focus(line)
    seen = [step.finding.stage for step in steps if step.action in ("identify", "repeat")]
    assert seen[0] == MEDICINES
    assert len(set(seen)) >= 3
    assert seen[-1] == CARE
    assert steps[-1].finding.load > 1
    refused = [step.action for step in steps if step.words.startswith(NOTHING_LEFT)]
    assert refused == ["exploit", "elevate"]
    assert steps[-1].line.stages[-1] == line.stages[-1]


def test_the_same_steps_end_elsewhere_in_another_place(line):
    """The end is a property of the settings, not of the steps."""
    ample = focus(line.improve(CARE, 2))
    assert ample[-1].finding.load < 1
    assert not any(step.words.startswith(NOTHING_LEFT) for step in ample)
    all_ours = focus(line.change(CARE, remit=True))
    assert all_ours[-1].line.rates.min() > 10


def test_each_step_that_moves_capacity_raises_output(line):
    steps = focus(line)
    table = account(steps, rounds=120, runs=200, seed=3)
    assert table["action"].tolist() == [step.action for step in steps]
    gain = table["output per round"].diff()
    for before, step, gained in zip(steps, steps[1:], gain[1:], strict=False):
        if step.action in ("exploit", "elevate") and step.line != before.line:
            assert gained > 0.1
        else:
            assert gained == pytest.approx(0, abs=0.05)
    assert table["output per round"].iloc[-1] < 9.0


def test_a_single_stage_line_can_be_focused():
    steps = focus(Line((Stage("clinic", Spread(4), loss=0.5),), arrivals=Spread(5)))
    assert steps[-1].line.rates[0] >= 5
