"""The learner's desk: who sits here, how predictions fared, taking the record home, a table's."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from toolkit.caseroom import brier
from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.evidence.provenance import Provenance
from toolkit.labs.exercises import question
from toolkit.labs.lesson import Page
from toolkit.learning.acts import MOST, TABLE, people
from toolkit.learning.calibration import bands, sentence, settled
from toolkit.learning.export import record_page
from toolkit.learning.group import COLUMNS, group_page, together
from toolkit.learning.plan import plan_parts
from toolkit.learning.record import Record, my_record
from toolkit.widgets.form import Button, Field, Form, Slider, Upload
from toolkit.widgets.live import next_run

PAGE, FILE = "my-record.html", "my-record.json"
OWN = Provenance("computed", note="from your own record")


class Own(Form):
    """A form about the record, which says what is wrong with it from the start."""

    def __init__(self, record: Record, *fields: Field, title: str) -> None:
        self.record = record
        super().__init__(*fields, title=title)
        self.status = record.news()

    def _say(self, words: str) -> None:
        self.status = "\n".join(filter(None, [words, self.record.trouble]))


class Keeping(Own):
    """Takes the record home as a page or a file, and takes another one in."""

    def __init__(self, record: Record) -> None:
        super().__init__(
            record,
            Upload(
                "other",
                "Take in a record from another computer",
                note=f"Choose the file {FILE} that was saved there. Nothing of yours is lost.",
                accept=".json",
            ),
            Button("page", "Save as a page to read or print"),
            Button("file", "Save as a file for another computer"),
            title="Take your record home",
        )
        self.on_press("page", self.page)
        self.on_press("file", self.file)
        self.on_upload("other", self.take)

    def page(self) -> None:
        """Hand over the record as one page."""
        html = record_page(self.record, question, more=plan_parts(self.record))
        self.hand_over(PAGE, "text/html", html.encode("utf-8", "backslashreplace"))
        self._say(f"{PAGE} is where your browser keeps downloads. It opens in any browser.")

    def file(self) -> None:
        """Hand over the record as it is kept."""
        text = self.record.text()
        self.hand_over(FILE, "application/json", text.encode("utf-8", "backslashreplace"))
        number = len(self.record.keys())
        self._say(
            f"{FILE} is where your browser keeps downloads, with {number} "
            f"{'entry' if number == 1 else 'entries'} in it. Take it in on the other computer."
        )

    def take(self, _name: str, content: bytes) -> None:
        """Put another record into this one."""
        self._say(self.record.take(content.decode("utf-8", "replace")))


class Table(Own):
    """Says how many people share this screen, so that each prediction asks how many agree."""

    def __init__(self, record: Record) -> None:
        super().__init__(
            record,
            Slider("people", "How many of you share this screen?", people(record), min=1, max=MOST),
            Button("keep", "Keep this"),
            title="Who sits here",
        )  # fmt: skip
        self.on_press("keep", self.keep)

    def keep(self) -> None:
        """Put the number into the record; nobody is named."""
        number = self.value["people"]
        self.record.put(TABLE, {"kind": "table", "people": number})
        told = (
            f"From the next lesson you open, each prediction asks how many of the {number} agree."
        )
        self._say(f"Kept. {told if number > 1 else 'You sit here alone.'}")


class Group(Form):
    """Puts the records of several people side by side, without names."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._folder = tempfile.TemporaryDirectory()
        self._given = 0
        super().__init__(
            Upload("one", "Give the saved records, one after the other",
                   note="Each person saves “a file for another computer” first.", accept=".json"),
            Button("page", "Save our page"),
            title="A table's records, side by side",
        )  # fmt: skip
        self.on_upload("one", self.add)
        self.on_press("page", self.page)

    def add(self, _name: str, content: bytes) -> None:
        """Add one person's record."""
        self._given += 1
        made = Record(Path(self._folder.name) / f"{self._given}.json")
        words = made.take(content.decode("utf-8", "replace"))
        if not made.keys():
            self.status = words
        elif any(made.text() == other.text() for other in self.records):
            self.status = f"That record is here already. There are {len(self.records)}."
        else:
            self.records.append(made)
            rows = [
                ". ".join(f"{name}: {cell}" for name, cell in zip(COLUMNS, row, strict=True))
                for row in together(self.records)
            ]
            self.status = "\n".join([f"Records: {len(self.records)}.", *rows])

    def page(self) -> None:
        """Hand over what the table predicted as one page."""
        if not self.records:
            self.status = "Give at least one record first."
            return
        html = group_page(self.records).encode("utf-8", "backslashreplace")
        self.hand_over("our-table.html", "text/html", html)
        self.status = "our-table.html is where your browser keeps downloads."


class Desk:
    """What the notebook about the record shows.

    Parameters
    ----------
    record : Record
        The learner's record.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    def table(self) -> Table:
        """Ask how many share this screen."""
        return Table(self.record)

    def keep(self) -> Keeping:
        """Offer the record as a page and as a file, and take another in."""
        return Keeping(self.record)

    def group(self) -> Group:
        """Put several records side by side."""
        return Group()

    def calibration(self) -> Figure | Page:
        """Show how confidence and outcome go together, once there is something to show."""
        held = [band for band in bands(self.record) if band.asked]
        words = sentence(self.record)
        if not held:
            return Page(f"<p>{words}</p>", words)
        entries = settled(self.record).values()
        came, asked = sum(band.came for band in held), sum(band.asked for band in held)
        score = brier([float(e["sure"]) for e in entries], [e["came"] for e in entries])
        rows = [
            (f"{band.said} ({band.came} of {band.asked})", name, 100 * share)
            for band in held
            for name, share in (("said", band.sure), ("came true", band.came / band.asked))
        ]
        return shapes.bars(
            pd.DataFrame(rows, columns=["category", "series", "value"]),
            {"said": "calm", "came true": "main"},
            x="per cent of predictions",
            title=f"{came} of {asked} predictions came true",
            description=f"{words} Brier score {score:.2f}: 0 is best, 0.25 is for guessing only.",
            provenance=(OWN,),
            table=pd.DataFrame(
                {
                    "how sure": band.said, "said to come true (%)": 100 * band.sure,
                    "predictions": band.asked, "came true": band.came,
                }
                for band in held
            ),
            most=100,
        )  # fmt: skip


def desk() -> Desk:
    """Return the desk of whoever sits here."""
    next_run()
    return Desk(my_record())
