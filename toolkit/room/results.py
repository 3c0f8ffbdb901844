"""What a room answered, as figures with words and a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import mean, median, stdev
from typing import Any

import numpy as np
import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.learning.answers import CONFIDENCE, holds, in_words
from toolkit.learning.calibration import Band
from toolkit.learning.export import ExportTable, Section, html_page
from toolkit.learning.gain import gain
from toolkit.room.board import (
    AFTER,
    BEFORE,
    CAME,
    FILE,
    HAND,
    ONCE,
    OPEN,
    PHONE,
    WORDS,
    Answer,
    Asked,
    Board,
    RoomQuestion,
    as_answered,
    room_question,
)
from toolkit.screen.concept_test import FORMS, form_items
from toolkit.text.numbers import written

# A small picture is enlarged to the width of the screen, and its letters with it.
WIDTH, HEIGHT, ROW = 220, 190, 20
COLUMNS = 24  # in which the dots of a scale stand
BINS = 6  # in which two turns of a scale are compared
DRAWS = 4000
FEW = 10  # people: if fewer were wrong before, one of them moves the gain by a tenth and more
RANGE = (5, 95)  # per cent: nine in ten draws lie between

Outcomes = Mapping[str, Any]  # what is right, by question; one that nobody knows is not in it


def answered(answers: Sequence[Answer]) -> int:
    """Return how many people, or screens, answered."""
    return sum(each.count for each in answers)


def count_right(asked: RoomQuestion, answers: Sequence[Answer], came: Any) -> int:
    """Return how many were right."""
    return sum(
        each.count
        for each in answers
        if holds(asked.ask, as_answered(each.answer), as_answered(came))
    )


def each_answer(answers: Sequence[Answer]) -> list[Any]:
    """Return each answer as often as it was given."""
    return [each.answer for each in answers for _ in range(each.count)]


def sources(answers: Sequence[Answer]) -> str:
    """Return in words how many answers came by which way."""
    counts = {way: answered([a for a in answers if a.way == way]) for way in (PHONE, HAND, FILE)}
    late = answered([each for each in answers if each.late])
    return WORDS.say("board.sources", late=late, **counts)


# --- one question ---------------------------------------------------------------------------------


def figure(board: Board, asked: Asked, came: Any = None) -> Figure | None:
    """Return what a room answered; None if nobody has answered.

    Parameters
    ----------
    board : Board
        The board.
    asked : Asked
        The question. If it was asked before the session too, both stand side by side.
    came : object, optional
        What is right, once it may be seen.

    Returns
    -------
    Figure or None
        A small picture, which a projector enlarges, with its words and its table.
    """
    turns = {asked.turn: board.answers(asked)}
    if asked.turn == AFTER and (place := board.find(asked.key, BEFORE)) >= 0:
        turns = {BEFORE: board.answers(board.asked[place]), **turns}
    turns = {turn: answers for turn, answers in turns.items() if answers}
    if asked.turn not in turns:
        return None
    draw = {"choice": _choice, "slider": _number, "order": _order, "curve": _curve}
    facts = _facts(asked.question, turns[asked.turn], came)
    told = {
        "title": WORDS.say(f"board.{asked.question.ask.kind}.title", **facts),
        "description": " ".join(
            filter(None, [
                WORDS.say(f"board.{asked.question.ask.kind}.words", **facts),
                _turned(board, asked, came) if BEFORE in turns else "",
                sources(turns[asked.turn]),
            ])
        ),
        "provenance": (Provenance("computed", note=WORDS.say("board.counted")),),
    }  # fmt: skip
    return draw[asked.question.ask.kind](asked.question, turns, came, told)


def _facts(asked: RoomQuestion, answers: Sequence[Answer], came: Any) -> dict[str, Any]:
    """Return what the words of a question may name."""
    ask, values, most = asked.ask, each_answer(answers), answered(answers)
    known = came is not None
    facts: dict[str, Any] = {
        "most": most,
        "known": known,
        "came": in_words(ask, as_answered(came)).rstrip(".") if known else "",
        "right": count_right(asked, answers, came) if known else 0,
        "unit": ask.unit,
        "within": written(ask.within),
    }
    if ask.kind == "slider":
        # Answers that somebody gave: nobody said 46.2 patients.
        low, high = (float(x) for x in np.percentile(values, [25, 75], method="nearest"))
        middle = median(values)
        return {**facts, "low": low, "middle": middle, "high": high, "least": min(values),
                "greatest": max(values)}  # fmt: skip
    if ask.kind == "curve":
        return {
            **facts,
            "middle": [median(each) for each in zip(*values, strict=True)],
            "at": ask.at,
        }
    counts = Counter(values)
    first, times = counts.most_common(1)[0]
    even = [each for each, count in counts.items() if count == times]
    said = in_words(ask, as_answered(first)).rstrip(".")
    return {**facts, "first": said, "times": times, "even": len(even)}


def _turn(turn: str) -> str:
    return WORDS.say(f"board.turn.{turn}")


ROLES = {ONCE: "main", BEFORE: "calm", AFTER: "main"}
BySeries = dict[str, tuple[str, Mapping[str, Any]]]  # by series: its role, and values by category


def _by_turn(turns: Mapping[str, Any], measure: Callable[[list], Mapping[str, Any]]) -> BySeries:
    """Return the answers of each turn, measured."""
    return {_turn(turn): (ROLES[turn], measure(each_answer(said))) for turn, said in turns.items()}


def _bars(shown: BySeries, told: Mapping[str, Any], **more: Any) -> Figure:
    """Draw bars side by side, one for each category and series."""
    _, first = next(iter(shown.values()))
    rows = [
        (category, name, values[category])
        for category in first
        for name, (_, values) in shown.items()
    ]
    frame = pd.DataFrame(rows, columns=["category", "series", "value"])
    roles = {name: role for name, (role, _) in shown.items()}
    return shapes.bars(frame, roles, width=WIDTH, row=ROW, **more, **told)


def _choice(
    asked: RoomQuestion, turns: Mapping[str, Any], came: Any, told: dict[str, Any]
) -> Figure:
    labels = {
        key: WORDS.say("board.choice.right", letter=letter) if key == came else letter
        for key, letter in asked.letters.items()
    }
    shown = _by_turn(turns, lambda said: {labels[key]: said.count(key) for key in labels})
    rows = [
        (label, asked.ask.options[key], *(counts[label] for _, counts in shown.values()))
        for key, label in labels.items()
    ]
    table = pd.DataFrame(rows, columns=["", WORDS.say("board.column.answer"), *shown])
    return _bars(shown, told, x=WORDS.say("board.column.people"), table=table)


def _number(
    asked: RoomQuestion, turns: Mapping[str, Any], came: Any, told: dict[str, Any]
) -> Figure:
    ask = asked.ask
    if len(turns) > 1:
        return _binned(asked, turns, told)
    values = each_answer(next(iter(turns.values())))
    width = (ask.max - ask.min) / COLUMNS
    stacks: Counter[int] = Counter()
    dots = []
    answer, result = WORDS.say("board.dots.answer"), WORDS.say("board.dots.came")
    for value in sorted(values):
        # Answers that would cover each other stand on top of each other.
        place = min(int((value - ask.min) / width), COLUMNS - 1)
        stacks[place] += 1
        dots.append((value, stacks[place], answer, in_words(ask, value)))
    notes = None
    roles = {answer: "main"}
    if came is not None:
        roles[result] = "warn"
        dots.append((came, 0, result, in_words(ask, came)))
        notes = pd.DataFrame({"x": [came], "y": [0], "text": [in_words(ask, came)]})
    counts = Counter(values)
    table = pd.DataFrame(sorted(counts.items()), columns=[ask.unit or asked.ask.question[:30],
                         WORDS.say("board.column.people")])  # fmt: skip
    return shapes.dots(
        pd.DataFrame(dots, columns=["x", "y", "series", "label"]), roles, x=ask.unit,
        y=WORDS.say("board.column.people"), notes=notes, zero=True, ends=(ask.min, ask.max),
        counts=True, size=(int(1.3 * WIDTH), HEIGHT), table=table, **told,
    )  # fmt: skip


def _binned(asked: RoomQuestion, turns: Mapping[str, Any], told: dict[str, Any]) -> Figure:
    """Return two turns of a scale side by side, in a few ranges of it."""
    ask = asked.ask
    edges = np.linspace(ask.min, ask.max, BINS + 1)
    names = [f"{written(float(a))}–{written(float(b))}" for a, b in pairwise(edges)]
    shown = _by_turn(
        turns, lambda said: dict(zip(names, np.histogram(said, edges)[0].tolist(), strict=True))
    )
    return _bars(shown, told, x=WORDS.say("board.column.people"))


def _places(asked: RoomQuestion, orders: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the place that each option has on average: 1 is the first."""
    return {key: mean(list(each).index(key) + 1 for each in orders) for key in asked.ask.options}


