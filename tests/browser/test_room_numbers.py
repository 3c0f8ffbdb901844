"""The paper games as they print, and the page that shows the room's numbers beside the model's."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from toolkit.room import cards, games

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, tmp_path):
    file = tmp_path / "our-numbers.html"
    file.write_text(games.our_numbers(), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(file.as_uri())
    yield page
    assert wrong == []
    context.close()


def typed(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def test_tables_stand_beside_the_model_in_a_picture_in_words_and_in_a_table(page):
    typed(page, "Table 1: Home at the end, first game", "51")
    typed(page, "Table 2: Home at the end, first game", "90")
    part = page.locator("#results > section").first
    expect(part).to_contain_text(
        "Your 2 tables: 51 and 90. Their middle is 70.5. In that range: 1 of 2."
    )
    assert part.get_by_role("row").all_inner_texts()[1:] == [
        "Table 1\t51\tinside",
        "Table 2\t90\tabove",
    ]
    assert part.locator("svg text.few").all_text_contents() == ["1", "2"]
    assert "Your 2 tables" in part.get_by_role("img").get_attribute("aria-label")


def test_a_share_is_worked_out_from_two_numbers(page):
    page.get_by_label("The game:").select_option(label="The pack of forms")
    typed(page, "Table 1: Last form done, together", "1,200")
    typed(page, "Table 1: Last form done, one by one", "480.5")
    part = page.locator("#results > section").last
    expect(part).to_contain_text("Your table: 40.")
    expect(page.locator("#results > section").first).to_contain_text("not typed in yet")


@pytest.mark.parametrize("text", ["abc", "-3", "121", "1e5", "5 patients", "<b>5</b>"])
def test_what_cannot_be_used_is_told_and_the_rest_is_shown(page, text):
    typed(page, "Table 1: Home at the end, first game", "51")
    typed(page, "Table 2: Home at the end, first game", text)
    expect(page.locator("#problems")).to_contain_text(f"“{text}” cannot be used")
    expect(page.locator("#problems")).to_contain_text("from 0 to 120")
    expect(page.locator("#results > section").first).to_contain_text("Your table: 51.")
    assert page.locator("[aria-invalid=true]").count() == 1


def test_numbers_come_back_after_a_reload_and_go_for_the_next_group(page):
    typed(page, "Table 3: Still waiting, first game", "12,5")
    page.get_by_label("The game:").select_option(label="Red beads on paper")
    typed(page, "Table 1: Highest single dip", "15")
    page.reload()
    expect(page.get_by_label("Table 1: Highest single dip")).to_have_value("15")
    page.get_by_label("The game:").select_option(label="The dice line")
    expect(page.get_by_label("Table 3: Still waiting, first game")).to_have_value("12,5")
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Clear all numbers").click()
    page.reload()
    assert {each.input_value() for each in page.locator("input").all()} == {""}


@pytest.mark.parametrize(
    "address",
    [
        "#nonsense",
        "#%7B%22game%22%3A%22none%22%7D",
        "#%7B%22game%22%3A%22dice%22%2C%22typed%22%3A5%7D",
    ],
)
def test_a_strange_address_begins_afresh(page, address):
    page.goto(page.url.partition("#")[0] + address)
    page.reload()
    expect(page.get_by_role("heading", name="Home at the end, first game")).to_be_visible()
    assert {each.input_value() for each in page.locator("input").all()} == {""}


def test_twelve_tables_fit_and_the_keyboard_is_enough(page):
    more = page.get_by_role("button", name="Add a table")
    while more.is_enabled():
        more.focus()
        page.keyboard.press("Enter")
    assert page.locator("#entries tbody tr").count() == 12
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "Table 12: Home at the end, first game"
    page.keyboard.type("50")
    expect(page.locator("#results > section").first).to_contain_text("Your table: 50.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page, scheme):
    page.emulate_media(color_scheme=scheme)
    for name in games.KNOWN:
        page.get_by_label("The game:").select_option(name)
        page.locator("input").first.fill("1")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.response["violations"] == []


def test_nothing_has_to_be_scrolled_sideways_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", games.KNOWN)
def test_a_game_prints_on_the_pages_it_is_made_for(browser, name):
    told, made = games.game(name), browser.new_page()
    parts = cards.CARDS[name](told)
    sides = sum(2 * len(each.pages) if isinstance(each, cards.Deck) else 1 for each in parts)
    for print_, pages in ((games.trainer, 2), (games.table_rules, 2), (games.cards, sides)):
        made.set_content(print_(told))
        data = made.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/MediaBox ", data)) == pages
    made.emulate_media(media="print")
    made.set_viewport_size(
        {"width": 680, "height": 1017}
    )  # what the margins leave of A4, in pixels
    cut = made.locator(".cut").evaluate_all(
        "all => all.filter((e) => e.scrollHeight > e.clientHeight + 1).length"
    )
    assert cut == 0  # nothing of a card is cut off
    made.close()
