"""The canvas and the plan: messages, nothing lost, any text stays text on the page and in Word."""

from __future__ import annotations

import io
import sys
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.course.my_record import question
from toolkit.course.plan import (
    CANVAS,
    CHAIN,
    DATA,
    PROMPTS,
    READINESS,
    SHORT,
    has_number,
    head,
    one_page,
    open_points,
    page_parts,
    plan_parts,
    texts,
    why_it_works,
)
from toolkit.learning.document import document, replace_unprintable
from toolkit.learning.export import ExportTable, Listed, Section, html_page, record_page
from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs.dialect import FILE, PAGE, Canvas, Plan

calm = settings(derandomize=True, deadline=None, max_examples=40)
SCRIPT = "<script>alert('no')</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
FULL = {
    **dict.fromkeys(PROMPTS, "something"), "aim": "halve the wait by May", "expect": "from 9 to 6",
    "sure": "0.7", "when": "in May",
    "persist": "6 or less by May", "switch": "8 by May", "stop": "10 by May",
}  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


def lesson(record: Record) -> SimpleNamespace:
    return SimpleNamespace(record=record)


def filled(record: Record) -> Record:
    record.put(CANVAS, {"kind": "canvas", **FULL, "admired": SCRIPT})
    record.put(READINESS, {"kind": "readiness", "practice": SCRIPT, "ready": {"culture": "1"},
                           "fit": {"political": "4"}})  # fmt: skip
    # an older course asked these two
    record.put("13/questions/place", {"kind": "questions", "seen": ["waits"], "words": SCRIPT})
    record.put("13/nearest/place", {"kind": "nearest", "approach": "lean"})
    record.put(DATA, {"kind": "data", "source": "file", "name": SCRIPT, "title": "Waits rise",
                      "words": "From 4 to 9 days.", "measure": "days"})  # fmt: skip
    return record


class Reader(HTMLParser):
    """Takes a page apart, and minds that whatever opens is closed."""

    VOID = ("meta", "br", "img", "link", "input", "hr")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.open, self.words, self.attributes = [], [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


# --- what is still open -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("from 9 days to 6", True), ("by half", True), ("Twice as many", True), ("٣ days", True),
        ("better", False), ("someone tends the phone", False), ("", False), ("nobody waits", True),
    ],
)  # fmt: skip
def test_a_figure_is_found_in_digits_and_in_words(text, number):
    assert has_number(text) is number


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"core": " "}, ["Still missing: core."]),
        ({"core": None, "sure": "0.6"}, ["Still missing: core and how sure."]),
        ({"aim": "shorter waits"}, ["Your aim has no figure. By how much do you "
                                    "want to improve, and by when?"]),
        *(({"expect": vague}, ["Your prediction has no number in digits yet. Even a rough number "
                               "helps, because you can find out that it was wrong."])
          for vague in ("it gets better", "ten minutes")),
        ({"when": "soon"}, ["It is not clear yet when you will look at the result. Write a "
                            "date or a month."]),
        ({"stop": "ten minutes by May", "switch": "over 9"}, [
            "Please give a figure in digits and a date for when we switch and when we stop, such "
            "as “80% by June”. It is hard to agree on them later."]),
    ],
)  # fmt: skip
def test_messages_name_what_is_open_and_nothing_else(change, told):
    assert open_points({**FULL, **change}) == told


@pytest.mark.parametrize("entry", [None, {}, [], "no", {"aim": 7}, dict.fromkeys(PROMPTS, "  ")])
def test_an_empty_canvas_is_met_kindly(entry):
    assert open_points(entry) == [
        "Your plan is still empty. Start with the box that you are most sure about."
    ]
    assert why_it_works(entry) == ""


def test_context_mechanism_and_outcome_make_a_sentence():
    held = dict(zip(CHAIN, ("calm wards", "they talk.", "trust", "fewer falls", "time"),
                    strict=True))  # fmt: skip
    assert why_it_works(held) == (
        "In this context: calm wards. People do this: they talk. It works because: trust. "
        "The outcome is: fewer falls. Here the mechanism would need: time."
    )
    assert why_it_works({"mechanism": "trust"}).count("…") == 4


# --- nothing is lost --------------------------------------------------------------------------


def test_the_canvas_is_kept_at_any_state_and_comes_back(record):
    made = Canvas(lesson(record))
    assert record.get(CANVAS) is None
    for end in range(1, 12):
        made.set(aim="Fewer waits"[:end])
        assert Record(record.path).get(CANVAS)["aim"] == "Fewer waits"[:end]
    made.set(sure="0.9", core=SCRIPT)
    again = Canvas(lesson(Record(record.path)))
    assert again.value == made.value
    assert again.status.startswith("Your boxes are as you left them.")
    made.set(aim="")
    assert Record(record.path).get(CANVAS)["aim"] == ""


