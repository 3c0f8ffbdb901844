"""What queue theory says without simulation: closed forms, each with its source.

Loads are shares (0.9 is 90 % busy); times come out in the unit of the service time that goes in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from toolkit.draws import number


def _check(
    load: float, servers: int = 1, scv: tuple[float, float] = (1, 1), service: float = 1
) -> None:
    number("load", load, high=1, below=True)
    number("servers", servers, low=1, whole=True)
    number("The squared coefficient of variation of arrivals", scv[0])
    number("The squared coefficient of variation of service", scv[1])
    number("service", service, above=True)


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
        number(name, value, above=name != "wip")
    if wip is None:
        return throughput * lead_time
    return wip / (lead_time if throughput is None else throughput)


def kingman(
    load: float, scv_arrival: float = 1, scv_service: float = 1, service: float = 1
) -> float:
    """Return the mean wait at one server: variability x utilisation x time (VUT) [1]_, [2]_.

    An approximation for any spread; exact for Poisson arrivals.

    Parameters
    ----------
    load : float
        Utilisation, 0 up to (not including) 1.
    scv_arrival, scv_service : float
        Squared coefficients of variation of the times between arrivals and of the service times.
    service : float
        Mean service time.

    References
    ----------
    .. [1] Kingman, J. F. C. (1961). The single server queue in heavy traffic. *Mathematical
       Proceedings of the Cambridge Philosophical Society*, 57, 902-904.
    .. [2] Hopp, W. J. and Spearman, M. L. *Factory Physics*, the VUT equation.
    """
    _check(load, 1, (scv_arrival, scv_service), service)
    return (scv_arrival + scv_service) / 2 * load / (1 - load) * service


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
    _check(load, servers)
    offered, blocked = servers * load, 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - load * (1 - blocked))


def mmc_wait(servers: int, load: float, service: float = 1) -> float:
    """Return the exact mean wait in the queue of M/M/c, from Erlang's delay formula.

    Parameters
    ----------
    servers : int
        How many servers share one queue.
    load : float
        Utilisation of each server, 0 up to (not including) 1.
    service : float
        Mean service time.

    Examples
    --------
    >>> round(mmc_wait(2, 0.9), 3)
    4.263
    """
    _check(load, servers, service=service)
    return erlang_c(servers, load) / (servers * (1 - load)) * service


def allen_cunneen(
    servers: int, load: float, scv_arrival: float = 1, scv_service: float = 1, service: float = 1
) -> float:
    """Return the mean wait in G/G/c: the wait of M/M/c, scaled by the variability [1]_.

    Parameters
    ----------
    servers : int
        How many servers share one queue.
    load : float
        Utilisation of each server, 0 up to (not including) 1.
    scv_arrival, scv_service : float
        Squared coefficients of variation of the times between arrivals and of the service times.
    service : float
        Mean service time.

    References
    ----------
    .. [1] Allen, A. O. (1990). *Probability, Statistics, and Queueing Theory*, 2nd ed.
    """
    _check(load, servers, (scv_arrival, scv_service), service)
    return (scv_arrival + scv_service) / 2 * mmc_wait(servers, load, service)


def sakasegawa(
    servers: int, load: float, scv_arrival: float = 1, scv_service: float = 1, service: float = 1
) -> float:
    """Return the mean wait in G/G/c without Erlang's formula; exact for M/M/1 [1]_.

    Parameters
    ----------
    servers : int
        How many servers share one queue.
    load : float
        Utilisation of each server, 0 up to (not including) 1.
    scv_arrival, scv_service : float
        Squared coefficients of variation of the times between arrivals and of the service times.
    service : float
        Mean service time.

    References
    ----------
    .. [1] Sakasegawa, H. (1977). An approximation formula for the mean queue length. *Annals
       of the Institute of Statistical Mathematics*, 29, 67-75.
    """
    _check(load, servers, (scv_arrival, scv_service), service)
    crowding = load ** (np.sqrt(2 * (servers + 1)) - 1) / (servers * (1 - load))
    return float((scv_arrival + scv_service) / 2 * crowding * service)


class LineCase(NamedTuple):
    """Throughput (items per unit of time) and lead time (units of time) of a line.

    Parameters
    ----------
    throughput, lead_time : float
        Long-run means.
    """

    throughput: float
    lead_time: float


def _check_line(wip: int, rate: float, raw_time: float) -> None:
    number("wip", wip, low=1, whole=True)
    number("rate", rate, above=True)
    number("raw_time", raw_time, above=True)


def best_case(wip: int, rate: float, raw_time: float) -> LineCase:
    """Return the line without any variation, at a constant number of items in it [1]_.

    Parameters
    ----------
    wip : int
        Items in the line.
    rate : float
        Rate of the constraint, items per unit of time.
    raw_time : float
        Time through the line when nobody waits.

    References
    ----------
    .. [1] Hopp, W. J. and Spearman, M. L. *Factory Physics*, the laws of best-case, worst-case and
       practical worst-case performance.

    Examples
    --------
    Penny Fab One: four stations of two hours each.

    >>> best_case(4, rate=0.5, raw_time=8)
    LineCase(throughput=0.5, lead_time=8.0)
    """
    _check_line(wip, rate, raw_time)
    return LineCase(float(min(wip / raw_time, rate)), float(max(raw_time, wip / rate)))


def worst_case(wip: int, rate: float, raw_time: float) -> LineCase:
    """Return the line in which everybody travels in one batch; see :func:`best_case`.

    Parameters
    ----------
    wip : int
        Items in the line.
    rate : float
        Rate of the constraint, items per unit of time.
    raw_time : float
        Time through the line when nobody waits.
    """
    _check_line(wip, rate, raw_time)
    return LineCase(1 / raw_time, float(wip * raw_time))


def practical_worst_case(wip: int, rate: float, raw_time: float) -> LineCase:
    """Return the line with as much chance as can be; see :func:`best_case`.

    Exact for a balanced CONWIP line of single exponential servers.

    Parameters
    ----------
    wip : int
        Items in the line.
    rate : float
        Rate of the constraint, items per unit of time.
    raw_time : float
        Time through the line when nobody waits.
    """
    _check_line(wip, rate, raw_time)
    return LineCase(wip / (rate * raw_time + wip - 1) * rate, raw_time + (wip - 1) / rate)


def two_station_throughput(buffer: int) -> float:
    """Return the share of its rate that a line of two equal exponential stations can keep.

    Work never runs out at the first station, ``buffer`` items have room between the two, and a
    station that cannot hand over is blocked. Items finished by the first but not by the second
    station number 0 to ``buffer + 2``; they go up and down at the same rate, so that all these
    states are equally likely, and the second station is idle in one of them: (b + 2)/(b + 3).
    Longer lines have no such short answer [1]_.

    Parameters
    ----------
    buffer : int
        Room between the two stations, the servers not counted.

    References
    ----------
    .. [1] Hillier, F. S. and Boling, R. W. (1966). The effect of some design factors on the
       efficiency of production lines with variable operation times. *Journal of Industrial
       Engineering*, 17, 651-658.

    Examples
    --------
    >>> round(two_station_throughput(0), 4)
    0.6667
    """
    number("buffer", buffer, whole=True)
    return (buffer + 2) / (buffer + 3)
