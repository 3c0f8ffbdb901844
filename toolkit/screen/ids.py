"""What a widget leaves in a stored notebook: the same bytes each time, readable by itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

_given: Counter[str] = Counter()


def numbered(name: str) -> str:
    """Return a model id that counts from 1 in each kernel, where a uuid would change each run.

    Parameters
    ----------
    name : str
        What is counted.

    Returns
    -------
    str
        Name and number.

    Examples
    --------
    >>> numbered("doctest"), numbered("doctest")
    ('doctest-1', 'doctest-2')
    """
    _given[name] += 1
    return f"{name}-{_given[name]}"


def mimebundle(model_id: str, static: dict[str, Any]) -> dict[str, Any]:
    """Return a live view for JupyterLab, and its twin for a viewer that has no kernel."""
    view = {"version_major": 2, "version_minor": 0, "model_id": model_id}
    return {**static, "application/vnd.jupyter.widget-view+json": view}
