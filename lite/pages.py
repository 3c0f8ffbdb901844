"""The plain pages around the course: the landing page, each lesson to read, the licences."""

from __future__ import annotations

import html
import json
import posixpath
import re
import zipfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from string import Template

import mistune

from lite.parts import Part
from toolkit import __version__

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("page")
LICENCE = re.compile(r"\.dist-info/(.*/)?(licen[sc]e|copying|notice)[^/]*$", re.IGNORECASE)
MARKDOWN = mistune.create_markdown(escape=False, plugins=["table"])
# What a lesson builds on: the first number that it is true for.
LEVELS = {0: "first steps", 1: "one approach", 7: "across approaches", 12: "the whole course"}
# What only a live lesson has: a menu above it.
MENU = re.compile(r"(?:^|\n)[^\n]*Run ▸ Run All Cells[^\n]*")
DURATION = re.compile(r"(\d+) minutes|(\d+) hours|\b(an hour)\b|\b(half an hour)\b")
LIVE = '<p class="live">To answer here, start the live lesson with the button above.</p>'
TICK = "[ ] "
# What a browser may do with our pages, said by the pages themselves; a server says it too, and adds
# who may frame them, which a page cannot (docs/hosting.md).
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "worker-src": "'self' blob:",
    "connect-src": "'self' blob: data:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "base-uri": "'self'",
    "object-src": "'none'",
    "form-action": "'none'",
}


@dataclass(frozen=True)
class Lesson:
    """A notebook as the landing page tells of it."""

    path: str
    title: str
    number: str
    minutes: str
    does: str
    learns: str

    @property
    def name(self) -> str:
        """The name of the page to read; wait.js makes it in the same way."""
        return page_name(self.path)

    @property
    def level(self) -> str:
        """What the lesson builds on, in two or three words; nothing without a number."""
        if not self.number:
            return ""
        return [word for first, word in LEVELS.items() if int(self.number) >= first][-1]


def page_name(path: str) -> str:
    """Return the name of the page to read for the path of a notebook."""
    return path.removesuffix(".ipynb").replace("/", "-").removeprefix("notebooks-")


def about(path: str, notebook: bytes) -> Lesson:
    """Return what the opening cell of a lesson says of it."""
    opening = "".join(json.loads(notebook)["cells"][0]["source"])
    told = dict(re.findall(r"^- \*\*What you will (do|learn)\*\*: (.+)$", opening, re.MULTILINE))
    title = re.search(r"^# (.+)$", opening, re.MULTILINE)
    number = re.match(r"\d\d", Path(path).name)
    return Lesson(
        path,
        title[1] if title else Path(path).stem,
        number[0] if number else "",
        minutes(opening),
        told.get("do", ""),
        told.get("learn", ""),
    )


def minutes(opening: str) -> str:
    """Return how long the whole of a lesson takes, by its opening: the longest time it names."""
    line = re.search(r"\*\*What you need\*\*:.*|It takes .*", opening)
    named = [
        int(count or 0) + 60 * int(hours or 0) + 60 * bool(hour) + 30 * bool(half)
        for count, hours, hour, half in DURATION.findall(line[0] if line else opening)
    ]
    return str(max(named)) if named else ""


def policy(**more: str) -> str:
    """Return the content security policy, with further directives if there are any."""
    return "; ".join(f"{name} {allowed}" for name, allowed in {**POLICY, **more}.items())


def fill(page: str, **words: str) -> bytes:
    """Return a page with its places filled."""
    text = (PAGE / page).read_text(encoding="utf-8")
    return Template(text).substitute({"policy": policy(), **words}).encode()


def start(lesson: Lesson, root: str) -> str:
    """Return the address of the live lesson."""
    return f"{root}/app/notebooks/index.html?path={lesson.path}"


def reading(lesson: Lesson, notebook: bytes) -> bytes:
    """Return a lesson to be read: its text and its stored outputs, charts and all."""
    cells = [_cell(cell) for cell in json.loads(notebook)["cells"]]
    folder = posixpath.dirname(lesson.path)

    def lead(link: re.Match) -> str:
        path = posixpath.normpath(posixpath.join(folder, link[1]))
        return f'href="{page_name(path)}.html'

    body = re.sub(r'href="([\w./-]+\.ipynb)', lead, "\n".join(cells))
    body = body.replace('src="images/', f'src="../app/files/{folder}/images/')
    return fill(
        "plain.html",
        title=html.escape(lesson.title),
        root="..",
        start=f'<p><a class="start" href="{start(lesson, "..")}">Start this lesson</a></p>',
        body=body,
    )


def _cell(cell: dict) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return MARKDOWN(MENU.sub("", source))
    return "\n".join(map(_output, cell.get("outputs", ())))


def _output(output: dict) -> str:
    held = {kind: "".join(text) for kind, text in output.get("data", {}).items() if text}
    words = html.escape(held.get("text/plain", ""), quote=True).replace("\n", " ")
    shown = held.get("text/html", "")
    if "image/png" in held:
        picture = f'<img alt="{words}" src="data:image/png;base64,{held["image/png"].strip()}">'
        return f"<figure>{picture}</figure>\n{shown}"
    if shown:
        return shown
    return _question(held.get("text/plain", ""))


