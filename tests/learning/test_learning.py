"""What a learner does: each act untouched, incomplete and right, and the words behind them."""

from __future__ import annotations

import asyncio
import atexit
import errno
import html
import tomllib
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.course import Lesson
from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.calibration import bands
from toolkit.learning.record import Record
from toolkit.learning.words import (
    Ask,
    Check,
    Explain,
    LessonWords,
    lesson_folders,
    parse_questions,
    words_of,
)
from toolkit.screen.questions import Card, Explanation, KeptForm, Prediction, Question

calm = settings(derandomize=True, deadline=None, max_examples=40)

SCRIPT = "<script>alert('no')</script><img src=x onerror=alert(1)>"
VIEW = "application/vnd.jupyter.widget-view+json"

HOW_MANY = Ask("How many come out?", "slider", min=0, max=100, unit="patients")
WHICH = Ask("Which stage?", "choice", options={"tests": "the tests", "home": "care at home"})
WHY = Ask("What will happen?", "text")
TELL = Explain("Why do fewer come out?", ("Losses are passed on.", "Gains are not."))
ASKED = Check(
    "What happens to discharges?",
    {"more": "they rise", "none": "they stay"},
    right="none",
    because={"more": "Only at the constraint.", "none": "The constraint sets the pace."},
    lesson="00",
)
PROMPTS = {"where": "Where does work wait?", "who": "Whose hands is it in?"}
GIVEN = {"slider": (HOW_MANY, 70), "choice": (WHICH, "home"), "text": (WHY, "It gets worse.")}


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


def later(record: Record) -> Record:
    """The same record in a new session."""
    return Record(record.path)


def predict(record: Record, ask: Ask = HOW_MANY) -> Prediction:
    return Prediction("03/predict/dice", ask, record)


def entries(record: Record, prefix: str = "") -> dict:
    """Return what the file holds; drafts only if they are asked for."""
    again = later(record)
    drafts = again.keys("draft/") if not prefix else []
    return {key: again.get(key) for key in again.keys(prefix) if key not in drafts}


# --- predict ----------------------------------------------------------------------------------


def test_an_untouched_prediction_hides_and_keeps_nothing(record):
    guess = predict(record)
    assert (guess.revealed, guess.sealed, guess.answer, guess.words) == (False, False, None, "")
    assert guess.status == ""
    assert guess.locked == ["again"]
    assert entries(record) == {}


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize("empty", [None, "", "  \n"])
def test_nothing_chosen_is_not_locked(record, kind, empty):
    guess = predict(record, GIVEN[kind][0])
    guess.set(answer=empty, sure="0.9")
    guess.press("lock")
    assert guess.status.startswith("You have not chosen anything yet.")
    assert not guess.revealed
    assert entries(record) == {}


def test_an_order_that_nobody_moved_says_what_to_do(record):
    guess = predict(record, Ask("In what order?", "order", options={"a": "first", "b": "second"}))
    guess.set(sure="0.9")
    guess.press("lock")
    assert guess.status.startswith("Move at least one line first.")
    assert not guess.revealed


@pytest.mark.parametrize("how", ["lock", "skip"])
def test_a_question_that_tells_a_result_waits_for_the_prediction(record, how):
    guess, why = predict(record), Question("03/check/dice", ASKED, record)
    why.wait_for(guess)
    assert why.waits.startswith("Lock in your prediction above first.")
    guess.set(answer=70, sure="0.7")
    guess.press(how)
    assert why.waits == ""


def test_a_trainer_can_show_an_answer_although_nobody_predicted(record):
    why = Explanation("03/explain/dice", TELL, record)
    why.wait_for(predict(record))
    assert why.waits
    why.reveal()
    assert why.waits == ""


def test_in_a_lesson_an_act_named_like_a_prediction_waits_for_it(record):
    this = Lesson(words_of("01"), record)
    assert this.check("regain").waits
    assert this.explain("pause").waits
    assert not this.check("dip").waits
    this.predict("regain").skip()
    assert not this.check("regain").waits


