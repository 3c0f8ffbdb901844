"""What the board says of a room: each question, the room's confidence, and what a session changed."""

from __future__ import annotations

import json

import pytest

from toolkit.charts.figure import Figure
from toolkit.room import results
from toolkit.room.board import AFTER, BEFORE, FILE, HAND, ONCE, PHONE, Answer, Board, room_question

DICE, STAGE, ORDER, CURVE = (
    "03/predict/dice", "03/predict/improve", "02/predict/parts", "01/predict/turned",
)  # fmt: skip
CHECK = "03/check/busy"
STEPS = ["work", "set-up", "queue", "batch"]


def voted(
    key: str, *answers, sure: str = "0.7", turn: str = ONCE, board: Board | None = None
) -> Board:
    board = (board or Board()).ask(key, turn)
    for n, answer in enumerate(answers):
        board = board.vote(f"{n}", (key, turn), answer, sure)
    return board


def shown(board: Board, came=None) -> Figure:
    made = results.figure(board, board.now, came)
    assert made is not None
    return made


# --- one question ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "answers", "came", "title", "after"),
    [
        (DICE, (40, 50, 60, 70), None, "Half of the room said between 50 and 60 patients", ""),
        (DICE, (50, 50, 50, 90), 52.0, "", "3 of 4 came close enough: the result is 52 patients"),
        (STAGE, ("transport",) * 3 + ("ward round",), None, "3 of 4 chose the same answer", ""),
        (STAGE, ("transport", "ward round"), None, "The room is divided", ""),
        (STAGE, ("transport", "ward round"), "transport", "", "1 of 2 chose the right answer"),
        (ORDER, (STEPS, STEPS[::-1]), STEPS[::-1], "", "1 of 2 put everything in the right order"),
        (
            CURVE,
            ([160, 170, 180, 190, 200],),
            [160, 170, 180, 190, 205],
            "",
            "1 of 1 drew a line that is close",
        ),
    ],
)
def test_the_title_says_what_the_room_answered_or_who_was_right(key, answers, came, title, after):
    assert (title or after) in shown(voted(key, *answers), came).title


def test_every_option_stands_in_the_table_also_those_that_nobody_chose():
    table = shown(voted(STAGE, "transport"), "medicines to take home").cells
    assert [row[0] for row in table["rows"]] == ["A", "B", "C ✓", "D", "E"]
    assert [row[-1] for row in table["rows"]] == ["0", "0", "0", "1", "0"]


def test_dots_of_one_place_stand_on_each_other_and_the_result_has_a_mark():
    dots = shown(voted(DICE, 50, 51, 50, 90), 52.0).data["dots"]
    assert sorted(dots["y"]) == [0, 1, 1, 2, 3]
    assert dots["series"].value_counts().to_dict() == {"one answer": 4, "result": 1}


def test_an_order_is_shown_by_the_average_place_of_each_step():
    frame = shown(voted(ORDER, STEPS, STEPS[::-1])).data["bars"]
    assert frame["value"].tolist() == [2.5] * 4


def test_ways_and_late_answers_are_told():
    answers = [Answer(1, way=PHONE, late=True), Answer(1, count=3, way=HAND), Answer(1, way=FILE)]
    words = results.sources(answers)
    for part in (
        "1 answer came from a phone",
        "3 hands were counted",
        "record of a table",
        "1 answer came after",
    ):
        assert part in words


def test_nobody_is_not_drawn():
    board = Board().ask(DICE)
    assert results.figure(board, board.now) is None
    assert results.on_board(board.next())["figure"] is None


def test_an_open_question_gives_away_how_many_answered_and_nothing_else():
    board = voted(DICE, 41, 43)
    told = results.on_board(board, 52.0)
    assert (told["answered"], told["figure"], told["because"]) == (2, None, "")
    assert "41" not in json.dumps(told).replace(told["note"], "")
    assert not any(
        right
        for *_option, right in results.on_board(voted(STAGE, "transport"), "transport")["options"]
    )


def test_the_board_and_the_phones_know_what_is_right_only_at_the_last_stage():
    board = voted(STAGE, "transport")
    for stage in ("open", "shown", "came"):
        assert board.now.stage == stage
        told = results.on_board(board, "transport"), results.on_phone(board, "0", "transport")
        known = [room_question(STAGE).ask.because in json.dumps(each) for each in told]
        assert known == [stage == "came"] * 2
        board = board.next()


def test_a_phone_is_shown_its_own_answer_and_the_room_in_words():
    board = voted(DICE, 41, 43)
    assert "Your answer is in: 43 patients, fairly sure." in results.on_phone(board, "1")["status"]
    assert results.on_phone(board, "7")["mine"] is None
    assert results.on_phone(board, "7")["status"] == ""
    assert "The middle answer is 42 patients" in results.room_in_words(board.next())
    assert results.room_in_words(board) == ""
    assert (
        results.on_phone(board.next(), "7", room="So many said so.")["status"] == "So many said so."
    )
    assert results.on_phone(board.next().next(), "1", 52.0)["locked"] is True
    assert results.on_phone(Board(), "1")["asked"] is None


