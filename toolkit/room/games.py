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

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from toolkit import evidence
from toolkit.evidence import Case
from toolkit.lessons.l12_nine_cases.labs.casefile import lines as case_lines
from toolkit.models.cases import reviews
from toolkit.models.logics import FIVE
from toolkit.room import paper
from toolkit.room.facts import facts
from toolkit.room.page import folder, render, sheet
from toolkit.spc import deming
from toolkit.text.numbers import plain, written
from toolkit.text.templates import fill
from toolkit.text.words import Words, page_language

WORDS = Words("toolkit.room")
LINES = ("aim", "people", "ask", "lab")
LISTS = ("bring", "prepare", "run", "rules", "comes", "limits", "access")
PITCH = 3  # millimetres from one printed bead to the next
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
    came = np.array([each for review in paper.case_reviews() for each in review.came.values()])
    rates = reviews.base_rates(paper.EVERY)
    said = np.array([rates[name] for review in paper.case_reviews() for name in review.came])
    return {
        **reviews.FORECASTS,
        "every": paper.EVERY,
        "choices": list(reviews.CHOICES.values()),
        "review_cards": [str(_card_after(each.month)) for each in paper.case_reviews()],
        "fifty": 100 * float(((0.5 - came) ** 2).mean()),
        "base": 100 * float(((said - came) ** 2).mean()),
        "outcome": evidence.case(paper.CASE).outcome_text,
    }


def _card_after(month: int) -> int:
    """Return the number of the first card that is turned after a review."""
    return month // paper.QUARTER + 1


def _glasses() -> dict[str, Any]:
    changes = {(g.change.lever, g.change.where) for g in paper.glasses() if g.change}
    return {"here": len(changes), "logics": [logic.name for logic in FIVE.values()]}


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
    said = tomllib.loads((folder("games") / f"{name}.toml").read_text(encoding="utf-8"))
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


# --- cards --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A card to cut out: its front, a title for its back, and what else stands on the back."""

    front: Markup
    back: str = ""
    behind: Markup = Markup("")


@dataclass(frozen=True)
class Deck:
    """Cards of one size, printed on both sides; or a whole sheet where there is no back.

    Parameters
    ----------
    columns, rows : int
        Cards across and down a page.
    cards : tuple of Card
        In order.
    first : int
        The number on the first back.
    numbered : bool
        Whether backs have numbers: not where a card is drawn blind and its number would tell.
    look : str
        A class of ``games.css``.
    title : str
        What the back names.
    """

    columns: int
    rows: int
    cards: tuple[Card, ...]
    first: int = 1
    numbered: bool = True
    look: str = ""
    title: str = ""

    @property
    def pages(self) -> list[tuple[list[tuple[int, Card] | None], list[tuple[int, Card] | None]]]:
        """Fronts and backs by page; the rows of a back run from right to left."""
        size = self.columns * self.rows
        numbered: list[tuple[int, Card] | None] = list(enumerate(self.cards, self.first))
        numbered += [None] * (-len(numbered) % size)
        found = []
        for begin in range(0, len(numbered), size):
            fronts = numbered[begin : begin + size]
            backs = [
                fronts[row * self.columns + column]
                for row in range(self.rows)
                for column in reversed(range(self.columns))
            ]
            found.append((fronts, backs))
        return found


Part = Deck | Markup  # a Markup fills a page of its own


def _card(look: str, **named: Any) -> Markup:
    return render("card.html", look=look, **named)


def _dice_cards(told: PaperGame) -> list[Part]:
    people = range(1, paper.PEOPLE + 1)
    roles = ["first", *["middle"] * (paper.PEOPLE - 2), "last"]
    places = tuple(
        Card(_card("told", title=told.say("place", n=n), text=told.say(role)))
        for n, role in zip(people, roles, strict=True)
    )
    faces = tuple(Card(_card("big", title=str(face))) for face in paper.DICE[""])
    across, down = 8, 12
    patients = tuple(Card(_card("tiny", title=told.cards["counter"])) for _ in range(across * down))
    return [
        Deck(
            2,
            3,
            (*places, Card(_card("told", title="", text=told.say("number")))),
            title=told.title,
        ),
        Deck(3, 2, faces, numbered=False, title=told.title),
        Deck(across, down, patients, look="tiny"),
    ]


