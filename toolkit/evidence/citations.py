"""Citations: the full text of a source and the short form that stands in a sentence."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from toolkit.evidence.store import data_folder, table, unknown


@cache
def _items() -> dict[str, dict[str, Any]]:
    text = data_folder().joinpath("sources.json").read_text(encoding="utf-8")
    return {item["id"]: item for item in json.loads(text)}


def source(key: str) -> str:
    """Return the full citation of a source.

    Parameters
    ----------
    key : str
        Source key, such as ``bagust1999``.

    Returns
    -------
    str
        The reference as the list of references prints it.

    Raises
    ------
    ValueError
        If there is no such source.
    """
    texts = table("references").set_index("id")["text"]
    if key not in texts.index:
        raise unknown("source", key, list(texts.index))
    return str(texts[key])


def cite(*keys: str) -> str:
    """Return the short form of one or more sources, such as ``Bagust et al. 1999``.

    Parameters
    ----------
    *keys : str
        Source keys.

    Returns
    -------
    str
        Names and years, separated by semicolons in the order given.

    Raises
    ------
    ValueError
        If no key is given or one does not exist.
    """
    if not keys:
        raise ValueError("Name at least one source, such as cite('bagust1999').")
    return "; ".join(_short(key) for key in keys)


def _short(key: str) -> str:
    """Return names and year of one source."""
    if key not in _items():
        raise unknown("source", key, list(_items()))
    item = _items()[key]
    people = item.get("author") or item.get("editor") or []
    names = [person.get("family") or person.get("literal", "") for person in people]
    if not names:
        names = [item.get("publisher") or item.get("title", key)]
    year = item.get("issued", {}).get("date-parts", [["n.d."]])[0][0]
    if len(names) > 2 or names[-1] == "others":
        return f"{names[0]} et al. {year}"
    return f"{' and '.join(names)} {year}"
