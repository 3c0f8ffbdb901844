"""One's own table: taken or refused, corrected, drawn, held against the prediction, remembered."""

from __future__ import annotations

import datetime
import html
import io
import json
import re

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.charts.film import standing
from toolkit.course import Lesson
from toolkit.learning.answers import holds
from toolkit.learning.record import Record
from toolkit.learning.words import words_of
from toolkit.lessons.l13_your_dialect.labs import chart
from toolkit.lessons.l13_your_dialect.labs.bring import Bring, sample_special
from toolkit.lessons.l13_your_dialect.labs.chart import LOOK, LOOK_OF_SAMPLE
from toolkit.lessons.l13_your_dialect.labs.setting import START
from toolkit.lessons.l13_your_dialect.labs.table import SAMPLE, sample_bytes

SCRIPT = "<script>alert('no')</script>"
NAMED = b"Month,NHS number\nApr-24,943 476 5919\nMay-24,943 476 5919\n"
TWICE = b"Month,Falls\nApr-24,12\nApr-24,3\nMay-24,4\nJun-24,6\nJul-24,5\n"


def rows(heads: str, *lines: str) -> bytes:
    return "\n".join([heads, *lines]).encode()


def months(values: list[object], heads: str = "Month,Falls", start: int = 2022) -> bytes:
    return rows(heads, *(f"{1 + n % 12:02}/{start + n // 12},{v}" for n, v in enumerate(values)))


def cells(content: list[list], *more: tuple[str, list[list]]) -> bytes:
    book = openpyxl.Workbook()
    for row in content:
        book.active.append(row)
    for title, sheet in more:
        made = book.create_sheet(title)
        for row in sheet:
            made.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


CALM = [20 + n % 3 for n in range(23)]
SPIKE = months([*CALM, 31])


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "my-record.json")


def opened(record: Record, answer: int | None = 3) -> Bring:
    """Return the room, with a prediction locked (or skipped)."""
    this = Lesson(words_of("13"), record)
    room, guess = this.play("data"), this.predict("flagged")
    if not guess.revealed:
        if answer is None:
            guess.press("skip")
        else:
            guess.set(answer=answer, sure="0.9")
            guess.press("lock")
    return room


@pytest.fixture
def room(record) -> Bring:
    return opened(record)


def play(room: Bring) -> None:
    """Let the last months of the sample arrive."""
    room.chart._received(None, {"played": True}, None)


def give(room: Bring, content: bytes, name: str = "falls.csv") -> Bring:
    room.file.upload("file", name, content)
    return room


def kept(room: Bring) -> dict:
    return Record(room.record.path).get(Bring.KEY) or {}


# ---- the order of things -------------------------------------------------------------------------


def test_the_sample_stands_there_as_soon_as_the_prediction_is_locked(record):
    this = Lesson(words_of("13"), record)
    room, guess = this.play("data"), this.predict("flagged")
    assert room.children == (room.curtain, room.problem)
    assert "Lock in your prediction" in room.curtain.value
    assert room.figure is None
    assert kept(room) == {}
    guess.set(answer=5, sure="0.9")
    guess.press("lock")
    assert room.children == (room.main, room.file, room.problem)
    assert room.main.children == (room.chart,)
    assert guess.came is None
    assert "Result" not in guess.status
    assert room.chart.verdict == ""
    play(room)
    assert guess.came is False
    assert room.chart.verdict.startswith("You predicted 5 months (very sure). Result: 1 month.")
    named = room.figure.data["called"]
    assert len(named) == 1
    assert named["label"].iloc[0] == "half of the|team was ill"
    reason = room.figure.table.set_index("month").loc["February 2025"]
    assert reason[["judged", "because"]].tolist() == [
        "special, worse", "it lies below the lower process limit",
    ]  # fmt: skip
    assert "In February 2025, half of the team was ill." in room.figure.description


def test_the_last_months_come_one_by_one_and_are_judged_at_the_end(room):
    figure = room.figure
    trace, points = figure.trace, figure.data["points"]
    assert trace["start"] + trace["ticks"] == len(points) == points["at"].max()
    assert (trace["grows"], trace["later"]) == (["points"], ["called"])
    *coming, last = trace["said"]
    assert not any("special" in said or "ill" in said for said in coming)
    assert last.endswith("the new booking has its own limits. February 2025 is special.")
    assert len(figure.data["called"]) == sample_special() == 1