def _order(
    asked: RoomQuestion, turns: Mapping[str, Any], came: Any, told: dict[str, Any]
) -> Figure:
    shown = _by_turn(turns, lambda said: _places(asked, said))
    if came is not None:
        shown[WORDS.say("board.dots.came")] = ("warn", _places(asked, [as_answered(came)]))
    rows = [
        (asked.letters[key], text, *(round(places[key], 1) for _, places in shown.values()))
        for key, text in asked.ask.options.items()
    ]
    table = pd.DataFrame(rows, columns=["", WORDS.say("board.column.step"), *shown])
    drawn: BySeries = {
        name: (role, {asked.letters[key]: round(place, 2) for key, place in places.items()})
        for name, (role, places) in shown.items()
    }
    return _bars(drawn, told, x=WORDS.say("board.column.place"), table=table)


def _curve(
    asked: RoomQuestion, turns: Mapping[str, Any], came: Any, told: dict[str, Any]
) -> Figure:
    def points(values: Iterable[float]) -> dict[str, float]:
        return dict(zip(asked.ask.at, map(float, values), strict=True))

    shown = _by_turn(turns, lambda said: points(map(median, zip(*said, strict=True))))
    if came is not None:
        shown[WORDS.say("board.dots.came")] = ("warn", points(came))
    return _bars(shown, told, x=asked.ask.unit)


