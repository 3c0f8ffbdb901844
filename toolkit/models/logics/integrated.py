"""Integrated, contingent improvement: hear every logic, act on what matters most here."""

from __future__ import annotations

from toolkit.models.logics.base import Change, Finding, Reading, Site
from toolkit.models.logics.logic import Logic
from toolkit.models.pathway import perform


class Integrated:
    """Lets each logic find, and acts on the one whose change would do most for value here."""

    id = "integrated"
    name = "Integrated improvement"
    question = "Which question does this place need to ask now?"
    blind_spot = "It needs people who master several logics, and pays for every turn between them."

    def __init__(self, logics: tuple[Logic, ...]) -> None:
        self.logics = logics

    def __repr__(self) -> str:
        """Return the name; a memory address would differ from run to run."""
        return f"<{self.name}>"

    def hear(self, site: Site) -> list[tuple[Finding, Change | None, float]]:
        """Return each logic's finding, its change, and what the change would do for value."""
        heard = []
        for logic in self.logics:
            finding = logic.find(logic.look(site))
            change = logic.change(site, finding)
            gain = 0.0
            if change is not None:
                after = perform(change.practice, site.context, site.mastery, site.assumptions)
                gain = after.value / site.performance.value - 1
            heard.append((finding, change, gain))
        return heard

    def look(self, site: Site) -> Reading:
        """Return the reading of the logic whose finding matters most here."""
        heard = self.hear(site)
        best = max(range(len(heard)), key=lambda i: heard[i][2])
        return self.logics[best].look(site)

    def find(self, reading: Reading) -> Finding:
        """Return the finding of the logic that made the reading."""
        return self._named(reading.approach).find(reading)

    def change(self, site: Site, finding: Finding) -> Change | None:
        """Return that logic's change, if it would do anything for value here."""
        change = self._named(finding.approach).change(site, finding)
        if change is None:
            return None
        after = perform(change.practice, site.context, site.mastery, site.assumptions)
        return change if after.value > site.performance.value else None

    def _named(self, name: str) -> Logic:
        """Return one of the logics by its id."""
        return next(logic for logic in self.logics if logic.id == name)