def test_no_limit_comes_before_the_months_from_which_it_is_worked_out(room):
    figure = room.figure
    meanwhile, points = figure.trace["meanwhile"], figure.data["points"]
    lines = figure.data["lines"]
    shown = [row["at"] for row in meanwhile["lines"]]
    # All months that these limits rest on are there before the first of the last 12 comes.
    of = points.loc[points["at"].isin(shown), "segment"].unique()
    assert len(of) == 1
    assert points.loc[points["segment"].isin(of), "at"].max() <= figure.trace["start"]
    assert set(lines.loc[lines["at"] > max(shown), "at"]) == set(range(max(shown) + 1, 31))
    assert meanwhile["ends"] == []
    assert {row["kind"] for row in meanwhile["points"]} == {"ordinary"}
    values = [row["value"] for row in meanwhile["points"]][-12:]
    assert values == pytest.approx(points["value"].tolist()[-12:])
    labels = figure.spec["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]
    assert "datum.label" not in labels, "months by their dates, and not by number"


def test_limits_are_wider_in_months_with_fewer_people(room):
    frame = room.drawn.series.frame
    judged = chart.judged(room.drawn.series, room.look.value).points
    for _, of in judged.assign(n=frame["n"].to_numpy()).dropna().groupby("segment"):
        wide = (of["high"] - of["low"])[of["high"] < 100]
        assert wide[of["n"].sort_values().index].is_monotonic_decreasing


def test_the_people_on_the_stage_are_those_behind_each_point(room, record):
    first = Lesson(words_of("13"), record).play("first_months").figure
    frame = room.drawn.series.frame
    for figure, since in ((first, 0), (room.figure, len(frame) - 13)):
        (lane,) = figure.trace["lanes"]
        texts = lane["shown"][0][1]
        for tick in range(figure.trace["ticks"] + 1):
            row = frame.iloc[since + tick]
            there = [len(queue) for queue in standing(lane, tick)]
            if row.isna()["value"]:
                assert there == [0, 0]
                continue
            assert there == [row["count"], row["n"] - row["count"]]
            if not since or 0 < tick < figure.trace["ticks"]:
                seen = f"{row['count']:.0f} of {row['n']:.0f} people"
                assert seen in figure.trace["said"][tick]
            if tick:
                assert texts[tick - 1] == f"{row['value']:.0f}%"
                assert f"{100 * there[0] / sum(there):.0f}%" == texts[tick - 1]


def test_the_own_chart_says_between_which_figures_the_next_should_lie(room):
    give(room, months(CALM))
    said = kept(room)["usual"]
    assert said.startswith("If nothing changes, Falls")
    low, high = (float(n) for n in re.findall(r"\d+(?:\.\d+)?", said))
    assert low < 20
    assert high > 22
    give(room, SPIKE)
    assert kept(room)["usual"] != said


def test_none_to_two_special_months_count_as_right():
    ask = words_of("13").predict["flagged"]
    assert [holds(ask, answer, sample_special()) for answer in range(4)] == [True] * 3 + [False]


def test_other_settings_of_the_sample_and_own_tables_show_all_at_once(room):
    guess = room.after[0]
    room.look.set(rebase="")
    assert room.figure.trace is None
    assert guess.came is False
    assert give(room, SPIKE).figure.trace is None


def test_whoever_skips_the_prediction_sees_the_sample_without_a_verdict(record):
    room = opened(record, answer=None)
    assert room.drawn.source == "sample"
    assert room.chart.verdict == ""


def test_before_the_prediction_only_the_months_before_are_shown(record):
    this = Lesson(words_of("13"), record)
    first = this.play("first_months").figure
    whole = opened(record).figure.data["points"]
    seen = first.data["points"]
    assert seen["at"].tolist() == list(range(1, len(whole) - 11))
    assert seen["at"].max() < first.data["coming"]["at"].iloc[0]
    assert first.data["coming"]["to"].iloc[0] == len(whole)
    (mark,) = first.data["marks"]["at"]
    changed = pd.Timestamp(LOOK_OF_SAMPLE["rebase"])
    assert first.table["month"].iloc[mark - 1] == f"{changed:%B %Y}"
    assert first.trace["said"][mark - 1].startswith("The clinic begins to book people in a new way")
    assert f"{changed:%B %Y}" in first.data["marks"]["text"].iloc[0]
    (gap,) = first.data["gaps"]["at"]
    assert seen["value"].isna().tolist().index(True) == gap - 1
    assert first.data["gaps"]["text"].tolist() == ["no figure"]
    new = seen["value"][seen["at"] >= mark]
    assert new.min() > seen["value"][seen["at"] < mark].max()
    assert new.round().tolist() == [int(each) for each in re.findall(r"(\d+)%", first.title)]
    named = opened(record).figure.data["marks"]
    assert named["at"].tolist() == [mark]
    assert named["text"].tolist() == [f"{changed:%B %Y}: new booking"]
    assert first.trace["start"] + first.trace["ticks"] == len(seen)
    assert seen["value"].dropna().between(50, 90).all(), "within the axis"


def test_the_settings_of_the_sample_are_seen_once_they_are_asked_for(room):
    assert room.file.hidden == ["settings"], "the months come first"
    play(room)
    assert room.file.hidden == []
    room.file.press("settings")
    assert room.main.children == (room.chart, room.row)
    assert [each["name"] for each in room.file.fields] == ["file", "save"]
    room.look.set(rebase="")
    again = opened(Record(room.record.path))
    assert again.row in again.main.children


def test_an_own_table_is_not_held_against_the_prediction(record):
    room = give(opened(record, answer=1), SPIKE)
    assert record.get(room.after[0].key)["outcome"] == 1
    assert room.chart.verdict == ""
    assert "You predicted" not in room.figure.description
    assert "half of the team" not in room.figure.description
    room.file.press("sample")
    assert room.chart.verdict.startswith("You predicted 1 month")


def test_an_own_table_does_not_inherit_the_limits_of_the_sample(room):
    lines = [f"{m:02}/2024,{m + twice}" for m in range(1, 13) for twice in (0, 1)]
    give(room, rows("Month,Falls", *lines))
    assert room.drawn.source == "sample"
    room.reading.set(many="sum")
    assert room.drawn.source == "file"
    assert room.look.value == LOOK


def test_what_once_came_of_an_own_table_is_kept_and_not_told_of_the_sample(record):
    room = opened(record, answer=4)
    guess = room.after[0]
    record.put(guess.key, {**record.get(guess.key), "outcome": 4, "came": True})
    again = opened(Record(record.path))
    assert again.chart.verdict == ""
    assert again.record.get(guess.key)["outcome"] == 4


def test_a_short_series_is_judged_by_the_points_it_has(room):
    give(room, months([3, 4, 5, 4]))
    assert "Of the last 4 months, none is special, by the" in room.figure.description
    assert "There are few points" in room.figure.description


# ---- what is refused -----------------------------------------------------------------------------


def test_a_table_that_names_people_is_refused_and_nothing_of_it_is_kept(room):
    give(room, SPIKE)
    before = (room.now, room.figure, kept(room), room.told.value)
    give(room, NAMED, "patients.csv")
    assert "This file is refused, to protect the people in it." in room.file.status
    assert "You still see falls.csv." in room.file.status
    assert (room.now, room.figure, kept(room), room.told.value) == before
    forms = (room.file, room.step, room.columns, room.reading)
    everything = json.dumps([(form.fields, form.value, form.status) for form in forms])
    for secret in ("943", "5919"):
        assert secret not in everything
        assert secret not in room.record.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "Found: "),
        (b"%PDF-1.7 and so on", "board.pdf", "a PDF"),
        (rows("Ward,Falls", "A,1", "B,2"), "wards.csv", "No column of dates was found"),
        (b"\xd0\xcf\x11\xe0 old", "old.xls", ".xlsx"),
    ],
)
def test_a_file_that_is_no_table_is_told_and_the_former_one_stands(room, content, name, said):
    give(room, SPIKE)
    figure = room.figure
    give(room, content, name)
    assert f"We could not use {name}." in room.file.status
    assert said in room.file.status
    assert room.figure is figure
    assert room.now.name == "falls.csv"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Bring:
    """Return one room for many files: the last one stands while the next comes."""
    return opened(Record(tmp_path_factory.mktemp("hostile") / "my-record.json"), None)


