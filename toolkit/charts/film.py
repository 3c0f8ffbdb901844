"""A film strip: four moments of what a stage plays, for viewers without a kernel and for print."""

from __future__ import annotations

import base64
import html
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

MOMENTS = 4
WIDE, HIGH, TOP, FLOOR = 720, 96, 34, 16  # pixels: the strip, one moment, the names, the counts
LANE, MORE = 18, 13  # pixels: the name of a lane, above those of its places; one more line of it
LETTER = 7  # pixels that a letter of such a name takes at most
WALL = 0.86  # share of a room that its furniture takes
SIZE, ROWS = 3.2, 5  # pixels: half a person; how many stand behind each other
MANY = 40  # who are in a place at once before it gets twice the room
TALL = 4.2  # half persons from one row to the next
LOW = {"bead": 2.6, "white": 2.6, "red": 2.6, "coin": 2.6}  # the same for looks that are lower
LEGS = ((0.25, 0.17), (0.75, 0.83))  # of an easel, from its board to the floor: share of the width
SOFT = "\u00ad"  # a hyphen that shows only where a word is broken
SINGLE = ("binder",)  # looks that stand for one, however many people a figure stands for
STYLE = (
    "svg{background:#f3f7f6;color:#10243a}text{font:11px system-ui,sans-serif;fill:currentColor}"
    ".n{font-weight:600}.person,.form,.little{fill:#0b57a4}.need,.more{fill:#a23b00}.bead,.white{fill:#66737f}"
    ".binder{fill:#7a4b00}.red{fill:#b3261e}.coin{fill:#8a6100}.staff,.unwilling{fill:#1c4a55}"
    ".room{fill:#f4ede0}.floor{fill:#b08a5b}.quiet{fill:#cfcdc6}.here{fill:#ffe58a}"
    ".wall{fill:#e6dac5;fill-rule:evenodd}"
    ".token{fill:#fff;stroke:#10243a}.easel{fill:#fff;stroke:#b08a5b;stroke-width:2}"
)
CAP = '<rect x="-1" y="-3.5" width="2" height=".55" rx=".2"/>'
BODY = '<path d="M-.85 .1V-1.1a.8.8 0 0 1 .8-.8h.1a.8.8 0 0 1 .8.8V.1z"/>'
SHEET = '<path d="M-1 0V-2.6H.4L1-2V0z"/>'
HOLLOW = f'<path fill-rule="evenodd" {BODY[6:-3]}M-.45-1.45v1.15h.9v-1.15z"/>'
LOOKS = {
    "person": BODY,
    "need": BODY,
    "more": BODY,
    "little": HOLLOW,
    "staff": BODY + CAP,
    "unwilling": HOLLOW + CAP,
    "form": SHEET,
    "binder": (
        '<path fill-rule="evenodd" d="M-.8 0V-3.2H.8V0z'
        'M.35-.9a.35.35 0 1 0-.7 0a.35.35 0 1 0 .7 0z"/>'
    ),
    "bead": '<circle cy="-1" r="1"/>',
    "white": '<circle cy="-1" r="1"/>',
    "red": (
        '<path fill-rule="evenodd" d="M1-1a1 1 0 1 0-2 0a1 1 0 1 0 2 0z'
        'M.4-1a.4.4 0 1 0-.8 0a.4.4 0 1 0 .8 0z"/>'
    ),
    "coin": '<circle cy="-1" r="1"/>',
}
# What is painted over that, in colours of its own: people's heads, of five kinds.
HEAD = '<circle cy="-2.6" r=".72"/>'
HEADED = ("person", "need", "more", "little", "staff", "unwilling")
FACES = ("f0c8a4 5b3d2b", "8a5a3b 1d1718", "e3b088 2b2526", "f5d6bb a09a90", "c98f64 2b2526")
HAIR = "M-.78-2.58A.78.78 0 0 1 .7-3z"
OVER = {
    "more": '<path fill="#fff" d="M-.2-1.6h.4v.5h.5v.4h-.5v.5h-.4v-.5h-.5v-.4h.5z"/>',
    "need": '<path fill="#10243a" d="M.98.1v-1.5h-.48v-.3h.78v1.8z"/>',
    "form": f'<g fill="#fff" transform="translate(0 -.22) scale(.82)">{SHEET}</g>'
    '<path d="M-.6-.5h1.2v-.2h-1.2zM-.6-1h1.2v-.2h-1.2zM-.6-1.5h1.2v-.2h-1.2z"/>',
    "white": '<circle cy="-1" r=".8" fill="#fff"/>',
    "coin": '<circle cy="-1" r=".78" fill="#f2cf6b"/>',
}


