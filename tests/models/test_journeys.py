"""Journeys: the same chance for all, words for every month, and dialects that can be carried."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.journeys import (
    COPYABLE,
    DYNAMICS,
    LOGICS,
    MODES,
    MONTHS,
    Dynamics,
    Programme,
    State,
    draw_noise,
    rising,
    run,
    settings_distance,
    template_from,
)
from toolkit.models.journeys.lifecycle import Dialect, Journey, dialect_distance, journey
from toolkit.models.logics import FIVE
from toolkit.models.pathway import (
    Context,
    Practice,
    draw_context,
    perform_arrays,
    stack_contexts,
    stack_practices,
    usual_practice,
)


def place(seed: int, name: str = "Here") -> tuple[Context, Practice]:
    """Return a random place and what it does."""
    rng = np.random.default_rng(seed)
    context = draw_context(rng, name)
    return context, usual_practice(context, rng)


@pytest.fixture(scope="module")
def exemplar() -> Journey:
    return journey(*place(1, "Northbank"), "contextualise", "lean", noise=1)


def many(*programmes: Programme, n: int = 40, seed: int = 2, d: Dynamics = DYNAMICS):
    """Run programmes at n places; the exemplar is another place with the same habits."""
    pairs = [place(seed * 1000 + i) for i in range(n)]
    far = stack_contexts(place(seed * 1000 + 500 + i)[0] for i in range(n))
    contexts, start = stack_contexts(c for c, _ in pairs), stack_practices(x for _, x in pairs)
    there = run(far, start, [Programme("contextualise", "constraints")], draw_noise(9, n))
    return run(contexts, start, programmes, draw_noise(8, n), template_from(there, start), d=d)


@pytest.mark.parametrize("mode", MODES)
def test_a_month_has_figures(mode: str) -> None:
    told = many(Programme(mode, "value"), n=3)
    for figures in (told.value, told.observed, told.lead_observed):
        assert figures.shape == (3, MONTHS)
        assert np.isfinite(figures).all()
    for share in (told.mastery, told.willingness):
        assert ((share >= 0) & (share <= 1)).all()
    assert (told.logic >= 0).any() == (MODES[mode].own < MONTHS)


@pytest.mark.parametrize("name", FIVE)
def test_a_month_has_words(name: str) -> None:
    told = journey(*place(2), "contextualise", name, noise=3)
    words = [change.words for _, change in told.dialect.trace]
    assert words
    assert all(each and "{" not in each for each in words)


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    one, same, other = (
        journey(*place(2), "contextualise", "service_improvement", noise=s) for s in (5, 5, 6)
    )
    assert one.dialect == same.dialect
    np.testing.assert_array_equal(one.runs.observed, same.runs.observed)
    assert (one.runs.observed != other.runs.observed).any()


def test_compared_journeys_share_their_noise() -> None:
    runs = (many(Programme(mode, "lean"), n=3) for mode in ("nothing", "emulate"))
    np.testing.assert_allclose(*(np.log(j.observed / j.value) for j in runs))


def test_places_side_by_side_go_the_same_way_as_alone() -> None:
    contexts, practices = zip(*[place(i) for i in range(4)], strict=True)
    noise = draw_noise(7, 4)
    plan = [Programme("integrated")]
    together = run(stack_contexts(contexts), stack_practices(practices), plan, noise)
    alone = run(
        stack_contexts(contexts[2:3]), stack_practices(practices[2:3]), plan,
        type(noise)(*(v[2:3] for v in noise)),
    )  # fmt: skip
    np.testing.assert_allclose(together.value[2], alone.value[0])


def test_doing_nothing_changes_nothing_but_skill() -> None:
    told = journey(*place(2), "nothing")
    assert told.dialect.touched == ()
    assert told.dialect.sheet.empty
    assert (np.diff(told.runs.mastery[0]) <= 0).all()


def copied(there: Journey, *items: str) -> Dialect:
    """Return the dialect of a place that installs what another has, and gives up nothing."""
    context, practice = place(2)
    c, x = stack_contexts([context]), stack_practices([practice])
    ticked = {"copied": items} if items else {}
    ran = run(c, x, [Programme("emulate")], draw_noise(1), template_from(there.runs, x, COPYABLE),
              d=Dynamics(give_up=0.0), **ticked)  # fmt: skip
    return Journey(context, ran).dialect


def test_only_what_is_ticked_is_copied(exemplar: Journey) -> None:
    told = copied(exemplar, "batch")
    assert told.touched == ("batch",)
    np.testing.assert_allclose(told.settings.batch, exemplar.dialect.settings.batch)


def test_shares_of_staff_are_copied_only_when_asked_for() -> None:
    there = journey(*place(1, "Northbank"), "contextualise", "constraints", noise=1)
    assert "split" in there.dialect.touched
    assert "split" not in copied(there).touched
    assert copied(there, "split").touched == ("split",)


def judging(who: str, mastery: float, **d: float) -> float:
    """Return in which share of places a logic's choice truly betters its measure."""
    pairs = [place(4000 + i) for i in range(150)]
    c, x = stack_contexts(c for c, _ in pairs), stack_practices(x for _, x in pairs)
    given = State(6, None, np.full(150, mastery), np.full(150, 0.6))
    ran = run(c, x, [Programme("contextualise", who)], draw_noise(3, 150),
              d=Dynamics(learning_time=0.0, **d), given=given)  # fmt: skip
    before, after = (perform_arrays(ran.practices[m], c, mastery) for m in (6, 7))
    moved = ran.move[:, 6] >= 0
    gain = LOGICS[who].score(after) > LOGICS[who].score(before)
    return float(gain[moved].mean())


