"""Lesson 12, the case room: nine cases played and compared."""

from toolkit.lessons.l12_nine_cases.labs.endings import endings
from toolkit.lessons.l12_nine_cases.labs.room import case_room
from toolkit.lessons.l12_nine_cases.labs.score import score
from toolkit.lessons.l12_nine_cases.labs.side_by_side import in_common, nine
