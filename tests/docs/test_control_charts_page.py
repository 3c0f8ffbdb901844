"""The page for analysts: its code runs, on a plain table, and prints what the page says."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests import ROOT

PAGE = ROOT / "docs" / "control-charts.md"
BLOCK = re.compile(r"```python\n((?:(?!```).)*)```(?:\n\n```text\n((?:(?!```).)*)```)?", re.DOTALL)


def said(text: str) -> list[list[str]]:
    """Return lines as words, so that a table may be set otherwise."""
    return [line.split() for line in text.strip().splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    series = tmp_path / "data" / "series"
    series.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "series" / "ae_attendances_ten_trusts.csv", series)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_code_of_the_page_runs_and_prints_what_stands_there(folder):
    blocks, names = BLOCK.findall(PAGE.read_text(encoding="utf-8")), {}
    assert len(blocks) > 6
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), names)
        assert said(printed.getvalue()) == said(expected), code
    with Image.open(folder / "four-hours.png") as picture:
        assert picture.width > 600
    for name in ("four-hours.svg", "RQM.svg"):
        assert "<svg" in (folder / name).read_text(encoding="utf-8")
    assert (folder / "summary.xlsx").stat().st_size > 1000
