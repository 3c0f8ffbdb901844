"""The guides for trainers: complete, sourced, and every figure in them computed."""

import copy
import re
from functools import reduce

import pytest

from toolkit import evidence
from toolkit.evidence.store import table
from toolkit.learning.words import words_of
from toolkit.room import facts, guides
from toolkit.text.words import walk_texts

NUMBERS = guides.with_guide()
GAP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.?!])\s+")
LESSON = re.compile(r"\blessons? \d\d(?:(?:, \d\d)* and \d\d)?", re.IGNORECASE)
NOT_WORDS = ("facts", "holds", "terms")
LARGE = (
    r"eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|"
    r"thousands?|millions?|per cent|twice|double[ds]?|halve[ds]?"
)
FIGURE = re.compile(rf"\d|\b(?:{LARGE})\b", re.IGNORECASE)


def words(number):
    held = {
        key: each for key, each in guides.file_of("guides", number).items() if key not in NOT_WORDS
    }
    yield from walk_texts(held)


def typed(text):
    """The sentences of a template that hold a figure which is neither computed nor sourced."""
    plain = LESSON.sub("", GAP.sub("", text))
    sentences = SENTENCE.split(" ".join(plain.split()))
    return [each for each in sentences if FIGURE.search(each) and "#source-" not in each]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_guide_is_whole(number):
    told = guides.guide(number)
    assert [each.name for each in told.predictions] == list(words_of(number).predict)
    assert len(told.debrief) == 3
    assert 1 <= len(told.objection) <= 2
    assert len(told.limits) >= 3
    assert told.access
    assert len(told.terms) <= 5
    assert told.alone < told.room


@pytest.mark.parametrize("number", NUMBERS)
def test_no_figure_of_a_guide_is_typed(number):
    assert {key: typed(text) for key, text in words(number) if typed(text)} == {}
    hidden = [key for key, text in words(number) if re.search(r"\{\{\s*[\"'\d]", text)]
    assert hidden == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Over 200 games, 52 come out.", 1),
        ("Over {{ many }} games, {{ out | fixed(1) }} come out.", 0),
        ("Fifteen come out. Then stop.", 1),
        ("Occupancy was above 85% ([Bagust 1999](#source-bagust1999)). Then 90%.", 1),
        ("Occupancy was above 85% ([Bagust 1999](#source-bagust1999)).", 0),
        ("Wait two minutes. Lesson 05 comes back to it, and lessons 06 and 11 too.", 0),
        ("It is twice as long.", 1),
    ],
)
def test_what_counts_as_a_typed_figure(text, count):
    assert len(typed(text)) == count


@pytest.mark.parametrize("number", NUMBERS)
def test_every_fact_of_a_guide_is_used(number):
    held = guides.file_of("guides", number)
    used = " ".join([*(text for _, text in words(number)), *held.get("holds", ())])
    named = set(re.findall(r"\w+", " ".join(GAP.findall(used) + held.get("holds", []))))
    assert set(held["facts"]) <= named


@pytest.mark.parametrize("number", NUMBERS)
def test_every_reply_rests_on_a_source(number):
    for each in guides.guide(number).objection:
        keys = re.findall(r"\]\(#source-(\w+)\)", each["reply"])
        assert keys, each["says"]
        assert all(evidence.source(key) for key in keys)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_link_to_a_source_says_whose_it_is(number):
    cited = {
        (shown, key)
        for _, text in words(number)
        for shown, key in re.findall(r"\[([^]]*)\]\(#source-(\w+)\)", text)
    }
    texts = table("references").set_index("id")["text"]
    for shown, key in cited:
        name, year = re.match(r"([^\s,]+).*?(\d{4}|no date|n\.d\.|$)", shown).groups()
        assert name in texts[key], (shown, key)
        assert year.replace("n.d.", "no date") in texts[key], (shown, key)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_page_of_a_guide_leads_to_its_sources_and_nowhere_else(number):
    page = guides.guide_page(guides.guide(number))
    targets = set(re.findall(r'href="#([\w-]+)"', page))
    assert targets <= set(re.findall(r'id="([\w-]+)"', page))
    assert not re.search(r'(?:href|src)="(?!#|data:)', page)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("close", None, "does not have 'close'"),
        ("clsoe", "x", "cannot have 'clsoe'"),
        ("holds", ["out > hoped"], "rests on 'out > hoped'"),
        ("predict.dice.comes", None, "does not have 'comes'"),
        ("predict.nobody", {"usual": "", "comes": ""}, "cannot have 'nobody'"),
    ],
)
def test_a_guide_with_a_slip_is_refused_with_what_is_wrong(path, value, told, monkeypatch):
    held = copy.deepcopy(guides.file_of("guides", "03"))
    *above, last = path.split(".")
    where = reduce(dict.__getitem__, above, held)
    where.pop(last, None)
    if value is not None:
        where[last] = value
    monkeypatch.setattr(guides, "file_of", lambda *_: held)
    with pytest.raises(ValueError, match=re.escape(told)):
        guides.guide.__wrapped__("03")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"lab": "dice", "take": "outt"}, "there is no 'outt'"),
        ({"lab": "dice"}, "'' is not an expression"),
        ({"lab": "dice", "take": "out +"}, "'out +' is not an expression"),
        ({"lab": "dicee"}, "has no lab 'dicee'; it has dice"),
        ({"lab": "dice", "settings": {"players": 5}, "take": "out"}, "has no 'players'"),
        ({"predict": "wheel"}, "has no prediction 'wheel'"),
        ({"lab": "dice", "predict": "dice"}, "exactly one of lab, predict, call"),
        ({"table": "cases"}, "'table' is unknown"),
        ({"call": "os:getcwd"}, "is not 'toolkit.MODULE:FUNCTION'"),
    ],
)
def test_a_fact_that_is_not_there_is_refused_with_what_is(entry, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        facts.facts({"it": entry}, "03")


def test_facts_come_from_the_lab_its_settings_and_the_prediction():
    found = facts.facts(
        {
            "many": {"lab": "dice", "settings": {"runs": 200}, "take": "out"},
            "one": {"lab": "dice", "settings": {"runs": 1}, "take": "out", "form": "{:.0f}"},
            "gap": {"lab": "dice", "settings": {"runs": 200}, "take": "hoped - out"},
            "came": {"predict": "dice"},
            "bare": {"predict": "dice", "take": "answer"},
            "other": {"lab": "funnel", "lesson": "05", "take": "runs"},
            "text": {"call": "toolkit.text.numbers:fixed", "settings": {"value": 2.5}},
        },
        "03",
    )
    assert found["came"] == f"{found['bare']:.0f} patients"
    assert found["bare"] == float(found["one"])
    assert found["gap"] == pytest.approx(70 - found["many"])
    assert found["one"] == "51"
    assert found["text"] == "2"


def test_what_depends_on_the_learner_has_no_outcome():
    assert facts.outcome("07", "favourite") is None
    assert facts.outcome("13", "flagged") is None


@pytest.mark.parametrize(
    ("number", "name"), [("00", "theatre"), ("12", "nine"), ("11", "handover")]
)
def test_every_other_prediction_has_one(number, name):
    assert facts.outcome(number, name) is not None


def test_a_trainer_who_starts_soon_is_told_of_the_game_where_there_is_one():
    assert "game-dice" in " ".join(guides.ready("03"))
    assert "game-beads or game-funnel" in " ".join(guides.ready("05"))
    assert "game" not in " ".join(guides.ready("00"))