def test_masters_choose_better_than_beginners_and_beginners_than_dice() -> None:
    dice, beginners, masters = (
        judging("prudent", m, foresight=f) for m, f in ((0.1, 0.0), (0.1, 1.0), (1.0, 1.0))
    )
    assert masters == 1
    assert dice < beginners < masters
    assert 0.5 < beginners < 0.85  # off by tens of per cent


def test_what_beginners_do_not_see_they_do_not_change() -> None:
    nobody = Dynamics(seen_by_beginners=0, beginner=0, readiness_helps=0, teaching=0)
    blind = many(Programme("contextualise", "lean"), d=nobody)
    assert (blind.move < 0).all()


def test_whoever_looks_before_copying_leaves_out_what_would_harm() -> None:
    calm = {"give_up": 0.0, "imposed": 0.0, "learning_time": 0.0}
    sharp = Dynamics(misjudge=0.0, sight=0.0, **calm)
    blind, seeing = (
        many(Programme(m), d=sharp).value[:, -1] for m in ("emulate", "look_then_copy")
    )
    assert np.median(seeing / blind) > 1
    idle = many(Programme("nothing"), d=sharp).value[:, -1]
    assert (seeing < 0.98 * idle).mean() < (blind < 0.98 * idle).mean()


def test_copying_again_follows_an_exemplar_that_moves_on() -> None:
    context, practice = place(2)
    x, c = stack_practices([practice]), stack_contexts([context])
    ways = [x._replace(release=np.full((1, 1), r)) for r in (0.9, 0.95, 1.0, 1.05)]
    sure = Dynamics(foresight=0.0, sight=0.0, give_up=0.0, install=1)
    noise = draw_noise(1)
    noise = noise._replace(ticks=np.ones_like(noise.ticks))  # the dice say yes to everything
    ran = run(c, x, [Programme("copy_again")], noise, ways, d=sure)
    np.testing.assert_allclose([ran.practices[m].release[0, 0] for m in (11, 23, 35, 47)],
                               [0.9, 0.95, 1.0, 1.05])  # fmt: skip


def test_time_for_learning_teaches_a_copier_too() -> None:
    hurried, learning = (
        many(Programme(m)).mastery[:, -1] for m in ("copy_again", "copy_and_learn")
    )
    assert (learning > hurried).mean() > 0.9


def test_a_test_is_left_alone_until_it_is_judged_among_the_five_too() -> None:
    ran = many(Programme("integrated"), d=Dynamics(review=1))
    testing = (ran.move >= 0) & (ran.logic == list(LOGICS).index("service_improvement"))
    assert testing.any()
    for row, month in np.argwhere(testing):
        assert (ran.move[row, month + 1 : month + 3] < 0).all()
    assert ran.undone.any()


def test_a_dialect_is_a_trace_and_the_settings_it_ends_in(exemplar: Journey) -> None:
    dialect = exemplar.dialect
    assert set(dialect.touched) <= {"batch", "standardisation"}
    assert dialect.trace
    assert {c.lever for _, c in dialect.trace} == set(dialect.touched)
    assert list(dialect.sheet.columns) == [
        "lever", "meaning", "stage", "before", "now", "times_changed",
    ]  # fmt: skip
    assert (dialect.sheet["before"] != dialect.sheet["now"]).all()
    assert dialect.sheet["times_changed"].sum() == len(dialect.trace)


def test_the_same_logic_speaks_another_dialect_in_another_place(exemplar: Journey) -> None:
    again = journey(*place(1, "Northbank"), "contextualise", "lean", noise=1).dialect
    elsewhere = journey(*place(2), "contextualise", "lean", noise=1).dialect
    assert dialect_distance(exemplar.dialect, again) == 0
    apart = dialect_distance(exemplar.dialect, elsewhere)
    ends = (stack_practices([dialect.settings]) for dialect in (exemplar.dialect, elsewhere))
    assert settings_distance(*ends) == pytest.approx(apart)
    assert apart > 0.1


def test_mastery_grows_with_own_cycles_and_hardly_by_copying() -> None:
    own, copied = (many(Programme(m, "lean")).mastery for m in ("contextualise", "emulate"))
    assert (own[:, 24] > own[:, 0]).all()
    assert (copied[:, 24] < own[:, 24]).all()


def test_whether_copying_teaches_is_an_assumption_that_can_be_moved() -> None:
    little, much = (
        many(Programme("emulate"), d=Dynamics(copying_teaches=u)).mastery[:, 24] for u in (0, 1)
    )
    assert (much > little).all()


