"""Lesson 02: what its labs say, where that can be worked out otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.charts.figure import Figure
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l02_lean import labs
from toolkit.lessons.l02_lean.labs import WALK, WASTES


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("02"), Record(tmp_path / "my-record.json"))


def settled(this: Lesson, **setting) -> Figure:
    lab = this.play("batches")
    lab.form.set(**setting)
    assert lab.problem.value == ""
    return lab.figure


@pytest.mark.parametrize(
    ("setting", "first", "last"),
    [
        ({}, 240, 240),
        ({"batch": 1}, 20, 75),
        ({"batch": 3}, 60, 105),
    ],
)
def test_when_first_and_last_leave(setting, first, last):
    found = labs.batches(**setting)
    assert (found.yours["first"], found.yours["last"]) == (first, last)
    assert found.single["first"] == 4 * 5
    assert found.single["last"] == 15 * 5


def test_patients_are_seen_to_leave_one_after_the_other_five_minutes_apart(this):
    chart = labs.batches().chart
    home = chart[chart["series"] == "single"].set_index("at")["value"]
    came = home.index[home.diff() == 1]
    assert set(home.index[1:][home.diff()[1:] == 1] - home.index[:-1][home.diff()[1:] == 1]) == {0}
    assert len(came) == labs.PATIENTS
    assert set(np.diff(came)) == {5}
    assert "five minutes apart" in this.words.predict["alone"].because


@pytest.mark.parametrize(
    "setting",
    [
        {}, {"batch": 1}, {"batch": 5}, {"varies": "yes"}, {"batch": 1, "varies": "yes"},
        {"batch": 7, "varies": "yes"},
    ],
)  # fmt: skip
def test_at_every_tick_as_many_are_home_on_the_stage_as_on_the_chart(this, setting):
    figure = settled(this, **setting)
    trace = figure.trace
    yours = "your batch" if setting.get("batch") else "all together"
    names = [yours, "one by one"][-len(trace["lanes"]) :]
    paths = figure.data["paths"].groupby(["series", "at"])["value"].last()
    for lane, name in zip(trace["lanes"], names, strict=True):
        for tick in range(trace["ticks"] + 1):
            # a line ends when all are home
            home = paths.get((name, tick * trace["pace"]), labs.PATIENTS)
            queues = standing(lane, tick)
            assert len(queues[-1]) == home
            assert sum(map(len, queues)) == labs.PATIENTS
            assert f" {home:.0f} " in trace["said"][tick] or not tick
    assert [paths[name].iloc[-1] for name in names] == [labs.PATIENTS] * len(names)
    ends = paths.index.get_level_values("at").max()
    assert trace["ticks"] == np.ceil(ends / trace["pace"])
    assert trace["ticks"] * trace["pace"] <= labs.UNTIL


def test_a_board_names_a_patient_who_stands_there(this):
    for setting in ({}, {"batch": 4, "varies": "yes"}):
        for lane in settled(this, **setting).trace["lanes"]:
            seen = 0
            for desk, (_, texts) in lane["shown"].items():
                for tick, text in enumerate(texts):
                    if text is not None:
                        assert int(text) - 1 in standing(lane, tick + 1)[desk]
                        seen += 1
            assert seen


def test_nobody_is_seen_once_all_are_home(this):
    for lane in settled(this).trace["lanes"]:
        assert all(texts[-1] is None for _, texts in lane["shown"].values())


def test_a_guess_stands_over_the_lane_that_it_is_about(this):
    lab, guess = this.play("batches"), this.predict("alone")
    guess.set(answer=120, sure="0.7")
    guess.press("lock")
    assert lab.figure.trace["lanes"][-1]["name"] == (
        "One by one. You said: all home after 120 minutes"
    )
    lab.form.set(varies="yes")  # another question
    assert lab.figure.trace["lanes"][-1]["name"] == "One by one"


def test_two_hundred_runs_have_no_stage_and_end_on_the_chart(this):
    figure = settled(this, runs="200", varies="yes", batch=1)
    assert figure.trace is None
    ends = figure.data["paths"].groupby("series").last()
    assert ends["value"].tolist() == [labs.PATIENTS] * 2


@pytest.mark.parametrize(("setup", "best"), [(0, 1), (10, 3), (20, 4)])
def test_the_best_batch_depends_on_getting_ready(setup, best):
    found = labs.sizes(setup=setup)
    assert found.best["last"] == best
    assert found.best["first"] == 1
    lows = found.marks.set_index("text")
    assert tuple(lows.loc["last_low"]) == (best, found.soonest)


def test_every_line_of_batch_sizes_fits_its_axis():
    told = labs.WORDS["lab"]["sizes"]
    touch, setup = (told["control"][name]["max"] for name in ("touch", "setup"))
    top = labs.sizes(setup=setup, touch=touch).table.max().max()
    assert top <= told["chart"]["most"] < 1.2 * top


@pytest.mark.parametrize("setting", [{}, {"setup": 20}, {"setup": 0}])
def test_the_lines_of_batch_sizes_lie_in_the_order_that_their_names_say(setting):
    left = labs.sizes(**setting).table
    assert (left["first"] <= left["average"]).all()
    assert (left["average"] <= left["last"]).all()


def test_with_many_runs_the_title_and_the_text_speak_of_the_average(this):
    figure = settled(this, runs="200", varies="yes")
    assert figure.title.startswith("On average, the last patient leaves after")
    assert "On average, if they move on one by one, the first leaves after" in figure.description


def test_where_all_move_on_together_nobody_leaves_before_the_last():
    for varies in ("no", "yes"):
        yours = labs.batches(varies=varies, runs=50).yours
        assert yours["first"] == pytest.approx(yours["last"])


def test_antibiotics_are_told_of_those_whose_time_was_recorded(this):
    figure = this.play("sepsis").figure
    shown = f"{figure.title} {figure.description}"
    rows = {each["category"]: each["cases"] for each in labs.sepsis().intervals}
    assert f"Half of the {rows['intravenous antibiotics']} patients with a recorded time" in shown
    assert f"half of {rows['triage']:,} patients waited at most" in shown


def test_what_is_said_of_antibiotics_when_the_prediction_is_settled(this):
    """Blood tests came quickly, the antibiotics much later."""
    waits = {(w["from_event"], w["category"]): w["median"] for w in labs.sepsis().intervals}
    drugs = waits["registration", "intravenous antibiotics"]
    assert labs.to_antibiotics() == round(drugs)
    longest = this.play("sepsis").draw({"among": "most"}).title
    assert longest.startswith("9 out of 10 of the 820 patients")
    for early in ("triage", "white cell count", "lactate"):
        assert waits["registration", early] < drugs / 3
    this.predict("antibiotics").skip()
    assert not this.play("sepsis").shut


def test_as_it_is_the_clinic_works_on_a_patient_for_an_eighth_of_the_time():
    found = labs.where()
    assert found.was == found.becomes
    assert found.was["minutes"] == pytest.approx(243, abs=0.5)
    assert found.was["share"] == pytest.approx(1 / 8, abs=0.01)
    assert found.table.loc["whole", "before"] == round(found.was["minutes"], 1)


@pytest.mark.parametrize(
    "setting",
    [
        {}, {"batch": 1}, {"batch": 1, "apart": 15}, {"batch": 5, "change": "right"},
        {"batch": 4, "apart": 20}, {"change": "setup"}, {"change": "faster", "apart": 7},
        {"batch": 12},
    ],
)  # fmt: skip
def test_the_beads_on_the_stage_are_the_minutes_of_the_table(setting):
    found = labs.where(**setting)
    for name, lane in found.trace.lanes.items():
        _, to, at = lane.moves
        piles = {place: int((to == n).sum()) for n, place in enumerate(lane.places)}
        assert piles == found.goes[name].to_dict()
        golden = {who for who, look in enumerate(lane.looks) if look == "coin"}
        assert golden == set(np.flatnonzero(to == list(lane.places).index("work")))
        assert (np.diff(at) >= 0).all()
        assert 0 <= at.min() <= at.max() <= found.trace.ticks
        last = found.trace.ended[name][-1]
        assert (last["work"], last["now"]) == (piles["work"], "gone")


@pytest.mark.parametrize(
    "setting", [{}, {"batch": 1, "apart": 10}, {"change": "faster"}, {"batch": 12, "apart": 20}]
)
def test_the_bars_are_the_whole_visit_and_its_work_and_fit_their_axis(setting):
    found = labs.where(**setting)
    bars = found.chart.set_index("category")["value"] if found.alike else found.chart["after"]
    assert bars.index.tolist() == ["whole", "work"]
    assert bars["whole"] == round(found.becomes["minutes"]) < found.end
    assert bars["work"] / bars["whole"] == pytest.approx(found.becomes["share"], abs=0.01)
    assert bars["work"] == found.goes["after"]["work"]


def test_an_average_morning_goes_in_the_order_in_which_the_model_sends_patients():
    passage = labs.send(labs.BEFORE_OPERATIONS, labs.PATIENTS, labs.AS_IT_IS)
    parts, minutes = labs._segments(passage, labs.BEFORE_OPERATIONS, labs.AS_IT_IS)
    assert (minutes >= 0).all()
    for part, spent in passage.account.items():
        there = sum(each for name, each in zip(parts, minutes, strict=True) if name == part)
        assert there == pytest.approx(spent)
    first, _ = labs._beads(parts, minutes)
    assert labs.PARTS[first[0]] == "queue"  # the second batch waits for the first step
    assert labs.PARTS[first[-1]] == "batch"


def test_as_many_wait_for_a_place_as_the_text_says(this):
    assert labs.freed().held.places <= 11
    assert this.play("freed").form.value["waiting"] == 11


def test_of_three_changes_one_by_one_takes_most_off_and_coming_apart_helps_only_with_it(this):
    was = labs.where().was["minutes"]
    took = {
        "faster": was - labs.where(change="faster").becomes["minutes"],
        "alone": was - labs.where(batch=1).becomes["minutes"],
        "apart": max(was - labs.where(apart=n).becomes["minutes"] for n in range(21)),
    }
    assert max(took, key=took.get) == this.words.check["change"].right
    assert took["faster"] < 0.1 * was
    assert took["apart"] < 0.05 * was
    assert labs.where(batch=1, apart=10).becomes["minutes"] < was - took["alone"] - took["faster"]
    waits = labs.where(batch=1).goes["after"]["queue"]
    assert labs.where(batch=1, apart=10).goes["after"]["queue"] < 0.5 * waits
    assert labs.where(batch=1).goes["after"]["batch"] == 0


@pytest.mark.parametrize(
    ("setting", "used", "each"),
    [
        ({}, 0, 20),
        ({"agreed": "more"}, 0, 20),
        ({"agreed": "more", "lies": "end"}, 48, 16),
        ({"agreed": "more", "lies": "end", "waiting": 1}, 16, 18.5),
        ({"agreed": "learn", "lies": "end"}, 48, 20),
        ({"agreed": "paid", "lies": "end"}, 48, 16),
    ],
)
def test_a_freed_minute_counts_only_when_it_is_used(setting, used, each):
    found = labs.freed(**setting)
    assert found.held.minutes == 48
    assert (found.held.used, found.unused) == (used, 48 - used)
    assert found.each == pytest.approx(each, abs=0.05)


def test_each_waste_is_seen_once_on_the_walk(this):
    assert sorted(seen["waste"] for seen in WALK.values()) == sorted(WASTES)
    forms = labs.wastes(this), labs.more_wastes(this)
    assert {*forms[0].walk, *forms[1].walk} == set(WALK)
    assert forms[0].kinds.isdisjoint(forms[1].kinds)


def test_sorting_answers_each_line_by_itself(this):
    form = labs.wastes(this)
    form.press("check")
    assert form.status.startswith("You have not sorted anything yet")
    form.set(sorted={"keys": "motion", "bed": "motion"})
    form.press("check")
    assert not form.revealed
    assert form.status.startswith("You sorted 1 of the 4 ")
    assert WALK["keys"]["why"] in form.status
    assert WALK["bed"]["ask"] in form.status
    assert WALK["bed"]["why"] not in form.status
    assert form.status.count("You have not sorted this yet.") == 2
    form.set(sorted={name: seen["waste"] for name, seen in form.walk.items()})
    form.press("check")
    assert form.revealed
    again = labs.wastes(Lesson(this.words, Record(this.record.path)))
    assert again.value == form.value
    assert again.status == form.status


def test_a_record_that_was_tampered_with_is_read_as_far_as_it_can_be(this):
    this.record.put("02/sort/wastes", {"kind": "sorting", "sorted": {"keys": "gold"}})
    form = labs.wastes(this)
    assert form.value["sorted"] == {}


# --- the reasons that the lesson gives hold in its model --------------------------------------


def busy_at_once(batch: int) -> tuple[int, int]:
    """Return how many steps ever work at once, and when the last patient starts at the first."""
    passage = labs._play(batch, 0, labs.TOUCH, "no", 1)
    at = np.arange(0.5, labs.UNTIL)[:, None, None]
    works = (passage.begins[0] <= at) & (at < passage.ends[0])
    return int(works.any(axis=1).sum(axis=1).max()), int(passage.begins[0, :, 0].max())


def test_in_one_batch_somebody_is_always_busy_and_three_of_four_are_not():
    passage = labs._play(labs.PATIENTS, 0, labs.TOUCH, "no", 1)
    at = np.arange(0.5, passage.last[0])[:, None, None]
    works = (passage.begins[0] <= at) & (at < passage.ends[0])
    assert set(works.any(axis=1).sum(axis=1)) == {1}


def test_one_by_one_all_steps_work_at_once_and_the_first_desk_is_no_sooner_free():
    assert busy_at_once(labs.PATIENTS) == (1, 55)
    assert busy_at_once(1) == (4, 55)


def test_quicker_work_makes_the_best_batch_larger_and_quicker_getting_ready_smaller():
    start = labs.sizes()
    assert labs.sizes(touch=2).best["last"] > start.best["last"] > labs.sizes(setup=2).best["last"]
    assert start.soonest < min(start.alone, start.together)


def test_most_of_the_hour_is_waiting_which_goes_with_the_batch_and_the_crowd():
    bars = labs.where().chart.set_index("category")["series"]
    assert bars.index.is_unique, "no second bar where nothing has changed"
    assert bars[bars == "after"].index.tolist() == ["work"]
    now = labs.where().goes["before"]
    assert now["batch"] + now["queue"] > now.sum() / 2
    alone, apart = (labs.where(batch=1, apart=n).goes["after"] for n in (0, 15))
    assert now["batch"] > alone["batch"] == 0
    assert apart["queue"] < 0.2 * alone["queue"]


@pytest.mark.parametrize(
    ("lab", "setting", "title"),
    [
        ("batches", {}, "75 minutes one by one, and after 240 minutes all together"),
        ("batches", {"batch": 1}, "one by one, the first leaves after 20 minutes"),
        ("batches", {"batch": 6}, "The last patient leaves after 75 minutes one by one, and after"),
        ("sizes", {"setup": 0}, "moving on one by one gets the last patient home soonest"),
        ("sizes", {"setup": 1}, "If getting ready takes 1 minute, "),
        ("where", {}, "and somebody works on the patient for 7 minutes of each hour"),
        ("where", {"batch": 1}, "a patient spends 134 minutes in the clinic instead of 243"),
        ("freed", {}, "Nobody uses the 48 freed minutes, and 20 minutes are still paid"),
        ("freed", {"agreed": "paid", "lies": "end"}, "48 of the 48 freed minutes are used"),
    ],
)  # fmt: skip
def test_a_title_says_what_happened_in_each_case(this, lab, setting, title):
    made = this.play(lab)
    assert title in made.draw({**made.form.value, **setting}).title
