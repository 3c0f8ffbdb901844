"""The board as a page of the course."""

from __future__ import annotations

import json

import pytest

from toolkit.learning.record import Record
from toolkit.room.board import BEFORE
from toolkit.room.facts import outcome
from toolkit.room.here import BoardHere

DICE = "03/predict/dice"


@pytest.fixture
def board() -> BoardHere:
    made = BoardHere()
    made.lesson.set(lesson="03")
    return made


def asked(board: BoardHere, key: str = DICE, turn: str = "once") -> None:
    board.asking.set(key=key, turn=turn)
    board.asking.press("ask")


def typed(board: BoardHere, **values: str) -> None:
    board.hands.set(**values)
    board.hands.press("count")


def test_every_question_of_a_lesson_can_be_asked(board):
    for number, _title in board.lesson.fields[0]["options"]:
        board.lesson.set(lesson=number)
        keys = [key for key, _text in board.asking.fields[0]["options"]]
        assert keys
        assert {key[:2] for key in keys} == {number}
        for key in keys:
            asked(board, key)
            assert board.board.now.key == key


def test_hands_are_seen_only_when_the_trainer_shows_them_and_then_the_result(board):
    asked(board)
    typed(board, answers="70 x 3, 50")
    assert "answers" not in board._charts
    assert "result" in board.hands.locked
    board.hands.press("show")
    chart = board._charts["answers"]
    assert chart in board._parts["answers"].children
    assert str(outcome("03", "dice")) not in chart.title
    board.hands.press("result")
    right = sum(abs(each - outcome("03", "dice")) <= 10 for each in (70, 70, 70, 50))
    assert chart.title.startswith(f"{right} of 4 ")
    assert board.hands.status == chart.title
    assert {"show", "result"} <= set(board.hands.locked)


def test_a_room_that_did_not_answer_is_told_the_result_too(board):
    asked(board)
    board.hands.press("show")
    board.hands.press("result")
    assert f"The result: {outcome('03', 'dice'):g} patients." in board.told.value


def test_before_the_session_nothing_is_given_away(board):
    asked(board, turn=BEFORE)
    typed(board, answers="70")
    assert {"show", "result"} <= set(board.hands.locked)


def test_what_cannot_be_read_is_quoted_and_nothing_is_lost(board):
    asked(board)
    typed(board, answers="50")
    typed(board, answers="many")
    assert "“many”" in board.hands.status
    assert board.hands.value["answers"] == "many"
    assert [each.answer for each in board.board.now.hands] == [50]


def test_a_room_is_told_how_sure_it_was_and_how_right(board):
    asked(board)
    board.hands.press("show")
    board.hands.press("result")
    field = board.sure.fields[0]["name"].split(" ", 1)[1]
    board.sure.set(**{f"all {field}": "4", f"right {field}": "1"})
    board.sure.press("count")
    assert "1 of the room's 4" in board._charts["room"].title


def test_a_record_counts_once_and_a_room_that_was_saved_goes_on(board, tmp_path):
    record = Record(tmp_path / "one.json")
    record.put(DICE, {"kind": "prediction", "answer": 50, "sure": "0.7"})
    content = record.path.read_bytes()
    asked(board)
    board.files.upload("record", "one.json", content)
    board.files.upload("record", "again.json", content)
    assert "again.json" in board.files.status
    assert [each.answer for each in board.board.answers(board.board.now)] == [50]
    other = BoardHere()
    other.files.upload("record", "our-room.json", board.board.text().encode())
    assert json.loads(other.board.text()) == json.loads(board.board.text())


def test_a_room_that_was_saved_is_counted_on_even_while_another_question_is_open(board):
    asked(board)
    typed(board, answers="70, 50")
    board.hands.press("show")
    other = BoardHere()
    other.lesson.set(lesson="05")
    asked(other, "05/predict/train")
    other.files.upload("record", "our-room.json", board.board.text().encode())
    assert other.hands.heading == board.hands.heading
    other.hands.press("count")
    assert [each.answer for each in other.board.now.hands] == [50, 70]
    typed(other, answers="60")
    assert [each.answer for each in other.board.now.hands] == [60]


def test_asking_again_and_pressing_with_nothing_typed_delete_nothing(board):
    asked(board)
    typed(board, answers="70")
    form = board.hands
    asked(board)
    assert board.hands is form
    board.hands.reset()
    board.hands.press("count")
    assert [each.answer for each in board.board.now.hands] == [70]
    board.hands.press("clear")
    assert board.board.now.hands == ()


def test_a_question_that_only_the_learner_can_settle_has_no_result_to_show(board):
    board.lesson.set(lesson="07")
    asked(board, "07/predict/favourite")
    asked(board, "07/predict/wins")
    asked(board, "07/predict/favourite")
    board.hands.press("show")
    assert "result" in board.hands.locked
    board.hands.press("result")
    assert board.board.now.key == "07/predict/favourite"
