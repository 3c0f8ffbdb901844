"""Records of several screens side by side: what each predicted, and how far apart they were."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from toolkit.learning.answers import CONFIDENCE, fits, sharing
from toolkit.learning.calibration import bands
from toolkit.learning.export import ExportTable, Section, answer_words, html_page
from toolkit.learning.record import Record
from toolkit.learning.words import WORDS, Ask, words_of


def columns() -> list[str]:
    """Return the headings of the table that `together` fills."""
    return WORDS["group.together.columns"]


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
        A cell for each of `columns`, in the order of the lessons.
    """
    rows: list[tuple[str, ...]] = []
    for number, name, ask in _asked(records):
        key = f"{number}/predict/{name}"
        made = [
            (sharing(record), entry)
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
    agree, seats = (sum(each) for each in zip(*asked, strict=True)) if asked else (0, 0)
    return WORDS.say("group.agreed", agree=agree, seats=seats)


def _came(outcomes: Sequence[Any]) -> str:
    settled = [came for came in outcomes if isinstance(came, bool)]
    still = len(outcomes) - len(settled)
    return WORDS.say("group.came", came=sum(settled), settled=len(settled), still=still)


def _spread(ask: Ask, answers: list[Any]) -> str:
    if ask.kind == "slider":
        low, middle, high = (f"{each(answers):g}" for each in (min, median, max))
        return WORDS.say("group.spread", low=low, middle=middle, high=high, unit=ask.unit)
    counted = Counter(answer_words(ask, answer) for answer in answers)
    return "; ".join(f"{count} × {words}" for words, count in counted.most_common())


def who(records: Sequence[Record]) -> str:
    """Return how many people these records come from, in words."""
    return WORDS.say("group.who", seats=sum(map(sharing, records)), screens=len(records))


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
            WORDS.say("group.screen", number=n),
            str(sharing(record)),
            *(WORDS.say("group.of", came=band.came, asked=band.asked) for band in bands(record)),
        )
        for n, record in enumerate(records, 1)
    ]
    sure = (f"{said} ({float(key):.0%})" for key, said in CONFIDENCE.items())
    said = WORDS["group"]
    made = ExportTable(said["together"]["caption"], columns(), together(records))
    ranked = ExportTable(said["fit"]["caption"], [*said["fit"]["columns"], *sure], fit)
    parts = [
        Section(said["together"]["title"], tables=[made]),
        Section(said["fit"]["title"], said["fit"]["note"], [ranked]),
    ]
    about = WORDS.say("group.about", who=who(records))
    return html_page(said["title"], about, parts)
