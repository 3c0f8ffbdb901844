"""Sentences with gaps: Jinja2 templates, each compiled once, with the filters of this package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from toolkit.text.lists import listed, number_of
from toolkit.text.numbers import fixed, number, per_cent, pounds, signed, written

SPACE = re.compile(r"[ \n]+")


@cache
def _environment() -> jinja2.Environment:
    # What is filled is shown as text and escaped there; a gap without a fact is an error.
    made = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    for each in (fixed, listed, number, number_of, per_cent, pounds, signed, written):
        made.filters[each.__name__] = each
    return made


@cache
def _compiled(text: str) -> jinja2.Template:
    return _environment().from_string(text)


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """Return a text with its gaps filled.

    Parameters
    ----------
    text : str
        A Jinja2 template. Line breaks and runs of blanks count as one blank.
    facts : mapping
        What it may name. Filters are those of Jinja2, and `fixed`, `listed`, `number`,
        `number_of`, `per_cent`, `pounds`, `signed` and `written` of this package.

    Returns
    -------
    str
        One line of text.

    Raises
    ------
    jinja2.UndefinedError
        If the template names a fact that is not there.

    Examples
    --------
    >>> fill("{{ n | number('days') }}{% if n > 2 %}, too long{% endif %}", {"n": 3})
    '3 days, too long'
    """
    filled = _compiled(text).render(facts) if "{" in text else text
    return SPACE.sub(" ", filled).strip(" ")
