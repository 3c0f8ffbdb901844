"""The labs, one room per lesson, and what a notebook reaches everything by."""

from toolkit.course.exercises import Exercises, exercises
from toolkit.course.lesson import Lesson, lesson
from toolkit.course.my_record import Desk, desk

__all__ = ["Desk", "Exercises", "Lesson", "desk", "exercises", "lesson"]
