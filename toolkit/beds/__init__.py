"""Beds that everybody shares: one way out, full wards, and who pays for the way out."""

from toolkit.beds.crowding import busiest, ward
from toolkit.beds.hospital import DAY, Hospital
from toolkit.beds.play import simulate
from toolkit.beds.sharing import Investment, Split
from toolkit.beds.stay import PATIENCE, Stay

__all__ = [
    "DAY",
    "PATIENCE",
    "Hospital",
    "Investment",
    "Split",
    "Stay",
    "busiest",
    "simulate",
    "ward",
]
