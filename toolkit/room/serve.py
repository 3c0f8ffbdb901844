"""Serve the board of a room to the projector, and to phones while they are let in.

Two doors. The board and its controls answer on this computer only, and want a secret. Phones get a
door of their own in the local network, which is shut until the trainer opens it: it knows one page,
and wants the short code that stands on the board. Nothing is written to a disk.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import hashlib
import ipaddress
import json
import re
import secrets
import socket
import time
import webbrowser
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema
import segno
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from toolkit.learning.words import lesson_folders, words_of
from toolkit.room import results
from toolkit.room.board import (
    AFTER,
    BEFORE,
    ONCE,
    TURNS,
    WORDS,
    Board,
    NotTaken,
    counted_hands,
    counted_sure,
    keys_of,
    room_question,
    sure_fields,
)
from toolkit.room.page import own, render
from toolkit.screen import live
from toolkit.screen.form import WORDS as SCREEN
from toolkit.text.templates import fill
from toolkit.text.words import page_language

HERE = "127.0.0.1"
BOARD_PORT, PHONE_PORT = 8890, 8080
# Letters and figures that nobody mixes up, and that make no words.
SIGNS = "BCDFGHJKMPQRTVWXY346789"
CODE = 5  # signs: over six million codes
MOST_SEATS = 90  # 60 people, and some who change their phone
MOST_CONNECTIONS = 400
MOST_PER_SEAT = 4  # pages of one phone
SMALL, LARGE = 2_000, 3_000_000  # bytes of a phone's message, and of the board's (a record)
PAUSE = 0.03  # seconds in which changes for the board are gathered


# --- what comes in --------------------------------------------------------------------------------


def _shape(**properties: Any) -> jsonschema.Draft7Validator:
    """Return what checks a message that has exactly these parts."""
    held = {"type": "object", "additionalProperties": False}
    return jsonschema.Draft7Validator(
        {**held, "required": list(properties), "properties": properties}
    )


def _short(most: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": most}


NUMBERS_OR_KEYS = {
    "type": ["string", "number", "array"],
    "maxLength": 60,
    "maxItems": 30,
    "items": {"type": ["string", "number"], "maxLength": 60},
}
TURN = {"enum": list(TURNS)}
TYPED = {
    "type": "object",
    "maxProperties": 40,
    "additionalProperties": {"type": ["string", "null"]},
}
JOIN = _shape(code=_short(20))
ANSWER = _shape(
    asked={"type": "array", "items": _short(60), "minItems": 2, "maxItems": 2},
    answer=NUMBERS_OR_KEYS,
    sure=_short(5),
)
HELLO = _shape(secret=_short(100))
COMMANDS = {
    "next": _shape(do={}),
    "back": _shape(do={}),
    "clear": _shape(do={}),
    "ask": _shape(do={}, key=_short(60), turn=TURN),
    "lesson": _shape(do={}, lesson=_short(10), kind={"enum": ["predict", "check"]}, turn=TURN),
    "hands": _shape(do={}, value=TYPED),
    "sure": _shape(do={}, value=TYPED),
    "file": _shape(do={}, text=_short(LARGE)),
    "doors": _shape(do={}, open={"type": "boolean"}),
    "code": _shape(do={}),
    "group": _shape(do={}, number={"type": "integer", "minimum": 0, "maximum": 99}),
    "room": _shape(do={}),
    "save": _shape(do={}, kind={"enum": ["page", "file"]}),
}


def message_in(message: str | bytes, shape: jsonschema.Draft7Validator) -> dict[str, Any] | None:
    """Return what a message holds; None if it is not of that shape.

    Parameters
    ----------
    message : str or bytes
        Whatever came.
    shape : validator
        What it has to be.
    """
    try:
        held = json.loads(message, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return held if shape.is_valid(held) else None


def _no_number(text: str) -> None:
    raise ValueError(text)


class Bucket:
    """Tokens that are used up and come back in time: so many at once, then so many a second.

    Parameters
    ----------
    most : float
        How many there are at first, and at most.
    rate : float
        How many come back each second.
    clock : callable
        Returns seconds.
    """

    def __init__(self, most: float, rate: float, clock: Callable[[], float] = time.monotonic):
        self.most, self.rate, self.clock = most, rate, clock
        self._left, self._at = most, clock()

    @property
    def left(self) -> float:
        """How many there are now."""
        now = self.clock()
        self._left = min(self.most, self._left + self.rate * (now - self._at))
        self._at = now
        return self._left

    def take(self) -> bool:
        """Use one up, if there is one."""
        if self.left < 1:
            return False
        self._left -= 1
        return True


class Guesses:
    """How many wrong codes may be tried: by one address, and by all together.

    Whoever has used up the tries is not told whether a code was right, so that going on is no use.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    EACH = (8, 1 / 20)
    ALL = (60, 0.5)
    REMEMBERED = 1000  # addresses

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.all = Bucket(*self.ALL, clock)
        self._peers: OrderedDict[str, Bucket] = OrderedDict()

    def allowed(self, peer: str) -> bool:
        """Return whether this address may try a code now."""
        return self.all.left >= 1 and (peer not in self._peers or self._peers[peer].left >= 1)

    def wrong(self, peer: str) -> None:
        """Count a wrong code."""
        bucket = self._peers.pop(peer, None) or Bucket(*self.EACH, self.clock)
        self._peers[peer] = bucket
        bucket.take()
        self.all.take()
        while len(self._peers) > self.REMEMBERED:
            self._peers.popitem(last=False)


