"""Lesson 04: what its labs and its published figures find."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l04_value import labs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("04"), Record(tmp_path / "my-record.json"))


@pytest.mark.parametrize(
    ("setting", "fall"),
    [
        ({}, 0),
        ({"then": "lent"}, 0),
        ({"then": "visits"}, 0),
        ({"then": "removed"}, 480),
        ({"then": "removed", "usable": 50}, 240),
        ({"freed": 0, "then": "removed"}, 0),
    ],
)
def test_only_what_is_no_longer_paid_for_lowers_the_bill(setting, fall):
    assert labs.clinic(**setting).fall == pytest.approx(fall)


def test_a_visit_costs_its_minutes():
    assert labs.clinic().each == pytest.approx((68, 60))


@pytest.mark.parametrize("then", ["idle", "visits", "lent", "removed"])
@pytest.mark.parametrize("freed", [1, 7, 10, 20])
def test_the_coins_on_the_stage_are_the_money_in_the_chart(this, then, freed):
    lab = this.play("clinic")
    figure = lab.draw({**lab.form.value, "then": then, "freed": freed})
    trace, found = figure.trace, labs.clinic(freed, then=then)
    nurses, lane = trace["lanes"]
    places = [place for place in ("used", "unused", then) if place in found.before]
    for tick, costs in ((0, found.before), (freed, found.after)):
        coins = [labs.COIN * len(queue) for queue in standing(lane, tick)]
        assert coins == pytest.approx([costs[place] for place in places], abs=labs.COIN)
        assert sum(coins) == sum(pool.cost for pool in labs.CLINIC.pools)
        assert f"{costs['bill']:,.0f}" in trace["said"][tick]
    spent, unused, *_ = (labs.COIN * len(queue) for queue in standing(nurses, freed))
    assert spent == pytest.approx(found.seen * (labs.VISIT["nurses"] - freed), abs=labs.COIN)
    minutes = next(pool.minutes for pool in labs.CLINIC.pools if pool.name == "nurses")
    idle = minutes - spent - (found.visits * freed if then in ("lent", "removed") else 0)
    assert unused == pytest.approx(idle, abs=labs.COIN)
    if freed in (0, 10, 20):
        assert (spent, unused) == pytest.approx((found.seen * (30 - freed), idle))
    assert trace["ticks"] == freed
    assert lab.draw({**lab.form.value, "freed": 0}).trace is None


@pytest.mark.parametrize(
    ("visits", "freed", "seen"), [(70, 10, 80), (80, 10, 80), (40, 10, 60), (70, 2, 75)]
)
def test_more_patients_are_seen_as_far_as_minutes_and_the_consultant_allow(visits, freed, seen):
    assert labs._quicker(freed, "visits", 100, visits)[1] == seen


def test_at_the_start_ratio_and_net_benefit_disagree_between_the_marks():
    below, above = (labs.buy(threshold=at) for at in (20_000, 30_000))
    for found in (below, above):
        assert found.icer == pytest.approx(24_000)
        assert found.each["usual"] > found.each["fuller"]
    assert (below.worth, above.worth) == ("not_worth", "worth")


def test_the_table_before_the_fuller_service_has_the_figures_of_the_lab(this):
    asked, found = this.words.predict["fuller"], labs.buy().table.set_index("buyer")
    assert all(f"£{each:,}" in asked.question for each in labs.THRESHOLDS)
    assert all(f"£{found['health'][buyer]:,.0f}" in asked.because for buyer in ("lower", "upper"))
    offers = labs.offers().table
    assert offers.loc["usual"].to_list() == [labs.USUAL.cost, 12 * labs.USUAL.effect]
    more = offers.diff().loc["fuller"].to_list()
    assert more == [this.play("buy").form.value["extra"], labs.buy().months]
    assert "two more months, which are a sixth of a year" in asked.because
    assert asked.note.startswith(f"It costs £{more[0]:,.0f} more for each patient")
    assert "two more months in full health" in asked.note
    assert labs.buy().months * 6 == labs.MONTHS
    plain = this.show("offers")._repr_mimebundle_()["text/plain"]
    assert all(each in plain for each in ("£2,000", "£6,000", "6 months", "8 months"))


@pytest.mark.parametrize("extra", [0, 2_000, 4_000, 8_000])
def test_where_gain_and_cost_weigh_the_same_neither_wins(extra):
    assert labs.buy(6 * extra, extra).worth == "even"


@pytest.mark.parametrize("threshold", [2_000, 20_000, 24_000, 26_000, 30_000, 40_000])
@pytest.mark.parametrize("extra", [200, 4_000, 8_000])
def test_the_patient_moves_when_the_extra_months_are_worth_more_than_they_cost(
    this, threshold, extra
):
    lab = this.play("buy")
    figure = lab.draw({**lab.form.value, "threshold": threshold, "extra": extra})
    trace, found = figure.trace, labs.buy(threshold, extra)
    money, patient = trace["lanes"]
    assert trace["ticks"] * trace["pace"] == threshold
    for tick, said in enumerate(trace["said"]):
        at = labs.buy(tick * labs.STEP, extra)
        where = [len(queue) for queue in standing(patient, tick)].index(1)
        assert where == (at.worth == "worth")
        coins = [labs.BUYER_COIN * len(queue) for queue in standing(money, tick)]
        assert coins == pytest.approx([extra, at.health], abs=labs.BUYER_COIN / 2)
        if tick:
            assert ("so you buy" in said) == (at.worth == "worth")
            assert ("so the patient stays" in said) == (at.worth == "not_worth")
    (drawn,) = (rows for name, rows in figure.data.items() if name == "paths")
    rises = drawn[drawn["series"] == "what it is worth"]
    assert rises["value"].iloc[-1] == pytest.approx(found.health)
    assert set(drawn.loc[drawn["series"] == "what it costs", "value"]) == {extra}


def test_the_two_buyers_stop_on_different_sides_of_the_cost(this):
    said = this.play("buy").figure.trace["said"]
    (one,) = (each for each in said if "Buyer 1 would pay no more" in each)
    (other,) = (each for each in said if "Buyer 2 would pay no more" in each)
    assert "stays in the usual service" in one
    assert "buy the fuller service" in other


def test_health_for_each_thousand_pounds_is_told_below_the_chart(this):
    found = labs.buy()
    assert found.each == {"usual": 3, "fuller": 1.3}
    words = this.play("buy").figure.description
    assert "the usual service brings 3.0 months" in words
    assert "the fuller service brings 1.3" in words


def test_the_chart_of_all_ways_says_how_often_each_service_comes_first(this):
    for tokens in ((2, 3), (10, 0), (0, 10)):
        lab, found = this.play("weigh"), labs.weigh(*tokens)
        figure = lab.draw({**lab.form.value, "tier1": tokens[0], "tier2": tokens[1]})
        drawn = figure.data["bars"]
        assert drawn["value"].to_list() == found.wins.to_list()
        yours = drawn.loc[drawn["series"].str.contains("yours"), "category"].to_list()
        assert yours == [f"Service {found.ranked.index[0].upper()}"]
        assert all(f"Service {each.upper()}" in figure.title for each in found.others)
        assert len(found.others) + len(found.leading) == len(labs.OUTCOMES)
    assert figure.trace["later"] == ["bars"]


@pytest.mark.parametrize("lab", ["clinic", "trap"])
def test_the_bars_grow_to_what_the_lab_found(this, lab):
    made = this.play(lab)
    frame = made.figure.data["bars"]
    assert frame["at"].max() == made.figure.trace["ticks"]
    ended = frame.groupby(["category", "series"], sort=False)["value"].last()
    if lab == "clinic":
        table = labs.clinic().table
        assert ended.round().to_list() == table.drop("bill").stack()[lambda n: n > 0].to_list()
    else:
        assert ended.to_list() == pytest.approx(list(labs.trap().amounts.values()))


def test_points_divide_by_hand_to_what_is_shown():
    for tier1 in range(labs.TOKENS + 1):
        for tier2 in range(labs.TOKENS + 1 - tier1):
            table = labs.priced(tier1, tier2).table
            assert (labs.priced(tier1, tier2).points == table["points"]).all()
            by_hand = 1_000 * table["points"] / table["cost"]
            assert table["each"].to_list() == by_hand.round(1).to_list()
    found = labs.weigh()
    assert found.wins.sum() == found.ways  # no first place is shared


def test_the_order_in_which_the_tokens_are_laid_makes_no_difference(this):
    laid = {"tier1": 2, "tier2": 3, "tier3": 5}
    for order in permutations(laid):
        trace = labs._lay({tier: laid[tier] for tier in order})
        assert trace.ended["leads"][-1] == "c"
    assert (
        "The order of the tokens makes no difference."
        in this.play("weigh").figure.trace["said"][-1]
    )


def test_shorter_visits_make_room_for_nobody(this):
    lab = this.play("clinic")
    for freed in (0, 1, 10, 20):
        found = labs.clinic(freed, then="visits")
        assert found.seen <= found.most_before == found.most == 80
        title = lab.draw({**lab.form.value, "then": "visits", "freed": freed}).title
        assert ("had room for 80 before the change" in title) == (found.seen > labs.VISITS)
    notebook = (ROOT / "notebooks" / "04-value.ipynb").read_text(encoding="utf-8")
    assert "room for 80 visits a week before, and it still has room for 80" in notebook


@pytest.mark.parametrize(
    ("tokens", "first", "for_money"),
    [((10, 0), "a", "a"), ((0, 10), "b", "b"), ((0, 0), "c", "c"), ((4, 3), "c", "a"),
     ((2, 3), "c", "b")],
)  # fmt: skip
def test_tokens_decide_who_comes_first(tokens, first, for_money):
    found = labs.weigh(*tokens)
    assert found.ranked.index[0] == first
    assert found.leading == [first]
    assert labs.priced(*tokens).first == for_money


@pytest.mark.parametrize("tokens", [(2, 3), (0, 0), (4, 3), (10, 0)])
def test_she_ends_where_a_thousand_pounds_bring_the_most_points(this, tokens):
    lab, found = this.play("priced"), labs.priced(*tokens)
    figure = lab.draw({**lab.form.value, "tier1": tokens[0], "tier2": tokens[1]})
    (lane,) = figure.trace["lanes"]
    where = [[len(queue) for queue in standing(lane, tick)].index(1) for tick in range(4)]
    names = list(labs.OUTCOMES.index)
    assert [names[at] for at in where] == [found.best] * 3 + [found.first]
    boards = [[float(texts[row].strip("£").replace(",", "")) for _board, texts in
               lane["shown"].values()] for row in range(3)]  # fmt: skip
    assert where[0] == max(range(3), key=boards[0].__getitem__)
    assert where[3] == max(range(3), key=boards[2].__getitem__)
    assert boards[1] == labs.COST.to_list()
    assert boards[2] == figure.data["bars"]["value"].to_list()
    assert ("You stay there" in figure.trace["said"][-1]) == (found.best == found.first)


def test_the_options_about_points_for_each_pound_have_the_figures_of_the_lab(this):
    asked, found = this.words.predict["priced"], labs.priced()
    lab = this.play("priced")
    assert (lab.form.value["tier1"], lab.form.value["tier2"]) == (2, 3)
    assert "two tokens on stairs, three on work and five on pain" in asked.question
    assert (found.best, found.first) == ("c", "b")
    assert asked.options == {
        name: f"Service {name.upper()}: {points:.0f} points for £{labs.COST[name]:,}"
        for name, points in found.points.items()
    }
    more = [100 * (each["c"] / each["b"] - 1) for each in (found.points, labs.COST)]
    assert all(f"{each:.0f}%" in asked.because for each in more)


@pytest.mark.parametrize("tokens", [(4, 3), (10, 10), (0, 0), (1, 9), (7, 8)])
def test_every_token_lies_once_and_she_goes_where_the_score_is_highest(this, tokens):
    lab = this.play("weigh")
    tier1, tier2 = tokens
    figure = lab.draw({**lab.form.value, "tier1": tier1, "tier2": tier2})
    trace = figure.trace
    found = labs.weigh(*tokens)
    laid, woman = trace["lanes"]
    assert sum(found.laid.values()) == labs.TOKENS == trace["ticks"]
    assert [len(queue) for queue in standing(laid, labs.TOKENS)] == [0, *found.laid.values()]
    for tick in range(labs.TOKENS + 1):
        assert len(standing(laid, tick)[0]) == labs.TOKENS - tick
        assert len(woman["places"]) == len(labs.OUTCOMES) + 1
        where = [len(queue) for queue in standing(woman, tick)].index(1)
        assert bool(where) == bool(tick)
        boards = [float(woman["shown"][n][1][tick - 1]) for n in range(1, 4)]  # held up by tick
        assert not tick or boards[where - 1] == max(boards)
    at = woman["places"][where]["name"].removeprefix("at ")
    assert at in figure.title
    assert found.short == (sum(tokens) > labs.TOKENS)


def test_each_service_is_best_at_another_kind_of_outcome_as_the_words_say(this):
    assert labs.OUTCOMES.idxmax().to_dict() == {"tier1": "a", "tier2": "b", "tier3": "c"}
    best = (
        "Service A does best for stairs, Service B for going back to work and Service C for pain."
    )
    assert best in this.words.predict["first"].because


@pytest.mark.parametrize(
    ("setting", "ratio", "net"),
    [({}, 5.6, -200), ({"threshold": 10_000}, 5.6, 100), ({"cost": 10, "outcome": 5}, -4.5, 200)],
)
def test_the_ratio_and_net_benefit_can_point_in_opposite_ways(setting, ratio, net):
    found = labs.trap(**setting)
    assert found.ratio == pytest.approx(ratio, abs=0.05)
    assert found.net == pytest.approx(net)


@pytest.mark.parametrize(
    "setting",
    [{}, {"cost": 10, "outcome": 5}, {"cost": 0, "outcome": -5}, {"cost": -30, "outcome": 30}],
)
def test_the_stage_draws_the_outcome_for_each_pound_and_that_of_a_patient(this, setting):
    lab, found = this.play("trap"), labs.trap(**setting)
    trace = lab.draw({**lab.form.value, **setting}).trace
    each, days = trace["lanes"]
    before, after = (len(queue) for queue in standing(each, trace["ticks"]))
    assert [labs.SHEET * before, labs.SHEET * after] == pytest.approx(found.each, abs=5)
    assert found.each[1] / found.each[0] == pytest.approx(1 + found.ratio / 100)
    kept, *other = (len(queue) for queue in standing(days, trace["ticks"]))
    assert kept + (other[0] if found.gain > 0 else 0) == round(
        labs.YEAR * found.after.effect / labs.SHEET
    )
    for tick, service in ((0, found.before), (-1, found.after)):
        assert f"costs £{service.cost:,.0f} and gains" in trace["said"][tick]
        assert f"brings about {round(found.each[tick], -1):,.0f} days" in trace["said"][tick]


def test_each_sum_brings_more_and_each_patient_gains_less(this):
    each, days = this.play("trap").figure.trace["lanes"]
    heaps = [[len(queue) for queue in standing(lane, 10)] for lane in (each, days)]
    assert heaps == [[55, 58], [21, 1]]
    assert days["lens"] == {0: ["form"], 1: []}
    whole, lost = standing(days, 0)[0], standing(days, 10)[1]
    assert set(lost) < set(whole)  # the lost days come out of the patient's own heap


def test_a_ratio_that_stays_the_same_is_told_alike_before_and_after(this):
    lab = this.play("trap")
    for change in (-30, 30):
        before, after = labs.trap(change, change).each
        assert before == after
        said = lab.draw({**lab.form.value, "cost": change, "outcome": change}).title
        assert said.startswith("The outcome for each pound stays the same")


def test_the_total_rises_more_than_each_score_for_care_as_the_question_says():
    bands = evidence.series("hvbp_cost_bands").frame.set_index("cost_score_band")
    rise = bands[labs.SCORES].iloc[-1] - bands[labs.SCORES].iloc[0]
    *care, total = rise
    assert max(care) < total
    assert (rise > 0).to_list() == [False, True, True, True]  # as the answers say
    figure = labs.hospitals()
    assert (figure.bands[-1], figure.bands[0]) == ("61-100", "0")


def test_published_scores_are_told_with_their_caveat(this):
    figure = this.labs["hospitals"](this)
    assert "2,628 hospitals" in figure.description
    assert evidence.series("hvbp_cost_bands").caveat in figure.description


def test_words_about_scores_follow_the_data(this, monkeypatch):
    real = evidence.series
    before = this.labs["hospitals"](this)

    def doubled(name):
        held = real(name)
        numbers = held.frame.select_dtypes("float").columns
        return replace(held, frame=held.frame.assign(**held.frame[numbers] * 2))

    monkeypatch.setattr(evidence, "series", doubled)
    after = this.labs["hospitals"](this)
    assert before.title != after.title
    assert before.description != after.description


def test_the_claim_stands_in_its_own_words(this):
    text = this.claims()._repr_mimebundle_()["text/plain"]
    wording = evidence.claims().frame.set_index("id").loc["S15", "wording"]
    assert wording in text
