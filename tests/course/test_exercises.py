"""Every exercise: untouched, wrong in each named way, right; hints, solution, record, agreement."""

from __future__ import annotations

import ast
import contextlib
import copy
import itertools
import math
import operator
import re
import sys
import tomllib
from fractions import Fraction
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import learners
from tests.mistakes import wrong
from toolkit.course import Exercises, exercises
from toolkit.course.exercises import worked_out
from toolkit.learning.items import (
    KINDS,
    LEVELS,
    NOT_ATTEMPTED,
    NOT_YET,
    RIGHT,
    Function,
    Item,
    Matching,
    NumberAnswer,
    Ordering,
    Rubric,
    SingleAnswer,
)
from toolkit.learning.record import PLACE, Record
from toolkit.learning.sets import parse_exercises, with_exercises, words_of_set
from toolkit.screen.exercise import Exercise
from toolkit.text.reading import typed as read_number

calm = settings(derandomize=True, deadline=None, max_examples=60)
SETS = {number: exercises(number).held for number in with_exercises()}
ITEMS = {
    f"{number} {name}": item for number, held in SETS.items() for name, item in held.items.items()
}
FORMS = {name: item for name, item in ITEMS.items() if not isinstance(item, Function)}
WRONG = {
    f"{name}: {each}": (item, value)
    for name, item in ITEMS.items()
    for each, value in wrong(item).items()
}
each_item = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
each_form = pytest.mark.parametrize("item", FORMS.values(), ids=FORMS)
each_wrong = pytest.mark.parametrize(("item", "value"), WRONG.values(), ids=WRONG)


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


def shown(item: Item, record: Record, value: dict | None = None) -> Exercise:
    """Return the exercise on the screen, with an answer in it."""
    if isinstance(item, Function):
        return Exercise("02/exercise/x", item, record, (value or {}).get("answer", lambda *_: None))
    made = Exercise("02/exercise/x", item, record)
    if value:
        made.set(**value)
    return made


# --- the sets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", SETS)
def test_a_set_goes_from_knowing_to_judging_and_code_comes_last(number):
    items = list(SETS[number].items.values())
    levels = [item.level for item in items if not isinstance(item, Function)]
    assert set(levels) == set(LEVELS)
    assert levels == sorted(levels, key=LEVELS.index)
    assert not any(isinstance(item, Function) for item in items[: len(levels)])


def test_every_kind_of_exercise_is_used():
    assert {item.kind for item in ITEMS.values()} == set(KINDS)


@each_item
def test_no_figure_stands_open_in_the_words(item):
    held = [item.question, item.solution, item.checked, *item.hints]
    assert not [text for text in held if re.search(r"[{}]", text)]


# --- three outcomes ---------------------------------------------------------------------------


@each_item
def test_untouched_it_is_not_attempted_and_nothing_is_kept(item, record):
    made = shown(item, record)
    made.press("check")
    assert made.outcome == NOT_ATTEMPTED
    assert made.status.startswith("Not attempted: ")
    assert not record.keys()
    assert not made.revealed


@each_wrong
def test_a_named_wrong_answer_is_not_yet_and_says_why(item, value, record):
    made = shown(item, record, value)
    made.press("check")
    assert made.outcome == NOT_YET
    assert made.status.startswith("Not yet. ")
    assert not made.revealed


DEFENDED = {
    f"{name}: {each.name}": (item, each)
    for name, item in ITEMS.items()
    for each in getattr(item, "defensible", ())
}


@pytest.mark.parametrize(("item", "each"), DEFENDED.values(), ids=DEFENDED)
def test_an_answer_that_an_expert_could_defend_counts_as_right_and_says_why(item, each, record):
    value = {"answer": {**item.right()["answer"], **each.answer}}
    made = shown(item, record, value)
    made.press("check")
    assert made.outcome == RIGHT
    assert each.because in made.status
    # It excuses its own row only: another row that is wrong is still wrong.
    row = next(r for r in item.rows if r not in each.answer)
    other = next(o for o in item.options if o != item.answer[row])
    marked = item.mark({"answer": {**value["answer"], row: other}})
    assert marked.outcome == NOT_YET
    assert f"{len(item.rows) - 1} of {len(item.rows)}" in marked.words


