"""Lesson 99: the title of the lesson."""
