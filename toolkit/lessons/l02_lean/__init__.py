"""Lesson 02, lean: let patients move on without waiting."""
