"""A running room and simulated phones, for the tests and for `benchmarks/bench_room.py`."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from toolkit.room import serve

PATIENCE = 4  # seconds, on a busy machine; a condition that holds is not waited for


class Line:
    """A web socket whose messages are kept until somebody asks for one of them."""

    opened: ClassVar[list[Line]] = []

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.opened.append(self)
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def until(self, fits: Callable[[dict], Any]) -> dict[str, Any]:
        """Return the next message that fits; an AssertionError if the line ends before."""
        async with asyncio.timeout(PATIENCE):
            while True:
                text = await self.socket.read_message()
                assert text is not None, f"closed: {self.socket.close_code}"
                self.seen.append(json.loads(text))
                if fits(self.seen[-1]):
                    return self.seen[-1]

    async def ended(self) -> int | None:
        """Wait until the other side closes, and return its code."""
        async with asyncio.timeout(PATIENCE):
            while await self.socket.read_message() is not None:
                pass
        return self.socket.close_code

    def send(self, message: Any) -> None:
        """Send JSON, or text as it is."""
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        self.socket.write_message(text, binary=isinstance(text, bytes))

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


class Phone:
    """A phone with the cookie that its browser keeps."""

    def __init__(self, home: str) -> None:
        self.home, self.cookie = home, ""

    async def join(self, code: str) -> HTTPResponse:
        """Type a code."""
        reply = await ask(f"{self.home}join", body={"code": code}, Cookie=self.cookie)
        for cookie in reply.headers.get_list("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return reply

    async def line(self, **headers: str) -> Line:
        """Connect; as after a sleep, or on another page."""
        address = self.home.replace("http", "ws") + "phone"
        headers = {"Cookie": self.cookie, **headers}
        return Line(await websocket_connect(HTTPRequest(address, headers=headers)))


def answer(asked: list[str], said: Any, sure: str = "0.7") -> dict[str, Any]:
    """Return what a phone sends."""
    return {"asked": asked, "answer": said, "sure": sure}


async def ask(address: str, body: Any = None, **headers: str) -> HTTPResponse:
    """Ask for a page, or send JSON."""
    more = {"method": "POST", "body": json.dumps(body)} if body is not None else {}
    told = {"Content-Type": "application/json"} if body is not None else {}
    request = HTTPRequest(address, headers={**told, **headers}, **more)
    return await AsyncHTTPClient().fetch(request, raise_error=False)


class Session:
    """A room that runs, its projector, and where phones find it."""

    def __init__(self, room: serve.Room, home: str, board: Line) -> None:
        self.room, self.home, self.board = room, home, board

    @property
    def phones(self) -> str:
        """The address for phones."""
        return f"http://{self.room.address}:{self.room.port}/"

    async def do(self, name: str, **more: Any) -> dict[str, Any]:
        """Press a button of the board, and return what it says to the trainer."""
        self.board.send({"do": name, **more})
        return (await self.board.until(lambda told: "said" in told))["said"]

    async def shows(self, fits: Callable[[dict], Any]) -> dict[str, Any]:
        """Return what the board shows, as soon as it fits."""
        last = next((each for each in reversed(self.board.seen) if "now" in each), None)
        if last and fits(last):
            return last
        return await self.board.until(lambda told: "now" in told and fits(told))

    async def joined(self, count: int = 1) -> list[tuple[Phone, Line]]:
        """Let phones in."""
        phones = [Phone(self.phones) for _ in range(count)]
        for reply in await asyncio.gather(*(each.join(self.room.code) for each in phones)):
            assert reply.code == 200, reply.body
        return list(
            zip(phones, await asyncio.gather(*(each.line() for each in phones)), strict=True)
        )


@contextlib.asynccontextmanager
async def running(key: str = "", turn: str = "once") -> AsyncIterator[Session]:
    """Open a board; with a question, let phones in and ask it."""
    Line.opened.clear()
    room = serve.Room("127.0.0.1", 0)
    server, home = serve.open_board(room, 0)
    address = home.replace("http", "ws") + "board"
    board = Line(await websocket_connect(address))
    board.send({"secret": room.secret})
    await board.until(lambda told: "now" in told)
    made = Session(room, home, board)
    try:
        if key:
            await made.do("doors", open=True)
            await made.do("ask", key=key, turn=turn)
            await made.shows(lambda told: told["now"].get("key") == key)
        yield made
    finally:
        room.shut_door()
        for line in Line.opened:
            line.close()
        await asyncio.gather(*(line.ended() for line in Line.opened), return_exceptions=True)
        server.stop()
        await server.close_all_connections()
