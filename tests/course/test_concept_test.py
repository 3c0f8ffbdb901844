"""The concept inventory: keys and digests, each item driven, the total, the gain, its notebooks."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from itertools import product

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import ROOT
from toolkit.course import concept_test as lab
from toolkit.course.concept_test import Inventory, inventory
from toolkit.learning.export import record_page
from toolkit.learning.gain import chance, gain, gain_in_words, gain_worked_out
from toolkit.learning.record import PLACE, Record
from toolkit.screen.concept_test import (
    FORMS,
    NOT_YET,
    OPEN,
    OTHER_ANSWER,
    OTHER_REASON,
    RIGHT,
    ConceptItem,
    TwoTier,
    digest,
    done,
    form_items,
    parse_concept_test,
    standings,
    total,
)

KEYS = tomllib.loads((ROOT / "tests" / "inventory_keys.toml").read_text(encoding="utf-8"))
FIRST = lab.WORDS.say("inventory.first")
NOTEBOOKS = {"A": "before-you-start.ipynb", "B": "after-the-course.ipynb"}
WORDS = (ROOT / "toolkit" / "learning" / "inventory.toml").read_text(encoding="utf-8")
ITEMS = {f"{form} {name}": item for form in FORMS for name, item in form_items(form).items()}
WRONG = {
    f"{form} {name} {way}": (form_items(form)[name], tuple(pair))
    for form, held in KEYS.items()
    for name, ways in held.items()
    for way, pair in ways.items()
    if way != "right"
}
each_item = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
each_wrong = pytest.mark.parametrize(("item", "pair"), WRONG.values(), ids=WRONG)
each_form = pytest.mark.parametrize("form", FORMS)
calm = settings(derandomize=True, deadline=None, max_examples=80)
totals = st.integers(0, 16)


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


def right(item: ConceptItem) -> tuple[str, str]:
    answer, reason = KEYS[item.form][item.name]["right"]
    return answer, reason


def fill(form: str, record: Record, *names: str) -> Inventory:
    """Answer a whole form: the named items right, all others wrong."""
    these = Inventory(form, record)
    for name, item in form_items(form).items():
        ways = KEYS[form][name]
        answer, reason = (
            ways["right"] if name in names else next(v for k, v in ways.items() if k != "right")
        )
        assert item.hits(answer, reason) == (name in names)
        these.ask(name).set(answer=answer, reason=reason)
    return these


# --- keys -------------------------------------------------------------------------------------


@each_item
def test_the_digest_stands_for_the_key_and_for_nothing_else(item):
    due = digest(item.salt, item.form, item.name, *right(item))
    assert item.key == due, f'{item.form} {item.name}: the digest should be key = "{due}"'
    hits = [pair for pair in product(item.answers, item.reasons) if item.hits(*pair)]
    assert hits == [right(item)]


@each_item
def test_each_reason_has_its_words(item):
    assert set(item.because) == set(item.reasons)


def test_each_name_stands_once_and_is_not_that_of_the_end():
    names = [table["name"] for table in tomllib.loads(WORDS)["item"]]
    assert len(set(names)) == len(names)
    assert "done" not in names


def test_every_key_belongs_to_an_item_and_every_item_has_one():
    assert {form: list(held) for form, held in KEYS.items()} == {
        f: list(form_items(f)) for f in FORMS
    }


@each_item
def test_each_wrong_idea_is_named_and_goes_with_an_answer(item):
    ways = dict(KEYS[item.form][item.name])
    assert ways.pop("right")[1] not in {reason for _, reason in ways.values()}
    assert {reason for _, reason in ways.values()} == set(item.reasons) - {right(item)[1]}
    assert len(ways) == 3
    assert {answer for answer, _ in ways.values()} <= set(item.answers)


def test_the_words_do_not_say_which_is_right():
    for table in tomllib.loads(WORDS)["item"]:
        assert set(table) == {"name", "concept", "lessons", "because", *FORMS}
        for form in FORMS:
            assert set(table[form]) == {"question", "key", "answers", "reasons"}
        for words in table["because"].values():
            assert not re.search(r"\b(right|wrong|correct|mistaken)\b", words)


# --- forms ------------------------------------------------------------------------------------


def test_the_forms_are_parallel_and_hold_sixteen():
    before, after = (form_items(form) for form in FORMS)
    assert list(before) == list(after)
    assert len(before) == 16
    for name, item in before.items():
        other = after[name]
        assert (item.concept, item.lessons) == (other.concept, other.lessons)
        assert set(item.reasons) == set(other.reasons) == set(item.because)
        # One idea is right: in both forms the same.
        assert right(item)[1] == right(other)[1]
        assert item.question != other.question
        assert not set(item.reasons.values()) & set(other.reasons.values())


def test_every_lesson_has_an_idea_in_it():
    named = {number for item in form_items("A").values() for number in item.lessons}
    assert {f"{n:02d}" for n in range(13)} <= named


@each_form
@pytest.mark.parametrize(("tier", "options"), [(0, "answers"), (1, "reasons")])
def test_no_place_in_the_list_gives_the_key_away(form, tier, options):
    items = form_items(form).values()
    ways = len(next(iter(getattr(item, options) for item in items)))
    assert {len(getattr(item, options)) for item in items} == {ways}
    places = Counter(list(getattr(item, options)).index(right(item)[tier]) for item in items)
    assert max(places.values()) - min(places.get(n, 0) for n in range(ways)) <= 1


@each_form
@pytest.mark.parametrize(("tier", "options"), [(0, "answers"), (1, "reasons")])
@pytest.mark.parametrize("extreme", [min, max])
def test_no_length_gives_the_key_away(form, tier, options, extreme):
    told = [
        item.name
        for item in form_items(form).values()
        for lengths in [{key: len(text) for key, text in getattr(item, options).items()}]
        if lengths[right(item)[tier]] == extreme(lengths.values())
    ]
    assert len(told) <= 6, told


@each_item
def test_words_are_plain(item):
    texts = [item.question, *item.answers.values(), *item.reasons.values(), *item.because.values()]
    for text in texts:
        assert len(re.findall(r"[\w’]+", text)) <= 55
        assert "!" not in text
        assert not re.search(r"\b(simply|just|obviously)\b", text)
    assert all(reason[0].islower() or reason[0] in "£1" for reason in item.reasons.values())


# --- each item driven -------------------------------------------------------------------------


@each_item
def test_untouched_nothing_is_kept_and_it_is_open(item, record):
    made = TwoTier(item, record)
    assert made.value == {"answer": None, "reason": None}
    assert not record.keys()
    assert standings({item.name: item}, record) == {item.name: OPEN}


@each_item
def test_an_answer_alone_is_not_kept_yet(item, record):
    made = TwoTier(item, record)
    made.set(answer=right(item)[0])
    assert made.status == "Now choose a reason too."
    assert item.given(record) == (None, None)
    made.reset()
    other = TwoTier(item, record)
    other.set(reason=right(item)[1])
    assert other.status == "Now choose an answer too."
    assert item.given(record) == (None, None)


@each_wrong
def test_a_named_wrong_pair_is_kept_and_not_right(item, pair, record):
    made = TwoTier(item, record)
    made.set(answer=pair[0], reason=pair[1])
    assert record.get(item.place) == {"kind": "inventory", "answer": pair[0], "reason": pair[1]}
    assert made.status == "Kept."
    expected = OTHER_REASON if pair[0] == right(item)[0] else NOT_YET
    assert item.standing(*item.given(record)) == expected


@each_item
def test_one_tier_right_is_not_right(item, record):
    answer, reason = right(item)
    made = TwoTier(item, record)
    for other in set(item.reasons) - {reason}:
        made.set(answer=answer, reason=other)
        assert item.standing(*item.given(record)) == OTHER_REASON
    for other in set(item.answers) - {answer}:
        made.set(answer=other, reason=reason)
        assert item.standing(*item.given(record)) == OTHER_ANSWER
    assert made.status == "Kept."


@each_item
def test_both_right_is_right_and_the_item_does_not_say_so(item, record):
    answer, reason = right(item)
    made = TwoTier(item, record)
    made.set(answer=answer, reason=reason)
    assert item.standing(*item.given(record)) == RIGHT
    assert made.status == "Kept."
    assert not made.revealed
    again = TwoTier(item, Record(record.path))
    assert again.value == {"answer": answer, "reason": reason}
    assert again.locked is False


@pytest.mark.parametrize(
    "kept",
    [
        {}, {"answer": "a"}, {"answer": 3, "reason": ["p"]},
        {"answer": "z", "reason": "p"}, {"answer": {}, "reason": None},
    ],
)  # fmt: skip
def test_what_fits_no_more_is_asked_again(kept, record):
    item = form_items("A")["busy"]
    record.put(item.place, kept)
    assert TwoTier(item, record).value == {"answer": None, "reason": None}
    assert item.standing(*item.given(record)) == OPEN


# --- done -------------------------------------------------------------------------------------


@each_form
def test_what_is_open_is_told_and_no_total(form, record):
    these = Inventory(form, record)
    item = form_items(form)["busy"]
    these.ask("busy").set(answer=right(item)[0], reason=right(item)[1])
    closing = these.done()
    closing.press("done")
    assert closing.status.startswith(
        "You have answered 1 of 16 questions. These are still open: 1, 2, 3, 4, 6, 7, "
    )
    assert not closing.revealed
    assert total(form, record) is None
    closing.press("leave")
    assert closing.status.startswith(
        "You have finished. You gave the right answer and the right reason in 1 of 16 questions."
    )
    assert closing.revealed
    assert total(form, record) == 1


@pytest.mark.parametrize("names", [(), ("busy", "flat"), tuple(form_items("A"))], ids=len)
@each_form
def test_the_total_counts_what_is_right_in_both(form, names, record):
    these = fill(form, record, *names)
    these.done().press("done")
    assert f"the right reason in {len(names)} of 16 questions." in these.done().status
    assert total(form, record) == len(names)
    # No word on any single item.
    assert not [
        name for name in form_items(form) if form_items(form)[name].concept in these.done().status
    ]


def test_right_answers_with_other_reasons_make_no_total(record):
    these = Inventory("A", record)
    for name, item in form_items("A").items():
        answer, reason = right(item)
        these.ask(name).set(answer=answer, reason=next(r for r in item.reasons if r != reason))
    these.done().press("done")
    assert total("A", record) == 0


def test_the_first_form_greets_a_beginner_with_no_arithmetic(record):
    closing = fill("A", record, "busy", "flat").done()
    closing.press("done")
    assert "nobody expects you to know them yet" in closing.status
    for form in FORMS:
        closing = fill(form, record, "busy").done()
        closing.press("done")
        assert not re.search(r"(?i)guess|standard error|normalised", closing.status)


def test_a_finished_form_is_shut_until_it_is_opened_again(record):
    these = fill("A", record, "busy")
    closing = these.done()
    assert closing.locked == ["again"]
    closing.press("done")
    assert all(these.ask(name).locked is True for name in these.items)
    assert closing.locked == ["done", "leave"]
    later = Inventory("A", Record(record.path))
    assert later.ask("busy").locked is True
    assert later.done().status == closing.status
    later.done().press("again")
    assert later.ask("busy").locked is False
    assert later.ask("busy").value == these.ask("busy").value
    assert total("A", later.record) is None


def test_a_form_does_not_touch_the_other(record):
    fill("A", record, *form_items("A")).done().press("done")
    assert {key.split("/")[1] for key in record.keys()} == {"A"}  # noqa: SIM118
    assert Inventory("B", record).ask("busy").value == {"answer": None, "reason": None}
    assert total("B", record) is None


def test_the_page_of_the_record_goes_on_beside_it(record):
    fill("A", record).done().press("done")
    assert "My record" in record_page(record, lambda *_: "")


# --- gain -------------------------------------------------------------------------------------


@calm
@given(totals, totals)
def test_gain_is_what_was_gained_of_what_could_be(pre, post):
    held = gain(pre, post, 16)
    if pre == 16:
        assert held is None
        return
    assert held <= 1
    assert (held > 0, held < 0) == (post > pre, post < pre)
    assert pre + held * (16 - pre) == pytest.approx(post)
    assert gain(pre, 16, 16) == 1


def test_the_standard_error_is_that_of_two_binomials():
    assert chance(8, 8, 16) == pytest.approx((2 * 16 / 4) ** 0.5)
    # By hand: shares (4 + 1)/18 and (10 + 1)/18, variances 16 · 5 · 13 / 324 and 16 · 11 · 7 / 324.
    assert chance(4, 10, 16) == pytest.approx(((16 * 65 + 16 * 77) / 324) ** 0.5)
    assert chance(16, 16, 16) > 0
    assert chance(2, 9, 16) == chance(9, 2, 16)


@pytest.mark.parametrize(
    ("pre", "post", "told"),
    [
        (None, 9, ["You did not finish the questions before the course"]),
        (16, 11, ["you got 16 right. This time you got 5 fewer right.", "Chance alone seldom",
                  "nothing left to gain"]),
        (16, 16, ["as many right as before", "nothing left to gain"]),
        (4, 10, ["be up to 5 apart", "error of their difference is about 2.6"]),
        (4, 10, ["This time you got 6 more right. Chance alone seldom",
                 "6 divided by 12 is a normalised gain of 0.50"]),
        (8, 10, ["This time you got 2 more right. With 16 questions", "often chance",
                 "2 divided by 8 is a normalised gain of 0.25"]),
        (8, 6, ["This time you got 2 fewer right. With 16 questions", "often chance",
                "−2 divided by 8 is a normalised gain of −0.25"]),
        (2, 1, ["This time you got 1 fewer right.", "often chance",
                "−1 divided by 14 is a normalised gain of −0.07"]),
        (8, 8, ["as many right as before", "0 divided by 8 is a normalised gain of 0.00"]),
    ],
)  # fmt: skip
def test_the_gain_is_told_with_how_large_chance_is(pre, post, told):
    words = " ".join([gain_in_words(pre, post, 16), *gain_worked_out(pre, post, 16)])
    assert [part for part in told if part not in words] == []


@calm
@given(totals, totals)
def test_the_words_and_the_arithmetic_say_the_same_of_chance(pre, post):
    if pre != post:
        seldom = abs(post - pre) >= 2 * chance(pre, post, 16)
        assert ("Chance alone seldom" in gain_in_words(pre, post, 16)) is seldom


def test_form_b_tells_the_gain_and_form_a_does_not(record):
    names = list(form_items("A"))
    first = fill("A", record, *names[:4]).done()
    first.press("done")
    assert "gain" not in first.status
    second = fill("B", record, *names[:10]).done()
    second.press("done")
    assert "the right reason in 10 of 16 questions.\nBefore the course you got 4" in second.status
    assert "This time you got 6 more right." in second.status
    page, plain = shown(lab.ResultPage(second, record))
    assert "6 divided by 12 is a normalised gain of 0.50" in plain
    assert "would get about 1 of 16 right" in plain  # 1 pair of 3 times 4, sixteen times
    assert page.index("<details>") < page.index("6 divided by 12")


def test_without_form_a_there_is_a_total_and_no_gain(record):
    closing = fill("B", record, "busy").done()
    closing.press("done")
    assert "the right reason in 1 of 16 questions." in closing.status
    assert "You did not finish the questions before the course" in closing.status
    _, plain = shown(lab.ResultPage(closing, record))
    assert "guesses every answer" in plain
    assert "normalised gain" not in plain


# --- idea by idea -----------------------------------------------------------------------------


def shown(result: lab.ResultPage) -> tuple[str, str]:
    bundle = result.page._repr_mimebundle_()
    return bundle["text/html"], bundle["text/plain"]


def test_ideas_are_named_only_when_form_b_is_finished(record, monkeypatch):
    monkeypatch.chdir(ROOT / "exercises")
    fill("A", record, "busy", "flat").done().press("done")
    these = fill("B", record, "busy", "faster")
    result = these.result()
    assert shown(result) == (f"<p>{FIRST}</p>", FIRST)
    these.done().press("done")
    page, plain = shown(result)
    lines = {line.split(". ")[0].removeprefix("Idea: "): line for line in plain.splitlines()[1:17]}
    assert list(lines) == [item.concept for item in these.items.values()]
    came = {"busy": (RIGHT, RIGHT), "flat": (RIGHT, NOT_YET), "faster": (NOT_YET, RIGHT)}
    for name, (before, after) in {**came, "speed": (NOT_YET, NOT_YET)}.items():
        assert f"Before: {before}. After: {after}. " in lines[these.items[name].concept]
    for name, item in these.items.items():
        assert item.because[these.ask(name).value["reason"]].rstrip(".") in plain
        for number in item.lessons:
            paths = list((ROOT / "notebooks").glob(f"{number}-*.ipynb"))
            assert all(f'href="../notebooks/{path.name}"' in page for path in paths)
    assert page.count("<tr>") == 17


def test_before_is_a_dash_where_form_a_was_not_finished(record):
    fill("A", record, "busy")
    these = fill("B", record, "busy")
    these.done().press("done")
    _, plain = shown(these.result())
    assert plain.count("Before: –. ") == 16


def test_one_tier_right_is_told_idea_by_idea(record):
    these = fill("B", record)
    busy, flat = these.items["busy"], these.items["flat"]
    reason = next(r for r in busy.reasons if r != right(busy)[1])
    these.ask("busy").set(answer=right(busy)[0], reason=reason)
    answer = next(a for a in flat.answers if a != right(flat)[0])
    these.ask("flat").set(answer=answer, reason=right(flat)[1])
    these.done().press("done")
    _, plain = shown(these.result())
    assert f"{lab.WORDS['inventory.said'][OTHER_REASON]} {busy.because[reason]}"[:-1] in plain
    assert (
        f"{lab.WORDS['inventory.said'][OTHER_ANSWER]} {flat.because[right(flat)[1]]}"[:-1] in plain
    )


def test_the_page_in_the_notebook_is_exchanged_at_once(record, monkeypatch):
    pages: list[lab.Page] = []

    class Handle:
        update = staticmethod(pages.append)

    monkeypatch.setattr(lab, "display", lambda page, **_: pages.append(page) or Handle)
    these = fill("B", record)
    these.result()._ipython_display_()
    these.done().press("done")
    these.done().press("again")
    told = [page._repr_mimebundle_()["text/plain"][:20] for page in pages]
    assert told == [FIRST[:20], "The sixteen ideas, b", FIRST[:20]]


def test_form_a_names_no_ideas(record):
    with pytest.raises(ValueError, match="Only form B names the ideas"):
        Inventory("A", record).result()


# --- words that lack something ----------------------------------------------------------------

ONE = """
salt = "s"
[[item]]
name = "one"
concept = "One"
lessons = ["00"]
because = {p = "P.", q = "Q."}
""" + "".join(
    f'[item.{form}]\nquestion = "{form}?"\nanswers = {{a = "yes", b = "no"}}\n'
    f'reasons = {{p = "p{form}", q = "q{form}"}}\nkey = "{digest("s", form, "one", "a", "p")}"\n'
    for form in FORMS
)


def test_words_are_read():
    assert parse_concept_test(tomllib.loads(ONE))["B"]["one"].hits("a", "p")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('concept = "One"\n', "", "concept"),
        ('question = "B?"\n', "", "form B: .*question"),
        ('salt = "s"\n', "", "salt"),
    ],
)
def test_words_that_lack_something_are_refused(old, new, told):
    assert ONE.count(old) == 1
    with pytest.raises(ValueError, match=told):
        parse_concept_test(tomllib.loads(ONE.replace(old, new)))


def test_an_unknown_form_or_question_is_refused(record):
    with pytest.raises(ValueError, match="no form 'C'; there is A and B"):
        inventory("C")
    with pytest.raises(ValueError, match="no question 'x'"):
        Inventory("A", record).ask("x")


# --- notebooks --------------------------------------------------------------------------------


def text_of(form: str) -> str:
    return (ROOT / "exercises" / NOTEBOOKS[form]).read_text(encoding="utf-8")


@each_form
def test_a_notebook_asks_everything_once_under_five_headings(form):
    cells = nbformat.reads(text_of(form), as_version=4).cells
    asked, headings = [], []
    for cell in cells:
        if cell.cell_type == "markdown" and (found := re.match(r"## (.+)", cell.source)):
            headings.append((found[1], len(asked)))
        if cell.cell_type == "code":
            calls = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)]
            asked += [n.args[0].value for n in calls if getattr(n.func, "attr", "") == "ask"]
    assert asked == list(form_items(form))
    assert [at for name, at in headings if name != "Source"][:6] == [0, 3, 7, 10, 13, 16]


@each_form
def test_a_notebook_gives_no_key_and_no_idea_away(form):
    text = text_of(form)
    for item in form_items(form).values():
        assert item.key not in text
        assert item.concept not in text
        assert not [words for words in item.because.values() if words in text]


@each_form
def test_a_notebook_can_be_read_without_a_kernel(form):
    cells = nbformat.reads(text_of(form), as_version=4).cells
    plain = "\n".join(
        output.data["text/plain"] for cell in cells for output in cell.get("outputs", ())
    )
    for item in form_items(form).values():
        assert item.question in plain
        assert all(
            f"[ ] {text}" in plain for text in (*item.answers.values(), *item.reasons.values())
        )


def test_it_says_whose_it_is():
    for form in FORMS:
        opening = nbformat.reads(text_of(form), as_version=4).cells[0].source
        assert "for you alone" in opening
        assert "do not send your answers anywhere" in opening


def test_what_is_answered_in_a_notebook_is_in_the_record(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path / "my-record.json"))
    inventory("A").ask("busy").set(answer="a", reason="p")
    held = Record(tmp_path / "my-record.json")
    assert held.get("inventory/A/busy") == {"kind": "inventory", "answer": "a", "reason": "p"}
    assert held.get(done("A")) is None


def test_the_sources_are_listed_where_the_text_leads():
    page = inventory("B").sources()._repr_mimebundle_()
    for key in re.findall(r"\(#source-(\w+)\)", text_of("B")):
        assert f'id="source-{key}"' in page["text/html"]
    assert "Hake" in page["text/plain"]