@each_item
def test_an_exercise_lacks_nothing(item):
    assert all(text.strip() for text in (item.question, item.solution, item.checked))
    assert len(item.hints) >= 2
    match item:
        case SingleAnswer():
            assert set(item.because) == set(item.options)
        case Ordering():
            orders = [item.answer, *(each.answer for each in item.mistakes)]
            assert all(sorted(order) == sorted(item.options) for order in orders)
            assert list(item.options) != list(item.answer), "it is shown in the right order"
        case Matching():
            assert set(item.answer) == set(item.rows)
            for answer in (item.answer, *(m.answer for m in (*item.mistakes, *item.defensible))):
                assert set(answer) <= set(item.rows)
                assert set(answer.values()) <= set(item.options)
        case Rubric():
            assert set(item.missing) == set(item.criteria)


@each_item
def test_each_misconception_has_words_of_its_own(item):
    said = [item.mark(value).words for value in wrong(item).values()]
    assert len(set(said)) == len(said) >= 2


@each_item
def test_the_right_answer_is_right_and_says_what_was_checked(item, record):
    made = shown(item, record, item.right())
    made.press("check")
    assert made.outcome == RIGHT
    assert made.status.startswith("Right.")
    assert item.checked in made.status
    assert made.revealed


@each_item
def test_hints_come_one_by_one_and_then_no_more(item, record):
    made = shown(item, record)
    for n, hint in enumerate(item.hints, 1):
        assert hint not in made.status
        made.press("hint")
        assert f"Hint {n} of {len(item.hints)}: {hint}" in made.status
    made.press("hint")
    assert made.status.count("Hint ") == len(item.hints)


@each_item
def test_the_solution_explains_and_that_it_was_seen_is_kept(item, record):
    made = shown(item, record)
    assert item.solution not in made.status
    made.press("solution")
    assert f"Solution: {item.solution}" in made.status
    assert len(item.solution) > 60
    assert record.get("02/exercise/x")["solution"] is True


@each_item
def test_the_question_stands_in_sight(item, record):
    made = shown(item, record)
    labels = [each["label"] for each in made.fields]
    assert item.question in [made.heading, *labels]


@each_form
def test_what_was_done_is_there_in_the_next_session(item, record):
    made = shown(item, record, next(iter(wrong(item).values())))
    made.press("check")
    made.press("hint")
    again = Exercise("02/exercise/x", item, Record(record.path))
    assert (again.value, again.status, again.outcome) == (made.value, made.status, NOT_YET)


@each_form
@pytest.mark.parametrize("kept", [{}, {"value": 3}, {"value": {"answer": "gone"}, "outcome": 1},
                                  {"value": {"answer": ["a"]}, "hints": "many"},
                                  {"value": {"answer": {"x": "y"}, "ticks": 4}}])  # fmt: skip
