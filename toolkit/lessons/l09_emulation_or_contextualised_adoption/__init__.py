"""Lesson 09: carry a dialect in, or the logic; on the case data, and beside what was published."""