def test_a_prediction_says_how_sure_it_is(record):
    guess = predict(record)
    guess.set(answer=70)
    guess.press("lock")
    assert guess.status == "Now say how sure you are."
    assert not guess.revealed
    guess.set(sure="0.7")
    guess.press("lock")
    assert guess.revealed


def test_nought_is_a_prediction_too(record):
    guess = predict(record)
    guess.set(answer=0, sure="0.5")
    guess.press("lock")
    assert (guess.answer, guess.words) == (0, "0 patients (just guessing)")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("slider", "70 patients (fairly sure)"),
        ("choice", "“care at home” (fairly sure)"),
        ("text", "“It gets worse.” (fairly sure)"),
    ],
)
def test_a_locked_prediction_is_kept_told_and_cannot_be_changed(record, kind, words):
    ask, answer = GIVEN[kind]
    guess = predict(record, ask)
    guess.set(answer=answer, sure="0.7")
    guess.press("lock")
    assert (guess.answer, guess.words) == (answer, words)
    assert guess.status == f"Locked: {words}. You will see it again beside the result below."
    assert guess.locked == ["answer", "sure", "lock", "skip"]
    assert guess.revealed
    assert entries(record) == {
        "03/predict/dice": {"kind": "prediction", "answer": answer, "sure": "0.7"}
    }


@pytest.mark.parametrize("kind", GIVEN)
def test_a_locked_prediction_is_there_in_the_next_session(record, kind):
    ask, answer = GIVEN[kind]
    first = predict(record, ask)
    first.set(answer=answer, sure="0.9")
    first.press("lock")
    again = predict(later(record), ask)
    for trait in ("value", "locked", "status", "revealed"):
        assert getattr(again, trait) == getattr(first, trait)
    assert again.words == first.words


def lock(guess: Prediction, answer: object, sure: str = "0.9") -> None:
    guess.set(answer=answer, sure=sure)
    guess.press("lock")


def test_predicting_again_keeps_the_first_answer_which_counts(record):
    guess = predict(record)
    lock(guess, 70)
    guess.settle(40)
    guess.press("again")
    assert (guess.locked, guess.answer) == (["again", "skip"], 70)
    lock(guess, 40, "0.5")
    assert (guess.answer, guess.counted, guess.came) == (40, 70, False)
    assert "Your first prediction counts. It was 70 patients (very sure)." in guess.status
    assert "Your first prediction counts, and it was not right." in guess.verdict
    lock(guess, 41)
    first = {"kind": "prediction", "answer": 70, "sure": "0.9", "outcome": 40, "came": False}
    tries = [{"answer": 40, "sure": "0.5"}, {"answer": 41, "sure": "0.9"}]
    assert entries(record) == {"03/predict/dice": {**first, "later": tries}}
    again = predict(later(record))
    for trait in ("value", "locked", "status", "held", "came", "counted"):
        assert getattr(again, trait) == getattr(guess, trait)
    assert sum(band.asked for band in bands(record)) == 1
    assert sum(band.came for band in bands(record)) == 0


def test_what_was_locked_in_one_window_is_locked_in_the_other(record):
    here, there = predict(record), predict(later(record))
    lock(here, 70)
    lock(there, 20)
    assert (there.answer, there.sealed) == (70, True)
    assert there.status.startswith(
        "You locked in your prediction in another window, and that answer counts."
    )
    assert entries(record)["03/predict/dice"]["answer"] == 70
    there.press("again")
    lock(there, 30)
    here.press("again")
    lock(here, 50)  # what the other window added stays
    kept = entries(record)["03/predict/dice"]
    assert [each["answer"] for each in kept["later"]] == [30, 50]


@pytest.mark.parametrize("reopened", [False, True])
def test_an_answer_after_the_result_was_seen_does_not_count(record, reopened):
    guess = predict(record)
    guess.press("skip")
    if reopened:
        guess = predict(later(record))
        assert guess.revealed
        assert guess.status.startswith("You skipped this.")
    lock(guess, 70)
    guess.settle(70)
    assert guess.verdict.endswith("Your prediction counts as right.")
    assert "so this prediction does not count" in guess.status
    assert entries(record)["03/predict/dice"] == {
        "kind": "prediction", "answer": 70, "sure": "0.9", "after": True,
    }  # fmt: skip
    assert sum(band.asked for band in bands(record)) == 0


