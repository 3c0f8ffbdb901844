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
from toolkit.evidence import DataProblem, Provenance, read_table
from toolkit.evidence.errors import similar_names
from toolkit.evidence.store import data_folder, descriptor, resource, table
from toolkit.evidence.tables import check_links, split_list
from toolkit.text.lists import listed

DATA = ROOT / "data"
FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv"))
TABLES = [item["name"] for item in descriptor()["resources"] if "schema" in item]


def schema(name: str) -> dict:
    return resource(name)["schema"]


@pytest.fixture
def broken(tmp_path):
    """A copy of one table with its text changed."""

    def make(name: str, change, encoding: str = "utf-8") -> Path:
        path = tmp_path / f"{name}.csv"
        text = (DATA / f"{name}.csv").read_text(encoding="utf-8")
        path.write_bytes(change(text).encode(encoding))
        return path

    return make


def complaint(path: Path, name: str) -> str:
    with pytest.raises(DataProblem) as caught:
        read_table(path, schema(name))
    return str(caught.value)


# Broken copies -------------------------------------------------------------------------------


def test_a_missing_month_is_named(broken):
    lines = (DATA / "case_series.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith("C,17,"))
    message = complaint(broken("case_series", lambda text: text.replace(gone, "")), "case_series")
    assert "no row for case C, month 17" in message
    assert "every month from 0 to 47" in message
    assert "one thing needs mending" in message


def test_a_doubled_key_is_named(broken):
    lines = (DATA / "case_series.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    again = next(line for line in lines if line.startswith("B,3,"))
    message = complaint(broken("case_series", lambda text: text + again), "case_series")
    assert "row 434, column 'case and month'" in message
    assert "case B, month 3 a second time (first in row 53)" in message
    assert "each of them once" in message


@pytest.mark.parametrize("word", ["about 12", "12,5", "n/a", "nan", "inf"])
def test_text_in_a_number_column_is_named(broken, word):
    def change(text: str) -> str:
        head, first, *rest = text.splitlines()
        cells = first.split(",")
        return "\n".join([head, ",".join([*cells[:2], f'"{word}"', *cells[3:]]), *rest]) + "\n"

    message = complaint(broken("case_series", change), "case_series")
    assert "case_series.csv, row 2, column 'lead_time_days'" in message
    assert f"found '{word}'; expected a number, such as 12.5" in message


def test_an_unknown_approach_is_named(broken):
    message = complaint(broken("cases", lambda t: t.replace(",lean,", ",six sigma,", 1)), "cases")
    assert "row 2, column 'approach'" in message
    assert "found 'six sigma'" in message
    assert "lean, constraints, value, service_improvement or prudent" in message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_recognised(broken, encoding):
    changed = broken("case_events", lambda text: "\ufeff" + text, encoding)
    message = complaint(changed, "case_events")
    assert "text saved as UTF-16" in message
    assert "CSV UTF-8" in message


def test_latin1_is_recognised_with_its_row(broken):
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines[3] = lines[3].replace("ward", "café", 1)
        return "".join(lines)

    path = broken("case_events", change, "latin-1")
    message = complaint(path, "case_events")
    assert "row 4" in message
    assert "older encoding" in message
    assert "UTF-8" in message


def test_a_missing_column_is_named(broken):
    changed = broken("case_series", lambda text: text.replace("engagement", "engagment", 1))
    message = complaint(changed, "case_series")
    assert "expected a column named 'engagement'" in message
    assert (
        "column 'engagment': found a column nobody knows; expected one of 'engagement'" in message
    )


def test_a_missing_file_is_named(tmp_path):
    message = complaint(tmp_path / "cases.csv", "cases")
    assert "found no such file; expected a file named cases.csv" in message


def test_a_doubled_column_is_named(broken):
    def change(text: str) -> str:
        return "".join(f"{line},{line.split(',')[0]}\n" for line in text.splitlines())

    assert "found this column twice" in complaint(broken("case_series", change), "case_series")


def test_an_empty_file_is_named(broken):
    message = complaint(broken("cases", lambda _: ""), "cases")
    assert "found nothing at all; expected a row of column names" in message


def test_semicolons_are_recognised(broken):
    message = complaint(broken("case_series", lambda t: t.replace(",", ";")), "case_series")
    assert "columns separated by semicolons" in message


def test_a_torn_row_is_named(broken):
    message = complaint(broken("case_series", lambda t: t + "I,47\n"), "case_series")
    assert "row 434: found 2 cells; expected 9, one for each column" in message


def test_an_empty_required_cell_is_named(broken):
    def change(text: str) -> str:
        return text.replace("\nA,0,", "\nA,,", 1)

    message = complaint(broken("case_series", change), "case_series")
    assert "row 2, column 'month': found an empty cell; expected a value" in message


@pytest.mark.parametrize(
    ("value", "expected"), [("48", "47 or less"), ("-1", "0 or more"), ("0.5", "a whole number")]
)
def test_a_month_outside_the_study_is_named(broken, value, expected):
    message = complaint(
        broken("case_series", lambda t: t.replace("\nA,0,", f"\nA,{value},", 1)), "case_series"
    )
    assert f"found '{value}'; expected {expected}" in message


def test_a_word_for_true_or_false_is_named(broken):
    changed = broken("case_events", lambda t: t.replace(",false,illus", ",perhaps,illus", 1))
    assert "found 'perhaps'; expected true or false" in complaint(changed, "case_events")


def test_many_problems_are_listed_in_part(broken):
    def change(text: str) -> str:
        head, *rows = text.splitlines()
        torn = [",".join([*r.split(",")[:5], "low", *r.split(",")[6:]]) for r in rows]
        return "\n".join([head, *torn]) + "\n"

    path = broken("case_series", change)
    with pytest.raises(DataProblem) as caught:
        read_table(path, schema("case_series"))
    assert len(caught.value.problems) == 432
    assert "432 things need mending" in str(caught.value)
    assert str(caught.value).endswith("and 424 more.")


def test_the_mark_that_spreadsheets_put_first_is_forgiven(broken):
    frame = read_table(broken("case_series", lambda t: t, "utf-8-sig"), schema("case_series"))
    pd.testing.assert_frame_equal(frame, table("case_series"))


def test_a_link_to_nowhere_is_named():
    frame = pd.DataFrame({"case": ["A", "J"], "sources": ["", "bagust99; bagust1999"]})
    rules = {
        "fields": [
            {"name": "case"},
            {"name": "sources", "itemsOf": {"resource": "references", "fields": "id"}},
        ],
        "foreignKeys": [{"fields": "case", "reference": {"resource": "cases", "fields": "id"}}],
    }
    others = {"cases": table("cases"), "references": table("references")}
    case_link, source_link = check_links("mine.csv", frame, rules, others)
    assert str(case_link).startswith("mine.csv, row 3, column 'case': found 'J'; expected a name")
    assert source_link.found == "'bagust99'"
    assert "'bagust1999'" in source_link.expected


# The package as a whole ----------------------------------------------------------------------


def test_frictionless_finds_the_whole_package_valid():
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:10]
    assert report.stats["tasks"] == len(descriptor()["resources"])


def test_our_own_reader_finds_the_whole_package_valid():
    assert [str(problem) for problem in evidence.problems()] == []


def test_problems_gathers_from_every_table(tmp_path, monkeypatch):
    copy = shutil.copytree(DATA, tmp_path / "data")
    path = copy / "case_coding.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("emulation", "copying"), "utf-8")
    with (copy / "glossary.csv").open("a", encoding="utf-8") as file:
        file.write("nonsense,nonsense,A word that leads nowhere.,nobody1900,,,\n")
    from toolkit.evidence import store

    monkeypatch.setattr(store, "data_folder", lambda: copy)
    store._read.cache_clear()
    try:
        found = [str(problem) for problem in evidence.problems()]
    finally:
        store._read.cache_clear()
    assert any("case_coding.csv" in text and "'copying'" in text for text in found)
    assert any("glossary.csv" in text and "'nobody1900'" in text for text in found)


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
        evidence.cases,
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


def test_nearest_never_prints_a_whole_library():
    assert similar_names("leen", ["lean", "prudent"]) == "'lean'"
    assert len(similar_names("zzz", [f"source{n}" for n in range(200)]).split(",")) < 10


def test_split_list():
    assert split_list("a; b;c ;") == ("a", "b", "c")
    assert split_list("") == ()
