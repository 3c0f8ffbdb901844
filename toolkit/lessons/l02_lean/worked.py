"""Lesson 02: the figures of its exercises. The laboratory and the pharmacy are illustrative."""

from __future__ import annotations

from typing import Any

from toolkit.models.queues.stream import PARTS, Stream, StreamStep, level_times, send
from toolkit.screen.facts import Facts

LABORATORY = {"steps": 3, "touch": 4, "samples": 20, "tray": 10}
PHARMACY = Stream(
    (StreamStep("checked", 6), StreamStep("picked", 3, setup=12), StreamStep("handed out", 4))
)
BAGS, TOGETHER = 12, 6


def trays() -> dict[str, Any]:
    """Return when the first result of a laboratory is there, by trays and one by one."""
    given = LABORATORY
    steps, touch, samples, tray = given.values()
    first, _ = level_times(steps, touch, 0, samples, tray)
    alone, _ = level_times(steps, touch, 0, samples, 1)
    return {
        **given,
        "first": first,
        "alone": alone,
        "one_step": tray * touch,
        "everything": steps * touch * samples,
    }


def pharmacy() -> Facts:
    """Draw where the time of a bag of medicines goes."""
    account = _pharmacy()
    return Facts(chart=account, whole=sum(account.values()), bags=BAGS, together=TOGETHER)


def bags() -> dict[str, Any]:
    """Return the shares that can be read from the chart of the pharmacy."""
    account = _pharmacy()
    whole = sum(account.values())
    return {
        "minutes": account["work"],
        "whole": whole,
        "efficiency": 100 * account["work"] / whole,
        "waiting": 100 * (account["batch"] + account["queue"]) / whole,
        "of_waiting": 100 * account["work"] / (whole - account["work"]),
    }


def first_out() -> dict[str, Any]:
    """Return what is tried on a learner's function, and two ways to get it wrong."""

    def right(steps: int, touch: float, setup: float, batch: int) -> float:
        return level_times(steps, touch, setup, batch, batch)[0]

    def no_setup(steps: int, touch: float, setup: float, batch: int) -> float:
        return right(steps, touch, 0 * setup, batch)

    def alone(steps: int, touch: float, setup: float, batch: int) -> float:
        return right(steps, touch, setup, batch // batch)

    cases = [(4, 5, 0, 12), (4, 5, 10, 3), (1, 7, 2, 1), (3, 4, 6, 20), (5, 1, 12, 8)]
    return {"cases": cases, "right": right, "no_setup": no_setup, "alone": alone}


def _pharmacy() -> dict[str, float]:
    account = send(PHARMACY, BAGS, TOGETHER).account
    return {part: account[part] for part in PARTS if account[part]}
