"""Make a table for those who have no data of their own: ``python data/generate_sample.py``.

A clinic that does not exist: referrals, how many of them were seen within 14 days, and the mean
wait. From ``SHIFT`` on more are seen in time; before and after it there is only chance, but for one
month in which the team was short. Another month is left out, as months are. Only the standard
library is used, and a second run writes the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import random
from pathlib import Path

TARGET = Path(__file__).parent / "sample_service.csv"
SEED = 13
MONTHS = 30
FIRST = datetime.date(2023, 4, 1)
SHIFT = 16  # in this month something real begins
LOST = 9  # nobody wrote this month down
SEEN = (0.62, 0.78)  # share seen in time, before and after
SHORT, FEW = 22, 0.6  # in this month half of the team was ill, and this share was seen in time
WAIT = (15.0, 11.0)  # days
COLUMNS = ("month", "referrals", "seen_within_14_days", "mean_wait_days")


def month(number: int) -> datetime.date:
    """Return the first day of a month, counted from the first one."""
    years, months = divmod(FIRST.month - 1 + number, 12)
    return datetime.date(FIRST.year + years, months + 1, 1)


def rows() -> list[tuple[object, ...]]:
    """Return one row for each month that was written down."""
    draw, found = random.Random(SEED), []
    for number in range(MONTHS):
        after = number >= SHIFT
        referrals = round(draw.gauss(150, 12))
        share = FEW if number == SHORT else SEEN[after]
        seen = sum(draw.random() < share for _ in range(referrals))
        wait = draw.gauss(WAIT[after], 0.8)
        if number != LOST:
            found.append((month(number).isoformat(), referrals, seen, f"{wait:.1f}"))
    return found


def main(target: Path = TARGET) -> None:
    """Write the table."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows())


if __name__ == "__main__":
    main()
