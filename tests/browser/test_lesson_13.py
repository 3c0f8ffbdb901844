"""Lesson 13 by keyboard: the sample, a mess, a workbook, a table that names people, a restart."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Desk, Look, skip
from toolkit.learning.words import words_of

pytestmark = pytest.mark.browser

FILE = "13-your-dialect.ipynb"
ASK = words_of("13").predict["flagged"].question
MESS = "Month,Falls\nApr-24,7\nApr-24,9\nMay-24,seven\nJun-24,8\n"
NAMED = "Month,NHS number\nApr-24,943 476 5919\nMay-24,943 476 5919\n"


def form(page: Page, title: str) -> Locator:
    """Return the form that a screen reader would call so."""
    return page.get_by_role("group", name=title, exact=True)


def opened(look: Look, desk: Desk) -> tuple[Page, Locator]:
    """Open the lesson; return its page, and the room for one's own table."""
    look.page.goto(desk.url(FILE) + "&reset")
    file = form(look.page, "Use your own data")
    expect(form(look.page, ASK).first).to_be_visible(timeout=4 * PATIENCE)
    return look.page, look.page.locator(".jp-OutputArea-output").filter(has=file)


def workbook(path: Path) -> Path:
    """Save a workbook of 24 months, the last of them higher."""
    book = openpyxl.Workbook()
    book.active.append(["Month", "Did not attend"])
    for month in range(24):
        book.active.append(
            [f"{1 + month % 12:02}/{2023 + month // 12}", 20 + month % 3 + 9 * (month == 23)]
        )
    book.save(path)
    return path


def test_a_table_comes_in_by_keyboard_and_nothing_is_lost(
    look: Look, desk: Desk, tmp_path: Path
) -> None:
    desk.clear()
    page, room = opened(look, desk)
    file = form(page, "Use your own data")
    status = room.locator(".dio-status", has_text="refused")
    expect(page.get_by_text("Then the other 12 months appear here.")).to_be_visible()

    # the sample stands there once the prediction is locked
    expect(page.locator(".dio-chart")).to_have_count(1)  # of the months before
    guess = form(page, ASK).first
    guess.get_by_role("slider").press("Home")
    guess.get_by_label("very sure").press("Space")
    guess.get_by_role("button", name="Lock in").press("Enter")
    came = page.locator(".jp-OutputArea-output").filter(has=guess).locator(".dio-status")
    expect(came).to_contain_text("You will see it again")
    title = room.locator(".dio-title")
    track = room.get_by_role("slider").first
    track.press("End")
    expect(came).to_contain_text("Result: 1 month")
    expect(title).to_contain_text("1 of the last 12 months is special")
    expect(room.locator("svg.marks")).to_be_visible(timeout=PATIENCE)

    # one set of limits mixes two ways of booking
    file.get_by_role("button", name="Change how").press("Enter")
    steps = form(page, "Steps")
    steps.get_by_label("1: the columns").press("Space")
    expect(room.get_by_text("30 months from April 2023")).to_be_visible(timeout=PATIENCE)
    expect(room.get_by_role("rowheader", name="April 2023")).to_be_visible()
    steps.get_by_label("1: the columns").press("ArrowUp")
    chart = form(page, "3: the chart")
    expect(chart).to_be_visible()
    chart.get_by_label("New limits").select_option("")
    expect(title).to_contain_text("10 of the last 12 months are special")
    chart.get_by_label("New limits").select_option("2024-08-01")
    expect(title).to_contain_text("1 of the last 12 months is special")
    chart.get_by_label("Target").fill("85")
    expect(room.locator(".dio-words")).to_contain_text("the target lies between the limits")

    # a mess: it is said what and where, and the chart stands until it can be drawn
    mess, named = tmp_path / "mess.csv", tmp_path / "named.csv"
    mess.write_text(MESS, encoding="utf-8")
    named.write_text(NAMED, encoding="utf-8")
    chooser = room.locator("input[type=file]")
    chooser.set_input_files(mess)
    said = room.locator(".dio-status", has_text="We cannot draw mess.csv yet.")
    expect(said).to_contain_text("'seven' (row 4)")
    expect(said).to_contain_text("The chart below still shows sample_service.csv.")
    expect(title).to_contain_text("1 of the last 12 months is special")
    form(page, "2: dates and gaps").get_by_role("button", name="Back to").press("Enter")
    expect(said).to_have_count(0)

    # a workbook
    chooser.set_input_files(workbook(tmp_path / "did not attend.xlsx"))
    expect(title).to_contain_text("1 of the last 12 months is special")
    expect(room.locator(".dio-words")).to_contain_text("The figures come from did not attend.xlsx.")

    # a table that names people: refused, and nothing of it is kept
    chooser.set_input_files(named)
    expect(status).to_contain_text("This file is refused, to protect the people in it.")
    expect(status).to_contain_text("You still see did not attend.xlsx.")
    expect(title).to_contain_text("1 of the last 12 months is special")
    assert "943" not in desk.record.read_text(encoding="utf-8")
    entry = json.loads(desk.record.read_text(encoding="utf-8"))["entries"]["13/data/own"]
    assert (entry["name"], "figures" in entry) == ("did not attend.xlsx", False)
    form(page, "What is kept").get_by_role("checkbox").press("Space")

    skip(page)
    found = Axe().run(
        page, context={"include": [[".jp-OutputArea-output"], [".jp-MarkdownOutput"]]}
    )
    serious = [
        v["id"] for v in found.response["violations"] if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".dio-problem").all_inner_texts() == []

    # a restart: the figures were ticked, so the chart is back
    page, room = opened(look, desk)
    expect(room.locator(".dio-title")).to_contain_text(
        "1 of the last 12 months is special", timeout=PATIENCE
    )
    expect(room.get_by_role("checkbox")).to_be_checked()
    assert (look.errors, look.outside) == ([], [])


