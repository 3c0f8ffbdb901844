"""The labs, one room per lesson, and `lesson`, by which a notebook reaches everything it shows."""

from toolkit.labs.lesson import Lesson, lesson

__all__ = ["Lesson", "lesson"]
