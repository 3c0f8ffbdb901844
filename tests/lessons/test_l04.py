"""Lesson 04: what its labs and its published figures find."""

from __future__ import annotations

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
        ({"then": "removed"}, 400),
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
    (lane,) = trace["lanes"]
    places = [place for place in ("used", "unused", then) if place in found.before]
    for tick, costs in ((0, found.before), (freed, found.after)):
        coins = [labs.BILL_COIN * len(queue) for queue in standing(lane, tick)]
        exact = 0 if then != "visits" else labs.BILL_COIN
        assert coins == pytest.approx([costs[place] for place in places], abs=exact or 1e-6)
        assert sum(coins) == sum(pool.cost for pool in labs.CLINIC.pools)
        assert f"{costs['bill']:,.0f}" in trace["said"][tick]
    assert trace["ticks"] == freed
    assert lab.draw({**lab.form.value, "freed": 0}).trace is None


@pytest.mark.parametrize(
    ("visits", "freed", "seen"),
    [(70, 10, 80), (80, 10, 80), (40, 10, 60), (70, 2, 75), (50, 10, 75)],
)
def test_more_patients_are_seen_as_far_as_minutes_and_the_consultant_allow(visits, freed, seen):
    assert labs._quicker(freed, "visits", visits)[1] == seen


def test_at_the_start_ratio_and_net_benefit_disagree_between_the_marks():
    below, above = (labs.buy(threshold=at) for at in (20_000, 30_000))
    for found in (below, above):
        assert found.icer == pytest.approx(26_000)
        assert found.each["usual"] > found.each["fuller"]
    assert (below.worth, above.worth) == ("not_worth", "worth")


def test_the_prediction_about_the_fuller_service_has_the_figures_of_the_lab(this):
    asked, found = this.words.predict["fuller"], labs.buy()
    told = found.table.set_index("buyer")
    assert all(f"£{each:,}" in asked.question for each in labs.THRESHOLDS)
    assert all(f"£{told['health'][buyer]:,.0f}" in asked.because for buyer in ("lower", "upper"))
    assert f"costs £{labs.USUAL.cost:,} and brings {found.usual_weeks} weeks" in asked.note
    assert f"costs £{found.extra:,} more and brings {found.weeks} more weeks" in asked.note
    assert f"the {found.weeks} extra weeks" in asked.because
    assert found.weeks * 4 == labs.WEEKS  # a quarter of a year
    assert found.usual_weeks + found.weeks == found.fuller_weeks


def test_where_gain_and_cost_weigh_the_same_neither_wins():
    assert labs.buy(26_000).worth == "even"


def test_rings_stand_on_the_line_that_has_reached_them():
    for threshold, names in (
        (10_000, []),
        (24_000, ["lower"]),
        (26_000, ["lower", "turns"]),
        (36_000, ["lower", "upper", "turns"]),
    ):
        points = labs.buy(threshold).marks
        assert points["text"].to_list() == names
        assert points["value"].to_list() == pytest.approx(list(points["at"] / 4))
    ring = labs.buy().marks.set_index("text").loc["turns"]
    assert (ring["at"], ring["value"]) == pytest.approx((26_000, labs.MORE_COST))


@pytest.mark.parametrize("threshold", [2_000, 20_000, 26_000, 28_000, 30_000, 36_000])
def test_the_patient_moves_when_the_extra_months_are_worth_more_than_they_cost(this, threshold):
    lab = this.play("buy")
    figure = lab.draw({**lab.form.value, "threshold": threshold})
    trace, found = figure.trace, labs.buy(threshold)
    money, patient = trace["lanes"]
    assert trace["ticks"] * trace["pace"] == threshold
    for tick, said in enumerate(trace["said"]):
        at = labs.buy(tick * labs.STEP)
        where = [len(queue) for queue in standing(patient, tick)].index(1)
        assert where == (at.worth == "worth")
        coins = [labs.COIN * len(queue) for queue in standing(money, tick)]
        assert coins == pytest.approx([labs.MORE_COST, at.health])
        if tick:
            assert ("so you buy" in said) == (at.worth == "worth")
            assert ("so you keep" in said) == (at.worth == "not_worth")
    (drawn,) = (rows for name, rows in figure.data.items() if name == "paths")
    rises = drawn[drawn["series"] == "what they are worth"]
    assert rises["value"].iloc[-1] == pytest.approx(found.health)
    assert set(drawn.loc[drawn["series"] == "what they cost", "value"]) == {labs.MORE_COST}


def test_the_two_buyers_stop_on_different_sides_of_the_cost(this):
    said = this.play("buy").figure.trace["said"]
    (one,) = (each for each in said if "(buyer 1)" in each)
    (other,) = (each for each in said if "(buyer 2)" in each)
    assert "you keep the usual service" in one
    assert "buy the fuller service" in other


def test_health_for_each_thousand_pounds_is_told_below_the_chart(this):
    found = labs.buy()
    assert found.each == {"usual": 13, "fuller": 4.6}
    words = this.play("buy").figure.description
    assert "the usual service brings 13 weeks" in words
    assert "the fuller service brings 4.6" in words


