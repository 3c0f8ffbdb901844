"""Patterns of the model: how often each holds, what carries it, and what would turn it over."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.journeys import Programme, draw_noise, run, template_from
from toolkit.models.laws import LAWS, LawResult, World, crossing, moved
from toolkit.models.laws.copying import law_8
from toolkit.models.laws.world import EARLY, END, STEPS
from toolkit.models.pathway import context_between, stack_contexts, stack_practices, usual_practice


@pytest.fixture(scope="module")
def world() -> World:
    return World(100)


def test_a_label_goes_by_the_lower_end_and_few_draws_claim_little() -> None:
    few, many = (LawResult(np.ones(n, bool), np.ones(n)) for n in (5, 100))
    assert many.share == few.share == 1
    assert (few.strength, many.strength) == ("it depends", "firm")


def test_a_single_pair_of_places_has_a_share() -> None:
    assert np.isfinite(LAWS["8"].test(World(1, seed=1)).share)


def test_copying_leads_early_nearby_and_less_often_from_afar(world: World) -> None:
    own = world.result("contextualise", "integrated")
    near, far = (world.result(world.way, "integrated", step) for step in (STEPS[0], STEPS[-1]))
    early, late = (each[:, EARLY] > own[:, EARLY] for each in (near, far))
    assert early.mean() > 0.7 > late.mean()
    assert np.median(crossing(near, own)) > np.median(crossing(far, own))
    assert (own[:, END] > far[:, END]).mean() > (own[:, END] > near[:, END]).mean()


def test_what_a_dropped_programme_does_to_people_lasts_and_is_not_the_settings(
    world: World,
) -> None:
    people, settings = (law_8(world, carried=part) for part in ("people", "settings"))
    assert people.size[0] < 1 < settings.size[0]
    assert people.size[0] > 0.94  # "by a little"
    at = people.detail.iloc[0]
    assert at["willingness_dropped"] < at["willingness_fresh"]


def test_where_dropping_costs_no_willingness_people_are_hardly_worse_off(world: World) -> None:
    calm = moved(world, abandoned=0, imposed=0, let_down=0, switch_loss=0, give_up=0)
    lost, kept = (1 - law_8(w, carried="people").size[0] for w in (world, calm))
    assert kept < lost / 2


def test_another_seed_gives_much_the_same_share(world: World) -> None:
    shares = [LAWS["2b"].test(w).share for w in (world, World(100, seed=7))]
    assert shares[0] == pytest.approx(shares[1], abs=0.15)  # two standard errors of a difference


def test_two_worlds_with_one_seed_are_the_same() -> None:
    one, two = (LAWS["2b"].test(World(20)).held for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_copying_at_all_distances_side_by_side_is_the_same_as_at_one() -> None:
    few = World(5)
    there = [context_between(own, far, 0.25) for own, far in few.pairs]
    start = stack_practices(
        usual_practice(c, np.random.default_rng([few.seed, i])) for i, c in enumerate(there)
    )
    plan, luck = [Programme("contextualise", "lean")], draw_noise(few.seed + 2, few.n)
    exemplars = run(stack_contexts(there), start, plan, luck)
    template = template_from(exemplars, few.start)
    alone = run(few.own, few.start, [Programme("emulate", "lean")], few.noise, template)
    np.testing.assert_allclose(few.result("emulate", "lean", 0.25), alone.value)
    own = run(few.own, few.start, plan, few.noise)
    np.testing.assert_allclose(few.result("contextualise", "lean"), own.value)


def test_nothing_prints_a_memory_address(world: World) -> None:
    things = [LAWS["2b"], LAWS["2b"].test(world), world, world.journeys(Programme("nothing"))]
    assert not any(" at 0x" in repr(thing) for thing in things)


def test_the_month_of_crossing() -> None:
    copied = np.array([[2, 2, 2, 2], [1, 1, 1, 1], [2, 2, 2, 9]], dtype=float)
    own = np.array([[1, 1, 3, 3], [3, 3, 3, 3], [1, 3, 3, 3]], dtype=float)
    np.testing.assert_array_equal(crossing(copied, own), [2, 0, 4])
