"""Lesson 07: one clinic with more or less time, a map of kinds of clinics, and honest words."""

from __future__ import annotations

import base64
import itertools
import re

import numpy as np
import pytest

from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.evidence import Provenance
from toolkit.evidence.tables import split_list
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l07_comparing_logics import labs
from toolkit.models.journeys import COPYABLE, Programme, able, draw_noise, run, waiting
from toolkit.models.laws import where
from toolkit.models.laws.where import EACH, GRID, JUDGES, WAIT, alone, before, context_map
from toolkit.models.logics import FIVE
from toolkit.models.pathway import (
    Context,
    ContextArrays,
    Practice,
    PracticeArrays,
    stack_contexts,
    stack_practices,
)
from toolkit.screen.builder import words_in
from toolkit.screen.facts import MANY
from toolkit.text.lists import listed

WORDS = words_in("toolkit.lessons.l07_comparing_logics")


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("07"), Record(tmp_path / "my-record.json"))


def opened(lab):
    for act in lab.after:
        act.press("skip")
    return lab


def plain(shown) -> str:
    return shown._repr_mimebundle_()["text/plain"]


def predicted(this: Lesson, **said: object) -> dict:
    """Lock in what is said, and return the predictions by name."""
    guesses = {name: this.predict(name) for name in said}
    for name, answer in said.items():
        if guesses[name].sealed:
            guesses[name].press("again")
        guesses[name].set(answer=answer, sure="0.7")
        guesses[name].press("lock")
    return guesses


# --- the clinic, twice ----------------------------------------------------------------------------


def middle(hours: int) -> dict[str, float]:
    """Return the middle list after four years of each approach."""
    return {
        name: float(np.median(w.standing[:, labs.END])) for name, w in labs.waits(hours).items()
    }


def could(hours: int, name: str, **back: str) -> float:
    """Return how many a week a team can treat at the end, with some settings as at the start."""
    told, c = labs.played(hours)[name], stack_contexts([labs.clinic(hours)[0]] * MANY)
    x = told.practices[labs.END]
    x = x._replace(**{setting: getattr(told.practices[0], setting) for setting in back})
    return float(np.median(able(x, c, told.mastery[:, labs.END, None])))


def test_the_place_decides_which_approach_comes_first():
    found = labs.clinics()
    assert found.first == {"spare": "lean", "busy": "constraints", "both": "constraints"}
    assert found.often == found.first
    assert found.won["spare"] > 0.9 * MANY
    assert found.won["busy"] > 0.6 * MANY
    ends = sum(
        np.stack([w.standing[:, labs.END] for w in labs.waits(at).values()]) for at in (100, 75)
    )
    best = dict(zip(FIVE, np.bincount(ends.argmin(axis=0), minlength=len(FIVE)), strict=True))
    assert best.pop("constraints") == found.won["both"] > max(best.values())
    assert found.second == {"prudent": best["prudent"]}
    assert best["prudent"] == max(best.values())


def test_lean_leads_as_long_as_all_who_come_can_be_treated():
    for hours in range(60, 100, 5):
        found = labs.clinics(hours)
        short = found.able["busy"] < found.come * (1 - 0.02)
        assert (found.first["busy"] != "lean") == short
        assert found.first["busy"] in {"lean", "constraints", "prudent"}
        assert set(found.chart["series"]) == set(FIVE)
    assert found.able["spare"] > found.come
    assert "a quarter of its staff hours" in words_of("07").predict["favourite"].question
    assert labs.FEWER == 75


def test_only_the_staff_hours_differ():
    (one, habits), (other, same) = labs.clinic(100), labs.clinic(75)
    assert habits == same
    assert {k for k, v in vars(one).items() if v != vars(other)[k]} == {"staff_hours"}
    assert other.staff_hours == pytest.approx(0.75 * one.staff_hours)


