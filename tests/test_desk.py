"""The learner's desk: predictions settled, calibration, the record as a page and as a file."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.labs import Lesson
from toolkit.labs.desk import Desk
from toolkit.labs.exercises import Exercises, exercises, question
from toolkit.labs.own.dialect import Canvas
from toolkit.learning.acts import MOST, TABLE, Card, Explanation, Prediction, Question, people
from toolkit.learning.answers import fits, holds, in_words
from toolkit.learning.calibration import bands, sentence
from toolkit.learning.export import record_page
from toolkit.learning.group import group_page, together
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, words_of

calm = settings(derandomize=True, deadline=None, max_examples=40)
SCRIPT = "<script>alert('no')</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"

SLIDER = Ask("How many come out?", "slider", min=0, max=100, unit="patients")
ORDER = Ask("In what order?", "order", options={"b": "beds", "a": "aims"})
CURVE = Ask("Draw it.", "curve", at=("spring", "summer", "autumn"), min=0, max=10, near=1)
CHOICE = Ask("Which?", "choice", options={"a": "aims", "b": "beds"})
TEXT = Ask("What?", "text")


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


def locked(
    ask: Ask, answer: object, record: Record, sure: str = "0.7", name: str = "x"
) -> Prediction:
    made = Prediction(f"03/predict/{name}", ask, record)
    made.set(answer=answer, sure=sure)
    made.press("lock")
    assert made.sealed
    return made


# --- a prediction meets what comes ------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "answer", "outcome", "came"),
    [
        (SLIDER, 70, 62, True), (SLIDER, 70, 80, True), (SLIDER, 70, 59.9, False),
        (CHOICE, "a", "a", True), (CHOICE, "a", "b", False),
        (ORDER, ["a", "b"], ["a", "b"], True), (ORDER, ["b", "a"], ["a", "b"], False),
        (CURVE, [1, 2, 3], [2, 2, 5], True), (CURVE, [1, 2, 3], [2, 2, 5.1], False),
    ],
)  # fmt: skip
def test_what_came_is_kept_beside_what_was_predicted(ask, answer, outcome, came, record):
    made = locked(ask, answer, record)
    made.settle(outcome)
    assert made.came is came
    assert record.get(made.key) == {
        "kind": "prediction", "answer": answer, "sure": "0.7", "outcome": outcome, "came": came,
    }  # fmt: skip
    assert f"What came: {in_words(ask, outcome)}." in made.status
    assert ("counts as right" in made.status) is came


def test_a_slider_says_beforehand_how_near_counts_as_right(record):
    made = Prediction("03/predict/x", SLIDER, record)
    assert made.fields[0]["note"] == "Within 10 patients of what comes counts as right."


def test_what_is_open_skipped_or_in_words_meets_nothing(record):
    for ask in (SLIDER, TEXT):
        made = Prediction("03/predict/x", ask, record)
        made.settle(3)
        made.press("skip")
        made.settle(3)
        assert made.came is None
        assert record.get(made.key) == {"kind": "skipped"}
    made = locked(TEXT, "It gets worse.", record)
    made.settle("It gets better.")
    assert made.came is None


def test_predicting_again_leaves_what_came_beside_the_first_answer(record):
    made = locked(SLIDER, 70, record)
    made.settle(50)
    kept = record.get(made.key)
    made.press("again")
    assert made.came is False
    assert record.get(made.key) == kept


@pytest.mark.parametrize(("ask", "answer"), [(ORDER, ["a", "b"]), (CURVE, [1, 2, 3])])
def test_orders_and_curves_come_back_in_the_next_session(ask, answer, record):
    made = locked(ask, answer, record)
    again = Prediction("03/predict/x", ask, Record(record.path))
    assert (again.answer, again.words) == (answer, made.words)


@pytest.mark.parametrize(
    ("ask", "answer"),
    [(ORDER, ["a"]), (ORDER, "ab"), (ORDER, ["a", "c"]), (CURVE, [1, 2]), (CURVE, [1, 2, 11]),
     (CURVE, [1, 2, "3"]), (CURVE, 3)],
)  # fmt: skip
def test_an_answer_that_fits_no_more_is_known(ask, answer):
    assert not fits(ask, answer)


@calm
@given(st.floats(0, 100), st.floats(0, 100))
def test_near_works_both_ways(one, other):
    assert holds(SLIDER, one, other) == holds(SLIDER, other, one)
    assert holds(SLIDER, one, one)


# --- several at one screen --------------------------------------------------------------------


def test_a_table_is_asked_how_many_agree(record):
    table = Desk(record).table()
    table.set(people=4)
    table.press("keep")
    assert "how many of the 4 agree" in table.status
    made = Prediction("03/predict/x", SLIDER, record)
    made.set(answer=70, sure="0.7", agree=3)
    made.press("lock")
    assert record.get("03/predict/x")["agree"] == 3
    assert Prediction("03/predict/x", SLIDER, Record(record.path)).value["agree"] == 3
    assert "Kept by a table of 4." in record_page(record, question)


@pytest.mark.parametrize("told", [0, MOST + 1, "four", None, 2.5])
def test_a_number_of_people_that_cannot_be_is_one(record, told):
    record.put(TABLE, {"people": told})
    assert people(record) == 1


# --- calibration ------------------------------------------------------------------------------


def test_without_an_outcome_there_is_nothing_to_show(record):
    locked(SLIDER, 70, record)
    assert "No prediction has met its outcome yet" in sentence(record)
    assert "No prediction" in Desk(record).calibration()._repr_mimebundle_()["text/plain"]


def test_calibration_counts_by_confidence(record):
    for n, (sure, outcome) in enumerate([("0.9", 70), ("0.9", 0), ("0.9", 71), ("0.5", 0)]):
        locked(SLIDER, 70, record, sure, f"x{n}").settle(outcome)
    assert [(band.sure, band.asked, band.came) for band in bands(record)] == [
        (0.5, 1, 0), (0.7, 0, 0), (0.9, 3, 2),
    ]  # fmt: skip
    figure = Desk(record).calibration()
    assert figure.title == "2 of 4 predictions came true"
    # Brier by hand: (0.1² + 0.9² + 0.1² + 0.5²) / 4
    assert "Brier score 0.27" in figure.description
    assert figure.table["came true"].tolist() == [0, 2]


def test_what_somebody_else_wrote_into_the_file_is_passed_over(record):
    record.put("a", {"kind": "prediction", "sure": "often", "came": True})
    record.put("b", {"kind": "prediction", "sure": "0.9", "came": "yes"})
    record.put("c", {"kind": "prediction"})
    assert sum(band.asked for band in bands(record)) == 0


# --- the page ---------------------------------------------------------------------------------


def full(record: Record, typed: str = SCRIPT) -> None:
    """Fill a record with one of everything of lesson 03 and an exercise."""
    words = words_of("03")
    for name, ask in words.predict.items():
        made = Prediction(f"03/predict/{name}", ask, record)
        answer = 50 if ask.kind == "slider" else next(iter(ask.options))
        made.set(answer=answer, sure="0.7")
        made.press("lock")
        made.settle(answer)
    for name, explain in words.explain.items():
        act = Explanation(f"03/explain/{name}", explain, record)
        act.set(text=f"{typed} and more than twenty characters")
        act.press("compare")
    for name, check in words.check.items():
        act = Question(f"03/check/{name}", check, record)
        act.set(answer=check.right)
        act.press("check")
    card = Card("03/card/service", words.card, record)
    card.set(**dict.fromkeys(words.card, typed))
    card.press("keep")
    exercise = Exercises(exercises("02").held, record).ask("tray")
    exercise.set(answer=typed)
    exercise.press("check")


class Tags(HTMLParser):
    """What tags a page has, and that each that opens is closed."""

    VOID = ("meta", "!doctype")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_data(self, data):
        self.text.append(data)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_holds_everything_and_runs_nothing(record):
    full(record)
    page = record_page(record, question)
    words = words_of("03")
    for said in [
        *(ask.question for ask in words.predict.values()),
        *(explain.prompt for explain in words.explain.values()),
        *(check.question for check in words.check.values()),
        *words.card.values(),
        question("02", "tray"),
    ]:
        assert html.escape(said, quote=False) in page.replace("&#39;", "'").replace("&#34;", '"')
    tags = Tags(page)
    assert tags.open == []
    assert not {"script", "img", "iframe", "link", "form"} & set(tags.seen)
    assert "&lt;script&gt;alert" in page
    assert "{{ 7 * 7 }}" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_can_be_used_by_everybody(record):
    full(record)
    page = record_page(record, question)
    assert '<html lang="en-GB">' in page
    assert page.count("<h1>") == 1
    assert page.count("<table>") == page.count("<caption>") == page.count('role="region"')
    assert "<th>" not in page  # each heading says whether it is of a row or a column
    assert re.search(r"@media print", page)


def test_an_empty_or_odd_record_still_makes_a_page(record):
    assert Tags(record_page(record, question)).open == []
    for kind in ("prediction", "card", "explanation", "exercise", "check", "other", 3):
        record.put(f"03/{kind}/gone", {"kind": kind})
        record.put(f"77/{kind}/gone", {"kind": kind})
        record.put(f"{kind}", {"kind": kind})
    record.put("03/predict/dice", {"kind": "prediction", "answer": "many", "outcome": [1]})
    record.put("03/card/service", {"kind": "card", "where": 4})
    assert Tags(record_page(record, question)).open == []


@calm
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_whatever_is_typed_is_text_in_the_page(tmp_path_factory, typed):
    record = Record(tmp_path_factory.mktemp("law") / "my-record.json")
    record.put("03/card/service", {"kind": "card", "where": typed})
    tags = Tags(record_page(record, question))
    assert tags.open == []
    assert typed in "".join(tags.text)


# --- taking it home ---------------------------------------------------------------------------


class Handed(list):
    """What a form hands over, in place of a browser."""

    def __call__(self, file, kind, content):
        self.append((file, kind, content))


def test_a_plan_stands_first_on_the_page(record, monkeypatch):
    full(record)
    canvas = Canvas(Lesson(words_of("13"), record))
    canvas.set(aim="Everybody in a bed within four hours by June.")
    keeping, handed = Desk(record).keep(), Handed()
    monkeypatch.setattr(keeping, "hand_over", handed)
    keeping.press("page")
    page = handed[0][2].decode()
    plan = page.index("Everybody in a bed within four hours by June.")
    assert plan < page.index("<h2>Predictions</h2>")


def test_the_record_goes_home_and_comes_back(record, tmp_path, monkeypatch):
    full(record)
    keeping, handed = Desk(record).keep(), Handed()
    monkeypatch.setattr(keeping, "hand_over", handed)
    keeping.press("page")
    keeping.press("file")
    assert [(name, kind) for name, kind, _ in handed] == [
        ("my-record.html", "text/html"), ("my-record.json", "application/json"),
    ]  # fmt: skip
    other = Record(tmp_path / "elsewhere" / "my-record.json")
    taking = Desk(other).keep()
    taking.upload("other", "my-record.json", handed[1][2])
    assert taking.status.startswith(f"{len(record.keys())} new entries came in.")
    assert {k: other.get(k) for k in other.keys()} == {k: record.get(k) for k in record.keys()}  # noqa: SIM118
    taking.upload("other", "notes.txt", b"\xff\xfe my notes")
    assert "is not a record of this course" in taking.status


def test_what_is_wrong_with_the_record_is_told_at_once(tmp_path):
    path = tmp_path / "my-record.json"
    for form in (Desk.keep, Desk.table):
        path.write_text("spoilt", encoding="utf-8")
        made = form(Desk(Record(path)))
        assert made.status.startswith("Your record could not be read, so it was set aside as ")
        assert "can be taken in under “My record”" in made.status


def test_a_tables_records_stand_side_by_side_without_names(tmp_path, monkeypatch):
    group, handed = Desk(Record(tmp_path / "mine.json")).group(), Handed()
    monkeypatch.setattr(group, "hand_over", handed)
    group.press("page")
    assert "Give at least one record" in group.status
    for n, answer in enumerate((10, 50, 50)):
        own = Record(tmp_path / f"{n}.json")
        locked(words_of("03").predict["dice"], answer, own, name="dice").settle(50)
        own.put("03/check/other", {"kind": "check", "n": n})
        group.upload("one", "my-record.json", own.text().encode())
    assert group.status.startswith("Records: 3.")
    assert "from 10 to 50 patients, in the middle 50. Came true for: 2 of 3" in group.status
    group.upload("one", "my-record.json", own.text().encode())
    assert "here already" in group.status
    group.upload("one", "x", b"nothing")
    assert "is not a record" in group.status
    assert len(group.records) == 3
    group.press("page")
    ((name, kind, content),) = handed
    assert (name, kind) == ("our-table.html", "text/html")
    assert Tags(content.decode()).open == []
    assert content.decode().count("person ") >= 3


def test_choices_of_a_table_are_counted(tmp_path):
    ask, records = words_of("03").predict["improve"], []
    keys = list(ask.options)
    for n, answer in enumerate((keys[0], keys[1], keys[1])):
        records.append(Record(tmp_path / f"{n}.json"))
        locked(ask, answer, records[-1], name="improve")
    ((_, number, spread, came),) = together(records)
    assert (number, came) == ("3", "still open")
    assert spread == f"2 × {ask.options[keys[1]]}; 1 × {ask.options[keys[0]]}"
    assert Tags(group_page(records)).open == []
