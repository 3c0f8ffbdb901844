"""Make a new lesson from the template: ``python3 start.py new-lesson 14 name-of-it "Its title"``.

The template, `tests/template/`, is a whole lesson; everything in it is there to be replaced.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

from tests import ROOT, learners, rerun

TEMPLATE = ROOT / "tests" / "template"
NUMBER, SLUG, TITLE = "99", "slug", "The title of the lesson"
PACKAGE = (
    "words.toml", "labs.py", "questions.toml", "exercises.toml", "worked.py", "__init__.py",
)  # fmt: skip
CODE = re.compile(r"^```python\n(.*?)^```\n", re.M | re.S)
ROW = "| [{number}](notebooks/{number}-{slug}.ipynb) | {title} | 30 |\n"
LAST_ROW = re.compile(r"(?:^\| \[\d\d\]\(notebooks/.*\n)+", re.M)


def notebook(text: str) -> str:
    """Return the notebook of a text in Markdown: code between fences, all else as it stands."""
    cells = []
    for at, part in enumerate(CODE.split(text)):
        made = nbformat.v4.new_code_cell if at % 2 else nbformat.v4.new_markdown_cell
        if part.strip():
            cells.append(made(part.strip(), id=f"{at:02}"))
    about = {
        "dialects": {"lesson": True},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=about))


def make(number: str, slug: str, title: str) -> list[Path]:
    """Write the files of a new lesson.

    Parameters
    ----------
    number : str
        Two digits, such as ``"14"``.
    slug : str
        The name in file names: small letters and hyphens.
    title : str
        What stands above the lesson.

    Returns
    -------
    list of Path
        What was written, in the order in which it is worth reading.

    Raises
    ------
    ValueError
        If the number or the name is not such a one, or is taken.
    """
    if not re.fullmatch(r"\d\d", number):
        raise ValueError(f"The number of a lesson has two digits, such as 14; this is '{number}'.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise ValueError(f"A name has small letters and hyphens, such as my-topic, not '{slug}'.")
    if taken := sorted(ROOT.glob(f"notebooks/{number}-*.ipynb")):
        raise ValueError(f"There is a lesson {number} already: {taken[0].name}.")
    package = f"l{number}_{slug.replace('-', '_')}"

    def filled(name: str) -> str:
        text = (TEMPLATE / name).read_text(encoding="utf-8")
        for old, new in ((f"l{NUMBER}_{SLUG}", package), (TITLE, title), (NUMBER, number)):
            text = text.replace(old, new)
        return text.replace(TITLE.lower(), title.lower())

    folder = ROOT / "toolkit" / "lessons" / package
    texts = {
        ROOT / f"notebooks/{number}-{slug}.ipynb": notebook(filled("lesson.md")),
        **{folder / each: filled(f"l{NUMBER}_{SLUG}/{each}") for each in PACKAGE},
        ROOT / f"exercises/solutions/{number}-{slug}.ipynb": notebook(filled("solution.md")),
        ROOT / f"tests/lessons/test_l{number}.py": filled("tests.py"),
    }
    folder.mkdir()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    readme = ROOT / "README.md"
    row = ROW.format(number=number, slug=slug, title=title)
    readme.write_text(
        LAST_ROW.sub(lambda rows: rows[0] + row, readme.read_text(encoding="utf-8"), count=1),
        encoding="utf-8",
    )
    return list(texts)


def main(arguments: list[str]) -> int:
    """Make the lesson, its learners' exercises and what both show.

    Parameters
    ----------
    arguments : list of str
        Number, name and title.

    Returns
    -------
    int
        0 if all went well, 2 if something was wrong with what was asked.
    """
    if len(arguments) != 3:
        print(__doc__)
        return 2
    try:
        written = make(*arguments)
    except ValueError as problem:
        print(problem)
        return 2
    learners.main()
    rerun.main([str(path) for path in rerun.lessons() if path.name.startswith(f"{arguments[0]}-")])
    print("Written, and yours to fill:")
    for path in written:
        print(f"  {path.relative_to(ROOT)}")
    print(
        "Next: write words and labs, run  python3 start.py lessons , then\n"
        "  python3 start.py test tests/lessons/test_frozen.py --snapshot-update"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
