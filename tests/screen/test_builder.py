"""How facts and words become a lab: the lab of the template, and words that do not fit."""

from __future__ import annotations

import sys

import pytest
from jinja2 import UndefinedError

from tests import ROOT
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import Ask, LessonWords
from toolkit.screen.builder import offered
from toolkit.screen.facts import Facts, lines, marks
from toolkit.screen.lab import Lab
from toolkit.text.templates import fill

FACTS, WORDS = (
    (ROOT / "tests/template/l99_slug" / name).read_text(encoding="utf-8")
    for name in ("labs.py", "words.toml")
)
ASK = Ask("How many minutes?", "slider", max=60, unit="minutes")


@pytest.fixture
def made(tmp_path, monkeypatch, request):
    """Return a function that makes a lesson of these facts and words, and plays its lab."""
    folder = f"lesson_{abs(hash(request.node.name))}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(words: str = WORDS, facts: str = FACTS) -> Lab:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
        (tmp_path / folder / "labs.py").write_text(facts, encoding="utf-8")
        (tmp_path / folder / "words.toml").write_text(words, encoding="utf-8")
        this = Lesson(LessonWords("99", "Walks", {"walk": ASK}), Record(tmp_path / "r.json"))
        return offered(folder)["walk"](this)

    yield make
    for name in [name for name in sys.modules if name.startswith(folder)]:
        del sys.modules[name]


def test_the_lab_of_the_template(made):
    lab = made()
    assert lab.shut
    assert lab.form.value == {"metres": 20, "visits": 60, "goer": "nurse"}
    figure = lab.draw({"metres": 80, "visits": 100, "goer": "porter"})
    assert figure.title == "Walking takes 100 minutes of the shift"
    assert figure.description == (
        "A porter walks 80 metres for each of 100 visits. It is more than an hour."
    )
    assert [row["category"] for row in figure.datasets["bars"]] == ["walking", "all other work"]
    assert figure.cells == {"columns": ["what", "minutes"], "rows": [["walking", "100"]]}
    assert [p.note for p in figure.provenance] == ["the ward and its cupboard", "from the settings"]
    assert (lab.truth["walk"](), lab.reveal_at) == (17, {"metres": 40})


def test_a_result_that_depends_on_what_was_predicted_is_told_that(made):
    alone = '{"walk": how_long}'
    assert alone in FACTS
    lab = made(facts=FACTS.replace(alone, '{"walk": lambda walk: walk}'))
    assert lab.truth["walk"]() == []
    (guess,) = lab.after
    for answer in (20, 30, 40):
        guess.press("again")
        guess.set(answer=answer, sure="0.7")
        guess.press("lock")
    assert lab.truth["walk"]() == [20, 40]  # what counts, and the latest


def test_a_prediction_stands_in_the_words(made):
    lab = made()
    (guess,) = lab.after
    guess.set(answer=12, sure="0.7")
    guess.press("lock")
    assert lab.figure.description.endswith(" You predicted 12 minutes (fairly sure).")


def play(lab: Lab) -> None:
    """Tell a lab that its stage has played to its end, as the page does."""
    lab.chart._handle_custom_msg({"played": True}, [])


def test_who_has_played_is_told_whether_it_was_right_or_where_that_shows(made):
    lab = made()
    (guess,) = lab.after
    guess.set(answer=5, sure="0.7")
    guess.press("lock")
    play(lab)
    assert lab.chart.verdict == (
        "To see whether you were right, set “How far it is there and back” to “40 metres”."
    )
    assert guess.came is None
    lab.form.set(metres=40)
    assert "You predicted 5 minutes (fairly sure). Result: 17 minutes." in lab.chart.verdict
    play(lab)
    assert guess.came is False


def test_what_shows_its_result_everywhere_tells_it_once_it_has_played(made):
    where = ', reveal_at={"metres": 40}'
    assert where in FACTS
    lab = made(facts=FACTS.replace(where, ""))
    (guess,) = lab.after
    play(lab)
    assert (lab.chart.verdict, lab.chart.covered) == ("", False)
    guess.set(answer=17, sure="0.7")
    guess.press("lock")
    assert lab.chart.covered
    play(lab)
    assert (guess.came, "Result: 17 minutes." in lab.chart.verdict) == (True, True)
    assert not lab.chart.covered


