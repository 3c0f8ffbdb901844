"""The plain pages around the course: the landing page, each lesson to read, the licences."""

from __future__ import annotations

import html
import json
import posixpath
import re
import zipfile
from itertools import groupby
from pathlib import Path
from string import Template

import mistune

from lite.parts import Part
from toolkit import __version__
from toolkit.landing.lessons import for_trainers, opening
from toolkit.landing.page import map_page
from toolkit.landing.page import told as course_told

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("page")
LICENCE = re.compile(r"\.dist-info/(.*/)?(licen[sc]e|copying|notice)[^/]*$", re.IGNORECASE)
PACK = "[Session plans, guides, sheets and slides to print or show](pack/index.html)\n\n"
MARKDOWN = mistune.create_markdown(escape=False, plugins=["table"])
# What only a live lesson has: a menu above it.
MENU = re.compile(r"(?:^|\n)[^\n]*Run ▸ Run All Cells[^\n]*")
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


def page_name(path: str) -> str:
    """Return the name of the page to read for the path of a notebook."""
    return path.removesuffix(".ipynb").replace("/", "-").removeprefix("notebooks-")


def policy(**more: str) -> str:
    """Return the content security policy, with further directives if there are any."""
    return "; ".join(f"{name} {allowed}" for name, allowed in {**POLICY, **more}.items())


def fill(page: str, **words: str) -> bytes:
    """Return a page with its places filled."""
    text = (PAGE / page).read_text(encoding="utf-8")
    return Template(text).substitute({"policy": policy(), **words}).encode()


def start(path: str, root: str) -> str:
    """Return the address of a live lesson."""
    return f"{root}/app/notebooks/index.html?path={path}"


def reading(path: str, notebook: bytes) -> bytes:
    """Return a lesson to be read: its text and its stored outputs, charts and all."""
    cells = [_cell(cell) for cell in json.loads(notebook)["cells"]]
    folder = posixpath.dirname(path)
    title = re.search(r"^# (.+)$", opening(notebook), re.MULTILINE)

    def lead(link: re.Match) -> str:
        other = posixpath.normpath(posixpath.join(folder, link[1]))
        return f'href="{page_name(other)}.html'

    body = re.sub(r'href="([\w./-]+\.ipynb)', lead, "\n".join(cells))
    body = body.replace('src="images/', f'src="../app/{folder}/images/')
    return fill(
        "plain.html",
        title=html.escape(title[1] if title else Path(path).stem),
        root="..",
        start=f'<p><a class="start" href="{start(path, "..")}">Start this lesson</a></p>',
        body=body,
    )


def _cell(cell: dict) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return MARKDOWN(MENU.sub("", source))
    return "\n".join(map(_output, cell.get("outputs", ())))


def _output(output: dict) -> str:
    if printed := "".join(output.get("text", ())):
        return f"<p>{html.escape(printed)}</p>"
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
        "under CC BY 4.0. Published series keep their own licences. This site also contains these "
        "third-party parts. We changed nothing in them, but left out files that a browser does not "
        "use.</p>"
        f"<table><thead><tr><th>Part</th><th>Licence</th><th>File</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        "<p>JupyterLite’s pages contain more parts, which are listed in "
        '<a href="app/build/third-party-licenses.json">its own list</a>. The chart library has '
        "Vega, Vega-Lite and Vega-Embed (BSD-3-Clause). Pyodide’s source is at pyodide.org. "
        "For tools that read CycloneDX, there are lists of every part with its hash, for "
        '<a href="sbom.json">this site</a> and '
        '<a href="sbom-desktop.json">the desktop edition</a>.</p>'
        f"<h2>In full</h2>{own}{''.join(texts)}"
    )
    return fill("plain.html", title="Licences", root=".", start="", body=body)


def guides() -> dict[str, str]:
    """Return where the trainer's page on each lesson lies, seen from the lessons, if it is made."""
    found = (ROOT / "facilitator" / "guides").glob("*.toml")
    return {path.stem: f"../pack/guide-{path.stem}.html" for path in sorted(found)}


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
    opened = {path: opening(data) for path, data in files.items() if path.endswith(".ipynb")}
    seen = {path: words for path, words in opened.items() if "/solutions/" not in path}
    made = {f"read/{page_name(path)}.html": reading(path, files[path]) for path in opened}
    facts = fill("facts.html", megabytes=str(round(size / 1e6)), version=__version__).decode()
    landing = map_page(
        seen,
        lambda path: start(path, "."),
        read=lambda path: f"read/{page_name(path)}.html",
        trainers=MARKDOWN(PACK + for_trainers()),
        more=facts,
        policy=policy(),
    )
    return made | {
        "index.html": landing.encode(),
        "app/course/told.json": course_told(seen, "../index.html", guides()).encode(),
        "licences.html": licences(shipped, at),
        "privacy.html": told("privacy.md"),
        "accessibility.html": told("accessibility.md"),
        **{name: (PAGE / name).read_bytes() for name in ("site.css", "wait.js")},
    }
