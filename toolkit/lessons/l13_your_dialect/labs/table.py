"""What a table that somebody brings holds, read as somebody says."""

from __future__ import annotations

import datetime
import html
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from toolkit.evidence.provenance import Provenance
from toolkit.evidence.store import data_folder
from toolkit.screen.tables import list_html, table_html
from toolkit.text.lists import listed
from toolkit.upload import (
    DUPLICATES,
    Series,
    Trouble,
    Upload,
    UploadError,
    first_rows,
    series,
    summary,
)
from toolkit.upload.errors import shown, unknown_choice
from toolkit.upload.kinds import plain_heading
from toolkit.upload.layout import TABLE, text_of

SAMPLE = "sample_service.csv"
MADE_UP = Provenance("illustrative", note="the sample: a clinic that does not exist")
FROM_RECORD = (
    "The figures come from your record. To change how they were read, take the file again."
)
ONLY, MOST_GROUPS = "only ", 2_000  # a longer list would hold up the page
RUNNING = "running"


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
    UploadError
        If it cannot be read so; the message says what would be right.
    """
    kind, many = setting["kind"], setting["many"]
    upload = upload.put_back(back_of(setting))
    ask: dict[str, Any] = {name: setting[name] for name in ("date", "every", "unreadable")}
    ask |= {"order": setting["order"] or None, "today": datetime.date.today()}
    if kind == "rows":
        made = series(upload, **ask, empty=many if many in ("gap", "zero") else "gap")
        if (made.frame["n"] <= 1).all():
            found = f"one row for each {made.every}"
            right = "a column of figures such as 12, 85% or 2h 15m, each in a cell of its own"
            raise UploadError(Trouble("There is nothing to count", found, right))
        return made
    ask["duplicates"] = many if many in DUPLICATES else None
    if many.startswith(ONLY):
        one = many.removeprefix(ONLY)
        made = understood(only_rows(upload, one), {**setting, "many": "ask"})
        return replace(made, label=f"{made.label}, {one}")
    if many == "ask" and TABLE in upload.frame and len(set(upload.frame[TABLE])) > 1:
        found = listed(f"'{shown(one)}'" for one in upload.frame[TABLE].unique())
        right = "one of them, chosen in step 2; or choose there to add them up"
        raise UploadError(Trouble("Several tables stand below one another", found, right))
    ask["way"] = setting["way"]
    if kind == "share":
        if not setting["of"]:
            right = "the column with the whole, such as all referrals"
            what = "A share needs what it is out of"
            raise UploadError(Trouble(what, "no column chosen", right))
        return series(upload, **ask, numerator=setting["value"], denominator=setting["of"])
    if kind == RUNNING:
        return series(upload, **ask, value=setting["value"], kind="number", running=True)
    return series(upload, **ask, value=setting["value"], kind=kind)


def back_of(setting: Mapping[str, str]) -> list[str]:
    """Return what was put back of the things that are left out of a table."""
    return [key for key in setting["back"].split(",") if key]


def only_rows(upload: Upload, one: str) -> Upload:
    """Return a table with the rows of one group; an error says which groups there are."""
    held = groups(upload)
    if one not in set(held):
        raise unknown_choice("rows", one, dict.fromkeys(held))
    whole = upload.put_back(["totals"])
    frame = whole.frame[(held == one).to_numpy()]
    return replace(upload, frame=frame.drop(columns=TABLE, errors="ignore"), left=())


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
    upload = upload.put_back(["totals"])
    texts = [name for name in upload.of_kind("text") if not plain_heading(name).endswith(" QF")]
    words = upload.frame[texts].map(text_of)
    # Remarks, another in each row, tell no groups apart.
    words = words[[name for name in words if 2 * words[name].nunique() <= len(words)]]
    if not len(words.columns):
        return pd.Series(dtype=str)
    named = words.agg(lambda row: " · ".join(filter(None, row)), axis=1)
    return named if 2 <= len(set(named)) <= min(MOST_GROUPS, len(named) - 1) else named[:0]


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table as it is being read: the file, what was said about it, and what came of it."""

    name: str
    upload: Upload | None  # None: only the figures are known, from the record
    setting: dict[str, str]
    look: dict[str, str]
    content: bytes = b""
    series: Series | None = None

    @property
    def seen(self) -> Upload | None:
        """The table with what its owner has put back."""
        return self.upload and self.upload.put_back(back_of(self.setting))

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
        head = first_rows(held)
        heads = [str(name).replace("_", " ") for name in head.columns]
        first = table_html(heads, head.to_numpy(), f"The first rows of {shown(self.name)}")
        lead = "What was understood" if self.series else "What stands in the table"
        return (
            f"<p><strong>{lead}.</strong> {html.escape(summary(held))}</p>"
            f"{list_html(dict.fromkeys(notes))}"
            f'<div style="overflow-x: auto">{first}</div>'
        )