def _shape(look: str, face: int | None) -> str:
    """Return how somebody is drawn; without a face, all in one colour."""
    if face is None:
        return LOOKS[look] + HEAD * (look in HEADED)
    if look not in HEADED:
        return LOOKS[look] + OVER.get(look, "")
    skin, hair = FACES[face].split()
    locks = f'<path fill="#{hair}" d="{HAIR}"/>' if CAP not in LOOKS[look] else ""
    return f'{LOOKS[look]}<g fill="#{skin}">{HEAD}</g>{locks}{OVER.get(look, "")}'


def _face(look: str, who: int) -> int:
    """Return whose face it is: the same as on the stage."""
    return ((who + 1) * 2654435761 % 2**32 >> 20) % len(FACES) if look in HEADED else 0


def _figure(look: str, who: int, colour: str, at: tuple[float, float], size: float) -> str:
    face = "" if colour == "quiet" else f"-{_face(look, who)}"
    return (
        f'<use href="#{look}{face}" class="{colour}" '
        f'transform="translate({at[0]:.0f} {at[1]:.0f}) scale({size:.3g})"/>'
    )


def standing(lane: Mapping[str, Any], tick: float) -> list[list[int]]:
    """Return who is in each place when the clock shows a tick, in the order they came.

    Parameters
    ----------
    lane : mapping
        ``places`` and ``moves``, as the stage takes them.
    tick : float
        The time.
    """
    queues: list[list[int]] = [[] for _ in lane["places"]]
    where: dict[int, int] = {}
    rows = zip(*(lane["moves"][name] for name in ("who", "n", "to", "at")), strict=True)
    for first, n, to, at in rows:
        if at > tick:
            break
        for who in range(first, first + n):
            if where.get(who, -1) >= 0:
                queues[where[who]].remove(who)
            where[who] = to
            if to >= 0:
                queues[to].append(who)
    return queues


def _sees(lane: Mapping[str, Any], place: int, what: str) -> bool:
    return not lane["lens"] or what in lane["lens"].get(place, ())


