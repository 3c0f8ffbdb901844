"""Reading the tables: broken copies explain themselves, whole ones join, views have sources."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import frictionless
import pandas as pd
import pytest

from tests import ROOT
from toolkit import evidence
from toolkit.evidence import Provenance
from toolkit.evidence.store import data_folder, descriptor, resource, table, unknown
from toolkit.evidence.tables import read_table, split_list
from toolkit.text.lists import listed

DATA = ROOT / "data"
FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv"))
TABLES = [item["name"] for item in descriptor()["resources"] if "schema" in item]


# The package as a whole ----------------------------------------------------------------------


def wrong_links(folder: Path) -> list[str]:
    """Return every key in a cell that lists several which the table it points to lacks."""
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    described = {item["name"]: item for item in described if "schema" in item}
    frames = {n: read_table(folder / item["path"], item["schema"]) for n, item in described.items()}
    return [
        f"{name}, {field['name']}: {key}"
        for name, item in described.items()
        for field in item["schema"]["fields"]
        if (link := field.get("itemsOf"))
        for cell in frames[name][field["name"]]
        for key in split_list(cell)
        if key not in set(frames[link["resource"] or name][link["fields"]])
    ]


def test_frictionless_finds_the_whole_package_valid():
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:10]
    assert report.stats["tasks"] == len(descriptor()["resources"])


def test_every_key_in_a_list_leads_somewhere():
    assert wrong_links(DATA) == []


def test_a_key_that_leads_nowhere_is_found(tmp_path):
    copy = shutil.copytree(DATA, tmp_path / "data")
    with (copy / "glossary.csv").open("a", encoding="utf-8") as file:
        file.write("nonsense,nonsense,A word that leads nowhere.,nobody1900,,,\n")
    assert wrong_links(copy) == ["glossary, sources: nobody1900"]


def test_the_nine_cases_have_all_their_months():
    months = table("case_series").groupby("case")["month"].agg(list)
    assert list(months) == [list(range(48))] * 9


def test_the_mark_that_spreadsheets_put_first_is_forgiven(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_bytes(b"\xef\xbb\xbf" + (DATA / "cases.csv").read_bytes())
    frame = read_table(path, resource("cases")["schema"])
    pd.testing.assert_frame_equal(frame, table("cases"))


@pytest.mark.parametrize(
    "path", sorted(p.relative_to(DATA).as_posix() for p in DATA.rglob("*.csv"))
)
def test_every_table_is_described(path):
    assert path in {item["path"] for item in descriptor()["resources"]}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_and_field_says_what_it_is(name):
    item = resource(name)
    assert item["title"]
    assert item["description"]
    assert item["licenses"][0]["title"]
    kinds = {"published", "computed", "illustrative"}
    for field in item["schema"]["fields"]:
        assert field["description"].endswith("."), field["name"]
        assert field["provenance"] in kinds
        if field["type"] in ("number", "integer"):
            assert field["unit"], field["name"]
    if name.startswith(("case", "theme")):
        assert item["provenance"] == "illustrative"
        assert set(table(name)["provenance"]) == {"illustrative"}, "each row says so itself"
        assert {field["provenance"] for field in item["schema"]["fields"]} == {"illustrative"}


@pytest.mark.parametrize("name", TABLES)
def test_types_do_not_depend_on_the_computer(name):
    frame = table(name)
    allowed = {"int64", "Int64", "float64", "bool", "boolean", "str", "datetime64[s]"}
    assert {str(dtype) for dtype in frame.dtypes} <= allowed
    assert not frame.empty


@pytest.mark.parametrize("name", TABLES)
def test_a_number_is_finite_or_its_cell_is_empty(name):
    numbers = table(name).select_dtypes("float64")
    cells = pd.read_csv(DATA / resource(name)["path"], dtype="str", keep_default_na=False)
    assert (numbers.isna().sum() == (cells[list(numbers)] == "").sum()).all()
    assert not numbers.isin([float("inf"), float("-inf")]).any(axis=None)


def test_the_data_are_found_beside_the_code_when_packed(tmp_path, monkeypatch):
    from toolkit.evidence import store

    assert Path(str(data_folder())) == DATA
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(store, "files", lambda _: tmp_path)
    assert store.data_folder() == tmp_path / "data"


# Views ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "view",
    [
        evidence.published_cases,
        evidence.contrasts,
        evidence.claims,
        evidence.matrix,
    ],
)
def test_every_table_view_has_a_title_and_a_source(view):
    shown = view()
    assert isinstance(shown.provenance, Provenance)
    assert shown.title
    assert shown.source.startswith(shown.provenance.mark)
    assert len(shown.frame) >= 5


@pytest.mark.parametrize("name", table("series_index")["id"])
def test_every_series_has_a_source_that_resolves(name):
    shown = evidence.series(name)
    assert shown.provenance.kind in ("published", "computed")
    assert shown.provenance.sources
    for key in shown.provenance.sources:
        assert len(evidence.source(key)) > 20
        assert evidence.cite(key)
    assert shown.title
    assert shown.caveat
    assert shown.attribution
    assert len(shown.frame) > 4


def test_a_view_is_frozen_and_its_frame_is_your_own():
    one = evidence.case("C")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.title = "mine"
    one.series["lead_time_days"] = 0.0
    one.context["demand"] = 0
    assert evidence.case("C").series["lead_time_days"].min() > 0
    assert evidence.case("C").context["demand"] > 0
    shown = evidence.series("england_rtt_monthly")
    shown.frame["month"] = None
    assert evidence.series("england_rtt_monthly").frame["month"].notna().all()


@pytest.mark.parametrize("view", [evidence.case("A"), evidence.series("england_rtt_monthly")])
def test_no_view_prints_an_address_in_memory(view):
    assert "0x" not in repr(view)
    assert "frame=" not in repr(view)


def test_small_letters_will_do():
    assert evidence.case(" c ").id == "C"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: evidence.case("J"), "There is no case 'J'. The nine cases are A to I."),
        (lambda: evidence.case(3), "There is no case '3'. The nine cases are A to I."),
        (lambda: evidence.series("england_rtt"), "no series 'england_rtt'.*england_rtt_monthly"),
        (lambda: evidence.source("bagust99"), "no source 'bagust99'.*bagust1999"),
        (lambda: evidence.cite("bagust99"), "no source 'bagust99'.*bagust1999"),
        (lambda: evidence.cite(), "Name at least one source"),
        (lambda: evidence.term("constrain"), "no term 'constrain'.*constraint"),
        (lambda: evidence.verbatim("five_focussing_steps"), "no quoted list.*five_focusing_steps"),
        (lambda: table("case_serie"), "no table 'case_serie'.*case_series"),
    ],
)
def test_an_unknown_name_brings_the_nearest(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


def test_short_citations():
    assert evidence.cite("richdavieshowsen2022") == "Rich et al. 2022"
    assert evidence.cite("bagust1999", "richdavieshowsen2022") == (
        "Bagust et al. 1999; Rich et al. 2022"
    )
    assert evidence.cite("haynes2009") == "Haynes et al. 2009"
    assert "1999" in evidence.source("bagust1999")


def test_a_long_chip_names_the_first_sources_only():
    shown = evidence.published_cases()
    assert len(shown.provenance.sources) > 20
    assert shown.source.endswith(f" and {len(shown.provenance.sources) - 3} more")
    assert len(shown.source) < 120


def test_references_and_sources_hold_the_same_keys():
    keys = {item["id"] for item in json.loads((DATA / "sources.json").read_text("utf-8"))}
    assert keys == set(table("references")["id"])
    for key in sorted(keys):
        assert not evidence.cite(key).startswith(" ")


def test_a_term_is_found_by_word_or_short_name():
    by_word, by_name = evidence.term("Lead time"), evidence.term("lead_time")
    assert by_word == by_name
    assert by_word.definition
    assert isinstance(by_word.provenance, Provenance)


def test_the_five_focusing_steps_come_in_order():
    steps = evidence.verbatim("five_focusing_steps")
    assert len(steps.wordings) == 5
    assert steps.provenance.kind == "published"
    assert "constraint" in steps.wordings[0].lower()


@pytest.mark.parametrize(
    ("choices", "words"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_choices_are_listed_with_or(choices, words):
    assert listed(choices, "or", most=None) == words


def test_an_unknown_name_never_brings_a_whole_library():
    assert str(unknown("dialect", "leen", ["lean", "prudent"])).endswith("exist: 'lean'.")
    assert str(unknown("source", "zzz", [f"source{n}" for n in range(200)])).count(",") < 10


def test_split_list():
    assert split_list("a; b;c ;") == ("a", "b", "c")
    assert split_list("") == ()
