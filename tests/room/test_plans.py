"""The session plans: each read against the clock, and whatever they name is there."""

import copy
import re

import pytest

from toolkit.learning.words import lesson_folders
from toolkit.room import games, guides, handouts, plans, shown
from toolkit.text.words import walk_texts

NAMES = plans.names()
PLAY = 30  # seconds that the stage plays at most
EACH = pytest.mark.parametrize("name", NAMES)


def changed(name, step, **entries):
    """A plan in which one step says something else."""
    held = copy.deepcopy(plans._read(name))
    next(each for each in held["step"] if each["name"] == step).update(entries)
    return held


@pytest.fixture
def read(monkeypatch):
    """Read a plan that stands in no file."""

    def reading(held, name="20-minutes"):
        files = {**{each: plans._read(each) for each in NAMES}, name: held}
        monkeypatch.setattr(plans, "_read", files.__getitem__)
        return plans.plan_from(held, name)

    return reading


def plays(step):
    """Minutes that the stages of a step play at a steady speed."""
    traces = [each.figure.trace for each in step.shown if each.kind == "watch" and each.figure]
    return sum(min(trace["ticks"], PLAY) for trace in traces if trace) / 60


def overruns(told):
    """The steps whose words and acts do not fit their minutes, or whose stage plays too long."""
    late = [step.name for step in told.steps if step.needs > step.minutes]
    return late + [each.name for each in told.steps if plays(each) > each.acts.get("watch", 0)]


def test_there_is_a_plan_for_each_length_of_session():
    assert [plans.plan(name).minutes for name in NAMES] == [20, 45, 60, 60, 90, 210, 390]


@EACH
def test_a_plan_fits_its_minutes(name):
    told = plans.plan(name)
    assert overruns(told) == []
    assert sum(step.minutes for step in told.steps) == told.minutes
    # A room loses time: a tenth is left over, and no more than a third.
    assert 0.1 <= 1 - told.needs / told.minutes <= 1 / 3


@EACH
def test_a_step_starts_where_the_one_before_ends(name):
    at = 0
    for step in plans.plan(name).steps:
        assert step.start == at
        at += step.minutes


def test_a_step_that_says_too_much_overruns(read):
    told = read(changed("20-minutes", "welcome", say="word " * 100))
    assert overruns(told) == ["welcome"]
    assert told.steps[0].needs == pytest.approx(100 / plans.PACE + 0.5)


def test_questions_and_answers_are_read_aloud_too(read):
    told = read(changed("20-minutes", "welcome", lesson="03", show=[{"check": "busy"}]))
    assert overruns(told) == ["welcome"]


