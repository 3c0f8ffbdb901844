"""Other people's files that the browser edition is made of: found, verified by hash, kept.

``parts.toml`` lists them. Each is looked for in the folder that ``DIALECTS_PARTS`` names, in
Pyodide's own distribution, and in the package registries through pip and npm, as those are set up
here. Wherever it comes from, the hash in the list decides.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("parts.toml")
PLACE = "DIALECTS_PARTS"
PYTHON = "3.12"
PYODIDE = "0.27.7"
DISTRIBUTION = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
PLATFORMS = ("any", "pyemscripten_2024_0_wasm32", "manylinux2014_x86_64")


class MissingPartError(Exception):
    """A part that cannot be had, and where it was looked for."""


@dataclass(frozen=True)
class Part:
    """One file of other people's; `parts.toml` says what the fields mean."""

    name: str
    version: str
    use: str
    file: str
    licence: str
    sha256: str
    pip: str = ""
    npm: str = ""
    inside: bool = False
    pyodide: bool = False

    def is_in(self, path: Path) -> bool:
        """Tell whether a file is this part, to the last bit."""
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def parts() -> tuple[Part, ...]:
    """Return the list."""
    return tuple(Part(**row) for row in tomllib.loads(LIST.read_text(encoding="utf-8"))["part"])


def gather(wanted: Iterable[Part], kept: Path) -> dict[str, Path]:
    """Return where each part lies, after fetching those that are not kept yet.

    Parameters
    ----------
    wanted : iterable of Part
        The parts.
    kept : Path
        A folder that keeps them for the next build.

    Returns
    -------
    dict of str to Path
        File name to path; every file has the hash of the list.

    Raises
    ------
    MissingPartError
        If a part cannot be had anywhere.
    """
    kept.mkdir(parents=True, exist_ok=True)
    wanted = tuple(wanted)
    for source in (_folder, _distribution, _registries):
        missing = [part for part in wanted if not part.is_in(kept / part.file)]
        if missing:
            source(missing, kept)
    for part in wanted:
        if not part.is_in(kept / part.file):
            raise MissingPartError(
                f"The part '{part.file}' ({part.name} {part.version}) could not be had with the "
                f"hash that parts.toml names. It was looked for in the folder that {PLACE} names "
                f"({os.environ.get(PLACE) or 'not set'})"
                f"{', in Pyodide’s own distribution' if part.pyodide else ''} and, with npm or "
                f"pip, in {' and '.join(filter(None, (part.npm, part.pip)))}."
            )
    return {part.file: kept / part.file for part in wanted}


def _keep(part: Part, found: Path, kept: Path) -> None:
    """Take a file up if it is the part; never half of it."""
    if part.is_in(found):
        half = kept / f"{part.file}.part"
        shutil.copyfile(found, half)
        half.replace(kept / part.file)


def _folder(missing: list[Part], kept: Path) -> None:
    if told := os.environ.get(PLACE):
        for part in missing:
            _keep(part, Path(told) / part.file, kept)


def _distribution(missing: list[Part], kept: Path) -> None:
    for part in (part for part in missing if part.pyodide):
        half = kept / f"{part.file}.fetched"
        try:
            with urllib.request.urlopen(DISTRIBUTION + part.file, timeout=10) as answer:
                half.write_bytes(answer.read())
        except OSError:
            return  # it cannot be reached from here; the registries may be
        _keep(part, half, kept)
        half.unlink()


def _registries(missing: list[Part], kept: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = [part for part in missing if part.pip and not part.inside]
        # All in one call if possible, which is quicker; one by one if any of them fails.
        if not _pip([f"{part.pip} --hash=sha256:{part.sha256}" for part in plain], folder):
            for part in plain:
                _pip([f"{part.pip} --hash=sha256:{part.sha256}"], folder)
        for part in plain:
            _keep(part, folder / part.file, kept)
        packed = [part for part in missing if part.inside]
        for fetch, tool in ((_npm, "npm"), (_pip, "pip")):
            for package in sorted({getattr(part, tool) for part in packed} - {""}):
                fetch([package], folder)
            packed = [part for part in packed if not _unpack(part, folder, kept)]


def _pip(lines: list[str], folder: Path) -> bool:
    listed = folder / "wanted.txt"
    listed.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder)]
    command += ["--python-version", PYTHON, "--implementation", "cp", "--requirement", str(listed)]
    command += [word for each in PLATFORMS for word in ("--platform", each)]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0


def _npm(packages: list[str], folder: Path) -> None:
    if npm := shutil.which("npm"):
        command = [npm, "pack", *packages, "--silent", "--pack-destination", str(folder)]
        subprocess.run(command, cwd=folder, capture_output=True, check=False)


def _unpack(part: Part, folder: Path, kept: Path) -> bool:
    """Take one file out of the packages that were fetched; its hash says whether it is the one."""
    found = folder / f"{part.file}.found"
    for package in folder.glob("*.whl"):
        with zipfile.ZipFile(package) as held:
            for name in held.namelist():
                if Path(name).name == part.file:
                    found.write_bytes(held.read(name))
    for package in folder.glob("*.tgz"):
        with tarfile.open(package) as held:
            for entry in held:
                if entry.isfile() and Path(entry.name).name == part.file:
                    found.write_bytes(held.extractfile(entry).read())
    _keep(part, found, kept)
    return part.is_in(found)
