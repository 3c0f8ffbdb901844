"""The board of a room: which question is asked, who answered what, and what the room keeps.

All of it is plain data, and each step returns a new board. Answers come in three ways: from phones,
as hands that the trainer counts, and from record files of tables that worked alone. Nobody
is named: a phone is a number, and a saved file holds counts only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema

from toolkit.learning.answers import CONFIDENCE, answer_field, fits
from toolkit.learning.fields import Button, Choice, Field, Number, Text
from toolkit.learning.record_file import FORMAT as RECORD_FORMAT
from toolkit.learning.record_file import RecordError, parsed, safe_json, sound
from toolkit.learning.words import Ask, lesson_folders, words_of
from toolkit.room.facts import outcome
from toolkit.screen.concept_test import FORMS, RIGHT, done, form_items
from toolkit.text.words import Words

WORDS = Words("toolkit.room")
FORMAT = "dialects-of-improvement/room"
VERSION = 1
ONCE, BEFORE, AFTER = TURNS = ("once", "before", "after")
# Open: only how many have answered. Shown: what they answered. Came: what was right.
OPEN, SHOWN, CAME = STAGES = ("open", "shown", "came")
PHONE, HAND, FILE = WAYS = ("phone", "hand", "file")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_HANDS = 500  # for one answer
MOST_FILES = 100
LINE = re.compile(r"^(.*?)(?:\s*[x×*]\s*(\d{1,3}))?$")


class NotTaken(ValueError):  # noqa: N818 - it is told to somebody in words
    """Something that the board does not take; the message says why and what to do.

    Parameters
    ----------
    why : str
        A sentence of ``[board.refused]`` in words.toml.
    **found : object
        What the sentence may name.
    """

    def __init__(self, why: str, **found: Any) -> None:
        super().__init__(WORDS.say(f"board.refused.{why}", **found))


@dataclass(frozen=True)
class RoomQuestion:
    """A question of the course as a room is asked it.

    Attributes
    ----------
    key : str
        Where it stands in a record: ``"03/predict/dice"`` or ``"03/check/busy"``.
    ask : Ask
        Its words.
    right : object
        What is right, where the words say so; None where a lab computes it.
    because : str
        Why that is right.
    """

    key: str
    ask: Ask
    right: Any = None
    because: str = ""

    @property
    def lesson(self) -> str:
        """The number of its lesson."""
        return self.key[:2]

    @property
    def predicts(self) -> bool:
        """Whether it asks for a prediction, and so for how sure somebody is."""
        return "/predict/" in self.key

    @property
    def letters(self) -> dict[str, str]:
        """Each option and the letter that it has on the board."""
        return dict(zip(self.ask.options, LETTERS, strict=False))

    def settled(self) -> Any:
        """Return what is right; None where only the learner can say. May take seconds."""
        return outcome(self.lesson, self.key.split("/")[2]) if self.predicts else self.right

    def fields(self, hands: bool = False) -> list[Field]:
        """Return the controls that take one answer, or the answers of all hands."""
        if hands:
            return self._hands()
        sure = Choice("sure", WORDS.say("board.sure"), options=CONFIDENCE)
        send = Button("send", WORDS.say("board.send"))
        return [answer_field(self.ask), *([sure] if self.predicts else []), send]

    def _hands(self) -> list[Field]:
        if self.ask.kind == "choice":
            said: list[Field] = [
                Number(key, f"{self.letters[key]}: {text}")
                for key, text in self.ask.options.items()
            ]
        else:
            note = WORDS.say(f"board.hands.{self.ask.kind}", points=len(self.ask.at))
            said = [Text("answers", WORDS.say("board.hands.label"), note=note)]
        return [*said, Button("count", WORDS.say("board.hands.count"))]


@cache
def room_question(key: str) -> RoomQuestion:
    """Return a question of the course.

    Parameters
    ----------
    key : str
        Such as ``"03/predict/dice"``.

    Raises
    ------
    Refused
        If there is no such question.
    """
    number, _, rest = key.partition("/")
    kind, _, name = rest.partition("/")
    if number in lesson_folders():
        words = words_of(number)
        if kind == "predict" and name in words.predict and words.predict[name].kind != "text":
            ask = words.predict[name]
            return RoomQuestion(key, ask, because=ask.because)
        if kind == "check" and name in words.check:
            check = words.check[name]
            ask = Ask(check.question, "choice", options=check.options)
            return RoomQuestion(key, ask, check.right, check.because[check.right])
    raise NotTaken("question", name=key[:40])


def keys_of(lesson: str, kind: str = "predict") -> list[str]:
    """Return the questions of a lesson that a room can be asked, in the lesson's order.

    Parameters
    ----------
    lesson : str
        Its number, such as ``"03"``.
    kind : {"predict", "check"}
        The predictions, or the questions at its end.
    """
    if lesson not in lesson_folders():
        raise NotTaken("lesson", lesson=lesson[:10])
    words = words_of(lesson)
    if kind == "check":
        return [f"{lesson}/check/{name}" for name in words.check]
    return [f"{lesson}/predict/{name}" for name, ask in words.predict.items() if ask.kind != "text"]


@dataclass(frozen=True)
class Answer:
    """One answer, and how many gave it.

    Attributes
    ----------
    answer : object
        As in a record: a number, the key of an option, a tuple of keys in order or of numbers.
    sure : str
        A key of ``CONFIDENCE``; empty if nobody asked.
    count : int
        How many.
    way : {"phone", "hand", "file"}
        How it came.
    late : bool
        Whether the answers of the room stood on the board already.
    """

    answer: Any
    sure: str = ""
    count: int = 1
    way: str = PHONE
    late: bool = False


def taken(asked: RoomQuestion, answer: Any, sure: Any = "", **more: Any) -> Answer:
    """Return an answer that came from outside, once it is sure that it can be one.

    Parameters
    ----------
    asked : Question
        What was asked.
    answer, sure : object
        Whatever came.
    **more
        As in `Answer`.

    Raises
    ------
    Refused
        If this question cannot be answered so.
    """
    if not fits(asked.ask, answer):
        raise NotTaken("answer")
    if asked.predicts and sure not in list(CONFIDENCE) and (sure or more.get("way") == PHONE):
        raise NotTaken("sure")
    return Answer(_kept(answer), sure if asked.predicts else "", **more)


def _kept(answer: Any) -> Any:
    """Return an answer that can be compared and counted: 70.0 is 70, and a list cannot change."""
    if isinstance(answer, list):
        return tuple(map(_kept, answer))
    return int(answer) if isinstance(answer, float) and answer.is_integer() else answer


def as_answered(answer: Any) -> Any:
    """Return an answer as a record and the functions of `toolkit.learning.answers` have it."""
    return list(answer) if isinstance(answer, tuple) else answer


@dataclass(frozen=True)
class Asked:
    """A question that was put to the room, with what came of it so far.

    Attributes
    ----------
    key : str
        The question.
    turn : {"once", "before", "after"}
        Whether it is asked once, or before and after the session.
    stage : {"open", "shown", "came"}
        How much of it the board shows.
    phones : mapping of str to Answer
        The last answer of each phone.
    hands : tuple of Answer
        What the trainer counted.
    sure : mapping of str to tuple of int
        Hands by confidence, counted after the result: how many in all, and how many were right.
    """

    key: str
    turn: str = ONCE
    stage: str = OPEN
    phones: Mapping[str, Answer] = field(default_factory=dict)
    hands: tuple[Answer, ...] = ()
    sure: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def question(self) -> RoomQuestion:
        """Its words."""
        return room_question(self.key)

    @property
    def stages(self) -> tuple[str, ...]:
        """What the board shows, one after the other: before the session, nothing is given away."""
        return (OPEN,) if self.turn == BEFORE else STAGES


@dataclass(frozen=True)
class Told:
    """What the board takes from one record: answers and totals, none of the texts in it.

    Attributes
    ----------
    mark : str
        A digest, by which the same file is known again.
    answers : mapping of str to Answer
        By question.
    before, after : int or None
        Right answers in the two forms of the concept inventory, where they are finished.
    """

    mark: str
    answers: Mapping[str, Answer]
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Board:
    """What one group was asked and said. Each step returns a new board.

    Attributes
    ----------
    asked : tuple of Asked
        In the order in which they were asked first.
    at : int
        Which of them is on the board; -1 if none.
    queue : tuple of tuple of str
        Questions that come next, each with its turn.
    files : tuple of Told
        Records that were added.
    """

    asked: tuple[Asked, ...] = ()
    at: int = -1
    queue: tuple[tuple[str, str], ...] = ()
    files: tuple[Told, ...] = ()

    @property
    def now(self) -> Asked | None:
        """The question that is on the board."""
        return self.asked[self.at] if self.at >= 0 else None

    def find(self, key: str, turn: str) -> int:
        """Return where a question stands among those asked; -1 if it was not asked."""
        places = (n for n, each in enumerate(self.asked) if (each.key, each.turn) == (key, turn))
        return next(places, -1)

    def ask(self, key: str, turn: str = ONCE) -> Board:
        """Put a question on the board; one that was asked already comes back with its answers."""
        room_question(key)
        if turn not in TURNS:
            raise NotTaken("turn")
        place = self.find(key, turn)
        if place >= 0:
            return replace(self, at=place)
        return replace(self, asked=(*self.asked, Asked(key, turn)), at=len(self.asked))

    def line_up(self, keys: Sequence[str], turn: str = ONCE) -> Board:
        """Put the first of several questions on the board, and the others behind it."""
        if not keys:
            raise NotTaken("empty")
        first, *rest = keys
        return replace(self.ask(first, turn), queue=tuple((key, turn) for key in rest))

    def next(self, settled: bool = True) -> Board:
        """Show more of this question, or go on to the next.

        Parameters
        ----------
        settled : bool
            Whether it is known what is right; if not, there is nothing to show of it.
        """
        if self.now is None:
            return self
        stages = [each for each in self.now.stages if settled or each != CAME]
        place = stages.index(self.now.stage) if self.now.stage in stages else len(stages) - 1
        if place + 1 < len(stages):
            return self._changed(stage=stages[place + 1])
        if self.at + 1 < len(self.asked):
            return replace(self, at=self.at + 1)
        if self.queue:
            (key, turn), *rest = self.queue
            return replace(self.ask(key, turn), queue=tuple(rest))
        return self

    def back(self) -> Board:
        """Go back to the question before; what was shown stays shown."""
        return replace(self, at=max(self.at - 1, min(self.at, 0)))

    def clear(self) -> Board:
        """Delete the answers of the question on the board, and ask it again."""
        if self.now is None:
            return self
        return self._changed(stage=OPEN, phones={}, hands=(), sure={})

    def vote(self, phone: str, asked: tuple[str, str], answer: Any, sure: Any = "") -> Board:
        """Count the answer of a phone; its last one stands.

        Parameters
        ----------
        phone : str
            The random text that tells it from others.
        asked : tuple of str
            The key and the turn of the question that the phone shows.
        answer, sure : object
            Whatever came.

        Raises
        ------
        Refused
            If another question is on the board by now, the result is out, or it is no answer.
        """
        now = self.now
        if now is None or (now.key, now.turn) != asked:
            raise NotTaken("over")
        if now.stage == CAME:
            raise NotTaken("out")
        late = now.stage == SHOWN and not (phone in now.phones and not now.phones[phone].late)
        made = taken(now.question, answer, sure, way=PHONE, late=late)
        return self._changed(phones={**now.phones, phone: made})

    def count(self, hands: Sequence[Answer]) -> Board:
        """Take what the trainer counted, in place of what was counted before."""
        return self._changed(hands=tuple(hands))

    def count_sure(self, sure: Mapping[str, tuple[int, int]]) -> Board:
        """Take how many hands were so sure, and how many of those were right."""
        return self._changed(sure=dict(sure))

    def add(self, content: bytes | str) -> Board:
        """Add a record of a table, or what a room saved.

        Raises
        ------
        Refused
            If it is neither, or was added before.
        """
        try:
            held = safe_json(content)
            if isinstance(held, dict) and held.get("format") == FORMAT:
                return self._resumed(held)
            if not isinstance(held, dict) or held.get("format") != RECORD_FORMAT:
                raise NotTaken("file")
            told = told_by(parsed(content))
        except RecordError as problem:
            raise NotTaken("record", problem=problem) from problem
        if any(each.mark == told.mark for each in self.files):
            raise NotTaken("twice")
        if len(self.files) >= MOST_FILES:
            raise NotTaken("full", most=MOST_FILES)
        return replace(self, files=(*self.files, told))

    def answers(self, asked: Asked) -> list[Answer]:
        """Return all that was answered to a question: phones, hands, and what files know of it."""
        told = [each.answers[asked.key] for each in self.files if asked.key in each.answers]
        alone = asked.turn != ONCE  # a record does not say before or after which session
        return [*asked.phones.values(), *asked.hands, *([] if alone else told)]

    def text(self) -> str:
        """Return what the room keeps, as the text of a file: counts, and nobody's name."""
        held = {
            "format": FORMAT,
            "version": VERSION,
            "asked": [_saved(each, self.answers(each)) for each in self.asked],
        }
        return json.dumps(held, ensure_ascii=False, indent=1)

    def _changed(self, **parts: Any) -> Board:
        if self.now is None:
            raise NotTaken("empty")
        asked = list(self.asked)
        asked[self.at] = replace(self.now, **parts)
        return replace(self, asked=tuple(asked))

    def _resumed(self, held: Mapping[str, Any]) -> Board:
        """Return this board with what another room saved: its answers come back as hands."""
        try:
            _schema().validate(held)
        except jsonschema.ValidationError as problem:
            raise NotTaken("file") from problem
        board = self
        for each in held["asked"]:
            asked = room_question(each["key"])
            hands = tuple(
                taken(asked, one["answer"], one.get("sure", ""), way=HAND, count=one["count"])
                for one in each["answers"]
            )
            sure = {key: (pair[0], min(pair)) for key, pair in each.get("sure", {}).items()}
            board = board.ask(each["key"], each["turn"])
            here = board.now
            if here is not None and (here.hands or here.phones):
                raise NotTaken("there", question=asked.ask.question)
            board = board._changed(hands=hands, sure=sure, stage=each["stage"])
        return replace(board, at=len(board.asked) - 1)


