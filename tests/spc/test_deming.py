"""Red beads and the funnel: published figures and closed forms; and the ramp of small tests."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.change import pdsa
from toolkit.spc.deming import (
    BEADS,
    FUNNEL_RULES,
    PADDLE,
    RED,
    SEMINAR_1985,
    after_the_talk,
    aims,
    draw_beads,
    funnel,
    total_limits,
)

COUNTS = np.array(list(SEMINAR_1985.values()))


def test_the_seminar_of_1985():
    assert COUNTS.sum(axis=1).tolist() == [43, 35, 31, 31, 43, 37]
    assert COUNTS.sum(axis=0).tolist() == [71, 51, 50, 48]
    assert total_limits(COUNTS) == (21, 53)


def test_beads_are_drawn_without_putting_back():
    counts = draw_beads(runs=10_000, seed=2)
    share = RED / BEADS
    exact = PADDLE * share * (1 - share) * (BEADS - PADDLE) / (BEADS - 1)
    assert exact == pytest.approx(7.90, abs=0.005)
    assert counts.mean() == pytest.approx(10, abs=0.03)
    assert counts.var() == pytest.approx(exact, rel=0.02)
    assert counts.dtype == np.int64
    assert (draw_beads(seed=2) == draw_beads(seed=2)).all()


def test_warned_workers_get_better_and_praised_ones_worse_by_chance_alone():
    told = after_the_talk(draw_beads(runs=4_000, seed=3)).set_index("who")
    assert told.loc["warned", "before"] > 12 > 10.2 > told.loc["warned", "after"]
    assert told.loc["praised", "before"] < 8 < 9.8 < told.loc["praised", "after"]
    assert told["after"].tolist() == pytest.approx([10] * 3, abs=0.15)
    assert told.loc["warned", "fewer"] > 0.75 > 0.25 > told.loc["praised", "fewer"]


def test_who_is_praised_and_warned():
    told = after_the_talk(COUNTS[None]).set_index("who")
    assert told.loc["warned", ["before", "after"]].tolist() == [12, 9.5]  # Dick
    assert told.loc["praised", ["before", "after"]].tolist() == [8, 7.5]  # Steve
    assert told.loc["kept", "after"] == pytest.approx((14 + 15 + 17) / 6)


@pytest.mark.parametrize("rule", FUNNEL_RULES)
def test_a_marble_falls_as_far_from_its_funnel_whatever_the_rule(rule):
    alone, lies = (funnel(each, drops=50, seed=4)[0] for each in (1, rule))
    np.testing.assert_allclose(lies - aims(rule, lies)[:-1], alone, atol=1e-9)


@pytest.mark.parametrize("rule", FUNNEL_RULES)
def test_the_variances_of_the_funnel(rule):
    lies = funnel(rule, drops=50, runs=20_000, seed=4)
    for drop in (1, 2, 10, 50):
        exact = {1: 1, 2: 1 if drop == 1 else 2}.get(rule, drop)  # as Deming 1986, chapter 11
        assert lies[:, drop - 1].var() == pytest.approx(exact, rel=0.04)
    assert lies.mean() == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize(("rule", "r"), [(1, 0), (2, -0.5), (3, -0.98), (4, 0.98)])
def test_how_neighbouring_drops_go_together(rule, r):
    lies = funnel(rule, drops=50, runs=20_000, seed=4)
    assert np.corrcoef(lies[:, 48], lies[:, 49])[0, 1] == pytest.approx(r, abs=0.02)


@pytest.mark.parametrize("drift", [0.3, 1.0])
def test_with_a_drift_adjusting_pays(drift):
    alone, adjusted = (funnel(rule, 50, 20_000, 5, drift)[:, 49].var() for rule in (1, 2))
    assert alone == pytest.approx(1 + 49 * drift**2, rel=0.04)
    assert adjusted == pytest.approx(2 + drift**2, rel=0.04)
    assert adjusted < alone


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: draw_beads(1.2), "between 0 and 1; 1.2 came in"),
        (lambda: funnel(5), "1, 2, 3 and 4; 5 came in"),
        (lambda: funnel(1, drift=-1), "zero or more"),
        (lambda: pdsa.Ramp().do("call", 5, 6), "between 0 and 5"),
        (lambda: pdsa.Ramp().do("letter", 5, 3), "there is call, text, poster"),
        (lambda: pdsa.Ramp().do("call", 0, 0), "at least one person"),
    ],
)
def test_errors_teach(call, match):
    with pytest.raises(ValueError, match=match):
        call()


# ---- the ramp ----------------------------------------------------------------------------------


def test_a_ramp_keeps_each_plan_with_its_prediction():
    ramp = pdsa.Ramp(seed=1).do("call", 5, 4).do("call", 25, 20)
    assert [(each.people, each.predicted) for each in ramp.cycles] == [(5, 4), (25, 20)]
    assert ramp == pdsa.Ramp(seed=1).do("call", 5, 4).do("call", 25, 20)


def test_what_a_team_can_do_for_fifteen_it_cannot_do_for_a_hundred():
    call = pdsa.IDEAS["call"]
    assert call.coming(5) == call.share
    assert call.coming(100) == pytest.approx(0.15 * call.share + 0.85 * pdsa.USUAL)
    assert pdsa.Cycle(call, 100, 90, 75).undone == 85
    assert pdsa.Cycle(call, 5, 5, 5).undone == 0


@pytest.mark.parametrize(
    ("people", "came", "shows"),
    [(1, 1, "few"), (5, 5, "few"), (25, 24, "change"), (25, 18, "chance")],
)
def test_a_result_shows_no_more_than_its_size_allows(people, came, shows):
    cycle = pdsa.Cycle(pdsa.IDEAS["text"], people, came, came)
    assert (cycle.shows, cycle.miss) == (shows, 0)


def test_chance_is_the_tail_of_the_binomial():
    cycle = pdsa.Cycle(pdsa.IDEAS["text"], 5, 4, 5)
    assert cycle.chance == pytest.approx(pdsa.USUAL**5)
    assert cycle.miss == 1
