"""The examples in the docstrings are run, so that none goes stale."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests import ROOT

WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("toolkit", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8") and path != Path(__file__)
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_module_hold(name):
    ran = doctest.testmod(import_module(name))
    assert ran.attempted
    assert not ran.failed
