"""Charts over time: published cases, rules worked by hand, laws, and how often rules cry wolf."""

from __future__ import annotations

import datetime
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from itertools import groupby

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit import evidence
from toolkit.spc import (
    ANHOEJ,
    EXCEL,
    MAKING_DATA_COUNT,
    OUTSIDE,
    RULE_SETS,
    WESTERN_ELECTRIC,
    Chart,
    Crossings,
    LongestRun,
    Zone,
    assurance_icon,
    chart_data,
    charts,
    deviations,
    false_signals,
    fewest_crossings,
    longest_run_limit,
    nhs_rules,
    run_rules,
    shift,
    sigma_z,
    summaries,
    trend,
)
from toolkit.spc.limits import mean_range

calm = settings(derandomize=True, deadline=None, max_examples=25)
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Montgomery, Introduction to statistical quality control, table 6.7: cost of 40 weeks of loans. The
# values are from memory, not read in the book; the limits and counts below are the published ones.
MONTGOMERY = [
    *(310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306),
    *(301, 304, 305, 282, 305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310),
    *(304, 305, 333, 328),
]
# The same book: cans of orange juice that leak, of 50 each (example 7.1), and faults on 26 and then
# 20 printed circuit boards (example 7.3). From memory too; their sums are the published ones.
JUICE = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9),
    *(12, 7, 13, 9, 6),
]
BOARDS = [
    *(21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16),
    *(19, 17, 15, 16, 18, 12, 15, 24, 21, 28, 20, 25, 19, 18, 21, 16, 22, 19, 12, 14, 9, 16, 21),
]
# Attendances seen within four hours and all attendances, twenty weeks: as tabulated in chapter 13
# of Anhøj and Mohammed's book (source key spc4hc), from Mohammed and others 2013.
WEEKS = pd.DataFrame(
    {
        "week": range(1, 21),
        "seen": [266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320,
                 267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989],
        "all": [280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529,
                279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772],
    }
)  # fmt: skip
VIGNETTE = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
SETS = sorted(RULE_SETS)
TWO_OF_THREE = WESTERN_ELECTRIC.rules[1]
FOUR_OF_FIVE = WESTERN_ELECTRIC.rules[2]
MDC_NEAR, EXCEL_NEAR = MAKING_DATA_COUNT.rules[2], EXCEL.rules[2]

CHARTS = st.sampled_from(["xmr", "p", "u"])
few = st.lists(st.integers(0, 30), min_size=12, max_size=40)


def judged(values, **how) -> Chart:
    frame = pd.DataFrame({"month": range(len(values)), "value": values, "size": 50})
    if how.get("chart", "xmr") != "xmr":
        how["size"] = "size"
    return chart_data(frame, **how)


def limits(made: Chart, row: int = 0) -> list[float]:
    return made.points.loc[row, ["centre", "low", "high"]].astype(float).tolist()


def special(made: Chart) -> list[int]:
    return made.points.index[made.special].tolist()


# ---- published reference cases -----------------------------------------------------------------


def test_the_nist_example():
    found = limits(judged(NIST, rules="weco"))
    assert found == pytest.approx([50.81, 45.8159, 55.8041], abs=5e-5)
    with_266 = limits(judged(NIST, rules="excel"))
    assert with_266 == pytest.approx([50.81, 45.8151, 55.8049], abs=5e-5)
    assert mean_range(np.array(NIST), screen=False) == pytest.approx(1.8778, abs=5e-5)


def test_montgomerys_forty_weeks_with_limits_from_the_first_twenty():
    made = judged(MONTGOMERY, rules="weco", freeze=20)
    assert limits(made) == pytest.approx([300.5, 279.783315, 321.216685], abs=1e-6)
    assert special(judged(MONTGOMERY, rules=replace(WESTERN_ELECTRIC, rules=(OUTSIDE,)),
                          freeze=20)) == [38, 39]  # fmt: skip
    z = np.array(MONTGOMERY) - 300.5
    assert Crossings.count(z) == (20, 40)
    assert max(len(list(run)) for _, run in groupby(z > 0)) == 6
    assert not LongestRun("long run", "").fires(z, z)


@pytest.mark.parametrize("gaps", ["break", "skip"])
def test_montgomerys_cans_without_two_samples(gaps):
    frame = pd.DataFrame({"month": range(1, 31), "value": JUICE, "size": 50})
    made = chart_data(frame, chart="p", size="size", exclude=[15, 23], gaps=gaps)
    assert sum(JUICE) == 347
    assert limits(made) == pytest.approx([0.215, 0.0407, 0.3893], abs=5e-5)
    assert made.points["kind"].iloc[[14, 22]].tolist() == ["left out"] * 2
    assert made.points["value"].iloc[[14, 22]].tolist() == [0.44, 0.48]  # still there
    assert not set(special(made)) & {14, 22}
    assert made.summary.startswith("1 of 28 points is special")


@pytest.mark.parametrize("gaps", ["break", "skip"])
def test_montgomerys_boards_with_limits_from_the_first_26_less_two(gaps):
    frame = pd.DataFrame({"month": range(1, 47), "value": BOARDS, "size": 1})
    made = chart_data(frame, chart="u", size="size", exclude=[6, 20], freeze=26, gaps=gaps)
    assert sum(BOARDS[:26]) == 516
    assert limits(made) == pytest.approx([19.667, 6.363, 32.971], abs=5e-4)
    assert limits(made, 45) == limits(made)
    emptied = frame.assign(value=frame["value"].where(~frame["month"].isin([6, 20])))
    how = {"chart": "u", "size": "size", "gaps": gaps}
    assert limits(chart_data(emptied, **how, freeze=24)) == limits(made)
    assert limits(chart_data(emptied, **how, freeze=26))[0] == pytest.approx(19.4615, abs=5e-5)


@pytest.mark.parametrize("gaps", ["break", "skip"])
def test_vienna_with_limits_from_its_first_76_months(gaps):
    frame = evidence.series("semmelweis_monthly").frame
    how = {"value": "deaths", "size": "births", "chart": "p", "gaps": gaps}
    made = chart_data(frame, **how, freeze=76)
    assert made.points["centre"].iloc[0] == pytest.approx(0.1053, abs=5e-5)
    last = made.points.iloc[-1]
    assert last[["low", "high"]].tolist() == pytest.approx([0.0596, 0.1509], abs=5e-5)
    after = made.points[made.points["at"] >= "1847-06-01"]
    assert after["rules"].str.contains("outside").sum() == len(after) == 22
    by_date = chart_data(frame, **how, freeze="1847-05-01")
    pd.testing.assert_frame_equal(by_date.points, made.points)


