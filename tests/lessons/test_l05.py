"""The labs of lesson 05: every control to its extremes, what they say, and the limits chart."""

from __future__ import annotations

import calendar
import json
import re
import sys
from itertools import product

import numpy as np
import pandas as pd
import pytest
import vl_convert

from toolkit import spc, upload
from toolkit.charts import marbles
from toolkit.charts.control import KINDS, NEUTRAL, control_chart
from toolkit.charts.figure import Figure
from toolkit.charts.film import standing
from toolkit.charts.theme import COLOUR, SHAPE
from toolkit.course.lesson import Lesson
from toolkit.evidence import Provenance
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l05_service_improvement import labs, real_series
from toolkit.lessons.l13_your_dialect.labs.chart import LOOK, judged
from toolkit.models.change.pdsa import IDEAS, SIZES
from toolkit.screen.lab import Lab
from toolkit.spc import deming

LABS = ("beads", "talk", "funnel", "alarms", "real", "ramp")
MADE_UP = (Provenance("illustrative", note="made up for a test"),)


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("05"), Record(tmp_path / "record.json"))


def settled(this: Lesson, name: str, **values) -> Figure:
    lab = this.play(name)
    lab.form.set(**values)
    assert lab.problem.value == ""
    return lab.figure


def ends(lab: Lab) -> dict[str, list]:
    """Return the extremes of each control."""
    found = {}
    for item in lab.form.fields:
        if item["kind"] == "slider":
            found[item["name"]] = [item["min"], item["max"]]
        elif item["kind"] in ("choice", "select"):
            found[item["name"]] = [key for key, _ in item["options"]]
    return found


@pytest.mark.parametrize("name", LABS)
def test_every_control_goes_to_its_extremes_and_back(this, name):
    lab = this.play(name)
    first = lab.figure
    tried = ends(lab)
    assert len(tried) <= Lab.MOST
    # All pairs of neighbouring controls would take minutes: each control alone, and all at once.
    settings = [{key: value} for key, values in tried.items() for value in values]
    settings += [{key: values[at] for key, values in tried.items()} for at in (0, -1)]
    for setting in settings:
        lab.form.reset()
        lab.form.set(**setting)
        assert lab.problem.value == "", setting
        assert lab.figure.title
        assert len(lab.figure.table) or name == "ramp"
        assert "nan" not in lab.figure.description.lower().split()
    lab.form.press("reset")
    assert lab.figure.description == first.description


def test_a_lab_opens_when_its_prediction_is_locked(this):
    for name, ask in (("beads", "train"), ("talk", "talk"), ("funnel", "funnel")):
        lab, guess = this.play(name), this.predict(ask)
        assert lab.shut
        guess.set(answer=next(iter(guess.ask.options)), sure="0.5")
        guess.press("lock")
        assert not lab.shut


def test_nobody_in_the_seminar_is_outside_what_chance_gives(this):
    figure, found = this.play("beads").figure, labs.beads()
    assert "all 6 workers are inside what chance gives" in figure.title
    assert found.outside == 0
    assert labs.unlike_chance() == "none"
    assert found.total.to_dict() == {who: sum(n) for who, n in deming.SEMINAR_1985.items()}
    assert list(found.two_days.values()) == [24, 22, 17, 16, 23, 20]
    low, high = found.totals
    assert found.total.between(low, high).all()
    because = this.words.predict["train"].because
    assert f"between {low} and {high} red beads" in because
    assert f"have {found.total.min()} to {found.total.max()}." in because
    asked = dict(this.predict("train").ask.options)
    del asked["none"]
    worst = sorted(found.two_days, key=found.two_days.get, reverse=True)[:3]
    assert asked == {who: f"{who} ({found.two_days[who]})" for who in worst}


def test_chance_hardly_ever_leaves_the_band_of_the_piles():
    """As the words say: nearly every worker."""
    many = deming.draw_beads(runs=2_000, seed=3)
    low, high = deming.total_limits(many[0])
    assert pd.Series(many.sum(axis=2).ravel()).between(low, high).mean() > 0.97


