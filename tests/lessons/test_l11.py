"""Lesson 11: what its labs and its published figures say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from toolkit import evidence
from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l11_point_or_system import labs, worked
from toolkit.models.wards import Hospital, Investment, play_hospital


@pytest.fixture
def this(tmp_path) -> Lesson:
    return Lesson(words_of("11"), Record(tmp_path / "my-record.json"))


@pytest.mark.parametrize("who", ["front door", "diagnostics", "wards"])
def test_with_a_narrow_exit_only_the_community_shortens_the_wait(who):
    before, after = labs.whole(who).wait
    assert abs(after - before) < 0.1 * before
    _, wider = labs.whole("community").wait
    assert wider < 0.3 * before
    assert not labs.whole("front door").dips


def test_with_a_wider_exit_the_wards_help():
    before, after = labs.whole(places=6).wait
    assert after < 0.6 * before


def wait_of(stays):
    return {when: float(stay.journey[labs.WAIT].mean()) for when, stay in stays.items()}


def like_many(seed: int, places: int) -> bool:
    """Say whether one run tells what many tell, by the rule beside `labs.ONE`."""
    many = wait_of(labs.both_ways(places, "wards", 0.2, 200))
    stays = labs.both_ways(places, "wards", 0.2, 1, seed)
    one = wait_of(stays)
    if any(abs(one[when] - many[when]) > max(0.2 * many[when], 0.4) for when in one):
        return False
    if places != 5:
        return True
    gain = labs.filling(stays["after"])[0] / labs.filling(stays["before"])[0]
    last = [labs.on_trolley(stay)[0, -7:].mean() for stay in stays.values()]
    before = labs.waits(stays["before"])[0]
    return (
        0.5 <= gain <= 0.8
        and (abs(before / before.mean() - 1) < 0.4).all()
        and days_of(stays) == days_of(labs.both_ways(places, "wards", 0.2, 200))
        and abs(last[1] / last[0] - 1) < 0.15
    )


def days_of(stays):
    return [round(float(stay.for_care.mean()) / 24) for stay in stays.values()]


@pytest.mark.parametrize("places", [5, 6])
def test_the_one_run_is_like_many_and_the_seeds_before_it_are_not(places):
    seed = labs.ONE[places]
    assert like_many(seed, places)
    before = (*range(1, 11), *range(seed - 10, seed))
    assert not all(like_many(each, places) for each in before)


def test_the_lines_show_less_wait_for_some_weeks_and_then_as_much_as_without():
    found = labs.whole()
    assert found.alike
    assert found.dips
    rows = found.chart.pivot_table(index="at", columns="series", values="value")
    before, after = rows["before"].dropna(), rows["after"].dropna()
    assert (before[: labs.CHANGE] == after[: labs.CHANGE]).all()
    assert (before / before.mean() - 1).abs().max() < 0.05  # the other hospital stands as it stood
    weeks = slice(labs.CHANGE + 10, labs.CHANGE + 35)
    assert (after[weeks] < 0.92 * before[weeks]).all()
    assert after.min() < 0.8 * before.min()
    assert (after[75:] / before[75:] - 1).abs().max() < 0.02
    assert [before[labs.SEEN], after[labs.SEEN]] == pytest.approx(found.wait)


def test_on_the_stage_fewer_people_are_on_a_trolley_while_the_beds_fill():
    stays = labs.both_ways(5, "wards", 0.2, 1)
    assert labs.filling(stays["after"])[0] < 0.8 * labs.filling(stays["before"])[0]


def test_quicker_wards_make_people_wait_about_two_days_longer_for_care(this):
    many = labs.whole().still
    assert many["after"] - many["before"] == pytest.approx(2, abs=0.5)
    assert [round(many[when]) for when in many] == [7, 9]
    assert days_of(labs.both_ways(5, "wards", 0.2, 1)) == [7, 9]
    assert labs.whole(places=8).still["after"] < 1
    *_, last = this.play("whole").figure.trace["said"]
    assert "Without the change, 37 people wait in bed for care at home." in last
    assert "waits 7 days. With it, it is 44 people and 9 days." in last
    assert "Day 90 of 90 in one of 200 such hospitals." in last
    lying = labs.whole().lying
    assert lying["after"] == pytest.approx(lying["before"], rel=0.1)
    assert f"{lying['before']:.0f} people lie on a trolley without the change and" in last
    assert f"and {lying['after']:.0f} with it." in last


def test_the_way_to_see_both_hospitals_is_called_as_the_menu_calls_it(this):
    lab, because = this.play("whole"), this.words.predict["sooner"].because
    labels = dict(next(each["options"] for each in lab.form.fields if each["name"] == "who"))
    assert f"“{labels['community']}”" in because
    figure = lab.draw({**lab.form.value, "who": "community"})
    assert len(figure.trace["lanes"]) == 2
    before, after = labs.whole("community").wait
    assert (round(before), round(after)) == (8, 2)


@pytest.mark.parametrize("places", [5, 6, 8])
def test_the_sum_of_the_people_of_a_day_comes_out(places):
    found = labs.whole(places=places)
    for when, stay in labs.both_ways(places, "wards", 0.2, 200).items():
        flow = found.flow[when]
        assert flow["came"] == flow["sent"] + flow["care"] + flow["home"] == 20
        assert flow["bed"] == flow["care"] + flow["home"]
        assert flow["sent"] == pytest.approx(found.table.loc["sent_on", when], abs=0.6)
        assert flow["bed"] == pytest.approx(found.table.loc["served", when], abs=0.6)
        assert flow["care"] == pytest.approx(24 * stay.out[:, stay.settled :].mean(), abs=0.6)


def test_of_those_who_come_about_three_a_day_are_sent_elsewhere_as_the_answer_says(this):
    found, hospital = labs.whole(), Hospital()
    assert (hospital.care, found.need, hospital.places) == (0.3, 6, 5)
    assert found.flow["before"] == found.flow["after"]
    assert found.flow["after"] == {"came": 20, "sent": 3, "bed": 17, "care": 5, "home": 12}
    assert found.table.loc["sent_on", "before"] == round(labs.board().chart["now"].iloc[-1], 1)
    assert "3 are sent elsewhere and 17 get a bed" in this.play("whole").figure.description


def test_nobody_improving_changes_nothing():
    found = labs.whole("nobody")
    assert (found.table["before"] == found.table["after"]).all()
    assert set(found.moved.values()) == {0}


@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"who": "front door", "places": 6},
        {"who": "community", "places": 8},
        {"who": "nobody"},
    ],
)
def test_the_stage_shows_where_the_model_counts_people_at_each_midnight(setting, this):
    lab = this.play("whole")
    staged = lab.draw({**lab.form.value, **setting}).trace
    known = labs.whole(**setting).trace.ended
    hospital = Hospital(places=setting.get("places", 5))
    changed = hospital.improve(setting.get("who", "wards"), 0.2)
    played = [hospital, changed] if changed != hospital else [hospital]
    assert staged["ticks"] == labs.SEEN
    assert len(staged["lanes"]) == len(played)
    for n, (lane, each) in enumerate(zip(staged["lanes"], played, strict=True)):
        stay = play_hospital(
            hospital,
            1,
            labs.ONE.get(hospital.places, labs.ONE[5]),
            20,
            110,
            warm=True,
            then=(labs.BEFORE + labs.CHANGE, each),
        )
        ends = slice(24 * labs.BEFORE - 1, None, 24)
        wanted = np.array(
            [
                [0, *each_day(stay.came - stay.let_in)],
                stay.assessing[0, ends],
                stay.waiting[0, ends],
                (stay.in_bed - stay.ready)[0, ends],
                stay.ready[0, ends],
                [0, *each_day(stay.left - stay.out)],
                [0, *each_day(stay.out)],
            ]
        )
        there = [[len(queue) for queue in standing(lane, tick)] for tick in range(91)]
        assert there == wanted.T.tolist()
        assert [then[n] for then in known["trolley"]] == wanted[2].tolist()
        assert [then[n] for then in known["fit"]] == wanted[4].tolist()
        for tick in range(91):
            *_rest, still, home, care = standing(lane, tick)
            assert {lane["looks"][one] for one in still + care} <= {"need"}
            assert {lane["looks"][one] for one in home} <= {"person"}


def test_over_the_days_on_the_stage_as_many_people_come_as_leave_and_are_sent_elsewhere(this):
    for lane in this.play("whole").figure.trace["lanes"]:
        there = [[len(queue) for queue in standing(lane, tick)] for tick in range(91)]
        gone = sum(there[tick][place] for tick in range(91) for place in (0, 5, 6))
        inside = [sum(there[tick][1:5]) for tick in (0, 90)]
        came = labs.both_ways(5, "wards", 0.2, 1)["before"].came[0, 24 * labs.BEFORE :].sum()
        assert came == gone + inside[1] - inside[0]
        assert gone / 90 == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize("who", ["wards", "nobody"])
def test_the_lines_grow_with_the_days_of_the_stage(who, this):
    lab = this.play("whole")
    figure = lab.draw({**lab.form.value, "who": who})
    assert figure.trace["grows"] == ["without", "with", "the change"]
    rows = figure.data["paths"]
    marked = {"the change"} if who != "nobody" else set()
    assert set(rows["series"]) - marked == set(figure.trace["grows"][: len(figure.trace["lanes"])])
    assert rows["at"].max() == figure.trace["ticks"]


@pytest.mark.parametrize(
    ("setting", "title"),
    [
        ({"who": "nobody"}, "Without a change, people wait 8 hours for a bed"),
        ({}, "With quicker wards, people waited less for some weeks. "
         "In the end it was 8 hours, as without the change"),
        ({"who": "front door"},
         "With a quicker front door, people wait 8.7 hours for a bed instead of 8.2 hours"),
        ({"who": "diagnostics"},
         "With quicker diagnostics, people still wait 8 hours for a bed"),
        ({"places": 6}, "With quicker wards, people wait 0.7 hours for a bed instead of 1.4 hours"),
        ({"places": 8}, "People hardly wait for a bed, with or without quicker wards"),
        ({"who": "community"},
         "With more places in the community, people wait 2 hours for a bed instead of 8 hours"),
    ],
)  # fmt: skip
def test_the_title_says_in_one_sentence_how_long_people_wait(setting, title, this):
    lab = this.play("whole")
    assert lab.draw({**lab.form.value, **setting}).title == title


def each_day(hourly):
    return hourly[0, 24 * labs.BEFORE :].reshape(-1, 24).sum(axis=1)


def test_what_the_stage_plays_stays_small_enough(this):
    assert len(json.dumps(this.play("whole").figure.trace)) < 325_000


def verdicts() -> dict[str, list[str]]:
    """Return the colour of each measure on the scoreboard, as it is and with quicker wards."""
    rows = labs.board("wards").table.set_index("row")[["before", "after"]]
    return {who: [colour for _value, colour in row] for who, row in rows.T.items()}


def test_all_departments_are_green_and_the_whole_is_red():
    colours = verdicts()
    for who in ("front door", "diagnostics", "wards", "community"):
        assert colours[who] == ["green", "green"]
    for who in ("at_door", "ready", "sent_on"):
        assert colours[who] == ["red", "red"]
    met = labs.board().met
    assert met["before"] == met["after"] == [4, 0]  # before anybody improves, as the question says


def test_a_needle_points_to_the_side_of_its_mark_that_is_said(this):
    lab = this.play("board")
    for setting in ({}, {"who": "wards"}, {"places": 7}):
        figure = lab.draw({**lab.form.value, **setting})
        rows = dict(list(figure.data["dials"].groupby("kind")))
        turn = {kind: np.arctan2(rows[kind]["y2"], rows[kind]["x2"]) for kind in ("now", "mark")}
        right = turn["now"].to_numpy() < turn["mark"].to_numpy()
        goals = rows["goal"]["text"]
        more = goals.str.contains("or more").to_numpy()
        met = goals.str.endswith(": met").to_numpy()
        assert ((right == more) == met).all()
        was = len(rows.get("was", ()))
        assert was == (2 if setting.get("who") else 0)  # the wards’ own, and the wait for care


def test_a_mark_can_be_missed(monkeypatch):
    monkeypatch.setitem(labs.TARGETS, "wards", ("≤", 80, 192))
    assert verdicts()["wards"] == ["red", "green"]


def test_a_bigger_ward_can_be_fuller():
    limits = [labs.full(beds).limits for beds in (12, 30, 60, 120)]
    one, halves = zip(*limits, strict=True)
    assert list(one) == sorted(set(one))
    assert one[1] == halves[2] == pytest.approx(76, abs=0.5)  # two of 30 are like one of 30
    assert all(whole > half for whole, half in limits)


def test_more_runs_tell_how_far_they_differ(this):
    lab = this.play("full")
    assert "In nine runs out of ten" in lab.figure.description
    assert "In nine runs out of ten" not in lab.draw({**lab.form.value, "runs": "1"}).description


def test_many_runs_stand_where_the_ward_is_planned_and_near_the_line():
    found = labs.full()
    assert found.found == pytest.approx(85, abs=0.5)
    assert found.late == pytest.approx(found.by_formula[0], abs=2)


def test_the_title_of_the_ward_follows_its_controls(this):
    lab = this.play("full")
    even, uneven = (lab.draw({**lab.form.value, "swing": swing}) for swing in (0, 50))
    assert "76% full. In your ward, 85% full, 28 people in 100 wait" in even.title
    assert even.title != uneven.title
    assert even.datasets["marks"][0]["text"] == "28%"


def test_the_title_of_the_agreement_answers_the_prediction_and_then_the_task(this):
    lab = this.play("shared")
    assert f"if it hands over {Investment().hands_over()}% of its gain" in lab.figure.title
    half = lab.draw({**lab.form.value, "bill": 50})
    assert "both together have the most left over, £239k a year, if it hands over 50%" in half.title


@pytest.mark.parametrize("bill", [0, 20, 50, 80])
def test_the_coins_on_the_stage_are_what_the_agreement_brings(this, bill):
    lab, deal = this.play("shared"), Investment()
    figure = lab.draw({**lab.form.value, "bill": bill})
    trace, found = figure.trace, labs.shared(bill)
    pile, year = trace["lanes"]
    kept = found.chart[found.chart["series"] == "hospital"].set_index("at")["value"]
    for tick in range(trace["ticks"] + 1):
        over = labs.STEP * tick
        in_pounds = [trace["each"] * len(queue) for queue in standing(pile, tick)]
        assert in_pounds == [100 - over, over]
        split = deal.split(over / 100, bill / 100)
        coins = [labs.COIN * len(queue) for queue in standing(year, tick)]
        unsaved, hospital, community, spent, *lost = coins
        money = deal.most - split.saved, max(split.hospital, 0), split.community, split.spend
        assert [unsaved, hospital, community, spent] == pytest.approx(money, abs=labs.COIN / 2)
        assert sum(lost) == pytest.approx(max(-split.hospital, 0), abs=labs.COIN / 2)
        assert kept[over] == pytest.approx(split.hospital)
    assert trace["each"] == labs.COIN  # what stands under both heaps is pounds
    assert trace["ticks"] * trace["pace"] == 100 == figure.data["paths"]["at"].max()


def test_the_heap_of_the_hospital_is_highest_where_the_prediction_ends(this):
    trace = this.play("shared").figure.trace
    heaps = [len(standing(trace["lanes"][1], tick)[1]) for tick in range(21)]
    assert heaps.count(max(heaps)) == 1
    assert labs.STEP * heaps.index(max(heaps)) == Investment().hands_over()
    assert f"The hospital keeps £{labs.shared().here.hospital:.0f}k" in trace["said"][9]
    assert trace["turns"] == [9]
    assert "It kept the most when it handed over £45." in trace["said"][-1]


@pytest.mark.parametrize("bill", [20, 50, 80])
def test_both_together_have_the_most_where_bill_and_gain_are_shared_alike(bill):
    found = labs.shared(bill)
    assert found.together_at == 100 - bill
    assert found.together.whole == pytest.approx(found.best.whole)
    assert found.here.whole < found.best.whole
    assert 0 < found.hands_over < found.together_at < found.lost


def test_the_offers_of_the_question_do_what_its_answer_says(this):
    asked, deal = this.words.predict["handover"], Investment()
    assert tuple(asked.options) == labs.OFFERS
    assert [asked.options[at] for at in labs.OFFERS] == [f"£{at}" for at in labs.OFFERS]
    assert labs.most_is_kept() == str(deal.hands_over()) == "45"
    saved = 1_000 * np.diff([deal.saved(spend) for spend in (0, 0.1, 0.2)])
    assert round(saved[0]) == 500
    assert 0.95 * saved[0] < saved[1] < saved[0]
    assert round(0.1 * saved[0]) == 50 < 100
    assert deal.chosen(0.1) == 0
    most = deal.split(0.9)
    assert most.spend > 0
    assert most.hospital == pytest.approx(0.1 * most.saved)
    assert "first £100 for care at home, and your hospital saves £500" in asked.question
    drawn = labs.shared(handover="90").chart
    assert set(drawn.loc[drawn["series"] == "prediction", "at"]) == {90}


def test_the_first_pound_saves_five():
    deal = Investment()
    saved = [deal.saved(spend) for spend in (0.001, 1, 2)]
    assert saved[0] / 0.001 == pytest.approx(5, abs=0.01)
    assert saved[2] - saved[1] < saved[1] < 5


def test_an_agreement_brings_what_is_best_only_if_bill_and_gain_are_shared_alike():
    deal = Investment()
    best = deal.best().spend
    for share in (0.2, 0.5, 0.8):
        assert deal.split(share, 1 - share).spend == pytest.approx(best)
    assert 0 < deal.split(0.5, 0).spend < best
    assert deal.split(0.5, 0.8).spend > best


def test_the_hospital_has_nothing_at_both_ends_and_most_between():
    none, some, everything = (Investment().split(share) for share in (0, 0.45, 1))
    assert none.spend == 0
    assert none.hospital == pytest.approx(0)
    assert everything.hospital == pytest.approx(0)
    assert some.hospital > 0


def test_a_bigger_ward_of_the_exercise_can_use_more_of_its_beds():
    used = worked.sizes().used
    shares = [inside / beds for beds, inside in used.items()]
    assert shares == sorted(set(shares))


@pytest.mark.parametrize(("most", "share"), [(500, 45), (100, 0)])
def test_what_the_hospital_alone_would_hand_over(most, share):
    assert Investment(most=most).hands_over() == share


def test_full_beds_and_four_hours_as_published(this):
    figure = this.labs["quarters"](this)
    assert "From Jan–Mar 2011 to Jan–Mar 2019, a smaller share of people" in figure.title
    for said in (
        "of the 33 quarters is −0.86,",
        "from a year before is −0.69.",
        "from 108,890 to 103,021",
    ):
        assert said in figure.description
    held = evidence.series("england_occupancy_four_hour_quarterly")
    assert held.caveat in figure.description


def test_the_words_follow_the_quarters(this, monkeypatch):
    real = evidence.series

    def mixed(name):
        held = real(name)
        frame = held.frame.copy()
        frame["type1_within_4h_pct"] = np.sort(frame["type1_within_4h_pct"])
        return replace(held, frame=frame)

    before = this.labs["quarters"](this)
    monkeypatch.setattr(evidence, "series", mixed)
    assert this.labs["quarters"](this).title != before.title


def test_what_the_lesson_says_of_integration_stands_in_the_published_tables():
    held = evidence.published_cases().frame.set_index("row")
    assert (held.loc["jonkoping_2", ["before", "after"]] == [9300, 7300]).all()
    assert held.loc["flinders_2", "measure"] == "waiting time of triage groups 2 and 3"
