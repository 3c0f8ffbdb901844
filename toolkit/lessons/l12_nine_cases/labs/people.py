"""The people of a case on the stage: who leads, and who is willing to take part."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.evidence import Case
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.models.cases import reviews
from toolkit.screen.stage import Lane, as_moves

TEAM = 20  # figures, each for five of 100 staff
PLACES = {"unwilling": False, "willing": False, "leads": False}
LENS = {0: (), 1: ("staff",), 2: ("person",)}
BEFORE = 0.6  # ticks before the end of a month at which people set out


def facts(case: Case, month: int) -> dict[str, Any]:
    """Return who is there once so many months are open.

    Parameters
    ----------
    case : Case
        One of the nine.
    month : int
        Months that are open.
    """
    happened = reviews.events(case, month)
    came = dict(zip(happened["kind"], happened["month"], strict=True))  # the last of each kind
    begun, ended = case.start_month < month, reviews.ended(case) < month
    gone = came.get("leader leaves", -1) > came.get("leader arrives", -1)
    staff = pd.Series(reviews.monthly(case, "engagement"))[: max(month, 1)].dropna().iloc[-1]
    return {
        "approach": WORDS["endings"]["logics"][case.approach],
        "begun": begun,
        "ended": reviews.ended(case) if ended else None,
        "leads": begun and not ended and not gone,
        "left": came["leader leaves"] if gone else None,
        "willing": round(staff / (100 / TEAM)),
    }


def lane(case: Case, since: int, until: int) -> Lane:
    """Return the place of a case as the stage plays some of its months.

    Parameters
    ----------
    case : Case
        One of the nine.
    since, until : int
        The months that are open before the play, and after it.
    """
    moves: list[tuple[int, int, float]] = []
    where: dict[int, int] = {}
    for tick, month in enumerate(range(since, until + 1)):
        now = facts(case, month)
        wanted = {one: 1 if one < now["willing"] else 0 for one in range(TEAM)}
        wanted[TEAM] = 2 if now["leads"] else -1
        for who, to in wanted.items():
            if where.get(who, -1) != to:
                moves.append((who, to, max(tick - BEFORE, 0)))
                where[who] = to
    return Lane(PLACES, as_moves(moves), ["staff"] * TEAM + ["person"], lens=LENS)
