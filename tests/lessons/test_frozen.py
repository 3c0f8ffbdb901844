"""What every lesson shows and says, held still, so that its code can be moved and written anew.

One file of ``__snapshots__/test_frozen/`` holds a lesson: its labs at their start and at
the ends of each control, its figures, pages, questions and cards; another holds its exercises. They
name what a learner sees, and the keys that a learner's record holds: no module, class, control,
column or data set by the name that code gives it. A change of code alone changes none of them; what
changes on purpose is written anew with ``--snapshot-update``, and its diff is read.

How a lesson is opened and driven stands in the last section only: that may follow the code.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import ipywidgets as widgets
import pytest
import vl_convert
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests import ROOT
from tests.lessons.test_labs import (
    FIGURES,
    LABS,
    NUMBERS,
    OTHERS,
    PAGES,
    ROOMS,
    answer,
    far_off,
    nearest,
    own_buttons,
    ways,
)
from tests.lessons.test_notebooks import named
from tests.mistakes import wrong
from toolkit.charts.figure import Figure
from toolkit.course import Exercises, Lesson, exercises
from toolkit.learning.answers import in_words
from toolkit.learning.items import Function, Item
from toolkit.learning.record import Record
from toolkit.learning.sets import with_exercises
from toolkit.learning.words import words_of
from toolkit.screen.exercise import Exercise
from toolkit.screen.form import Form
from toolkit.screen.lab import Lab
from toolkit.screen.live import LiveChart
from toolkit.screen.questions import KeptForm, Prediction
from toolkit.text.numbers import NOISE

SOLUTIONS = ROOT / "exercises" / "solutions"

# Labs that are slow at every setting, and how many of a list of options are taken there: the last,
# or the first and the last. The models behind them have tests of their own.
FEWER = {"07 clinics": 1, "07 context": 1, "09 corner": 1}


class OneFile(SingleFileSnapshotExtension):
    """One JSON file a test, its keys in order, as it is read in a diff."""

    _write_mode = WriteMode.TEXT
    file_extension = "json"

    def serialize(self, data: Any, **_: Any) -> str:
        return json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.fixture
def frozen(snapshot):
    return snapshot.use_extension(OneFile)


@pytest.mark.parametrize("number", NUMBERS)
def test_what_a_lesson_shows(number, frozen, tmp_path):
    assert everything(Lesson(words_of(number), Record(tmp_path / "my-record.json"))) == frozen


@pytest.mark.parametrize("number", with_exercises())
def test_what_the_exercises_of_a_lesson_say(number, frozen, tmp_path):
    held = Exercises(exercises(number).held, Record(tmp_path / "my-record.json"))
    assert all_exercises(held) == frozen


# --- what is held, and how it is written ------------------------------------------------------


def short(value: Any) -> Any:
    """Return a value with numbers to six digits, whole or not, on every machine."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return f"{0 if abs(value) < NOISE else value:.6g}"
    if isinstance(value, list | tuple):
        return [short(each) for each in value]
    return value


def sentences(text: str) -> list[str]:
    """Return a text sentence by sentence, so that a diff shows the one that changed."""
    return [s for line in text.splitlines() for s in re.split(r"(?<=[.!?]) (?=[A-Z“])", line)]


def in_html(text: str) -> list[str]:
    """Return the words of HTML, a line for each block."""
    text = re.sub(r"</?(?:a|abbr|b|code|em|i|span|strong|sub|sup)\b[^>]*>", "", text)
    lines = (html.unescape(line) for line in re.split(r"<[^>]+>|\n", text))
    return [" ".join(line.split()) for line in lines if line.strip()]


def column(values: list) -> tuple[str, str]:
    """Return a column of drawn values in a few words, and all of them as one text."""
    there = [value for value in values if value is not None]
    texts = [value for value in there if isinstance(value, str)]
    if texts:
        kinds = list(dict.fromkeys(texts))
        words = ", ".join(kinds) if len(kinds) <= 6 else f"{kinds[0]} … {kinds[-1]} ({len(kinds)})"
    elif there:
        words = (
            f"{short(there[0])} … {short(there[-1])}, {short(min(there))} to {short(max(there))}"
        )
    else:
        words = "nothing"
    missing = f", {len(values) - len(there)} missing" if len(there) < len(values) else ""
    return words + missing, json.dumps(short(values))


