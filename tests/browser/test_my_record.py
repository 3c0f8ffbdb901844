"""My record in a real browser: several files at once, an import undone, a new beginning."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, Look
from toolkit.learning.record import Record

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("DIALECTS_SHOTS")  # a folder for pictures to look at


def shot(look: Look, name: str) -> None:
    if SHOTS:
        look.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=False)


def locked(path: Path) -> None:
    """Write the record of a table of four that has predicted once."""
    record = Record(path)
    record.put("about/table", {"kind": "table", "people": 4})
    entry = {"kind": "prediction", "answer": 50, "sure": "0.7", "agree": 3}
    record.put("03/predict/dice", {**entry, "outcome": 52, "came": True})


def test_a_record_is_taken_in_and_out_and_the_next_class_starts_afresh(
    look: Look, desk: Desk, tmp_path
):
    desk.clear()
    locked(desk.record)
    look.page.goto(desk.url("my-record.ipynb") + "&reset")
    main = look.page.locator(".jp-Notebook")

    main.get_by_role("button", name="Show or hide what trainers and groups need").click()
    home = main.get_by_role("group", name="Take your record home")
    undo = home.get_by_role("button", name="Remove the record")
    expect(undo).to_be_disabled()
    other = Record(tmp_path / "other.json")
    other.put("03/card/service", {"kind": "card", "where": "Ward 4"})
    home.locator("input[type=file]").set_input_files(other.path)
    main.get_by_text("We added 1 new entry.").wait_for()
    shot(look, "import")
    undo.click()
    main.get_by_text("1 entry is as before the import.").wait_for()
    assert set(json.loads(desk.record.read_text())["entries"]) == {"about/table", "03/predict/dice"}

    # By keyboard alone: nothing happens at the first press.
    afresh = main.get_by_role("group", name="Start a new record")
    expect(afresh.get_by_role("button", name="Yes, put my record aside")).to_be_disabled()
    afresh.get_by_role("textbox").focus()
    look.page.keyboard.type("Class A")
    look.page.keyboard.press("Tab")
    look.page.keyboard.press("Enter")
    main.get_by_text("Are you sure?").wait_for()
    shot(look, "afresh-asks")
    assert desk.record.exists()
    look.page.keyboard.press("Shift+Tab")  # from the words back into the form
    expect(afresh.get_by_role("button", name="No, leave it")).to_be_focused()
    look.page.keyboard.press("Shift+Tab")
    look.page.keyboard.press("Enter")
    main.get_by_text("my-record.set-aside-Class-A.json").wait_for()
    shot(look, "afresh-done")
    assert not desk.record.exists()
    aside = desk.record.with_name("my-record.set-aside-Class-A.json")
    assert set(json.loads(aside.read_text())["entries"]) == {"about/table", "03/predict/dice"}
    aside.unlink()
    assert not look.errors
