"""The case room: what opens when, what is scored, how codes agree, and what nine cases can show."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import evidence
from toolkit.charts import cases
from toolkit.charts.cases import JUDGED, TURNS, WIDTH, lanes
from toolkit.course.lesson import Lesson
from toolkit.evidence import Case
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l12_nine_cases.labs.review import case_figure
from toolkit.lessons.l12_nine_cases.labs.room import CaseRoom
from toolkit.models.cases import comparison, reviews
from toolkit.models.cases.reviews import MONTHS, NINE, Review, Sitting

HOSTILE = '<script>alert("x")</script>'
SAID = {"choice": "adapt", "better": 40}


def review(running: float = 0.7, better: float = 0.4) -> Review:
    return Review("adapt", running, better, "a reason")


def watch(room: CaseRoom) -> None:
    """Play the open months to their end, as the page tells of it."""
    room.chart._received(None, {"played": True}, [])


def decide(room: CaseRoom) -> None:
    """Watch the open months, and decide."""
    watch(room)
    room.review.set(**SAID)
    room.review.press("commit")


def play(name: str, every: int = 6) -> Sitting:
    sitting = Sitting(name, every)
    while not sitting.over:
        sitting = sitting.commit(review())
    return sitting


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "record.json")


@pytest.fixture
def this(record) -> Lesson:
    return Lesson(words_of("12"), record)


def changed(case: Case, **values: object) -> Case:
    """The same case with other values, as a broken copy of the data would give it."""
    return Case(**{**case.__dict__, **values})


# --- what opens, and when ---------------------------------------------------------------------


def test_the_first_year_is_open_and_each_commitment_opens_the_next_stretch():
    sitting = Sitting("C")
    seen = [sitting.month]
    while not sitting.over:
        sitting = sitting.commit(review())
        seen.append(sitting.month)
    assert seen == [12, 18, 24, 30, 36, 42, 48]
    assert len(play("C", 3).reviews) == 12


@pytest.mark.parametrize("name", NINE)
@pytest.mark.parametrize("every", [3, 6])
def test_a_case_is_over_when_its_programme_has_ended_in_the_open_months(name, every):
    case, sitting = evidence.case(name), play(name, every)
    assert sitting.month == MONTHS
    assert len(sitting.reviews) == len(reviews.reviews_of(case, every))
    last = 12 + every * (len(sitting.reviews) - 1)
    assert last <= reviews.ended(case)
    assert last + every > reviews.ended(case) or last + every >= MONTHS


def test_a_case_that_is_over_takes_no_more_reviews():
    done = play("H")
    assert done.commit(review()) == done


@pytest.mark.parametrize("name", NINE)
@pytest.mark.parametrize("until", [12, 24, 42])
def test_nothing_of_the_closed_months_is_shown(name, until):
    case = evidence.case(name)
    months, bands = reviews.opened(case, case.tracked_measure, 6, until)
    assert months["month"].max() == until - 1
    # The limits ahead are made of open months alone.
    future = case.series.assign(**{case.tracked_measure: 0.0})
    kept = case.series.where(case.series["month"] < until, future)
    again = reviews.opened(changed(case, series=kept), case.tracked_measure, 6, until)
    pd.testing.assert_frame_equal(again[0], months)
    pd.testing.assert_frame_equal(again[1], bands)
    assert (reviews.events(case, until)["month"] < until).all()
    figure = case_figure(case, case.tracked_measure, 6, until)
    assert len(figure.table) == until
    later = case_figure(case, case.tracked_measure, 6, 48)
    assert figure.data["reach"].equals(later.data["reach"])  # the axis tells nothing either
    drawn = later.data["months"]["value"]
    assert drawn.between(*figure.data["reach"]["value"]).sum() == drawn.notna().sum()
    assert case.outcome_text not in json.dumps(figure.to_spec())


def test_a_ceiling_is_named_in_hindsight_only():
    case = evidence.case("A")
    assert "ceiling" not in set(reviews.events(case)["kind"])
    assert "ceiling" in set(reviews.events(case, hindsight=True)["kind"])


@pytest.mark.parametrize(
    ("name", "measure", "month"), [("F", "lead_time_days", 13), ("I", "outcome_score", 26)]
)
def test_a_missing_month_is_left_open(name, measure, month):
    case = evidence.case(name)
    assert np.isnan(reviews.monthly(case, measure)[month])
    months, bands = reviews.opened(case, measure)
    assert months["judged"][month] == "not known"
    assert bands[["low", "high"]].notna().all(axis=None)
    figure = case_figure(case, measure, 6, 48)
    assert f"No figure for month {month}" in figure.description


def test_a_row_that_is_not_there_is_a_missing_month():
    case = evidence.case("C")
    broken = changed(case, series=case.series[case.series["month"] != 20])
    months, _ = reviews.opened(broken, "outcome_score")
    assert len(months) == MONTHS
    assert months["judged"][20] == "not known"


def test_limits_are_those_of_the_twelve_months_before():
    case = evidence.case("D")
    values = reviews.monthly(case, "lead_time_days")
    _, bands = reviews.opened(case, "lead_time_days", 6, 30)
    assert bands["start"].tolist() == [12, 18, 24, 30]
    assert bands["centre"].to_numpy() == pytest.approx(
        [values[start - 12 : start].mean() for start in bands["start"]]
    )


def test_an_unknown_measure_lists_those_there_are():
    with pytest.raises(ValueError, match=r"no measure 'speed'; there is lead_time_days"):
        reviews.monthly(evidence.case("A"), "speed")


# --- forecasts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"choice": None}, "Choose one of the 5 answers"),
        ({"choice": "wait"}, "Choose one of"),
        ({"running": "0.4"}, "Set the slider"),
        ({"better": None}, "Set the slider"),
        ({"running": True}, "Set the slider"),
        ({"better": 40}, "between 0 and 1"),
        ({"running": float("nan")}, "between 0 and 1"),
        ({"reason": None}, "not text"),
    ],
)
def test_a_review_that_cannot_be_scored_is_refused_in_words(said, words):
    good = {"choice": "stop", "running": 0.1, "better": 0.9, "reason": "because"}
    with pytest.raises(ValueError, match=words):
        Review(**{**good, **said})


@pytest.mark.parametrize(
    ("name", "month", "running"),
    [
        *(("A", 12, True), ("A", 18, False), ("E", 12, True), ("E", 24, False)),
        *(("B", 36, True), ("I", 42, True), ("F", 18, True), ("F", 24, False)),
    ],
)
def test_still_running_follows_the_stop_or_switch_on_record(name, month, running):
    assert reviews.came_true(evidence.case(name), month)["running"] is running


def test_better_than_the_limits_is_what_the_chart_shows():
    for name in NINE:
        case = evidence.case(name)
        months, _ = reviews.opened(case, case.tracked_measure)
        for month in reviews.reviews_of(case):
            shown = (months["judged"][month : month + 6] == "better").any()
            assert reviews.came_true(case, month)["better"] == shown


def test_what_is_not_known_is_not_scored():
    case = evidence.case("C")
    gap = case.series["outcome_score"].where(~case.series["month"].between(18, 23))
    blind = changed(case, series=case.series.assign(outcome_score=gap))
    assert reviews.came_true(blind, 18)["better"] is None


def test_the_base_rates_are_those_of_all_reviews_of_the_nine():
    pairs = [(n, m) for n in NINE for m in reviews.reviews_of(evidence.case(n))]
    came = [reviews.came_true(evidence.case(n), m) for n, m in pairs]
    for name, rate in reviews.base_rates().items():
        assert rate == pytest.approx(np.mean([each[name] for each in came]))
        assert 0.1 < rate < 0.9, "an event that nearly always comes teaches no calibration"


@pytest.mark.parametrize(
    ("said", "came", "score"),
    [
        *(([1.0], [True], 0.0), ([1.0], [False], 1.0), ([0.5] * 4, [True, False] * 2, 0.25)),
        ([0.9] * 6, [True] * 3 + [False] * 3, 0.41),
    ],
)
def test_brier_scores(said, came, score):
    assert reviews.brier(said, came) == pytest.approx(score)


@pytest.mark.parametrize(("said", "came"), [([], []), ([0.5], [True, False]), ([1.2], [True])])
def test_a_score_of_nothing_or_of_the_impossible_is_refused(said, came):
    with pytest.raises(ValueError, match=r"at least one|between 0 and 1"):
        reviews.brier(said, came)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=20), st.floats(0, 1))
def test_no_constant_forecast_beats_the_share_that_happened(came, other):
    share = float(np.mean(came))
    best = reviews.brier([share] * len(came), came)
    assert best <= reviews.brier([other] * len(came), came) + 1e-9
    assert best == pytest.approx(share * (1 - share), abs=1e-9)


def test_scores_stand_beside_the_base_rate_and_wait_for_the_end():
    assert reviews.scores([Sitting("A").commit(review())]).empty
    table = reviews.scores([play("A"), Sitting("B")]).set_index("event")
    assert table["forecasts"].tolist() == [3, 3]
    row = table.loc["running"]
    assert row["Brier score"] == pytest.approx((0.3**2 + 0.7**2 + 0.7**2) / 3)
    rate = reviews.base_rates()["running"]
    assert row["always the base rate"] == pytest.approx(((1 - rate) ** 2 + 2 * rate**2) / 3)
    assert row["always 50%"] == 0.25


def test_up_is_better_on_the_common_scale():
    case = evidence.case("A")
    fall, bands = reviews.on_one_scale(case, "lead_time_days")
    assert np.nanmean(fall[: case.start_month]) == pytest.approx(0)
    assert np.nanmean(fall[12:18]) > 0
    assert (bands["low"] < bands["high"]).all()
    months, _ = reviews.opened(case, "lead_time_days")
    inside = months["judged"] == "inside"
    for band in bands.itertuples():
        stretch = slice(band.start, band.stop)
        held = (band.low <= fall[stretch]) & (fall[stretch] <= band.high)
        assert held.tolist() == inside[stretch].tolist()
    assert reviews.monthly(case, "lead_time_days")[12:18].mean() < 7.4


# --- the record -------------------------------------------------------------------------------


def test_a_sitting_comes_back_from_the_record_as_it_was():
    sitting = Sitting("B", 3).commit(review()).commit(Review("stop", 0, 1, HOSTILE))
    assert Sitting.of_entry("B", json.loads(json.dumps(sitting.entry()))) == sitting


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({}, "every"),
        ({"every": 5, "reviews": []}, "its pace is 5, not 3 or 6 months"),
        ({"every": 6, "reviews": [{"choice": "adapt"}]}, "Set the slider"),
        ({"every": 6, "reviews": [{**review().__dict__, "choice": "x"}]}, "Choose one of"),
        ({"every": 6, "reviews": 7}, "case A cannot be read"),
        ({"every": 6, "reviews": [{**review().__dict__, "mood": 1}]}, "mood"),
    ],
)
def test_a_broken_entry_is_told_and_set_aside_never_lost(record, broken, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Sitting.of_entry("A", broken)
    record.put("12/case/A", broken)
    room = CaseRoom(record)
    assert "cannot be read" in room.review.waits
    assert "set it aside" in room.review.waits
    assert record.get("12/case/A set aside 1") == broken
    assert room.sitting == Sitting("A")


@pytest.mark.parametrize("held", [{"case": "Z"}, {"case": ["A"]}, {}])
def test_a_place_that_does_not_exist_opens_the_first_case(record, held):
    record.put(CaseRoom.PLACE, held)
    assert CaseRoom(record).sitting.case == "A"


# --- the room ---------------------------------------------------------------------------------


def test_nothing_opens_before_everything_is_said(record):
    room = CaseRoom(record)
    assert room.review.waits.startswith("Play the first year.")
    watch(room)
    assert room.review.waits == ""
    for name in ("choice", "better"):
        room.review.press("commit")
        assert room.review.status.startswith("You have not decided yet.")
        room.review.set(**{name: SAID[name]})
        assert (room.sitting.month, record.keys("12/")) == (12, [])
    room.review.press("commit")
    assert room.sitting.month == 18
    assert "Now play months 12 to 17." in room.review.waits
    room.review.press("commit")  # nobody decides on months that they have not seen
    assert room.sitting.month == 18
    watch(room)
    assert room.review.waits == ""
    assert "In months 12 to 17" in room.review.status
    assert room.review.value["choice"] is None


def test_the_verdict_waits_until_the_last_months_were_played(record):
    room = CaseRoom(record)
    room.chooser.set(case="E")
    end = evidence.case("E").outcome_text
    while not room.sitting.over:
        assert not room.ended
        decide(room)
    assert end not in room.past.value
    assert "the programme of this case ends before the next review" in room.review.waits
    assert not room.ended
    watch(room)
    assert "The programme was stopped in month 25" in room.review.status
    assert end in room.past.value
    assert room.ended
    again = CaseRoom(Record(record.path))
    assert end in again.past.value
    assert again.ended


def test_after_a_restart_only_months_that_were_played_count(record):
    room = CaseRoom(record)
    decide(room)
    assert not CaseRoom(Record(record.path)).revealed
    decide(room)
    again = CaseRoom(Record(record.path))
    assert again.revealed
    assert not again.ended
    assert (again.decided.month, again.sitting.month) == (18, 24)


def test_a_review_of_an_earlier_edition_keeps_both_forecasts():
    old = Sitting("A", 6, (review(),) * 3)
    assert Sitting.of_entry("A", json.loads(json.dumps(old.entry()))) == old
    assert reviews.scores([old])["event"].tolist() == list(reviews.FORECASTS)
    new = Sitting("A", 6, (Review("adapt", better=0.4),) * 3)
    assert reviews.scores([new])["event"].tolist() == ["better"]


def test_a_case_from_first_review_to_verdict_over_a_restart(record):
    room = CaseRoom(record)
    room.chooser.set(case="F")
    for _ in range(2):
        decide(room)
    again = CaseRoom(Record(record.path))
    assert again.sitting == room.sitting
    assert again.figure.table.equals(room.figure.table)
    while not again.sitting.over:
        decide(again)
    watch(again)
    assert "stopped in month 34" in again.past.value
    for words in (
        "The verdict",
        "not about right or wrong",
    ):
        assert words in again.past.value
    assert again.past.value.count("In month 12, you chose to adapt the programme.") == 1
    again.review.press("commit")
    assert again.sitting == Sitting("G")


def test_the_learners_words_are_shown_as_plain_text(record):
    held = Sitting("A", 6, (Review("adapt", better=0.4, reason=HOSTILE),))  # of an earlier edition
    record.put("12/case/A", held.entry())
    room = CaseRoom(record)
    assert HOSTILE not in room.past.value
    assert "&lt;script&gt;" in room.past.value


def test_a_trainer_opens_everything_and_can_start_again(record):
    room = CaseRoom(record)
    decide(room)
    room.chooser.press("show")
    assert room.sitting.month == MONTHS
    assert len(room.sitting.reviews) == 1
    room.chooser.press("again")
    assert room.sitting == Sitting("A")
    assert record.get("12/case/A set aside 1")["reviews"][0]["choice"] == SAID["choice"]


def test_an_unknown_case_gives_a_message_in_the_lesson(record):
    room = CaseRoom(record)
    room.chooser.set(case="Z")
    assert "There is no case" in room.problem.value
    assert room.sitting.case == "A"


@pytest.mark.parametrize("name", NINE)
def test_it_says_illustrative_wherever_a_case_appears(record, name):
    room = CaseRoom(record)
    room.chooser.set(case=name)
    told = evidence.case(name).provenance.note
    assert told in " ".join(text for text, _ in room.chart.figure.chips)
    assert room.chart.figure.chips[0][0].startswith("△ illustrative")


# --- charts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NINE)
@pytest.mark.parametrize("last", [24, 36, MONTHS])
def test_every_turn_has_a_label_and_none_covers_another(name, last):
    happened = reviews.events(evidence.case(name), last, hindsight=True)
    placed = lanes(happened, last)
    turns = [cases.SAID["turn"][kind] for kind in happened["kind"] if kind in TURNS]
    assert placed["kind"].tolist() == turns
    for _, lane in placed[placed["side"] == "right"].groupby("lane"):
        room = lane["month"].diff().shift(-1).dropna() * WIDTH / last
        assert (room.to_numpy() > lane["kind"].str.len().to_numpy()[:-1] * 7).all()


def test_the_case_chart_tells_judgements_apart_without_colour():
    figure = case_figure(evidence.case("A"), "lead_time_days", 6, 48)
    (shape,) = {
        tuple(layer["encoding"]["shape"]["scale"]["range"])
        for layer in figure.spec["layer"]
        if "shape" in layer["encoding"]
    }
    assert len(set(shape)) == len(JUDGED) == len(shape)
    how = figure.data["months"]["how"]
    assert set(how[12:]) == {words for words, _ in JUDGED.values()}
    assert set(how[:12]) == {""}, "no band was there to judge the first year by"
    assert figure.table["judged"][:12].tolist() == ["first year"] * 12


@pytest.mark.parametrize("lab", ["nine", "in_common"])
def test_every_lab_says_at_once_where_its_figures_come_from(this, lab):
    made = this.play(lab)
    kinds = [chip.split(":")[0].split(" ", 1)[1] for chip, _ in made.figure.chips]
    assert "illustrative" in kinds
    assert made.shut, "nothing is shown before it was predicted or skipped"


@pytest.mark.parametrize("measure", ["", "engagement"])
def test_labs_over_all_measures(this, measure):
    this.predict("nine").press("skip")
    lab = this.play("nine")
    lab.form.set(measure=measure)
    assert lab.problem.value == ""
    assert len(lab.figure.table) == len(NINE)


def test_the_prediction_about_all_nine_stands_beside_the_count(this):
    guess = this.predict("nine")
    guess.set(answer=3, sure="0.7")
    lab = this.play("nine")
    guess.press("lock")
    assert not lab.shut
    lab.tell()
    assert "You predicted 3 of 9 programmes (fairly sure)." in lab.chart.verdict
    assert lab.figure.title.startswith("5 of 9")
    running = [reviews.ended(evidence.case(name)) == MONTHS for name in NINE]
    assert sum(running) == 5


# --- across the cases -------------------------------------------------------------------------


def test_what_all_that_endured_share():
    known, names = comparison.conditions(), list(comparison.CONDITIONS)
    assert comparison.shared(known, names) == {"leader_stays": 1}
    assert known.query("leader_stays == 1 and endured == 0").index.tolist() == ["I"]
    assert comparison.shared(known, names[2:]) == {}
    assert comparison.shared_by_lot(known, names) == (8, 126)


def test_a_programme_endured_if_it_ran_on_and_every_month_of_its_last_year_beat_all_before_it():
    for case in map(evidence.case, NINE):
        months = case.series.set_index("month")[case.tracked_measure]
        up = months if reviews.BETTER[case.tracked_measure] > 0 else -months
        better = up[36:].min() > up[: case.start_month].max()
        runs_on = case.outcome == "running"
        assert reviews.endured(case) == (runs_on and better) == (case.id in "BCDG")
        if runs_on and not better:
            assert reviews.no_better(case) == reviews.YEAR / 2, "as the reason tells of case I"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("leader_stays", "leaders who stayed: 4 of the 4 cases"),
        ("mastery_built", "skilled staff: 3 of the 4 cases"),
        ("own_problem", "2 of the 4 cases"),
        ("none", "Which condition did all 4"),
    ],
)
def test_the_grid_opens_on_what_was_predicted_and_puts_first_what_endured(this, answer, told):
    this.predict("nine").press("skip")
    guess = this.predict("condition")
    guess.set(answer=answer, sure="0.5")
    lab = this.play("in_common")
    guess.press("lock")
    figure = lab.figure
    rows = list(dict.fromkeys(figure.data["grid"]["row"]))
    assert rows[:4] == ["B: endured", "C: endured", "D: endured", "G: endured"]
    assert len(rows) == len(NINE)
    assert "I: did not endure" in rows
    assert told in figure.title
    assert lab.chart.covered, "it is found before it is told"


def test_a_case_that_was_reviewed_every_quarter_in_an_earlier_edition_goes_on_so(record):
    record.put("12/case/A", Sitting("A", 3, (Review("adapt", better=0.4),)).entry())
    room = CaseRoom(record)
    watch(room)
    assert room.sitting.month == 15
    assert "months 15 to 17" in room.review.fields[1]["label"]


def test_questions_name_a_reason_for_every_answer_and_one_is_from_an_earlier_lesson():
    checks = words_of("12").check
    assert [check.lesson for check in checks.values() if check.lesson] == ["03"]
    # The worked answer of the question on Brier scores.
    assert reviews.brier([0.9] * 6, [True] * 3 + [False] * 3) == pytest.approx(0.41)


def test_a_half_written_review_is_there_in_the_next_session_and_gone_once_committed(record):
    room = CaseRoom(record)
    half = {"better": 40}
    room.review.set(**half)
    room.chooser.set(case="B")  # another case has a review of its own
    assert room.review.value["better"] is None
    room.chooser.set(case="A")
    assert half.items() <= room.review.value.items()
    again = CaseRoom(Record(record.path))
    assert half.items() <= again.review.value.items()
    watch(again)
    again.review.set(choice=next(iter(reviews.CHOICES)))
    again.review.press("commit")
    assert again.sitting.reviews
    assert Record(record.path).keys("draft/") == []
    assert CaseRoom(Record(record.path)).review.value["better"] is None