@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.lists(
            st.sampled_from(["Month", "Apr-24", "01/05/2024", "13/13/13", "<5", "=A1", "85%", "1,5",
                             "", "nan", "-3", "1e400", SCRIPT, "2024"]),
            max_size=24,
        ).map(lambda parts: "\n".join(f"{a},{b}" for a, b in zip(parts[::2], parts[1::2],
                                                               strict=False)).encode()),
    )
)  # fmt: skip
def test_no_file_brings_the_room_down(hostile, content):
    room = hostile
    give(room, content, "whatever.csv")
    assert room.problem.value == ""
    assert "We read " in room.file.status or "Right would be: " in room.file.status
    assert "We could not read " not in room.file.status
    assert "Traceback" not in room.file.status + room.step.status
    assert "<script" not in room.told.value
    for kind in ("rows", "share", "duration", "percent"):
        if room.now and room.now.upload:
            room.columns.set(kind=kind)
    assert room.problem.value == ""


def test_what_was_typed_into_a_table_stays_text(room):
    give(room, months([*CALM, 21], f"Month,{SCRIPT}"), f"{SCRIPT}.csv")
    assert "<script" not in room.told.value
    assert html.escape(SCRIPT) in room.told.value
    assert SCRIPT in room.chart.description  # the page sets it as text
    assert "<script" not in room.figure.to_html()


