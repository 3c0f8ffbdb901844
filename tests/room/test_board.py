"""The board of a room as plain data: what is asked, what is answered, what is saved."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.record import Record
from toolkit.room.board import (
    AFTER,
    BEFORE,
    CAME,
    HAND,
    ONCE,
    OPEN,
    SHOWN,
    Board,
    NotTaken,
    counted_hands,
    counted_sure,
    hands,
    keys_of,
    room_question,
    sure_fields,
)
from toolkit.room.facts import outcome
from toolkit.screen.concept_test import FORMS, done, form_items

calm = settings(derandomize=True, deadline=None, max_examples=60)
DICE, STAGE, ORDER, CURVE = (
    "03/predict/dice", "03/predict/improve", "02/predict/parts", "01/predict/turned",
)  # fmt: skip
CHECK = "03/check/busy"
SCRIPT = "<script>alert(1)</script>"


def asked(key: str, turn: str = ONCE) -> Board:
    return Board().ask(key, turn)


def voted(key: str, *answers, sure: str = "0.7", turn: str = ONCE) -> Board:
    board = asked(key, turn)
    for n, answer in enumerate(answers):
        board = board.vote(f"{n}", (key, turn), answer, sure)
    return board


def values(board: Board) -> list:
    return [each.answer for each in board.answers(board.now)]


# --- the questions --------------------------------------------------------------------------------


def test_every_question_of_the_course_can_be_asked_and_answered(every_key):
    made = room_question(every_key)
    kinds = {"choice", "slider", "order", "curve"}
    assert made.ask.kind in kinds
    assert made.fields()[-1].name == "send"
    assert ("sure" in [each.name for each in made.fields()]) == made.predicts
    assert made.fields(hands=True)[-1].name == "count"
    assert len(made.letters) == len(made.ask.options)  # none without a letter


@pytest.mark.parametrize("key", ["", "03", "03/predict", "99/predict/dice", "03/predict/x", "03/card/where"])  # fmt: skip
def test_a_question_that_is_not_there_is_refused_in_words(key):
    with pytest.raises(NotTaken, match="Choose one from the list"):
        Board().ask(key)


def test_what_a_lab_finds_is_what_is_right():
    assert room_question(STAGE).settled() == outcome("03", "improve")
    assert room_question(CHECK).settled() == room_question(CHECK).right == "moved"


# --- answers from phones --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        (DICE, [0, 51.5, 100], [-1, 101, "70", True, None, [70], {}, float("nan"), float("inf"), 10**400]),
        (STAGE, ["transport"], ["", "Transport", SCRIPT, 0, ["transport"], None]),
        (CURVE, [[160, 170, 180, 190, 200]], [[160], [], [1, 2, 3, 4, 5], [160, 170, 180, 190, None], "160", [[160]] * 5]),
        (ORDER, [["work", "set-up", "queue", "batch"]], [["work"], ["work"] * 4, ["a", "b", "c", "d"], [1, 2, 3, 4]]),
    ],
)  # fmt: skip
def test_only_what_answers_the_question_is_counted(key, good, bad):
    for answer in good:
        assert len(values(voted(key, answer))) == 1
    for answer in bad:
        with pytest.raises(NotTaken):
            voted(key, answer)


@pytest.mark.parametrize("sure", ["", "1", "0.8", None, 0.7, ["0.7"]])
def test_a_phone_has_to_say_how_sure_it_is(sure):
    with pytest.raises(NotTaken, match="how sure"):
        voted(DICE, 50, sure=sure)


def test_a_check_question_asks_for_no_confidence():
    board = voted(CHECK, "moved", sure="")
    assert board.answers(board.now)[0].sure == ""


def test_a_phone_that_answers_twice_counts_once_with_its_last_answer():
    board = asked(DICE).vote("1", (DICE, ONCE), 40, "0.5").vote("1", (DICE, ONCE), 60, "0.9")
    assert values(board) == [60]


def test_an_answer_to_another_question_changes_nothing():
    board = voted(DICE, 50).ask(STAGE)
    with pytest.raises(NotTaken, match="another question"):
        board.vote("1", (DICE, ONCE), 60, "0.7")
    with pytest.raises(NotTaken, match="another question"):
        Board().vote("1", (DICE, ONCE), 60, "0.7")


def test_a_late_answer_counts_until_the_result_is_out_and_is_called_late():
    board = voted(DICE, 50).next()
    assert board.now.stage == SHOWN
    board = board.vote("9", (DICE, ONCE), 60, "0.7").vote("0", (DICE, ONCE), 55, "0.7")
    assert [each.late for each in board.answers(board.now)] == [False, True]  # a change is not late
    board = board.next()
    assert board.now.stage == CAME
    with pytest.raises(NotTaken, match="did not count"):
        board.vote("10", (DICE, ONCE), 52, "0.7")


# --- the way of the trainer -----------------------------------------------------------------------


def test_next_goes_through_the_lesson_and_stops_at_its_end():
    board, way = Board().line_up(keys_of("03")), []
    while (board := board.next()) != board.next():
        way.append((board.now.key, board.now.stage))
    last = keys_of("03")[-1]
    assert way[0] == (DICE, SHOWN)
    assert [key for key, stage in way if stage == OPEN] == keys_of("03")[1:]
    assert (board.now.key, board.now.stage) == (last, CAME)


def test_where_nobody_knows_what_is_right_next_goes_to_the_next_question():
    board = Board().line_up(["07/predict/favourite", DICE]).next(settled=False)
    assert board.now.stage == SHOWN
    assert board.next(settled=False).now.key == DICE


def test_before_the_session_nothing_is_given_away():
    keys = keys_of("03", "check")
    board = Board().line_up(keys, BEFORE)
    assert board.next().now == Board().ask(keys[1], BEFORE).now


def test_back_leaves_what_was_shown_and_a_question_keeps_its_answers():
    board = voted(DICE, 50, 60).next().next().ask(STAGE).back()
    assert (board.now.key, board.now.stage, len(values(board))) == (DICE, CAME, 2)
    assert board.back() == board
    assert Board().back() == Board() == Board().next()
    assert board.ask(STAGE).ask(DICE) == board


def test_clear_asks_the_same_question_anew():
    board = voted(DICE, 50).next().next().clear()
    assert (board.now.stage, values(board)) == (OPEN, [])


@pytest.mark.parametrize("lesson", ["", "3", "99", SCRIPT])
def test_a_lesson_that_is_not_there_is_refused(lesson):
    with pytest.raises(NotTaken, match="no lesson"):
        keys_of(lesson)


# --- hands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        (STAGE, {"transport": "3", "ward round": " 2 ", "medicines to take home": ""},
         {"transport": 3, "ward round": 2}),
        (STAGE, {}, {}),
        (DICE, {"answers": "70 x 3, 40,55.5"}, {70: 3, 40: 1, 55.5: 1}),
        (DICE, {"answers": "70×2\n 70 * 2;\n"}, {70: 4}),
        (ORDER, {"answers": "DCAB x 2\n d c b a"},
         {("batch", "queue", "work", "set-up"): 2, ("batch", "queue", "set-up", "work"): 1}),
        (CURVE, {"answers": "160 170 180 190 200 x 2"}, {(160, 170, 180, 190, 200): 2}),
    ],
)  # fmt: skip
def test_hands_are_read_as_they_are_typed(key, value, found):
    board = asked(key).count(counted_hands(room_question(key), value))
    counts: dict = {}
    for each in board.answers(board.now):
        assert each.way == HAND
        counts[each.answer] = counts.get(each.answer, 0) + each.count
    assert counts == found


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        (DICE, "seventy", "a number from 0 to 100"), (DICE, "101", "from 0 to 100"),
        (DICE, "70 x 0", "70"), (DICE, "1e9", "1e9"), (ORDER, "ABC", "A, B, C and D"),
        (ORDER, "ABCE", "ABCE"), (CURVE, "60 70", "5 numbers"), (CURVE, "1 2 3 4 5", "from 100 to 300"),
        (DICE, "7" * 5001, "too long"),
    ],
)  # fmt: skip
def test_hands_that_cannot_be_read_are_quoted_with_what_would_be_right(key, typed, says):
    with pytest.raises(NotTaken) as found:
        counted_hands(room_question(key), {"answers": typed})
    assert says in str(found.value)


@pytest.mark.parametrize("typed", ["-1", "2.5", "501", "many", "١", "9" * 30])
def test_no_number_of_hands_is_refused(typed):
    with pytest.raises(NotTaken, match="whole number from 0 to 500"):
        hands(typed)


def test_hands_by_confidence_cannot_be_right_more_often_than_they_were_raised():
    names = [each.name for each in sure_fields()]
    assert names == [*(f"{part} {key}" for key in CONFIDENCE for part in ("all", "right")), "count"]
    assert counted_sure({"all 0.9": "8", "right 0.9": "3"}) == {"0.9": (8, 3)}
    with pytest.raises(NotTaken, match="Type at most 2"):
        counted_sure({"all 0.9": "2", "right 0.9": "3"})


def test_new_hands_take_the_place_of_the_hands_before():
    once = counted_hands(room_question(DICE), {"answers": "40"})
    again = counted_hands(room_question(DICE), {"answers": "50"})
    assert values(asked(DICE).count(once).count(again)) == [50]
    with pytest.raises(NotTaken, match="Choose a question first"):
        Board().count(once)


# --- records of tables ----------------------------------------------------------------------------


@pytest.fixture
def record(tmp_path) -> Record:
    made = Record(tmp_path / "my-record.json")
    prediction = {"kind": "prediction", "sure": "0.7"}
    made.put(DICE, {**prediction, "answer": 44, "outcome": 52, "came": True})
    made.put(STAGE, {**prediction, "answer": "transport", "after": True})
    made.put(CHECK, {"kind": "check", "answer": "gone", "outcome": "not yet"})
    made.put("03/card/service", {"kind": "card", "where": "Sister Brown on Bay 4"})
    made.put("03/explain/dice", {"kind": "explanation", "text": "Sister Brown says so."})
    return made


def test_a_record_brings_its_answers_and_none_of_its_texts(record):
    board = asked(DICE).add(record.text())
    assert values(board) == [44]
    assert values(board.ask(CHECK)) == ["gone"]
    assert values(board.ask(STAGE)) == []  # it was locked when the result was known
    assert "Brown" not in repr(board)


def test_the_same_record_counts_once(record):
    board = Board().add(record.text())
    with pytest.raises(NotTaken, match="already"):
        board.add(record.text().encode("utf-8-sig"))


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "null", "[" * 100_000, '{"format": 1}', b"\xff\xfe\x00", b"PK\x03\x04",
     '{"format": "dialects-of-improvement/record", "version": 2, "entries": []}',
     '{"format": "dialects-of-improvement/record", "version": 99, "entries": {}}',
     '{"format": "dialects-of-improvement/room", "version": 1, "asked": [{"key": 1}]}',
     '{"format": "dialects-of-improvement/room", "version": 1, "asked": [], "names": ["Anna"]}',
     '{"format": "dialects-of-improvement/room", "version": 1, "asked": 1e999}'],
)  # fmt: skip
def test_a_file_that_is_neither_changes_nothing(content):
    with pytest.raises(NotTaken):
        Board().add(content)


def test_an_answer_in_a_record_that_no_longer_fits_is_left_out(record):
    record.put(DICE, {"kind": "prediction", "sure": "0.7", "answer": 4000})
    record.put("03/predict/gone", {"kind": "prediction", "sure": "0.7", "answer": "a"})
    board = asked(DICE).add(record.text())
    assert values(board) == []


def test_a_record_tells_how_both_forms_of_the_inventory_ended(record):
    for form, count in zip(FORMS, (1, 2), strict=True):
        for item in list(form_items(form).values())[:count]:
            answer, reason = next(
                (a, r) for a in item.answers for r in item.reasons if item.hits(a, r)
            )
            record.put(item.place, {"kind": "inventory", "answer": answer, "reason": reason})
        record.put(done(form), {"kind": "inventory", "done": True})
    told = Board().add(record.text()).files[0]
    assert (told.before, told.after) == (1, 2)


# --- what is saved --------------------------------------------------------------------------------


def test_a_saved_room_holds_counts_and_comes_back_the_same():
    board = voted(DICE, 50, 50, 70).next().next()
    board = board.count_sure({"0.9": (5, 2)})
    for turn in (BEFORE, AFTER):
        board = board.ask(CHECK, turn).vote("0", (CHECK, turn), "moved")
    board = board.ask(ORDER).vote("0", (ORDER, ONCE), ["work", "set-up", "queue", "batch"], "0.5")
    held = json.loads(board.text())
    assert held["asked"][0]["answers"] == [
        {"answer": 50, "sure": "0.7", "count": 2},
        {"answer": 70, "sure": "0.7", "count": 1},
    ]
    again = Board().add(board.text())
    assert again.text() == board.text()
    with pytest.raises(NotTaken, match="Start the next group"):
        again.add(board.text())


def test_who_answered_first_does_not_change_what_is_saved():
    assert voted(DICE, 50, 70, 40).text() == voted(DICE, 40, 50, 70).text()


@calm
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_whatever_comes_is_an_answer_or_refused(answer):
    for key in (DICE, STAGE, ORDER, CURVE):
        try:
            board = voted(key, answer)
        except NotTaken:
            continue
        assert json.loads(board.text())["asked"][0]["answers"][0]["count"] == 1