# ---- large counts: Laney's charts --------------------------------------------------------------


@pytest.mark.parametrize("rules", ["mdc", "weco"])
def test_laneys_limits_are_those_of_the_published_figure(rules):
    made = chart_data(WEEKS, value="seen", size="all", at="week", chart="p'", rules=rules)
    # Figure 13.3 of the book as a drawing: in its first week the upper limit lies 78.094 dots above
    # the centre and the point 15.984 below.
    first = made.points.iloc[0]
    drawn = (129.644531 - 51.546875) / (145.628906 - 129.644531)
    assert (first["high"] - first["centre"]) / (first["centre"] - first["value"]) == pytest.approx(
        drawn, rel=2e-4
    )
    assert special(made) == []
    plain = chart_data(WEEKS, value="seen", size="all", at="week", chart="p", rules=rules)
    assert plain.points["rules"].str.contains("outside").sum() > 10


@pytest.mark.parametrize("kind", ["p", "u"])
def test_laneys_formula_by_hand(kind):
    count, size = np.array([30.0, 55, 20, 61, 44]), np.array([200, 250, 180, 300, 210])
    frame = pd.DataFrame({"month": range(5), "value": count, "size": size})
    made = chart_data(frame, size="size", chart=f"{kind}′", rules="weco")
    centre = count.sum() / size.sum()
    own = np.sqrt(centre * ((1 - centre) if kind == "p" else 1) / size)
    z = (count / size - centre) / own
    wide = np.abs(np.diff(z)).mean() / 1.128
    assert wide == pytest.approx(sigma_z(z))
    assert made.points["high"].tolist() == pytest.approx((centre + 3 * own * wide).tolist())
    assert made.chart == f"{kind}'"


def test_where_there_is_nothing_but_chance_laneys_limits_are_the_ordinary_ones():
    rng = np.random.default_rng(6)
    size = rng.integers(90, 110, 4_000)
    frame = pd.DataFrame({"month": range(4_000), "value": rng.binomial(size, 0.3), "size": size})
    plain, laney = (chart_data(frame, size="size", chart=c, rules="weco") for c in ("p", "p'"))
    width = [(each.points["high"] - each.points["centre"]).mean() for each in (plain, laney)]
    assert width[1] == pytest.approx(width[0], rel=0.03)
    assert not any("From one point to the next" in each for each in plain.warnings)


def test_every_large_department_is_warned_about_and_laney_is_not_outside_all_the_time():
    frame = evidence.series("ae_attendances_ten_trusts").frame
    how = {"by": "org_code", "value": "over_4h", "size": "attendances"}
    plain, laney = (charts(frame, **how, chart=c) for c in ("p", "p'"))
    beyond = {
        chart: [each.points["rules"].str.contains("outside").sum() for each in made.values()]
        for chart, made in (("p", plain), ("p'", laney))
    }
    assert min(beyond["p"]) >= 26
    assert max(beyond["p'"]) <= 11
    for made in plain.values():
        assert any(each.startswith("From one point to the next") for each in made.warnings)
    for made in laney.values():
        assert any("do not say what causes it" in each for each in made.warnings)


@pytest.mark.parametrize(("mean", "months"), [(0.5, 24), (5, 24), (50, 36), (20, 100)])
def test_the_warning_of_more_than_chance_is_rare_where_there_is_only_chance(mean, months):
    rng, warned = np.random.default_rng(8), 0
    for _ in range(150):
        size = rng.integers(80, 120, months)
        frame = pd.DataFrame(
            {"month": range(months), "value": rng.poisson(mean * size / 100), "size": size}
        )
        made = chart_data(frame, size="size", chart="u")
        warned += any(each.startswith("From one point to the next") for each in made.warnings)
    assert warned <= 4


@pytest.mark.parametrize(
    ("rules", "low", "high"), [("mdc", -0.7156, 4.6044), ("excel", -3.0626, 6.9515)]
)
def test_the_vignette_with_and_without_screening(rules, low, high):
    made = judged(VIGNETTE, rules=rules, better="decrease")
    assert limits(made) == pytest.approx([1.9444, low, high], abs=5e-5)
    assert special(made) == [4]
    assert made.points.loc[4, "rule"] == "outside the limits"
    assert made.points.loc[4, "kind"] == "concern"


def test_two_close_to_the_limits_on_opposite_sides_are_common_cause():
    made = judged([*[1, -1] * 7, 5.5, -5.5])
    assert made.points["kind"].tail(2).tolist() == ["common cause"] * 2


@pytest.mark.parametrize(
    ("values", "flagged"),
    [
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, 3, 4, 5, 6], []),
        ([1, 2, 3, 4, 5, 6, 7], range(7)),
        ([7, 6, 5, 4, 3, 2, 1], range(7)),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], range(1, 8)),
    ],
)
def test_a_trend_takes_seven(values, flagged):
    marks = trend(7).marks(np.array(values, float), np.zeros(len(values)))
    assert np.flatnonzero(marks).tolist() == list(flagged)


def test_where_two_trends_meet_the_later_one_counts():
    values = np.array([*range(1, 8), *range(6, 0, -1)], float)
    assert trend(7).marks(values, values)[[5, 6, 7]].tolist() == [1, -1, -1]
    rise, fall = trend(7).groups(values, values)
    assert (rise.rows.tolist(), rise.points) == ([*range(6)], 7)  # the top belongs to both
    assert (fall.rows.tolist(), fall.points) == ([*range(6, 13)], 7)


def test_a_rise_that_starts_again_is_a_second_rise():
    made = judged([*range(10, 22), *range(12, 24)])
    trends = [each for each in made.signals if each.rule == "trend"]
    assert [each.rows for each in trends] == [tuple(range(12)), tuple(range(12, 24))]
    assert all("one of 12 points in a row that keep rising" in each.why for each in trends)


@pytest.mark.parametrize("first", [4, 1])
def test_totals_for_the_year_so_far_are_named(first):
    monthly_falls = [5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8] * 2
    months = pd.date_range(f"2022-{first:02}-01", periods=24, freq="MS")
    so_far = np.concatenate([np.cumsum(monthly_falls[:12]), np.cumsum(monthly_falls[12:])])
    made = chart_data(pd.DataFrame({"month": months, "value": so_far}), better="decrease")
    name = {4: "April", 1: "January"}[first]
    assert any(f"start again each {name}" in each for each in made.warnings)
    for values in (monthly_falls, np.cumsum(monthly_falls), so_far[::-1]):
        other = chart_data(pd.DataFrame({"month": months, "value": values}))
        assert not any("start again" in each for each in other.warnings)