def test_a_stage_plays_no_longer_than_people_watch(read):
    assert overruns(read(changed("20-minutes", "watch", acts={"room": 1}))) == ["watch"]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"minutes": 2}, "take 21 minutes, not 20"),
        ({"acts": {"game": 2}}, "'game' takes 2 minutes; it needs 8"),
        ({"acts": {"dance": 2}}, "has 'dance'"),
        ({"lesson": "99", "show": [{"predict": "dice"}]}, "no lesson '99'"),
        ({"lesson": "03", "show": [{"predict": "cards"}]}, "no 'cards'"),
        ({"lesson": "03", "show": [{"predict": "improve", "before": 2}]}, "says 1, not 2"),
        ({"lesson": "03", "show": [{"came": "dice", "lab": "bowls"}]}, "no lab 'bowls'"),
        ({"lesson": "02", "show": [{"watch": "sizes"}]}, "no stage"),
        ({"lesson": "03", "show": [{"sing": "dice"}]}, "exactly one of"),
        ({"lesson": "03", "show": [{"predict": "dice", "loud": True}]}, "loud"),
        ({"lesson": "13", "show": [{"came": "flagged", "lab": "data"}]}, "Only the learner"),
        ({"like": "20-minutes/nothing"}, "0 steps 'nothing'"),
        ({"shout": "x"}, "has 'shout'"),
    ],
)
def test_a_slip_in_a_plan_is_refused_with_what_is_there(read, entries, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        read(changed("20-minutes", "welcome", **entries))


@EACH
def test_every_step_can_be_run(name):
    for step in plans.plan(name).steps:
        assert step.say or step.ask or step.shown or step.do
        assert step.do, step.name
        assert step.acts, step.name


@EACH
def test_the_end_is_never_left_out_and_what_is_left_out_has_words(name):
    told = plans.plan(name)
    assert told.late
    assert told.steps[-1] not in told.late
    assert sum(step.minutes for step in told.late) >= 0.1 * told.minutes


@EACH
def test_every_sheet_that_a_plan_prints_is_in_the_pack(name):
    there = {*plans.sheets(), *handouts.sheets(), *guides.sheets()}
    for entry in plans.plan(name).prints:
        assert entry["for"] in plans.ROOM
        assert "game" in entry or f"{entry['sheet']}.html" in there


@EACH
def test_every_game_that_a_plan_prints_is_in_the_pack(name):
    there = pytest.importorskip("toolkit.room.games").sheets()
    for entry in plans.plan(name).prints:
        if "game" in entry:
            assert {f"game-{entry['game']}-{kind}.html" for kind in ("table", "cards")} <= {*there}


@EACH
def test_what_the_room_writes_on_is_printed(name):
    told = plans.plan(name)
    printed = {entry.get("sheet") for entry in told.prints}
    held = plans._read(name)
    asked = {
        each.get("lesson", step.get("lesson"))
        for step in (plans._step(name, one["name"]) for one in held["step"])
        for each in step.get("show", ())
        if "predict" in each
    }
    if any("slip of paper" in line for line in told.before):
        return  # a huddle writes one number
    assert {f"predict-{number}" for number in asked} <= printed


def test_cards_are_counted_by_the_sheet_and_a_game_comes_with_its_trainers_page():
    counts = {each.file: each.count for each in plans.prints(plans.plan("90-minutes"))}
    assert counts["card-03"] * handouts.CARDS == plans.ROOM["person"]
    assert counts["game-dice-trainer"] == 1


@EACH
def test_a_plan_calls_each_page_by_the_title_that_it_has(name):
    there = plans.sheets() | handouts.sheets() | guides.sheets() | games.sheets()
    for each in plans.prints(plans.plan(name)):
        if each.file != f"plan-{name}":
            assert f"<title>{each.title}</title>" in there[f"{each.file}.html"]


@EACH
def test_no_answer_is_said_before_it_is_turned_over(name):
    for step in plans.plan(name).steps:
        for each in step.shown:
            if each.kind == "came":
                assert each.right.rstrip(".") not in step.say, step.name


def test_a_room_that_shall_say_why_is_not_told_why():
    assert shown.shown({"came": "dice"}, "03").because
    told = shown.shown({"came": "dice", "why": False}, "03")
    assert not told.because
    watch, talk = (plans._step("20-minutes", each) for each in ("watch", "talk"))
    assert [each.get("why") for each in watch["show"] if "came" in each] == [False]
    assert "ask" in talk


def test_last_words_stand_last(read):
    before = plans.plan("20-minutes").steps[0].words
    told = read(changed("20-minutes", "welcome", then="Off we go."))
    page = plans.plan_page(told)
    assert page.index("Off we go.") > page.index("Start on time, even if")
    assert told.steps[0].words == before + 3


def test_no_sentence_ends_twice():
    assert ".." not in plans.plan_page(plans.plan("90-minutes"))


def test_a_plan_says_how_phones_answer_where_they_can():
    assert "start.py room" in plans.plan_page(plans.plan("90-minutes"))
    assert "start.py room" not in plans.plan_page(plans.plan("20-minutes"))


@EACH
def test_no_lesson_is_named_that_is_not_there(name):
    text = " ".join(text for _, text in walk_texts(plans._read(name)))
    named = set(re.findall(r"\d\d", " ".join(re.findall(r"[Ll]essons? [\d, and]+", text))))
    assert named
    assert named <= set(lesson_folders())


def test_a_question_comes_with_what_the_lesson_says_before_it():
    asked = shown.shown({"predict": "dice", "before": 1}, "03")
    assert asked.before[0].startswith("Try a game first")
    assert asked.aloud[0] == asked.before[0]
    assert asked.lines[-1] == "A number from 0 to 100 patients"


def test_a_story_leaves_out_the_note_that_it_is_made_up():
    told = shown.shown({"story": 9}, "03")
    assert told.title == "A day on the ward"
    assert told.aloud[0].startswith("A ward sister has 11 patients")
    assert "<svg" in told.picture
    assert "ward sister" in told.alt


def test_a_result_is_that_of_the_lesson():
    came = shown.shown({"came": "dice", "settings": {"runs": 200}}, "03")
    assert came.right == "51 patients"
    assert came.figure.title == "On average, 52 patients came out, not the 70 you might expect"


def test_a_case_opens_no_further_than_its_month():
    early = shown.shown({"case": "B", "month": 24})
    assert not early.because
    assert max(int(line.split()[1].rstrip(":")) for line in early.lines) < 24
    assert "ward beds" in shown.shown({"case": "B", "month": 48, "end": True}).because[0]
