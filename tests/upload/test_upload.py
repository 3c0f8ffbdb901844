"""Your own data: every mess has its message, and a clean table is read back exactly."""

from __future__ import annotations

import csv
import datetime
import importlib.util
import io
import struct
import sys
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import ROOT
from toolkit import spc
from toolkit.evidence.store import table
from toolkit.text.reading import minutes, read_number
from toolkit.upload import (
    DUPLICATES,
    EVERY,
    IdentifierError,
    UploadError,
    first_rows,
    read,
    series,
    summary,
)
from toolkit.upload.dates import read_date
from toolkit.upload.files import FORMULA
from toolkit.upload.identifiers import check_digit_holds, content_label, heading_label

DATA = ROOT / "data"
QUICK = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def workbook(*rows: list, merge: tuple[str, ...] = (), formats: dict | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def values(content: bytes, name: str = "x.csv", **choices) -> list:
    return series(read(name, content), **choices).frame["value"].tolist()


def complaint(content: bytes, name: str = "x.csv", **choices) -> str:
    with pytest.raises(UploadError) as caught:
        series(read(name, content), **choices)
    assert "Found: " in str(caught.value)
    assert "Right would be: " in str(caught.value)
    return str(caught.value)


def notes(content: bytes, **choices) -> str:
    upload = read("x.csv", content)
    return " ".join([*upload.notes, *series(upload, **choices).notes])


# ---- one cell ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("Apr–24*", "2024-04-01"),
        ("01/04/2024", "2024-04-01"),
        ("1.4.24", "2024-04-01"),
        ("1-Apr-24", "2024-04-01"),
        ("Mon 1st April 2024", "2024-04-01"),
        ("April 1, 2024", "2024-04-01"),
        ("Apr-24", "2024-04-01"),
        ("Sept 2024", "2024-09-01"),
        ("Ebrill 2024", "2024-04-01"),
        ("2024-04", "2024-04-01"),
        ("04/2024", "2024-04-01"),
        ("202404", "2024-04-01"),
        ("2024-04-01T09:30:00", "2024-04-01"),
        ("01/04/2024 13:45", "2024-04-01"),
        ("w/c 01.04.24", "2024-04-01"),
        ("Week commencing: 1 April 2024", "2024-04-01"),
        ("week ending 07/04/2024", "2024-04-01"),
        ("2024-W14", "2024-04-01"),
        ("45383", "2024-04-01"),
        (45383, "2024-04-01"),
        (45383.75, "2024-04-01"),
        (datetime.datetime(2024, 4, 1, 9), "2024-04-01"),
        ("2024/25 Q1", "2024-04-01"),
        ("Q4 2024/25", "2025-01-01"),
        ("2024/25 M1", "2024-04-01"),
        ("M12 2024-25", "2025-03-01"),
    ],
)
def test_a_date_is_read_however_it_is_written(cell, day):
    assert read_date(cell).at("dmy").isoformat() == day