@pytest.mark.parametrize(
    ("side", "flagged"),
    [
        ([1] * 6, []),
        ([*[1] * 6, -1], []),
        ([*[1] * 8, -1], range(8)),
        ([1, *[-1] * 7, 1], range(1, 8)),
        ([*[1] * 3, 0, *[1] * 4], []),  # on the mean: the run ends
    ],
)
def test_a_shift_takes_seven(side, flagged):
    z = np.array(side, float)
    assert np.flatnonzero(shift(7).marks(z, z)).tolist() == list(flagged)


@pytest.mark.parametrize(
    ("z", "package", "excel", "western"),
    [
        ([2.5, 1, 2.5], [0, 2], [0, 2], [0, 2]),
        ([2.5, -1, 2.5], [], [], [0, 2]),  # the third on the other side
        ([2.5, 1, 3.5], [], [0, 2], [0, 2]),  # does a point outside count as close?
        ([3.5, 3.5, 2.5], [], [0, 1, 2], [0, 1, 2]),
        ([3.5, 2.5, 2.5], [1, 2], [0, 1, 2], [0, 1, 2]),
        ([2.5, -2.5, 1], [], [], []),
        ([0, 0, 2.5, 2.5, 0, 0], [], [], [2, 3]),  # the NHS wants the neighbour off the mean
        ([2.5, 1, 1, 2.5], [], [], []),
        ([2.5, 1, 1, 2.5, 2.5], [3, 4], [3, 4], [3, 4]),
    ],
)
def test_two_of_three_is_not_the_same_everywhere(z, package, excel, western):
    z = np.array(z, float)
    found = [np.flatnonzero(rule.marks(z, z)).tolist()
             for rule in (MDC_NEAR, EXCEL_NEAR, TWO_OF_THREE)]  # fmt: skip
    assert found == [package, excel, western]


def test_a_point_that_stands_among_neighbours_of_both_sides_counts_for_its_own():
    z = np.array([1.5, 1.5, 1.5, 1.5, -1.5, -1.5, -1.5, -1.5])
    assert FOUR_OF_FIVE.marks(z, z).tolist() == [1] * 4 + [-1] * 4


def test_which_reason_wins():
    rising = [5, 5.1, 4.9, 5, 5.1, 4.9, 5.0, 5.1, 4.9, 5.0, 5.2, 5.4, 5.6, 5.8, 6.0, 6.2, 9]
    made = judged(rising, freeze=10)
    last = made.points.iloc[-1]
    assert last["rule"] == "outside the limits"
    assert last["rules"].split("; ") == ["outside the limits", "trend", "shift"]
    assert last["why"] == "it lies above the upper process limit"
    assert [rule.name for rule in MAKING_DATA_COUNT.rules] == [
        "outside the limits",
        "trend",
        "two of three",
        "shift",
    ]


def test_a_falling_trend_above_the_mean_is_improvement_where_less_is_better():
    made = judged([*[0, 1] * 8, 20, 19, 18, 17, 16, 15, 14], freeze=16, better="decrease")
    trending = [each for each in made.signals if each.rule == "trend"]
    assert trending[0].side == -1
    assert made.points.loc[20, "rule"] == "outside the limits"  # which wins, and is concern
    assert made.points.loc[20, "kind"] == "concern"


def test_where_concern_and_improvement_meet_the_excel_tool_shows_improvement():
    values = [*[0, 1] * 8, 20, 19, 18, 17, 16, 15, 14]
    made = judged(values, freeze=16, better="decrease", rules="excel").points.iloc[-7:]
    assert set(made["kind"]) == {"improvement"}
    assert set(made["rule"]) == {"trend"}
    assert (made["rules"].str.split("; ").str[:2].str.join(" ") == "trend outside the limits").all()
    assert made["why"].str.contains("keep falling").all()
    same = judged(values, freeze=16, better="increase", rules="excel").points.iloc[-7:]
    assert set(same["rule"]) == {"outside the limits"}


@pytest.mark.parametrize(
    ("useful", "longest", "fewest"),
    [(10, 6, 2), (12, 7, 3), (16, 7, 4), (20, 7, 6), (24, 8, 8), (30, 8, 10), (36, 8, 13),
     (40, 8, 14)],
)  # fmt: skip
def test_the_table_of_run_chart_limits(useful, longest, fewest):
    assert (longest_run_limit(useful), fewest_crossings(useful)) == (longest, fewest)


@pytest.mark.parametrize("useful", [2, 9, 399, 1024, 1025, 1096, 4999, 5001, 20_000])
def test_the_fewest_crossings_are_those_of_the_binomial_however_long_the_chart(useful):
    assert fewest_crossings(useful) == stats.binom.ppf(0.05, useful - 1, 0.5)


def test_a_run_chart_of_three_years_of_days_is_drawn():
    days = pd.date_range("2021-01-01", periods=1096)
    frame = pd.DataFrame({"day": days, "value": np.random.default_rng(2).normal(size=1096)})
    assert chart_data(frame, at="day", every="D", rules="anhoej").summary.startswith("0 of 1096")


def test_a_run_is_counted_over_points_on_the_median():
    rare = [0, 0, 1, 0, 0, 0, 2, 0] * 5
    made = judged(rare, rules="anhoej")
    (run,) = [each for each in made.signals if each.rule == "long run"]
    assert "one of 10 points in a row above the median" in run.why
    assert len(run.rows) == 10
    assert any("time between them" in each for each in made.warnings)


def test_the_switch_of_few_points_judges_as_the_other_tool_does():
    values = [5, 5, 5, *[9] * 7, 1]  # eight off the median, a run of seven, one crossing
    few = replace(ANHOEJ, rules=run_rules(fewest=1))
    assert not judged(values, rules="anhoej", freeze=3).signals
    (signal,) = judged(values, rules=few, freeze=3).signals
    assert (signal.rule, signal.rows) == ("long run", tuple(range(3, 10)))


def test_a_run_chart_counts_crossings_and_passes_over_points_on_the_line():
    z = np.array([1.0, 0, 1, -1, 0, -1, 1])
    assert Crossings.count(z) == (2, 5)
    assert Crossings.count(np.array([1, np.nan, 1.0])) == (2, 2)  # it may have crossed twice
    assert Crossings.count(np.array([1, np.nan, -1.0])) == (1, 2)
    run = np.array([1.0] * 5 + [0] + [1] * 4 + [-1, 1] * 5)
    rule = LongestRun("long run", "")
    assert np.flatnonzero(rule.marks(run, run)).tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9]