def new_code() -> str:
    """Return a code that is short enough to be read from a projector."""
    return "".join(secrets.choice(SIGNS) for _ in range(CODE))


def same_code(typed: str, code: str) -> bool:
    """Return whether a code was typed, whatever the case and the blanks in it."""
    plain = re.sub(r"[\s-]+", "", typed).upper()
    return secrets.compare_digest(plain.encode("utf-8", "replace"), code.encode())


def lan_address() -> str | None:
    """Return this computer's address in its network; None if it is in none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.254.254.254", 9))  # a datagram socket only looks up the way
            found = probe.getsockname()[0]
        except OSError:
            return None
    return None if ipaddress.ip_address(found).is_loopback else found


@cache
def qr_code(text: str) -> str:
    """Return a QR code, black on white with its margin, as the data address of a picture."""
    made = segno.make_qr(text)
    return made.svg_data_uri(dark="#000", light="#fff", omitsize=True)


# --- the room -------------------------------------------------------------------------------------


@dataclass
class Seat:
    """A phone that has joined: its number on the board, its group, and its open pages."""

    number: str
    group: int
    pages: list[PhoneSocket] = field(default_factory=list)
    pace: Bucket = field(default_factory=lambda: Bucket(20, 2))
    ignored: int = 0


class Room:
    """Everything that a running board holds, in memory only.

    Parameters
    ----------
    address : str or None
        Where phones are let in; None if this computer is in no network.
    port : int
        The port for phones; the next free one is taken.
    """

    def __init__(self, address: str | None, port: int = PHONE_PORT) -> None:
        self.address, self.port = address, port
        self.secret = secrets.token_urlsafe(24)
        self.once = {secrets.token_urlsafe(24)}  # opens the board one time, from a command line
        self.boards = [Board()]
        self.group = 0
        self.code = new_code()
        self.seats: dict[str, Seat] = {}
        self.guesses = Guesses()
        self.projectors: set[BoardSocket] = set()
        self.hosts: dict[str, frozenset[str]] = {"board": frozenset(), "phone": frozenset()}
        self.outcomes: dict[str, Any] = {}
        self.words = ""  # the room in words, as it was when the board last moved on
        self.whole = False  # whether the board shows the room as a whole, not one question
        self.trouble = ""
        self._door: HTTPServer | None = None
        self._numbers = iter(range(1, 1_000_000))
        self._pending: asyncio.TimerHandle | None = None
        self._looking: dict[str, asyncio.Task] = {}

    @property
    def board(self) -> Board:
        """The board of the group that is here."""
        return self.boards[self.group]

    @board.setter
    def board(self, made: Board) -> None:
        self.boards[self.group] = made

    @property
    def link(self) -> str:
        """The address of the page for phones."""
        return f"http://{self.address}:{self.port}"

    @property
    def came(self) -> Any:
        """What is right in the question on the board, as far as that is known by now."""
        return self.outcomes.get(self.board.now.key) if self.board.now else None

    # --- phones -----------------------------------------------------------------------------------

    def join(self, code: str, peer: str, seat: str) -> tuple[str, str]:
        """Let a phone in, if it knows the code.

        Parameters
        ----------
        code, peer, seat : str
            What was typed, the address that it came from, and the seat that the phone has already.

        Returns
        -------
        tuple of str
            The seat, and why there is none; one of them is empty.
        """
        if not self.guesses.allowed(peer):
            return "", WORDS.say("serve.join.slow")
        if not same_code(code, self.code):
            self.guesses.wrong(peer)
            self.changed()
            return "", WORDS.say("serve.join.wrong")
        if self.sits(seat):
            return seat, ""
        if sum(each.group == self.group for each in self.seats.values()) >= MOST_SEATS:
            return "", WORDS.say("serve.join.full", most=MOST_SEATS)
        made = secrets.token_urlsafe(16)
        self.seats[made] = Seat(str(next(self._numbers)), self.group)
        return made, ""

    def sits(self, seat: str) -> Seat | None:
        """Return a seat of the group that is here; None for those of other groups."""
        held = self.seats.get(seat)
        return held if held and held.group == self.group else None

    def answer(self, seat: Seat, message: str | bytes) -> str:
        """Count an answer that a phone sent; return what is wrong with it, or nothing."""
        if not seat.pace.take():
            seat.ignored += 1
            return WORDS.say("serve.join.fast")
        held = message_in(message, ANSWER)
        if held is None:
            seat.ignored += 1
            return WORDS.say("serve.join.unread")
        asked = (held["asked"][0], held["asked"][1])
        try:
            self.board = self.board.vote(seat.number, asked, held["answer"], held["sure"])
        except NotTaken as problem:
            return str(problem)
        self.changed()
        return ""

    # --- the door for phones ----------------------------------------------------------------------

    def open_door(self) -> None:
        """Let phones in, at the first port that is free."""
        if self._door or not self.address:
            self.trouble = "" if self._door else WORDS.say("serve.reach.none")
            return
        try:
            sockets = bound(self.address, self.port)
        except OSError as problem:
            why = problem.strerror or problem
            self.trouble = WORDS.say("serve.reach.taken", ip=self.address, why=why)
            return
        self.trouble = ""
        self._door = Door(
            phone_app(self),
            max_body_size=SMALL,
            max_header_size=8_000,
            idle_connection_timeout=30,
            body_timeout=10,
        )
        self._door.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        self.hosts["phone"] = frozenset({f"{self.address}:{self.port}"})

    def shut_door(self) -> None:
        """Let no phone in any more, and send those away that are here; their answers stay."""
        if self._door:
            self._door.stop()
            self._door = None
        for seat in self.seats.values():
            for page in list(seat.pages):
                page.close(1001)
        self.hosts["phone"] = frozenset()

    # --- the trainer ------------------------------------------------------------------------------

    async def do(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the trainer asked for; return what to say to the trainer alone."""
        name = held["do"]
        said: dict[str, Any] = {}
        if name in ("next", "back", "ask", "lesson", "clear", "group"):
            self.whole = False
        if name == "next":
            settled = self.board.now is not None and await self.settle(self.board.now.key)
            self.board = self.board.next(settled)
        elif name == "back":
            self.board = self.board.back()
        elif name == "clear":
            self.board = self.board.clear()
        elif name == "ask":
            self.board = self.board.ask(held["key"], held["turn"])
        elif name == "lesson":
            self.board = self.board.line_up(keys_of(held["lesson"], held["kind"]), held["turn"])
        elif name == "hands":
            now = self.board.now
            self.board = self.board.count(counted_hands(now.question, held["value"]) if now else ())
            said = {"status": _said("counted")}
        elif name == "sure":
            self.board = self.board.count_sure(counted_sure(held["value"]))
            said = {"status": _said("counted")}
        elif name == "file":
            self.board = self.board.add(held["text"])
            for told in self.board.files[-1:]:
                await asyncio.gather(*map(self.settle, told.answers))
            said = {"status": _said("added", count=len(self.board.files))}
        elif name == "doors":
            self.open_door() if held["open"] else self.shut_door()
        elif name == "code":
            self.new_code()
        elif name == "group":
            self.turn_to(held["number"])
        elif name == "room":
            self.whole = not self.whole
        elif name == "save":
            said = self.saved(held["kind"])
        if self.board.now:
            self._look(self.board.now.key)
        self.changed(phones=name not in ("save", "room"))
        return said

    def new_code(self) -> None:
        """Take another code; those who are in stay in."""
        self.code = new_code()
        self.guesses = Guesses()

    def turn_to(self, number: int) -> None:
        """Go to the board of another group: the next one is empty, and has a code of its own."""
        if number >= len(self.boards):
            number = len(self.boards)
            self.boards.append(Board())
        if number == self.group:
            return
        self.group = number
        self.new_code()
        for seat in self.seats.values():
            for page in list(seat.pages) if seat.group != number else ():
                page.close(4001, "old")

    def saved(self, kind: str) -> dict[str, Any]:
        """Return a file for the trainer's browser to save."""
        name = f"our-room-{self.group + 1}" if self.group else "our-room"
        if kind == "file":
            return {"save": f"{name}.json", "type": "application/json", "text": self.board.text()}
        html = results.results_page(self.board, self.outcomes)
        return {"save": f"{name}.html", "type": "text/html", "text": html}

    async def settle(self, key: str) -> bool:
        """Work out what is right, and return whether that is known."""
        await self._look(key)
        return key in self.outcomes

    def _look(self, key: str) -> asyncio.Task:
        """Begin to work out what is right, so that it is there when the trainer asks for it."""
        if key not in self._looking:
            self._looking[key] = asyncio.create_task(self._found(key))
        return self._looking[key]

    async def _found(self, key: str) -> None:
        found = await asyncio.to_thread(room_question(key).settled)
        if found is not None:
            self.outcomes[key] = found
            self.changed()

    # --- what is shown ----------------------------------------------------------------------------

    def changed(self, phones: bool = False) -> None:
        """Show the board anew within a moment; and the phones at once, if the question changed."""
        if not self._pending:
            self._pending = asyncio.get_running_loop().call_later(PAUSE, self._show)
        if phones:
            self.words = results.room_in_words(self.board, self.came)
            for seat in self.seats.values():
                for page in list(seat.pages):
                    page.show()

    def _show(self) -> None:
        self._pending = None
        text = json.dumps(self.told())
        for projector in list(self.projectors):
            projector.send(text)

    def told(self) -> dict[str, Any]:
        """Return all that the board shows."""
        here = sum(bool(each.pages) for each in self.seats.values() if each.group == self.group)
        shown = results.on_board(self.board, self.came)
        if self.whole:
            drawn = results.calibration(self.board, self.outcomes)
            words = results.inventory_in_words(self.board)
            shown = {"whole": True, **results.as_json(drawn), "inventory": words}
        return {
            "now": shown,
            "group": self.group,
            "groups": len(self.boards),
            "door": self._door is not None,
            "address": f"{self.address}:{self.port}" if self._door else "",
            "code": self.code if self._door else "",
            "scan": qr_code(self.link) if self._door else "",
            "phones": here,
            "reach": self.reach(),
            "notice": self.notice(),
        }

    def reach(self) -> str:
        """Return who can reach the board, in words."""
        if not self._door or not self.address:
            return WORDS.say("serve.reach.off")
        words = [WORDS.say("serve.reach.on", address=self.link)]
        if ipaddress.ip_address(self.address).is_global:
            words.append(WORDS.say("serve.reach.wide", ip=self.address))
        return " ".join(words)

    def notice(self) -> str:
        """Return what the trainer has to know now, in words."""
        guessed = WORDS.say("serve.reach.guessed") if self.guesses.all.left < 1 else ""
        return " ".join(filter(None, [self.trouble, guessed]))


