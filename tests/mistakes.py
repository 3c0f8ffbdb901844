"""The wrong answers of an exercise that it recognises, as they would stand in its controls."""

from typing import Any

from toolkit.learning.items import Item, Matching, NumberAnswer, Ordering, Rubric, SingleAnswer


def wrong(item: Item) -> dict[str, dict[str, Any]]:
    """Return named wrong answers, each with a misconception that is recognised."""
    match item:
        case SingleAnswer():
            return {key: {"answer": key} for key in item.options if key != item.answer}
        case Rubric():
            text = item.right()["answer"]
            return {
                key: {"answer": text, "ticks": [k for k in item.criteria if k != key]}
                for key in item.criteria
            }
        case Ordering():
            stands: Any = list
        case Matching():
            stands = item.answer.__or__
        case NumberAnswer():
            stands = "{:.10g}".format
        case _:
            return {each.name: {"answer": each.answer} for each in item.mistakes}
    return {each.name: {"answer": stands(each.answer)} for each in item.mistakes}
