"""Lesson 12: what the model makes of a decision, and that the stage shows the model's own run."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest

from toolkit import evidence
from toolkit.charts.cases import HEIGHT, LANE
from toolkit.charts.figure import Figure
from toolkit.charts.film import standing
from toolkit.charts.theme import COLOUR
from toolkit.course.lesson import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l12_nine_cases.labs import people, review
from toolkit.lessons.l12_nine_cases.labs.endings import EACH, _figure, facts, story
from toolkit.lessons.l12_nine_cases.labs.score import SCORES
from toolkit.models.cases import decisions, reviews
from toolkit.models.cases.decisions import decided_plan, did, fork, own_plan, played
from toolkit.models.journeys import DYNAMICS, LOGICS, MODES, MONTHS, Programme, engine
from toolkit.models.journeys.counterfactual import BETWEEN
from toolkit.models.laws.world import NEAR
from toolkit.text.numbers import number

REVIEWS = [
    (name, month, every)
    for name, every in product(reviews.NINE, (3, 6))
    for month in reviews.reviews_of(evidence.case(name), every)
]
FEW = 20  # runs, where the number of them does not matter
LIKENESS = {"alike": 0.05, "partly_alike": 0.25, "unlike": 1.0}


# --- which programmes a decision stands for ------------------------------------------------------


@pytest.mark.parametrize(("name", "month", "every"), REVIEWS)
def test_who_decides_as_the_case_did_gets_its_own_run(name, month, every):
    choice = did(name, month, every)
    assert decided_plan(name, month, choice, every) == own_plan(name)


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("A", [("emulate", "lean", 5), ("contextualise", "service_improvement", 27)]),
        ("B", [("emulate", "constraints", 6), ("contextualise", "constraints", 12)]),
        ("C", [("contextualise", "service_improvement", 4)]),
        ("D", [("emulate", "lean", 8)]),
        ("E", [("emulate", "cost_only", 6), ("nothing", None, 25)]),
        ("F", [("contextualise", "prudent", 5), ("nothing", None, 34)]),
        ("G", [("copy_and_learn", "value", 6)]),
        ("H", [("reengineer", "constraints", 4), ("emulate", "lean", 21)]),
        ("I", [("contextualise", "prudent", 7)]),
    ],
)
def test_the_model_takes_up_each_case_as_its_story_tells_it(name, plan):
    assert [(p.mode, p.approach, p.start) for p in own_plan(name)] == plan
    assert own_plan("B")[-1].goes_on


@pytest.mark.parametrize(
    ("name", "month", "choice", "last"),
    [
        ("A", 12, "stop", Programme("nothing", None, 12)),
        ("A", 24, "stop", Programme("nothing", None, 27)),  # when the case itself turned
        ("A", 24, "persist", Programme("emulate", "lean", 5)),
        ("D", 18, "adapt", Programme("contextualise", "lean", 18, goes_on=True)),
        (
            "D",
            18,
            "combine",
            Programme("contextualise", "lean", 18, "service_improvement", goes_on=True),
        ),
        ("C", 30, "switch", Programme("contextualise", "prudent", 30)),
        ("E", 24, "persist", Programme("emulate", "cost_only", 6)),
    ],
)
def test_a_decision_changes_the_programmes_from_its_month_on(name, month, choice, last):
    assert decided_plan(name, month, choice)[-1] == last


@pytest.mark.parametrize("name", ["B", "C", "F", "I"])
def test_who_adapts_already_does_nothing_new_by_deciding_to(name):
    assert decided_plan(name, 12, "adapt") == own_plan(name)


def test_no_decision_after_the_end_and_none_that_does_not_exist():
    with pytest.raises(ValueError, match="case E ended in month 25"):
        decided_plan("E", 30, "adapt")
    with pytest.raises(ValueError, match="no choice 'wait'; there is persist"):
        decided_plan("E", 12, "wait")


@pytest.mark.parametrize(
    ("name", "choices", "found"),
    [
        ("A", ["persist", "adapt", "stop"], (18, "adapt")),
        ("A", ["persist", "persist", "switch"], (24, "switch")),  # as the case did
        ("A", ["persist", "persist", "persist"], (24, "persist")),
        ("C", ["persist", "adapt", "persist", "persist", "stop", "persist"], (36, "stop")),
        ("H", [], (18, "adapt")),
    ],
)
def test_the_model_takes_up_the_first_decision_that_leads_away(name, choices, found):
    assert fork(name, choices, 6) == found


def test_the_settings_fit_the_data_and_give_a_reason_for_each():
    known = decisions.decision_settings()
    assert list(known["case"]) == list(reviews.NINE)
    assert list(known["decision"]) == list(reviews.CHOICES)
    for each in (*known["case"].values(), *known["decision"].values()):
        assert len(each["because"].split()) > 5
        assert each.get("mode", "nothing") in MODES
        assert {each.get(key, "lean") for key in ("first", "other") if key in each} <= set(LOGICS)
    for name, each in known["case"].items():
        case = evidence.case(name)
        assert each["other"] == (case.switch_to or each["other"])
        assert each["other"] != case.approach
        if any(MODES[p.mode].installs for p in own_plan(name)):
            assert each["towards"][1] == LIKENESS[case.exemplar_likeness] in BETWEEN


# --- what comes of it ----------------------------------------------------------------------------


def test_the_same_chance_up_to_the_decision_for_whatever_is_decided():
    own = played("D", own_plan("D"), FEW)
    for choice in reviews.CHOICES:
        mine = played("D", decided_plan("D", 24, choice), FEW)
        assert (mine.value[:, :24] == own.value[:, :24]).all()
        assert (mine.willingness[:, :24] == own.willingness[:, :24]).all()


def test_to_stop_costs_willingness_and_brings_old_habits_back():
    own, stop = (played("D", plan, FEW) for plan in (own_plan("D"), decided_plan("D", 24, "stop")))
    assert stop.willingness[:, 24] == pytest.approx(
        (1 - DYNAMICS.abandoned) * own.willingness[:, 24]
    )
    begun = stop.practices[0].batch
    gaps = [np.abs(x.batch - begun).sum(axis=1) for x in stop.practices[25:]]
    assert (np.diff(gaps, axis=0) < 0).all(), "each month is nearer to the old habits"
    assert not stop.running[:, 24:].any()
    assert (stop.value[:, -1] < own.value[:, -1]).all()


def test_no_decision_is_always_right_and_each_corner_can_be_reached():
    def ends(name: str, month: int, choice: str) -> dict[str, int]:
        return facts(name, month, choice)["counted"]

    most = 0.9 * decisions.RUNS
    assert ends("A", 12, "stop")["better"] > most  # to stop wins
    assert ends("F", 12, "stop")["worse"] > most
    assert ends("D", 12, "switch")["better"] > most
    assert ends("D", 36, "switch")["worse"] > most  # what was copied wins
    assert ends("D", 12, "adapt")["better"] > most  # the own logic wins
    assert ends("G", 12, "combine")["better"] > most
    assert ends("G", 12, "adapt")["worse"] > 0.75 * decisions.RUNS  # and it loses


@pytest.mark.parametrize("name", ["A", "H"])
def test_every_run_is_counted_once_and_from_either_side(name):
    one, other = (played(name, decided_plan(name, 12, choice)) for choice in ("stop", "adapt"))
    there, back = decisions.count_better(one, other), decisions.count_better(other, one)
    assert sum(there.values()) == sum(back.values()) == decisions.RUNS
    # 2% more seen from one side is a little less than 2% from the other
    assert abs(there["better"] - back["worse"]) <= NEAR * decisions.RUNS
    assert decisions.count_better(one, one) == {"better": 0, "even": decisions.RUNS, "worse": 0}


# --- the stage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "choice"), [("A", "stop"), ("D", "switch"), ("E", "adapt")])
def test_the_stage_shows_the_first_run_of_the_model_at_every_tick(name, choice):
    trace = story(name, 18, choice, 6)
    plans = {"case": own_plan(name), "yours": decided_plan(name, 18, choice)}
    for key, lane in trace.lanes.items():
        who, to, at = lane.moves
        drawn = {
            "places": [{"staff": staff} for staff in lane.places.values()],
            "moves": {"who": who, "n": np.ones_like(who), "to": to, "at": at},
        }
        journey = played(name, plans[key])
        level = decisions.modelled(journey, evidence.case(name).tracked_measure)[0]
        base = decisions.takes_effect(name, 18, 6) - 1
        level = 100 * level / level[base]
        for tick in range(trace.ticks + 1):
            month = min(base + 3 * tick, MONTHS - 1)
            counts = [EACH * len(queue) for queue in standing(drawn, tick)]
            assert counts[0] == pytest.approx(level[month], abs=EACH / 2)
            assert counts[1] == pytest.approx(100 * journey.willingness[0, month], abs=EACH / 2)
            assert counts[1] + counts[2] == 100
            told = trace.ended[f"level_{key}"][tick], trace.ended[f"willing_{key}"][tick]
            assert told == (counts[0], counts[1])


@pytest.mark.parametrize("choice", reviews.CHOICES)
def test_both_lanes_are_alike_just_before_the_decision(choice):
    trace = story("C", 24, choice, 6)
    for name in ("level", "willing", "runs"):
        case, yours = (list(trace.ended[f"{name}_{key}"]) for key in ("case", "yours"))
        assert case[0] == yours[0]
    assert trace.ended["month"][0] == trace.start == 23
    assert [tick for tick, decided in enumerate(trace.ended["decided"]) if decided] == [1]


@pytest.mark.parametrize(("name", "month"), [("A", 24), ("D", 12), ("F", 30)])
def test_stage_chart_and_words_tell_the_same_ends(name, month):
    figure = _figure(name, month, "adapt", 6)
    ended = story(name, month, "adapt", 6).ended
    found = facts(name, month, "adapt")
    for key in ("case", "yours"):
        assert ended[f"level_{key}"][-1] == found["ends"][key]
        assert f"about {found['ends'][key]}" in figure.description
        line = found["chart"].query("series == @key")["value"]
        assert line.iloc[0] == 100
        assert line.iloc[-1] == pytest.approx(found["ends"][key], abs=EACH / 2)


@pytest.mark.parametrize("name", reviews.NINE)
def test_a_case_tells_every_event_once_and_its_endings_none(name):
    case = evidence.case(name)
    figure = _figure(name, 12, "stop", 6)
    assert len(str(figure.trace)) < 20_000
    words = " ".join(figure.trace["said"])
    assert "your programme has ended" in figure.trace["said"][1]
    assert not any(text in words for text in case.events["text"])  # the model knows of none
    room = review.case_figure(case, case.tracked_measure, 6, 18, since=0)
    open_events = reviews.events(case, 18)["text"].tolist()
    words = " ".join(room.trace["said"])
    for text in case.events["text"]:
        assert words.count(text) == open_events.count(text)


@pytest.mark.parametrize("name", reviews.NINE)
def test_the_stage_shows_who_leads_and_who_is_willing_at_every_month(name):
    case = evidence.case(name)
    shown_before = case.series[case.tracked_measure].head(case.start_month).mean()
    for since, until in ((0, 12), (12, 18), (24, reviews.MONTHS)):
        lane = people.lane(case, since, until)
        who, to, at = lane.moves
        drawn = {
            "places": [{"staff": staff} for staff in lane.places.values()],
            "moves": {"who": who, "n": np.ones_like(who), "to": to, "at": at},
        }
        for tick in range(until - since + 1):
            month = since + tick
            told = set(reviews.events(case, month)["kind"])
            seen, away, willing, leads = (len(queue) for queue in standing(drawn, tick))
            shown = case.series[case.tracked_measure].head(max(month, 1))
            outcome = case.tracked_measure == "outcome_score"
            whole = 100 if outcome else shown_before
            assert seen * whole / people.TEAM == pytest.approx(shown.iloc[-1], abs=whole / 40)
            last = pd.Series(reviews.monthly(case, "engagement"))[: max(month, 1)].dropna().iloc[-1]
            assert abs(100 * willing / people.TEAM - last) <= 50 / people.TEAM
            assert away == people.TEAM - willing
            assert leads <= ("start" in told)
            assert not leads or not told & {"stop", "switch"}
            assert not leads or "leader leaves" not in told or "leader arrives" in told


def test_the_figures_under_the_sentence_are_those_that_stand_there():
    """One measure is told in its unit and as figures, and both are of the same month."""
    for case in map(evidence.case, reviews.NINE):
        told = review.case_figure(case, case.tracked_measure, 6, 12, since=0).trace["said"][1:]
        for month, words in enumerate(told):
            seen = people.facts(case, month + 1)["seen"]
            assert f"That makes {seen} " in words or "is not known" in words


def test_each_stretch_has_a_stage_of_its_own_that_begins_where_the_last_one_ended(this):
    room = this.play("case_room")
    assert room.chart.texts["stage"]["play"] == "Play the first year"
    first = room.chart.figure.trace
    assert (first["ticks"], first["start"]) == (12, -0.5)
    commit(room, "persist")
    second = room.chart.figure.trace
    assert (second["ticks"], second["start"]) == (6, 11.5)
    assert room.chart.texts["stage"]["play"] == "Play months 12 to 17"
    assert evidence.case("A").setting in first["said"][0]
    assert "Somebody leads the programme." in second["said"][0]
    while not room.sitting.over:
        commit(room, "persist")
    assert room.chart.texts["stage"]["play"] == "Show how it ends"


@pytest.mark.parametrize(("name", "month"), [("A", 24), ("D", 24)])
def test_hours_kept_for_learning_are_why_the_wait_grows_at_first(name, month, monkeypatch):
    """Both are told of a decision; without these hours, the wait does not jump."""
    figure = _figure(name, month, "switch", 6)
    assert "fewer hours are left for patients" in figure.description
    assert "fewer hours are left for patients" in figure.trace["said"][1]
    stop = _figure(name, month, "stop", 6)
    assert "hours are left" not in stop.description + " ".join(stop.trace["said"])
    at, rises = decisions.takes_effect(name, month, 6), []
    for hours in (DYNAMICS.learning_time, 0.0):
        run = partial(engine.run, d=replace(DYNAMICS, learning_time=hours))
        monkeypatch.setattr(decisions, "run", run)
        journey = decisions.played.__wrapped__(name, decided_plan(name, month, "switch"), FEW)
        wait = decisions.modelled(journey, "lead_time_days").mean(axis=0)
        rises.append(wait[at] / wait[at - 1])
    usual, without = rises
    assert usual > 1.1
    assert without - 1 < (usual - 1) / 10


# --- what the questions say ----------------------------------------------------------------------


def test_the_reasons_told_with_the_predictions_are_those_of_the_cases():
    cases = {name: evidence.case(name) for name in reviews.NINE}

    def named(rule):
        return "".join(name for name, case in cases.items() if rule(case))

    assert named(lambda case: case.outcome == "switched") == "AH"
    assert named(lambda case: case.outcome == "stopped") == "EF"
    assert named(reviews.endured) == "BCDG"
    assert named(lambda case: case.coding["leader_stays"] == 1) == "BCDGI"


def test_in_the_question_about_scores_only_the_squares_differ():
    came = [True, False] * 3
    gaps = [np.mean([abs(said - each) for each in came]) for said in (0.9, 0.5)]
    assert gaps[0] == pytest.approx(gaps[1])
    scores = [f"{reviews.brier([said] * 6, came):.2f}" for said in (0.9, 0.5)]
    because = words_of("12").check["brier"].because["fifty"]
    assert all(score in because for score in scores)
    assert scores[0] > scores[1]


def test_what_was_said_of_any_month_is_told_as_one_thing(this):
    room = this.play("case_room")
    for choice in ("persist", "persist", "persist"):
        commit(room, choice)
    watch(room)
    months = reviews.opened(room.case, room.case.tracked_measure)[0]
    assert (months["judged"].iloc[12:18] == "better").sum() > 1
    first = room.past.value.partition("In month 12")[2]
    assert "at least one month would be better than the grey band, and it happened" in first


# --- in the lesson -------------------------------------------------------------------------------


def watch(room) -> None:
    """Play the open months to their end, as the page tells of it."""
    room.chart._received(None, {"played": True}, [])


def commit(room, choice: str) -> None:
    watch(room)
    room.review.set(choice=choice, better=50)
    room.review.press("commit")


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("12"), Record(tmp_path / "record.json"))


def test_the_endings_open_after_the_first_decision_and_tell_nothing_that_is_still_to_come(this):
    room, lab = this.play("case_room"), this.play("endings")
    for until, choice in ((18, "persist"), (24, "stop"), (MONTHS, "adapt")):
        assert lab.shut is (choice == "persist")
        commit(room, choice)
        before = lab.figure.title
        assert lab.shut is (choice == "persist")  # its months have not been played yet
        watch(room)
        assert not lab.shut
        assert lab.figure.title != before
        assert lab.figure.data["paths"]["at"].max() == until - 1
        trace = lab.figure.trace
        assert trace["start"] + trace["ticks"] * trace["pace"] >= until - 1
        told = re.findall(r"In month (\d+),", " ".join(trace["said"]))
        assert max(map(int, told)) == until - 1
        assert ("What came later" in lab.figure.description) is (until < MONTHS)
        assert "Part 2 now shows" in room.review.status or room.sitting.over
    assert lab.form.value["choice"] == "stop"
    assert "in month 18, you decided to stop" in lab.figure.description
    assert "case A" in lab.figure.title
    assert lab.figure.trace["lanes"]
    lab.form.set(choice="combine")
    assert lab.problem.value == ""
    lab.form.press("reset")
    assert lab.form.value["choice"] == "stop"


def test_the_endings_follow_the_room_to_another_case_and_come_back_with_the_record(this):
    room, lab = this.play("case_room"), this.play("endings")
    room.show_all()
    room.chooser.set(case="E")
    assert "case A" in lab.figure.title  # case E has not ended yet
    for choice in ("stop", "adapt", "stop"):
        commit(room, choice)
    watch(room)
    assert "case E" in lab.figure.title
    assert lab.form.value["choice"] == "stop"
    assert "in month 12, you decided to stop" in lab.figure.description
    again = Lesson(this.words, Record(this.record.path)).play("endings")
    assert not again.shut
    assert again.figure.title == lab.figure.title


def test_a_review_tells_what_happened_since_the_last_one_once_it_was_played(this):
    room = this.play("case_room")

    def told() -> str:
        return html.unescape(re.sub(r"<[^>]+>", "", room.lately.value))

    for since, until in ((0, 12), (12, 18), (18, 24)):
        assert not told()
        watch(room)
        happened = reviews.events(room.case, until)
        for each in happened.itertuples():
            assert (f"Month {each.month}: {each.text}" in told()) == (each.month >= since)
        room.review.set(choice="persist", better=50)
        room.review.press("commit")


def minutes(name: str) -> float:
    """Return how long a case takes: what the stage plays, and 80 seconds for each decision.

    A play takes 15 seconds at most. It rests 35 milliseconds for each letter told at a turn.
    """
    case, sitting, since, seconds = evidence.case(name), reviews.Sitting(name), 0, 0.0
    while True:
        trace = review.case_figure(
            case, case.tracked_measure, 6, sitting.month, sitting.over, since
        ).trace
        read = sum(len(trace["said"][tick]) for tick in trace.get("turns", []))
        seconds += min(15, trace["ticks"]) + 0.035 * read
        if sitting.over:
            return (seconds + 80 * len(sitting.reviews)) / 60
        since, sitting = sitting.month, sitting.commit(reviews.Review("persist", better=0.5))


def test_a_case_takes_as_long_as_is_said(this):
    longest = max(map(minutes, reviews.NINE))
    assert 8 < longest < 10
    assert "takes up to 10 minutes" in this.play("score").curtain.value


@pytest.mark.parametrize("name", reviews.NINE)
def test_the_first_year_is_told_before_and_after_the_programme_began(name):
    case = evidence.case(name)
    values = reviews.opened(case, case.tracked_measure, 6, 12)[0]["value"]
    title = review.case_figure(case, case.tracked_measure, 6, 12).title
    before, after = values[: case.start_month].mean(), values[case.start_month :].mean()
    assert f"was {number(round(before, 1))} " in title
    assert f"before the programme and {number(round(after, 1))} after its start" in title


def test_the_score_waits_for_a_case_and_counts_all_that_have_ended(this):
    room, lab = this.play("case_room"), this.play("score")
    assert lab.shut
    assert "once your case has ended" in lab.curtain.value
    for choice in ("persist", "persist", "stop"):
        commit(room, choice)
    assert lab.shut
    watch(room)
    assert not lab.shut
    held = reviews.scores([room.sitting]).set_index("event").loc["better"]
    assert lab.figure.title.startswith("You thought better months 50% likely on average")
    assert f"score is {held['Brier score']:.2f}, and 0 is best" in lab.figure.title
    own = lab.figure.data["forecasts"]
    gaps = (own["said"] - own["came"]) / 100
    assert (gaps**2).mean() == pytest.approx(held["Brier score"])
    for row, came in zip(own["row"], own["came"], strict=True):
        month = int(row.split()[1])
        assert bool(came) is reviews.came_true(room.case, month)["better"]
        assert ("they came" in row) is bool(came)
    drawn = lab.figure.data["bars"].set_index("category")["value"].to_dict()
    assert list(drawn.values()) == [held[name] for name in SCORES]
    assert f" of {held['forecasts']:.0f} times" in lab.figure.title
    first = room.sitting
    room.chooser.set(case="E")
    for choice in ("stop", "adapt", "stop"):
        commit(room, choice)
    watch(room)
    held = reviews.scores([first, room.sitting]).set_index("event").loc["better"]
    assert "in 2 cases" in lab.figure.description
    assert f"score is {held['Brier score']:.2f}" in lab.figure.title
    again = Lesson(this.words, Record(this.record.path)).play("score")
    assert again.figure.title == lab.figure.title


def test_a_case_that_was_opened_without_forecasts_has_no_score(this):
    room, lab = this.play("case_room"), this.play("score")
    room.show_all()
    assert not lab.shut
    assert "no score of yours, because you made no forecasts" in lab.figure.title
    assert len(lab.figure.data["bars"]) == 2


# --- one look for each meaning -------------------------------------------------------------------


def colours(figure: Figure) -> set[str]:
    """Return the colours of all that a chart draws."""

    def drawn(spec: object) -> object:
        if isinstance(spec, list):
            return [drawn(part) for part in spec]
        if not isinstance(spec, dict):
            return spec
        data = figure.data.get((spec.get("data") or {}).get("name"))
        empty = data is not None and data.empty
        return {} if empty else {key: drawn(part) for key, part in spec.items() if key != "config"}

    return set(re.findall(r"#[0-9a-f]{6}", json.dumps(drawn(dict(figure.spec)))))


def test_each_colour_means_one_thing_in_the_whole_lesson(this):
    """Blue and orange judge a month, purple is what happened, pink is what the learner chose."""
    this.predict("nine").press("skip")
    guess = this.predict("condition")
    guess.set(answer="mastery_built", sure="0.5")
    guess.press("lock")
    case = evidence.case("A")
    of = {name: this.play(name).figure for name in ("nine", "in_common", "score")}
    of |= {
        "case": review.case_figure(case, case.tracked_measure, 6, 48, True),
        "endings": _figure("A", 24, "stop", 6),
    }
    where = {
        role: {name for name, figure in of.items() if COLOUR[role] in colours(figure)}
        for role in ("main", "warn", "fourth", "fifth")
    }
    assert where == {
        "main": {"case"},
        "warn": {"case"},
        "fourth": {"case", "nine", "endings"},
        "fifth": {"in_common", "score", "endings"},
    }


@pytest.mark.parametrize("name", reviews.NINE)
def test_what_happened_stands_on_the_chart_at_the_review_that_asks_about_it(name):
    case = evidence.case(name)
    drawn = review.case_figure(case, case.tracked_measure, 6, 12).data["events"]
    happened = reviews.events(case, 12)
    told = happened[happened["kind"].isin(["start", "winter pressure", "leader leaves"])]
    assert set(told["month"]) <= set(drawn["at"])
    winter = drawn.loc[drawn["kind"] == "hard winter", "at"].tolist()
    assert winter == happened.loc[happened["kind"] == "winter pressure", "month"].tolist()


@pytest.mark.parametrize("name", reviews.NINE)
def test_the_band_bears_its_name_while_a_review_asks_about_it(name):
    case = evidence.case(name)
    for until in (*reviews.reviews_of(case), MONTHS):
        bands = review.case_figure(case, case.tracked_measure, 6, until).data["bands"]
        named = bands.loc[bands["name"] != "", "start"].tolist()
        assert named == ([until] if until < MONTHS else [])


@pytest.mark.parametrize("name", reviews.NINE)
def test_the_words_of_events_stand_above_the_months(name):
    case = evidence.case(name)
    spec, happened = (
        getattr(review.case_figure(case, case.tracked_measure, 6, 48, True), part)
        for part in ("spec", "data")
    )
    for chart, lane in ((spec, "lane"), (spec.narrow, "slim")):
        lowest = happened["events"][lane].max() + LANE / 2
        scales = [layer["encoding"]["y"].get("scale", {}) for layer in chart["layer"]]
        tops = [scale["range"][1] for scale in scales if "range" in scale]
        (rules,) = (each for each in chart["layer"] if each["encoding"]["y"].get("value"))
        assert set(tops) == {rules["encoding"]["y"]["value"]} == {lowest}
        assert chart["height"] - lowest == HEIGHT


def test_the_axes_of_the_nine_charts_have_names(this):
    this.predict("nine").press("skip")
    lab = this.play("nine")
    assert {"month", "% better than before"} <= titles(dict(lab.figure.spec))


@pytest.mark.parametrize("name", reviews.NINE)
def test_a_small_chart_is_coloured_while_the_first_programme_runs(this, name):
    this.predict("nine").press("skip")
    shown = this.play("nine").figure.data["nine"]
    months = shown[shown["case"].str.startswith(f"{name}: ") & (shown["part"] == "month")]
    case = evidence.case(name)
    runs = months.loc[months["runs"] == True, "at"]  # noqa: E712
    last = case.outcome_month if case.outcome in reviews.ENDINGS else MONTHS - 1
    assert runs.tolist() == list(range(case.start_month, last + 1))
    named = shown[shown["case"].str.startswith(f"{name}: ") & (shown["part"] == "event")]
    assert named["at"].tolist() == [case.ceiling_month] * (case.ceiling_month is not None)


def titles(spec: object) -> set[str]:
    """Return the titles of the axes of a chart."""
    if isinstance(spec, list):
        return set().union(*map(titles, spec))
    if not isinstance(spec, dict):
        return set()
    own = [each.get("title") for each in (spec, spec.get("axis") or {}) if "field" in spec]
    own = {" ".join(title) if isinstance(title, list) else title for title in own if title}
    return own.union(*map(titles, spec.values()))


def test_the_questions_about_all_nine_wait_for_the_first_prediction(this):
    nine, guess, explain = (
        this.predict("nine"),
        this.predict("condition"),
        this.explain("condition"),
    )
    assert guess.waits
    assert explain.waits
    nine.set(answer=4, sure="0.5")
    nine.press("lock")
    assert not guess.waits
    assert explain.waits


def test_who_decides_as_the_case_did_is_told_so(this):
    room, lab = this.play("case_room"), this.play("endings")
    for choice in ("persist", "persist", "switch"):
        commit(room, choice)
    watch(room)
    assert "you decided as the team did" in lab.figure.title
    lanes = lab.figure.trace["lanes"]
    assert lanes[0]["moves"] == lanes[1]["moves"]
