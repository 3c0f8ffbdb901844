"""The people of a case as the open months leave them: who leads, who is trained, who is willing."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd

from toolkit.evidence import Case
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS
from toolkit.models.cases import reviews

TEAM = 20  # figures, each for five of 100 staff
WIDE, HIGH = 300, 196
LONG = 39  # letters that the board holds in the usual size
INK, LEAD, COACH, WILLING = "#23333a", "#0b5568", "#8a6100", "#3f7a3a"
OTHER, GONE = "#b4bfc3", "#6d787f"


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
        "month": month,
        "approach": WORDS["endings"]["logics"][case.approach],
        "begun": begun,
        "ended": reviews.ended(case) if ended else None,
        "leads": begun and not ended and not gone,
        "left": came["leader leaves"] if gone else None,
        "trained": came.get("training"),
        "willing": round(staff / (100 / TEAM)),
        "team": TEAM,
    }


def _person(x: float, y: float, size: float, colour: str = "") -> str:
    """Draw somebody; whoever is not there, or not any more, is an outline."""
    look = f'fill="{colour}"' if colour else f'fill="none" stroke="{GONE}" stroke-dasharray="3 3"'
    body = (
        f"M{x - size} {y}v{-1.6 * size}q0 {-1.1 * size} {size} {-1.1 * size}"
        f"t{size} {1.1 * size}v{1.6 * size}z"
    )
    head = f'<circle cx="{x}" cy="{y - 3.7 * size}" r="{0.85 * size}" {look}/>'
    return f'<path d="{body}" {look}/>{head}'


def _text(x: float, y: float, words: str, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    size = 14.5 if len(words) <= LONG else 12.5
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" fill="{INK}"{weight}>'
        f"{html.escape(words)}</text>"
    )


def drawn(case: Case, month: int) -> str:
    """Return the people of a case as a drawing, with what it shows as its description.

    Parameters
    ----------
    case : Case
        One of the nine.
    month : int
        Months that are open.
    """
    now = facts(case, month)
    said = {key: WORDS.say(f"people.{key}", **now) for key in WORDS["people"]}
    runs = now["begun"] and now["ended"] is None
    edge = "" if runs else ' stroke-dasharray="4 4"'
    made = [
        f'<rect width="{WIDE}" height="{HIGH}" rx="12" fill="#e6f0f1"/>',
        f'<rect x="20" y="10" width="{WIDE - 40}" height="26" rx="5" '
        f'fill="{"#ffffff" if runs else "none"}" stroke="{LEAD if runs else GONE}"{edge}/>',
        _text(WIDE / 2, 28, said["board"], bold=runs),
        _person(80, 88, 10, LEAD if now["leads"] else ""),
        _text(80, 106, said["leader"]),
        _person(220, 88, 10, COACH if now["trained"] is not None else ""),
        _text(220, 106, said["training"]),
    ]
    for one in range(TEAM):
        x, willing = 20 + one * (WIDE - 42) / (TEAM - 1), one < now["willing"]
        made.append(_person(round(x, 1), 166, 4.6, WILLING if willing else OTHER))
        if willing:  # whoever is willing puts a hand up
            made.append(
                f'<path d="M{x + 3.2:.1f} 157l4.6-13" stroke="{WILLING}" stroke-width="2.6" '
                'stroke-linecap="round"/>'
            )
    made.append(_text(WIDE / 2, 186, said["staff"]))
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{html.escape(said["told"])}" '
        'font-family="sans-serif" xmlns="http://www.w3.org/2000/svg" '
        f'style="display: block; width: 100%; max-width: 24rem">{"".join(made)}</svg>'
    )
