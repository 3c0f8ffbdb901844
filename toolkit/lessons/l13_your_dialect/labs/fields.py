"""What somebody is asked who brings a table: at most four things at a time."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.learning.fields import Button, Field, Number, Select, Ticks
from toolkit.lessons.l13_your_dialect.labs.table import ONLY, RUNNING, back_of, groups
from toolkit.screen import form
from toolkit.screen.form import Form
from toolkit.spc import RULE_SETS
from toolkit.upload import DUPLICATES, EVERY, ORDERS, QUARTERS, Series, Upload
from toolkit.upload.dates import orders_of, read_period
from toolkit.upload.measures import ways
from toolkit.upload.periods import when

# A message to the kernel has at most 10 MiB, or the line is cut; 100,000 rows have 2 to 6 MB.
MOST_BYTES = 9_500_000
STEPS = {"columns": "1: the columns", "reading": "2: dates and gaps", "look": "3: the chart"}
RULES = {key: each.title for key, each in RULE_SETS.items()}
BETTER = {
    "increase": "higher is better",
    "decrease": "lower is better",
    "neutral": "neither, or not said",
}
KINDS = {
    "count": "a count",
    "share": "a share of another column",
    "percent": "a percentage",
    "duration": "a length of time",
    "number": "another number",
    RUNNING: "what each month added to a year to date",
    "rows": "how many rows there are",
}
STEPS_OF_TIME = {**{each: each for each in EVERY}, "date": "date in the table"}
MANY = {"ask": "tell me first", **DUPLICATES}
NONE = {"gap": "not known, so a gap", "zero": "none, so zero"}
UNREADABLE = {"refuse": "tell me first", "leave out": "leave them out"}
KEEP = Ticks(
    "keep",
    "Keep in my record on this computer",
    [],
    options={"figures": "the figures of this chart, so that it comes back by itself"},
    note="What you set and the words of the chart are kept in any case.",
)


class Asked(Form):
    """A form whose questions change with what is known."""

    def ask(self, *fields: Field) -> None:
        """Put these questions in place of those before."""
        silent = (Button, form.FileField)
        self._start = {f.name: f.value for f in fields if not isinstance(f, silent)}
        specs = [field.spec() for field in fields]
        with self.hold_sync():
            self.value = dict(self._start)
            if specs != self.fields:
                self.fields = specs


def file_fields(upload: Upload | None, setting: Mapping[str, str] | None = None) -> list[Field]:
    """Return what is asked first: the file, its sheet if there are several, what is put back."""
    sheets = upload.sheets if upload else ()
    fields: list[Field] = [
        form.FileField(
            "file",
            "A table of your service, as CSV or Excel",
            note="One row of headings, a column of dates, and figures. It stays on this computer. "
            "A table that seems to name people is refused.",
            accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods",  # the last two are told what to do
            most=MOST_BYTES,
        ),
        Button("sample", "Use the sample"),
        Button("save", "Save the sample as a file", quiet=True),
    ]
    if upload and len(sheets) > 1:
        hidden = {each: " (hidden in Excel)" * (each in upload.hidden_sheets) for each in sheets}
        names = {each: f"{each}{more}" for each, more in hidden.items()}
        fields.insert(1, Select("sheet", "Sheet or table", upload.sheet, options=names))
    if upload and upload.left:
        left = {each.key: each.label for each in upload.left}
        back = back_of(setting) if setting else []
        fields.insert(-2, Ticks("back", "Put back what was left out", back, options=left))
    return fields


def others(upload: Upload, date: str) -> list[str]:
    """Return the columns that may hold figures."""
    return [name for name in upload.kinds if name != date] or [date]


def column_fields(upload: Upload, setting: Mapping[str, str]) -> list[Field]:
    """Return what is asked about the columns."""
    kind = setting["kind"]
    dates = {name: name for name in upload.of_kind("date")}
    names = {name: name for name in others(upload, setting["date"])}
    able = ways(upload.frame[setting["value"]], kind) if setting["value"] in upload.frame else {}
    fields: list[Field] = [
        Select("date", "Column with the dates", setting["date"], options=dates),
        Select("kind", "What the chart shows", kind, options=KINDS),
    ]
    if kind != "rows":
        label = "Column with the part" if kind == "share" else "Column with the figures"
        fields.append(Select("value", label, setting["value"], options=names))
    if kind == "share":
        whole = {"": "not chosen", **names}
        fields.append(Select("of", "Column with what it is out of", setting["of"], options=whole))
    if able and kind not in ("rows", "share"):
        able = {"": "as found out", **able}
        way = setting["way"] if setting["way"] in able else ""
        fields.append(Select("way", "What the figures mean", way, options=able))
    return fields


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
    every, many = setting["every"], setting["many"]
    only = {f"{ONLY}{one}": f"{ONLY}{one[:80]}" for one in sorted(set(groups(upload)))}
    asked = Select("many", f"More than one row for a {every}", many, options={**MANY, **only})
    if setting["kind"] == "rows":
        asked = Select("many", f"A {every} without any row is", many, options=NONE)
    able = orders(upload, setting["date"])
    label = "A quarter such as Q1 2024" if able is QUARTERS else "Dates such as 01/04/24 are"
    order = setting["order"] if setting["order"] in able else ""
    return [
        Select("every", "One point for each", every, options=STEPS_OF_TIME),
        *([Select("order", label, order, options={"": "as found out", **able})] if able else []),
        asked,
        Select(
            "unreadable", "Cells that cannot be read", setting["unreadable"], options=UNREADABLE
        ),
    ]


def look_fields(made: Series | None, look: Mapping[str, str]) -> list[Field]:
    """Return what is asked about the chart; what does not fit this series starts afresh."""
    starts = {}
    if made is not None:
        starts = {f"{at:%Y-%m-%d}": when(at, made.every) for at in made.frame["start"][1:]}
    options = {"": "no: one set of limits", **starts}
    rebase = look["rebase"] if look["rebase"] in options else ""
    better = look["better"] if look["better"] in BETTER else "neutral"
    rules = look["rules"] if look["rules"] in RULES else "mdc"
    return [
        Select("rules", "Judged by", rules, options=RULES),
        Select("better", "Which way is better", better, options=BETTER),
        Number("target", "Target, if there is one", look["target"], unit=made.unit if made else ""),
        Select(
            "rebase",
            "New limits from a month on",
            rebase,
            options=options,
            note="Only from a change that you know of from elsewhere, not from this chart.",
        ),
        Button("reset", "Reset", quiet=True),
    ]