def test_a_run_chart_signals_as_a_whole():
    made = judged([*range(12), *range(12)], rules="anhoej")
    assert [each.rule for each in made.whole] == ["few crossings"]
    assert made.points["low"].isna().all()
    assert "crosses the median" in made.summary


@pytest.mark.parametrize(
    ("better", "expected"),
    [("increase", ["fail", "pass", "inconsistent"]), ("decrease", ["pass", "fail", "inconsistent"]),
     ("neutral", ["empty"] * 3)],
)  # fmt: skip
def test_the_assurance_table(better, expected):
    found = [assurance_icon(4, low, high, better) for low, high in ((1, 3), (5, 7), (1, 5))]
    assert [icon.name for icon in found] == expected


@pytest.mark.parametrize(
    ("values", "better", "name", "word"),
    [
        ([100] * 24, "increase", "pass", "met the target every month so far"),
        ([96, 98] * 12, "increase", "inconsistent", "met the target every month so far"),
        ([94, 93] * 12, "increase", "inconsistent", "missed the target every month so far"),
        ([96, 94] * 12, "increase", "inconsistent", "meets the target some months, not others"),
        ([96, 98] * 12, "decrease", "inconsistent", "missed the target every month so far"),
    ],
)
def test_a_target_between_the_limits_says_what_happened_so_far(values, better, name, word):
    target = 100 if name == "pass" else 95
    icon = judged(values, better=better, target=target).assurance
    assert (icon.name, icon.word) == (name, word)


@pytest.mark.parametrize(
    ("target", "match"),
    [
        (float("nan"), "The target is not a number .nan.. Perhaps the cell is empty"),
        (pd.NA, "Perhaps the cell is empty"),
        (pd.NaT, "Perhaps the cell is empty"),
        (np.inf, "The target is not a number .inf."),
        ("95", "A target is one number, such as 95. You gave '95'"),
        ([50, 55], "one number"),
        (True, "one number"),
    ],
)
def test_a_target_that_is_no_number_is_refused(target, match):
    with pytest.raises(ValueError, match=match):
        judged([4, 6] * 6, better="increase", target=target)
    with pytest.raises(ValueError, match=match):
        assurance_icon(target, 1, 5, "increase")


@pytest.mark.parametrize("target", [5, 5.0, np.int64(5), np.float32(5), Decimal(5)])
def test_a_target_can_be_any_kind_of_number(target):
    assert judged([4, 6] * 6, better="increase", target=target).target == 5.0


def test_assurance_looks_at_the_last_segment():
    values = [*[10, 12] * 6, *[30, 32] * 6]
    how = {"target": 25, "better": "increase"}
    assert judged(values, **how, rebase=[12]).assurance.name == "pass"
    assert judged(values, **how).assurance.name != "pass"
    assert judged(values, **how, rules="anhoej").assurance.name == "empty"


@pytest.mark.parametrize(
    ("last", "better", "icon"),
    [
        (5, "decrease", "common_cause"),
        (20, "decrease", "concern_high"),
        (20, "increase", "improvement_high"),
        (-20, "decrease", "improvement_low"),
        (20, "neutral", "neutral_high"),
        (-20, "neutral", "neutral_low"),
    ],
)
def test_variation_reports_the_last_known_point(last, better, icon):
    made = judged([*[4, 6] * 7, last, np.nan], freeze=14, better=better)
    assert made.variation.name == icon
    assert "14" in made.variation.why


def test_eight_equal_values_and_a_first_value_on_the_mean_are_no_signal():
    assert special(judged([7.0] * 8)) == []
    assert special(judged([5, 4, 6, 4, 6, 5, 4, 6])) == []


# ---- laws --------------------------------------------------------------------------------------


@calm
@given(few)
def test_reversing_the_series_leaves_centre_and_limits(values):
    for rules in (EXCEL, MAKING_DATA_COUNT):
        forth, back = (limits(judged(v, rules=rules)) for v in (values, values[::-1]))
        assert forth == pytest.approx(back)


def test_order_matters_to_the_limits_but_not_to_the_mean():
    calmly, wildly = limits(judged([1, 1, 1, 9, 9, 9])), limits(judged([1, 9, 1, 9, 1, 9]))
    assert calmly[0] == wildly[0]
    assert calmly[2] < wildly[2]


@pytest.mark.parametrize("rules", SETS)
@calm
@given(few, st.integers(3, 12), CHARTS)
def test_frozen_limits_are_those_of_the_frozen_part_alone(rules, values, freeze, chart):
    whole, part = (
        judged(v, rules=rules, chart=chart, freeze=freeze) for v in (values, values[:freeze])
    )
    np.testing.assert_array_equal(limits(whole), limits(part))


@pytest.mark.parametrize("rules", SETS)
@calm
@given(few, st.randoms(use_true_random=False), CHARTS)
def test_the_order_of_the_rows_does_not_matter(rules, values, random, chart):
    frame = pd.DataFrame({"month": range(len(values)), "value": values, "size": 50})
    mixed = frame.iloc[random.sample(range(len(frame)), len(frame))]
    how = {"rules": rules, "chart": chart, "size": "size"}
    pd.testing.assert_frame_equal(*(chart_data(each, **how).points for each in (frame, mixed)))


@calm
@given(few, few)
def test_a_segment_is_judged_as_if_it_stood_alone(first, second):
    whole = judged([*first, *second], rebase=[len(first)], freeze=6).points
    parts = [judged(values, freeze=6).points for values in (first, second)]
    columns = ["value", "centre", "low", "high", "kind", "rules", "why"]
    pd.testing.assert_frame_equal(whole[columns], pd.concat(parts, ignore_index=True)[columns])


@pytest.mark.parametrize("rules", SETS)
@calm
@given(value=st.floats(-1e6, 1e6), points=st.integers(5, 40))
def test_a_constant_series_never_signals(rules, value, points):
    made = judged([value] * points, rules=rules)
    assert made.signals == ()
    assert made.variation.name == "common_cause"