def test_imposed_change_costs_willingness_where_readiness_is_low() -> None:
    calm = Dynamics(seen=0, let_down=0, return_rate=0, give_up=0)
    will = many(Programme("emulate"), d=calm).willingness
    assert (will[:, 12] < will[:, 0]).all()
    free = many(Programme("emulate"), d=Dynamics(**vars(calm) | {"imposed": 0.0})).willingness
    np.testing.assert_allclose(free[:, 12], free[:, 0])


def test_time_for_learning_is_taken_from_the_first_month() -> None:
    idle, own = (many(Programme(m, "prudent")).value[:, 0] for m in ("nothing", "contextualise"))
    assert (own < idle).all()


def test_copy_then_adapt_copies_for_a_year_and_then_uses_its_own_logic() -> None:
    copied, adapted = (many(Programme(m, "constraints")) for m in ("emulate", "copy_then_adapt"))
    np.testing.assert_allclose(copied.value[:, :12], adapted.value[:, :12])
    assert (adapted.logic[:, :12] == -1).all()
    assert (adapted.logic[adapted.running & (np.arange(MONTHS) >= 12)] >= 0).all()


def test_redesign_comes_in_steps_and_little_is_learnt() -> None:
    told = journey(*place(2), "reengineer", noise=2)
    assert 0 < told.runs.installing[0].sum() < 24
    assert not told.dialect.trace
    own = journey(*place(2), "contextualise", "value", noise=2).runs.mastery[0]
    assert told.runs.mastery[0, -1] - own[0] < 0.1 < own[-1] - own[0]


def test_a_tested_change_that_the_chart_does_not_confirm_is_taken_back() -> None:
    ran = many(Programme("contextualise", "service_improvement"))
    assert ran.undone.any()
    assert ((ran.move >= 0).sum(1) > ran.undone.sum(1)).any()
    row, month = map(int, np.argwhere(ran.undone)[0])
    for lever in COPYABLE:
        after, before = (getattr(ran.practices[m], lever)[row] for m in (month + 1, month - 3))
        np.testing.assert_allclose(after, before)


def test_an_abandoned_programme_costs_willingness() -> None:
    second = Programme("contextualise", "lean", 24)
    dropped = many(Programme("contextualise", "value"), second).willingness
    kept = many(Programme("contextualise", "value")).willingness
    np.testing.assert_allclose(dropped[:, 24], kept[:, 24] * (1 - DYNAMICS.abandoned))


def test_some_copied_programmes_are_stopped_and_old_habits_return() -> None:
    ran = many(Programme("emulate"))
    stopped = ~ran.running[:, -1]
    assert stopped.any()
    assert not stopped.all()
    start, end = ran.practices[0].release, ran.end.release
    after_stop = ran.practices[int(ran.running[stopped].sum(1).max())].release
    assert np.abs(end - start)[stopped].sum() < np.abs(after_stop - start)[stopped].sum()


@pytest.mark.parametrize(
    ("months", "is_rising"),
    [
        (np.exp(0.02 * np.arange(12)), True),
        (np.exp(-0.02 * np.arange(12)), False),
        (np.ones(12) + 0.05 * np.tile([1, -1], 6), False),
    ],
)
def test_a_rise_must_stand_out_from_its_noise(months: np.ndarray, is_rising: bool) -> None:
    assert bool(rising(months[None, :])[0]) is is_rising


def test_a_rise_is_called_by_chance_about_one_time_in_twenty() -> None:
    noise = np.exp(0.05 * np.random.default_rng(1).standard_normal((4000, 12)))
    assert 0.03 < rising(noise).mean() < 0.09


def test_a_programme_that_goes_on_is_not_dropped() -> None:
    first = Programme("emulate")
    plain, kept, dropped = (
        many(first, *then)
        for then in (
            (),
            (Programme("contextualise", "lean", 24, goes_on=True),),
            (Programme("contextualise", "lean", 24),),
        )
    )
    assert (kept.willingness[:, 24] == plain.willingness[:, 24]).all()
    assert (kept.mastery[:, 24] == plain.mastery[:, 24]).all()
    ran = plain.running[:, 24]
    assert ran.any()
    assert (dropped.willingness[ran, 24] < kept.willingness[ran, 24]).all()
    assert (kept.logic[:, 24:] >= 0).any()


def test_two_approaches_side_by_side_are_both_used() -> None:
    ran = many(Programme("contextualise", "lean", second="prudent"), n=20)
    used = {list(LOGICS)[number] for number in np.unique(ran.logic) if number >= 0}
    assert used == {"lean", "prudent"}


def test_a_programme_that_is_ended_leaves_no_time_for_learning_and_old_habits_come_back() -> None:
    ran = many(Programme("contextualise", "lean"), Programme("nothing", start=24))
    assert not ran.running[:, 24:].any()
    assert (ran.practices[24].learning < ran.practices[23].learning).all()
    start = ran.practices[0].batch
    moved = np.abs(ran.practices[24].batch - start) > 1e-9
    nearer = np.abs(ran.end.batch - start) < np.abs(ran.practices[24].batch - start)
    assert moved.any()
    assert nearer[moved].all()
