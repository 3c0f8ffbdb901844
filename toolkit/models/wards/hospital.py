"""A hospital with one way out: front door, tests, wards, and places in the community.

Whoever is ready to leave and has no place in the community stays in bed; whoever has no bed waits
at the front door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from toolkit.models.queues.draws import Checked, check_number, checked

DAY = 24  # hours

# What each department can shorten; the community can only be widened.
SHORTENS = {"front door": "assess", "diagnostics": "tests", "wards": "treat"}


@dataclass(frozen=True)
class Hospital(Checked):
    """A hospital and the places it discharges to; every figure is illustrative.

    Parameters
    ----------
    arrivals : float, default 20
        People a day who turn out to need a bed.
    assess, tests, treat : float
        Mean hours at the front door until it is decided to admit, until the tests are back, and of
        treatment on the ward; geometric, at least one hour.
    beds : int, default 110
        Beds.
    door : int, default 12
        Places at the front door; who comes when all are taken is sent on to another hospital.
    care : float, default 0.3
        Share of people who can leave only to a place in the community.
    places : float, default 5
        Places in the community that become free each day; one that nobody takes lapses.
    swing : float, default 0
        How uneven the days are: standard deviation of a day's mean arrivals, as a share of it.
    """

    arrivals: float = checked(20, above=True)
    assess: float = checked(3, low=1)
    tests: float = checked(18, low=1)
    treat: float = checked(90, low=1)
    beds: int = checked(110, low=1, whole=True)
    door: int = checked(12, low=1, whole=True)
    care: float = checked(0.3, high=1)
    places: float = checked(5)
    swing: float = checked(0, high=2)

    def improve(self, department: str, by: float) -> Hospital:
        """Return the hospital after one department has improved.

        Parameters
        ----------
        department : str
            ``"front door"``, ``"diagnostics"`` or ``"wards"``: its time is cut; or
            ``"community"``: its places a day are raised; or ``"nobody"``.
        by : float
            The share by which, 0.2 for 20%.

        Raises
        ------
        ValueError
            If there is no such department.
        """
        check_number("by", by, high=1, below=True)
        if department == "nobody":
            return self
        if department == "community":
            return replace(self, places=self.places * (1 + by))
        if department not in SHORTENS:
            there = ", ".join((*SHORTENS, "community", "nobody"))
            raise ValueError(f"There is no department '{department}'; there is {there}.")
        field = SHORTENS[department]
        return replace(self, **{field: max(1, getattr(self, field) * (1 - by))})

    def settles_at(self) -> tuple[int, int]:
        """Return how many people would be treated, and be ready and waiting, without chance.

        No more come in than leave: places / care a day, if that is fewer than arrive. Those ready
        then hold every bed that treatment leaves. With places for all, one day's are ready.

        Returns
        -------
        tuple of int
            People in treatment, and people ready who need a place.
        """
        need = self.arrivals * self.care
        tight = self.places < need
        through = self.places / self.care if tight else self.arrivals
        treated = min(self.beds, round(through * (self.tests + self.treat) / DAY))
        return treated, self.beds - treated if tight else min(self.beds - treated, round(need))
