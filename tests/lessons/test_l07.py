"""Lesson 07: a matrix that forgives, a map of kinds of places, ceilings, and honest words."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from toolkit import evidence
from toolkit.course import Lesson
from toolkit.evidence import Provenance
from toolkit.evidence.tables import split_list
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l07_comparing_logics import labs
from toolkit.lessons.l07_comparing_logics.cells import GROUPS, Matrix
from toolkit.lessons.l07_comparing_logics.search import fits
from toolkit.models.journeys import COPYABLE, Programme, draw_noise, run
from toolkit.models.laws import LAWS, World, where
from toolkit.models.laws.where import (
    EACH,
    GRID,
    JUDGES,
    SIDES,
    best_by_third,
    context_map,
    left_after,
)
from toolkit.models.logics import FIVE
from toolkit.models.pathway import (
    Context,
    ContextArrays,
    Practice,
    PracticeArrays,
    stack_contexts,
    stack_practices,
)
from toolkit.screen.builder import words_in
from toolkit.text.lists import listed

WORDS = words_in("toolkit.lessons.l07_comparing_logics")
STRENGTH = WORDS["page"]["laws"]["names"]
WHEN = ("when_right", "when_more")
RIGHT = [h for page in WHEN for h in WORDS["page"][page]["table"]["columns"] if " " in h]


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("07"), Record(tmp_path / "my-record.json"))


def opened(lab):
    for act in lab.after:
        act.press("skip")
    return lab


def plain(shown) -> str:
    return shown._repr_mimebundle_()["text/plain"]


# --- the matrix ---------------------------------------------------------------------------------


@pytest.fixture
def matrix(this) -> Matrix:
    return this.play("matrix")


def test_every_row_of_the_matrix_is_in_one_group(matrix):
    grouped = [row for rows in GROUPS.values() for row in rows]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == set(matrix.cells["dimension"])


def test_every_cell_shows_what_it_rests_on(matrix):
    matrix.form.set(group="all", other="all")
    shown = matrix.table.value
    cells = matrix.cells[matrix.cells["approach"].isin(FIVE)]
    for cell in matrix.cells.itertuples():
        sources = split_list(cell.sources)
        mark = Provenance(cell.kind, sources).mark
        assert cell.mark == (f"{mark}\u00a0{evidence.cite(*sources)}" if sources else "△")
    signs = cells["mark"].str.split("\u00a0").str[0]
    for sign in "●○△":
        assert shown.count(sign) == signs.str.count(sign).sum() > 0
        assert sign in matrix.form.status
    assert shown.count('scope="col"') == len(FIVE) + 1
    assert shown.count('scope="row"') == matrix.cells["dimension"].nunique()


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_shows_its_rows(matrix, group):
    matrix.form.set(group=group)
    assert set(matrix.chosen()["dimension"]) == set(GROUPS[group])
    assert set(matrix.chosen()["approach"]) == {"lean", "constraints"}


@pytest.mark.parametrize("favourite", FIVE)
def test_the_favourite_stands_first_beside_another_approach(this, matrix, favourite):
    predicted(this, favourite=favourite)
    beside = "lean" if favourite == "constraints" else "constraints"
    assert matrix.approaches == this.play("matrix").approaches == [favourite, beside]
    heads = re.findall(r'scope="col"[^>]*>([^<]*)<', matrix.table.value)
    assert heads[1:] == [FIVE[name].name for name in (favourite, beside)]
    matrix.form.set(other="all")
    assert matrix.approaches == [favourite, *(name for name in FIVE if name != favourite)]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("variation", "Tell common from special causes; learn from variation"),
        ("varation", "learn from variation"),
        ("VARIATION ", "learn from variation"),
        ("learn", "Theory of learning"),
        ("outcomes", "the outcome that counts"),
        ("money", "What it costs"),
        ("moeny", "Cost is a result"),
        ("patients", "Citizens as equal partners"),
        ("the cost of", "cost per minute"),
        ("Jonkoping", "Jönköping"),
        ("womack", "● Womack and Jones 1996"),
        ("waiting", "queues in front of it"),
    ],
)
def test_a_search_forgives(query, text):
    assert fits(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cost", "a coach for everyone"),
        ("cost outcome", "cost is a result"),
        ("need", "weeks to months"),
        ("zebra", "the whole system"),
    ],
)
def test_a_search_does_not_find_everything(query, text):
    assert not fits(query, text)


def test_a_search_looks_in_all_rows_and_marks_what_it_found(matrix):
    matrix.form.set(search="constraint")
    found = matrix.chosen()
    assert set(found["approach"]) == set(FIVE)
    assert found["hit"].any()
    assert not found["hit"].all(), "the other cells of a row stay, to compare"
    assert matrix.table.value.count("<mark") == found["hit"].sum()
    assert f"in {found['hit'].sum()} cells" in matrix.form.status
    assert not set(found["dimension"]) <= set(GROUPS["asks"])


def test_the_name_of_a_row_can_be_searched(matrix):
    matrix.form.set(search="typical ceiling")
    assert "typical ceiling" in set(matrix.chosen()["dimension"])


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"search": "custamore zzz"}, "No cell mentions “custamore zzz”. Similar words are: "),
        ({"search": "qqqqqq"}, "Try: waste"),
        ({"search": "<b>"}, "No cell mentions “<b>”"),
    ],
)
def test_where_nothing_is_found_the_words_help_on(matrix, setting, words):
    matrix.form.set(**setting)
    assert words in matrix.form.status
    assert matrix.table.value == ""
    matrix.form.set(search="")
    assert "<table>" in matrix.table.value


# --- who moves what -----------------------------------------------------------------------------


def test_what_the_text_says_of_the_settings_is_in_the_chart(this):
    figure = this.show("levers").figure
    cells = {row[0]: dict(zip(figure.cells["columns"][1:], row[1:], strict=True))
             for row in figure.cells["rows"]}  # fmt: skip
    assert len(cells) == len(COPYABLE)
    ways = {row: list(filter(None, told.values())) for row, told in cells.items()}
    assert all(len(told) > 1 for told in ways.values())
    opposed = [row for row, told in ways.items() if {"more", "less"} <= set(told)]
    assert opposed == ["size of the groups handed over"]
    batch = cells[opposed[0]]
    assert (batch["Lean"], batch["Theory of constraints"]) == ("less", "more")
    assert list(batch.values()).count("less") == list(batch.values()).count("more") == 1
    assert figure.title == (
        "Lean makes groups smaller, and the theory of constraints makes them larger"
    )


# --- the map ------------------------------------------------------------------------------------


def test_a_map_is_the_same_turned_on_its_side():
    one = context_map("lean", "load", "low_benefit")
    other = context_map("lean", "low_benefit", "load").rename(
        columns={"across": "up", "up": "across"}
    )
    same = other.sort_values(["across", "up"])[list(one.columns)].reset_index(drop=True)
    assert one.equals(same)


def test_a_cell_of_the_map_is_what_its_places_do_alone():
    c, x, noise = where._grid("load", "low_benefit")
    rows = slice(7 * EACH, 8 * EACH)  # second setting of the first side, third of the other
    c, x = ContextArrays(*(v[rows] for v in c)), PracticeArrays(*(v[rows] for v in x))
    shared = draw_noise(where.SEED, EACH)
    ends = [run(c, x, [Programme("contextualise", name)], shared).value[:, 47] for name in FIVE]
    wins = np.bincount(np.argmax(ends, axis=0), minlength=len(FIVE))
    found = context_map("prudent", "load", "low_benefit").iloc[7]
    assert found["times"] == wins.max()
    assert found["best"].split("; ") == [
        n for n, w in zip(FIVE, wins, strict=True) if w == wins.max()
    ]
    assert found["favourite"] == wins[list(FIVE).index("prudent")]
    assert (noise.observed[rows] == shared.observed).all()


@pytest.mark.parametrize("judge", JUDGES)
def test_the_figures_of_a_map_fit_together(judge):
    maps = {name: context_map(name, "load", "low_benefit", judge) for name in FIVE}
    mine = np.stack([each["favourite"] for each in maps.values()])
    assert (mine.sum(0) >= EACH).all()
    assert (mine.sum(0) > EACH).any() == (
        judge == "throughput"
    )  # some places have work for no more
    assert (mine.max(0) == maps["lean"]["times"]).all()
    for each in maps.values():
        assert len(each) == GRID**2
        assert each["best"].equals(maps["lean"]["best"])
        assert each["below"].between(0, EACH).all()


def test_no_logic_comes_first_everywhere_and_what_counts_matters():
    """If one letter filled the map, the ranges would be rigged, and the lesson would be wrong."""
    by_judge = {j: context_map("lean", "load", "low_benefit", j)["best"] for j in JUDGES}
    firsts = by_judge["value"].value_counts()
    assert firsts.max() < 0.6 * GRID**2
    assert sum(name in FIVE for name in firsts.index) >= 3
    assert (by_judge["value"] != by_judge["throughput"]).mean() > 0.25


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("six_sigma", "load", "setup"), "no approach 'six_sigma'; there are: lean"),
        (("lean", "load", "load"), "Both sides of the map are the same"),
        (("lean", "load", "weather"), "'weather'"),
        (("lean", "load", "setup", "fame"), "Nothing is judged by 'fame'"),
    ],
)
def test_a_map_of_nothing_is_refused(asked, words):
    with pytest.raises(ValueError, match=words):
        context_map(*asked)


def test_the_favourite_is_the_one_that_was_predicted(this):
    lab = this.play("context")
    this.predict("favourite").set(answer="prudent", sure="0.9")
    this.predict("favourite").press("lock")
    this.predict("loses").press("skip")
    assert lab.figure.title.startswith("Bevan prudent principles")
    assert "Your favourite was: “Bevan prudent principles” (very sure)." in lab.figure.description
    lab.form.set(whose="value")
    assert lab.figure.title.startswith("Value-based health care")


def test_the_map_tells_names_shapes_and_words_alike(this):
    figure = opened(this.play("context")).figure
    found, short = context_map("lean", "load", "low_benefit"), WORDS["short"]
    for cell, told, row in zip(
        figure.datasets["map"], figure.cells["rows"], found.itertuples(), strict=True
    ):
        names = [short[name] for name in row.best.split("; ")]
        many = [WORDS["letter"][name] for name in row.best.split("; ")]
        assert cell["text"] == (names[0] if len(names) == 1 else " = ".join(many))
        assert told[2:4] == [listed(names), str(row.times)]
        assert cell["mark"] == (names[0] if len(names) == 1 else "level")
    assert len(set(short.values())) == len(short) == len(FIVE)
    for name, word in short.items():
        assert word in FIVE[name].name.title()


def test_the_words_say_where_on_the_map_an_approach_comes_first():
    found = labs.context()
    assert found.regions["lean"] == ["load_low"]
    assert found.regions["prudent"] == ["load_high"]
    cells = found.table[found.table["best"] == ("prudent",)]
    middle = found.table["across"].median()
    assert 0 < len(cells) <= found.often["prudent"]
    assert (cells["across"] > middle).mean() >= labs.MOSTLY
    assert found.regions["value"] == []


@pytest.mark.parametrize("judge", JUDGES)
def test_approaches_that_are_level_are_counted_alike_in_the_title_and_in_the_words(judge):
    told = {name: labs.context(whose=name, judge=judge) for name in FIVE}
    for name, found in told.items():
        cells = found.table["best"].map(lambda names, own=name: own in names)
        assert found.won == found.often[name] == cells.sum()
        assert set(found.chart.loc[cells, "mark"]) <= {f"map_{name}", "several"}
    found = told["lean"]
    assert sum(found.often.values()) - found.places >= found.shared
    assert (found.shared > 0) == (sum(found.often.values()) > found.places)


def test_a_map_filled_by_one_letter_would_say_so(this, monkeypatch):
    real = labs.context_map
    monkeypatch.setattr(labs, "context_map", lambda *a: real(*a).assign(best="value"))
    lab = opened(this.play("context"))
    assert "Value-based health care wins nearly everywhere on this map." in lab.figure.description
    assert lab.figure.title.startswith("Lean does best in 0 of 25")


def test_the_sides_say_in_how_many_places_each_comes_first(this):
    thirds = best_by_third(labs.world())
    assert np.allclose(thirds[list(FIVE)].sum(axis=1), 1)
    assert set(thirds["side"]) == {"", *SIDES}
    found = labs.sides()
    assert found.worst == "_".join(thirds.iloc[1:].set_index(["side", "end"])["lean"].idxmin())
    assert WORDS["names"][found.worst] in opened(this.play("sides")).figure.title


def predicted(this: Lesson, **said: str) -> dict:
    """Lock in what is said, and return the predictions by name."""
    guesses = {name: this.predict(name) for name in said}
    for name, answer in said.items():
        if guesses[name].sealed:
            guesses[name].press("again")
        guesses[name].set(answer=answer, sure="0.7")
        guesses[name].press("lock")
    return guesses


@pytest.mark.parametrize("name", FIVE)
def test_where_a_favourite_loses_is_told_for_the_favourite_that_was_chosen(this, name):
    thirds = best_by_third(labs.world())
    thirds = thirds.set_index(thirds["side"] + "_" + thirds["end"])[name]
    shares = {place: thirds[end] for place, end in labs.ASKED.items()}
    assert set(this.words.predict["loses"].options) == {*shares, "nowhere"}
    for n, (place, share) in enumerate(shares.items()):
        this = Lesson(this.words, Record(this.record.path.with_name(f"{n}.json")))
        lab = this.play("sides")
        guess = predicted(this, favourite=name, loses=place)["loses"]
        lab.form.press("tell")
        assert guess.came == (share == min(shares.values()))
        marked = {
            bar["category"] for bar in lab.figure.datasets["bars"] if "predicted" in bar["category"]
        }
        kind = WORDS["names"][labs.ASKED[place]]
        assert marked == {f"{kind} (predicted)"}


def test_another_favourite_afterwards_cannot_make_a_prediction_right_or_wrong(this):
    lab = this.play("sides")
    guess = predicted(this, favourite="lean", loses="busy")["loses"]
    lab.form.press("tell")
    assert guess.came is True
    predicted(this, favourite="prudent")
    lab.form.press("tell")
    assert this.play("sides").truth["loses"]() == "busy"
    assert this.record.get(guess.key)["came"] is True


def test_a_favourite_that_comes_first_in_most_places_everywhere_loses_nowhere(monkeypatch):
    thirds = best_by_third(labs.world())
    monkeypatch.setattr(labs, "best_by_third", lambda *_: thirds.assign(lean=0.6))
    assert labs.loses_most(["lean"], ["busy"]) == "nowhere"


def test_of_places_that_are_level_the_one_that_was_predicted_is_told(monkeypatch):
    thirds = best_by_third(labs.world())
    monkeypatch.setattr(labs, "best_by_third", lambda *_: thirds.assign(lean=0.1))
    assert [labs.loses_most(["lean"], said) for said in (["mixed"], ["nowhere", "calm"], [])] == [
        "mixed", "calm", "busy",
    ]  # fmt: skip


# --- the ceilings -------------------------------------------------------------------------------


def test_logics_side_by_side_do_what_each_does_on_its_own():
    held = evidence.case("D")
    c, x = (stack([kind(**part)] * 4) for stack, kind, part in (
        (stack_contexts, Context, held.context), (stack_practices, Practice, held.practice),
    ))  # fmt: skip
    told = where.alone(Context(**held.context), Practice(**held.practice), 4, seed=3)
    assert list(told) == [*FIVE, where.INTEGRATED]
    for name, beside in told.items():
        mode = "integrated" if name == where.INTEGRATED else "contextualise"
        own = run(c, x, [Programme(mode, name)], draw_noise(3, 4))
        for part in ("value", "observed", "mastery", "logic", "move", "stage", "undone"):
            np.testing.assert_allclose(getattr(beside, part), getattr(own, part))


@pytest.mark.parametrize("focus", FIVE)
def test_what_is_left_is_counted_as_it_is_told(this, focus):
    lab = opened(this.play("ceilings"))
    lab.form.set(whose=focus, place="E")
    context = Context(**evidence.case("E").context)
    left = left_after(context, labs.played("E", 1)[focus])
    others = [row for row in left if row.approach != focus and row.gain > labs.WORTH]
    count = {0: "none", 4: "all"}.get(len(others), str(len(others)))
    assert re.search(rf"\b{count} of the other four (still )?finds?\b", lab.figure.title)
    for row in others:
        assert row.change in lab.figure.description
    own = next(row for row in left if row.approach == focus)
    assert ("has nothing left" in lab.figure.description) == (own.change == "")


def test_what_the_lesson_says_of_the_nine_places_is_so():
    ends = {
        case: {name: j.value[0, -1] for name, j in labs.played(case, 1).items()}
        for case in "ABCDEFGHI"
    }
    whole = {case: each.pop(where.INTEGRATED) for case, each in ends.items()}
    beaten = [case for case in ends if max(ends[case].values()) > whole[case]]
    assert beaten, "hearing all five is on top everywhere; the lesson says that it is not"
    assert len(beaten) < len(ends)
    assert len({max(each, key=each.get) for each in ends.values()}) >= 2


@pytest.mark.parametrize("case", "ABCDEFGHI")
def test_a_line_begins_where_learning_has_taken_its_time(this, case):
    lab = opened(this.play("ceilings"))
    lab.form.set(place=case, whose="prudent")
    lines = lab.figure.datasets["paths"]
    starts = [r["value"] for r in lines if r["at"] == 1]
    assert len(starts) == len(FIVE) + 1
    assert all(60 < start < 100 for start in starts)
    ends = {r["series"]: r["value"] for r in lines if r["at"] == labs.END + 1}
    assert dict(zip(ends, (float(row[1]) for row in lab.figure.cells["rows"]), strict=True)) == (
        pytest.approx(ends, rel=0.01)
    )


@pytest.mark.parametrize(("case", "judge"), [("D", "value"), ("A", "throughput")])
@pytest.mark.parametrize("focus", FIVE)
def test_the_stage_shows_what_the_chart_shows_and_then_what_the_others_find(case, judge, focus):
    found = labs.ceilings(place=case, whose=focus, judge=judge)
    (lane,) = found.trace.lanes.values()
    own = labs.played(case, 1)[focus]
    drawn = found.chart[found.chart["series"] == focus].set_index("at")["value"]
    level = np.rint(drawn).astype(int).tolist()
    assert lane.shown[0][1][: labs.END + 1] == level
    assert set(lane.shown[0][1][labs.END :]) == {level[-1]}
    who, to, _at = lane.moves
    came, went = (who[to == place].tolist() for place in (0, -1))
    assert len(came) == (own.move[0] >= 0).sum()
    assert len(set(came) & set(went)) == own.undone[0].sum()
    finders = [name for place, name in enumerate(lane.places) if place and (to == place).any()]
    assert finders == [row.approach for row in found.others]
    assert found.trace.ended["finders"][-1] == len(found.others)
    for place, name in list(enumerate(lane.places))[1:]:
        assert (lane.shown[place][1][-1] == "nothing") == (name not in finders)


def test_many_runs_have_a_band_for_the_logic_and_for_all_five(this):
    lab = opened(this.play("ceilings"))
    flat = [r for r in lab.figure.datasets["paths"] if r["low"] != r["high"]]
    assert not flat
    lab.form.set(runs="200")
    banded = {r["series"] for r in lab.figure.datasets["paths"] if r["low"] != r["high"]}
    assert banded == {"Lean", "all five in turn"}
    assert "nine runs out of ten" in lab.figure.description


# --- words, claims and laws ---------------------------------------------------------------------


def test_when_each_is_right_is_said_in_the_words_of_the_matrix(this):
    shown = "\n".join(plain(this.show(page)) for page in WHEN)
    held = evidence.matrix().frame
    held = held[held["approach"].isin(FIVE) & held["dimension"].isin(RIGHT)]
    assert len(held) == len(FIVE) * len(RIGHT)
    for cell in held["cell"]:
        assert cell in shown
    assert shown.count("[") == len(held) + len(FIVE)
    assert not re.search(r"\bbest\b", shown)


def test_claims_are_quoted_word_for_word_with_both_sides(this):
    shown = plain(this.claims())
    held = evidence.claims().frame.set_index("id").loc[["S03", "S04", "S18", "S26"]]
    for claim in held.itertuples():
        assert f"“{claim.wording}”" in shown
        assert "07" in claim.lessons
    assert not re.search(r"\([a-z]+\d{4}", shown), "a source key is left in the words"
    assert "Rich et al. 2022" in shown


def test_the_laws_say_how_often_they_held(this):
    shown = plain(this.show("laws"))
    for name in ("4", "5"):
        verdict = LAWS[name].test(labs.world())
        assert f"{LAWS[name].claim.rstrip('.')}. " in shown
        assert f"Held: {100 * verdict.share:.0f} %" in shown
        assert STRENGTH[verdict.strength] in shown


@pytest.mark.parametrize(
    ("strength", "words"), [("tendency", "a tendency"), ("it depends", "too weak to claim")]
)
def test_a_pattern_that_does_not_hold_is_not_called_firm(this, monkeypatch, strength, words):
    class Weak(type(LAWS["4"].test(World(3)))):
        strength = property(lambda _self: "")

    Weak.strength = property(lambda _self: strength)
    real = dict(LAWS)

    def weaker(name):
        def test(world):
            v = real[name].test(world)
            return Weak(v.held, v.effect, v.detail)

        return type(real[name])(real[name].claim, real[name].held_if, test)

    monkeypatch.setattr(labs, "LAWS", {name: weaker(name) for name in ("4", "5")})
    shown = plain(this.show("laws"))
    assert shown.count(words) == 2
    assert STRENGTH["firm"] not in shown


def test_no_two_controls_of_the_map_give_the_same_map(this):
    lab = opened(this.play("context"))
    seen = set()
    for judge, up in itertools.product(JUDGES, ("low_benefit", "setup")):
        lab.form.set(judge=judge, up=up)
        seen.add(lab.figure.description)
    assert len(seen) == 2 * len(JUDGES)


def test_what_one_run_shows_is_what_most_runs_show():
    for case in "ABCDEFGHI":
        found, many = labs.ceilings(place=case), labs.ceilings(place=case, runs=200)
        order = [sorted(FIVE, key=lambda name, of=each: of.ends[name][0]) for each in (found, many)]
        assert order[0][-1] in order[1][-2:]
        spread = {name: high - low for name, (_middle, low, high) in many.ends.items()}
        for name, (end, _low, _high) in found.ends.items():
            assert abs(end - many.ends[name][0]) <= 0.5 * spread[name]
    assert labs.ceilings().top == labs.ceilings().mostly == "prudent"


@pytest.mark.parametrize("favourite", FIVE)
def test_the_other_four_are_counted_for_the_favourite(this, favourite):
    lab = this.play("ceilings")
    predicted(this, favourite=favourite, left="none")
    assert lab.truth["left"]() == labs.still_find([favourite])
    assert f"of {FIVE[favourite].name} alone" in lab.figure.title
    others = labs.ceilings(favourite=favourite).others
    assert {row.approach for row in others} < set(FIVE) - {favourite} or len(others) == 4


def test_no_approach_changes_every_setting_so_the_others_still_find_something():
    for logic in FIVE.values():
        assert 0 < sum(logic.way(lever) is not None for lever in COPYABLE) <= len(COPYABLE)
    assert all(labs.ceilings(favourite=name).others for name in FIVE)


def test_the_team_with_the_most_changes_gets_better_by_its_own_measure_and_makes_people_wait():
    found = labs.ceilings()
    kept = {n: (j.move >= 0).sum() - j.undone.sum() for n, j in labs.played("D", 1).items()}
    assert max(kept, key=kept.get) == "value"
    assert found.ends["value"][0] == min(end[0] for end in found.ends.values()) < 100
    assert found.ends["lean"][0] < 100  # some never win back the time for learning
    done = labs.played("D", 1)["value"].performance
    own = FIVE["value"].score(done)[0]
    assert own[-1] > own[0]
    assert done.lead_time[0, -1] > done.lead_time[0, 0]
