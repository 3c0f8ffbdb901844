"""The evidence of the course: cases, series, sources, claims and words, and where each is from."""

from toolkit.evidence.cases import case
from toolkit.evidence.citations import cite, source
from toolkit.evidence.provenance import Provenance
from toolkit.evidence.published import (
    claims,
    contrasts,
    matrix,
    published_cases,
    series,
    term,
    verbatim,
)
from toolkit.evidence.store import table
from toolkit.evidence.types import Case, EvidenceTable, chip, chip_and_note
