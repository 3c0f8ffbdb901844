"""What is asked of a place, and the distance to cases: rules, laws and what the tables hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import evidence
from toolkit.models.readiness import (
    ALIKE_BY,
    FACTORS,
    FACTORS_FROM,
    FIT,
    FIT_FROM,
    LEVELS,
    SHORT,
    attributes,
    compare,
    judgements,
    known_cases,
    nearest_cases,
)
from toolkit.text.lists import listed

calm = settings(derandomize=True, deadline=None, max_examples=60)
WORDS = st.sampled_from(["a", "b", "c"])
PLACES = st.dictionaries(
    st.sampled_from(list(ALIKE_BY)), st.frozensets(WORDS, max_size=2), max_size=len(ALIKE_BY)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {name: st.sampled_from(["", *options]) for name, (_, options) in ALIKE_BY.items()}
)


def test_the_factors_are_those_found_to_matter_and_the_fits_are_three():
    assert [asked.name for asked in FACTORS.values()] == [
        "resource availability", "QI team leadership", "team QI skills", "microsystem motivation",
        "microsystem QI culture", "microsystem QI capability",
    ]  # fmt: skip
    assert list(FIT) == ["technical", "cultural", "political"]
    assert evidence.cite(*FACTORS_FROM, *FIT_FROM) == "Kaplan et al. 2013; Ansari et al. 2010"
    for asked in (FACTORS | FIT).values():
        assert asked.question.endswith("?")
        assert asked.first.endswith("?")


@pytest.mark.parametrize(
    ("keys", "told"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_in_a_sentence(keys, told):
    assert listed(keys, most=None) == told


def test_weakest_first_and_equals_as_they_were_asked():
    said = {"capability": "2", "skills": "1", "resources": "2", "motivation": "4"}
    assert list(judgements({"ready": said})) == ["skills", "resources", "capability", "motivation"]


@calm
@given(JSON)
def test_answers_that_nobody_can_understand_are_left_out(held):
    assert set(judgements({"ready": held, "fit": held}).values()) <= set(LEVELS)
    assert judgements(held) == {}
    assert set(attributes(held)) <= set(ALIKE_BY)
    nearest_cases(held)


@pytest.mark.parametrize(
    ("one", "other", "alike", "differs", "distance"),
    [
        ({}, {}, (), (), None),
        ({"scope": {"a"}}, {}, (), (), None),
        ({"scope": set()}, {"scope": {"a"}}, (), (), None),
        ({"scope": {"a"}}, {"scope": {"a", "b"}}, ("scope",), (), 0),
        ({"scope": {"a"}}, {"scope": {"b"}}, (), ("scope",), 1),
        ({"scope": {"a"}, "approach": {"c"}}, {"scope": {"a"}}, ("scope",), (), 0),
        ({"scope": {"a"}, "approach": {"c"}}, {"scope": {"a"}, "approach": {"b"}},
         ("scope",), ("approach",), 0.5),
    ],
)  # fmt: skip
def test_what_is_missing_is_neither_alike_nor_different(one, other, alike, differs, distance):
    found = compare(*({k: frozenset(v) for k, v in each.items()} for each in (one, other)))
    assert (found.alike, found.differs, found.distance) == (alike, differs, distance)


@calm
@given(PLACES, PLACES)
def test_a_distance_is_symmetric_lies_between_0_and_1_and_is_0_to_oneself(one, other):
    found = compare(one, other)
    assert found == compare(other, one)
    assert set(found.alike + found.differs + found.unknown) == set(ALIKE_BY)
    assert found.known + len(found.unknown) == len(ALIKE_BY)
    assert found.distance is None or 0 <= found.distance <= 1
    itself = compare(one, one).distance
    assert itself == 0 if any(one.values()) else itself is None


def test_each_case_is_described_in_words_that_somebody_can_choose():
    assert {case.kind for case in known_cases()} == {
        "published case", "published study", "illustrative case",
    }  # fmt: skip
    for case in known_cases():
        for name, words in case.attributes.items():
            assert words <= {*ALIKE_BY[name][1], "other"}, case.key
        assert case.happened
        assert case.reported
        assert case.beware
        assert case.source or case.kind == "illustrative case"
    assert set(SHORT) == set(ALIKE_BY)


@pytest.mark.parametrize("name", list("ABCDEFGHI"))
def test_who_describes_a_case_is_shown_it_first(name):
    case = next(each for each in known_cases() if each.key == name)
    said = {key: sorted(words)[0] for key, words in case.attributes.items()}
    near = [each for each in nearest_cases(said) if each.case.kind == "illustrative case"]
    assert near[0].compared.distance == 0
    assert near[0].case.key == name or near[0].case.attributes == case.attributes


@calm
@given(ANSWERS)
def test_at_most_three_published_and_two_illustrative_nearest_first(said):
    found = nearest_cases(said)
    assert found == nearest_cases(said)
    for kind, most in (("published case", 2), ("published study", 1), ("illustrative case", 2)):
        mine = [near for near in found if near.case.kind == kind]
        assert len(mine) <= most
        assert len({near.case.key for near in mine}) == len(mine)
        shown = [near.compared.distance for near in mine]
        assert shown == sorted(shown)
        best = [compare(attributes(said), c.attributes) for c in known_cases() if c.kind == kind]
        best = [each.distance for each in best if each.known >= 2 and each.distance < 0.5]
        assert (shown[0] == min(best)) if shown else not best
    assert all(near.compared.known >= 2 for near in found)


def test_one_place_has_one_scope():
    scopes: dict[str, set] = {}
    for case in known_cases():
        if scope := case.attributes.get("scope"):
            scopes.setdefault(case.key, set()).update(scope)
    assert all(len(held) == 1 for held in scopes.values())


def test_one_answer_is_too_little():
    assert nearest_cases({"approach": "lean"}) == []
    assert nearest_cases({"approach": "lean", "scope": "magic"}) == []


def test_what_went_wrong_at_a_place_is_told_too():
    found = nearest_cases({"approach": "lean", "scope": "pathway", "learning": "yes"})
    bolton = next(case for case in known_cases() if case.key == "bolton")
    assert "regulator" in bolton.happened
    assert {near.case.key for near in found} & {"bolton", "flinders", "thedacare"}
