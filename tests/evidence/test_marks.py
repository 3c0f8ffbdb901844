"""The mark that a figure shows follows from the data, in every lab and on every page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import ROOT
from toolkit import evidence
from toolkit.course import Lesson
from toolkit.evidence import Provenance
from toolkit.evidence.provenance import SIGNS
from toolkit.learning.record import Record
from toolkit.learning.words import lesson_folders, words_of
from toolkit.screen.lab import Lab
from toolkit.screen.live import LiveChart

SOURCES = json.loads((ROOT / "data/sources.json").read_text(encoding="utf-8"))
BY_READING = {
    read: [s["id"] for s in SOURCES if s["custom"]["read"] == read]
    for read in ("full", "part", "abstract", "quoted", "record")
}
LESSONS = list(lesson_folders())
CLAIMS = evidence.claims().frame.set_index("id")


def lesson(number: str, tmp_path: Path) -> Lesson:
    return Lesson(words_of(number), Record(tmp_path / "my-record.json"))


def sources_of(number: str) -> list[str]:
    """Return the code of the cells of a lesson."""
    path = next((ROOT / "notebooks").glob(f"{number}-*.ipynb"))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]


@pytest.mark.parametrize(
    ("ways", "mark"),
    [
        (("full",), "●"), (("part",), "●"), (("full", "part"), "●"),
        (("abstract",), "○"), (("quoted",), "○"), (("record",), "○"), (("abstract", "quoted"), "○"),
        (("part", "abstract"), "●○"), (("full", "record"), "●○"),
    ],
)  # fmt: skip
def test_the_mark_of_a_published_figure_is_a_function_of_what_was_read(ways, mark):
    keys = tuple(BY_READING[way][0] for way in ways)
    assert Provenance("published", keys).mark == mark
    assert Provenance("published", keys, verified=False).mark == "○"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["id"])
def test_every_source_shows_the_mark_of_its_own_entry(source):
    read = source["custom"]["read"] in {"full", "part"}
    assert Provenance("published", (source["id"],)).mark == ("●" if read else "○")


def test_a_source_that_nobody_knows_has_no_mark():
    with pytest.raises(ValueError, match="no source 'bagust99'"):
        _ = Provenance("published", ("bagust99",)).mark


def figures_of(this: Lesson) -> list[tuple[str, tuple[Provenance, ...]]]:
    """Return name and provenance of every chart that a lesson draws at first."""
    found = []
    for code in sources_of(this.words.number):
        asked = re.fullmatch(r"this\.(play|show)\((.*)\)", code.strip())
        if not asked:
            continue
        made = eval(code, {"this": this})
        if isinstance(made, Lab | LiveChart):
            found.append((code, made.figure.provenance))
    return found


@pytest.mark.parametrize("number", LESSONS)
def test_a_sum_on_made_up_figures_never_carries_the_sign_of_a_sum_on_real_ones(number, tmp_path):
    for code, provenance in figures_of(lesson(number, tmp_path)):
        kinds = {each.kind for each in provenance}
        own = any("your own" in each.note for each in provenance)
        if "computed" in kinds:
            assert any(each.sources for each in provenance) or own, code
        if "illustrative" in kinds and not any(each.sources for each in provenance):
            assert "computed" not in kinds or own, code


def test_results_of_a_model_carry_both_signs(tmp_path):
    shown = lesson("09", tmp_path).play("without")
    text = " ".join(words for words, _ in shown.chart.chips)
    assert SIGNS["modelled"] in text
    assert not re.search(r"(?<!△)◆", text)


def test_the_legend_explains_every_mark_in_a_line(tmp_path):
    text = lesson("00", tmp_path).show("marks")._repr_mimebundle_()["text/plain"]
    lines = text.splitlines()
    for mark in ("●", "○", "●○", "◆", "△", "△◆"):
        assert sum(line.startswith((f"Mark: {mark}.", f"Mark: {mark} ")) for line in lines) == 1
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for mark in ("●", "○", "◆", "△", "△◆"):
        assert f"  - {mark} " in readme


# ---- the clauses of the seed abstract


def told(number: str, tmp_path: Path) -> str:
    """Return what the pages of a lesson say that show claims, as its cells call them."""
    this, said = lesson(number, tmp_path), []
    for code in sources_of(number):
        if re.fullmatch(r'this\.(claims\(\)|(show|play)\("claims?"\))', code.strip()):
            shown = eval(code, {"this": this})
            said.append(
                shown.figure.table.to_string(max_colwidth=None)
                if isinstance(shown, LiveChart | Lab)
                else shown._repr_mimebundle_()["text/plain"]
            )
    return "\n".join(said)


@pytest.mark.parametrize("number", sorted({n for cell in CLAIMS["lessons"] for n in
                                           cell.split("; ")}))  # fmt: skip
def test_each_claim_stands_in_each_lesson_that_the_table_names(number, tmp_path):
    text = told(number, tmp_path)
    for row in CLAIMS[CLAIMS["lessons"].str.contains(number)].itertuples():
        assert row.wording in text, row.Index


def test_no_clause_of_the_abstract_is_left_without_a_lesson_that_argues_it():
    """A claim that only the case room lists has no place where it can be examined."""
    argued = CLAIMS[~CLAIMS["kind"].isin(["aim", "method"])]
    assert (argued["lessons"] != "12").all()
