"""The labs, one room per lesson, and what a notebook reaches everything by."""

from toolkit.labs.exercises import Exercises, exercises
from toolkit.labs.lesson import Lesson, lesson

__all__ = ["Exercises", "Lesson", "exercises", "lesson"]
