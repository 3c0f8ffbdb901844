from __future__ import annotations

import pytest

from toolkit.learning.words import lesson_folders
from toolkit.room.board import keys_of

KEYS = [
    key
    for number in lesson_folders()
    for kind in ("predict", "check")
    for key in keys_of(number, kind)
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "every_key" in metafunc.fixturenames:
        metafunc.parametrize("every_key", KEYS)
