"""What a prediction can look like: its control, its words, and whether it came true."""

from __future__ import annotations

from typing import Any

from toolkit.learning.fields import Choice, Curve, Field, Order, Slider, Text
from toolkit.learning.record import Record
from toolkit.learning.words import WORDS, Ask
from toolkit.text.numbers import counted
from toolkit.text.words import Table

# How sure somebody says to be, as a probability; used later for calibration.
CONFIDENCE: Table[str] = Table(WORDS, "confidence")
TABLE = "about/table"  # where the record says how many people share this screen
MOST = 6  # people that see one screen well


def sharing(record: Record) -> int:
    """Return how many share this screen, by the record; one if it does not say."""
    told = (record.get(TABLE) or {}).get("people")
    return told if isinstance(told, int) and 1 <= told <= MOST else 1


def answer_field(ask: Ask) -> Field:
    """Return the control that takes an answer to this question.

    Parameters
    ----------
    ask : Ask
        The question.

    Returns
    -------
    Field
        A control named ``answer``; a number says how near counts as right.
    """
    if ask.kind in ("slider", "curve"):
        # A unit such as "of 5" would not read after "within".
        unit = "" if ask.unit.startswith("of ") else ask.unit
        within = counted(_short(ask.within), unit)
        exact = ask.within < ask.step
        note = WORDS.say("answer.near", note=ask.note, within=within, exact=exact)
        scale: dict[str, Any] = {"min": ask.min, "max": ask.max, "step": ask.step, "unit": ask.unit}
        if ask.kind == "curve":
            return Curve("answer", ask.question, note=note, at=ask.at, **scale)
        return Slider("answer", ask.question, note=note, **scale)
    if ask.kind == "text":
        return Text("answer", ask.question, note=ask.note)
    kind = Order if ask.kind == "order" else Choice
    return kind("answer", ask.question, note=ask.note, options=ask.options)


def in_words(ask: Ask, answer: Any) -> str:
    """Return an answer, or what came, as a reader would say it."""
    if ask.kind == "choice":
        return ask.options[answer]
    if ask.kind == "order":
        return WORDS.say("answer.order", steps=[ask.options[key] for key in answer])
    if ask.kind == "curve":
        pairs = zip(ask.at, answer, strict=True)
        return ", ".join(f"{at}: {_short(each)}" for at, each in pairs) + f" {ask.unit}".rstrip()
    if ask.kind == "slider":
        return counted(_short(answer), ask.unit)
    return str(answer)


def fits(ask: Ask, answer: Any) -> bool:
    """Say whether this question can have been answered so; its words may have changed since."""
    if ask.kind == "slider":
        return _on_scale(ask, answer)
    if ask.kind == "order":
        words = isinstance(answer, list) and all(isinstance(each, str) for each in answer)
        return words and sorted(answer) == sorted(ask.options)
    if ask.kind == "curve":
        right_length = isinstance(answer, list) and len(answer) == len(ask.at)
        return right_length and all(_on_scale(ask, each) for each in answer)
    return isinstance(answer, str) and (ask.kind == "text" or answer in ask.options)


def holds(ask: Ask, answer: Any, outcome: Any) -> bool:
    """Say whether what came is what was predicted, to within what the question allows."""
    if ask.kind == "slider":
        return bool(abs(answer - outcome) <= ask.within)
    if ask.kind == "curve":
        apart = [abs(mine - came) for mine, came in zip(answer, outcome, strict=True)]
        return bool(sum(apart) / len(apart) <= ask.within)
    return bool(answer == outcome)


def _short(number: float) -> str:
    """Return a number to two decimals, without noughts at its end."""
    return f"{round(number, 2):.10g}"


def _on_scale(ask: Ask, answer: Any) -> bool:
    number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return number and ask.min <= answer <= ask.max
