"""Lesson 01: the closed forms behind its labs, and what the labs say of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l01_toyotas_grammar import labs
from toolkit.models.change.diffusion import CapabilityTrap
from toolkit.models.change.noticing import WorkStep
from toolkit.screen.facts import MANY

TRAP = CapabilityTrap(gain=1 / 52, life=52)
USUAL = TRAP.steady_output(0.3)


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("01"), Record(tmp_path / "my-record.json"))


# --- worse before better ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "after", "told"),
    [
        # In week 1; at once it is -22.2%, .154 τ. After two years, two learning lives of 12 months,
        # all but 1/e² of the change to the last level has come.
        ("learning", 30, (81, 8, 212)),
        ("learning", 10, (100, None, 100)),
        ("learning", 80, (25, 36, 157)),
        ("cut", 10, (270, 23, 123)),
        ("cut", 0, (297, 19, 41)),
    ],
)
def test_what_comes_first_when_it_turns_and_what_comes_last(name, after, told):
    found = getattr(labs, name)(after)
    assert (round(found.now), found.weeks, round(found.end)) == told


def test_the_lesson_is_about_one_team(this):
    """Each lab begins where the one before left the team, and the words say so."""
    grown = labs.learning().end
    about = f"about {labs.learning().end_about} patients"
    assert labs.cut().usual == labs.GROWN == pytest.approx(grown)
    before = labs.cut().chart.query("series == 'played' and -104 < at <= 0")["value"]
    once = labs.learning().chart.query("series == 'played' and at > 0")["value"]
    np.testing.assert_allclose(before, once)
    # in the first week of the stop, the same skill has the whole week for patients
    winter = labs.pressure().chart.query("series == 'up'").set_index("at")["value"]
    assert winter.loc[1] == pytest.approx(grown / (1 - labs.SHARE))
    np.testing.assert_allclose(winter.loc[:0], once[-len(labs.YEAR) :])
    assert about in this.words.predict["turned"].note
    for name in ("cut", "pressure"):
        assert about in this.play(name).chart.trace["said"][0]


@pytest.mark.parametrize(
    ("name", "after", "told"),
    [
        (
            "learning",
            30,
            "The team is back at 100 after 8 weeks and ends at about 210",
        ),
        ("learning", 10, "Nothing changes, and the team treats 100"),
        (
            "learning",
            80,
            "The team is back at 100 after 36 weeks and ends at about 155",
        ),
        ("cut", 10, "At first, the team treats about 270"),
    ],
)
def test_the_title_says_what_comes_first_and_what_last(this, name, after, told):
    lab = this.play(name)
    assert lab.draw({**lab.form.value, "after": after}).title.startswith(f"{told} patients a week")


@pytest.mark.parametrize(("name", "after"), [("learning", 30), ("learning", 80), ("cut", 10)])
def test_the_play_rests_in_the_first_week_and_where_the_figures_turn(this, name, after):
    lab, found = this.play(name), getattr(labs, name)(after)
    trace = lab.draw({**lab.form.value, "after": after}).trace
    assert trace["turns"] == [1, found.weeks]
    played = found.chart.query("series == 'played'").set_index("at")["value"]
    for week, told in zip(range(1, 105), trace["said"][1:], strict=True):
        more = round(played[week]) - round(played[0])
        word = f"{abs(more)} {'more' if more > 0 else 'fewer'} than" if more else "as many as"
        assert f": {played[week]:.0f} patients, {word} before" in told
    assert labs.learning(labs.FEW).trace.turns == []


def test_what_comes_of_a_cut_is_not_told_before_it_is_asked(this):
    asked = this.words.check["regain"]
    assert not any("cuts" in text for text in asked.because.values())
    assert "a manager who cuts the time looks successful" in this.words.predict["turned"].because
    assert labs.turned()[0] > labs.GROWN
    assert labs.learning().now < labs.USUAL


def test_the_turn_takes_longer_where_learning_lasts_longer():
    weeks = [labs.learning(life=life).weeks for life in (6, 12, 24)]
    np.testing.assert_allclose(weeks, [0.1542 * life * 52 / 12 for life in (6, 12, 24)], atol=0.5)


def test_two_hundred_runs_lie_around_the_formula():
    frame = labs.learning(runs=MANY).chart
    mean = frame[frame["series"] == "played"].set_index("at")["value"]
    level = 100 * TRAP.output(0.1, 0.3, np.array([1, 52, 104])) / TRAP.steady_output(0.1)
    np.testing.assert_allclose(mean[[1, 52, 104]], level, atol=3)
    np.testing.assert_allclose(mean[[-4, 0]], 100, atol=3)


def test_a_drawing_of_the_cut_stands_where_there_is_one():
    for drawing in (None, [250, 220, 200, 160, 120]):
        shown = set(labs.cut(turned=drawing).chart["series"])
        assert ("drawing" in shown) == (drawing is not None)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("learning", 10, 30), ("learning", 10, 80), ("cut", 30, 10), ("cut", 30, 25), ("cut", 30, 0)],
)
def test_the_team_on_the_stage_is_the_one_in_the_chart(this, name, before, after):
    lab = this.play(name)
    figure = lab.draw({**lab.form.value, "after": after})
    trace = figure.trace
    (lane,), each = trace["lanes"], trace["each"]
    frame = getattr(labs, name)(after).chart
    played = frame[frame["series"] == "played"].set_index("at")["value"]
    assert trace["ticks"] == played.index.max()
    for tick in range(trace["ticks"] + 1):
        patients, learning, treated = (each * len(queue) for queue in standing(lane, tick))
        share = after if tick else before
        assert (patients, learning) == (100 - share, share)
        assert treated == pytest.approx(played[tick], abs=each / 2)
        # what an hour achieves, times the hours, is what the team treats
        hour = round(100 * played[tick] / played[0] * (100 - before) / (100 - share)) - 100
        told = f"{'more' if hour > 0 else 'less'} done than" if hour else "as much done as"
        assert not tick or told in trace["said"][tick]


# --- pressure ---------------------------------------------------------------------------------


@pytest.mark.parametrize("capability", [0.05, 0.15, 0.2181, 0.28, 0.3])
def test_the_share_that_is_kept_answers_to_the_output_it_leaves(capability):
    share = float(TRAP.kept_share(capability, 0.3, 0.2))
    output = (1 - share) * capability
    assert share == pytest.approx(0.3 * min(1, output / 0.2) ** 2, abs=1e-9)


def test_at_the_tipping_point_nothing_moves():
    tip = TRAP.tipping_point(0.3, 0.2)
    assert tip == pytest.approx(0.2181, abs=2e-4)
    assert float(TRAP.kept_share(tip, 0.3, 0.2)) == pytest.approx(tip, abs=2e-4)


@pytest.mark.parametrize("target", [0.85, 0.9, 0.95])
def test_a_stop_one_week_too_long_has_no_way_back(target):
    wanted = target * USUAL
    stands = TRAP.stands(0.3, wanted)
    calm = np.ones((1, 600))
    ends = [
        TRAP.under_pressure(0.3, wanted, pause, calm)[0, -1] / USUAL
        for pause in (int(stands) - 1, int(stands) + 2)
    ]
    assert ends[0] > 0.95
    assert ends[1] < 0.2


def test_without_a_stop_a_calm_team_stays_where_it_is():
    output = TRAP.under_pressure(0.3, 0.95 * USUAL, 0, np.ones((2, 50)))
    np.testing.assert_allclose(output, USUAL)


@pytest.mark.parametrize(
    ("setting", "teams"),
    [
        ({}, (1, 0)),
        ({"stop": 40}, (0, 1)),
        ({"stop": 0, "target": 180, "runs": MANY}, (200, 0)),
    ],
)
def test_the_lab_says_who_recovers(setting, teams):
    found = labs.pressure(**setting)
    assert (found.up, found.down) == teams
    assert list(found.ends) == [name for name, n in zip(("up", "down"), teams, strict=True) if n]


@pytest.mark.parametrize("target", [180, 200, 210])
def test_one_week_decides_whether_a_team_recovers_or_falls(this, target):
    """There is one limit: up to it the team rises after the stop, and beyond it, it falls."""
    recovers = [bool(labs.pressure(stop, target).up) for stop in range(53)]
    longest = recovers.index(False) - 1
    assert recovers == [stop <= longest for stop in range(53)]
    for stop in (0, labs.SHORT, longest, longest + 1, longest + 4):
        found = labs.pressure(stop, target)
        name = "up" if stop <= longest else "down"
        line = found.chart[found.chart["series"] == name].set_index("at")["value"].loc[1:]
        steps = line[stop + 1 :].diff().iloc[1:]
        assert ((steps > 0) if stop <= longest else (steps < 0)).all()
        assert (line[stop + 1] >= found.tips) == (stop <= longest)
        if found.week:
            assert (line[found.week :] >= target).all()
            assert found.week == stop + 1 or line[found.week - 1] < target
    if target == labs.PRESSED:
        assert longest == labs.can_stand()
        assert f"After a stop of {longest} weeks" in this.words.predict["pause"].because


def test_the_lab_does_not_open_at_the_answer(this):
    stop = this.play("pressure").form.value["stop"]
    ask = this.words.predict["pause"]
    assert stop < labs.can_stand() - ask.near
    found = labs.pressure(stop)
    assert found.up
    assert (
        f"After a stop of {stop} weeks, it is back at its target of {labs.PRESSED} patients in "
        f"week {found.week}" in ask.note
    )


def test_the_question_tells_how_long_it_takes_without_a_rule(this):
    hours = labs.rules(runs=MANY).half["no_rule"]
    assert f"it takes {hours} hours" in this.words.predict["seen"].question


def test_the_line_ends_where_the_title_says():
    found = labs.learning()
    line = found.chart[found.chart["series"] == "played"].set_index("at")["value"]
    assert (line[1], line[104]) == pytest.approx((found.now, found.end))


def test_the_higher_the_target_the_shorter_the_stop(this):
    assert "The higher the target, the shorter the stop" in this.words.explain["pause"].answer[2]
    falls = [
        [labs.pressure(stop, target).up for stop in range(53)].index(0)
        for target in (180, 190, 200, 210)
    ]
    assert falls == sorted(falls, reverse=True)
    assert len(set(falls)) == len(falls)


@pytest.mark.parametrize("stop", [0, 4, 12, 31, 40])
def test_the_winter_on_the_stage_is_the_one_in_the_chart(this, stop):
    lab = this.play("pressure")
    trace = lab.draw({**lab.form.value, "stop": stop}).trace
    (lane,), each = trace["lanes"], trace["each"]
    line = labs.pressure(stop).chart.query("series in ('up', 'down')").set_index("at")["value"]
    scale = 100 / TRAP.steady_output(0.1)  # patients a week
    for tick in range(1, trace["ticks"] + 1):
        week = tick * trace["pace"]
        patients, learning, treated = (each * len(queue) for queue in standing(lane, tick))
        assert treated == pytest.approx(line[week], abs=each / 2 + 1e-9)
        assert patients + learning == 100
        assert (learning == 0) or week > stop
        if week > stop:
            kept = labs.SHARE * min(1, line[week] / labs.PRESSED) ** 2
            skill = line[week] / scale / (1 - kept)
            share = float(TRAP.kept_share(skill, 0.3, labs.PRESSED / scale))
            assert learning == pytest.approx(100 * share, abs=each / 2 + 0.1)
        assert f"about {treated} patients" in trace["said"][tick]
        if week > stop and line[week] < labs.PRESSED - each:
            assert "only part of its time" in trace["said"][tick]


@pytest.mark.parametrize("stop", [4, 12, 31, 40])
def test_the_caption_of_the_winter_says_what_the_model_does(this, stop):
    found = labs.pressure(stop)
    name = "up" if found.up else "down"
    line = found.chart[found.chart["series"] == name].set_index("at")["value"]
    assert line.loc[1] > line.loc[:0].max()  # all hours go to patients
    assert (line.loc[1:stop].diff().iloc[1:] < 0).all()  # but skill fades
    assert line.loc[stop + 1] < line.loc[stop]  # some hours go back to learning
    assert found.never == pytest.approx(labs.pressure(0).ends["up"])
    lab = this.play("pressure")
    said = lab.draw({**lab.form.value, "stop": stop}).description
    assert f"treats {found.ends[name]:.0f} patients, and without the stop it would treat" in said


def test_luck_decides_close_to_the_edge(this):
    stop = labs.can_stand()
    found = labs.pressure(stop, runs=MANY)
    assert MANY > found.up > MANY / 2 > labs.pressure(stop + 1, runs=MANY).up > 0
    lab = this.play("pressure")
    title = lab.draw({**lab.form.value, "stop": stop, "runs": str(MANY)}).title
    assert f"{found.up} of 200 teams recover" in title


# --- problems that show themselves ------------------------------------------------------------


@pytest.mark.parametrize("every", [1, 4, 24])
@pytest.mark.parametrize("kept", [(), ("specified",), ("direct", "simple"),
                                  ("specified", "direct", "simple")])  # fmt: skip
def test_hours_until_seen_have_the_mean_of_the_formula(kept, every):
    step = WorkStep(**dict.fromkeys(kept, True), every=every)
    drawn = step.hours(40_000, np.random.default_rng(5))
    assert drawn.min() > 0
    # A geometric number of doings, from the middle of a gap, and half a handover on average.
    told = 0 if step.direct else 6
    assert drawn.mean() == pytest.approx(every * (1 / step.chance - 0.5) + told, rel=0.03)


def test_every_rule_brings_a_problem_out_more_often_whatever_else_is_kept():
    assert WorkStep().chance == pytest.approx(1 / 40)
    assert WorkStep(True, True, True).chance == pytest.approx(0.9)
    for a, b in product((False, True), repeat=2):
        assert WorkStep(True, a, b).chance > WorkStep(False, a, b).chance
        assert WorkStep(a, True, b).chance > WorkStep(a, False, b).chance
        assert WorkStep(a, b, True).chance > WorkStep(a, b, False).chance


@pytest.mark.parametrize("runs", [1, MANY])
def test_the_direct_connection_shows_half_sooner_but_the_simple_path_nine_in_ten(this, runs):
    one, simple, direct = (
        labs.rules(kept, runs=runs)
        for kept in (("specified",), ("specified", "simple"), ("specified", "direct"))
    )
    assert direct.half["yours"] < simple.half["yours"] < one.half["yours"]
    assert simple.nine["yours"] < direct.nine["yours"] < one.nine["yours"]
    assert this.words.check["seen"].right == "direct"


def test_nine_in_ten_problems_are_counted_in_all_runs(this):
    assert labs.rules().nine == labs.rules(runs=MANY).nine
    hours = {name: f"{hours} hours" for name, hours in labs.rules().nine.items()}
    assert (
        f"In all 200 runs together, they know nine in ten problems within {hours['yours']} with "
        f"rule 1, and within {hours['no_rule']} with no rules."
        in this.play("rules").chart.description
    )


def test_one_run_tells_the_same_hours_as_many_where_the_prediction_is_judged():
    assert labs.rules().half["yours"] == labs.half_seen()


def test_half_of_the_week_for_learning_treats_most_in_the_end(this):
    lasting = {share: TRAP.steady_output(share / 100) for share in range(0, 101, 5)}
    assert max(lasting, key=lasting.get) == 50
    assert "than with half" in this.words.check["regain"].because["more"]
    shown = {share: labs.learning(share).end for share in range(10, 85, 5)}
    assert max(shown, key=shown.get) == 50


def test_a_step_that_is_never_done_is_refused():
    with pytest.raises(ValueError, match="every, in hours, must be a number above 0; 0 came in"):
        WorkStep(every=0)


@pytest.mark.parametrize("runs", [1, MANY])
def test_half_of_the_problems_are_seen_where_the_line_crosses_half(runs):
    found = labs.rules(runs=runs)
    for name, line in found.chart.groupby("series"):
        hour, line = found.half[name], line.set_index("at")["value"]
        assert line[hour] >= 50 > line[hour - 1]


def test_with_no_rule_ticked_both_lines_are_one(this):
    found = labs.rules(())
    lines = dict(list(found.chart.groupby("series")["value"]))
    np.testing.assert_array_equal(lines["no_rule"], lines["yours"])
    lab = this.play("rules")
    assert "The check follows no rule." in lab.draw({**lab.form.value, "kept": []}).description


@pytest.mark.parametrize("kept", [[], ["specified"], ["direct", "simple"]])
def test_the_problems_on_the_stage_are_those_in_the_chart(this, kept):
    lab = this.play("rules")
    figure = lab.draw({**lab.form.value, "kept": kept})
    trace, chart = figure.trace, figure.data["paths"].set_index("at")
    for tick in range(trace["ticks"] + 1):
        heard = [len(standing(lane, tick)[1]) for lane in trace["lanes"]]
        drawn = chart.loc[tick * trace["pace"]].set_index("series")["value"]
        assert 100 * np.array(heard) / labs.PROBLEMS == pytest.approx(drawn.to_numpy())
        assert not tick or f" {heard[0]} of {labs.PROBLEMS} missing pumps" in trace["said"][tick]
    assert lab.draw({**lab.form.value, "runs": str(MANY)}).trace is None


def test_nobody_on_the_stage_leaves_a_gap_behind():
    for shares in ((30, 10), (10, 30)):
        lane = labs._weeks(shares, np.array([100, 100]), np.ones(2)).lanes["team"]
        who, to, at = (each.tolist() for each in lane.moves)
        for place in (0, 1):
            began = [one for one, where, when in zip(who, to, at, strict=True)
                     if where == place and not when]  # fmt: skip
            left = {one for one, when in zip(who, at, strict=True) if when == 0.5}
            assert set(began[len(began) - len(left & set(began)) :]) == left & set(began)


# --- what is published ------------------------------------------------------------------------


def test_every_published_row_comes_with_its_source_and_a_warning(this):
    text = this.labs["published"](this)._repr_mimebundle_()["text/plain"]
    rows = evidence.published_cases().frame.set_index("row")
    for name in labs.TOLD:
        assert rows.loc[name, "caveat"].rstrip(".") in text
        assert rows.loc[name, "org"] in text
    assert evidence.cite("likermeier2006") in text
    assert "up to 90 minutes for dinner before the change, and 18 minutes afterwards." in text
