"""The case room with the keyboard alone, from the first review to the verdict, over a restart."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SECOND, Desk, Look, die, played
from toolkit import evidence
from toolkit.models.cases import reviews

pytestmark = pytest.mark.browser

FILE = "12-nine-cases.ipynb"
A_MOMENT = SECOND // 2  # a person rests between the last word and the button


def tab_to(page: Page, target: Locator, key: str = "Tab", most: int = 14) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"{target} was not reached within {most} presses of {key}.")


class Room:
    """The case room on a page."""

    def __init__(self, look: Look, desk: Desk) -> None:
        self.look, self.desk, self.page = look, desk, look.page
        choose = self.page.get_by_role("combobox", name="Case: one of nine")
        cell = self.page.locator(".jp-OutputArea-output", has=choose).first
        self.choose = choose.first
        self.review = cell.locator(".dio-form").last  # called by what it waits for, if it does
        self.button = self.review.get_by_role("button")
        self.chart, self.cell = cell.locator(".dio-chart"), cell
        self.waits = self.review.locator(".dio-waits")

    def ran(self) -> None:
        """Wait until all three questions of the lesson stand there: cells run in order."""
        checks = self.page.get_by_role("button", name="Check my answer")
        expect(checks).to_have_count(3, timeout=90 * SECOND)
        expect(self.chart.locator("svg.marks")).to_be_visible()

    def restart(self) -> None:
        """Let Python die, and wait until nothing is left of what the old one had drawn."""
        page, forms = self.page, self.page.locator(".dio-form")
        forms.evaluate_all("all => all.forEach((node) => { node.dataset.old = 'yes'; })")
        die(page)
        expect(page.locator(".dio-form[data-old]")).to_have_count(0, timeout=90 * SECOND)
        self.ran()

    def commit(self, back: bool) -> None:
        """Watch what is open, answer both questions and commit, with nothing but keys."""
        page, keyboard = self.page, self.page.keyboard
        played(page)
        start = self.button if back else self.chart.get_by_role("button", name="Play again")
        start.focus()
        # A group of radio buttons is entered at the end that one comes from.
        radios = self.review.get_by_role("radio")
        entered = radios.last if back else radios.first
        tab_to(page, entered, "Shift+Tab" if back else "Tab")
        keyboard.press("Space")
        expect(entered).to_be_checked()
        for slider in self.review.get_by_role("slider").all():
            tab_to(page, slider, most=1)
            expect(slider).to_have_attribute("aria-valuetext", "not set yet")
            keyboard.press("ArrowRight")
            expect(slider).to_have_attribute("aria-valuetext", "5%")
        page.wait_for_timeout(A_MOMENT)
        tab_to(page, self.button, most=1)
        keyboard.press("Enter")
        expect(self.chart.locator(".dio-play")).not_to_contain_text("Play again")

    def fine(self) -> None:
        """Nothing went wrong, and nothing left this machine."""
        assert self.look.errors == []
        assert self.look.outside == []


@pytest.fixture
def room(look: Look, desk: Desk) -> Room:
    """The lesson, opened by a learner who comes for the first time."""
    desk.clear()
    made = Room(look, desk)
    look.page.goto(desk.url(FILE) + "&reset")
    made.ran()
    return made


def test_a_case_from_the_first_quarter_to_the_verdict_with_the_keyboard_alone(room):
    page, case = room.page, evidence.case("E")
    room.choose.focus()
    page.keyboard.press("e")
    expect(room.cell).to_contain_text(case.title)
    expect(room.cell).to_contain_text(case.provenance.note)
    expect(room.cell).not_to_contain_text(case.outcome_text)

    expect(room.waits).to_contain_text("Play the first year.")
    room.commit(back=False)
    expect(room.waits).to_contain_text("You chose to go on as now. Now play months 12")
    expect(room.chart.locator(".dio-title")).to_contain_text("What will months 12 to 17 bring?")
    played(page)
    expect(room.chart.locator(".dio-title")).to_contain_text("months since the last review")
    room.restart()
    played(page)
    expect(room.chart.locator(".dio-title")).to_contain_text("months since the last review")
    expect(room.cell).to_contain_text("In month 12, you chose to go on as now.")
    expect(room.choose).to_have_value("E")
    # Below, the model has taken up what was decided; it tells nothing before it has been played.
    endings = page.locator(".dio-chart", has_text="Our model after your decision")
    expect(endings.locator(".dio-title")).to_contain_text("Press Play")
    played(page)
    expect(endings.locator(".dio-title")).to_contain_text("you decided as the team did")
    expect(page.locator(".dio-chart", has_text="You thought better months")).to_have_count(0)

    later = list(reviews.reviews_of(case))[1:]
    for month in later:
        expect(room.review).to_contain_text(f"It is month {month}. What would you do?")
        room.commit(back=month == later[-1])
        if month != later[-1]:
            played(page)
    expect(room.waits).to_contain_text("Now see how it ends.")
    expect(room.cell).not_to_contain_text(case.outcome_text)
    played(page)
    expect(room.cell).to_contain_text(case.outcome_text)
    expect(room.cell).to_contain_text("not about right or wrong.")
    score = page.locator(".dio-chart", has_text="You thought better months")
    expect(score).to_contain_text("On the left are your forecasts in case E")
    kept = json.loads(room.desk.record.read_text(encoding="utf-8"))["entries"]["12/case/E"]
    assert [each["choice"] for each in kept["reviews"]] == ["persist", "persist", "stop"]

    played(page)
    expect(endings.locator(".dio-title")).to_contain_text("you decided as the team did")
    page.get_by_role("combobox", name="What you decide").select_option("Go on as now")
    expect(endings.locator(".dio-title")).to_contain_text("better after your decision")

    room.button.press("Enter")
    expect(room.cell).to_contain_text(evidence.case("F").title)
    expect(room.chart.locator(".dio-title")).to_contain_text("The first year")
    room.fine()


def test_everything_in_the_lesson_can_be_read_and_says_where_it_is_from(room):
    page = room.page
    expect(page.get_by_role("button", name="(for trainers)")).to_have_count(0)
    page.evaluate("document.body.classList.add('dialects-in-room')")  # as the trainer's view does
    for skip in page.get_by_role("button", name="Skip (for trainers)").all():
        skip.press("Enter")
    page.get_by_role("button", name="Open everything").press("Enter")
    charts = page.locator(".dio-chart")
    expect(charts).to_have_count(5)
    for chart in charts.all():
        expect(chart.locator("svg.marks")).to_be_visible()
        expect(chart.locator(".dio-chips")).to_contain_text("illustrative")
    for summary in page.locator(".jp-OutputArea-output summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.press("Enter")
    found = Axe().run(page, context=".jp-OutputArea-output").response["violations"]
    grave = [
        (v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert grave == []
    room.fine()