def test_what_fits_no_more_is_asked_for_again(item, kept, record):
    record.put("02/exercise/x", kept)
    made = Exercise("02/exercise/x", item, record)
    made.press("check")
    assert made.outcome in (NOT_ATTEMPTED, NOT_YET)


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12), (" 12.5 minutes ", 12.5), ("1,200", 1200), ("1 200", 1200), ("0,5", 0.5),
        ("£40", 40), ("40%", 40), ("40 per cent", 40), ("−3", -3), ("1,234,567.5", 1234567.5),
        ("42 min", 42), ("75 mins", 75), ("1 minute", 1), ("2 hours", 120), ("1h 15m", 75),
        ("€1.50", 1.5), ("£1,234.50", 1234.5), ("1\u202f234", 1234), ("1\u00a0234", 1234),
        ("1.234,5", 1234.5), ("1.234.567", 1234567), ("0,500", 0.5), ("½", 0.5), ("2½ hours", 150),
        ("12%", 12), ("\u20105", -5), ("\u20115", -5), ("–5", -5), ("４２", 42), ("1'234", 1234),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed, number):
    signed = any(sign in typed for sign in ("%", "per cent", "£", "€"))
    assert read_number(typed, "" if signed else "minutes").value == number


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("2 weeks", "days", 14), ("90 min", "hours", 1.5), ("1 week", "weeks", 1),
        ("3 months", "months", 3), ("1 person", "people", 1),
        ("7 patients per day", "patients a day", 7), ("7 patients", "patients a day", 7),
        ("40 pounds", "pounds", 40), ("12%", "%", 12), ("42 min", "", 42), ("£40", "pounds", 40),
        ("1,50 €", "euros", 1.5), ("12 per cent", "% of staff", 12), ("12%", "per cent", 12),
        ("7 of 10", "of 10", 7), ("7 out of 10", "of 10", 7), ("7/10", "of 10", 7),
    ],
)  # fmt: skip
def test_a_number_may_come_with_its_unit(typed, unit, number):
    assert read_number(typed, unit).value == number


@pytest.mark.parametrize(
    ("typed", "unit"),
    [("7:10", "minutes"), ("5 beds", "people"), ("12 weeks", "months"), ("42 min", "people"),
     ("12–15", ""), ("1.5k", ""), ("1,23,4", ""), ("9" * 70, ""), ("15%", "minutes"),
     ("15 per cent", "patients"), ("£15", "people"), ("€15", "pounds"), ("15 $", "euros"),
     ("15%", "of 200"), ("£15", "%"), ("15/20", "of 200"), ("15 of 20", "of 200")],
)  # fmt: skip
def test_what_is_not_understood_is_asked_again_and_not_recorded_as_wrong(typed, unit, record):
    item = NumberAnswer(name="x", level="apply", question="?", hints=("a", "b"), solution="s",
                        checked="c", answer=15, tolerance=0, unit=unit)  # fmt: skip
    made = Exercise("02/exercise/x", item, record)
    made.set(answer=typed)
    made.press("check")
    assert made.status.startswith("Not understood. ")
    assert "such as 12.5" in made.status
    assert record.get("02/exercise/x") is None


@pytest.mark.parametrize(
    ("typed", "told"), [("1,234", "marks thousands"), ("1.234", "three decimals")]
)
def test_a_mark_that_can_mean_two_things_is_told_with_a_wrong_answer(typed, told):
    item = NumberAnswer(name="x", level="apply", question="?", hints=("a", "b"), solution="s",
                        checked="c", answer=15, tolerance=0)  # fmt: skip
    assert told in item.mark({"answer": typed}).words


@pytest.mark.parametrize("typed", ["twelve", "1 or 2", "", "nan", "inf", "1..2", "=1+1", "1e999"])
def test_what_is_no_number_is_told_with_what_would_be_right(typed):
    with pytest.raises(ValueError, match=r"such as 12\.5"):
        read_number(typed)


@calm
@given(st.text(max_size=30))
def test_nothing_that_can_be_typed_stops_an_exercise(typed):
    for item in FORMS.values():
        if item.kind == "number":
            assert item.mark({"answer": typed}).outcome in (NOT_ATTEMPTED, NOT_YET, RIGHT)
        if isinstance(item, Rubric):
            assert item.mark({"answer": typed, "ticks": []}).outcome != RIGHT


# --- no wrong answer passes -------------------------------------------------------------------


