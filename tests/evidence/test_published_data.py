"""The published side of the evidence: sources resolve, figures parse, sums and quotations hold."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from tests import ROOT
from tests.references import render
from toolkit.evidence import cite

DATA = ROOT / "data"
FIVE = {"lean", "constraints", "value", "service_improvement", "prudent"}
TABLES = [
    "approaches",
    "claims",
    "contrasts",
    "glossary",
    "published_cases",
    "references",
    "verbatim",
    "series/index",
]
KEY_OF_ROW = {"approaches": ["dimension", "approach"], "published_cases": ["row"]}
IN_PROSE = ["for_published", "against_published"]
WAYS_OF_READING = {"full", "part", "abstract", "quoted", "record"}


def read(name: str) -> pd.DataFrame:
    """Read a table as the words that stand in it, so that each test parses what it needs."""
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)


def items(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def cited(name: str) -> set[str]:
    """Collect every source key that a table names, in its own column or inside a sentence."""
    table = read(name)
    keys = {key for column in ("sources", "welsh_source") if column in table
            for cell in table[column] for key in items(cell)}  # fmt: skip
    for column in [c for c in IN_PROSE if c in table]:
        for cell in table[column]:
            keys |= {key for group in re.findall(r"\(([^)]*)\)", cell) for key in items(group)}
    return keys


@pytest.fixture(scope="module")
def sources() -> list[dict]:
    return json.loads((DATA / "sources.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def keys(sources: list[dict]) -> set[str]:
    return {source["id"] for source in sources}


# ---- sources and references


def test_each_source_has_one_key_a_title_and_a_note_on_what_was_read(sources: list[dict]) -> None:
    assert len({source["id"] for source in sources}) == len(sources)
    for source in sources:
        assert re.fullmatch(r"[a-z0-9]+", source["id"]), source["id"]
        assert source["title"], source["id"]
        assert source.get("author") or source.get("editor"), source["id"]
        assert source["custom"]["seen"], source["id"]
        assert source["custom"]["read"] in WAYS_OF_READING, source["id"]
        assert isinstance(source["custom"]["verified"], bool), source["id"]


def test_a_source_that_nobody_saw_is_not_called_verified(sources: list[dict]) -> None:
    """Words that own up to not having seen the work itself must say what was read instead."""
    for source in sources:
        seen, verified = source["custom"]["seen"], source["custom"]["verified"]
        assert not (verified and seen.startswith("not seen")), source["id"]
        if not verified:
            assert "not seen" in seen or "neither" in seen, source["id"]
    assert any(not source["custom"]["verified"] for source in sources)


@pytest.mark.parametrize(
    "word",
    ["not the book itself", "book itself was not seen", "abstract in two catalogues",
     "as quoted in", "as quoted by others", "record with"],
)  # fmt: skip
def test_no_source_is_called_read_that_was_only_quoted(sources: list[dict], word: str) -> None:
    told = [source["custom"] for source in sources if word in source["custom"]["seen"]]
    assert told
    assert all(custom["read"] not in {"full", "part"} for custom in told)


def test_an_abstract_alone_is_not_the_work(sources: list[dict]) -> None:
    """Words that begin and end with the abstract leave nothing of the work that was read."""
    for source in sources:
        if re.fullmatch(
            r"abstract( \([^)]*\)| in a catalogue| in a copy)?", source["custom"]["seen"]
        ):
            assert source["custom"]["read"] == "abstract", source["id"]


def test_sources_alike_in_name_and_year_are_told_apart_by_a_letter(sources: list[dict]) -> None:
    printed = read("references").set_index("id")["text"]
    short = [cite(source["id"]) for source in sources]
    dated = [name for name in short if not name.endswith("n.d.")]
    assert len(set(dated)) == len(dated)
    assert cite("nhsenglandae", "nhsenglandkh03") == "NHS England 2019a; NHS England 2019b"
    assert printed["nhsenglandae"].startswith("NHS England (2019a)")


def test_two_sources_never_share_a_doi_and_a_printed_reference_ends_with_its_own(
    sources: list[dict],
) -> None:
    dois = {s["id"]: s["DOI"] for s in sources if "DOI" in s}
    assert len({doi.lower() for doi in dois.values()}) == len(dois)
    printed = read("references").set_index("id")["text"]
    for key, doi in dois.items():
        assert printed[key].endswith(f"https://doi.org/{doi}."), key


def test_a_doi_looks_like_one(sources: list[dict]) -> None:
    for source in sources:
        assert re.fullmatch(r"10\.\d{4,5}/\S+", source.get("DOI", "10.1000/1")), source["id"]


def test_the_seed_paper_is_cited_as_it_asks(sources: list[dict]) -> None:
    seed = next(s for s in sources if s["id"] == "richdavieshowsen2022")
    assert (seed["volume"], seed["issue"], seed["page"]) == ("22", "S3", "494")
    assert seed["DOI"] == "10.5334/ijic.ICIC22259"


def test_the_reference_list_is_what_the_citation_processor_writes(sources: list[dict]) -> None:
    table = read("references")
    assert dict(zip(table["id"], table["text"], strict=True)) == render(sources)


def test_render_refuses_two_sources_with_one_key(sources: list[dict]) -> None:
    with pytest.raises(ValueError, match=sources[0]["id"]):
        render([sources[0], sources[0]])


@pytest.mark.parametrize("name", [*TABLES, "series/staff_survey"])
def test_each_key_that_a_table_names_resolves(name: str, keys: set[str]) -> None:
    assert cited(name) - keys == set()


def test_each_source_is_used_somewhere(keys: set[str]) -> None:
    used = {key for path in DATA.rglob("*.csv") if path.name != "references.csv"
            for key in cited(str(path.relative_to(DATA).with_suffix("")))}  # fmt: skip
    rest = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("toolkit", "notebooks", "exercises", "facilitator")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".ipynb", ".md", ".toml", ".json"}
    )
    idle = {key for key in keys - used if not re.search(rf"\b{key}\b", rest)}
    assert idle == set()


# ---- every table


@pytest.mark.parametrize("name", TABLES)
def test_rows_have_one_key_each(name: str) -> None:
    table = read(name)
    assert not table.duplicated(KEY_OF_ROW.get(name, ["id"])).any()


@pytest.mark.parametrize("name", ["published_cases", "contrasts", "verbatim"])
def test_a_verified_row_names_a_source_that_somebody_saw(name: str, sources: list[dict]) -> None:
    seen = {s["id"] for s in sources if s["custom"]["verified"]}
    for row in read(name).to_dict("records"):
        assert row["verified"] in {"true", "false"}
        if row["verified"] == "true":
            assert seen & set(items(row["sources"])), row


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("published_cases", ["before", "after", "start_year", "end_or_switch_year"]),
        ("contrasts", ["n_before", "n_after", "before", "after"]),
    ],
)
def test_numbers_are_numbers(name: str, columns: list[str]) -> None:
    for column in columns:
        filled = read(name)[column].replace("", None).dropna()
        assert pd.to_numeric(filled).notna().all()


# ---- published cases


def test_the_published_cases_are_many_and_cover_the_five_approaches() -> None:
    table = read("published_cases")
    assert table.loc[table["sector"] == "health care", "id"].nunique() >= 16
    spoken = {a for cell in table["approaches"] for a in items(cell)}
    assert spoken >= FIVE
    assert spoken <= FIVE | {"tps", "other"}


def test_each_published_case_says_who_reports_it_and_what_to_beware_of() -> None:
    table = read("published_cases")
    assert set(table["source_type"]) <= {
        "peer-reviewed", "evaluation", "self-report", "press", "blog", "official-statistics",
    }  # fmt: skip
    assert set(table["scope"]) <= {"point", "pathway", "organisation", "system"}
    assert set(table["independent"]) == {"true", "false"}
    assert (table["caveat"] != "").all()
    assert (table["what_happened"] != "").all()
    assert (table.loc[table["after"] != "", "unit"] != "").all()
    assert (table.loc[table["after"] != "", "measure"] != "").all()
    assert not ((table["source_type"] == "self-report") & (table["independent"] == "true")).any()


def test_the_five_trusts_carry_their_caveat_and_the_figures_of_the_series() -> None:
    series = pd.read_csv(DATA / "series/five_lean_trusts.csv")
    rows = read("published_cases").query("source_type == 'official-statistics'")
    assert len(rows) == 5
    assert rows["caveat"].str.contains("not the partnership’s chosen outcome; no causal").all()
    assert sorted(pd.to_numeric(rows["before"])) == sorted(series["within_4h_2016_17_pct"])
    assert sorted(pd.to_numeric(rows["after"])) == sorted(series["within_4h_2018_19_pct"])


# ---- contrasts


def test_our_own_placing_of_a_contrast_stays_between_nothing_and_one() -> None:
    table = read("contrasts")
    for column in ("context_distance", "mechanism_understood"):
        placed = pd.to_numeric(table[column].replace("", None)).dropna()
        assert placed.between(0, 1).all()
        assert len(placed) >= 20
    assert (table["why_placed"] != "").all()
    assert set(table["course_mode"]) <= {"emulate", "copy_then_adapt", "contextualise", ""}


def test_the_units_of_the_ethnography_add_up_to_those_that_took_part() -> None:
    units = read("contrasts").query("study == 'Dixon-Woods 2013'")
    assert pd.to_numeric(units["after"]).sum() == 17
    assert set(units["n_after"]) == {"17"}


# ---- words


def test_claims_quote_short_statements_once_and_say_what_would_count_against_them() -> None:
    table = read("claims")
    assert 18 <= len(table) <= 28
    assert table["wording"].is_unique
    assert table["wording"].str.split().str.len().between(3, 45).all()
    assert set(table["kind"]) <= {
        "premise", "aim", "method", "finding", "conclusion", "implication",
    }  # fmt: skip
    argued = table[~table["kind"].isin(["aim", "method"])]
    assert (argued["for_published"] != "").all()
    assert (argued["against_published"] != "").all()
    assert table["lessons"].str.fullmatch(r"(0\d|1[0-3])(; (0\d|1[0-3]))*").all()


def test_glossary_entries_are_short_and_point_at_each_other() -> None:
    table = read("glossary")
    assert len(table) >= 80
    assert (table["definition"].str.split().str.len() <= 40).all()
    assert {k for cell in table["see_also"] for k in items(cell)} <= set(table["id"])
    assert table["term"].is_unique


def test_a_welsh_term_stands_only_where_an_official_page_was_seen(sources: list[dict]) -> None:
    table = read("glossary")
    welsh = {s["id"] for s in sources if s.get("language") == "cy" and s["custom"]["verified"]}
    welsh.add("nhswalesexecutive2024")
    has_term = table["welsh"] != ""
    assert has_term.any()
    assert (has_term == (table["welsh_source"] != "")).all()
    assert set(table.loc[has_term, "welsh_source"]) <= welsh


def test_the_matrix_has_a_cell_for_each_approach_and_owns_up_to_what_is_ours() -> None:
    table = read("approaches")
    for dimension, cells in table.groupby("dimension"):
        assert set(cells["approach"]) == FIVE | {"tps"}, dimension
    assert {"first question", "blind spot", "natural next partner"} <= set(table["dimension"])
    assert ((table["kind"] == "published") == (table["sources"] != "")).all()
    assert set(table["kind"]) == {"published", "illustrative"}


@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("prudent_principles", 4),
        ("five_focusing_steps", 5),
        ("spear_bowen_rules", 4),
        ("lean_principles", 5),
        ("improvement_questions", 3),
        ("value_agenda", 6),
        ("value_definition", 1),
        ("toyota_motto", 1),
    ],
)
def test_principles_that_stand_word_for_word_are_complete(group: str, count: int) -> None:
    table = read("verbatim")
    rows = table[table["group"] == group]
    assert list(rows["order"].astype(int)) == list(range(1, count + 1))


# ---- open series


def series(name: str, **kwargs: object) -> pd.DataFrame:
    return pd.read_csv(DATA / f"series/{name}.csv", **kwargs)


def test_the_index_lists_every_series_with_licence_and_caveat() -> None:
    index = read("series/index")
    files = {f"series/{p.name}" for p in (DATA / "series").glob("*.csv")} - {"series/index.csv"}
    assert set(index["file"]) == files
    assert (index[["licence", "attribution", "caveat", "sources", "lessons"]] != "").all().all()
    open_government = index[index["licence"].str.contains("Open Government Licence")]
    assert open_government["attribution"].str.startswith("Contains public sector").all()


def test_the_data_package_gives_each_series_the_licence_of_the_index() -> None:
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    stated = {item["path"]: item["licenses"] for item in package["resources"]}
    for row in read("series/index").to_dict("records"):
        licences = stated[row["file"]]
        assert "; ".join(licence["title"] for licence in licences) == row["licence"]
        named = {licence["name"] for licence in licences}
        assert ("OGL-UK-3.0" in named) == ("Open Government" in row["licence"]), row["id"]
        if "not seen" in row["licence"]:
            assert named == {"other"}, row["id"]


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("england_rtt_monthly", 184),
        ("wales_rtt_monthly", 131),
        ("england_ae_monthly", 102),
        ("cdi_monthly", 36),
        ("nightingale_monthly", 24),
    ],
)
def test_months_follow_one_another_without_a_gap(name: str, months: int) -> None:
    month = series(name, parse_dates=["month"])["month"]
    expected = pd.date_range(month.iloc[0], periods=months, freq="MS")
    assert list(month) == list(expected)


def test_the_one_missing_month_of_vienna_is_the_one_that_the_index_names() -> None:
    month = series("semmelweis_monthly", parse_dates=["month"])["month"]
    whole = pd.date_range(month.iloc[0], month.iloc[-1], freq="MS")
    assert [str(m.date()) for m in whole.difference(month)] == ["1841-12-01"]


def test_bands_of_the_welsh_waiting_list_add_up() -> None:
    wales = series("wales_rtt_monthly")
    bands = wales[["up_to_26_weeks", "from_26_to_36_weeks", "over_36_weeks"]].sum(axis=1)
    assert (bands == wales["waiting_total"]).all()
    assert (wales["over_53_weeks"] <= wales["over_36_weeks"]).all()
    share = 100 * wales["up_to_26_weeks"] / wales["waiting_total"]
    assert (share - wales["within_26_weeks_pct"]).abs().max() <= 0.005


def test_the_english_waiting_list_adds_up() -> None:
    england = series("england_rtt_monthly")
    parts = england["within_18_weeks"] + england["over_18_weeks"]
    assert (parts == england["waiting_total"]).all()
    share = 100 * england["within_18_weeks"] / england["waiting_total"]
    assert (share - england["within_18_weeks_pct"]).abs().max() <= 0.02


def test_shares_of_four_hour_departments_follow_from_the_counts() -> None:
    ae = series("england_ae_monthly")
    for kind in ("type1", "all"):
        within = ae[f"{kind}_within_4h"]
        share = 100 * within / (within + ae[f"{kind}_over_4h"])
        assert (share - ae[f"{kind}_within_4h_pct"]).abs().max() <= 0.01
    assert ae["estimated_from_weeks"].sum() == 55


def test_full_beds_and_four_hours_move_against_each_other() -> None:
    beds = series("england_occupancy_four_hour_quarterly")
    full, quick = beds["bed_occupancy_pct"], beds["type1_within_4h_pct"]
    assert round(full.corr(quick), 2) == -0.86
    assert round(full.diff(4).corr(quick.diff(4)), 2) == -0.69
    share = 100 * beds["beds_occupied"] / beds["beds_available"]
    assert (share - full).abs().max() <= 0.01


def test_changes_and_ranks_of_the_five_trusts_follow_from_all_130() -> None:
    years = series("ae_trust_year").pivot_table(
        index="org_code", columns="financial_year", values="type1_within_4h_pct"
    )
    assert years.shape == (130, 3)
    change = years["2018-19"] - years["2016-17"]
    assert round(change.mean(), 1) == -2.2
    five = series("five_lean_trusts").set_index("org_code")
    for code, row in five.iterrows():
        assert row["change_points"] == pytest.approx(change[code], abs=0.051)
        assert row["rank_of_change_of_130"] == pytest.approx(
            (change > change[code]).sum() + 1, abs=1
        )


@pytest.mark.parametrize("name", ["child_heart_1991_1995", "child_heart_2012_2015"])
def test_survivors_and_deaths_make_up_the_operations(name: str) -> None:
    hearts = series(name)
    assert (hearts["survivors"] + hearts["deaths"] == hearts["operations"]).all()


def test_the_two_heart_series_warn_against_comparing_them() -> None:
    caveats = read("series/index").set_index("id")["caveat"]
    for name in ("child_heart_1991_1995", "child_heart_2012_2015"):
        assert "Never compare" in caveats[name]


def test_the_size_of_a_district_is_a_denominator_and_not_its_residents() -> None:
    """The United Kingdom had about 61 million people in 2008, Wales included."""
    districts = series("bowel_cancer_districts")
    assert districts["scaled_denominator"].sum() > 80e6
    rates = 1e5 * districts["deaths_per_year"] / districts["scaled_denominator"]
    # the highest and lowest age-standardised rates as Barden names them
    assert round(rates.max(), 2) == 31.09
    assert round(rates.min(), 2) == 9.16
    caveat = read("series/index").set_index("id").loc["bowel_cancer_districts", "caveat"]
    assert "allow for age" in caveat
    assert "not the number of residents" in caveat


def test_counts_that_the_index_states_are_in_the_files() -> None:
    assert series("bowel_cancer_districts").shape[0] == 379
    assert series("hvbp_cost_bands")["hospitals"].sum() == 2628
    assert series("apha_support")["analysts"].sum() == 237
    assert series("staff_survey").shape[0] == 17
    assert series("tdabc_clinic_rates")["clinic"].nunique() == 5
    assert series("ae_attendances_ten_trusts").groupby("org_code").size().eq(36).all()


def test_machine_costs_whose_columns_are_uncertain_stay_out() -> None:
    assert not series("tdabc_clinic_rates")["resource"].str.contains("machine").any()


def test_deaths_in_vienna_never_exceed_births() -> None:
    for name in ("semmelweis_monthly", "semmelweis_yearly"):
        vienna = series(name)
        assert (vienna["deaths"] < vienna["births"]).all()
    share = series("semmelweis_monthly", parse_dates=["month"]).set_index("month")
    before, after = share[:"1847-05"].sum(), share["1847-06":].sum()
    assert round(100 * before["deaths"] / before["births"], 2) == 10.53
    assert round(100 * after["deaths"] / after["births"], 2) == 2.15
