"""Pictures of a record: how far each lesson is done, and a flag for each settled prediction."""

from __future__ import annotations

import html

from toolkit.landing.lessons import progress
from toolkit.landing.page import icons
from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.calibration import settled
from toolkit.learning.record import Record
from toolkit.learning.words import lesson_folders, lesson_page, words_of
from toolkit.text.words import Words

WORDS = Words("toolkit.course")
WIDE, ROW, STEP = 420, 7, 56  # units of the drawings; stones in a row, and from one to the next
FLAGS = 18  # in a line
INK, TEAL, GOLD, CREAM, LINE = "#23333a", "#0b5568", "#e0ab3f", "#f6efe1", "#5b665f"


def _picture(high: int, words: str, drawn: list[str]) -> str:
    told = html.escape(words)
    return (
        f'<svg viewBox="0 0 {WIDE} {high}" role="img" aria-label="{told}" font-family="sans-serif" '
        'xmlns="http://www.w3.org/2000/svg" '
        f'style="display: block; width: 100%; max-width: 40rem; height: auto">'
        f'<rect width="{WIDE}" height="{high}" rx="12" fill="#e6f0f1"/>{"".join(drawn)}</svg>'
    )


def _stone(x: float, y: float, number: str, done: float, icon: str, *, turn: bool) -> str:
    """Draw a lesson as a stone: its ring shows how much is done, and a whole one is dark.

    Where the road turns down, the number stands above.
    """
    whole, round_it = done >= 1, 2 * 3.1416 * 20
    return (
        f'<g transform="translate({x:.0f} {y:.0f})">'
        f"<title>{html.escape(words_of(number).name)}</title>"
        f'<circle r="20" fill="{TEAL if whole else CREAM}" stroke="#c9c2ae" stroke-width="4"/>'
        f'<circle r="20" fill="none" stroke="{GOLD}" stroke-width="5" transform="rotate(-90)" '
        f'stroke-dasharray="{round_it * done:.1f} {round_it:.1f}"/>'
        f'<path transform="translate(-11 -11) scale(0.92)" d="{icon}" fill="none" '
        f'stroke="{"#ffffff" if whole else LINE}" stroke-width="1.8" stroke-linecap="round"/>'
        f'<text y="{-26 if turn else 36}" text-anchor="middle" font-size="11" fill="{INK}">'
        f"{number}</text></g>"
    )


def _link(number: str, answered: int, asked: int) -> str:
    """Return the name of a lesson as a link, and how much of it is answered."""
    name = html.escape(words_of(number).name)
    said = WORDS.say("picture.share", answered=answered, asked=asked) if answered else ""
    said = WORDS.say("picture.done") if answered == asked else said
    return f'<div><a href="{lesson_page(number)}">{name}</a>{f" · {said}" if said else ""}</div>'


def road(record: Record) -> tuple[str, str, str]:
    """Draw the lessons as stones on a road.

    Parameters
    ----------
    record : Record
        The learner's record.

    Returns
    -------
    drawing, words, names : str
        An SVG, what it shows, and the lessons by name as links, in HTML.
    """
    keys, numbers = record.answered(), list(lesson_folders())
    shares, names = {}, []
    for number in numbers:
        answered, asked = progress(number, keys)
        shares[number] = answered / asked if asked else 0
        names.append(_link(number, answered, asked))
    done = sum(share >= 1 for share in shares.values())
    begun = sum(0 < share < 1 for share in shares.values())
    words = WORDS.say("picture.road", done=done, begun=begun, of=len(numbers))
    rows = -(-len(numbers) // ROW)
    high, shapes, at = 30 + 74 * rows, icons(), []
    for place, number in enumerate(numbers):
        row, along = divmod(place, ROW)
        along = ROW - 1 - along if row % 2 else along
        at.append((number, 42 + STEP * along, 40 + 74 * row + 5 * (-1) ** place))
    line = "L".join(f"{x} {y}" for _, x, y in at)
    drawn = [
        f'<path d="M0 {high - 40}Q140 {high - 70} 300 {high - 44}T420 {high - 50}V{high - 12}'
        f'a12 12 0 0 1-12 12H12a12 12 0 0 1-12-12z" fill="#d5e3d0"/>',
        f'<path d="M{line}" fill="none" stroke="#e4d6b4" stroke-width="12"/>',
        *(
            _stone(
                x,
                y,
                number,
                shares[number],
                shapes.get(number, ""),
                turn=n % ROW == ROW - 1 and n + 1 < len(at),
            )
            for n, (number, x, y) in enumerate(at)
        ),
    ]
    named = f'<div style="columns: 2 17rem; max-width: 40rem">{"".join(names)}</div>'
    return _picture(high, words, drawn), words, named


def flags(record: Record) -> str:
    """Draw a flag for each settled prediction, by how sure it was; empty if there is none.

    A flag that flies came true; one that hangs down did not.

    Parameters
    ----------
    record : Record
        The learner's record.
    """
    drawn: list[str] = []
    y, entries = 8, settled(record).values()
    for sure, said in CONFIDENCE.items():
        held = sorted((e["came"] for e in entries if e["sure"] == sure), reverse=True)
        if not held:
            continue
        facts = {"said": said, "came": sum(held), "asked": len(held), "chance": float(sure)}
        drawn.append(
            f'<text x="16" y="{y + 14}" font-size="12" fill="{INK}">'
            f"{html.escape(WORDS.say('picture.band', **facts))}</text>"
        )
        for place, came in enumerate(held):
            row, along = divmod(place, FLAGS)
            x, foot = 22 + 21.5 * along, y + 50 + 32 * row
            cloth = "M0-26h14l-4 5 4 5h-14z" if came else "M0-26q5 2 5 16l-2-3-3 3z"
            drawn.append(
                f'<g transform="translate({x:.0f} {foot})">'
                f'<path d="M0 0v-26" stroke="{INK}" stroke-width="2"/>'
                f'<path d="{cloth}" fill="{TEAL if came else "#8d948f"}"/></g>'
            )
        y += 58 + 32 * ((len(held) - 1) // FLAGS)
    words = WORDS.say("picture.flags")
    return f"{_picture(y + 8, words, drawn)}<p>{html.escape(words)}</p>" if drawn else ""