@pytest.mark.parametrize("rules", SETS)
@calm
@given(st.integers(0, 7), st.lists(st.integers(1, 9), min_size=5, max_size=40), CHARTS)
def test_a_constant_share_never_signals_whatever_the_sizes(rules, share, sizes, chart):
    size = 7 * np.array(sizes)
    frame = pd.DataFrame({"month": range(len(size)), "value": share * size // 7, "size": size})
    assert chart_data(frame, rules=rules, chart=chart, size="size").signals == ()


@pytest.mark.parametrize("rules", SETS)
@calm
@given(few, st.sets(st.integers(6, 39), min_size=1, max_size=5), CHARTS)
def test_a_missing_month_never_makes_a_signal(rules, values, gone, chart):
    gone = [month for month in gone if month < len(values)]
    assume(len(gone) < len(values) - 6)
    with_gaps = [np.nan if month in gone else value for month, value in enumerate(values)]
    # The line is frozen before the first gap: else the line itself would move.
    how = {"rules": rules, "chart": chart, "freeze": 6}
    whole, holed = (judged(v, **how) for v in (values, with_gaps))
    assert set(special(holed)) <= set(special(whole)) - set(gone)
    assert {each.rule for each in holed.whole} <= {each.rule for each in whole.whole}


@pytest.mark.parametrize("rules", SETS)
@calm
@given(values=few, factor=st.sampled_from([0.01, 3, 1000]), by=st.sampled_from([0, 7, -250]))
def test_another_unit_changes_no_judgement(rules, values, factor, by):
    one, other = judged(values, rules=rules), judged(np.array(values) * factor + by, rules=rules)
    assert one.points["rules"].tolist() == other.points["rules"].tolist()
    if one.rules.centre == "mean":
        moved = np.array(limits(one)) * factor + by
        assert limits(other) == pytest.approx(moved, abs=1e-9 * factor * 30)


@calm
@given(few)
def test_turning_the_series_upside_down_swaps_better_and_worse(values):
    up = judged(values, better="increase").points["kind"]
    down = judged([-value for value in values], better="decrease").points["kind"]
    assert up.tolist() == down.tolist()


@calm
@given(few, st.sampled_from(SETS))
def test_every_special_point_has_a_reason_and_no_other_has(values, rules):
    points = judged(values, rules=rules, better="increase").points
    assert ((points["kind"] != "common cause") == (points["why"] != "")).all()
    assert (points["rules"].str.split("; ").str[0] == points["rule"]).all()


def test_the_floor_hides_no_signal():
    values = [*[1, 3] * 8, 0, 0, 0]
    drawn, floored = judged(values), judged(values, floor=0)
    assert drawn.points["low"].min() < 0 <= floored.points["low"].min()
    assert drawn.points["rules"].tolist() == floored.points["rules"].tolist()


def test_limits_of_a_share_stay_between_nought_and_all():
    frame = pd.DataFrame({"month": range(24), "value": [18, 20, 20, 20] * 6, "size": 20})
    how = {"size": "size", "per": 100}
    for chart in ("p", "p'"):
        assert chart_data(frame, **how, chart=chart).points["high"].max() == 100
    drawn, closed = (chart_data(frame, **how, ceiling=each) for each in (None, 100))
    assert drawn.points["high"].max() > 100 == closed.points["high"].max()
    assert drawn.points["rules"].tolist() == closed.points["rules"].tolist()
    rare = frame.assign(value=[1, 0, 0, 0] * 6)
    for chart in ("p", "p'", "u", "u'"):
        assert chart_data(rare, **how, chart=chart).points["low"].min() == 0


def test_a_baseline_that_never_moves_says_so():
    for how in ({}, {"chart": "p"}):
        made = judged([0] * 12 + [1, 0, 0, 2, 0, 0], freeze=12, **how)
        assert any(each.startswith("The 12 figures used for the limits") for each in made.warnings)
    assert not any("No movement" in each for each in judged([4, 6] * 8).warnings)


def test_what_is_left_out_moves_neither_line_nor_limits_and_is_not_judged():
    calm, odd = [4, 6] * 8, [*[4, 6] * 4, 90, 91, *[4, 6] * 4]
    for gaps in ("break", "skip"):
        made = judged(odd, exclude=[8, 9], gaps=gaps)
        assert limits(made) == pytest.approx(limits(judged(calm)), rel=0.1)
        assert special(made) == []
        assert made.points.loc[[8, 9], "value"].tolist() == [90, 91]
        assert made.summary == "0 of 16 points are special."
        assert any(each.startswith("You asked us to leave out: 8, 9") for each in made.warnings)
    assert judged(odd[:10], exclude=[8, 9]).variation.why.startswith("The last point, 7,")


def test_the_frame_that_comes_in_is_not_changed():
    frame = pd.DataFrame({"month": range(12), "value": VIGNETTE[:12]})
    before = frame.copy()
    chart_data(frame)
    pd.testing.assert_frame_equal(frame, before)


# ---- gaps, warnings, deviations ----------------------------------------------------------------


def monthly(values, leave_out=()) -> pd.DataFrame:
    months = pd.date_range("2020-01-01", periods=len(values), freq="MS")
    frame = pd.DataFrame({"month": months, "value": values})
    return frame.drop(index=list(leave_out))


def test_a_month_without_a_row_is_put_in_and_ends_runs():
    frame = monthly([*[4, 6] * 6, *[9] * 8], leave_out=[15])
    made = chart_data(frame, freeze=12)
    assert len(made.points) == 20
    assert made.points.loc[15, "kind"] == "missing"
    assert any("April 2021" in each for each in made.warnings)
    assert "shift" not in "".join(made.points["rules"])
    skipped = chart_data(frame, freeze=12, gaps="skip")  # one of the twelve, and seven after
    assert (skipped.points["rules"].str.contains("shift")).sum() == 8
    assert len(chart_data(frame, freeze=12, every=None).points) == 19


def test_few_points_warn_at_one_threshold():
    def few_points(count, **how):
        return [
            w
            for w in judged(([4, 6] * 10)[:count], **how).warnings
            if w.startswith("There are few")
        ]

    assert few_points(11)
    assert not few_points(12)
    assert few_points(12, enough=13)
    assert few_points(20, freeze=10)
    assert len(few_points(20, rebase=[15])) == 1


def test_neighbours_that_are_alike_are_mentioned():
    wave = 10 + np.sin(np.arange(40) / 3)
    assert any("like the one before it" in each for each in judged(wave).warnings)
    noise = np.random.default_rng(1).normal(size=40)
    assert not judged(noise).warnings


def test_the_warning_of_likeness_is_rare_in_noise_and_usual_in_drift():
    rng, warned = np.random.default_rng(4), {}
    for alike in (0.0, 0.7):
        series = rng.normal(size=(200, 60))
        for month in range(1, 60):
            series[:, month] += alike * series[:, month - 1]
        warned[alike] = np.mean([bool(judged(each).warnings) for each in series])
    assert warned[0.0] < 0.05
    assert warned[0.7] > 0.95


def test_western_electric_warns_on_counts():
    frame = evidence.series("cdi_monthly").frame
    how = {"value": "infections", "size": "risk_days", "chart": "u", "at": "month"}
    warned = {key: chart_data(frame, **how, rules=key).warnings for key in ("weco", "mdc")}
    assert any("We do not recommend the zone rules" in each for each in warned["weco"])
    assert not any("recommend" in each for each in warned["mdc"])


def test_each_deviation_says_what_to_do_about_it():
    table = deviations()
    assert len(table) == 15
    assert table.map(len).min().min() > 0


def test_what_sets_the_two_nhs_tools_apart():
    assert replace(
        EXCEL, key="mdc", title=MAKING_DATA_COUNT.title, screen=True, rules=nhs_rules(),
        improvement_wins=False,
    ) == MAKING_DATA_COUNT  # fmt: skip


# The switches of `deviations`: each judges differently with it and without it, as is said there.
# Gaps, enough and floor have tests of their own above.


def test_the_switch_of_screening_brings_the_limits_onto_the_mean():
    still = [*[5] * 9, 9, *[5] * 8]
    ours = judged(still)
    theirs = judged(still, rules=replace(MAKING_DATA_COUNT, screen="always"))
    assert limits(ours)[2] > limits(ours)[0]
    assert len(set(limits(theirs))) == 1
    assert (ours.points["rule"] == "outside the limits").sum() == 1
    assert (theirs.points["rule"] == "outside the limits").all()
    assert limits(judged(VIGNETTE, rules=theirs.rules)) == limits(judged(VIGNETTE))


def test_the_switch_of_six_points_flags_what_seven_do_not():
    six = replace(EXCEL, rules=nhs_rules(6, beyond=True))
    for values in ([*[4, 6] * 7, 3, 3.5, 4, 5.5, 6, 6.5], [*[4, 6] * 7, *[6] * 5]):
        assert special(judged(values, rules="excel", freeze=14)) == []
        assert len(special(judged(values, rules=six, freeze=14))) == 6


def test_the_switch_of_points_beyond_a_limit_is_that_of_the_tool_before_2023():
    values = [*[4, 6] * 8, 9, 11, 6]  # close, beyond, and a third on the same side
    now, before = (judged(values, rules=each, freeze=16)
                   for each in (EXCEL, replace(EXCEL, rules=nhs_rules())))  # fmt: skip
    assert special(now) == [16, 17]
    assert special(before) == [17]
    assert "or beyond it" in now.points.loc[16, "why"]


def test_the_switch_of_gaps_lets_a_run_chart_pass_over_a_missing_month():
    values = [*[4, 6] * 8, *[7] * 5, np.nan, *[7] * 5]
    how = {"rules": "anhoej", "freeze": 16}
    assert special(judged(values, **how)) == []
    assert len(special(judged(values, **how, gaps="skip"))) >= 10


@pytest.mark.parametrize("gaps", ["break", "skip"])
@pytest.mark.parametrize("empty", [True, False])
def test_freeze_counts_months_with_a_figure_and_no_others(gaps, empty):
    values = [float(n) for n in range(30)]
    frame = monthly(values).assign(value=[np.nan if n in (3, 7) else n for n in values])
    frame = frame if empty else frame.dropna()
    made = chart_data(frame, freeze=12, gaps=gaps)
    assert made.points["centre"].iloc[0] == pytest.approx(np.mean([*{*range(14)} - {3, 7}]))
    assert not any("few points" in each for each in made.warnings)
    by_date = chart_data(frame, freeze="2021-02-01", gaps=gaps)
    pd.testing.assert_frame_equal(by_date.points, made.points)


def test_a_date_to_freeze_at_leaves_later_segments_alone():
    frame = monthly([*range(12), *range(12), *[30, 32] * 6])
    made = chart_data(frame, freeze="2020-06-01", rebase="2021-01-01").points["centre"]
    later = np.mean([*range(12), *[31] * 12])
    assert made.iloc[[0, 12, 24]].tolist() == pytest.approx([2.5, later, later])


# ---- how often rules cry wolf ------------------------------------------------------------------

# Points until the first signal, on average, without a change and with one of one and three sigma:
# exact values of the standard two-sided definitions; 91.75 and 370.4 are published (NIST).
RUN_LENGTHS = {
    "outside": ((OUTSIDE,), [370.40, 43.89, 2.00]),
    "two of three": ((TWO_OF_THREE,), [510.69, 27.88, 2.41]),
    "four of five": ((FOUR_OF_FIVE,), [291.32, 15.49, 4.10]),
    "run of 5": ((shift(5),), [31]),
    "run of 7": ((shift(7),), [127.0, 14.82, 7.04]),
    "Western Electric": (WESTERN_ELECTRIC.rules, [91.75, 9.22, 1.67]),
    "NHS without trend": ((OUTSIDE, MDC_NEAR, shift(7)), [87.93, 10.62, 1.79]),
    "trend of 5": ((trend(5),), [73.7]),
}


def run_length(rules, moved, runs=8_000):
    """Return how many points pass until the first signal, on average over many series."""
    rng, seen, passed, total = np.random.default_rng(3), np.zeros((runs, 0)), 0, 0
    while len(seen):
        z = np.concatenate([seen[:, -8:], rng.normal(moved, 1, (len(seen), 64))], axis=1)
        fired = np.logical_or.reduce([rule.ends(z, z) != 0 for rule in rules])[:, -64:]
        ended = fired.any(axis=1)
        total += (passed + fired[ended].argmax(axis=1) + 1).sum()
        passed, seen = passed + 64, z[~ended]
    return total / runs


@pytest.mark.parametrize("name", RUN_LENGTHS)
def test_rules_signal_as_soon_as_their_definitions_say(name):
    rules, expected = RUN_LENGTHS[name]
    found = [run_length(rules, moved) for moved, _ in zip((0, 1, 3), expected, strict=False)]
    assert found == pytest.approx(expected, rel=0.035)


def test_false_signals_grow_with_the_chart_except_where_rules_grow_with_it():
    nhs = [false_signals("mdc", n) for n in (12, 24, 48)]
    assert nhs == sorted(nhs)
    assert nhs[2] > 3 * nhs[0]
    assert max(false_signals(ANHOEJ, n, runs=1000) for n in (12, 24, 48)) < 0.08


@pytest.mark.parametrize("rules", SETS)
def test_what_is_simulated_is_what_charts_say(rules):
    values = np.random.default_rng(1).normal(size=(150, 24))
    by_chart = np.mean([bool(judged(row, rules=rules).signals) for row in values])
    assert by_chart == false_signals(rules, 24, runs=150, seed=1)


# ---- real series -------------------------------------------------------------------------------


def test_infections_changed_when_the_hospital_says_so():
    frame = evidence.series("cdi_monthly").frame
    how = {"value": "infections", "size": "risk_days", "per": 10_000, "better": "decrease"}
    for rules in SETS:
        made = chart_data(frame, **how, chart="u", freeze=24, rules=rules)
        assert made.special.tail(12).all()
        assert (made.points.loc[made.special, "kind"] == "improvement").all()
        apart = chart_data(frame, **how, chart="u", rebase=["2014-11-01"], rules=rules)
        assert not apart.signals


def test_limits_of_a_chart_of_counts():
    frame = evidence.series("cdi_monthly").frame.iloc[:24]
    made = chart_data(frame, value="infections", size="risk_days", chart="u")
    rate = frame["infections"].sum() / frame["risk_days"].sum()
    high = rate + 3 * np.sqrt(rate / frame["risk_days"].iloc[5])
    assert limits(made, 5)[::2] == pytest.approx([rate, high])


def test_in_vienna_the_choice_of_chart_matters():
    frame = evidence.series("semmelweis_monthly").frame
    how = {"value": "deaths", "size": "births", "per": 100, "better": "decrease", "freeze": 24}
    beyond = {}
    for chart in ("xmr", "p"):
        points = chart_data(frame, **how, chart=chart).points
        outside = points["rules"].str.contains("outside")
        after = points["at"] >= "1847-06-01"
        beyond[chart] = (int(outside[~after].sum()), int(outside[after].sum()), int(after.sum()))
        assert points.loc[points["at"] == "1841-12-01", "kind"].item() == "missing"
    assert beyond["xmr"][1] == 0
    assert beyond["p"][1] == beyond["p"][2]
    assert beyond["p"][0] > 20


def test_the_series_of_a_whole_country_drift():
    for name, columns in (
        ("england_rtt_monthly", {"value": "within_18_weeks_pct"}),
        ("england_ae_monthly", {"value": "type1_within_4h_pct"}),
    ):
        made = chart_data(evidence.series(name).frame, **columns, better="increase", target=95)
        assert any("like the one before it" in each for each in made.warnings)
        assert made.variation.name == "concern_low"
        assert made.assurance.name == "fail"


# ---- errors that teach -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"rules": "nelson"}, "no rule set 'nelson'.*'weco' \\(Western Electric rules\\)"),
        ({"better": "up"}, "better is one of increase, decrease, neutral; 'up'"),
        ({"value": "falls"}, "no column 'falls'. The frame has month, value"),
        ({"freeze": 2}, "at least 3. You gave 2"),
        ({"rebase": [99]}, "new limits from 99.*from 0 to 11"),
        ({"rebase": [10]}, "at least 3 points with a figure"),
        ({"gaps": "fill"}, "break, skip"),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(how, match):
    with pytest.raises(ValueError, match=match):
        judged(range(12), **how)


# ---- dates -------------------------------------------------------------------------------------


def department() -> pd.DataFrame:
    frame = evidence.series("ae_attendances_ten_trusts").frame.query("org_code == 'RXC'")
    return frame.assign(month=pd.to_datetime(frame["month"]))


FORMS = {
    "dates of pandas": lambda at: at,
    "with a time zone": lambda at: at.dt.tz_localize("UTC"),
    "dates of Python": lambda at: at.dt.date,
    "periods": lambda at: at.dt.to_period("M"),
    "periods as objects": lambda at: at.dt.to_period("M").astype(object),
    **{
        how: lambda at, how=how: at.dt.strftime(how)
        for how in ("%Y-%m-%d", "%Y-%m", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%b-%y", "%b %Y",
                    "%d %B %Y", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00Z")
    },
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_dates_in_any_clear_form_are_put_in_order_and_gaps_are_seen(form):
    frame = department().sample(frac=1, random_state=1)
    frame["month"] = form(frame["month"])
    how = {"value": "over_4h", "size": "attendances", "per": 100, "better": "decrease"}
    made = chart_data(frame, **how)
    assert made.special.sum() == 32
    assert made.variation.why.startswith("The last point, March 2019,")
    gone = frame[~frame.index.isin(department().index[[10, 11, 12, 13]])]
    assert any(
        "points are missing: February 2017" in each for each in chart_data(gone, **how).warnings
    )


@pytest.mark.parametrize(
    ("cells", "match"),
    [
        (["01/02/2019", "02/02/2019", "03/02/2019"], "can be read with the day first or the month"),
        (["13/02/2019", "02/14/2019", "01/01/2019"], "cannot all be read in one order"),
        (["1/2/19", "2/2/19", "3/2/19"], "“1/2/19”, which we cannot read as a date for"),
        (["2019-02-28", "2019-02-30", "2019-03-01"], "“2019-02-30”, but there is no such day"),
        (["week 1", "week 2", "week 3"], "number them 1, 2, 3"),
        (["2019-01-01", None, "2019-03-01"], "the cell in row 2 is empty"),
        ([pd.Timestamp("2019-01-01"), "2019-02-01", 3], "mixes different kinds of cells"),
    ],
)
def test_dates_that_are_not_clear_are_refused_in_words(cells, match):
    with pytest.raises(ValueError, match=match):
        chart_data(pd.DataFrame({"month": cells, "value": [1, 2, 3]}), every=None)


def test_a_day_above_twelve_decides_the_order_of_the_column():
    days = pd.date_range("2019-03-01", periods=20)
    made = chart_data(
        pd.DataFrame({"day": days.strftime("%d/%m/%Y"), "value": range(20)}), at="day", every="D"
    )
    assert made.points["at"].tolist() == days.tolist()


@pytest.mark.parametrize(
    "given",
    ["2021-01-01", ["2021-01-01"], "Jan 2021", "01/01/2021", pd.Timestamp("2021-01-01"),
     datetime.date(2021, 1, 1)],
)  # fmt: skip
def test_new_limits_start_at_a_date_in_any_clear_form(given):
    made = chart_data(monthly([*[4, 6] * 6, *[14, 16] * 6]), rebase=given)
    assert made.points["segment"].tolist() == [0] * 12 + [1] * 12


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"rebase": "01/02/2021"}, "the day first or the month first"),
        ({"rebase": 5}, "rebase needs dates here"),
        ({"exclude": "2031-01-01"}, "leave out January 2031, but there is no point there"),
        ({"freeze": "2019-12-01"}, "before the first point, January 2020"),
        ({"freeze": 5.5}, "a whole number of points, or a date. You gave 5.5"),
        ({"freeze": True}, "a whole number of points"),
    ],
)
def test_a_date_that_does_not_fit_is_refused_in_words(how, match):
    with pytest.raises(ValueError, match=match):
        chart_data(monthly([4, 6] * 12), **how)


