"""A form of native HTML controls: one widget, so that keyboard and screen reader just work.

`ipywidgets.IntSlider` and its kin have no accessible name (axe: ``aria-input-field-name``), and
twenty separate widgets cost twenty messages; a `Form` is one widget with one ``value``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from toolkit.learning.fields import Button, Field, FileField
from toolkit.screen.ids import mimebundle
from toolkit.text.words import Words

WORDS = Words("toolkit.screen")
HERE = Path(__file__).parent


class Form(anywidget.AnyWidget):
    """Native controls with one value.

    Parameters
    ----------
    *fields : Field
        The controls, in reading order. Names are unique.
    title : str
        What the group of controls is called by a screen reader.
    heading : str
        What stands above the controls, where none of them asks the question itself.

    Attributes
    ----------
    value : dict
        Name of each control to what it is set to. Observe ``"value"`` to follow the learner.
    locked : bool or list of str
        True: nothing can be changed; a list: those controls cannot.
    hidden : list of str
        Controls that are not to be seen yet.
    status : str
        A sentence under the form, also read out by screen readers. Always shown as plain text.
    judged : str
        How an answer was judged, which the words of `status` say too; empty where none was.
    waits : str
        What stands in place of the controls while they are not to be seen yet; empty after that.

    Raises
    ------
    ValueError
        If two controls share a name.
    """

    _esm = HERE / "form.js"
    _css = HERE / "style.css"
    fields = t.List(t.Dict()).tag(sync=True)
    value = t.Dict().tag(sync=True)
    locked = t.Union([t.Bool(), t.List(t.Unicode())], default_value=False).tag(sync=True)
    hidden = t.List(t.Unicode()).tag(sync=True)
    status = t.Unicode().tag(sync=True)
    judged = t.Unicode().tag(sync=True)
    waits = t.Unicode().tag(sync=True)
    title = t.Unicode().tag(sync=True)
    heading = t.Unicode().tag(sync=True)
    texts = t.Dict().tag(sync=True)  # what form.js says by itself

    def __init__(self, *fields: Field, title: str = "", **traits: Any) -> None:
        names = [item.name for item in fields]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(
                f"Each control needs a name of its own; twice here: {', '.join(twice)}."
            )
        self._start = {f.name: f.value for f in fields if not isinstance(f, Button | FileField)}
        self._handlers: dict[str, Callable[[], None]] = {}
        self._takers: dict[str, Callable[[str, bytes], None]] = {}
        super().__init__(
            fields=[item.spec() for item in fields],
            value=dict(self._start),
            title=title or WORDS.say("frame.controls"),
            texts=WORDS["form"],
            **traits,
        )
        self.on_msg(self._received)

    def __repr__(self) -> str:
        """Say what is set; no address, so that a lesson repeats itself."""
        return f"Form({self.title!r}, {self.value})"

    def _static(self) -> str:
        lines = [self.title]
        for item in self.fields:
            if item["kind"] != "button":
                lines += [item["label"]] if item["label"] != self.title else []
                rows = item["rows"] if item["kind"] == "match" else ()
                lines += [f"- {text}" for _key, text in rows]
                lines += [f"[ ] {text}" for _key, text in item.get("options", ())]
        return "\n".join(lines)

    # anywidget returns a pair; IPython takes a plain dict too.
    def _repr_mimebundle_(self, **_: Any) -> dict:  # type: ignore[override]
        """Show the form; where there is no kernel, the question can still be read."""
        return mimebundle(self.model_id, {"text/plain": self._static()})

    def on_press(self, name: str, handler: Callable[[], None]) -> None:
        """Call ``handler`` whenever the button ``name`` is pressed."""
        self._handlers[name] = handler

    def press(self, name: str) -> None:
        """Press a button from Python, as the tests and the trainers' scripts do."""
        if name not in self._handlers:
            raise ValueError(
                f"There is no button '{name}' here; there is {sorted(self._handlers)}."
            )
        self._handlers[name]()

    def on_upload(self, name: str, taker: Callable[[str, bytes], None]) -> None:
        """Call ``taker`` with name and content of each file that is given to the control."""
        self._takers[name] = taker

    def upload(self, name: str, file: str, content: bytes) -> None:
        """Give a file from Python, as the tests do."""
        if name not in self._takers:
            raise ValueError(f"No file is taken by '{name}' here, only by {sorted(self._takers)}.")
        self._takers[name](file, content)

    def hand_over(self, file: str, kind: str, content: bytes) -> None:
        """Let the browser save a file where its user keeps downloads.

        Parameters
        ----------
        file : str
            Its name.
        kind : str
            Its media type.
        content : bytes
            What is in it.
        """
        self.send({"save": file, "type": kind}, [content])

    def set(self, **values: Any) -> None:
        """Set some controls from Python, leaving the others as they are.

        Raises
        ------
        ValueError
            If there is no control of that name.
        """
        if strange := set(values) - set(self._start):
            there = ", ".join(self._start)
            raise ValueError(f"There is no control {', '.join(sorted(strange))}; there is {there}.")
        self.value = {**self.value, **values}

    def start_at(self, **values: Any) -> None:
        """Set some controls, and let `reset` come back to these values."""
        self._start |= values
        self.set(**values)

    def takes(self, name: str, value: Any) -> bool:
        """Say whether a control can stand so; a record may hold what an older course asked."""
        field: dict[str, Any] = next(
            (each for each in self.fields if each["name"] == name), {"kind": ""}
        )
        kind, keys = field["kind"], [key for key, _text in field.get("options", ())]

        def on_scale(number: Any) -> bool:
            real = isinstance(number, int | float) and not isinstance(number, bool)
            return real and field["min"] <= number <= field["max"]

        if kind in ("", "button", "upload"):
            return False
        if value is None:
            return self._start[name] is None
        if kind == "slider":
            return on_scale(value)
        if kind in ("text", "number"):
            return isinstance(value, str)
        if kind in ("choice", "select"):
            return value in keys
        if kind == "match":
            rows = [row for row, _text in field["rows"]]
            told = isinstance(value, dict)
            return told and all(row in rows and key in keys for row, key in value.items())
        if not isinstance(value, list):
            return False
        if kind == "ticks":
            return all(key in keys for key in value)
        if kind == "order":
            return sorted(map(str, value)) == sorted(keys)
        return len(value) == len(field["at"]) and all(x is None or on_scale(x) for x in value)

    def reset(self) -> None:
        """Put every control back to where it started."""
        self.value = dict(self._start)

    def _received(self, _widget: object, content: dict, buffers: Sequence[Any]) -> None:
        if content.get("upload") in self._takers:
            self.upload(content["upload"], str(content.get("file", "")), bytes(buffers[0]))
        name = content.get("press")
        if name in self._handlers:
            now = content.get("value", {})
            self.value = {**self.value, **{key: now[key] for key in self._start if key in now}}
            self.press(name)