def test_lean_cuts_the_wait_for_a_group_but_people_wait_for_staff():
    for hours in (100, 75):
        start = before(*labs.clinic(hours))
        ended = labs.played(hours)["lean"]
        for part in ("collecting", "process"):
            at_first = getattr(start, part)[0].sum()
            assert np.median(getattr(ended.performance, part)[:, labs.END].sum(-1)) < at_first
        batch = np.median(ended.practices[labs.END].batch, axis=0)
        assert (batch[:3] < ended.practices[0].batch[0, :3]).all()
    assert could(75, "lean") < labs.clinic(75)[0].demand
    assert middle(75)["lean"] > 3 * labs.lists(75)["lean"][0]


def test_larger_groups_at_the_slowest_stage_help_only_where_time_is_short():
    for hours in (100, 75):
        start, ended = before(*labs.clinic(hours)), labs.played(hours)["constraints"].performance
        assert np.median(ended.collecting[:, labs.END].sum(-1)) > start.collecting[0].sum()
        assert np.median(ended.process[:, labs.END].sum(-1)) > start.process[0].sum()
        assert could(hours, "constraints") > could(hours, "constraints", batch="start") + 1
    without = could(75, "constraints", batch="start") - labs._able(75)
    assert without < 0.6 * (could(75, "constraints") - labs._able(75))
    assert middle(100)["constraints"] > 1.2 * labs.lists(100)["constraints"][0]
    assert middle(75)["constraints"] < 0.7 * min(middle(75)[name] for name in ("lean", "value"))


def test_the_prudent_list_is_shorter_because_people_are_turned_away():
    told = labs.waits(75)
    turned = {name: np.median(w.declined.sum(1)) for name, w in told.items()}
    assert max(turned, key=turned.get) == "prudent"
    assert turned["prudent"] > 2 * turned["lean"]
    assert np.median(told["prudent"].treated.sum(1)) < np.median(told["lean"].treated.sum(1))
    assert middle(75)["prudent"] < middle(75)["lean"]
    assert (told["prudent"].missed <= told["prudent"].declined + 1e-9).all()


@pytest.mark.parametrize("hours", [75, 65, 90])
def test_whom_the_prudent_team_turned_away_stands_at_its_door(this, hours):
    run = labs.typical(hours)
    gone = {name: float(w.declined[run].sum()) for name, w in labs.waits(hours).items()}
    missed = float(labs.waits(hours)["prudent"].missed[run].sum())
    lab = opened(this.play("clinics"))
    trace = lab.draw({**lab.form.value, "hours": hours}).trace
    (lane,) = trace["lanes"][1:]
    door = standing(lane, trace["ticks"])[len(FIVE)]
    assert lane["places"][len(FIVE)]["name"] == "turned\xa0away"
    assert len(door) == round(gone["prudent"] / labs.FIGURE)
    helped = [one for one in door if lane["looks"][one] != "little"]
    assert len(helped) == round(missed / labs.FIGURE) < len(door)
    said = trace["said"][-1]
    assert said.startswith("In the clinic with fewer hours, ")
    away = labs.FIGURE * len(door)
    assert f"turned away the {away} people at the door, more than any other team did." in said
    assert max(gone, key=gone.get) == "prudent"
    assert f"about 1 in {round(gone['prudent'] / missed)} of them" in said


def test_the_value_team_gets_better_by_its_own_measure_and_leaves_a_stage_short():
    told = labs.played(100)["value"].performance
    own = np.median(FIVE["value"].score(told), axis=0)
    assert own[-1] > own[0]
    for hours in (100, *range(60, 100, 5)):
        assert middle(hours)["value"] == max(middle(hours).values())
        assert could(hours, "value") < labs._able(hours) < could(hours, "value", split="start")


@pytest.mark.parametrize("hours", [75, 65])
def test_the_stage_shows_the_lists_of_one_run_and_whose_is_the_shortest(this, hours):
    lab = opened(this.play("clinics"))
    trace = lab.draw({**lab.form.value, "hours": hours}).trace
    each = trace["each"]
    assert f"rounded to the nearest {each}" in trace["said"][0]
    clinics = ("With time to spare", "With fewer hours")
    for lane, clinic, at in zip(trace["lanes"], clinics, (100, hours), strict=True):
        lists = labs.lists(at)
        for tick in range(17):
            there = [each * len(queue) for queue in standing(lane, tick)[: len(FIVE)]]
            held = [people[3 * tick] for people in lists.values()]
            assert there == pytest.approx(held, abs=each / 2)
            if 0 < tick < 16:
                said = trace["said"][tick]
                alone = there.count(min(there)) == 1
                assert (clinic in said) == alone
                if alone:
                    first = WORDS["team"][list(FIVE)[int(np.argmin(there))]]
                    assert first in said.split(clinic)[1].split(".")[0]


