"""Lesson 13, your dialect: own figures, own place, a canvas and a plan of one page."""

from toolkit.lessons.l13_your_dialect.labs.bring import data, first_months
from toolkit.lessons.l13_your_dialect.labs.dialect import canvas, plan
from toolkit.lessons.l13_your_dialect.labs.place import readiness
