"""Run lessons again and keep their outputs: ``python3 start.py lessons``.

A lesson that is run again from a fresh kernel is the same file, byte for byte. The list of released
lessons, ``jupyter/released.txt``, is written anew each time; ``python -m tests.rerun --list`` runs
nothing and writes only the list.
"""

from __future__ import annotations

import base64
import io
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from toolkit.charts.figure import PICTURE
from toolkit.learning.record import PLACE

VIEW = "application/vnd.jupyter.widget-view+json"
ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "jupyter"))

import released

# A stray click cannot change what is the course's; a learner's code cell can be written in.
FIXED = {"deletable": False, "editable": False}
FOLDED = {**FIXED, "jupyter": {"source_hidden": True}}
WRITTEN_IN = {"deletable": False}


def lessons() -> list[Path]:
    """Return every notebook of the course, in order."""
    found = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/**/*.ipynb")]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def small(png: str) -> str:
    """Return a picture of a chart with 64 colours, a tenth of its size and hardly another look."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    kept = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return base64.b64encode(kept.getvalue()).decode()


def protect(notebook: nbformat.NotebookNode) -> None:
    """Say of each cell whether a learner may change it."""
    for cell in notebook.cells:
        written_in = cell.cell_type == "code" and re.search("^def ", cell.source, re.M)
        fixed = FOLDED if cell.cell_type == "code" else FIXED
        cell.metadata = nbformat.from_dict(WRITTEN_IN if written_in else fixed)


def run(path: Path) -> str:
    """Run a lesson from a fresh kernel and return the text of its file.

    Parameters
    ----------
    path : Path
        The notebook; it is read, not written.

    Returns
    -------
    str
        The notebook with new outputs, without what differs from machine to machine.
    """
    notebook = nbformat.read(path, as_version=4)
    protect(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as empty:
        env = {**os.environ, PICTURE: "1", PLACE: str(Path(empty) / "record.json")}
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
            store_widget_state=False,
            record_timing=False,
        )
        client.execute(env=env)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = small(data["image/png"])
            # JupyterLab hides a view without an id. One with an id, but from a kernel that is gone,
            # shows an error until the lesson has run again.
            if VIEW in data:
                data[VIEW]["model_id"] = ""
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    return nbformat.writes(notebook) + "\n"


def main(named: list[str]) -> None:
    """Run the lessons named, or all, and write the list of released lessons."""
    for lesson in [] if named == ["--list"] else [Path(name) for name in named] or lessons():
        lesson.write_text(run(lesson), encoding="utf-8", newline="\n")
        print(lesson.name)
    released.write_list(lessons())


if __name__ == "__main__":
    main(sys.argv[1:])
