"""Published and local layouts, with invented figures: read right, or refused with a true sentence.

The *shapes* are those of tables that NHS England, Public Health Scotland, StatsWales, the Office
for National Statistics, NHS Digital, the Business Services Authority, Northern Ireland and local
systems hand out, as far as we know them. No figure in this file was published by anybody.

One row is one shape: its name, its rows (parted by `` / ``), what comes of it, and what a learner
chooses. What comes of it is the first day and the values (``.`` is a gap), or ``!`` and words of
the message.
"""

from __future__ import annotations

import calendar
import datetime
import io
from typing import NamedTuple

import openpyxl
import pytest

from toolkit.lessons.l13_your_dialect.labs.setting import START, first_setting, mended
from toolkit.lessons.l13_your_dialect.labs.table import understood
from toolkit.upload import UploadError, read


class Shape(NamedTuple):
    name: str
    content: bytes
    comes: str
    choices: dict
    file: str


def c(name: str, rows: str, comes: str, encoding: str = "utf-8", line: str = "\n", **choices: str):
    """Return the shape of a CSV file."""
    text = line.join(row.strip(" ") for row in rows.split(" / "))
    return Shape(name, text.encode(encoding), comes, choices, "table.csv")


def typed(cell: str):
    """Return a cell as Excel would hold it."""
    if cell == "":
        return None
    try:
        return datetime.datetime.fromisoformat(cell) if cell.count("-") == 2 else float(cell)
    except ValueError:
        return cell


def x(
    name: str, rows: str, comes: str, do=None, more: dict[str, str] | None = None, **choices: str
):
    """Return the shape of a workbook; ``do`` changes it, ``more`` holds further sheets."""
    book = openpyxl.Workbook()
    for title, text in {"Sheet": rows, **(more or {})}.items():
        page = book[title] if title in book else book.create_sheet(title)
        for row in text.split(" / "):
            page.append([typed(cell.strip()) for cell in row.split("|")])
    if do:
        do(book)
    file = io.BytesIO()
    book.save(file)
    return Shape(name, file.getvalue(), comes, choices, "table.xlsx")


def hide_rows(*rows: int):
    return lambda book: [book.active.row_dimensions.__getitem__(n).__setattr__("hidden", True)
                         for n in rows]  # fmt: skip


def hide_columns(*letters: str):
    return lambda book: [book.active.column_dimensions.__getitem__(n).__setattr__("hidden", True)
                         for n in letters]  # fmt: skip


def hide_sheet(book: openpyxl.Workbook) -> None:
    book["Sheet"].sheet_state = "hidden"


def merged(*areas: str):
    return lambda book: [book.active.merge_cells(area) for area in areas]


def formatted(form: str, column: str = "B"):
    def do(book):
        for cell in book.active[column][1:]:
            cell.number_format = form

    return do


def mac(book: openpyxl.Workbook) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


def both(*steps):
    return lambda book: [step(book) for step in steps]


MSIT = "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,Attendances over 4hrs Type 1"
RTT = "Period,Provider Org Code,Provider Org Name,RTT Part Description,Treatment Function Name,Total All"
MSITS = (
    f"{MSIT} / MSitAE-APRIL-2024,RXA,NHS ENGLAND NORTH,ASH TRUST,100,20 / "
    "MSitAE-APRIL-2024,RXB,NHS ENGLAND SOUTH,ELM TRUST,50,10 / MSitAE-APRIL-2024,-,TOTAL,TOTAL,150,30 / "
    "MSitAE-MAY-2024,RXA,NHS ENGLAND NORTH,ASH TRUST,110,21 / "
    "MSitAE-MAY-2024,RXB,NHS ENGLAND SOUTH,ELM TRUST,51,11 / MSitAE-MAY-2024,-,TOTAL,TOTAL,161,32"
)
PHS_AE = "WeekEndingDate,Country,HBT,TreatmentLocation,DepartmentType,NumberOfAttendancesEpisode"
ONS = ("Title,Vacancies: health / CDID,AB1C / Source dataset ID,XYZ / PreUnit, / Unit,Thousands / "
       "Release date,14-05-2024 / Next release,11 June 2024 / Important Notes, / ")  # fmt: skip
MONTHS = " / ".join(
    f"{y} {m},{y - 2020}.{n % 10}"
    for y in (2022, 2023, 2024)
    for n, m in enumerate(map(str.upper, calendar.month_abbr[1:]))
)
MONTHLY = " ".join(row.split(",")[1] for row in MONTHS.split(" / "))
QUARTERLY = " / ".join(f"{y} Q{q},{y - 2000}.{q}" for y in range(2018, 2025) for q in (1, 2, 3, 4))
WIDE = "Org Code,Org Name,Apr-24,May-24,Jun-24 / RXA,Ash,3,4,5 / RXB,Elm,6,7,8"