@pytest.mark.parametrize(
    "cell",
    ["31/02/2024", "13/13/2024", "Apr", "2024", "2024/25", "2024/26 M1", "Q1 2024", "ward 7", "", 0,
     True, float("nan"), float("inf"), "٠١/٠٤/٢٠٢٤", "1" * 5000, -45383, "24-Apr", "Janet 2024"],
)  # fmt: skip
def test_what_is_no_date_is_not_made_one(cell):
    assert read_date(cell) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234", 1234), ("1 234", 1234), ("1\u00a0234.5", 1234.5), ("£1,234.50", 1234.5),
        ("85%", 85), ("85 per cent", 85), ("\u22125", -5), ("(12)", -12), ("1.5E+03", 1500),
        (".5", 0.5), (7, 7), ("twelve", None), ("12 34", None), ("1,23,4", None), ("", None),
        (True, None), ("1e999", None), ("²", None), ("12¹", None), ("٣", None),
        ("nil", None), ("=A1", None), ("–5", -5), ("1,250-", -1250), ("12*", 12), ("12 [p]", 12),
        ("12 (r)", 12), ("4% *", 4), ("12 wards", None),
    ],
)  # fmt: skip
def test_a_number_is_read_or_not_at_all(cell, value):
    assert read_number(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1:30", 90), ("90 min", 90), ("2h 15m", 135), ("2 days", 2880), ("1.5 hours", 90),
        ("1 hr and 5 mins", 65), ("26:00", 1560), (datetime.time(1, 30), 90),
        (datetime.timedelta(hours=30), 1800), ("90", None), ("1:75", None), ("3 months", None),
        ("", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_time_is_read_in_minutes(cell, value):
    assert minutes(cell) == value


# ---- every mess has its message ------------------------------------------------------------------


def test_dates_in_two_orders_are_named_with_their_rows():
    said = complaint(
        lines("Date,N", "13/04/2024,1", "04/15/2024,2", "01/05/2024,3", "02/05/2024,4")
    )
    assert "mixed" in said
    assert "row 3" in said


def test_an_order_in_doubt_is_told_and_can_be_corrected():
    content = lines("Date,N", "02/01/2024,1", "03/02/2024,2", "04/05/2024,3")
    found = series(read("x.csv", content), value="N")
    assert "They could also be month, day, year" in found.notes[0]
    assert found.frame["start"].iloc[0] == pd.Timestamp("2024-01-01")
    other = series(read("x.csv", content), value="N", order="mdy")
    assert other.frame["start"].iloc[0] == pd.Timestamp("2024-02-01")
    sure = series(read("x.csv", lines("Date,N", "13/01/2024,1", "14/02/2024,2")), value="N")
    assert "no other order fits" in sure.notes[0]
    assert "cannot be month, day, year" in complaint(
        lines("Date,N", "13/01/2024,1", "14/02/2024,2"), order="mdy"
    )


def test_months_that_are_evenly_spaced_one_way_only_are_read_that_way():
    american = lines("Date,N", "4/1/2024,1", "5/1/2024,2", "6/1/2024,3")
    assert len(values(american, value="N")) == 3


def test_days_that_excel_has_turned_round_are_suspected():
    rows = [["Date", "N"], [datetime.datetime(2024, 5, 4), 1], [datetime.datetime(2024, 7, 4), 2],
            ["13/04/2024", 3], ["14/04/2024", 4]]  # fmt: skip
    assert "exchanged day and month" in complaint(workbook(*rows), "x.xlsx", value="N")


def test_dates_in_several_forms_are_understood_and_named():
    said = notes(lines("Month,N", "Apr-24,1", "May-24,2", "01/06/2024,3"), value="N")
    assert "written in 2 ways" in said
    assert "row 4" in said


def test_merged_headings_over_two_rows_are_joined():
    content = workbook(
        ["Falls and sores"], [None, "Falls", None, "Sores"], ["Month", "number", "rate", "number"],
        ["Apr-24", 3, 0.5, 4], ["May-24", 5, 0.7, 6],
        merge=("A1:D1", "B2:C2"),
    )  # fmt: skip
    upload = read("x.xlsx", content)
    assert list(upload.frame) == ["Month", "Falls number", "Falls rate", "Sores number"]
    assert list(upload.frame.index) == [4, 5]
    assert any("two rows (2 and 3)" in each for each in upload.notes)


def test_one_heading_merged_over_two_columns_is_named():
    upload = read("x.xlsx", workbook(["Month", "Falls", None], ["Apr-24", 3, 4], merge=("B1:C1",)))
    assert list(upload.frame) == ["Month", "Falls", "Column C"]
    assert any("merged" in each for each in upload.notes)


def test_percent_signs_in_text_and_in_the_format_of_excel_mean_the_same():
    text = lines("Month,Share", "Apr-24,85%", "May-24,7 %")
    excel = workbook(["Month", "Share"], ["Apr-24", 0.85], ["May-24", 0.07],
                     formats={"B2": "0%", "B3": "0.0%"})  # fmt: skip
    assert values(text, value="Share") == values(excel, "x.xlsx", value="Share") == [85, 7]
    parts = lines("Month,Share", "Apr-24,0.85", "May-24,0.07")
    assert values(parts, value="Share", kind="percent") == [85, 7]
    mixed = lines("Month,Share", "Apr-24,85%", "May-24,0.9")
    assert "two ways" in complaint(mixed, value="Share")
    assert "row 3" in complaint(mixed, value="Share")


def test_thousands_separators():
    content = lines("Month;Days", "Apr-24;1,234", "May-24;1 300", "Jun-24;£1,400")
    assert values(content, value="Days") == [1234, 1300, 1400]
    assert "a comma parts thousands" in notes(content, value="Days")
    assert values(lines("Month;D", "Apr-24;1,5", "May-24;12,25"), value="D") == [1.5, 12.25]
    assert "mean different things" in complaint(lines("M;D", "Apr-24;1,5", "May-24;1.5"), value="D")


def test_blank_rows_titles_totals_and_remarks_are_passed_over_and_named():
    content = lines(
        "Falls on the ward", "", "Month,Falls", "Apr-24,3", "", "May-24,4", "Month,Falls",
        "Jun-24,5", "Grand total,12", "Source: incident system",
    )  # fmt: skip
    upload = read("x.csv", content)
    assert list(upload.frame.index) == [4, 6, 8]
    said = " ".join(upload.notes)
    for words in ("1 row above", "1 blank row", "repeated headings: row 7", "totals: row 9",
                  "remarks below the table: 'Source: incident system' (row 10)"):  # fmt: skip
        assert words in said


def test_duplicate_months_are_named_and_the_learner_chooses():
    content = lines("Month,N", "Apr-24,3", "Apr-24,5", "May-24,7")
    said = complaint(content, value="N")
    assert "April 2024" in said
    assert "rows 2 and 3 for April 2024" in said
    for how, first in (("sum", 8), ("mean", 4), ("median", 4), ("last", 5)):
        assert values(content, value="N", duplicates=how) == [first, 7]
    assert "no such choice for 'duplicates'" in complaint(content, value="N", duplicates="first")


def test_a_sum_with_an_unknown_part_is_unknown():
    content = lines("Month,N", "Apr-24,3", "Apr-24,n/a", "May-24,7")
    found = series(read("x.csv", content), value="N", duplicates="sum")
    assert found.missing == (pd.Timestamp("2024-04-01"),)


def test_a_hundred_thousand_rows_are_counted_month_by_month():
    days = [f"{i % 28 + 1:02d}/{i % 12 + 1:02d}/2024" for i in range(100_000)]
    found = series(
        read("x.csv", lines("Date,Ward", *(f"{day},W{i % 9}" for i, day in enumerate(days))))
    )
    assert found.frame["value"].sum() == 100_000
    assert len(found.frame) == 12


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_an_encoding_from_excel(encoding):
    content = "Month;Côst – £\nApr-24;1\nMay-24;2\n".encode(encoding)
    assert list(read("x.csv", content).frame) == ["Month", "Côst – £"]


def test_a_formula_without_a_result_is_named():
    content = workbook(["Month", "N"], ["Apr-24", "=1+1"], ["May-24", 2], ["Jun-24", 3])
    upload = read("x.xlsx", content)
    assert "no stored result, row 2" in str(upload.troubles[0])
    assert "pasted as values" in complaint(content, "x.xlsx", value="N")
    assert "pasted as values" in complaint(lines("Month,N", "Apr-24,=B2*2", "May-24,3", "Jun-24,4"),
                                           value="N")  # fmt: skip


PEOPLE = [
    ("NHS number", "943 476 5919"), ("ref", "943 476 5919"), ("ref", "9434765919"),
    ("CHI no.", "0101501234"), ("Hospital No", "A12345"), ("MRN", "77"), ("Patient ID", "P9"),
    ("Surname", "Testone"), ("Name", "Testone"), ("Comment", "Seen with Mrs Testone"),
    ("D.O.B.", "01/01/1950"), ("Date of Birth", "1950-01-01"), ("area", "ZZ99 3AB"),
    ("NI", "x"), ("id", "AB 12 34 56 C"), ("Mobile no", "x"), ("contact", "07700 900123"),
    ("Tel", "7700900123"), ("who", "a.person@example.org"), ("Address line 1", "x"),
    ("Seen by", "Ann Testone"), ("bed 4", "TESTONE, Ann"), ("Clinician", "Dr Testone"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "cell"), PEOPLE)
def test_a_column_that_names_people_is_refused_and_nothing_is_repeated(heading, cell):
    for content, name in (
        (lines(f"Date,{heading}", f'01/04/2024,"{cell}"', f'02/04/2024,"{cell}"'), "x.csv"),
        (workbook(["Date", heading], ["01/04/2024", cell], ["02/04/2024", cell]), "x.xlsx"),
    ):
        with pytest.raises(IdentifierError) as caught:
            read(name, content)
        said = str(caught.value)
        assert "column B" in said
        assert "Nothing of the file was kept" in said
        assert len(cell) < 3 or cell not in said
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


def test_a_number_without_a_heading_is_refused_too():
    with pytest.raises(IdentifierError) as caught:
        read("x.csv", lines("9434765919,01/04/2024"))
    assert "943" not in str(caught.value)


@pytest.mark.parametrize(
    "heading",
    ["Patients", "NHS staff", "Number of patients", "Ward name", "Phone calls", "E-mails sent",
     "Births", "Unit cost", "Nursing hours", "Telephone appointments", "Staff", "Admissions"],
)  # fmt: skip
def test_a_count_of_people_names_nobody(heading):
    assert heading_label(heading) == ""


def test_names_beside_months_from_left_to_right_are_refused_too():
    wide = lines("Nurse,Apr-24,May-24,Jun-24", "Ann Testone,1,2,3", "Bo Testtwo,3,4,5")
    with pytest.raises(IdentifierError, match="names of people in column A"):
        read("x.csv", wide)


def test_kinds_of_care_and_teams_are_no_names():
    rows = [f'{month:02}/2024,"{care}",Estates Team' for month in range(1, 13)
            for care in ("Medicine, Elderly", "Surgery, General")]  # fmt: skip
    assert list(read("x.csv", lines("Month,Care,Owner", *rows)).kinds) == ["Month", "Care", "Owner"]


def test_large_sums_are_no_nhs_numbers_but_valid_ones_are():
    assert content_label(range(1_000_000_007, 1_000_000_407)) == ""
    assert content_label([f"{n}" for n in range(100)]) == ""
    assert content_label([9434765919.0]) != ""
    assert not check_digit_holds("9434765918")
    assert not check_digit_holds("1111111111")


def test_text_in_a_number_column_names_its_cells_or_is_left_out():
    content = lines("Month,N", "Apr-24,3", "May-24,twelve", "Jun-24,4", "Jul-24,6")
    assert "'twelve' (row 3)" in complaint(content, value="N")
    found = series(read("x.csv", content), value="N", unreadable="leave out")
    assert found.missing == (pd.Timestamp("2024-05-01"),)
    assert "'twelve' (row 3)" in " ".join(found.notes)
    broken = lines("Month,N", "Apr-24,3", "May-24,#REF!", "Jun-24,4", "Jul-24,6")
    assert "Excel could not work some cells out" in complaint(broken, value="N")


def test_small_numbers_that_are_hidden_stay_gaps():
    content = lines("Month,N", "Apr-24,<5", "May-24,*", "Jun-24,n/a", "Jul-24,-", "Aug-24,7")
    found = series(read("x.csv", content), value="N")
    assert len(found.missing) == 4
    assert "rows 2 and 3" in " ".join(found.notes)


def test_a_missing_month_stays_a_gap_and_late_dates_are_told():
    content = lines("Month,N", "Jul-24,3", "Apr-24,1", "May-24,2")
    found = series(read("x.csv", content), value="N", today=datetime.date(2024, 6, 30))
    said = " ".join(found.notes)
    assert found.frame["value"].isna().tolist() == [False, False, True, False]
    assert "1 month missing (June 2024)" in summary(found)
    for words in ("stays a gap", "sorted", "In the future: row 2", "3 points"):
        assert words in said


def test_months_from_left_to_right_are_turned():
    wide = lines(
        "Report of June", "What,Apr-24,May-24,Jun-24,Total", "Falls,3,4,5,12", "Sores,1,,2,3"
    )
    assert values(wide, value="Falls") == [3, 4, 5]
    assert values(wide, value="Sores")[::2] == [1, 2]
    assert "was turned" in notes(wide, value="Falls")
    days = [datetime.datetime(2024, month, 1) for month in (4, 5, 6)]
    assert values(workbook(["What", *days], ["Falls", 3, 4, 5]), "x.xlsx", value="Falls") == [
        3,
        4,
        5,
    ]


def test_a_year_in_a_column_of_its_own_is_joined_to_the_month():
    for years in ("2023/24", "2023-24", "FY 2023/24"):
        found = series(read("x.csv", lines("Year,Month,N", f"{years},Dec,3", f"{years},Jan,4")),
                       value="N")  # fmt: skip
        assert found.frame["start"].tolist() == list(
            pd.date_range("2023-12-01", periods=2, freq="MS")
        )
    content = lines("Month,Year,N", "Dec,2023,3", "January,2024,4")
    assert values(content, value="N") == [3, 4]
    assert "they are joined as 'Month, Year'" in notes(content, value="N")


def test_dates_without_a_year_or_too_coarse():
    for cell, lack in (("Apr", "no year"), ("Week 3", "a week without its year")):
        said = complaint(lines("Month,N", f"{cell},3", f"{cell},4"), value="N")
        assert lack in said
        assert "if the year stands elsewhere" in said
    assert "too coarse" in complaint(
        lines("Month,N", "Apr-24,3", "May-24,4"), value="N", every="week"
    )


def test_a_share_of_two_columns_is_ready_for_a_p_chart():
    content = lines("Month,Seen,Of", "Apr-24,3,4", "May-24,0,0", "Jun-24,1,4")
    found = series(read("x.csv", content), numerator="Seen", denominator="Of")
    assert (found.chart, found.unit) == ("p", "%")
    assert found.frame["value"].tolist()[::2] == [75, 25]
    assert found.missing == (pd.Timestamp("2024-05-01"),)
    assert "larger than its whole, rows 2 and 4" in complaint(
        content, numerator="Of", denominator="Seen"
    )
    assert "without its whole" in complaint(content, numerator="Seen")


def test_rows_of_events_are_counted_and_empty_weeks_are_zero_only_if_said_so():
    content = lines("Date,Ward", "01/04/2024,A", "03/04/2024,B", "15/04/2024,A")
    upload = read("x.csv", content)
    assert series(upload, every="week").frame["value"].isna().tolist() == [False, True, False]
    assert series(upload, every="week", empty="zero").frame["value"].tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0\xa1", "old Excel file"),
        (b"PK\x03\x04", "damaged"),
        (b"<html><table>", "web page"), (b"\x89PNG\r\n", "picture"), (b"", "empty"),
        (b"a,b\n\n", "no data"), (b" \n\t", "empty"), (b"x" * 20_000_001, "20 MB"),
        (b"a," * 900, "columns"), (b"\x01\x02\x03" * 9, "not text"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_sent_back_with_what_to_do(start, word):
    said = complaint(start)
    assert word in said


def test_the_first_sheet_with_dates_is_read_or_the_one_that_is_named():
    book = openpyxl.Workbook()
    book.active.append(["Made by the team"])
    for title in ("one", "other"):
        sheet = book.create_sheet(title)
        sheet.append(["Month", title])
        sheet.append(["Apr-24", 1])
    content = saved(book)
    assert read("x.xlsx", content).sheets == ("Sheet", "one", "other")
    assert list(read("x.xlsx", content).frame) == ["Month", "one"]
    assert list(read("x.xlsx", content, "other").frame) == ["Month", "other"]
    with pytest.raises(UploadError, match="no such sheet"):
        read("x.xlsx", content, "third")
    named = book.create_sheet("list", 0)
    named.append(["Date", "NHS number"])
    named.append(["01/04/2024", "943 476 5919"])
    with pytest.raises(IdentifierError):
        read("x.xlsx", saved(book))


def test_marks_that_nobody_sees_do_no_harm():
    content = lines(
        "\u200eMonth\u200f,\u202aN\u202c", "\u200e04/2024\u200f,\u200e7", "05/2024,8\ufeff"
    )
    assert values(content, value="N") == [7, 8]


def test_a_comma_or_a_quotation_mark_that_tears_a_row_is_told():
    assert "more cells than there are headings" in complaint(
        lines("Month,N", "Apr-24,1,027", "May-24,1,101", "Jun-24,980")
    )
    assert "a cell without an end" in complaint(
        lines("Month,N,Note", "Apr-24,3,fine", 'May-24,4,"busy', "Jun-24,5,fine")
    )


def test_rows_below_a_merged_month_are_not_lost_in_silence():
    content = lines("Month,Ward,N", "Apr-24,A,3", ",B,4", "May-24,A,5", ",B,6")
    assert "Many rows have no date in column 'Month', rows 3 and 5" in complaint(content, value="N")
    assert values(content, value="N", unreadable="leave out") == [3, 5]


def test_a_week_that_a_heading_names_by_its_end_is_shown_by_its_start():
    content = lines("Week ending,N", "07/04/2024,3", "14/04/2024,4")
    found = series(read("x.csv", content), every="week", value="N")

    assert found.frame["start"].tolist() == [pd.Timestamp("2024-04-01"), pd.Timestamp("2024-04-08")]


def test_days_from_all_over_a_lifetime_are_dates_of_birth():
    born = [f"{1 + n % 28:02}/0{1 + n % 9}/{1925 + 3 * n}" for n in range(20)]
    with pytest.raises(IdentifierError, match="dates of birth in column B"):
        read(
            "x.csv", lines("Seen,Age", *(f"{1 + n:02}/04/2024,{day}" for n, day in enumerate(born)))
        )
    years = [f"01/04/{1985 + n},{n}" for n in range(40)]
    assert read("x.csv", lines("Date,N", *years)).of_kind("date") == ["Date"]


# ---- laws ----------------------------------------------------------------------------------------

CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "01/04/2024", "4/13/24", "Apr-24", "Apr", "85%", "0,5", "1,234", "<5", "n/a", "1:30",
         "2 days", "Total", "=A1", FORMULA, "45383", "2024/25 Q1", "w/c 1/4/24", '"', "-", "#REF!"]
    ),
    st.integers(-10, 100_000).map(str),
    st.floats().map(str),
)  # fmt: skip
NATIVE = CELL | st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False),
    st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(2200, 1, 1)), st.times(),
)  # fmt: skip
GRID = st.lists(st.lists(CELL, max_size=5), max_size=8)
CHOICES = st.fixed_dictionaries(
    {
        "every": st.sampled_from([*EVERY, "year"]),
        "order": st.sampled_from([None, "dmy", "mdy", "ymd"]),
        "kind": st.sampled_from([None, "count", "percent", "duration", "number"]),
        "duplicates": st.sampled_from([None, *DUPLICATES]),
        "unreadable": st.sampled_from(["refuse", "leave out"]),
        "empty": st.sampled_from(["gap", "zero"]),
        "today": st.just(datetime.date(2025, 1, 1)),
    }
)


