"""All the patterns that the page on the model tells of: each holds as often as its claim says."""

from __future__ import annotations

import numpy as np
import pytest

from docs.causes import by_judge, decomposition, with_the_same_exemplars
from docs.patterns import EFFECTS, LAWS, by_what_is_copied, controls, law_table
from toolkit.models.laws import CAUSES, World, moved
from toolkit.models.laws.world import END
from toolkit.models.logics import FIVE

# in which share of pairs each may hold, for what its claim says; outside, the words have to change
CLAIMED = {
    "1": (0.35, 0.7), "1b": (0.35, 0.7), "2": (0.3, 0.65), "2b": (0.67, 0.97), "2c": (0.67, 0.97),
    "3": (0.67, 0.95), "4": (0.75, 0.95), "5": (0.4, 0.7), "6": (0.99, 1), "7": (0.6, 0.9),
    "8": (0.3, 0.65), "8s": (0.52, 0.85), "8p": (0.67, 0.95), "9": (0.67, 0.95),
    "9b": (0.6, 0.95),
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return World(100)


def test_each_pattern_holds_as_often_as_its_claim_says(world: World) -> None:
    table = law_table(world).set_index("law")
    assert list(table.index) == list(CLAIMED) == list(EFFECTS)
    for name, (least, most) in CLAIMED.items():
        assert least <= table.loc[name, "held"] <= most, name
    assert table["held"].between(table["low"], table["high"] + 1e-9).all()
    assert table["effect"].between(table["effect_low"], table["effect_high"]).all()
    assert (table["tried"] >= world.n).all()
    assert (table[["claim", "held_if"]].map(len) > 30).all(axis=None)


def test_copying_harms_from_afar_where_shares_of_staff_are_copied_too(world: World) -> None:
    idle = world.result("nothing")[:, END]
    near, far = (world.result(world.way, "integrated", s)[:, END] / idle for s in (0.0, 1.0))
    assert (near < 1).mean() < 0.1
    assert (far < 1).mean() < 0.3
    assert np.median(near) > np.median(far) > 1
    rows = by_what_is_copied(World(30), left=(), ways=()).set_index("copied")
    usual, staff = rows.iloc[0], rows.loc["the shares of staff as well"]
    assert staff["worse"] > 0.5 > usual["worse"]
    assert staff["2"] > usual["2"]


def test_breadth_is_most_of_what_integration_gains() -> None:
    found = controls(World(40)).set_index("way")
    integrated, dice, one, *_copiers, nothing = found["value"]
    assert nothing < dice < integrated < one


def test_an_hour_at_the_constraint_counts(world: World) -> None:
    detail = LAWS["6"].test(world).detail.iloc[0]
    assert detail["constraint_cut_raises_throughput_if_limited"] > 0.9
    assert detail["queue_longer"] < 0.5


def test_no_single_logic_is_best_everywhere_and_what_counts_decides(world: World) -> None:
    best = by_judge(world).set_index("judge")[list(FIVE)]
    assert best.loc["value"].max() < 0.6
    assert best.idxmax(axis=1).nunique() >= 2


@pytest.mark.parametrize(("cause", "least"), [("mastery", 0.75), ("foresight", 0.5)])
def test_a_cause_that_is_switched_off_takes_its_share_of_the_lead(cause: str, least: float) -> None:
    found = decomposition(World(60), ways=()).set_index("cause")
    assert found.loc[cause, "nothing_gone"] > least
    assert found.loc[cause, "copied_gone"] > least
    assert found.loc["learning", "nothing_gone"] > 0.4
    assert found.loc["difference", "nothing_gone"] < 0  # the lead is not made of the error
    assert abs(found.loc["willingness", "nothing_gone"]) < 0.25
    assert found.loc["fit", "copied_gone"] > 0.2
    assert (
        found["own_to_nothing"]
        .between(found["own_to_nothing_low"], found["own_to_nothing_high"])[: len(CAUSES) + 1]
        .all()
    )


def test_a_switch_leaves_the_exemplars_as_they_were() -> None:
    few = World(5, steps=(0.0, 1.0))
    other = with_the_same_exemplars(few, moved(few, teaching=0))
    np.testing.assert_array_equal(
        few.exemplars(1.0, "integrated").value, other.exemplars(1.0, "integrated").value
    )
    assert (few.result("nothing") >= other.result("nothing")).all()
