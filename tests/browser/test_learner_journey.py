"""A whole way through by keyboard: predict, play, exercise, reflect, take home, restart, go on."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Desk, Look, played
from toolkit.learning.words import words_of

pytestmark = pytest.mark.browser

LESSON, EXERCISES, RECORD = "02-lean.ipynb", "02-lean.ipynb", "my-record.ipynb"
WORDS = words_of("02")
HOSTILE = '<script>window.caught = 1</script><img src="x" onerror="window.caught = 2">'


CONTROLS = """
from toolkit.learning.fields import (Curve, Order)
from toolkit.screen.form import Form
lines = Order("o", "In what order?", options={"b": "beds", "a": "aims", "c": "costs"})
drawn = Curve("k", "Draw it", at=("spring", "summer", "autumn"), max=10, unit="beds")
Form(lines, drawn, title="All of them")
"""
MARKED = {"dialects": {"lesson": True}, "kernelspec": {"name": "python3", "display_name": "Python"}}


def opened(look: Look, desk: Desk, file: str, folder: str = "notebooks") -> Page:
    """Open a notebook and wait until its last form lives."""
    look.page.goto(desk.url(file).replace("/notebooks/", f"/{folder}/") + "&reset")
    expect(look.page.locator(".dio-form").first).to_be_visible(timeout=4 * PATIENCE)
    return look.page


def form(page: Page, title: str) -> Locator:
    """Return the form of that name, with what it says."""
    group = page.get_by_role("group", name=title, exact=True)
    return page.locator(".jp-OutputArea-output").filter(has=group)


def press(place: Locator, button: str) -> None:
    """Press a button by keyboard."""
    place.get_by_role("button", name=button).press("Enter")


def test_a_learner_gets_through_by_keyboard_and_finds_it_all_again(
    look: Look, desk: Desk, tmp_path: Path
) -> None:
    desk.clear()
    page = opened(look, desk, LESSON)
    # predict, and see it held against what came
    ask = WORDS.predict["alone"]
    guess = form(page, ask.question)
    expect(guess).to_be_visible(timeout=PATIENCE)
    guess.get_by_role("slider").press("ArrowRight")
    guess.get_by_label("very sure").press("Space")
    press(guess, "Lock")
    told = guess.locator(".dio-status")
    expect(told).to_contain_text("Locked: ")
    # play
    lab = page.locator(".jp-OutputArea-output").filter(has=page.get_by_text("Patients who move on"))
    said = lab.locator(".dio-words").first
    expect(lab.locator(".dio-stage")).to_be_visible(timeout=PATIENCE)
    expect(told).not_to_contain_text("Result: ")
    played(page)
    expect(told).to_contain_text("Result: ")
    expect(said).not_to_be_empty(timeout=PATIENCE)
    before = said.inner_text()
    lab.get_by_role("slider").first.press("ArrowLeft")
    expect(said).not_to_have_text(before, use_inner_text=True)
    # reflect
    card = form(page, "In my service")
    card.get_by_role("textbox").first.fill(HOSTILE)
    press(card, "Keep")
    expect(card.locator(".dio-status")).to_contain_text("Kept in your record")

    # check wrong, hint, check right
    page = opened(look, desk, EXERCISES, "exercises")
    trays = page.locator(".jp-OutputArea-output").filter(has=page.get_by_label("In a laboratory"))
    status = trays.locator(".dio-status")
    expect(trays).to_be_visible(timeout=2 * PATIENCE)
    press(trays, "Check")
    expect(status).to_contain_text("Not attempted")
    trays.get_by_role("textbox").fill("12 minutes")
    press(trays, "Check")
    expect(status).to_contain_text("Not yet. One sample needs 12 minutes by itself.")
    press(trays, "A hint")
    expect(status).to_contain_text("Hint 1 of 2")
    trays.get_by_role("textbox").fill("120")
    press(trays, "Check")
    expect(status).to_contain_text("Right.")
    sort = page.locator(".jp-OutputArea-output").filter(has=page.get_by_text("Where does each"))
    for row in sort.get_by_role("combobox").all():
        row.press("ArrowDown")
    press(sort, "Check")
    expect(sort.locator(".dio-status")).to_contain_text("correctly")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, context={"include": [[".jp-OutputArea-output"]]}).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []

    # take it home
    page = opened(look, desk, RECORD)
    take = form(page, "Take your record home")
    with page.expect_download() as page_saved:
        press(take, "Save as a page")
    with page.expect_download() as file_saved:
        press(take, "Save as a file")
    home, carried = tmp_path / "my-record.html", tmp_path / "my-record.json"
    page_saved.value.save_as(home)
    file_saved.value.save_as(carried)
    entries = json.loads(carried.read_text(encoding="utf-8"))["entries"]
    assert entries["02/predict/alone"]["sure"] == "0.9"
    assert entries["02/exercise/tray"]["outcome"] == "right"

    # a restart on another machine: nothing is there, then the file is taken in
    desk.clear()
    page = opened(look, desk, RECORD)
    expect(
        page.get_by_text("You have not seen a result for any prediction yet").first
    ).to_be_visible()
    form(page, "Take your record home").locator("input[type=file]").set_input_files(carried)
    expect(form(page, "Take your record home").locator(".dio-status")).to_contain_text("We added")
    page = opened(look, desk, LESSON)
    guess = form(page, ask.question)
    expect(guess.locator(".dio-status")).to_contain_text("Locked: ", timeout=PATIENCE)
    typed = form(page, "In my service").get_by_role("textbox").first
    expect(typed).to_have_value(HOSTILE, timeout=PATIENCE)
    assert page.evaluate("window.caught") is None
    assert (look.errors, look.outside) == ([], [])

    # the page that was taken home, opened by itself
    alone = page.context.new_page()
    alone.goto(home.as_uri())
    expect(alone.get_by_role("heading", name="My record")).to_be_visible()
    expect(alone.get_by_text("onerror=")).to_be_visible()
    assert alone.evaluate("window.caught") is None
    assert Axe().run(alone).response["violations"] == []


def test_orders_curves_and_files_work_by_keyboard(look: Look, desk: Desk) -> None:
    """Try the controls that no browser brings ready-made, on a form of all of them."""
    desk.clear()
    cell = nbformat.v4.new_code_cell(CONTROLS)
    held = nbformat.v4.new_notebook(cells=[cell], metadata=nbformat.from_dict(MARKED))
    path = desk.folder / "notebooks" / "controls.ipynb"
    nbformat.write(held, path)
    desk.trust(path)
    page = opened(look, desk, path.name)
    made = form(page, "All of them")
    expect(made).to_be_visible(timeout=2 * PATIENCE)
    lines = made.get_by_role("listitem")
    made.get_by_role("button", name="Move up: aims").press("Enter")
    assert [line.inner_text().rstrip("↑↓") for line in lines.all()] == ["aims", "beds", "costs"]
    expect(made.get_by_text("aims” is now number 1 of 3")).to_be_visible()
    page.keyboard.press("Enter")  # the hand stays with the line: its other button, as it is first
    assert [line.inner_text().rstrip("↑↓") for line in lines.all()] == ["beds", "aims", "costs"]
    summer = made.get_by_role("slider", name="summer")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight"):
        summer.press(key)
    expect(summer).to_have_attribute("aria-valuetext", "3 beds")
    found = Axe().run(page, context={"include": [[".dio-form"]]}).response["violations"]
    assert [each["id"] for each in found] == []
    assert look.errors == []
