"""Lesson 06: what its labs and its published figures say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import vl_convert

from toolkit import evidence
from toolkit.charts.figure import Figure
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l06_prudent import labs
from toolkit.models import prudent


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("06"), Record(tmp_path / "my-record.json"))


def team(rule: str, **setting) -> dict:
    return labs.hours(rule=rule, **setting).teams[rule]


@pytest.mark.parametrize(
    ("setting", "total", "apart"),
    [
        ({"rule": "equal"}, 24.6, 20.7),
        ({"rule": "good"}, 27.1, 28.9),
        ({"rule": "need"}, 13.6, 3.2),
        ({"rule": "good", "gains": "worst"}, 27.1, 9.7),
        ({"rule": "demand", "gains": "worst"}, 21.7, 14.0),
    ],
)
def test_two_aims_share_the_same_hours_differently(setting, total, apart):
    found = team(**setting)
    assert found["total"] == pytest.approx(total, abs=0.05)
    assert found["apart"] == pytest.approx(apart, abs=0.05)
    assert found["total"] <= labs.hours(**setting).most + 1e-9


def test_the_two_teams_of_the_question_stand_side_by_side_at_the_start(this):
    lab = this.play("hours")
    assert labs.hours().teams == {rule: team(rule) for rule in ("good", "need")}
    assert lab.figure.title == (
        "The gap between worst off and best off went from 14 points to 29 in team 1, "
        "and to 3 in team 2"
    )
    one, two = lab.figure.trace["lanes"]
    assert one["name"].startswith("Team 1: most benefit first")
    assert two["name"].startswith("Team 2: worst off first")
    said = lab.figure.trace["said"]
    assert (
        "team 1’s patients have gained 27 points of health, and team 2’s have gained 14."
        in said[-1]
    )
    gained = [[int(lane["shown"][place][1][-1]) for place in range(3)] for lane in (one, two)]
    assert [*map(sum, gained)] == [27, 14]  # the boards add up to what is said
    seen = [[len(queue) for queue in standing(lane, 15)] for lane in (one, two)]
    for points, (*given, apart), rule in zip(gained, seen, ("good", "need"), strict=True):
        assert all(p != n for p, n in zip(points, given, strict=True) if p or n)  # not the same row
        assert apart == round(team(rule)["apart"])
    assert [len(standing(lane, 0)[3]) for lane in (one, two)] == [14, 14]


@pytest.mark.parametrize("rule", ["equal", "good", "need", "demand"])
@pytest.mark.parametrize("more", [{}, {"gains": "worst"}, {"hours": 36}])
def test_the_stage_gives_each_appointment_where_the_model_gives_its_hours(rule, more, this):
    lab = this.play("hours")
    setting = {**lab.form.value, "rule": rule, **more}
    trace, hours = lab.draw(setting).trace, setting["hours"]
    (lane,) = trace["lanes"]
    assert trace["ticks"] == hours
    groups = [
        prudent.NeedGroup(*each)
        for each in zip(labs.NEEDY, labs.STARTS, labs.BENEFITS[setting["gains"]], strict=False)
    ]
    for tick in range(1, hours + 1):
        who = team(**{**setting, "hours": tick})["who"]
        *seen, apart = [len(queue) for queue in standing(lane, tick)]
        assert sum(seen) == tick
        assert all(abs(n - one["hours"]) < 1 for n, one in zip(seen, who, strict=True))
        last = [one["health"] for one in who]
        health = prudent.health(groups, seen) if tick < hours else np.array(last)
        gained = health - labs.STARTS
        assert apart == round(np.ptp(health))
        shown = [lane["shown"][place][1][tick - 1] for place in range(3)]
        assert shown == [f"{one:.0f}" for one in gained]
        assert f"patients have gained {gained.sum():.0f} point" in trace["said"][tick]
    assert all(each["name"].startswith("hours for ") for each in lane["places"][:3])


def test_with_equal_gains_most_good_is_the_same_for_everybody():
    good, equal = (labs.hours(gains="alike", rule=rule).table for rule in ("good", "equal"))
    pd.testing.assert_frame_equal(good.drop(columns="rule"), equal.drop(columns="rule"))


@pytest.mark.parametrize(
    ("setting", "best", "right", "lost"),
    [
        ({}, 5, False, 1.7),
        ({"given": 0}, 5, False, 6.7),
        ({"given": 4}, 5, False, 0.03),
        ({"given": 5}, 5, True, 0),
        ({"most": 0, "given": 0}, 0, True, 0),
    ],
)
def test_one_number_is_not_right_for_everybody(setting, best, right, lost):
    found = labs.enough(**setting)
    assert found.best == best
    assert found.found == right
    assert found.lost == pytest.approx(lost, abs=0.05)


def test_both_patients_of_the_check_should_have_fewer_sessions():
    usual = labs.enough()
    assert labs.enough(most=5).best < usual.best
    assert labs.enough(burden=1.0).best < usual.best
    one, session = labs.USUAL, labs.best_sessions()
    before, at, after = one.benefit(np.array([session - 1, session, session + 1]))
    assert at - before > one.burden > after - at


def test_the_best_number_is_shown_only_to_somebody_who_has_found_it(this):
    lab = this.play("enough")
    told = [lab.draw({**lab.form.value, "given": given}) for given in (10, 5)]
    words = [f"{one.title} {one.description}" for one in told]
    assert ["The best number is 5 sessions." in each for each in words] == [False, True]
    drawn = [{row["series"] for row in one.datasets["paths"]} for one in told]
    assert ["best" in each for each in drawn] == [False, True]
    assert ["benefit minus harm" in each for each in drawn] == [False, True]


def test_the_line_of_what_is_given_ends_at_what_is_left():
    found = labs.enough()
    given = found.chart[found.chart["series"] == "given"]
    assert given["value"].max() == pytest.approx(found.now)


def test_what_harms_is_told_as_a_loss(this):
    lab = this.play("enough")
    told = [lab.draw({**lab.form.value, **setting}).description
            for setting in ({"burden": 2}, {"given": 20})]  # fmt: skip
    assert "With 10 sessions, this patient loses 10.1 points" in told[0]
    assert "With 20 sessions, this patient gains 0 points" in told[1]


def test_the_predicted_sessions_stand_on_the_curve():
    def tops(**setting):
        return labs.enough(given=5, sessions=8, **setting).chart.groupby("series").max()

    at = tops()
    assert at.loc["prediction", "at"] == 8
    assert at.loc["prediction", "value"] < at.loc["best", "value"]
    assert tops(most=0).loc["prediction", "value"] == at.loc["prediction", "value"]


def test_areas_that_are_the_same_differ_and_more_cases_bring_them_closer():
    assert labs.middling_ratio() == pytest.approx(2.4, abs=0.05)
    first = labs.league().trace.ended["ratio"][0]
    assert first == pytest.approx(labs.middling_ratio(), abs=0.05)
    assert labs.league(expected=80).times[0] == pytest.approx(1.5, abs=0.1)


def test_the_stage_shows_who_is_at_the_top_and_where_the_first_of_them_goes(this):
    trace = this.play("league").figure.trace
    tables = labs._ranked(labs.OPERATIONS)
    (lane,) = trace["lanes"]
    assert lane["looks"].count("red") == 1
    for year, table in enumerate(tables):
        shown = [labs.AREAS[one] for queue in standing(lane, year) for one in queue]
        assert shown == table["area"].tolist()
        assert f"Year {year + 1}. Area {table['area'][0]} has most" in trace["said"][year]
        rank = 1 + shown.index(labs.AREAS[lane["looks"].index("red")])
        assert f"is now number {rank}." in trace["said"][year] or (year, rank) == (0, 1)
    found = labs.league()
    assert found.tops == len({table["area"][0] for table in tables}) > 10
    assert found.rank == rank > 11


def test_a_lowest_of_nothing_has_no_ratio(this):
    said = this.play("league").draw({"expected": 5}).trace["said"]
    ratios = labs.league(expected=5).trace.ended["ratio"]
    assert None in ratios
    for told, ratio in zip(said, ratios, strict=True):
        assert ("has none" in told) == (ratio is None)


@pytest.mark.parametrize(
    ("setting", "gaps"),
    [({}, (1.0, 1.8)), ({"freed": "need"}, (1.0, 0))],
)
def test_the_gap_follows_the_hours(setting, gaps):
    assert labs.together(**setting).gaps == pytest.approx(gaps, abs=0.05)


def test_what_the_model_answer_says_of_sharing_holds():
    alike, need = labs.together(), labs.together(freed="need")
    assert alike.end["able"] < 0.1
    assert need.end["able"] == pytest.approx(need.end["bare"])
    assert need.end["able"] == pytest.approx(1, abs=0.1)
    gained = need.start - need.end
    assert gained["able"] < gained["bare"]
    weeks = {
        order: prudent.Team(labs.KIN, labs.TEAM_HOURS, labs.ONLY, labs.SUPPORT).run(
            labs.WEEKS, 10, order, "need"
        )
        for order in ("most", "least")
    }
    apart = (weeks["most"][labs.BOTH] - weeks["least"][labs.BOTH]).abs().max(axis=1)
    assert 22 <= np.flatnonzero(apart > 1e-9).max() + 1 <= 26


def test_without_support_the_hours_alone_close_the_gap(this):
    lab = this.play("together")
    told = lab.draw({**lab.form.value, "support": 0, "freed": "need"}).description
    assert "No more and no less work is left undone in total." in told
    assert "Nothing changes" not in told


@pytest.mark.parametrize(
    ("setting", "changes", "pays"),
    [({"support": 0}, False, False), ({}, True, True)],
)
def test_support_takes_time_first(setting, changes, pays):
    found = labs.together(**setting)
    assert found.changes == changes
    assert (found.since is not None) == pays
    assert found.since is None or found.since > 1


def test_each_place_is_drawn_once_and_judged_by_its_own_limits():
    found = labs.districts()
    assert len(found.chart) == found.districts == 379
    assert set(found.chart["series"]) == {"inside"}
    assert set(found.lines["line"]) == {"average"}
    drawn = labs.districts(limits="drawn")
    assert (drawn.chart["series"] == "inside").mean() == pytest.approx(found.inside)
    # One in twenty is one of the answers; chance alone would bring it.
    assert "chance" in words_of("06").predict["districts"].options
    assert labs.outside_chance() == "few"
    assert 0.88 < found.inside < 0.92
    assert found.chance == round(found.districts / 20)
    assert found.times > 3
    ends = drawn.lines.pivot_table(index=["line", "x"], columns="side", values="y")
    wide = (ends["high"] - ends["low"]).groupby("line")
    for line in ("inner limit", "outer limit"):
        assert wide.get_group(line).idxmax()[1] == drawn.lines["x"].min()


def test_nothing_says_who_is_outside_before_the_limits_are_drawn(this):
    lab = this.play("districts")
    before, after = (lab.draw({"limits": each}) for each in ("none", "drawn"))
    assert "inside the inner limits" in after.title
    assert "limits" not in before.title
    assert "outside" not in before.description.split("Which of them")[0]
    assert {row[-1] for row in before.cells["rows"]} == {"not drawn yet"}
    assert not before.datasets["notes"]


def drawn(this: Lesson) -> Figure:
    return this.play("districts").draw({"limits": "drawn"})


def test_words_about_places_follow_the_data(this, monkeypatch):
    real = evidence.series
    before = drawn(this)

    def fewer(name):
        held = real(name)
        return replace(held, frame=held.frame.iloc[1:].reset_index(drop=True))

    monkeypatch.setattr(evidence, "series", fewer)
    after = drawn(this)
    assert before.description != after.description
    assert before.cells["rows"] != after.cells["rows"]


@pytest.mark.parametrize("version", ["5.8", "5.21", "6.4"])
def test_a_funnel_is_drawn_by_old_and_new(this, version):
    spec = json.loads(json.dumps(drawn(this).to_spec()))
    assert "deaths per 100,000" in vl_convert.vegalite_to_svg(spec, vl_version=version)


def test_the_claim_names_its_sources_and_each_programme_its_caveat(this):
    text = this.claims()._repr_mimebundle_()["text/plain"]
    assert evidence.claims().frame.set_index("id").loc["S15", "wording"] in text
    assert f"({evidence.cite('rich2018')})" in text
    assert f"{evidence.cite('ramos2021')} ○" in text
    reported = this.show("reported")._repr_mimebundle_()["text/plain"]
    assert reported.count("Caution: ") == 4


def test_the_reasons_given_with_the_predictions_hold_in_the_models():
    good, need = (
        labs.hours(rule=rule).table.set_index("group")["hours"] for rule in ("good", "need")
    )
    gains = dict(zip(labs.NEEDY, labs.BENEFITS["best"], strict=True))
    assert gains["operated"] == max(gains.values())
    assert np.ptp(labs.STARTS) == 14
    assert labs.BUDGET == 15
    assert labs.STARTS[labs.NEEDY.index("operated")] == max(labs.STARTS)
    assert labs.two_boards() == "double"
    teams = labs.hours().teams
    assert teams["good"]["apart"] == pytest.approx(30, abs=1.5)
    assert teams["need"]["apart"] < 0.25 * np.ptp(labs.STARTS)
    assert labs.STARTS[labs.NEEDY.index("frail")] == min(labs.STARTS)
    assert good["operated"] > good.sum() / 2
    assert need["frail"] > need.sum() / 2
    one, session = labs.USUAL, labs.best_sessions()
    assert one.benefit(session + 1) - one.benefit(session) < one.burden
    assert 0 < one.net(10) < one.net(session)
    assert one.benefit(10) - one.benefit(9) < one.burden
    assert one.benefit(1) == pytest.approx(4, abs=0.1)
    found = labs.together()
    assert found.end["able"] < 0.1
    team = prudent.Team(labs.KIN, labs.TEAM_HOURS, 0.5, labs.SUPPORT)
    # What people who can do less still gain is their own work: the team gives them no more hours.
    assert found.start["bare"] - found.end["bare"] == pytest.approx(team.own[1])


def test_what_the_checks_say_of_two_teams_holds_in_the_lab():
    before = np.ptp(labs.STARTS)
    totals = {rule: team(rule)["total"] for rule in ("good", "need", "equal", "demand")}
    narrower = {rule for rule in totals if team(rule)["apart"] < before}
    assert narrower == {"need"}
    assert max(totals, key=totals.__getitem__) == "good"
    assert totals["need"] / totals["good"] == pytest.approx(0.5, abs=0.05)


def test_the_stage_leaves_only_what_is_not_the_answer(this):
    trace = this.play("hours").draw(this.play("hours").form.value).trace
    series = this.play("hours").draw(this.play("hours").form.value).datasets["bars"]
    standing = {row["series"] for row in series} - set(trace["grows"])
    assert standing == {"before"}
    assert trace["later"] == []


@pytest.mark.parametrize("rule", ["two", "need"])
def test_a_bar_grows_with_each_appointment_and_no_place_stays_empty(this, rule):
    lab = this.play("hours")
    figure = lab.draw({**lab.form.value, "rule": rule})
    bars = pd.DataFrame(figure.datasets["bars"])
    teams = labs.hours(rule=rule).teams.values()
    last = bars[bars["at"] == labs.BUDGET].groupby("series", sort=False)["value"].apply(list)
    assert last.tolist() == [[round(one["health"]) for one in each["who"]] for each in teams]
    for (_group, series), each in bars.groupby(["category", "series"]):
        assert each["at"].tolist() == ([0] if series == "before" else [*range(labs.BUDGET + 1)])
        assert each["value"].iloc[:-1].is_monotonic_increasing  # the last may be part of an hour
    offsets = [layer["encoding"]["yOffset"] for layer in figure.spec["layer"]]
    assert all(each["scale"]["domain"] == [*bars["series"].unique()] for each in offsets)