def _crowd(
    lane: Mapping[str, Any], place: int, queue: Sequence[int], left: float, room: float
) -> str:
    rise = max((LOW.get(look, TALL) for look in set(lane["looks"])), default=TALL)
    across, rows = max(1, int(room / (2.6 * SIZE))), int(ROWS * TALL / rise)
    drawn = queue[: across * rows]
    figures = []
    for n, who in enumerate(drawn):
        look = lane["looks"][who] if lane["looks"] else "person"
        x, y = left + (n % across + 0.5) * 2.6 * SIZE, -(n // across) * rise * SIZE
        colour = look if _sees(lane, place, look) else "quiet"
        figures.append(_figure(look, who, colour, (x, y), SIZE))
    if len(queue) > len(drawn):
        more, up = len(queue) - len(drawn), ROWS * TALL * SIZE
        figures.append(f'<text x="{left:.0f}" y="{-up:.0f}">+{more}</text>')
    return "".join(figures)


def _easel(text: str, left: float, wide: float) -> str:
    rows = textwrap.wrap(text, int((wide - 8) / LETTER * 1.2))
    middle = left + wide / 2
    lines = "".join(
        f'<text x="{middle:.0f}" y="{-46 + 12 * (n - (len(rows) - 1) / 2):.0f}" '
        f'text-anchor="middle">{html.escape(row)}</text>'
        for n, row in enumerate(rows)
    )
    legs = "".join(f"M{left + wide * a:.0f}-26L{left + wide * b:.0f} 1" for a, b in LEGS)
    return (
        f'<path class="easel" d="{legs}"/><rect class="easel" x="{left:.0f}" y="-74" rx="2" '
        f'width="{wide:.0f}" height="48"/>{lines}'
    )


def _spaces(queues: Sequence[Sequence[Sequence[int]]], wide: float) -> list[tuple[float, float]]:
    """Return where each place begins and how wide it is, from who is in it at each moment."""
    shares = [2 if max(map(len, there)) > MANY else 1 for there in zip(*queues, strict=True)]
    one = wide / sum(shares)
    return [(one * sum(shares[:n]), one * share) for n, share in enumerate(shares)]


def _moment(
    lane: Mapping[str, Any],
    tick: int,
    queues: Sequence[Sequence[int]],
    spaces: Sequence[tuple[float, float]],
    each: int,
) -> str:
    wide = sum(spaces[-1])
    rooms: list[str] = []
    parts: list[str] = []
    for place, (queue, (left, room)) in enumerate(zip(queues, spaces, strict=True)):
        staff = lane["places"][place]["staff"]
        single = sum(lane["looks"][who] in SINGLE for who in queue) if lane["looks"] else 0
        count = (len(queue) - single) * each + single
        here = lane["lens"] and _sees(lane, place, "here")
        for ink, top, high in [("here" if here else "room", FLOOR - HIGH + 4, HIGH - FLOOR - 3),
                               ("floor", 1, 1.5)]:  # fmt: skip
            rooms.append(f'<rect class="{ink}" x="{left:.0f}" y="{top}" '
                         f'width="{room - 2:.0f}" height="{high}"/>')  # fmt: skip
        furniture = lane["places"][place]["furniture"]
        if furniture and not here:
            scale = WALL * min(room, HIGH - FLOOR) / 100
            at = f"translate({left + room / 2 - 50 * scale:.1f} 1) scale({scale:.3g})"
            rooms.append(f'<path class="wall" d="{furniture}" transform="{at}"/>')
        token, texts = lane["shown"].get(place, ("", [None] * tick))
        if token == "easel":
            rooms.append(_easel(texts[tick] or "", left + 4, room * 0.64))
        parts.append(_crowd(lane, place, queue, left + 2, room * (0.66 if staff else 0.94)))
        parts.append(f'<text class="n" x="{left + 2:.0f}" y="{FLOOR - 2}">{count:,}</text>')
        if staff:
            middle = left + room * 0.82
            ink = "staff" if _sees(lane, place, "staff") else "quiet"
            parts.append(_figure("person", place, ink, (middle, 0), 1.4 * SIZE))
        text = texts[tick - 1] if tick else None
        if token != "easel" and text is not None:
            long = 12 + 6 * len(text)
            over = min(middle, wide - long / 2)
            parts.append(f'<rect class="token {token}" x="{over - long / 2:.0f}" y="-40" rx="3" '
                         f'width="{long}" height="18"/><text x="{over:.0f}" y="-27" '
                         f'text-anchor="middle">{html.escape(text)}</text>')  # fmt: skip
    return "".join(rooms + parts)


def _lines(name: str, letters: int) -> list[str]:
    """Return a name in lines; a word that is too long is broken at its soft hyphen."""
    words = (
        word.replace(SOFT, "- " if len(word.replace(SOFT, "")) > letters else "")
        for word in name.split()
    )
    return textwrap.wrap(" ".join(words), letters)


def film(trace: Mapping[str, Any]) -> str:
    """Return four moments of a trace as HTML: a drawing, and what is said at each of them.

    Parameters
    ----------
    trace : mapping
        What the stage plays, as it takes it.
    """
    if not trace["lanes"]:
        return ""
    ticks = sorted({round(trace["ticks"] * n / (MOMENTS - 1)) for n in range(MOMENTS)})
    said = [trace["said"][tick] for tick in ticks]
    wide = WIDE / len(trace["lanes"])
    heads = [textwrap.wrap(lane["name"], int(wide / LETTER)) for lane in trace["lanes"]]
    deep = max(map(len, heads))
    top = LANE + MORE * (deep - 1) if deep else 0
    parts = []
    for n, (lane, head) in enumerate(zip(trace["lanes"], heads, strict=True)):
        queues = [standing(lane, tick) for tick in ticks]
        spaces = _spaces(queues, wide - 12)
        names = [
            f'<text x="{n * wide + left + 2:.0f}" '
            f'y="{top + 12 + 12 * row}">{html.escape(line)}</text>'
            for known, (left, room) in zip(lane["places"], spaces, strict=True)
            for row, line in enumerate(_lines(known["name"], max(6, int(room / 6)))[:2])
        ]
        parts += [
            f'<text class="n" x="{n * wide + 2:.0f}" y="{12 + MORE * row}">'
            f"{html.escape(line)}</text>"
            for row, line in enumerate(head)
        ]
        parts += names
        for row, tick in enumerate(ticks):
            down = top + TOP + (row + 1) * HIGH - FLOOR
            moment = _moment(lane, tick, queues[row], spaces, trace["each"])
            parts.append(f'<g transform="translate({n * wide:.0f} {down})">{moment}</g>')
    high = top + TOP + len(ticks) * HIGH
    drawn = "".join(parts)
    shapes = "".join(
        f'<g id="{name}">{_shape(look, int(face) if face else None)}</g>'
        for name, look, face in sorted(set(re.findall(r'href="#((\w+)-?(\d?))"', drawn)))
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" '
        f'height="{high}"><style>{STYLE}</style><defs>{shapes}</defs>{drawn}</svg>'
    )
    source = base64.b64encode(drawing.encode("utf-8")).decode("ascii")
    words = html.escape(" ".join(said))
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in said)
    return f'<p><img alt="{words}" src="data:image/svg+xml;base64,{source}"/></p><ol>{lines}</ol>'
