"""Lesson 10, ceilings, stalls, switches: half-lives, false calls, step and slope, fatigue."""
