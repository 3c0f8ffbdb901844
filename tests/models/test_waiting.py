"""Who waits: a list that is carried over from month to month."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.journeys import Programme, able, backlog, draw_noise, inside, run, waiting
from toolkit.models.journeys.waiting import WEEKS
from toolkit.models.pathway import draw_context, stack_contexts, stack_practices, usual_practice

N = 60


@pytest.fixture(scope="module")
def told():
    rng = np.random.default_rng(5)
    places = [draw_context(rng) for _ in range(N)]
    c, x = stack_contexts(places), stack_practices([usual_practice(one, rng) for one in places])
    journeys = run(c, x, [Programme("contextualise", "prudent")], draw_noise(5, N))
    return c, journeys, waiting(journeys, c)


def test_a_backlog_is_carried_over_and_worked_off():
    assert backlog(np.array([10, 10, 10, 10]), np.array([8, 8, 13, 13])).tolist() == [2, 4, 1, 0]
    assert backlog(np.full((3, 48), 9.0), np.full((3, 48), 9.0)).sum() == 0


def test_nobody_is_lost(told):
    c, journeys, found = told
    left = found.standing - journeys.performance.throughput * inside(journeys.performance)
    come = WEEKS * c.demand[:, 0] * 48
    for part in (left, found.treated, found.declined, found.missed):
        assert (part > -1e-6).all()
    np.testing.assert_allclose(found.treated.sum(1) + found.declined.sum(1) + left[:, -1], come)
    assert (found.missed <= found.declined + 1e-9).all()


def test_a_list_grows_where_and_only_where_more_come_than_can_be_treated(told):
    c, journeys, found = told
    left = found.standing - journeys.performance.throughput * inside(journeys.performance)
    grows = np.diff(left, axis=1) > 1e-6
    month = 20
    could = able(journeys.practices[month], c, journeys.mastery[:, month, None])
    come = c.demand[:, 0] - found.declined[:, month] / WEEKS
    assert (grows[:, month - 1] == (come > could + 1e-6)).all()
    assert 5 < grows[:, month - 1].sum() < N - 5


def test_whoever_treats_fewer_people_has_the_longer_list(told):
    c, journeys, found = told
    fewer = c._replace(staff_hours=0.8 * c.staff_hours)
    less = waiting(journeys, fewer)
    assert (less.treated.sum(1) <= found.treated.sum(1) + 1e-6).all()
    crowded = less.treated.sum(1) < 0.99 * found.treated.sum(1)
    assert crowded.sum() > 10
    assert (less.wait[crowded, -1] > found.wait[crowded, -1]).all()


def test_without_a_backlog_the_wait_is_that_of_the_steady_state(told):
    _, journeys, found = told
    p = journeys.performance
    calm = (p.utilisation < 1).all(-1) & (p.gate_wait == 0)
    calm = calm.all(1)
    assert calm.sum() > 5
    np.testing.assert_allclose(found.wait[calm], p.lead_time[calm])
    np.testing.assert_allclose(found.standing[calm], (p.throughput * p.lead_time)[calm])