def whole(error: UploadError) -> None:
    """Check that a message says of each trouble what would be right."""
    assert error.troubles
    assert str(error).count("Right would be: ") == min(len(error.troubles), 6)


def try_it(name: str, content: bytes, choices: dict, pick: int = 0) -> None:
    """Do whatever a learner can do; only the package's own error may come out."""
    try:
        upload = read(name, content)
        assert summary(upload)
        assert len(first_rows(upload)) <= len(upload.frame)
        names = [None, *upload.frame]
        for date in [None, *names[1:3]]:
            try:
                found = series(upload, date=date, value=names[pick % len(names)], **choices)
                assert summary(found)
            except UploadError as error:
                whole(error)
    except UploadError as error:
        whole(error)


@QUICK
@given(st.binary(max_size=200), CHOICES)
def test_whatever_bytes_come_only_our_error_comes_out(content, choices):
    try_it("x.csv", content, choices)
    try_it("x.xlsx", b"PK\x03\x04" + content, choices)


@QUICK
@given(GRID, st.sampled_from(",;\t|"), CHOICES, st.integers(0, 5))
def test_whatever_a_csv_file_holds_only_our_error_comes_out(rows, mark, choices, pick):
    try_it("x.csv", "\n".join(map(mark.join, rows)).encode("utf-8", "replace"), choices, pick)


