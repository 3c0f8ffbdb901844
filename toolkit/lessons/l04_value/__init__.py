"""Lesson 04, value: outcomes that matter, and what they cost."""
