"""How a table is most likely meant, and what follows when its owner says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from toolkit.lessons.l13_your_dialect.labs.table import ONLY, groups, only_rows, understood
from toolkit.spc import ENOUGH
from toolkit.text.reading import read_number
from toolkit.upload import EVERY, Upload, UploadError, series
from toolkit.upload.kinds import guess

BESIDE = re.compile(
    r"\b(plan(ned)?|target|trajectory|budget|threshold|lower|upper|ci|confidence)\b|"
    r"^(financial |calendar )?(year|quarter|month|week|day)( no\.?| number)?$",
    re.IGNORECASE,
)
FEW = 3  # figures, which may rise by one each time without being numbers of rows
LARGE = 5_000  # rows; in a larger table not every way of reading is tried
FIGURES = ("percent", "duration", "count", "number")
START = {
    "date": "", "kind": "rows", "value": "", "of": "",
    "every": "month", "order": "", "many": "ask", "unreadable": "refuse", "way": "", "back": "",
}  # fmt: skip
# What the sample is about is known; what anybody else's table is about is guessed, and shown.
OF_SAMPLE = {"kind": "share", "value": "seen_within_14_days", "of": "referrals"}


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
    if len(upload.frame) > LARGE:
        return setting
    if setting["kind"] == "rows":
        return {**setting, "every": _step(upload, setting, steps, ENOUGH) or setting["every"]}
    held = groups(upload)
    one = only_rows(upload, held.iloc[0]) if len(held) else upload
    counted = {**setting, "kind": "rows", "many": "gap", "order": "calendar"}
    found = (
        _step(each, way, steps, share=share)
        for way in (setting, counted)  # figures that are asked about do not hide the calendar
        for share in (2, 1)
        for each in ((upload, one) if len(held) else (upload,))
    )
    return {**setting, "every": next(filter(None, found), setting["every"])}


def _step(
    upload: Upload, setting: Mapping[str, str], steps: Iterable[str], least: int = 0, share: int = 0
) -> str:
    """Return the first step of the calendar with enough points, and few gaps; empty if none."""
    for every in steps:
        try:
            if setting["kind"] == "rows" and not least:
                made = series(upload, date=setting["date"], every=every, order=setting["order"])
            else:
                made = understood(upload, {**setting, "every": every})
        except UploadError:
            continue
        known = len(made.frame) - len(made.missing)
        if known >= max(least, share * len(made.missing)):
            return every
    return ""


def _beside(upload: Upload, name: str) -> int:
    """Return 0 for figures, 1 if they only count rows or never change, 2 for a plan or a year."""
    if BESIDE.search(name):
        return 2
    cells = [read_number(cell) for cell in upload.frame[name]]
    steps = {None if None in pair else pair[1] - pair[0] for pair in pairwise(cells)}
    return int(steps == {0.0} or (steps == {1.0} and len(cells) > FEW))


def _lists_events(upload: Upload, date: str) -> bool:
    """Return whether each row seems to be an event: on some days one, on others more."""
    try:
        rows = series(upload, date=date, every="day").frame["n"]
    except UploadError:
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
    upload = upload.put_back(new["back"].split(","))
    if new["date"] not in upload.kinds:
        new["date"] = upload.of_kind("date")[0]
    values = [name for name in upload.kinds if name != new["date"]]
    if new["kind"] != "rows" and new["value"] not in values:
        counted = (name for kind in FIGURES for name in upload.of_kind(kind))
        new["value"] = next(counted, values[0] if values else "")
    if new["value"] != old["value"] and new["kind"] == old["kind"] and new["kind"] in FIGURES:
        likely = upload.kinds.get(new["value"], "")
        new["kind"] = likely if likely in FIGURES else new["kind"]
    if new["many"] != old["many"] and new["many"].startswith(ONLY) and new["kind"] in FIGURES:
        try:  # in a column of several measures, the rows that are kept say what they are
            cells = only_rows(upload, new["many"].removeprefix(ONLY)).frame[new["value"]].tolist()
            likely = guess(new["value"], cells)
            new["kind"] = likely if likely in FIGURES else new["kind"]
        except UploadError:
            pass
    if (new["value"], new["kind"]) != (old["value"], old["kind"]):
        new["way"] = ""
    if new["date"] != old["date"]:
        new["order"] = ""
    if new["kind"] != old["kind"] and "rows" in (new["kind"], old["kind"]):
        new["many"] = "gap" if new["kind"] == "rows" else "ask"
    if new["kind"] == "share" and new["of"] in ("", new["value"]):
        new["of"] = whole_of(upload, new["value"])
    return new


def fits(upload: Upload, setting: object) -> bool:
    """Return whether a setting that was kept is one for this table."""
    names = {*(upload.whole if upload.whole is not None else upload.kinds), ""}
    return (
        isinstance(setting, dict)
        and set(setting) == set(START)
        and all(isinstance(text, str) for text in setting.values())
        and setting["date"] in names - {""}
        and {setting["value"], setting["of"]} <= names
    )
