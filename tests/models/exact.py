"""What is known exactly, to hold approximations and simulations against."""

from __future__ import annotations

from toolkit.models.queues.queueing import erlang_c


def mmc_wait(servers: int, load: float, service: float = 1) -> float:
    """Return the mean wait in the queue of M/M/c, from Erlang's delay formula."""
    return erlang_c(servers, load) / (servers * (1 - load)) * service
