"""How long and how large: a file that would hold up the page ends in a sentence, not in silence."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator

from toolkit.upload.errors import refusal

SECONDS = 60.0  # of work for one file; 100,000 rows of a workbook may take half of that
MOST_BYTES = 20_000_000
MOST_UNPACKED = 150_000_000  # an Excel file is a packed folder; 100,000 rows unpack to some 30 MB
MOST_ROWS = 300_000
MOST_COLUMNS = 800
MOST_CELLS = 2_000_000
PIECE = 1 << 18  # bytes read at a time

_ends = [float("inf")]


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Let whatever calls `tick` inside end after some seconds."""
    _ends.append(min(_ends[-1], time.process_time() + SECONDS))
    try:
        yield
    finally:
        _ends.pop()


def tick() -> None:
    """Refuse to go on if the time is over."""
    if time.process_time() > _ends[-1]:
        raise refusal("slow", seconds=f"{SECONDS:.0f}")


class Ticking(io.BytesIO):
    """Bytes whose readers are stopped when the time is over."""

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        tick()
        return super().read(size)
