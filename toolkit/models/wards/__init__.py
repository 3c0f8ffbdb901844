"""Beds that everybody shares: one way out, full wards, and who pays for the way out."""

from toolkit.models.wards.crowding import busiest, ward
from toolkit.models.wards.hospital import DAY, Hospital
from toolkit.models.wards.people import people
from toolkit.models.wards.play import play_hospital
from toolkit.models.wards.sharing import Investment
from toolkit.models.wards.stay import PATIENCE, Stay
