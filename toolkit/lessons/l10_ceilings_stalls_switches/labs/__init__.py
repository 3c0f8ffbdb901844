"""Lesson 10, ceilings, stalls and switches: half-lives, false calls, steps and slopes, fatigue."""

from toolkit.lessons.l10_ceilings_stalls_switches.labs.false_calls import calls
from toolkit.lessons.l10_ceilings_stalls_switches.labs.fatigue import methods
from toolkit.lessons.l10_ceilings_stalls_switches.labs.half_lives import halving
from toolkit.lessons.l10_ceilings_stalls_switches.labs.records import march, survival, waiting
from toolkit.lessons.l10_ceilings_stalls_switches.labs.step_and_slope import lifecycle

__all__ = ["calls", "halving", "lifecycle", "march", "methods", "survival", "waiting"]
