"""The kinds of exercise: what each asks for, and what it says to an answer."""

from toolkit.learning.items.base import LEVELS, NOT_ATTEMPTED, NOT_YET, RIGHT, Item, Mistake
from toolkit.learning.items.choosing import Classify, Matching, Ordering, SingleAnswer
from toolkit.learning.items.coding import Function
from toolkit.learning.items.saying import NumberAnswer, Rubric

KINDS: dict[str, type[Item]] = {
    each.kind: each
    for each in (SingleAnswer, NumberAnswer, Ordering, Matching, Classify, Rubric, Function)
}
