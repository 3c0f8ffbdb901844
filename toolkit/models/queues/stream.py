"""One clinic's value stream: how long patients are there, and where that time goes.

Patients pass a few steps, each with one member of staff, and are handed on in batches. Every minute
between arriving and leaving is put to one account: work, rework, set-up, batch or queue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from toolkit.models.queues.draws import Checked, check_number, checked

PARTS = ("work", "rework", "set-up", "batch", "queue")


@dataclass(frozen=True)
class StreamStep(Checked):
    """One step of a value stream.

    Parameters
    ----------
    name : str
        What happens there.
    touch : float
        Minutes of work on one patient.
    setup : float, default 0
        Minutes of getting ready before each batch, whatever its size.
    rework : float, default 0
        Share of patients for whom the work has to be done a second time (0 to 1).
    """

    name: str
    touch: float = checked(called="touch, in minutes,", above=True)
    setup: float = checked(0.0, called="setup, in minutes,")
    rework: float = checked(0.0, called="rework, a share,", high=1)

    def __post_init__(self) -> None:
        """Refuse a step that cannot be."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise TypeError(f"A step needs a name in words; {self.name!r} came in.")
        super().__post_init__()


@dataclass(frozen=True)
class Stream:
    """The steps that one group of patients passes, in order.

    Parameters
    ----------
    steps : tuple of Step
        At least one.
    """

    steps: tuple[StreamStep, ...]

    def __post_init__(self) -> None:
        """Refuse a stream without steps."""
        if not self.steps or not all(isinstance(step, StreamStep) for step in self.steps):
            raise TypeError(
                f"A stream needs at least one Step, in a tuple; {self.steps!r} came in."
            )

    def change(self, *, touch: float = 1.0, setup: float = 1.0, rework: float = 1.0) -> Stream:
        """Return the stream with work, set-up or rework multiplied at every step.

        Parameters
        ----------
        touch, setup, rework : float
            What each is multiplied by; 1 leaves it as it is.

        Returns
        -------
        Stream
            The changed stream.
        """
        return Stream(
            tuple(
                replace(
                    step,
                    touch=step.touch * touch,
                    setup=step.setup * setup,
                    rework=step.rework * rework,
                )
                for step in self.steps
            )
        )


@dataclass(frozen=True)
class Passage:
    """What became of the patients.

    Parameters
    ----------
    out : array (runs, patients)
        When each patient leaves, in minutes after the clinic opens.
    parts : array (runs, patients, 5)
        Minutes of each patient's time by account, in the order of `PARTS`.
    came, begins, ends : array (runs, patients, steps)
        When each patient comes to each step, and when the work on that patient begins and ends.
    """

    out: np.ndarray
    parts: np.ndarray
    came: np.ndarray
    begins: np.ndarray
    ends: np.ndarray

    @property
    def lead(self) -> np.ndarray:
        """Minutes from arriving to leaving, for each run and patient."""
        return self.parts.sum(-1)

    @property
    def first(self) -> np.ndarray:
        """When the first patient leaves, for each run."""
        return self.out.min(1)

    @property
    def last(self) -> np.ndarray:
        """When the last patient leaves, for each run."""
        return self.out.max(1)

    @property
    def account(self) -> dict[str, float]:
        """Minutes per patient by account, averaged over patients and runs."""
        return dict(zip(PARTS, self.parts.mean((0, 1)).tolist(), strict=True))

    @property
    def flow_efficiency(self) -> float:
        """Share of the time in the clinic that is work on the patient, done once."""
        return self.account["work"] / float(self.lead.mean())


def send(
    stream: Stream,
    patients: int,
    batch: int,
    *,
    apart: float = 0.0,
    cv: float = 0.0,
    runs: int = 1,
    rng: np.random.Generator | None = None,
) -> Passage:
    """Send patients through a stream in batches, and account for every minute.

    A batch starts a step when all its patients are there and the step is free: first the set-up,
    then one patient after the other. It moves on when its last patient is done.

    Parameters
    ----------
    stream : Stream
        The steps.
    patients : int
        How many come.
    batch : int
        How many are handed on together; the last batch may be smaller.
    apart : float, default 0
        Minutes between two arrivals; 0: all are there when the clinic opens.
    cv : float, default 0
        How much the work varies: its standard deviation as a share of its mean.
    runs : int, default 1
        How many clinics are played.
    rng : Generator, optional
        Where chance comes from. Without it nothing varies: each patient takes the mean, and rework
        is shared out evenly.

    Returns
    -------
    Passage
        When everybody leaves, and where the minutes went.

    Raises
    ------
    ValueError
        If work is to vary and no generator is given, or a number cannot be right.

    References
    ----------
    Hopp, W.J. and Spearman, M.L. (2011) Factory physics. 3rd edn. Waveland Press.
    """
    check_number("patients", patients, low=1, high=1000, whole=True)
    check_number("batch", batch, low=1, high=1000, whole=True)
    check_number("apart, in minutes,", apart)
    check_number("cv", cv, high=2)
    check_number("runs", runs, low=1, high=10_000, whole=True)
    if cv and rng is None:
        raise ValueError(f"cv is {cv:g}, so chance is needed: give a numpy Generator as rng.")
    touch = np.array([step.touch for step in stream.steps])
    share = np.array([step.rework for step in stream.steps])
    shape = (runs, patients, len(touch))
    work = np.broadcast_to(touch, shape)
    again = work * share
    if rng is not None:
        if cv:
            work = rng.gamma(1 / cv**2, touch * cv**2, shape)
        again = work * (rng.random(shape) < share)
    arrived = np.arange(patients) * float(apart)
    out = np.zeros((runs, patients))
    parts = np.zeros((runs, patients, len(PARTS)))
    came, begins, ends = np.zeros((3, *shape))
    came[:, :, 0] = arrived
    free = np.zeros((runs, len(touch)))
    for begin in range(0, patients, batch):
        own = slice(begin, min(begin + batch, patients))
        there = np.full(runs, arrived[own].max())
        parts[:, own, 3] += arrived[own].max() - arrived[own]
        for n, step in enumerate(stream.steps):
            start = np.maximum(there, free[:, n])
            busy = work[:, own, n] + again[:, own, n]
            done = start + step.setup + busy.sum(1)
            ends[:, own, n] = (start + step.setup)[:, None] + busy.cumsum(1)
            begins[:, own, n] = ends[:, own, n] - busy
            if n:
                came[:, own, n] = there[:, None]
            parts[:, own, 0] += work[:, own, n]
            parts[:, own, 1] += again[:, own, n]
            parts[:, own, 2] += step.setup
            parts[:, own, 3] += busy.sum(1)[:, None] - busy
            parts[:, own, 4] += (start - there)[:, None]
            free[:, n] = there = done
        out[:, own] = there[:, None]
    return Passage(out, parts, came, begins, ends)


