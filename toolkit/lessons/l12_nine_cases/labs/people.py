"""A case on the stage: what it is judged by, who is willing to take part, and who leads."""

from __future__ import annotations

from typing import Any

from toolkit.evidence import Case
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.models.cases import reviews
from toolkit.screen.stage import Lane, as_moves

TEAM = 20  # figures, each for five of 100 staff
BEFORE = 0.9  # ticks before the end of a month at which people set out


def facts(case: Case, month: int) -> dict[str, Any]:
    """Return who and what is there once so many months are open.

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
    open_now = case.series.head(max(month, 1))
    staff, now = (open_now[each].dropna().iloc[-1] for each in ("engagement", case.tracked_measure))
    before = reviews.monthly(case, case.tracked_measure)[: case.start_month].mean()
    share = WORDS["case"]["seen"][case.id].get("share")
    return {
        "approach": WORDS["endings"]["logics"][case.approach],
        "begun": begun,
        "ended": reviews.ended(case) if ended else None,
        "leads": begun and not ended and not gone,
        "left": came["leader leaves"] if gone else None,
        "willing": round(staff / (100 / TEAM)),
        "seen": round(TEAM * now / (100 if share else before)),
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
    seen = WORDS["case"]["seen"][case.id]
    states = [facts(case, month) for month in range(since, until + 1)]
    most = max(now["seen"] for now in states)
    # Who is willing and who is not look different, so each of the staff is two figures.
    looks = [seen["look"]] * most + ["unwilling"] * TEAM + ["staff"] * (TEAM + 1)
    moves: list[tuple[int, int, float]] = []
    where: dict[int, int] = {}
    for tick, now in enumerate(states):
        there = (now["seen"], most), (TEAM - now["willing"], TEAM), (now["willing"], TEAM)
        places = [
            place if one < many else -1
            for place, (many, all_) in enumerate((*there, (now["leads"], 1)))
            for one in range(all_)
        ]
        for who, to in enumerate(places):
            if where.get(who, -1) != to:
                moves.append((who, to, max(tick - BEFORE, 0)))
                where[who] = to
    places = dict.fromkeys((seen["place"], "unwilling", "willing", "leads"), False)
    return Lane(places, as_moves(moves), looks)