# --- the room as a whole --------------------------------------------------------------------------


def by_confidence(board: Board, outcomes: Outcomes) -> list[Band]:
    """Return how often the room was right, by how sure it said to be; the empty bands too.

    A prediction counts once its result has been shown. Answers in files count where the result is
    known. What a room was asked before and after the session is left out.

    Parameters
    ----------
    board : Board
        The board.
    outcomes : mapping
        What is right, by question.
    """
    all_, good = Counter[str](), Counter[str]()
    for asked in board.asked:
        if asked.turn != ONCE or asked.stage != CAME or asked.key not in outcomes:
            continue
        for each in (*asked.phones.values(), *asked.hands):
            all_[each.sure] += each.count
            good[each.sure] += count_right(asked.question, [each], outcomes[asked.key])
        for key, (most, hit) in asked.sure.items():
            all_[key] += most
            good[key] += hit
    for key, each in ((key, a) for told in board.files for key, a in told.answers.items()):
        if key in outcomes:
            all_[each.sure] += 1
            good[each.sure] += count_right(room_question(key), [each], outcomes[key])
    return [Band(float(key), said, all_[key], good[key]) for key, said in CONFIDENCE.items()]


def calibration(board: Board, outcomes: Outcomes) -> Figure | None:
    """Return how the confidence of the room and what came true go together; None without any."""
    held = [band for band in by_confidence(board, outcomes) if band.asked]
    if not held:
        return None
    said, came = WORDS.say("board.calibration.said"), WORDS.say("board.calibration.came")
    shown: BySeries = {
        said: ("calm", {band.said: round(100 * band.sure) for band in held}),
        came: ("main", {band.said: round(100 * band.came / band.asked) for band in held}),
    }
    table = [(b.said, 100 * b.sure, b.asked, b.came, round(100 * b.came / b.asked)) for b in held]
    facts = {
        "bands": held,
        "asked": sum(band.asked for band in held),
        "came": sum(band.came for band in held),
        "expected": sum(band.sure * band.asked for band in held),
    }
    told = {
        "title": WORDS.say("board.calibration.title", **facts),
        "description": WORDS.say("board.calibration.words", **facts),
    }
    return _bars(
        shown,
        told,
        x=WORDS.say("board.calibration.x"),
        provenance=(Provenance("computed", note=WORDS.say("board.counted")),),
        table=pd.DataFrame(table, columns=WORDS["board.calibration.columns"]),
        most=100,
    )