# ---- what is corrected ---------------------------------------------------------------------------


def test_two_rows_for_a_month_wait_for_a_word_and_the_former_chart_stands(room):
    give(room, SPIKE)
    give(room, TWICE, "twice.csv")
    assert "rows 2 and 3 for April 2024" in room.step.status
    assert room.step.value == {"step": "reading"}
    assert "The chart below still shows falls.csv." in room.step.status
    assert kept(room)["name"] == "falls.csv"
    room.reading.set(many="sum")
    assert room.step.status == ""
    assert room.figure.table.iloc[0, 1] == 15
    assert kept(room)["setting"]["many"] == "sum"


def test_one_can_go_back_to_what_was_drawn(room):
    give(room, SPIKE)
    give(room, TWICE, "twice.csv")
    room.columns.press("back")
    assert room.now.name == "falls.csv"
    assert room.step.status == ""
    assert "back" not in [field["name"] for field in room.columns.fields]
    assert room.columns.value["value"] == "Falls"


def test_the_kind_follows_the_column_and_a_share_finds_its_whole(room):
    lines = [f"{m:02}/2024,{40 + m},{50 + m},{m + 5} days" for m in range(1, 13)]
    give(room, rows("Month,Seen,Referred,Wait", *lines))
    assert (room.columns.value["kind"], room.columns.value["value"]) == ("duration", "Wait")
    assert room.drawn.series.unit == "days"
    room.columns.set(value="Seen")
    assert room.columns.value["kind"] == "count"
    room.columns.set(kind="share")
    assert room.columns.value["of"] == "Referred"
    assert room.drawn.series.chart == "p"
    assert room.figure.table.iloc[0, 1] == pytest.approx(100 * 41 / 51)
    room.columns.set(value="Referred", of="Seen")
    assert "Perhaps you chose the two columns the wrong way round" in room.step.status


def test_a_share_without_its_whole_says_so(record):
    room = give(opened(record), months(CALM))
    room.columns.set(kind="share")
    assert "A share needs a column with the total" in room.step.status


def test_rows_are_counted_and_an_empty_month_is_a_gap_or_none(room):
    give(room, rows("Date,Ward", *(f"{d:02}/{m:02}/2024,A" for m in (1, 2, 3, 4, 6, 7) for d in
                                    range(10, 10 + m))))  # fmt: skip
    assert room.columns.value["kind"] == "rows"
    assert [f["name"] for f in room.columns.fields] == ["date", "kind"]
    assert "May 2024" in room.figure.description
    room.reading.set(many="zero")
    assert room.figure.table.iloc[4, 1] == 0


def test_one_ward_of_several_can_be_looked_at(room):
    lines = [
        f"{1 + n % 12:02}/2023,Ward {w},Falls,{10 * w + n % 3}" for n in range(12) for w in (1, 2)
    ]
    give(room, rows("Month,Ward,Measure,Number", *lines))
    assert "keep only the rows of one ward or measure" in room.step.status
    room.reading.set(many="only Ward 2 · Falls")
    assert room.figure.table.iloc[:3, 1].tolist() == [20, 21, 22]
    assert "Number, Ward 2 · Falls" in room.figure.description
    assert kept(room)["measure"] == "Number, Ward 2 · Falls"
    room.reading.set(many="only Ward 3 · Falls")
    assert "one of 'Ward 1 · Falls' and 'Ward 2 · Falls'" in room.step.status


def test_a_list_of_events_is_counted_by_the_month(room):
    days = [f"{1 + n * n % 28:02}/{1 + n % 12:02}/2024,{n % 9}" for n in range(300)]
    give(room, rows("Arrived,Length of stay", *days))
    assert (room.now.setting["kind"], room.now.setting["every"]) == ("rows", "month")
    assert room.figure.table["events"].sum() == 300


