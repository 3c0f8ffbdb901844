"""What the stage plays is what the model counted."""

from __future__ import annotations

import re
from base64 import b64decode
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests import ROOT
from toolkit.charts.film import FACES, LOOKS, film, standing
from toolkit.models.queues import flow
from toolkit.models.queues.line import dice_line
from toolkit.screen.stage import FURNITURE, Lane, Trace, count_moves, line_moves
from toolkit.text.words import read_words

WORDS = {"step": "One round", "place": "{key}", "said": "Round {tick}", "lane": "{lane}"}


def told(places, moves, ticks=1, **more):
    """Return a trace of one lane, as the stage takes it."""
    line = Lane(dict.fromkeys(map(str, range(places)), True), moves, **more)
    return Trace(ticks, {"line": line}).told(WORDS, str.format, str.upper)


def counted(trace, tick):
    return [*map(len, standing(trace["lanes"][0], tick))]


@given(stations=st.integers(1, 10), rounds=st.integers(1, 30), seed=st.integers(0, 99))
def test_people_stand_where_the_model_counts_them_at_every_tick(stations, rounds, seed):
    result = flow.simulate(dice_line(stations), rounds, 1, seed)
    trace = told(stations + 1, line_moves(result.moved[0]))
    for tick in {0, 1, rounds // 2, rounds}:
        waiting = result.waiting[0, tick - 1].tolist() if tick else [0] * stations
        home = int(result.out_so_far[0, tick - 1]) if tick else 0
        assert counted(trace, tick) == [*waiting, home]


def test_people_keep_their_order_and_time_never_runs_back():
    who, to, at = line_moves(np.array([[3, 1, 0], [1, 2, 2]]))
    assert who[to == 2].tolist() == [0, 1, 2]
    assert who[to == 3].tolist() == [0, 1]
    assert (np.diff(at) >= 0).all()


def test_a_stage_cannot_pass_on_more_than_wait_there():
    with pytest.raises(ValueError, match="In round 1, 3 leave stage 2, where 2 wait"):
        line_moves(np.array([[2, 3]]))


def test_nobody_moves_in_an_empty_line():
    assert [each.tolist() for each in line_moves(np.zeros((3, 2), int))] == [[], [], []]


@given(
    numbers=arrays(
        int, st.tuples(st.integers(2, 8), st.integers(1, 4)), elements=st.integers(0, 9)
    ),
    data=st.data(),
)
def test_numbers_become_people_who_stand_where_the_numbers_say(numbers, data):
    ticks, stages = numbers.shape
    home = np.array(data.draw(st.lists(st.integers(0, 9), min_size=ticks - 1, max_size=ticks - 1)))
    who, to, at = count_moves(numbers, home)
    trace = told(stages + 1, (who, to, at))
    for tick in range(ticks):
        assert counted(trace, tick) == [*numbers[tick], home[:tick].sum()]
    assert (np.diff(at) >= 0).all()
    for one in set(who.tolist()):  # nobody goes back
        places = [place for place in to[who == one].tolist() if place >= 0]
        assert places == sorted(places)


def test_a_film_strip_shows_four_moments_with_their_words_and_the_same_bytes_each_time():
    moves = line_moves(np.array([[4, 1], [2, 3], [0, 1]]))
    trace = told(3, moves, ticks=3, looks=["need"] * 9, shown={0: ("board", ["try", 2, None])})
    strip = film(trace)
    assert strip == film(trace)
    assert strip.count("<li>") == 4
    drawing = b64decode(re.search(r"base64,([^\"]+)", strip)[1]).decode()
    people = sum(sum(counted(trace, tick)) for tick in range(4))
    assert drawing.count('href="#need-') == people
    assert drawing.count('class="staff"') == 4 * 3
    assert [">TRY<" in drawing, ">2<" in drawing] == [True, True]


def test_a_film_strip_has_the_looks_and_faces_of_the_stage_and_draws_those_it_needs():
    script = (ROOT / "toolkit/screen/stage.js").read_text(encoding="utf-8")
    looks = script.split("const LOOKS = {")[1].split("\n};")[0]
    assert set(re.findall(r"^  (\w+)[:(,]", looks, re.M)) == {*LOOKS}
    faces = script.split("const FACES = ")[1].split(";")[0]
    assert re.findall(r"#(\w+)", faces) == " ".join(FACES).split()
    moves = line_moves(np.array([[2, 1], [1, 1]]))
    for look in LOOKS:
        strip = film(told(3, moves, ticks=2, looks=[look] * 9))
        drawn = b64decode(re.search('base64,([^"]+)', strip)[1]).decode()
        used, there = (
            set(re.findall(rf'{name}="#?([a-z]+-?\d?)"', drawn)) for name in ("href", "id")
        )
        assert used == there
        assert {name.split("-")[0] for name in used} == {look, "person"}  # and the staff


def test_a_film_strip_greys_out_what_a_lens_does_not_show():
    moves = line_moves(np.array([[4, 1], [2, 3], [0, 1]]))
    trace = told(3, moves, ticks=3, lens={0: ["staff", "here"], 2: ["person"]})
    drawing = b64decode(re.search(r"base64,([^\"]+)", film(trace))[1]).decode()
    first, second, last = np.sum([counted(trace, tick) for tick in range(4)], axis=0)
    assert drawing.count('class="quiet"') == first + second + 4 * 2  # and the staff of two places
    assert drawing.count('class="person"') == last
    assert drawing.count('class="here"') == drawing.count('class="staff"') == 4


def test_each_piece_of_furniture_stands_in_a_place_and_is_drawn_behind_its_people():
    rooms = read_words(files("toolkit.screen"), "rooms.toml")
    assert set(rooms["places"]) == set(rooms["drawings"])
    keys = [key for keys in rooms["places"].values() for key in keys]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"([MLHVQTAz][-\d. ]*)+", path) for path in FURNITURE.values())
    lane = Lane({"trolley": False, "nowhere": False}, line_moves(np.array([[2]])))
    strip = film(Trace(1, {"line": lane}).told(WORDS, str.format, str))
    drawing = b64decode(re.search('base64,([^"]+)', strip)[1]).decode()
    assert drawing.count('class="wall"') == drawing.count(FURNITURE["trolley"]) == 2  # moments
    assert drawing.index(FURNITURE["trolley"]) < drawing.index('href="#person-')


def test_long_names_of_lanes_do_not_run_into_each_other():
    moves = line_moves(np.array([[1]]))
    names = ["The ward: " + "people handed over at a time " * 3, "Short"]
    lanes = {name: Lane({"a": True, "b": False}, moves) for name in names}
    strip = film(Trace(1, lanes).told(WORDS, str.format, str))
    drawing = b64decode(re.search(r"base64,([^\"]+)", strip)[1]).decode()
    lines = re.findall(r'<text class="n" x="(\d+)" y="(\d+)">(\D[^<]*)<', drawing)
    left = [line for line in lines if line[0] == "2"]
    assert " ".join(text for _, _, text in left) == names[0].strip()
    assert max(len(text) for _, _, text in left) * 7 <= 360
    assert len({y for _, y, _ in left}) == len(left) > 1
    places = re.findall(r'<text x="\d+" y="(\d+)">[ab]<', drawing)
    assert min(map(int, places)) > max(int(y) for _, y, _ in left)


def test_a_trace_without_lanes_has_no_film_strip():
    assert film(Trace(5).told({**WORDS, "said": "{tick}"}, str.format, str)) == ""