@dataclass(frozen=True)
class TurnChange:
    """What changed between two turns of a question.

    Attributes
    ----------
    pre, before, post, after : int
        How many were right before, of how many; how many after, of how many.
    paired : bool
        Whether each answer before belongs to one after: then only those phones are in it.
    gain : float or None
        The normalised gain; None if there was nothing left to gain.
    low, high : float
        Between which it lies in nine of ten draws.
    """

    pre: int
    before: int
    post: int
    after: int
    paired: bool
    gain: float | None
    low: float
    high: float


def change(board: Board, key: str, came: Any, seed: int = 0) -> TurnChange | None:
    """Return what changed for a question that was asked before and after the session.

    The range of the gain comes from draws: each share that the answers allow is as likely as they
    make it, with one right and one wrong answer added, as `toolkit.learning.gain.chance` adds them.

    Parameters
    ----------
    board : Board
        The board.
    key : str
        The question.
    came : object
        What is right.
    seed : int
        For the draws.

    Returns
    -------
    Change or None
        None if it was not asked and answered twice.
    """
    places = [board.find(key, turn) for turn in (BEFORE, AFTER)]
    if min(places) < 0:
        return None
    first, last = (board.asked[place] for place in places)
    asked, rng = room_question(key), np.random.default_rng(seed)
    both = [phone for phone in first.phones if phone in last.phones]
    paired = bool(both) and not first.hands and not last.hands
    if paired:
        ends = [[turn.phones[phone] for phone in both] for turn in (first, last)]
    else:
        ends = [board.answers(turn) for turn in (first, last)]
    if not all(ends):
        return None
    (pre, before), (post, after) = ((count_right(asked, end, came), answered(end)) for end in ends)
    if paired:
        good = [[count_right(asked, [each], came) for each in end] for end in ends]
        cells = Counter(zip(*good, strict=True))
        weights = [cells[pair] + 0.5 for pair in ((1, 1), (1, 0), (0, 1), (0, 0))]
        stayed, lost, won, _still = rng.dirichlet(weights, DRAWS).T
        shares = stayed + lost, stayed + won
    else:
        shares = (rng.beta(pre + 1, before - pre + 1, DRAWS),
                  rng.beta(post + 1, after - post + 1, DRAWS))  # fmt: skip
    low, high = np.percentile((shares[1] - shares[0]) / (1 - shares[0]), RANGE)
    gained = gain(pre / before, post / after, 1)
    return TurnChange(pre, before, post, after, paired, gained, float(low), float(high))


def change_in_words(found: TurnChange) -> str:
    """Return a change in everyday words, with its range, and a warning if the group is small."""
    wrong = found.before - found.pre
    facts = {"wrong": wrong, "small": wrong < FEW, "step": 1 / wrong if wrong else 0.0}
    return WORDS.say("board.change.words", **asdict(found), **facts)


def _turned(board: Board, asked: Asked, came: Any) -> str:
    found = None if came is None else change(board, asked.key, came)
    return change_in_words(found) if found else ""


def inventory_in_words(board: Board) -> str:
    """Return what the records of the tables gained in the concept inventory; empty if none can say.

    Parameters
    ----------
    board : Board
        The board.
    """
    pairs = [
        (t.before, t.after) for t in board.files if t.before is not None and t.after is not None
    ]
    if not pairs:
        return ""
    most = len(form_items(FORMS[0]))
    pre, post = (mean(each) for each in zip(*pairs, strict=True))
    held = gain(pre, post, most)
    moved = [after - before for before, after in pairs]
    error = (
        stdev(moved) / len(moved) ** 0.5 / (most - pre) if len(moved) > 1 and most > pre else None
    )
    return WORDS.say("board.change.inventory", n=len(pairs), pre=pre, post=post, most=most,
                     gain=held, error=error, small=len(pairs) < FEW)  # fmt: skip


def results_page(board: Board, outcomes: Outcomes) -> str:
    """Return what the room answered as a page to read and print; nobody is named.

    Parameters
    ----------
    board : Board
        The board.
    outcomes : mapping
        What is right, by question; only what the board has shown is used.

    Returns
    -------
    str
        HTML.
    """
    parts = []
    for asked in board.asked:
        came = outcomes.get(asked.key) if asked.stage == CAME else None
        drawn = figure(board, asked, came)
        title = asked.question.ask.question
        if drawn is None:
            parts.append(Section(title, WORDS.say("board.nobody")))
            continue
        words = [_turn(asked.turn) + "." if asked.turn != ONCE else "", drawn.title + ".",
                 drawn.description, asked.question.because if came is not None else ""]  # fmt: skip
        parts.append(Section(title, " ".join(filter(None, words)), [_table(drawn)]))
    if made := calibration(board, outcomes):
        said = f"{made.title}. {made.description}"
        parts.append(Section(WORDS.say("board.calibration.heading"), said, [_table(made)]))
    if said := inventory_in_words(board):
        parts.append(Section(WORDS.say("board.change.heading"), said))
    return html_page(WORDS.say("board.page.title"), WORDS.say("board.page.about"), parts)


