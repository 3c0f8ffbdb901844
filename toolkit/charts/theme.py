"""How every chart looks: colours, shapes and type for light, for dark, and without colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from toolkit.text.words import Words

WORDS = Words("toolkit.charts")
# Each mark colour has a contrast of at least 3:1 on white, on JupyterLab's dark page (#111) and on
# Vega's dark theme (#333); a test computes it. Colour never stands alone: SHAPE, DASH and words
# go with it. Which kind of point has which: `toolkit.charts.control.KINDS`.
COLOUR = {
    "main": "#3a86d4",
    "warn": "#d4700f",
    "calm": "#828282",
    "third": "#1f8f86",
    "fourth": "#9a6ad0",
    "fifth": "#cf5c96",
}
SHAPE = {
    "main": "circle",
    "warn": "triangle-up",
    "calm": "square",
    "third": "diamond",
    "fourth": "cross",
    "fifth": "triangle-down",
}
DASH = {
    "main": [1, 0],
    "warn": [8, 4],
    "calm": [2, 3],
    "third": [10, 3, 2, 3],
    "fourth": [5, 2],
    "fifth": [16, 8],
}

TEXT_SIZE = 14
# Direct labels look like the labels of an axis.
LABEL_STYLE = "guide-label"

WIDTH = 640
HEIGHT = 300

CONFIG = {
    "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": HEIGHT},
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "axis": {
        "labelFontSize": TEXT_SIZE,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
        "gridOpacity": 0.35,
        "labelLimit": 260,
        # The last label keeps its place, and one that comes near its neighbour is left out.
        "labelFlush": False,
        "labelOverlap": "parity",
        "labelSeparation": 8,
        "aria": False,
        "domainColor": "#8a949b",
        "tickColor": "#8a949b",
        "labelPadding": 6,
        "titlePadding": 10,
    },
    "axisY": {"domain": False, "ticks": False},
    "legend": {
        "labelFontSize": TEXT_SIZE,
        "titleFontSize": TEXT_SIZE,
        "labelLimit": 320,
        "aria": False,
    },
    "header": {"labelFontSize": TEXT_SIZE, "titleFontSize": TEXT_SIZE},
    "title": {"fontSize": 16, "anchor": "start", "offset": 12, "aria": False},
    # Words on a chart take the colour of the words around it, light or dark.
    "text": {"fontSize": TEXT_SIZE, "color": "currentColor"},
    "line": {"strokeWidth": 3, "strokeJoin": "round"},
    "bar": {"cornerRadiusEnd": 4},
    "point": {"size": 70, "filled": True},
    # The picture has one description and one table; a label on every dot would bury both.
    "mark": {"aria": False},
}


def scale(roles: Mapping[str, str], table: Mapping[str, Any] = COLOUR) -> dict[str, list]:
    """Return the domain and range of a scale that gives each series the look of its role.

    Parameters
    ----------
    roles : dict of str to str
        Name of each series to its role: ``{"push": "warn", "rope": "main"}``.
    table : dict, optional
        `COLOUR`, `SHAPE` or `DASH`.

    Returns
    -------
    dict
        ``{"domain": [...], "range": [...]}``, to be passed to ``alt.Scale``.

    Examples
    --------
    >>> scale({"push": "warn"}, SHAPE)
    {'domain': ['push'], 'range': ['triangle-up']}
    """
    return {"domain": list(roles), "range": [table[role] for role in roles.values()]}


def told_apart(field: str, roles: dict[str, str], key: alt.Legend | None = None) -> dict:
    """Return the colour and the shape by which marks are told apart, with one legend for both.

    Parameters
    ----------
    field : str
        What names the series of a mark, such as ``"series:N"``.
    roles : dict of str to str
        Name of each series to its role.
    key : alt.Legend, optional
        The legend; by default there is none.
    """
    return {
        "color": alt.Color(field, scale=alt.Scale(**scale(roles)), legend=key),
        "shape": alt.Shape(field, scale=alt.Scale(**scale(roles, SHAPE)), legend=key),
    }
