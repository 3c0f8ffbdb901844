"""The site in its folder: put there, brought up to date and listed, and nothing else is touched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

LIST = "site.sha256"  # as `sha256sum --check` reads it
SIGN = "app/jupyter-lite.json"  # tells a site of a release that made no list
# What an administrator may have put there before the first site comes.
WELCOME = {"web.config", ".htaccess", "robots.txt", "favicon.ico"}
# A learner's browser begins with these and follows what they name; so they come last.
DOORS = ("app/jupyter-lite.json", "app/notebooks/index.html", "index.html")


def listed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with a list of their hashes, one a line, sorted by path."""
    return {**files, LIST: _lines(_hashes(files)).encode()}


def write(files: Mapping[str, bytes], folder: Path) -> int:
    """Bring a folder up to date with a site.

    Each file is replaced whole. What the new site names comes before what names it, and what only
    the older site had goes last, so that a learner who comes meanwhile never meets half of one. Of
    files that the list of the last site does not name, none is touched.

    Parameters
    ----------
    files : mapping of str to bytes
        The site, by path.
    folder : Path
        Where it goes.

    Returns
    -------
    int
        How many files of the older site were deleted.

    Raises
    ------
    SystemExit
        If the folder holds something else.
    """
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if there - WELCOME and not any((folder / name).is_file() for name in (LIST, SIGN)):
        raise SystemExit(f"{folder} holds something else; name an empty or a new folder.")
    before = _read(folder / LIST)
    files = {path: data for path, data in files.items() if path != LIST}
    now = _hashes(files)
    # Should this be cut short, the next site knows of both.
    _put(folder / LIST, _lines({**before, **now}).encode())
    doors = [path for path in DOORS if path in files]
    for path in [*sorted(files.keys() - set(doors)), *doors]:
        _put(folder / path, files[path])
    gone = 0
    for path in sorted(before.keys() - now.keys()):
        old = folder / path
        if old.is_file() and hashlib.sha256(old.read_bytes()).hexdigest() == before[path]:
            old.unlink()
            gone += 1
            for parent in PurePosixPath(path).parents[:-1]:
                if any((folder / parent).iterdir()):
                    break
                (folder / parent).rmdir()
    _put(folder / LIST, _lines(now).encode())
    return gone


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


def _lines(hashes: Mapping[str, str]) -> str:
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))


def _read(path: Path) -> dict[str, str]:
    """Return what the last site listed; a path that leads out of the folder is not one of its."""
    if not path.is_file():
        return {}
    rows = (line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines())
    found = {row[1]: row[0] for row in rows if len(row) == 2}
    return {
        path: mark
        for path, mark in found.items()
        if not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
    }


def _put(path: Path, data: bytes) -> None:
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    half.write_bytes(data)
    half.replace(path)
