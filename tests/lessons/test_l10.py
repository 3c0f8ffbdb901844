"""Lesson 10: half-lives, false calls of a ceiling, step and slope, fatigue, a real record."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit import evidence
from toolkit.charts.film import film, standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l10_ceilings_stalls_switches import labs
from toolkit.models.change import diffusion, noticing
from toolkit.models.journeys import MONTHS, Journeys, rising
from toolkit.models.pathway import Context, stack_contexts
from toolkit.models.pathway.performance import perform_arrays
from toolkit.screen.facts import MANY
from toolkit.screen.stage import Trace

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("10"), Record(tmp_path / "my-record.json"))


def notebook() -> str:
    """Return the lesson as it is kept."""
    return (NOTEBOOKS / "10-ceilings-stalls-switches.ipynb").read_text(encoding="utf-8")


# --- half-lives -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "craft", "closed"),
    # dynamics.md 1.1, exact: what has closed after six months with half-lives of 3, 9 and 22 months
    [("one team", "middling", 75), ("several departments", "middling", 37),
     ("several organisations", "hard", 17)],
)  # fmt: skip
def test_what_a_review_after_six_months_finds(unit, craft, closed):
    assert round(labs.halving(unit, craft).share["yours"]) == closed


@pytest.mark.parametrize(("unit", "craft"), list(diffusion.HALF_LIVES))
def test_two_projects_side_by_side_differ_only_in_who_has_to_agree(unit, craft):
    found = labs.halving(unit, craft)
    lives = [diffusion.HALF_LIVES[each, craft] for each in (diffusion.UNITS[0], unit)]
    assert list(found.lasts.values()) == lives
    assert list(found.trace.lanes) == ["team", "yours"][lives[0] == lives[1] :]


@pytest.mark.parametrize(("unit", "craft"), list(diffusion.HALF_LIVES))
def test_as_many_patients_are_helped_as_per_cent_of_the_gap(unit, craft):
    found = labs.halving(unit, craft, month=12)
    assert list(found.trace.lanes)[-1] == "yours"
    for month, closed in enumerate(found.trace.ended["so_far"]):
        patients = counted(found.trace, month)[-1]
        assert sum(patients) == 100
        assert patients[1] == pytest.approx(closed, abs=0.5)
    assert closed == pytest.approx(found.share["yours"])


def test_what_the_review_measured_is_asked_after_the_prediction(this):
    asked = this.check("review")
    assert asked.waits
    guess = this.predict("closed")
    guess.set(answer=20, sure="0.5")
    guess.press("lock")
    assert not asked.waits


@pytest.mark.parametrize("unit", diffusion.UNITS[1:])
def test_each_line_is_named_with_the_months_in_which_it_crosses_half_of_the_gap(this, unit):
    lab = this.play("halving")
    shown = lab.draw({**lab.form.value, "unit": unit})
    paths = pd.DataFrame(shown.datasets["paths"]).set_index("at")
    for who in ("one team", "your project"):
        (name,) = (each for each in paths["series"].unique() if each.startswith(who))
        month = int(re.search(r"half in (\d+) month", name)[1])
        line = paths[paths["series"] == name]["value"]
        assert line[month] == pytest.approx(50)
        assert (paths[paths["series"] == "half of the 100"]["value"] == 50).all()


def test_all_half_lives_are_credited_and_only_the_corners_are_called_read(this):
    figure = this.play("halving").figure
    table = figure.table
    assert {p.sources for p in figure.provenance[:2]} == {("schneiderman",)}
    assert [p.mark for p in figure.provenance] == ["●", "○", "◆"]
    cells = table.iloc[:, 1:].to_numpy().ravel()
    told = [cell for cell in cells if "read in the source" in cell]
    assert told == [cells[0], cells[-1]]
    assert "(half-life 1 month," in told[0]
    assert "22 months" in told[1]


def test_organisation_counts_more_than_technique():
    lives = diffusion.HALF_LIVES
    for craft in diffusion.CRAFTS:
        assert [lives[u, craft] for u in diffusion.UNITS] == sorted(
            lives[u, craft] for u in diffusion.UNITS
        )
    across = lives["several organisations", "simple"] - lives["one team", "simple"]
    along = lives["one team", "hard"] - lives["one team", "simple"]
    assert across > 2 * along


# --- false calls ------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [{}, {"months": 6}, {"noise": 1}, {"noise": 15, "months": 36}])
def test_the_one_service_is_called_though_it_rises(setting):
    found = labs.calls(**setting)
    rows = found.chart.pivot_table(index="at", columns="series", values="value")
    assert rising(rows["recorded"].to_numpy()[None])[0] != bool(found.wrong)
    assert (rows["really"].diff().dropna() > 0).all()
    assert (rows["recorded"] - rows["fitted"]).mean() == pytest.approx(0, abs=1e-6)
    assert np.ptp(rows["fitted"].diff().dropna()) == pytest.approx(0, abs=1e-6)
    assert found.last == (rows["recorded"].iloc[-1], rows["really"].iloc[-1])


@pytest.mark.parametrize("setting", [{}, {"months": 24}, {"noise": 15}])
def test_each_service_on_the_stage_calls_a_ceiling_as_it_is_counted(setting):
    found = labs.calls(**setting)
    for tick in range(found.trace.ticks + 1):
        told = {name: each[tick] for name, each in found.trace.ended.items()}
        for (before, rise, ceiling), kind in zip(
            counted(found.trace, tick), ("rising", "flat"), strict=True
        ):
            assert before == MANY - told["looked"]
            assert ceiling == told[kind]
            assert before + rise + ceiling == MANY
    assert [found.trace.ended[kind][-1] for kind in ("rising", "flat")] == [
        found.wrong,
        found.rightly,
    ]
    in_colour = {key: set(lane.lens) for key, lane in found.trace.lanes.items()}
    assert in_colour == {"rising": {0, 2}, "flat": {0, 1}}


@pytest.mark.parametrize(("rise", "noise", "months"), [(0.01, 0.05, 12), (0.01, 0.05, 18),
                                                       (0.005, 0.03, 24)])  # fmt: skip
def test_the_formula_agrees_with_the_rule_of_the_journeys(rise, noise, months):
    rows = noticing.noisy_records(rise, noise, months, 4000, np.random.default_rng(2))
    missed = 1 - rising(rows).mean()
    assert missed == pytest.approx(noticing.missed_rises(rise, noise, months), abs=0.03)


@pytest.mark.parametrize("months", [4, 6, 12, 24, 120])
def test_a_rise_is_judged_by_students_t(months):
    free, rise = months - 2, 0.01
    exact = stats.t.ppf(0.95, free)
    assert noticing.errors_needed(months) == pytest.approx(exact, abs=0.002)
    away = rise / noticing.slope_error(0.05, months)
    missed = stats.nct.cdf(exact, free, away)
    assert noticing.missed_rises(rise, 0.05, months) == pytest.approx(missed, abs=2e-4)


@pytest.mark.parametrize("months", [4, 6, 12, 24])
def test_where_nothing_rises_all_but_one_in_twenty_are_called(months):
    assert noticing.missed_rises(0, 0.05, months) == pytest.approx(0.95, abs=0.001)
    flat = noticing.noisy_records(0, 0.05, months, 20_000, np.random.default_rng(3))
    assert rising(flat).mean() == pytest.approx(0.05, abs=0.005)


def test_three_months_are_too_few_to_judge_a_rise():
    with pytest.raises(ValueError, match="at least four months; 3"):
        noticing.errors_needed(3)


def test_the_error_of_a_slope_is_that_of_least_squares():
    t = np.arange(12)
    assert noticing.slope_error(0.05, 12) == pytest.approx(
        0.05 / np.sqrt(((t - t.mean()) ** 2).sum())
    )


def test_the_months_needed_are_the_fewest_that_do():
    months = noticing.months_needed(0.01, 0.05)
    assert noticing.missed_rises(0.01, 0.05, months) <= 0.1
    assert noticing.missed_rises(0.01, 0.05, months - 1) > 0.1
    assert noticing.months_needed(0.01, 0.1) > months > noticing.months_needed(0.02, 0.05)


@pytest.mark.parametrize("rise", [0, -0.01])
def test_what_does_not_rise_cannot_be_waited_for(rise):
    with pytest.raises(ValueError, match="must be above zero"):
        noticing.months_needed(rise, 0.05)


def test_more_months_mean_fewer_false_calls():
    wrong = [labs.calls(months=m).wrong for m in (6, 12, 18, 24)]
    assert wrong == sorted(wrong, reverse=True)
    assert 35 < wrong[1] < 65
    assert wrong[-1] < 5


# --- step and slope ---------------------------------------------------------------------------


def test_the_step_leads_early_and_the_slope_late():
    found = labs.lifecycle()
    assert found.ahead == ["redesign", "learn"]
    assert found.stands[MONTHS]["learn"] == MANY
    assert 0.4 < found.stands[MONTHS]["redesign"] / MANY < 0.6


def test_the_places_on_the_stage_are_those_in_the_chart_and_the_words():
    found = labs.lifecycle()
    shown = found.chart.pivot_table(index="at", columns="series", values="value")
    for month in (0, 1, found.peak, 12, 30, MONTHS):
        for places, name in zip(counted(found.trace, month), ("redesign", "learn"), strict=True):
            assert sum(places) == MANY
            assert places[1] == shown[name][month] == found.trace.ended[name][month]
    assert found.most == shown["redesign"].loc[: labs.YEAR].max()


def level_of(way: Journeys) -> np.ndarray:
    """Return the value of each place, month by month, with its start at 100."""
    return 100 * way.value / labs._journeys("C", "nothing", "").value[:, :1]


def test_a_redesigned_place_loses_its_gain_as_later_parts_go_in_and_nobody_undoes_them():
    way = labs._journeys("C", "reengineer", "")
    level, found = level_of(way), labs.lifecycle()
    better = level > 100 + labs.BETTER
    lost = better[:, found.peak - 1] & ~better[:, labs.YEAR - 1]
    assert lost.sum() >= found.most - found.kept > MANY / 4
    falls = -np.diff(level[lost, found.peak - 1 : labs.YEAR], axis=1)
    busy = way.installing[lost, found.peak - 1 : labs.YEAR - 1]
    assert (falls * busy).sum() > 0.9 * falls.sum()
    assert not way.undone.any()
    assert (way.move == -1).all()


def test_learning_brings_skill_and_undoes_what_does_not_help():
    redesign = labs._journeys("C", "reengineer", "")
    learn = labs._journeys("C", "contextualise", "service_improvement")
    assert learn.undone.any(axis=1).all()
    assert redesign.mastery[:, -1].mean() < 0.5 * learn.mastery[:, -1].mean()


def test_with_lean_the_team_keeps_changing_things_but_falls_as_its_work_is_done_in_one_way():
    found = labs.lifecycle("lean")
    learn = found.trace.ended["learn"]
    assert found.ahead == ["redesign", "redesign"]
    assert max(learn) > learn[MONTHS] == 0
    lean = labs._journeys("C", "contextualise", "lean")
    assert (lean.move >= 0).mean() > 0.8
    level = lean.value.mean(0)
    assert 12 < level.argmax() + 1 < 24
    assert level[-1] < 0.9 * level.max()
    # With the standards of its best month, most of what it loses would stay, above all in outcome.
    place = stack_contexts([Context(**evidence.case("C").context)] * MANY)
    best, last = lean.practices[level.argmax() + 1], lean.practices[MONTHS]
    mildly = last._replace(standardisation=best.standardisation)
    high, low, kept = (
        perform_arrays(each, place, lean.mastery[:, -1]) for each in (best, last, mildly)
    )
    assert (low.value < kept.value).mean() > 0.9
    fall = high.value.mean() - low.value.mean()
    assert high.value.mean() - kept.value.mean() < 0.4 * fall
    assert low.outcome.mean() < 0.95 * kept.outcome.mean()
    # Where patients do not differ, it would harm nobody.
    same = place._replace(heterogeneity=np.zeros_like(place.heterogeneity))
    low, kept = (perform_arrays(each, same, lean.mastery[:, -1]) for each in (last, mildly))
    assert (low.outcome >= kept.outcome).all()


def test_learning_starts_below_doing_nothing_because_of_the_time_that_it_keeps():
    found = labs.lifecycle()
    assert found.trace.ended["learn"][found.peak] == 0
    nothing = labs._journeys("C", "nothing", "")
    learn = labs._journeys("C", "contextualise", "service_improvement")
    assert learn.value[:, 0].mean() < 0.95 * nothing.value[:, 0].mean()
    before, after = (way.practices[1].learning for way in (nothing, learn))
    assert [100 * before.mean(), 100 * after.mean()] == pytest.approx(found.learning)
    place = stack_contexts([Context(**evidence.case("C").context)] * MANY)
    without = perform_arrays(
        learn.practices[1]._replace(learning=before), place, learn.mastery[:, 0]
    )
    np.testing.assert_allclose(without.value, nothing.value[:, 0], rtol=0.01)


# --- methods ----------------------------------------------------------------------------------


def test_people_who_decide_by_chance_follow_bass_on_average():
    users = diffusion.spread(0.03, 0.38, 2000, 120, 40, np.random.default_rng(1))
    assert users.dtype == np.int64
    assert (np.diff(users, axis=1) >= 0).all()
    share = users.mean(0) / 2000
    months = np.array([12, 60, 120])
    np.testing.assert_allclose(share[months], diffusion.bass(0.03, 0.38, months / 12), atol=0.02)


@pytest.mark.parametrize("fatigue", [0, 30])
def test_one_run_reads_as_the_formula_does(fatigue):
    found = labs.methods(fatigue=fatigue)
    will = found.table["will"] / 100
    expected = 100 * diffusion.bass(0.03 * will, 0.38 * will, found.whole / labs.METHODS)
    np.testing.assert_allclose(found.reached, expected, atol=2 if fatigue else 6)
    if fatigue:
        assert found.reached == sorted(found.reached, reverse=True)
        assert labs.third_reaches() == round(found.reached[2])


def test_the_line_ends_each_method_at_what_is_told_of_it():
    found = labs.methods(years=4)
    line = found.chart.query("series == 'dropped'").set_index("at")["value"]
    assert line.loc[[4.0, 8.0, 12.0]].round(1).tolist() == found.reached
    assert (line.loc[[49 / 12, 97 / 12]] < 2).all()


def test_without_fatigue_dropping_still_costs():
    found = labs.methods(fatigue=0)
    assert max(found.reached) < 30
    assert 85 < found.kept < 95


# --- what is published ------------------------------------------------------------------------


def test_how_long_trusts_used_a_programme_is_told_as_it_is_published():
    told = evidence.published_cases().frame.set_index("row").loc["productive_ward_1"]
    assert (told["after"], told["unit"]) == (3, "years (mean; range under 1 to 7)")
    assert "Productive Ward for three years on average" in notebook()


def test_the_calls_in_england_are_those_of_the_rule_of_the_lab():
    found = labs.waiting()
    share = found.chart["value"].to_numpy()
    seen = [rising(share[None, at - 12 : at])[0] for at in range(12, len(share) + 1)]
    calls = [at + 12 for at in range(len(seen) - 1) if seen[at] and not seen[at + 1]]
    assert found.marks["value"].tolist() == share[calls].tolist()
    assert found.last["month"] == "February 2020"
    assert "the rule of section 5 looks at the last twelve months" in notebook()
    assert "draw a line through the last twelve months" in notebook()


def test_the_answer_says_what_came_after_each_call(this):
    found = labs.waiting()
    assert labs.too_early() == "two"
    assert [each["early"] for each in found.called] == [True, True, False]
    assert all(found.top["share"] - each["share"] > 4 for each in found.called[:2])
    assert abs(found.delay) <= 2
    because = this.words.predict["england"].because
    assert "After the first two calls, the figure rose by more than four points" in because
    assert found.last["share"] < found.called[-1]["share"] - 10


def test_more_months_in_view_mean_fewer_calls_too_early_and_a_later_one_at_the_top():
    found = [labs.waiting(window) for window in (12, 24, 36)]
    assert [each.early for each in found] == [2, 1, 0]
    delays = [each.delay for each in found]
    assert delays == sorted(delays)
    assert delays[-1] > 12


@pytest.mark.parametrize("window", [12, 24, 36])
def test_the_play_rests_at_each_call_as_its_diamond_appears(window):
    found = labs.waiting(window)
    trace = found.trace
    assert len(found.called) == found.early + 1
    assert [n for n in trace.ended["number"] if n] == list(range(1, len(found.called) + 1))
    at = found.chart["at"].to_numpy()
    clock = trace.start + trace.pace * np.arange(trace.ticks + 1)
    np.testing.assert_allclose(clock[-1], at[-1], atol=0.001)
    for tick, mark in zip(trace.turns, found.marks["at"], strict=True):
        assert clock[tick - 1] < mark <= clock[tick] + 0.001


# --- four flat charts -------------------------------------------------------------------------


def test_none_of_the_four_goes_up_or_down_in_as_many_months_as_the_director_saw(this):
    for each in labs._four().values():
        still = each.records[None, labs.STILL]
        assert still.shape == (1, 8)
        assert not rising(still)[0]
        assert not rising(1 / still)[0]
    for told in ("has been flat for eight months", "medical director’s eight flat months"):
        assert told in notebook()
    asked = (this.words.predict["flat"].question, this.words.check["call"].question)
    assert all("eight months" in each for each in asked)


def test_only_one_team_goes_on_changing_things_and_gets_no_higher(this):
    known = labs._four()
    assert labs.at_ceiling() == "spent"
    assert this.words.predict["flat"].options["spent"].startswith("D: a team that gained")
    spent = known["spent"]
    assert min(spent.tried[labs.STILL].mean(), spent.tried[labs.LATER].mean()) > 0.5
    assert spent.higher < 0
    assert spent.level[0] > 120
    for key in ("slow", "hidden"):
        assert (np.diff(known[key].level) > 0).all()
        assert known[key].higher > 3 * labs.MORE
        assert rising(known[key].records[None])[0]


def test_nobody_works_on_the_finished_redesign_and_its_level_stays():
    step, way = labs._four()["step"], labs._journeys("C", "reengineer", "")
    assert not step.tried.any()
    assert np.ptp(step.level) < 0.5
    assert way.installing[:, :2].all()
    assert not way.installing[:, labs.STEPPED[-1] : labs.STEPPED[-1] + labs.WHOLE].any()


@pytest.mark.parametrize("chosen", ["slow", "hidden", "step", "spent"])
def test_the_chart_that_was_chosen_is_followed_to_its_end(this, chosen):
    guess = this.predict("flat")
    guess.set(answer=chosen, sure="0.5")
    guess.press("lock")
    figure, found = this.play("four_charts").figure, labs.four_charts()
    colours = pd.DataFrame(figure.datasets["paths"]).groupby("chart")["line"].unique()
    order = list(labs._four())
    assert colours.map(list).tolist() == [
        ["your choice" if key == chosen else "figures"] for key in order
    ]
    marked = ["your choice" in each["name"] for each in figure.datasets["names"]]
    assert marked == [key == chosen for key in order]
    assert {each["chart"] for each in figure.datasets["met"]} == {order.index(found.met)}
    said = figure.trace["said"][-1]
    assert ("You chose" in said) == (chosen != found.met)
    if chosen in ("slow", "hidden"):
        assert f"its real level got {found.higher[chosen]:.0f}% higher" in said


def test_a_choice_that_is_gone_is_asked_again(this):
    old = {"answer": "calendar", "sure": "0.5", "kind": "predict"}
    this.record.put(this.predict("flat").key, old)
    later = Lesson(words_of("10"), this.record)
    assert not later.predict("flat").sealed
    assert "You chose" not in later.play("four_charts").figure.trace["said"][-1]


def test_each_chart_is_told_what_came_of_its_level(this):
    figure, found = this.play("four_charts").figure, labs.four_charts()
    told = [each["told"] for each in figure.datasets["told"]]
    assert told[:2] == [f"real level {found.higher[key]:.0f}% higher" for key in ("slow", "hidden")]
    assert told[2:] == [
        "no higher, and nobody tried: a stall",
        f"no higher after {found.later} more changes",
    ]
    assert len(figure.datasets["levels"]) == len(figure.datasets["paths"]) == 4 * labs.WHOLE
    assert [each["name"] for each in figure.datasets["bands"]] == ["8 flat months", *[""] * 3]


# --- on the stage -----------------------------------------------------------------------------


def counted(trace: Trace, tick: int) -> list[list[int]]:
    """Return how many figures stand in each place of each lane."""
    told = trace.told({"step": "", "place": "{key}", "said": ""}, str.format, str)
    return [[len(queue) for queue in standing(lane, tick)] for lane in told["lanes"]]


@pytest.mark.parametrize("years", [1, 4])
@pytest.mark.parametrize("fatigue", [0, 30, 80])
def test_staff_on_the_stage_use_a_method_as_in_the_chart_in_every_month(years, fatigue):
    found = labs.methods(years, fatigue)
    shares = found.chart.pivot_table(index="at", columns="series", values="value")
    people = shares * labs.STAFF / 100
    for month in range(12 * years * labs.METHODS + 1):
        kept, dropped = counted(found.trace, month)
        for places, name in ((kept, "kept"), (dropped, "dropped")):
            assert places[1] == pytest.approx(people[name].iloc[month])
            assert (places[0] + places[1]) == labs.STAFF
        gone = min(month // (12 * years), labs.METHODS - 1)
        assert dropped[2] == gone
        told = {name: each[month] for name, each in found.trace.ended.items()}
        assert told["users"] == {"kept": kept[1], "dropped": dropped[1]}
        assert told["now"] == gone + 1
        if told["gone"]:
            assert told["had"] == pytest.approx(found.reached[gone - 1], abs=0.05)
            assert told["willing"] == pytest.approx(found.table["will"][gone], abs=0.5)


def test_a_folder_in_the_cupboard_counts_as_one():
    trace = labs.methods().trace
    words = {"step": "", "place": "", "said": ""}
    strip = film(trace.told(words, lambda _text, **_facts: "", str))
    drawn = b64decode(re.search(r'base64,([^"]+)"', strip)[1]).decode()
    counts = [int(n) for n in re.findall(r'<text class="n" x="\d+" y="14">(\d+)</text>', drawn)]
    assert [sum(counts[row : row + 2]) for row in range(0, 8, 2)] == [labs.STAFF] * 4
    assert counts[8 + 2 :: 3] == [0, 1, 2, 2]


# --- what the words beside the labs say -------------------------------------------------------


def test_more_months_help_more_than_smaller_ups_and_downs():
    rise, noise, months = 0.01, 0.05, 12
    longer = noticing.missed_rises(rise, noise, 2 * months)
    steadier = noticing.missed_rises(rise, noise / 2, months)
    assert longer < steadier < noticing.missed_rises(rise, noise, months)


def test_the_half_lives_beside_the_prediction_are_those_of_the_lab(this):
    assert labs.halving().lasts == {"team": 5, "yours": 22}
    asked = this.words.predict["closed"]
    assert "takes 22 months to close half of the gap. In one team, it takes 5" in asked.because
    assert "about half of them in five months" in asked.note
