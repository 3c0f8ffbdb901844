"""The drawing under the map: where each lesson lies, the road between them, the land around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from toolkit.landing.lessons import Stop

WIDE, HIGH = 1120, 800  # the units of the drawing; the page stretches it
ROWS = (("why", "ways"), ("beside", "elsewhere"), ("cases", "own"))  # every second runs backwards
LEVELS = (158, 372, 612)  # where the rows lie
ENDS = ((86, 1000), (985, 160), (280, 745))  # where a row begins and ends
STEP = (300, 240, 465)  # the most between two lessons of a row
SWAY = 16  # how far the road swings up and down
DOOR = (918, 628)  # where the road ends
LEFT_BANK = (
    (806, 258),
    (724, 318),
    (676, 380),
    (654, 450),
    (590, 520),
    (534, 610),
    (500, 700),
    (478, HIGH),
)
RIGHT_BANK = (
    (806, 258),
    (766, 322),
    (728, 384),
    (698, 452),
    (644, 522),
    (596, 612),
    (572, 700),
    (558, HIGH),
)
BRIDGES = ((706, 371, -9), (564, 611, -2))  # and how far each is turned, in degrees

Point = tuple[float, float]

PLAIN = "M7 12a5 5 0 1 0 10 0a5 5 0 1 0-10 0"


def places(stops: Sequence[Stop]) -> dict[str, Point]:
    """Return where each lesson lies, by its number.

    Parameters
    ----------
    stops : sequence of Stop
        The lessons, in order.

    Returns
    -------
    dict of str to tuple of float
        Units of the drawing, from its upper left corner.
    """
    found = {}
    for parts, level, (begin, end), most in zip(ROWS, LEVELS, ENDS, STEP, strict=True):
        row = [stop.number for stop in stops if stop.part in parts]
        step = (end - begin) / max(len(row) - 1, 1)
        step = max(-most, min(step, most))
        for place, number in enumerate(row):
            found[number] = (begin + place * step, level + SWAY * (-1) ** place)
    return found


def smooth_path(points: Sequence[Point]) -> str:
    """Return a smooth path through points, as the ``d`` of an SVG path (Catmull and Rom's)."""
    if not points:
        return ""
    before = [points[0], *points]
    after = [*points[1:], points[-1], points[-1]]
    drawn = [f"M{points[0][0]:.0f} {points[0][1]:.0f}"]
    for place, ((ax, ay), (bx, by)) in enumerate(pairwise(points)):
        (px, py), (qx, qy) = before[place], after[place + 1]
        drawn.append(
            f"C{ax + (bx - px) / 6:.0f} {ay + (by - py) / 6:.0f} "
            f"{bx - (qx - ax) / 6:.0f} {by - (qy - ay) / 6:.0f} {bx:.0f} {by:.0f}"
        )
    return "".join(drawn)


def way(stops: Sequence[Stop], at: dict[str, Point]) -> list[Point]:
    """Return what the road runs through: the lessons, and a bend between two rows."""
    through: list[Point] = []
    for stop, after in zip(stops, [*stops[1:], None], strict=True):
        through.append(at[stop.number])
        if after is None:
            continue
        (x, y), (to_x, to_y) = at[stop.number], at[after.number]
        if to_y - y > 3 * SWAY:
            out = max(x, to_x) + 96 if x > WIDE / 2 else min(x, to_x) - 114
            through += [(out, y + (to_y - y) * 0.2), (out, y + (to_y - y) * 0.76)]
    return through


def _house(x: float, y: float, size: float = 1, kind: str = "house") -> str:
    a, b, c = 15 * size, 13 * size, 11 * size
    return (
        f'<g class="{kind}" transform="translate({x:.0f} {y:.0f})">'
        f'<path d="M{-a:.1f} 0V{-b:.1f}L0 {-b - c:.1f}L{a:.1f} {-b:.1f}V0z"/>'
        f'<path class="door" d="M{-3 * size:.1f} 0v{-8 * size:.1f}h{6 * size:.1f}V0z"/></g>'
    )


def _tree(x: float, y: float, size: float = 1) -> str:
    return (
        f'<g class="tree" transform="translate({x:.0f} {y:.0f}) scale({size})">'
        '<path d="M0 0v-12"/>'
        '<path class="crown" d="M0-34c9 0 12 8 11 14s-5 9-11 9-10-3-11-9 2-14 11-14z"/></g>'
    )


def _person(x: float, y: float) -> str:
    return (
        f'<g class="person" transform="translate({x:.0f} {y:.0f})"><circle cy="-15" r="3.6"/>'
        '<path d="M-4.5 0v-6a4.5 4.5 0 0 1 9 0v6z"/></g>'
    )


def _bridge(x: float, y: float, turn: float) -> str:
    rails = "M-46 13q46-15 92 0M-46-13q46-15 92 0M-30 9v-24M-10 6v-24M10 6v-24M30 9v-24"
    place = f"translate({x:.0f} {y:.0f}) rotate({turn:.0f})"
    return f'<g class="bridge" transform="{place}"><path d="{rails}"/></g>'


def land() -> str:
    """Return the land: hills, a river, a hospital, houses, trees and people."""
    hills = (
        '<circle class="sun" cx="958" cy="62" r="30"/>'
        '<path class="hill far" d="M0 96C130 46 250 88 380 66S640 32 780 70s240 34 340 2V340H0z"/>'
        '<path class="hill" d="M0 272c150-36 300 14 470-8s330-50 650-4V560H0z"/>'
        '<path class="hill near" d="M0 492c190-44 350 14 560-8s360-44 560 2V800H0z"/>'
    )
    river = f'<path class="river" d="{smooth_path([*LEFT_BANK, *reversed(RIGHT_BANK)])}z"/>'
    hospital = (
        '<g class="hospital" transform="translate(62 92)"><path d="M-34 0v-30h20v-16h28v16h20V0z"/>'
        '<path class="sign" d="M0-40v12M-6-34h12"/><path class="door" d="M-5 0v-12h10V0z"/>'
        '<path class="pane" d="M-28-20h8M-28-11h8M20-20h8M20-11h8"/></g>'
    )
    nine = [(384 + 34 * (n % 3) + 8 * (n // 3), 690 + 25 * (n // 3)) for n in range(9)]
    houses = "".join(_house(x, y, 0.72) for x, y in nine)
    spots = [
        (352, 92, 0.8), (376, 96, 1), (560, 66, 0.9), (586, 70, 0.7), (820, 98, 0.8), (1088, 92, 1),
        (36, 362, 1), (58, 356, 0.7),
        (1086, 470, 1), (1060, 478, 0.7), (884, 506, 0.8), (626, 700, 1), (650, 712, 0.7),
        (1010, 650, 1.1), (1042, 660, 0.8), (60, 690, 0.9), (82, 702, 0.7),
        (1070, 590, 0.7), (860, 720, 0.9), (1080, 740, 0.8),
    ]  # fmt: skip
    trees = "".join(_tree(*spot) for spot in sorted(spots, key=lambda spot: spot[1]))
    crowd = "".join(_person(*at) for at in ((104, 93), (115, 97), (126, 92)))
    return hills + river + hospital + trees + houses + crowd


def drawing(stops: Sequence[Stop]) -> str:
    """Return what lies inside the SVG of the map, apart from its words.

    Parameters
    ----------
    stops : sequence of Stop
        The lessons, in order.

    Returns
    -------
    str
        SVG elements; their colours come from the style sheet.
    """
    line = smooth_path([*way(stops, places(stops)), DOOR])
    bridges = "".join(_bridge(*spot) for spot in BRIDGES)
    own = f'{_house(930, 636, 2.3, "house own")}<path class="flag" d="M930 581v-44l26 9-26 9"/>'
    return (
        f'{land()}<path class="road edge" d="{line}"/><path class="road" d="{line}"/>'
        f'<path class="road dash" d="{line}"/>{bridges}{own}'
    )
