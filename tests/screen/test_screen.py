"""The form and the live chart: driven from Python as the browser drives them."""

from __future__ import annotations

import errno
import json
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import pytest
import vl_convert

from toolkit.charts import shapes
from toolkit.charts.figure import MIME, PICTURE
from toolkit.evidence import Provenance
from toolkit.learning.fields import (
    Button,
    Choice,
    Curve,
    FileField,
    Match,
    Number,
    Order,
    Select,
    Slider,
    Text,
    Ticks,
)
from toolkit.screen import live
from toolkit.screen.form import Form
from toolkit.screen.ids import mimebundle, numbered
from toolkit.screen.live import LiveChart

WIDGETS = Path(live.__file__).parent


@pytest.fixture
def form() -> Form:
    return Form(
        Slider("people", "People in the line", 5, min=1, max=10, unit="stations"),
        Choice("die", "The die", "1-6", options={"1-6": "ordinary", "3-4": "tame"}),
        Select("stage", "The stage", "tests", options={"tests": "tests", "home": "care at home"}),
        Ticks("kinds", "Which kinds", [], options={"a": "first", "b": "second"}),
        Text("words", "In your words", ""),
        Button("reset", "Reset", quiet=True),
        title="Controls of a test",
    )


# --- the form ---------------------------------------------------------------------------------


def test_a_form_starts_where_its_fields_say(form):
    assert form.value == {"people": 5, "die": "1-6", "stage": "tests", "kinds": [], "words": ""}
    assert not form.locked
    assert form.status == ""


def test_set_changes_what_is_named_and_tells_it_once(form):
    seen = []
    form.observe(seen.append, "value")
    form.set(people=7, kinds=["b"])
    assert len(seen) == 1
    assert seen[0]["new"] == {**seen[0]["old"], "people": 7, "kinds": ["b"]}
    form.set(people=7)
    assert len(seen) == 1  # nothing has changed, so nobody is told


def test_reset_brings_back_the_start_however_often(form):
    start = dict(form.value)
    for words in ("first", "second"):
        form.set(words=words, people=1)
        form.reset()
        assert form.value == start


def test_a_button_does_what_it_was_told_and_has_no_value(form):
    pressed = []
    form.on_press("reset", lambda: pressed.append("reset"))
    form.press("reset")
    form._handle_custom_msg({"press": "reset"}, [])  # as the browser sends it
    assert pressed == ["reset", "reset"]
    assert "reset" not in form.value


def test_a_message_nobody_asked_for_does_nothing(form):
    before = dict(form.value)
    form._handle_custom_msg({"press": "launch"}, [])
    form._handle_custom_msg({}, [])
    assert form.value == before


def test_an_unknown_button_is_refused_with_those_there_are(form):
    form.on_press("reset", form.reset)
    with pytest.raises(ValueError, match=r"no button 'rest' here; there is \['reset'\]"):
        form.press("rest")


@pytest.mark.parametrize("strange", ["peple", "reset"])
def test_an_unknown_control_is_refused_with_those_there_are(form, strange):
    before = dict(form.value)
    with pytest.raises(ValueError, match=f"no control {strange}; there is people, die, stage"):
        form.set(people=9, **{strange: 3})
    assert form.value == before


def test_two_controls_of_one_name_are_refused():
    with pytest.raises(ValueError, match="name of its own; twice here: a"):
        Form(Slider("a", "One"), Text("a", "Two"), Button("b", "Go"))


def test_two_forms_do_not_share_a_start(form):
    other = Form(Ticks("kinds", "Which", [], options={"a": "first"}))
    other.set(kinds=["a"])
    assert form.value["kinds"] == []
    other.reset()
    assert other.value == {"kinds": []}


def test_the_browser_gets_every_field_as_plain_json(form):
    told = json.loads(json.dumps(form.fields))
    assert [each["kind"] for each in told] == [
        "slider", "choice", "select", "ticks", "text", "button",
    ]  # fmt: skip
    assert told[1]["options"] == [["1-6", "ordinary"], ["3-4", "tame"]]
    assert told[0]["unit"] == "stations"
    assert all(each["label"] for each in told)


