"""Lesson 13, your dialect: own figures, own place, a canvas and a plan of one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.charts.figure import Figure
from toolkit.labs.bring import Bring
from toolkit.labs.bring_chart import before_the_last
from toolkit.labs.lesson import Lesson

if TYPE_CHECKING:
    from toolkit.labs.place import Nearest, Questions, Readiness
    from toolkit.labs.plan import Canvas, Plan


def data(this: Lesson) -> Bring:
    """Bring a table of your own, say what is in it, and see its chart."""
    return Bring(this.predict("flagged"), this.record)


def sample(_this: Lesson) -> Figure:
    """Show the sample up to the twelve months that the prediction is about."""
    return before_the_last()


def readiness(this: Lesson) -> Readiness:
    """Judge how ready your place is, and how well the practice fits it."""
    from toolkit.labs.place import Readiness

    return Readiness(this)


def questions(this: Lesson) -> Questions:
    """Read what each logic would ask at your place."""
    from toolkit.labs.place import Questions

    return Questions(this)


def near(this: Lesson) -> Nearest:
    """Find the cases that are most like your place, and what happened there."""
    from toolkit.labs.place import Nearest

    return Nearest(this)


def canvas(this: Lesson) -> Canvas:
    """Write your dialect down: core, periphery, mechanism, measures, first test, stop rule."""
    from toolkit.labs.plan import Canvas

    return Canvas(this)


def plan(this: Lesson) -> Plan:
    """Take everything home on one page."""
    from toolkit.labs.plan import Plan

    return Plan(this)