def _forms_cards(told: PaperGame) -> list[Part]:
    rng = np.random.default_rng(paper.FORMS)
    letters = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
    decks: list[Part] = []
    for title in told.cards["game"].values():
        forms = []
        for n in range(1, paper.FORMS + 1):
            code = "".join(rng.choice(letters, 3)) + f"-{rng.integers(100, 1000)}"
            digits = " ".join(rng.choice(list("1234567890"), 9, p=[0.08] * 6 + [0.28] + [0.08] * 3))
            one, other = rng.integers(11, 50, 2)
            given = (code, digits, f"{one} + {other} =", "")
            boxes = list(zip(told.cards["desks"], told.cards["tasks"], given, strict=True))
            forms.append(Card(_card("form", title=told.say("head", n=n), boxes=boxes)))
        decks.append(Deck(3, 4, tuple(forms), title=title))
    return decks


def _beads_cards(told: PaperGame) -> list[Part]:
    workers = [
        Card(_card("told", title=told.say("worker", n=n), text=told.say("does")))
        for n in told.facts["names"]
    ]
    others = [
        Card(_card("told", title=told.say(who), text=told.say(what)))
        for who, what in (("foreman", "says"), ("counter", "counts"))
    ]
    rows, columns = paper.SHEET
    dots = [(column, row, bool(red)) for (row, column), red in np.ndenumerate(paper.bead_sheet())]
    down, across = paper.WINDOW
    box = render(
        "beads.html", title=told.say("sheet"), dots=dots, rows=rows, columns=columns, pitch=PITCH
    )
    paddle = render(
        "paddle.html",
        title=told.say("paddle"),
        window=told.say("window"),
        rows=down,
        columns=across,
        pitch=PITCH,
    )
    return [box, paddle, Deck(2, 4, (*workers, *others), title=told.title)]


def _funnel_cards(told: PaperGame) -> list[Part]:
    cards = tuple(
        Card(_card("told", title=title, text=text)) for title, text in told.cards["rules"]
    )
    target = render(
        "target.html", title=told.say("sheet"), target=told.say("target"), lines=range(-12, 13)
    )
    return [target, Deck(2, 2, cards, title=told.title)]


def _tokens_cards(told: PaperGame) -> list[Part]:
    ladders = []
    for group in paper.GROUPS:
        steps = paper.ladder(group)
        more = [f"+{b - a:.1f}" for a, b in zip(steps, steps[1:], strict=False)]
        rows = [
            (n, f"{step:.1f}", gain)
            for n, (step, gain) in enumerate(zip(steps, [*more, ""], strict=True))
        ]
        ladders.append((told.cards["groups"][group.name], rows))
    heads = [told.cards[key] for key in ("ladder", "health", "next")]
    asking = [
        Card(_card("told", title=told.cards["who"][group.name], text=told.say("asks")))
        for group, count in zip(paper.GROUPS, paper.ASKING, strict=True)
        for _ in range(count)
    ]
    order = np.random.default_rng(paper.HOURS).permutation(len(asking))
    hours = tuple(Card(_card("big", title=told.say("hour"))) for _ in range(paper.HOURS))
    return [
        render("ladders.html", ladders=ladders, heads=heads),
        # In the order of another pack, so that a number on a back does not tell who asks.
        Deck(6, 7, tuple(asking[n] for n in order), look="narrow", title=told.title),
        Deck(6, 7, hours, look="narrow", title=told.title),
    ]


def _futures_cards(told: PaperGame) -> list[Part]:
    def did(turn: paper.Turn) -> str:
        if turn.undone:
            return told.say("undone")
        if not turn.lever:
            return told.say("nothing")
        where = turn.where if turn.where != "whole pathway" else ""
        return told.say("did", what=told.cards["changes"][turn.lever], where=where)

    cards = []
    for n, card in enumerate(paper.futures(), 1):
        parts = [(told.say("all"), card.low)] if card.low == card.high else [
            (told.say("low", limit=card.limit), card.low),
            (told.say("high", limit=card.limit), card.high),
        ]  # fmt: skip
        front = _card(
            "future",
            title=told.say("quarter", n=n),
            months=told.say("months", first=paper.QUARTER * (n - 1) + 1, last=paper.QUARTER * n),
            copied=told.say("copied"),
            points=_points(card.copied),
            text=told.say("first" if n == 1 else "later"),
            own=told.say("own"),
            parts=[
                (head, [
                    (roll, did(turn), _points(turn.points))
                    for roll, turn in zip(told.cards["rolls"], turns, strict=True)
                ])
                for head, turns in parts
            ],
        )  # fmt: skip
        cards.append(Card(front, told.say("quarter", n=n)))
    board = render(
        "board.html",
        title=told.say("board"),
        axis=told.say("axis"),
        quarters=paper.QUARTERS,
        start=paper.START,
    )
    return [board, Deck(2, 2, tuple(cards), title=told.title)]


