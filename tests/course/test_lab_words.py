"""Controls and chips made of the words of a lesson."""

from __future__ import annotations

import pytest

from toolkit.course.lab_words import LabWords
from toolkit.learning.fields import Button, Select, Slider


@pytest.fixture
def words() -> LabWords:
    return LabWords("toolkit.lessons.l12_nine_cases")


def test_a_control_is_what_its_table_says_with_facts_filled_in(words):
    (slider,) = words.fields("review", "better", month=12, last=17)
    assert isinstance(slider, Slider)
    assert slider.label == (
        "Will any of months 12 to 17 be better than the grey band? How likely is that?"
    )
    assert (slider.value, slider.max, slider.step, slider.unit) == (None, 100, 5, "%")


def test_all_controls_of_a_form_come_in_the_order_of_the_file(words):
    made = words.fields("room", value={"case": "B"}, options={"case": {"B": "the theatre"}})
    assert [each.name for each in made] == ["case", "show", "again"]
    assert isinstance(made[0], Select)
    assert (made[0].value, made[0].options) == ("B", {"B": "the theatre"})
    assert isinstance(made[-1], Button)
    assert made[-1].quiet


def test_options_that_are_data_follow_those_of_the_words():
    words = LabWords("toolkit.lessons.l13_your_dialect")
    (made,) = words.fields("columns", "of", options={"of": {"Referrals": "Referrals"}})
    assert list(made.options.items()) == [("", "not chosen"), ("Referrals", "Referrals")]


def test_a_paragraph_shows_what_it_is_told_as_text(words):
    shown = words.paragraph("room.refused", problem="<b>no</b>")
    assert shown == "<p>You have not decided yet. &lt;b&gt;no&lt;/b&gt;</p>"


def test_data_add_sources_to_where_figures_come_from(words):
    limits = words.provenance("limits")
    assert (limits.kind, limits.sources) == ("modelled", ())
    assert words.provenance("limits", sources=["brier1950"]).sources == ("brier1950",)
