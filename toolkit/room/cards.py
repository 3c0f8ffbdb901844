"""The cards and sheets of the games on paper: fronts, backs with numbers, and whole pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from toolkit import evidence
from toolkit.evidence import Case
from toolkit.lessons.l12_nine_cases.labs.casefile import lines as case_lines
from toolkit.models.cases import reviews
from toolkit.models.logics import FIVE
from toolkit.room import paper
from toolkit.room.page import render
from toolkit.text.numbers import written

if TYPE_CHECKING:
    from toolkit.room.games import PaperGame

PITCH = 3  # millimetres from one printed bead to the next
SHARES = (
    "utilisation", "outcome_lost", "flow_efficiency", "cycle_outcome", "low_given", "unmet_need",
    "equity_gap",
)  # fmt: skip
ABOVE = 1.3  # of the highest month of the first year: where the axis of a case ends


@dataclass(frozen=True)
class CutOut:
    """A card to cut out: its front, a title for its back, and what else stands on the back."""

    front: Markup
    back: str = ""
    behind: Markup | None = None


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
    cards: tuple[CutOut, ...]
    first: int = 1
    numbered: bool = True
    look: str = ""
    title: str = ""

    @property
    def pages(
        self,
    ) -> list[tuple[list[tuple[int, CutOut] | None], list[tuple[int, CutOut] | None]]]:
        """Fronts and backs by page; the rows of a back run from right to left."""
        size = self.columns * self.rows
        numbered: list[tuple[int, CutOut] | None] = list(enumerate(self.cards, self.first))
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


PrintedPart = Deck | Markup  # a Markup fills a page of its own


def _card(look: str, **named: Any) -> Markup:
    return render("card.html", look=look, **named)


def _dice_cards(told: PaperGame) -> list[PrintedPart]:
    people = range(1, paper.PEOPLE + 1)
    roles = ["first", *["middle"] * (paper.PEOPLE - 2), "last"]
    places = tuple(
        CutOut(_card("told", title=told.say("place", n=n), text=told.say(role)))
        for n, role in zip(people, roles, strict=True)
    )
    faces = tuple(CutOut(_card("big", title=str(face))) for face in paper.DICE[""])
    across, down = 8, 12
    patients = tuple(
        CutOut(_card("tiny", title=told.cards["counter"])) for _ in range(across * down)
    )
    return [
        Deck(
            2,
            3,
            (*places, CutOut(_card("told", title="", text=told.say("number")))),
            numbered=False,
            title=told.title,
        ),
        Deck(3, 2, faces, numbered=False, title=told.title),
        Deck(across, down, patients, look="tiny"),
    ]


def _forms_cards(told: PaperGame) -> list[PrintedPart]:
    rng = np.random.default_rng(paper.FORMS)
    letters = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ"))
    decks: list[PrintedPart] = []
    for title in told.cards["game"].values():
        forms = []
        for n in range(1, paper.FORMS + 1):
            code = "".join(rng.choice(letters, 3)) + f"-{rng.integers(100, 1000)}"
            digits = " ".join(rng.choice(list("1234567890"), 9, p=[0.08] * 6 + [0.28] + [0.08] * 3))
            one, other = rng.integers(11, 50, 2)
            given = (code, digits, f"{one} + {other} =", "")
            boxes = list(zip(told.cards["desks"], told.cards["tasks"], given, strict=True))
            forms.append(CutOut(_card("form", title=told.say("head", n=n), boxes=boxes)))
        decks.append(Deck(3, 4, tuple(forms), title=title))
    return decks


def _beads_cards(told: PaperGame) -> list[PrintedPart]:
    workers = [
        CutOut(_card("told", title=told.say("worker", n=n), text=told.say("does")))
        for n in told.facts["names"]
    ]
    others = [
        CutOut(_card("told", title=told.say(who), text=told.say(what)))
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


def _funnel_cards(told: PaperGame) -> list[PrintedPart]:
    cards = tuple(
        CutOut(_card("told", title=title, text=text)) for title, text in told.cards["rules"]
    )
    target = render(
        "target.html", title=told.say("sheet"), target=told.say("target"), lines=range(-12, 13)
    )
    return [target, Deck(2, 2, cards, title=told.title)]


def _tokens_cards(told: PaperGame) -> list[PrintedPart]:
    ladders = []
    for group in paper.GROUPS:
        steps = paper.ladder(group)
        more = [f"+{b - a:.1f}" for a, b in pairwise(steps)]
        rows = [
            (n, f"{step:.1f}", gain)
            for n, (step, gain) in enumerate(zip(steps, [*more, ""], strict=True))
        ]
        ladders.append((told.cards["groups"][group.name], rows))
    heads = [told.cards[key] for key in ("ladder", "health", "next")]
    asking = [
        CutOut(_card("told", title=told.cards["who"][group.name], text=told.say("asks")))
        for group, count in zip(paper.GROUPS, paper.ASKING, strict=True)
        for _ in range(count)
    ]
    order = np.random.default_rng(paper.HOURS).permutation(len(asking))
    hours = tuple(CutOut(_card("big", title=told.say("hour"))) for _ in range(paper.HOURS))
    return [
        render("ladders.html", ladders=ladders, heads=heads),
        # In the order of another pack, so that a number on a back does not tell who asks.
        Deck(6, 7, tuple(asking[n] for n in order), look="narrow", title=told.title),
        Deck(6, 7, hours, look="narrow", title=told.title),
    ]


def _futures_cards(told: PaperGame) -> list[PrintedPart]:
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
        cards.append(CutOut(front, told.say("quarter", n=n)))
    board = render(
        "futures_board.html",
        title=told.say("board"),
        axis=told.say("axis"),
        quarters=paper.QUARTERS,
        start=paper.START,
    )
    return [board, Deck(2, 2, tuple(cards), title=told.title)]


def _points(points: int) -> str:
    return f"{points:+d}".replace("-", "−") if points else "0"


def card_after(month: int) -> int:
    """Return the number of the first card of a case that is turned after a review."""
    return month // paper.QUARTER + 1


def _story(case: Case) -> list[tuple[str, str]]:
    """Return what the case room of lesson 12 says before the first figure."""
    copied = case.copied[:1].lower() + case.copied[1:]
    return case_lines("story", case=case, title=case.title, copied=copied)


def _case_cards(told: PaperGame) -> list[PrintedPart]:
    case = evidence.case(paper.CASE)
    label, unit, _better = reviews.MEASURES[case.tracked_measure]
    months, bands = reviews.opened(case, case.tracked_measure, paper.EVERY)
    # An axis from nought, made for the first year: one that fits the end would tell it.
    room = ABOVE * months["value"].head(reviews.BASELINE).max()
    ends = (0.0, max(room, months["value"].max(), bands["high"].max()))
    at = {card_after(each.month): each for each in paper.case_reviews()}
    start = _card("case", title=told.say("start"), subtitle=case.source, facts=_story(case))
    cards = [CutOut(start, told.say("start"))]
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
        cards.append(CutOut(front, f"{name}. {told.say('review')}" if n in at else name))
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
    cards += [CutOut(end, told.say("end")), CutOut(score, told.say("cost"))]
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


def _figure(name: str, value: float) -> str:
    """Return a figure of a logic as its card has it: a share in per cent."""
    return written(round(value * (100 if name in SHARES else 1), 1))


def _glasses_cards(told: PaperGame) -> list[PrintedPart]:
    case = evidence.case(paper.PLACE)
    stages = told.say("stages", stages=case.context["stages"])
    facts = [_story(case)[0], (told.say("stage"), stages)]
    place = _card("case", title=told.say("reads"), subtitle=case.source, facts=facts)
    cards = [CutOut(place, told.say("place"))]
    for glass in paper.glasses():
        logic, frame = FIVE[glass.logic], glass.reading.frame.drop(columns="weight")
        columns = list(frame.columns[1:])
        table = [
            (row["stage"], *(_figure(name, row[name]) for name in columns))
            for row in frame.to_dict("records")
        ]
        held = [
            (told.cards["facts"][key], _figure(key, value))
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
            table=table if columns else [],
            held=held,
            allowed=(told.say("allowed"), allowed),
        )
        said = [
            (told.say("finds"), str(glass.finding)),
            (told.say("would"), glass.change.words if glass.change else told.say("nothing")),
            (told.say("blind"), logic.blind_spot),
        ]
        cards.append(CutOut(front, logic.name, _card("finds", parts=said)))
    return [Deck(1, 2, tuple(cards), look="glasses", title=told.title)]


CARDS: dict[str, Callable[[PaperGame], list[PrintedPart]]] = {
    "dice": _dice_cards,
    "forms": _forms_cards,
    "beads": _beads_cards,
    "funnel": _funnel_cards,
    "tokens": _tokens_cards,
    "futures": _futures_cards,
    "case": _case_cards,
    "glasses": _glasses_cards,
}
