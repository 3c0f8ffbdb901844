"""A film strip: four moments of what a stage plays, for viewers without a kernel and for print."""

from __future__ import annotations

import base64
import html
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

MOMENTS = 4
WIDE, HIGH, TOP, FLOOR = 720, 96, 34, 16  # pixels: the strip, one moment, the names, the counts
LANE = 18  # pixels: the name of a lane, above those of its places
SIZE, ROWS = 3.2, 5  # pixels: half a person; how many stand behind each other
TALL = 4.2  # half persons from one row to the next
LOW = {"bead": 2.6, "red": 2.6, "coin": 2.6}  # the same for looks that are lower
SINGLE = ("binder",)  # looks that stand for one, however many people a figure stands for
STYLE = (
    "svg{background:#f6f9fc;color:#10243a}text{font:11px system-ui,sans-serif;fill:currentColor}"
    ".n{font-weight:600}.person,.form{fill:#0b57a4}.need{fill:#a23b00}.bead{fill:#7d8a96}"
    ".binder{fill:#7a4b00}.red{fill:#b3261e}.staff{fill:#5c6670}.floor{fill:#9aa4ad}"
    ".little{fill:#0b57a4}.quiet{fill:#d2dae1}.here{fill:#fff3c4}"
    ".token{fill:#fff;stroke:#10243a}.token.crate{fill:#e8c48a}"
)
PERSON = '<circle cy="-2.6" r=".62"/><rect x="-.85" y="-1.8" width="1.7" height="1.9" rx=".7"/>'
LOOKS = {
    "person": PERSON,
    "need": f'{PERSON}<path d="M-1.25 .1L-1-1.9h.2L-.95 .1zM1.25 .1L1-1.9h-.2L.95 .1z"/>',
    "little": (
        '<path fill-rule="evenodd" d="M-.85-.9v-.2a.7.7 0 0 1 .7-.7h.3a.7.7 0 0 1 .7.7v.5a.7.7'
        ' 0 0 1-.7.7h-.3a.7.7 0 0 1-.7-.7zM-.45-1.45v1.15h.9v-1.15z"/><circle cy="-2.6" r=".62"/>'
    ),
    "staff": f'{PERSON}<rect x="-1" y="-3.5" width="2" height=".55" rx=".2"/>',
    "form": '<path d="M-1 0V-2.6H.4L1-2V0z"/>',
    "binder": (
        '<path fill-rule="evenodd" d="M-.8 0V-3.2H.8V0z'
        'M.35-.9a.35.35 0 1 0-.7 0a.35.35 0 1 0 .7 0z"/>'
    ),
    "bead": '<circle cy="-1" r="1"/>',
    "red": (
        '<path fill-rule="evenodd" d="M1-1a1 1 0 1 0-2 0a1 1 0 1 0 2 0z'
        'M.4-1a.4.4 0 1 0-.8 0a.4.4 0 1 0 .8 0z"/>'
    ),
}
# Not in the picture of a lane that has none of them.
RARE = {
    "coin": (
        '<g fill="#8a6100"><circle cy="-1" r=".6"/><path fill-rule="evenodd" '
        'd="M1-1a1 1 0 1 0-2 0a1 1 0 1 0 2 0zM.8-1a.8.8 0 1 0-1.6 0a.8.8 0 1 0 1.6 0z"/></g>'
    ),
}


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
        figures.append(
            f'<use href="#{look}" class="{look if _sees(lane, place, look) else "quiet"}" '
            f'transform="translate({x:.0f} {y:.0f}) scale({SIZE})"/>'
        )
    if len(queue) > len(drawn):
        more, up = len(queue) - len(drawn), ROWS * TALL * SIZE
        figures.append(f'<text x="{left:.0f}" y="{-up:.0f}">+{more}</text>')
    return "".join(figures)


def _moment(lane: Mapping[str, Any], tick: int, wide: float, each: int) -> str:
    room = wide / len(lane["places"])
    parts = [f'<rect class="floor" y="1" width="{wide:.0f}" height="1.5"/>']
    for place, queue in enumerate(standing(lane, tick)):
        left, staff = place * room, lane["places"][place]["staff"]
        single = sum(lane["looks"][who] in SINGLE for who in queue) if lane["looks"] else 0
        count = (len(queue) - single) * each + single
        if lane["lens"] and _sees(lane, place, "here"):
            parts.append(f'<rect class="here" x="{left:.0f}" y="{FLOOR - HIGH}" '
                         f'width="{room:.0f}" height="{HIGH - FLOOR}"/>')  # fmt: skip
        parts.append(_crowd(lane, place, queue, left + 2, room * (0.66 if staff else 0.94)))
        parts.append(f'<text class="n" x="{left + 2:.0f}" y="{FLOOR - 2}">{count}</text>')
        if staff:
            middle = left + room * 0.82
            ink = "staff" if _sees(lane, place, "staff") else "quiet"
            parts.append(f'<use href="#person" class="{ink}" transform="translate({middle:.0f} 0) '
                         f'scale({1.4 * SIZE})"/>')  # fmt: skip
        token, texts = lane["shown"].get(place, ("", [None] * tick))
        text = texts[tick - 1] if tick else None
        if text is not None:
            long = 12 + 6 * len(text)
            parts.append(f'<rect class="token {token}" x="{middle - long / 2:.0f}" y="-40" rx="3" '
                         f'width="{long}" height="18"/><text x="{middle:.0f}" y="-27" '
                         f'text-anchor="middle">{html.escape(text)}</text>')  # fmt: skip
    return "".join(parts)


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
    seen = {look for lane in trace["lanes"] for look in lane["looks"]}
    looks = LOOKS | {look: d for look, d in RARE.items() if look in seen}
    shapes = "".join(f'<g id="{look}">{d}</g>' for look, d in looks.items())
    top = LANE * any(lane["name"] for lane in trace["lanes"])
    parts = []
    for n, lane in enumerate(trace["lanes"]):
        room = wide / len(lane["places"])
        inner = wide - 12
        names = [
            f'<text x="{n * wide + place * inner / len(lane["places"]) + 2:.0f}" '
            f'y="{top + 12 + 12 * row}">{html.escape(line)}</text>'
            for place, known in enumerate(lane["places"])
            for row, line in enumerate(textwrap.wrap(known["name"], max(6, int(room / 6)))[:2])
        ]
        if lane["name"]:
            parts.append(f'<text class="n" x="{n * wide + 2:.0f}" y="12">'
                         f'{html.escape(lane["name"])}</text>')  # fmt: skip
        parts += names
        for row, tick in enumerate(ticks):
            down = top + TOP + (row + 1) * HIGH - FLOOR
            moment = _moment(lane, tick, inner, trace["each"])
            parts.append(f'<g transform="translate({n * wide:.0f} {down})">{moment}</g>')
    high = top + TOP + len(ticks) * HIGH
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" '
        f'height="{high}"><style>{STYLE}</style><defs>{shapes}</defs>{"".join(parts)}</svg>'
    )
    source = base64.b64encode(drawing.encode("utf-8")).decode("ascii")
    words = html.escape(" ".join(said))
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in said)
    return f'<p><img alt="{words}" src="data:image/svg+xml;base64,{source}"/></p><ol>{lines}</ol>'
