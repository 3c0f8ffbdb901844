"""A room over the network: sixty phones, and everything that can go wrong with one of them."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import pytest
import segno
from tornado.httpclient import HTTPClientError
from tornado.websocket import websocket_connect

from tests.room.clients import Line, Phone, Session, answer, ask, running
from toolkit.room import serve
from toolkit.room.serve import Bucket, Guesses, same_code

DICE, STAGE, CHECK = "03/predict/dice", "03/predict/improve", "03/check/busy"
ASKED = [DICE, "once"]


def session(test: Callable[[Session], Awaitable[None]], key: str = DICE) -> None:
    """Run a test in a room that asks this question."""

    async def whole() -> None:
        async with running(key) as made:
            await test(made)

    asyncio.run(whole())


# --- a session --------------------------------------------------------------------------------------


def test_sixty_phones_are_counted_and_drop_and_come_back():
    async def play(room: Session) -> None:
        phones = await room.joined(60)
        for n, (_phone, line) in enumerate(phones):
            assert (await line.until(lambda told: told["asked"]))["asked"] == ASKED
            line.send(answer(ASKED, 30 + n))
        await room.shows(lambda told: told["now"]["answered"] == 60 and told["phones"] == 60)
        # Ten drop, and the board says so; their answers stay.
        for _phone, line in phones[:10]:
            line.close()
        told = await room.shows(lambda told: told["phones"] == 50)
        assert told["now"]["answered"] == 60
        # One comes back with its cookie, finds its answer, and changes it: still one.
        line = await phones[0][0].line()
        back = await line.until(lambda told: told["asked"])
        assert back["mine"] == {"answer": 30, "sure": "0.7"}
        line.send(answer(ASKED, 99))
        await line.until(lambda told: told["mine"]["answer"] == 99)
        assert (await room.shows(lambda told: told["phones"] == 51))["now"]["answered"] == 60
        # Its second page is the same phone, and sees the change.
        second = await phones[0][0].line()
        assert (await second.until(lambda told: told["asked"]))["mine"]["answer"] == 99

    session(play)


def test_a_late_table_counts_until_the_result_is_out():
    async def play(room: Session) -> None:
        ((_phone, first),) = await room.joined()
        first.send(answer(ASKED, 50))
        await room.shows(lambda told: told["now"].get("answered") == 1)
        await room.do("next")
        ((_phone, late),) = await room.joined()
        late.send(answer(ASKED, 60))
        told = await room.shows(lambda told: told["now"].get("answered") == 2)
        assert "1 answer came after" in told["now"]["words"]
        await room.do("next")
        told = await room.shows(lambda told: told["now"]["stage"] == "came")
        assert told["now"]["because"]
        locked = await late.until(lambda told: told["locked"])
        assert "The result: 51 patients." in locked["status"]
        late.send(answer(ASKED, 52))
        told = await late.until(lambda told: "did not count" in told["status"])
        assert told["mine"]["answer"] == 60

    session(play)


def test_an_answer_that_was_sent_while_the_next_question_came_is_not_counted_there():
    async def play(room: Session) -> None:
        ((_phone, line),) = await room.joined()
        await room.do("ask", key=CHECK, turn="once")
        line.send(answer(ASKED, 50))
        told = await line.until(lambda told: "another question" in told["status"])
        assert told["asked"] == [CHECK, "once"]
        assert room.room.board.now.phones == {}

    session(play)


def test_the_next_group_starts_afresh_and_the_code_and_seats_of_the_last_one_are_old():
    async def play(room: Session) -> None:
        old = room.room.code
        ((phone, line),) = await room.joined()
        line.send(answer(ASKED, 50))
        await room.shows(lambda told: told["now"].get("answered") == 1)
        await room.do("group", number=1)
        told = await room.shows(lambda told: told["group"] == 1)
        assert (told["now"], told["groups"], told["phones"]) == ({}, 2, 0)
        assert await line.ended() == 4001
        assert await (await phone.line()).ended() == 4001
        assert (await phone.join(old)).code == 403
        assert (await phone.join(told["code"])).code == 200
        again = await phone.line()
        assert (await again.until(bool))["asked"] is None
        # The group before is still there, with its answers.
        await room.do("group", number=0)
        told = await room.shows(lambda told: told["group"] == 0)
        assert told["now"].get("answered") == 1

    session(play)


def test_a_new_code_keeps_those_in_who_are_in():
    async def play(room: Session) -> None:
        old = room.room.code
        ((_phone, line),) = await room.joined()
        await room.do("code")
        assert (await Phone(room.phones).join(old)).code == 403
        line.send(answer(ASKED, 50))
        await room.shows(lambda told: told["now"].get("answered") == 1)

    session(play)


def test_hands_and_files_need_no_network_and_a_room_is_saved_and_taken_up_again():
    async def play() -> None:
        async with running() as room:
            assert room.room.reach().startswith("Only this computer")
            await room.do("lesson", lesson="03", kind="predict", turn="once")
            await room.do("hands", value={"answers": "70 x 3, 50"})
            told = await room.shows(lambda told: told["now"].get("answered") == 4)
            assert told["phones"] == 0
            refused = await room.do("hands", value={"answers": "many"})
            assert refused["refused"]
            assert "many" in refused["status"]
            saved = (await room.do("save", kind="file"))["text"]
            page = (await room.do("save", kind="page"))["text"]
            assert "4 hands were counted" in page
            await room.do("group", number=1)
            said = await room.do("file", text=saved)
            assert "status" in said
            assert room.room.board.text() == saved
            assert room.room.boards[0].text() == saved

    asyncio.run(play())


# --- who gets in ------------------------------------------------------------------------------------


def test_no_door_is_open_until_the_trainer_opens_it_and_none_after_it_is_shut():
    async def play() -> None:
        async with running() as room:
            await room.do("doors", open=True)
            home = room.phones
            assert (await ask(home)).code == 200
            await room.do("ask", key=DICE, turn="once")
            ((phone, line),) = await room.joined()
            line.send(answer(ASKED, 50))
            await room.shows(lambda told: told["now"].get("answered") == 1)
            await room.do("doors", open=False)
            assert await line.ended() == 1001
            with pytest.raises(ConnectionRefusedError):
                await ask(home)
            told = await room.shows(lambda told: not told["door"])
            assert (told["code"], told["address"], told["now"]["answered"]) == ("", "", 1)
            await room.do("doors", open=True)
            assert room.phones == home  # phones find the way back
            back = await phone.line()
            assert (await back.until(lambda told: told["asked"]))["mine"]["answer"] == 50

    asyncio.run(play())


def test_without_the_code_there_is_a_page_that_knows_nothing():
    async def play(room: Session) -> None:
        reply = await ask(room.phones)
        text = reply.body.decode()
        assert reply.code == 200
        for secret in (room.room.code, room.room.secret, "20 rounds", *room.room.once):
            assert secret not in text
        assert "Set-Cookie" not in reply.headers
        for path in (
            "board",
            "vega.js",
            "words.toml",
            "..%2fstart.py",
            "%2e%2e/start.py",
            "x" * 2000,
        ):
            assert (await ask(f"{room.phones}{path}")).code == 404
        for cookie in ("", "seat=", "seat=1", "seat=" + "a" * 22, 'seat="\\'):
            phone = Phone(room.phones)
            phone.cookie = cookie
            assert await (await phone.line()).ended() == 4001
        assert room.room.seats == {}

    session(play)


def test_a_seat_is_a_random_number_for_this_visit_that_no_script_can_read():
    async def play(room: Session) -> None:
        phone = Phone(room.phones)
        reply = await phone.join(room.room.code)
        (cookie,) = reply.headers.get_list("Set-Cookie")
        assert re.fullmatch(r"seat=[\w-]{22}; HttpOnly; Path=/; SameSite=Strict", cookie)
        again = await phone.join(f" {room.room.code.lower()[:2]}-{room.room.code[2:]} ")
        assert again.headers.get_list("Set-Cookie") == [cookie]  # a phone is one seat

    session(play)


@pytest.mark.parametrize("body", [None, "", "[]", '"x"', '{"code": 1}', '{"code": "A", "x": 1}', "[" * 900, '{"code": NaN}', '{"code": "\\ud800"}'])  # fmt: skip
def test_what_is_no_code_is_refused(body):
    async def play(room: Session) -> None:
        reply = await ask(f"{room.phones}join", body={"code": None})
        assert reply.code == 400
        request = await _raw(room, body or "")
        assert request in (400, 403)
        assert room.room.seats == {}

    session(play)


async def _raw(room: Session, body: str) -> int:
    from tornado.httpclient import AsyncHTTPClient, HTTPRequest

    headers = {"Content-Type": "application/json"}
    request = HTTPRequest(f"{room.phones}join", method="POST", body=body, headers=headers)
    return (await AsyncHTTPClient().fetch(request, raise_error=False)).code


def test_a_form_of_another_page_cannot_join():
    async def play(room: Session) -> None:
        body = {"code": room.room.code}
        assert (
            await ask(f"{room.phones}join", body=body, Origin="http://evil.example")
        ).code == 403
        plain = {"Content-Type": "text/plain"}
        assert (await ask(f"{room.phones}join", body=body, **plain)).code == 400

    session(play)


def test_only_who_asks_for_this_very_host_and_comes_from_it_is_answered():
    async def play(room: Session) -> None:
        for home in (room.phones, room.home):
            for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", ""):
                assert (await ask(home, Host=host)).code in (400, 421)
            assert (await ask(home, Origin="http://evil.example")).code == 403
        phone = Phone(room.phones)
        await phone.join(room.room.code)
        for header in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            with pytest.raises(HTTPClientError):
                await phone.line(**header)

    session(play)


def test_every_answer_forbids_what_it_does_not_need():
    async def play(room: Session) -> None:
        for home, paths in (
            (room.phones, ("", "form.js", "style.css", "nothing")),
            (room.home, ("", "form.js")),
        ):
            for path in paths:
                headers = (await ask(f"{home}{path}")).headers
                policy = headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "frame-ancestors 'none'" in policy
                assert "unsafe" not in policy
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert headers["Cache-Control"] == "no-store"
                assert headers["Referrer-Policy"] == "no-referrer"
                assert "Server" not in headers

    session(play)


def test_the_controls_want_a_secret_and_a_command_line_opens_the_board_once():
    async def play() -> None:
        async with running() as room:
            address = room.home.replace("http", "ws") + "board"
            once = next(iter(room.room.once))

            async def greeted(message: str) -> int | None:
                line = Line(await websocket_connect(address))
                line.send(message)
                text = await line.socket.read_message()
                if text is not None:
                    assert json.loads(text) == {"secret": room.room.secret}
                return line.socket.close_code if text is None else 0

            for wrong in ("", "{}", '{"secret": ""}', '{"secret": "x"}', '{"do": "next"}', "[]", '{"secret": "\\ud800"}',
                          json.dumps({"secret": room.room.code})):  # fmt: skip
                assert await greeted(wrong) == 4003
            assert await greeted(json.dumps({"secret": once})) == 0
            assert await greeted(json.dumps({"secret": once})) == 4003
            assert await greeted(json.dumps({"secret": room.room.secret})) == 0

    asyncio.run(play())


def test_a_phone_cannot_do_what_the_trainer_does():
    async def play(room: Session) -> None:
        ((_phone, line),) = await room.joined()
        await line.until(lambda told: told["asked"])
        for command in ({"do": "next"}, {"secret": room.room.secret}, {"do": "code"}):
            line.send(command)
            assert "could not read" in (await line.until(bool))["status"]
        assert room.room.board.now.stage == "open"
        with pytest.raises(HTTPClientError):
            await websocket_connect(room.phones.replace("http", "ws") + "board")

    session(play)


def test_guessing_the_code_ends_after_a_few_tries_also_for_who_then_has_the_right_one():
    async def play(room: Session) -> None:
        ((_phone, line),) = await room.joined()
        codes = [(await Phone(room.phones).join("22222")).body.decode() for _ in range(12)]
        assert sum("not the code" in each for each in codes) == Guesses.EACH[0]
        assert "too many wrong codes" in codes[-1]
        assert (await Phone(room.phones).join(room.room.code)).code == 403
        line.send(answer(ASKED, 50))  # who is in stays in
        await room.shows(lambda told: told["now"].get("answered") == 1)

    session(play)


def test_no_more_phones_than_the_room_has_seats():
    room = serve.Room("127.0.0.1", 0)
    seats = [room.join(room.code, "10.0.0.1", "")[0] for _ in range(serve.MOST_SEATS)]
    assert len(set(seats)) == serve.MOST_SEATS
    seat, why = room.join(room.code, "10.0.0.1", "")
    assert (seat, "cannot take more" in why) == ("", True)
    assert room.join(room.code, "10.0.0.1", seats[0]) == (seats[0], "")


# --- hostile input ----------------------------------------------------------------------------------


def test_junk_changes_nothing_and_the_session_goes_on():
    async def play(room: Session) -> None:
        ((_phone, line),) = await room.joined()
        ((_other, good),) = await room.joined()
        await line.until(lambda told: told["asked"])
        junk = [
            "", "null", "[]", "{", "[" * 1500, '{"asked": ["03/predict/dice", "once"]}',
            '{"asked": ["03/predict/dice", "once"], "answer": NaN, "sure": "0.7"}',
            '{"asked": ["03/predict/dice", "once"], "answer": 1e999, "sure": "0.7"}',
            json.dumps({**answer(ASKED, 50), "seat": "1"}), json.dumps(answer(ASKED, {"a": 1})),
            json.dumps(answer(ASKED, "<script>alert(1)</script>")), json.dumps(answer(ASKED, 50, "1")),
            b"\xff\xfe\x00", json.dumps(answer(ASKED, True)),
        ]  # fmt: skip
        for each in junk:
            line.send(each)
            assert (await line.until(bool))["mine"] is None
        good.send(answer(ASKED, 50))
        told = await room.shows(lambda told: told["now"].get("answered") == 1)
        assert "<script>" not in json.dumps(told)

    session(play)


def test_a_message_that_is_too_large_ends_the_line_and_nothing_else():
    async def play(room: Session) -> None:
        ((phone, line),) = await room.joined()
        line.send("9" * 2 * serve.SMALL)
        await line.ended()
        again = await phone.line()
        again.send(answer(ASKED, 50))
        await room.shows(lambda told: told["now"].get("answered") == 1)

    session(play)


def test_a_phone_that_floods_is_slowed_and_then_sent_away():
    async def play(room: Session) -> None:
        ((_phone, line),) = await room.joined()
        for n in range(100):
            line.send(answer(ASKED, n))
        assert await line.ended() == 1008
        assert len(room.room.board.now.phones) == 1

    session(play)


def test_more_pages_of_one_phone_push_out_the_first():
    async def play(room: Session) -> None:
        ((phone, first),) = await room.joined()
        lines = [await phone.line() for _ in range(serve.MOST_PER_SEAT)]
        assert await first.ended() == 1000
        lines[-1].send(answer(ASKED, 50))
        await room.shows(lambda told: told["now"].get("answered") == 1 and told["phones"] == 1)

    session(play)


def test_a_command_that_the_board_does_not_know_is_left_alone():
    async def play(room: Session) -> None:
        for each in ("", "[]", "5", '{"do": []}', '{"do": "quit"}', '{"do": "next", "x": 1}',
                     '{"do": "group", "number": -1}', '{"do": "ask", "key": 3, "turn": "once"}', "[" * 90_000):  # fmt: skip
            room.board.send(each)
        told = await room.do("ask", key="03/predict/none", turn="once")
        assert told["refused"]
        assert room.room.board.now.key == DICE

    session(play)


# --- nothing is left ----------------------------------------------------------------------------------

_written: list[str] | None = None


def _listen(event: str, arguments: tuple) -> None:
    if _written is not None and event == "open":
        path, mode, flags = arguments
        if (mode and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & 0o3):
            _written.append(str(path))


def test_nothing_is_written_to_a_disk_and_nothing_to_a_log(capfd):
    async def play(room: Session) -> None:
        ((_phone, line),) = await room.joined()
        line.send(answer(ASKED, 50))
        await room.shows(lambda told: told["now"].get("answered") == 1)
        for name in ("next", "next", "room"):
            await room.do(name)
        await room.do("save", kind="page")
        await Phone(room.phones).join("22222")

    global _written
    session(play)  # whatever Python itself keeps of its modules is kept now
    capfd.readouterr()
    sys.addaudithook(_listen)
    _written = []
    try:
        session(play)
        found = _written
    finally:
        _written = None
    assert found == []
    assert capfd.readouterr() == ("", "")


# --- the parts ----------------------------------------------------------------------------------------


def test_a_bucket_fills_again_with_time():
    now = [0.0]
    bucket = Bucket(2, 0.5, lambda: now[0])
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    now[0] = 2
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 1000
    assert bucket.left == 2


def test_wrong_codes_from_many_addresses_shut_the_door_for_all_and_little_is_remembered():
    now = [0.0]
    guesses = Guesses(lambda: now[0])
    for n in range(Guesses.ALL[0]):
        assert guesses.allowed(f"10.0.{n}.1")
        guesses.wrong(f"10.0.{n}.1")
    assert not guesses.allowed("10.0.0.99")
    now[0] = 10
    assert guesses.allowed("10.0.0.99")
    for n in range(5000):
        guesses.wrong(f"{n}")
    assert len(guesses._peers) == Guesses.REMEMBERED


def test_how_likely_a_guess_is_over_a_day_at_the_highest_rate():
    tries = Guesses.ALL[0] + 24 * 3600 * Guesses.ALL[1]
    assert tries / len(serve.SIGNS) ** serve.CODE < 0.01


@pytest.mark.parametrize(("typed", "same"), [("bcdfg", True), (" BC-DF G ", True), ("BCDF", False), ("BCDFGH", False), ("", False), ("ＢCDFG", False)])  # fmt: skip
def test_a_code_may_be_typed_as_people_type(typed, same):
    assert same_code(typed, "BCDFG") is same


def test_the_policy_lets_only_the_scripts_of_the_page_run():
    html = serve.phone_page()
    rules = serve.policy(html, "10.0.0.1:8080")
    other = serve.policy(html.replace("connect();", "connect(1);"), "10.0.0.1:8080")
    assert "ws://10.0.0.1:8080" in rules
    assert rules != other
    assert "unsafe" not in rules


def test_the_square_on_the_board_is_the_address_for_phones_while_they_are_let_in():
    room = serve.Room("192.168.100.200", 8080)
    assert room.told()["scan"] == ""
    room._door = object()
    drawn = unquote(room.told()["scan"])
    path = re.search(r"stroke='#000' d='M4 4.5([^']+)'", drawn).group(1)
    dark, x, y = set(), 4, 4
    for step, across, down in re.findall(r"([hm])(-?\d+)(?: (\d+))?", path):
        dark |= {(x + n, y) for n in range(int(across))} if step == "h" else set()
        x, y = x + int(across), y + int(down or 0)
    wanted = segno.make("http://192.168.100.200:8080", micro=False).matrix
    assert dark == {
        (4 + x, 4 + y) for y, row in enumerate(wanted) for x, bit in enumerate(row) if bit
    }
    side = len(wanted) + 8
    assert f"viewBox='0 0 {side} {side}'" in drawn
    assert f"fill='#fff' d='M0 0h{side}v{side}h-{side}z'" in drawn


@pytest.mark.parametrize(
    ("ip", "warns"), [("192.168.1.20", False), ("10.1.2.3", False), ("8.8.8.8", True)]
)
def test_the_board_says_who_can_reach_it(ip, warns):
    room = serve.Room(ip, 8080)
    assert room.reach().startswith("Only this computer")
    room._door = object()
    assert f"http://{ip}:8080" in room.reach()
    assert "same network" in room.reach()
    assert ("internet" in room.reach()) == warns


def test_without_a_network_the_board_says_what_still_works():
    room = serve.Room(None)
    room.open_door()
    assert "in no network" in room.notice()
    assert room.reach().startswith("Only this computer")


def test_an_address_that_is_not_of_this_computer_is_told_in_words():
    room = serve.Room("192.0.2.1", 8080)
    room.open_door()
    assert "192.0.2.1" in room.notice()
