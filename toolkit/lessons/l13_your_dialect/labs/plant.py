"""The plan drawn as a plant: it grows with each line of the canvas, its roots with readiness."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from math import cos, radians, sin
from typing import ClassVar
from weakref import WeakSet

import ipywidgets as widgets

from toolkit.course import plan as planning
from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS
from toolkit.models import readiness as known

WIDE, HIGH, GROUND = 600, 500, 372  # units of the drawing
# A short plan has its post nearer to the stem, and its parts stand lower: it fits one view.
POST, NEARER, SHORT_VIEW, SHORT_TOP, SUN = 490, -110, (30, 480), 108, 158
LOWER = {"test": 64, "when": 100, "expect": 86, "persist": 54, "stop": 8}
ROOTS_VIEW = "0 322 425 178"  # what is seen while it shows only the roots
# Who stands beside the plant: how far apart, how big, and where the first of them stands.
APART, TALL, BESIDE = 34, 12, (252, 394)
INK, LINE, FADED = "#23333a", "#0b5568", "#434d48"
LEAF, STEM, SOIL, GOLD, BLANK = "#7fae76", "#4c7d48", "#dcc8a2", "#e0ab3f", "#f3f7f7"
SKIN = ("#f0c8a4", "#8a5a3b", "#e3b088")

# Each part by the line of the canvas it stands for: its shape, its colour, where its name stands
# (x, y, which end of the name), and whether only its outline is drawn.
Shape = tuple[str, str, tuple[int, int, str], bool]
PARTS: dict[str, Shape] = {
    "aim": ("M78 62a30 30 0 1 0 60 0a30 30 0 1 0-60 0M108 20v-9M108 104v9M66 62h-9M150 62h9"
            "M78 32l-6-6M138 32l6-6M78 92l-6 6M138 92l6 6", GOLD, (108, 68, "middle"), False),
    "admired": ("M18 322h50v50H18zM18 336h50", "#f6efe1", (10, 312, "start"), False),
    "core": ("M186 392a14 10 0 1 0 28 0a14 10 0 1 0-28 0", "#8a5a2b", (222, 392, "start"), False),
    "context": ("M200 372C196 352 206 338 201 318", STEM, (209, 354, "start"), True),
    "does": ("M201 318C197 300 206 284 200 262", STEM, (209, 298, "start"), True),
    "mechanism": ("M200 262C195 244 205 226 201 206", STEM, (209, 242, "start"), True),
    "outcome": ("M201 206C197 190 203 172 200 150", STEM, (209, 192, "start"), True),
    "need": ("M96 344h34v28H96zM130 352l18-10M96 350c-14-2-14 16 0 14", "#9cc3cf",
             (90, 392, "middle"), False),
    "edge": ("M201 318C170 318 150 302 140 280C172 280 194 294 201 318"
             "M200 262C172 262 152 246 144 226C174 226 194 240 200 262", LEAF,
             (134, 262, "end"), False),
    "measure": ("M356 372V130h12v242zM356 340h7M356 308h7M356 276h7M356 244h7M356 212h7M356 180h7"
                "M356 148h7", "#f6efe1", (362, 120, "middle"), False),
    "test": ("M200 150C186 140 184 118 200 104C216 118 214 140 200 150", "#e7b7a0",
             (200, 76, "middle"), False),
    "when": ("M412 24h156v54H412zM412 38h156M446 17v13M534 17v13", "#ffffff",
             (490, 65, "middle"), False),
    "expect": ("M408 104h176l-12 17 12 17H408z", "#f2c48d", (489, 127, "middle"), False),
    "sure": ("M428 142h124v26H428z", "#f7dfc0", (490, 161, "middle"), False),
    "persist": ("M412 182h148l16 17-16 17H412z", "#dfeeda", (487, 205, "middle"), False),
    "switch": ("M412 228h148l16 17-16 17H412z", "#ffffff", (487, 251, "middle"), False),
    "stop": ("M412 274h148l16 17-16 17H412z", "#f5d6c8", (487, 297, "middle"), False),
}  # fmt: skip
BOARDS = ("when", "expect", "sure", "persist", "switch", "stop")  # on the post


def _at(far: float, turn: float) -> str:
    """Return the point so far from the middle of the flower, in that direction."""
    return f"{200 + far * cos(radians(turn)):.0f} {127 + far * sin(radians(turn)):.0f}"


# Once nothing is missing, the bud is a flower.
FLOWER = "".join(
    f"M200 127C{_at(30, turn - 40)} {_at(44, turn - 24)} {_at(38, turn)}"
    f"C{_at(44, turn + 24)} {_at(30, turn + 40)} 200 127"
    for turn in range(0, 360, 45)
)
KIND = {
    "part": "",
    "open": ' stroke-width="1.5" stroke-dasharray="2 5"',
    "stem": ' stroke-width="7"',
    "root": ' stroke-width="4"',
}


def _piece(kind: str, path: str, fill: str, line: str, title: str = "", new: bool = False) -> str:
    told = f"<title>{html.escape(title)}</title>" if title else ""
    comes = ' class="dio-new"' if new else ""
    return f'<path{comes} d="{path}" fill="{fill}" stroke="{line}"{KIND[kind]}>{told}</path>'


def _name(at: tuple[int, int, str], words: str, held: bool, size: int = 18) -> str:
    x, y, anchor = at
    weight = ' font-weight="600"' if held else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}"{weight} '
        f'fill="{INK if held else FADED}">{html.escape(words)}</text>'
    )


def _roots(answers: dict[str, str], alone: bool) -> Iterator[str]:
    """Draw a root for each question about the place: the stronger, the longer; named if alone."""
    asked = list(known.ASKED)
    first = 12 if alone else 32  # degrees below the ground
    for place, key in enumerate(asked):
        turn = radians(first + place * (180 - 2 * first) / (len(asked) - 1))
        level = int(answers.get(key, 0))
        long = 12 + 21 * level if level else 45
        x, y = 200 + long * cos(turn), 396 + min(long * sin(turn), 70)
        bend = f"{200 + 0.7 * long * cos(turn):.0f} {396 + 0.2 * long * sin(turn):.0f}"
        path = f"M200 396Q{bend} {x:.0f} {y:.0f}"
        title = known.ASKED[key].short + (f": {known.LEVELS[answers[key]]}" if level else "")
        line = "#6b4a26" if level else FADED
        yield _piece("root" if level else "open", path, "none", line, title)
        if alone:
            side = "start" if cos(turn) > 0 else "end"
            at = round(200 + 108 * cos(turn)), round(400 + 86 * sin(turn)), side
            yield _name(at, known.ASKED[key].short, bool(level), 14)


def _team(far: bool) -> Iterator[str]:
    """Draw the people who do the daily work beside the plant."""
    for one, skin in enumerate(SKIN):
        x, t = BESIDE[far] + APART * one, TALL
        yield _piece("part", f"M{x - t} {GROUND}v-{t}a{t} {t} 0 0 1 {2 * t} 0v{t}z", LINE, LINE)
        yield _piece("part", f"M{x - 8} {GROUND - 33}a8 8 0 1 0 16 0a8 8 0 1 0-16 0", skin, LINE)


STALK = (
    "M200 372C196 352 206 338 201 318C197 300 206 284 200 262"
    "C195 244 205 226 201 206C197 190 203 172 200 150"
)
SPROUT = (
    "M200 384C198 370 202 360 200 348M200 356q-16 -2 -18 -14q16 0 18 14q2 -14 18 -14q-2 12 -18 14"
)


def asked_of(said: dict[str, str]) -> tuple[str, ...]:
    """Return the lines that a canvas asks for: the first six, or all once another is there."""
    return tuple(PARTS) if planning.is_whole(said) else planning.SHORT


def _nearer(asked: Collection[str]) -> int:
    """Return how far the post is moved towards the stem."""
    return 0 if "switch" in asked else NEARER


def _lower(name: str, asked: Collection[str]) -> int:
    """Return how much lower a part stands in a short plan."""
    return LOWER.get(name, 0) if _nearer(asked) else 0


def _ground() -> Iterator[str]:
    """Draw hill and ground, and begin what stands on them."""
    yield f'<rect width="{WIDE}" height="{HIGH}" fill="#e6f0f1"/>'
    yield f'<path d="M0 330Q150 290 300 318T{WIDE} 312V{GROUND}H0z" fill="#d5e3d0"/>'
    yield f'<path d="M0 {GROUND}H{WIDE}V{HIGH}H0z" fill="{SOIL}"/>'
    yield '<g stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'


def _behind(here: set[str], asked: Collection[str], bloom: bool) -> Iterator[str]:
    """Draw what the parts grow on: post and stalk."""
    if "aim" not in asked:  # the sun shines on a short plan too
        light = 1 if bloom else 0.35
        yield f'<circle cx="108" cy="{SUN}" r="30" fill="{GOLD}" opacity="{light}"/>'
    top = 78 + _lower("when", asked)
    yield f'<path d="M{POST + _nearer(asked)} {top}V{GROUND}" stroke="#8f8a78" stroke-width="6"/>'
    short = (GROUND - 150 - _lower("test", asked)) / (GROUND - 150)
    yield f'<g transform="translate(0 {GROUND * (1 - short):.1f}) scale(1 {short:.3f})">'
    if "test" in here:  # no flower stands in the air
        yield f'<path d="{STALK}" fill="none" stroke="{STEM}" stroke-width="4"/>'
    elif "context" not in asked:
        yield _piece("open", STALK, "none", FADED)
    yield "</g>"
    if "core" in here and "test" not in here:
        yield f'<path d="{SPROUT}" fill="{LEAF}" stroke="{STEM}"/>'


def _picture(
    said: dict[str, str],
    answers: dict[str, str],
    asked: Collection[str],
    before: frozenset[str] | None,
    bloom: bool,
) -> Iterator[str]:
    """Draw a plant, each part with its name; without parts that are asked for, its roots alone."""
    here = {name for name, text in said.items() if text}
    yield from _ground()
    if asked:
        yield from _behind(here, asked, bloom)
    yield from _roots(answers, alone=not asked)
    yield from _team(far="context" in asked)
    for name in (each for each in PARTS if each in asked):
        path, fill, at, outline = PARTS[name]
        held, board = name in here, name in BOARDS
        short = planning.PROMPTS[name].short
        yield f'<g transform="translate({_nearer(asked) * board} {_lower(name, asked)})">'
        yield _piece(
            ("stem" if name in planning.CHAIN[:-1] else "part") if held else "open",
            FLOWER if name == "test" and bloom else path,
            fill if held and not outline else BLANK if board else "none",
            (fill if outline else LINE) if held else FADED,
            f"{short}: {said[name]}" if held and name != "sure" else "",
            new=held and before is not None and name not in before,
        )
        yield _name(at, short, held)
        yield "</g>"
    if bloom and asked:
        yield f'<circle cx="200" cy="{127 + _lower("test", asked)}" r="9" fill="{GOLD}"/>'
    yield "</g>"
    if asked:
        yield _name((84, 488, "start"), WORDS.say("plant.roots"), bool(answers))


def drawn(
    record: Record,
    before: frozenset[str] | None = None,
    *,
    whole: bool = False,
    roots: bool = False,
) -> str:
    """Return the plan as a drawing, with what it shows as its description.

    Parameters
    ----------
    record : Record
        The learner's record: canvas and readiness.
    before : frozenset of str, optional
        The parts that stood there before; others come in with a movement.
    whole : bool
        Show a place for every part, even while only the first six are asked for.
    roots : bool
        Show only the roots, and the people beside them.

    Returns
    -------
    str
        An SVG. Whatever was typed is text in it.
    """
    said = planning.texts(record.get(planning.CANVAS))
    answers = known.judgements(record.get(planning.READINESS) or {})
    asked = () if roots else tuple(PARTS) if whole else asked_of(said)
    here = {name for name, text in said.items() if text}
    bloom = {*planning.SHORT} <= here and not planning.open_points(said, planning.SHORT)
    facts = {
        "parts": len(here),
        "of": len(asked_of(said)),
        "first": not planning.is_whole(said),
        "whole": whole,
        "bloom": bloom,
        "alone": roots,
        "roots": len(answers),
        "asked": len(known.ASKED),
    }
    words = html.escape(WORDS.say("plant.description", **facts))
    left, wide = SHORT_VIEW if _nearer(asked) else (0, WIDE)
    above = SHORT_TOP if _nearer(asked) else 0
    view = ROOTS_VIEW if roots else f"{left} {above} {wide} {HIGH - above}"
    # It stays on one page of the trainer's view.
    style = "border-radius: 12px; max-height: calc(0.8px * var(--dio-page, 1250))"
    return (
        f'<svg class="dio-plant" style="{style}" '
        f'viewBox="{view}" role="img" aria-label="{words}" '
        f'font-family="sans-serif" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(_picture(said, answers, asked, before, bloom))}</svg><p>{words}</p>"
    )


class Plant(widgets.HTML):
    """The drawing of a plan, drawn anew when the record changes.

    Parameters
    ----------
    record : Record
        The learner's record.
    """

    whole = False  # whether every part has its place, even while only the first six are asked for
    roots = False  # whether only the roots are shown
    _all: ClassVar[WeakSet[Plant]] = WeakSet()

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__()
        self.add_class("dio-growing")
        self._all.add(self)
        self._held: frozenset[str] | None = None
        self.grow()

    def grow(self) -> None:
        """Draw the plan as it is now."""
        said = planning.texts(self.record.get(planning.CANVAS))
        value = drawn(self.record, self._held, whole=self.whole, roots=self.roots)
        self._held = frozenset(name for name, text in said.items() if text)
        self.value = value

    @classmethod
    def grow_all(cls, record: Record) -> None:
        """Draw each plant of a record anew."""
        for plant in cls._all:
            if plant.record is record:
                plant.grow()


class Roots(Plant):
    """The roots of a plan, and the people beside them."""

    roots = True