def _said(key: str, **facts: Any) -> str:
    """Return words of the board's page."""
    return fill(WORDS[f"serve.board.{key}"], facts)


# --- pages ----------------------------------------------------------------------------------------


def board_page() -> str:
    """Return the page of the projector, without anything of the room in it."""
    course = [
        {
            "lesson": number,
            "title": words_of(number).title,
            "questions": [
                [key, room_question(key).ask.question]
                for kind in ("predict", "check")
                for key in keys_of(number, kind)
            ],
        }
        for number in lesson_folders()
    ]
    texts = {
        "form": SCREEN["form"],
        "board": WORDS["serve.board"],
        "course": course,
        "sure": [each.spec() for each in sure_fields()],
        "turns": [ONCE, BEFORE, AFTER],
    }
    title = WORDS.say("serve.title")
    return render("board.html", language=page_language(), title=title, texts=texts)


def phone_page() -> str:
    """Return the page of the phones, without anything of the room in it."""
    texts = {"form": SCREEN["form"], "phone": WORDS["serve.phone"]}
    said = {key: WORDS.say(f"serve.phone.{key}") for key in ("heading", "code", "join", "about")}
    title = WORDS.say("serve.phone_title")
    return render("phone.html", language=page_language(), title=title, texts=texts, **said)