def _table(drawn: Figure) -> ExportTable:
    cells = drawn.cells
    return ExportTable(drawn.title, cells["columns"], cells["rows"])


# --- what the projector and each phone show -------------------------------------------------------


def on_board(board: Board, came: Any = None) -> dict[str, Any]:
    """Return what the projector shows of the question on the board, as JSON has it.

    While a question is open, that is only how many have answered.

    Parameters
    ----------
    board : Board
        The board.
    came : object, optional
        What is right, if that is known by now; it is told only once the board has got to it.
    """
    asked = board.now
    if asked is None:
        return {}
    made, ask = asked.question, asked.question.ask
    over = asked.stage == CAME and came is not None
    held = {
        "key": asked.key,
        "turn": asked.turn,
        "stage": asked.stage,
        "lesson": made.lesson,
        "question": ask.question,
        "note": ask.note if asked.stage == OPEN else "",
        "kind": ask.kind,
        "options": [[letter, ask.options[key], over and key == came]
                    for key, letter in made.letters.items()],
        "answered": answered(board.answers(asked)),
        "because": made.because if over else "",
        "hands": [each.spec() for each in made.fields(hands=True)],
        "last": board.next(came is not None) == board,
    }  # fmt: skip
    drawn = None if asked.stage == OPEN else figure(board, asked, came if over else None)
    return {**held, **as_json(drawn)}


def as_json(drawn: Figure | None) -> dict[str, Any]:
    """Return a figure as the page of the board draws it; without one, only that there is none."""
    if drawn is None:
        return {"figure": None}
    return {
        "title": drawn.title,
        "words": drawn.description,
        "figure": {"spec": dict(drawn.spec), "data": drawn.datasets},
        "table": drawn.cells,
        "chips": [text for text, _meaning in drawn.chips],
    }


def room_in_words(board: Board, came: Any = None) -> str:
    """Return what the board shows of the room, for those who cannot see it; empty while it is open.

    Parameters
    ----------
    board : Board
        The board.
    came : object, optional
        As in `on_board`.
    """
    asked = board.now
    if asked is None or asked.stage == OPEN:
        return ""
    drawn = figure(board, asked, came if asked.stage == CAME else None)
    if drawn is None:
        return ""
    return WORDS.say("board.phone.room", title=drawn.title, words=drawn.description)


def on_phone(board: Board, phone: str, came: Any = None, room: str = "") -> dict[str, Any]:
    """Return what a phone shows of the question on the board, as JSON has it.

    Parameters
    ----------
    board : Board
        The board.
    phone : str
        The phone.
    came : object, optional
        As in `on_board`.
    room : str
        What `room_in_words` returned: it is the same for all phones.
    """
    asked = board.now
    if asked is None:
        return {"asked": None, "status": WORDS.say("board.phone.wait")}
    made, mine = asked.question, asked.phones.get(phone)
    over = asked.stage == CAME and came is not None
    said = ""
    if mine:
        said = in_words(made.ask, as_answered(mine.answer)).rstrip(".")
        said += f", {CONFIDENCE[mine.sure]}" if mine.sure else ""
    lines = [
        WORDS.say("board.phone.mine", said=said, open=asked.stage != CAME),
        WORDS.say("board.phone.came", came=in_words(made.ask, as_answered(came)).rstrip("."))
        if over else "",
        made.because if over else "",
    ]  # fmt: skip
    lines.append(room)
    return {
        "asked": [asked.key, asked.turn],
        "title": made.ask.question,
        "fields": [each.spec() for each in made.fields()],
        "mine": {"answer": as_answered(mine.answer), "sure": mine.sure} if mine else None,
        "locked": asked.stage == CAME,
        "status": "\n".join(filter(None, lines)),
    }
