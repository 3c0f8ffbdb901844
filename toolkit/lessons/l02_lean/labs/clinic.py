"""The clinic of this lesson: who comes, through which steps, and that it is made up."""

from toolkit.evidence.provenance import Provenance

PATIENTS = 12
NAMES = ("registration", "bloods and heart trace", "nurse", "doctor")
CLINIC = Provenance("illustrative", note="this clinic and its minutes")
