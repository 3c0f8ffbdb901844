"""Lesson 08: what its text says about dialects is what the model does."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import vl_convert

from tests.lessons.test_labs import answer
from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.charts.sheets import LEVERS, lever_lines
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l08_dialects import labs
from toolkit.models.journeys import MONTHS
from toolkit.models.journeys.lifecycle import dialect_distance, journey
from toolkit.models.laws.apart import pairs
from toolkit.models.logics import FIVE
from toolkit.models.logics.base import at_stage
from toolkit.models.pathway import DEFAULTS, perform, practice_from, usual_practice
from toolkit.screen.stage import Trace

NAMED = ("ward", "clinic", "food_bank")


@pytest.fixture(scope="module")
def this(tmp_path_factory) -> Lesson:
    return Lesson(words_of("08"), Record(tmp_path_factory.mktemp("dialects") / "my-record.json"))


def thirds(logic: str) -> tuple[float, float, float]:
    """Return how many settings end the same in near, middling and far pairs, on average."""
    places = pd.Series(pairs(logic, labs.PAIRS).places)
    found = labs.apart(logic).chart
    return tuple(found["y"].groupby(pd.qcut(places, 3, labels=False)).mean())


# --- the places -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "load"), [(labs.WARD, 0.9), (labs.CLINIC, 0.85), (labs.FOOD_BANK, 1.0)]
)
def test_a_place_has_the_hours_that_its_load_asks_for(place, load):
    assert place.load == pytest.approx(load)
    assert len(place.stages) == 5


def test_the_signs_of_a_place_are_words_of_the_sentences_about_it():
    said = {"Consult": "consultation", "Assess": "assessment", "Admit": "admission",
            "Refer": "referral", "Treat": "treatment"}  # fmt: skip
    for place in (labs.WARD, labs.CLINIC, labs.FOOD_BANK):
        for stage in place.stages:
            word = said.get(stage, re.split("[ -]", stage.lower())[0])
            assert word in at_stage(stage).replace("packing", "pack"), (stage, at_stage(stage))


@pytest.mark.parametrize("logic", list(FIVE))
def test_a_food_bank_has_no_patients(this, logic):
    speak = this.play("speak")
    figure = speak.draw({**speak.form.value, "logic": logic})
    assert "patient" not in figure.description
    assert not any("patient" in said for said in figure.trace["said"])
    assert not any("patient" in row["text"] for row in figure.datasets["heads"])


# --- the sheet --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "text", "way"),
    [
        ((7.0,), (2.6,), "7 → 3", "less"),
        ((0.35,), (0.752,), "35 → 75", "more"),
        ((0.351,), (0.349,), "35", "as it was"),  # it moved, by less than a sheet shows
    ],
)
def test_a_line_of_a_sheet_says_what_was_and_what_is(before, after, text, way):
    lever = "batch" if before[0] >= 1 else "standardisation"
    row = lever_lines("The ward", lever, ["Admit"], before, after).iloc[0]
    assert (row["text"], row["way"]) == (text, way)
    assert row["lever"] == LEVERS[lever][0]


def test_a_phone_shows_both_sheets_side_by_side(this):
    figure = this.play("speak").figure
    for spec, size in ((figure.spec, (800, 850)), (figure.spec.narrow, (230, 260))):
        drawn = vl_convert.vegalite_to_svg({**spec, "datasets": figure.datasets})
        assert size[0] <= float(re.search(r'width="(\d+)', drawn)[1]) <= size[1]


def test_a_setting_with_one_value_stands_for_the_whole_pathway():
    assert list(lever_lines("W", "release", ["Admit", "Go"], 1.0, 0.8)["stage"]) == [
        "whole pathway"
    ]
    assert len(lever_lines("W", "split", ["Admit", "Go"], (0.4, 0.6), (0.5, 0.5))) == 2


def test_getting_ready_for_small_groups_is_why_the_food_bank_takes_longer(this):
    found = labs.speak()
    _, bank = found.people
    assert list(found.larger) == ["food_bank"]
    assert found.larger["food_bank"] < bank["start"]["days"] < bank["days"]
    told = labs._journey("food_bank", "lean")
    end, free = told.dialect.settings, replace(labs.FOOD_BANK, setup=(0.0,) * 5)
    skill = float(told.runs.mastery[0, -1])
    small, large = (
        perform(each, free, skill).lead_time
        for each in (end, replace(end, batch=told.dialect.start.batch))
    )
    assert small < large
    said = this.play("speak").figure.trace["said"]
    assert [n for n, text in enumerate(said) if "getting ready for small groups" in text] == [
        len(said) - 1
    ]


def test_the_same_place_twice_speaks_one_dialect(this):
    found = labs.speak(other="ward")
    assert (found.alike, found.settings) == (10, 10)
    assert [met["key"] for met in found.people] == ["ward", "ward"]
    speak = this.play("speak")
    figure = speak.draw({**speak.form.value, "other": "ward"})
    assert "10 of 10 settings end the same" in figure.title
    assert {row["place"] for row in figure.datasets["cells"]} == {"The ward"}


def test_the_two_random_places_end_with_two_sheets():
    rows = labs.speak(one="drawn_1", other="drawn_2").chart.groupby("place")["now"].agg(list)
    assert rows["drawn_1"] != rows["drawn_2"]


def test_teams_sort_less_where_the_time_for_it_would_leave_more_people_without_care(this):
    speak = this.play("speak")
    said = speak.draw({**speak.form.value, "logic": "prudent"}).description
    assert "The ward and the food bank are so full" in said
    assert labs.speak("prudent", "clinic", "drawn_1").full == []
    score, unhurried = FIVE["prudent"].score, replace(DEFAULTS, deciding=0, sorting=0)
    for place in (labs.WARD, labs.FOOD_BANK):
        now = usual_practice(place)
        without = replace(now, threshold=0.0, need_first=0.0)
        assert perform(without, place).unmet_need < perform(now, place).unmet_need
        assert score(perform(without, place)) > score(perform(now, place))
        free = [score(perform(each, place, assumptions=unhurried)) for each in (without, now)]
        assert free[0] < free[1]


def test_a_setting_that_nobody_changed_is_counted(this):
    for logic, never in (("lean", 1), ("constraints", 4)):
        found = labs.speak(logic)
        assert found.never == never
        rows = found.table.groupby("place")["times_changed"].size()
        assert found.settings - rows.max() >= never
    assert "1 of these never changed" in this.play("speak").figure.title


def test_a_prediction_says_of_which_places_it_was_where_others_are_shown(tmp_path):
    lesson = Lesson(words_of("08"), Record(tmp_path / "my-record.json"))
    answer(lesson.predict("tongue"))
    speak = lesson.play("speak")
    assert "(for " not in speak.draw({**speak.form.value, "logic": "prudent"}).description
    other = speak.draw({**speak.form.value, "other": "clinic"}).description
    assert other.endswith(" (for the ward and the food bank).")


@pytest.mark.parametrize("logic", list(FIVE))
def test_one_logic_keeps_its_levers_and_changes_its_settings(logic):
    """Grammar kept, vocabulary changed; service improvement tests what comes up, so not it."""
    ward, bank = (labs._journey(place, logic).dialect for place in ("ward", "food_bank"))
    if logic != "service_improvement":
        assert set(ward.touched) & set(bank.touched)
    ends = [np.concatenate([np.atleast_1d(getattr(d.settings, v)) for v in LEVERS])
            for d in (ward, bank)]  # fmt: skip
    assert not np.allclose(*ends, atol=0.01)


def test_the_two_teams_often_change_something_at_different_stages():
    ward, bank = (labs._journey(place, "lean").runs for place in ("ward", "food_bank"))
    both = (ward.move[0] >= 0) & (bank.move[0] >= 0)
    assert (ward.stage[0] != bank.stage[0])[both].mean() > 1 / 3


@pytest.mark.parametrize("logic", list(FIVE))
@pytest.mark.parametrize("other", ["clinic", "food_bank", "drawn_1"])
def test_the_two_teams_part_in_the_first_month_in_which_they_move_no_setting_alike(logic, other):
    found = labs.speak(logic, "ward", other)
    told = [labs._journey(key, logic) for key in ("ward", other)]

    def did(month):
        for each in told:
            change = each.change(month)
            stages = each.context.stages
            yield change and (change.lever, change.where in stages and stages.index(change.where))

    assert all(len(set(did(month))) == 1 for month in range(found.parts - 1))
    parted = {labs._in_words(labs._change(each, found.parts - 1), "one") for each in told}
    assert len(parted) == 2
    assert [labs._in_words(labs._change(each, found.parts - 1), "exact") for each in told] == (
        found.did
    )


@pytest.mark.parametrize("logic", list(FIVE))
def test_the_stage_counts_the_same_settings_up_to_the_end_of_the_sheets(this, logic):
    found = labs.speak(logic)
    same = found.trace.ended["same"]
    assert (len(same), same[-1]) == (len(found.clock), found.alike)
    assert found.hours or same[0] == found.settings  # staff hours begin as the work asks for
    speak = this.play("speak")
    said = speak.draw({**speak.form.value, "logic": logic}).trace["said"]
    assert said[-1].startswith(f"After 4 years, {found.alike} of {found.settings} settings ")
    both = [labs._monthly(labs._journey(key, logic)) for key in ("ward", "food_bank")]
    levers = [v for v in LEVERS if LEVERS[v][0] in set(found.chart["lever"])]
    for (month, now), text, number in zip(found.clock, said, same, strict=True):
        if now == "year":
            assert f", {number} of {found.settings} settings " in text
            assert number == labs._agree(*(each[month] for each in both), levers).sum()
    together = [at for at, text in enumerate(said) if "Both teams" in text]
    assert together == list(range(1, found.parts))


@pytest.mark.parametrize("logic", list(FIVE))
@pytest.mark.parametrize("other", ["clinic", "food_bank", "drawn_1"])
def test_the_month_in_which_the_teams_part_is_seen_one_team_at_a_time(this, logic, other):
    found = labs.speak(logic, "ward", other)
    speak = this.play("speak")
    figure = speak.draw({**speak.form.value, "logic": logic, "other": other})
    said = figure.trace["said"]
    before = found.clock.index((found.parts, "before"))
    assert [now for _, now in found.clock[before : before + 4]] == list(labs.PARTING)
    words = {"step": "", "place": "{key}", "said": ""}
    lanes = found.trace.told(words, str.format, str)["lanes"]

    def there(lane, tick):
        boards = [texts[tick - 1] for _, texts in lane["shown"].values()] if tick else []
        return [len(queue) for queue in standing(lane, tick)], boards

    ward, place = ([there(lane, before + n) for n in range(4)] for lane in lanes)
    assert ward[1] == ward[2] == ward[3]
    assert place[0] == place[1]
    assert place[2] == place[3]
    first, second = found.trace.ended["did"][before]["each"]
    assert said[before + 1].endswith(f" The ward {first}.")
    assert said[before + 2] == f"{said[before + 1]} {labs.WORDS['names'][other]} {second}."
    for lane, key, seen in zip(lanes, ("ward", other), (before + 1, before + 2), strict=True):
        kept = labs._monthly(labs._journey(key, logic))
        for tick, month in ((seen - 1, found.parts - 1), (seen, found.parts)):
            groups = [len(queue) for queue in standing(lane, tick)][:5]
            assert groups == [round(size) for size in kept[month].batch]


def test_there_is_time_to_read_what_the_teams_do_as_they_part():
    """A play takes a second for each tick, up to so many (LONGEST in stage.js)."""
    script = files("toolkit.screen").joinpath("stage.js").read_text(encoding="utf-8")
    longest = int(re.search(r"const LONGEST = (\d+);", script)[1])
    assert labs.speak().trace.ticks <= longest


@pytest.mark.parametrize("logic", list(FIVE))
def test_the_two_changes_that_part_the_teams_are_lit_when_they_come(this, logic):
    found = labs.speak(logic)
    speak = this.play("speak")
    figure = speak.draw({**speak.form.value, "logic": logic})
    rows = found.chart[found.chart["lit"].notna()]
    lit = rows.drop_duplicates(["place", "lever", "stage"]).set_index("place")
    wanted = {}
    for key, now in (("ward", "first"), ("food_bank", "both")):
        change = labs._journey(key, logic).change(found.parts - 1)
        if change:
            wanted[key] = (LEVERS[change.lever][0], found.clock.index((found.parts, now)))
            per_stage = change.where in labs.PLACES[key].stages
            assert lit.loc[key, "stage"] == (change.where if per_stage else "whole pathway")
    assert {key: (row.lever, row.lit) for key, row in lit.iterrows()} == wanted
    assert sorted(row["at"] for row in figure.datasets["lit"]) == sorted(
        at for _, at in wanted.values()
    )
    assert "lit" in figure.trace["grows"]


def test_one_place_twice_never_parts(this):
    assert labs.speak(other="ward").parts is None
    speak = this.play("speak")
    twice = speak.draw({**speak.form.value, "other": "ward"}).description
    assert "In every month, the two teams" not in twice  # there is one
    assert f"In month {labs.speak().parts}, the ward" in speak.figure.description


def test_settings_that_end_the_same_are_framed_in_both_places(this):
    figure = this.play("speak").figure
    framed = {(row["column"], row["row"]) for row in figure.datasets["alike"]}
    last = {(row["column"], row["row"]): row["text"] for row in figure.datasets["cells"]}
    below = {key: last[key[0], key[1] + 1] for key in last if (key[0], key[1] + 1) in last}
    assert framed == {key for key, text in below.items() if last[key] == text}
    assert len(framed) == labs.speak().alike


def test_a_dot_lies_where_its_figure_says(this):
    for row in this.play("speak").figure.datasets["cells"]:
        assert row["now"] == pytest.approx(int(row["text"]) / (7, 100)[row["column"]])
        assert row["start"] == pytest.approx((1, 0.35)[row["column"]])


@pytest.mark.parametrize("logic", list(FIVE))
def test_a_sheet_fills_as_the_months_pass(logic):
    found = labs.speak(logic)
    rows = found.chart
    for key in ("ward", "food_bank"):
        runs = labs._journey(key, logic).runs
        for tick, at in enumerate(found.clock):
            now = rows[(rows["place"] == key) & (rows["at"] <= tick)]
            now = now.drop_duplicates(["lever", "stage"], keep="last")
            kept = practice_from(runs.practices[labs._month(at, key == "ward")], 0)
            for row in now[now["lever"] == LEVERS["batch"][0]].itertuples():
                stage = labs.PLACES[key].stages.index(row.stage)
                assert row.now == round(kept.batch[stage])


# --- four scenes and four rules ---------------------------------------------------------------


def test_each_rule_is_broken_in_one_scene():
    assert sorted(scene["rule"] for scene in labs.SCENES.values()) == list(labs.RULES)


def test_each_scene_is_answered_by_itself_and_kept(tmp_path):
    lesson = Lesson(words_of("08"), Record(tmp_path / "my-record.json"))
    form = labs.corridor(lesson)
    form.press("check")
    assert form.status == labs.MATCHING["nothing"]
    form.set(rules={"trolley": "1", "porter": "3"})
    form.press("check")
    assert form.status.startswith("1 of your 4 answers matches ours")
    assert labs.SCENES["trolley"]["why"] in form.status
    assert labs.RULES["3"]["asks"] in form.status
    assert labs.SCENES["porter"]["why"] not in form.status
    form.set(rules={name: scene["rule"] for name, scene in labs.SCENES.items()})
    form.press("check")
    assert form.revealed
    again = labs.corridor(Lesson(lesson.words, Record(lesson.record.path)))
    assert (again.value, again.status) == (form.value, form.status)


def test_a_rule_that_does_not_exist_is_not_taken_up(tmp_path):
    lesson = Lesson(words_of("08"), Record(tmp_path / "my-record.json"))
    lesson.record.put("08/match/corridor", {"kind": "matching", "rules": {"porter": "9"}})
    assert labs.corridor(lesson).value["rules"] == {}


def with_other_luck(key: str, logic: str) -> float:
    """Return how far a place ends from its own sheet, on average, where only the luck differs."""
    place, own = labs.PLACES[key], labs._journey(key, logic).dialect
    start = usual_practice(place)
    others = [journey(place, start, "contextualise", logic, noise=n).dialect for n in range(1, 7)]
    return np.mean([dialect_distance(own, other) for other in others])


@pytest.mark.parametrize("logic", list(FIVE))
def test_with_other_luck_a_place_mostly_ends_as_far_from_its_own_sheet_as_from_another(logic):
    ward, bank = (labs._journey(place, logic).dialect for place in ("ward", "food_bank"))
    apart = dialect_distance(ward, bank)
    assert np.median([with_other_luck(key, logic) for key in NAMED]) > 0.9 * apart
    assert all(with_other_luck(key, logic) > 0 for key in NAMED)


@pytest.mark.parametrize("logic", list(FIVE))
def test_with_other_luck_two_places_end_further_apart(logic):
    """Notebook 08, section 5: the pairs of the chart have the same luck."""

    def apart(more: int) -> float:
        told = [
            [
                labs._journey(key, logic, luck).dialect
                for key, luck in zip(pair, (n, n + more), strict=True)
            ]
            for pair in combinations(NAMED, 2)
            for n in range(9, 15)
        ]
        return float(np.mean([dialect_distance(*each) for each in told]))

    assert apart(1) > 1.05 * apart(0)


def test_other_luck_changes_the_ward_about_as_much_as_another_place(this):
    """Section 4, and what is said of the question at the end."""
    found = labs.luck()
    assert (found.than_there, found.there) == (0, labs.speak().alike)
    assert found.trace.ended["same"][0] == found.settings == labs.speak().settings
    assert found.mean == np.mean(found.trace.ended["same"][1:]) == labs.other_luck()
    assert "about as much as another place" in this.play("luck").figure.title
    assert "about as much as moving to a food bank" in this.words.predict["luck"].because
    last = this.words.check["service"]
    assert "Both use lean" in last.question
    assert "With lean, in the model, other luck changed" in last.because[last.right]
    assert "about as much as moving to a food bank" in last.because[last.right]


@pytest.mark.parametrize("one", ["ward", "food_bank", "clinic"])
def test_each_run_has_a_dot_at_how_much_ends_as_in_the_first_run(one):
    found = labs.luck(one)
    place = labs.PLACES[one]
    first = labs._journey(one, "lean").dialect.settings
    dots = found.chart.set_index("at")["value"]
    table = found.table.set_index(["row", "stage"])
    ends = {found.other: labs._journey(found.other, "lean").dialect.settings} | {
        str(n): labs._journey(one, "lean", labs.SEED + n).dialect.settings
        for n in range(1, labs.AGAIN + 1)
    }
    assert list(ends) == list(table)
    for column, end in ends.items():
        alike = [
            (lever, stage)
            for lever, scale in (("batch", 1), ("standardisation", 100))
            for stage, here, there in zip(
                place.stages, getattr(first, lever), getattr(end, lever), strict=True
            )
            if round(scale * here) == round(scale * there)
        ]
        assert list(table.index[table[column] == "same"]) == alike
        assert len(alike) == (found.there if column == found.other else dots[int(column)])
    assert found.marks["value"].tolist() == [found.there]


# --- what comes of it for people ----------------------------------------------------------------


def test_two_at_a_time_helps_in_one_place_and_harms_in_the_other():
    """Section 1: the same change, at the third stage."""
    ward, bank = labs.first("2").people
    assert ward["change"] < 0 < bank["change"]
    assert ward["now"]["unseen"] == ward["was"]["unseen"]
    assert bank["now"]["unseen"] > bank["was"]["unseen"]
    unchanged = labs.first().people
    assert all(each["was"] == each["now"] for each in unchanged)


@pytest.mark.parametrize("stage", range(5))
def test_small_groups_wait_less_for_each_other_and_getting_ready_costs_the_rest(stage):
    """Said below the chart of the first choice; without getting ready, nobody takes longer."""
    for key in labs.BOTH:
        place = labs.PLACES[key]
        (before, _), (after, _) = (labs._tried(key, at) for at in (None, stage))
        assert round(before.batch[stage]) == 7
        assert after.batch[stage] == labs.SMALL == 2
        was, now = (perform(each, place) for each in (before, after))
        assert now.process[stage] < was.process[stage]
        assert now.hours[stage] > was.hours[stage]
        ready = replace(place, setup=[0.0] * 5)
        free = [perform(each, ready).lead_time for each in (before, after)]
        assert free[1] < free[0]


def test_the_first_choice_begins_where_the_run_of_lean_begins():
    for each, met in zip(labs.first().people, labs.speak().people, strict=True):
        assert each["was"] == met["start"]


@pytest.mark.parametrize("logic", list(FIVE))
def test_people_are_those_of_the_run_on_the_stage(logic):
    found = labs.speak(logic)
    for key, lane, met in zip(labs.BOTH, found.trace.lanes.values(), found.people, strict=True):
        run = labs._journey(key, logic).runs.performance
        words = {"step": "", "place": "{key}", "said": ""}
        told = Trace(found.trace.ticks, {key: lane}).told(words, str.format, str)["lanes"][0]
        door = list(lane.places).index("door")
        asked = labs.PLACES[key].demand
        for tick, at in enumerate(found.clock):
            month = max(labs._month(at, key == "ward") - 1, 0)
            there = found.trace.ended["people"][tick][labs.BOTH.index(key)]
            assert there["days"] == round(7 * run.lead_time[0, month])
            assert there["unseen"] == asked - round(run.throughput[0, month])
            assert len(standing(told, tick)[door]) == there["unseen"]
        assert met["days"] == there["days"]


def test_who_is_not_seen_waits_or_would_hardly_be_helped():
    """Said below the heading of section 3: nobody else is left out of the count."""
    for key in labs.BOTH:
        place = labs.PLACES[key]
        now = perform(usual_practice(place), place)
        calm = perform(replace(usual_practice(place), release=1.1), place.at_load(0.5))
        assert now.throughput < calm.throughput
        assert calm.throughput == pytest.approx(
            place.demand * (1 - place.low_benefit * usual_practice(place).threshold), rel=0.02
        )


def test_a_band_holds_what_is_compared(this):
    speak = this.play("speak")
    figure = speak.figure
    bands = {(row["column"], row["row"], row["lines"]) for row in figure.datasets["bands"]}
    ward = {
        (row["column"], row["row"])
        for row in figure.datasets["cells"]
        if row["place"] == "The ward"
    }
    assert bands == {(*at, 2) for at in ward}
    assert "on each grey band" in figure.description
    assert not speak.draw({**speak.form.value, "other": "ward"}).datasets["bands"]


def test_the_settings_begin_as_the_text_says():
    """Section 2: seven people at a time, and about a third of the work."""
    for place in (labs.WARD, labs.FOOD_BANK):
        start = usual_practice(place)
        assert {round(size) for size in start.batch} == {7}
        assert start.standardisation == pytest.approx([1 / 3] * 5, abs=0.03)


@pytest.mark.parametrize("one", list(labs.PLACES))
def test_each_run_stands_on_the_stage_as_it_ended(one):
    lane = labs.luck(one).trace.told({"step": "", "place": "{key}", "said": ""}, str.format, str)
    for again in range(1, labs.AGAIN + 1):
        end = labs._journey(one, "lean", labs.SEED + again).dialect.settings
        assert standing(lane["lanes"][0], again) == standing(lane["lanes"][1], 0)  # the first run
        *groups, unseen = (len(queue) for queue in standing(lane["lanes"][1], again))
        run = labs._journey(one, "lean", labs.SEED + again)
        assert unseen == labs._in_month(run, MONTHS)["unseen"]
        assert groups == [round(size) for size in end.batch]
        boards = [lane["lanes"][1]["shown"][n][1][again - 1] for n in range(5)]
        assert boards == [f"{each}%" for each in rounded(end.standardisation)]


# --- what the text says of many pairs ---------------------------------------------------------


@pytest.mark.parametrize("logic", list(FIVE))
def test_fewer_settings_end_the_same_where_places_are_less_alike_but_loosely(logic):
    near, middling, far = thirds(logic)
    assert near > middling > far
    found = labs.apart(logic)
    assert found.kind == "loose"
    assert found.misfits > 0
    assert found.few <= far < found.few + 1


def test_the_pairs_count_the_settings_that_the_lessons_other_charts_count():
    found = labs.apart()
    held = pairs("lean", labs.PAIRS)
    assert found.settings == labs.speak().settings == 10
    for row in (0, 7, 199):
        one, other = (practice_from(end, row) for end in held.ends)
        same = sum(
            round(times * here) == round(times * there)
            for lever, times in (("batch", 1), ("standardisation", 100))
            for here, there in zip(getattr(one, lever), getattr(other, lever), strict=True)
        )
        assert found.chart["y"][row] == same
    closest = found.chart.loc[held.places.argmin()]
    assert closest["x"] == 1


@pytest.mark.parametrize(
    ("size", "kind"),
    [(-0.8, "steady"), (-0.7, "steady"), (-0.5, "loose"), (-0.1, "none"), (0.5, "falls")],
)
def test_a_correlation_is_told_by_its_size(size, kind):
    assert labs.kind(size) == kind


# --- Toyota -----------------------------------------------------------------------------------


def test_only_verified_rows_about_toyota_are_shown(this):
    held = evidence.published_cases().frame
    figure = this.labs["toyota"](this)
    shown = held[held["org"].isin(figure.table["where"]) & held["approaches"].str.contains("tps")]
    assert shown["verified"].all()
    assert any("got worse even here" in told for told in figure.table["what is reported"])
    assert figure.data["bars"]["value"].tolist() == [90, 18]
    assert "dinner in Harlem" in labs.toyota().told["measure"]


# --- both places on the stage -----------------------------------------------------------------


def rounded(shares: tuple[float, ...]) -> list[int]:
    return [int(f"{100 * share:.0f}") for share in shares]


@pytest.mark.parametrize("logic", list(FIVE))
@pytest.mark.parametrize("other", ["clinic", "food_bank", "drawn_1"])
def test_the_stage_shows_the_settings_of_the_model_in_every_month(logic, other):
    found = labs.speak(logic, "ward", other)
    told = found.trace.told({"step": "", "place": "{key}", "said": ""}, str.format, str)
    for lane, key in zip(told["lanes"], ("ward", other), strict=True):
        runs = labs._journey(key, logic).runs
        for tick, at in enumerate(found.clock):
            kept = practice_from(runs.practices[labs._month(at, key == "ward")], 0)
            groups = [len(queue) for queue in standing(lane, tick)][:5]
            assert groups == [round(size) for size in kept.batch]
            if tick:
                boards = [re.findall(r"\d+", lane["shown"][n][1][tick - 1]) for n in range(5)]
                assert [int(each[0]) for each in boards] == rounded(kept.standardisation)
                assert [int(each[-1]) for each in boards if len(each) > 1] in (
                    [],
                    rounded(kept.split),
                )


@pytest.mark.parametrize("logic", list(FIVE))
def test_the_stage_ends_where_the_sheets_do(logic):
    found = labs.speak(logic)
    for key, lane in found.trace.lanes.items():
        rows = found.chart[found.chart["place"] == key]
        sheet = rows.groupby(["lever", "stage"])[["before", "now"]].last()
        ends = sheet["now"].map("{:.0f}".format)
        words = {"step": "", "place": "{key}", "said": ""}
        ticks = found.trace.ticks
        told = Trace(ticks, {key: lane}).told(words, str.format, str)
        *_, whole = counts = [len(queue) for queue in standing(told["lanes"][0], ticks)]
        for n, stage in enumerate(labs.PLACES[key].stages):
            work, *hours = re.findall(r"\d+", lane.shown[n][1][-1])
            shown = {"batch": str(counts[n]), "standardisation": work}
            shown |= {"split": hours[0]} if hours else {}
            for lever, text in shown.items():
                at = (LEVERS[lever][0], stage)
                assert ends.get(at, text) == text
        if "whole" in lane.places:
            kept = sheet.loc[sheet.index.get_level_values("stage") == "whole pathway"]
            assert whole == (kept["before"] != kept["now"]).sum()


def test_each_month_is_told_as_the_model_made_it():
    found = labs.speak()
    for n, told in enumerate(labs._journey(key, "lean") for key in ("ward", "food_bank")):
        for month in range(MONTHS):
            did, change = labs._change(told, month), told.change(month)
            assert (did["lever"], did["where"]) == (change.lever, change.where)
            assert did["more"] == (change.lever == "standardisation")  # lean’s two moves
            assert at_stage(change.where) in labs._in_words(did)
            for (at, _), said in zip(found.clock, found.trace.ended["did"], strict=True):
                assert at != month + 1 or said["each"][n] == labs._in_words(did)


def test_a_change_that_is_taken_back_is_said():
    for key in ("ward", "food_bank"):
        told = labs._journey(key, "service_improvement")
        did = [labs._in_words(labs._change(told, month)) for month in range(MONTHS)]
        assert did.count("undoes its last change") == told.runs.undone.sum() > 0


def test_one_place_twice_has_one_lane():
    assert list(labs.speak(other="ward").trace.lanes) == ["ward"]


def test_each_line_is_the_average_of_its_third_of_the_pairs():
    found = labs.apart()
    assert len(found.chart) == labs.PAIRS
    lines, words = (found.notes[found.notes["text"].isna() == bare] for bare in (True, False))
    assert lines["y"].tolist() == words["text"].tolist() == pytest.approx(thirds("lean"))
    assert (lines["to"].iloc[:-1].to_numpy() < lines["x"].iloc[1:].to_numpy()).all()
    assert (words["y"] > found.chart["y"].max()).all()


@pytest.mark.parametrize("logic", list(FIVE))
def test_with_other_luck_fewer_settings_end_the_same_even_in_the_most_alike_pairs(logic):
    """Section 5: why two places can end more alike than one ward with other luck."""
    found = labs.apart(logic)
    assert found.other_luck < found.thirds["near"]
    if logic == "lean":
        assert found.other_luck < labs.other_luck() < found.thirds["near"]
