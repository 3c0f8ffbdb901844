"""Dials with a needle, the mark that it is to reach, and the good side of it; some on a board."""

from __future__ import annotations

from functools import cache
from typing import Unpack

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.figure import Figure, Said, Template, template
from toolkit.charts.shapes import Roles
from toolkit.charts.theme import COLOUR, LABEL_STYLE, scale

PAGE, PHONE = (200, 4), (136, 2)  # pixels that a dial is wide, and how many stand in a row
HIGH, ROUND = 106, 45  # pixels: how high it is, and its radius
INK = "currentColor"
HANDS = {
    "mark": (0.8, 1.2, {"strokeWidth": 3, "color": INK}),
    "was": (0, 0.92, {"strokeWidth": 2, "color": COLOUR["calm"], "strokeDash": [3, 3]}),
    "now": (0, 0.92, {"strokeWidth": 4, "color": INK, "strokeCap": "round"}),
}  # from where to where each goes, in radiuses
TEXTS = {"value": (-0.42, "bold", 15), "goal": (-0.82, "normal", 12)}


def _spot(share: float | np.ndarray) -> np.ndarray:
    """Return where a hand points that stands at a share of its dial."""
    turn = np.pi * (1 - np.clip(share, 0, 1))
    return np.array([np.cos(turn), np.sin(turn)])


@cache
def _dials(roles: tuple, groups: tuple[tuple[str, ...], ...], heads: tuple[str, ...]) -> Template:
    where = (roles, groups, heads)
    return template(_drawn(*where, *PAGE), narrow=_drawn(*where, *PHONE))


def _drawn(
    roles: tuple,
    groups: tuple[tuple[str, ...], ...],
    heads: tuple[str, ...],
    wide: int,
    columns: int,
) -> alt.VConcatChart:
    side = wide / ROUND / 2
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-side, side], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1, 1.35], nice=False))
    colour = alt.Color("series:N", scale=alt.Scale(**scale(dict(roles))), legend=None)
    base = alt.Chart().encode(x=x, y=y)
    layers = [
        base.transform_filter(alt.datum.kind == "arc")
        .mark_line(strokeWidth=14)
        .encode(color=colour, order="n:Q"),
        *(
            base.transform_filter(alt.datum.kind == kind)
            .mark_rule(**look)
            .encode(x2="x2:Q", y2="y2:Q")
            for kind, (_from, _to, look) in HANDS.items()
        ),
        *(
            base.transform_filter(alt.datum.kind == kind)
            .mark_text(style=LABEL_STYLE, fontWeight=weight, fontSize=size)
            .encode(text="text:N")
            for kind, (_y, weight, size) in TEXTS.items()
        ),
    ]
    rows: list[alt.FacetChart] = []
    for names, head in zip(groups, heads, strict=True):
        edge = {"stroke": None} if rows else {"stroke": COLOUR["calm"], "cornerRadius": 6}
        facet = alt.Facet(
            "name:N", sort=list(names), title=None,
            header=alt.Header(labelFontSize=12, labelFontWeight="bold", labelPadding=4),
        )  # fmt: skip
        rows.append(
            alt.layer(*layers, data=alt.NamedData("dials"))
            .properties(width=wide, height=HIGH, view=alt.ViewBackground(**edge))
            .transform_filter(alt.FieldOneOfPredicate("name", list(names)))
            .facet(facet, columns=columns, spacing={"row": 8, "column": 12})
            .properties(title=alt.Title(head, fontSize=14, fontWeight="normal", offset=6))
        )
    return alt.vconcat(*rows, spacing=14)


def dials(frame: pd.DataFrame, roles: Roles, **said: Unpack[Said]) -> Figure:
    """Draw a dial for each measure, in groups of which the first hang on boards.

    Parameters
    ----------
    frame : DataFrame
        A row for each dial: ``name``, ``value`` and ``goal`` (in words), ``group``, ``now`` (where
        the needle stands), ``was`` (where it stood), ``mark``, ``end`` (of the dial, which starts
        at 0) and ``sign`` (``≥`` if the good side is above the mark).
    roles : dict
        Names of the good side and of the other one, and their roles.
    **said
        Title, description, provenance and table, as `Figure` has them.

    Returns
    -------
    Figure
        The dials with their words and their table twin.
    """
    parts = []
    for each in frame.to_dict("records"):
        share = {name: each[name] / each["end"] for name in HANDS}
        sides = list(roles) if each["sign"] == "≤" else list(roles)[::-1]
        for low, high, series in zip((0, share["mark"]), (share["mark"], 1), sides, strict=True):
            x, y = _spot(np.linspace(low, high, 20))
            arc = {"kind": "arc", "x": x, "y": y, "n": range(20), "series": series}
            parts.append(pd.DataFrame({"name": each["name"], **arc}))
        hands = [name for name in HANDS if name != "was" or abs(share["now"] - share["was"]) > 0.01]
        rows = [
            (name, *(end * each for end in HANDS[name][:2] for each in _spot(share[name])), "")
            for name in hands
        ]
        rows += [(kind, 0, y, 0, 0, each[kind]) for kind, (y, *_look) in TEXTS.items()]
        told = pd.DataFrame(rows, columns=["kind", "x", "y", "x2", "y2", "text"])
        parts.append(told.assign(name=each["name"]))
    groups = {head: tuple(some["name"]) for head, some in frame.groupby("group", sort=False)}
    spec = _dials(tuple(roles.items()), tuple(groups.values()), tuple(groups))
    return Figure(spec=spec, data={"dials": pd.concat(parts).round(3)}, **said)
