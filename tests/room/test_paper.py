"""The games as people play them with the printed rules, held against the models of the lessons."""

import numpy as np
import pytest

from tests.room import by_hand
from toolkit import evidence
from toolkit.lessons.l03_theory_of_constraints import labs
from toolkit.models import prudent
from toolkit.models.cases import reviews
from toolkit.room import paper
from toolkit.spc import deming

SLOW = {"case": 20, "glasses": 20, "forms": 80}
NUMBERS = [(game, name) for game in paper.GAMES for name in paper.ranges(game)]


@pytest.fixture(scope="module")
def played():
    """Many plays by the printed rules, with a seed that no range has seen."""
    rng = np.random.default_rng(20_261)
    return {
        name: [play(rng) for _ in range(SLOW.get(name, 200))]
        for name, play in by_hand.PLAYS.items()
    }


@pytest.mark.parametrize(("game", "name"), NUMBERS)
def test_numbers_of_the_printed_rules_fall_where_the_model_says(played, game, name):
    usual, own = paper.ranges(game)[name], np.array([play[name] for play in played[game]])
    inside = ((own >= usual.low) & (own <= usual.high)).mean()
    assert inside >= 0.8  # nine in ten, less what so few plays can miss
    assert abs(np.median(own) - usual.middle) <= 0.25 * (usual.high - usual.low)


@pytest.mark.parametrize("game", [name for name in paper.GAMES if name != "futures"])
def test_another_seed_of_the_model_says_nearly_the_same(game):
    one, other = paper.ranges(game), paper.plays(game, 99)
    for name, usual in one.items():
        low, high = np.percentile(other[name], [5, 95])
        close = 0.25 * (usual.high - usual.low)
        assert abs(low - usual.low) <= close
        assert abs(high - usual.high) <= close


@pytest.mark.parametrize("game", paper.GAMES)
def test_a_play_and_the_model_have_the_same_numbers(played, game):
    assert set(played[game][0]) == set(paper.plays(game))


def test_nobody_gets_more_patients_home_than_came_into_the_row(played):
    for play in played["dice"]:
        assert play["out"] + play["waiting"] <= paper.ROUNDS * 6
        assert 60 <= play["calm_out"] + play["calm_waiting"] <= 80


def test_there_are_enough_patients_for_nearly_every_table():
    rng = np.random.default_rng(5)
    entered = rng.choice(paper.DICE[""], (2_000, paper.ROUNDS)).sum(axis=1)
    assert (entered <= paper.counters_needed()).mean() > 0.98


def test_the_printed_box_is_demings():
    sheet = paper.bead_sheet()
    assert sheet.size == deming.BEADS
    assert sheet.sum() == deming.RED
    assert np.prod(paper.WINDOW) == deming.PADDLE


def test_one_rule_of_the_table_gains_most_and_the_other_leaves_the_smallest_gap():
    ways = paper.plays("tokens")
    assert paper.by_rule("good")[1] == pytest.approx(ways["own_gained"].max())
    assert paper.by_rule("need")[2] == pytest.approx(ways["own_gap"].min())


def test_steps_of_one_size_go_to_the_worse_off():
    ladders, hours = [paper.ladder(group) for group in paper.GROUPS], [0] * len(paper.GROUPS)
    for _ in range(paper.HOURS):
        now = [each[n] for each, n in zip(ladders, hours, strict=True)]
        steps = [each[n + 1] - each[n] for each, n in zip(ladders, hours, strict=True)]
        hours[min(range(len(hours)), key=lambda n: (-round(steps[n], 1), now[n]))] += 1
    assert paper.by_rule("good")[0] == tuple(hours)


@pytest.mark.parametrize(("game", "die"), [("", "1-6"), ("calm_", "3-4")])
def test_the_dice_of_the_pack_are_the_games_that_the_lesson_shows(game, die):
    shown = labs.dice(die=die, runs=200)
    usual = paper.ranges("dice")
    assert (usual[f"{game}out"].low, usual[f"{game}out"].high) == (shown.low, shown.high)
    assert paper.plays("dice")[f"{game}waiting"].mean() == shown.inside


def test_every_share_gives_out_all_hours_once():
    ways = paper.every_share()
    assert (ways.sum(axis=1) == paper.HOURS).all()
    assert len({tuple(way) for way in ways}) == len(ways)


@pytest.mark.parametrize("group", paper.GROUPS)
def test_a_ladder_is_the_health_of_the_lesson(group):
    steps = paper.ladder(group)
    hours = range(paper.HOURS + 1)
    known = [float(prudent.health([group], [x])[0]) for x in hours]
    assert steps == pytest.approx(known, abs=0.05)


def test_copied_settings_end_where_the_model_ends():
    ends = paper.START + np.cumsum([card.copied for card in paper.futures()])
    copy, _own = paper._both_futures()
    assert ends.tolist() == np.round(np.median(paper._by_quarter(copy.value), axis=0))[1:].tolist()


def test_each_quarter_has_its_rolls_from_worst_to_best():
    cards = paper.futures()
    assert len(cards) == paper.QUARTERS
    assert cards[0].low == cards[0].high
    for card in cards:
        for turns in (card.low, card.high):
            points = [turn.points for turn in turns]
            assert points == sorted(points)


def test_points_are_rounded_so_that_their_sum_is_right():
    assert paper._whole([0.4, 0.4, 0.4]) in ([1, 0, 0], [0, 1, 0], [0, 0, 1])
    assert paper._whole([-10.6, -10.4, -4.2]) == [-11, -10, -4]
    assert sum(paper._whole([0.5, 1.5, 2.5])) == round(4.5)


@pytest.mark.parametrize("name", reviews.NINE)
def test_every_quarter_of_a_case_tells_what_happened_in_it_and_no_ceiling(name):
    told = list(paper.events_of(name))
    assert [quarter for quarter, _ in told] == list(range(1, paper.QUARTERS + 1))
    events = evidence.case(name).events
    seen = [text for _, texts in told for text in texts]
    assert sorted(seen) == sorted(events.loc[events["kind"] != "ceiling", "text"])


@pytest.mark.parametrize("name", reviews.NINE)
def test_reviews_of_a_case_end_with_its_programme(name):
    found = paper.case_reviews(name)
    assert [each.month for each in found] == [
        month for month in reviews.reviews_of(evidence.case(name), 6) if month < reviews.MONTHS
    ]


def test_the_same_seed_plays_the_same():
    for game in ("dice", "beads", "funnel", "tokens", "futures"):
        one, two = (by_hand.PLAYS[game](np.random.default_rng(3)) for _ in range(2))
        assert one == two