def _question(text: str) -> str:
    """Return a form as it can be read and printed: the question, its boxes, and room to write."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    made = [f"<p><strong>{html.escape(lines[0])}</strong></p>"]
    for is_list, some in groupby(lines[1:], lambda line: line.startswith((TICK, "- "))):
        if is_list:
            rows = (html.escape(re.sub(r"^- ", "", line).replace(TICK, "☐ ")) for line in some)
            made.append(f'<ul class="boxes">{"".join(f"<li>{row}</li>" for row in rows)}</ul>')
        else:
            made += [f"<p>{html.escape(line)}</p>" for line in some]
    return f'<section class="play">{"".join(made)}{LIVE}</section>'


def _row(lesson: Lesson) -> str:
    facts = " · ".join(
        word for word in (lesson.minutes and f"{lesson.minutes} minutes", lesson.level) if word
    )
    does = f"<p>You {html.escape(lesson.does)}</p>" if lesson.does else ""
    title = html.escape(lesson.title)
    return (
        f'<li><h3>{title}</h3><p class="facts">{facts}</p>{does}'
        f'<a class="start" href="{start(lesson, ".")}" aria-label="Start {title}">Start</a>'
        f'<a href="read/{lesson.name}.html" aria-label="Read {title}">Read only</a></li>'
    )


def licences(shipped: list[Part], at: dict[str, Path]) -> bytes:
    """Return the page that names every part of other people's, with its licence in full."""
    rows, texts = [], []
    for part in shipped:
        rows.append(
            f"<tr><td>{part.name} {part.version}</td><td>{html.escape(part.licence)}</td>"
            f"<td><code>{part.file}</code></td></tr>"
        )
        if part.file.endswith(".whl"):
            with zipfile.ZipFile(at[part.file]) as wheel:
                for name in sorted(wheel.namelist()):
                    if LICENCE.search(name):
                        text = html.escape(wheel.read(name).decode("utf-8", "replace"))
                        title = f"{part.name}: {Path(name).name}"
                        texts.append(
                            f"<details><summary>{title}</summary><pre>{text}</pre></details>"
                        )
    own = "".join(
        f"<details><summary>This course: {name}</summary><pre>"
        f"{html.escape((ROOT / name).read_text(encoding='utf-8'))}</pre></details>"
        for name in ("LICENSE", "LICENSE-TEXT.md")
    )
    body = (
        "<h1>Licences</h1><p>The course itself: code under the MIT licence, text and our own data "
        "under CC BY 4.0; published series keep their own licences. The parts of others that this "
        "site ships, unchanged but for leaving out what a browser does not use:</p>"
        f"<table><thead><tr><th>Part</th><th>Licence</th><th>File</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        "<p>JupyterLite’s pages hold further parts, listed in "
        '<a href="app/build/third-party-licenses.json">its own list</a>. The drawing library holds '
        "Vega, Vega-Lite and Vega-Embed (BSD-3-Clause). Pyodide’s source is at pyodide.org. Every "
        'part with its hash, for a tool that reads CycloneDX: <a href="sbom.json">this site</a>, '
        '<a href="sbom-desktop.json">the desktop edition</a>.</p>'
        f"<h2>In full</h2>{own}{''.join(texts)}"
    )
    return fill("plain.html", title="Licences", root=".", start="", body=body)


def told(name: str) -> bytes:
    """Return a page of `docs/` as one of the site."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
    return fill("plain.html", title=title, root=".", start="", body=MARKDOWN(text))


def pages(files: dict[str, bytes], shipped: list[Part], at: dict[str, Path], size: int) -> dict:
    """Return the plain pages by path.

    Parameters
    ----------
    files : dict of str to bytes
        The notebooks, and pictures.
    shipped : list of Part
        What the licences page lists.
    at : dict of str to Path
        Where each part lies.
    size : int
        Bytes that a first visit loads.

    Returns
    -------
    dict of str to bytes
        Path in the site to content.
    """
    held = {path: about(path, data) for path, data in files.items() if path.endswith(".ipynb")}
    lessons, beside, exercises, sets = (
        [one for path, one in held.items() if re.match(what, path)]
        for what in (r"notebooks/\d", r"notebooks/\D", r"exercises/\d", r"exercises/[^/\d]+$")
    )
    sets.sort(key=lambda one: not one.name.endswith("before-you-start"))
    more = [
        ("Your own desk", beside),
        ("Before and after: two sets of questions", sets),
        ("Exercises", exercises),
    ]
    made = {f"read/{one.name}.html": reading(one, files[path]) for path, one in held.items()}
    return made | {
        "index.html": fill(
            "landing.html",
            first=start(lessons[0], "."),
            lessons="\n".join(map(_row, lessons)),
            more="".join(
                f'<h2>{title}</h2><ul class="lessons">{"".join(map(_row, rows))}</ul>'
                for title, rows in more
                if rows
            ),
            megabytes=str(round(size / 1e6)),
            version=__version__,
        ),
        "licences.html": licences(shipped, at),
        "privacy.html": told("privacy.md"),
        "accessibility.html": told("accessibility.md"),
        **{name: (PAGE / name).read_bytes() for name in ("site.css", "wait.js")},
    }
