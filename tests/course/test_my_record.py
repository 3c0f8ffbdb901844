"""The learner's desk: predictions settled, calibration, the record as a page and as a file."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.course import Lesson
from toolkit.course.exercises import Exercises, exercises, question
from toolkit.course.my_record import Desk
from toolkit.course.plan import one_page, plan_parts
from toolkit.course.record_picture import flags, road
from toolkit.landing.lessons import counts
from toolkit.learning import record as record_module
from toolkit.learning.answers import MOST, TABLE, fits, holds, in_words, sharing
from toolkit.learning.calibration import bands, sentence
from toolkit.learning.export import record_page
from toolkit.learning.record import Record
from toolkit.learning.record_file import EXACT, FORMAT, VERSION
from toolkit.learning.words import Ask, words_of
from toolkit.lessons.l01_toyotas_grammar import labs
from toolkit.lessons.l13_your_dialect.labs.dialect import Canvas
from toolkit.screen.questions import Card, Explanation, Prediction, Question

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
    assert f"Result: {in_words(ask, outcome)}." in made.status
    assert ("counts as right" in made.verdict) is came


def test_a_slider_says_beforehand_how_near_counts_as_right(record):
    made = Prediction("03/predict/x", SLIDER, record)
    said = "An answer within 10 patients counts as right."
    assert made.fields[0]["note"] == said


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


@pytest.mark.parametrize(
    "drawn",
    [[210] * 5, [270] * 5, [120] * 5, [210, 220, 230, 240, 250], [120, 160, 200, 230, 270],
     [210, 200, 190, 180, 170]],
)  # fmt: skip
def test_a_curve_of_another_shape_is_not_near(drawn):
    ask = words_of("01").predict["turned"]
    came = labs.turned()
    assert holds(ask, [round(each / ask.step) * ask.step for each in came], came)
    assert not holds(ask, drawn, came)


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
    assert "how many of the 4 of you agree" in table.status
    made = Prediction("03/predict/x", SLIDER, record)
    made.set(answer=70, sure="0.7", agree=3)
    made.press("lock")
    assert record.get("03/predict/x")["agree"] == 3
    assert Prediction("03/predict/x", SLIDER, Record(record.path)).value["agree"] == 3
    assert "Kept by a table of 4." in record_page(record, question)


@pytest.mark.parametrize("told", [0, MOST + 1, "four", None, 2.5])
def test_a_number_of_people_that_cannot_be_is_one(record, told):
    record.put(TABLE, {"people": told})
    assert sharing(record) == 1


# --- calibration ------------------------------------------------------------------------------


def test_without_an_outcome_there_is_nothing_to_show(record):
    locked(SLIDER, 70, record)
    assert "You have not seen a result for any prediction yet" in sentence(record)
    shown = Desk(record).flags()._repr_mimebundle_()["text/plain"]
    assert "You have not seen a result for any prediction yet" in shown


def test_calibration_counts_by_confidence(record):
    for n, (sure, outcome) in enumerate([("0.9", 70), ("0.9", 0), ("0.9", 71), ("0.5", 0)]):
        locked(SLIDER, 70, record, sure, f"x{n}").settle(outcome)
    assert [(band.sure, band.asked, band.came) for band in bands(record)] == [
        (0.5, 1, 0), (0.7, 0, 0), (0.9, 3, 2),
    ]  # fmt: skip
    shown = Desk(record).flags()._repr_mimebundle_()["text/plain"]
    # Brier by hand: (0.1² + 0.9² + 0.1² + 0.5²) / 4
    assert "Your score is 0.27." in shown


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
    exercise.set(answer="40")
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


def test_the_desk_shows_each_prediction_beside_its_result_and_the_cards(record):
    desk = Desk(record)
    assert "You have not locked in a prediction yet." in shown(desk.answers())
    assert "You have not filled in a card yet." in shown(desk.cards())
    full(record)
    record.put("05/predict/alarms", {"kind": "prediction", "answer": 3, "sure": "0.7"})
    told = shown(desk.answers())
    assert "You have locked in 6 predictions. 1 of them has no result yet." in told
    assert "03 Theory of constraints: You predicted 50 patients (fairly sure)." in told
    assert "Result: 50 patients. Your prediction came true." in told
    assert words_of("03").predict["dice"].because in told
    assert "(fairly sure). There is no result yet." in told
    page = desk.answers()._repr_mimebundle_()["text/html"]
    assert '<a href="03-theory-of-constraints.ipynb">' in page
    assert words_of("05").predict["alarms"].because not in told  # nothing is told before its time
    assert SCRIPT in shown(desk.cards())
    assert "&lt;script&gt;" in desk.cards()._repr_mimebundle_()["text/html"]


def shown(page) -> str:
    return page._repr_mimebundle_()["text/plain"]


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
    assert taking.status.startswith(f"We added {len(record.keys())} new entries.")
    assert {k: other.get(k) for k in other.keys()} == {k: record.get(k) for k in record.keys()}  # noqa: SIM118
    taking.upload("other", "notes.txt", b"\xff\xfe my notes")
    assert "is not a record of this course" in taking.status


def test_what_is_wrong_with_the_record_is_told_at_once(tmp_path):
    path = tmp_path / "my-record.json"
    for form in (Desk.keep, Desk.table):
        path.write_text("spoilt", encoding="utf-8")
        made = form(Desk(Record(path)))
        assert made.status.startswith("Your record could not be read, so it was set aside as ")
        assert "you can add it on the page “My record”" in made.status


# --- what counts ------------------------------------------------------------------------------


def test_a_prediction_that_was_locked_when_the_result_was_known_counts_nowhere(record):
    entry = {"kind": "prediction", "answer": 50, "sure": "0.9", "outcome": 50, "came": True}
    record.put("03/predict/dice", {**entry, "after": True})
    assert sum(band.asked for band in bands(record)) == 0
    page = "".join(Tags(record_page(record, question)).text)
    assert "not counted, because you knew the result" in page


def test_later_tries_stand_beside_the_first_and_do_not_count(record):
    entry = {"kind": "prediction", "answer": 80, "sure": "0.9", "outcome": 52, "came": False}
    later = [{"answer": 52, "sure": "0.9", "came": True}, {"sure": "0.5"}]
    record.put("03/predict/dice", {**entry, "later": later})
    assert [(band.asked, band.came) for band in bands(record)] == [(0, 0), (0, 0), (1, 0)]
    page = "".join(Tags(record_page(record, question)).text)
    assert "80 patients; later 52 patients" in page


def test_drafts_are_on_no_page(record):
    record.put("draft/03/card/service", {"kind": "draft", "where": "half a sentence"})
    record.put("draft/03/explain/busy", {"kind": "explanation", "text": "half a sentence"})
    record.put("draft/03/predict/dice",
               {"kind": "prediction", "answer": 50, "sure": "0.9", "came": True})  # fmt: skip
    assert "half a sentence" not in record_page(record, question)
    assert "half a sentence" not in record.text()
    assert sum(band.asked for band in bands(record)) == 0


# --- whatever stands in a record --------------------------------------------------------------

PLAIN = (
    st.none() | st.booleans() | st.integers(-EXACT, EXACT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([SCRIPT, "0.7", "a", "=1+1", "", "\x00", "\ud83d", "]]>", "-->"])
)  # fmt: skip
NESTED = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "answer", SCRIPT]), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict:
    """Return the entries of a record that holds something of every kind."""
    record = Record(tmp_path_factory.mktemp("whole") / "my-record.json")
    full(record)
    record.put(TABLE, {"kind": "table", "people": 4})
    canvas = Canvas(Lesson(words_of("13"), record))
    canvas.set(aim="Everybody in a bed.", admired="A ward.", sure="0.7")
    record.put("13/data/own", {"kind": "data", "name": "x", "title": "y", "words": "z"})
    record.put("13/readiness/place", {"kind": "readiness", "practice": "x"})
    record.put("13/questions/place", {"kind": "questions", "seen": ["waits"], "words": "x"})
    record.put("13/nearest/place", {"kind": "nearest"})
    record.put("12/codes/first", {"kind": "codes", "codes": {}})
    record.put("inventory/A/done", {"kind": "inventory", "done": True})
    return json.loads(record.text())["entries"]


@settings(calm, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_entry_that_can_be_written_stops_or_runs_anything(whole, tmp_path_factory, data):
    entries = json.loads(json.dumps(whole))
    for _ in range(data.draw(st.integers(1, 3))):
        key = data.draw(st.sampled_from(sorted(entries)))
        field = data.draw(st.sampled_from([*sorted(entries[key]), "outcome", "later", "agree"]))
        entries[key][field] = data.draw(NESTED)
        if data.draw(st.booleans()):
            entries[f"{key}{SCRIPT}"] = entries[key]
    path = tmp_path_factory.mktemp("law") / "my-record.json"
    text = json.dumps({"format": FORMAT, "version": VERSION, "entries": entries})
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    record = Record(path)
    assert record.trouble == ""
    for page in (record_page(record, question, more=plan_parts(record)), one_page(record)):
        tags = Tags(page)
        assert tags.open == []
        assert not {"script", "img", "iframe", "link", "form", "a", "svg"} & set(tags.seen)
    sentence(record)
    json.loads(record.text())
    desk = Desk(record)
    for form in (desk.table(), desk.keep(), desk.afresh()):
        assert form._repr_mimebundle_()
    for shown in (desk.answers(), desk.cards(), desk.flags(), desk.road()):
        assert "<script>" not in shown._repr_mimebundle_()["text/html"]
    other = Desk(Record(path.with_name("other.json")))
    keeping = other.keep()
    keeping.upload("other", "x.json", path.read_bytes())
    assert keeping.status.startswith("We added ")
    keeping.press("undo")
    assert other.record.keys() == []


# --- afresh -----------------------------------------------------------------------------------


def test_starting_afresh_asks_once_more(record):
    full(record)
    form = Desk(record).afresh()
    assert form.locked == ["sure", "leave"]
    kept = f"Your record is kept in the file {record.path}. We do not send it anywhere."
    assert form.heading == kept
    form.press("afresh")
    assert "Are you sure?" in form.status
    assert form.locked == ["afresh"]
    form.press("leave")
    assert (form.status, form.locked) == ("Nothing has changed.", ["sure", "leave"])
    assert record.keys()
    form.set(name="Class A")
    form.press("afresh")
    form.press("sure")
    assert "my-record.set-aside-Class-A.json" in form.status
    assert form.status.endswith("Now reload this page and every lesson that is open.")
    assert record.keys() == []
    assert record.path.with_name("my-record.set-aside-Class-A.json").exists()
    assert (form.value, form.locked) == ({"name": None}, ["sure", "leave"])
    made = Prediction("03/predict/dice", words_of("03").predict["dice"], record)
    assert not made.sealed  # what was locked is open again


def test_in_a_browser_the_record_can_be_saved_before_it_is_deleted(record, monkeypatch):
    for module in (import_module("toolkit.course.my_record"), record_module):
        monkeypatch.setattr(module, "IN_BROWSER", True)
    full(record)
    form, handed = Desk(record).afresh(), Handed()
    monkeypatch.setattr(form, "hand_over", handed)
    assert form.value == {}
    form.press("afresh")
    assert "We will delete it from this browser for good, with your drafts." in form.status
    form.press("file")
    assert handed[0][0] == "my-record.json"
    form.press("sure")
    assert "is deleted from this browser" in form.status
    assert not record.path.exists()


def test_what_came_in_can_be_taken_out_again(record, tmp_path):
    keeping = Desk(record).keep()
    assert keeping.locked == ["undo"]
    other = Record(tmp_path / "elsewhere" / "my-record.json")
    full(other)
    keeping.upload("other", "my-record.json", other.text().encode())
    assert keeping.status.endswith("choose the last button to undo it.")
    assert keeping.locked == []
    assert Desk(Record(record.path)).keep().locked == []  # after a restart too
    keeping.press("undo")
    assert f"{len(other.keys())} entries are as before" in keeping.status
    assert (keeping.locked, record.keys()) == (["undo"], [])


def test_what_trainers_need_opens_by_a_button(record):
    folded = Desk(record).trainers()
    assert folded.children == (folded.door,)
    folded.door.press("open")
    assert folded.children == (folded.door, *folded.within)
    folded.door.press("open")
    assert folded.children == (folded.door,)


def test_a_score_is_set_beside_that_of_even_chances(record):
    for n, outcome in enumerate((70, 0, 0)):
        locked(SLIDER, 70, record, "0.9", f"x{n}").settle(outcome)
    told = shown(Desk(record).flags())
    assert "Your score is 0.54." in told
    assert "it would be 0.25. Yours is worse" in told
    assert "it says little about you" in told


# --- pictures ---------------------------------------------------------------------------------


def test_the_road_counts_whole_and_begun_lessons(record):
    for key in counts("03"):
        record.put(key, {"kind": "check", "answer": "x"})
    record.put(counts("05")[0], {"kind": "check", "answer": "x"})
    drawing, words, names = road(record)
    assert "You have finished 1 of 14 lessons, and begun 1 more." in words
    assert drawing.count("<title>") == 14
    assert names.count("<a href=") == 14
    assert '<a href="03-theory-of-constraints.ipynb">' in names


def test_each_settled_prediction_is_a_flag(record):
    assert flags(record) == ""
    for n, outcome in enumerate((70, 0, 71)):
        locked(SLIDER, 70, record, "0.9", f"x{n}").settle(outcome)
    drawing = flags(record)
    assert "very sure, which we count as 90%: 2 of 3 came true" in drawing
    assert drawing.count("<g ") == 3
