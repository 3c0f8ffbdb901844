"""The page on the model says what the code says."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from docs import patterns, tables, waits
from toolkit.models import journeys, laws, pathway

DRAWS = 60
FIGURE = re.compile(r"(\d+)% \(")


@pytest.fixture(scope="module")
def page() -> str:
    return tables.PAGE.read_text(encoding="utf-8")


def cells(table: str) -> list[dict[str, str]]:
    """Return the rows of a Markdown table."""
    heads, _, *rows = ([c.strip() for c in line.split("|")[1:-1]] for line in table.splitlines())
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", tables.QUICK)
def test_every_parameter_is_the_codes(page: str, name: str) -> None:
    assert tables.table_of(page, name) == tables.QUICK[name]()


@pytest.mark.parametrize("settings", [pathway.DEFAULTS, journeys.DYNAMICS])
def test_every_constant_says_what_it_is_and_lies_in_its_range(settings) -> None:
    table = tables.constants(settings)
    assert (table["low"] <= table["default"]).all()
    assert (table["default"] <= table["high"]).all()
    assert (table[["meaning", "unit", "symbol"]] != "").all(axis=None)


def test_no_two_parameters_of_the_pathway_share_a_name() -> None:
    names = pd.concat([tables.ranges(), tables.constants(pathway.DEFAULTS)])["name"]
    assert names.is_unique


@pytest.mark.parametrize("name", tables.SLOW)
def test_every_table_was_written(page: str, name: str) -> None:
    assert len(cells(tables.table_of(page, name))) >= 3


def test_the_patterns_are_the_codes_and_their_shares_what_a_few_draws_bear_out(page: str) -> None:
    kept, few = cells(tables.table_of(page, "laws")), patterns.law_table(laws.World(DRAWS))
    assert [row["claim"] for row in kept] == list(few["claim"])
    assert [row["counts as held if"] for row in kept] == list(few["held_if"])
    assert [row["how large is"] for row in kept] == list(patterns.EFFECTS.values())
    for row, fresh in zip(kept, few.itertuples(), strict=True):
        share = int(FIGURE.match(row["held"])[1]) / 100
        spread = (share * (1 - share) / DRAWS) ** 0.5
        assert abs(share - fresh.held) <= 3 * spread + 0.03, row["pattern"]
        least = int(re.search(r"\((\d+)–", row["held"])[1])
        firm, mostly = 100 * laws.world.FIRM, 100 * laws.world.MOSTLY
        label = "firm" if least >= firm else "tendency" if least >= mostly else "it depends"
        assert row["it is"] == label


def test_what_carries_the_own_logic_is_what_a_few_draws_bear_out(page: str) -> None:
    kept = cells(tables.table_of(page, "causes"))
    few = cells(tables.cause_rows(laws.World(DRAWS)))
    for row, fresh in zip(kept, few, strict=True):
        for name in ("own to nothing", "own to copied"):
            assert bool(row[name]) == bool(fresh[name])
            if row[name]:
                low, high = map(float, re.search(r"\((.*)–(.*)\)", fresh[name]).groups())
                assert low - 0.05 <= float(row[name].split()[0]) <= high + 0.05, row


def test_the_errors_of_the_waits_are_what_a_few_places_bear_out(page: str) -> None:
    kept = {(r["batches"], r["load of the tightest stage"]): r for r in
            cells(tables.table_of(page, "waits"))}  # fmt: skip
    for kind, load in (("any sizes, 2 to 12", 0.7), ("shrinking, 12 to 1", 0.5)):
        said = float(kept[kind, str(load)]["mean error"].rstrip("%"))
        assert said == pytest.approx(100 * waits.errors(kind, load, 6, seed=9).mean(), abs=5)