def drawn(figure: Figure) -> list[dict]:
    """Return the data of a chart: how much, a digest of all of it, and each column in brief."""
    found = []
    for rows in figure.datasets.values():
        if rows:
            columns = sorted(column([row[name] for row in rows]) for name in rows[0])
            whole = "\n".join(sorted(text for _words, text in columns))
            digest = hashlib.sha256(whole.encode()).hexdigest()[:12]
            found.append(
                {"rows": len(rows), "digest": digest, "columns": [words for words, _ in columns]}
            )
    return sorted(found, key=lambda each: each["digest"])


def picture(figure: Figure) -> dict[str, list[str]]:
    """Return what stands on the chart: every word of it, and its marks with their colours."""
    scene = vl_convert.vegalite_to_scenegraph(figure.to_spec(), vl_version="5.21")["scenegraph"]
    texts: dict[str, list[str]] = {}
    marks: Counter[str] = Counter()

    def walk(node: dict) -> None:
        kind, role = node.get("marktype"), node.get("role", "")
        for item in node.get("items", ()):
            if kind == "text" and item.get("text"):
                said = item["text"]
                said = " ".join(said) if isinstance(said, list) else str(said)
                texts.setdefault(role, []).append(said)
            elif kind != "group" and role in ("mark", "legend-symbol", "legend-band"):
                looks = [f"{key} {item[key]}" for key in ("fill", "stroke", "shape", "strokeDash")
                         if item.get(key)]  # fmt: skip
                marks[" ".join([role, kind, *looks])] += 1
            walk(item)

    walk(scene)
    return {
        "marks": [f"{count} × {looks}" for looks, count in sorted(marks.items())],
        **{f"text of {role}": said for role, said in texts.items() if role != "title-text"},
    }


def shown(figure: Figure) -> dict:
    """Return all that a figure shows, besides the picture."""
    cells = figure.cells
    return {
        "title": figure.title,
        "words": sentences(figure.description),
        "chips": [list(chip) for chip in figure.chips],
        "columns": " | ".join(cells["columns"]),
        "table": [" | ".join(row) for row in cells["rows"]],
        "data": drawn(figure),
    }


def unlike(now: dict, start: dict) -> dict:
    """Return what of a figure is not as at the start: line by line where it can be."""
    found = {}
    for key, held in now.items():
        first = start[key]
        if held == first:
            continue
        if key == "data":
            found[key] = [each for each in held if each not in first]
        elif isinstance(held, list) and len(held) == len(first):
            pairs = enumerate(zip(held, first, strict=True), 1)
            found[key] = {f"line {n:02}": new for n, (new, old) in pairs if new != old}
        else:
            found[key] = held
    return found or {"the same": "as at the start"}


def control(field: dict, start: Any, keys: bool) -> dict:
    """Return one control as a learner meets it; with the keys of its options if they are kept."""
    told = {"kind": field["kind"], "label": field["label"]}
    names = ("note", "unit", "at", "accept", "advice")
    told |= {name: field[name] for name in names if field.get(name)}
    told |= {name: short(field[name]) for name in ("min", "max", "step") if name in field}
    for name in ("options", "rows"):
        if isinstance(field.get(name), list):
            told[name] = [f"{key}: {text}" if keys else text for key, text in field[name]]
    if field["kind"] not in ("button", "upload"):
        told["start"] = short(start) if keys or start is None else in_the_form(field, start)
    return told


def form(held: Form, keys: bool = True) -> dict:
    """Return a form as it stands."""
    found = {"title": held.title, "heading": held.heading, "says": sentences(held.status)}
    found["controls"] = [control(f, held.value.get(f["name"]), keys) for f in held.fields]
    return {name: each for name, each in found.items() if each}


def page(made: Any) -> dict:
    """Return the words of a page, for a browser and without one."""
    bundle = made._repr_mimebundle_()
    return {
        "in a browser": in_html(bundle.get("text/html", "")),
        "in plain text": bundle["text/plain"].splitlines(),
    }


def on_the_page(made: widgets.Widget) -> list[Any]:
    """Return whatever stands in a widget, from top to bottom."""
    if isinstance(made, Form):
        return [form(made)]
    if isinstance(made, LiveChart):
        return [shown(made.figure)]
    if isinstance(made, widgets.HTML):
        return in_html(made.value)
    return [part for child in getattr(made, "children", ()) for part in on_the_page(child)]


