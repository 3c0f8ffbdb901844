"""What somebody is asked who brings a table: at most four things at a time."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.learning.fields import Button, Field, FileField
from toolkit.lessons.l13_your_dialect.labs.noted import WORDS
from toolkit.lessons.l13_your_dialect.labs.table import ONLY, OwnTable, back_of, groups
from toolkit.screen.form import Form
from toolkit.spc import RULE_SETS
from toolkit.upload import DUPLICATES, ORDERS, QUARTERS, Series, Upload
from toolkit.upload.dates import orders_of, read_period
from toolkit.upload.measures import ways
from toolkit.upload.periods import when

RULES = {key: each.title for key, each in RULE_SETS.items()}


def steps() -> dict[str, str]:
    """Return the steps from a table to its chart."""
    return WORDS["ask"]["steps"]["step"]["options"]


class Asked(Form):
    """A form whose questions change with what is known."""

    def ask(self, *fields: Field) -> None:
        """Put these questions in place of those before."""
        self._start = {f.name: f.value for f in fields if not isinstance(f, Button | FileField)}
        specs = [field.spec() for field in fields]
        with self.hold_sync():
            self.value = dict(self._start)
            if specs != self.fields:
                self.fields = specs


def file_fields(table: OwnTable | None, opened: bool = False) -> list[Field]:
    """Return what is asked of a file: itself, its sheet if there are several, what is put back."""
    sample = table is not None and table.source == "sample"
    names, value, options = ["file", "settings" if sample else "sample", "save"], {}, {}
    if sample and opened:
        names.remove("settings")
    upload = table and table.upload
    if upload and upload.left:
        names.insert(1, "back")
        value["back"] = back_of(table.setting)
        options["back"] = {each.key: each.label for each in upload.left}
    if upload and len(upload.sheets) > 1:
        names.insert(1, "sheet")
        value["sheet"] = upload.sheet
        options["sheet"] = {
            each: WORDS.say("data.hidden", sheet=each) if each in upload.hidden_sheets else each
            for each in upload.sheets
        }
    return WORDS.fields("file", *names, value=value, options=options)


def column_fields(upload: Upload, setting: Mapping[str, str]) -> list[Field]:
    """Return what is asked about the columns."""
    kind, value = setting["kind"], setting["value"]
    named = {name: name for name in upload.kinds if name != setting["date"]}
    named = named or {setting["date"]: setting["date"]}
    able = ways(upload.frame[value], kind) if value in upload.frame else {}
    asked = ["date", "kind"]
    if kind != "rows":
        asked.append("value")
    if kind == "share":
        asked.append("of")
    elif able and kind != "rows":
        asked.append("way")
    return WORDS.fields(
        "columns",
        *asked,
        value={**setting, "way": setting["way"] if setting["way"] in able else ""},
        options={
            "date": {name: name for name in upload.of_kind("date")},
            "value": named,
            "of": named,
            "way": able,
        },
        kind=kind,
    )


def orders(upload: Upload, date: str) -> Mapping[str, str]:
    """Return what dates such as 01/04/24, or a Q1 of 2024, can mean; empty if that is certain."""
    readings = {read_period(cell) for cell in upload.frame[date].dropna()} - {None}
    if any(len(each.parts) == 2 for each in readings):
        return QUARTERS
    hanging = [each for each in readings if each.parts]
    able = [one for one in ORDERS if all(one in orders_of(each) for each in hanging)]
    # Where Excel has made dates of some, it may have turned them round.
    certain = len(able) == 1 and len(hanging) == len(readings)
    return {} if certain or not hanging else ORDERS


def reading_fields(upload: Upload, setting: Mapping[str, str]) -> list[Field]:
    """Return what is asked about dates, rows and cells."""
    only = {f"{ONLY}{one}": f"{ONLY}{one[:80]}" for one in sorted(set(groups(upload)))}
    able = orders(upload, setting["date"])
    asked = WORDS.fields(
        "reading",
        *(("every", "order") if able else ("every",)),
        "many",
        "unreadable",
        value={**setting, "order": setting["order"] if setting["order"] in able else ""},
        options={"order": able, "many": {**DUPLICATES, **only}},
        quarters=able is QUARTERS,
        every=setting["every"],
    )
    if setting["kind"] == "rows":
        asked[-2:-1] = WORDS.fields("counting", value=setting, every=setting["every"])
    return asked


def look_fields(made: Series | None, look: Mapping[str, str]) -> list[Field]:
    """Return what is asked about the chart; what does not fit this series starts afresh."""
    starts = {}
    if made is not None:
        starts = {f"{at:%Y-%m-%d}": when(at, made.every) for at in made.frame["start"][1:]}
    return WORDS.fields(
        "look",
        "rules", "better", "target", "rebase", "reset",
        value={
            "rules": look["rules"] if look["rules"] in RULES else "mdc",
            "better": look["better"] if look["better"] in ("increase", "decrease") else "neutral",
            "target": look["target"],
            "rebase": look["rebase"] if look["rebase"] in starts else "",
        },
        options={"rules": RULES, "rebase": starts},
        unit=made.unit if made else "",
    )  # fmt: skip