def test_stage_verdict_heading_and_table_name_the_same_numbers(this):
    lab = opened(this.play("clinics"))
    predicted(this, favourite="constraints")
    lab._reveal()
    for hours in (75, *range(60, 100, 5)):
        found = labs.clinics(hours)
        trace = lab.draw({**lab.form.value, "hours": hours}).trace
        for lane, key in zip(trace["lanes"], ("spare", "busy"), strict=True):
            there = [trace["each"] * len(queue) for queue in standing(lane, trace["ticks"])]
            assert there[: len(FIVE)] == [found.ended[key][name] for name in FIVE]
            assert found.table[key].tolist() == there[: len(FIVE)]
        assert there[len(FIVE)] == found.away == found.table["away"]["prudent"]
        both = found.ended["both"]
        assert both[found.first["both"]] == min(both.values())
        assert all(both[x] == found.ended["spare"][x] + found.ended["busy"][x] for x in FIVE)
        if hours == 75:
            assert f"{there[1]} in the clinic with 75%" in lab.chart.verdict
            assert lab.figure.title.endswith(f": {both['constraints']}")


def test_no_name_is_cut_off_in_the_still_pictures(this):
    drawn = opened(this.play("clinics")).figure.to_static()["text/html"]
    svg = base64.b64decode(re.search(r"svg\+xml;base64,([^\"]+)", drawn)[1]).decode("utf-8")
    shown = re.findall(r">([^<>]+)</text>", svg)
    for part in ("Con-", "straints", "Improve-", "ment", "turned", "away"):
        assert sum(part in line.split() for line in shown) == 2


def test_the_five_teams_of_a_clinic_start_with_the_same_list():
    for hours in (*range(60, 100, 5), 100):
        assert len({*labs.figures_long(hours)[0]}) == 1


def test_the_one_run_ends_near_the_middle_of_many():
    for hours in (100, 75):
        lists, many = labs.lists(hours), middle(hours)
        assert min(lists, key=lambda name: lists[name][-1]) == min(many, key=many.get)
        for name, each in lists.items():
            ends = labs.waits(hours)[name].standing[:, labs.END]
            assert (ends <= each[-1] + 1e-9).mean() > 0.25
            assert (ends < each[-1] - 1e-9).mean() < 0.75


def test_what_became_of_your_approach_is_told_once_it_was_played(this):
    lab = this.play("clinics")
    predicted(this, favourite="constraints")
    for lane in lab.figure.trace["lanes"]:
        yours = [place["name"].endswith("(you)") for place in lane["places"][: len(FIVE)]]
        assert yours == [name == "constraints" for name in FIVE]
    assert not lab.chart.verdict
    lab._reveal()
    spare, busy = (
        {
            name: labs.FIGURE * round(each[-1] / labs.FIGURE)
            for name, each in labs.lists(hours).items()
        }
        for hours in (100, 75)
    )
    both = {name: spare[name] + busy[name] for name in FIVE}
    assert min(both, key=both.get) == "constraints"
    assert lab.chart.verdict == (
        f"You backed the constraints team. After four years, {spare['constraints']} people stood "
        f"on its list in the clinic with time to spare, and {busy['constraints']} in the clinic "
        "with 75% of the staff hours. No other team had fewer people on both lists together."
    )
    lab.form.set(hours=90)  # it tells of the clinics of the question
    predicted(this, favourite="value")
    assert "You backed the value team" in lab.chart.verdict
    assert "in the clinic with 75% of the staff hours. The constraints team had the" in (
        lab.chart.verdict
    )