def policy(html: str, host: str) -> str:
    """Return the content security policy of a page: its own scripts, its own server, and no more.

    Parameters
    ----------
    html : str
        The page, whose scripts and styles stand in it.
    host : str
        The address that it was asked from, checked already.
    """

    def marks(pattern: str) -> str:
        found = re.findall(pattern, html, re.DOTALL)
        digests = (hashlib.sha256(each.encode()).digest() for each in found)
        return " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)

    scripts, styles = r'<script type="module">(.*?)</script>', r"<style>(.*?)</style>"
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' {marks(scripts)}",
        "style-src": f"'self' {marks(styles)}",
        "connect-src": f"'self' ws://{host}",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}".strip() for name, value in rules.items())


class Door(HTTPServer):
    """A server that takes so many connections and no more."""

    def handle_stream(self, stream: IOStream, address: tuple) -> None:
        """Turn away whoever comes when there are too many."""
        if len(self._connections) >= MOST_CONNECTIONS:
            stream.close()
            return
        super().handle_stream(stream, address)


class Guarded(RequestHandler):
    """Answers only who asks for this very server, and lets a browser do as little as possible."""

    def initialize(
        self, room: Room, door: str, content: Callable[[], str] = str, kind: str = ""
    ) -> None:
        """Take the room, who is let in (the ``board`` or a ``phone``), and what it hands out."""
        self.room, self.door, self.content, self.kind = room, door, content, kind

    def prepare(self) -> None:
        """Refuse a name that leads here by a trick, and a page of another site that asks."""
        if self.request.host not in self.room.hosts[self.door]:
            raise HTTPError(421)
        origin = self.request.headers.get("Origin")
        if origin is not None and origin != f"http://{self.request.host}":
            raise HTTPError(403)

    def set_default_headers(self) -> None:
        """Set what is the same for every answer."""
        self.clear_header("Server")
        for name, value in {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say the number and nothing else."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}")


