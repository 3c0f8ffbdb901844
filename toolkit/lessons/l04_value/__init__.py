"""Lesson 04, value: outcomes that matter, over what they cost."""