def wrongly(item: Item) -> list[object]:
    """Return wrong answers that nobody named: each kind's empty, half, extreme and odd ones."""
    odd = [None, "", [], {}, 0, -1, True, ["a"], {"a": "b"}, "a b", [[]], [{}], float("nan")]
    if isinstance(item, SingleAnswer):
        return [*odd, *(key for key in item.options if key != item.answer), [item.answer],
                item.answer.upper() + " ", ",".join(item.options)]  # fmt: skip
    if isinstance(item, Ordering):
        right, orders = list(item.answer), itertools.permutations(item.options)
        return [*odd, *(list(order) for order in orders if list(order) != right), right[:-1],
                [*right, right[0]], [right[0]] * len(right), "".join(right)]  # fmt: skip
    if isinstance(item, Matching):
        right = dict(item.answer)
        alike = [dict.fromkeys(right, key) for key in item.options]
        good = [right, *({**right, **each.answer} for each in item.defensible)]
        slips = [{**right, row: key} for row in right for key in item.options]
        slips = [slip for slip in slips if slip not in good]
        short = [{k: v for k, v in right.items() if k != row} for row in right]
        every = [{**right, row: list(item.options)} for row in right]
        return [*odd, *(each for each in alike if each != right), *slips, *short, *every,
                list(right.items()), list(right.values())]  # fmt: skip
    if isinstance(item, NumberAnswer):
        right = item.answer
        other = [right * by for by in (60, 1 / 60, 100, 0.01, 1000, 7, 12, 24, 1 / 24, -1, 2, 0.5)]
        other += [100 - right, 1 / right, right + 2.1 * item.tolerance, right + 1, right - 1]
        near = max(item.tolerance, 1e-9)
        return ["nan", "inf", "1e999", "?", *(f"{n:.12g}" for n in other if abs(n - right) > near)]
    return []


@each_form
def test_no_wrong_answer_passes(item):
    answers = wrongly(item)
    assert answers or isinstance(item, Rubric)
    for answer in answers:
        assert item.mark({"answer": answer}).outcome in (NOT_ATTEMPTED, NOT_YET), answer


@each_form
def test_a_rubric_is_right_only_with_every_point_and_words(item):
    if isinstance(item, Rubric):
        text, every = item.solution, list(item.criteria)
        for ticks in (None, [], every[:1], every[1:], [*every[1:], "other"], [every]):
            assert item.mark({"answer": text, "ticks": ticks}).outcome == NOT_YET
        for short in (None, "", " " * 50, "yes"):
            assert item.mark({"answer": short, "ticks": every}).outcome == NOT_ATTEMPTED


@each_form
def test_the_list_of_a_rubric_comes_when_something_was_written(item, record):
    if isinstance(item, Rubric):
        made = shown(item, record)
        made.press("check")
        assert (made.hidden, made.judged) == (["ticks"], NOT_ATTEMPTED)
        made.set(answer=item.solution[:2000])
        made.press("check")
        assert (made.hidden, made.judged) == ([], NOT_YET)
        assert shown(item, record).hidden == []


def test_a_count_is_a_whole_number():
    counts = [item for item in ITEMS.values() if isinstance(item, NumberAnswer)
              and item.unit in COUNTED and item.answer == round(item.answer)]  # fmt: skip
    assert len(counts) >= 6
    for item in counts:
        assert item.mark({"answer": f"{item.answer + 0.25}"}).outcome == NOT_YET


# Not months, which are read from a chart.
COUNTED = ("people", "sessions", "approaches", "stages", "steps")


# --- functions --------------------------------------------------------------------------------

FUNCTIONS = {name: item for name, item in ITEMS.items() if isinstance(item, Function)}
each_function = pytest.mark.parametrize("item", FUNCTIONS.values(), ids=FUNCTIONS)


def stops(*_args: float) -> float:
    raise ZeroDivisionError("division by zero")


def leaves(*_args: float) -> float:
    sys.exit("bye")


def never_ends(*_args: float) -> float:
    while True:
        with contextlib.suppress(Exception):
            pass


def calls_itself(*args: float) -> float:
    return calls_itself(*args)


def yields(*_args: float):
    yield 1


async def waits(*_args: float) -> float:
    return 1


def says(*_args: float) -> None:
    print(12)


class Agreeable:
    """Something that equals everything."""

    __hash__ = None

    def __eq__(self, _other):
        return True

    def __le__(self, _other):
        return True

    def __sub__(self, _other):
        return 0

    def __abs__(self):
        return 0

    def __float__(self):
        return 1.0