def test_looking_it_over_says_what_is_open_and_then_that_nothing_is(record):
    made = Canvas(lesson(record))
    made.press("look")
    assert made.status == open_points({})[0]
    assert not made.revealed
    made.set(**FULL)
    made.press("look")
    assert made.status.startswith("In this context: something")
    assert "Nothing is missing." in made.status
    assert made.revealed


def test_the_canvas_begins_short_and_opens_by_a_button_or_with_what_was_written(record):
    made = Canvas(lesson(record))
    assert [each["name"] for each in made.fields] == [*SHORT, "next", "look", "more"]
    made.set(**dict.fromkeys(SHORT, "1 by June"))
    made.press("look")
    assert "the whole plant" in made.status
    made.press("more")
    assert {each["name"] for each in made.fields} == {*PROMPTS, "look", "fewer"}
    made.press("look")
    assert "the whole plant" in made.status
    made.press("fewer")
    assert [each["name"] for each in made.fields] == [*SHORT, "next", "look", "more"]
    made.press("more")
    made.set(aim="less pain")
    made.press("fewer")
    assert "so they stay" in made.status
    made.press("look")
    assert made.status.startswith("Still missing:")
    again = Canvas(lesson(Record(record.path)))
    assert {each["name"] for each in again.fields} == {*PROMPTS, "look"}


def test_the_questions_can_be_read_without_a_kernel(record):
    plain = Canvas(lesson(record))._repr_mimebundle_()["text/plain"]
    assert all(PROMPTS[name].asked in plain for name in SHORT)


@pytest.mark.parametrize(
    "entry",
    [{"kind": "canvas", "aim": 7, "core": "stays"}, {"aim": "mine"}, {"kind": "other", "aim": []},
     {"kind": "canvas", "sure": "1.5", "aim": {"a": 1}}],
)  # fmt: skip
def test_an_entry_that_is_not_understood_is_set_aside_and_not_lost(entry, record):
    record.put(CANVAS, entry)
    made = Canvas(lesson(record))
    assert record.get(CANVAS) == entry  # looking changes nothing
    made.set(edge="new")
    assert record.get(f"{CANVAS} set aside 1") == entry
    assert record.get(CANVAS)["edge"] == "new"
    assert record.get(CANVAS)["kind"] == "canvas"
    made.set(edge="newer")
    assert len(record.keys(f"{CANVAS} set aside")) == 1


def test_what_a_newer_course_kept_beside_it_stays(record):
    record.put(CANVAS, {**FULL, "kind": "canvas", "colour": "blue"})
    Canvas(lesson(record)).set(edge="new")
    assert record.get(CANVAS)["colour"] == "blue"


# --- the plan ---------------------------------------------------------------------------------


def test_no_plan_without_entries(record):
    assert plan_parts(record) == []
    assert "<details>" not in Plan(lesson(record)).shown.value


def test_the_plan_holds_all_that_was_entered(record):
    parts = {part.title: part for part in plan_parts(filled(record))}
    assert list(parts) == ["The plan", "Our place", "Our data"]
    plan = {a: b for each in parts["The plan"].lists for a, b in each.pairs}
    assert plan["How sure are you?"] == "fairly sure"
    assert plan["What do we expect to see? Give a number."] == "from 9 to 6"
    assert [each.title for each in parts["The plan"].lists] == [
        "Our aim, what we keep and what we change", "The first test", "What we decided beforehand",
    ]  # fmt: skip
    place = dict(parts["Our place"].lists[0].pairs)
    told = place["How ready we are and what fits, weakest first"]
    assert told == "Open talk: not yet; Fits people: fully."
    assert place["Questions to ask first"].startswith("When did something last fail here")
    assert len(place) == 2
    assert dict(parts["Our data"].lists[0].pairs)["What was counted"] == "days"


def test_the_plan_begins_with_the_practice_that_it_is_for(record):
    record.put(READINESS, {"kind": "readiness", "practice": " a huddle "})
    (part,) = plan_parts(record)
    assert part.lists[0].pairs == [("The practice that we have in mind", "a huddle")]
    first = plan_parts(filled(record))[0].lists[0].pairs[0]
    assert first == ("The practice that we have in mind", SCRIPT)


def test_figures_of_the_sample_are_not_called_our_own(record):
    record.put(DATA, {"kind": "data", "source": "sample", "name": "sample", "title": "Waits"})
    assert plan_parts(record) == []


@calm
@given(st.dictionaries(
    st.sampled_from([CANVAS, READINESS, DATA, "13/card/service"]),
    st.dictionaries(st.sampled_from([*PROMPTS, "ready", "fit", "practice", "seen", "words",
                                     "approach", "scope", "title", "name", "source"]), JSON),
))  # fmt: skip
def test_whatever_the_record_holds_there_is_a_plan_or_none(entries):
    held = SimpleNamespace(get=entries.get)
    for part in page_parts(held):
        assert part.words or part.lists
        for each in part.lists:
            assert each.pairs
            assert all(isinstance(text, str) and text for pair in each.pairs for text in pair)


