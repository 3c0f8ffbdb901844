"""Lay a chart out for a narrow page: names in a legend on top, long words in lines, panels stacked.

The page takes width away from what this returns until it fits; letters keep their size.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

SMALL = 12  # pixels: letters on a narrow page
LINE = 14  # pixels: height of a line of them
TITLE, LABEL = 26, 15  # letters that a line of an axis title holds, and one of a label beside bars
HEAD = 9  # letters in a line of the name of a column
ON_TOP = {
    "orient": "top", "direction": "vertical", "title": None,
    "symbolStrokeWidth": 3, "symbolOpacity": 1,
}  # fmt: skip
STROKE = {"symbolType": "stroke", "symbolSize": 400}  # what stands for a line
# Lines above a column would run down into its marks, and one in two would be left out.
ON_EDGE = {
    "labelAngle": -90, "labelAlign": "left", "labelBaseline": "middle", "labelOverlap": False,
}  # fmt: skip
NAMING = ("series", "line")  # fields whose names stand at the end of a line or a bar


def narrowed(spec: dict) -> dict:
    """Return a specification laid out for a narrow page.

    Parameters
    ----------
    spec : dict
        A Vega-Lite specification with named data.

    Returns
    -------
    dict
        The same chart. A chart that is firm comes back as it is.
    """
    if spec.get("usermeta", {}).get("firm"):
        return dict(spec)
    made = _view(json.loads(json.dumps(spec)))
    for part in ("axis", "legend", "header"):
        held = made["config"][part]
        held["labelFontSize"] = held["titleFontSize"] = SMALL
    made["config"]["axis"]["labelLimit"] = made["config"]["legend"]["labelLimit"] = 0
    made["config"]["text"]["fontSize"] = SMALL
    return made


def _view(view: dict) -> dict:
    if "hconcat" in view:
        view["vconcat"] = view.pop("hconcat")
    if "columns" in view:
        view["columns"] = 2
    for side in ("vconcat", "concat"):
        view |= {side: [_view(part) for part in view[side]]} if side in view else {}
    if "spec" in view:
        view["spec"] = _view(view["spec"])
    layers = view.get("layer", [view] if "mark" in view else [])
    key: dict[str, Any] = {}  # in place of names at the ends of lines or bars
    if any(_is(part, "ends") for part in layers):
        key = ON_TOP | STROKE
    elif any(_is(part, "bars") for part in (view, *layers)):
        key = ON_TOP
    if "layer" in view:
        layers = view["layer"] = [
            layer for layer in layers if not _is(layer, "ends") and not _holds_names(layer)
        ]
    lines = 1
    for layer in layers:
        if "layer" in layer:
            layer |= _view(layer)
        mark = layer.get("mark", {})
        if isinstance(mark, dict) and mark.get("type") == "text":
            mark["fontSize"] = SMALL
        for name, channel in layer.get("encoding", {}).items():
            if isinstance(channel, dict):
                # Marks and notes have no short name: they stand for nothing at the end of a line.
                own = any(_is(layer, each) for each in ("marks", "notes"))
                lines = max(lines, _channel(name, channel, {} if own else key))
    categories = max((len(_order(layer)) for layer in layers), default=0)
    if isinstance(view.get("height"), int | float):
        view["height"] = max(view["height"], categories * (LINE * lines + 6) if lines > 1 else 0)
    return view


def _is(layer: dict, data: str) -> bool:
    return layer.get("data", {}).get("name") in (data, f"{data}2")  # of two such panels


def _holds_names(layer: dict) -> bool:
    mark = layer.get("mark")
    return _is(layer, "corners") and isinstance(mark, dict) and mark.get("type") == "text"


def _order(layer: dict) -> list:
    order = layer.get("encoding", {}).get("y", {}).get("sort")
    return order if isinstance(order, list) else []


def _channel(name: str, channel: dict[str, Any], key: dict[str, Any]) -> int:
    """Change one channel in place; return the most lines that one of its labels takes."""
    if (title := channel.get("title")) and name == "x":
        parts = [title] if isinstance(title, str) else title
        channel["title"] = [line for part in parts for line in textwrap.wrap(part, TITLE)]
    axis = channel.get("axis") or {}
    if axis.get("labelFontSize"):
        axis["labelFontSize"] = SMALL
    if key and name == "text" and channel.get("field") == "text":
        channel["field"] = "short"
    if isinstance(channel.get("legend"), dict):
        channel["legend"] |= ON_TOP
    many = len((channel.get("scale") or {}).get("domain", ())) > 1
    if key and channel.get("field") in NAMING and many and channel.get("legend", 1) is None:
        channel["legend"] = dict(key)
    order = channel.get("sort")
    if name not in ("x", "y") or not isinstance(order, list):
        return 1
    letters = LABEL if name == "y" else HEAD
    wrapped = {text: textwrap.wrap(text, letters, break_long_words=False) for text in order}
    lines = max(map(len, wrapped.values()), default=1)
    if axis.get("orient") == "top" and max(map(len, order), default=0) > letters:
        in_lines = ("labelExpr", "labelPadding")
        kept = {name: value for name, value in axis.items() if name not in in_lines}
        channel["axis"] = kept | ON_EDGE
    elif lines > 1:
        told = json.dumps(wrapped, ensure_ascii=False)
        channel["axis"] = {**axis, "labelExpr": f"({told})[datum.value]"}
        if name == "y":  # the chart is as high as all of them need, so none has to give way
            channel["axis"]["labelOverlap"] = False
    return lines if name == "y" else 1