class Chameleon(float):
    """A number that is as near to any other as can be."""

    def __sub__(self, _other):
        return 0.0

    def __rsub__(self, _other):
        return 0.0

    def __eq__(self, _other):
        return True

    __hash__ = float.__hash__


class MuteError(Exception):
    def __str__(self):
        raise ValueError


def complains(*_args: float) -> float:
    raise MuteError


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (stops, "your function stops with an error: ZeroDivisionError: division by zero."),
        (lambda: 1, "your function stops with an error: TypeError"),
        (leaves, "your function stops with an error: SystemExit: bye."),
        (complains, "your function stops with an error: MuteError."),
        (calls_itself, "your function stops with an error: RecursionError"),
        (never_ends, "your function never finishes"),
        (says, "your function prints “12” and returns nothing"),
        (yields, "your function returns generator. It should return one number"),
        (waits, "your function returns coroutine. It should return one number"),
        (lambda *_: "many", "your function returns str. It should return one number"),
        (lambda *_: "12", "your function returns str"),
        (lambda *_: True, "your function returns bool"),
        (lambda *_: np.bool_(True), "your function returns bool"),
        (lambda *_: [1.0], "your function returns list"),
        (lambda *_: np.array([1.0]), "your function returns ndarray"),
        (lambda *_: 1j, "your function returns complex"),
        (lambda *_: Agreeable(), "your function returns Agreeable"),
        (lambda *_: Chameleon(1), "your function returns Chameleon"),
        (lambda *_: float("nan"), "your function returns nan, and we cannot compare that"),
        (lambda *_: np.inf, "your function returns inf"),
        (lambda *_: 10**400, "your function returns inf"),
        (lambda *_: 123456789.0, "would be right"),
        (12.0, "Give only the name of your function"),
    ],
)
@each_function
def test_code_that_goes_wrong_is_told_kindly(written, told, item, record):
    made = Exercise("02/exercise/x", item, record, written)
    made.press("check")
    assert made.outcome == NOT_YET
    assert told in made.status


@pytest.mark.parametrize("make", [np.float64, Fraction, lambda x: np.array(x)[()]])
@each_function
def test_a_right_number_is_right_in_whatever_way_it_is_held(make, item):
    assert item.mark({"answer": lambda *case: make(item.answer(*case))}).outcome == RIGHT


@each_function
def test_a_function_that_changes_what_it_is_given_does_not_spoil_the_cases(item):
    """Sorting, emptying or overwriting the list was once marked right, and so was all after it."""
    right, cases = item.answer, copy.deepcopy(item.cases)

    def spoils(*case):
        result = right(*copy.deepcopy(case))
        for each in case:
            if isinstance(each, list):
                each.sort()
                each[:] = [0.0]
        return result

    def spoils_first(*case):
        for each in case:
            if isinstance(each, list):
                each[:] = [1.0] * len(each)
        return right(*case)

    assert item.mark({"answer": spoils}).outcome == RIGHT
    if any(isinstance(each, list) for case in cases for each in case):
        assert item.mark({"answer": spoils_first}).outcome == NOT_YET
    assert item.cases == cases
    assert item.mark({"answer": lambda *_: 0.0}).outcome == NOT_YET


def test_sorting_first_is_not_right():
    def upper_limit(values):
        values.sort()
        steps = [abs(b - a) for a, b in itertools.pairwise(values)]
        return sum(values) / len(values) + 2.66 * sum(steps) / len(steps)

    assert ITEMS["05 upper_limit"].mark({"answer": upper_limit}).outcome == NOT_YET


@each_function
def test_a_function_that_remembers_its_calls_is_told(item):
    right, calls = item.answer, []

    def remembers(*case):
        calls.append(case)
        return right(*case) if len(calls) <= len(item.cases) else 0.0

    told = item.mark({"answer": remembers})
    assert told.outcome == NOT_YET
    assert "It should always give the same result for the same figures." in told.words


