"""The labs, one room per lesson, and what a notebook reaches everything by."""

from toolkit.labs.desk import Desk, desk
from toolkit.labs.exercises import Exercises, exercises
from toolkit.labs.lesson import Lesson, lesson

__all__ = ["Desk", "Exercises", "Lesson", "desk", "exercises", "lesson"]