def test_the_lines_add_up_the_lists_that_were_watched(this):
    lab = opened(this.play("clinics"))
    predicted(this, favourite="value")
    for hours in range(60, 100, 5):
        lab.form.set(hours=hours)
        figure, found = lab.figure, labs.clinics(hours)
        lines: dict[str, list] = {}
        for row in figure.datasets["paths"]:
            lines.setdefault(row["series"], []).append(row)
        assert list(lines) == figure.trace["grows"]
        for name, line in zip(FIVE, lines.values(), strict=True):
            added = labs.lists(100)[name] + labs.lists(hours)[name]
            np.testing.assert_allclose([row["value"] for row in line], added)
            assert {row["strong"] for row in line} == {name == "value"}
            assert found.ended["both"][name] == pytest.approx(added[-1], abs=labs.FIGURE)
        assert [name for name in lines if "(you)" in name] == ["Value (you)"]
        assert figure.trace["ticks"] * figure.trace["pace"] == line[-1]["at"]
        first = min(found.ended["both"], key=found.ended["both"].get)
        assert figure.title.lower().startswith(
            f"{WORDS['team'][first]} had the fewest people on both"
        )
        said = "the value team’s list ends the longest" in figure.trace["said"][-1]
        assert said == (max(found.ended["busy"], key=found.ended["busy"].get) == "value")


def test_groups_get_smaller_with_lean_and_larger_with_the_theory_of_constraints(this):
    for hours in range(60, 100, 5):
        held = labs.groups(hours)
        assert held["lean"] <= held["start"] <= held["constraints"]
    said = opened(this.play("clinics")).figure.trace["said"][-1]
    assert re.search(
        r"became, on average, \d in the lean team and \d in the constraints team", said
    )


# --- what they ask, and where they clash ----------------------------------------------------------


def test_each_approach_is_shown_in_the_words_of_the_matrix(this):
    shown = plain(this.show("looks"))
    held = evidence.matrix().frame.fillna({"sources": ""})
    held = held[held["approach"].isin(FIVE)]
    held = held[held["dimension"].isin(["first question", "blind spot"])]
    assert len(held) == 2 * len(FIVE)
    for row in held.itertuples():
        assert row.cell in shown
        if keys := split_list(row.sources):
            assert f"{Provenance(row.kind, tuple(keys)).mark} {evidence.cite(*keys)}" in shown


def test_what_the_text_says_of_the_settings_is_so():
    ways = {lever: {n: logic.way(lever) for n, logic in FIVE.items()} for lever in COPYABLE}
    shared = [lever for lever, told in ways.items() if len(list(filter(None, told.values()))) > 1]
    assert len(shared) > len(COPYABLE) / 2
    opposed = [lever for lever, told in ways.items() if {"more", "less"} <= set(told.values())]
    assert opposed == ["batch"]
    assert (ways["batch"]["lean"], ways["batch"]["constraints"]) == ("less", "more")
    for logic in FIVE.values():
        assert sum(logic.way(lever) is not None for lever in COPYABLE) <= len(COPYABLE)


# --- the map --------------------------------------------------------------------------------------


def test_a_map_is_the_same_turned_on_its_side():
    one = context_map("lean", "load", "low_benefit")
    other = context_map("lean", "low_benefit", "load").rename(
        columns={"across": "up", "up": "across"}
    )
    same = other.sort_values(["across", "up"])[list(one.columns)].reset_index(drop=True)
    assert one.equals(same)


def test_a_cell_of_the_map_is_what_its_places_do_alone():
    c, x, noise = where._grid("load", "low_benefit")
    rows = slice(7 * EACH, 8 * EACH)  # second setting of the first side, third of the other
    c, x = ContextArrays(*(v[rows] for v in c)), PracticeArrays(*(v[rows] for v in x))
    shared = draw_noise(where.SEED, EACH)
    ends = [run(c, x, [Programme("contextualise", name)], shared).value[:, 47] for name in FIVE]
    wins = np.bincount(np.argmax(ends, axis=0), minlength=len(FIVE))
    found = context_map("prudent", "load", "low_benefit").iloc[7]
    assert found["times"] == wins.max()
    assert found["best"].split("; ") == [
        n for n, w in zip(FIVE, wins, strict=True) if w == wins.max()
    ]
    assert found["favourite"] == wins[list(FIVE).index("prudent")]
    assert (noise.observed[rows] == shared.observed).all()


