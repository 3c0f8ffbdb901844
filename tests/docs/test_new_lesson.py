"""A new lesson, made from the template, works before anybody has written a word."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from tests import ROOT
from tests.new_lesson import make

LEFT_OUT = shutil.ignore_patterns(
    ".*", "build", "docs", "benchmarks", "node_modules", "__pycache__"
)


def test_a_new_lesson_works_as_it_is_made(tmp_path):
    course = shutil.copytree(ROOT, tmp_path / "course", ignore=LEFT_OUT)

    def run(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=course,
            env={**os.environ, "PYTHONPATH": str(course)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("tests.new_lesson", "77", "long-ways", "Long ways: a try")
    made = nbformat.read(course / "notebooks/77-long-ways.ipynb", as_version=4)
    assert made.cells[0].source.startswith("# 77 · Long ways: a try")
    assert any("minutes of the shift" in str(cell.get("outputs")) for cell in made.cells)
    assert "(notebooks/77-long-ways.ipynb) | Long ways" in (course / "README.md").read_text("utf-8")
    run("pytest", "-q", "tests/lessons/test_l77.py", "tests/course/test_exercises.py", "-k", "77")


@pytest.mark.parametrize(
    ("number", "slug", "told"),
    [
        ("7", "ways", "two digits"),
        ("77", "Long ways", "small letters and hyphens"),
        ("03", "ways", "a lesson 03 already: 03-theory"),
    ],
)
def test_a_number_or_name_that_does_not_do_is_refused(number, slug, told):
    with pytest.raises(ValueError, match=told):
        make(number, slug, "Ways")
