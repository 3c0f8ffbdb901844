"""The learner's desk: who sits here, how predictions fared, taking the record home, a table's."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from toolkit.charts import shapes
from toolkit.charts.figure import Figure
from toolkit.course.exercises import question
from toolkit.course.language import speak_as_chosen
from toolkit.course.lesson import Page
from toolkit.course.plan import plan_parts
from toolkit.evidence.provenance import Provenance
from toolkit.learning.answers import MOST, TABLE, people
from toolkit.learning.calibration import bands, sentence, settled
from toolkit.learning.edition import FILE, IN_BROWSER, kept_where
from toolkit.learning.export import record_page
from toolkit.learning.fields import Button, Field, FileField, Slider, Text
from toolkit.learning.group import COLUMNS, group_page, together, who
from toolkit.learning.record import Record, my_record
from toolkit.models.cases.reviews import brier
from toolkit.screen.form import Form
from toolkit.screen.live import next_run
from toolkit.text.lists import number_of

PAGE = "my-record.html"
NOT_OURS = "No record of this course is that large: choose another file."
UNDO = "If that was not what you wanted, undo it with the last button."
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
            FileField(
                "other",
                "Take in a record from another computer",
                note=f"Choose the file {FILE} that was saved there. Nothing of yours is lost.",
                accept=".json",
                advice=NOT_OURS,
            ),
            Button("page", "Save as a page to read or print"),
            Button("file", "Save as a file for another computer"),
            Button("undo", "Undo the last time a record was taken in", quiet=True),
            title="Take your record home",
        )
        self.on_press("page", self.page)
        self.on_press("file", self.file)
        self.on_press("undo", self.undo)
        self.on_upload("other", self.take)
        self._offer()

    def page(self) -> None:
        """Hand over the record as one page."""
        html = record_page(self.record, question, more=plan_parts(self.record))
        self.hand_over(PAGE, "text/html", html.encode("utf-8", "backslashreplace"))
        self._say(f"{PAGE} is where your browser keeps downloads. It opens in any browser.")

    def file(self) -> None:
        """Hand over the record as it is kept."""
        self._say(_handed(self, self.record))

    def take(self, _name: str, content: bytes) -> None:
        """Put another record into this one."""
        words = self.record.take(content)
        self._offer()
        way_back = "" if "undo" in self.locked else f" {UNDO}"
        self._say(f"{words}{way_back}")

    def undo(self) -> None:
        """Take out again what came in last."""
        words = self.record.undo()
        self._offer()
        self._say(words)

    def _offer(self) -> None:
        self.locked = [] if self.record.former() else ["undo"]


class Afresh(Own):
    """Begins a new record for whoever sits here next; asks once more before it does."""

    def __init__(self, record: Record) -> None:
        name = Text(
            "name",
            "A name for the old record, such as the class",
            note="Leave it empty for a number. Name no patient.",
            rows=1,
            longest=40,
        )
        super().__init__(
            record,
            *(() if IN_BROWSER else (name,)),
            Button("afresh", "Start afresh"),
            Button("sure", "Yes, delete my record" if IN_BROWSER else "Yes, set my record aside"),
            *((Button("file", "Save it as a file first"),) if IN_BROWSER else ()),
            Button("leave", "No, leave it", quiet=True),
            title="Start afresh, for the next class or person",
        )
        self.heading = f"Your record is kept {kept_where(record.path)}. It is sent nowhere."
        self.on_press("afresh", self.ask)
        self.on_press("sure", self.sure)
        self.on_press("leave", self.leave)
        self.on_press("file", self.file)
        self._offer(False)

    def ask(self) -> None:
        """Say what is about to happen, and wait for a second press."""
        self._offer(True)
        count = number_of(len(self.record.keys()), "entry", "entries")
        end = (
            "deleted from this browser for good" if IN_BROWSER else "set aside in a file of its own"
        )
        self._say(f"Your record with {count} will be {end}, and drafts are deleted. Are you sure?")

    def sure(self) -> None:
        """Begin a new record."""
        words = self.record.start_afresh((self.value.get("name") or "").strip())
        self._offer(False)
        self.reset()
        self._say(f"{words} Reload the lessons that are open now, and this page.")

    def leave(self) -> None:
        """Change nothing."""
        self._offer(False)
        self._say("Nothing was changed.")

    def file(self) -> None:
        """Hand over the record as it is kept, before it is deleted."""
        self._say(_handed(self, self.record))

    def _offer(self, on: bool) -> None:
        self.locked = ["afresh"] if on else ["sure", "leave"]


class SharedScreen(Own):
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


class RecordsTogether(Form):
    """Puts the records of several screens side by side, without names."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._folder = tempfile.TemporaryDirectory()
        self._given = 0
        self._refused: list[str] = []
        super().__init__(
            FileField("one", "Give the saved records, one or several at once",
                   note="At each screen, save “a file for another computer” first.",
                   accept=".json", advice=NOT_OURS, multiple=True),
            Button("page", "Save our page"),
            title="Several records, side by side",
        )  # fmt: skip
        self.on_upload("one", self.add)
        self.on_press("page", self.page)

    def add(self, name: str, content: bytes) -> None:
        """Add the record of one screen."""
        self._given += 1
        made = Record(Path(self._folder.name) / f"{self._given}.json")
        words = made.take(content)
        if not made.keys():
            self._refused.append(f"{name}: {words}")
        elif any(made.text() == other.text() for other in self.records):
            self._refused.append(f"{name}: that record is here already.")
        else:
            self.records.append(made)
        self._tell()

    def _tell(self) -> None:
        rows = [
            f"{row[0]} "
            + ". ".join(f"{n}: {cell}" for n, cell in zip(COLUMNS[1:], row[1:], strict=True))
            for row in together(self.records)
        ]
        here = [f"{who(self.records)}."] if self.records else []
        self.status = "\n".join([*self._refused, *here, *rows])

    def page(self) -> None:
        """Hand over what was predicted as one page."""
        if not self.records:
            self.status = "Give at least one record first."
            return
        html = group_page(self.records).encode("utf-8", "backslashreplace")
        self.hand_over("our-predictions.html", "text/html", html)
        self.status = "our-predictions.html is where your browser keeps downloads."


def _handed(form: Form, record: Record) -> str:
    """Let the browser save the record as a file, and say where it is."""
    text = record.text()
    form.hand_over(FILE, "application/json", text.encode("utf-8", "backslashreplace"))
    return (
        f"{FILE} is where your browser keeps downloads, with "
        f"{number_of(len(record.keys()), 'entry', 'entries')} in it. Take it in on the other "
        "computer."
    )


class Desk:
    """What the notebook about the record shows.

    Parameters
    ----------
    record : Record
        The learner's record.
    """

    def __init__(self, record: Record) -> None:
        self.record = record

    def afresh(self) -> Afresh:
        """Offer to begin a new record."""
        return Afresh(self.record)

    def table(self) -> SharedScreen:
        """Ask how many share this screen."""
        return SharedScreen(self.record)

    def keep(self) -> Keeping:
        """Offer the record as a page and as a file, and take another in."""
        return Keeping(self.record)

    def group(self) -> RecordsTogether:
        """Put several records side by side."""
        return RecordsTogether()

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
    speak_as_chosen(my_record())
    return Desk(my_record())