def level_times(
    steps: int, touch: float, setup: float, patients: int, batch: int
) -> tuple[float, float]:
    """Return when the first and the last patient leave, where all steps are alike.

    Parameters
    ----------
    steps : int
        How many steps.
    touch, setup : float
        Minutes of work per patient, and of set-up per batch, at each step.
    patients, batch : int
        How many are there at the start, and how many go on together; the second divides the first.

    Returns
    -------
    tuple of float
        Minutes until the first and until the last one leaves.
    """
    if patients % batch:
        raise ValueError(f"batch must divide the {patients} patients evenly; {batch!r} came in.")
    one = setup + batch * touch
    return steps * one, (steps - 1 + patients / batch) * one


def level_best(steps: int, touch: float, setup: float, patients: int) -> float:
    """Return the batch that brings the last patient out soonest, where all steps are alike.

    It is where more set-ups cost as much as less waiting for each other saves: the minimum of
    ``(steps - 1 + patients / batch) * (setup + batch * touch)``.

    Parameters
    ----------
    steps : int
        How many steps, at least two.
    touch, setup : float
        Minutes of work per patient, and of set-up per batch, at each step.
    patients : int
        How many are there at the start.

    Returns
    -------
    float
        The best batch, not rounded; at least 1 and at most all patients.
    """
    check_number("steps", steps, low=2, whole=True)
    check_number("touch, in minutes,", touch, above=True)
    return min(max(1.0, math.sqrt(setup * patients / ((steps - 1) * touch))), float(patients))


TALK = 15  # illustrative: minutes below which a team cannot sit down to learn anything
USES = ("nothing", "more", "learn", "paid")


@dataclass(frozen=True)
class Freed:
    """The paid time of one clinic session, after work on each patient has become shorter.

    Parameters
    ----------
    patients : int
        How many were seen before.
    slot : float
        Minutes that one patient took before; the session was full.
    saved : float
        Minutes that each patient takes less now.
    gathered : bool
        True if the saved minutes lie together at the end, False if they lie between patients.
    agreed : str, default "nothing"
        What the freed minutes are for: ``"nothing"``, ``"more"`` patients, time to ``"learn"``, or
        hours that are no longer ``"paid"``.
    waiting : int, default 0
        How many more people wait for a place.
    """

    patients: int
    slot: float
    saved: float
    gathered: bool
    agreed: str = "nothing"
    waiting: int = 0

    def __post_init__(self) -> None:
        """Refuse a session that cannot be."""
        check_number("patients", self.patients, low=1, whole=True)
        check_number("slot, in minutes,", self.slot, above=True)
        check_number("saved, in minutes,", self.saved, high=self.slot, below=True)
        check_number("waiting", self.waiting, whole=True)
        if self.agreed not in USES:
            raise ValueError(f"agreed must be one of {', '.join(USES)}; {self.agreed!r} came in.")

    @property
    def paid(self) -> float:
        """Minutes of the session, all paid before."""
        return self.patients * self.slot

    @property
    def minutes(self) -> float:
        """Minutes freed in the whole session."""
        return self.patients * self.saved

    @property
    def longest(self) -> float:
        """The longest piece of freed time without a break, in minutes."""
        return self.minutes if self.gathered else self.saved

    @property
    def places(self) -> int:
        """How many more patients fit into the freed time."""
        # The small addend keeps 60 / 7.5 and its like from falling just below a whole number.
        each = math.floor(self.longest / (self.slot - self.saved) + 1e-9)
        return each if self.gathered else each * self.patients

    @property
    def extra(self) -> int:
        """How many more patients are seen: it takes an agreement, a place and somebody waiting."""
        return min(self.places, self.waiting) if self.agreed == "more" else 0

    @property
    def used(self) -> float:
        """How many of the freed minutes are used for what was agreed."""
        if self.agreed == "more":
            return self.extra * (self.slot - self.saved)
        if self.agreed == "learn":
            return self.minutes if self.longest >= TALK else 0
        return self.minutes if self.agreed == "paid" and self.gathered else 0

    @property
    def paid_each(self) -> float:
        """Paid minutes per patient seen."""
        still = self.paid - (self.used if self.agreed == "paid" else 0)
        return still / (self.patients + self.extra)
