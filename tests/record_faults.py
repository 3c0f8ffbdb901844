"""Look for lost entries of a record: ``python -m tests.record_faults [runs]``, 1,000 by default.

A third of the runs kill a kernel with ``kill -9`` at a random moment, a third let the disk become
full, a third let three kernels write at once, one of which is killed. An entry counts as lost if
`Record.put` said that it is saved and the next session does not find it. Needs fork and signals.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import filelock  # noqa: F401  before any kernel starts, so that none is killed while it imports

from toolkit.learning.record import Record
from toolkit.learning.record_file import parsed

LONGEST = 0.06  # seconds until a kernel is killed; an entry takes a few milliseconds
Checks = list[str]  # what was found wrong


def writer(path: Path, name: str, count: int, told: int) -> None:
    """Put entries into the record, and tell each through a pipe once it is saved."""
    record = Record(path)
    for n in range(count):
        record.put(f"{name}/{n}", {"text": "x" * random.randrange(3000)})
        if record.saved:
            os.write(told, f"{name}/{n}\n".encode())


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Do something in another process; return its number and the end of a pipe to read."""
    read, write = os.pipe()
    if process := os.fork():
        os.close(write)
        return process, read
    try:
        os.close(read)
        random.seed(os.getpid())
        work(write)
    finally:
        os._exit(0)


def said(pipe: int) -> set[str]:
    """Return the entries that a process said are saved; the last line may be cut."""
    with os.fdopen(pipe, "rb") as file:
        return {line.decode().strip() for line in file.readlines() if line.endswith(b"\n")}


def missing(path: Path, saved: set[str]) -> set[str]:
    """Return the saved entries that a new session does not find; the session must work."""
    record = Record(path)
    lost = saved - set(record.keys())
    record.put("after", {"text": "goes on"})
    if record.trouble or not record.saved or list(path.parent.glob("*unreadable*")):
        lost.add("the record itself")
    return lost


def killed(path: Path) -> tuple[set[str], set[str]]:
    """Kill a kernel at a random moment of its writing."""
    process, pipe = forked(lambda told: writer(path, "a", 1000, told))
    time.sleep(random.uniform(0, LONGEST))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    saved = said(pipe)
    return saved, missing(path, saved)


def full(path: Path) -> tuple[set[str], set[str]]:
    """Let the disk take no more in the middle of a session, and take more later."""

    def session(told: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        record, rest = Record(path), resource.getrlimit(resource.RLIMIT_FSIZE)
        limit, last = random.randrange(1, 20_000), {}
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, rest[1]))
        for n in range(15):
            record.put(f"a/{n}", {"text": "x" * random.randrange(3000)})
            if record.saved:
                last = parsed(path.read_bytes())["entries"]
            elif last and parsed(path.read_bytes())["entries"] != last:
                os._exit(1)  # a failed write has changed the file
        resource.setrlimit(resource.RLIMIT_FSIZE, rest)
        record.put("a/15", {})
        if record.saved and set(record.keys()) == {f"a/{n}" for n in range(16)}:
            os.write(told, "".join(f"a/{n}\n" for n in range(16)).encode())

    process, pipe = forked(session)
    status = os.waitpid(process, 0)[1]
    saved = said(pipe)
    lost = missing(path, saved)
    if status or len(saved) < 16 or list(path.parent.glob("*.part")):
        lost.add("the session's own entries")
    return saved, lost


def several(path: Path) -> tuple[set[str], set[str]]:
    """Let three kernels write at once, and kill one of them."""
    others = [forked(lambda told, name=name: writer(path, name, 6, told)) for name in "bc"]
    process, pipe = forked(lambda told: writer(path, "a", 1000, told))
    time.sleep(random.uniform(0, LONGEST))
    os.kill(process, signal.SIGKILL)
    saved = said(pipe)
    for each, end in [(process, None), *others]:
        os.waitpid(each, 0)
        saved |= said(end) if end is not None else set()
    lost = missing(path, saved)
    if not {f"{name}/{n}" for name in "bc" for n in range(6)} <= saved:
        lost.add("an entry of a kernel that was not killed")
    return saved, lost


def main(runs: int) -> int:
    """Run all three kinds in turn, and return how many entries were lost."""
    saved = lost = halves = 0
    seed = int.from_bytes(os.urandom(4), "big")
    random.seed(seed)
    for n in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "my-record.json"
            had, gone = (killed, full, several)[n % 3](path)
            halves += bool(list(path.parent.glob("*.part")))
            saved, lost = saved + len(had), lost + len(gone)
            if gone:
                print(f"run {n}: {', '.join(sorted(gone)[:5])}")
    print(
        f"{runs} runs (seed {seed}): {saved} entries saved, {lost} entries lost; "
        f"{halves} kernels were killed in the middle of a write."
    )
    return lost


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000) > 0)