def test_a_file_goes_to_who_asked_for_it_and_stands_in_no_value():
    taken = []
    form = Form(FileField("data", "Your file"), Button("go", "Go"))
    form.on_upload("data", lambda name, content: taken.append((name, content)))
    form._handle_custom_msg({"upload": "data", "file": "beds.csv"}, [memoryview(b"a,b")])
    form._handle_custom_msg({"upload": "other", "file": "beds.csv"}, [memoryview(b"a,b")])
    assert taken == [("beds.csv", b"a,b")]
    assert form.value == {}
    with pytest.raises(ValueError, match=r"No file is taken by 'dat' here, only by \['data'\]"):
        form.upload("dat", "beds.csv", b"")


def test_a_file_is_handed_over_with_its_name_and_kind(monkeypatch):
    sent = []
    form = Form(Button("save", "Save"))
    monkeypatch.setattr(form, "send", lambda *message: sent.append(message))
    form.hand_over("plan.html", "text/html", b"<p>")
    assert sent == [({"save": "plan.html", "type": "text/html"}, [b"<p>"])]


def test_fields_of_several_parts_reach_the_browser_in_order():
    form = Form(
        Number("wait", "How long?", unit="minutes"),
        Order("steps", "In what order?", options={"b": "second", "a": "first"}),
        Match("kinds", "Which is which?", options={"w": "waste"}, rows={"q": "queue", "t": "talk"}),
        Curve("line", "Draw it", at=("spring", "autumn"), max=5, unit="beds"),
    )
    told = {each["name"]: each for each in json.loads(json.dumps(form.fields))}
    assert told["wait"]["unit"] == "minutes"
    assert told["steps"]["options"] == [["b", "second"], ["a", "first"]]
    assert told["kinds"]["rows"] == [["q", "queue"], ["t", "talk"]]
    assert told["line"]["at"] == ["spring", "autumn"]
    assert form.value == {"wait": None, "steps": None, "kinds": None, "line": None}


def test_a_widget_prints_without_an_address(form):
    assert repr(form) == f"Form('Controls of a test', {form.value})"
    assert repr(LiveChart(figure())) == "LiveChart('Home')"


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (Slider("x", "x", min=1, max=9), [1, 9, 2.5, None], [0, 10, "5", True, [5]]),
        (Slider("x", "x", 5, min=1, max=9), [5], [None]),
        (Choice("x", "x", options={"a": "A"}), ["a", None], ["b", ["a"], 1, {}]),
        (Select("x", "x", "a", options={"a": "A"}), ["a"], [None, "b"]),
        (Ticks("x", "x", [], options={"a": "A"}), [[], ["a"]], ["a", ["b"], None]),
        (Text("x", "x"), ["", "words", None], [5, ["words"]]),
        (Number("x", "x"), ["12", "twelve"], [12]),
        (Order("x", "x", options={"a": "A", "b": "B"}), [["b", "a"]], [["a"], ["a", "c"], "ab"]),
        (Match("x", "x", options={"a": "A"}, rows={"r": "R"}), [{"r": "a"}], [{"r": "b"}, ["r"]]),
        (Curve("x", "x", at=("i", "ii")), [[1, 2], [None, 2]], [[1], [1, 11], [1, "2"], 3]),
        (Button("x", "x"), [], ["anything"]),
    ],
)  # fmt: skip
def test_a_control_knows_what_it_can_stand_at(field, good, bad):
    form = Form(field)
    assert [value for value in good if not form.takes("x", value)] == []
    assert [value for value in bad if form.takes("x", value)] == []
    assert not form.takes("gone", None)


# --- what stays in a notebook -----------------------------------------------------------------


def test_ids_count_and_do_not_share_a_counter():
    assert [numbered("test-one"), numbered("test-two"), numbered("test-one")] == [
        "test-one-1", "test-two-1", "test-one-2",
    ]  # fmt: skip


def test_a_live_view_stands_beside_its_static_twin():
    made = mimebundle("dice-1", {"text/plain": "words"})
    view = made.pop("application/vnd.jupyter.widget-view+json")
    assert made == {"text/plain": "words"}
    assert view == {"version_major": 2, "version_minor": 0, "model_id": "dice-1"}


# --- the live chart ---------------------------------------------------------------------------


def figure(values=(1.0, 2.0), title="Home", name="home"):
    frame = pd.DataFrame({"at": range(len(values)), "series": name, "value": values})
    return shapes.paths(
        frame, {name: "main"}, x="day", y="patients", title=title,
        description=f"It ends at {values[-1]:g}.", provenance=(Provenance("computed"),),
    )  # fmt: skip


