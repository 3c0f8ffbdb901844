"""Records of several screens side by side: what each predicted, and how far apart they were."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from toolkit.learning.answers import CONFIDENCE, fits, people
from toolkit.learning.calibration import bands
from toolkit.learning.export import ExportTable, Section, html_page, said
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, words_of

COLUMNS = (
    "Question", "Predictions", "People at these screens", "Of them agreed", "What they predicted",
    "Came true for",
)  # fmt: skip


def together(records: Sequence[Record]) -> list[tuple[str, ...]]:
    """Return one row for each prediction that at least one of several screens made.

    A prediction that was locked when its result was known is left out.

    Parameters
    ----------
    records : sequence of Record
        One for each screen; several people may share it.

    Returns
    -------
    list of tuple of str
        A cell for each of `COLUMNS`, in the order of the lessons.
    """
    rows: list[tuple[str, ...]] = []
    for number, name, ask in _asked(records):
        key = f"{number}/predict/{name}"
        made = [
            (people(record), entry)
            for record in records
            if (entry := dict(record.of_kind("prediction")).get(key))
            and not entry.get("after")
            and fits(ask, entry["answer"])
        ]
        if made:
            rows.append((
                f"{number}: {ask.question}",
                str(len(made)),
                str(sum(seats for seats, _ in made)),
                _agreed(made),
                _spread(ask, [entry["answer"] for _, entry in made]),
                _came([entry.get("came") for _, entry in made]),
            ))  # fmt: skip
    return rows


def _asked(records: Sequence[Record]) -> Iterator[tuple[str, str, Ask]]:
    """Yield number, name and question of the predictions of these lessons, as they ask them."""
    made = {key.split("/")[0] for record in records for key, _ in record.of_kind("prediction")}
    for number in sorted(made):
        with contextlib.suppress(ValueError):
            for name, ask in words_of(number).predict.items():
                yield number, name, ask


def _agreed(made: Sequence[tuple[int, dict]]) -> str:
    """Return how many people agreed with the prediction of their screen, of those asked."""
    asked = [
        (min(agree, seats), seats)
        for seats, entry in made
        if seats > 1 and isinstance(agree := entry.get("agree"), int)
    ]
    if not asked:
        return "nobody was asked"
    return f"{sum(agree for agree, _ in asked)} of {sum(seats for _, seats in asked)}"


def _came(outcomes: Sequence[Any]) -> str:
    settled = [came for came in outcomes if isinstance(came, bool)]
    still = len(outcomes) - len(settled)
    told = [f"{sum(settled)} of {len(settled)}"] if settled else []
    told += [f"{still} still open" if settled else "still open"] if still else []
    return "; ".join(told)


def _spread(ask: Ask, answers: list[Any]) -> str:
    if ask.kind == "slider":
        low, middle, high = min(answers), median(answers), max(answers)
        return f"from {low:g} to {high:g} {ask.unit}".rstrip() + f", in the middle {middle:g}"
    counted = Counter(said(ask, answer) for answer in answers)
    return "; ".join(f"{count} × {words}" for words, count in counted.most_common())


def who(records: Sequence[Record]) -> str:
    """Return how many people these records come from, in words."""
    seats, screens = sum(map(people, records)), len(records)
    persons = f"{seats} {'person' if seats == 1 else 'people'}"
    return f"{persons} at {screens} {'screen' if screens == 1 else 'screens'}"


def group_page(records: Sequence[Record]) -> str:
    """Return what several screens predicted as a page to read or print; nobody is named.

    Parameters
    ----------
    records : sequence of Record
        One for each screen.

    Returns
    -------
    str
        HTML.
    """
    fit = [
        (
            f"screen {n}",
            str(people(record)),
            *(f"{band.came} of {band.asked}" for band in bands(record)),
        )
        for n, record in enumerate(records, 1)
    ]
    sure = (f"{said} ({float(key):.0%})" for key, said in CONFIDENCE.items())
    parts = [
        Section("What we predicted",
                tables=[ExportTable("Predictions", COLUMNS, together(records))]),
        Section("How sure, and how often right",
                "Nobody is ranked: with so few predictions chance plays a large part.",
                [ExportTable("Came true, by how sure each screen was",
                             ("Who", "People", *sure), fit)]),
    ]  # fmt: skip
    about = f"{who(records)}. Made on this computer; nothing was sent anywhere."
    return html_page("Our predictions", about, parts)
