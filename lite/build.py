"""Build the browser edition: ``python -m lite.build [FOLDER] [--serve [PORT]]``."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from pathlib import Path

from lite import app, archive, pages, parts, sbom, serve
from lite.folder import LIST, listed, write
from toolkit import __version__
from toolkit.room import pack
from toolkit.screen.live import bundle

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).parent
KEPT = ROOT / "build"
KERNEL = ("ipykernel-", "pyodide_kernel-")  # the wheels inside the kernel's package that we need


def course() -> dict[str, bytes]:
    """Return our own package as it is installed: code, words, data, the drawing library."""
    bundle()  # makes it beside live.py, unless it is there
    folders = {"toolkit": ROOT / "toolkit", "toolkit/data": ROOT / "data"}
    folders |= {name: HERE / "inside" / name for name in ("piplite", "dialects_edition")}
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for name, folder in folders.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def core(files: dict[str, bytes], place: Path) -> Path:
    """Put Pyodide's own files into a folder, with a list of packages that is empty: we load ours.

    Parameters
    ----------
    files : dict of str to bytes
        Pyodide's own files; the list is added.
    place : Path
        Where they go.

    Returns
    -------
    Path
        The folder with the files.
    """
    about = {"python": "3.12.7", "version": parts.PYODIDE, "abi_version": "2024_0"}
    about |= {"arch": "wasm32", "platform": "emscripten_3_1_58"}
    files["pyodide-lock.json"] = archive.to_json({"info": about, "packages": {}})
    made = place / "pyodide"
    made.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (made / name).write_bytes(data)
    return made


def python(
    files: dict[str, bytes], wheels: list, worker: str, kept: Path
) -> tuple[str, str, dict[str, bytes]]:
    """Return the folders of Python and of the course, named after their content, and both's files.

    Parameters
    ----------
    files : dict of str to bytes
        Pyodide's own files.
    wheels : list
        The libraries.
    worker : str
        File name of the kernel's own worker.
    kept : Path
        A folder for what the next build need not do again.

    Returns
    -------
    name : str
        Folder of Pyodide and the libraries; it changes only when they do.
    archive : str
        Path of the course's own archive.
    files : dict of str to bytes
        Path in the app's folder to content.
    """
    pyodide = core(files, kept)
    libraries = archive.library(wheels)
    files["libraries.tar.gz"] = archive.compiled(libraries, pyodide, kept / "compiled")
    for name in ("start.mjs", "record.mjs", "worker.mjs"):
        text = (HERE / "inside" / name).read_text(encoding="utf-8")
        files[name] = text.replace("$worker", worker).encode()
    ours = archive.compiled(course(), pyodide, kept / "compiled")
    home = f"python-{archive.mark(files)}"
    own = f"course-{archive.mark({'course.tar.gz': ours})}.tar.gz"
    return home, own, {f"{home}/{name}": data for name, data in files.items()} | {own: ours}


def notebooks() -> dict[str, bytes]:
    """Return the lessons and exercises as the site vouches for them, and their pictures."""
    found = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for folder in ("notebooks", "exercises")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
    return {
        path: app.trusted(data) if path.endswith(".ipynb") else data for path, data in found.items()
    }


def site(kept: Path = KEPT) -> dict[str, bytes]:
    """Return every file of the site by its path.

    Parameters
    ----------
    kept : Path
        A folder that keeps other people's files, and what was compiled.

    Returns
    -------
    dict of str to bytes
        The site.
    """
    wanted = [part for part in parts.parts() if part.use != "test"]
    at = parts.gather(wanted, kept / "parts")
    by_use = {use: [p for p in wanted if p.use == use] for use in ("core", "python", "app")}
    packages = {part.name: at[part.file] for part in by_use["app"]}
    kernel = archive.unpack(packages["jupyterlite-pyodide-kernel"])
    wheels = [at[part.file] for part in by_use["python"]]
    wheels += [
        io.BytesIO(data)
        for name, data in sorted(kernel.items())
        if name.endswith(".whl") and Path(name).name.startswith(KERNEL) and ".data/" in name
    ]
    pyodide = {part.file: at[part.file].read_bytes() for part in by_use["core"]}
    worker = next(Path(name).name for name in kernel if "/comlink.worker." in name)
    home, own, held = python(pyodide, wheels, worker, kept)
    lessons = notebooks()
    held |= app.shell(packages.pop("jupyterlite-core"))
    widgets = [at[part.file] for part in by_use["python"] if part.name == "anywidget"]
    front = app.extensions([*packages.values(), *widgets])
    load, settings = app.federated(front)
    held |= front | app.listings(lessons)
    for path, data in lessons.items():
        held[path if "/images/" in path else f"files/{path}"] = data
    held["build/schemas/all_federated.json"] = archive.to_json(settings)
    archives = ["./libraries.tar.gz", f"../{own}"]
    held["jupyter-lite.json"] = archive.to_json(app.config(load, home, __version__, archives))
    query = "&".join(f"archive={path}" for path in archives)
    held["notebooks/index.html"] = app.page(
        held["notebooks/index.html"],
        pages.fill(
            "waiting.html",
            worker=f"../{home}/worker.mjs?{query}",
            lessons=json.dumps(sorted(path for path in lessons if path.endswith(".ipynb"))),
        ).decode(),
        '<div id="jupyterlite-loading-indicator" class="hidden"></div>',
        pages.policy(),
    )
    first = sum(len(data) for name, data in held.items() if name.startswith((home, own)))
    made = {f"app/{name}": data for name, data in held.items()}
    made |= pages.pages(lessons, wanted, at, first) | sbom.lists(wanted, made)
    made |= {f"pack/{name}": page.encode() for name, page in pack.pages().items()}
    return listed(made)


def main(arguments: list[str]) -> int:
    """Build, and serve if asked to.

    Parameters
    ----------
    arguments : list of str
        From the command line.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="start.py site", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=KEPT / "site")
    parser.add_argument("--serve", nargs="?", type=int, const=8000, metavar="PORT")
    asked = parser.parse_args(arguments)
    try:
        files = site()
    except parts.MissingPartError as problem:
        sys.exit(f"\nThe site was not built. {problem}")
    gone = write(files, asked.folder)
    size = sum(map(len, files.values())) / 1e6
    print(f"The site is in {asked.folder}: {len(files)} files, {size:.0f} MB.")
    if gone:
        print(f"{gone} files of the site that was there before are gone; nothing else was touched.")
    print(f"SHA-256 of {LIST}: {hashlib.sha256(files[LIST]).hexdigest()}", flush=True)
    if asked.serve is not None:
        serve.serve(asked.folder, asked.serve)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