SHAPES = [
    # ---- NHS England
    c("A&E monthly, the months joined", MSITS, "!More than one row"),
    c("A&E monthly, added up, without its totals", MSITS, "2024-04-01 150 161", many="sum"),
    c("A&E monthly, one trust", MSITS, "2024-04-01 100 110",
      many="only RXA · NHS ENGLAND NORTH · ASH TRUST"),
    c("A&E monthly, the total row itself", MSITS, "2024-04-01 150 161", many="only - · TOTAL · TOTAL"),
    c("A&E monthly, TOTAL as the period",
      f"{MSIT} / MSitAE-MAY-2024,RXA,N,ASH,100,20 / MSitAE-MAY-2024,RXB,S,ELM,50,10 / TOTAL,,,,150,30",
      "2024-05-01 150", many="sum"),
    c("A&E monthly, a share of attendances", MSITS, "2024-04-01 20 19.8757763975",
      kind="share", value="Attendances over 4hrs Type 1", of="A&E attendances Type 1", many="sum"),
    x("A&E time series workbook", "|Title:|A&E attendances / |Source:|SDCS data / "
      "|Period|Type 1|Type 2|Total attendances / |2024-04-01|100|10|110 / |2024-05-01|120|12|132 / "
      "|2024-06-01|90|9|99 / |Notes: / |1. Figures are provisional", "2024-04-01 100 120 90"),
    x("A&E time series, groups of headings over two rows",
      "|A&E attendances||4-hour performance| / Period|Type 1|Type 2|Type 1|Type 2 / "
      "2024-04-01|100|10|0.75|0.9 / 2024-05-01|120|12|0.72|0.91", "2024-04-01 100 120",
      do=merged("B1:C1", "D1:E1")),
    x("A&E time series, shares as fractions with a format", "Period|Percentage in 4 hours / "
      "2024-04-01|0.745 / 2024-05-01|0.728", "2024-04-01 74.5 72.8", do=formatted("0.0%")),
    c("RTT, one month", f"{RTT} / RTT-April-2024,RXA,Ash,Part_2,Urology,30 / "
      "RTT-April-2024,RXA,Ash,Part_2,ENT,40 / RTT-April-2024,RXA,Ash,Part_2,Total,70",
      "!More than one row"),
    c("RTT, several months, the total of the specialties",
      f"{RTT} / RTT-April-2024,RXA,Ash,Part_2,Urology,30 / RTT-April-2024,RXA,Ash,Part_2,ENT,40 / "
      "RTT-April-2024,RXA,Ash,Part_2,Total,70 / RTT-May-2024,RXA,Ash,Part_2,Urology,31 / "
      "RTT-May-2024,RXA,Ash,Part_2,ENT,41 / RTT-May-2024,RXA,Ash,Part_2,Total,72",
      "2024-04-01 70 72", many="sum"),
    x("RTT overview time series", "|Referral to treatment / ||| / Year|Month|Total waiting (mil)|% within 18 weeks / "
      "2023/24|Feb|7.54|0.571 / 2023/24|Mar|7.54|0.575 / 2024/25|Apr|7.57|0.581",
      "2024-02-01 57.1 57.5 58.1", value="% within 18 weeks", kind="percent"),
    x("KH03 beds, the year and the last month of the quarter",
      "Year|Period End|Org Name|Total|General & Acute / 2023/24|December|England|100|90 / "
      "2023/24|March|England|110|95 / 2024/25|June|England|105|93", "2023-10-01 100 110 105"),
    x("KH03 beds, England over the trusts with an empty row between",
      "Year|Period|Org Code|Org Name|Total / 2024-25|Q1||England|300 / || / 2024-25|Q1|RXA|Ash|100 / "
      "2024-25|Q1|RXB|Elm|200 / 2024-25|Q2||England|310 / 2024-25|Q2|RXA|Ash|110 / "
      "2024-25|Q2|RXB|Elm|200", "2024-04-01 300 310", many="sum"),
    c("Cancer waits, the month in words",
      "Month,Standard,Total Treated,Within Standard / Apr 2024,28 day,200,150 / May 2024,28 day,210,160",
      "2024-04-01 75 76.1904761905", kind="share", value="Within Standard", of="Total Treated"),
    c("Cancer waits, standards below one another",
      "PERIOD,STANDARD,PERFORMANCE / 01/04/2024,28-day FDS,76.1% / 01/04/2024,62-day,66.2% / "
      "01/05/2024,28-day FDS,75.9% / 01/05/2024,62-day,65.4%", "2024-04-01 66.2 65.4", many="only 62-day"),
    c("Ambulance AQI, minutes and seconds",
      "Month,C1 mean response time (min:sec) / Apr-24,8:20 / May-24,8:32 / Jun-24,8:14",
      "2024-04-01 8.33333333333 8.53333333333 8.23333333333"),
    c("Ambulance AQI, whole clock times",
      "Month,C2 mean response / Apr-24,00:30:12 / May-24,00:32:00", "2024-04-01 30.2 32"),
    c("Ambulance AQI, seconds in one column", "Month,C1 mean (seconds) / Apr-24,500 / May-24,512",
      "2024-04-01 500 512"),
    x("Ambulance AQI workbook, Excel's times typed as h:mm", "Month|Mean (min:sec) / 2024-04-01|T8:20 / "
      "2024-05-01|T8:32", "2024-04-01 8.33333333333 8.53333333333", do=lambda book: [
          setattr(book.active["B2"], "value", datetime.time(8, 20)),
          setattr(book.active["B3"], "value", datetime.time(8, 32))]),
    c("DM01 diagnostics", "Period,Provider Org Code,Diagnostic Tests,Total WL,Six weeks or more / "
      "DM01-APRIL-2024,RXA,MRI,100,20 / DM01-APRIL-2024,RXA,CT,50,5 / DM01-APRIL-2024,RXA,TOTAL,150,25 / "
      "DM01-MAY-2024,RXA,MRI,110,22 / DM01-MAY-2024,RXA,CT,51,6 / DM01-MAY-2024,RXA,TOTAL,161,28",
      "2024-04-01 150 161", many="sum"),
    x("Discharge SitRep, days from left to right",
      "Region|Org Code|Org Name|2024-04-01|2024-04-02|2024-04-03 / London|RXA|Ash|3|4|5 / "
      "North|RXB|Elm|6|7|8", "2024-04-01 6 7 8", value="North · RXB · Elm"),
    x("Discharge SitRep, the months over the days", "Org Name|2024-04-01|2024-04-02|2024-04-03|Total / "
      "Ash|3|4|5|12", "2024-04-01 3 4 5"),
    c("Mental health monthly, MHSDS", "REPORTING_PERIOD_START,REPORTING_PERIOD_END,STATUS,BREAKDOWN,"
      "PRIMARY_LEVEL,MEASURE_ID,MEASURE_NAME,MEASURE_VALUE / 01/04/2024,30/04/2024,Final,England,England,"
      "MHS01,People in contact,100 / 01/05/2024,31/05/2024,Final,England,England,MHS01,People in contact,*",
      "2024-04-01 100 ."),
    c("Mental health monthly, two measures", "REPORTING_PERIOD_START,MEASURE_ID,MEASURE_VALUE / "
      "01/04/2024,MHS01,100 / 01/04/2024,MHS07,20 / 01/05/2024,MHS01,101 / 01/05/2024,MHS07,21",
      "2024-04-01 20 21", many="only MHS07"),
    c("GP appointments, the day joined", "Appointment_Date,SUB_ICB_LOCATION_CODE,COUNT_OF_APPOINTMENTS / "
      "01APR2024,00L,10 / 02APR2024,00L,12 / 03APR2024,00L,9", "2024-04-01 10 12 9"),
    c("GP appointments, the month joined", "Appointment_Month,HCP_TYPE,APPT_STATUS,COUNT_OF_APPOINTMENTS / "
      "APR2024,GP,Attended,10 / APR2024,GP,DNA,2 / MAY2024,GP,Attended,11 / MAY2024,GP,DNA,1",
      "2024-04-01 12 12", many="sum"),
    c("Maternity services monthly", "ReportingPeriodStartDate,ReportingPeriodEndDate,Dimension,Org_Level,"
      "Org_Code,Measure,Final_value / 01/04/2024,30/04/2024,Births,Provider,RXA,Total,15 / "
      "01/05/2024,31/05/2024,Births,Provider,RXA,Total,20", "2024-04-01 15 20"),
    c("Cancelled operations, Q1 of a financial year", "Year,Quarter,Cancelled / 2023-24,Q4,30 / "
      "2024-25,Q1,31 / 2024-25,Q2,29", "2024-01-01 30 31 29"),
    c("Mixed-sex breaches, month ending", "Month ending,Breaches / 30/04/2024,4 / 31/05/2024,7",
      "2024-04-01 4 7"),
    c("Friends and family test", "Month,Total responses,Percentage positive / Apr-24,100,94% / "
      "May-24,120,95%", "2024-04-01 94 95"),
    c("Winter daily situation report", "Date,G&A occupied,G&A open / 01-Dec-24,95,100 / 02-Dec-24,96,100",
      "2024-12-01 95 96", kind="share", value="G&A occupied", of="G&A open"),
    c("Safe staffing", "Month,Ward name,Day - registered - fill rate / Apr-24,Ash,96.5% / Apr-24,Elm,102.0% / "
      "May-24,Ash,97% / May-24,Elm,101%", "2024-04-01 96.5 97", many="only Ash"),
    c("Staff absence, FTE days", "Date,Organisation,FTE Days Lost,FTE Days Available / "
      "2024-04-30,Ash,50.5,1000 / 2024-05-31,Ash,48.25,1000", "2024-04-01 50.5 48.25"),
    # ---- Public Health Scotland
    c("PHS A&E, week ending as one number", f"{PHS_AE} / 20240407,S92000003,S08000015,A101H,Type 1,300 / "
      "20240414,S92000003,S08000015,A101H,Type 1,310", "2024-04-01 300 310"),
    c("PHS A&E monthly with qualifier columns", "Month,HBT,NumberOfAttendancesAll,NumberOfAttendancesAllQF / "
      "202403,S08000015,300, / 202404,S08000015,,: / 202405,S08000015,320,", "2024-03-01 300 . 320"),
    c("PHS, MonthEnding", "MonthEnding,HB,Waiting / 20240331,S08000015,30 / 20240430,S08000015,31",
      "2024-03-01 30 31"),
    c("PHS, the boards and Scotland", "MonthEnding,HBT,Waiting / 20240331,S08000015,30 / "
      "20240331,S08000016,10 / 20240331,S92000003,40 / 20240430,S08000015,31 / 20240430,S08000016,12 / "
      "20240430,S92000003,43 / 20240531,S08000015,35 / 20240531,S08000016,15 / 20240531,S92000003,50",
      "2024-03-01 40 43 50", many="sum"),
    c("PHS, a calendar quarter", "Quarter,HB,Stays / 2024Q1,S08000015,30 / 2024Q2,S08000015,31",
      "!Q1 can begin in January or in April"),
    c("PHS, a calendar quarter that is told", "Quarter,HB,Stays / 2024Q1,S08000015,30 / 2024Q2,S08000015,31",
      "2024-01-01 30 31", order="calendar"),
    c("ISD, quarter ending", "Quarter ending,Number / 30-Jun-24,30 / 30-Sep-24,31 / 31-Dec-24,29",
      "2024-04-01 30 31 29"),
    c("ISD, financial years", "FinancialYear,HBR,Stays / 2021/22,S08000015,30 / 2022/23,S08000015,31 / "
      "2023/24,S08000015,29", "2021-04-01 30 31 29"),
    c("PHS, hidden by c and shown by a qualifier", "Month,Cases,CasesQF / 202403,12, / 202404,c,c / 202405,9,",
      "2024-03-01 12 . 9"),
    c("PHS delayed discharges", "MonthOfDelay,HBT,AgeGroup,NumberOfDelayedBedDays / "
      "202403,S08000015,18plus,300 / 202404,S08000015,18plus,310", "2024-03-01 300 310"),
    c("PHS, weekly with names of boards", "WeekEnding,HBName,Cases / 07 April 2024,NHS Fife,3 / "
      "14 April 2024,NHS Fife,4", "2024-04-01 3 4"),
    # ---- Wales
    c("StatsWales, months across with marks", ",,Mar-24,Apr-24,May-24 / Wales,All,10 (r),11,12 (p)",
      "2024-03-01 10 11 12"),
    c("StatsWales, title and notes", "Referral to treatment / ,Mar-24,Apr-24,May-24 / Cardiff,1,2,3 / "
      "Powys,4,5,6 / Notes: / Data for one board were late", "2024-03-01 4 5 6", value="Powys"),
    c("StatsWales3, one row a figure", "Data values,Date,Area,Data description,Notes / 10,Mar-24,Wales,Waits, / "
      "11,Apr-24,Wales,Waits,Provisional / 12,May-24,Wales,Waits,Provisional", "2024-03-01 10 11 12"),
    c("StatsWales, codes of the year and month", "Date_Code,Area_ItemName_ENG,Data / 202403,Wales,10 / "
      "202404,Wales,11", "2024-03-01 10 11"),
    c("StatsWales, a full stop for not applicable", "Date,Data / Mar-24,10 / Apr-24,. / May-24,..",
      "2024-03-01 10 . ."),
    c("Welsh month names", "Mis,Number / Ionawr 2024,3 / Chwefror 2024,4 / Mawrth 2024,5",
      "2024-01-01 3 4 5"),
    c("Wales, quarters by their months", "Quarter,Number / Apr-Jun 2024,3 / Jul-Sep 2024,4", "2024-04-01 3 4"),
    # ---- Office for National Statistics
    c("ONS series, months", f"{ONS}{MONTHS}", f"2022-01-01 {MONTHLY}"),
    c("ONS series, years, quarters and months", f"{ONS}2022,3 / 2023,3.5 / 2024,3.5 / {QUARTERLY} / {MONTHS}",
      f"2022-01-01 {MONTHLY}"),
    c("ONS series, its years", f"{ONS}2022,3 / 2023,3.5 / 2024,3.5 / {QUARTERLY} / {MONTHS}",
      "2022-01-01 3 3.5 3.5", every="year"),
    c("ONS series, quarters only", f"{ONS}{QUARTERLY}", "!Q1 can begin in January or in April"),
    c("ONS deaths by week", "Week ending,Deaths registered / 05-Jan-24,200 / 12-Jan-24,210",
      "2023-12-30 200 210"),
    c("ONS, [x] for not available", "Month,Rate / Jan 2024,3.5 / Feb 2024,[x] / Mar 2024,3.7",
      "2024-01-01 3.5 . 3.7"),
    c("ONS, year by year", "Year,Deaths / 2021,500 / 2022,510 / 2023,505", "2021-01-01 500 510 505"),
    # ---- NHS Digital, NHSBSA
    c("Hidden by a star", "Month,Items / Apr-24,12 / May-24,* / Jun-24,14", "2024-04-01 12 . 14"),
    c("Hidden by [c]", "Month,Items / Apr-24,12 / May-24,[c] / Jun-24,14", "2024-04-01 12 . 14"),
    c("Hidden by a hash", "Month,Items / Apr-24,12 / May-24,# / Jun-24,14", "2024-04-01 12 . 14"),
    c("Hidden by 1-4", "Month,Items / Apr-24,12 / May-24,1-4 / Jun-24,14", "2024-04-01 12 . 14"),
    c("Hidden by 1 to 7", "Month,Items / Apr-24,12 / May-24,1 to 7 / Jun-24,14", "2024-04-01 12 . 14"),
    c("Hidden by 5 or fewer", "Month,Items / Apr-24,12 / May-24,5 or fewer / Jun-24,14", "2024-04-01 12 . 14"),
    c("Hidden by less than five, with a dash", "Month,Items / Apr-24,12 / May-24,≤4 / Jun-24,14",
      "2024-04-01 12 . 14"),
    c("Hidden by ~", "Month,Items / Apr-24,12 / May-24,~ / Jun-24,14", "2024-04-01 12 . 14"),
    c("Not available by :", "Month,Items / Apr-24,12 / May-24,: / Jun-24,14", "2024-04-01 12 . 14"),
    c("Not applicable by [z]", "Month,Items / Apr-24,12 / May-24,[z] / Jun-24,14", "2024-04-01 12 . 14"),
    c("Low by [low]", "Month,Rate / Apr-24,1.2 / May-24,[low] / Jun-24,1.4", "2024-04-01 1.2 . 1.4"),
    c("A share above 95 %, hidden", "Month,Share / Apr-24,92% / May-24,>95% / Jun-24,91%", "2024-04-01 92 . 91"),
    c("NHSBSA, YEAR_MONTH", "YEAR_MONTH,BNF_NAME,ITEMS / 202404,Statins,100 / 202405,Statins,120",
      "2024-04-01 100 120"),
    c("NHSBSA, year and month in two columns", "YEAR,MONTH,ITEMS / 2024,APR,100 / 2024,MAY,120",
      "2024-04-01 100 120"),
    c("Revised and provisional figures", "Month,Items / Apr-24,12[r] / May-24,13 [p] / Jun-24,14*",
      "2024-04-01 12 13 14"),
    c("Notes by number", "Month,Items / Apr-24,12 / May-24,13 [note 1] / Jun-24,14", "2024-04-01 12 13 14"),
    # ---- Northern Ireland
    c("NI, quarter ending", "Quarter Ending,HSC Trust,Total waiting / 31/03/2024,Belfast,300 / "
      "30/06/2024,Belfast,310", "2024-01-01 300 310"),
    c("NI emergency care", "Month,HSC Trust,Dept,Under 4 Hours,Total / Apr 2024,Belfast,RVH,60,100 / "
      "May 2024,Belfast,RVH,55,110", "2024-04-01 60 50", kind="share", value="Under 4 Hours", of="Total"),
    # ---- local systems
    c("Datix list of incidents", "ID,Incident date,Ward,Category,Severity / W1,03/04/2024,Ash,Fall,Low / "
      "W2,03/04/2024,Elm,Fall,None / W3,17/04/2024,Ash,Ulcer,Low / W4,02/05/2024,Ash,Fall,Low",
      "2024-04-01 3 1", every="month"),
    c("Datix, date and time", "Incident date,Category / 03/04/2024 13:45,Fall / 03/04/2024 09:10,Fall / "
      "17/05/2024 23:59,Fall / 17/05/2024 07:00,Fall", "2024-04-01 2 2", every="month"),
    c("PAS extract, upright bars", "Month|Referrals|Seen / 04/2024|40|30 / 05/2024|42|35",
      "2024-04-01 40 42"),
    c("e-roster, weeks", "Week Commencing,Unit,Required Hours,Actual Hours / 01/04/2024,Ash,100,95 / "
      "08/04/2024,Ash,100,98", "2024-04-01 95 98"),
    c("Power BI, filters below", "Month,Falls / Apr-24,3 / May-24,4 / Jun-24,5 /  / "
      '"Applied filters:  Ward is Ash"', "2024-04-01 3 4 5"),
    c("Power BI, a total row", "Month,Falls / April 2024,3 / May 2024,4 / Total,7", "2024-04-01 3 4"),
    c("SurveyMonkey, two rows of headings", "Respondent ID,Start Date,How likely are you? / ,,Response / "
      "101,04/02/2024 10:00,9 / 102,04/20/2024 11:00,7 / 103,05/02/2024 09:00,8",
      "2024-04-01 8 8", every="month", kind="number", value="How likely are you?", many="mean"),
    c("SurveyMonkey with names", "Respondent ID,Start Date,First Name,Email Address / "
      "1,02/04/2024,Ann,a@b.org / 2,03/04/2024,Bo,b@c.org", "!refused, to protect the people"),
    c("Local audit, ticks counted", "Audit date,Hand hygiene observed,Opportunities / 05/04/2024,18,20 / "
      "03/05/2024,19,20", "2024-04-01 90 95", kind="share", value="Hand hygiene observed", of="Opportunities"),
    c("Local audit, n/20 in a cell", "Month,Compliant / Apr-24,18/20 / May-24,19/20 / Jun-24,17/20",
      "!There is nothing to count"),
    c("Safety cross", "Day,Apr-24,May-24,Jun-24 / Falls,3,4,5", "2024-04-01 3 4 5"),
    c("Board report with target and trend", "Measure,Target,Apr-24,May-24,Jun-24,YTD,Trend / "
      "Falls,5,3,4,5,12,up", "2024-04-01 3 4 5"),
    c("Board report, units beside the measures", "Measure,Unit,Apr-24,May-24,Jun-24 / 4 hours,%,80%,81%,82% / "
      "Falls,n,3,4,5", "2024-04-01 3 4 5", value="Falls (n)", kind="count"),
    c("Scorecard without a year", "Measure,Apr,May,Jun,Jul / Falls,3,4,5,6", "!months have no year"),
    c("Scorecard, the year over the months", ",2024,,,2025 / Measure,Oct,Nov,Dec,Jan / Falls,3,4,5,6",
      "2024-10-01 3 4 5 6"),
    c("Scorecard, the financial year over the months", ",2023/24,,2024/25, / Measure,Feb,Mar,Apr,May / "
      "Falls,3,4,5,6", "2024-02-01 3 4 5 6"),
    c("Years as titles between months", "Month,Falls / 2023/24, / Feb,3 / Mar,4 / 2024/25, / Apr,5 / May,6",
      "2024-02-01 3 4 5 6"),
    # ---- dates
    c("dd/mm/yyyy", "Date,N / 13/04/2024,1 / 13/05/2024,2", "2024-04-01 1 2"),
    c("dd.mm.yy", "Date,N / 13.04.24,1 / 13.05.24,2", "2024-04-01 1 2"),
    c("American dates, one order possible", "Date,N / 04/13/2024,1 / 05/13/2024,2", "2024-04-01 1 2"),
    c("Two orders mixed", "Date,N / 13/04/2024,1 / 04/15/2024,2 / 01/06/2024,3", "!Dates are mixed"),
    c("ISO dates with a zone", "Date,N / 2024-04-01T00:00:00Z,1 / 2024-05-01T00:00:00Z,2", "2024-04-01 1 2"),
    c("ISO weeks", "Week,N / 2024-W14,1 / 2024-W15,2", "2024-04-01 1 2"),
    c("Week numbers", "Week,N / Week 1,1 / Week 2,2", "!a week without its year"),
    c("w/c", "Week,N / w/c 01/04/2024,1 / w/c 08/04/2024,2", "2024-04-01 1 2"),
    c("WC in the heading", "W/C,N / 01/04/2024,1 / 08/04/2024,2", "2024-04-01 1 2"),
    c("Week ending Sunday", "Week ending,N / 07/04/2024,1 / 14/04/2024,2", "2024-04-01 1 2"),
    c("WeekEnding in one word", "WeekEnding,N / 07/04/2024,1 / 14/04/2024,2", "2024-04-01 1 2"),
    c("Weeks by both ends", "Week,N / 01/04/2024 to 07/04/2024,1 / 08/04/2024 to 14/04/2024,2",
      "2024-04-01 1 2"),
    c("Apr-24 with a dash U+2011", "Month,N / Apr\u201124,1 / May\u201124,2", "2024-04-01 1 2"),
    c("Apr-24 with a dash U+2010", "Month,N / Apr\u201024,1 / May\u201024,2", "2024-04-01 1 2"),
    c("Apr-24 with an en dash", "Month,N / Apr–24,1 / May–24,2", "2024-04-01 1 2"),
    c("Apr '24", "Month,N / Apr '24,1 / May '24,2", "2024-04-01 1 2"),
    c("Month and year joined by a low line", "Month,N / Apr_2024,1 / May_2024,2", "2024-04-01 1 2"),
    c("2024M04", "Month,N / 2024M04,1 / 2024M05,2", "2024-04-01 1 2"),
    c("Financial months", "Period,N / 2024/25 M1,1 / 2024/25 M2,2", "2024-04-01 1 2"),
    c("Financial quarters", "Quarter,N / 2024-25 Q1,1 / 2024-25 Q2,2", "2024-04-01 1 2"),
    c("Q1 2024/25", "Quarter,N / Q1 2024/25,1 / Q2 2024/25,2", "2024-04-01 1 2"),
    c("Q1 24/25", "Quarter,N / Q1 24/25,1 / Q2 24/25,2", "2024-04-01 1 2"),
    c("Quarter 1 2024/25", "Quarter,N / Quarter 1 2024/25,1 / Quarter 2 2024/25,2", "2024-04-01 1 2"),
    c("Q1 2024, which is not certain", "Quarter,N / Q1 2024,1 / Q2 2024,2", "!2019/20 Q1"),
    c("Q1 2024 in April, as chosen", "Quarter,N / Q1 2024,1 / Q2 2024,2", "2024-04-01 1 2", order="financial"),
    c("April 2024/25", "Month,N / April 2024/25,1 / May 2024/25,2", "2024-04-01 1 2"),
    c("Financial years", "Year,N / 2022/23,1 / 2023/24,2 / 2024/25,3", "2022-04-01 1 2 3"),
    c("Financial years in full", "Year,N / 2022-2023,1 / 2023-2024,2 / 2024-2025,3", "2022-04-01 1 2 3"),
    c("Every second week", "Date,N / 01/01/2024,1 / 15/01/2024,2 / 29/01/2024,3 / 12/02/2024,4",
      "2024-01-01 1 2 3 4"),
    c("Every four weeks", "Date,N / 01/01/2024,1 / 29/01/2024,2 / 26/02/2024,3 / 25/03/2024,4 / 22/04/2024,5",
      "2024-01-01 1 2 3 4 5", every="date"),
    c("Every second month", "Month,N / Jan-24,1 / Mar-24,2 / May-24,3 / Jul-24,4", "2024-01-01 1 2 3 4"),
    c("Dates at no even distance", "Date,N / 01/01/2024,1 / 09/01/2024,2 / 20/01/2024,3",
      "!not evenly spaced", every="date"),
    c("Excel's numbers of days", "Date,N / 45383,1 / 45413,2", "2024-04-01 1 2"),
    x("Excel's dates", "Month|N / 2024-04-01|1 / 2024-05-01|2", "2024-04-01 1 2"),
    x("Excel's numbers of days, from 1904", "Date|N / 43921|1 / 43951|2", "2024-04-01 1 2", do=mac),
    x("Excel's dates, from 1904", "Date|N / 2024-04-01|1 / 2024-05-01|2", "2024-04-01 1 2", do=mac),
    c("Dates from long ago", "Month,Deaths / 1854-04-01,12 / 1854-05-01,9", "1854-04-01 12 9"),
    c("Not in the order of time", "Month,N / Jun-24,3 / Apr-24,1 / May-24,2", "2024-04-01 1 2 3"),
    c("A month is missing", "Month,N / Apr-24,1 / Jun-24,3 / Jul-24,4", "2024-04-01 1 . 3 4"),
    c("A month twice", "Month,N / Apr-24,1 / Apr-24,3 / May-24,4", "!rows 2 and 3 for April 2024"),
    c("No year at all", "Month,N / Apr,1 / May,2 / Jun,3", "!no year"),
    c("31 April", "Date,N / 31/04/2024,1 / 01/05/2024,2 / 01/06/2024,3", "!'31/04/2024' (row 2)"),
    # ---- figures
    c("Percent signs", "Month,Share / Apr-24,85% / May-24,86 %", "2024-04-01 85 86"),
    c("Percentages without a sign", "Month,Share % / Apr-24,85 / May-24,86.5", "2024-04-01 85 86.5"),
    c("Fractions under a heading with %", "Month,% seen / Apr-24,0.85 / May-24,0.865", "2024-04-01 85 86.5"),
    c("Fractions, said to be less than 1 %", "Month,% seen / Apr-24,0.85 / May-24,0.865",
      "2024-04-01 0.85 0.865", way="per cent"),
    c("Small percentages, not certain", "Month,% infected / Apr-24,0.05 / May-24,0.08",
      "!can mean two things"),
    c("Two ways in one column", "Month,% seen / Apr-24,0.85 / May-24,86 / Jun-24,0.9 / Jul-24,91",
      "!in two ways"),
    c("A sign on some only", "Month,Share / Apr-24,85% / May-24,0.86", "!in two ways"),
    c("Per cent as a word", "Month,Share / Apr-24,85 per cent / May-24,86 percent", "2024-04-01 85 86"),
    c("Occupancy above 100 %", "Month,Occupancy / Apr-24,98% / May-24,104%", "2024-04-01 98 104"),
    c("Thousands by a comma", 'Month,N / Apr-24,"1,234" / May-24,"1,300"', "2024-04-01 1234 1300"),
    c("Thousands by a blank", "Month,N / Apr-24,1 234 / May-24,1 300", "2024-04-01 1234 1300"),
    c("Thousands by a narrow blank", "Month,N / Apr-24,1\u202f234 / May-24,1\u2009300", "2024-04-01 1234 1300"),
    c("Thousands by a point, with decimals", "Month;N / Apr-24;1.234,5 / May-24;1.300,0",
      "2024-04-01 1234.5 1300"),
    c("Thousands by a point only", "Month;N / Apr-24;1.234 / May-24;987", "!may mark thousands or decimals"),
    c("Thousands by a point only, as chosen", "Month;N / Apr-24;1.234 / May-24;987", "2024-04-01 1234 987",
      way="thousands"),
    c("Three decimals, as chosen", "Month;N / Apr-24;1.234 / May-24;2.5 / Jun-24;3.125", "2024-04-01 1.234 2.5 3.125"),
    c("A decimal comma", "Month;N / Apr-24;12,5 / May-24;13,25", "2024-04-01 12.5 13.25"),
    c("A decimal comma after nought", "Month;N / Apr-24;0,500 / May-24;0,625", "2024-04-01 0.5 0.625"),
    c("Both marks in two ways", "Month;N / Apr-24;1,5 / May-24;1.5", "!mean different things"),
    c("A comma that tears the row", "Month,N / Apr-24,1,234 / May-24,1,300", "!more cells than there are headings"),
    c("Pounds", "Month;Cost (£) / Apr-24;£1,234.50 / May-24;£1,300.00", "2024-04-01 1234.5 1300"),
    c("Euros", "Month;Cost / Apr-24;€1.50 / May-24;€1.75", "2024-04-01 1.5 1.75"),
    c("A loss in brackets", "Month,Balance / Apr-24,(12) / May-24,5", "2024-04-01 -12 5"),
    c("A minus sign U+2212", "Month,Change / Apr-24,\u221212 / May-24,5", "2024-04-01 -12 5"),
    c("Full-width digits", "Month,N / Apr-24,１２ / May-24,１３", "2024-04-01 12 13"),
    c("n/a and blanks", "Month,N / Apr-24,12 / May-24,n/a / Jun-24, / Jul-24,9", "2024-04-01 12 . . 9"),
    c("A dash", "Month,N / Apr-24,12 / May-24,- / Jun-24,9", "2024-04-01 12 . 9"),
    c("A word among figures", "Month,N / Apr-24,12 / May-24,twelve / Jun-24,9", "!'twelve' (row 3)"),
    c("A word among figures, left out", "Month,N / Apr-24,12 / May-24,twelve / Jun-24,9",
      "2024-04-01 12 . 9", unreadable="leave out"),
    c("Excel's #REF!", "Month,N / Apr-24,12 / May-24,#REF! / Jun-24,9", "!Excel could not work"),
    c("Excel's #####", "Month,N / Apr-24,12 / May-24,##### / Jun-24,9", "!too narrow"),
    c("A formula as text", "Month,N / Apr-24,12 / May-24,=B2+1 / Jun-24,9", "!pasted as values"),
    c("A formula that would run a program", "Month,N / Apr-24,12 / May-24,=cmd|'/c calc'!A1 / Jun-24,9",
      "!pasted as values"),
    x("A date where 1-4 was typed", "Month|N / 2024-04-01|12 / 2024-05-01|2024-04-01 / 2024-06-01|9",
      "!Excel may have turned entries such as 1-4 into dates", value="N", kind="count"),
    c("Waits in days by the heading", "Month,Mean wait (days) / Apr-24,12.5 / May-24,13", "2024-04-01 12.5 13"),
    c("Waits with units", "Month,Wait / Apr-24,2 days / May-24,60 hours", "2024-04-01 2 2.5"),
    c("Waits in hours and minutes", "Month,Wait / Apr-24,2h 15m / May-24,1 hr 45 mins", "2024-04-01 2.25 1.75"),
    c("Clock times under minutes, not certain", "Month,Mean wait (minutes) / Apr-24,7:10 / May-24,8:05",
      "!stand under a heading in minutes"),
    c("Clock times as hours", "Month,Wait / Apr-24,1:30 / May-24,2:15", "2024-04-01 90 135"),
    c("Clock times as minutes, as chosen", "Month,Wait / Apr-24,1:30 / May-24,2:15", "2024-04-01 1.5 2.25",
      way="minutes"),
    c("A part and its whole", "Month,Seen,Referred / Apr-24,30,40 / May-24,20,40", "2024-04-01 75 50",
      kind="share", value="Seen", of="Referred"),
    c("A part above its whole", "Month,Seen,Referred / Apr-24,50,40 / May-24,20,40", "!larger than its whole",
      kind="share", value="Seen", of="Referred"),
    c("Shares of wards of unlike size", "Month,Ward,Seen,Referred / Apr-24,A,900,1000 / Apr-24,B,2,10 / "
      "May-24,A,910,1000 / May-24,B,2,10", "2024-04-01 89.3069306931 90.297029703",
      kind="share", value="Seen", of="Referred", many="mean"),
    c("Percentages cannot be added", "Month,Ward,Share / Apr-24,A,90% / Apr-24,B,20% / May-24,A,91% / "
      "May-24,B,21%", "!Percentages cannot be added up", many="sum"),
    c("A year to date, month by month", "Month,Falls (YTD) / Feb-24,50 / Mar-24,58 / Apr-24,5 / May-24,11",
      "2024-02-01 . 8 5 6", kind="running"),
    # ---- layout
    c("A title, an empty line", "Falls on Ash /  / Month,N / Apr-24,1 / May-24,2", "2024-04-01 1 2"),
    c("Remarks below", "Month,N / Apr-24,1 / May-24,2 / Source: Datix / Not all are in yet", "2024-04-01 1 2"),
    c("A remark with an address", "Month,N / Apr-24,1 / May-24,2 / Questions: audit@example.nhs.uk",
      "2024-04-01 1 2"),
    c("Headings once more at a page break", "Month,N / Apr-24,1 / May-24,2 / Month,N / Jun-24,3 / Jul-24,4",
      "2024-04-01 1 2 3 4"),
    c("Two tables with one heading", "Ward Ash / Month,N / Apr-22,1 / May-22,2 / Ward Elm / Month,N / "
      "Apr-24,5 / May-24,6", "!There are several tables, one below the other"),
    c("Two tables with one heading, one chosen", "Ward Ash / Month,N / Apr-22,1 / May-22,2 / Ward Elm / "
      "Month,N / Apr-24,5 / May-24,6", "2024-04-01 5 6", many="only Ward Elm"),
    c("Two tables that overlap, without titles", "Month,N / Apr-24,1 / May-24,2 / Month,N / Apr-24,5 / May-24,6",
      "!several tables"),
    c("Wards as titles between the rows", "Month,N / Ward Ash, / Apr-24,1 / May-24,2 / Ward Elm, / Apr-24,5 / "
      "May-24,6", "2024-04-01 5 6", many="only Ward Elm"),
    c("Two tables with other headings", "Month,Falls / Apr-24,1 / May-24,2 /  / Month,Sores / Apr-24,5 / "
      "May-24,6", "2024-04-01 1 2"),
    c("Two tables side by side", "Month,Falls,,Month,Sores / Apr-24,1,,Apr-24,5 / May-24,2,,May-24,6 / "
      "Jun-24,3,,Jun-24,7", "2024-04-01 1 2 3"),
    c("A total below", "Month,N / Apr-24,1 / May-24,2 / Total,3", "2024-04-01 1 2"),
    c("Totals of years between months", "Month,N / Feb-24,1 / Mar-24,2 / Total 2023/24,3 / Apr-24,4 / May-24,5",
      "2024-02-01 1 2 4 5"),
    c("A category that begins with Total", "Procedure,Month,N / Total knee,Apr-24,30 / Total hip,Apr-24,25 / "
      "Carpal,Apr-24,50 / Total knee,May-24,31 / Total hip,May-24,26 / Carpal,May-24,51",
      "2024-04-01 105 108", many="sum"),
    c("A category that begins with Average", "Band,Month,N / Average risk,Apr-24,30 / High risk,Apr-24,5 / "
      "Low risk,Apr-24,50 / Average risk,May-24,31 / High risk,May-24,6 / Low risk,May-24,51",
      "2024-04-01 85 88", many="sum"),
    c("Mean of the wards", "Ward,Month,Share / A,Apr-24,80% / B,Apr-24,90% / Mean,Apr-24,85% / A,May-24,82% / "
      "B,May-24,92% / Mean,May-24,87%", "2024-04-01 85 87", many="mean"),
    c("England over trusts, put back", "Month,Org,N / Apr-24,A,9 / Apr-24,B,7 / Apr-24,England,16 / "
      "May-24,A,8 / May-24,B,6 / May-24,England,14", "2024-04-01 32 28", many="sum", back="totals"),
    c("A column of totals", "Month,Ash,Elm,Total / Apr-24,1,5,6 / May-24,2,6,8", "2024-04-01 6 8", value="Total"),
    c("Turned, with a total", "What,Apr-24,May-24,Jun-24,Total / Falls,3,4,5,12", "2024-04-01 3 4 5"),
    c("Turned, two wards", WIDE, "2024-04-01 6 7 8", value="RXB · Elm"),
    c("Months down, wards across", "Month,Ash,Elm / Apr-24,1,5 / May-24,2,6", "2024-04-01 5 6", value="Elm"),
    x("Months that are merged downwards", "Month|Ward|N / 2024-04-01|A|3 / |B|4 / 2024-05-01|A|5 / |B|6",
      "2024-04-01 7 11", do=merged("A2:A3", "A4:A5"), many="sum"),
    c("Months below one another, not repeated", "Month,Ward,N / Apr-24,A,3 / ,B,4 / May-24,A,5 / ,B,6",
      "!Many rows have no date", many="sum"),
    x("A row that Excel hides", "Month|N / 2024-04-01|1 / 2024-05-01|99 / 2024-06-01|3", "2024-04-01 1 . 3",
      do=hide_rows(3)),
    x("A row that Excel hides, put back", "Month|N / 2024-04-01|1 / 2024-05-01|99 / 2024-06-01|3",
      "2024-04-01 1 99 3", do=hide_rows(3), back="hidden rows"),
    x("A column that Excel hides", "Month|Old|New / 2024-04-01|9|1 / 2024-05-01|9|2", "2024-04-01 1 2",
      do=hide_columns("B")),
    x("A sheet that Excel hides", "Month|N / 2021-04-01|9 / 2021-05-01|9", "2024-04-01 1 2", do=hide_sheet,
      more={"Now": "Month|N / 2024-04-01|1 / 2024-05-01|2"}),
    x("A sheet of notes first", "About this file / Made by the team", "2024-04-01 1 2",
      more={"Data": "Month|N / 2024-04-01|1 / 2024-05-01|2"}),
    x("People on a hidden sheet", "Date|NHS number / 2024-04-01|943 476 5919", "!refused, to protect",
      do=hide_sheet, more={"Now": "Month|N / 2024-04-01|1 / 2024-05-01|2"}),
    x("People in a hidden column", "Month|NHS number|N / 2024-04-01|943 476 5919|1 / 2024-05-01|943 476 5919|2",
      "!refused, to protect", do=hide_columns("B")),
    # ---- files
    c("UTF-8 with a mark", "Month,N / Apr-24,1 / May-24,2", "2024-04-01 1 2", encoding="utf-8-sig"),
    c("UTF-16", "Month,N / Apr-24,1 / May-24,2", "2024-04-01 1 2", encoding="utf-16"),
    c("UTF-16 without a mark", "Month,N / Apr-24,1 / May-24,2", "2024-04-01 1 2", encoding="utf-16-le"),
    c("Windows-1252", "Month,Cost (£) – all / Apr-24,£1 / May-24,£2", "2024-04-01 1 2", encoding="cp1252"),
    Shape("Two encodings in one file", "Month,Cost (£)\nApr-24,£1\n".encode() + b"May-24,\xa32\n",
          "!mixes two encodings", {}, "table.csv"),
    c("Tabs", "Month\tN / Apr-24\t1 / May-24\t2", "2024-04-01 1 2"),
    c("Semicolons", "Month;N / Apr-24;1 / May-24;2", "2024-04-01 1 2"),
    c("sep=; in the first line", "sep=; / Month;N / Apr-24;1 / May-24;2", "2024-04-01 1 2"),
    c("Old Mac ends of lines", "Month,N / Apr-24,1 / May-24,2", "2024-04-01 1 2", line="\r"),
    c("A line end inside a heading", '"Month\nof report",N / Apr-24,1 / May-24,2', "2024-04-01 1 2"),
    c("A quotation mark without its pair", 'Month,N,Note / Apr-24,1,"busy / May-24,2,fine', "!where the cells of"),
    c("Every cell in quotes", '"Month","N" / "Apr-24","1" / "May-24","2"', "2024-04-01 1 2"),
    c("Empty columns at the end", "Month,N,,, / Apr-24,1,,, / May-24,2,,,", "2024-04-01 1 2"),
    c("A web page called .xls", "<meta charset='utf-8'><table><tr><td>Apr-24</td></tr></table>", "!a web page"),
    c("A web page after a comment", "<!-- made by a report --> <html><table></table></html>", "!a web page"),
    c("A web archive", "MIME-Version: 1.0 / Content-Type: multipart/related", "!a web page saved as one file"),
    c("JSON", '[{"Month": "Apr-24", "N": 1}]', "!JSON"),
    Shape("An old .xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "!old Excel file (.xls)", {}, "table.xls"),
    Shape("A PDF", b"%PDF-1.7 and so on", "!a PDF", {}, "table.pdf"),
    c("No dates at all", "Ward,N / Ash,1 / Elm,2", "!No column of dates"),
    c("Headings only", "Month,N", "!no data"),
    # ---- people, and what only looks like them
    c("Name of trusts", "Period,Name,N / Apr-24,North Vale NHS Trust,1 / May-24,North Vale NHS Trust,2",
      "2024-04-01 1 2"),
    c("Name of people", "Period,Name,N / Apr-24,Ann Testone,1 / May-24,Bo Testtwo,2", "!refused, to protect"),
    c("PatientName in one word", "Period,PatientName,N / Apr-24,Ann,1 / May-24,Bo,2", "!refused, to protect"),
    c("Weeks over 24 years", "Week ending,Deaths / " + " / ".join(
        f"{datetime.date(2000, 1, 7) + datetime.timedelta(weeks=n):%d/%m/%Y},{200 + n % 5}"
        for n in range(0, 1250)), "2000-01-01 " + " ".join(str(200 + n % 5) for n in range(1250))),
    c("Staff groups", "Month,Staff,Absence / Apr-24,Registered Nurse,4% / May-24,Registered Nurse,5%",
      "2024-04-01 4 5"),
    c("A unit by number", "Month,Unit number,N / Apr-24,3,1 / May-24,3,2", "2024-04-01 1 2", value="N"),
    # ---- siblings of what failed
    c("Owner is a team", "Month,Owner,N / Apr-24,Infection Control,1 / May-24,Infection Control,2", "2024-04-01 1 2"),
    c("A practice named after doctors", "Month,Practice,N / Apr-24,Dr Smith & Partners,1 / May-24,Dr Smith & Partners,2",
      "2024-04-01 1 2"),
    c("Limits of confidence", "Year,Rate,Lower CI,Upper CI / 2021,10.5,9,12 / 2022,11.5,10,13", "2021-01-01 10.5 11.5"),
    c("Mean of counts", "Month,Ward,N / Apr-24,A,10 / Apr-24,B,20 / Apr-24,C,30 / Apr-24,D,20 / Apr-24,Mean,20 / "
      "May-24,A,11 / May-24,B,20 / May-24,C,31 / May-24,D,18 / May-24,Mean,20", "2024-04-01 80 80", many="sum"),
    x("A patient's number in a hidden sheet of words", "Patient 943 476 5919 wrote", "!refused, to protect",
      do=hide_sheet, more={"Now": "Month|N / 2024-04-01|1 / 2024-05-01|2"}),
    c("A&E April 2024", "Period,N / A&E April 2024,1 / A&E May 2024,2","2024-04-01 1 2"),
    c("RTT-2024-04", "Period,N / RTT-2024-04,1 / RTT-2024-05,2","2024-04-01 1 2"),
    c("Numbers of incidents that look like months", "Incident,Date,N / INC-202401,01/04/2024,1 / INC-202402,01/05/2024,2","2024-04-01 1 2"),
    c("Q1 19, as chosen", "Quarter,N / Q1 19,1 / Q2 19,2","2019-01-01 1 2",order="calendar"),
    c("A category that begins with Mean", "What,Month,N / Mean arterial,Apr-24,3 / Other,Apr-24,4 / Mean arterial,May-24,3 / Other,May-24,4","2024-04-01 7 7",many="sum"),
    c("A category that begins with All", "What,Month,N / All cause,Apr-24,30 / Cancer,Apr-24,4 / Heart,Apr-24,5 / All cause,May-24,31 / Cancer,May-24,4 / Heart,May-24,6","2024-04-01 39 41",many="sum"),
    c("All, the sum of the others", "What,Month,N / All,Apr-24,9 / Cancer,Apr-24,4 / Heart,Apr-24,5 / All,May-24,10 / Cancer,May-24,4 / Heart,May-24,6","2024-04-01 9 10",many="sum"),
    c("England over its regions", "Level,Month,N / Region N,Apr-24,9 / Region S,Apr-24,5 / England,Apr-24,14 / Region N,May-24,9 / Region S,May-24,6 / England,May-24,15","2024-04-01 14 15",many="sum"),
    c("A sum of the others that no word names", "Ward,Month,N / A,Apr-24,9 / B,Apr-24,5 / Elmbridge,Apr-24,14 / A,May-24,9 / B,May-24,6 / Elmbridge,May-24,15 / A,Jun-24,8 / B,Jun-24,6 / Elmbridge,Jun-24,14","2024-04-01 14 15 14",many="sum"),
    c("A total of which a part is hidden", "Ward,Month,N / A,Apr-24,9 / B,Apr-24,* / Total,Apr-24,11 / A,May-24,9 / B,May-24,6 / Total,May-24,15","!More than one row"),
    c("mm:ss in the heading", "Month,Call answer (mm:ss) / Apr-24,1:10 / May-24,1:30","2024-04-01 1.16666666667 1.5"),
    c("h:mm in the heading", "Month,Mean wait (h:mm) / Apr-24,1:10 / May-24,1:30","2024-04-01 70 90"),
    c("Clock times under hours", "Month,Mean wait (hours) / Apr-24,1:30 / May-24,2:00","2024-04-01 1.5 2"),
    c("Clock times under seconds", "Month,Wait (seconds) / Apr-24,1:30 / May-24,2:00","!stand under a heading in seconds"),
    c("Fractions without nought", "Month,Percentage seen / Apr-24,.85 / May-24,.9","2024-04-01 85 90"),
    c("Percentages with a decimal comma", "Month;Share / Apr-24;85,5% / May-24;86,1 %","2024-04-01 85.5 86.1"),
    c("A change in per cent", "Month,Change % / Apr-24,-5% / May-24,3%","2024-04-01 -5 3"),
    c("Thousands by an apostrophe", "Month,N / Apr-24,1'234 / May-24,1'300","2024-04-01 1234 1300"),
    c("Blanks that do not break, in dates", "Month,N / Apr\u00a02024,1 / May\u20092024,2","2024-04-01 1 2"),
    c("A figure dash and a horizontal bar", "Month,N / Apr‒24,1 / May―24,2","2024-04-01 1 2"),
    c("Dates in full width", "Month,N / ２０２４-０４,1 / ２０２４-０５,2","2024-04-01 1 2"),
    c("Month end", "Month end,N / 30/04/2024,1 / 31/05/2024,2","2024-04-01 1 2"),
    c("Quarter ended", "Quarter ended,N / Jun-24,1 / Sep-24,2 / Dec-24,3","2024-04-01 1 2 3"),
    c("Year ending", "Year ending,N / Mar-22,1 / Mar-23,2 / Mar-24,3","2022-01-01 1 2 3"),
    c("The month as a number", "Year,Month,N / 2024,4,1 / 2024,5,2","2024-04-01 1 2"),
    c("A year and a number of the week", "Year,Week,N / 2024,14,1 / 2024,15,2","!More than one row for the same year"),
    c("Quarters from left to right", ",2023/24 Q1,2023/24 Q2,2023/24 Q3 / Falls,1,2,3","2023-04-01 1 2 3"),
    c("Years from left to right", "Measure,2019/20,2020/21,2021/22,2022/23 / Falls,1,2,3,4","2019-04-01 1 2 3 4"),
    c("Weeks from left to right", "Ward,w/c 01/04/24,w/c 08/04/24,w/c 15/04/24 / Ash,1,2,3","2024-04-01 1 2 3"),
    c("Days from left to right", "Ward,2024-04-01,2024-04-02,2024-04-03 / Ash,1,2,3","2024-04-01 1 2 3"),
    c("Months from left to right, and notes", "Ward,Apr-24,May-24,Jun-24,Notes / Ash,1,2,3,closed / Elm,1,2,4,","2024-04-01 1 2 3"),
    c("An address in one remark", "Month,N,Comment / Apr-24,1, / May-24,2,ask jo@nhs.net / Jun-24,3, / Jul-24,4,","2024-04-01 1 2 3 4"),
    c("A remark of two cells", "Month,N / Apr-24,1 / May-24,2 / Contact:,jo@nhs.net","2024-04-01 1 2"),
    c("Name of wards", "Month,Name,N / Apr-24,Ward 1,1 / May-24,Ward 2,2","2024-04-01 1 2"),
    c("Hidden by 5+", "Month,N / Apr-24,5+ / May-24,12 / Jun-24,9","2024-04-01 . 12 9"),
    c("The word nil", "Month,N / Apr-24,nil / May-24,12 / Jun-24,9","!'nil'"),
    c("Blanks around cells", 'Month,N / "Apr-24 ","1 " / May-24, 2',"2024-04-01 1 2"),
    c("Negative money", "Month,N / Apr-24,-£5 / May-24,£-6 / Jun-24,(£7)","2024-04-01 -5 -6 -7"),
    c("Totals of rows and of columns", "Month,A,B,Total / Apr-24,1,2,3 / May-24,2,3,5 / Total,3,5,8","2024-04-01 1 2"),
    c("A total above", "Month,N / Total,3 / Apr-24,1 / May-24,2","2024-04-01 1 2"),
    c("A mean below", "Month,N / Apr-24,1 / May-24,2 / Average,1.5","2024-04-01 1 2"),
    c("A figure below nought", "Month,N / Apr-24,-1 / May-24,2","2024-04-01 -1 2"),
    c("Apr/24", "Month,N / Apr/24,1 / May/24,2","2024-04-01 1 2"),
    c("24-Apr, which names no year", "Month,N / 24-Apr,1 / 24-May,2","!no year"),
    c("Sept-24", "Month,N / Sept-24,1 / Oct-24,2","2024-09-01 1 2"),
    c("Twelve months rolling", "Month,N (rolling 12 months) / Apr-24,100 / May-24,101","2024-04-01 100 101"),
    c("Two tables with one heading, years apart", "Month,N / Apr-22,1 / May-22,2 /  / Month,N / Apr-24,5 / May-24,6",
      "!several tables"),
    c("Years across and months down", "Month,2022,2023,2024 / Jan,1,2,3 / Feb,2,3,4 / Mar,3,4,5", "!no year"),
    c("Events over twenty years", "Incident date,Ward / " + " / ".join(
        f"{datetime.date(2001, 1, 1) + datetime.timedelta(days=n * n % 7300):%d/%m/%Y},A" for n in range(300)),
      "2001-01-01", every="year"),
    c("Wards named by letters that mark gaps elsewhere", "Month,A,B,C / Apr-24,1,2,3 / May-24,2,3,4",
      "2024-04-01 3 4", value="C"),
    c("A column named X", "Month,X / Apr-24,1 / May-24,2 / Jun-24,x", "2024-04-01 1 2 ."),
    c("Columns named Low and High", "Month,Low,Missing / Apr-24,1,5 / May-24,c,6", "2024-04-01 1 .",
      value="Low"),
    c("Hidden in the first row", "Month,Falls,Sores / Apr-24,c,x / May-24,2,3", "2024-04-01 . 2",
      value="Falls"),
    c("Months of financial years by number, from April", "Financial year,Month,N / " + " / ".join(
        f"2023/24,{n},{n}" for n in range(1, 13)), "2023-04-01 1 2 3 4 5 6 7 8 9 10 11 12", value="N"),
    c("Months of financial years by number, from January", "Financial year,Month,N / " + " / ".join(
        f"2023/24,{n},{n}" for n in (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)),
      "2023-04-01 4 5 6 7 8 9 10 11 12 1 2 3", value="N"),
    c("Months of financial years by number, not certain",
      "Financial year,Month,N / 2024/25,1,5 / 2024/25,2,6 / 2024/25,3,7", "!can be January or April"),
    c("Weeks like months", "Week,N / 202401,1 / 202402,2 / 202403,3", "!tell weeks and months apart"),
    c("Weeks like months, with a dash", "Week number,N / 2024-01,1 / 2024-02,2", "!tell weeks and months"),
    c("Quarters like months", "Quarter,N / 2024-01,1 / 2024-02,2 / 2024-03,3", "!tell quarters and months"),
    c("Quarters by their first month", "Quarter,N / 2024-04,1 / 2024-07,2 / 2024-10,3",
      "2024-04-01 1 2 3", every="quarter"),
    c("Two kinds of money", "Month,Cost / Apr-24,£12 / May-24,€13", "!different signs"),
    c("Money among percentages", "Month,Figure / Apr-24,£12 / May-24,13% / Jun-24,£14",
      "!different signs"),
]  # fmt: skip


def comes_of(shape: Shape) -> tuple[str, list]:
    """Return the first day and the values of a shape, as the lab of lesson 13 comes to them."""
    upload = read(shape.file, shape.content)
    if not upload.of_kind("date"):
        raise UploadError(*upload.troubles)
    start = first_setting(upload)
    made = understood(
        upload, {**mended(upload, start, {**start, **shape.choices}), **shape.choices}
    )
    values = [None if value != value else value for value in made.frame["value"]]
    return f"{made.frame['start'].iloc[0]:%Y-%m-%d}", values


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.name for shape in SHAPES])
def test_a_shape_is_read_right_or_refused_truly(shape):
    assert set(shape.choices) <= set(START)
    if shape.comes.startswith("!"):
        with pytest.raises(UploadError) as caught:
            comes_of(shape)
        said = str(caught.value)
        assert shape.comes[1:] in said
        assert "Right would be: " in said
        return
    first, *values = shape.comes.split()
    values = [None if value == "." else float(value) for value in values]
    day, found = comes_of(shape)
    assert day == first
    if not values:  # too many to write down
        return
    assert found == [None if v is None else pytest.approx(v, abs=1e-9) for v in values]


def test_there_are_at_least_150_shapes_and_each_has_a_name_of_its_own():
    names = [shape.name for shape in SHAPES]
    assert len(set(names)) == len(names) >= 150