class Nowhere(Guarded):
    """What is at any other address."""

    def prepare(self) -> None:
        """Say that nothing is there."""
        super().prepare()
        raise HTTPError(404)


class PageHandler(Guarded):
    """A page, with the policy that fits it."""

    def get(self) -> None:
        """Return the page."""
        html = self.content()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", policy(html, self.request.host))
        self.finish(html)


class Asset(Guarded):
    """What a page asks for: a script or a style."""

    async def get(self) -> None:
        """Return its text."""
        text = await asyncio.to_thread(self.content)  # drawing Vega's bundle takes seconds once
        self.set_header("Content-Type", f"{self.kind}; charset=utf-8")
        self.finish(text)


class Join(Guarded):
    """Takes a code, and gives a seat for it."""

    def post(self) -> None:
        """Let a phone in, or say why not."""
        kind = self.request.headers.get("Content-Type", "")
        held = message_in(self.request.body, JOIN) if kind.startswith("application/json") else None
        if held is None:
            raise HTTPError(400)
        peer = self.request.remote_ip or ""
        seat, why = self.room.join(held["code"], peer, self.get_cookie("seat") or "")
        if not seat:
            self.set_status(403)
            self.finish({"status": why})
            return
        # No age: the browser forgets it when it is closed.
        self.set_cookie("seat", seat, httponly=True, samesite="Strict", path="/")
        self.finish({"status": ""})