def test_the_result_says_why_where_the_words_have_a_reason(record):
    guess = predict(record, replace(HOW_MANY, because="Losses are passed on, gains are not."))
    lock(guess, 70)
    guess.settle(20)
    assert guess.verdict.endswith("Result: 20 patients. Losses are passed on, gains are not.")


def test_a_drawn_line_is_locked_when_every_point_is_drawn(record):
    ask = Ask("How will it go?", "curve", at=("spring", "summer", "autumn"), unit="beds")
    guess = predict(record, ask)
    lock(guess, [None, 3, None])
    assert guess.status == "You still have to draw 2 points."
    assert not guess.revealed
    assert predict(later(record), ask).value["answer"] == [None, 3, None]
    lock(guess, [1, 3, 0])
    assert guess.answer == [1, 3, 0]


@pytest.mark.parametrize(
    ("ask", "entry"),
    [
        (WHICH, {"answer": "a stage of last year", "sure": "0.7"}),
        (WHICH, {"answer": ["home"], "sure": "0.7"}),
        (WHICH, {"answer": 70, "sure": "0.7"}),
        (HOW_MANY, {"answer": "home", "sure": "0.7"}),
        (HOW_MANY, {"answer": 700, "sure": "0.7"}),
        (HOW_MANY, {"answer": True, "sure": "0.7"}),
        (HOW_MANY, {"answer": None, "sure": "0.7"}),
        (HOW_MANY, {"answer": 70, "sure": "1.0"}),
        (HOW_MANY, {"answer": 70, "sure": {}}),
        (HOW_MANY, {"answer": 70}),
        (WHY, {"answer": 70, "sure": "0.7"}),
        (HOW_MANY, {}),
    ],
)
def test_a_kept_answer_that_fits_no_more_is_asked_for_again(record, ask, entry):
    record.put("03/predict/dice", entry)
    guess = predict(later(record), ask)
    assert not guess.revealed
    assert guess.words == ""
    assert guess.value == {"answer": None, "sure": None}


def test_the_confidence_is_a_probability_that_can_be_scored_later():
    chances = [float(key) for key in CONFIDENCE]
    assert chances == sorted(chances)
    assert all(0.5 <= chance < 1 for chance in chances)


# --- explain ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "", "   ", "dice", " " * 50, "queues grow" + " " * 30])
def test_a_word_is_not_yet_an_explanation(record, text):
    act = Explanation("03/explain/dice", TELL, record)
    act.set(text=text)
    act.press("compare")
    assert act.status.startswith("Write a sentence or two first")
    assert not act.revealed
    assert entries(record) == {}


def test_an_explanation_is_kept_and_meets_the_model_answer(record):
    act = Explanation("03/explain/dice", TELL, record)
    assert "Losses" not in act.status + act._static()
    said = "A good throw cannot be used when little waits."
    act.set(text=said)
    act.press("compare")
    assert act.revealed
    assert act.status == "A model answer\nLosses are passed on.\nGains are not."
    assert entries(record) == {"03/explain/dice": {"kind": "explanation", "text": said}}
    again = Explanation("03/explain/dice", TELL, later(record))
    assert (again.value, again.status, again.revealed) == (act.value, act.status, True)


def test_a_skipped_explanation_keeps_no_answer(record):
    act = Explanation("03/explain/dice", TELL, record)
    act.set(text="A draft that was never handed in.")
    act.press("skip")
    assert act.revealed
    assert act.status.startswith("A model answer")
    assert entries(record) == {}


def test_an_explanation_can_be_bettered(record):
    act = Explanation("03/explain/dice", TELL, record)
    for text in ("A first attempt at an explanation.", "A second and better attempt at it."):
        act.set(text=text)
        act.press("compare")
        assert entries(record)["03/explain/dice"]["text"] == text


