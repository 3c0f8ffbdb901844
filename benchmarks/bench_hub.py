"""A class on a hub: memory, processor and the answer of a slider for each learner.

Each learner has what a JupyterHub gives one: a JupyterLab of their own and a kernel in it. The
kernel runs a whole lesson. All learners then move the sliders of its live labs, each at moments of
their own and by jumps, so that few of the charts have been drawn ahead. The hub itself, its proxy
and the browsers are left out. Linux only, for the memory. Run from the root of the project:
``python -m benchmarks.bench_hub --learners 4``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import statistics
import tempfile
import uuid
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.browser.conftest import Desk, served

LESSON = "03-theory-of-constraints.ipynb"
# Seconds that a server may take when all learners start theirs at once.
PATIENT = {"connect_timeout": 600, "request_timeout": 600}
SHARE = 0.5  # of a core that a class may take all the time, so that two moves at once find room


class Learner:
    """A learner's server, the processes behind it, and the line to the kernel."""

    def __init__(self, desk: Desk, server: psutil.Process, seed: int) -> None:
        self.desk, self.server = desk, server
        self.rng = random.Random(seed)
        self.made: dict[str, dict[str, Any]] = {}  # widgets that the kernel has opened
        self.answers: list[float] = []  # milliseconds

    @property
    def kernel(self) -> psutil.Process:
        """The process of the lesson."""
        (only,) = self.server.children()
        return only

    async def open(self, wait: float) -> None:
        """Start a kernel after so many seconds and run the lesson in it, as a page does."""
        await asyncio.sleep(wait)
        address, _, token = self.desk.address.partition("?")
        wanted = json.dumps({"name": "python3", "path": "notebooks"})
        made = await AsyncHTTPClient().fetch(
            HTTPRequest(f"{address}api/kernels?{token}", "POST", body=wanted, **PATIENT)
        )
        place = f"{address}api/kernels/{json.loads(made.body)['id']}/channels?{token}"
        self.line: WebSocketClientConnection = await websocket_connect(
            HTTPRequest(place.replace("http", "ws", 1), **PATIENT), max_message_size=100_000_000
        )
        cells = json.loads((self.desk.folder / "notebooks" / LESSON).read_text(encoding="utf-8"))
        for cell in cells["cells"]:
            if cell["cell_type"] == "code":
                await self._run("".join(cell["source"]))
        charts = ((name, state["driver"]) for name, state in self.made.items() if "driver" in state)
        self.labs = [
            (chart, form, field)
            for chart, form in charts
            for field in self.made.get(form, {}).get("fields", ())
            if field["kind"] == "slider"
        ]

    async def move(self) -> None:
        """Move a slider of one of the labs, and note how long its chart takes to follow."""
        chart, form, slider = self.rng.choice(self.labs)
        low, high, step = (slider[name] for name in ("min", "max", "step"))
        state = self.made[form]
        places = [low + n * step for n in range(round((high - low) / step) + 1)]
        places.remove(state["value"][slider["name"]])
        state["value"] = {**state["value"], slider["name"]: self.rng.choice(places)}
        update = {"method": "update", "state": {"value": state["value"]}, "buffer_paths": []}
        begun = perf_counter()
        await self._send("comm_msg", comm_id=form, data=update)
        while True:
            told = await self._heard()
            if told["msg_type"] == "comm_msg" and told["content"]["comm_id"] == chart:
                shown = told["content"]["data"].get("state", {}).get("setting")
                if shown == state["value"]:
                    break
        self.answers.append(1000 * (perf_counter() - begun))

    async def play(self, moves: int, every: float) -> None:
        """Move a slider so many times, so many seconds apart on average."""
        for _ in range(moves):
            await asyncio.sleep(self.rng.uniform(0, 2 * every))
            await self.move()

    async def _run(self, code: str) -> None:
        asked = await self._send("execute_request", code=code, silent=False)
        while True:
            told = await self._heard()
            if told["msg_type"] == "error":
                raise RuntimeError("\n".join(told["content"]["traceback"]))
            idle = told["content"].get("execution_state") == "idle"
            if idle and told["parent_header"].get("msg_id") == asked:
                return

    async def _send(self, kind: str, **content: Any) -> str:
        name = uuid.uuid4().hex
        header = {"msg_id": name, "msg_type": kind, "session": "", "username": "", "version": "5.3"}
        empty: dict[str, Any] = {"parent_header": {}, "metadata": {}, "buffers": []}
        await self.line.write_message(
            json.dumps({"header": header, "content": content, "channel": "shell", **empty})
        )
        return name

    async def _heard(self) -> dict[str, Any]:
        text = await asyncio.wait_for(self.line.read_message(), 120)
        told = json.loads(text.split(b"\x00", 1)[0] if isinstance(text, bytes) else text)
        told.setdefault("msg_type", told["header"]["msg_type"])
        if told["msg_type"] == "comm_open":
            self.made[told["content"]["comm_id"]] = dict(told["content"]["data"]["state"])
        return told