def test_a_whole_number_may_have_a_decimal_point():
    frame = monthly([4, 6] * 12)
    one, other = (chart_data(frame, freeze=each).points for each in (12, 12.0))
    pd.testing.assert_frame_equal(one, other)


# ---- many measures -----------------------------------------------------------------------------


def wards() -> pd.DataFrame:
    values = {"calm": [4, 6] * 6, "shock": [*[4, 6] * 5, 4, 30], "new": [1, 2]}
    parts = [
        pd.DataFrame({"ward": ward, "month": pd.date_range("2024-01-01", periods=len(v), freq="MS"),
                      "value": v}) for ward, v in values.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True).sample(frac=1, random_state=2)


def test_a_summary_has_a_row_for_each_measure_and_a_reason_where_there_is_no_chart():
    settings = {"calm": {"better": "increase", "target": 3}, "shock": {"target": np.nan}}
    table = summaries(wards(), by="ward", settings=settings, better="decrease").set_index("ward")
    assert set(table.index) == {"calm", "shock", "new"}
    assert table.loc["calm", ["variation", "assurance"]].tolist() == [
        "common cause",
        "met the target every month so far",
    ]
    assert table.loc["shock", "variation"] == "concern, high"
    assert table.loc["shock", ["points", "special", "value"]].tolist() == [12, 12, 30]
    assert table.loc["shock", "why"] == "it lies above the upper process limit"
    assert table.loc["new", "warnings"].startswith(
        "We did not draw this chart. To work out limits from"
    )
    assert table.loc["new", ["points", "value"]].isna().tolist() == [False, True]


