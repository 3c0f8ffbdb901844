"""What is asked of a place: how ready it is, and whether a practice suits it.

Answers are the learner's own. Nothing here is added up to a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.text.words import Words

WORDS = Words("toolkit.models.readiness")
LEVELS = WORDS["levels"]
WEAK = ("1", "2")


@dataclass(frozen=True)
class ReadinessQuestion:
    """One thing to judge: its short name, the name in the source, the question, what to ask first.

    Attributes
    ----------
    short, name, question, first : str
        For a drawing; as published; to be answered; what a weak answer suggests asking first.
    """

    short: str
    name: str
    question: str
    first: str


FACTORS = {key: ReadinessQuestion(**said) for key, said in WORDS["factors"].items()}
FIT = {key: ReadinessQuestion(**said) for key, said in WORDS["fit"].items()}
ASKED = FACTORS | FIT


def judgements(entry: object) -> dict[str, str]:
    """Return the answers about readiness and fit, weakest first, equals in the order asked.

    Parameters
    ----------
    entry : mapping
        What was said, under ``ready`` and ``fit``; what cannot be understood is left out.

    Returns
    -------
    dict of str to str
        Key of `ASKED` to key of `LEVELS`.
    """
    said = entry if isinstance(entry, Mapping) else {}
    given: dict[str, str] = {}
    for part, asked in (("ready", FACTORS), ("fit", FIT)):
        held = said.get(part)
        if isinstance(held, Mapping):
            given |= {key: held[key] for key in asked if held.get(key) in list(LEVELS)}
    return dict(sorted(given.items(), key=lambda pair: pair[1]))