def told_by(record: Mapping[str, Any]) -> Told:
    """Return what the board takes from a record.

    A prediction that was locked when its result was known is left out.

    Parameters
    ----------
    record : mapping
        What `toolkit.learning.record_file.parsed` returned.
    """
    entries = {key: entry for key, entry in record["entries"].items() if sound(entry)}
    text = json.dumps(entries, sort_keys=True)
    return Told(
        hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest(),
        dict(_answers(entries)),
        *(_inventory(form, entries) for form in FORMS),
    )


def _answers(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Answer]]:
    for key, entry in entries.items():
        if entry.get("kind") not in ("prediction", "check") or entry.get("after"):
            continue
        with contextlib.suppress(NotTaken):  # the question is another one, or of another course
            yield key, taken(room_question(key), entry["answer"], entry.get("sure", ""), way=FILE)


def _inventory(form: str, entries: Mapping[str, Mapping[str, Any]]) -> int | None:
    """Return how many items of a finished form are right; None before that."""
    if done(form) not in entries:
        return None
    given = [(item, entries.get(item.place, {})) for item in form_items(form).values()]
    found = [item.standing(entry.get("answer"), entry.get("reason")) for item, entry in given]
    return found.count(RIGHT)


# --- hands that the trainer counts ----------------------------------------------------------------