def test_a_name_of_pythons_that_a_cell_has_taken_is_named():
    held = {}
    exec("sum = 3\ndef upper_limit(values):\n    return sum(values)", held)
    told = ITEMS["05 upper_limit"].mark({"answer": held["upper_limit"]})
    assert "“sum” is no longer Python's own" in told.words


@each_function
def test_who_interrupts_is_let_go(item):
    def interrupted(*_args):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        item.mark({"answer": interrupted})


def _mean(values):
    return sum(values) / len(values)


def _rates(can, lost):
    return [each * (1 - share) for each, share in zip(can, lost, strict=True)]


def _moves(values):
    return [abs(b - a) for a, b in itertools.pairwise(values)]


# Plausible, and wrong: each has to miss at least one case.
SLIPS = {
    "02 first_out": [
        lambda steps, touch, setup, batch: setup + steps * batch * touch,
        lambda steps, touch, setup, batch: steps * batch * (setup + touch),
        lambda steps, touch, setup, batch: batch * touch + steps * setup,
        lambda steps, touch, setup, batch: (steps + batch - 1) * touch + setup,
        lambda steps, touch, setup, batch: steps * (setup + touch) * max(batch, 1) - setup,
    ],
    "03 out_per_day": [
        lambda ready, can, lost: min(ready, min(can) * (1 - max(lost))),
        lambda ready, can, lost: min(ready, min(can) * (1 - lost[can.index(min(can))])),
        lambda ready, can, lost: min(ready, can[-1] * (1 - lost[-1])),
        lambda ready, can, lost: min(ready, can[0] * (1 - lost[0])),
        lambda _, can, lost: min(_rates(can, lost)),
        lambda ready, can, lost: min(ready, *map(operator.sub, can, lost)),
        lambda ready, _, lost: ready * math.prod(1 - x for x in lost),
        lambda ready, can, lost: min(ready, min(can) * math.prod(1 - x for x in lost)),
        lambda ready, can, lost: min(ready, *map(round, _rates(can, lost))),
    ],
    "05 upper_limit": [
        lambda v: _mean(v) + 3 * _mean(_moves(v)),
        lambda v: _mean(v) + 2.66 * sorted(_moves(v))[len(v) // 2 - 1],
        lambda v: sorted(v)[len(v) // 2] + 2.66 * _mean(_moves(v)),
        lambda v: _mean(v) + 2.66 * sum(_moves(v)) / len(v),
        lambda v: _mean(v) + 2.66 * (max(v) - min(v)) / (len(v) - 1),
        lambda v: _mean(v) - 2.66 * _mean(_moves(v)),
        lambda v: max(v),
    ],
    "10 months_until": [
        lambda left, half: half / left,
        lambda left, half: half * (1 / left - 1),
        lambda left, half: half * math.log10(1 / left),
        lambda left, half: half * math.log2(left),
        lambda left, half: half * math.ceil(math.log2(1 / left)),
        lambda left, half: half * math.sqrt(1 / left - 1),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slip"),
    [(name, slip) for name, held in SLIPS.items() for slip in held],
    ids=[f"{name} {n}" for name, held in SLIPS.items() for n, _ in enumerate(held)],
)
def test_a_plausible_slip_in_code_is_not_right(name, slip):
    assert ITEMS[name].mark({"answer": slip}).outcome == NOT_YET


def test_each_function_is_tried_against_slips():
    assert set(SLIPS) == set(FUNCTIONS)


# --- words ------------------------------------------------------------------------------------

ONE = """
title = "A set"
[[item]]
name = "a"
kind = "number"
level = "apply"
figures = "f"
question = "How many of {whole}?"
answer = "part"
tolerance = 0.1
hints = ["First.", "Second."]
solution = "{part}"
checked = "All."
[[item.mistake]]
name = "whole"
answer = "whole"
because = "That is all."
[[item.mistake]]
name = "none"
answer = 0
because = "That is none."
"""


def figures(name: str) -> dict:
    return {"f": {"part": 3, "whole": 8}}[name]


def test_figures_come_from_code():
    item = parse_exercises(tomllib.loads(ONE), "99", figures).items["a"]
    assert (item.question, item.solution, item.answer) == ("How many of 8?", "3", 3)
    assert item.mark({"answer": "8"}).words == "Not yet. That is all."


@pytest.mark.parametrize("number", SETS)
def test_no_two_exercises_of_a_lesson_have_one_name(number):
    assert len(SETS[number].items) == len(words_of_set(number)["item"])


def test_figures_are_worked_out_only_when_they_are_wanted():
    asked = []
    held = parse_exercises(
        tomllib.loads(ONE), "99", lambda name: asked.append(name) or figures(name)
    )
    assert "a" in held.items
    assert (len(held.items), asked) == (1, [])
    assert held.items["a"] is held.items["a"]
    assert asked == ["f"]


def test_an_unknown_set_or_exercise_is_refused_with_those_there_are(record):
    with pytest.raises(ValueError, match="no exercises for lesson '99'; there are for "):
        exercises("99")
    these = Exercises(SETS["02"], record)
    with pytest.raises(ValueError, match="no exercise 'x'; it has kinds"):
        these.ask("x")


# --- notebooks --------------------------------------------------------------------------------

SOLUTIONS = {path.name: path for path in learners.solutions()}
each_notebook = pytest.mark.parametrize("path", SOLUTIONS.values(), ids=SOLUTIONS)


def called(path: Path, verb: str) -> list[str]:
    """Return what a notebook asks of ``these``, in order."""
    code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    calls = [node for source in code for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]  # fmt: skip
    return [node.args[0].value for node in calls if node.func.attr == verb]


def test_each_set_has_its_notebooks_and_each_notebook_its_set():
    assert {name[:2] for name in SOLUTIONS if name[:2].isdigit()} == set(SETS)


@pytest.mark.parametrize(
    ("solution", "given"),
    [
        ('these.ask("a")', 'these.ask("a")'),
        ('these.solve("a")', ""),
        ("def f(x):\n    return x  # solution\n\n\nthese.code('f', f)",
         "def f(x):\n    ...\n\n\nthese.code('f', f)"),
        ("def f(x):\n    y = x  # solution\n    return y  # solution", "def f(x):\n    ..."),
    ],
)  # fmt: skip
def test_a_cell_is_given_without_its_solution(solution, given):
    assert learners.learner_source(solution) == given


@each_notebook
def test_the_learners_notebook_is_made_from_the_solution(path):
    there = nbformat.read(learners.HERE / path.name, as_version=4)
    made = learners.learner(nbformat.read(path, as_version=4))
    assert [(c.id, c.source) for c in there.cells] == [(c.id, c.source) for c in made.cells]


@each_notebook
def test_the_learners_notebook_gives_nothing_away(path):
    text = (learners.HERE / path.name).read_text(encoding="utf-8")
    assert "solve(" not in text
    assert learners.MARK not in text
    for item in SETS[path.name[:2]].items.values():
        assert item.solution not in text
        assert item.checked not in text


@each_notebook
def test_a_notebook_asks_each_exercise_once_and_solves_it(path):
    held = SETS[path.name[:2]].items
    coded = [name for name, item in held.items() if isinstance(item, Function)]
    assert called(path, "ask") == [name for name in held if name not in coded]
    assert called(path, "code") == coded
    assert called(path, "solve") == list(held)


@each_notebook
def test_every_chart_of_a_set_is_shown(path):
    module = worked_out(path.name[:2])
    figures = {name for name, made in vars(module).items()
               if getattr(made, "__annotations__", {}).get("return") in ("Facts", "Figure")
               }  # fmt: skip
    assert set(called(path, "show")) == {name for name in figures if not name.startswith("_")}


def test_a_learner_keeps_answers_in_the_record(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path / "my-record.json"))
    made = exercises("02").ask("tray")
    made.set(answer="12")
    made.press("check")
    assert "02/exercise/tray" in Record(tmp_path / "my-record.json").keys()  # noqa: SIM118
