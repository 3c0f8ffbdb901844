"""Words from files: in the language that is spoken, and in English where a draft has no line."""

from __future__ import annotations

import sys
import tomllib

import pytest

from tests import ROOT
from toolkit.learning import words as lab_words
from toolkit.learning.words import words_of
from toolkit.text.templates import _compiled
from toolkit.text.words import (
    Table,
    Words,
    in_each_language,
    language,
    read_words,
    speak,
    walk_texts,
)

FILES = sorted((ROOT / "toolkit").rglob("words*.toml"))
ENGLISH = """
title = "Beds"
[lab]
name = "the ward"
full = "{{ name }} is full, with {{ n }} {% if n == 1 %}bed{% else %}beds{% endif %}"
ways = ["in", "out"]
max = 3
[[item]]
name = "a"
question = "How many?"
[[item]]
name = "b"
question = "How long?"
hints = ["Count.", "Count again."]
"""
DRAFT = """
[lab]
full = "mae {{ name }} yn llawn ({{ n }})"
ways = ["mewn"]
[[item]]
name = "b"
question = "Pa mor hir?"
hints = ["Cyfrwch."]
"""


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak("en")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "words.toml").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "words.cy.toml").write_text(DRAFT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def package(folder, monkeypatch):
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(folder.parent)
    yield folder.name
    sys.modules.pop(folder.name, None)


def test_a_draft_falls_back_line_by_line(folder):
    english = read_words(folder, "words.toml")
    assert english == tomllib.loads(ENGLISH)
    speak("cy")
    assert dict(walk_texts(read_words(folder, "words.toml"))) == {
        **dict(walk_texts(english)),
        "lab.full": "mae {{ name }} yn llawn ({{ n }})",
        "lab.ways.0": "mewn",
        "item.1.question": "Pa mor hir?",
        "item.1.hints.0": "Cyfrwch.",
    }


def test_what_a_draft_says_of_an_item_goes_by_its_name(folder):
    speak("cy")
    first, second = read_words(folder, "words.toml")["item"]
    assert first == {"name": "a", "question": "How many?"}
    assert second["hints"] == ["Cyfrwch.", "Count again."]


def test_without_a_draft_all_is_english(folder):
    (folder / "words.cy.toml").unlink()
    speak("cy")
    assert read_words(folder, "words.toml") == tomllib.loads(ENGLISH)


def test_words_and_tables_follow_the_language_that_is_spoken(package):
    words = Words(package)
    table: Table[str] = Table(words, "lab", str)
    facts = {"name": "A", "n": 1}
    assert words.say("lab.full", **facts) == "A is full, with 1 bed"
    speak("cy")
    assert words.say("lab.full", **facts) == "mae A yn llawn (1)"
    assert table["full"].startswith("mae")
    speak("en")
    assert table["full"].startswith("{{ name }} is full")
    assert list(table) == ["name", "full", "ways", "max"]
    assert len(table) == 4


def test_a_key_without_words_is_an_error(package):
    with pytest.raises(KeyError):
        Words(package).say("lab.nothing")


def test_an_unknown_language_is_refused_and_the_old_one_stays():
    speak("cy")
    with pytest.raises(ValueError, match="no language 'fr'; there is en, cy"):
        speak("fr")
    assert language() == "cy"


def test_what_is_made_of_words_is_kept_for_each_language():
    made = []

    @in_each_language
    def make(name: str) -> str:
        made.append((language(), name))
        return f"{language()} {name}"

    assert [make("a"), make("a")] == ["en a", "en a"]
    speak("cy")
    assert [make("a"), make("b")] == ["cy a", "cy b"]
    speak("en")
    assert make("a") == "en a"
    assert made == [("en", "a"), ("cy", "a"), ("cy", "b")]


def test_a_lesson_asks_in_the_language_that_is_spoken(tmp_path, monkeypatch):
    (tmp_path / "questions.toml").write_text(
        'title = "Queues"\n[card]\nwhere = "Where?"\nwho = "Who?"\n', encoding="utf-8"
    )
    (tmp_path / "questions.cy.toml").write_text('[card]\nwho = "Pwy?"\n', encoding="utf-8")
    monkeypatch.setattr(lab_words, "lesson_folders", lambda: {"words": tmp_path})
    assert words_of("words").card == {"where": "Where?", "who": "Who?"}
    speak("cy")
    assert words_of("words").title == "Queues"
    assert words_of("words").card == {"where": "Where?", "who": "Pwy?"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_line_is_a_template_that_can_be_read(path):
    for _key, text in walk_texts(tomllib.loads(path.read_text(encoding="utf-8"))):
        _compiled(text)


def test_no_draft_has_a_line_that_english_does_not_have():
    for path in FILES:
        english = path.with_name("words.toml").read_text(encoding="utf-8")
        mine, theirs = (
            dict(walk_texts(tomllib.loads(text)))
            for text in (path.read_text(encoding="utf-8"), english)
        )
        assert mine.keys() <= theirs.keys(), path
