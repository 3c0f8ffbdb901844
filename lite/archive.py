"""Archives that come out the same, byte for byte, whenever the same things go in."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

COMPILE = Path(__file__).with_name("compile.mjs")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
# What a browser never uses: tests, sources of compiled parts, stubs, notes for installers.
SKIP_ENDS = (".c", ".h", ".pxd", ".pyx", ".pyi", ".map", ".typed", ".exe")
SKIP_PARTS = ("/tests/", "/nbextension/", "/labextension/", ".data/", "/_pyinstaller/")
KEPT_NOTES = ("/METADATA", "/entry_points.txt")
NATIVE = ".cpython-312-wasm32-emscripten.so"


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by name: sorted, without a time or an owner.

    Parameters
    ----------
    files : mapping of str to bytes
        What it holds.

    Returns
    -------
    bytes
        The zip.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            held.writestr(entry, files[name])
    return made.getvalue()


def tarball(files: Mapping[str, bytes]) -> bytes:
    """Return a compressed tar of files by name, which a browser unpacks without Python's help."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as held:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            held.addfile(entry, io.BytesIO(files[name]))
    return gzip.compress(made.getvalue(), 9, mtime=0)


def unpack(path: Path | io.BytesIO) -> dict[str, bytes]:
    """Return the files of a zip by name."""
    with zipfile.ZipFile(path) as held:
        return {entry.filename: held.read(entry) for entry in held.infolist() if not entry.is_dir()}


def is_needed(name: str) -> bool:
    """Tell whether a file of a wheel is of use in a browser."""
    if ".dist-info/" in name:
        return name.endswith(KEPT_NOTES)
    if name.endswith(".so") and not name.endswith(NATIVE):
        return False  # another platform's
    return not name.endswith(SKIP_ENDS) and not any(part in f"/{name}" for part in SKIP_PARTS)


def library(wheels: Iterable[Path | io.BytesIO]) -> dict[str, bytes]:
    """Return what a browser needs of some wheels, all in one folder."""
    held: dict[str, bytes] = {}
    for wheel in wheels:
        held |= {name: data for name, data in unpack(wheel).items() if is_needed(name)}
    return held


def mark(files: Mapping[str, bytes]) -> str:
    """Return a short mark that changes with any of the files."""
    text = "".join(f"{name} {hashlib.sha256(files[name]).hexdigest()}\n" for name in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def compiled(files: Mapping[str, bytes], core: Path, kept: Path) -> bytes:
    """Return a compressed tar of the files, every ``.py`` compiled by Pyodide itself, run in Node.

    Parameters
    ----------
    files : mapping of str to bytes
        Python sources, and other files that stay as they are.
    core : Path
        The folder with Pyodide's own files.
    kept : Path
        A folder that keeps the result for the next build.

    Returns
    -------
    bytes
        The tar. Without Node it holds the sources, which costs the learner some seconds at the
        start and nothing else.
    """
    node = shutil.which("node")
    how = COMPILE.read_bytes() if node else b""
    target = kept / f"{mark({**files, 'how': how})}.tar.gz"
    if not target.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as name:
            if node:
                source, made = Path(name) / "sources.zip", Path(name) / "compiled.zip"
                source.write_bytes(pack(files))
                command = [node, str(COMPILE), str(core), str(source), str(made)]
                subprocess.run(command, check=True)
                files = unpack(made)
            half = Path(name) / "whole.tar.gz"
            half.write_bytes(tarball(files))
            half.replace(target)
    return target.read_bytes()


def to_json(value: object) -> bytes:
    """Return JSON that is the same for the same value."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
