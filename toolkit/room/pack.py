"""Make the facilitator pack: pages to print, and an index of them, in one folder.

A module of this package that has pages offers them by ``sheets()``: names of files, each with a
complete page. `sheet` makes such a page. A page on A4 is offered on A5 too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from toolkit.room import deck, games, guides, handouts, plans
from toolkit.room.page import render, resized, sheet, title_of
from toolkit.text.words import Words

__all__ = ["main", "pages", "sheet", "write"]

WORDS = Words("toolkit.room")
MODULES = (plans, guides, handouts, games, deck)  # in the order of the index
LINK = re.compile(r'href="([\w-]+\.html)"')  # to another page of the pack


def _groups() -> Iterator[tuple[str, dict[str, str]]]:
    for each in MODULES:
        yield each.__name__.rpartition(".")[2], each.sheets()


def parts() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the pack part by part, each as soon as it is made: its title, and its pages by path.

    The last part is the index, and has no title.

    Raises
    ------
    ValueError
        If two modules offer a page of one name.
    """
    there: set[str] = set()
    listed = []
    for group, offered in _groups():
        if twice := there & offered.keys():
            raise ValueError(f"Two parts of the pack are called '{min(twice)}'.")
        made: dict[str, str] = {}
        rows = []
        for name, page in offered.items():
            made[name] = page
            small = resized(page, "A5")
            if small != page:
                made[f"a5/{name}"] = LINK.sub(r'href="../\1"', small)
            slides = name.replace("plan-", "deck-") if group == "plans" else ""
            told = {"name": name, "title": title_of(page), "slides": slides}
            rows.append({**told, "small": small != page})
        words = WORDS[f"pack.group.{group}"]
        listed.append((words, rows))
        there |= made.keys()
        yield words["title"], made
    words = WORDS["pack"]
    index = sheet(words["title"], render("pack_index.html", groups=listed, words=words))
    yield "", {"index.html": index}


def pages() -> dict[str, str]:
    """Return the whole pack: every page by the path of its file, and ``index.html``."""
    made = {name: page for _title, part in parts() for name, page in part.items()}
    return dict(sorted(made.items()))


def write(where: Path) -> Iterator[tuple[str, int]]:
    """Write the pack into a folder, over pages of the same names, and tell of each part.

    Parameters
    ----------
    where : Path
        The folder; it is made if it is not there. All else in it stays.

    Yields
    ------
    tuple of str and int
        The title of a part that is there now, and how many files it has.
    """
    for title, made in parts():
        for name, page in made.items():
            path = where / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page.encode("utf-8"))
        yield title, len(made)


def main(arguments: list[str]) -> int:
    """Do what ``start.py pack`` asks: an optional folder, else ``build/pack``."""
    if len(arguments) > 1 or any(each.startswith("-") for each in arguments):
        print(WORDS.say("pack.usage"))
        return 2
    where = Path(arguments[0] if arguments else "build/pack")
    print(WORDS.say("pack.begun"), flush=True)
    written = 0
    try:
        for title, count in write(where):
            written += count
            if title:
                print(WORDS.say("pack.part", title=title, count=count, where=where), flush=True)
    except OSError as reason:
        print(WORDS.say("pack.refused", where=where, why=reason.strerror))
        return 1
    print(WORDS.say("pack.made", count=written, index=where / "index.html"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
