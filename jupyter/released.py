"""The lessons as they were released: which files they are, and how one is brought back.

Needs nothing but Python: ``start.py`` runs it before JupyterLab is there. ``released.txt`` can be
checked with ``sha256sum -c jupyter/released.txt`` in the course's folder.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
COURSE = HERE.parent
LIST = HERE / "released.txt"
KEPT = HERE / "kept"  # one copy of each released lesson, made at the first start
COPIES = "my copies"


def digest(data: bytes) -> str:
    """Return the SHA-256 of a lesson; a zip program may have changed the ends of its lines."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def listed(path: Path | None = None) -> dict[str, str]:
    """Return the hash of each released lesson, by its path in the course's folder."""
    path = path or LIST
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: mark for mark, _, name in (line.partition("  ") for line in lines)}


def write_list(lessons: list[Path]) -> None:
    """Write the list of released lessons."""
    names = {path.relative_to(COURSE).as_posix(): path for path in lessons}
    lines = [f"{digest(path.read_bytes())}  {name}\n" for name, path in sorted(names.items())]
    LIST.write_bytes("".join(lines).encode())


def keep() -> None:
    """Keep a copy of each lesson that stands here as it was released."""
    wanted = listed()
    KEPT.mkdir(exist_ok=True)
    for name, mark in wanted.items():
        kept, lesson = KEPT / f"{mark}.ipynb", COURSE / name
        if not kept.exists() and lesson.is_file() and digest(lesson.read_bytes()) == mark:
            part = kept.with_suffix(".part")
            shutil.copyfile(lesson, part)
            part.replace(kept)
    for old in KEPT.iterdir():
        if old.stem not in wanted.values():
            old.unlink()


def pristine(name: str) -> Path | None:
    """Return a file that holds a lesson as it was released, or None if there is none."""
    mark = listed().get(name, "")
    for path in (COURSE / name, KEPT / f"{mark}.ipynb"):
        if mark and path.is_file() and digest(path.read_bytes()) == mark:
            return path
    return None


def set_aside(lesson: Path, folder: Path) -> Path:
    """Move a changed lesson to a folder of the learner's own, under a name that is free."""
    folder.mkdir(exist_ok=True)
    number = 1
    while (copy := folder / f"my copy of {lesson.stem} {number}.ipynb").exists():
        number += 1
    shutil.move(lesson, copy)
    return copy


def bring_back(name: str, course: Path = COURSE) -> str:
    """Bring one lesson back as it was released, and keep the changed one beside it.

    Parameters
    ----------
    name : str
        The lesson's path in the course's folder.
    course : Path
        The folder that holds the lesson; on a hub, the learner's own.

    Returns
    -------
    str
        What happened, in words; empty if the lesson is as it was released.
    """
    lesson = course / name
    if lesson.is_file() and digest(lesson.read_bytes()) == listed()[name]:
        return ""
    source = pristine(name)
    if source is None:
        return (
            f"{name} is not the original lesson, so it will not run by itself. There is no copy of "
            "the original here. Please download the course again."
        )
    part = lesson.with_suffix(".part")
    shutil.copyfile(source, part)
    words = f"{name} was missing. We have put it back."
    if lesson.exists():
        copy = set_aside(lesson, course / COPIES)
        words = (
            f"{name} had been changed. We have put the original back. The changed file is now "
            f"“{COPIES}/{copy.name}”."
        )
    part.replace(lesson)
    return words


def bring_all_back(course: Path = COURSE) -> list[str]:
    """Bring back every lesson in the folders that are there; say what happened to each."""
    pictures = "notebooks/images"
    if course != COURSE and (course / "notebooks").is_dir():
        shutil.copytree(COURSE / pictures, course / pictures, dirs_exist_ok=True)
    names = [name for name in listed() if (course / name).parent.is_dir()]
    return [words for name in names if (words := bring_back(name, course))]


if __name__ == "__main__":
    keep()
    for words in bring_all_back():
        print(words, flush=True)
