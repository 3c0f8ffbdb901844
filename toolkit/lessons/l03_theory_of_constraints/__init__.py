"""Lesson 03, theory of constraints: find the slowest stage."""
