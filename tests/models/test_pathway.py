"""The pathway model: what it refuses, laws it keeps, and a discrete-event run it is set against."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.exact import mmc_wait
from toolkit.models.journeys import Programme, draw_noise, run
from toolkit.models.pathway import (
    RANGES,
    Assumptions,
    Context,
    Practice,
    context_between,
    distance,
    draw_context,
    perform,
    perform_arrays,
    stack_contexts,
    stack_practices,
    usual_practice,
)
from toolkit.models.pathway.performance import shared_lot
from toolkit.models.queues.queueing import sakasegawa

WEEK = 37.5


def a_context(**changes: object) -> Context:
    """Return a plain place, with changes."""
    base = {
        "name": "Plain", "stages": ("One", "Two", "Three", "Four"), "demand": 30,
        "arrival_scv": 1.0, "work": (2.0,) * 4, "setup": (0.0,) * 4, "heterogeneity": (0.3,) * 4,
        "service_scv": (1.0,) * 4, "low_benefit": 0.1, "staff_hours": 300.0, "high_need": 0.2,
        "readiness": 0.5,
    }  # fmt: skip
    return Context(**(base | changes))


def a_practice(**changes: object) -> Practice:
    """Return a plain practice, with changes."""
    base = {
        "batch": (1,) * 4, "standardisation": (0.5,) * 4, "split": (0.25,) * 4, "release": 1.0,
        "threshold": 0.0, "need_first": 0.0, "learning": 0.0,
    }  # fmt: skip
    return Practice(**(base | changes))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"work": (1.0, 2.0)}, "4 numbers, one per stage; got 2"),
        ({"demand": -1}, "people referred, in patients per week. It was given as -1"),
        ({"low_benefit": 0.6}, "between 0 and 0.4"),
        ({"high_need": float("nan")}, "given as nan"),
        ({"staff_hours": 10.0}, "load is .* given as 24; it must lie between 0.1 and 2.5"),
        ({"staff_hours": 0.0}, "load is .* given as inf"),
    ],
)
def test_impossible_contexts_are_refused_in_words(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        a_context(**change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"batch": (0, 1, 1, 1)}, "patients handed over at a time"),
        ({"split": (0.5, 0.5, 0.5, 0.5)}, "these sum to 2.000"),
        ({"release": 1.5}, "between 0.6 and 1.1"),
        ({"learning": 0.5}, "between 0 and 0.3"),
        ({"standardisation": (0.5, 0.5)}, "needs 4 numbers"),
    ],
)
def test_impossible_practices_are_refused_in_words(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        a_practice(**change)


def test_places_and_practices_have_the_fields_of_the_case_data() -> None:
    assert [f.name for f in fields(Context)] == [
        "name", "stages", "demand", "arrival_scv", "work", "setup", "heterogeneity", "service_scv",
        "low_benefit", "staff_hours", "high_need", "readiness",
    ]  # fmt: skip
    assert [f.name for f in fields(Practice)] == [
        "batch", "standardisation", "split", "release", "threshold", "need_first", "learning",
    ]  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000), stages=st.integers(4, 6))
def test_drawn_places_perform_within_reason(seed: int, stages: int) -> None:
    rng = np.random.default_rng(seed)
    context = draw_context(rng, stages=stages)
    p = perform(usual_practice(context, rng), context, mastery=0.3)
    assert RANGES["load"].low - 1e-9 <= context.load <= RANGES["load"].high + 1e-9
    assert 0 < p.throughput <= context.demand
    assert 0 <= p.unmet_need <= 1
    assert 0 < p.flow_efficiency <= 1
    assert p.lead_time >= p.gate_wait >= 0
    assert p.lead_time == pytest.approx(
        p.gate_wait + sum(p.collecting) + sum(p.queueing) + sum(p.process)
    )
    assert p.value > 0
    assert np.isfinite([p.outcome, p.cost, p.equity_gap]).all()


@settings(derandomize=True, deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), t=st.floats(0, 1))
def test_distance_behaves_like_a_distance(seed: int, t: float) -> None:
    rng = np.random.default_rng(seed)
    a, b = draw_context(rng), draw_context(rng)
    between = context_between(a, b, t)
    assert distance(a, a) == 0
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert distance(a, between) == pytest.approx(t * distance(a, b), abs=1e-6)


def test_many_places_at_once_equal_one_at_a_time() -> None:
    rng = np.random.default_rng(3)
    contexts = [draw_context(rng) for _ in range(5)]
    practices = [usual_practice(c, rng) for c in contexts]
    many = perform_arrays(stack_practices(practices), stack_contexts(contexts), 0.4)
    one = [perform(x, c, 0.4).value for x, c in zip(practices, contexts, strict=True)]
    np.testing.assert_allclose(many.value, one)


# every lever is two-sided: in some places more of it helps, in others it hurts


@pytest.mark.parametrize(
    ("lever", "less", "more"),
    [
        ("batch", 2.0, 6.0),
        ("standardisation", 0.2, 0.7),
        ("release", 0.85, 1.05),
        ("threshold", 0.0, 0.4),
        ("need_first", 0.0, 0.5),
    ],
)
def test_more_of_a_lever_helps_in_some_places_and_hurts_in_others(
    lever: str, less: float, more: float
) -> None:
    rng = np.random.default_rng(8)
    contexts = [draw_context(rng) for _ in range(150)]
    c = stack_contexts(contexts)
    x = stack_practices(usual_practice(k, rng) for k in contexts)
    low, high = (
        perform_arrays(x._replace(**{lever: np.full_like(getattr(x, lever), v)}), c, 0.2).value
        for v in (less, more)
    )
    helped = (high > low).mean()
    assert 0.05 < helped < 0.95


def test_declining_too_strictly_misses_need() -> None:
    loose, strict = (perform(a_practice(threshold=t), a_context()) for t in (0.0, 1.0))
    assert strict.low_given < loose.low_given
    assert strict.unmet_need > loose.unmet_need


def test_priority_moves_waiting_it_does_not_abolish_it() -> None:
    busy = a_context(staff_hours=290.0)
    fair, first = (
        perform(a_practice(need_first=q), busy, 0.0, Assumptions(sorting=0.0)) for q in (0, 1)
    )
    assert first.equity_gap < fair.equity_gap
    assert first.lead_time == pytest.approx(fair.lead_time)


def test_time_for_learning_costs_capacity_today() -> None:
    none, some = (perform(a_practice(learning=s), a_context(demand=40)) for s in (0.0, 0.1))
    assert some.throughput == pytest.approx(0.9 * none.throughput, rel=1e-6)


def test_mastery_makes_work_unnecessary() -> None:
    novice, master = (perform(a_practice(), a_context(), m) for m in (0.0, 1.0))
    assert master.hours[0] == pytest.approx(0.85 * novice.hours[0])


def test_crowding_makes_push_worse_than_a_full_rope() -> None:
    over = a_context(demand=45)
    pushed, roped = (perform(a_practice(release=r), over).throughput for r in (1.1, 0.95))
    assert roped > pushed


@pytest.mark.parametrize(("people", "demand"), [(1, 12.0), (2, 25.0), (2.5, 30.0)])
def test_the_first_queue_is_the_formula_that_test_queueing_holds(people, demand):
    """With nothing standard, work is as uneven as its nature: here, as in M/M/1 and M/M/c."""
    place = a_context(demand=demand, staff_hours=4 * people * WEEK)
    p = perform(a_practice(standardisation=(0.0,) * 4, release=1.1), place)
    queue, load, weeks = p.queueing[0] / 7, p.utilisation[0], p.hours[0] / WEEK
    assert 0.7 < load < 0.9
    assert queue == pytest.approx(sakasegawa(people, load, service=weeks))
    if people == 1:
        assert queue == pytest.approx(mmc_wait(1, load, weeks))


# against a discrete-event run: batches, several servers, stages in series


def simulate(
    context: Context, practice: Practice, patients: int, seed: int, until: float | None = None
) -> float:
    """Return the mean lead time in days of a SimPy run with whole servers and whole batches."""
    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    k = len(context.stages)
    calm = Assumptions()
    standard, mixed = np.array(practice.standardisation), np.array(context.heterogeneity)
    again = calm.rework * (1 - standard) + calm.exceptions * mixed * standard**2
    hours = np.array(context.work) * (1 + again)
    alike = 1 - calm.steadying * standard * (1 - mixed)
    scv = np.array(context.service_scv) * alike
    people = np.rint(context.staff_hours * np.array(practice.split) / WEEK).astype(int)
    staff = [simpy.Resource(env, capacity=int(m)) for m in people]
    waiting: list[list[int]] = [[] for _ in range(k)]
    born, died = np.zeros(patients), np.full(patients, np.nan)

    def arrive(patient: int, stage: int) -> None:
        if stage == k:
            died[patient] = env.now
            return
        waiting[stage].append(patient)
        if len(waiting[stage]) == int(practice.batch[stage]):
            env.process(serve(waiting[stage], stage))
            waiting[stage] = []

    def serve(batch: list[int], stage: int):
        with staff[stage].request() as turn:
            yield turn
            each = rng.gamma(1 / scv[stage], hours[stage] * scv[stage], len(batch))
            yield env.timeout((context.setup[stage] + each.sum()) / WEEK)
        for patient in batch:
            arrive(patient, stage + 1)

    def referrals():
        gap, uneven = 1 / context.demand, context.arrival_scv
        for patient in range(patients):
            yield env.timeout(rng.gamma(1 / uneven, gap * uneven))
            born[patient] = env.now
            arrive(patient, 0)

    env.process(referrals())
    env.run(until)
    settled = slice(None) if until else slice(patients // 10, int(patients * 0.95))
    return float(7 * np.nanmean((died - born)[settled]))


# name, batch, set-up, people per stage, patients per week, arrival scv, tolerance
RUNS = [
    ("single patients, calm", (1, 1, 1, 1), 0.0, 2, 22, 1.0, 0.05),
    ("single patients, busy", (1, 1, 1, 1), 0.0, 2, 29, 1.0, 0.15),
    ("one member of staff", (1, 1, 1, 1), 0.0, 1, 13, 1.0, 0.10),
    ("many staff, uneven arrivals", (1, 1, 1, 1), 0.0, 6, 85, 2.0, 0.12),
    ("groups of four, set-ups", (4, 4, 4, 4), 1.0, 2, 25, 1.0, 0.20),
    ("groups that grow", (1, 2, 4, 8), 0.25, 3, 36, 1.0, 0.15),
    ("groups that shrink", (8, 4, 2, 1), 0.5, 3, 36, 1.0, 0.20),
]


@pytest.mark.parametrize("run", RUNS, ids=[r[0] for r in RUNS])
def test_lead_time_agrees_with_a_discrete_event_run(run: tuple) -> None:
    _, batch, setup, people, demand, uneven, tolerance = run
    context = a_context(
        demand=demand, arrival_scv=uneven, setup=(setup,) * 4, staff_hours=4 * people * WEEK
    )
    practice = a_practice(batch=batch, release=1.1)
    modelled = perform(practice, context)
    assert max(modelled.utilisation) < 0.9  # above, crowding sets in, which the run does not have
    simulated = simulate(context, practice, patients=10_000, seed=5)
    assert modelled.lead_time == pytest.approx(simulated, rel=tolerance)


@pytest.mark.parametrize(
    ("batch", "before", "lot"),
    [(5, 7, 1), (12, 7, 1), (4, 3, 1), (12, 4, 4), (4, 12, 4), (6, 6, 6), (8, 1, 1), (9, 6, 3),
     (4.5, 4.5, (4 + 1 + 1 + 5) / 4), (4.25, 12, 0.75 * 4 + 0.25 * 1), (200, 200, 200)],
)  # fmt: skip
def test_groups_move_together_in_lots_of_their_common_divisor(batch, before, lot) -> None:
    assert shared_lot(*np.array([[batch], [before]], dtype=float)) == pytest.approx(lot)


@pytest.mark.parametrize(("batch", "before"), [(5, 7), (12, 7), (4, 3), (12, 4), (4, 12), (2, 11)])
def test_the_wait_to_be_complete_is_that_of_every_order_of_arrival(batch, before) -> None:
    """Counted out: lots of `before` come at even intervals, and are made up into `batch`."""
    patients = np.arange(batch * before)
    came = patients // before * before
    leaves = came.reshape(-1, batch).max(1).repeat(batch)
    lot = shared_lot(np.array([batch], float), np.array([before], float))
    assert (leaves - came).mean() == pytest.approx((batch - lot[0]) / 2)


@pytest.mark.parametrize("seed", range(6))
def test_lead_time_agrees_with_a_discrete_event_run_for_any_whole_batches(seed: int) -> None:
    from docs import waits  # not there in the browser edition

    rng = np.random.default_rng([70, seed])
    load = rng.uniform(0.5, 0.88)
    while True:
        try:
            context, practice = waits.place(rng, rng.integers(2, 13, 5), load)
        except ValueError:
            continue
        modelled = perform(practice, context)
        if max(modelled.utilisation) < 0.9:
            break
    simulated = simulate(context, practice, patients=8_000, seed=seed)
    assert modelled.lead_time == pytest.approx(simulated, rel=0.15)
    assert waits.simulated(context, practice, seed) == pytest.approx(simulated, rel=0.1)


@pytest.mark.parametrize("name", ["high_need", "low_benefit"])
def test_nobody_of_a_kind_divides_nothing_by_zero(name: str) -> None:
    none, hardly = (
        perform(a_practice(need_first=0.5, threshold=0.2), a_context(demand=45, **{name: share}))
        for share in (0.0, 1e-9)
    )
    assert np.isfinite(none.value)
    assert none.value == pytest.approx(hardly.value, rel=1e-3)


def test_care_that_does_more_harm_than_good_is_told_and_journeys_go_on() -> None:
    harsh = Assumptions(misfit=0.8, low_harm=0.3, slip_harm=0.3)
    context = a_context(heterogeneity=(1,) * 4, low_benefit=0.4)
    practice = a_practice(standardisation=(1,) * 4)
    assert perform(practice, context, 0.0, harsh).value < 0
    ran = run(stack_contexts([context]), stack_practices([practice]), [Programme("integrated")],
              draw_noise(1), a=harsh)  # fmt: skip
    assert np.isfinite(ran.observed).all()


@pytest.mark.parametrize("demand", [40, 45, 60])
def test_backlog_above_capacity_agrees_with_a_discrete_event_run(demand: int) -> None:
    context = a_context(demand=demand, staff_hours=4 * 2 * WEEK)
    practice = a_practice(release=1.0)
    modelled = perform(practice, context, 0.0, Assumptions(chase=0.0))
    # one year from an empty start, as the fluid backlog assumes
    years = [simulate(context, practice, demand * 60, seed, until=52) for seed in range(5)]
    assert modelled.gate_wait > 0
    assert modelled.lead_time == pytest.approx(np.mean(years), rel=0.15)


def test_settings_survive_a_round_trip_through_replace() -> None:
    context = a_context()
    assert replace(context, name="Other").work == context.work
