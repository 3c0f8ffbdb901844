"""Who was where in a played hospital: each person's hours, where a stay counts people."""

from __future__ import annotations

import numpy as np

from toolkit.models.wards.stay import Stay

NEVER = np.inf


def people(stay: Stay) -> dict[str, np.ndarray]:
    """Return the hours in which each person of the first run moved on.

    Counted hour by hour, they are the counts of the stay. Nobody overtakes: people get a bed in
    the order of the decisions, and a place in the community in the order in which they were ready.

    Parameters
    ----------
    stay : Stay
        What was played.

    Returns
    -------
    dict of str to ndarray, each of shape (people,)
        Hour in which each was ``let_in``, ``decided`` on, ``admitted``, ``ready`` and ``left``: -1
        before the run began, infinite if the run ended first; and who ``needs`` a place.
    """
    hours = stay.came.shape[1]

    def first(counts: np.ndarray) -> np.ndarray:
        """Return the hour of the first, the second and each further one."""
        return np.repeat(np.arange(hours), counts[0].astype(np.intp))

    # Nobody is assessed or treated within the first hour: who is counted there began the run.
    treated, ready = stay.decided[0, 0], stay.ready[0, 0]
    entered = first(stay.let_in)
    let_in = np.concatenate([np.full(treated, -1.0), entered])
    decided = np.concatenate([np.zeros(treated), entered + stay.drawn["assess"][0, : len(entered)]])
    order = np.argsort(decided, kind="stable")
    let_in, decided = let_in[order], decided[order]
    admitted = np.full(len(order), NEVER)
    beds = first(stay.admitted)
    admitted[: len(beds)] = beds
    tests, treat, needs = (
        stay.drawn[name][0, : len(order)] for name in ("tests", "treat", "needs_place")
    )
    done = admitted + tests + treat
    began = np.full(ready, -1.0)
    let_in, decided, admitted, done = (
        np.concatenate([began, each]) for each in (let_in, decided, admitted, done)
    )
    needs = np.concatenate([np.ones(ready, bool), needs.astype(bool)])
    for each in (decided, done):
        each[each >= hours] = NEVER
    left = np.where(needs, NEVER, done)
    waiting = np.flatnonzero(needs & (done < NEVER))
    out = first(stay.out)
    left[waiting[np.argsort(done[waiting], kind="stable")][: len(out)]] = out
    return {
        "let_in": let_in, "decided": decided, "admitted": admitted, "ready": done, "left": left,
        "needs": needs,
    }  # fmt: skip
