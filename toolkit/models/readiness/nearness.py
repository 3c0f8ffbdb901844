"""Which published and illustrative cases are most like what somebody says of a place, and in what.

A likeness is no forecast: what came of a case there says nothing certain about here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from toolkit import evidence
from toolkit.evidence.cases import ILLUSTRATIVE
from toolkit.evidence.tables import split_list
from toolkit.models.readiness.questions import WORDS

# What a case is compared by: the question, and its answers.
ALIKE_BY = {key: (said["question"], said["options"]) for key, said in WORDS["alike_by"].items()}
SHORT = WORDS["short"]
LEAST = 2  # things compared; one alone says too little
# Which published case some published results were found in, where both tables hold one place.
SAME = {
    **{f"five_trusts_{x}": x for x in ("barking", "leeds", "shrewsbury", "surrey", "coventry")},
    "sheffield_deaths": "sheffield", "sheffield_beds": "sheffield",
    "kitchen_new_york": "food_bank_new_york",
}  # fmt: skip

# How a published case without such a result was brought about, as its own story tells it.
OWN = {
    "virginia_mason": "contextualise", "thedacare": "contextualise",
    "hotel_dieu_grace": "contextualise", "bevan_exemplars": "contextualise",
    "nuka": "contextualise", "five_trusts": "copy_then_adapt",
}  # fmt: skip
JOINT = ("I",)  # illustrative cases in which several organisations worked together
SCOPES = tuple(ALIKE_BY["scope"][1])

Attributes = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Compared:
    """What is alike in two places, what differs, and what is not known of one of them."""

    alike: tuple[str, ...]
    differs: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many things could be compared."""
        return len(self.alike) + len(self.differs)

    @property
    def distance(self) -> float | None:
        """The share of what could be compared that differs; None if nothing could be."""
        return len(self.differs) / self.known if self.known else None


def compare(one: Attributes, other: Attributes) -> Compared:
    """Compare two places by the simple matching that Gower's distance does with categories.

    Parameters
    ----------
    one, other : mapping of str to frozenset of str
        What is known of each, by attribute; more than one word where a place is several things.
        What is missing, or empty, is neither alike nor different.

    Returns
    -------
    Compared
        Names of the attributes, in the order of `ALIKE_BY`.
    """
    sorts: dict[str, list[str]] = {"alike": [], "differs": [], "unknown": []}
    for name in ALIKE_BY:
        mine, theirs = one.get(name), other.get(name)
        sort = "unknown" if not (mine and theirs) else "alike" if mine & theirs else "differs"
        sorts[sort].append(name)
    return Compared(**{sort: tuple(names) for sort, names in sorts.items()})


def attributes(answers: object) -> dict[str, frozenset[str]]:
    """Return a learner's answers as attributes; what is open or not understood is left out."""
    given = answers if isinstance(answers, Mapping) else {}
    return {
        name: frozenset({given[name]})
        for name, (_question, options) in ALIKE_BY.items()
        if given.get(name) in list(options)
    }


@dataclass(frozen=True)
class Known:
    """A case that a place can be compared with.

    Attributes
    ----------
    key, kind, name : str
        Place, study or letter; "published case", "published study" or "illustrative case".
    attributes : mapping
        What it is, as far as that is known.
    happened, measured, reported, beware, source : str
        What happened there; the figures; who says so; what to beware of; where it stands.
    independent : bool
        Whether somebody else than those who did the work says so.
    """

    key: str
    kind: str
    name: str
    happened: str
    measured: str
    reported: str
    beware: str
    source: str
    independent: bool = False
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Near:
    """A case beside what a learner says of the own place."""

    case: Known
    compared: Compared


def _figures(row: pd.Series) -> str:
    """Return a measure with what is known before and after it."""
    spans = row.get("period_before", ""), row.get("period_after", "")
    ends = [
        f"{value:,.10g}" + (f" ({span})" if span else "")
        for value, span in zip((row["before"], row["after"]), spans, strict=True)
        if pd.notna(value)
    ]
    unit = row["unit"].removesuffix(" (about)")
    if unit != row["unit"]:
        ends = [f"about {end}" for end in ends]
    path = f"from {' to '.join(ends)}" if len(ends) == len(spans) else "".join(ends)
    return f"{row['measure']}: {path} {unit}" if ends else row["measure"]


def _told(parts: Iterable[str]) -> str:
    """Return each sentence once."""
    return " ".join(dict.fromkeys(filter(None, parts)))


@cache
def known_cases() -> tuple[Known, ...]:
    """Return all cases of the course that a place can be compared with, each with what is known."""
    return (*_published(), *_studies(), *_illustrative())