def test_a_long_list_is_searched_and_what_was_left_out_is_put_back(
    look: Look, desk: Desk, tmp_path: Path
) -> None:
    desk.clear()
    page, room = opened(look, desk)
    skip(page, form(page, ASK).first)
    many = tmp_path / "attendances.csv"
    lines = [
        f"{month:02}/2024,{name},{number}"
        for month in range(1, 13)
        for name, number in [
            *((f"R{org:02}", 100 + org + month) for org in range(70)),
            ("England", sum(100 + org + month for org in range(70))),
        ]
    ]
    many.write_text("\n".join(["Month,Org,Attendances", *lines]), encoding="utf-8")
    room.locator("input[type=file]").set_input_files(many)
    expect(room.get_by_text("More than one row for the same month")).to_be_visible(timeout=PATIENCE)

    # more than a list can show: some letters find it, and what is not in it is told
    asked = form(page, "2: dates and gaps")
    rows = asked.get_by_label("If a month has more than one row")
    rows.fill("only R99")
    rows.press("Tab")
    expect(asked).to_contain_text("“only R99” is not in the list.")
    rows.fill("only R07")
    rows.press("Tab")
    title, words = room.locator(".dio-title"), room.locator(".dio-words")
    expect(title).to_contain_text("of the last 12 months", timeout=PATIENCE)
    expect(words).to_contain_text("Attendances, R07.")

    # the rows of England stay out of a sum until they are put back
    rows.fill("add them up")
    rows.press("Tab")
    expect(words).to_contain_text("December 2024: Attendances.", timeout=PATIENCE)
    expect(words).to_contain_text("The centre line is now at 9,870")
    form(page, "Use your own data").get_by_label("totals: 'England' (12 rows)").press("Space")
    expect(words).to_contain_text("The centre line is now at 19,740", timeout=PATIENCE)

    found = Axe().run(page, context={"include": [[".dio-form"]]})
    serious = [
        v["id"] for v in found.response["violations"] if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert page.locator(".dio-problem").all_inner_texts() == []
    assert (look.errors, look.outside) == ([], [])
