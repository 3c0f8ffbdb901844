"""The page on the model says what the code says."""

from __future__ import annotations

import re

import pytest

from docs.tables import PAGE, written
from toolkit import laws

FIGURE = re.compile(r"(\d+) %")


@pytest.fixture(scope="module")
def pages() -> tuple[str, str]:
    """Return the page as it is kept, and as the code would write it now."""
    kept = PAGE.read_text(encoding="utf-8")
    return kept, written(kept, laws.World())


def test_every_word_and_parameter_is_the_codes(pages: tuple[str, str]) -> None:
    """Leave the shares of the laws aside, which another processor may round elsewhere."""
    kept, now = (FIGURE.sub("% ", page) for page in pages)
    assert kept == now


def test_shares_of_the_laws_are_the_codes(pages: tuple[str, str]) -> None:
    """Allow a share to differ by two draws in a hundred."""
    kept, now = ([int(share) for share in FIGURE.findall(page)] for page in pages)
    assert kept == pytest.approx(now, abs=2)
    assert len(kept) > 30
