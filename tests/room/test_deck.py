"""The slides: each step of a plan is on them, and nothing is fetched."""

import html
import json
import re

import pytest

from toolkit.room import deck, plans
from toolkit.room.deck import slides


@pytest.fixture(scope="module")
def page():
    return deck.deck(plans.plan("20-minutes"))


@pytest.mark.parametrize("name", plans.names())
def test_each_step_has_a_slide_and_they_come_in_order(name):
    told = plans.plan(name)
    seen = list(dict.fromkeys(slide.step.name for slide in slides(told)))
    assert seen == [step.name for step in told.steps]


@pytest.mark.parametrize("name", plans.names())
def test_no_slide_is_crowded(name):
    for slide in slides(plans.plan(name)):
        shown = slide.shown
        words = [slide.title]
        if shown and slide.kind in ("predict", "check"):
            words += [*shown.options, *shown.lines]
        assert len(" ".join(words).split()) <= 110, slide


def test_a_result_stays_covered_until_it_is_turned_over():
    kinds = [slide.kind for slide in slides(plans.plan("20-minutes")) if slide.step.name == "watch"]
    assert kinds == ["watch", "answer", "chart"]


def test_how_a_case_ended_leaves_the_chart_its_room():
    (chart, end) = [s for s in slides(plans.plan("half-day")) if s.kind in ("case", "end")][-2:]
    assert (chart.kind, end.kind) == ("case", "end")
    assert end.shown.because == chart.shown.because


def test_the_rules_stand_on_the_slide_where_there_is_room(page):
    assert "Try a game first, with five people in a row." in page
    crowded = deck.Shown("predict", "Why?", before=("word " * 120,))
    assert not deck.has_room(crowded)
    (told, asked) = deck._of(plans.Step("why", "Why?", 5, 0, shown=(crowded,)))
    assert (told.kind, asked.kind) == ("told", "predict")


@pytest.mark.parametrize("name", plans.names())
def test_what_the_plan_reads_out_before_a_question_is_on_a_slide(name):
    made = slides(plans.plan(name))
    for slide in made:
        if slide.kind == "predict" and slide.shown.before:
            own = [each.kind for each in made if each.shown is slide.shown]
            assert own == (["predict"] if deck.has_room(slide.shown) else ["told", "predict"])


@pytest.mark.parametrize("name", plans.names())
def test_no_chart_gives_away_an_answer_that_is_still_covered(name):
    for step in plans.plan(name).steps:
        came = [each for each in step.shown if each.kind == "came"]
        drawn = [each.figure.title for each in came if each.figure]
        assert len(set(drawn)) == len(drawn), step.name
        assert not came or came[-1].figure, step.name


def test_an_answer_is_marked_among_the_options_that_people_voted_for():
    step = next(each for each in plans.plan("90-minutes").steps if each.name == "busy-came")
    (came,) = step.shown
    assert came.answer == "B: no limit and 24 are about the same, and 6 gets fewer home"
    ninety = deck.deck(plans.plan("90-minutes"))
    shown = re.search(rf'kind-answer" [^>]*"{step.name}".*?</section>', ninety, re.DOTALL)[0]
    assert all(option in html.unescape(shown) for option in came.options)
    assert shown.count('class="right"') == 1
    assert came.answer in plans.plan_page(plans.plan("90-minutes"))


def test_a_slide_names_where_its_figures_come_from_in_a_line():
    for slide in slides(plans.plan("90-minutes")):
        if slide.kind == "chart":
            assert deck.marks_line(slide.shown.figure)
            assert len(deck.marks_line(slide.shown.figure).split()) <= 12


def test_the_deck_needs_nothing_but_itself(page):
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert "default-src 'none'" in page
    assert not re.search(r"^\s*import\s", page, re.MULTILINE)


def test_the_stage_has_the_trace_of_the_lesson(page):
    held = json.loads(re.search(r'id="traces">(.*?)</script>', page, re.DOTALL)[1])
    (trace,) = held.values()
    assert trace["ticks"] == 20
    assert trace["said"][-1] in plans.plan_page(plans.plan("20-minutes"))


def test_the_deck_is_the_same_each_time(page):
    assert page == deck.deck(plans.plan("20-minutes"))


def test_letters_of_a_chart_grow_at_every_depth():
    spec = {"config": {"axis": {"labelFontSize": 12, "grid": True}}, "layer": [{"fontSize": 10}]}
    grown = {"config": {"axis": {"labelFontSize": 18, "grid": True}}, "layer": [{"fontSize": 15}]}
    assert deck.larger(spec, 1.5) == grown


@pytest.mark.parametrize(("name", "step"), [("45-minutes", "came"), ("60-minutes", "corner")])
def test_no_name_on_an_axis_is_lost_to_larger_letters(name, step):
    import vl_convert

    (figure,) = [
        slide.shown.figure
        for slide in slides(plans.plan(name))
        if slide.kind == "chart" and slide.step.name == step
    ]
    usual = vl_convert.vegalite_to_svg({**figure.spec, "datasets": figure.datasets})
    hidden = re.findall(r'<text[^>]*opacity="0"[^>]*>([^<]+)<', deck.chart_svg(figure))
    assert not [each for each in hidden if not each.isdigit()]
    assert deck.chart_svg(figure).count("<text") >= usual.count("<text")


def test_a_chart_is_drawn_alike_whatever_was_drawn_before():
    figures = [
        shown.figure
        for step in plans.plan("half-day").steps
        for shown in step.shown
        if shown.figure and "bar" in str(shown.figure.spec)
    ]
    once = [deck.chart_svg(figure) for figure in figures]
    assert any("clip0" in each for each in once)
    assert [deck.chart_svg(figure) for figure in reversed(figures)] == once[::-1]
