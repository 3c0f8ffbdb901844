"""Find the cases that are most like your place, and read what happened there."""

from __future__ import annotations

import ipywidgets as widgets

from toolkit.course.lesson import Lesson
from toolkit.evidence.provenance import Provenance
from toolkit.lessons.l13_your_dialect.labs.noted import KEPT, Noted, Room, chips, choose
from toolkit.models.readiness import ALIKE_BY, SHORT, Near, nearest_cases
from toolkit.screen.messages import readable
from toolkit.screen.tables import table_html
from toolkit.text.lists import listed


def _card(near: Near) -> str:
    """Return one case as a table of HTML: in what it is like here, and what happened there."""
    case, compared = near.case, near.compared

    def named(names: tuple[str, ...]) -> str:
        return listed([SHORT[name] for name in names], most=None) or "nothing that is known"

    rows = [
        ("Alike in", named(compared.alike)),
        ("Differs in", named(compared.differs)),
        ("Not known, or not answered", named(compared.unknown) if compared.unknown else ""),
        ("What happened there", case.happened),
        ("Measured", case.measured),
        ("Who says so", case.reported),
        ("Beware", case.beware),
        ("Source", case.source),
    ]
    mark = "△" if case.kind == "illustrative case" else "●"
    shown = [row for row in rows if row[1]]
    return table_html(["What", "In words"], shown, f"{mark} {case.kind.capitalize()}: {case.name}")


class Nearest(Room):
    """Published and illustrative cases that are most like what is said of the own place."""

    def __init__(self, this: Lesson) -> None:
        self.said = widgets.HTML()
        fields = [choose(name, *asked) for name, asked in ALIKE_BY.items()]
        form = Noted(
            "13/nearest/place", "nearest", this.record, *fields,
            title="Which cases are most like yours?",
        )  # fmt: skip
        super().__init__("13-nearest", form, self.said)

    @property
    def found(self) -> list[Near]:
        """The nearest cases, or none while too little is said."""
        return nearest_cases(self.form.value)

    def _tell(self) -> None:
        found = self.found
        if not found:
            self.said.value = ""
            self._say("Answer at least two questions; then the nearest cases stand here.")
            return
        cards = "".join(_card(near) for near in found)
        whence = chips(
            Provenance("modelled", note="the share of what is known of both that differs"),
            Provenance("illustrative", note="how the cases are coded"),
        )
        self.said.value = readable(
            cards + whence + "<p>This is no forecast for you. Cases that "
            "went wrong are published less often than those that went well.</p>"
        )
        far = [near for near in found if near.compared.distance > 0.5]
        names = "; ".join(near.case.name for near in found)
        more = " In some of them more differs than is alike." if far else ""
        self._say(f"Most like what you said: {names}.{more} {KEPT}")


def near(this: Lesson) -> Nearest:
    """Find the cases that are most like your place, and what happened there."""
    return Nearest(this)
