"""Lesson 10, ceilings, stalls and switches: half-lives, false calls, steps and slopes, fatigue."""

from toolkit.labs.ceilings.false_calls import calls
from toolkit.labs.ceilings.fatigue import methods
from toolkit.labs.ceilings.half_lives import halving
from toolkit.labs.ceilings.records import march, survival, waiting
from toolkit.labs.ceilings.step_and_slope import lifecycle

__all__ = ["calls", "halving", "lifecycle", "march", "methods", "survival", "waiting"]