def _points(points: int) -> str:
    return f"{points:+d}".replace("-", "−") if points else "0"


def _story(case: Case) -> list[tuple[str, str]]:
    """Return what the case room of lesson 12 says before the first figure."""
    copied = case.copied[:1].lower() + case.copied[1:]
    return case_lines("story", case=case, title=case.title, copied=copied)


def _case_cards(told: PaperGame) -> list[Part]:
    case = evidence.case(paper.CASE)
    label, unit, _better = reviews.MEASURES[case.tracked_measure]
    months, bands = reviews.opened(case, case.tracked_measure, paper.EVERY)
    ends = (
        min(months["value"].min(), bands["low"].min()),
        max(months["value"].max(), bands["high"].max()),
    )
    at = {_card_after(each.month): each for each in paper.case_reviews()}
    start = _card("case", title=told.say("start"), subtitle=case.source, facts=_story(case))
    cards = [Card(start, told.say("start"))]
    for n, happened in paper.events_of():
        until = paper.QUARTER * n
        name = told.say("quarter", n=n)
        # The limits of the next stretch stand there before it opens: forecasts are about them.
        limits = bands[bands["start"] <= until]
        own = months.iloc[until - paper.QUARTER : until]
        values = [
            (month, told.say("missing") if np.isnan(value) else written(value))
            for month, value in zip(own["month"], own["value"], strict=True)
        ]
        figures = told.say("figures", measure=label, unit=unit)
        lines = happened or [told.say("nothing")]
        if n + 1 in at:
            last = limits.iloc[-1]
            lines = [*lines, told.say("limits", low=last["low"], high=last["high"], unit=unit)]
        front = _card(
            "case",
            title=name,
            subtitle=told.say("months", first=until - paper.QUARTER, last=until - 1),
            lines=lines,
            figures=figures,
            values=values,
            chart=_case_chart(months.head(until), limits, ends, figures),
        )
        cards.append(Card(front, f"{name}. {told.say('review')}" if n in at else name))
    answers = {True: told.say("yes"), False: told.say("no")}
    came = [
        (str(n), *(answers[review.came[key]] for key in reviews.FORECASTS))
        for n, review in at.items()
    ]
    end = _card(
        "case",
        title=told.say("end"),
        lines=[case.outcome_text],
        tables=[
            (told.say("came"), [told.say(key) for key in ("before", *reviews.FORECASTS)], came)
        ],
    )
    costs = [
        (said, *(round(100 * (said / 100 - happened) ** 2) for happened in (1, 0)))
        for said in paper.STEPS.tolist()
    ]
    score = _card(
        "case",
        title=told.say("cost"),
        tables=[(told.say("low"), [told.say(key) for key in ("sure", "true", "false")], costs)],
    )
    cards += [Card(end, told.say("end")), Card(score, told.say("cost"))]
    return [Deck(2, 2, tuple(cards), first=0, title=told.title)]


def _case_chart(
    months: pd.DataFrame, bands: pd.DataFrame, ends: tuple[float, float], label: str
) -> Markup:
    """Draw the months so far: dots joined by a line, and the limits that are known by then."""
    width, height = 240, 150
    low, high = ends

    def x(month: float) -> float:
        return round(26 + (width - 34) * month / (reviews.MONTHS - 1), 1)

    def y(value: float) -> float:
        return round(6 + (height - 24) * (high - value) / (high - low), 1)

    seen = months.dropna(subset="value")
    return render(
        "case_chart.html",
        label=label,
        width=width,
        height=height,
        dots=[(x(m), y(v)) for m, v in zip(seen["month"], seen["value"], strict=True)],
        bands=[
            (x(each["start"]), x(each["stop"] - 1), y(each["low"]), y(each["high"]))
            for each in bands.to_dict("records")
        ],
        ticks=[(x(m), str(m)) for m in range(0, reviews.MONTHS, reviews.YEAR)],
        levels=[(y(v), f"{v:.0f}") for v in ends],
    )


