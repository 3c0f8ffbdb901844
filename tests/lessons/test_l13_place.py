"""Lesson 13, the own place: readiness, what each logic asks there, and the nearest cases."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.learning.record import Record
from toolkit.lessons.l13_your_dialect.labs.place import Nearest, Questions, Readiness
from toolkit.models.logics import FIVE, Site
from toolkit.models.logics.symptoms import JUDGED, LESSON_OF, SIGNS, STAGES, hear, most, site_of
from toolkit.models.readiness import ALIKE_BY, FACTORS, FIT, LEVELS, SEEN, WEAK

calm = settings(derandomize=True, deadline=None, max_examples=25)
SCRIPT = "<script>alert('no')</script>"
SLIPS = re.compile(r"\b(?:nan|None|NaT|inf)\b|0x[0-9a-f]{4}|\d\.\d{6}")


@pytest.fixture
def this(tmp_path) -> SimpleNamespace:
    return SimpleNamespace(record=Record(tmp_path / "my-record.json"))


class Reader(HTMLParser):
    """Takes a piece of HTML apart, and minds that whatever opens is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


# --- readiness --------------------------------------------------------------------------------


def test_nothing_is_drawn_before_something_is_answered(this):
    made = Readiness(this)
    assert made.weakest == made.advice.value == ""
    assert made.form.hidden == ["fit"]
    assert "After these 6 questions come 3 more" in made.form.status
    made.form.set(ready=dict.fromkeys(FACTORS, "2"))
    assert made.form.hidden == []
    assert "3 more" not in made.form.status


@pytest.mark.parametrize(
    ("ready", "fit", "weakest", "first"),
    [
        ({"skills": "2"}, {},
         "So far you have answered one question: team skills, in part", "Team skills"),
        ({"skills": "2", "culture": "2"}, {"political": "1"},
         "Your weakest point is political fit", "Political fit"),
        ({"skills": "2", "resources": "2", "culture": "4"}, {},
         "Your weakest points are time, people and money and team skills", "Time, people"),
        ({"skills": "3", "resources": "3"}, {}, "You gave every question the "
                                                "same answer: mostly", ""),
    ],
)  # fmt: skip
def test_the_weakest_comes_first_in_words_and_table(this, ready, fit, weakest, first):
    made = Readiness(this)
    made.form.set(ready=ready, fit=fit)
    assert made.weakest == weakest
    assert f"{weakest}. You answered {len(ready) + len(fit)} of 9" in made.form.status
    words = "".join(Reader(made.advice.value).words)
    asked = FACTORS | FIT
    places = {each.short: words.find(each.short) for each in asked.values()}
    shown = sorted((at, short) for short, at in places.items() if at >= 0)
    assert ((shown and shown[0][1]) or "").startswith(first)
    assert all(source in words for source in ("Kaplan", "Ansari"))


def test_there_is_no_sum_and_no_verdict(this):
    made = Readiness(this)
    made.form.set(ready=dict.fromkeys(FACTORS, "4"), fit=dict.fromkeys(FIT, "4"))
    assert (len(FACTORS), len(FIT)) == (6, 3), "the lesson says six questions, then three"
    advice = " ".join(Reader(made.advice.value).words)
    told = f"{made.form.status} {advice}"
    assert not re.search(
        r"score|total|ready to go|%|\b(?:36|27)\b|green|\bred\b", told, re.IGNORECASE
    )
    assert "called nothing weak" in advice


@calm
@given(st.dictionaries(st.sampled_from([*FACTORS, *FIT]), st.sampled_from(list(LEVELS))))
def test_each_weak_answer_and_only_those_has_something_to_ask_first(said):
    made = Readiness(SimpleNamespace(record=SimpleNamespace(
        get=lambda _: None, put=lambda *_: None, keys=lambda _: [], trouble="")))  # fmt: skip
    made.form.set(ready={k: v for k, v in said.items() if k in FACTORS},
                  fit={k: v for k, v in said.items() if k in FIT})  # fmt: skip
    asked = FACTORS | FIT
    words = " ".join(Reader(made.advice.value).words)
    for key, each in asked.items():
        assert (each.first in words) is (said.get(key) in WEAK)


