"""Where a figure comes from: published, computed or illustrative, and whether we could check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["published", "computed", "illustrative"]

MEANING: dict[str, str] = {
    "published": "taken from the source named",
    "computed": "worked out here, by the code of this course",
    "illustrative": "made by us to teach with; it describes no real place",
}


@dataclass(frozen=True)
class Provenance:
    """Where a figure, a table column or a chart comes from.

    Parameters
    ----------
    kind : {"published", "computed", "illustrative"}
        What sort of figure it is.
    sources : tuple of str, optional
        Source keys that resolve in ``data/sources.json``. A published figure needs at least one.
    verified : bool, default True
        True only if somebody read the figure in the source named.
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
        if self.kind not in get_args(Kind):
            raise ValueError(
                f"A figure is one of {', '.join(get_args(Kind))}; '{self.kind}' is none of them."
            )
        if self.kind == "published" and not self.sources:
            raise ValueError("A published figure names its source: give at least one source key.")

    @property
    def mark(self) -> str:
        """A sign that differs in shape: full for published, hollow where nobody could check it."""
        if self.kind == "published":
            return "●" if self.verified else "○"
        return {"computed": "◆", "illustrative": "△"}[self.kind]

    @property
    def label(self) -> str:
        """The words that stand on the chip beside a table or a chart."""
        if self.kind == "published" and not self.verified:
            return "published, not verified"
        return self.kind

    @property
    def meaning(self) -> str:
        """One clause that says what the label means."""
        return MEANING[self.kind]
