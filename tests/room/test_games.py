"""The pages of the games: cards that can be cut, nothing told too soon, no figure typed."""

import html
import json
import re
import tomllib

import pytest

from toolkit import evidence
from toolkit.models.cases import reviews
from toolkit.room import cards, games, paper
from toolkit.room.page import FACILITATOR, inline
from toolkit.spc import deming

NAMES = list(games.KNOWN)
GAP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
LESSON = re.compile(r"\blesson \d\d", re.IGNORECASE)


@pytest.fixture(scope="module")
def sheets():
    return games.sheets()


def text(page):
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def said(name):
    return tomllib.loads(((FACILITATOR / "games") / f"{name}.toml").read_text(encoding="utf-8"))


def decks(name):
    return [part for part in cards.CARDS[name](games.game(name)) if isinstance(part, cards.Deck)]


def test_every_game_has_its_file_its_rules_and_three_pages(sheets):
    assert {path.stem for path in (FACILITATOR / "games").glob("*.toml")} == set(NAMES)
    assert set(NAMES) == set(paper.GAMES) == set(cards.CARDS)
    kinds = [f"game-{name}-{kind}.html" for name in NAMES for kind in ("trainer", "table", "cards")]
    assert list(sheets) == [*kinds, "our-numbers.html"]


@pytest.mark.parametrize("name", NAMES)
def test_no_result_is_typed(name):
    for each in [*said(name)["comes"], said(name)["ask"], *said(name)["rules"]]:
        plain = LESSON.sub("", GAP.sub("", each))
        scale = re.sub(r"0 to 100\. 100 means|quarter 4", "", plain)
        assert not re.search(r"\d", scale), each


@pytest.mark.parametrize("name", NAMES)
def test_a_table_reads_nothing_of_what_will_come(sheets, name):
    shown = text(sheets[f"game-{name}-table.html"])
    told = text(sheets[f"game-{name}-trainer.html"])
    game = games.game(name)
    for each in game.lists["comes"]:
        plain = text(str(each))
        assert plain in told
        assert plain not in shown
    for rule in game.lists["rules"]:
        assert re.findall(r"\w+", rule) == re.findall(r"\w+", text(str(inline(rule))))
        assert text(str(inline(rule))) in shown


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_room_has_plays_to_stand_beside(name):
    game = games.game(name)
    assert set(game.plot) <= set(paper.plays(name))
    for key, plot in game.plot.items():
        of, to = plot.get("of", key), plot.get("to")
        assert of in game.entry
        assert to is None or game.entry[to]["above"]  # nothing is divided by nought
        if to is None:
            most = game.entry[of]["max"]
            assert paper.plays(name)[key].max() <= most
            assert paper.plays(name)[key].min() >= game.entry[of].get("min", 0)


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_is_drawn(name):
    game = games.game(name)
    drawn = {plot.get("of", key) for key, plot in game.plot.items()}
    assert set(game.entry) == drawn | {p["to"] for p in game.plot.values() if "to" in p}


@pytest.mark.parametrize("name", NAMES)
def test_a_back_lies_behind_its_front_when_the_sheet_is_turned_on_its_long_edge(name):
    for deck in decks(name):
        for fronts, backs in deck.pages:
            assert len(fronts) == len(backs) == deck.columns * deck.rows
            for place, card in enumerate(fronts):
                row, column = divmod(place, deck.columns)
                assert backs[row * deck.columns + deck.columns - 1 - column] is card


@pytest.mark.parametrize("name", NAMES)
def test_cards_are_numbered_once_each(name):
    for deck in decks(name):
        numbers = [card[0] for fronts, _ in deck.pages for card in fronts if card]
        assert numbers == list(range(deck.first, deck.first + len(deck.cards)))


@pytest.mark.parametrize("name", NAMES)
def test_cards_keep_their_size_on_a4_and_are_told_how_to_print(sheets, name):
    page = sheets[f"game-{name}-cards.html"]
    assert "@page { size: A4 portrait; }" in page
    assert "turn over on the long edge" in page
    fronts = sum(len(deck.pages) for deck in decks(name))
    loose = len(cards.CARDS[name](games.game(name))) - len(decks(name))
    assert page.count('<section class="sheet">') == 2 * fronts + loose