@pytest.mark.parametrize("judge", JUDGES)
def test_the_figures_of_a_map_fit_together(judge):
    maps = {name: context_map(name, "load", "low_benefit", judge) for name in FIVE}
    mine = np.stack([each["favourite"] for each in maps.values()])
    assert (mine.sum(0) >= EACH).all()
    assert (mine.sum(0) > EACH).any() == (
        judge == "throughput"
    )  # some places have work for no more
    assert (mine.max(0) == maps["lean"]["times"]).all()
    for each in maps.values():
        assert len(each) == GRID**2
        assert each["best"].equals(maps["lean"]["best"])
        assert each["below"].between(0, EACH).all()


def test_no_logic_comes_first_everywhere_and_what_counts_matters():
    """If one letter filled the map, the ranges would be rigged, and the lesson would be wrong."""
    by_judge = {j: context_map("lean", "load", "low_benefit", j)["best"] for j in JUDGES}
    firsts = by_judge["value"].value_counts()
    assert firsts.max() < 0.6 * GRID**2
    assert sum(name in FIVE for name in firsts.index) >= 3
    assert (by_judge["value"] != by_judge["throughput"]).mean() > 0.25


def test_a_map_of_one_side_is_refused():
    with pytest.raises(ValueError, match="Both sides of the map are the same"):
        context_map("lean", "load", "load")


def test_the_favourite_is_the_one_that_was_predicted(this):
    lab = this.play("context")
    predicted(this, favourite="prudent")
    this.predict("wins").press("skip")
    assert "the Bevan prudent principles do best" in lab.figure.title
    assert "You backed “Bevan prudent principles” (fairly sure)." in lab.figure.description
    lab.form.set(whose="value")
    assert "value-based health care does best" in lab.figure.title


@pytest.mark.parametrize("name", FIVE)
def test_how_often_a_favourite_wins_is_told_for_the_favourite_that_was_chosen(this, name):
    lab = this.play("context")
    won = labs.context(name).won
    guess = predicted(this, favourite=name, wins=won)["wins"]
    lab.form.press("tell")
    assert guess.came is True
    assert f"in {won} of 25" in lab.figure.title
    cells = labs.context(name).chart
    assert sum(cells["mark"] == f"map_{name}") == won  # as many as are painted in its colour


def test_another_favourite_afterwards_cannot_make_a_prediction_right_or_wrong(this):
    lab = this.play("context")
    guess = predicted(this, favourite="lean", wins=labs.context("lean").won)["wins"]
    lab.form.press("tell")
    assert guess.came is True
    predicted(this, favourite="prudent")
    lab.form.press("tell")
    assert this.record.get(guess.key)["came"] is True


def test_the_map_tells_names_shapes_and_words_alike(this):
    figure = opened(this.play("context")).figure
    found, short = context_map("lean", "load", "low_benefit", WAIT), WORDS["short"]
    painted: dict[tuple, list] = {}
    for cell in figure.datasets["map"]:
        painted.setdefault((cell["across"], cell["up"]), []).append(cell)
    for cells, told, row in zip(
        painted.values(), figure.cells["rows"], found.itertuples(), strict=True
    ):
        names = [short[name] for name in row.best.split("; ")]
        assert [cell["mark"] for cell in cells] == names
        assert [cell["text"] for cell in cells] == [f"{name} {row.times}" for name in names]
        assert [cell["part"] for cell in cells] in (["whole"], ["upper", "lower"])
        assert {cell["share"] for cell in cells} == {row.times / EACH}  # how deep its colour is
        assert told[2:4] == [listed(names), str(row.times)]
    assert len(set(short.values())) == len(short) == len(FIVE)
    for name, word in short.items():
        assert word in FIVE[name].name.title()


def test_the_words_say_where_on_the_map_an_approach_comes_first():
    found = labs.context()
    assert found.regions["lean"] == ["load_low"]
    assert found.regions["prudent"] == ["load_high"]
    assert found.often["value"] == found.often["service_improvement"] == 0


