"""What labs share that talk beside their forms: words set as forms are, errors told in the lab."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import wraps
from typing import Any


def readable(words: str) -> str:
    """Set words in the size and line height of the forms; JupyterLab's own are for one line."""
    return f'<div style="font-size: 15px; line-height: 1.45">{words}</div>'


def problem_html(words: str) -> str:
    """Return words on a fault as they stand in a lab, read out at once."""
    return f'<p class="dio-problem" role="alert">{html.escape(words)}</p>'


def caught(action: Callable[[Any], None]) -> Callable[..., None]:
    """Show an error of a callback in the lab; without this it would vanish."""

    @wraps(action)
    def safely(self: Any, _change: object = None) -> None:
        try:
            action(self)
            self.problem.value = ""
        except Exception as problem:
            self.problem.value = problem_html(str(problem) or type(problem).__name__)

    return safely