# --- check ------------------------------------------------------------------------------------


def test_a_question_shows_its_answer_to_a_room_and_keeps_nothing(record):
    act = Question("03/check/mirage", ASKED, record)
    act.show()
    assert act.status.splitlines() == [
        f"The answer: {ASKED.options[ASKED.right]}",
        ASKED.because[ASKED.right],
    ]
    assert (act.outcome, act.revealed, entries(record)) == ("not attempted", False, {})


def test_a_question_knows_three_outcomes(record):
    act = Question("03/check/mirage", ASKED, record)
    assert act.outcome == "not attempted"
    act.press("check")
    assert act.status == "Not attempted: choose an answer first."
    assert entries(record) == {}
    act.set(answer="more")
    assert act.status.startswith("Not attempted")  # a choice alone is not marked
    act.press("check")
    assert (act.outcome, act.revealed) == ("not yet", False)
    assert act.status == "Not yet. Only at the constraint."
    act.set(answer="none")
    act.press("check")
    assert (act.outcome, act.revealed) == ("right", True)
    assert act.status == "Right. The constraint sets the pace."
    assert entries(record)["03/check/mirage"] == {
        "kind": "check", "answer": "none", "outcome": "right",
    }  # fmt: skip


@pytest.mark.parametrize("answer", ["more", "none"])
def test_an_answer_is_there_in_the_next_session_with_its_reason(record, answer):
    act = Question("03/check/mirage", ASKED, record)
    act.set(answer=answer)
    act.press("check")
    again = Question("03/check/mirage", ASKED, later(record))
    assert (again.value, again.status, again.outcome) == (act.value, act.status, act.outcome)


@pytest.mark.parametrize("answer", ["an option of last year", None, ["none"], 7])
def test_a_kept_answer_without_its_option_is_asked_for_again(record, answer):
    record.put("03/check/mirage", {"answer": answer})
    act = Question("03/check/mirage", ASKED, later(record))
    assert (act.outcome, act.status) == ("not attempted", "")


def test_a_question_says_which_lesson_it_comes_from(record):
    notes = [item.get("note") for item in Question("03/check/a", ASKED, record).fields]
    assert "From lesson 00" in notes


# --- keep -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [{}, {"where": "", "who": "  \n"}])
def test_an_empty_card_is_not_kept(record, typed):
    act = Card("03/card/service", PROMPTS, record)
    act.set(**typed)
    act.press("keep")
    assert act.status == "The card is still empty."
    assert not act.revealed
    assert entries(record) == {}


def test_a_card_is_kept_as_far_as_it_goes(record):
    act = Card("03/card/service", PROMPTS, record)
    act.set(where="At the pharmacy hatch.")
    act.press("keep")
    assert act.revealed
    assert act.status.startswith("Kept in your record on this computer.")
    assert entries(record)["03/card/service"] == {
        "kind": "card", "where": "At the pharmacy hatch.", "who": "",
    }  # fmt: skip
    again = Card("03/card/service", PROMPTS, later(record))
    assert again.value == act.value


def test_a_card_whose_prompts_have_changed_shows_what_it_still_asks(record):
    record.put("03/card/service", {"where": "At the hatch.", "gone": "…", "who": None})
    act = Card("03/card/service", {**PROMPTS, "new": "Since when?"}, later(record))
    assert act.value == {"where": "At the hatch.", "who": "", "new": ""}


# --- what all of them share -------------------------------------------------------------------


def acts(record: Record) -> list[KeptForm]:
    return [
        Prediction("03/predict/dice", WHY, record),
        Explanation("03/explain/dice", TELL, record),
        Card("03/card/service", PROMPTS, record),
        Question("03/check/mirage", ASKED, record),
    ]


def type_everywhere(act: KeptForm, text: str) -> None:
    """Type ``text`` into every box of an act, choose something, and press its first button."""
    for item in act.fields:
        if item["kind"] == "text":
            act.set(**{item["name"]: text})
        elif item["kind"] == "choice":
            act.set(**{item["name"]: item["options"][0][0]})
    act.press(next(item["name"] for item in act.fields if item["kind"] == "button"))


