"""Session plans on paper and slides on the projector, as a trainer uses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from toolkit.room import deck, plans

pytestmark = pytest.mark.browser

SIZES = [(1024, 768), (1920, 1080)]
PAPER = (680, 1016)  # A4 between its margins, in pixels of CSS
LEAST = 0.026  # of the height of the screen: the letters of a slide
# The slide that is shown, and whether all of it can be read without scrolling.
SHOWN = """() => {
  const slide = document.querySelector('.slide:not([hidden])');
  const body = slide.querySelector('.body');
  const table = slide.querySelector('table');
  return {
    at: [...document.querySelectorAll('.slide')].indexOf(slide),
    kind: slide.className,
    turned: slide.classList.contains('turned'),
    played: Boolean(slide.dataset.played),
    hidden: Math.max(body.scrollHeight - body.clientHeight, body.scrollWidth - body.clientWidth),
    letters: parseFloat(getComputedStyle(table ?? slide).fontSize),
  };
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans and decks, made once."""
    made = tmp_path_factory.mktemp("room")
    for name, page in plans.sheets().items():
        (made / name).write_text(page, encoding="utf-8")
    for name in ("20-minutes", "60-minutes", "half-day"):
        told = deck.deck(plans.plan(name))
        (made / f"deck-{name}.html").write_text(told, encoding="utf-8")
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own for each test; whatever it cannot fetch or run fails the test."""
    made = browser.new_page(reduced_motion="reduce")  # a play is at its end at once
    trouble: list[str] = []
    made.on("pageerror", lambda error: trouble.append(str(error)))
    made.on("console", lambda said: trouble.append(said.text))
    yield made
    made.close()
    assert trouble == []


@pytest.mark.parametrize("name", plans.names())
def test_the_lecterns_page_is_one_page(name: str, folder: Path, page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    page.goto((folder / f"plan-{name}.html").as_uri())
    box = page.locator(".lectern").bounding_box()
    assert box
    assert box["y"] + box["height"] <= PAPER[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["plan-20-minutes", "plan-day", "deck-20-minutes"])
def test_a_page_is_for_everybody(name: str, theme: str, folder: Path, page: Page) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto((folder / f"{name}.html").as_uri())
    for press in range(9 if name.startswith("deck") else 1):
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found] == [], press
        if name.startswith("deck"):
            page.keyboard.press("PageDown")
    if name.startswith("plan"):
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["20-minutes", "60-minutes", "half-day"])
def test_a_clicker_goes_through_a_deck(
    name: str, size: tuple[int, int], folder: Path, page: Page
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto((folder / f"deck-{name}.html").as_uri())
    count = 1 + len(deck.slides(plans.plan(name)))
    seen = [page.evaluate(SHOWN)]
    while True:
        page.keyboard.press("PageDown")
        now = page.evaluate(SHOWN)
        if now == seen[-1]:
            break
        seen.append(now)
    assert {each["at"] for each in seen} == set(range(count))
    assert [each for each in seen if each["hidden"] > 1] == []
    assert [each for each in seen if each["letters"] < LEAST * size[1]] == []
    turned = [each["at"] for each in seen if each["turned"]]
    covered = [each["at"] for each in seen if "kind-answer" in each["kind"] and not each["turned"]]
    assert covered
    assert set(covered) <= set(turned)
    assert any(each["played"] for each in seen)
    for _ in seen:
        page.keyboard.press("PageUp")
    assert page.evaluate(SHOWN)["at"] == 0


def test_an_answer_is_covered_until_it_is_turned_over(folder: Path, page: Page) -> None:
    page.goto((folder / "deck-20-minutes.html").as_uri())
    slide = page.locator(".slide:not([hidden])")
    while "kind-answer" not in (slide.get_attribute("class") or ""):
        page.keyboard.press("ArrowRight")
    answer = slide.locator(".answer")
    expect(answer).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(answer).to_have_text("51 patients")
    expect(page.locator("#told")).to_contain_text("51 patients")
    page.keyboard.press("ArrowLeft")
    expect(answer).to_be_hidden()


def test_the_stage_plays_to_its_end_by_the_same_key(folder: Path, page: Page) -> None:
    page.goto((folder / "deck-20-minutes.html").as_uri())
    slide = page.locator(".slide:not([hidden])")
    while "kind-watch" not in (slide.get_attribute("class") or ""):
        page.keyboard.press("PageDown")
    expect(slide.locator(".dio-said")).to_contain_text("Watch who has to wait")
    page.keyboard.press("PageDown")
    expect(slide.locator(".dio-said")).to_contain_text("The game is over.")
    page.keyboard.press("PageDown")
    expect(slide).to_have_class("slide kind-answer")


def test_keys_for_black_timer_and_a_reload(folder: Path, page: Page) -> None:
    page.clock.install()
    page.goto((folder / "deck-20-minutes.html").as_uri())
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    expect(page.locator("#black")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#black")).to_be_hidden()
    page.keyboard.press("t")
    page.clock.run_for(30_000)
    expect(page.locator("#timer")).to_have_text("1:30")
    page.clock.run_for(100_000)
    expect(page.locator("#timer")).to_have_text("over by 0:10")
    page.keyboard.press("t")
    expect(page.locator("#timer")).to_have_text("Timer")
    page.reload()
    expect(page.locator("#count")).to_have_text("3 / 10")
