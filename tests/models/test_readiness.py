"""What is asked of a place, and how its answers are read."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.models.readiness import FACTORS, FIT, LEVELS, judgements

calm = settings(derandomize=True, deadline=None, max_examples=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def test_the_factors_are_of_those_found_to_matter_and_the_fits_are_three():
    assert [asked.name for asked in FACTORS.values()] == [
        "resource availability", "microsystem motivation", "microsystem QI culture",
    ]  # fmt: skip
    assert list(FIT) == ["technical", "cultural", "political"]
    for asked in (FACTORS | FIT).values():
        assert asked.question.endswith("?")
        assert asked.first.endswith("?")


def test_weakest_first_and_equals_as_they_were_asked():
    said = {"culture": "2", "resources": "2", "motivation": "1"}
    held = judgements({"ready": said, "fit": {"technical": "1"}})
    assert list(held) == ["motivation", "technical", "resources", "culture"]


def test_answers_to_questions_of_an_older_course_are_left_out():
    assert judgements({"ready": {"skills": "1", "culture": "2"}}) == {"culture": "2"}


@calm
@given(JSON)
def test_answers_that_nobody_can_understand_are_left_out(held):
    assert set(judgements({"ready": held, "fit": held}).values()) <= set(LEVELS)
    assert judgements(held) == {}