def counted_hands(asked: RoomQuestion, value: Mapping[str, Any]) -> tuple[Answer, ...]:
    """Return the answers that a trainer typed.

    Parameters
    ----------
    asked : Question
        The question.
    value : mapping
        What stands in the controls of ``Question.fields(hands=True)``.

    Returns
    -------
    tuple of Answer
        One for each answer that somebody gave.

    Raises
    ------
    Refused
        If something in it cannot be read; the message quotes it.
    """
    if asked.ask.kind == "choice":
        counts = {key: hands(value.get(key)) for key in asked.ask.options}
        return tuple(Answer(key, "", count, HAND) for key, count in counts.items() if count)
    lines = re.split(r"[\n;]" if asked.ask.kind == "curve" else r"[\n;,]", _text(value, "answers"))
    return tuple(_typed(asked, line.strip()) for line in lines if line.strip())


def counted_sure(value: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return how many hands were so sure, and how many of those right, as a trainer typed it.

    Parameters
    ----------
    value : mapping
        What stands in the controls of `sure_fields`.

    Raises
    ------
    Refused
        If something in it cannot be read, or more are right than there are.
    """
    found = {
        key: (hands(value.get(f"all {key}")), hands(value.get(f"right {key}")))
        for key in CONFIDENCE
    }
    for key, (most, right) in found.items():
        if right > most:
            raise NotTaken("more_right", sure=CONFIDENCE[key], right=right, most=most)
    return {key: pair for key, pair in found.items() if pair[0]}


def sure_fields() -> list[Field]:
    """Return the controls that take hands by confidence, once the result is out."""
    said = [
        Number(f"{part} {key}", WORDS.say(f"board.hands.{part}", sure=sure))
        for key, sure in CONFIDENCE.items()
        for part in ("all", "right")
    ]
    return [*said, Button("count", WORDS.say("board.hands.count"))]


def hands(typed: Any) -> int:
    """Return a number of hands that was typed; nothing typed is none.

    Parameters
    ----------
    typed : object
        The text of a control.

    Raises
    ------
    Refused
        If it is no number of hands.
    """
    text = str(typed or "").strip()
    if not re.fullmatch(r"[0-9]{0,4}", text) or int(text or 0) > MOST_HANDS:
        raise NotTaken("hands", typed=text[:20], most=MOST_HANDS)
    return int(text or 0)


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name) or ""
    if not isinstance(text, str) or len(text) > 5000:
        raise NotTaken("long")
    return text


def _typed(asked: RoomQuestion, line: str) -> Answer:
    """Return an answer from a line such as ``70``, ``70 × 3``, ``BACD`` or ``80 90 95 100 120``."""
    match = LINE.match(line)
    said, times = (match[1].strip(), hands(match[2] or 1)) if match else (line, 1)
    keys = {letter: key for key, letter in asked.letters.items()}
    answer: Any
    if asked.ask.kind == "order":
        answer = [keys.get(letter) for letter in said.upper() if letter.isalpha()]
    elif asked.ask.kind == "curve":
        answer = [_number(each) for each in said.split()]
    else:
        answer = _number(said)
    if times < 1 or not fits(asked.ask, answer):
        raise NotTaken(
            f"typed_{asked.ask.kind}", typed=line[:40], low=asked.ask.min, high=asked.ask.max,
            points=len(asked.ask.at), letters=list(keys),
        )  # fmt: skip
    return Answer(_kept(answer), "", times, HAND)


def _number(said: str) -> float | None:
    found = re.fullmatch(r"[-−+]?[0-9]{1,9}(?:\.[0-9]{1,6})?", said)
    return float(said.replace("−", "-")) if found else None


# --- what is saved --------------------------------------------------------------------------------


@cache
def _schema() -> jsonschema.Draft7Validator:
    text = files("toolkit.room").joinpath("room.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def _saved(asked: Asked, answers: Sequence[Answer]) -> dict[str, Any]:
    counts: Counter[tuple[str, str]] = Counter()
    for each in answers:
        counts[json.dumps(as_answered(each.answer)), each.sure] += each.count
    # Sorted, so that the order of a file does not tell who came first.
    counted = [
        {"answer": json.loads(said), **({"sure": sure} if sure else {}), "count": count}
        for (said, sure), count in sorted(counts.items())
    ]
    held = {"key": asked.key, "turn": asked.turn, "stage": asked.stage, "answers": counted}
    return {**held, **({"sure": {k: list(v) for k, v in asked.sure.items()}} if asked.sure else {})}
