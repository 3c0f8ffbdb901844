"""A room in a real browser: the projector, and three phones that vote, sleep and come back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, note_others
from toolkit.room import serve

pytestmark = pytest.mark.browser
SIZES = ({"width": 1024, "height": 768}, {"width": 1920, "height": 1080})
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def served() -> Iterator[tuple[serve.Room, str]]:
    """A room on a thread of its own, and the address of its board."""
    held: list = []
    ready = threading.Event()

    async def run() -> None:
        room, end = serve.Room("127.0.0.1", 0), asyncio.Event()
        server, home = serve.open_board(room, 0)
        held.extend((room, home, asyncio.get_running_loop(), end))
        ready.set()
        await end.wait()
        room.shut_door()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    ready.wait()
    room, home, loop, end = held
    yield room, home
    loop.call_soon_threadsafe(end.set)
    thread.join()


def opened(
    browser: Browser, size: dict, home: str, errors: list[str]
) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport=size)
    context.set_default_timeout(PATIENCE)
    note_others(context, "http://127.0.0.1:", errors)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(home)
    return context, page


def fits(page: Page) -> None:
    """Hold that nothing has to be scrolled."""
    over = page.evaluate(
        """() => ["html", "#main", "#text"].filter((name) => {
          const part = document.querySelector(name);
          return part.scrollHeight > part.clientHeight + 2;
        })"""
    )
    assert over == []


def accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    grave = [each["id"] for each in found if each["impact"] in ("serious", "critical")]
    assert grave == []


def vote(phone: Page, stage: str, sure: str) -> None:
    phone.get_by_label(stage).check()
    phone.get_by_label(sure).check()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("status").filter(has_text="Your answer is in")).to_be_visible()


def test_a_projector_and_three_phones(browser: Browser, served: tuple[serve.Room, str]):
    expect.set_options(timeout=PATIENCE)
    room, home = served
    errors: list[str] = []
    held = [opened(browser, SIZES[0], f"{home}#{next(iter(room.once))}", errors)]
    board = held[0][1]
    expect(board.get_by_text("Only this computer can reach the board")).to_be_visible()
    assert "#" not in board.url  # the room does not see the key
    scan = board.get_by_role("img", name="QR code that opens 127.0.0.1")
    expect(scan).to_have_count(0)
    board.get_by_role("button", name="Let phones in").press("Enter")
    expect(board.locator("#join .code")).to_have_text(room.code)
    expect(scan).to_be_visible()
    expect(board.get_by_text("Anybody in the same network")).to_be_visible()
    accessible(board)
    board.get_by_role("button", name="Questions").press("Enter")
    board.get_by_label("Lesson", exact=True).select_option("03")
    board.get_by_label("Or ask one question").select_option("03/predict/improve")
    accessible(board)
    board.get_by_role("button", name="Ask it", exact=True).press("Enter")

    address = f"http://127.0.0.1:{room.port}/"
    for _ in range(3):
        held.append(opened(browser, PHONE, address, errors))
        phone = held[-1][1]
        phone.get_by_label("The code on the board").fill("22222")
        phone.get_by_role("button", name="Join").click()
        expect(phone.get_by_text("This is not the code")).to_be_visible()
        phone.get_by_label("The code on the board").fill(room.code.lower())
        phone.get_by_role("button", name="Join").click()
        expect(phone.get_by_role("button", name="Send my answer")).to_be_visible()
    phones = [page for _context, page in held[1:]]
    # The wrong code is refused with a status that a browser notes; nothing else may go wrong.
    assert all("403" in each for each in errors), errors
    errors.clear()
    accessible(phones[0])

    # Nothing chosen: the phone says so and sends nothing.
    phones[0].get_by_role("button", name="Send my answer").click()
    expect(phones[0].get_by_text("Choose an answer first.")).to_be_visible()
    vote(phones[0], "transport", "very sure")
    vote(phones[1], "medicines to take home", "fairly sure")
    vote(phones[1], "the ward round", "just guessing")  # it changes its mind: still one answer
    expect(board.locator("#answered")).to_have_text("2 answered")
    expect(board.locator("#drawn svg")).to_have_count(0)
    for size in SIZES:
        board.set_viewport_size(size)
        board.wait_for_timeout(200)
        fits(board)
        assert scan.bounding_box()["width"] > 0.2 * size["width"]
        assert scan.evaluate("img => img.complete && img.naturalWidth > 0")
    board.set_viewport_size(SIZES[0])

    # A phone that sleeps loses its line, and finds its answer when it wakes.
    phones[1].reload()
    expect(phones[1].get_by_label("the ward round")).to_be_checked()
    expect(board.locator("#here")).to_have_text("3 phones here")

    board.keyboard.press("PageDown")  # a clicker
    expect(board.locator("#finding")).to_contain_text("2 answers were chosen equally often")
    expect(board.locator("#drawn svg")).to_be_visible()
    expect(scan).to_have_count(0)  # a result wants the space
    vote(phones[2], "medicines to take home", "fairly sure")  # late
    expect(board.locator("#words")).to_contain_text("1 answer came after")
    expect(board.locator("#options .right")).to_have_count(0)
    board.keyboard.press("PageDown")
    expect(board.locator("#finding")).to_have_text("1 of 3 chose the right answer")
    expect(board.locator("#options .right")).to_contain_text("medicines to take home")
    expect(phones[0].get_by_text("The result: medicines to take home.")).to_be_visible()
    expect(phones[0].get_by_label("transport")).to_be_disabled()
    for size in SIZES:
        board.set_viewport_size(size)
        board.wait_for_timeout(200)
        fits(board)
        picture = board.locator("#drawn svg").bounding_box()
        assert picture["height"] > size["height"] / 4
    accessible(board)
    board.get_by_role("button", name="Table").press("Enter")
    expect(board.get_by_role("cell", name="the ward round")).to_be_visible()
    board.get_by_role("button", name="How sure, how right").press("Enter")
    expect(board.locator("#finding")).to_have_text("1 of the room's 3 predictions came true")
    board.keyboard.press("PageDown")  # back to the question, where the clicker was
    expect(board.locator("#finding")).to_have_text("1 of 3 chose the right answer")

    # Hands, typed by the trainer; the arrows in a box move its cursor and nothing else.
    board.get_by_role("button", name="Questions").press("Enter")
    board.get_by_label("Or ask one question").select_option("03/predict/dice")
    board.get_by_role("button", name="Ask it", exact=True).press("Enter")
    expect(board.locator("#question")).to_contain_text("5 people play 20 rounds")
    expect(board.get_by_role("button", name="Type hands")).to_be_enabled()
    board.get_by_role("button", name="Type hands").press("Enter")
    box = board.get_by_label("Answers of the room")
    box.fill("70 x 3, 51")
    box.press("ArrowRight")
    board.get_by_role("button", name="Put on the board").press("Enter")
    expect(board.get_by_text("It is on the board.")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator("#answered")).to_have_text("4 answered")

    # A file to take home, and the next group in one click.
    board.get_by_role("button", name="More").press("Enter")
    board.get_by_role("button", name="Save", exact=True).press("Enter")
    with board.expect_download() as saved:
        board.get_by_role("button", name="Save a file to go on with").press("Enter")
    assert saved.value.suggested_filename == "our-room.json"
    board.keyboard.press("Escape")
    board.get_by_role("button", name="Next group").press("Enter")
    expect(phones[0].get_by_text("This session is over")).to_be_visible()
    expect(board.locator("#question")).to_have_text("Choose a question to begin.")
    board.reload()  # the projector's page may be opened again
    expect(board.get_by_label("Group", exact=True)).to_have_value("1")
    assert errors == []
    for context, _page in held:
        context.close()
