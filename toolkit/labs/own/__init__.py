"""Lesson 13, your dialect: own figures, own place, a canvas and a plan of one page."""

from toolkit.labs.own.bring import data
from toolkit.labs.own.chart import sample
from toolkit.labs.own.dialect import canvas, plan
from toolkit.labs.own.logics import questions
from toolkit.labs.own.nearest import near
from toolkit.labs.own.ready import readiness

__all__ = ["canvas", "data", "near", "plan", "questions", "readiness", "sample"]
