"""Nine cases side by side: codes and how far coders agree, a truth table, and what nine can show.

A small crisp-set comparison: nine cases can illustrate a pattern, and can never test a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit import evidence
from toolkit.evidence import Case
from toolkit.models.cases.reviews import ENDINGS, NINE, WORDS, monthly

# Column of case_coding.csv: what is coded, and its two codes in words.
DIMENSIONS = WORDS["dimensions"]
CODES = WORDS["codes"]
CONDITIONS = WORDS["conditions"]
Codes = Mapping[str, Mapping[str, str]]
Term = tuple[int | None, ...]


def our_codes() -> dict[str, dict[str, str]]:
    """Return our own coding of the nine cases: case, dimension, code."""
    return {name: {d: evidence.case(name).coding[d] for d in DIMENSIONS} for name in NINE}


def read_codes(text: str) -> dict[str, dict[str, str]]:
    """Read codes that somebody sent: one line a case, the letter and four codes.

    Parameters
    ----------
    text : str
        Such as ``A, emulation, reengineering, point, value``, as `write_codes` writes it.

    Returns
    -------
    dict
        Case to dimension to code.

    Raises
    ------
    ValueError
        If a line cannot be read; the message names the line and what would be right.
    """
    held: dict[str, dict[str, str]] = {}
    for number, line in enumerate(text.strip().splitlines(), 1):
        parts = [part.strip().lower() for part in line.replace(";", ",").split(",")]
        name, codes = parts[0].upper(), parts[1:]
        if name not in NINE or len(codes) != len(DIMENSIONS) or name in held:
            facts = {"number": number, "line": line.strip()[:60], "codes": len(DIMENSIONS)}
            raise ValueError(WORDS.say("refused.line", **facts))
        for (dimension, options), code in zip(CODES.items(), codes, strict=True):
            if code not in options:
                facts = {"number": number, "code": code[:30], "dimension": dimension}
                raise ValueError(WORDS.say("refused.code", **facts, options=list(options)))
        held[name] = dict(zip(DIMENSIONS, codes, strict=True))
    if not held:
        raise ValueError(WORDS.say("refused.no_line"))
    return held


def write_codes(codes: Codes) -> str:
    """Return codes as text that `read_codes` reads."""
    return "\n".join(", ".join([name, *codes[name].values()]) for name in sorted(codes))


def kappa(*coders: Sequence[str]) -> float | None:
    """Return how far coders agree beyond chance: Cohen's kappa for two, Fleiss' for more.

    Parameters
    ----------
    *coders : sequence of str
        What each of them said about the same cases, in the same order.

    Returns
    -------
    float or None
        1 is full agreement, 0 what chance would give; None if everybody used one code only, so
        that agreement by chance is complete already.

    References
    ----------
    Cohen 1960 (source key ``cohen1960``). Fleiss, J. L. (1971) "Measuring nominal scale agreement
    among many raters", Psychological Bulletin, 76(5), pp. 378-382.
    """
    words = sorted({code for coder in coders for code in coder})
    if len(words) < 2:
        return None
    given = np.array([[[code == word for word in words] for code in coder] for coder in coders])
    votes, n = given.sum(axis=0), len(coders)
    alike = np.mean((votes**2).sum(axis=1) - n) / (n * (n - 1))  # pairs of coders that agree
    # Cohen lets each coder have habits of their own; Fleiss takes them to be alike.
    habits = given.mean(axis=1)
    chance = (habits.prod(axis=0) if n == 2 else habits.mean(axis=0) ** 2).sum()
    return float((alike - chance) / (1 - chance))


def agreement(*coders: Codes) -> pd.DataFrame:
    """Compare codes over the cases that all coders have coded.

    Parameters
    ----------
    *coders : mapping
        Two or more: case to dimension to code.

    Returns
    -------
    DataFrame
        One row per dimension: ``dimension``, ``cases``, ``alike``, ``kappa`` (None where it has no
        meaning) and ``apart``, the cases coded differently.
    """
    shared = [name for name in NINE if all(name in coder for coder in coders)]
    rows = []
    for dimension in DIMENSIONS:
        said = [[coder[name][dimension] for name in shared] for coder in coders]
        apart = [n for n, *codes in zip(shared, *said, strict=True) if len(set(codes)) > 1]
        alike = len(shared) - len(apart)
        rows.append((dimension, len(shared), alike, kappa(*said), ", ".join(apart)))
    return pd.DataFrame(rows, columns=["dimension", "cases", "alike", "kappa", "apart"])


def conditions(case_i: int | None = None) -> pd.DataFrame:
    """Return the conditions of each case, coded 0 or 1, and whether it endured.

    Parameters
    ----------
    case_i : {None, 0, 1}
        What to take for case I, whose end is open: left out, not endured, or endured.

    Returns
    -------
    DataFrame
        Index ``case``; one column per condition, and ``endured``.
    """
    held = pd.DataFrame({name: evidence.case(name).coding for name in NINE}).T
    held["endured"] = held["endured"].where(held["endured"].notna(), case_i)
    known = held[[*CONDITIONS, "endured"]].dropna().astype("int64")
    return known.rename_axis("case")


def truth_table(cases: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Sort cases by the combination of conditions that they show.

    Parameters
    ----------
    cases : DataFrame
        From `conditions`.
    chosen : sequence of str
        Two or more conditions.

    Returns
    -------
    DataFrame
        One row per combination that occurs: the conditions, ``cases``, ``endured`` (how many),
        ``of``, and ``outcome``: ``endured``, ``not endured`` or ``contradiction``.

    Raises
    ------
    ValueError
        If fewer than two conditions are chosen, or one does not exist.
    """
    if len(chosen) < 2 or not set(chosen) <= set(CONDITIONS):
        raise ValueError(WORDS.say("refused.conditions", names=list(CONDITIONS.values())))
    rows = []
    for combination, group in cases.groupby(list(chosen), sort=True):
        came, of = int(group["endured"].sum()), len(group)
        outcome = "endured" if came == of else "contradiction" if came else "not endured"
        rows.append((*map(int, combination), ", ".join(group.index), came, of, outcome))
    table = pd.DataFrame(rows, columns=[*chosen, "cases", "endured", "of", "outcome"])
    return table.iloc[::-1].reset_index(drop=True)


