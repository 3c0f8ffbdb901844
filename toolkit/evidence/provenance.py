"""Where a figure comes from: published, computed, modelled or illustrative, and what was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from toolkit.evidence.citations import was_read
from toolkit.text.words import Words

WORDS = Words("toolkit.evidence")
Kind = Literal["published", "computed", "modelled", "illustrative"]

SIGNS = {"computed": "◆", "modelled": "△◆", "illustrative": "△"}
PARTLY = {"○": "_not_read", "●○": "_partly_read"}


@dataclass(frozen=True)
class Provenance:
    """Where a figure, a table column or a chart comes from.

    Parameters
    ----------
    kind : {"published", "computed", "modelled", "illustrative"}
        What sort of figure it is. A figure worked out from illustrative ones is modelled.
    sources : tuple of str, optional
        Source keys that resolve in ``data/sources.json``. A published figure needs at least one.
    verified : bool, default True
        False if the figure was not found in what was seen of the source.
    note : str, optional
        One plain sentence that belongs beside the figure.

    Raises
    ------
    ValueError
        If the kind is unknown, or a published figure names no source.
    """

    kind: Kind
    sources: tuple[str, ...] = ()
    verified: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a provenance that says nothing."""
        object.__setattr__(self, "sources", tuple(self.sources))  # a file of words has a list
        if self.kind not in get_args(Kind):
            raise ValueError(
                f"A figure is one of {', '.join(get_args(Kind))}; '{self.kind}' is none of them."
            )
        if self.kind == "published" and not self.sources:
            raise ValueError("A published figure names its source: give at least one source key.")

    @property
    def mark(self) -> str:
        """A sign that differs in shape: ● read in the source, ○ not read there, ●○ some of each."""
        if self.kind != "published":
            return SIGNS[self.kind]
        if not self.verified:
            return "○"
        read = {was_read(key) for key in self.sources}
        return "●" * (True in read) + "○" * (False in read)

    @property
    def label(self) -> str:
        """The words that stand on the chip beside a table or a chart."""
        return WORDS.say(f"label.{self._said}")

    @property
    def meaning(self) -> str:
        """One clause that says what the label means."""
        return WORDS.say(f"meaning.{self._said}")

    @property
    def _said(self) -> str:
        return self.kind + PARTLY.get(self.mark, "")
