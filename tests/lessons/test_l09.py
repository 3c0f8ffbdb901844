"""Lesson 09: both futures are fair to each other, and what its text says is what the model does."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import vl_convert

from docs.causes import decomposition
from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l09_emulation_or_contextualised_adoption import labs
from toolkit.lessons.l09_emulation_or_contextualised_adoption.labs import KNOWN, LEARNING
from toolkit.models.journeys import (
    COPIED,
    DYNAMICS,
    MONTHS,
    Dynamics,
    Programme,
    draw_noise,
    run,
    template_from,
)
from toolkit.models.journeys import counterfactual as cf
from toolkit.models.journeys.lifecycle import typical
from toolkit.models.laws import LAWS, World
from toolkit.models.pathway import (
    context_between,
    distance,
    draw_context,
    perform,
    practice_from,
    stack_contexts,
    stack_practices,
)
from toolkit.screen.builder import words_in
from toolkit.screen.facts import MANY
from toolkit.text.templates import fill

FOLDER = "toolkit.lessons.l09_emulation_or_contextualised_adoption"


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("09"), Record(tmp_path / "my-record.json"))


# --- two futures of one place -----------------------------------------------------------------


@pytest.mark.parametrize(("case", "stages"), list(product(cf.NINE, (4, 5, 6))))
def test_a_redrawn_place_keeps_its_load_its_demand_and_all_its_hours(case, stages):
    (was, _), (now, habits) = cf.place(case), cf.place(case, stages)
    assert len(now.stages) == len(habits.batch) == stages
    assert now.load == pytest.approx(was.load)
    assert now.demand == was.demand
    assert sum(habits.split) == pytest.approx(1, abs=1e-3)


def test_a_place_with_as_many_stages_is_left_as_it_is():
    assert cf.place("A", 5) == cf.place("A")


@pytest.mark.parametrize("source", ["B", "D"])
def test_an_exemplar_lies_further_off_the_larger_the_share_and_a_twin_not_at_all(source):
    apart = cf.exemplars("A", tuple((source, s) for s in (0.0, 0.25, 0.5, 1.0))).apart
    assert apart[0] == 0
    assert list(apart) == sorted(set(apart))


def test_many_exemplars_at_once_are_the_same_as_one_by_one():
    wanted = (("B", 0.25), ("C", 0.5))
    together = cf.exemplars("A", wanted).grown.value
    for i, each in enumerate(wanted):
        np.testing.assert_allclose(together[i], cf.exemplars("A", (each,)).grown.value[0])


def test_all_futures_share_their_chance():
    copy = cf.copied("A", (("B", 0.25), ("B", 1.0)), 3)
    futures = [cf.left_alone("A", 3), cf.own_logic("A", 0.08, (0.3,), 3)]
    noise = [np.log(j.observed / j.value) for j in futures]
    np.testing.assert_allclose(*noise)
    np.testing.assert_allclose(np.log(copy.observed / copy.value), np.concatenate([noise[0]] * 2))


def test_nothing_ticked_carries_nothing_in():
    copy = cf.copied("A", (("B", 0.25),), 1, ())
    for before, after in zip(copy.practices[0], copy.end, strict=True):
        np.testing.assert_allclose(before, after)


def at_home(d: Dynamics) -> np.ndarray:
    """Return the value of case A month by month where five logics work, told by the engine."""
    context, practice = cf.place("A")
    rows = stack_contexts([context] * 2), stack_practices([practice] * 2)
    return run(*rows, [Programme("integrated")], draw_noise(cf.SEED, 2), d=d).value


def test_understanding_moves_two_errors_from_the_tops_of_their_ranges_to_nothing():
    degrees = {0: 1, 0.5: 0.5, 1: 0}
    told = cf.own_logic("A", 0.1, tuple(degrees), 2).value
    top = {"misjudge": 1, "sight": 1}
    assert top == cf.BLIND
    for i, part in enumerate(degrees.values()):
        errors = {name: most * part for name, most in top.items()}
        expected = at_home(Dynamics(learning_time=0.1, **errors))
        np.testing.assert_allclose(told[2 * i : 2 * i + 2], expected)


def test_the_usual_setting_is_about_what_the_model_takes_elsewhere():
    for name, most in cf.BLIND.items():
        assert getattr(DYNAMICS, name) == pytest.approx(most * (1 - KNOWN["well"] / 100))
    assert DYNAMICS.learning_time == LEARNING / 100


# --- what the text says -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def map_() -> pd.DataFrame:
    """Return how often copying is ahead at five of the cases, one of them overloaded."""
    return pd.concat(cf.ahead(home, 0.08).assign(home=home) for home in "ABEGH")


def share(map_: pd.DataFrame, month: int, far: tuple, understood: tuple, of: str = "share"):
    here = map_[(map_["month"] == month) & map_["far"].isin(far)]
    return here[here["understood"].isin(understood)][of].mean()


NEAR, FAR = (0.0, 0.05, 0.1), (0.5, 1.0)
LITTLE, WELL = (0.0, 0.3), (0.7, 1.0)


def test_near_and_little_understood_copying_is_ahead_early_and_late(map_):
    assert share(map_, 12, NEAR, LITTLE) > 0.7
    assert share(map_, 48, NEAR, LITTLE) > 0.5


def test_near_and_well_understood_it_leads_at_first_and_is_passed(map_):
    assert share(map_, 12, NEAR, WELL) > 0.5
    assert share(map_, 48, NEAR, WELL) < 1 / 3


def test_far_off_copying_is_mostly_behind_from_the_first_year_on(map_):
    for understood in (LITTLE, WELL):
        for month in (12, 48):
            assert share(map_, month, FAR, understood) < 0.4
            assert share(map_, month, FAR, understood, "margin") < -0.1
    assert share(map_, 48, FAR, LITTLE) > share(map_, 48, FAR, WELL)


@pytest.mark.parametrize("month", [12, 24, 48])
def test_each_corner_shows_the_middle_lead_of_its_squares(this, month):
    lab = this.play("corner")
    frame = cf.ahead("A", 0.08, ("B",), MANY)
    frame = frame[frame["month"] == month]
    leads = labs.tens(1000 * frame["own"]) - labs.tens(1000 * frame["copied"])
    far = np.where(frame["far"] <= 0.1, "like ours", "unlike ours")
    known = np.where(frame["understood"] < 0.5, "hardly", "well")
    middle = labs.tens(leads.groupby([far, known]).median())
    rows = lab.draw({**lab.form.value, "month": month}).datasets["cells"]
    assert len(rows) == 4
    for row in rows:
        lead = middle[row["x"], row["y"]]
        side = "home-grown" if lead > 0 else "copying"
        assert row["text"] == ("about even" if abs(lead) <= 20 else f"{side} +{abs(lead)}")
        assert (row["series"] == "about even") == (abs(lead) <= 20)
        assert (row["series"] == "copying is ahead") == (lead < -20)


def test_the_title_of_the_corners_says_where_copying_is_ahead_in_every_setting(this):
    lab, words = this.play("corner"), words_in(FOLDER)["where"]
    assert set(labs.CORNERS.values()) == set(words)
    for month in range(6, 49, 6):
        found = labs.corner(month)
        corners = found.chart.sort_values(["x", "y"])["series"] == "copied"
        assert labs.CORNERS[tuple(corners)] == found.where
    title = lab.draw({"month": 48}).title
    assert title == f"After 48 months, {words['near_blind']}"


def test_the_play_that_was_seen_stands_where_the_lesson_says_like_ours_and_known():
    """Notebook 09, section 5."""
    assert np.median(cf.BETWEEN) > labs.SHARE / 100
    assert KNOWN["hardly"] / 100 < np.median(cf.UNDERSTOOD) < KNOWN["well"] / 100


def test_who_hardly_knows_why_does_not_catch_up_and_copying_stays_as_it_is():
    """The choice in the second play."""
    well, hardly = (labs.contrast(known) for known in KNOWN)
    assert well.crossed <= MONTHS < hardly.crossed
    assert well.lead["copied"] == hardly.lead["copied"]


@pytest.mark.parametrize("month", [12, 48])
def test_the_map_and_the_two_futures_tell_one_lead(month):
    found = {12: labs.first_year, 48: labs.contrast}[month]()
    frame = labs._map(month)
    here = frame[(frame["far"] == labs.SHARE / 100) & (frame["understood"] == KNOWN["well"] / 100)]
    assert here["lead"].item() == found.lead["own"] - found.lead["copied"]


def test_far_away_copying_is_behind_after_a_year_in_all_cases_but_a():
    for home in cf.NINE:
        year = cf.ahead(home, LEARNING / 100)
        year = year[(year["month"] == labs.YEAR) & (year["far"] == 1)]
        assert (year["margin"] < 0).all() == (home != "A")


def test_the_first_place_is_near_on_both_maps():
    near = labs.SHARE / 100
    assert near < np.median(cf.BETWEEN)
    rng = np.random.default_rng(8)
    ones, others = ([draw_context(rng) for _ in range(200)] for _ in range(2))
    ways = zip(ones, others, rng.uniform(0, 1, 200), strict=True)
    apart = [distance(one, context_between(one, other, share)) for one, other, share in ways]
    assert cf.exemplars("A", ((labs.SOURCE, near),)).apart[0] < np.quantile(apart, 1 / 3)


def test_a_copy_ends_behind_in_most_cases_even_where_places_are_alike_and_all_is_known():
    ends = pd.concat(cf.ahead(home, LEARNING / 100) for home in cf.NINE)
    ends = ends[(ends["month"] == MONTHS) & (ends["far"] == 0) & (ends["understood"] == 1)]
    assert (ends["margin"] < 0).sum() >= 8


def test_time_for_learning_costs_more_than_its_share_because_people_wait_longer():
    (place, habits), spent = cf.place("A"), LEARNING / 100
    busy = replace(habits, learning=spent)
    usual, taught = perform(habits, place), perform(busy, place)
    assert taught.lead_time > 1.1 * usual.lead_time
    assert labs.first_year().fall > 100 * spent
    calm = place.at_load(0.5)
    assert 1 - perform(busy, calm).value / perform(habits, calm).value < spent / 2


def test_with_very_much_time_for_learning_the_own_logic_is_behind_for_years():
    much = cf.ahead("A", 0.24)
    assert share(much, 36, NEAR, WELL) > 0.5


@pytest.mark.parametrize("month", [12, 48])
def test_both_kinds_of_corner_are_easy_to_find(month):
    count = labs.corner(month=month).count
    assert min(count["copied"], count["own"]) >= 4


def test_at_the_start_copying_leads_the_first_year_and_is_overtaken():
    early, late = labs.first_year().lead, labs.contrast().lead
    assert early["copied"] > early["own"]
    assert late["copied"] < late["own"]


def test_at_a_twin_little_understood_copying_is_still_ahead_after_four_years():
    twin = labs._futures(share=0, known="hardly").middle()
    assert twin.loc[MONTHS, "copied"] > twin.loc[MONTHS, "own"]


def lead_of_copying(**setting) -> float:
    """Return by how many points copying leads after a year in the middle one of many runs."""
    own = cf.own_logic("A", setting.get("time", LEARNING / 100), (setting.get("known", 0.7),), 50)
    copy = cf.copied("A", (("B", 0.25),), 50, labs.COPIED)
    return float(np.median(copy.value[:, 11] - own.value[:, 11]))


def test_own_logic_is_behind_at_first_because_learning_takes_time_and_beginners_misjudge():
    usual = lead_of_copying()
    assert usual > 0
    assert lead_of_copying(time=0.0) < usual
    assert lead_of_copying(known=1.0) < usual


def test_after_the_first_year_copied_settings_change_little_and_own_logic_climbs_on():
    early, late = labs.first_year().lead, labs.contrast().lead
    assert abs(late["copied"] - early["copied"]) <= 20
    assert late["own"] - early["own"] > 50


@pytest.mark.parametrize("home", ["A", "B"])
def test_who_understands_little_gains_less_by_an_own_way(home):
    own = cf.own_logic(home, LEARNING / 100, (0.0, 1.0), 25).value[:, -1]
    little, well = np.split(own, 2)
    assert np.median(little) < np.median(well)


@pytest.mark.parametrize(
    ("own", "copied", "ahead", "by"),
    [(1194, 1136, "own", 50), (1004, 996, "level", 0), (1016, 1034, "copied", 10)],
)
def test_a_lead_is_told_in_the_tens_that_are_shown(own, copied, ahead, by):
    lead = labs._lead(12, pd.DataFrame({"own": own, "copied": copied}, [12]))
    assert (lead["ahead"], lead["by"]) == (ahead, by)


@pytest.mark.parametrize(
    ("crossed", "title"),
    [
        (49, "Home-grown changes do not catch up within four years"),
        (18, "Home-grown changes stay ahead from month 18"),
    ],
)
def test_the_title_says_whether_home_grown_changes_catch_up(crossed, title):
    words = words_in(FOLDER)["lab"]["contrast"]
    assert fill(words["title"], {"crossed": crossed, "months": MONTHS}) == title


@pytest.mark.parametrize("known", KNOWN)
def test_the_year_in_which_home_grown_changes_catch_up_is_one_of_the_answers(known, monkeypatch):
    found = labs.contrast(known)
    monkeypatch.setattr(labs, "contrast", lambda: found)
    answer = labs.caught_up()
    assert answer in words_of("09").predict["catch_up"].options
    if answer != "never":
        year = int(answer.removeprefix("year_"))
        assert labs.YEAR * (year - 1) < found.crossed <= labs.YEAR * year


def test_the_words_below_the_lines_say_how_often_luck_has_it_otherwise(this):
    often = labs.contrast().often
    told = this.play("contrast").figure.description
    assert f"{100 * often:.0f}% of the runs" in told.replace("\u00a0", " ")
    assert 0.05 < often < 0.5


# --- one thing taken away -----------------------------------------------------------------------


@pytest.mark.parametrize("gone", labs.GONE)
def test_whatever_is_taken_away_hurts_home_grown_changes_most(gone):
    """Notebook 09, section 4."""
    usual, found = labs.contrast().lead, labs.without(gone).lead
    if gone == "nothing":
        assert found == usual
    else:
        assert found["ahead"] == "copied"
        assert usual["own"] - found["own"] > usual["copied"] - found["copied"] + 100


def test_dice_leave_as_many_changes_that_help_less_and_leave_copying_as_it_was():
    """What is said when the prediction is settled."""
    usual, dice = labs._futures(), labs._futures(off=tuple(labs.GONE["foresight"].items()))
    assert abs(labs.kept(usual.own)[-1] - labs.kept(dice.own)[-1]) <= 2
    ends = [futures.middle().loc[MONTHS] for futures in (usual, dice)]
    assert ends[1]["own"] < ends[0]["own"] - 100
    assert ends[1]["copied"] == ends[0]["copied"]
    assert labs.with_dice() == "copied"


# --- a package made for somebody else -----------------------------------------------------------


def test_the_package_does_harm_by_its_groups_and_by_its_standard():
    """What is said when the prediction is settled, and in the guide."""
    assert labs.packaged() == "fewer"
    place, habits = cf.place("E")
    there = practice_from(cf.exemplars("E", (("B", 1.0),)).grown.end, 0)
    usual, therapy = perform(habits, place), place.stages.index("Therapy")
    assert sum(there.batch) > sum(habits.batch)
    assert there.batch[therapy] > habits.batch[therapy]
    grouped = perform(replace(habits, batch=there.batch), place)
    assert grouped.lead_time > usual.lead_time
    assert grouped.value < usual.value
    assert there.standardisation[therapy] > habits.standardisation[therapy]
    assert place.heterogeneity[therapy] == max(place.heterogeneity)
    assert (
        perform(replace(habits, standardisation=there.standardisation), place).value < usual.value
    )
    far = (labs.SOURCE, 1.0)

    def year(*without: str) -> float:
        items = tuple(each for each in COPIED if each not in without)
        return float(np.median(cf.copied("E", (far,), MANY, items).value[:, labs.YEAR - 1]))

    gained = {each: year(each) - year() for each in COPIED}  # by leaving one setting out
    assert min(gained["batch"], gained["standardisation"]) > 0
    assert sorted(gained, key=gained.__getitem__)[-2:] == ["standardisation", "batch"]


def test_whoever_gives_copying_up_goes_back_to_old_habits():
    copy = cf.copied("E", (("B", 1.0),), MANY)
    gone = ~copy.running[:, -1]
    assert gone.mean() > 0.5  # notebook 09, section 7
    was, now, start = (copy.practices[month].batch[gone] for month in (labs.YEAR, MONTHS, 0))
    assert (np.abs(now - start) <= np.abs(was - start)).all()
    assert copy.running[:, : labs.YEAR].all()


def test_the_more_different_the_other_place_the_less_a_copy_brings(this):
    """The choice of section 7: above what it was, about the same, and far below."""
    twin, halfway, surgery = (labs.package(far).lead["copied"] for far in (0, 50, 100))
    even = labs.NEAR * labs.RESULTS
    assert twin > labs.RESULTS + even
    assert abs(halfway - labs.RESULTS) <= even
    assert surgery < labs.RESULTS - even
    lab = this.play("package")
    assert list(lab.form.value) == ["far"]
    assert f"into {surgery} in 12 months" in lab.figure.title


def test_after_a_year_both_futures_have_changed_about_as_many_settings():
    """The question that asks for an explanation."""
    futures = labs._futures()
    copied, own = (
        each[labs.YEAR] for each in (labs.carried_in(futures.copied), labs.kept(futures.own))
    )
    assert abs(copied - own) <= 1


# --- published studies and advice -------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "why", "advice"),
    [
        ("like", "hardly", "copy"), ("like", "well", "both"),
        ("unlike", "well", "principles"), ("unlike", "hardly", "test"),
    ],
)  # fmt: skip
def test_each_corner_has_its_advice_and_its_studies(other, why, advice, this):
    found = labs.aid(other, why)
    assert found.advice == advice
    (corner,) = found.corner.to_dict("records")
    dots = found.chart
    inside = dots[
        dots["x"].between(corner["x"], corner["x2"]) & dots["y"].between(corner["y"], corner["y2"])
    ]
    assert found.here == inside["label"].tolist() != []
    told = this.play("aid").draw({"other": other, "why": why}).description
    came = words_in(FOLDER)["came"]
    assert all(f"{study}: {came[study]}" in told for study in found.here)


def test_no_study_stands_on_a_line_between_two_corners():
    dots = labs.aid().chart
    assert (dots[["x", "y"]] != 0.5).all(axis=None)


def test_the_plane_shows_some_studies_once_and_its_table_has_the_published_figures(this):
    held = evidence.contrasts().frame.dropna(subset="context_distance")
    figure = this.play("aid").figure
    assert len(figure.datasets["dots"]) == len(labs.STUDIES)
    assert set(labs.STUDIES) <= set(held["study"])
    assert figure.table["before"].tolist() == pytest.approx(held["before"].tolist(), nan_ok=True)
    (origin,) = figure.provenance
    assert origin.kind == "published"
    assert "our own judgement" in origin.note


def test_the_two_studies_without_a_clear_change_stand_where_the_text_says():
    """Notebook 09, section 6."""
    dots = labs.aid().chart.set_index("label")
    little = dots[dots["y"] < 0.5]["series"]
    assert sorted(little) == ["better", "unclear", "unclear"]
    assert (dots["series"] == "unclear").sum() == 2


def test_the_advice_for_a_corner_fits_what_the_model_shows_of_it(this):
    corners = {advice: labs.in_the_corner(*at) for at, advice in labs.ADVICE.items()}
    even = labs.NEAR * labs.RESULTS
    assert corners["copy"]["year"] < corners["copy"]["end"] < -even
    assert corners["both"]["year"] < -even
    assert corners["both"]["end"] > even
    assert even < corners["principles"]["year"] < corners["principles"]["end"]
    assert abs(corners["test"]["end"]) <= even
    assert corners["test"]["least"] < labs.RESULTS / 1.5
    assert corners["test"]["most"] > labs.RESULTS
    for month, when in ((12, "year"), (48, "end")):
        rows = labs.corner(month).chart.set_index(["x", "y"])["text"]
        for at, advice in labs.ADVICE.items():
            assert rows[at] == corners[advice][when]
    told = this.play("aid").draw({"other": "like", "why": "well"}).description
    assert f"copying led by {-corners['both']['year']} good results after 12" in told
    assert f"home-grown changes led by {corners['both']['end']} after 48" in told


def test_a_copy_that_staff_change_after_a_year_ends_about_level_with_home_grown_changes():
    """Notebook 09, section 6: near, and well understood."""
    far = tuple(("B", share) for share in cf.BETWEEN if share < np.median(cf.BETWEEN))
    template = template_from(cf.exemplars("A", far).grown, cf._home("A", len(far))[1])
    start, leads = cf.left_alone("A", MANY).value[0, 0], []
    for known in (known for known in cf.UNDERSTOOD if known > np.median(cf.UNDERSTOOD)):
        luck = draw_noise(cf.SEED, MANY)
        noise = type(luck)(*(np.concatenate([a] * len(far)) for a in luck))
        noise = noise._replace(judge=noise.judge * (1 - known), sight=noise.sight * (1 - known))
        changed = run(
            *cf._home("A", len(far) * MANY), [Programme("copy_then_adapt", "integrated")], noise,
            cf.times(template, MANY), d=replace(DYNAMICS, learning_time=0.08, **cf.BLIND),
        ).value.reshape(len(far), MANY, MONTHS)  # fmt: skip
        own = cf.own_logic("A", 0.08, (known,), MANY).value
        ends = [labs.tens(1000 * np.median(v[..., -1], -1) / start) for v in (own, changed)]
        leads += list(ends[0] - ends[1])
        unchanged = cf.copied("A", far, MANY).value.reshape(changed.shape)
        assert np.median(changed[..., -1]) > np.median(unchanged[..., -1])
        np.testing.assert_allclose(changed[..., : labs.YEAR], unchanged[..., : labs.YEAR])
    assert abs(np.median(leads)) <= labs.NEAR * labs.RESULTS


def test_every_study_of_the_plane_has_its_words(this):
    assert f"shows {len(labs.STUDIES)} studies" in this.play("aid").figure.description
    said = words_in(FOLDER)
    assert set(said["came"]) == set(said["studies"]) == set(labs.STUDIES)


# --- under the bonnet -------------------------------------------------------------------------


def test_home_grown_changes_end_above_copying_in_most_far_pairs_but_not_in_all():
    """Notebook 09, section 8."""
    assert 2 / 3 < LAWS["2c"].test(World(n=100)).share < 0.95


def test_what_makes_the_own_line_climb_is_what_the_sentence_says():
    """Notebook 09: learning, then judging; willingness hardly; fit carries part of the rest."""
    found = decomposition(World(n=40), ways=("copy_and_learn",)).set_index("cause")
    ahead = found["own_to_nothing"] - 1
    assert ahead["mastery"] < 0.25 * ahead["everything"]  # nearly all of it goes
    assert ahead["learning"] < 0.5 * ahead["everything"]  # much goes where its time is spared too
    assert ahead["foresight"] < 0.5 * ahead["everything"]  # more than half of it goes
    assert ahead["willingness"] > 0.75 * ahead["everything"]  # hardly any of it goes
    lead = found["own_to_copied"] - 1
    assert labs.tens(1000 * lead["everything"]) == 110
    assert lead["mastery"] < 0
    assert lead["foresight"] < 0.5 * lead["everything"]
    assert 0.65 < lead["willingness"] / lead["everything"] < 0.85  # about a quarter of it goes
    assert 0.2 * lead["everything"] < lead["fit"] < 0.8 * lead["everything"]
    assert lead["copy_and_learn"] > 0.5 * lead["everything"]


# --- both futures on the stage ----------------------------------------------------------------


@pytest.mark.parametrize("home", cf.NINE)
def test_the_stage_shows_what_is_in_use_and_the_lead_that_the_chart_has(home):
    futures = labs._futures(home)
    trace = labs._side_by_side(futures, labs.YEAR, MONTHS)
    words = {"step": "", "place": "{key}", "said": ""}
    told = trace.told(words, str.format, str)
    ends = labs.tens(futures.middle())
    heaps = {"copied": labs.carried_in(futures.copied), "own": labs.kept(futures.own)}
    others = {"copied": "own", "own": "copied"}
    for lane, (name, heap) in zip(told["lanes"], heaps.items(), strict=True):
        for month in (13, 24, 48):
            used, crowd = standing(lane, month - labs.YEAR)
            assert len(used) == heap[month]
            assert len(crowd) * trace.each == ends.loc[month, name]
            more = ends.loc[month, name] - ends.loc[month, others[name]]
            plus = [lane["looks"][one] for one in crowd].count("more")
            assert plus * trace.each == max(0, more)
            assert trace.ended["by"][month - labs.YEAR] == abs(
                ends.loc[month, "copied"] - ends.loc[month, "own"]
            )


def test_the_board_shows_the_change_that_came_last():
    futures = labs._futures()
    there, here = (lane.shown[0] for lane in labs.first_year().trace.lanes.values())
    assert (there[0], here[0]) == ("easel", "easel")
    assert there[1][0] == here[1][0] == labs.NO_CHANGE
    carried = labs.carried_in(futures.copied)
    last = labs.came_in(futures.copied)
    assert last[: labs.YEAR + 1] == list(there[1])
    ways = {"more": 1, "less": -1}
    for month in np.flatnonzero(np.diff(carried) > 0) + 1:
        lever, way = last[month].rsplit("_", 1)
        before, then, now = (
            labs.on_sheet(lever, getattr(futures.copied.practices[m], lever)[0])
            for m in (0, month - 1, month)
        )
        new = (now != before) & (then == before)
        assert set(np.sign((now - before)[new])) == {ways[way]}
    run = typical(((futures.own.move >= 0).astype(int) - futures.own.undone).cumsum(axis=1))
    for month, held in enumerate(here[1][1:]):
        if futures.own.move[run, month] >= 0:
            lever, way = held.rsplit("_", 1)
            practices = (futures.own.practices[m] for m in (month, month + 1))
            before, now = (getattr(each, lever)[run] for each in practices)
            assert np.sign((now - before).sum()) == ways[way]
    assert len(set(labs.tried(futures.own)[labs.YEAR :])) > len(set(last[labs.YEAR :])) == 1


@pytest.mark.parametrize("home", cf.NINE)
def test_every_change_on_a_board_has_words(home):
    futures = labs._futures(home)
    shown = {*labs.came_in(futures.copied), *labs.tried(futures.own)}
    assert shown <= set(words_in(FOLDER)["names"])


@pytest.mark.parametrize("learning", [0, 8, 20])
def test_the_name_of_the_lowest_line_lies_clear_of_the_axis(this, learning):
    chart = this.play("first_year").draw({"learning": learning}).datasets
    corners = chart["corners"][0]
    least = min(row["value"] for row in chart["paths"])
    assert least >= corners["least"] > labs.first_year(learning).low


def test_the_second_play_goes_on_where_the_first_one_stopped():
    first, second = labs.first_year().trace, labs.contrast().trace
    assert second.start == first.ticks == labs.YEAR
    assert second.ended["by"][0] == first.ended["by"][-1] == labs.first_year().lead["by"]
    words = {"step": "", "place": "{key}", "said": ""}
    one, other = (trace.told(words, str.format, str)["lanes"] for trace in (first, second))
    for before, after in zip(one, other, strict=True):
        ends, starts = standing(before, labs.YEAR), standing(after, 0)
        assert [len(heap) for heap in ends] == [len(heap) for heap in starts]


def test_copying_led_by_most_in_the_first_months_and_its_lead_has_shrunk():
    """What is said when the first prediction is settled."""
    by = labs.first_year().trace.ended["by"]
    assert max(by) == max(by[:6])
    assert by[-1] < max(by) / 2


def test_the_first_year_is_told_as_its_prediction_is_settled():
    assert labs.first_year().lead["ahead"] == labs.ahead_early() == "copied"


def test_the_typical_run_stays_nearest_to_the_middle_one():
    records = np.array([[0.0, 9.0], [4.0, 5.0], [5.0, 1.0], [9.0, 4.0]])
    assert typical(records) == 1


@pytest.mark.parametrize("lab", ["corner", "aid"])
def test_a_phone_shows_the_whole_of_both_fields(this, lab):
    figure = this.play(lab).figure
    narrow = {**figure.spec.narrow, "datasets": figure.datasets}
    drawn = vl_convert.vegalite_to_svg(narrow)
    assert float(re.search(r'width="(\d+)', drawn)[1]) <= 310
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    if lab == "corner":
        assert {"like ours", "unlike ours", "well", "hardly"} <= set(texts)
        assert {row["text"] for row in figure.datasets["cells"]} <= set(texts)
    else:
        assert {
            "Copy closely",
            "Test small",
            "Copy for a year",
            "like ours",
            "hardly",
        } <= set(texts)
