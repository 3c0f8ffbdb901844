"""The language of the course: chosen, kept in the record, English where a draft has no line."""

from __future__ import annotations

import json

import pytest

from toolkit.course import language
from toolkit.learning.language import KEY, speak_as_chosen
from toolkit.learning.record import Record, my_record
from toolkit.text import words
from toolkit.text.words import LANGUAGES, speak


@pytest.fixture(autouse=True)
def _english():
    yield
    speak("en")


def test_a_language_is_kept_and_spoken_again(tmp_path, monkeypatch):
    monkeypatch.setenv("DIALECTS_RECORD", str(tmp_path / "my-record.json"))
    language.choose("cy")
    speak("en")
    speak_as_chosen(my_record())
    assert words.language() == "cy"


@pytest.mark.parametrize("entry", [None, {"kind": "language", "code": "xx"}])
def test_without_a_choice_the_course_speaks_english(tmp_path, entry):
    record = Record(tmp_path / "r.json")
    if entry:
        record.put(KEY, entry)
    speak("cy")
    speak_as_chosen(record)
    assert words.language() == "en"


def test_a_language_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="no language 'fr'; there is en, cy"):
        language.choose("fr")


def test_lines_are_counted_by_what_is_said(tmp_path):
    (tmp_path / "words.toml").write_text(
        '[lab.x]\ntitle = "Beds"\nkind = "bars"\nseries = { a = "red" }\nnote = "{{ n }} days"\n'
    )
    (tmp_path / "words.cy.toml").write_text('[lab.x]\ntitle = "Gwelyau"\n')
    assert language.translated_lines(tmp_path, "words.toml", "cy") == (1, 2)


def test_the_header_is_told_what_it_shows():
    state = json.loads(language.state("00"))
    assert state["languages"] == LANGUAGES
    assert (state["spoken"], state["done"]) == ("en", 0)
    assert state["of"] > 40
    assert json.loads(language.state("zz"))["of"] == 0