@QUICK
@given(st.lists(CELL, min_size=1, max_size=6), st.lists(CELL, min_size=6, max_size=6), CHOICES)
def test_whatever_stands_below_good_headings_only_our_error_comes_out(dates, figures, choices):
    rows = [f'"{a}";"{b}"' for a, b in zip(dates, figures, strict=False)]
    try_it(
        "x.csv", "\n".join(["Month;N", "Apr-24;1", *rows]).encode("utf-8", "replace"), choices, 2
    )


@settings(QUICK, max_examples=40)
@given(st.lists(st.lists(NATIVE, max_size=4), max_size=6), CHOICES, st.integers(0, 4))
def test_whatever_a_workbook_holds_only_our_error_comes_out(rows, choices, pick):
    try:
        content = workbook(["Month", "N"], *rows)
    except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
        assume(False)
    try_it("x.xlsx", content, choices, pick)


GOOD = workbook(["Month", "N"], *([f"{m:02d}/2024", m * 3] for m in range(1, 13)))


@settings(QUICK, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6), CHOICES)
def test_a_damaged_workbook_gives_only_our_error(changes, choices):
    content = bytearray(GOOD)
    for at, byte in changes:
        content[at] = byte
    try_it("x.xlsx", bytes(content), choices, 2)


DATES = {
    "%d/%m/%Y": None, "%d.%m.%y": None, "%m/%d/%Y": "mdy", "%Y-%m-%d": None, "%d-%b-%y": None,
    "%b-%y": None, "%B %Y": None, "%Y-%m": None, "w/c %d/%m/%Y": None, "%d %B %Y": None,
}  # fmt: skip
WRITTEN = {
    "count": [str, "{:,}".format, "{:,}".replace(",", " ").format],
    "percent": ["{}%".format, "{} %".format],
    "number": [lambda n: f"{n / 4}", lambda n: f"{n / 4:,.2f}"],
    "duration": ["{} min".format, lambda n: f"{n // 60}:{n % 60:02d}", "{} minutes".format],
}