@pytest.fixture
def sent(monkeypatch) -> list[set[str]]:
    """Which traits travel to the browser, message by message."""
    messages: list[set[str]] = []

    def note(self, key=None):
        messages.append({key} if isinstance(key, str) else set(self.keys if key is None else key))

    monkeypatch.setattr(LiveChart, "send_state", note)
    return messages


@pytest.fixture
def left(monkeypatch) -> list[dict]:
    """What is left with the browser ahead of time."""
    messages: list[dict] = []
    monkeypatch.setattr(LiveChart, "send", lambda _self, what, _buffers=None: messages.append(what))
    return messages


def test_figures_of_one_template_only_send_their_data(sent):
    chart = LiveChart(figure())
    before = dict(chart.spec)
    sent.clear()
    chart.show(figure((1.0, 5.0)))
    assert sent == [{"data", "description", "table", "turn"}]
    assert chart.spec == before


def test_another_template_sends_its_specification_in_the_same_message(sent):
    chart = LiveChart(figure())
    sent.clear()
    chart.show(figure(name="waiting"))
    assert len(sent) == 1
    assert {"spec", "data", "turn"} <= sent[0]
    assert not {"_esm", "_css", "vega"} & sent[0]


def test_what_is_shown_is_what_was_given():
    chart = LiveChart(figure())
    other = figure((1.0, 5.0), title="Other")
    chart.show(other, {"people": 5})
    assert chart.figure is other
    assert (chart.title, chart.description) == ("Other", "It ends at 5.")
    assert chart.data == other.datasets
    assert chart.table == other.cells
    assert chart.chips == [list(chip) for chip in other.chips]
    assert chart.setting == {"people": 5}


def test_every_show_is_a_turn_even_of_the_same_figure():
    chart = LiveChart(figure())
    for turn in (1, 2, 3):
        chart.show(figure())
        assert chart.turn == turn


def test_a_figure_is_left_ahead_once_with_all_that_belongs_to_it(left):
    chart = LiveChart(figure())
    other = figure((1.0, 5.0), title="Other")
    chart.ahead({"people": 6}, other)
    chart.ahead({"people": 6}, other)
    assert [each["setting"] for each in left] == [{"people": 6}]
    chart.show(other)
    assert left[0]["parts"] == {
        name: getattr(chart, name)
        for name in ("data", "title", "description", "chips", "table", "trace")
    }


def test_a_figure_of_another_template_is_not_left_ahead(left):
    LiveChart(figure()).ahead({"people": 6}, figure(name="waiting"))
    assert left == []


def test_what_was_left_ahead_can_be_taken_back_and_left_again(left):
    chart = LiveChart(figure())
    chart.ahead({"people": 6}, figure((1.0, 5.0)))
    chart.forget()
    chart.ahead({"people": 6}, figure((1.0, 7.0)))
    assert [each["setting"] for each in left] == [{"people": 6}, None, {"people": 6}]
    chart.show(figure(name="waiting"))  # the browser forgets with the template, so this side does
    chart.ahead({"people": 6}, figure((1.0, 7.0), name="waiting"))
    assert left[-1]["parts"]["description"] == "It ends at 7."
    assert len(left) == 4


def test_the_browser_knows_the_parts_that_are_left_ahead():
    source = (WIDGETS / "live.js").read_text(encoding="utf-8")
    named = re.search(r"const PARTS = (\[.*\]);", source).group(1)
    assert json.loads(named) == list(LiveChart._parts(figure()))


def test_all_charts_share_one_library(form):
    one, other = LiveChart(figure(), form), LiveChart(figure())
    assert one.vega == other.vega == live.vega().model_id
    assert live.vega().code == live.bundle()
    assert (one.driver, other.driver) == (form.model_id, "")


def test_the_run_before_the_last_is_closed_and_says_where_to_go_on(monkeypatch):
    monkeypatch.setattr(live, "_made", [])
    monkeypatch.setattr(live, "_before", [])
    runs = []
    for _ in range(3):
        live.next_run()
        made = Form(Text("words", "In your words")), LiveChart(figure())
        live._made.extend(made)
        runs.append((*made, live.vega()))
    (first, *_), (second, *_), _ = runs
    assert [each.comm is None for run in runs for each in run[:2]] == [True] * 2 + [False] * 4
    assert first.locked is True
    assert first.status == live.WORDS.say("frame.elsewhere")
    assert (second.locked, second.status) == (False, "")
    assert len({library.model_id for _, _, library in runs[1:]}) == 2


