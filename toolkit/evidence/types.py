"""The frozen things that the library hands out; each knows where its figures come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.evidence.citations import cite
from toolkit.evidence.provenance import WORDS, Provenance
from toolkit.text.words import in_each_language

CHIP_NAMES = 3  # a chip is read at a glance; the table names the rest


def chip(provenance: Provenance) -> str:
    """Return the words of the chip beside a table or chart.

    Parameters
    ----------
    provenance : Provenance
        Where the figures come from.

    Returns
    -------
    str
        Such as ``△ illustrative: made up, not a real place``, or ``● published: Cox et al. 2016``.
    """
    keys = provenance.sources[:CHIP_NAMES]
    more = len(provenance.sources) - len(keys)
    said = {"mark": provenance.mark, "label": provenance.label, "kind": provenance.kind}
    return WORDS.say("chip", named=cite(*keys) if keys else "", more=more, **said)


@in_each_language
def chip_and_note(provenance: Provenance) -> str:
    """Return the words of a chip, and its note in brackets if it has one."""
    return chip(provenance) + (f" ({provenance.note})" if provenance.note else "")


@dataclass(frozen=True)
class _Sourced:
    """Anything that carries a provenance."""

    provenance: Provenance

    @property
    def source(self) -> str:
        """The words of its chip."""
        return chip(self.provenance)


@dataclass(frozen=True, eq=False)
class EvidenceTable(_Sourced):
    """A table with its title, its source and what to beware of.

    Parameters
    ----------
    provenance : Provenance
        Where the figures come from.
    name : str
        Resource name in the data package.
    title : str
        What the table holds, in one line.
    attribution : str
        The line that the licence asks for; empty if none.
    caveat : str
        What the table cannot tell; empty if nothing needs saying.
    frame : pandas.DataFrame
        The rows; your own copy.
    """

    name: str
    title: str
    attribution: str = ""
    caveat: str = ""
    frame: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)


@dataclass(frozen=True)
class Term(_Sourced):
    """One word of the field and what it means."""

    id: str
    term: str
    definition: str


@dataclass(frozen=True)
class Verbatim(_Sourced):
    """A list quoted word for word from its source, such as the five focusing steps."""

    wordings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Case(_Sourced):
    """One of the nine illustrative cases.

    Parameters
    ----------
    provenance : Provenance
        Always illustrative.
    id : str
        ``A`` to ``I``.
    title, setting, why_chosen, how_adopted, outcome_text : str
        The story, in short sentences. ``outcome_text`` tells the end.
    kind : {"team", "organisation"}
        Who did it.
    approach : str
        One of the five approaches.
    adoption : str
        ``emulate``, ``copy_then_adapt``, ``contextualise`` or ``reengineer``.
    why_tag : {"mimetic", "coercive", "normative", "own_problem"}
        What moved them to choose it.
    exemplar, exemplar_likeness, copied, grown : str
        The place copied from, how like it was, what was copied and what grew here.
    selection, selection_reason : str
        Whether the approach suited the problem, and why we say so.
    stated_aim, tracked_measure : str
        What it was for, and the column of ``series`` by which it was judged.
    start_month, ceiling_month, outcome_month : int or None
        Months 0 to 48; ``outcome_month`` is 48 where the story was still going on.
    outcome : {"stopped", "switched", "running"}
        How it stood at the end.
    switch_to : str
        The next approach; empty if none.
    interviews : int
        How many interviews the themes come from.
    secondary_data : tuple of str
        What else there was to read.
    context, practice : dict
        The place and its habits at the start, in the field names of the pathway model.
    series : pandas.DataFrame
        48 rows, one a month.
    events : pandas.DataFrame
        ``month``, ``kind``, ``text`` and ``about_approach``.
    themes : pandas.DataFrame
        ``code``, ``label``, ``definition`` and ``interviews`` (how many spoke of it).
    coding : dict
        Our coding, with reasons, and the conditions for a comparison of cases.
    """

    id: str
    title: str
    kind: str
    setting: str
    approach: str
    adoption: str
    why_tag: str
    why_chosen: str
    how_adopted: str
    exemplar: str
    exemplar_likeness: str
    copied: str
    grown: str
    selection: str
    selection_reason: str
    stated_aim: str
    tracked_measure: str
    start_month: int
    ceiling_month: int | None
    outcome: str
    outcome_month: int
    switch_to: str
    outcome_text: str
    interviews: int
    secondary_data: tuple[str, ...] = field(repr=False)
    context: dict[str, Any] = field(repr=False)
    practice: dict[str, Any] = field(repr=False)
    coding: dict[str, Any] = field(repr=False)
    series: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    themes: pd.DataFrame = field(repr=False)