class Socket(Guarded, WebSocketHandler):
    """A connection that stays."""

    def send(self, text: str) -> None:
        """Send a message, if anybody is still there."""
        with contextlib.suppress(WebSocketClosedError):
            self.write_message(text).add_done_callback(lambda sent: sent.exception())


class PhoneSocket(Socket):
    """The connection of a phone that has a seat."""

    def open(self) -> None:
        """Show what is on the board; a seat of another session is sent back to the code."""
        self.name = self.get_cookie("seat") or ""
        seat = self.room.sits(self.name)
        if seat is None:
            self.close(4001, "old")
            return
        if len(seat.pages) >= MOST_PER_SEAT:
            seat.pages[0].close(1000)
        seat.pages.append(self)
        self.show()
        self.room.changed()

    def show(self, status: str = "") -> None:
        """Send the question on the board, and what became of this phone's answer."""
        seat = self.room.sits(self.name)
        if seat:
            told = results.on_phone(self.room.board, seat.number, self.room.came, self.room.words)
            self.send(json.dumps(told | ({"status": status} if status else {})))

    def on_message(self, message: str | bytes) -> None:
        """Take an answer."""
        seat = self.room.sits(self.name)
        if seat is None:
            self.close(4001, "old")
            return
        why = self.room.answer(seat, message)
        if seat.ignored > 50:
            self.close(1008)
            return
        for page in list(seat.pages):
            page.show(why if page is self else "")

    def on_close(self) -> None:
        """Leave the seat: it is kept."""
        seat = self.room.seats.get(getattr(self, "name", ""))
        if seat and self in seat.pages:
            seat.pages.remove(self)
            self.room.changed()


class BoardSocket(Socket):
    """The connection of the projector, which needs the secret first."""

    known = False

    def on_message(self, message: str | bytes) -> None:
        """Take the secret, and after that what the trainer does."""
        if not self.known:
            self._greet(message)
            return
        try:
            name = json.loads(message).get("do")
        except (ValueError, AttributeError, RecursionError):
            name = None
        held = message_in(message, COMMANDS[name]) if name in list(COMMANDS) else None
        if held is not None:
            self._task = asyncio.create_task(self._do(held))

    async def _do(self, held: Mapping[str, Any]) -> None:
        try:
            said = await self.room.do(held)
        except NotTaken as problem:
            said = {"status": str(problem), "refused": True}
        self.send(json.dumps({"said": said, "to": held["do"]}))

    def _greet(self, message: str | bytes) -> None:
        held = message_in(message, HELLO)
        typed = held["secret"] if held else ""
        if typed in self.room.once:
            self.room.once.discard(typed)
        elif not secrets.compare_digest(
            typed.encode("utf-8", "replace"), self.room.secret.encode()
        ):
            self.close(4003, "denied")
            return
        self.known = True
        self.room.projectors.add(self)
        self.send(json.dumps({"secret": self.room.secret}))
        self.send(json.dumps(self.room.told()))

    def on_close(self) -> None:
        """Forget it."""
        self.room.projectors.discard(self)


