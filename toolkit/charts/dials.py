"""Boards with a dial each: a needle, the mark that it is to reach, and the good side of it."""

from __future__ import annotations

from functools import cache
from typing import Any, Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, scale

COLUMNS, PHONE = 4, 2  # dials in a row: on a page, and on a narrow one
WIDE, HIGH, HEAD = 148, 138, 30  # pixels: one dial, and the line above the dials of a group
ROUND, BASE = 46, 88  # pixels: the radius of a dial, and its middle below the top of its board
INK = "currentColor"
TEXTS = {"name": ("bold", 12, 18), "value": ("bold", 15, 108), "goal": ("normal", 12, 126)}


def _ends(group: pd.Series, columns: int) -> tuple[np.ndarray, np.ndarray, dict[str, int], int]:
    """Return the left and the top of each dial, the top of each group, and the height of all."""
    left, top, heads, below = [], [], {}, 0
    for name, some in group.groupby(group, sort=False):
        heads[name] = below
        rows, across = np.divmod(np.arange(len(some)), columns)
        left.append(across * WIDE)
        top.append(below + HEAD + rows * HIGH)
        below += HEAD + HIGH * (rows.max() + 1)
    return np.concatenate(left), np.concatenate(top), heads, below


@cache
def _dials(roles: tuple, high: int, narrow_high: int) -> Template:
    return template(
        _drawn(roles, "", COLUMNS, high), firm=True, narrow=_drawn(roles, "_", PHONE, narrow_high)
    )


def _drawn(roles: tuple, narrow: str, columns: int, high: int) -> alt.LayerChart:
    width = columns * WIDE

    def at(end: str = "") -> dict[str, Any]:
        x = alt.Scale(domain=[0, width], nice=False)
        y = alt.Scale(domain=[high, 0], nice=False)
        if end:
            return {"x2": f"x{end}{narrow}:Q", "y2": f"y{end}{narrow}:Q"}
        return {
            "x": alt.X(f"x{narrow}:Q", axis=None, scale=x),
            "y": alt.Y(f"y{narrow}:Q", axis=None, scale=y),
        }

    boards, arcs, hands, texts = (
        alt.Chart(alt.NamedData(name)).encode(**at())
        for name in ("boards", "arcs", "hands", "dials")
    )
    colour = alt.Color("series:N", scale=alt.Scale(**scale(dict(roles))), legend=None)
    arc = arcs.mark_line(strokeWidth=15).encode(color=colour, detail="arc:N", order="n:Q")
    looks = {
        "mark": {"strokeWidth": 3, "color": INK},
        "was": {"strokeWidth": 2, "color": COLOUR["calm"], "strokeDash": [3, 3]},
        "needle": {"strokeWidth": 4, "color": INK, "strokeCap": "round"},
    }
    layers = [
        boards.mark_rect(
            fillOpacity=0, stroke=COLOUR["calm"], strokeWidth=1.5, cornerRadius=6
        ).encode(**at("2")),
        arc,
        *(
            hands.transform_filter(alt.datum.kind == kind).mark_rule(**look).encode(**at("2"))
            for kind, look in looks.items()
        ),
        *(
            texts.transform_filter(alt.datum.kind == kind)
            .mark_text(
                align="left" if kind == "head" else "center",
                style=LABEL_STYLE, fontWeight=weight, fontSize=size,
            )
            .encode(text="text:N")
            for kind, (weight, size, _y) in {**TEXTS, "head": ("normal", 14, 0)}.items()
        ),
    ]  # fmt: skip
    return alt.layer(*layers).properties(width=width, height=high)


def dials(frame: pd.DataFrame, roles: Roles, **said: Unpack[Said]) -> Figure:
    """Draw a dial for each measure, in groups of which the first hang on boards.

    Parameters
    ----------
    frame : DataFrame
        A row for each dial: ``name``, ``value`` and ``goal`` (in words), ``group``, ``now`` (where
        the needle stands), ``was`` (where it stood), ``at`` (the mark), ``end`` (of the dial, which
        starts at 0) and ``sign`` (``≥`` if the good side is above the mark).
    roles : dict
        Names of the good side and of the other one, and their roles.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The dials with their words and their table twin.
    """
    places = {narrow: _ends(frame["group"], n) for narrow, n in (("", COLUMNS), ("_", PHONE))}

    def placed(dial: Any, rows: dict[str, Any], ends: tuple[str, ...] = ("",)) -> pd.DataFrame:
        """Return rows that stand where their dials are, on a page and on a narrow one."""
        made = pd.DataFrame(rows)
        for narrow, (left, top, _heads, _high) in places.items():
            for end in ends:
                made[f"x{end}{narrow}"] = (left[dial] + rows[f"u{end}"]).round(1)
                made[f"y{end}{narrow}"] = (top[dial] + rows[f"v{end}"]).round(1)
        return made.drop(columns=[name for end in ends for name in (f"u{end}", f"v{end}")])

    def spot(share: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
        turn = np.pi * (1 - np.clip(share, 0, 1))
        return WIDE / 2 + radius * np.cos(turn), BASE - radius * np.sin(turn)

    each = np.arange(len(frame))
    share = {name: (frame[name] / frame["end"]).to_numpy() for name in ("at", "now", "was")}
    good, bad = roles
    arcs = []
    for n, above in enumerate(frame["sign"] == "≥"):
        for low, high, side in ((0, share["at"][n], not above), (share["at"][n], 1, above)):
            u, v = spot(np.linspace(low, high, 20), ROUND)
            rows = {"u": u, "v": v, "n": range(20), "arc": f"{n} {side}"}
            arcs.append(placed(n, {**rows, "series": good if side else bad}))
    hands = []
    moved = np.abs(share["now"] - share["was"]) > 0.01
    for kind, name, some, near, far in (
        ("mark", "at", each, ROUND - 11, ROUND + 9),
        ("was", "was", each[moved], 0, ROUND - 4),
        ("needle", "now", each, 0, ROUND - 4),
    ):
        (u, v), (u2, v2) = spot(share[name][some], near), spot(share[name][some], far)
        hands.append(placed(some, {"u": u, "v": v, "u2": u2, "v2": v2, "kind": kind}, ("", "2")))
    words = [
        placed(each, {"u": WIDE / 2, "v": y, "kind": kind, "text": frame[kind].to_numpy()})
        for kind, (_weight, _size, y) in TEXTS.items()
    ]
    heads = pd.DataFrame({"kind": "head", "text": frame["group"].unique(), "x": 4.0, "x_": 4.0})
    for narrow, (_left, _top, tops, _high) in places.items():
        heads[f"y{narrow}"] = [top + HEAD / 2 for top in tops.values()]
    first = each[frame["group"] == frame["group"].iloc[0]]
    edges = {"u": 4, "v": 2, "u2": WIDE - 4, "v2": HIGH - 2, "dial": first}
    data = {
        "boards": placed(first, edges, ("", "2")),
        "arcs": pd.concat(arcs),
        "hands": pd.concat(hands),
        "dials": pd.concat([*words, heads]),
    }
    spec = _dials(tuple(roles.items()), places[""][3], places["_"][3])
    return Figure(spec=spec, data=data, **said)
