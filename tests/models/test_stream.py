"""The value stream: batches against one by one, set-ups, and every minute accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.models.queues.stream import (
    PARTS,
    Freed,
    Stream,
    StreamStep,
    level_best,
    level_times,
    send,
)


def level(steps: int = 4, touch: float = 1, setup: float = 0) -> Stream:
    return Stream(tuple(StreamStep(f"step {n}", touch, setup) for n in range(steps)))


def uneven() -> Stream:
    return Stream(
        (
            StreamStep("one", 4, 4, 0.05),
            StreamStep("two", 8, 6, 0.1),
            StreamStep("three", 10, 4, 0.5),
        )
    )


@pytest.mark.parametrize(("batch", "first", "last"), [(10, 40, 40), (5, 20, 25), (1, 4, 13)])
def test_ten_items_and_four_steps_of_a_minute(batch, first, last):
    # Known results: 40/40, 20/25, 4/13 minutes until the first and the last item are out.
    passage = send(level(), 10, batch)
    assert (passage.first[0], passage.last[0]) == (first, last)
    assert level_times(4, 1, 0, 10, batch) == (first, last)


@pytest.mark.parametrize("setup", [0, 3, 10])
@pytest.mark.parametrize("batch", [1, 2, 3, 4, 6, 12])
def test_the_closed_form_is_what_the_clinic_does(batch, setup):
    passage = send(level(4, 5, setup), 12, batch)
    assert (passage.first[0], passage.last[0]) == level_times(4, 5, setup, 12, batch)


@pytest.mark.parametrize(("setup", "best"), [(0, 1), (10, 3), (20, 4)])
def test_the_best_batch_grows_with_the_setup(setup, best):
    last = {size: send(level(4, 5, setup), 12, size).last[0] for size in range(1, 13)}
    assert min(last, key=last.get) == best
    assert abs(level_best(4, 5, setup, 12) - best) < 1
    if setup:
        assert last[best] < min(last[1], last[12])


def test_the_first_patient_is_out_soonest_alone_whatever_the_setup():
    for setup in (0, 10, 30):
        first = [send(level(4, 5, setup), 12, size).first[0] for size in range(1, 13)]
        assert first == sorted(first)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(1, 15), st.integers(1, 15), st.sampled_from([0, 3, 11.5]),
    st.sampled_from([None, 0, 0.7]),
)  # fmt: skip
def test_every_minute_is_on_one_account(patients, batch, apart, cv):
    rng = None if cv is None else np.random.default_rng(7)
    passage = send(uneven(), patients, batch, apart=apart, cv=cv or 0, runs=3, rng=rng)
    arrived = np.arange(patients) * apart
    np.testing.assert_allclose(passage.lead, passage.out - arrived)
    assert passage.parts.min() >= -1e-9
    assert 0 < passage.flow_efficiency <= 1
    assert (np.diff(passage.out, axis=1) >= -1e-9).all()


@pytest.mark.parametrize("batch", [1, 5, 12])
def test_the_diary_of_each_patient_is_what_the_accounts_add_up(batch):
    stream, rng = uneven(), np.random.default_rng(3)
    passage = send(stream, 12, batch, apart=3, cv=0.5, runs=2, rng=rng)
    seen = passage.ends - passage.begins
    np.testing.assert_allclose(seen.sum(-1), passage.parts[..., :2].sum(-1))
    leaves = np.concatenate([passage.came[..., 1:], passage.out[..., None]], axis=-1)
    assert (passage.begins > passage.came).all()  # every step of this stream has a set-up
    assert (passage.ends <= leaves + 1e-9).all()
    for step in range(3):  # one member of staff sees one patient at a time
        assert (np.diff(passage.ends[..., step]) >= seen[:, 1:, step] - 1e-9).all()


def test_one_patient_alone_waits_for_nobody():
    account = send(uneven(), 1, 1).account
    assert account == pytest.approx({"work": 22, "rework": 6, "set-up": 14, "batch": 0, "queue": 0})
    assert tuple(account) == PARTS


def test_patients_who_come_at_the_pace_of_the_slowest_step_do_not_queue():
    assert send(level(4, 5, 2), 12, 1, apart=7).account["queue"] == 0
    assert send(level(4, 5, 2), 12, 1, apart=6).account["queue"] > 0


def test_chance_has_the_mean_that_was_set_and_the_same_seed_gives_the_same():
    one, other = (
        send(uneven(), 12, 3, cv=0.5, runs=3000, rng=np.random.default_rng(1)) for _ in range(2)
    )
    np.testing.assert_array_equal(one.out, other.out)
    assert one.account["work"] == pytest.approx(22, rel=0.02)
    assert one.account["rework"] == pytest.approx(6, rel=0.03)


def test_variation_makes_the_last_one_by_one_later_than_the_mean_promises():
    varied = send(level(4, 5), 12, 1, cv=0.5, runs=500, rng=np.random.default_rng(1))
    assert varied.last.mean() > send(level(4, 5), 12, 1).last[0] + 5


def test_a_change_multiplies_every_step():
    changed = uneven().change(touch=0.5, setup=0, rework=2)
    assert [step.touch for step in changed.steps] == [2, 4, 5]
    assert [step.setup for step in changed.steps] == [0, 0, 0]
    assert changed.steps[2].rework == 1


@pytest.mark.parametrize(
    ("saved", "gathered", "extra"),
    [(4, False, 0), (4, True, 3), (10, False, 12), (10, True, 12), (0, True, 0), (5, True, 4)],
)
def test_freed_minutes_make_room_only_in_whole_places(saved, gathered, extra):
    held = Freed(12, 20, saved, gathered, "more", waiting=12)
    assert held.places == held.extra == extra
    assert Freed(12, 20, saved, gathered, "more", waiting=1).extra == min(extra, 1)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: StreamStep("one", 0), "touch, in minutes, must be a number above 0; 0 came in"),
        (lambda: StreamStep("one", 5, rework=1.5), "rework, a share, must be"),
        (lambda: StreamStep("one", 5, setup=-1), "setup, in minutes, must be"),
        (lambda: send(level(), 0, 1), "patients must be a whole number of at least 1"),
        (lambda: send(level(), 5, 0), "batch must be a whole number of at least 1"),
        (lambda: send(level(), 5, 1, cv=0.5), "give a numpy Generator"),
        (lambda: level_times(4, 1, 0, 10, 3), "must divide the 10 patients"),
        (lambda: Freed(12, 20, 20, True), "saved, in minutes, must be"),
        (lambda: Freed(12, 20, 4, True, "fun"), "agreed must be one of nothing, more, learn, paid"),
    ],
)
def test_what_cannot_be_is_refused_in_words(made, words):
    with pytest.raises(ValueError, match=words):
        made()


@pytest.mark.parametrize("made", [lambda: Stream(()), lambda: StreamStep(" ", 5)])
def test_what_is_missing_is_refused_in_words(made):
    with pytest.raises(TypeError, match=r"needs .* came in"):
        made()
