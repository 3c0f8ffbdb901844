"""A lesson as the pages for trainers read it: its notebook, its short title, what it shows."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

from toolkit.course.lesson import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
HEADING = re.compile(r"^#+ .*$", re.MULTILINE)


@cache
def cells(number: str) -> tuple[tuple[str, str], ...]:
    """Return the cells of a lesson: the type and the text of each."""
    (path,) = NOTEBOOKS.glob(f"{number}-*.ipynb")
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return tuple((cell["cell_type"], "".join(cell["source"])) for cell in found)


@cache
def unkept_lesson(number: str) -> Lesson:
    """Return a lesson that keeps nothing."""
    return Lesson(words_of(number), Record(Path(os.devnull) / "no record"))


def short_title(number: str) -> str:
    """Return the title of a lesson up to its colon."""
    return words_of(number).title.partition(":")[0]
