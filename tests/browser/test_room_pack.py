"""The facilitator pack as a trainer opens and prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from toolkit.room import pack
from toolkit.room.guides import with_guide

pytestmark = pytest.mark.browser

KINDS = (
    *("index", "guide-00", "guide-05", "predict-00", "predict-01", "predict-02", "card-03"),
    *("before", "evaluation"),
)
PAPER = {"A4": (210, 297), "A5": (148, 210)}
SHEET = 2  # pages that go on the two sides of one sheet
MOST = {"card": 1, "evaluation": 1, "before": 1, "predict": SHEET, "guide": 3 * SHEET}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack, made once."""
    made = tmp_path_factory.mktemp("pack")
    list(pack.write(made))
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own for each test; whatever it cannot fetch or run fails the test."""
    made = browser.new_page()
    trouble: list[str] = []
    made.on("pageerror", lambda error: trouble.append(str(error)))
    made.on("console", lambda said: trouble.append(said.text))
    yield made
    made.close()
    assert trouble == []


def printed(page: Page) -> tuple[int, tuple[int, int]]:
    """Return how many pages come out of the printer, and their size in millimetres."""
    data = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    wide, high = (round(float(each) / 72 * 25.4) for each in boxes[0])
    return len(boxes), (wide, high)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_for_everybody(name: str, theme: str, folder: Path, page: Page) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto((folder / f"{name}.html").as_uri())
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found] == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("kind", MOST)
def test_a_page_fits_its_paper(kind: str, folder: Path, page: Page) -> None:
    names = [f"{kind}-{number}" for number in with_guide()]
    for name in names if kind in ("guide", "predict", "card") else [kind]:
        page.goto((folder / f"{name}.html").as_uri())
        count, size = printed(page)
        assert size == PAPER["A4"], name
        assert count <= MOST[kind], name
    page.goto((folder / "a5" / f"{name}.html").as_uri())
    assert printed(page)[1] == PAPER["A5"]


@pytest.mark.parametrize("name", KINDS)
def test_print_is_black_on_white_and_nothing_is_cut_off(
    name: str, folder: Path, page: Page
) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 1000})  # A4 between its margins
    page.goto((folder / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    colours = page.evaluate(
        """() => [...new Set([...document.body.querySelectorAll("*"), document.body].flatMap(
            (each) => { const s = getComputedStyle(each); return [s.color, s.backgroundColor]; }
        ))]"""
    )
    told = {tuple(map(float, re.findall(r"[\d.]+", each)))[:3] for each in colours}
    assert all(red == green == blue for red, green, blue in told)
