"""Lesson 03, theory of constraints: find what limits the whole."""
