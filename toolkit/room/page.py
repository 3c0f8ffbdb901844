"""A printable page: one self-contained HTML file from a title and a body."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import mistune
from markupsafe import Markup

from toolkit import evidence
from toolkit.text.words import Words, page_language

WORDS = Words("toolkit.room")
# Upright A4 by its full name: cards and sheets of a fixed size, of which there is no smaller one.
SIZES = ("A4", "A5", "A4 landscape", "A4 portrait")
LETTERS = "ABCDEFGHIJ"  # of the options of a question, on paper and on slides
SOURCE = re.compile(r'href="#source-([a-z0-9]+)"')
# A link of a lesson to a term, a picture or a notebook leads nowhere on paper.
ELSEWHERE = re.compile(r'<a href="(?!#source-)[^"]*">(.*?)</a>', re.DOTALL)
MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])
ROOT = Path(__file__).resolve().parents[2]


TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
FACILITATOR = ROOT / "facilitator"


def file_names(kind: str) -> list[str]:
    """Return the names of the files in a folder of ``facilitator/``, in order."""
    return sorted(path.stem for path in (FACILITATOR / kind).glob("*.toml"))


@cache
def file_of(kind: str, name: str) -> dict[str, Any]:
    """Return what a file in a folder of ``facilitator/`` holds, its gaps open."""
    return tomllib.loads((FACILITATOR / kind / f"{name}.toml").read_text(encoding="utf-8"))


def prose(text: str) -> Markup:
    """Return Markdown as HTML: paragraphs, lists, tables, and links to sources.

    Parameters
    ----------
    text : str
        Markdown. HTML in it is shown as text; links that are no source become text.
    """
    return Markup(ELSEWHERE.sub(r"\1", str(MARKDOWN(text))))


def inline(text: str) -> Markup:
    """Return one line of Markdown as HTML without a paragraph around it."""
    return Markup(prose(text).strip().removeprefix("<p>").removesuffix("</p>"))


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.PackageLoader("toolkit.room", "."),
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # of `tojson`
    made.filters.update(prose=prose, inline=inline)
    made.globals.update(letters=LETTERS, own=own)
    return made


def own(name: str, package: str = "toolkit.room") -> Markup:
    """Return a style or a script of this package, or another, to stand inside a page as it is."""
    return Markup(files(package).joinpath(name).read_text(encoding="utf-8"))


def render(template: str, **named: Any) -> Markup:
    """Return a template of this package, filled.

    Parameters
    ----------
    template : str
        Name of the file, such as ``"guide.html"``. It escapes what it is given; its filters
        ``prose`` and ``inline`` turn Markdown into HTML.
    **named
        What it may name.
    """
    return Markup(_environment().get_template(template).render(**named))


def sheet(title: str, body: str, size: str = "A4", *, style: str = "") -> str:
    """Return a page that prints as it is and needs nothing but itself.

    The sources that the body cites, ``<a href="#source-key">``, are listed at its end. The classes
    that it may use stand in ``print.css``.

    Parameters
    ----------
    title : str
        The heading, as text.
    body : str
        HTML under the heading.
    size : {"A4", "A5", "A4 landscape", "A4 portrait"}
        The paper.
    style : str
        The file with CSS besides that of all pages, such as ``"games.css"``.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ValueError
        If the size is unknown, or the body cites a source that is not there.
    """
    if size not in SIZES:
        raise ValueError(f"There is no paper '{size}'; there is {', '.join(SIZES)}.")
    cited = dict.fromkeys(SOURCE.findall(body))
    page = render(
        "page.html",
        title=title,
        body=Markup(body),
        size=size,
        style=style,
        sources={key: evidence.source(key) for key in sorted(cited)},
        words=WORDS["page"],
        language=page_language(),
    )
    return str(page)


def resized(page: str, size: str) -> str:
    """Return a page of `sheet` on A4 for another paper; any other page as it is."""
    if 'data-paper="A4"' not in page:
        return page
    page = page.replace('data-paper="A4"', f'data-paper="{size}"', 1)
    return page.replace("@page { size: A4; }", f"@page {{ size: {size}; }}", 1)


def title_of(page: str) -> str:
    """Return the title of a page, as text."""
    return Markup("".join(TITLE.findall(page))).unescape()