def ends(field: dict, start: Any) -> list:
    """Return what a control is turned to: both ends, each option, each tick set and taken away."""
    keys = [key for key, _text in field.get("options", ())]
    match field["kind"]:
        case "slider":
            return [field["min"], field["max"]]
        case "choice" | "select":
            return [key for key in keys if key != start]
        case "ticks":
            turned = [[k for k in keys if (k in start) != (k == each)] for each in keys]
            return [each for each in ([], *turned) if each != start]
        case "number":
            return ["1", "many"]
    raise NotImplementedError(f"How is a {field['kind']} turned to its ends?")


def in_the_form(field: dict, value: Any) -> str:
    """Return a setting in the words of the form."""
    texts = dict(field.get("options", ()))
    each = value if isinstance(value, list) else [value]
    said = ", ".join(texts[key] if texts else short(key) for key in each) or "none"
    return f"{field['label']} → {said} {field.get('unit', '')}".strip()


# --- a lesson -----------------------------------------------------------------------------------


def everything(this: Lesson) -> dict:
    """Return all that a lesson shows; predictions come last, for they change what labs show."""
    here = f"{this.words.number} "
    names = {kind: [room for room in kind_of if room.startswith(here)]
             for kind, kind_of in (("lab", LABS), ("figure", FIGURES), ("page", PAGES),
                                   ("other", OTHERS))}  # fmt: skip
    labs = {room: ROOMS[room][1](this) for room in names["lab"]}
    kept = {room: a_lab(room, lab) for room, lab in labs.items()}
    asked = {name: this.predict(name) for name in this.words.predict}
    questions = {name: form(guess) for name, guess in asked.items()}
    for guess in asked.values():
        answer(guess)
    for room, lab in labs.items():
        kept[room] |= with_predictions(lab, kept[room]["start"])
    return {
        "title": this.words.title,
        "labs": kept,
        "figures": {
            name: picked for room in names["figure"] for name, picked in figures(room, this)
        },
        "pages": {room: page(ROOMS[room][1](this)) for room in names["page"]}
        | {name: page(getattr(this, name)()) for name in ("claims", "sources", "terms")},
        "of their own": {room: another(ROOMS[room][1](this)) for room in names["other"]},
        "predictions": {
            guess.key: {**questions[name], "locked": sentences(guess.status)}
            | verdicts(guess, labs)
            for name, guess in asked.items()
        },
        "explanations": dict(an_explanation(this.explain(name)) for name in this.words.explain),
        "checks": dict(a_check(this.check(name)) for name in this.words.check),
        "cards": dict([a_card(this.card())]) if this.words.card else {},
    }


def a_lab(room: str, lab: Lab) -> dict:
    """Return a lab at its start, and what is not so at the ends of each control."""
    fields = [f for f in lab.form.fields if f["kind"] != "button"]
    first, begun = shown(lab.figure), dict(lab.form.value)
    settings = {}
    for field in fields:
        wanted = ends(field, begun[field["name"]])
        if room in FEWER and field["kind"] != "slider":
            wanted = [*wanted[:-1][: FEWER[room] - 1], *wanted[-1:]]
        for value in wanted:
            lab.form.set(**{field["name"]: value})
            refused = in_html(lab.problem.value)
            at = unlike(shown(lab.figure), first) if not refused else {"refused": refused}
            for name in own_buttons(lab):
                lab.form.press(name)
                at["after a press"] = {name: sentences(lab.form.status)}
            settings[in_the_form(field, value)] = at
            lab.form.press("reset")
    asked_before = [act.key for act in lab.after]
    return {
        "form": form(lab.form, keys=False),
        "shut until": asked_before,
        "curtain": in_html(lab.curtain.value) if asked_before else [],
        "start": {**first, "picture": picture(lab.figure)},
        "settings": settings,
    }


def with_predictions(lab: Lab, start: dict) -> dict:
    """Return what a lab adds once its predictions are locked: in the figure, and told in words."""
    if not lab.after:
        return {}
    fields = {f["name"]: f for f in lab.form.fields}
    found = {"with the predictions": unlike(shown(lab.figure), start)}
    if lab.truth:
        lab.form.press("tell")
        found["told"] = sentences(lab.chart.verdict)
        found["told at"] = [
            in_the_form(fields[name], at) for name, at in sorted(lab.reveal_at.items())
        ]
    return found