def test_a_card_that_is_drawn_blind_does_not_tell_by_its_back():
    numbers = next(deck for deck in decks("dice") if deck.columns == 3)
    assert not numbers.numbered
    pack = decks("tokens")[0]
    asking = [text(card.front) for card in pack.cards]
    assert sorted(asking) != asking  # in the order of the groups a number would tell
    assert sorted(map(asking.count, set(asking))) == sorted(paper.ASKING)


def test_the_printed_beads_are_those_of_the_rules(sheets):
    page = sheets["game-beads-cards.html"]
    assert page.count("<circle") == deming.BEADS
    assert page.count('fill="currentColor"/>') == deming.RED


def test_the_window_of_the_paddle_shows_as_many_beads_as_the_rules_say():
    box, paddle, _roles = cards.CARDS["beads"](games.game("beads"))
    size = re.search(r'viewBox="0 0 (\d+) (\d+)" width="(\d+)mm"', box)
    hole = re.findall(r'<rect [^>]*width="([\d.]+)" height="([\d.]+)"', paddle)[-1]
    frame = re.search(r'viewBox="0 0 (\d+) \d+" width="(\d+)mm"', paddle)
    assert (float(hole[1]), float(hole[0])) == paper.WINDOW
    assert int(size[3]) / int(size[1]) == int(frame[2]) / int(frame[1])  # one scale


def test_a_case_card_shows_no_month_of_a_later_card():
    case = evidence.case(paper.CASE)
    values = reviews.monthly(case, case.tracked_measure)
    deck = decks("case")[0]
    for quarter in range(1, paper.QUARTERS + 1):
        front = deck.cards[quarter].front
        shown = [float(each) for each in re.findall(r"<td>([\d.]+)</td>", front)]
        assert shown == values[3 * (quarter - 1) : 3 * quarter].tolist()
        assert front.count("<circle") == 3 * quarter


def test_the_axis_of_a_case_tells_nothing_of_its_end():
    case = evidence.case(paper.CASE)
    first = decks("case")[0].cards[1].front
    low, high = (float(each) for each in re.findall(r'text-anchor="end">(\d+)</text>', first))
    values = reviews.monthly(case, case.tracked_measure)
    assert low == 0
    assert high == pytest.approx(cards.ABOVE * max(values[: reviews.BASELINE]), abs=1)


def test_there_are_paper_patients_enough():
    patients = decks("dice")[-1]
    assert len(patients.cards) >= paper.counters_needed()


def test_a_review_stands_on_the_back_of_the_card_that_must_wait():
    deck = decks("case")[0]
    stops = [n for n, card in enumerate(deck.cards) if "Review" in card.back]
    assert stops == [cards.card_after(each.month) for each in paper.case_reviews()]
    assert games.game("case").score[0].rows == tuple(map(str, stops))
    for stop in stops:  # the limits that the forecast is about lie open by then
        assert "Limits for the next" in text(deck.cards[stop - 1].front)


def test_the_cost_of_a_forecast_is_the_score_of_the_lesson():
    rows = re.findall(
        r"<tr><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td></tr>", decks("case")[0].cards[-1].front
    )
    assert [int(row[0]) for row in rows] == paper.STEPS.tolist()
    for sure, true, false in rows:
        for cost, came in ((true, True), (false, False)):
            assert int(cost) == pytest.approx(100 * reviews.brier([int(sure) / 100], [came]))


def test_a_pair_of_glasses_shows_its_own_figures_and_keeps_its_finding_for_the_back():
    for card, glass in zip(decks("glasses")[0].cards[1:], paper.glasses(), strict=True):
        assert text(str(glass.finding)) not in text(card.front)
        assert text(str(glass.finding)) in text(card.behind)


def test_our_numbers_holds_every_game_and_its_plays(sheets):
    page = sheets["our-numbers.html"]
    held = json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1]
    )
    assert [each["name"] for each in held] == NAMES
    for game in held:
        for plot in game["plot"]:
            assert plot["low"] <= plot["middle"] <= plot["high"]
            assert 50 <= len(plot["plays"]) <= 1.5 * games.DRAWN
