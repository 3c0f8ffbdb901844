"""What the stage plays is what the model counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.models.queues import flow
from toolkit.screen.stage import Trace, line_moves


@given(stations=st.integers(1, 10), rounds=st.integers(1, 30), seed=st.integers(0, 99))
def test_people_stand_where_the_model_counts_them_at_every_tick(stations, rounds, seed):
    result = flow.simulate(flow.dice_line(stations), rounds, 1, seed)
    places = dict.fromkeys(map(str, range(stations + 1)), True)
    trace = Trace(places, rounds, *line_moves(result.moved[0]))
    for tick in {0, 1, rounds // 2, rounds}:
        waiting = result.waiting[0, tick - 1].tolist() if tick else [0] * stations
        home = int(result.out_so_far[0, tick - 1]) if tick else 0
        assert trace.standing(tick) == [*waiting, home]


def test_people_keep_their_order_and_time_never_runs_back():
    who, to, at = line_moves(np.array([[3, 1, 0], [1, 2, 2]]))
    assert who[to == 2].tolist() == [0, 1, 2]
    assert who[to == 3].tolist() == [0, 1]
    assert (np.diff(at) >= 0).all()


def test_a_stage_cannot_pass_on_more_than_wait_there():
    with pytest.raises(ValueError, match="In round 1, 3 leave stage 2, where 2 wait"):
        line_moves(np.array([[2, 3]]))


def test_nobody_moves_in_an_empty_line():
    assert [each.tolist() for each in line_moves(np.zeros((3, 2), int))] == [[], [], []]
