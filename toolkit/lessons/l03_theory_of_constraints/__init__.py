"""Lesson 03, theory of constraints: find the stage that holds everything up."""