# --- the room as a whole --------------------------------------------------------------------------


def room() -> Board:
    """Two right of three who were fairly sure; and hands: one right of four who were very sure."""
    return voted(DICE, 50, 52, 90).next().next().count_sure({"0.9": (4, 1)})


def test_the_calibration_counts_answers_and_hands_of_settled_predictions():
    board, came = room(), {DICE: 52.0, STAGE: "transport"}
    found = {band.sure: (band.came, band.asked) for band in results.by_confidence(board, came)}
    assert found == {0.5: (0, 0), 0.7: (2, 3), 0.9: (1, 4)}
    board = voted(STAGE, "transport", board=board).next()  # shown, and not yet settled
    assert results.by_confidence(board, came) == results.by_confidence(room(), came)
    made = results.calibration(board, came)
    assert "3 of the room's 7 predictions came true" in made.title
    assert "surer than it should have been" in made.description
    assert results.calibration(Board(), came) is None


# (right before, right after) of each phone that answered both times
@pytest.mark.parametrize(
    ("pairs", "gained"),
    [
        ([(0, 1)] * 5 + [(0, 0)] * 5, 0.5), ([(1, 0)] * 2 + [(0, 0)] * 2, -1.0), ([(1, 1)] * 4, None),
        ([(0, 0)] * 4, 0.0), ([(0, 1)] * 12, 1.0),
    ],
)  # fmt: skip
def test_the_gain_of_a_session_lies_in_its_range(pairs, gained):
    board = Board()
    for turn, side in ((BEFORE, 0), (AFTER, 1)):
        answers = ["moved" if pair[side] else "gone" for pair in pairs]
        board = voted(CHECK, *answers, turn=turn, board=board)
    found = results.change(board, CHECK, "moved")
    assert found.paired
    assert found.gain == gained
    if gained is not None:
        assert -1e9 < found.low <= found.high <= 1
    words = results.change_in_words(found)
    assert ("This group is small" in words) == (
        gained is not None and found.before - found.pre < results.FEW
    )
    assert ("nothing was left to gain" in words) == (gained is None)


def test_more_people_narrow_the_range_and_the_same_seed_gives_the_same():
    def turned(times: int) -> results.TurnChange:
        board = voted(CHECK, *(["gone"] * 2 + ["moved"]) * times, turn=BEFORE)
        board = voted(CHECK, *(["gone"] + ["moved"] * 2) * times, turn=AFTER, board=board)
        return results.change(board, CHECK, "moved")

    few, many = turned(2), turned(20)
    assert many.high - many.low < (few.high - few.low) / 2
    assert few.low < 0 < many.low
    assert turned(2) == few


def test_only_phones_that_answered_both_times_are_compared():
    board = voted(CHECK, "gone", "gone", "moved", turn=BEFORE)
    board = voted(CHECK, "moved", "gone", turn=AFTER, board=board)
    found = results.change(board, CHECK, "moved")
    assert (found.pre, found.before, found.post, found.after) == (0, 2, 1, 2)


def test_hands_before_and_after_are_compared_as_two_groups():
    board = (
        Board()
        .ask(CHECK, BEFORE)
        .count([Answer("gone", count=8, way=HAND), Answer("moved", count=2, way=HAND)])
    )
    board = board.ask(CHECK, AFTER).count(
        [Answer("gone", count=3, way=HAND), Answer("moved", count=6, way=HAND)]
    )
    found = results.change(board, CHECK, "moved")
    assert (found.paired, found.pre, found.before, found.post, found.after) == (False, 2, 10, 6, 9)
    assert found.gain == pytest.approx((6 / 9 - 0.2) / 0.8)
    assert "phones" not in results.change_in_words(found)


def test_asked_only_once_nothing_can_have_changed():
    board = voted(CHECK, "gone", turn=AFTER)
    assert results.change(board, CHECK, "moved") is None
    assert results.change(board.ask(CHECK, BEFORE), CHECK, "moved") is None


def test_both_turns_stand_side_by_side_with_the_change_in_words():
    board = voted(CHECK, "gone", "gone", turn=BEFORE)
    board = voted(CHECK, "moved", "gone", turn=AFTER, board=board).next().next()
    made = shown(board, "moved")
    assert made.cells["columns"][-2:] == ["before the session", "after the session"]
    assert "normalised gain is 0.50" in made.description
    assert "normalised gain" not in shown(board).description  # it would tell what is right


def test_the_page_to_take_home_holds_what_was_shown_and_no_phone():
    board = voted(STAGE, "transport", board=room())
    html = results.results_page(board, {DICE: 52.0, STAGE: "medicines to take home"})
    assert "2 of 3 came close enough" in html
    assert "right answer" not in html  # that question is still open
    assert "3 of the room&#39;s 7 predictions came true" in html