def test_the_chart_of_all_ways_says_how_often_each_service_comes_first(this):
    for tokens in ((2, 3), (10, 0), (0, 10)):
        lab, found = this.play("weigh"), labs.weigh(*tokens)
        figure = lab.draw({**lab.form.value, "tier1": tokens[0], "tier2": tokens[1]})
        drawn = figure.data["bars"]
        assert drawn["value"].to_list() == found.wins.to_list()
        yours = drawn.loc[drawn["series"].str.contains("yours"), "category"].to_list()
        assert yours == [f"Service {each.upper()}" for each in found.leading]
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
    assert found.leading == [first]
    assert labs.priced(*tokens).first == for_money


@pytest.mark.parametrize("tokens", [(2, 3), (0, 0), (4, 3), (10, 0)])
def test_she_ends_where_a_thousand_pounds_bring_the_most_points(this, tokens):
    lab, found = this.play("priced"), labs.priced(*tokens)
    figure = lab.draw({**lab.form.value, "tier1": tokens[0], "tier2": tokens[1]})
    cost, lane = figure.trace["lanes"]
    where = [[len(queue) for queue in standing(lane, tick)].index(1) for tick in range(4)]
    names = list(labs.OUTCOMES.index)
    assert [names[at] for at in where] == [found.best] * 3 + [found.first]
    boards = [[float(texts[row]) for _board, texts in lane["shown"].values()] for row in range(3)]
    assert where[0] == max(range(3), key=boards[0].__getitem__)
    assert where[3] == max(range(3), key=boards[2].__getitem__)
    coins = [labs.KNEE_COIN * len(queue) for queue in standing(cost, 2)]
    assert coins == labs.COST.to_list()
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
        here = [len(queue) for queue in standing(woman, tick)]
        assert sum(here) == bool(tick)
        boards = [float(texts[tick - 1]) for _board, texts in woman["shown"].values()]
        assert not tick or boards[here.index(1)] == max(boards)
    at = woman["places"][here.index(1)]["name"].removeprefix("at ")
    assert at in figure.title
    assert found.short == (sum(tokens) > labs.TOKENS)


def test_each_service_is_best_at_another_kind_of_outcome_as_the_words_say(this):
    assert labs.OUTCOMES.idxmax().to_dict() == {"tier1": "a", "tier2": "b", "tier3": "c"}
    best = "Service A does best for stairs, Service B for work and Service C for pain."
    assert best in this.words.predict["first"].because


@pytest.mark.parametrize(
    ("setting", "ratio", "net"),
    [({}, 5.6, -500), ({"threshold": 10_000}, 5.6, 115), ({"cost": 10, "outcome": 5}, -4.5, 500)],
)
def test_the_ratio_and_net_benefit_can_point_in_opposite_ways(setting, ratio, net):
    found = labs.trap(**setting)
    assert found.ratio == pytest.approx(ratio, abs=0.05)
    assert found.net == pytest.approx(net, abs=0.5)


@pytest.mark.parametrize(
    "setting",
    [{}, {"cost": 10, "outcome": 5}, {"cost": 0, "outcome": -5}, {"cost": -30, "outcome": 30}],
)
def test_the_stage_draws_what_a_patient_costs_and_gains(this, setting):
    lab, found = this.play("trap"), labs.trap(**setting)
    trace = lab.draw({**lab.form.value, **setting}).trace
    money, weeks = trace["lanes"]
    for tick, service in ((0, found.before), (trace["ticks"], found.after)):
        paid, *other = (labs.COIN * len(queue) for queue in standing(money, tick))
        assert paid + (sum(other) if found.extra > 0 else 0) == pytest.approx(service.cost)
        kept, *other = (len(queue) for queue in standing(weeks, tick))
        assert kept + (sum(other) if found.gain > 0 else 0) == pytest.approx(52 * service.effect)
        assert (
            f"costs £{service.cost:,.0f} and gains {52 * service.effect:.0f}" in trace["said"][tick]
        )
    assert found.each[1] / found.each[0] == pytest.approx(1 + found.ratio / 100, abs=0.01)


def test_the_money_saved_and_the_weeks_lost_come_out_of_the_patients_own_heaps(this):
    money, weeks = (lane for lane in this.play("trap").figure.trace["lanes"])
    assert [[len(queue) for queue in standing(lane, 3)] for lane in (money, weeks)] == [
        [18, 2],
        [38, 2],
    ]
    assert weeks["lens"] == {0: ["bead"], 1: []}
    assert set(standing(weeks, 3)[1]) < set(standing(weeks, 0)[0])


def test_the_answer_turns_at_the_worth_that_is_told(this):
    found = labs.trap()
    assert labs.trap(threshold=round(found.icer)).net == pytest.approx(0, abs=1e-6)
    assert f"At £{found.icer:,.0f} for a year" in this.play("trap").figure.description


def test_a_ratio_that_stays_the_same_is_told_alike_before_and_after(this):
    lab = this.play("trap")
    for change in (-30, 30):
        before, after = labs.trap(change, change).each
        assert before == after
        said = lab.draw({**lab.form.value, "cost": change, "outcome": change}).title
        assert said.startswith("The outcome for each pound stays the same")


def test_the_claim_stands_in_its_own_words(this):
    text = this.claims()._repr_mimebundle_()["text/plain"]
    wording = evidence.claims().frame.set_index("id").loc["S15", "wording"]
    assert wording in text
