"""What makes Python in a browser behave as it does on a desktop; imported before the first cell."""

from __future__ import annotations

import atexit
import base64
import gc
import json
import math
import re
from collections.abc import Callable
from itertools import accumulate
from json import JSONDecoder
from typing import Any

DEEPEST = 200  # levels of JSON; the record needs 6, and Python in a browser dies of some thousands
_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_OTHERS = re.compile(r"[^\[{\]}]+")
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def depth(text: str) -> int:
    """Return how deeply the lists and tables of a JSON text are nested, without reading it."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return 0  # it cannot be too deep, and most texts end here
    brackets = _OTHERS.sub("", _STRINGS.sub("", text))
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def guard_json() -> None:
    """Let JSON that is nested too deeply raise `RecursionError`, as on a desktop.

    The stack of a browser is smaller than Python believes: without this, Python would be dead.
    """
    read = JSONDecoder.raw_decode

    def raw_decode(self: JSONDecoder, s: str, idx: int = 0) -> tuple[Any, int]:
        if depth(s) > DEEPEST:
            raise RecursionError("JSON that is nested too deeply")
        return read(self, s, idx)

    JSONDecoder.raw_decode = raw_decode


def _other(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def _finite(value: Any) -> Any:
    """Return a value in which numbers that JSON does not know are words, as Jupyter has them."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


def written(value: Any) -> str:
    """Return the JSON of something that Python shows or sends."""
    try:
        return json.dumps(value, default=_other, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), default=_other, allow_nan=False)


def send_none_as_null() -> None:
    """Let everything that Python shows or sends travel as JSON, as from any other kernel.

    By itself None arrives as undefined, which is nothing: a chart told to have no legend has one.
    """
    import js
    from pyodide_kernel.comm import Comm
    from pyodide_kernel.display import LiteDisplayHook, LiteDisplayPublisher

    def as_json(value: Any) -> Any:
        return js.JSON.parse(written(value or {}))

    send, show, result = (
        Comm.publish_msg,
        LiteDisplayPublisher.publish,
        LiteDisplayHook.write_format_data,
    )

    def publish_msg(self: Comm, kind: str, data: Any = None, *more: Any, **named: Any) -> None:
        send(self, kind, as_json(data), *more, **named)

    def publish(
        self: LiteDisplayPublisher, data: Any, metadata: Any = None, *more: Any, **named: Any
    ) -> None:
        show(self, as_json(data), as_json(metadata), *more, **named)

    def write_format_data(self: LiteDisplayHook, format_dict: Any, md_dict: Any = None) -> None:
        result(self, format_dict, md_dict)
        self.data, self.metadata = as_json(self.data), as_json(self.metadata)

    Comm.publish_msg = publish_msg
    LiteDisplayPublisher.publish = publish
    LiteDisplayHook.write_format_data = write_format_data


def not_kept() -> None:
    """Take back what a form said of keeping: the browser turned out not to have kept it."""
    from ipywidgets import Widget

    from toolkit.learning.record import my_record
    from toolkit.learning.words import WORDS
    from toolkit.screen.form import WORDS as SCREEN
    from toolkit.screen.form import Form

    unkept, kept = WORDS.say("trouble.blocked"), SCREEN.say("frame.kept")
    my_record().trouble = unkept
    for form in list(Widget.widgets.values()):
        if isinstance(form, Form) and kept in form.status:
            form.status = unkept


_LAST: list[tuple[Callable[..., object], tuple, dict]] = []


def end_with_the_page() -> None:
    """Keep what the course wants done when Python ends: here Python ends with the page."""
    register, unregister = atexit.register, atexit.unregister

    def put_off(func: Callable, *args: Any, **kwargs: Any) -> Callable:
        if not str(getattr(func, "__module__", "")).startswith("toolkit."):
            return register(func, *args, **kwargs)
        _LAST.append((func, args, kwargs))
        return func

    def call_off(func: Callable) -> None:
        _LAST[:] = [each for each in _LAST if each[0] != func]
        unregister(func)

    atexit.register, atexit.unregister = put_off, call_off


def flush() -> None:
    """Do now what the course put off to the end: the page may be going."""
    for func, args, kwargs in [*_LAST]:
        func(*args, **kwargs)


def begin() -> None:
    """Import what a lesson imports first, while nobody waits for it yet."""
    import jsonschema

    # Looking for inner names in Vega-Lite's long schema, of which it has none, takes two seconds of
    # Altair's import alone. That every chart is drawn as it wants is for the course's own tests.
    jsonschema.RefResolver._find_in_subschemas = lambda *_: None
    jsonschema.RefResolver._find_in_referrer = lambda *_: ()
    # Nothing of this is ever thrown away: looking for what could be is put off until it is there.
    gc.disable()
    end_with_the_page()
    send_none_as_null()  # the kernel must come before the rest
    import altair.utils.schemapi

    import toolkit.course

    altair.utils.schemapi.DEBUG_MODE = False
    gc.freeze()
    gc.enable()
    guard_json()
