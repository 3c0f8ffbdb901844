"""What queue theory says without simulation: closed forms, each with its source.

Loads are shares (0.9 is 90% busy); times come out in the unit of the service time that goes in.
"""

from __future__ import annotations

import numpy as np

from toolkit.models.queues.draws import check_number


def little(
    *, wip: float | None = None, throughput: float | None = None, lead_time: float | None = None
) -> float:
    """Return the third of three quantities from the other two: WIP = throughput x lead time [1]_.

    Parameters
    ----------
    wip, throughput, lead_time : float
        Give exactly two; all long-run means in matching units.

    Raises
    ------
    ValueError
        If not exactly two are given.

    References
    ----------
    .. [1] Little, J. D. C. (1961). A proof for the queuing formula L = λW. *Operations Research*,
       9, 383-387.

    Examples
    --------
    >>> little(throughput=50, lead_time=18)
    900
    """
    given = {"wip": wip, "throughput": throughput, "lead_time": lead_time}
    known = {name: value for name, value in given.items() if value is not None}
    if len(known) != 2:
        raise ValueError(
            f"Give two of wip, throughput and lead_time; {', '.join(known) or 'none'} came in."
        )
    for name, value in known.items():
        check_number(name, value, above=name != "wip")
    if wip is None:
        return known["throughput"] * known["lead_time"]
    return wip / known["lead_time" if throughput is None else "throughput"]


def erlang_c(servers: int, load: float) -> float:
    """Return the probability that an arrival has to wait in M/M/c [1]_.

    Parameters
    ----------
    servers : int
        How many servers share one queue.
    load : float
        Utilisation of each server, 0 up to (not including) 1.

    References
    ----------
    .. [1] Erlang, A. K. (1917), the delay formula; computed from the stable recursion of the loss
       formula, B(n) = aB(n-1) / (n + aB(n-1)), with offered load a = servers x load.
    """
    check_number("load", load, high=1, below=True)
    check_number("servers", servers, low=1, whole=True)
    offered, blocked = servers * load, 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - load * (1 - blocked))


def sakasegawa(
    servers: np.ndarray | float,
    load: np.ndarray | float,
    scv_arrival: np.ndarray | float = 1.0,
    scv_service: np.ndarray | float = 1.0,
    service: np.ndarray | float = 1.0,
) -> np.ndarray | float:
    """Return the mean wait in G/G/c; shapes broadcast, and nothing is checked.

    The wait of M/M/c without Erlang's formula [1]_, scaled by the variability of arrivals and
    service [2]_. With one server that is variability x utilisation x time [3]_; if people also
    come at random, it is exact.

    Parameters
    ----------
    servers : array or float
        How many servers share one queue, 1 or more; parts of a server are allowed.
    load : array or float
        Utilisation of each server, 0 up to (not including) 1.
    scv_arrival, scv_service : array or float
        Squared coefficients of variation of the times between arrivals and of the service times.
    service : array or float
        Mean service time.

    Returns
    -------
    array or float
        In the unit of ``service``.

    References
    ----------
    .. [1] Sakasegawa, H. (1977). An approximation formula for the mean queue length. *Annals
       of the Institute of Statistical Mathematics*, 29, 67-75.
    .. [2] Allen, A. O. (1990). *Probability, Statistics, and Queueing Theory*, 2nd ed.
    .. [3] Kingman, J. F. C. (1961). The single server queue in heavy traffic. *Mathematical
       Proceedings of the Cambridge Philosophical Society*, 57, 902-904.

    Examples
    --------
    >>> sakasegawa(1, np.array([0.5, 0.8, 0.9])).round(3)
    array([1., 4., 9.])
    """
    crowding = load ** (np.sqrt(2 * (servers + 1)) - 1) / (servers * (1 - load))
    return (scv_arrival + scv_service) / 2 * crowding * service
