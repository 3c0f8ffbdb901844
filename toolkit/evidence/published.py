"""The published tables: series, cases, contrasts, claims, the matrix, words and quoted lists."""

from __future__ import annotations

import pandas as pd

from toolkit.evidence.provenance import Kind, Provenance
from toolkit.evidence.store import resource, table, unknown
from toolkit.evidence.tables import split_list
from toolkit.evidence.types import EvidenceTable, Term, Verbatim


def series(name: str) -> EvidenceTable:
    """Return one published series.

    Parameters
    ----------
    name : str
        Such as ``england_rtt_monthly``; the table ``series_index`` lists them all.

    Returns
    -------
    Table
        The rows with title, attribution and caveat.

    Raises
    ------
    ValueError
        If there is no such series.

    Examples
    --------
    >>> series("england_rtt_monthly").title
    'Waiting for treatment in England'
    """
    index = table("series_index").set_index("id")
    if name not in index.index:
        raise unknown("series", name, list(index.index))
    row = index.loc[name]
    return EvidenceTable(
        provenance=Provenance(resource(name)["provenance"], sources=split_list(row["sources"])),
        name=name,
        title=row["title"],
        attribution=row["attribution"],
        caveat=row["caveat"],
        frame=table(name),
    )


def published_cases() -> EvidenceTable:
    """Return what has been published about real organisations, one row per figure or event."""
    return _table("published_cases")


def contrasts() -> EvidenceTable:
    """Return published contrasts between copied and locally adapted interventions."""
    return _table("contrasts")


def claims() -> EvidenceTable:
    """Return the claims of the course, with what speaks for and against each."""
    return _table("claims")


def matrix() -> EvidenceTable:
    """Return the comparison of the approaches: one row per dimension and approach."""
    return _table("approaches")


def term(name: str) -> Term:
    """Return one word of the glossary.

    Parameters
    ----------
    name : str
        Its id or the word itself, such as ``lead_time`` or ``lead time``.

    Raises
    ------
    ValueError
        If the glossary does not hold it.
    """
    words = table("glossary")
    wanted = str(name).strip().lower()
    rows = words[(words["id"] == wanted) | (words["term"].str.lower() == wanted)]
    if rows.empty:
        raise unknown("term", name, list(dict.fromkeys([*words["id"], *words["term"]])))
    row = rows.iloc[0]
    return Term(
        provenance=_provenance(rows),
        id=row["id"],
        term=row["term"],
        definition=row["definition"],
    )


def verbatim(group: str) -> Verbatim:
    """Return a list quoted word for word, in its own order.

    Parameters
    ----------
    group : str
        Such as ``five_focusing_steps``.

    Raises
    ------
    ValueError
        If there is no such list.
    """
    quoted = table("verbatim")
    rows = quoted[quoted["group"] == group].sort_values("order")
    if rows.empty:
        raise unknown("quoted list", group, list(dict.fromkeys(quoted["group"])))
    return Verbatim(provenance=_provenance(rows), wordings=tuple(rows["wording"].tolist()))


def _table(name: str) -> EvidenceTable:
    """Return a whole table as a view."""
    description, frame = resource(name), table(name)
    return EvidenceTable(
        provenance=_provenance(frame),
        name=name,
        title=description["title"],
        caveat=description.get("caveat", ""),
        frame=frame,
    )


def _provenance(rows: pd.DataFrame) -> Provenance:
    """Return the provenance of some rows: published if they name sources, else illustrative."""
    cells = rows.get("sources", [])
    keys = tuple(dict.fromkeys(key for cell in cells for key in split_list(cell)))
    kind: Kind = "published" if keys else "illustrative"
    verified = bool(rows["verified"].all()) if "verified" in rows else True
    return Provenance(kind, sources=keys, verified=verified)