def test_charts_names_the_measure_that_cannot_be_charted():
    with pytest.raises(ValueError, match="ward new: To work out limits from January 2024 on"):
        charts(wards(), by="ward")
    made = charts(wards().query("ward != 'new'"), by="ward")
    assert {name: int(each.special.sum()) for name, each in made.items()} == {
        "calm": 0,
        "shock": 12,  # the shock, and a shift of all before it
    }


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"by": "trust"}, "no column 'trust'. The frame has ward, month, value"),
        ({"by": "ward", "settings": {"cold": {}}}, "settings speak of cold; 'ward' has"),
    ],
)
def test_a_wrong_question_about_many_is_refused(how, match):
    with pytest.raises(ValueError, match=match):
        summaries(wards(), **how)


# ---- frames that are wrong ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ([1, np.inf, 2], "'value' is infinite in row 2.*dividing by zero"),
        ([1, "n/a", 2], "'value' holds “n/a”, which is not a number"),
        ([], "The table has no rows, so there is nothing to draw"),
    ],
)
def test_figures_that_are_none_are_refused_in_words(values, match):
    with pytest.raises(ValueError, match=match):
        chart_data(pd.DataFrame({"month": range(len(values)), "value": values}))


def test_a_wrong_frame_says_what_would_be_right():
    with pytest.raises(ValueError, match="1 appears twice"):
        chart_data(pd.DataFrame({"month": [1, 1, 2], "value": [1, 2, 3]}))
    weeks = pd.date_range("2024-01-01", periods=12, freq="W-MON")
    with pytest.raises(ValueError, match="calendar step"):
        chart_data(pd.DataFrame({"month": weeks, "value": range(12)}))
    frame = pd.DataFrame({"month": range(4), "value": [1, 2, 9, 1], "size": [5, 5, 5, 5]})
    with pytest.raises(ValueError, match="needs size"):
        chart_data(frame, chart="u")
    with pytest.raises(ValueError, match="cannot be larger than its size"):
        chart_data(frame, size="size", chart="p")
    with pytest.raises(ValueError, match="at least 3 points"):
        false_signals("mdc", 2)


