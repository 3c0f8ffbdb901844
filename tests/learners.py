"""Make the learners' exercises from the solutions: ``python -m tests.learners``.

A cell that solves is left out, a line that ends with ``# solution`` gives way to ``...``; all else
is the same, so the two cannot drift apart. Afterwards ``python3 start.py lessons`` runs both.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parents[1] / "exercises"
SOLVES = "these.solve("
MARK = "# solution"


def learner_source(source: str) -> str:
    """Return a code cell as a learner gets it.

    Parameters
    ----------
    source : str
        The cell of the solution.

    Returns
    -------
    str
        The cell without its solution; empty if it only solves.

    Examples
    --------
    >>> print(learner_source("def half(x):\\n    y = x  # solution\\n    return y / 2  # solution"))
    def half(x):
        ...
    >>> learner_source('these.solve("batch")')
    ''
    """
    if source.strip().startswith(SOLVES):
        return ""
    lines: list[str] = []
    for line in source.splitlines():
        if not line.rstrip().endswith(MARK):
            lines.append(line)
        elif not (lines and lines[-1].strip() == "..."):
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}...")
    return "\n".join(lines)


def learner(solution: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the learner's notebook of a solution, without outputs."""
    made = nbformat.v4.new_notebook(metadata=solution.metadata)
    for cell in solution.cells:
        if cell.cell_type == "markdown":
            source = cell.source.replace(" · Solutions", "").replace("](../../", "](../")
        else:
            source = learner_source(cell.source)
        if source:
            new = (nbformat.v4.new_markdown_cell if cell.cell_type == "markdown"
                   else nbformat.v4.new_code_cell)(source, metadata=cell.metadata)  # fmt: skip
            new.id = cell.id
            made.cells.append(new)
    return made


def solutions() -> list[Path]:
    """Return the solutions, in order."""
    return sorted((HERE / "solutions").glob("*.ipynb"))


def sources(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return what stands in the cells, whatever they have put out."""
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def main() -> None:
    """Write the learners' notebooks that a solution has left behind."""
    for path in solutions():
        made, place = learner(nbformat.read(path, as_version=4)), HERE / path.name
        # One that says the same already keeps its outputs.
        if not place.exists() or sources(nbformat.read(place, as_version=4)) != sources(made):
            place.write_text(nbformat.writes(made) + "\n", encoding="utf-8")
            print(path.name)


if __name__ == "__main__":
    main()