def test_rows_that_are_no_events_are_not_counted(room):
    give(room, rows("Month,Audits", *(f"{n:02}/2023,{n}/20" for n in range(1, 13))))
    assert "There is nothing to count. Found: one row for each month." in room.step.status
    assert room.drawn.source == "sample"


def test_a_column_that_counts_rows_or_never_changes_or_plans_is_passed_over(room):
    lines = (f"{n},{n:02}/2023,2023,{n % 5},30,{n * n}" for n in range(1, 13))
    give(room, rows(",Month,Year,Plan,Beds,Actual", *lines))
    assert room.now.setting["value"] == "Actual"


def test_a_doubtful_order_of_dates_can_be_turned(room):
    lines = [f"0{a}/0{b}/2024,{a + b}" for a, b in ((1, 2), (1, 3), (1, 4), (2, 5), (3, 6))]
    give(room, rows("Date,Falls", *lines))
    first = room.drawn.series.frame["start"].iloc[0]
    room.reading.set(order="mdy", every="day")
    assert room.drawn.series.frame["start"].iloc[0] != first


def test_weeks_are_found_and_named_by_their_day(room):
    day = datetime.date(2024, 4, 8)
    lines = [f"{day + datetime.timedelta(weeks=n):%d/%m/%Y},{20 + n % 3}" for n in range(20)]
    give(room, rows("Week commencing,Calls", *lines))
    assert room.reading.value["every"] == "week"
    assert "None of the last 12 weeks is special" in room.figure.title
    assert "the week of 8 April 2024" in room.figure.description
    assert "The last point, 19 August 2024, is not special." in room.figure.description


def test_another_sheet_of_a_workbook_can_be_chosen(room):
    falls = [["Month", "Falls"], *([f"{m:02}/2024", m] for m in range(1, 13))]
    calls = [["Month", "Calls"], *([f"{m:02}/2024", 10 * m] for m in range(1, 13))]
    give(room, cells(falls, ("Second", calls)), "two.xlsx")
    assert room.drawn.series.label == "Falls"
    room.file.set(sheet="Second")
    assert room.drawn.series.label == "Calls"
    assert room.columns.value["value"] == "Calls"


def test_totals_and_hidden_rows_stay_out_until_they_are_put_back(room):
    lines = [f"{m:02}/2024,{ward},{n}" for m in range(1, 13)
             for ward, n in (("A", 10 + m % 3), ("B", 7), ("England", 17 + m % 3))]  # fmt: skip
    give(room, rows("Month,Org,N", *lines))
    room.reading.set(many="sum")
    assert room.figure.table.iloc[:3, 1].tolist() == [18, 19, 17]
    assert "Left out as totals" in room.told.value
    (field,) = [field for field in room.file.fields if field["name"] == "back"]
    assert field["options"] == [["totals", "totals: 'England' (12 rows)"]]
    room.file.set(back=["totals"])
    assert room.figure.table.iloc[:3, 1].tolist() == [36, 38, 34]
    assert kept(room)["setting"]["back"] == "totals"
    room.file.set(back=[])
    assert room.figure.table.iloc[0, 1] == 18
    room.reading.set(many="only England")
    assert room.figure.table.iloc[:3, 1].tolist() == [18, 19, 17]


def test_a_column_that_excel_hides_can_be_chosen_once_it_is_put_back(room):
    book = openpyxl.Workbook()
    for row in (["Month", "Old", "New"], *([f"{m:02}/2024", 90 + m % 2, m] for m in range(1, 13))):
        book.active.append(row)
    book.active.column_dimensions["B"].hidden = True
    file = io.BytesIO()
    book.save(file)
    give(room, file.getvalue(), "hidden.xlsx")
    assert room.columns.value["value"] == "New"
    room.file.set(back=["hidden columns"])
    room.columns.set(value="Old")
    assert room.figure.table.iloc[0, 1] == 91
    room.file.set(back=[])
    assert room.columns.value["value"] == "New"
    assert room.problem.value == ""


def test_the_kind_is_that_of_the_rows_that_are_kept(room):
    lines = [f"{m:02}/2024,{what},{value}" for m in range(1, 13)
             for what, value in (("4 hours", f"{80 + m % 5}%"), ("Falls", 5 + m % 3))]  # fmt: skip
    give(room, rows("Month,Measure,Value", *lines))
    room.reading.set(many="only Falls")
    assert room.columns.value["kind"] == "count"
    assert room.drawn.series.unit == ""
    room.reading.set(many="only 4 hours")
    assert room.columns.value["kind"] == "percent"
    assert room.drawn.series.unit == "%"


