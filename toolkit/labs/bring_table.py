"""What a table that somebody brings is taken to be."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from toolkit.evidence.provenance import Provenance
from toolkit.evidence.store import data_folder
from toolkit.intake import (
    DUPLICATES,
    EVERY,
    IntakeError,
    Series,
    Trouble,
    Upload,
    first_rows,
    series,
    summary,
)
from toolkit.intake.cells import number
from toolkit.intake.errors import shown, unknown_choice
from toolkit.intake.layout import text_of
from toolkit.labs.tables import table_html
from toolkit.variation import ENOUGH

SAMPLE = "sample_service.csv"
FROM_RECORD = (
    "The figures come from your record. To change how they were read, take the file again."
)
ONLY, MOST_GROUPS = "only ", 60  # a list of more is no help
BESIDE = re.compile(
    r"\b(plan(ned)?|target|trajectory|budget|threshold)\b|"
    r"^(financial |calendar )?(year|quarter|month|week|day)( no\.?| number)?$",
    re.IGNORECASE,
)
LARGE = 5_000  # rows; in a larger table not every way of reading is tried
FIGURES = ("percent", "duration", "count", "number")
START = {
    "date": "", "kind": "rows", "value": "", "of": "",
    "every": "month", "order": "", "many": "ask", "unreadable": "refuse",
}  # fmt: skip
MADE_UP = Provenance("illustrative", note="the sample: a clinic that does not exist")
# What the sample is about is known; what anybody else's table is about is guessed, and shown.
OF_SAMPLE = {"kind": "share", "value": "seen_within_14_days", "of": "referrals"}


def sample_bytes() -> bytes:
    """Return the sample as a file."""
    return data_folder().joinpath(SAMPLE).read_bytes()


def understood(upload: Upload, setting: Mapping[str, str]) -> Series:
    """Return the series that a table holds, if it is read as somebody says.

    Parameters
    ----------
    upload : Upload
        The table.
    setting : mapping of str to str
        As `START`.

    Returns
    -------
    Series
        One row for each period.

    Raises
    ------
    IntakeError
        If it cannot be read so; the message says what would be right.
    """
    kind, many = setting["kind"], setting["many"]
    ask: dict[str, Any] = {name: setting[name] for name in ("date", "every", "unreadable")}
    ask |= {"order": setting["order"] or None, "today": datetime.date.today()}
    if kind == "rows":
        made = series(upload, **ask, empty=many if many in ("gap", "zero") else "gap")
        if (made.frame["n"] <= 1).all():
            found = f"one row for each {made.every}"
            right = "a column of figures such as 12, 85% or 2h 15m, each in a cell of its own"
            raise IntakeError(Trouble("There is nothing to count", found, right))
        return made
    ask["duplicates"] = many if many in DUPLICATES else None
    if many.startswith(ONLY):
        held = groups(upload)
        one = many.removeprefix(ONLY)
        if one not in set(held):
            raise unknown_choice("rows", one, dict.fromkeys(held))
        only = replace(upload, frame=upload.frame[held == one])
        made = understood(only, {**setting, "many": "ask"})
        return replace(made, label=f"{made.label}, {one}")
    if kind == "share":
        if not setting["of"]:
            right = "the column with the whole, such as all referrals"
            what = "A share needs what it is out of"
            raise IntakeError(Trouble(what, "no column chosen", right))
        return series(upload, **ask, numerator=setting["value"], denominator=setting["of"])
    return series(upload, **ask, value=setting["value"], kind=kind)


def groups(upload: Upload) -> pd.Series:
    """Return for each row the ward, measure or the like that it is of; none if there is no choice.

    Parameters
    ----------
    upload : Upload
        A table.

    Returns
    -------
    Series of str
        What stands in its columns of words; empty if that is the same, or another, in each row.
    """
    words = upload.frame[upload.of_kind("text")].map(text_of)
    named = words.agg(" · ".join, axis=1) if len(words.columns) else pd.Series(dtype=str)
    return named if 2 <= len(set(named)) <= min(MOST_GROUPS, len(named) - 1) else named[:0]


def first_setting(upload: Upload) -> dict[str, str]:
    """Return how a table is most likely meant, for its owner to correct.

    Parameters
    ----------
    upload : Upload
        A table with a column of dates.

    Returns
    -------
    dict
        As `START`.
    """
    date = upload.of_kind("date")[0]
    figures = [(kind, name) for kind in FIGURES for name in upload.of_kind(kind)]
    kind, value = min(figures, key=lambda each: _beside(upload, each[1]), default=("rows", ""))
    setting = {**START, "date": date, "kind": kind, "value": value, "of": whole_of(upload, value)}
    if kind == "rows" or _lists_events(upload, date):
        setting |= {"kind": "rows", "value": "", "of": "", "many": "gap"}
        steps = ("month", "week", "day", "quarter")  # by the month a list of events is calmest
    else:
        steps = EVERY
    for every in steps if len(upload.frame) <= LARGE else ():
        try:
            made = understood(upload, {**setting, "every": every})
        except IntakeError:
            continue
        known = len(made.frame) - len(made.missing)
        if known >= (ENOUGH if kind == "rows" else len(made.missing)):
            return {**setting, "every": every}
    return setting


def _beside(upload: Upload, name: str) -> int:
    """Return 0 for figures, 1 if they only count rows or never change, 2 for a plan or a year."""
    if BESIDE.search(name):
        return 2
    cells = [number(cell) for cell in upload.frame[name]]
    steps = {None if None in pair else pair[1] - pair[0] for pair in pairwise(cells)}
    return int(steps in ({0.0}, {1.0}))


def _lists_events(upload: Upload, date: str) -> bool:
    """Return whether each row seems to be an event: on some days one, on others more."""
    try:
        rows = series(upload, date=date, every="day").frame["n"]
    except IntakeError:
        return False
    return rows.max() > rows[rows > 0].min()


def whole_of(upload: Upload, part: str) -> str:
    """Return the column that a count is most likely out of: another count; empty if none."""
    return next((name for name in upload.of_kind("count") if name != part), "")


def mended(upload: Upload, old: Mapping[str, str], new: dict[str, str]) -> dict[str, str]:
    """Return a setting in which what was not touched follows what was.

    Parameters
    ----------
    upload : Upload
        The table.
    old, new : mapping of str to str
        As `START`: before somebody changed something, and after.

    Returns
    -------
    dict
        As `START`.
    """
    values = [name for name in upload.kinds if name != new["date"]]
    if new["kind"] != "rows" and new["value"] not in values:
        counted = (name for kind in FIGURES for name in upload.of_kind(kind))
        new["value"] = next(counted, values[0] if values else "")
    if new["value"] != old["value"] and new["kind"] == old["kind"] and new["kind"] in FIGURES:
        likely = upload.kinds.get(new["value"], "")
        new["kind"] = likely if likely in FIGURES else new["kind"]
    if new["kind"] != old["kind"] and "rows" in (new["kind"], old["kind"]):
        new["many"] = "gap" if new["kind"] == "rows" else "ask"
    if new["kind"] == "share" and new["of"] in ("", new["value"]):
        new["of"] = whole_of(upload, new["value"])
    return new


def fits(upload: Upload, setting: object) -> bool:
    """Return whether a setting that was kept is one for this table."""
    names = {*upload.kinds, ""}
    return (
        isinstance(setting, dict)
        and set(setting) == set(START)
        and all(isinstance(text, str) for text in setting.values())
        and setting["date"] in names - {""}
        and {setting["value"], setting["of"]} <= names
    )


def entry_of(made: Series) -> dict[str, Any]:
    """Return a series as a record keeps it."""
    columns = {
        name: [None if pd.isna(x) else float(x) for x in made.frame[name]]
        for name in ("value", "n", "count")
    }
    about = {name: getattr(made, name) for name in ("every", "step", "kind", "unit", "label")}
    return {"start": made.frame["start"].dt.strftime("%Y-%m-%d").tolist(), **columns, **about}


def series_of(entry: Mapping[str, Any]) -> Series:
    """Return the series that a record has kept.

    Parameters
    ----------
    entry : mapping
        As `entry_of` gives it.

    Returns
    -------
    Series
        The same figures.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the entry has been changed, and is none.
    """
    frame = pd.DataFrame({"start": pd.to_datetime(pd.Series(entry["start"], dtype="str"))})
    for name in ("value", "n", "count"):
        frame[name] = pd.array(entry[name], dtype="Float64").to_numpy(float, na_value=float("nan"))
    about = {name: str(entry[name]) for name in ("step", "kind", "unit", "label")}
    if entry["every"] not in EVERY or frame["value"].notna().sum() == 0:
        raise ValueError("There are no figures.")
    return Series(frame=frame, every=str(entry["every"]), **about)


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it is being read: the file, what was said about it, and what came of it."""

    name: str
    upload: Upload | None  # None: only the figures are known, from the record
    setting: dict[str, str]
    look: dict[str, str]
    content: bytes = b""
    series: Series | None = None

    @property
    def source(self) -> str:
        """Whether it is the sample, or somebody's own."""
        return "sample" if self.content == sample_bytes() else "file"

    @property
    def whence(self) -> Provenance:
        """Where its figures come from."""
        if self.source == "sample":
            return MADE_UP
        return Provenance("computed", note="from your own table, on this computer")

    @property
    def said(self) -> str:
        """What was understood, in words and in a small table, as HTML."""
        held = self.series or self.upload
        notes = [FROM_RECORD]
        if self.upload is not None:  # its first note is the summary once more
            more = self.series.notes if self.series else map(str, self.upload.troubles)
            notes = [*self.upload.notes[1:], *more]
        listed = "".join(f"<li>{html.escape(note)}</li>" for note in dict.fromkeys(notes))
        head = first_rows(held)
        rows = [[html.escape(str(cell)) for cell in row] for row in head.to_numpy()]
        heads = [str(name).replace("_", " ") for name in head.columns]
        first = table_html(heads, rows, f"The first rows of {shown(self.name)}")
        lead = "What was understood" if self.series else "What stands in the table"
        return (
            f"<p><strong>{lead}.</strong> {html.escape(summary(held))}</p><ul>{listed}</ul>"
            f'<div style="overflow-x: auto">{first}</div>'
        )
