"""Lesson 08: what its text says about dialects is what the model does."""

from __future__ import annotations

import re
from dataclasses import replace
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


def thirds(logic: str, start: str = "same") -> tuple[float, float, float]:
    """Return the mean distance of dialects in near, middling and far pairs of places."""
    held = pairs(logic, start == "same", labs.PAIRS)
    return tuple(held.groupby(pd.qcut(held["places"], 3, labels=False))["dialects"].mean())


def r(logic: str, start: str, column: str = "dialects") -> float:
    held = pairs(logic, start == "same", labs.PAIRS)
    return held["places"].corr(held[column])


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


def test_a_phone_shows_the_sheets_below_each_other(this):
    figure = this.play("speak").figure
    for spec, size in ((figure.spec, (800, 850)), (figure.spec.narrow, (280, 310))):
        drawn = vl_convert.vegalite_to_svg({**spec, "datasets": figure.datasets})
        assert size[0] <= float(re.search(r'width="(\d+)', drawn)[1]) <= size[1]


def test_a_setting_with_one_value_stands_for_the_whole_pathway():
    assert list(lever_lines("W", "release", ["Admit", "Go"], 1.0, 0.8)["stage"]) == [
        "whole pathway"
    ]
    assert len(lever_lines("W", "split", ["Admit", "Go"], (0.4, 0.6), (0.5, 0.5))) == 2


def test_the_same_place_twice_speaks_one_dialect(this):
    found = labs.speak(other="ward")
    assert (found.alike, found.settings) == (10, 10)
    assert found.results_apart == found.places_apart == 0
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
    assert (len(same), same[-1]) == (MONTHS + 1, found.alike)
    speak = this.play("speak")
    said = speak.draw({**speak.form.value, "logic": logic}).trace["said"]
    assert f"{found.alike} of {found.settings} settings" in said[-1]
    assert not any("settings are" in text for text in said[1:-1])
    together = [at for at, text in enumerate(said) if "Both teams" in text]
    assert not [at for at in together if at == found.parts]
    assert together[: found.parts - 1] == list(range(1, found.parts))


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
    rows = labs.speak(logic).chart
    for key in ("ward", "food_bank"):
        runs = labs._journey(key, logic).runs
        for month in (0, 7, 20, MONTHS):
            now = rows[(rows["place"] == key) & (rows["at"] <= month)]
            now = now.drop_duplicates(["lever", "stage"], keep="last")
            kept = practice_from(runs.practices[month], 0)
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
    assert found.chart["value"].tolist() == found.trace.ended["same"][1:]
    assert "about as much as another place" in this.play("luck").figure.title


@pytest.mark.parametrize("one", list(labs.PLACES))
def test_each_run_stands_on_the_stage_as_it_ended(one):
    lane = labs.luck(one).trace.told({"step": "", "place": "{key}", "said": ""}, str.format, str)
    for again in range(1, labs.AGAIN + 1):
        end = labs._journey(one, "lean", labs.SEED + again).dialect.settings
        assert standing(lane["lanes"][0], again) == standing(lane["lanes"][1], 0)  # the first run
        groups = [len(queue) for queue in standing(lane["lanes"][1], again)]
        assert groups == [round(size) for size in end.batch]
        boards = [lane["lanes"][1]["shown"][n][1][again - 1] for n in range(5)]
        assert [int(each) for each in boards] == rounded(end.standardisation)


# --- what the text says of many pairs ---------------------------------------------------------


@pytest.mark.parametrize("logic", list(FIVE))
def test_dialects_tend_to_lie_further_apart_where_places_do_but_loosely(logic):
    near, middling, far = thirds(logic)
    assert near < middling < far
    assert labs.apart(logic).kind == "loose"
    assert r(logic, "same") <= r("value", "same")  # the closest link


@pytest.mark.parametrize("logic", list(FIVE))
def test_with_habits_of_their_own_places_differ_before_any_logic_comes(logic):
    assert labs.apart(logic, "own").weaker
    assert r(logic, "own", "at the start") > max(0.7, r(logic, "own"))
    assert pairs(logic, True, labs.PAIRS)["at the start"].max() == 0


@pytest.mark.parametrize(
    ("size", "kind"),
    [(0.8, "steady"), (0.7, "steady"), (0.5, "loose"), (0.1, "none"), (-0.5, "falls")],
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
    trace = labs.speak(logic, "ward", other).trace
    told = trace.told({"step": "", "place": "{key}", "said": ""}, str.format, str)
    for lane, key in zip(told["lanes"], ("ward", other), strict=True):
        runs = labs._journey(key, logic).runs
        for month, kept in enumerate(practice_from(each, 0) for each in runs.practices):
            groups = [len(queue) for queue in standing(lane, month)][:5]
            assert groups == [round(size) for size in kept.batch]
            if month:
                boards = [re.findall(r"\d+", lane["shown"][n][1][month - 1]) for n in range(5)]
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
        told = Trace(MONTHS, {key: lane}).told(words, str.format, str)
        *_, whole = counts = [len(queue) for queue in standing(told["lanes"][0], MONTHS)]
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
    trace = labs.speak().trace
    for key, told in ((key, labs._journey(key, "lean")) for key in ("ward", "food_bank")):
        for month in range(MONTHS):
            did, change = labs._change(told, month), told.change(month)
            assert (did["lever"], did["where"]) == (change.lever, change.where)
            assert did["more"] == (change.lever == "standardisation")  # lean’s two moves
            (said,) = (e["did"] for e in trace.ended["did"][month + 1]["each"] if e["place"] == key)
            assert said == labs._in_words(did)
            assert at_stage(change.where) in said


def test_a_change_that_is_taken_back_is_said():
    did = [each["did"] for month in labs.speak("service_improvement").trace.ended["did"][1:]
           for each in month["each"]]  # fmt: skip
    undone = [labs._journey(key, "service_improvement").runs.undone.sum()
              for key in ("ward", "food_bank")]  # fmt: skip
    assert did.count("undoes its last change") == sum(undone) > 0


def test_one_place_twice_has_one_lane():
    assert list(labs.speak(other="ward").trace.lanes) == ["ward"]


def test_each_line_is_the_average_of_its_third_of_the_pairs():
    found = labs.apart()
    assert len(found.chart) == labs.PAIRS
    assert found.notes["y"].tolist() == pytest.approx(thirds("lean"))
    assert (found.notes["to"].iloc[:-1].to_numpy() < found.notes["x"].iloc[1:].to_numpy()).all()
    assert (found.r_before, labs.apart(start="own").r_before > 0.7) == (None, True)
