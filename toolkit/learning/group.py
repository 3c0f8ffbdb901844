"""Several people's records side by side: what a table of four predicted, and how far apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from toolkit.learning.answers import fits
from toolkit.learning.calibration import bands
from toolkit.learning.export import Part, Table, html_page, said
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, words_of

COLUMNS = ("Question", "People", "What they predicted", "Came true for")


def together(records: Sequence[Record]) -> list[tuple[str, str, str, str]]:
    """Return one row for each prediction that at least one of several people made.

    Parameters
    ----------
    records : sequence of Record
        One for each person.

    Returns
    -------
    list of tuple of str
        Question, how many predicted, what they predicted, and for how many it came true.
    """
    keys = sorted({key for record in records for key in record.keys() if "/predict/" in key})  # noqa: SIM118
    rows = []
    for key in keys:
        number, _, name = key.split("/", 2)
        try:
            ask = words_of(number).predict[name]
        except (ValueError, KeyError):
            continue
        entries = [entry for record in records if (entry := record.get(key))]
        answers = [e["answer"] for e in entries if fits(ask, e.get("answer"))]
        if answers:
            came = [e["came"] for e in entries if isinstance(e.get("came"), bool)]
            true = f"{sum(came)} of {len(came)}" if came else "still open"
            rows.append(
                (f"{number}: {ask.question}", str(len(answers)), _spread(ask, answers), true)
            )
    return rows


def _spread(ask: Ask, answers: list[Any]) -> str:
    if ask.kind == "slider":
        low, middle, high = min(answers), median(answers), max(answers)
        return f"from {low:g} to {high:g} {ask.unit}".rstrip() + f", in the middle {middle:g}"
    counted = Counter(said(ask, answer) for answer in answers)
    return "; ".join(f"{count} × {words}" for words, count in counted.most_common())


def group_page(records: Sequence[Record]) -> str:
    """Return what a table predicted as a page to read or print; nobody is named.

    Parameters
    ----------
    records : sequence of Record
        One for each person.

    Returns
    -------
    str
        HTML.
    """
    fit = [
        (f"person {n}", *(f"{band.came} of {band.asked}" for band in bands(record)))
        for n, record in enumerate(records, 1)
    ]
    heads = ("Who", *(f"{band.said} ({band.sure:.0%})" for band in bands(records[0])))
    parts = [
        Part("What we predicted", tables=[Table("Predictions", COLUMNS, together(records))]),
        Part("How sure, and how often right",
             "Nobody is ranked: with so few predictions chance plays a large part.",
             [Table("Came true, by how sure each person was", heads, fit)]),
    ]  # fmt: skip
    about = f"{len(records)} people of one table. Made on this computer; nothing was sent anywhere."
    return html_page("Our table", about, parts)