def half_done(record: Record) -> list[tuple[KeptForm, dict]]:
    """Each act with what somebody has entered and not pressed a button for."""
    return [
        (predict(record, WHY), {"answer": "It gets w", "sure": None}),
        (Prediction("03/predict/many", HOW_MANY, record), {"answer": 70, "sure": "0.5"}),
        (Explanation("03/explain/dice", TELL, record), {"text": "wait\nand s"}),
        (Card("03/card/service", PROMPTS, record), {"where": "", "who": "The port"}),
        (Question("03/check/mirage", ASKED, record), {"answer": "more"}),
    ]


def test_what_is_half_done_is_there_in_the_next_session(record):
    for act, value in half_done(record):
        act.set(**value)
    assert entries(record) == {}
    for act, value in half_done(later(record)):
        assert act.value == value
        assert not act.revealed
        act.reset()  # emptied again, nothing is left of it
    assert entries(record, "draft/") == {}


def test_a_draft_is_gone_once_it_is_kept(record):
    for act in acts(record):
        type_everywhere(act, "A sentence that is long enough.")
    assert entries(record, "draft/") == {}
    assert entries(record)


def test_a_kept_sentence_that_is_being_bettered_comes_back_as_it_was_left(record):
    act = Explanation("03/explain/dice", TELL, record)
    type_everywhere(act, "A first attempt at an explanation.")
    act.set(text="A first attempt at an explanation, bett")
    again = Explanation("03/explain/dice", TELL, later(record))
    assert again.value["text"] == "A first attempt at an explanation, bett"
    assert again.revealed
    assert entries(record)["03/explain/dice"]["text"] == "A first attempt at an explanation."


@pytest.mark.parametrize(
    "draft",
    [{"answer": "70"}, {"answer": 700}, {"answer": True}, {"gone": 1}, {"sure": 3}, [], None, "x"],
)
def test_a_draft_that_the_question_does_not_know_is_left_out(record, draft):
    record.put("draft/03/predict/dice", {"kind": "draft", "value": draft})
    assert predict(later(record)).value == {"answer": None, "sure": None}


def test_a_draft_is_written_once_a_second_and_when_the_kernel_ends(record, monkeypatch):
    written, loop, at_the_end = [], Mock(), Mock()
    put = record.put
    monkeypatch.setattr(record, "put", lambda *entry: (written.append(entry), put(*entry)))
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    monkeypatch.setattr(atexit, "register", at_the_end)

    act = Explanation("03/explain/dice", TELL, record)
    for end in range(1, 30):
        act.set(text="queues grow longer and longer"[:end])
    assert written == []  # nobody waits for a disk while typing
    loop.call_later.assert_called_once()
    second, save = loop.call_later.call_args.args
    assert second == 1
    at_the_end.assert_called_once_with(save)
    save()
    assert len(written) == 1
    assert Explanation("03/explain/dice", TELL, later(record)).value == act.value


