"""Drafts in other languages fit the English words that they stand for."""

from __future__ import annotations

import tomllib

import pytest
from jinja2.meta import find_undeclared_variables

from tests import ROOT
from toolkit.text.templates import environment
from toolkit.text.words import ENGLISH, LANGUAGES, draft, walk_texts

DRAFTS = sorted((ROOT / "toolkit").rglob("*.??.toml"))


def named(template: str) -> set[str]:
    """Return the facts that a template names."""
    return find_undeclared_variables(environment().parse(template))


def test_there_is_a_draft_of_each_further_language():
    assert {path.name.split(".")[-2] for path in DRAFTS} == set(LANGUAGES) - {ENGLISH}


@pytest.mark.parametrize("path", DRAFTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_line_of_a_draft_stands_for_one_in_english_and_names_no_other_facts(path):
    name, language, _toml = path.name.split(".")
    english = dict(walk_texts(tomllib.loads((path.parent / f"{name}.toml").read_text("utf-8"))))
    drafted = dict(walk_texts(draft(path.parent, f"{name}.toml", language)))
    assert drafted.keys() <= english.keys()
    strange = {key: named(text) - named(english[key]) for key, text in drafted.items()}
    assert {key: names for key, names in strange.items() if names} == {}