def processor(learners: list[Learner]) -> float:
    """Return the seconds of a processor that all learners have had, on average."""
    spent = 0.0
    for each in learners:
        for process in (each.server, *each.server.children()):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent / len(learners)


def memory(process: psutil.Process) -> float:
    """Return a proportional set size in megabytes: who shares a page has a part of it."""
    return process.memory_full_info().pss / 1e6


async def measure(learners: list[Learner], moves: int, every: float, within: float) -> None:
    """Open the lesson for all, one after the other, let them play, and print what that took."""
    started = processor(learners)
    begun = perf_counter()
    pause = within / len(learners)
    await asyncio.gather(*(each.open(n * pause) for n, each in enumerate(learners)))
    waited = perf_counter() - begun
    opened = processor(learners)
    await asyncio.gather(*(each.play(moves, every) for each in learners))
    played = processor(learners)
    lab, kernel = ([memory(p) for p in ps] for ps in zip(
        *((each.server, each.kernel) for each in learners), strict=True
    ))  # fmt: skip
    whole = statistics.mean(lab) + statistics.mean(kernel)
    answers = [each for learner in learners for each in learner.answers]
    move = (played - opened) / moves
    print(f"memory per learner (PSS): {whole:.0f} MB")
    print(f"   JupyterLab {statistics.mean(lab):.0f}, lesson {statistics.mean(kernel):.0f}")
    print(f"learners per GB: {1000 / whole:.1f}")
    print(f"processor per learner: server's start {started:.1f} s, lesson {opened - started:.1f} s")
    print(f"all opened the lesson within {within:g} s: {waited:.0f} s until the last had it")
    print(f"{len(answers)} moves of a slider, each learner one in {every:g} s on average")
    median, most = statistics.median(answers), statistics.quantiles(answers, n=20)[-1]
    print(f"   its answer, milliseconds: median {median:.0f}, 95% {most:.0f}")
    print(f"   processor per move: {1000 * move:.0f} ms")
    print(f"learners per core, {SHARE:.0%} of it used: {SHARE * every / move:.0f}")


def main() -> None:
    """Start the servers one by one, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=4)
    parser.add_argument("--moves", type=int, default=12)
    parser.add_argument("--every", type=float, default=5, help="seconds from a move to the next")
    parser.add_argument("--within", type=float, default=0, help="seconds in which all of them open")
    given = parser.parse_args()
    print(f"{given.learners} learners, lesson {LESSON[:2]}, {os.cpu_count()} cores")
    print(f"load of this machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        learners, known = [], set()
        for n in range(given.learners):
            place = Path(folder) / str(n)
            place.mkdir()
            desk = stack.enter_context(served(place))
            (server,) = (p for p in psutil.Process().children() if p.pid not in known)
            known.add(server.pid)
            learners.append(Learner(desk, server, n))
        AsyncHTTPClient.configure(None, max_clients=given.learners)
        asyncio.run(measure(learners, given.moves, given.every, given.within))
    print(f"load of this machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