def test_figures_that_can_mean_two_things_are_asked_about(room):
    give(room, months(["1.234", "987", "1.105", "2.155"] * 6, "Month;N").replace(b",", b";"))
    assert "may mark thousands or decimals" in room.step.status
    assert "way" in [field["name"] for field in room.columns.fields]
    room.columns.set(way="thousands")
    assert room.figure.table.iloc[:2, 1].tolist() == [1234, 987]
    room.columns.set(way="decimals")
    assert room.figure.table.iloc[:2, 1].tolist() == [1.234, 987]
    give(room, months(["0.85", "0.9", "0.8"] * 8, "Month,% seen"), "other.csv")
    assert room.figure.table.iloc[0, 1] == 85
    assert "0.85 was read as 85%" in room.told.value
    room.columns.set(way="per cent")
    assert room.figure.table.iloc[0, 1] == 0.85


def test_a_quarter_that_can_begin_twice_is_asked_about(room):
    give(
        room,
        rows("Quarter,N", *(f"Q{q} {y},{10 * q}" for y in range(2019, 2024) for q in (1, 2, 3, 4))),
    )
    assert "2019/20 Q1" in room.step.status
    room.reading.set(order="financial")
    assert room.figure.table.iloc[0, 0] == "April to June 2019"
    room.reading.set(order="calendar")
    assert room.figure.table.iloc[0, 0] == "January to March 2019"


def test_an_audit_every_second_week_is_drawn(room):
    day = datetime.date(2024, 1, 1)
    give(room, rows("Date,Score", *(f"{day + datetime.timedelta(days=14 * n):%d/%m/%Y},{80 + n % 4}"
                                    for n in range(26))))  # fmt: skip
    assert room.reading.value["every"] == "date"
    assert len(room.figure.table) == 26
    assert "Of the last 12 dates" in room.figure.description
    room.keep.set(keep=["figures"])
    assert len(opened(Record(room.record.path)).figure.table) == 26


def test_a_year_to_date_is_named_and_can_be_taken_apart(room):
    total, values = 0, []
    for n in range(24):
        total = 5 + n % 4 if n % 12 == 3 else total + 5 + n % 4
        values.append(total)
    give(room, months(values, "Month,Falls (year to date)"))
    assert "start again each April" in room.figure.description
    room.columns.set(kind="running")
    assert room.figure.table.iloc[3:6, 1].tolist() == [8, 5, 6]
    assert "start again each April" not in room.figure.description
    assert kept(room)["measure"] == "Falls (year to date), added each month"


def test_one_of_seventy_can_be_chosen(room):
    lines = [f"{m:02}/2024,R{org:02},{100 * org + m}" for m in range(1, 13) for org in range(70)]
    give(room, rows("Month,Org,N", *lines))
    room.reading.set(many="only R07")
    assert room.figure.table.iloc[:2, 1].tolist() == [701, 702]


def test_one_table_of_several_below_one_another_is_chosen(room):
    both = ["Ward Ash", "Month,N", *(f"{m:02}/2022,{m}" for m in range(1, 13)),
            "Ward Elm", "Month,N", *(f"{m:02}/2024,{90 + m}" for m in range(1, 13))]  # fmt: skip
    give(room, rows(*both))
    room.reading.set(unreadable="leave out")
    assert (
        "There are several tables, one below the other. Found: 'Ward Ash' and 'Ward Elm'"
        in room.step.status
    )
    assert room.drawn.source == "sample"
    room.reading.set(many="only Ward Elm")
    assert room.figure.table.iloc[0, 1] == 91


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("0.85", "Write 85% if you mean that as your target"), ("7:10", "7 hours 10 minutes"),
        ("85", ""), ("85%", ""), ("0.85%", ""), ("85,5", ""),
    ],
)  # fmt: skip
def test_a_target_is_understood_in_the_unit_of_the_points_or_asked_for(room, target, said):
    give(room, months([f"{80 + n % 5}%" for n in range(24)]))
    room.look.set(target=target)
    assert said in room.step.status if said else room.step.status == ""


def test_a_target_may_come_in_another_unit_of_time(room):
    give(room, months([f"{20 + n % 5} days" for n in range(24)]))
    room.look.set(target="3 weeks")
    assert "target 21" in room.figure.data["ends"]["text"].to_string()
    room.look.set(target="85%")
    assert "The points are not percentages" in room.step.status


