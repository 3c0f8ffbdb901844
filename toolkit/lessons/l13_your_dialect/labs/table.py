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
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS
from toolkit.screen.tables import list_html, table_html
from toolkit.upload import (
    DUPLICATES,
    EVERY,
    Series,
    Trouble,
    Upload,
    UploadError,
    first_rows,
    series,
    summary,
)
from toolkit.upload.errors import one_line, unknown_choice
from toolkit.upload.kinds import plain_heading
from toolkit.upload.layout import TABLE, text_of

SAMPLE = "sample_service.csv"
ONLY, MOST_GROUPS = "only ", 2_000  # a longer list would hold up the page


def sample_bytes() -> bytes:
    """Return the sample as a file."""
    return data_folder().joinpath(SAMPLE).read_bytes()


def _trouble(key: str, **facts: Any) -> UploadError:
    parts = (WORDS.say(f"trouble.{key}.{part}", **facts) for part in ("what", "found", "right"))
    return UploadError(Trouble(*parts))


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
            raise _trouble("count", every=made.every)
        return made
    ask["duplicates"] = many if many in DUPLICATES else None
    if many.startswith(ONLY):
        one = many.removeprefix(ONLY)
        made = understood(only_rows(upload, one), {**setting, "many": "ask"})
        return replace(made, label=f"{made.label}, {one}")
    if many == "ask" and TABLE in upload.frame and len(set(upload.frame[TABLE])) > 1:
        tables = [f"'{one_line(one)}'" for one in upload.frame[TABLE].unique()]
        raise _trouble("tables", tables=tables)
    ask["way"] = setting["way"]
    if kind == "share":
        if not setting["of"]:
            raise _trouble("whole")
        return series(upload, **ask, numerator=setting["value"], denominator=setting["of"])
    if kind == "running":
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
        return WORDS.provenance("sample" if self.source == "sample" else "own_table")

    @property
    def said(self) -> str:
        """What was understood, in words and in a small table, as HTML."""
        held = self.series or self.upload
        notes = [WORDS.say("data.from_record")]
        if self.upload is not None:  # its first note is the summary once more
            more = self.series.notes if self.series else map(str, self.upload.troubles)
            notes = [*self.upload.notes[1:], *more]
        head = first_rows(held)
        heads = [str(name).replace("_", " ") for name in head.columns]
        first = table_html(
            heads, head.to_numpy(), WORDS.say("data.first_rows", name=one_line(self.name))
        )
        lead = WORDS.say("data.understood" if self.series else "data.in_table")
        return (
            f"<p><strong>{lead}</strong> {html.escape(summary(held))}</p>"
            f"{list_html(dict.fromkeys(notes))}"
            f'<div style="overflow-x: auto">{first}</div>'
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
