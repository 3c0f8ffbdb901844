"""Charts: seen without colour and in the dark, told in words, and drawn by both Vega-Lites."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import pairwise, product

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.charts import shapes
from toolkit.charts.cases import grid_chart
from toolkit.charts.control import control_chart
from toolkit.charts.figure import MIME, PICTURE, Figure, records, template
from toolkit.charts.theme import COLOUR, CONFIG, DASH, SHAPE, TEXT_SIZE, scale
from toolkit.evidence import Provenance
from toolkit.text.numbers import course, number, plain, span, written

MADE_UP = (Provenance("illustrative", note="made up for a test"),)
# A card in light and in dark, Vega's dark theme, and JupyterLab's dark page.
GROUNDS = {
    "white": "#ffffff",
    "card dark": "#18242a",
    "Vega dark": "#333333",
    "JupyterLab dark": "#111111",
}
# JupyterLab 4.6 draws with Vega-Lite 5.6, our own bundle and pictures with the newest: the oldest
# and the last 5 that vl-convert holds, and the newest of all.
SPEAKERS = ("5.8", "5.21", "6.4")

calm = settings(derandomize=True, deadline=None, max_examples=80)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def inside(spec: object) -> Iterator[dict]:
    """Yield every object inside a specification."""
    if isinstance(spec, dict):
        yield spec
    for part in spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ():
        yield from inside(part)


def some_paths(values=(3.0, 9.0, 5.0), *, name: str = "home", **more) -> Figure:
    frame = pd.DataFrame({"at": range(1, len(values) + 1), "series": name, "value": values})
    said = course(frame["at"], frame["value"], "patients", "day")
    return shapes.paths(
        frame, {name: "main"}, x="day", y="patients", title="Home", description=said,
        provenance=MADE_UP, **more,
    )  # fmt: skip


def some_bars(values=(1.0, 2.0, 3.0, 4.0), stages=("tests", "transport"), **more) -> Figure:
    pairs = list(product(("before", "after"), stages))
    frame = pd.DataFrame(
        [(stage, kind, value) for (kind, stage), value in zip(pairs, values, strict=True)],
        columns=["category", "series", "value"],
    )
    return shapes.bars(
        frame, {"before": "calm", "after": "main"}, x="patients", title="Queues",
        description=f"Queues lie {span(frame['value'], 'patients')}.", provenance=MADE_UP, **more,
    )  # fmt: skip


def some_dots(values=((1.0, 2.0), (3.0, 5.0)), **more) -> Figure:
    frame = pd.DataFrame(values, columns=["x", "y"]).assign(series="trust", label="a trust")
    return shapes.dots(
        frame, {"trust": "third"}, x="beds, %", y="seen, %", title="Trusts",
        description=f"Seen {span(frame['y'], '%')}.", provenance=MADE_UP, **more,
    )  # fmt: skip


def some_pile(values=(3, 3, 4, 9), **more) -> Figure:
    frame = pd.DataFrame({"at": range(1, len(values) + 1), "value": values})
    return shapes.pile(
        frame, {"out": "main"}, x="patients out", most=10, title="Games",
        description=f"Out came {span(frame['value'], 'patients')}.", provenance=MADE_UP,
        marks=pd.DataFrame({"value": [7.0], "text": ["your prediction"]}), **more,
    )  # fmt: skip


def two_panels() -> Figure:
    return shapes.beside(
        some_paths(), some_bars(), "Two panels", "Both.", pd.DataFrame({"day": [1], "home": [2.5]})
    )


def over_dates() -> Figure:
    frame = pd.DataFrame(
        {"at": ["2019-01-01", "2019-04-01"], "series": "beds", "value": [88.0, 92.5]}
    )
    return shapes.paths(
        frame, {"beds": "warn"}, x="quarter", y="beds, %", title="Beds", description="Fuller.",
        provenance=MADE_UP, low=None,
        marks=pd.DataFrame({"at": ["2019-04-01"], "value": [90.0], "text": ["your prediction"]}),
    )  # fmt: skip


FORMS = {
    "paths": some_paths,
    "dates": over_dates,
    "bars": some_bars,
    "dots": some_dots,
    "pile": some_pile,
    "two panels": two_panels,
}


@pytest.fixture(params=FORMS)
def figure(request) -> Figure:
    return FORMS[request.param]()


# --- the look ---------------------------------------------------------------------------------


def test_the_contrast_formula_gives_the_published_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # The grey that WCAG technique G18 and its checkers name as just enough for text.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("role", COLOUR)
def test_a_mark_is_seen_on_every_ground(role, ground):
    assert contrast(COLOUR[role], GROUNDS[ground]) >= 3


@pytest.mark.parametrize("table", [COLOUR, SHAPE, DASH], ids=["colour", "shape", "dash"])
def test_each_role_has_a_look_of_its_own(table):
    assert list(table) == list(COLOUR)
    assert len({json.dumps(look) for look in table.values()}) == len(COLOUR)


def test_type_can_be_read_at_the_back_of_the_room(figure):
    sizes = [
        value
        for part in inside(figure.to_spec())
        for key, value in part.items()
        if key.lower().endswith("fontsize")
    ]
    assert TEXT_SIZE >= 13
    assert min(sizes) >= 13


def test_a_series_is_told_by_more_than_colour(figure):
    for part in inside(dict(figure.spec)):
        coded = part.get("encoding", {})
        if "color" in coded and "y" in coded:
            mark = part["mark"]["type"]
            # An area carries the colour of its line; a bar is named in a text beside it.
            assert mark in {"area", "bar"} or {"shape", "strokeDash"} & set(coded), mark
    if "bars" in figure.data:
        names = {text.split(" ", 1)[1] for text in figure.data["bars"]["text"]}
        assert names == {"before", "after"}
    if "ends" in figure.data:
        assert set(figure.data["ends"]["text"]) == set(figure.data["paths"]["series"])


def test_direct_labels_turn_with_the_dark_theme(figure):
    texts = [
        part["mark"]
        for part in inside(dict(figure.spec))
        if isinstance(part.get("mark"), dict) and part["mark"].get("type") == "text"
    ]
    assert texts
    assert all(mark["style"] == "guide-label" and "color" not in mark for mark in texts)


def test_scale_names_what_each_series_looks_like():
    roles = {"push": "warn", "rope": "main"}
    assert scale(roles) == {
        "domain": ["push", "rope"],
        "range": [COLOUR["warn"], COLOUR["main"]],
    }
    with pytest.raises(KeyError, match="loud"):
        scale({"push": "loud"})


# --- the specification ------------------------------------------------------------------------


def test_a_specification_is_plain_json_without_addresses(figure):
    text = json.dumps(figure.to_spec(), allow_nan=False)
    assert json.loads(text) == figure.to_spec()
    assert "$schema" not in text
    assert "http" not in text
    assert "0x" not in text


def test_every_named_data_set_is_there_and_used(figure):
    named = {
        part["data"]["name"] for part in inside(dict(figure.spec)) if "name" in part.get("data", {})
    }
    assert named == set(figure.to_spec()["datasets"])


def test_every_field_that_is_drawn_is_in_its_data(figure):
    for part in inside(dict(figure.spec)):
        if "encoding" in part and "data" in part:
            held = set(figure.data[part["data"]["name"]].columns)
            drawn = {how["field"] for how in part["encoding"].values() if isinstance(how, dict)} - {
                None
            }
            assert drawn <= held


def test_words_and_pictures_are_the_same_each_time(figure):
    again = next(form for form in FORMS.values() if form().title == figure.title)()
    assert again.to_mimebundle() == figure.to_mimebundle()
    assert again.to_html() == figure.to_html()


@pytest.mark.parametrize("version", SPEAKERS)
def test_both_vega_lites_draw_it_without_a_complaint(figure, version, capfd):
    vega = vl_convert.vegalite_to_vega(figure.to_spec(), vl_version=version, show_warnings=True)
    said = capfd.readouterr()
    assert "WARN" not in said.err + said.out
    kinds = {part["type"] for part in inside(vega["marks"]) if "from" in part}
    drawn = {
        {"point": "symbol"}.get(kind, kind)
        for kind in (
            part["mark"]["type"] for part in inside(dict(figure.spec)) if "encoding" in part
        )
    }
    drawn = {"rect" if kind == "bar" else kind for kind in drawn}
    assert drawn <= kinds
    assert {"paths", "bars", "dots", "pile"} & {each["name"] for each in vega["data"]}


def test_the_same_axes_share_one_template():
    assert some_paths().spec is some_paths((1.0, 2.0, 8.0)).spec
    assert some_bars().spec is some_bars((9.0, 9.0, 9.0, 9.0)).spec
    assert some_dots().spec is some_dots(((0.0, 0.0),)).spec
    assert two_panels().spec is two_panels().spec


def test_other_axes_have_another_template():
    assert some_paths().spec is not some_paths(name="waiting").spec
    assert some_paths().spec is not some_paths(low=None).spec
    assert some_bars().spec is not some_bars(stages=("tests", "medicines")).spec


def test_a_template_is_equal_to_itself_alone():
    one, other = (template(alt.Chart(alt.NamedData("a")).mark_point()) for _ in range(2))
    assert dict(one) == dict(other)
    assert one == one
    assert one != other
    assert one["config"] == CONFIG


def test_a_narrow_grid_names_every_column():
    names = ["people waiting to start", "people in each stage", "staff", "people who have finished"]
    frame = pd.DataFrame({"row": "the staff nurse", "column": names, "mark": "seen"})
    figure = grid_chart(
        frame, {"seen": "calm"}, title="", description="", provenance=(), table=frame
    )
    narrow = {**figure.spec.narrow, "width": 180, "datasets": figure.datasets}
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(narrow))
    assert set(names) <= set(drawn)


def test_a_grid_can_hold_figures_in_place_of_marks():
    frame = pd.DataFrame({"row": ["a", "a", "sum"], "column": ["1", "2", "1"],
                          "mark": ["seen", "seen", None], "text": ["", "", "7"]})  # fmt: skip
    figure = grid_chart(
        frame, {"seen": "main"}, title="", description="", provenance=(), table=frame
    )
    drawn = vl_convert.vegalite_to_svg({**figure.spec, "datasets": figure.datasets})
    assert ">7</text>" in drawn
    assert drawn.count(f'fill="{COLOUR["main"]}"') == 2 + 1  # two marks, and the key
    plain_grid = grid_chart(
        frame.drop(columns="text"), {"seen": "main"}, title="", description="", provenance=(),
        table=frame,
    )  # fmt: skip
    assert "layer" not in plain_grid.spec


def test_a_narrow_chart_leaves_no_name_out():
    names = ["Lean", "Constraints"]
    frame = pd.DataFrame({"row": names, "column": names, "mark": "seen"})
    grid = grid_chart(frame, {"seen": "calm"}, title="", description="", provenance=(), table=frame)
    assert grid.spec.narrow["encoding"]["x"]["axis"]["labelOverlap"] is False
    rows = pd.DataFrame({"category": ["NHS rules", "NHS spreadsheet rules"], "a": [1.0, 2.0]})
    bars = shapes.bars(
        rows.melt("category", var_name="series"), {"a": "calm"}, x="", title="", description="",
        provenance=(),
    )  # fmt: skip
    for layer in bars.spec.narrow["layer"]:
        assert layer["encoding"]["y"]["axis"]["labelOverlap"] is False


def test_narrow_bars_name_every_category():
    names = ["the same patients as before", "more", "learn", "paid", "paid, but nobody uses them"]
    frame = pd.DataFrame({"category": names, "series": "minutes", "value": [9.0, 0, 0, 3, 4]})
    made = shapes.bars(
        frame, {"minutes": "main"}, x="minutes", title="", description="", provenance=()
    )
    narrow = {**made.spec.narrow, "width": 180, "datasets": made.datasets}
    assert 'opacity="0"' not in vl_convert.vegalite_to_svg(narrow)


def test_two_panels_of_one_form_each_show_their_own_data():
    left, right = some_bars((1.0, 2.0, 3.0, 4.0)), some_bars((5.0, 6.0, 7.0, 8.0))
    both = shapes.beside(left, right, "", "", pd.DataFrame())
    for each, figure in (("bars", left), ("bars2", right)):
        assert both.data[each] is figure.data["bars"]
    drawn = vl_convert.vegalite_to_svg(both.to_spec())
    assert all(f">{n} {name}<" in drawn for n, name in ((1, "before"), (8, "after")))


def test_bars_that_grow_are_as_long_as_their_latest_row():
    frame = pd.DataFrame(
        {"category": "a", "series": "money", "value": [9.0, 4.0], "at": [1, 2]},
    )
    made = shapes.bars(
        frame, {"money": "main"}, x="", most=10, title="", description="", provenance=()
    )
    drawn = vl_convert.vegalite_to_svg(made.to_spec())
    assert ">4</text>" in drawn
    assert "9</text>" not in drawn


# --- words that follow the data ---------------------------------------------------------------


def figures_in(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


@calm
@given(st.lists(st.integers(0, 999), min_size=3, max_size=12))
def test_each_figure_in_a_course_is_in_the_data(values):
    said = course(range(len(values)), pd.Series(values, dtype="float64"), "patients", "day")
    places = {str(i) for i in range(len(values))}
    assert figures_in(said) <= places | {str(value) for value in values}


@calm
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=10),
    st.sampled_from(["unique", "all the same"]),
)
def test_a_course_can_be_told_of_any_series(values, labels):
    at = list(range(len(values))) if labels == "unique" else ["spring"] * len(values)
    said = course(at, pd.Series(values, dtype="float64"), "days", "month")
    assert said.endswith(".")
    assert "nan" not in said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "There are no figures to show."),
        ([np.nan, np.nan], "There are no figures to show."),
        ([4.0, 4.0, 4.0], "It stays at 4 days throughout."),
        ([2.0, 3.0, 4.0], "From 2 days (month 0) it rises to 4 days (month 2)."),
        (
            [5.0, np.nan, 9.0, 5.0],
            "From 5 days (month 0) it rises to 9 days (month 2), then falls to 5 days (month 3).",
        ),
        (
            [5.0, 2.0, 9.0, 6.0],
            "From 5 days (month 0) it falls to 2 days (month 1), then rises to 9 days (month 2), "
            "then falls to 6 days (month 3).",
        ),
    ],
)
def test_a_course_tells_start_turns_and_end(values, said):
    at = range(len(values))
    assert course(at, pd.Series(values, dtype="float64"), "days", "month") == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.123, "", "0.12"),
        (51.7134, "patients", "51.7 patients"),
        (7, "%", "7%"),
        (-2.5, "", "−2.5"),
    ],
)
def test_a_number_is_short_and_has_its_unit(value, unit, said):
    assert number(value, unit) == said


def test_a_span_names_both_ends():
    assert span(pd.Series([3.0, 8.5, np.nan]), "days") == "between 3 and 8.5 days"
    assert span(pd.Series([3, 3]), "days") == "3 days throughout"


@pytest.mark.parametrize("form", [some_paths, some_bars, some_dots])
def test_other_data_give_other_words_labels_and_cells(form):
    first = form()
    changed = {
        some_paths: (3.0, 90.0, 50.0),
        some_bars: (1.0, 2.0, 3.0, 40.0),
        some_dots: ((1.0, 2.0), (3.0, 50.0)),
    }[form]
    second = form(changed)
    assert first.description != second.description
    assert first.datasets != second.datasets
    assert first.cells["columns"] == second.cells["columns"]
    assert first.cells["rows"] != second.cells["rows"]


def test_a_bar_is_labelled_with_its_own_figure():
    assert list(some_bars((0.5, 1234.0, 3.0, 4.0)).data["bars"]["text"]) == [
        "0.5 before", "1,234 before", "3 after", "4 after",
    ]  # fmt: skip


@calm
@given(st.lists(st.integers(-5, 15), min_size=1, max_size=60))
def test_a_pile_has_a_dot_for_each_run_over_what_came_of_it_and_none_hides_another(values):
    dots = some_pile(values).data["pile"]
    assert dots["value"].tolist() == np.clip(values, 0, 10).tolist()
    assert not dots.duplicated(["value", "place"]).any()
    assert dots["place"].between(0, 1).all()
    for _, pile in dots.groupby("value"):
        assert pile["place"].is_monotonic_increasing  # later runs lie on earlier ones


def test_a_mark_keeps_its_words_on_a_narrow_page():
    marks = pd.DataFrame({"at": [2], "value": [9.0], "text": ["you decide"]})
    made = some_paths(marks=marks)
    drawn = vl_convert.vegalite_to_svg({**made.spec.narrow, "datasets": made.datasets})
    assert "you decide" in drawn
    assert "undefined" not in drawn


@pytest.mark.parametrize(("low", "clear"), [(0, True), (None, False)])
def test_the_name_of_a_path_lies_on_no_axis(low, clear):
    ends = some_paths((5.0, 0.0), low=low).data["ends"]
    assert (ends["place"].item() > 0) == clear


def test_the_end_of_a_path_is_its_last_known_value():
    ends = some_paths((3.0, 9.0, np.nan)).data["ends"]
    assert ends.to_dict("records") == [{"at": 2, "place": 9.0, "text": "home"}]


# --- the table twin ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "drawn"), [(some_paths, "paths"), (some_bars, "bars"), (some_dots, "dots")]
)
def test_the_table_holds_the_figures_of_the_chart(made, drawn):
    figure = made()
    values = figure.data[drawn].select_dtypes("number")
    values = values.drop(columns=["low", "high"], errors="ignore")
    shown = {cell for row in figure.cells["rows"] for cell in row}
    assert {written(value) for value in values.to_numpy().ravel()} == shown - {
        "tests", "transport", "a trust",
    }  # fmt: skip


def test_every_row_of_a_table_is_as_long_as_its_head(figure):
    cells = figure.cells
    assert cells["rows"]
    assert all(len(row) == len(cells["columns"]) for row in cells["rows"])
    assert all(isinstance(cell, str) for row in cells["rows"] for cell in row)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""), (np.nan, ""), (pd.NaT, ""), (pd.NA, ""), (math.inf, ""),
        (True, "yes"), (np.False_, "no"), (np.int64(7), "7"), (2019, "2019"), (12345, "12,345"),
        (np.float64(0.5), "0.5"), (0.1 + 0.2, "0.3"), (1234.567, "1,235"), (123.456, "123.5"),
        (100.0, "100"), (-0.001, "−0.001"), (1e-12, "0"), (0.0, "0"), (-2.5, "−2.5"),
        (1_234_567.0, "1,234,567"), (0.00123, "0.0012"), (-1e300, "−1e+300"),
        (pd.Timestamp("2019-04-01"), "2019-04-01"), ("2018-19 Q4", "2018-19 Q4"),
    ],
)  # fmt: skip
def test_a_value_is_written_for_a_reader(value, shown):
    assert written(value) == shown


GIVEN = ("1,234,567", "1,234.5", "0.00125", "12.345", "−7", "12,345,678,901.25", "0.0000001")


def test_a_figure_with_more_digits_than_anybody_writes_was_worked_out():
    assert written(16.5553777385354, given=True) == "16.56"
    assert written(2 / 3, given=True) == "0.67"


@pytest.mark.parametrize("text", GIVEN)
def test_a_figure_that_was_given_stands_in_chart_and_table_digit_by_digit(text):
    value = float(text.replace(",", "").replace("−", "-"))
    assert plain(value) == value
    assert written(value, given=True) == text


def test_a_chart_over_time_keeps_the_figures_it_was_given():
    values = [float(text.replace(",", "").replace("−", "-")) for text in GIVEN]
    points = pd.DataFrame({
        "at": range(len(values)), "value": values, "segment": 0, "centre": 1 / 3, "low": np.nan,
        "high": np.nan, "kind": "not judged", "why": "",
    })  # fmt: skip
    words = {"title": "As given", "description": "As given.", "unit": "pounds"}
    made = control_chart(points, **words, provenance=(Provenance("computed"),))
    assert [row["value"] for row in made.datasets["points"]] == values
    assert [row[1] for row in made.cells["rows"]] == list(GIVEN)
    assert {row[3] for row in made.cells["rows"]} == {"0.33"}


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (None, None), (np.nan, None), (pd.NA, None), (pd.NaT, None), (-math.inf, None),
        (np.True_, True), (np.int64(2**53), 2**53), (np.int32(3), 3),
        (np.float32(0.1), 0.1), (1 / 3, 0.333333333), (pd.Timestamp("2020-02-29"), "2020-02-29"),
        ("<b>", "<b>"),
    ],
)  # fmt: skip
def test_a_value_becomes_what_json_knows(value, known):
    assert plain(value) == known
    assert type(plain(value)) is type(known)


@calm
@given(st.floats() | st.integers(-(2**62), 2**62) | st.none() | st.booleans() | st.text())
def test_whatever_stands_in_a_frame_passes_through_json(value):
    frame = pd.DataFrame({"value": pd.Series([value], dtype=object)})
    text = json.dumps(records(frame), allow_nan=False)
    assert json.loads(text) == records(frame)


def test_whole_numbers_stay_whole_beside_fractions():
    frame = pd.DataFrame({"day": np.array([1, 2], dtype="int64"), "home": [0.5, np.nan]})
    assert records(frame) == [{"day": 1, "home": 0.5}, {"day": 2, "home": None}]
    assert isinstance(records(frame)[0]["day"], int)


@calm
@given(st.lists(st.floats(-100, 100), max_size=8), st.floats(0.5, 20))
def test_labels_stand_apart_and_keep_their_order(values, gap):
    placed = shapes.apart(values, gap)
    ranked = sorted(range(len(values)), key=values.__getitem__)
    for below, above in pairwise(ranked):
        assert placed[above] - placed[below] >= gap * (1 - 1e-9)
    assert all(put >= value for put, value in zip(placed, values, strict=True))
    assert shapes.apart(placed, gap * 0.999) == pytest.approx(placed)


# --- what a reader gets -----------------------------------------------------------------------


def test_nothing_in_the_words_is_taken_for_html():
    script = "<script>alert(1)</script>"
    chart = shapes.paths(
        pd.DataFrame({"at": [1, 2], "series": script, "value": [1.0, 2.0]}),
        {script: "main"}, x=script, y=script, title=script, description=script,
        provenance=(Provenance("computed", note=script),),
    )  # fmt: skip
    shown = chart.to_html()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 4  # chip, description, and both heads of the table


def test_the_chips_say_what_sort_of_figure_it_is(figure):
    for words, meaning in figure.chips:
        assert words.startswith("△ illustrative")
        assert words.endswith("(made up for a test)")
        assert meaning
        assert meaning in figure.to_html()


def test_the_chart_travels_with_its_words(figure, monkeypatch):
    monkeypatch.delenv(PICTURE, raising=False)
    bundle, metadata = figure.to_mimebundle()
    assert set(bundle) == {MIME, "text/plain"}
    assert bundle["text/plain"] == f"{figure.title}\n{figure.description}"
    assert bundle[MIME]["description"] == figure.description
    assert metadata[MIME]["embed_options"] == {"actions": False, "renderer": "svg"}


def test_a_picture_is_made_only_where_it_is_asked_for(monkeypatch):
    monkeypatch.setenv(PICTURE, "1")
    bundle, _ = some_bars().to_mimebundle()
    assert bundle["image/png"].startswith(b"\x89PNG")


def test_a_figure_is_shown_as_chart_then_words(figure, monkeypatch):
    seen = []
    monkeypatch.setattr("toolkit.charts.figure.display", lambda what, **_: seen.append(what))
    figure._ipython_display_()
    chart, words = seen
    assert chart["text/plain"].startswith(figure.title)
    assert words["text/html"] == figure.to_html()
    assert str(figure.table.columns[0]) in words["text/plain"]