def _asset(path: str, kind: str, content: Callable[[], str]) -> tuple:
    return path, Asset, {"kind": kind, "content": content}


def _app(
    room: Room, door: str, page: Callable[[], str], size: int, handlers: list[tuple]
) -> Application:
    """Return what can be reached through a door: a page, what every page needs, and more."""
    every = [
        ("/", PageHandler, {"content": page}),
        _asset("/form.js", "text/javascript", lambda: own("form.js", "toolkit.screen")),
        _asset("/style.css", "text/css", lambda: own("style.css", "toolkit.screen")),
        *handlers,
    ]
    held = {"room": room, "door": door}
    return Application(
        [(path, handler, {**held, **more}) for path, handler, more in every],
        default_handler_class=Nowhere,
        default_handler_args=held,
        log_function=lambda _handler: None,  # who answered when is nobody's business
        websocket_max_message_size=size,
        websocket_ping_interval=15,
    )


def phone_app(room: Room) -> Application:
    """Return what phones can reach."""
    handlers: list[tuple] = [("/join", Join, {}), ("/phone", PhoneSocket, {})]
    return _app(room, "phone", phone_page, SMALL, handlers)


def board_app(room: Room) -> Application:
    """Return what the projector can reach."""
    handlers = [_asset("/vega.js", "text/javascript", live.bundle), ("/board", BoardSocket, {})]
    return _app(room, "board", board_page, LARGE, handlers)


def bound(address: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at the first free port from this one on; port 0 takes any."""
    for each in range(port, port + 20 if port else 1):
        with contextlib.suppress(OSError):
            return [_listening(address, each)]
    return [_listening(address, port)]


def _listening(address: str, port: int) -> socket.socket:
    made = socket.create_server((address, port), backlog=128)
    made.setblocking(False)
    return made


def open_board(room: Room, port: int = BOARD_PORT) -> tuple[HTTPServer, str]:
    """Serve the board to this computer; return the server and the address of the page."""
    server = Door(board_app(room), max_body_size=SMALL, max_header_size=8_000)
    sockets = bound(HERE, port)
    server.add_sockets(sockets)
    port = sockets[0].getsockname()[1]
    room.hosts["board"] = frozenset({f"{HERE}:{port}", f"localhost:{port}"})
    return server, f"http://{HERE}:{port}/"


async def serve_board(address: str | None, phone_port: int, board_port: int, browser: bool) -> None:
    """Serve the board until somebody presses Ctrl+C.

    Parameters
    ----------
    address : str or None
        Where phones will be let in.
    phone_port, board_port : int
        The ports; the next free ones are taken.
    browser : bool
        Whether to open a browser window.
    """
    room = Room(address, phone_port)
    server, home = open_board(room, board_port)
    # Others on this computer can read a command line: what stands there opens the board once.
    opened = browser and webbrowser.open(f"{home}#{next(iter(room.once))}")
    for line in ("serve.opened" if opened else "serve.ready", "serve.copy"):
        print(WORDS.say(line))
    print(f"\n    {home}#{room.secret}\n\n{WORDS.say('serve.leave')}", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        room.shut_door()
        server.stop()


def _port(text: str) -> int:
    """Return a port that was typed."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="start.py room", description=__doc__)
    parser.add_argument("--address", help="this computer's address in the network of the phones")
    parser.add_argument("--phone-port", type=_port, default=PHONE_PORT)
    parser.add_argument("--board-port", type=_port, default=BOARD_PORT)
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    given = parser.parse_args()
    if given.address:
        try:
            ipaddress.IPv4Address(given.address)
        except ValueError:
            parser.error(f"--address takes an address such as 192.168.1.20, not {given.address}.")
    address = given.address or lan_address()
    try:
        asyncio.run(serve_board(address, given.phone_port, given.board_port, not given.no_browser))
    except KeyboardInterrupt:
        print(f"\n{WORDS.say('serve.stopped')}")


if __name__ == "__main__":
    main()