def test_a_file_named_after_somebody_is_refused_and_its_name_is_not_kept(room):
    give(room, SPIKE)
    give(room, SPIKE, "JohnSmith_9434765919.csv")
    assert room.file.status.startswith("We could not use the file.")
    assert room.now.name == "falls.csv"
    for text in (room.file.status, room.record.path.read_text(encoding="utf-8")):
        assert "Smith" not in text
        assert "943" not in text


@pytest.mark.parametrize(
    "formula", ["=cmd|'/c calc'!A1", "=HYPERLINK(A1)", "+1+1", "@SUM(A1)", "-2+3"]
)
def test_a_formula_stays_text_wherever_it_stands(room, formula):
    lines = [f"{m:02}/2024,{ward},{m}" for m in range(1, 13) for ward in (formula, "B")]
    give(room, rows(f'Month,Ward,"{formula}"', *lines), f"{formula.replace('/', '')}.csv")
    room.reading.set(many=f"only {formula}")
    assert room.problem.value == ""
    assert room.figure is not None
    # What is kept goes into the plan, which is HTML or a text document: no spreadsheet reads it.
    assert kept(room)["measure"].startswith(formula)
    sent = []
    room.file.send = lambda _message, buffers: sent.append(bytes(buffers[0]))
    room.file.press("save")
    assert sent == [sample_bytes()]


# ---- the chart -----------------------------------------------------------------------------------


def test_the_sample_opens_with_new_limits_from_the_change_that_was_put_into_it(room):
    assert sample_special() == 1
    assert {text for text, _ in room.figure.chips if "illustrative" in text}
    assert room.figure.title.startswith("1 of the last 12 months is special")
    room.look.set(rebase="")
    assert room.figure.title.startswith("10 of the last 12 months are special")
    room.look.press("reset")
    assert room.look.value == {**LOOK, "better": "increase", "rebase": "2024-08-01"}
    assert room.figure.title.startswith("1 of the last 12")


def test_a_verdict_on_other_limits_says_that_the_first_ones_counted(record):
    room = opened(record, answer=5)
    play(room)
    assert "Result: 1 month." in room.chart.verdict
    assert "first settings" not in room.chart.verdict
    room.look.set(rebase="")
    assert room.figure.title.startswith("10 of the last 12 months")
    assert "That was with the first settings of the chart." in room.chart.verdict


def test_the_legend_says_special_and_ordinary_as_the_lesson_does(room):
    def words() -> set[str]:
        found = {*room.figure.data["points"]["kind"], *room.figure.table["judged"]}
        return found - {"missing"}

    assert words() == {"ordinary", "special, worse"}
    give(room, SPIKE)
    assert words() == {"ordinary", "special, high"}
    room.look.set(better="increase")
    assert words() == {"ordinary", "special, better"}
    assert "common cause" not in json.dumps(room.figure.spec)


def test_the_months_that_come_are_judged_with_the_two_since_the_new_booking(room):
    points = room.figure.data["points"]
    assert (points["segment"] == points["segment"].iloc[-1]).sum() == 12 + 2


def test_icons_reasons_and_target_are_words(room):
    give(room, SPIKE)
    room.look.set(better="decrease", target="10")
    words = room.figure.description
    assert "it lies above the upper process limit" in words
    assert "Unless something changes, nearly every month will miss it" in words
    assert room.figure.table["because"].iloc[-1] == "it lies above the upper process limit"
    texts = room.figure.data["icons"]["text"].tolist()
    assert texts == [
        "The last month: special, worse, high", "The process: fails the target consistently",
    ]  # fmt: skip


def test_a_target_that_is_no_number_is_told_and_the_last_chart_stands(room):
    give(room, SPIKE)
    figure = room.figure
    room.look.set(target="a lot")
    assert "We cannot read “a lot” as a target. Type one number, such as 85." in room.step.status
    assert room.figure is figure
    room.look.set(target="1,200")
    assert room.step.status == ""
    assert "target 1,200" in room.figure.data["ends"]["text"].to_string()


def test_limits_from_too_few_points_are_told(room):
    give(room, SPIKE)
    figure = room.figure
    room.look.set(rebase="2023-12-01")
    assert "we need at least 3 points with a figure" in room.step.status
    assert room.figure is figure


def test_two_points_give_no_chart_but_are_said_back(room):
    give(room, months([3, 4]))
    assert "We cannot draw this chart." in room.step.status
    assert room.figure is None
    assert "2 months from January 2022" in room.told.value