def test_a_setting_is_refused_in_the_words_of_the_lesson(made):
    lab = made()
    with pytest.raises(ValueError, match=r"^Nobody goes to the cupboard.* at least 20 times\.$"):
        lab.draw({"metres": 20, "visits": 0, "goer": "nurse"})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[lab.walk.refuse]", "[lab.walk.refuses]", r"\[lab.walk\] of .* has 'refuses'; it can"),
        ("max = 80", "most = 80", r"\[lab.walk.control.metres\] .* has 'most'; it can have label"),
        ("[lab.walk.control.goer]", "[lab.walk.control.who]", r"control\] of .* has 'who'"),
        ('label = "Who goes"', "", "has no label"),
        ("rows = [[", "row = [[", r"\[lab.walk.table\] .* has 'row'"),
        ("[lab.walk]", "[lab.run]\n[lab.walk]", r"\[lab.run\] of .* has no function 'run'"),
        ('kind = "bars"', 'kind = "pie"', "no chart 'pie'; there is bars, lines"),
        ("series = { time", "series = { hours", "no name 'hours'"),
        ("[lab.walk]\n", "[lab.walk]\nlike = 'run'\n", r"\[lab.walk.like\] of .* has 'run'"),
    ],
)
def test_words_that_do_not_fit_are_refused_with_what_would(made, old, new, told):
    assert old in WORDS
    with pytest.raises(ValueError, match=told):
        made(WORDS.replace(old, new))


def test_a_chart_and_a_table_without_facts_are_left_out(made):
    facts = FACTS.replace("Facts(chart=", "Facts(days=None, table=None, shares=")
    days = '[lab.walk.chart.days]\nkind = "lines"\nx = "day"\ny = "minutes"\n\n'
    words = WORDS.replace("[lab.walk.chart]", f"{days}[lab.walk.chart.shares]")
    words = words[: words.index("columns = [")] + 'columns = { day = "day" }'
    figure = made(words, facts).figure
    assert set(figure.data) == {"bars"}
    assert figure.title == "Walking takes 17.1 minutes of the shift"
    assert figure.cells["rows"] == [["walking", "17.14"], ["all other work", "462.9"]]


def test_sources_may_stand_in_the_data_and_not_be_read_in_them(made):
    ward = 'kind = "published", sources = "seen", verified = false'
    facts = FACTS.replace("Facts(chart=", 'Facts(seen=["little1961"], chart=')
    first = made(WORDS.replace('kind = "illustrative"', ward), facts).figure.provenance[0]
    assert (first.sources, first.mark) == (("little1961",), "○")


def test_a_gap_without_a_fact_is_an_error_and_not_a_blank(made):
    with pytest.raises(UndefinedError, match="hours"):
        made(WORDS.replace("{{ minutes | number", "{{ hours | number"))


def test_facts_are_read_and_never_changed():
    found = Facts(minutes=3)
    assert (found.minutes, dict(found)) == (3, {"minutes": 3})
    with pytest.raises(AttributeError, match="no fact 'hours'; there is minutes"):
        _ = found.hours
    with pytest.raises(AttributeError, match="stay as they were found; 'minutes'"):
        found.minutes = 4


def test_runs_are_drawn_as_their_mean_and_the_middle_nine_in_ten():
    runs = [[0, 10], [100, 30]]
    frame = lines([1, 2], one=[5, 6], many=runs)
    assert frame["value"].tolist() == [5, 6, 50, 20]
    assert frame["low"].tolist() == pytest.approx([5, 6, 5, 11])
    assert frame["high"].tolist() == pytest.approx([5, 6, 95, 29])


def test_a_mark_that_lacks_a_place_is_left_out():
    assert marks((1, None, "a"), (None, 1, "b"), (0, 0, "c"))["text"].tolist() == ["c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No gap\n  at all.", "No gap at all."),
        ("{{ n | signed(1) }}%\n{%- if n > 0 %}, up{% endif %}.", "+2.0%, up."),
        ("{{ m | pounds }} and {{ 0.25 | per_cent }}", "−£1,200 and 25%"),
        ("{{ ['a', 'b', 'c'] | listed('or') }}", "a, b or c"),
        ("10\u00a0% <b>", "10\u00a0% <b>"),
    ],
)
def test_a_template_is_filled_on_one_line(text, said):
    assert fill(text, {"n": 2, "m": -1200}) == said