@pytest.mark.parametrize("setting", [{}, {"game": "ours"}])
def test_the_columns_are_as_high_as_the_piles_before_the_band_of_chance(this, setting):
    figure, found = settled(this, "beads", **setting), labs.beads(**setting)
    parts, (band,) = figure.data["parts"], figure.data["band"].to_dict("records")
    assert parts["at"].tolist() == list(range(1, 25))  # one part at each dip of the stage
    assert (parts["value"] - parts["since"]).tolist() == found.chart["value"].tolist()
    assert parts.groupby("category")["value"].max().to_dict() == found.total.to_dict()
    assert (band["low"], band["high"]) == found.totals
    assert f"{band['low']} to {band['high']}" in band["text"]
    assert set(figure.trace["later"]) == {"band", "totals"}  # told when the play is over
    out = parts.loc[parts["series"] == "flagged", "category"].nunique()
    assert out == found.outside


@pytest.mark.parametrize("setting", [{}, {"game": "ours"}])
def test_each_dip_brings_as_many_red_beads_as_the_chart_and_the_table_count(this, setting):
    figure = settled(this, "beads", **setting)
    trace, parts = figure.trace, figure.data["parts"].set_index("at")
    points = parts["value"] - parts["since"]
    (lane,) = trace["lanes"]
    days = figure.table.set_index("worker")[["day 1", "day 2", "day 3", "day 4"]].to_numpy()
    assert trace["ticks"] == len(points) == days.size
    for tick in range(1, trace["ticks"] + 1):
        day, worker = divmod(tick - 1, len(deming.WORKERS))
        *queues, paddle = standing(lane, tick)
        red = int(points[tick])
        so_far = [days[n, : day + (n <= worker)].sum() for n in range(len(queues))]
        assert [*map(len, queues)] == so_far
        assert all(lane["looks"][bead] == "red" for queue in queues for bead in queue)
        assert red == days[worker, day]
        assert [lane["looks"][bead] for bead in paddle] == ["white"] * (deming.PADDLE - red)
        assert lane["shown"][worker][1][tick - 1] == str(red)
        words = f"{red} red bead{'s' if red != 1 else ''}"
        assert trace["said"][tick].startswith(
            f"Day {day + 1}: {deming.WORKERS[worker]} has {words}."
        )
    half = standing(lane, trace["ticks"] // 2)[:-1]
    assert [*map(len, half)] == list(labs.beads(**setting).two_days.values())
    assert len(json.dumps(trace)) < 200_000


def test_a_chart_that_grows_has_the_axes_of_the_whole_from_the_start(this):
    data = this.play("real").figure.data
    held, grown = data["corners"], data["points"]
    assert len(held) == 2
    assert (held["at"].min(), held["at"].max()) == (grown["at"].min(), grown["at"].max())
    assert held["value"].min() <= grown["value"].min()
    assert held["value"].max() >= grown["value"].max()


@pytest.mark.parametrize("drift", [0, 0.1, 0.5])
def test_marbles_lie_and_funnels_stand_where_the_rule_has_them(this, drift):
    figure = settled(this, "funnel", drift=drift)
    trace, pile, funnels = figure.trace, figure.data["pile"], figure.data["funnels"]
    assert trace["ticks"] == labs.DROPS
    assert set(trace["grows"]) == {"pile", "funnels"}
    drawn = {key: deming.funnel(rule, labs.DROPS, 1, labs.SEED, drift)[0]
             for key, rule in labs.RULES.items()}  # fmt: skip
    for tick in range(trace["ticks"] + 1):
        near = [(abs(lies[:tick]) <= 1).sum() or "none" for lies in drawn.values()]
        said = trace["said"][tick]
        assert not tick or [str(n) in said for n in near] == [True] * 3
        shown = pile[pile["at"] == tick]["x"].tolist()
        lies = [each[tick - 1] for each in drawn.values()] if tick else []
        assert shown == pytest.approx([x for x in lies if abs(x) <= labs.FAR], abs=0.2501)
        stands = funnels[funnels["at"] == tick]["x"].tolist()  # for the next marble
        now = [0, -drawn["moved"][:tick].sum(), lies[2] if tick else 0]
        if tick and abs(now[2]) <= labs.FAR:  # over the pile of its marble
            now[2] = shown[-1]
        assert stands == pytest.approx(np.clip(now, -labs.FAR, labs.FAR))
    for n, ((_, row), key) in enumerate(zip(figure.table.iterrows(), drawn, strict=True)):
        near = (abs(drawn[key]) <= labs.NEAR).sum()
        share = 100 * near / labs.DROPS
        row_of = pile[(-pile["y"]).between(n, n + 1)]
        assert (row_of["x"].abs() + 0.25 <= labs.NEAR).sum() == near  # whole piles in the grey zone
        assert row["marbles near the target, %"] == pytest.approx(share)
        assert f"{near} " in figure.title


def test_no_pile_is_higher_than_its_row_and_none_lies_on_another(this):
    for setting in ({}, {"drift": 1}, {"runs": "200"}, {"runs": "200", "drift": 1}):
        pile = settled(this, "funnel", **setting).data["pile"]
        assert not pile.duplicated(["x", "y"]).any()
        assert (-pile["y"] % 1).between(marbles.HEAP - 0.001, marbles.FLOOR).all()
    many = settled(this, "funnel", runs="200")
    for row, counted in enumerate(labs.funnel(runs=200).near.values()):
        pile = many.data["pile"]
        pile = pile[(-pile["y"]).between(row, row + 1)]
        assert (pile["x"].abs() < labs.NEAR).mean() == pytest.approx(counted, abs=0.021)
    assert many.trace is None
    assert len(many.data["funnels"]) == 0
    assert f"{labs.funnel(runs=200).near['alone']:.0%} of the marbles" in many.title


def test_warning_seems_to_work_and_praise_to_harm(this):
    seen = labs.talk().told  # the one run that is seen first
    assert seen["warned"]["after"] < seen["warned"]["before"]
    assert seen["praised"]["after"] > seen["praised"]["before"]
    told = labs.talk(runs=200).told
    assert told["warned"]["fewer"] > 0.7 > 0.3 > told["praised"]["fewer"]
    assert labs.fewer() == "warned"
    title = settled(this, "talk", runs="200").title
    assert f"in {told['warned']['fewer']:.0%} of 200 runs" in title
    assert " runs" not in settled(this, "talk", runs="1").title


@pytest.mark.parametrize("red", [20, 50, 0])
def test_the_foreman_talks_between_two_days_and_the_beads_take_no_notice(this, red):
    figure, days = settled(this, "talk", red=red), labs.TALK
    trace, found = figure.trace, labs.talk(red)
    many = deming.draw_beads(red / 100, runs=labs.MANY, seed=labs.SEED)
    counts = many[deming.typical_seminar(many)]
    (lane,) = trace["lanes"]
    tick = days * len(deming.WORKERS)
    assert trace["ticks"] == counts.size + 1
    talk = trace["said"][tick + 1]
    first = counts[:, :days].mean(axis=1)
    best, worst = (deming.WORKERS[each] for each in (first.argmin(), first.argmax()))
    if red:
        assert f"praises {best} (★)" in talk
        assert f"warns {worst} (!)" in talk
        assert found.told["praised"]["before"] == days * first.min()
        assert found.told["warned"]["before"] == days * first.max()
        totals = counts.sum(axis=1)
        for who, about in ((best, "praised"), (worst, "warned")):
            held = found.told[about]
            assert held["before"] + held["after"] == totals[deming.WORKERS.index(who)]
            counted = f"{held['before']:.0f} came before"
            assert counted in trace["said"][-1]
    order = [n for n in range(1, trace["ticks"] + 1) if n != tick + 1]
    for n, (day, worker) in zip(order, product(range(4), range(6)), strict=True):
        beads = standing(lane, n)[worker]
        assert len(beads) == counts[worker, : day + 1].sum()
        assert f"has {counts[worker, day] or 'no'} red bead" in trace["said"][n].replace(
            "has 0 ", "has no "
        )
    assert settled(this, "talk", runs="200").trace is None


@pytest.mark.parametrize("drift", [0, 0.1, 0.3, 1])
def test_what_is_said_of_the_best_choice_holds_at_every_drift(this, drift):
    near = labs.funnel(drift=drift, runs=200).near
    best = max(near, key=lambda key: near[key])
    assert (best == "alone") == (drift < 0.3)
    told = settled(this, "funnel", drift=drift, runs="200").description
    names = {"alone": "left alone", "moved": "moved back"}
    assert (f"most lie near the target if the funnel is {names[best]}" in told) == (drift > 0)
    assert "holds while nothing drifts" in words_of("05").predict["funnel"].because


@pytest.mark.parametrize("rules", ["mdc", "anhoej"])
def test_as_many_charts_are_tinted_as_the_title_counts(this, rules):
    figure = settled(this, "alarms", rules=rules)
    assert f"flag {len(figure.data['tints'])} of 100 charts" in figure.title


@pytest.mark.parametrize("red", [0, 20, 25, 50])
@pytest.mark.parametrize("runs", [1, 200])
def test_the_bars_of_the_talk_are_inside_their_axis(red, runs):
    found = labs.talk(red, runs)
    assert found.chart.max().max() <= 60


def test_leaving_a_stable_funnel_alone_is_best_and_a_drifting_one_not():
    lies = {
        key: deming.funnel(rule, labs.DROPS, 200, labs.SEED) for key, rule in labs.RULES.items()
    }
    assert lies["moved"].std() / lies["alone"].std() == pytest.approx(2**0.5, abs=0.05)
    assert labs.closest() == "1"
    for runs in (1, 200):  # as the result says that one saw
        near = labs.funnel(runs=runs).near
        assert max(near, key=near.get) == "alone"
    near = labs.funnel(1.0, runs=200).near
    assert max(near, key=near.get) == "moved"


def test_a_miss_tells_of_the_next_only_if_somebody_moves_the_funnel(this):
    """As the question says, which asks of a funnel that is left alone."""
    assert "Leave the funnel over the target, and nothing drifts" in (
        this.words.check["funnel"].question
    )
    tells = {}
    for key, rule in labs.RULES.items():
        lies = deming.funnel(rule, labs.DROPS, 2_000, 3)
        tells[key] = np.corrcoef(lies[:, -2], lies[:, -1])[0, 1]
    assert abs(tells["alone"]) < 0.05
    assert tells["moved"] < -0.3
    assert tells["over"] > 0.9


@pytest.mark.parametrize("rules", spc.RULE_SETS)
def test_each_chart_is_judged_and_as_many_are_flagged_as_the_title_says(this, rules):
    figure = settled(this, "alarms", rules=rules)
    data = figure.data
    assert data["paths"]["chart"].nunique() == labs.WARDS
    judged_at = data["paths"].drop_duplicates("chart")["at"].tolist()
    assert judged_at == [ward // labs.AT_ONCE + 1 for ward in range(labs.WARDS)]
    flagged = set(
        zip(data["spots"]["x"].astype(int), data["spots"]["y"].floordiv(1), strict=True)
    )  # the charts that have a mark
    assert f"flag {len(flagged)} of 100 charts" in figure.title
    assert f"On {len(flagged)} of them" in figure.trace["said"][-1]
    assert data["limits"].empty == (rules == "anhoej")
    assert set(data["spots"]["series"]) == {"flagged"}


def looks_of(spec: object, name: str) -> set[str]:
    """Return the colours and shapes that the scales of a chart give to a name."""
    if isinstance(spec, list):
        return set().union(*(looks_of(part, name) for part in spec))
    if not isinstance(spec, dict):
        return set()
    both = isinstance(spec.get("domain"), list) and isinstance(spec.get("range"), list)
    pairs = zip(spec["domain"], spec["range"], strict=False) if both else ()
    own = {look for key, look in pairs if key == name}
    return own.union(*(looks_of(part, name) for part in spec.values()))


def test_what_is_flagged_looks_alike_in_the_whole_lesson(this):
    for lab in (this.play("alarms"), this.play("real"), this.show("four_rules")):
        assert looks_of(dict(lab.figure.spec), "flagged") == {COLOUR["warn"], SHAPE["warn"]}
    assert looks_of(dict(this.play("beads").figure.spec), "flagged") == {COLOUR["warn"]}
    assert COLOUR["warn"] not in json.dumps(this.play("funnel").figure.spec)


def test_other_rules_raise_fewer_false_alarms_than_those_of_the_nhs():
    shares = {rules: labs.alarms(rules).share for rules in spc.RULE_SETS}
    assert max(shares, key=shares.get) == "mdc"
    assert min(shares, key=shares.get) == "anhoej"


def test_the_month_that_somebody_locks_in_stands_in_the_real_chart(this):
    assert this.play("real").shut
    assert len(this.show("danish").figure.data["points"]) == labs.real().months
    assert this.show("danish").figure.data["lines"].empty  # nothing is judged for the learner
    guess = this.predict("real")
    guess.set(answer=24, sure="0.5")
    guess.press("lock")
    marks = this.play("real").figure.data["marks"]
    assert marks["at"].tolist() == [25, 24.5]
    assert marks["text"].tolist() == ["the intervention begins", "your prediction"]
    assert marks["foot"].tolist() == [False, True]  # neither covers the other


@pytest.mark.parametrize("first", [24, 36])
def test_a_real_chart_grows_month_by_month_with_its_figures(this, first):
    figure, found = settled(this, "real", first=str(first)), labs.real(first)
    points = figure.data["points"]
    assert figure.trace["ticks"] == found.months == len(points)
    for tick in range(1, found.months):
        month = found.table["at"].iloc[tick - 1]
        told = (
            f"In month {tick}, {month:%B %Y}, there are {found.table['value'].iloc[tick - 1]:.1f} "
        )
        assert figure.trace["said"][tick].startswith(told)
    begins = ["intervention begins" in said for said in figure.trace["said"]]
    assert [begins.index(True)] == figure.data["marks"]["at"].tolist() == [25]
    assert sum(begins) == 1
    assert figure.provenance[0].sources


def test_in_the_danish_hospital_the_level_fell_before_the_intervention(this):
    found = labs.real()
    assert (found.run_from, found.begun) == ("August 2014", "November 2014")
    ask, before = this.words.predict["real"], labs.months_before()
    values, centre = found.chart["value"], found.chart["centre"]
    assert (
        f"From month {before + 1} on, {found.run_from}, all {found.run} months are low"
        in ask.because
    )
    assert before + found.run == found.months == ask.max
    assert "Month 20 was very low too, but month 21 was high again" in ask.because
    assert values[19] == values[:before].min() < found.chart["low"][19]
    assert values[20] > centre[20]
    assert abs(real_series.begun() - before) > ask.within  # whoever says so is not told "right"
    # The words: no rule flags the low run before this month.
    assert found.seen == "December 2014"
    for months in range(24, 36):
        low = real_series.judged(24, months).special.iloc[21:]
        assert low.any() == (months >= 26)
    asked = this.words.explain["real"].answer[0]
    assert "in November 2014? The low run began in August, three months earlier." in asked
    figure = this.play("real").figure
    told = " ".join((figure.title, figure.description, figure.trace["said"][-1]))
    assert "August" not in told
    assert f"{found.run} months in a row" in figure.title
    grey = found.chart["kind"] == "common cause"
    assert (~grey).sum() == found.special
    low, rest = found.chart["value"].iloc[-15:], found.chart["value"].iloc[:-15]
    assert low.mean() < rest.mean() / 2
    assert (low < found.chart["centre"].iloc[-15:]).all()


# ---- the ramp ----------------------------------------------------------------------------------


def test_nothing_is_done_without_a_prediction(this):
    lab = this.play("ramp")
    lab.form.press("do")
    assert "no prediction yet" in lab.form.status
    assert lab.figure.table.empty


def test_a_ramp_grows_cycle_by_cycle_until_reset(this):
    lab = this.play("ramp")
    for people, predicted in (("1", "1"), ("5", "4"), ("25", "20")):
        lab.form.set(people=people, predicted=predicted)
        lab.form.press("do")
        assert "Act: will you keep the idea, change it or drop it?" in lab.form.status
        assert lab.form.value["predicted"] == ""
    assert lab.figure.table["people"].tolist() == [1, 5, 25]
    assert lab.figure.table["predicted"].tolist() == [1, 4, 20]
    assert "In test 3" in lab.figure.title
    lab.form.press("reset")
    assert lab.figure.table.empty
    assert lab.form.status == ""


def test_the_stage_shows_who_came_in_the_last_test(this):
    lab = this.play("ramp")
    for people in (None, *map(str, SIZES)):
        if people:
            lab.form.set(people=people, predicted="1")
            lab.form.press("do")
            (*_, last) = lab.figure.table.itertuples()
            people, came = last.people, last.came
        else:
            people, came = 100, 70
        trace = lab.figure.trace
        expected, there, away = standing(trace["lanes"][0], trace["ticks"])
        assert (len(expected), len(there), len(away)) == (0, came, people - came)
        assert f"So far, {came or 'none'} of {people} came." in trace["said"][-1]
    assert "no time to call 85 of the 100" in trace["said"][-1]


def test_a_cycle_is_studied_against_its_prediction_and_says_what_went_wrong(this):
    lab = this.play("ramp")
    for people, predicted in (("100", "90"), ("1", "0")):
        lab.form.set(people=people, predicted=predicted)
        lab.form.press("do")
    large, small = lab.figure.table[["study", "what went wrong"]].to_numpy().tolist()
    assert re.match(r"\d+ of 100 people came, \d+ fewer than you predicted\. (It|This) ", large[0])
    assert large[1] == "The nurse had no time to call 85 of the 100 people."
    assert small[0].startswith("The one person came. You predicted nobody. ")
    assert "cannot tell a change from chance" in small[0]
    assert small[1] == ""


@pytest.mark.parametrize(
    ("people", "predicted", "told"),
    [("1", "2", "Predict 1 if this person will come"), ("5", "6", "from 0 to 5"),
     ("25", "0.5", "from 0 to 25"), ("100", "most", "from 0 to 100"), ("5", "-1", "from 0 to 5")],
)  # fmt: skip
def test_only_as_many_people_can_be_predicted_as_are_in_the_test(this, people, predicted, told):
    lab = this.play("ramp")
    lab.form.set(people=people, predicted=predicted)
    lab.form.press("do")
    assert told in lab.form.status
    assert lab.figure.table.empty


def test_only_calls_can_be_too_many_for_the_team():
    assert [name for name, idea in IDEAS.items() if idea.room < max(SIZES)] == ["call"]


def test_a_ramp_ends(this):
    lab = this.play("ramp")
    for _ in range(9):
        lab.form.set(predicted="1")
        lab.form.press("do")
    assert "You have done 7 tests" in lab.form.status
    assert len(lab.figure.table) == 7


# ---- the chart ---------------------------------------------------------------------------------


def test_a_sign_of_the_whole_belongs_to_its_segment():
    frame = pd.DataFrame({"month": range(36), "value": [*range(12), *range(12), *[4, 6] * 6]})
    made = spc.chart_data(frame, rules="anhoej", rebase=[24])
    assert [each.segment for each in made.whole] == [0]
    assert made.variation.name == "common_cause"
    assert "From 0 on, the line crosses" in made.summary
    assert spc.chart_data(frame[:24], rules="anhoej").variation.name == "special_whole"


def drawn(**how) -> Figure:
    frame = pd.DataFrame(
        {
            "month": pd.date_range("2024-01-01", periods=20, freq="MS"),
            "value": [*[4, 6] * 6, 20, None, *[11, 13] * 3],
        }
    )
    made = spc.chart_data(frame, freeze=12, target=8, **how)
    icons = {"variation": made.variation, "assurance": made.assurance}
    return control_chart(
        made.points, title="Falls", description=made.summary, provenance=MADE_UP, unit="falls",
        icons={name: (icon.name, icon.word) for name, icon in icons.items()}, target=made.target,
        others=made.points[["at", "kind"]].assign(who=made.rules.title),
    )  # fmt: skip


@pytest.mark.parametrize("version", ["5.8", "5.21", "6.4"])
@pytest.mark.parametrize("better", ["decrease", "neutral"])
def test_both_vega_lites_draw_it_with_its_words(version, better):
    figure = drawn(better=better)
    svg = vl_convert.vegalite_to_svg(figure.to_spec(), vl_version=version)
    for words in ("Variation: ", "upper limit", "lower limit", "target 8", "common cause"):
        assert words in svg
    assert ("concern" in svg) == (better == "decrease")


def test_what_a_point_means_is_told_by_colour_and_by_shape():
    for roles in (KINDS, NEUTRAL):
        assert len({COLOUR[role] for role in roles.values()}) == len(roles)
        assert len({SHAPE[role] for role in roles.values()}) == len(roles)


def test_an_empty_icon_is_not_drawn():
    assert len(drawn(better="decrease").data["icons"]) == 2
    assert len(drawn(better="neutral").data["icons"]) == 1


def test_a_new_segment_breaks_the_lines():
    made = spc.chart_data(
        pd.DataFrame({"month": range(24), "value": [*[4, 6] * 6, *[14, 16] * 6]}), rebase=[12]
    )
    figure = control_chart(
        made.points, title="Falls", description="", provenance=MADE_UP, unit="falls"
    )
    parts = figure.data["lines"].groupby("part")["value"].nunique()
    assert len(parts) == 6
    assert (parts == 1).all()
    assert "others" not in figure.data


def test_the_table_twin_holds_the_reasons():
    table = drawn(better="decrease").table
    assert table["because"].str.contains("above the upper process limit").sum() == 7
    assert table.loc[13, "judged"] == "missing"


def test_a_chart_says_by_itself_what_is_not_said():
    frame = pd.DataFrame({"month": range(20), "value": [4, 6] * 10})
    made = spc.chart_data(frame, better="decrease", target=12)
    figure = control_chart(made)
    assert figure.title == "None of 20 months is special by the NHS rules"
    for words in (made.summary, made.variation.why, made.assurance.why):
        assert words in figure.description
    assert set(figure.data["icons"]["text"]) == {
        "Variation: common cause", "Assurance: passes the target consistently"
    }  # fmt: skip
    assert "target" in set(figure.data["lines"]["line"])
    assert control_chart(made, title="Falls", description="Falls.").title == "Falls"
    assert control_chart(made.points).description == ""


def test_a_chart_without_a_target_has_none_in_its_key():
    made = spc.chart_data(pd.DataFrame({"month": range(20), "value": [4, 6] * 10}))
    lines = [
        json.dumps(control_chart(made, target=target).spec).count('"target"')
        for target in (None, 5)
    ]
    assert lines == [0, 1]


def test_what_was_left_out_is_drawn_hollow_and_named():
    months = pd.date_range("2024-01-01", periods=20, freq="MS")
    frame = pd.DataFrame({"month": months, "value": [4, 6] * 10})
    made = spc.chart_data(frame, exclude=months[[3, 4]])
    figure = control_chart(made)
    assert figure.data["ghosts"]["value"].tolist() == [6, 4]
    assert "You asked us to leave out: April 2024, May 2024" in figure.description
    assert figure.table["judged"].tolist()[3:5] == ["left out"] * 2
    for version in ("5.8", "5.21", "6.4"):
        svg = vl_convert.vegalite_to_svg(figure.to_spec(), vl_version=version)
        assert svg.count(">left out<") == 2
    crowd = control_chart(spc.chart_data(frame, exclude=months[:6]))
    assert (crowd.data["ghosts"]["text"] != "").sum() == 1
    assert "ghosts" not in control_chart(spc.chart_data(frame)).data


def test_a_missing_or_left_out_month_has_no_mark_among_those_of_others():
    months = pd.date_range("2024-01-01", periods=20, freq="MS")
    frame = pd.DataFrame({"month": months, "value": [4, 6] * 10}).drop(index=5)
    made = spc.chart_data(frame, exclude=months[3])
    marks = made.points[["at", "kind"]].assign(who="NHS rules")
    assert len(control_chart(made, others=marks).data["others"]) == 18


@pytest.mark.parametrize("version", ["5.8", "5.21", "6.4"])
@pytest.mark.parametrize(
    ("start", "step", "points"),
    [("2016-04-01", "MS", 36), ("2014-04-01", "QS", 20), ("2024-12-20", "D", 30),
     ("2023-11-06", "W-MON", 40)],
)  # fmt: skip
def test_every_date_on_the_axis_has_its_year(version, start, step, points):
    at = pd.date_range(start, periods=points, freq=step)
    frame = pd.DataFrame({"at": at, "value": [4, 6] * (points // 2)})
    figure = control_chart(spc.chart_data(frame, at="at", every=step))
    svg = vl_convert.vegalite_to_svg(figure.to_spec(), vl_version=version)
    months = "|".join(calendar.month_abbr[1:])
    named = re.findall(rf">((?:\d+ )?(?:{months})[^<]*)<", svg)
    assert len(named) >= 3
    assert all(re.search(r" 20\d\d$", words) for words in named), named
    assert not re.search(r">(?:April|October|20\d\d)<", svg)


def test_a_chart_is_saved_as_a_picture(tmp_path, monkeypatch):
    figure = drawn(better="decrease")
    assert figure.save(tmp_path / "falls.PNG").read_bytes().startswith(b"\x89PNG")
    assert "Falls" in figure.save(tmp_path / "falls.svg").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=r"ends in .png or .svg. You gave “falls.pdf”"):
        figure.save(tmp_path / "falls.pdf")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(RuntimeError, match="on a computer"):
        figure.save(tmp_path / "falls.svg")


def test_no_limit_of_a_percentage_that_somebody_brings_lies_above_100():
    rows = [f"{month:%b %Y},{share}" for month, share in zip(
        pd.date_range("2022-01-01", periods=24, freq="MS"), [90, 100, 100, 97] * 6, strict=True
    )]  # fmt: skip
    brought = upload.read("seen.csv", "\n".join(["Month,Seen in time (%)", *rows]).encode())
    chart = judged(upload.series(brought, value="Seen in time (%)"), LOOK)
    assert chart.chart == "xmr"
    assert chart.points["high"].max() == 100


def test_each_of_the_four_rules_flags_a_chart_of_its_own(this):
    figure = this.labs["four_rules"](this)
    rules = spc.RULE_SETS["mdc"].rules
    months = labs.four_rules().chart
    for n, rule in enumerate(rules):
        one = months[months["chart"] == n]
        made = spc.chart_data(one[["month", "value"]], rules="mdc")
        assert {signal.rule for signal in made.signals} == {rule.name}
        assert (one["series"] != "").tolist() == made.special.tolist()
    words = " ".join(figure.data["names"]["name"])
    assert ("seven" in words) == all(
        rule.points == 7 for rule in rules if rule.name in ("shift", "trend")
    )