def _placed(row: pd.Series) -> dict[str, frozenset[str]]:
    """Return how a published result was brought about, and how like the two places were."""
    far = row["context_distance"]
    if not row["course_mode"] or pd.isna(far):
        return {}
    like = "alike" if far < 0.35 else "partly_alike" if far < 0.55 else "unlike"
    return {"adoption": frozenset({row["course_mode"]}), "likeness": frozenset({like})}


def _scope(rows: pd.DataFrame) -> str:
    """Return how much changed in a place: the most that one of its figures is about."""
    counted = rows[rows["measure"] != ""] if (rows["measure"] != "").any() else rows
    return max(counted["scope"], key=SCOPES.index)


def _published() -> Iterable[Known]:
    frame = evidence.published_cases().frame
    results = evidence.contrasts().frame
    placed = {SAME[row["id"]]: _placed(row) for _, row in results.iterrows() if row["id"] in SAME}
    for place, rows in frame.groupby("id", sort=True):
        scope = _scope(rows)
        own = {"adoption": frozenset({OWN[str(place)]})} if place in OWN else {}
        keys = dict.fromkeys(key for cell in rows["sources"] for key in split_list(cell))
        for _, row in rows.iterrows():
            who = WORDS["reported"][row["source_type"]]
            learns = row["learning_infrastructure"]
            yield Known(
                key=str(place),
                kind="published case",
                name=row["org"],
                attributes={
                    "approach": frozenset(split_list(row["approaches"])),
                    "scope": frozenset({scope}),
                    "learning": frozenset() if pd.isna(learns) else frozenset({"yes"}),
                    **placed.get(str(place), own),
                },
                happened=_told(rows["what_happened"]),
                measured=_figures(row),
                reported=WORDS.say(
                    "known.reported", who=who, independent=bool(row["independent"])
                ),
                beware=_told((row["caveat"] or rows["caveat"].iloc[0],)),
                source=evidence.cite(*keys),
                independent=bool(row["independent"]),
            )  # fmt: skip


def _studies() -> Iterable[Known]:
    for _, row in evidence.contrasts().frame.iterrows():
        if row["id"] not in SAME and (placed := _placed(row)):
            yield Known(
                key=row["study"],
                kind="published study",
                name=f"{row['intervention']} ({row['study']})",
                attributes=placed,
                happened=WORDS.say(
                    "known.study",
                    mode=row["adoption_mode"],
                    setting=row["setting"],
                    effect=row["reported_effect"],
                ),
                measured=_figures(row),
                reported=WORDS.say("known.study_reported"),
                beware=WORDS.say("known.study_beware", why=row["why_placed"]),
                source=evidence.cite(*split_list(row["sources"])),
            )


def _illustrative() -> Iterable[Known]:
    modes = {"reengineer": "emulate"}  # a design from elsewhere, put in as it was
    # A team that had the whole in view changed a pathway.
    scopes = {
        ("team", "point"): "point", ("team", "system"): "pathway",
        ("organisation", "point"): "organisation", ("organisation", "system"): "organisation",
    }  # fmt: skip
    for name in evidence.table("cases")["id"]:
        case = evidence.case(name)
        yield Known(
            key=name,
            kind="illustrative case",
            name=f"{name} · {case.title}",
            attributes={
                "approach": frozenset({case.approach}),
                "scope": frozenset(
                    {"system" if name in JOINT else scopes[case.kind, case.coding["scope"]]}
                ),
                "learning": frozenset({"yes" if case.coding["mastery_built"] else "no"}),
                "adoption": frozenset({modes.get(case.adoption, case.adoption)}),
                "likeness": frozenset({case.exemplar_likeness}),
            },
            happened=case.outcome_text,
            measured="",
            reported=WORDS.say("known.illustrative_reported"),
            beware=ILLUSTRATIVE.note,
            source="",
        )


def nearest_cases(answers: object) -> list[Near]:
    """Return the cases most like what somebody says of a place.

    Parameters
    ----------
    answers : mapping
        Attribute to answer; what is open or not understood is left out.

    Returns
    -------
    list of Near
        At most two published cases, one published study and two illustrative cases, each with at
        least `LEAST` things that could be compared, more of them alike than different. Nearest
        first; of equals the one of which more is known, then the independent one, then by name.
    """
    own, found = attributes(answers), []
    for kind, most in (("published case", 2), ("published study", 1), ("illustrative case", 2)):
        near = [Near(c, compare(own, c.attributes)) for c in known_cases() if c.kind == kind]
        near = [each for each in near if each.compared.known >= LEAST and _close(each)]
        near.sort(key=_order)
        first = {each.case.key: each for each in reversed(near)}
        found += sorted(first.values(), key=_order)[:most]
    return found


def _close(near: Near) -> bool:
    return len(near.compared.alike) > len(near.compared.differs)


def _order(near: Near) -> tuple:
    c = near.compared
    has_figures = any(character.isdigit() for character in near.case.measured)
    return c.distance, -c.known, not near.case.independent, not has_figures, near.case.key