def test_another_column_does_not_inherit_the_target(room):
    lines = [f"{m:02}/2024,{40 + m},{m + 5} days" for m in range(1, 13)]
    give(room, rows("Month,Seen,Wait", *lines))
    room.look.set(target="14", better="decrease")
    room.columns.set(value="Seen")
    assert room.look.value["target"] == ""
    assert room.look.value["better"] == "decrease"


def test_a_hundred_thousand_rows_are_drawn(room):
    start = datetime.date(2020, 1, 1)
    lines = [f"{start + datetime.timedelta(days=n % 2000):%d/%m/%Y},A" for n in range(100_000)]
    content = rows("Date,Ward", *lines)
    assert len(content) < next(f["most"] for f in room.file.fields if f["kind"] == "upload")
    give(room, content)
    assert room.columns.value["kind"] == "rows"
    assert room.figure.table.iloc[0, 1] == 31 * 50


# ---- the record ----------------------------------------------------------------------------------


def test_figures_are_kept_only_if_ticked_and_come_back_the_same(room):
    give(room, SPIKE)
    room.look.set(better="decrease", target="25")
    assert "figures" not in kept(room)
    assert kept(room)["words"] == room.figure.description
    again = opened(Record(room.record.path))
    assert again.figure is None
    assert "Last time you used falls.csv, but its figures were not kept." in again.file.status
    give(again, SPIKE)
    assert again.look.value["target"] == "25"
    again.keep.set(keep=["figures"])
    back = opened(Record(room.record.path))
    assert back.figure.description == room.figure.description
    assert back.figure.cells == room.figure.cells
    assert back.keep.value["keep"] == ["figures"]
    back.keep.set(keep=[])
    assert "figures" not in kept(back)


def test_the_sample_comes_back_by_itself(room):
    room.file.press("sample")
    room.look.set(rules="weco")
    again = opened(Record(room.record.path))
    assert again.figure.description == room.figure.description
    assert again.look.value["rules"] == "weco"


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "data"},
        {"kind": "data", "name": 7, "source": "sample"},
        {"kind": "data", "name": "x.csv", "figures": {"start": [SCRIPT]}, "look": 3},
        {"kind": "data", "name": "x.csv", "figures": {"start": 3, "value": [1]}},
        {"kind": "data", "name": SAMPLE, "source": "sample", "setting": {"kind": "x"}},
        {"kind": "data", "name": SAMPLE, "source": "sample", "look": {"rules": "x"},
         "setting": {**START, "date": "month", "every": "x", "kind": "x"}},
    ],
)  # fmt: skip
def test_a_changed_record_does_no_harm(record, entry):
    record.put(Bring.KEY, entry)
    room = opened(Record(record.path))
    assert room.problem.value == ""
    give(room, SPIKE)
    assert room.figure.title.startswith("1 of the last 12 months is special")


def test_a_record_that_cannot_be_written_is_told(room, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("toolkit.learning.record.tempfile.mkstemp", full)
    give(room, SPIKE)
    assert "No space left on device" in room.keep.status
    assert room.figure is not None


def test_no_figure_of_a_table_is_stored_in_the_notebook(room):
    give(room, SPIKE)
    bundle = room._repr_mimebundle_()
    text = json.dumps({kind: held for kind, held in bundle.items() if "widget" not in kind})
    assert not re.search(r"falls|2022|special\b.*24", text.lower())


def test_the_sample_can_be_saved(room, monkeypatch):
    sent = []
    monkeypatch.setattr(room.file, "send", lambda message, buffers: sent.append((message, buffers)))
    room.file.press("save")
    assert sent[0][0]["save"] == SAMPLE
    assert sent[0][1] == [sample_bytes()]


def test_at_most_four_things_are_asked_at_a_time(room):
    room.file.press("sample")
    for form in (room.file, room.columns, room.reading, room.look):
        assert len([f for f in form.fields if f["kind"] != "button"]) <= 4


def test_a_share_comes_back_with_its_own_limits(room):
    lines = [f"{m:02}/2024,{40 + m},{80 + m % 4}" for m in range(1, 13) if m != 5]
    give(room, rows("Month,Seen,Referred", *lines))
    room.columns.set(kind="share")
    room.keep.set(keep=["figures"])
    again = opened(Record(room.record.path))
    assert again.drawn.series.chart == "p"
    assert again.drawn.series.missing == room.drawn.series.missing != ()
    assert again.figure.cells == room.figure.cells
    again.step.set(step="columns")
    assert "choose the file again" in again.told.value