def test_the_plan_stands_in_the_record_page(record):
    page = record_page(filled(record), question, more=plan_parts(record))
    assert "script" not in Reader(page).tags
    assert page.index("<h2>The plan</h2>") < page.index("<h2>Our data</h2>")
    assert "Waits rise" in page


# --- as a page and as a document --------------------------------------------------------------


@calm
@given(st.dictionaries(st.sampled_from([n for n in PROMPTS if n != "sure"]), TEXT, min_size=1))
def test_any_text_stays_text_on_the_page_and_in_the_document(said):
    held = SimpleNamespace(get={CANVAS: said}.get)
    made = Plan(SimpleNamespace(record=held))
    sent = {}
    made.form.hand_over = lambda name, _kind, content: sent.update({name: content})
    made.form.press("page")
    made.form.press("file")
    page = Reader(sent[PAGE].decode("utf-8"))
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3",
        "p", "dl", "dt", "dd", "figure", "svg", "g", "rect", "circle", "path", "text",
    }  # fmt: skip
    assert not [name for name in page.attributes if name.startswith("on")]
    cells = [cell.text for table in opened(sent[FILE]).tables for row in table.rows
             for cell in row.cells]  # fmt: skip
    words = "".join(page.words)
    for name, text in texts(said).items():
        if text and name not in CHAIN:
            assert replace_unprintable(text) in words.replace("\r\n", "\n") or "\r" in text
            told = replace_unprintable(text).replace("\r\n", "\n").replace("\r", "\n")
            assert told in [cell.replace("\r", "\n") for cell in cells]
    Reader(made.shown.value)


def test_the_preview_shows_scripts_as_text(record):
    made = Plan(lesson(filled(record)))
    assert "<script" not in made.shown.value
    assert "&lt;script&gt;" in made.shown.value
    Reader(made.shown.value)
    assert "alert" not in made._repr_mimebundle_()["text/plain"]


def test_the_document_has_headings_header_rows_a_title_and_a_language(record):
    content = document(*head(), page_parts(filled(record)))
    made = opened(content)
    styles = [each.style.name for each in made.paragraphs if each.style.name != "Normal"]
    assert styles[:3] == ["Heading 1", "Heading 2", "Heading 3"]
    levels = [int(name[-1]) for name in styles]
    assert all(later - now <= 1 for now, later in pairwise(levels))
    assert made.core_properties.title == head()[0]
    assert made.core_properties.language == "en-GB"
    assert made.core_properties.author == ""
    assert made.core_properties.created is None
    assert made.core_properties.modified is None
    marks = [each.get(qn("w:val")) for each in made.styles.element.iter(qn("w:lang"))]
    assert marks
    assert set(marks) == {"en-GB"}
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[0].cells[0].text == "What"
        assert all(row.cells[0].width < row.cells[1].width for row in table.rows)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if name.endswith((".jpeg", ".png", ".jpg"))]


def test_the_same_plan_gives_the_same_bytes(record):
    parts = page_parts(filled(record))
    assert document(*head(), parts) == document(*head(), parts)
    times = {each.date_time for each in zipfile.ZipFile(
        io.BytesIO(document(*head(), parts))).infolist()}  # fmt: skip
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_a_table_goes_into_the_document_too():
    parts = [Section("Figures", tables=[ExportTable("Waits", ["month", "days"], [["May", "9"]])]),
             Section("Words", "only words", lists=[Listed("Said", [("a", "b\nc")])])]  # fmt: skip
    made = opened(document("A page", "About it.", parts))
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["month", "days"], ["May", "9"],
    ]  # fmt: skip
    assert made.tables[1].rows[1].cells[1].text == "b\nc"
    assert "only words" in [each.text for each in made.paragraphs]
    assert Reader(html_page("A page", "About it.", parts)).tags.count("table") == 1


def test_where_no_document_can_be_made_the_page_comes_instead(record, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    made = Plan(lesson(filled(record)))
    sent = []
    made.form.hand_over = lambda *parts: sent.append(parts)
    made.form.press("file")
    assert [(name, kind) for name, kind, _content in sent] == [(PAGE, "text/html")]
    assert "open it in Word" in made.form.status
    assert "print it" in made.form.status


def test_the_page_is_told_how_to_print_on_one_sheet(record):
    page = one_page(filled(record))
    assert page.count("</style>") == 1
    assert "size: A4" in page[: page.index("</style>")]
    assert "columns: 2" in page[: page.index("</style>")]
    Reader(page)


def test_the_plan_is_read_afresh_when_it_is_saved(record):
    made = Plan(lesson(record))
    Canvas(lesson(record)).set(aim="Half the wait")
    assert "Half the wait" not in made.shown.value
    sent = []
    made.form.hand_over = lambda *parts: sent.append(parts)
    made.form.press("page")
    assert b"Half the wait" in sent[0][2]
    assert "Half the wait" in made.shown.value
