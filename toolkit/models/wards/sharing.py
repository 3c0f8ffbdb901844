"""Who pays for the way out of hospital, and who gains: two purses and one set of bed days.

The community pays for more care at home; bed days are saved, each further pound saving less. What
they are worth stays with the hospital, but for an agreed share. Everything is illustrative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from toolkit.models.queues.draws import Checked, check_number, checked


@dataclass(frozen=True)
class Split:
    """What the community spends, what that saves, and where it ends; in thousands of pounds.

    Parameters
    ----------
    spend, saved : float
        Spent on care at home, and what the bed days are worth that it saves.
    hospital, community : float
        What is left to each, after its part of the bill.
    """

    spend: float
    saved: float
    hospital: float
    community: float

    @property
    def whole(self) -> float:
        """What is left to both together."""
        return self.hospital + self.community


@dataclass(frozen=True)
class Investment(Checked):
    """Care at home that saves bed days: saved(x) = most · (1 - exp(-x / reach)).

    Parameters
    ----------
    most : float, default 500
        What all the bed days are worth that care at home could save, thousands of pounds a year.
    reach : float, default 100
        Spending that saves 63% of them; the first pound saves most / reach pounds.
    own : float, default 0
        Share of the gain that falls to the community without any agreement.
    """

    most: float = checked(500)
    reach: float = checked(100, above=True)
    own: float = checked(0, high=1)

    def saved(self, spend: float) -> float:
        """Return what the bed days are worth that so much spending saves."""
        return self.most * (1 - math.exp(-spend / self.reach))

    def keeps(self, back: float) -> float:
        """Return the community's share of the gain, with ``back`` of the hospital's handed over."""
        check_number("back", back, high=1)
        return self.own + back * (1 - self.own)

    def chosen(self, back: float = 0, bill: float = 0) -> float:
        """Return what the community spends if it looks at its own purse alone.

        It goes on until a further pound brings it no more than it pays for it:
        keeps · saved'(x) = 1 - bill.

        Parameters
        ----------
        back : float
            Share of its gain that the hospital hands over.
        bill : float
            Share of the spending that the hospital pays, below 1.

        Returns
        -------
        float
            Thousands of pounds a year.
        """
        check_number("bill", bill, high=1, below=True)
        worth = self.keeps(back) * self.most / (self.reach * (1 - bill))
        return self.reach * math.log(worth) if worth > 1 else 0.0

    def split(self, back: float = 0, bill: float = 0) -> Split:
        """Return what comes of an agreement when the community then does what is best for itself.

        Parameters
        ----------
        back, bill : float
            As in `chosen`.

        Returns
        -------
        Split
            Spending, savings, and what is left to each.
        """
        spend, keeps = self.chosen(back, bill), self.keeps(back)
        saved = self.saved(spend)
        return Split(
            spend, saved, (1 - keeps) * saved - bill * spend, keeps * saved - (1 - bill) * spend
        )

    def best(self) -> Split:
        """Return what is best for both purses together: as if there were one."""
        spend = max(0.0, self.reach * math.log(self.most / self.reach)) if self.most else 0.0
        saved = self.saved(spend)
        return Split(spend, saved, (1 - self.own) * saved, self.own * saved - spend)

    def hands_over(self, bill: float = 0) -> int:
        """Return the share that the hospital hands over if it looks at its own purse alone.

        Parameters
        ----------
        bill : float
            As in `chosen`.

        Returns
        -------
        int
            Per cent of its gain; the smaller one if two do as well.
        """
        return max(range(101), key=lambda at: self.split(at / 100, bill).hospital)