def test_rule_sets_are_frozen():
    with pytest.raises(FrozenInstanceError):
        MAKING_DATA_COUNT.screen = False
    own = replace(
        MAKING_DATA_COUNT,
        rules=(OUTSIDE, Zone("pair", "one of two {% if up %}above{% endif %}", 2, 2, 1.5)),
    )
    assert judged([*[4, 6] * 8, 8.6, 8.6], rules=own, freeze=16).points["rule"].iloc[-1] == "pair"


# ---- what would be drawn wrong without a word ----------------------------------------------------

FIRSTS = pd.date_range("2022-11-01", periods=14, freq="MS")
STEADY = [4, 7, 5, 6] * 3 + [5, 6]


@pytest.mark.parametrize("form", ["%Y%m", "%Y%m%d"])
@pytest.mark.parametrize("kind", [int, str])
def test_compact_dates_are_dates_so_a_month_without_a_row_is_missing(form, kind):
    months = [kind(f"{day:{form}}") for day in FIRSTS]
    frame = pd.DataFrame({"month": months, "value": STEADY}).drop(index=3)
    points = chart_data(frame).points
    assert points["at"].tolist() == FIRSTS.tolist()
    assert points["kind"].tolist().index("missing") == 3


@pytest.mark.parametrize(
    ("changed", "how", "said"),
    [
        ({"value": pd.to_timedelta(STEADY, unit="min")}, {}, "lengths of time"),
        ({"value": FIRSTS}, {}, "holds dates"),
        ({"value": [0.1] * 14}, {"chart": "p", "size": "size"}, "counts, which are whole"),
        ({"value": [4.5] * 14}, {"chart": "u'", "size": "size"}, "You gave 4.5"),
        ({}, {"chart": "p", "size": "size", "target": 85}, "use per=100"),
        ({}, {"floor": 5}, "some values here are beyond 5"),
        ({}, {"ceiling": 6}, "some values here are beyond 6"),
    ],
)
def test_figures_that_are_not_what_the_chart_takes_them_for_are_refused(changed, how, said):
    frame = pd.DataFrame({"month": FIRSTS, "value": STEADY, "size": 40}).assign(**changed)
    with pytest.raises(ValueError, match=said):
        chart_data(frame, **how)


@pytest.mark.parametrize("how", [{}, {"chart": "p", "size": "size"}, {"rules": "anhoej"}])
def test_quarters_are_not_drawn_as_months_with_gaps_between_each_two(how):
    quarters = pd.date_range("2020-04-01", periods=14, freq="QS")
    frame = pd.DataFrame({"month": quarters, "value": STEADY, "size": 40})
    with pytest.raises(ValueError, match="every='QS'"):
        chart_data(frame, **how)
    assert len(chart_data(frame, every="QS", **how).points) == 14