def test_a_draft_that_cannot_be_saved_says_so(record, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    act = Explanation("03/explain/dice", TELL, record)
    monkeypatch.setattr(Path, "replace", full)
    act.set(text="Somebody types")
    assert "could not be saved (No space left on device)" in act.status


def test_what_is_typed_is_text_and_stays_text(record):
    for act in acts(record):
        type_everywhere(act, SCRIPT)
        assert "<script" not in html.unescape(act._repr_mimebundle_().get("text/html", ""))
        assert "<script" not in act._static()
    kept = entries(record)
    assert kept["03/predict/dice"]["answer"] == SCRIPT
    assert kept["03/explain/dice"]["text"] == SCRIPT
    assert kept["03/card/service"] == {"kind": "card", "where": SCRIPT, "who": SCRIPT}
    locked = Prediction("03/predict/dice", WHY, later(record))
    assert SCRIPT in locked.status  # shown by the form as text: form.js knows no innerHTML


@calm
@given(st.text(min_size=20, max_size=40))
def test_any_sentence_comes_back_as_it_was(tmp_path_factory, text):
    record = Record(tmp_path_factory.mktemp("typed") / "my-record.json")
    act = Explanation("03/explain/dice", TELL, record)
    type_everywhere(act, text)
    if act.revealed:
        assert Explanation("03/explain/dice", TELL, later(record)).value == {"text": text}
    else:
        assert len(text.strip()) < Explanation.ENOUGH


def test_an_act_in_a_notebook_is_its_question_in_words(record):
    for act in acts(record):
        bundle = act._repr_mimebundle_()
        assert set(bundle) == {"text/plain", VIEW}
        assert bundle["text/plain"].startswith(act.title)
        assert bundle[VIEW]["model_id"].startswith(act.key.replace("/", "-"))
    assert "[ ] they rise\n[ ] they stay" in Question("a", ASKED, record)._static()


def test_trouble_with_the_record_is_told_where_the_learner_looks(record, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    made = acts(record)
    monkeypatch.setattr(Path, "replace", full)
    for act in made:
        type_everywhere(act, "A sentence that is long enough.")
        assert "could not be saved (No space left on device)" in act.status
        assert "Kept in your record" not in act.status
        assert act.record.get(act.key)  # and the session goes on
        assert act.revealed or isinstance(act, Question)


def test_a_record_that_was_set_aside_is_told_before_anything_is_entered(record):
    record.path.write_text("spoilt", encoding="utf-8")
    first, *others = acts(Record(record.path))
    assert first.status.startswith("Your record could not be read, so it was set aside as ")
    assert {act.status for act in others} == {""}


# --- the words of a lesson --------------------------------------------------------------------

LESSON = """
title = "A lesson"
sources = ["little1961"]
[predict.dice]
question = "How many?"
kind = "slider"
[predict.stage]
question = "Which?"
kind = "choice"
options = { tests = "tests", home = "care at home" }
[explain.dice]
prompt = "Why?"
answer = ["Because."]
[check.mirage]
question = "What happens?"
right = "none"
options = { more = "they rise", none = "they stay" }
because = { more = "No.", none = "Yes." }
[card]
where = "Where?"
"""


def test_words_are_read_as_they_are_written():
    words = parse_questions(tomllib.loads(LESSON), "99")
    assert isinstance(words, LessonWords)
    assert (words.number, words.title) == ("99", "A lesson")
    assert words.predict["dice"] == Ask("How many?", "slider")
    assert list(words.predict["stage"].options) == ["tests", "home"]
    assert words.explain["dice"] == Explain("Why?", ("Because.",))
    assert words.check["mirage"].right == "none"
    assert words.card == {"where": "Where?"}
    assert (words.sources, words.terms) == (("little1961",), ())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "A lesson"', "", "lesson 99: .* missing .* 'title'"),
        ("sources =", "sauces =", "sauces"),
        ("[card]", "[cards]", "cards"),
        ('kind = "slider"', 'kind = "slider"\nunits = "patients"', "units"),
        ('question = "How many?"\n', "", "question"),
        ('answer = ["Because."]', "", "lesson 99: .* missing .* 'answer'"),
        ('right = "none"\n', "", "right"),
    ],
)
def test_words_that_lack_something_are_refused_with_what_is_wrong(old, new, told):
    assert LESSON.count(old) == 1
    with pytest.raises(ValueError, match=told):
        parse_questions(tomllib.loads(LESSON.replace(old, new)), "99")


@pytest.mark.parametrize("number", lesson_folders())
def test_each_question_of_a_lesson_can_be_answered(number):
    words = words_of(number)
    for ask in words.predict.values():
        assert ask.kind in ("slider", "choice", "order", "curve", "text")
        assert bool(ask.options) == (ask.kind in ("choice", "order"))
        assert bool(ask.at) == (ask.kind == "curve")
        assert ask.min < ask.max
        assert ask.step > 0
    for check in words.check.values():
        assert set(check.because) == set(check.options)
        assert check.right in check.options


def test_an_unknown_lesson_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"There is no lesson '99'; there is .*03"):
        words_of("99")