def _glasses_cards(told: PaperGame) -> list[Part]:
    case = evidence.case(paper.PLACE)
    stages = told.say("stages", stages=case.context["stages"])
    facts = [_story(case)[0], (told.say("stage"), stages)]
    place = _card("case", title=told.say("reads"), subtitle=case.source, facts=facts)
    cards = [Card(place, told.say("place"))]
    scale = dict.fromkeys(
        (
            "utilisation",
            "outcome_lost",
            "flow_efficiency",
            "cycle_outcome",
            "low_given",
            "unmet_need",
            "equity_gap",
        ),
        100,
    )
    for glass in paper.glasses():
        logic, frame = FIVE[glass.logic], glass.reading.frame.drop(columns="weight")
        columns = list(frame.columns[1:])
        table = [
            (row["stage"], *(written(round(row[c] * scale.get(c, 1), 1)) for c in columns))
            for row in frame.to_dict("records")
        ] if columns else []  # fmt: skip
        held = [
            (told.cards["facts"][key], written(round(value * scale.get(key, 1), 1)))
            for key, value in glass.reading.facts.items()
            if key in told.cards["facts"]
        ]
        allowed = [
            told.cards["changes"][lever] for lever in dict.fromkeys(m.lever for m in logic.moves)
        ]
        front = _card(
            "glass",
            title=logic.name,
            question=(told.say("question"), logic.question),
            figures=told.say("figures"),
            heads=[told.say("stage_head"), *(told.cards["columns"][c] for c in columns)],
            table=table,
            held=held,
            allowed=(told.say("allowed"), allowed),
        )
        said = [
            (told.say("finds"), str(glass.finding)),
            (told.say("would"), glass.change.words if glass.change else told.say("nothing")),
            (told.say("blind"), logic.blind_spot),
        ]
        cards.append(Card(front, logic.name, _card("finds", parts=said)))
    return [Deck(1, 2, tuple(cards), look="glasses", title=told.title)]


CARDS: dict[str, Callable[[PaperGame], list[Part]]] = {
    "dice": _dice_cards,
    "forms": _forms_cards,
    "beads": _beads_cards,
    "funnel": _funnel_cards,
    "tokens": _tokens_cards,
    "futures": _futures_cards,
    "case": _case_cards,
    "glasses": _glasses_cards,
}


# --- the pages ----------------------------------------------------------------------------------


def sheets() -> dict[str, str]:
    """Return the pages of all games, by the name of their files."""
    pages = {}
    for name in KNOWN:
        told = game(name)
        for kind, page in (("trainer", trainer), ("table", table), ("cards", cards)):
            pages[f"game-{name}-{kind}.html"] = page(told)
    return {**pages, "our-numbers.html": our_numbers()}


def _sheet(told: PaperGame, kind: str, template: str, **named: Any) -> str:
    style = files("toolkit.room").joinpath("games.css").read_text("utf-8")
    title = WORDS.say(f"game.{kind}", title=told.title)
    body = render(template, game=told, words=WORDS["game"], say=WORDS.say, **named)
    # Cards have a size of their own, which no smaller paper holds.
    return sheet(title, body, "A4 portrait" if kind == "cards" else "A4", style=style)


def trainer(told: PaperGame) -> str:
    """Return what the trainer of a game needs, with the numbers that usually come."""
    return _sheet(told, "trainer", "game_trainer.html", ranges=_ranges(told))


def table(told: PaperGame) -> str:
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
        found.append(
            {
                **plot,
                "of": plot.get("of", name),
                "to": plot.get("to", ""),
                "times": plot.get("times", 1),
                "ways": ways,
                "low": plain(round(float(low), 2)),
                "middle": plain(round(usual.middle, 2)),
                "high": plain(round(float(high), 2)),
                "plays": [plain(round(float(x), 2)) for x in each[::step]],
            }
        )
    return found


def our_numbers() -> str:
    """Return the page on which a trainer types the room's numbers and sees them beside the model's."""
    held = [
        {
            "name": told.name,
            "title": told.title,
            "entry": [{"name": name, "min": 0, **each} for name, each in told.entry.items()],
            "plot": _ranges(told),
        }
        for told in map(game, KNOWN)
    ]
    return render(
        "numbers.html",
        words=WORDS["game.numbers"],
        language=page_language(),
        data=Markup(json.dumps(held, ensure_ascii=False).replace("<", "\\u003c")),
        said=Markup(json.dumps(WORDS["game.numbers"], ensure_ascii=False).replace("<", "\\u003c")),
        games=held,
        script=Markup(files("toolkit.room").joinpath("numbers.js").read_text("utf-8")),
        style=Markup(files("toolkit.room").joinpath("print.css").read_text("utf-8")),
    )
