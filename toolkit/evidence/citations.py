"""Citations: the full text of a source and the short form that stands in a sentence."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from string import ascii_lowercase
from typing import Any

from toolkit.evidence.store import data_folder, table, unknown

READ = ("full", "part")  # ways of having seen a source (`custom.read`) that count as reading it


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


def was_read(key: str) -> bool:
    """Return whether somebody of this project read in the source itself.

    Parameters
    ----------
    key : str
        Source key, such as ``bagust1999``.

    Returns
    -------
    bool
        True if it was read as a whole or in part; False if only an abstract, a quotation or a
        catalogue record was seen.

    Raises
    ------
    ValueError
        If there is no such source.
    """
    if key not in _items():
        raise unknown("source", key, list(_items()))
    return _items()[key]["custom"]["read"] in READ


def year_letters(items: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the letter after the year for each source that shares names and year with another.

    Parameters
    ----------
    items : iterable of mapping
        Entries in CSL-JSON.

    Returns
    -------
    dict of str to str
        ``a``, ``b`` and so on by source key; a source that stands alone is left out.
    """
    alike = defaultdict(list)
    for item in items:
        alike[_names_and_year(item)].append(item["id"])
    return {
        key: letter
        for (_, year), keys in alike.items()
        if len(keys) > 1 and year
        for key, letter in zip(sorted(keys), ascii_lowercase, strict=False)
    }


@cache
def _letters() -> dict[str, str]:
    return year_letters(_items().values())


def _short(key: str) -> str:
    """Return names and year of one source."""
    if key not in _items():
        raise unknown("source", key, list(_items()))
    names, year = _names_and_year(_items()[key])
    return f"{names} {year or 'n.d.'}{_letters().get(key, '')}"


def _names_and_year(item: Mapping[str, Any]) -> tuple[str, int | None]:
    """Return who wrote a source, as a sentence names them, and when."""
    people = item.get("author") or item.get("editor") or []
    names = [person.get("family") or person.get("literal", "") for person in people]
    if not names:
        names = [item.get("publisher") or item.get("title", item["id"])]
    year = item.get("issued", {}).get("date-parts", [[None]])[0][0]
    if len(names) > 2 or names[-1] == "others":
        return f"{names[0]} et al.", year
    return " and ".join(names), year