def shared(cases: pd.DataFrame, chosen: Sequence[str]) -> dict[str, int]:
    """Return the conditions that all cases had that endured: what the method calls necessary.

    Parameters
    ----------
    cases : DataFrame
        From `conditions`.
    chosen : sequence of str
        Conditions.

    Returns
    -------
    dict of str to int
        Condition to how many had it as well and did not endure: at 0 it is also sufficient.
    """
    came = cases["endured"] == 1
    return {n: int(cases.loc[~came, n].sum()) for n in chosen if cases.loc[came, n].all()}


def shared_by_lot(cases: pd.DataFrame, chosen: Sequence[str]) -> tuple[int, int]:
    """Count in how many ways as many cases could have endured, and share some condition.

    Parameters
    ----------
    cases : DataFrame
        From `conditions`.
    chosen : sequence of str
        Conditions.

    Returns
    -------
    tuple of int
        Ways in which at least one condition is shared by all that endured, and ways in all.
    """
    has = cases[list(chosen)].to_numpy(bool)
    ways = list(combinations(range(len(cases)), int(cases["endured"].sum())))
    return sum(bool(has[list(way)].all(axis=0).any()) for way in ways), len(ways)


def minimise(rows: set[tuple[int, ...]], free: set[tuple[int, ...]]) -> list[tuple[Term, ...]]:
    """Return the shortest ways to describe some combinations.

    Every term is looked at, 243 for five conditions, so this is for a handful of them.

    Parameters
    ----------
    rows : set of tuple of int
        Combinations of 0 and 1 that must be described.
    free : set of tuple of int
        Combinations that may be included if that makes the description shorter.

    Returns
    -------
    list of tuple of Term
        Every shortest description; in a term, None stands for a condition that does not matter.

    Examples
    --------
    >>> minimise({(1, 0), (1, 1)}, set())
    [((1, None),)]
    """
    wide = len(next(iter(rows), ()))
    covers = {
        term: set(product(*((0, 1) if part is None else (part,) for part in term)))
        for term in product((0, 1, None), repeat=wide)
    }
    held = {term: of for term, of in covers.items() if of <= rows | free and of & rows}
    # A term inside a wider one that is allowed as well only makes the description longer.
    primes = [term for term, of in held.items() if not any(of < wider for wider in held.values())]
    useful = sorted(primes, key=str)
    for count in range(1, len(rows) + 1):
        found = [
            chosen
            for chosen in combinations(useful, count)
            if rows <= set().union(*(covers[term] for term in chosen))
        ]
        if found:
            wanted = [sum(part is not None for term in one for part in term) for one in found]
            return [one for one, n in zip(found, wanted, strict=True) if n == min(wanted)]
    return []