@settings(QUICK, max_examples=150)
@given(
    st.lists(st.integers(0, 5_000), min_size=3, max_size=30),
    st.sampled_from(list(DATES)),
    st.sampled_from([(kind, at) for kind, ways in WRITTEN.items() for at in range(len(ways))]),
    st.sampled_from([",", ";", "\t", "|", "xlsx"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_a_clean_series_is_read_back_exactly(numbers, form, way, mark, encoding):
    kind, at = way
    months = pd.date_range("2022-10-01", periods=len(numbers), freq="MS")
    cells = [[m.strftime(form), WRITTEN[kind][at](n)] for m, n in zip(months, numbers, strict=True)]
    table = [["Month", "Figure – £"], *cells]
    if mark == "xlsx":
        content = workbook(*table)
    else:
        quote = [mark.join(f'"{c}"' if mark in c else c for c in row) for row in table]
        content = "\r\n".join(quote).encode(encoding)
    upload = read("x", content)
    found = series(upload, value="Figure – £", kind=kind, order=DATES[form])
    wanted = [n / 4 if kind == "number" else n for n in numbers]
    unit = {"hours": 60, "days": 1440}.get(found.unit, 1)
    assert (found.frame["value"] * unit).tolist() == pytest.approx(wanted, abs=1e-9)
    assert found.frame["start"].tolist() == months.tolist()
    assert not found.missing


# ---- the sample ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("generate_sample", DATA / "generate_sample.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_sample_is_what_its_maker_writes(maker, tmp_path):
    maker.main(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (DATA / "sample_service.csv").read_bytes()
    assert len(table("sample_service")) == maker.MONTHS - 1


@pytest.mark.parametrize(
    "choice",
    [{"numerator": "seen_within_14_days", "denominator": "referrals"}, {"value": "mean_wait_days"}],
)
def test_the_sample_holds_one_missing_month_and_one_shift(maker, choice):
    upload = read("sample_service.csv", (DATA / "sample_service.csv").read_bytes())
    assert not upload.troubles
    found = series(upload, **choice)
    assert found.missing == (pd.Timestamp(maker.month(maker.LOST)),)
    assert "1 month missing (January 2024)" in summary(found)
    shift = pd.Timestamp(maker.month(maker.SHIFT))
    whole = spc.chart_data(found.frame, at="start", every=found.step)
    assert whole.special.any()
    for part in (found.frame["start"] < shift, found.frame["start"] >= shift):
        chart = spc.chart_data(found.frame[part], at="start", every=found.step)
        assert not chart.special.any()


# ---- what is left out, and files that would hold up the page -------------------------------------


def test_what_is_left_out_is_shown_with_its_figures_and_can_be_put_back():
    content = lines(
        "Org,Month,N", "A,Apr-24,900", "B,Apr-24,700", "England,Apr-24,1600", "A,May-24,901",
        "B,May-24,701", "England,May-24,1602", "Total,,3202",
    )  # fmt: skip
    upload = read("x.csv", content)
    assert list(upload.frame["Org"].unique()) == ["A", "B"]
    said = " ".join(upload.notes)
    assert "Left out as totals: rows 4, 7 and 8" in said
    assert "'England Apr-24 1600'" in said
    assert "'Total 3202'" in said
    back = upload.put_back(["totals"])
    assert list(back.frame["Org"]) == ["A", "B", "England", "A", "B", "England", "Total"]
    assert upload.put_back([]) is upload


def test_hidden_rows_columns_and_sheets_are_named_with_their_figures():
    book = openpyxl.Workbook()
    for row in (["Month", "Old", "New"], ["Apr-24", 71, 1], ["May-24", 72, 2], ["Jun-24", 73, 3]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("Older").append(["Month", "N"])
    book["Older"].append(["Apr-21", 4])
    book["Older"].sheet_state = "veryHidden"
    upload = read("x.xlsx", saved(book))
    said = " ".join(upload.notes)
    assert list(upload.frame) == ["Month", "New"]
    assert list(upload.frame.index) == [2, 4]
    for words in ("row 3 ('May-24 72 2')", "'Old' (71, 72 and 73)", "'Older' (hidden in Excel)"):
        assert words in said
    back = upload.put_back(["hidden rows", "hidden columns"])
    assert back.frame.shape == (3, 3)
    assert upload.hidden_sheets == {"Older"}
    assert list(read("x.xlsx", saved(book), "Older").frame) == ["Month", "N"]


def test_a_remark_that_names_somebody_is_left_out_without_its_words():
    content = lines("Month,N", "Apr-24,1", "May-24,2", "Questions to jo.bloggs@example.nhs.uk")
    upload = read("x.csv", content)
    assert "bloggs" not in " ".join(upload.notes)
    assert "a line with what looks like e-mail addresses (row 4)" in " ".join(upload.notes)
    with pytest.raises(IdentifierError, match="lines beside the tables"):
        read("x.csv", lines("Patient 943 476 5919", "", "Month,N", "Apr-24,1", "May-24,2"))


@pytest.mark.parametrize(
    "name",
    ["JohnSmith_9434765919.csv", "943 476 5919.xlsx", "Mrs Testone falls.csv",
     "some.person@nhs.net", "AB123456C.csv"],
)  # fmt: skip
def test_a_file_whose_name_names_somebody_is_refused_and_not_repeated(name):
    with pytest.raises(IdentifierError, match="in the name of the file") as caught:
        read(name, lines("Month,N", "Apr-24,1", "May-24,2"))
    assert name.split("@")[0].split(".")[0] not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["Falls_April_2024.csv", "RTT-Overview-Timeseries.xlsx", "Ward 12 (final) v3.csv", "x.csv"],
)
def test_an_ordinary_name_of_a_file_is_none_of_a_person(name):
    assert read(name, lines("Month,N", "Apr-24,1", "May-24,2")).name == name


def repacked(change: dict[str, bytes], lie: str = "") -> bytes:
    """Return a good workbook with other parts; the size of one of them is told wrong."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in {*old.namelist(), *change}:
            new.writestr(name, change[name] if name in change else old.read(name))
    content = bytearray(file.getvalue())
    for sign, size, length, name in ((b"PK\x03\x04", 22, 26, 30), (b"PK\x01\x02", 24, 28, 46)):
        at = content.find(sign)
        while lie and at >= 0:
            (long,) = struct.unpack_from("<H", content, at + length)
            if content[at + name : at + name + long] == lie.encode():
                struct.pack_into("<I", content, at + size, 300)
            at = content.find(sign, at + 1)
    return bytes(content)


SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(body: bytes) -> bytes:
    return b"<worksheet " + NAMESPACE + b"><sheetData>" + body + b"</sheetData></worksheet>"


def held(*cells: bytes) -> bytes:
    texts = (b'<c t="inlineStr"><is><t>' + cell + b"</t></is></c>" for cell in cells)
    return b"<row>" + b"".join(texts) + b"</row>"


ENTITIES = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
BOMBS = {
    "a header that lies": (
        lambda: repacked({SHEET: sheet(b" " * 30_000_000)}, lie=SHEET), "damaged or incomplete"
    ),
    "unpacked": (lambda: repacked({SHEET: sheet(b" " * 160_000_000)}), "MB when unpacked"),
    "one row": (
        lambda: repacked({SHEET: sheet(b"<row>" + b"<c/>" * 1_900_000 + b"</row>")}), "a row of"
    ),
    "many empty cells": (
        lambda: repacked({SHEET: sheet((b"<row>" + b"<c/>" * 16_000 + b"</row>") * 300)}),
        "4,800,000 cells",
    ),
    "far from one another": (
        lambda: repacked({SHEET: sheet(b'<row><c r="XFD1"><v>1</v></c></row>' * 300)}), "too large"
    ),
    "texts": (
        lambda: repacked({"xl/sharedStrings.xml": b"<si><t>a</t></si>" * 500_000}), "500,000 texts"
    ),
    "entities": (
        lambda: repacked({SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + ENTITIES
                          + b"]><worksheet " + NAMESPACE + b">&j;</worksheet>"}), "damaged"
    ),
    "deep": (
        lambda: repacked({SHEET: sheet(b"<a>" * 600_000 + b"</a>" * 600_000)}), "that are not cells"
    ),
    "bytes": (lambda: b"Month,N\n" + b"Apr-24,1\n" * 2_500_000, "20 MB"),
    "columns": (lambda: b"," * 100_000 + b"\n1", "columns"),
    "rows": (lambda: b"a\n" * 300_100, "300,001 rows"),
    "one cell": (lambda: b"Month,N\nApr-24," + b"a" * 200_000, "131,072 letters"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_sentence(name):
    make, word = BOMBS[name]
    before = csv.field_size_limit(10_000_000)  # as another library may leave it
    try:
        assert word in complaint(make())
    finally:
        csv.field_size_limit(before)


def test_a_formula_whose_result_is_an_empty_text_leaves_a_gap():
    rows = [
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c>%s</row>' % (n, n, day, cell)
        for n, day, cell in (
            (2, b"Apr-24", b'<c r="B2"><f>1+1</f><v>2</v></c>'),
            (3, b"May-24", b'<c r="B3" t="str"><f>IF(B2&gt;1,"","x")</f><v></v></c>'),
        )
    ]
    upload = read("x.xlsx", repacked({SHEET: sheet(held(b"Month", b"N") + b"".join(rows))}))
    assert not upload.troubles
    assert series(upload, value="N").missing == (pd.Timestamp("2024-05-01"),)


@pytest.mark.parametrize("text", [b"a" * 250_000, b"1 " * 120_000, b"a." * 120_000, b"9" * 250_000])
def test_a_long_cell_or_heading_is_read_in_pieces(text):
    def upload(*rows):
        return read("x.xlsx", repacked({SHEET: sheet(b"".join(rows))}))

    as_cell = upload(
        held(b"Month", b"N", b"Note"), held(b"Apr-24", b"3", text), held(b"May-24", b"4", b"x")
    )
    as_heading = upload(held(b"Month", text), held(b"Apr-24", b"3"), held(b"May-24", b"4"))
    assert max(as_cell.frame["Note"].map(len)) <= 500
    assert len(as_heading.frame.columns[1]) <= 120
    # What names a person is found behind any number of letters.
    note = b"b" * 700 + b" seen with 943 476 5919 " + b"c" * 700
    with pytest.raises(IdentifierError):
        upload(held(b"Month", b"N", b"Note"), held(b"Apr-24", b"3", note))


def test_when_the_time_is_over_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr("toolkit.upload.limits.SECONDS", -1.0)
    for content in (GOOD, lines("Month,N", "Apr-24,1", "May-24,2")):
        assert "takes too long to read" in complaint(content)
