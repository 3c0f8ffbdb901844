"""How full a ward can be before people wait for it."""

from __future__ import annotations

from toolkit.models.queues.draws import check_number
from toolkit.models.queues.queueing import erlang_c
from toolkit.models.wards.hospital import DAY, Hospital

STAY = 5  # mean days in bed
NO_LIMIT = 100_000  # places at the front door: nobody is sent on


def busiest(beds: int, share: float) -> float:
    """Return the highest mean occupancy at which no more than a share of people wait.

    For arrivals by chance and exponential stays, by Erlang's delay formula
    (`queueing.erlang_c`); found by halving, since that rises with the occupancy.

    Parameters
    ----------
    beds : int
        Beds that serve one queue.
    share : float
        Share of people who wait, above 0 and below 1.

    Returns
    -------
    float
        The occupancy, as a share of the beds.

    Examples
    --------
    >>> round(busiest(1, 0.1), 3)
    0.1
    """
    check_number("share", share, high=1, above=True, below=True)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if erlang_c(beds, middle) <= share else (low, middle)
    return low


def ward(beds: int, occupancy: float, swing: float = 0) -> Hospital:
    """Return a ward that everybody can leave when ready, with as many arrivals as fill it so far.

    Parameters
    ----------
    beds : int
        Beds that serve one queue.
    occupancy : float
        The mean share of beds in use, below 1.
    swing : float, default 0
        How uneven the days are, as in `Hospital`.

    Returns
    -------
    Hospital
        To be played with `play_hospital`.
    """
    check_number("occupancy", occupancy, high=1, above=True, below=True)
    # The hour of the tests is part of the stay.
    return Hospital(
        arrivals=occupancy * beds / STAY, assess=1, tests=1, treat=STAY * DAY - 1, beds=beds,
        door=NO_LIMIT, care=0, places=0, swing=swing,
    )  # fmt: skip
