"""Lesson 12, the case room: nine cases played, coded, compared and laid beside published ones."""

from toolkit.lessons.l12_nine_cases.labs.coders import agreement
from toolkit.lessons.l12_nine_cases.labs.coding import code_first, code_second
from toolkit.lessons.l12_nine_cases.labs.endings import endings
from toolkit.lessons.l12_nine_cases.labs.room import case_room
from toolkit.lessons.l12_nine_cases.labs.side_by_side import claims, nine, overlay, recipe, two
