"""Lesson 03: the reasons that it gives hold in its model, and its words hold at every setting."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l03_theory_of_constraints import labs
from toolkit.models.queues import flow, line


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("03"), Record(tmp_path / "my-record.json"))


def test_a_good_roll_is_wasted_only_where_too_few_wait_and_a_bad_one_reaches_the_end():
    played = flow.simulate(line.dice_line(5), labs.ROUNDS, 200, seed=labs.SEED)
    unused = played.capacity[:, :, 1:] - played.moved[:, :, 1:]
    assert (unused > 0).any()
    assert (played.waiting[:, :, 1:][unused > 0] == 0).all()
    worse = flow.simulate(
        line.dice_line(5).improve("station 1", 0.5), labs.ROUNDS, 200, seed=labs.SEED
    )
    assert worse.output.mean() < 0.8 * played.output.mean()


def test_dice_that_vary_less_let_nearly_everyone_through_and_leave_shorter_queues():
    ordinary, even = labs.dice(runs=200), labs.dice(die="3-4", runs=200)
    assert ordinary.average == even.average == 3.5
    assert even.out > 0.9 * even.hoped > ordinary.out
    assert even.inside < 0.5 * ordinary.inside


def test_each_dot_is_one_game_and_their_average_is_what_is_told():
    many = labs.dice(runs=200)
    assert many.games["value"].mean() == many.out
    assert many.trace.ended["usual"][-1] == pytest.approx(many.out)
    assert len(many.games) == many.trace.ticks == 200


def test_the_answer_is_the_game_that_is_seen_and_lies_within_what_many_games_bring():
    many = labs.dice(runs=200)
    assert labs.came_out() == labs.dice().out
    assert many.low <= labs.came_out() <= many.high
    assert labs.dice().inside > 0


def test_over_many_rounds_output_nears_the_average_and_queues_keep_growing():
    played = flow.simulate(line.dice_line(5), 400, 100, seed=labs.SEED)
    early, late = played.out_so_far[:, [19, 399]].mean(axis=0) / [20, 400]
    assert early < 0.8 * 3.5 < 0.9 * 3.5 < late
    assert (np.diff(played.wip[:, [19, 99, 199, 399]].mean(axis=0)) > 0).all()


def test_the_slowest_stage_is_not_the_one_with_the_longest_queue():
    assert labs.brings_most() == flow.constraint(labs.PATHWAY).stage
    # as the lesson says before it asks
    assert labs.improve(by=0).queues["before"].idxmax() == "tests and therapy" != labs.brings_most()


@pytest.mark.parametrize("rule", ["conwip", "rope"])
def test_a_limit_moves_the_wait_and_only_a_very_low_one_sends_fewer_home(rule):
    found = labs.busy(rule=rule, limit=24)
    assert found.own["home"] == pytest.approx(found.push["home"], rel=0.02)
    assert found.own["all_days"] == pytest.approx(found.push["all_days"], rel=0.05)
    assert found.own["days"] < 0.3 * found.push["days"]
    assert labs.busy(rule=rule, limit=6).own["home"] < 0.8 * found.push["home"]
    at = labs.PATHWAY.position(labs.DRUM)
    used = [labs._tried(rule, limit)["own"].utilisation[at] for limit in (6, 24)]
    assert used[0] < 0.8 < 0.95 < used[1]


@pytest.mark.parametrize(
    ("limits", "best"),
    [((24, 24), "all"), ((6, 24), "more"), ((6, 6), "more"), ((4, 12), "more"), ((24, 6), "same")],
)
def test_what_is_best_is_worked_out_from_the_limits(monkeypatch, limits, best):
    monkeypatch.setattr(labs, "LIMIT", limits[0])
    monkeypatch.setattr(labs, "TIGHT", limits[1])
    assert labs.compared() == best


def test_the_ward_team_may_change_every_stage_but_the_care_package():
    ours = {stage.name: stage.remit for stage in labs.PATHWAY.stages}
    assert [name for name, may in ours.items() if not may] == ["care package at home"]


def test_the_steps_end_at_a_stage_that_somebody_else_runs():
    steps, _ = labs._steps()
    found = list(dict.fromkeys(step.finding.stage for step in steps))
    assert len(found) > 2
    assert found[-1] == "care package at home"
    assert not steps[-1].finding.remit
    assert labs.ended() == "outside"
    ours = labs.five_steps("same")
    assert ours.keeps_up
    assert ours.first == labs.five_steps().home < ours.home - 0.5


def tens(patients: list[float]) -> list[int]:
    """Return figures of ten patients for each place; from any place to home, their sum is right."""
    sums = [round(sum(patients[place:]) / labs.EACH) for place in range(len(patients))] + [0]
    return [here - beyond for here, beyond in pairwise(sums)]


@pytest.mark.parametrize("care", ["other", "same"])
def test_every_press_changes_something_and_few_are_needed(care):
    steps, _ = labs._steps(care)
    assert len(steps) <= 8
    assert all(before.line != after.line for before, after in pairwise(steps))


def test_where_no_stage_limits_the_pathway_nothing_speaks_of_a_constraint_there(this):
    made = this.play("five_steps")
    figure = made.draw({**made.form.value, "care": "same"})
    trace = figure.trace
    marks = [texts[-1] for _, texts in trace["lanes"][0]["shown"].values()]
    assert set(marks) == {None}
    last = trace["said"][-1].rpartition("The team looks again.")[2]
    assert "Every stage keeps up." in last
    assert "constraint" not in last + figure.description


@pytest.mark.parametrize("care", ["other", "same"])
def test_fewer_go_home_than_the_pathway_can_handle_because_it_starts_empty(care):
    found, (steps, _) = labs.five_steps(care), labs._steps(care)
    played = flow.simulate(steps[-1].line, labs.DAYS, 200, labs.SEED)
    home = played.moved[:, :, -1].mean(axis=0)
    could = min(found.can, found.ready)
    assert found.home < could - 0.3
    assert home[labs.DAYS // 2 :].mean() > could - 0.3
    assert home[:5].mean() < could - 1


def test_time_saved_before_the_constraint_moves_the_wait_and_after_it_changes_hardly_anything():
    names, drum = labs.PATHWAY.names, labs.PATHWAY.position(labs.DRUM)
    for stage in (*names[:drum], *names[drum + 1 :]):
        found = labs.improve(stage)
        assert 0 <= found.gain < 0.1
        if stage in names[drum + 1 :]:
            assert sum(abs(change) for change in found.moved.values()) < 3
        else:
            assert max(found.moved.values()) > 0 > min(found.moved.values())


def test_the_prediction_names_the_limit_that_the_lab_starts_with(this):
    limit = this.play("busy").form.value["limit"]
    assert f"{limit} patients can start" in this.words.predict["busy"].note
    tight = labs.busy(limit=labs.TIGHT).own["home"]
    assert tight < 0.8 * labs.busy(limit=limit).own["home"]
    asked = this.words.predict["busy"]
    assert f"only {tight:.1f} get home a day" in asked.because
    assert f"a limit of {labs.LIMIT}, or a limit of {labs.TIGHT}?" in asked.question
    assert labs.compared() == "same"


def test_the_stage_of_the_five_steps_shows_who_waits_where_and_marks_the_constraint():
    steps, account = labs._steps()
    found = labs.five_steps()
    lane = found.trace.lanes["pathway"]
    who, to, at = lane.moves
    for tick, row in enumerate(account.itertuples(index=False), 1):
        stands = dict(zip(who[at <= tick], to[at <= tick], strict=True))
        counts = [list(stands.values()).count(place) for place in range(len(lane.places))]
        waits = [row[account.columns.get_loc(name)] for name in ("at the door at the end",)]
        waits += row[account.columns.get_loc("waiting at the end")].tolist()
        waits.append(row[account.columns.get_loc("output per round")] * labs.DAYS)
        assert counts == tens(waits)
        marked = [place for place, (_, texts) in lane.shown.items() if texts[tick - 1]]
        assert [list(lane.places)[place] for place in marked] == [steps[tick - 1].finding.stage]
    assert found.first == labs.improve(by=0).home[0] == labs.busy().push["home"]


@pytest.mark.parametrize(
    ("lab", "setting", "title"),
    [
        ("dice", {}, "In this game, 51 patients came out, not the 70 you might expect"),
        ("dice", {"stations": 1}, "In this game, 71 patients came out, and you might expect 70"),
        ("improve", {"by": 0}, "Nothing has changed yet, and 7.0 patients go home each day"),
        ("improve", {}, "Improving the ward round by 20% gets no extra patients home each day"),
        ("improve", {"stage": "tests and therapy"}, "by 20% gets hardly any extra patients home"),
        ("improve", {"stage": "medicines to take home"}, "20% gets 0.7 extra patients home"),
        ("busy", {"rule": "push"}, "Without a limit, 7.0 patients get home a day"),
        (
            "busy",
            {},
            "With the limit, 7.0 patients get home a day, about the same as without a limit",
        ),
        (
            "busy",
            {"limit": 6},
            "With the limit, 5.3 patients get home a day, and 7.0 without a limit",
        ),
        ("five_steps", {}, "The steps end at the care package at home, and 8.6 patients go home"),
        (
            "five_steps",
            {"care": "same"},
            "when every stage keeps up, and 9.3 patients go home each day instead of 8.6",
        ),
    ],
)
def test_a_title_says_what_happened_in_each_case(this, lab, setting, title):
    made = this.play(lab)
    assert title in made.draw({**made.form.value, **setting}).title


@pytest.mark.parametrize(
    ("stations", "tick", "said"),
    [
        (1, 0, "1 person has one dice each"),
        (5, 0, "5 people have one dice each"),
        (5, 1, "1 patient has come out and 3 are waiting"),
        (5, 20, "The game is over. 20 patients still wait in the row."),
    ],
)
def test_the_stage_counts_in_whole_sentences(this, stations, tick, said):
    made = this.play("dice")
    trace = made.draw({**made.form.value, "stations": stations}).trace
    assert said in trace["said"][tick]


# --- the pathway on the stage -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "key", "played"),
    [
        (labs.improve("tests and therapy", 40), "after", labs._improved("tests and therapy", 40)),
        (labs.improve("transport"), "before", labs._improved("transport", 0)),
        (labs.busy(limit=12), "own", labs._tried("rope", 12)["own"]),
        (labs.busy(limit=12), "push", labs._tried("rope", 12)["push"]),
    ],
)
def test_the_stage_shows_who_waits_where_and_who_is_home_on_each_day(found, key, played):
    lane = found.trace.lanes[key]
    who, to, at = lane.moves
    door = "door" in lane.places
    home = played.moved[:, :, -1].mean(axis=0).cumsum()
    drum = labs.PATHWAY.position(labs.DRUM)
    for day in (1, 17, labs.DAYS):
        stands = dict(zip(who[at <= day], to[at <= day], strict=True))
        counts = [list(stands.values()).count(place) for place in range(len(lane.places))]
        waits = played.waiting[:, day - 1].mean(axis=0).tolist()
        if door:  # up to the constraint and after it, the stages are one place each
            waits = [sum(waits[: drum + 1]), sum(waits[drum + 1 :])]
            waits = [played.outside[:, day - 1].mean(), *waits]
        assert counts == tens([*waits, home[day - 1]])
        assert found.trace.ended[key][day] == labs.EACH * counts[-1]
        assert (to >= 0).all(), "nobody vanishes on the way home"
    (marked,) = lane.shown
    assert list(lane.places)[marked] == labs.flow.constraint(played.line).stage


def test_at_the_end_the_picture_the_sentence_and_the_text_give_the_same_patients(this):
    made = this.play("busy")
    figure = made.draw(made.form.value)
    found = labs.busy()
    for key, home in (("push", found.push), ("own", found.own)):
        who, to, _ = found.trace.lanes[key].moves
        ends = list(dict(zip(who, to, strict=True)).values())
        door, *inside, out = (labs.EACH * ends.count(place) for place in range(4))
        assert door == pytest.approx(home.door, abs=labs.EACH / 2 + 1)
        assert sum(inside) == pytest.approx(home.inside, abs=labs.EACH / 2 + 1)
        assert f"about {out}" in figure.trace["said"][-1]


@pytest.mark.parametrize("rule", ["conwip", "rope"])
def test_the_places_that_seem_empty_were_freed_that_day(rule):
    """The text says so: as many are free in the evening as moved on that day."""
    played = labs._tried(rule, 24)["own"]
    drum = labs.PATHWAY.position(labs.DRUM) if rule == "rope" else len(labs.PATHWAY.names) - 1
    evening = played.waiting[:, :, : drum + 1].sum(axis=2)[:, 30:]
    assert (evening + played.moved[:, 30:, drum] == 24).all()
    assert abs(24 - evening.mean() - labs.busy(rule).own.home) < 0.3


def test_the_lab_opens_with_the_stage_that_was_chosen(tmp_path):
    lesson = Lesson(words_of("03"), Record(tmp_path / "my-record.json"))
    lab = lesson.play("improve")
    guess = lesson.predict("improve")
    guess.set(answer="transport", sure="0.9")
    guess.press("lock")
    assert "Improving transport by 20%" in lab.figure.title
    assert "ward round by 20%" in lab.draw({**lab.form.value, "stage": "ward round"}).title


def test_extra_patients_from_a_quicker_stage_wait_before_the_constraint():
    found = labs.improve("tests and therapy")
    assert found.moved["medicines to take home"] > 20
    assert found.home[1] - found.home[0] < 0.15


def test_the_prediction_gives_the_correlation_of_the_dots_above_it(this):
    found = labs.occupancy()
    assert found.r == found.levels_r
    assert f"is {found.r:.2f}.".replace("-", "−") in this.words.predict["a_year_on"].note


@pytest.mark.parametrize("stations", [1, 5, 10])
def test_the_first_person_always_has_more_new_patients_than_a_roll_asks_for(stations):
    lane = labs.dice(stations).trace.lanes["line"]
    who, to, at = lane.moves
    played = flow.simulate(line.dice_line(stations), labs.ROUNDS, 1, seed=labs.SEED)
    for tick in range(labs.ROUNDS + 1):
        stands = dict(zip(who[at <= tick], to[at <= tick], strict=True))
        counts = [list(stands.values()).count(place) for place in range(stations + 1)]
        assert counts[0] == labs.HEAP > max(labs.FACES["1-6"])
        if tick:
            assert counts[1:stations] == played.waiting[0, tick - 1, 1:].tolist()
        assert counts[-1] == played.moved[0, :tick, -1].sum()
