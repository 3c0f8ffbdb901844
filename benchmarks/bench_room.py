"""A room of sixty phones: from a vote to the board that shows it, and the memory of the server.

The server runs in a process of its own, as ``start.py room`` starts it; the phones are simulated in
this one. Each votes in each round at a moment of its own, the board shows the room's answers
meanwhile, so that every vote is drawn anew. Run from the root of the project:
``python -m benchmarks.bench_room``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import statistics
import sys
from multiprocessing.connection import Connection
from time import perf_counter, process_time

from tornado.websocket import websocket_connect

from tests.room.clients import Line, Phone, answer
from toolkit.room import serve

KEY = "03/predict/dice"
ASKED = [KEY, "once"]
SPREAD = 2.0  # seconds in which all phones vote


def memory() -> float:
    """Return what this process has had in memory at most, in megabytes."""
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def server(pipe: Connection) -> None:
    """Serve a room until the other side says so; then tell how much memory that took."""

    async def run() -> None:
        room = serve.Room("127.0.0.1", 0)
        made, home = serve.open_board(room, 0)
        room.open_door()
        pipe.send((home, room.secret, f"http://127.0.0.1:{room.port}/", room.code, memory()))
        await asyncio.to_thread(pipe.recv)
        pipe.send((memory(), process_time()))
        room.shut_door()
        made.stop()

    asyncio.run(run())


async def play(
    home: str, secret: str, phones: str, code: str, count: int, rounds: int
) -> list[float]:
    """Let all phones vote in each round; return the milliseconds from each vote to the board."""
    board = Line(await websocket_connect(home.replace("http", "ws") + "board"))
    board.send({"secret": secret})
    board.send({"do": "ask", "key": KEY, "turn": "once"})
    made = [Phone(phones) for _ in range(count)]
    await asyncio.gather(*(each.join(code) for each in made))
    lines = [await each.line() for each in made]
    rng, spent = random.Random(0), []
    for turn in range(rounds):
        board.send({"do": "clear"})
        await board.until(lambda told: told.get("to") == "clear")
        lines[0].send(answer(ASKED, 50))
        board.send({"do": "next"})
        await board.until(lambda told: told.get("now", {}).get("stage") == "shown")
        sent: dict[int, float] = {}

        async def vote(n: int, pause: float, said: int, sent: dict[int, float] = sent) -> None:
            await asyncio.sleep(pause)
            lines[n].send(answer(ASKED, said))
            # Where it is written is where the phone has done its part.
            sent[n] = perf_counter()

        votes = [
            asyncio.create_task(vote(n, rng.uniform(0, SPREAD), rng.randint(20, 90)))
            for n in range(1, count)
        ]
        counted = 1
        while counted < count:
            told = json.loads(await board.socket.read_message())
            now = perf_counter()
            here = told.get("now", {}).get("answered", counted)
            # Votes are counted in the order in which they were sent, or the later ones look slower.
            spent += [1000 * (now - at) for at in sorted(sent.values())[counted - 1 : here - 1]]
            counted = max(counted, here)
        await asyncio.gather(*votes)
        print(f"round {turn + 1}: {count} phones counted", flush=True)
    for line in (*lines, board):
        line.close()
        await line.ended()
    return spent


def main() -> None:
    """Play some rounds, and print what a vote takes and what the server needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=server, args=(theirs,))
    process.start()
    home, secret, phones, code, before = ours.recv()
    spent = asyncio.run(play(home, secret, phones, code, given.phones, given.rounds))
    ours.send("stop")
    after, seconds = ours.recv()
    process.join()
    cuts = statistics.quantiles(spent, n=20)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{len(spent)} votes of {given.phones} phones; load of this machine {load:.1f}")
    print(f"vote to board, milliseconds: median {statistics.median(spent):.0f}, 95% {cuts[-1]:.0f}")
    print(f"processor of the server, with its start: {seconds:.1f} s")
    print(f"memory of the server: {before:.0f} MB before, {after:.0f} MB after")


if __name__ == "__main__":
    main()