def figures(room: str, this: Lesson) -> Iterator[tuple[str, dict]]:
    """Yield a figure each way it can be asked for."""
    for way in ways(ROOMS[room][1]):
        figure = ROOMS[room][1](this, **way)
        chosen = " ".join(name for name, on in way.items() if on)
        yield f"{room} {chosen}".strip(), {**shown(figure), "picture": picture(figure)}


def another(made: Any) -> dict:
    """Return what stands in a room of another kind: empty, and with the sample if it has one."""
    found = {"at first": on_the_page(made), **page(made)}
    if hasattr(made, "use_sample"):
        made.use_sample()
        made.chart._received(None, {"played": True}, [])  # what was predicted is uncovered
        found["with the sample"] = on_the_page(made)
    return found


def verdicts(guess: Prediction, labs: dict[str, Lab]) -> dict:
    """Return what comes of a prediction, and what is said to whoever is right, and is not."""
    name, found = guess.key.rsplit("/", 1)[1], {}
    for lab in labs.values():
        if guess in lab.after and name in lab.truth:
            came = lab.truth[name]()
            found = {"came": short(came), "came in words": in_words(guess.ask, came)}
            for said, given in (("right", nearest), ("not right", far_off)):
                tried = Prediction(f"{guess.key}-{said}", guess.ask, guess.record)
                tried.set(answer=given(guess.ask, came), sure="0.7")
                tried.press("lock")
                tried.settle(came)
                found[f"told who is {said}"] = sentences(tried.status)
    return found


def an_explanation(act: KeptForm) -> tuple[str, dict]:
    asked = form(act)
    act.set(text="A sentence that is long enough to be kept.")
    act.press("compare")
    return act.key, {**asked, "compared": sentences(act.status)}


def a_check(act: KeptForm) -> tuple[str, dict]:
    asked, said = form(act), {}
    for key, _text in act.fields[0]["options"]:
        act.set(answer=key)
        act.press("check")
        said[key] = [f"counts as {'right' if act.revealed else 'wrong'}", *sentences(act.status)]
    return act.key, {**asked, "answered": said}


def a_card(act: KeptForm) -> tuple[str, dict]:
    asked = form(act)
    act.set(**dict.fromkeys(act.value, "At the hatch."))
    act.press("keep")
    return act.key, {**asked, "kept": sentences(act.status)}


# --- exercises ----------------------------------------------------------------------------------


def all_exercises(held: Exercises) -> dict:
    """Return all that a set of exercises shows and says."""
    (solved,) = SOLUTIONS.glob(f"{held.held.number}-*.ipynb")
    charts: Iterable[str] = dict.fromkeys(named(solved, "show"))
    return {
        "title": held.held.title,
        "exercises": {name: an_exercise(item, held) for name, item in held.held.items.items()},
        "figures": {name: shown(held.show(name).figure) for name in charts},
    }


def an_exercise(item: Item, held: Exercises) -> dict:
    """Return an exercise: untouched, answered wrongly in each way that is known, and rightly."""

    def tried(value: dict, *then: str) -> Exercise:
        written = value.get("answer", lambda *_: None) if isinstance(item, Function) else None
        key = f"{held.held.number}/exercise/{item.name}"
        held.record.drop(key)
        made = Exercise(key, item, held.record, written)
        if written is None:
            made.set(**value)
        for button in then:
            made.press(button)
        return made

    asked = tried({})
    return {
        "key": asked.key,
        "level": item.level,
        **form(asked),
        "untouched": sentences(tried({}, "check").status),
        "hints": sentences(tried({}, *["hint"] * len(item.hints)).status),
        "solution": sentences(tried({}, "solution").status),
        "right": {
            "answer": given(item, item.right()),
            "said": sentences(tried(item.right(), "check").status),
        },
        "wrong": {
            name: {"answer": given(item, value), "said": sentences(tried(value, "check").status)}
            for name, value in wrong(item).items()
        },
    }


def given(item: Item, value: dict) -> Any:
    """Return an answer as it stands in the controls; a function has no words."""
    return "a function" if isinstance(item, Function) else {k: short(v) for k, v in value.items()}


def test_what_is_left_out_of_a_slow_lab_is_left_out_of_a_lab_that_is_there():
    assert set(LABS) >= set(FEWER)