def test_what_was_answered_comes_back_after_a_restart(this):
    this.record.put("13/readiness/place", {"kind": "readiness", "practice": "huddles"})
    made = Readiness(this)
    assert made.form.value["practice"] == "huddles"
    made.form.set(ready={"skills": "1"}, fit={"technical": "3"})
    again = Readiness(SimpleNamespace(record=Record(this.record.path)))
    assert again.form.value == made.form.value
    assert again.form.status == made.form.status
    entry = this.record.get("13/readiness/place")
    assert entry["kind"] == "readiness"
    assert entry["practice"] == "huddles"


@pytest.mark.parametrize(
    "entry",
    [{"ready": []}, {"kind": "readiness", "ready": {"skills": "9", "magic": "1"}},
     {"kind": "readiness", "fit": None, "practice": None}, {"kind": "x", "practice": [SCRIPT]}],
)  # fmt: skip
def test_a_foreign_or_partial_entry_is_tolerated_and_not_lost(this, entry):
    this.record.put("13/readiness/place", entry)
    made = Readiness(this)
    assert made.answers == {}
    made.form.set(ready={"skills": "1"})
    assert list(made.answers) == ["skills"]
    assert entry in [this.record.get(k) for k in this.record.keys("13/readiness/place set aside")]


# --- questions --------------------------------------------------------------------------------


def test_whatever_can_be_seen_changes_a_place_and_leads_to_a_lesson():
    assert list(SIGNS) == list(SEEN)
    assert list(LESSON_OF) == list(FIVE)
    calm_place = site_of([])
    for name, sign in SIGNS.items():
        site = site_of([name])
        assert (site.context, site.practice, site.mastery) != (
            calm_place.context, calm_place.practice, calm_place.mastery,
        )  # fmt: skip
        assert sign.means
        assert re.fullmatch(r"\d\d", sign.lesson)


def hours(site: Site) -> np.ndarray:
    return site.context.staff_hours * np.array(site.practice.split)


def fewer(site: Site, stage: str, share: float) -> bool:
    """Say whether one stage has so many fewer hours, and all others as many as before."""
    due = [1 - share if name == stage else 1 for name in STAGES]
    return np.allclose(hours(site) / hours(site_of([])), due)


