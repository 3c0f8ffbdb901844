"""The language that a learner chose: it stands in the record."""

from __future__ import annotations

from toolkit.learning.record import Record
from toolkit.text.words import ENGLISH, LANGUAGES, speak

KEY = "course/language"


def speak_as_chosen(record: Record) -> None:
    """Speak the language that stands in the record; English if there is none."""
    entry = record.get(KEY) or {}
    speak(entry["code"] if entry.get("code") in LANGUAGES else ENGLISH)
