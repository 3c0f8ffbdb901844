"""The eight games on paper: a page for the trainer, one for the table, and cards to cut out.

A game is ``facilitator/games/NAME.toml``; its rules as code, and where its numbers usually fall,
stand in `toolkit.room.paper`. All of these are needed:

``title``, ``lesson``, ``minutes``, ``people``
    What it is called, the lesson it belongs to, how long it takes, who plays.
``aim``, ``rules``
    For the table: one sentence, and a list. They say nothing of what will come.
``bring``, ``prepare``, ``ask``, ``run``, ``comes``, ``limits``, ``access``, ``lab``
    For the trainer: lists, but for ``ask`` (the prediction, before anybody plays) and ``lab``
    (how to see the same in the lesson). ``comes`` says where the numbers usually fall.
``[[debrief]]``
    ``ask`` and ``strong``. The guide of the lesson has more.
``[[score]]``
    A table to write in: ``title``, ``columns``, ``rows`` (a list, or the name of a fact: a number
    or a list), and ``total`` if there is a last row.
``[entry]``, ``[plot]``
    What a trainer types for each table of people, and what is drawn of it: the entry of that name,
    or the entry ``of`` divided by the entry ``to``, ``times`` a number. The plays of the model
    beside it have the name of the plot; where ``ways`` is true, they are all the ways there are.
``[cards]``
    The words on the cards.
``[facts]``
    May be left out. As in `toolkit.room.facts`. Words may also name the facts of `known`.

The words are templates and may hold ``**bold**`` and links to sources, as those of a guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from toolkit import evidence
from toolkit.models.cases import reviews
from toolkit.models.logics import FIVE
from toolkit.room import paper
from toolkit.room.cards import CARDS, card_after
from toolkit.room.facts import facts
from toolkit.room.page import file_of, render, sheet
from toolkit.spc import deming
from toolkit.text.numbers import plain
from toolkit.text.templates import fill
from toolkit.text.words import Words, page_language

WORDS = Words("toolkit.room")
LINES = ("aim", "people", "ask", "lab")
LISTS = ("bring", "prepare", "run", "rules", "comes", "limits", "access")
DRAWN = 200  # plays of the model that a page draws


# --- what the words of a game may name ----------------------------------------------------------


def _dice() -> dict[str, Any]:
    average = float(np.mean(paper.DICE[""]))
    return {
        "people": paper.PEOPLE,
        "rounds": paper.ROUNDS,
        "average": average,
        "hoped": round(average * paper.ROUNDS),
        "counters": paper.counters_needed(),
    }


def _forms() -> dict[str, Any]:
    return {"forms": paper.FORMS, "desks": paper.DESKS}


def _beads() -> dict[str, Any]:
    return {
        "workers": len(deming.WORKERS),
        "names": [str(n) for n in range(1, len(deming.WORKERS) + 1)],
        "days": deming.DAYS,
        "paddles": len(deming.WORKERS) * deming.DAYS,
        "beads": deming.BEADS,
        "red": deming.RED,
        "paddle": deming.PADDLE,
        "window": paper.WINDOW,
    }


def _funnel() -> dict[str, Any]:
    return {"drops": paper.DROPS}


def _tokens() -> dict[str, Any]:
    by_rule = {
        rule: dict(zip(("hours", "gained", "gap"), paper.by_rule(rule), strict=True))
        for rule in ("good", "need")
    }
    ways = paper.plays("tokens")
    ends = {
        f"{end}_{name}": float(getattr(ways[f"own_{name}"], how)())
        for end, how in (("least", "min"), ("most", "max"))
        for name in ("gained", "gap")
    }
    return {
        "hours": paper.HOURS,
        "asking": paper.ASKING,
        "groups": [group.name for group in paper.GROUPS],
        "start": f"{sum(group.start for group in paper.GROUPS):g}",
        **by_rule,
        **ends,
    }


def _futures() -> dict[str, Any]:
    copied = paper.START + np.cumsum([card.copied for card in paper.futures()])
    return {
        "quarters": paper.QUARTERS,
        "start": paper.START,
        "carried": paper.settings_carried(),
        "copied_year": copied[3],
        "copied_end": copied[-1],
    }


def _case() -> dict[str, Any]:
    came = paper.forecasts_came()
    rates = reviews.base_rates(paper.EVERY)
    said = np.array([rates[name] for review in paper.case_reviews() for name in review.came])
    return {
        **reviews.FORECASTS,
        "every": paper.EVERY,
        "choices": list(reviews.CHOICES.values()),
        "review_cards": [str(card_after(each.month)) for each in paper.case_reviews()],
        "fifty": 100 * float(((0.5 - came) ** 2).mean()),
        "base": 100 * float(((said - came) ** 2).mean()),
        "outcome": evidence.case(paper.CASE).outcome_text,
    }


def _glasses() -> dict[str, Any]:
    here = paper.different_changes(paper.glasses())
    return {"here": here, "logics": [logic.name for logic in FIVE.values()]}


KNOWN: dict[str, Callable[[], dict[str, Any]]] = {
    "dice": _dice,
    "forms": _forms,
    "beads": _beads,
    "funnel": _funnel,
    "tokens": _tokens,
    "futures": _futures,
    "case": _case,
    "glasses": _glasses,
}


def known(name: str) -> dict[str, Any]:
    """Return what the words of a game may name besides its own facts.

    Parameters
    ----------
    name : str
        A key of `KNOWN`.

    Returns
    -------
    dict
        The sizes of the game, what follows from its rules, and the range of each of its numbers.
    """
    return {**KNOWN[name](), **paper.ranges(name)}


# --- a game, read and filled --------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """A table to write in."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    total: str