MEANS = {
    "waits": ("on ten at a time", "in a usual place two", lambda s, b: set(s.practice.batch) == {10}
              and set(b.practice.batch) == {2}),
    "full": ("treatment", "a quarter fewer staff hours", lambda s, _: fewer(s, "Treatment", 1 / 4)),
    "months": ("arrivals and work vary more", "a year of figures", lambda s, b: len(s.history) == 12
               and not b.history and s.context.arrival_scv > b.context.arrival_scv
               and min(s.context.service_scv) > max(b.context.service_scv)),
    "hardly": ("3 in 10", "nobody discusses it", lambda s, _: s.context.low_benefit == 0.3
               and s.practice.threshold == 0),
    "cost": ("cases are mixed", "nearly all",
             lambda s, b: 0.8 <= min(s.practice.standardisation) < 1
             and min(s.context.heterogeneity) > max(b.context.heterogeneity)),
    "least": ("more people have high need", "as long as everyone else",
              lambda s, b: s.practice.need_first == 0
              and s.context.high_need > b.context.high_need),
    "time": ("no time is kept for learning", "no skill in making changes",
             lambda s, _: s.practice.learning == 0 and s.mastery == 0),
    "next": ("follow-up", "a third fewer staff hours", lambda s, _: fewer(s, "Follow-up", 1 / 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNS)
def test_what_a_sign_says_is_what_it_does(name):
    *words, holds = MEANS[name]
    assert all(part in SIGNS[name].means for part in words)
    assert holds(site_of([name]), site_of([]))


def test_more_is_pushed_in_than_the_stage_can_take():
    assert "more patients start than the slowest stage can treat" in SIGNS["next"].means
    performance = site_of(["next"]).performance
    assert performance.utilisation[STAGES.index("Follow-up")] > 1


@calm
@given(st.frozensets(st.sampled_from(list(SEEN))))
def test_each_sign_is_true_beside_all_others(seen):
    lacking = hours(site_of(seen)) / hours(site_of([]))
    due = {"Treatment": 3 / 4 if "full" in seen else 1, "Follow-up": 2 / 3 if "next" in seen else 1}
    assert np.allclose(lacking, [due.get(stage, 1) for stage in STAGES])
    for name in seen - {"full", "next"}:
        assert MEANS[name][-1](site_of(seen), site_of([]))


@calm
@given(st.frozensets(st.sampled_from(list(SEEN))))
def test_any_ticks_make_a_place_of_the_model_and_sentences(seen):
    site = site_of(seen)
    assert site == site_of(sorted(seen))
    assert site.context.stages == STAGES
    assert sum(site.practice.split) == pytest.approx(1)
    assert site.performance.value > 0
    said = hear(seen)
    assert [each.logic.id for each in said] == list(FIVE)
    for each in said:
        assert not SLIPS.search(f"{each.finding} {each.change or ''}")
    for names in most(seen).values():
        assert set(names) <= {logic.name for logic in FIVE.values()}


@pytest.mark.parametrize(
    ("seen", "way", "logic"),
    [
        ("waits", "the outcome for each pound", "Service improvement"),
        ("full", "the outcome for each pound", "Theory of constraints"),
        ("hardly", "the outcome for each pound", "Bevan prudent principles"),
        ("cost", "the outcome for each pound", "Value-based health care"),
        ("cost", "the time from start to end", "Theory of constraints"),
        ("least", "the care that people with the greatest need get", "Bevan prudent principles"),
        ("next", "the outcome for each pound", "Theory of constraints"),
    ],
)
def test_other_things_seen_another_change_does_most(seen, way, logic):
    assert most(frozenset({seen}))[way] == (logic,)


def test_in_a_calm_place_no_change_brings_more_for_the_money():
    assert most(frozenset())["the outcome for each pound"] == ()


def test_a_tie_names_both():
    assert len(most(frozenset({"waits", "full"}))["the outcome for each pound"]) == 2


def test_a_year_on_a_chart_is_read_only_where_there_is_one():
    months = {name: str(hear(frozenset(seen))[3].finding) for name, seen in
              {"without": [], "with": ["months"]}.items()}  # fmt: skip
    assert "too few months" in months["without"]
    assert "common cause" in months["with"]


def test_time_for_learning_is_pulled_by_none_of_the_five():
    assert all(
        each.change is None or each.change.lever != "learning" for each in hear(frozenset({"time"}))
    )
    assert SIGNS["time"].lesson == "01"


def test_the_table_gives_question_finding_change_effect_blind_spot_and_lesson(this):
    made = Questions(this)
    assert made.said.value == "", "nothing is asked or found before something is seen"
    made.form.set(seen=["full", "hardly"])
    read = Reader(made.said.value)
    words = " ".join(read.words)
    for each in hear(made.seen):
        for text in (each.logic.question, each.logic.blind_spot, str(each.finding)):
            assert text in words
    heads = [attrs for tag, attrs in read.tags if tag == "th"]
    assert sum(attrs["scope"] == "row" for attrs in heads) == 2 * len(FIVE)
    shown, folded = made.said.value.split("<details>")
    assert not re.search(r"\d", re.sub(r"lesson 0\d|<[^>]+>", "", shown)), "no figure in view"
    assert shown.index("these figures") < shown.index("For the outcome"), "the caution comes first"
    assert "<table" in folded
    assert "illustrative" in words
    assert all(f"lesson {number}" in words for number in LESSON_OF.values())
    assert "treatment has a quarter fewer staff hours" in words
    assert all(f"For {way}, " in words for way in JUDGED)
    assert "made up a place" in words
    made.form.set(seen=[])
    assert made.said.value == ""


def test_the_ticks_and_what_was_said_of_them_are_kept(this):
    made = Questions(this)
    made.form.set(seen=["waits"])
    kept = this.record.get("13/questions/place")
    assert kept == {"kind": "questions", "seen": ["waits"], "words": " ".join(made.words)}
    again = Questions(SimpleNamespace(record=Record(this.record.path)))
    assert again.said.value == made.said.value
    assert again.form.status == made.form.status
    again.form.set(seen=["full"])
    assert Record(this.record.path).get("13/questions/place")["words"] == " ".join(again.words)


# --- nearest ----------------------------------------------------------------------------------


def test_nothing_is_shown_before_two_answers(this):
    made = Nearest(this)
    made.form.set(approach="lean")
    assert made.said.value == ""
    assert "at least two" in made.form.status


@pytest.mark.parametrize("adoption", list(ALIKE_BY["adoption"][1]))
@pytest.mark.parametrize("scope", list(ALIKE_BY["scope"][1]))
def test_each_case_says_in_what_it_is_alike_and_who_reports(this, scope, adoption):
    made = Nearest(this)
    made.form.set(approach="lean", scope=scope, learning="no", adoption=adoption)
    read = Reader(made.said.value)
    captions = sum(tag == "caption" for tag, _attrs in read.tags)
    words = " ".join(read.words)
    assert 1 <= captions <= 5
    for said in ("of 5 answers. This case agrees with yours on ", "Who reports it",
                 "What happened there: "):  # fmt: skip
        assert words.count(said) == captions
    for near in made.found:
        assert len(near.compared.alike) > len(near.compared.differs)
        assert f"We can compare {near.compared.known} of 5 answers" in words
    differ = sum(bool(near.compared.differs) for near in made.found)
    assert words.count("It differs on ") == differ
    assert "do not predict" in words
    assert not re.search(r"you will|likely to succeed|chance of", words)
    assert not SLIPS.search(words)


def test_who_would_copy_is_not_likened_to_one_who_developed_their_own(this):
    made = Nearest(this)
    said = {"approach": "lean", "learning": "yes", "likeness": "alike", "adoption": "emulate"}
    for scope in ALIKE_BY["scope"][1]:
        made.form.set(scope=scope, **said)
        for near in made.found:
            if near.case.key == "virginia_mason":
                assert "adoption" in near.compared.differs
                assert scope == "organisation"


def test_answers_that_fit_no_case_are_told_so(this, monkeypatch):
    made = Nearest(this)
    monkeypatch.setattr(Nearest, "found", [])
    made.form.set(approach="lean", scope="point")
    assert "no case that is more alike than different" in made.form.status


def test_answers_come_back_and_foreign_ones_do_not_break_it(this):
    this.record.put("13/nearest/place", {"kind": "nearest", "approach": "magic", "scope": "point"})
    made = Nearest(this)
    assert made.form.value["approach"] == ""
    assert made.form.value["scope"] == "point"
    made.form.set(approach="value")
    again = Nearest(SimpleNamespace(record=Record(this.record.path)))
    assert again.form.value == made.form.value
    assert again.said.value == made.said.value != ""


# --- all three --------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [Readiness, Questions, Nearest])
def test_a_room_can_be_read_without_a_kernel_and_repeats_itself(this, room):
    made = room(this)
    plain = made._repr_mimebundle_()["text/plain"]
    assert plain.startswith(made.form.title)
    assert plain == room(this)._repr_mimebundle_()["text/plain"]
    assert all(field["label"] in plain for field in made.form.fields)


def test_trouble_with_the_record_is_told(this):
    this.record.path.mkdir(parents=True)  # nothing can be written where a folder stands
    made = Questions(this)
    made.form.set(seen=["full"])
    assert "record" in made.form.status.splitlines()[-1]
    assert this.record.trouble in made.form.status