def test_a_short_wait_on_the_map_is_that_of_whoever_comes_at_the_end():
    c, x, _ = where._grid("load", "low_benefit")
    rows = slice(12 * EACH, 13 * EACH)
    c, x = ContextArrays(*(v[rows] for v in c)), PracticeArrays(*(v[rows] for v in x))
    shared = draw_noise(where.SEED, EACH)
    told = [run(c, x, [Programme("contextualise", name)], shared) for name in FIVE]
    ends = np.stack([waiting(each, c).wait[:, labs.END] for each in told])
    wins = np.bincount(np.argmin(ends, axis=0), minlength=len(FIVE))
    assert context_map("lean", "load", "low_benefit", WAIT).iloc[12]["times"] == wins.max()


def test_the_two_clinics_stand_where_the_map_says():
    found = labs.context()
    levels = np.sort(found.table["across"].unique())
    for hours, across in zip((100, 75), found.nearest, strict=True):
        c = labs.clinic(hours)[0]
        work = c.demand * (np.array(c.work) + np.array(c.setup) / where.USUAL_BATCH).sum()
        assert across == levels[np.abs(levels - 100 * work / c.staff_hours).argmin()]
        ups = found.table["up"]
        assert abs(found.nearest_up - 100 * c.low_benefit) == min(abs(ups - 100 * c.low_benefit))


def test_a_square_shows_what_the_question_about_it_says():
    assert 6 in set(labs.context().table["times"])


def test_where_hardly_anything_is_gained_no_approach_is_named(this):
    lab = opened(this.play("context"))
    lab.form.set(judge="throughput")
    found = labs.context(judge="throughput")
    assert found.often["constraints"] + found.hardly == found.places
    calm = found.table["most"] < 100 * labs.HARDLY
    assert (found.chart["mark"] == "hardly").equals(calm)
    assert (found.table.loc[calm, "across"] < 80).all()  # everyone who comes is treated anyway
    assert [cell["text"] for cell in lab.figure.datasets["map"]].count("no gain") == calm.sum()
    assert (
        f"In {calm.sum()} kinds of clinics, no approach does even 5% better"
        in lab.figure.description
    )
    assert labs.context().hardly == 0


@pytest.mark.parametrize("judge", WORDS["judges"])
def test_approaches_that_are_level_are_counted_alike_in_the_title_and_in_the_words(judge):
    for name in FIVE:
        found = labs.context(whose=name, judge=judge)
        cells = found.chart["text"].map(lambda names, own=name: own in names)
        assert found.won == found.often[name] == cells.sum()
        assert set(found.chart.loc[cells, "mark"]) <= {f"map_{name}", "several"}


def test_no_two_controls_of_the_map_give_the_same_map(this):
    lab = opened(this.play("context"))
    seen = set()
    for judge, up in itertools.product(WORDS["judges"], ("low_benefit", "setup")):
        lab.form.set(judge=judge, up=up)
        seen.add(lab.figure.description)
    assert len(seen) == 4


# --- what each approach does on its own, and claims -----------------------------------------------


def test_logics_side_by_side_do_what_each_does_on_its_own():
    held = evidence.case("D")
    c, x = (stack([kind(**part)] * 4) for stack, kind, part in (
        (stack_contexts, Context, held.context), (stack_practices, Practice, held.practice),
    ))  # fmt: skip
    told = alone(Context(**held.context), Practice(**held.practice), 4, seed=3)
    assert list(told) == list(FIVE)
    for name, beside in told.items():
        own = run(c, x, [Programme("contextualise", name)], draw_noise(3, 4))
        for part in ("value", "observed", "mastery", "logic", "move", "stage", "undone"):
            np.testing.assert_allclose(getattr(beside, part), getattr(own, part))


def test_claims_are_quoted_word_for_word_with_both_sides(this):
    shown = plain(this.claims())
    held = evidence.claims().frame.set_index("id").loc[["S03", "S04", "S18", "S26"]]
    for claim in held.itertuples():
        assert f"“{claim.wording}”" in shown
        assert "07" in claim.lessons
    assert not re.search(r"\([a-z]+\d{4}", shown), "a source key is left in the words"
    assert "Rich et al. 2022" in shown