def test_a_chart_has_a_layout_for_a_narrow_page(sent):
    chart = LiveChart(figure())
    assert chart.narrow == figure().spec.narrow
    sent.clear()
    chart.show(figure(name="waiting"))
    assert {"spec", "narrow"} <= sent[0]


def test_a_chart_that_stands_alone_can_be_read_without_a_kernel(monkeypatch):
    monkeypatch.delenv(PICTURE, raising=False)
    bundle = LiveChart(figure(), model_id=numbered("test-chart"))._repr_mimebundle_()
    assert bundle["text/plain"] == "Home\nIt ends at 2."
    assert "<table>" in bundle["text/html"]
    assert bundle[MIME]["title"] == "Home"
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == "test-chart-1"


def test_charts_do_not_share_their_template():
    one, other = LiveChart(figure()), LiveChart(figure())
    one.show(figure(name="waiting"))
    assert other.spec == dict(figure().spec)
    assert one.spec != other.spec


# --- the bundle -------------------------------------------------------------------------------


@pytest.fixture
def made(tmp_path, monkeypatch) -> list[str]:
    """A folder of its own to keep the bundle in; what was bundled so far."""
    sources: list[str] = []

    def bundler(source: str) -> str:
        sources.append(source)
        return "// Vega"

    monkeypatch.setattr(live, "HERE", tmp_path)
    monkeypatch.setattr(vl_convert, "javascript_bundle", bundler)
    monkeypatch.setattr(live, "bundle", cache(live.bundle.__wrapped__))
    return sources


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_bundle_is_made_once_and_kept(made, tmp_path):
    assert live.bundle() == "// Vega"
    live.bundle.cache_clear()  # another session
    assert live.bundle() == "// Vega"
    assert len(made) == 1
    assert kept(tmp_path) == [f"vega.{version('vl-convert-python')}.bundle.js"]


def test_the_bundle_is_made_again_for_another_version_of_its_maker(made, tmp_path, monkeypatch):
    for number in ("1.0", "2.0", "2.0"):
        monkeypatch.setattr(live, "version", lambda _name, number=number: number)
        live.bundle.cache_clear()
        live.bundle()
    assert len(made) == 2
    assert kept(tmp_path) == ["vega.2.0.bundle.js"]  # the old one is gone


def test_without_its_maker_the_bundle_that_was_brought_along_is_taken(made, tmp_path, monkeypatch):
    def gone(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(live, "version", gone)
    (tmp_path / "vega.1.0.bundle.js").write_text("// brought along", encoding="utf-8")
    assert live.bundle() == "// brought along"
    assert made == []


def test_where_nothing_can_be_kept_the_bundle_is_there_all_the_same(made, tmp_path, monkeypatch):
    def refuse(*_args, **_more):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_text", refuse)
    assert live.bundle() == "// Vega"
    assert kept(tmp_path) == []
    assert len(made) == 1


LOADS = re.compile(
    # An address may stand in the bundle as a name, as that of a schema or a namespace; what loads
    # from one, or imports by a name that nobody would resolve, may not.
    r"""(?:\bimport\s*\(?|\bfrom|\bfetch\s*\(|\.src\s*=|importScripts\s*\()\s*["'`](?:https?:)?//"""
    r"""|(?:^|;)import\s*(?:[\w{*][^;"']*from\s*)?["']"""
)


@pytest.mark.parametrize(
    "loading",
    [
        'import"https://cdn.example/a.js"', "await import('//cdn.example/a.js')",
        'fetch("http://a.example")', 'a;import{b as c}from"vega";', 'x.src="https://a.example"',
    ],
)  # fmt: skip
def test_code_that_loads_something_is_recognised(loading):
    assert LOADS.search(loading)


def test_the_bundle_is_whole_and_fetches_nothing():
    text = live.bundle()
    assert not LOADS.search(text)
    assert re.search(r"export\s*\{[^}]*\bvegaEmbed\b[^}]*\}", text)
    assert len(text) > 500_000


@pytest.mark.parametrize("name", ["live.js", "picture.js", "stage.js", "form.js"])
def test_our_own_code_loads_nothing_and_trusts_no_text(name):
    source = (WIDGETS / name).read_text(encoding="utf-8")
    source = source.replace("http://www.w3.org/2000/svg", "")  # a name, never fetched
    source = re.sub(r'^import .* from "\./\w+\.js";$', "", source, flags=re.M)  # served as one
    for risky in ("http", "import ", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval("):
        assert risky not in source
