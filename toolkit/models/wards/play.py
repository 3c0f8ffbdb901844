"""Play a hospital: an hour is the step, and all runs are played at once."""

from __future__ import annotations

import numpy as np

from toolkit.models.queues.draws import NO_SPREAD, check_number
from toolkit.models.wards.hospital import DAY, Hospital
from toolkit.models.wards.stay import Stay

OUT_AT = 10  # places in the community are filled at ten in the morning
SETTLE = 20  # days played before anything is counted
COUNTED = 40  # days


def _geometric(chance: np.ndarray, mean: float) -> np.ndarray:
    """Return whole hours, at least one; the longer the mean, the longer for the same chance."""
    if mean == 1:
        return np.ones(chance.shape, dtype=np.int32)
    return 1 + (np.log(chance) / np.log(1 - 1 / mean)).astype(np.int32)


def _lengths(hospital: Hospital, luck: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return each person's hours of assessment, tests and treatment."""
    means = hospital.assess, hospital.tests, hospital.treat
    return tuple(_geometric(chance, mean) for chance, mean in zip(luck, means, strict=False))


def _slots(hospital: Hospital, days: int) -> np.ndarray:
    """Return how many places in the community become free on each day."""
    return np.diff(np.floor(hospital.places * np.arange(days + 1) + 1e-9)).astype(np.int64)


def _next(so_far: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return run and number of each of the next people, ``count`` in each run."""
    count = count.astype(np.intp)  # a browser's 32 bits: repeat takes no wider counts there
    run = np.repeat(np.arange(len(count)), count)
    return run, so_far[run] + np.arange(len(run)) - np.repeat(count.cumsum() - count, count)


def play_hospital(
    hospital: Hospital,
    runs: int = 1,
    seed: int = 0,
    days: int = COUNTED,
    settle: int = SETTLE,
    warm: bool = False,
    then: tuple[int, Hospital] | None = None,
) -> Stay:
    """Play a hospital hour by hour, all runs at once, from empty beds or from near its balance.

    The same seed brings the same arrivals, and the same luck to the n-th person let in and to the
    n-th in a bed, whatever is changed; so two hospitals can be compared run by run.

    Parameters
    ----------
    hospital : Hospital
        What to play.
    runs : int, default 1
        How many runs.
    seed : int, default 0
        Seed of chance.
    days, settle : int
        Days that are counted, and days before that.
    warm : bool, default False
        True: the run begins with as many people as `Hospital.settles_at` says, which spares weeks
        of settling; those in treatment count as decided and admitted in the first hour.
    then : tuple of int and Hospital, optional
        From that day of the run on, people who come in are assessed, and people who get a bed are
        tested and treated, as in this hospital, and its places become free each day.

    Returns
    -------
    Stay
        What happened in each hour.
    """
    check_number("runs", runs, low=1, whole=True)
    check_number("days", days, low=1, whole=True)
    check_number("settle", settle, whole=True)
    chance = np.random.default_rng(seed)
    hours = DAY * (settle + days)
    rate = np.full((runs, settle + days), hospital.arrivals / DAY)
    if hospital.swing > NO_SPREAD:
        shape = hospital.swing**-2
        rate *= chance.gamma(shape, 1 / shape, rate.shape)
    came = chance.poisson(np.repeat(rate, DAY, axis=1)).astype(np.int32)
    people = int(came.sum(axis=1).max()) + hospital.beds
    luck = 1 - chance.random((4, runs, people))  # above 0, so that its logarithm exists
    needs_place = (luck[3] <= hospital.care).astype(np.int32)
    assess, tests, treat = _lengths(hospital, luck)
    slots = _slots(hospital, settle + days)
    from_day, later = then or (settle + days, hospital)
    slots[from_day:] = _slots(later, settle + days)[from_day:]

    stay = tests + treat
    # One row more than hours: what would happen after the end falls there.
    let_in, decided, admitted, out = np.zeros((4, hours + 1, runs), dtype=np.int32)
    going = np.zeros((2, hours + 1, runs), dtype=np.int32)
    home, join = going  # straight home, or ready and in need of a place
    assessing, waiting, in_bed, still = np.zeros((4, hours, runs), dtype=np.int32)
    at_door, queue, beds, done, entered, taken = np.zeros((6, runs), dtype=np.int32)
    treated, ready = hospital.settles_at() if warm else (0, 0)
    beds += ready
    done += ready
    at_door += treated
    decided[0] += treated
    for t in range(hours):
        if t == DAY * from_day:
            sooner = _lengths(later, luck)
            still_to_come = [np.arange(people) >= n[:, None] for n in (entered, taken, taken)]
            assess, tests, treat = map(np.where, still_to_come, sooner, (assess, tests, treat))
            stay = tests + treat
        at_door -= decided[t]
        queue += decided[t]
        beds -= home[t]
        done += join[t]
        if t % DAY == OUT_AT:
            out[t] = np.minimum(done, slots[t // DAY])
            done -= out[t]
            beds -= out[t]
        admitted[t] = np.minimum(queue, hospital.beds - beds)
        run, person = _next(taken, admitted[t])
        end = np.minimum(t + stay[run, person], hours)
        np.add.at(going, (needs_place[run, person], end, run), 1)
        taken += admitted[t]
        queue -= admitted[t]
        beds += admitted[t]
        let_in[t] = np.minimum(came[:, t], hospital.door - at_door - queue)
        run, person = _next(entered, let_in[t])
        np.add.at(decided, (np.minimum(t + assess[run, person], hours), run), 1)
        entered += let_in[t]
        at_door += let_in[t]
        assessing[t], waiting[t], in_bed[t], still[t] = at_door, queue, beds, done

    first = admitted[: DAY * settle].sum(axis=0)
    counted = (np.arange(people) >= first[:, None]) & (np.arange(people) < taken[:, None])
    lengths = {
        name: (drawn * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
        for name, drawn in (("tests", tests), ("treat", treat))
    }
    drawn = {"assess": assess, "tests": tests, "treat": treat, "needs_place": needs_place}
    return Stay(
        later, DAY * settle, came,
        let_in=let_in[:hours].T, decided=decided[:hours].T, admitted=admitted[:hours].T,
        left=(home + out)[:hours].T, out=out[:hours].T,
        assessing=assessing.T, waiting=waiting.T, in_bed=in_bed.T, ready=still.T, lengths=lengths,
        drawn=drawn,
    )  # fmt: skip
