"""Lesson 10: half-lives, false calls of a ceiling, spread and fatigue, and the real series."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
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
from toolkit.models.journeys import MONTHS, Journeys, engine, rising, steps
from toolkit.models.journeys.lifecycle import ceiling_calls, typical
from toolkit.models.pathway import Context, stack_contexts
from toolkit.models.pathway.performance import perform_arrays
from toolkit.screen.facts import MANY
from toolkit.screen.stage import Trace

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("10"), Record(tmp_path / "my-record.json"))


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
def test_as_many_sheets_are_dealt_with_as_per_cent_of_the_gap(unit, craft):
    found = labs.halving(unit, craft, month=12)
    assert list(found.trace.lanes)[-1] == "yours"
    for month, closed in enumerate(found.trace.ended["so_far"]):
        sheets = counted(found.trace, month)[-1]
        assert sum(sheets) == 100
        assert sheets[1] == pytest.approx(closed, abs=0.5)
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
        assert (paths[paths["series"] == "half of the gap"]["value"] == 50).all()


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


@pytest.mark.parametrize("setting", [{}, {"months": 6}, {"noise": 1}, {"rise": 3.0, "months": 36}])
def test_the_one_service_is_the_first_that_is_called_though_it_rises(setting):
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


@pytest.mark.parametrize("case", ["A", "C", "F"])
def test_the_step_leads_early_and_the_slope_late(case):
    assert labs.lifecycle(case, runs=200).ahead == ["redesign", "learn"]


def test_with_another_approach_the_step_stays_ahead():
    assert labs.lifecycle("C", "lean", runs=200).ahead == ["redesign", "redesign"]


def test_with_lean_the_team_keeps_changing_things_but_falls_as_its_work_is_done_in_one_way():
    lean = labs._journeys("C", "contextualise", "lean", MANY)
    assert (lean.move >= 0).mean() > 0.8
    assert (lean.move[:, 24:] >= 0).mean() > 0.8
    level = lean.value.mean(0)
    assert 12 < level.argmax() + 1 < 24
    assert level[-1] < 0.9 * level.max()
    shown = labs.lifecycle("C", "lean").chart.pivot_table("value", "at", "series")
    falling = shown["learn"].loc[[12, 24, 36, MONTHS]]
    assert (falling.diff().dropna() < 0).all()
    assert falling[12] > shown["learn"].loc[1] + 5
    assert falling[12] == pytest.approx(shown["learn"].loc[1:].max(), abs=1)
    assert shown["learn"].iloc[-1] < shown["nothing"].iloc[-1] < shown["redesign"].iloc[-1]
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
    assert labs.lifecycle("C", "lean", runs=MANY).called > 0.9 * MANY


@pytest.mark.parametrize("case", ["A", "C", "H"])
def test_learning_starts_below_doing_nothing_because_of_the_time_that_it_keeps(case):
    found = labs.lifecycle(case, runs=200)
    table = found.table.set_index("month")
    assert found.dip == pytest.approx(table.loc[1, "learn"], abs=0.05)
    assert found.dip < table.loc[1, "nothing"] - 5
    nothing = labs._journeys(case, "nothing", "", MANY)
    learn = labs._journeys(case, "contextualise", labs.START["approach"], MANY)
    before, after = (way.practices[1].learning for way in (nothing, learn))
    assert [100 * before.mean(), 100 * after.mean()] == pytest.approx(found.learning)
    place = stack_contexts([Context(**evidence.case(case).context)] * MANY)
    without = perform_arrays(
        learn.practices[1]._replace(learning=before), place, learn.mastery[:, 0]
    )
    np.testing.assert_allclose(without.value, nothing.value[:, 0], rtol=0.01)


@pytest.mark.parametrize("case", ["A", "C", "F"])
def test_another_approach_moves_no_line_but_that_of_the_learning_place(case):
    usual, lean = (
        labs.lifecycle(case, approach).chart.set_index("series")
        for approach in (labs.START["approach"], "lean")
    )
    for name in ("redesign", "nothing"):
        assert usual.loc[name].equals(lean.loc[name])
    assert not usual.loc["learn"].equals(lean.loc["learn"])


@pytest.mark.parametrize("case", ["A", "B", "C", "F", "G", "H"])
@pytest.mark.parametrize("runs", [1, MANY])
def test_a_fall_in_the_first_year_of_a_redesign_comes_as_its_parts_go_in(case, runs):
    found = labs.lifecycle(case, runs=runs)
    if found.peak - found.kept <= 1:
        return
    redesign = labs._journeys(case, "reengineer", "", MANY)
    if runs == 1:
        one = played(redesign, labs._journeys(case, "contextualise", labs.START["approach"], MANY))
        redesign = redesign.rows(slice(one, one + 1))
    base = labs._journeys(case, "nothing", "", MANY).value[:, :1].mean() / 100
    level = redesign.value[:, :12].mean(0) / base
    best = level.argmax()
    busy = redesign.installing[:, best:11].mean(0) > 0.1
    assert -np.diff(level[best:])[busy].sum() > 0.9 * (found.peak - found.kept)
    assert not redesign.undone.any()


@pytest.mark.parametrize(
    ("values", "month"),
    [
        (np.concatenate([np.arange(24.0), np.full(24, 23.0)]), True),
        (np.full(48, 5.0), False),  # what never rose has no ceiling
        (np.arange(48.0), False),
    ],
)
def test_a_ceiling_is_called_only_after_a_rise(values, month):
    noise = np.tile([1.0, -1.0], 24)
    (called,) = ceiling_calls((100 + values + noise)[None])
    assert bool(called) == month
    assert all(24 < at < 48 for at in called)


def test_a_ceiling_is_called_as_often_as_a_rise_stops():
    stairs = np.repeat([0.0, 1, 0, 1, 0], 24).cumsum() + np.tile([0.2, -0.2], 60)
    up, level = ceiling_calls(np.stack([100 + stairs, np.full(120, 100.0)]))
    assert level == []
    assert len(up) == 2
    assert up[1] - up[0] == pytest.approx(48, abs=2)


# --- methods ----------------------------------------------------------------------------------


def test_people_who_decide_by_chance_follow_bass_on_average():
    users = diffusion.spread(0.03, 0.38, 2000, 120, 40, np.random.default_rng(1))
    assert users.dtype == np.int64
    assert (np.diff(users, axis=1) >= 0).all()
    share = users.mean(0) / 2000
    months = np.array([12, 60, 120])
    np.testing.assert_allclose(share[months], diffusion.bass(0.03, 0.38, months / 12), atol=0.02)


def test_each_dropped_method_makes_the_next_one_slower():
    found = labs.methods(runs=200)
    assert found.reached == sorted(found.reached, reverse=True)
    np.testing.assert_allclose(found.reached, found.table["formula"], atol=2)


def test_one_run_reads_as_the_many_do():
    one, many = labs.methods(), labs.methods(runs=MANY)
    for at in (0, 2):
        assert f"{one.reached[at]:.0f}" == f"{many.reached[at]:.0f}"
    assert f"{one.kept:.0f}" == f"{many.kept:.0f}"


def test_the_line_ends_each_method_at_what_is_told_of_it():
    found = labs.methods(years=4)
    line = found.chart.query("series == 'dropped'").set_index("at")["value"]
    assert line.loc[[4.0, 8.0, 12.0]].round(1).tolist() == found.reached
    assert (line.loc[[49 / 12, 97 / 12]] < 2).all()


def test_without_fatigue_dropping_still_costs():
    found = labs.methods(fatigue=0, runs=200)
    assert max(found.reached) - min(found.reached) < 2
    assert max(found.reached) < 30
    assert round(found.kept) == 90


# --- what is published ------------------------------------------------------------------------


def test_how_long_trusts_used_a_programme_is_asked_as_it_is_published(this):
    told = evidence.published_cases().frame.set_index("row").loc["productive_ward_1"]
    assert (told["after"], told["unit"]) == (3, "years (mean; range under 1 to 7)")
    asked = this.words.check["years"]
    assert asked.options[asked.right] == "three years"
    assert "from under one year to seven" in asked.because["three"]


def test_rise_ceiling_and_fall():
    found = labs.waiting()
    assert found.first["share"] < 60 < 94 < found.top["share"]
    assert found.last["share"] < 61


def test_what_is_seen_on_the_day_ends_with_the_third_call():
    day, whole = labs.so_far(), labs.waiting()
    assert day.called == whole.called[:3]
    assert day.last == day.called[-1]
    cut = len(day.chart)
    assert day.chart["value"].tolist() == whole.chart["value"][:cut].tolist()
    assert labs.what_came() == "top"


def test_more_months_in_view_mean_fewer_calls_too_early_and_a_later_one_at_the_top():
    found = [labs.waiting(window) for window in (12, 24, 36)]
    assert [each.early for each in found] == [2, 1, 0]
    delays = [each.delay for each in found]
    assert delays[0] == 0
    assert delays == sorted(delays)
    assert delays[-1] > 12


def test_only_the_third_call_of_a_ceiling_is_at_the_top():
    found = labs.waiting()
    assert found.called[2] == found.top
    assert len(found.called) == 4
    assert all(each["share"] < found.top["share"] for each in found.called[:2])


@pytest.mark.parametrize("window", range(12, 37, 6))
def test_every_call_is_told(this, window):
    found = labs.waiting(window)
    assert found.early + (found.delay is not None) + found.later == len(found.called)
    assert found.later <= 1
    made = this.play("waiting")
    shown = made.draw({**made.form.value, "window": window})
    assert shown.title.startswith(f"If the rule looks back {window} months, ")
    assert f"call {found.early + 1} comes" in shown.title
    assert ("comes years after the top" in shown.description) == (window < 30)
    for call in found.called[-found.later :] if found.later else []:
        assert int(call["month"][-4:]) - int(found.top["month"][-4:]) >= 2


def test_the_text_says_how_the_rule_of_the_record_looks_back():
    assert (labs.STALL_WINDOW, labs.STALL_MONTHS) == (12, 3)
    notebook = (NOTEBOOKS / "10-ceilings-stalls-switches.ipynb").read_text(encoding="utf-8")
    assert "it looks back 12 months. If it has seen no rise for three months in a row" in notebook


def test_what_came_after_each_call_is_as_the_answers_say():
    share = labs.waiting().chart.set_index("at")["value"]
    first, second, third = (
        share[share.index.str.startswith(month)].item()
        for month in ("2010-04", "2010-10", "2013-05")
    )
    assert share.max() == third > max(first, second) + 3
    assert share["2019-12-01"] < third - 10


def test_the_rule_calls_englands_ceiling_twice_too_early(this):
    words = this.labs["so_far"](this).description
    called = "calls one in April 2010 (at 91.3%), October 2010 (at 90.2%) and May 2013 (at 94.8%)"
    assert called in words


def test_long_waits_in_wales_fall_every_march(this):
    shown = this.labs["march"](this)
    assert "fell by 5,486 in an average March, and rose by 2,765 a month later" in shown.title
    assert "In March the number fell in all 6 years" in shown.description
    changes = labs.march().table.set_index("month")
    assert changes.loc["March", "max"] < 0 < changes.loc["April", "min"]
    assert shown.datasets["marks"][0]["at"] == "2014-03-01"


def test_words_about_the_series_are_worked_out_from_them(this, monkeypatch):
    def words() -> tuple[str, ...]:
        chart, wales = this.labs["so_far"](this), this.labs["march"](this)
        return chart.title, chart.description, wales.title

    before, real = words(), evidence.series

    def turned(name: str) -> evidence.EvidenceTable:
        held = real(name)
        numbers = held.frame.select_dtypes("number")
        return replace(held, frame=held.frame.assign(**numbers[::-1].reset_index(drop=True)))

    monkeypatch.setattr(evidence, "series", turned)
    assert all(one != two for one, two in zip(before, words(), strict=True))


# --- five flat charts -------------------------------------------------------------------------


def test_none_of_the_five_goes_up_or_down_in_as_many_months_as_the_director_saw(this):
    for each in labs._five().values():
        still = np.abs(each.records[None, labs.STILL])
        assert still.shape == (1, 8)
        assert not rising(still)[0]
        assert not rising(1 / still)[0]
    notebook = (NOTEBOOKS / "10-ceilings-stalls-switches.ipynb").read_text(encoding="utf-8")
    asked = (this.words.predict["flat"].question, this.words.check["call"].question)
    for told in ("has been flat for eight months", "medical director’s eight flat months"):
        assert told in notebook
    assert all("eight months" in each for each in asked)
    assert "seven months" not in notebook


def test_only_one_team_goes_on_changing_things_and_gets_no_higher(this):
    known = labs._five()
    assert labs.at_ceiling() == "spent"
    assert this.words.predict["flat"].options["spent"].startswith("D: ")
    spent = known["spent"]
    assert spent.changes[labs.STILL].sum() >= labs.FLAT / 2
    assert spent.changes[labs.LATER].sum() >= labs.FLAT
    assert spent.changes[: labs.STILL.start].any()
    assert spent.higher < 0
    assert spent.level[labs.STILL.start] > 1.2 * spent.level[0]
    for key in ("slow", "hidden"):
        level = known[key].level[labs.STILL.start :]
        assert (np.diff(level) > 0).all()
        assert known[key].higher > 3 * labs.MORE
        assert rising(known[key].records[None, labs.STILL.start :])[0]


def test_nobody_works_on_the_redesign_until_the_experts_come_again():
    step, again = labs._five()["step"], labs.five().again
    idle = slice(labs.STILL.start, again - 1)
    assert not step.changes[idle].any()
    assert np.ptp(step.level[idle]) < 0.5
    assert step.changes[again - 1]
    assert np.ptp(step.level[again:]) > 5


def test_the_long_waits_turn_in_each_march():
    chart, months = labs._by_calendar()
    for march in np.flatnonzero(months.month == 3):
        assert chart.records[march] > max(chart.records[march - 1], chart.records[march + 1])
    found = labs.five()
    assert found.falls > 0 < found.back


def test_no_chart_uses_more_than_a_quarter_of_its_height_in_the_flat_months():
    used = labs.unknown().used
    assert set(used) == set(labs._five())
    assert max(used.values()) <= labs.unknown().level
    assert labs.unknown().level == 100 * labs.LEVEL
    step, spent = (labs._five()[key].records for key in ("step", "spent"))
    assert np.corrcoef(np.diff(step[labs.STILL]), np.diff(spent[labs.STILL]))[0, 1] < 0.9


def test_what_is_seen_before_the_prediction_is_the_beginning_of_what_is_seen_after_it():
    first, whole = labs.unknown(), labs.five()
    assert first.trace.ticks == first.ends == whole.ends == whole.trace.start
    until = whole.chart[whole.chart["month"] <= first.ends].reset_index(drop=True)
    assert first.chart.equals(until[list(first.chart)])
    assert whole.trace.start + whole.trace.ticks == whole.chart["month"].max() == whole.months


@pytest.mark.parametrize("chosen", ["slow", "hidden", "step", "spent", "calendar"])
def test_the_chart_that_was_chosen_is_followed_to_its_end(this, chosen):
    guess = this.predict("flat")
    guess.set(answer=chosen, sure="0.5")
    guess.press("lock")
    figure, found = this.play("five").figure, labs.five()
    colours = pd.DataFrame(figure.datasets["paths"]).groupby("chart")["line"].unique()
    order = list(labs._five())
    assert colours.map(list).tolist() == [
        ["your choice" if key == chosen else "recorded"] for key in order
    ]
    names = [each["name"] for each in figure.datasets["names"]]
    marked = ["your choice" in name for name in names]
    assert marked == [key == chosen for key in order]
    assert {each["chart"] for each in figure.datasets["met"]} == {order.index(found.met)}
    said = figure.trace["said"][-1]
    assert ("You chose" in said) == (chosen != found.met)
    if chosen in ("slow", "hidden"):
        assert f"it got {found.higher[chosen]:.0f}% higher" in said


def test_each_chart_is_told_what_came_of_it(this):
    told = [each["told"] for each in this.play("five").figure.datasets["told"]]
    found = labs.five()
    assert told[:2] == [f"{found.higher[key]:.0f}% higher" for key in ("slow", "hidden")]
    assert told[2:] == ["not touched for 4 more months", "no higher: a ceiling", "lower in March"]
    assert found.again == 25


def test_long_waits_stand_the_right_way_up():
    shown = labs.five().chart.query("name == 'calendar'").set_index("month")["value"]
    chart, _ = labs._by_calendar()
    assert shown.idxmin() == np.argmax(chart.records) + 1


def test_the_second_redesign_of_c_goes_up_and_down_again():
    step, again = labs._five()["step"], labs.five().again
    level = step.level[again - 1 :]
    assert level.max() > step.level[again - 2] + 5
    assert level[-1] < level[0] + 1 < level.max() - 5
    assert step.records[-1] > step.records[again - 1]


def test_the_band_is_behind_the_flat_months_and_the_marks_are_marches(this):
    frame = labs.five().chart
    flat = frame[frame["band"] == "still"].groupby("name")["month"].agg(["min", "max", "count"])
    assert set(flat.index) == set(labs._five())
    assert (flat == [labs.unknown().begins, labs.unknown().ends, labs.FLAT]).all(axis=None)
    assert set(frame["series"]) == {"", "march"}
    named = [each["name"] for each in this.play("five").figure.datasets["bands"]]
    assert named == [f"months {labs.BEFORE + 1} to {labs.BEFORE + labs.FLAT}", *[""] * 4]
    assert frame["label"].equals(frame["series"])
    marches = frame.loc[frame["series"] == "march", ["name", "month"]]
    assert set(marches["name"]) == {"calendar"}
    _, months = labs._by_calendar()
    assert set(months[marches["month"] - 1].month) == {3}


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
            assert places[1] * labs.EACH == pytest.approx(people[name].iloc[month])
            assert (places[0] + places[1]) * labs.EACH == labs.STAFF
        gone = min(month // (12 * years), labs.METHODS - 1)
        assert dropped[2] == gone
        told = {name: each[month] for name, each in found.trace.ended.items()}
        assert told["users"] == {"kept": kept[1] * labs.EACH, "dropped": dropped[1] * labs.EACH}
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


def played(redesign: Journeys, learn: Journeys) -> int:
    """Return the run on the stage."""
    alike = labs._alike(redesign)
    return alike[typical(redesign.value[alike], learn.value[alike])]


@pytest.mark.parametrize("case", ["A", "C", "F", "G"])
def test_the_redesigns_of_the_played_run_are_those_of_most_runs(case):
    redesign = labs._journeys(case, "reengineer", "", MANY)
    changed = []
    for run in range(MANY):
        told = dict.fromkeys((0, 24), 0)
        told |= {first: len(sheets) for first, _, sheets in
                 labs._redesigns(redesign.rows(slice(run, run + 1)))}  # fmt: skip
        changed.append([told[0] > 0, told[24] > 0])
    np.testing.assert_array_equal(labs._changed(redesign), changed)
    most = (np.mean(changed, axis=0) > 0.5).tolist()
    assert [each > 0 for each in labs.lifecycle(case).redesigns] == most


@pytest.mark.parametrize("case", ["C", "A"])
def test_the_two_ways_are_told_month_by_month_as_they_are_recorded(case):
    found = labs.lifecycle(case)
    shown = found.chart.pivot_table(index="at", columns="series", values="value")
    ways = [("reengineer", ""), ("contextualise", labs.START["approach"])]
    redesign, learn = (labs._journeys(case, *way, MANY) for way in ways)
    one = played(redesign, learn)
    done = found.trace.ended["done"][1:]
    assert (shown.loc[0] == 100).all()
    for each in found.stands:
        assert each == {"month": each["month"], **shown.loc[each["month"]]}
    for month, told in enumerate(done, 1):
        assert {name: told[name] for name in shown} == pytest.approx(shown.loc[month].to_dict())
    assert [told["undone"] for told in done] == learn.undone[one].tolist()
    assert sum(told["changed"] for told in done) == (learn.move[one] >= 0).sum()
    called = [month for month, told in enumerate(done, 1) if told["ceiling"]]
    assert bool(called) == bool(found.called)
    assert called[:1] == ([found.called_by] if found.called else [])


@pytest.mark.parametrize("approach", ["service_improvement", "lean", "value"])
@pytest.mark.parametrize("case", ["C", "A", "F"])
def test_each_sheet_on_the_stage_is_where_its_setting_is(case, approach):
    found = labs.lifecycle(case, approach)
    ways = [labs._journeys(case, *way, MANY) for way in (("reengineer", ""),
                                                         ("contextualise", approach))]  # fmt: skip
    usual = labs._journeys(case, "contextualise", labs.START["approach"], MANY)
    one = played(ways[0], usual)
    redesign, learn = (way.rows(slice(one, one + 1)) for way in ways)
    for month, told in enumerate(found.trace.ended["done"][1:], 1):
        designed, learned = counted(found.trace, month)
        before, after = (labs._settings(learn)[at] for at in (month - 1, month))
        assert sum(designed[:3]) == sum(learned[:3]) == found.settings == len(after)
        lead = round(told["learn"]) - round(told["redesign"])
        assert (designed[3], learned[3]) == (max(-lead, 0), max(lead, 0))
        assert designed[0] >= (labs._settings(redesign)[month] == labs._settings(redesign)[0]).sum()
        if told["changed"]:
            assert learned[1] == (before != after).sum()
        if told["undone"]:
            assert learned[1] == 0
        if not told["stopped"]:
            assert learned[0] <= (after == labs._settings(learn)[0]).sum()
    assert counted(found.trace, 24)[0][1] == found.redesigns[0]
    assert counted(found.trace, MONTHS)[0][2] == found.redesigns[1]


def test_the_run_that_is_played_is_led_as_the_many_are():
    assert labs.lifecycle().ahead == labs.lifecycle(runs=MANY).ahead


@pytest.mark.parametrize("runs", [1, MANY])
def test_the_first_part_of_each_redesign_helps_and_the_rest_takes_most_of_it_away(runs):
    redesign = labs._journeys("C", "reengineer", "", MANY)
    if runs == 1:
        one = played(redesign, labs._journeys("C", "contextualise", "service_improvement", MANY))
        redesign = redesign.rows(slice(one, one + 1))
    level = (redesign.value / redesign.value[:, :1]).mean(0)
    for begins in (0, 24):
        settled = begins + 11
        best = level[begins:settled].argmax() + begins
        gain, kept = level[best] - level[begins], level[settled] - level[begins]
        assert gain > 0.05
        assert kept < gain / 2
        assert begins < best < settled - 4
    assert not redesign.undone.any()


def test_what_the_stage_says_of_a_fall_follows_a_part_that_went_in():
    found = labs.lifecycle()
    done = found.trace.ended["done"][1:]
    falls = [month for month, told in enumerate(done) if told["falls"]]
    assert falls
    for month in falls:
        assert done[month - 1]["installing"]
        assert done[month]["redesign"] < done[month - 1]["redesign"] - labs.VISIBLE
    others = np.diff([told["redesign"] for told in done])
    calm = [abs(change) for month, change in enumerate(others) if not done[month]["installing"]]
    assert max(calm) < labs.VISIBLE


@pytest.mark.parametrize(("case", "keeps"), [("C", [False, False]), ("G", [True, True])])
def test_a_redesign_changes_nothing_where_todays_design_has_the_best_forecast(
    monkeypatch, case, keeps
):
    """Lab of lesson 10: why a redesign may change nothing."""
    seen = []

    def best(practice, *rest):
        found = steps.best_design(practice, *rest)
        pairs = zip(practice, found, strict=True)
        seen.append(np.all([(a == b).reshape(len(a), -1).all(1) for a, b in pairs], axis=0))
        return found

    monkeypatch.setattr(engine, "best_design", best)
    labs._journeys.cache_clear()
    many = labs._journeys(case, "reengineer", "", MANY)
    labs._journeys.cache_clear()
    one = played(many, labs._journeys(case, "contextualise", "service_improvement", MANY))
    assert [bool(kept[one]) for kept in seen] == keeps
    assert [each == 0 for each in labs.lifecycle(case).redesigns] == keeps


def test_two_hundred_runs_are_not_played():
    assert labs.methods(runs=200).trace is None
    assert labs.lifecycle(runs=200).trace is None


# --- what the words beside the labs say -------------------------------------------------------


def test_a_redesign_brings_little_skill_and_nobody_builds_on_it():
    found = labs.lifecycle(runs=200)
    assert found.skill["redesign"] < 0.5 * found.skill["learn"]
    assert (labs._journeys("C", "reengineer", "", 200).move == -1).all()


def test_more_months_help_more_than_smaller_ups_and_downs():
    rise, noise, months = 0.01, 0.05, 12
    longer = noticing.missed_rises(rise, noise, 2 * months)
    steadier = noticing.missed_rises(rise, noise / 2, months)
    assert longer < steadier < noticing.missed_rises(rise, noise, months)


def test_the_half_lives_beside_the_prediction_are_those_of_the_lab(this):
    assert labs.halving().lasts == {"team": 5, "yours": 22}
    asked = this.words.predict["closed"]
    assert "takes 22 months to close half of the gap. In one team, it takes 5" in asked.because
    assert "about half of its gap in five months" in asked.note