def solve(table: pd.DataFrame, simplify: bool) -> tuple[list[list[str]], int]:
    """Put the combinations under which all cases endured as shortly as can be.

    Parameters
    ----------
    table : DataFrame
        From `truth_table`.
    simplify : bool
        Whether combinations that no case shows may be used to shorten the recipe. That is a
        guess about cases nobody has seen.

    Returns
    -------
    tuple of (list of list of str, int)
        Every shortest recipe, its terms in words (more than one recipe: the cases cannot decide),
        and how many combinations no case shows.
    """
    chosen = list(table.columns[: list(table.columns).index("cases")])
    seen = [tuple(row) for row in table[chosen].to_numpy().tolist()]
    rows = {row for row, how in zip(seen, table["outcome"], strict=True) if how == "endured"}
    empty = set(product((0, 1), repeat=len(chosen))) - set(seen)

    def words(term: Term) -> str:
        has, lacks = (
            [CONDITIONS[n] for n, want in zip(chosen, term, strict=True) if want == wanted]
            for wanted in (1, 0)
        )
        return WORDS.say("term", has=has, lacks=lacks)

    ways = minimise(rows, empty if simplify else set())
    return [[*map(words, way)] for way in ways], len(empty)


def _willingness_lost(case: Case) -> bool:
    """Say whether staff were less willing in the last year than before the start, on average."""
    willing = monthly(case, "engagement")
    return bool(np.nanmean(willing[-12:]) < np.nanmean(willing[: case.start_month]))


def _code(case: Case, **wanted: object) -> bool:
    # As text: the open end of case I is not known, and equals nothing.
    return all(str(case.coding[name]) == str(value) for name, value in wanted.items())


class Pattern(NamedTuple):
    """Which cases look as a statement says, and which look otherwise."""

    like: Callable[[Case], bool]
    unlike: Callable[[Case], bool] = lambda _: False


# How each case was built is known, so this is a reading of illustrations and no test.
ILLUSTRATED = {
    "S09": Pattern(
        lambda c: c.ceiling_month is not None and c.outcome in (*ENDINGS, "stalled"),
        lambda c: c.ceiling_month is None,
    ),
    "S10": Pattern(
        lambda c: c.ceiling_month is not None and c.outcome in ENDINGS,
        lambda c: (c.ceiling_month is None) == (c.outcome in ENDINGS),
    ),
    "S11": Pattern(
        lambda c: _code(c, mastery_built=1, endured=1),
        lambda c: _code(c, mastery_built=1, endured=0) or _code(c, mastery_built=0, endured=1),
    ),
    "S12": Pattern(
        lambda c: c.selection == "mis_selected" and _code(c, mastery_built=0),
        lambda c: c.selection == "mis_selected" and _code(c, mastery_built=1),
    ),
    "S13": Pattern(
        lambda c: c.selection == "mis_selected" and _willingness_lost(c),
        lambda c: c.selection == "mis_selected" and not _willingness_lost(c),
    ),
    "S14": Pattern(
        lambda c: _code(c, change="reengineering") and c.ceiling_month is not None,
        lambda c: _code(c, change="reengineering") and c.ceiling_month is None,
    ),
    "S15": Pattern(
        lambda c: c.approach == "value" and _code(c, aim="cost"),
        lambda c: c.approach == "value" and _code(c, aim="value"),
    ),
    "S20": Pattern(lambda c: c.adoption == "copy_then_adapt"),
    "S21": Pattern(
        lambda c: _code(c, adoption="emulation", scope="point", endured=0),
        lambda c: (
            _code(c, adoption="emulation", endured=1)
            or _code(c, adoption="contextualised", endured=0)
        ),
    ),
}


def illustrations() -> pd.DataFrame:
    """Return each claim of the abstract, the cases like it and unlike it, and why none tests it."""
    nine = [evidence.case(name) for name in NINE]
    silent = Pattern(lambda _: False)
    rows = []
    for claim in evidence.claims().frame.itertuples():
        reading = ILLUSTRATED.get(claim.id, silent)
        like, unlike = (
            ", ".join(case.id for case in nine if rule(case))
            for rule in (reading.like, reading.unlike)
        )
        why = claim.untestable_note or WORDS.say("illustrated.built")
        rows.append((claim.id, WORDS["short"].get(claim.id, ""), claim.wording, like, unlike, why))
    columns = ["id", "in short", "wording", "like it", "unlike it"]
    return pd.DataFrame(rows, columns=[*columns, "why nine cases cannot test it"])
