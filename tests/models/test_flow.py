"""The dice line and the pathway line: published figures, laws, and errors that teach."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.models.queues.draws import Dice, Spread, whole_items
from toolkit.models.queues.flow import LineResult, constraint, simulate
from toolkit.models.queues.line import Line, Release, Stage, conwip, dice_line, push, rope

calm = settings(derandomize=True, deadline=None, max_examples=60)


def steady(*means, arrivals=None, cv=0.0, release=None, **more) -> Line:
    stages = tuple(Stage(f"s{k}", Spread(mean, cv), **more) for k, mean in enumerate(means))
    return Line(stages, arrivals and Spread(arrivals, cv), release or push())


# ---- computed reference figures of the dice game (200,000 replications, se at most 0.015) ----


def test_the_goal_game():
    result = simulate(dice_line(), rounds=20, runs=40_000, seed=1)
    assert result.output.mean() == pytest.approx(51.71, abs=0.1)
    assert result.output.std() == pytest.approx(5.18, abs=0.1)
    assert np.quantile(result.output, [0.05, 0.5, 0.95]).tolist() == [43, 52, 60]
    assert result.wip[:, -1].mean() == pytest.approx(18.3, abs=0.15)
    assert result.stations()["moved"].tolist() == pytest.approx(
        [70.0, 62.68, 58.02, 54.52, 51.71], abs=0.12
    )
    assert (result.output >= 70).mean() < 0.001


def test_same_mean_with_little_spread():
    output = simulate(dice_line(faces=(3, 4)), rounds=20, runs=20_000, seed=2).output
    assert output.mean() == pytest.approx(64.89, abs=0.05)
    assert output.std() == pytest.approx(1.51, abs=0.05)


# ---- rule tables, worked by hand ----


def play(line: Line, rounds: int) -> LineResult:
    return simulate(line, rounds, runs=1, seed=1)


@pytest.mark.parametrize(
    ("line", "moved", "waiting"),
    [
        # Same-round hand-off: the first item leaves in the first round.
        (steady(4, 2), [[4, 2], [4, 2]], [[0, 2], [0, 4]]),
        # CONWIP: 3 in the line at most, so what leaves is what comes in.
        (steady(4, 2, release=conwip(3)), [[3, 2], [2, 2]], [[0, 1], [0, 1]]),
        # The rope holds the first station to the pace of the drum.
        (steady(4, 2, 9, release=rope("s1", 3)), [[3, 2, 2], [2, 2, 2]], [[0, 1, 0], [0, 1, 0]]),
        # Arrivals wait before the first station, and half items are carried over.
        (steady(1, 9, arrivals=2.5), [[1, 1], [1, 1]], [[1, 0], [3, 0]]),
    ],
)
def test_rounds_by_hand(line, moved, waiting):
    result = play(line, len(moved))
    assert result.moved[0].tolist() == moved
    assert result.waiting[0].tolist() == waiting


def test_losses_take_their_share():
    assert play(steady(10, loss=0.25), 4).output.tolist() == [30]


def test_parts_of_items_are_carried_over():
    assert whole_items(np.full((10, 1), 0.1)).ravel().tolist() == [0] * 9 + [1]
    assert whole_items(np.full(4, 2.5)).tolist() == [2, 3, 2, 3]


# ---- laws ----

draws = st.one_of(
    st.lists(st.integers(0, 9), min_size=1, max_size=6)
    .filter(any)
    .map(lambda faces: Dice(tuple(faces))),
    st.builds(Spread, st.floats(0.2, 9), st.floats(0, 2)),
)


@st.composite
def lines(draw):
    stages = tuple(
        Stage(f"s{k}", draw(draws), loss=draw(st.floats(0, 0.9)))
        for k in range(draw(st.integers(1, 5)))
    )
    release = draw(
        st.one_of(
            st.just(push()),
            st.integers(1, 12).map(conwip),
            st.builds(rope, st.sampled_from([s.name for s in stages]), st.integers(1, 12)),
        )
    )
    return Line(stages, draw(st.one_of(st.none(), draws)), release)


@calm
@given(lines(), st.integers(1, 15), st.integers(0, 9))
def test_nothing_is_made_or_lost_and_no_limit_is_broken(line, rounds, seed):
    result = simulate(line, rounds, runs=4, seed=seed)
    came = np.concatenate([result.entered[:, :, None], result.moved[:, :, :-1]], axis=2)
    assert (result.waiting == np.cumsum(came - result.moved, axis=1)).all()
    assert (result.moved <= result.capacity).all()
    assert (result.output <= result.capacity.sum(axis=1).min(axis=1)).all()
    for array in (result.moved, result.waiting, result.entered, result.outside):
        assert array.min() >= 0
        assert array.dtype == np.int64
    if line.release.rule == "conwip":
        assert result.wip.max() <= line.release.limit
    if line.release.rule == "rope":
        upto = line.position(line.release.drum) + 1
        assert result.waiting[:, :, :upto].sum(axis=2).max() <= line.release.limit


@calm
@given(lines(), st.integers(0, 9))
def test_a_seed_reproduces_a_run(line, seed):
    first = simulate(line, 6, 3, seed)
    again = simulate(line, 6, 3, np.random.default_rng(seed))
    for field in ("moved", "waiting", "capacity", "entered", "outside"):
        assert (getattr(first, field) == getattr(again, field)).all()


def test_another_seed_gives_another_run():
    outputs = [simulate(dice_line(), 20, 50, seed).output for seed in (1, 2)]
    assert (outputs[0] != outputs[1]).any()


@calm
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 30))
def test_without_variation_the_lowest_rate_is_the_output(rates, rounds):
    assert play(steady(*rates), rounds).output[0] == min(rates) * rounds


@calm
@given(lines(), st.integers(0, 9))
def test_little_holds_patient_by_patient(line, seed):
    """Rounds spent by each item, first in first out, add up to the work in process."""
    result = simulate(line, 12, 2, seed)
    for run in range(2):
        came = np.repeat(np.arange(12), result.entered[run].astype(np.intp))
        gone = np.full(len(came), 12)
        left = np.repeat(np.arange(12), result.moved[run, :, -1].astype(np.intp))
        gone[: len(left)] = left
        assert (gone - came).sum() == result.wip[run].sum()
        if len(left):
            assert result.lead_time[run] == pytest.approx((gone - came).sum() / len(left))


@pytest.mark.parametrize("cv", [0.2, 0.5])
def test_improving_elsewhere_lengthens_the_queue_at_the_constraint(cv):
    line = steady(7, 9, 6, 9, arrivals=8, cv=cv)
    before = simulate(line, 100, 400, seed=3)
    after = simulate(line.improve("s0", 1.3), 100, 400, seed=3)
    change = after.output - before.output
    assert abs(change.mean()) < 0.02 * before.output.mean()
    assert after.waiting[:, -1, 2].mean() > before.waiting[:, -1, 2].mean() + 30
    better = simulate(line.improve("s2", 1.1), 100, 400, seed=3)
    assert better.output.mean() > 1.05 * before.output.mean()


def test_common_random_numbers_leave_the_other_stages_alone():
    line = steady(5, 5, 5, arrivals=5, cv=0.5)
    before, after = simulate(line, 9, 9, 4), simulate(line.improve("s1", 2), 9, 9, 4)
    assert (before.capacity[:, :, [0, 2]] == after.capacity[:, :, [0, 2]]).all()
    assert (before.capacity[:, :, 1] <= after.capacity[:, :, 1] + 1).all()


def test_more_variation_never_raises_the_mean_output():
    outputs = [
        simulate(steady(5, 5, 5, cv=cv), 60, 2000, seed=5).output for cv in (0, 0.25, 0.5, 1.0)
    ]
    means = [output.mean() for output in outputs]
    assert means == sorted(means, reverse=True)
    assert means[0] == 300
    assert means[-1] < 280


@pytest.mark.parametrize(
    ("draw", "cv"),
    [
        (Dice((1, 2, 3, 4, 5, 6)), math.sqrt(35 / 12) / 3.5),
        (Dice((0.5, 1.5)), 0.5),
        (Spread(4.3, 0.6), 0.6),
    ],
)
def test_drawn_numbers_have_the_mean_and_spread_they_claim(draw, cv):
    sample = draw.sample(np.random.default_rng(7), (100_000,))
    assert sample.mean() == pytest.approx(draw.mean, rel=0.01)
    assert sample.std() / sample.mean() == pytest.approx(cv, rel=0.02)
    assert draw.times(2).mean == pytest.approx(2 * draw.mean)
    twice = draw.times(2).sample(np.random.default_rng(7), (100_000,))
    np.testing.assert_allclose(twice, 2 * sample)


# ---- the constraint, in words ----


def test_the_lowest_rate_is_the_constraint():
    finding = constraint(steady(9, 6, 7, arrivals=8))
    assert (finding.stage, finding.remit) == ("s1", True)
    assert finding.load == pytest.approx(8 / 6)
    assert "The slowest stage is s1. It can handle 6 patients a round, but 8 arrive." in finding.why


def test_losses_count():
    line = steady(9, 6, 7, arrivals=8).change("s0", loss=0.5)
    assert constraint(line).stage == "s0"


def test_a_line_that_keeps_up_says_so():
    finding = constraint(steady(9, 10, arrivals=8))
    assert finding.load < 1
    assert (
        "Every stage keeps up. Each can handle at least 9 patients a round, and 8 arrive."
        in finding.why
    )


def test_equal_stations_have_no_single_constraint():
    finding = constraint(dice_line(3))
    assert finding.why.startswith("No single stage limits this pathway: station 1, station 2 and")


def test_a_constraint_outside_the_remit_says_so():
    finding = constraint(steady(9, 6).change("s1", remit=False))
    assert not finding.remit
    assert "The team is not allowed to change this stage." in finding.why


# ---- frames ----


def test_frames_say_the_same_as_the_arrays():
    result = simulate(dice_line(3), 10, 50, seed=9)
    stations = result.stations()
    assert stations["moved"].iloc[-1] == result.output.mean() == result.out_so_far[:, -1].mean()
    assert stations["waiting at the end"].sum() == result.wip[:, -1].mean()
    assert stations["utilisation"].iloc[0] == 1
    assert repr(result) == "LineResult(3 stages, 10 rounds, 50 runs)"
    assert (result.total_time == result.lead_time).all()


def test_an_empty_run_has_no_lead_time():
    assert np.isnan(play(steady(0.1), 3).lead_time).all()


# ---- errors that teach ----

GOOD = Stage("ward", Spread(5))


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda: Line(()), ValueError, "at least one stage"),
        (lambda: Line((GOOD, GOOD)), ValueError, "a name of its own"),
        (lambda: Line((GOOD,), release=rope("wrad", 3)), ValueError, "No stage is called 'wrad'"),
        (
            lambda: Stage("ward", Spread(-5)),
            ValueError,
            "mean must be a number above 0 and .* 1,000,000; -5",
        ),
        (lambda: Stage("ward", Spread("5")), TypeError, "a number above 0 .* '5' came in"),
        (lambda: Stage("ward", Spread(True)), TypeError, "True came in"),
        (lambda: Stage("ward", Spread(float("nan"))), ValueError, "nan came in"),
        (lambda: Stage("ward", Spread(5, -1)), ValueError, "coefficient of variation"),
        (
            lambda: Stage("ward", Spread(5), loss=1.2),
            ValueError,
            "loss .* at least 0 and below 1; 1.2",
        ),
        (lambda: Dice(()), ValueError, "above 0"),
        (lambda: Dice((0, 0)), ValueError, "above 0"),
        (lambda: Dice((1, "two")), TypeError, "'two' came in"),
        (lambda: Release("pull"), ValueError, "push, conwip, rope; 'pull'"),
        (lambda: conwip(0), ValueError, "conwip rule must be a whole number of at least 1 "),
        (lambda: dice_line(0), ValueError, "at least one stage"),
        (lambda: dice_line().improve("station 9", 1.2), ValueError, "station 1, station 2"),
        (lambda: dice_line().improve("station 1", 0), ValueError, "must be a number above 0"),
        (lambda: simulate(dice_line(), 0, 1, 1), ValueError, "rounds"),
        (lambda: simulate(dice_line(), 5, 1.5, 1), TypeError, "runs must be a whole number"),
    ],
)
def test_wrong_settings_are_refused_in_words(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong()


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        GOOD.loss = 0.5
