"""Sentences with gaps: Jinja2 templates, each compiled once, with the filters of this package."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jinja2

SPACE = re.compile(r"[ \n]+")  # a non-breaking space stays


class _Gap(jinja2.StrictUndefined):
    """A fact that is not there; it also fails where a filter of ours meets it."""

    __slots__ = ()
    __abs__ = __round__ = jinja2.StrictUndefined.__str__

    def __format__(self, _how: str) -> str:
        """Fail as all else does."""
        return str(self)


@cache
def environment() -> jinja2.Environment:
    """Return what fills templates: it knows the filters of this package."""
    # Imported here: they say their words by a template.
    from toolkit.text.lists import listed, number_of
    from toolkit.text.numbers import fixed, number, per_cent, pounds, signed, written

    # What is filled is shown as text and escaped there; a gap without a fact is an error.
    made = jinja2.Environment(undefined=_Gap, autoescape=False)
    for each in (fixed, listed, number, number_of, per_cent, pounds, signed, written):
        made.filters[each.__name__] = each
    return made


def _one_line(text: str) -> str:
    return SPACE.sub(" ", text).strip(" ")


@cache
def _compiled(text: str) -> Callable[[Mapping[str, Any]], str]:
    if "{" not in text:
        plain = _one_line(text)
        return lambda _facts: plain
    render = environment().from_string(text).render
    return lambda facts: _one_line(render(facts))


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
    return _compiled(text)(facts)
