"""Lesson 11, point or system: one way out, full wards, a scoreboard, and who pays for the exit."""