@dataclass(frozen=True)
class PaperGame:
    """A game with every gap filled; texts are Markdown.

    ``cards`` are words with their gaps open, ``facts`` what they may name; ``entry`` and ``plot``
    are as in the file.
    """

    name: str
    title: str
    lesson: str
    minutes: int
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    debrief: tuple[Mapping[str, str], ...]
    score: tuple[Score, ...]
    entry: Mapping[str, Mapping[str, Any]]
    plot: Mapping[str, Mapping[str, Any]]
    cards: Mapping[str, Any]
    facts: Mapping[str, Any]

    def say(self, key: str, **more: Any) -> str:
        """Return words of the cards, with facts filled in."""
        return fill(self.cards[key], {**self.facts, **more})


@cache
def game(name: str) -> PaperGame:
    """Return one of the games.

    Parameters
    ----------
    name : str
        A key of `KNOWN`.

    Raises
    ------
    KeyError
        If the file lacks something.
    """
    said = file_of("games", name)
    held = {**known(name), **facts(said.get("facts", {}), said["lesson"])}

    def rows(of: list[str] | str) -> tuple[str, ...]:
        found = held[of] if isinstance(of, str) else of
        return tuple(
            str(each) for each in (range(1, found + 1) if isinstance(found, int) else found)
        )

    return PaperGame(
        name=name,
        title=said["title"],
        lesson=said["lesson"],
        minutes=said["minutes"],
        texts={key: fill(said[key], held) for key in LINES},
        lists={key: tuple(fill(each, held) for each in said[key]) for key in LISTS},
        debrief=tuple(said["debrief"]),
        score=tuple(
            Score(each["title"], tuple(each["columns"]), rows(each["rows"]), each.get("total", ""))
            for each in said["score"]
        ),
        entry=said["entry"],
        plot=said["plot"],
        cards=said["cards"],
        facts=held,
    )


# --- the pages ----------------------------------------------------------------------------------


def sheets() -> dict[str, str]:
    """Return the pages of all games, by the name of their files."""
    pages = {}
    for name in KNOWN:
        told = game(name)
        for kind, page in (("trainer", trainer), ("table", table_rules), ("cards", cards)):
            pages[f"game-{name}-{kind}.html"] = page(told)
    return {**pages, "our-numbers.html": our_numbers()}


def _sheet(told: PaperGame, kind: str, template: str, **named: Any) -> str:
    title = WORDS.say(f"game.{kind}", title=told.title)
    body = render(template, game=told, words=WORDS["game"], say=WORDS.say, **named)
    # Cards have a size of their own, which no smaller paper holds.
    return sheet(title, body, "A4 portrait" if kind == "cards" else "A4", style="games.css")


def trainer(told: PaperGame) -> str:
    """Return what the trainer of a game needs, with the numbers that usually come."""
    return _sheet(told, "trainer", "game_trainer.html", ranges=_ranges(told))


def table_rules(told: PaperGame) -> str:
    """Return the rules for a table of people, and their score sheet."""
    return _sheet(told, "table", "game_table.html")


def cards(told: PaperGame) -> str:
    """Return the cards and sheets of a game, fronts and backs in turn."""
    return _sheet(told, "cards", "game_cards.html", parts=CARDS[told.name](told))


# --- the room's numbers -------------------------------------------------------------------------


def _ranges(told: PaperGame) -> list[dict[str, Any]]:
    """Return each number of a game with its plays, and between which two most of them lie."""
    found = []
    for name, plot in told.plot.items():
        each, ways = paper.plays(told.name)[name], plot.get("ways", False)
        usual = paper.ranges(told.name)[name]
        low, high = (each.min(), each.max()) if ways else (usual.low, usual.high)
        step = max(1, len(each) // DRAWN)
        digits = 2 if (each % 1).any() else 0
        found.append(
            {
                **plot,
                "of": plot.get("of", name),
                "to": plot.get("to", ""),
                "times": plot.get("times", 1),
                "ways": ways,
                "low": plain(round(float(low), digits)),
                "middle": plain(round(usual.middle, digits)),
                "high": plain(round(float(high), digits)),
                "plays": [plain(round(float(x), 2)) for x in each[::step]],
            }
        )
    return found


def our_numbers() -> str:
    """Return the page that shows the room's numbers beside the plays of the model."""
    held = [
        {
            "name": told.name,
            "title": told.title,
            "entry": [{"name": name, "min": 0, **each} for name, each in told.entry.items()],
            "plot": _ranges(told),
        }
        for told in map(game, KNOWN)
    ]
    return render("numbers.html", words=WORDS["game.numbers"], language=page_language(), games=held)
