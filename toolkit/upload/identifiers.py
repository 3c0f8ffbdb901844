"""Columns that seem to name a person: a file with one is refused, and nothing of it is kept."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from toolkit.upload.dates import read_date
from toolkit.upload.errors import IdentifierError, quoted_list, say, trouble
from toolkit.upload.kinds import plain_heading, sample
from toolkit.upload.limits import tick

_NUMBER = r" ?(no|nos|num|number|id|ids|identifier|ref|reference)"
HEADINGS = {
    "number": rf"(.* )?(nhs|chi|hcn|h c|hsc){_NUMBER}( .*)?|nhs|chi|hcn",
    "patient": (
        r"(.* )?(mrn|casenote|case ?note|crn|pas|hospital|patient|pt|client|service user|"
        rf"medical record|health record|resident|spell|episode){_NUMBER}|"
        r"(.* )?(mrn|casenotes?|crn)|patient|pseudonym|pseudo ?id"
    ),
    "name": (
        r"(.* )?(fore ?name|sur ?name|(first|last|family|given|full|middle|maiden|patient|pt|"
        r"client|resident|staff|clinician|consultant|nurse|carer) names?|initials|next of kin|nok)|"
        r"known as"
    ),
    "born": r"(.* )?(dob|d o b|(date|month|year) of birth|birth ?date|birthday)( .*)?|born",
    "address": r"(.* )?(address|addresses|address line \d|street|house (no|number))( \d)?",
    "phone": (
        r"(.* )?((tele)?phone|mobile|mob|tel|contact) (no|num|number)|"
        r"(home|work|patient|contact) ((tele)?phone|mobile)"
    ),
    "mail": r"(.* )?e ?mail( address(es)?)?",
    "insurance": r"nino|ni|(.* )?(ni|national insurance) (no|number)",
}
# Under Name stand trusts and wards too: then the cells must show that they are none of people.
PLACES = re.compile(
    r"\b(nhs|trust|foundation|hospitals?|infirmary|ward|health|healthcare|board|council|centre|"
    r"surgery|practice|clinic|icb|ccg|icu|itu|sdec|unit|team|service|services|partnership|group|"
    r"department|dept|site|region|house|lodge|court|home|hospice|university|england|scotland|"
    r"wales|ireland|north|south|east|west|london|midlands|medicine|surgical|medical|theatres?)\b",
    re.IGNORECASE,
)
# These head counts of people and of calls too, so the cells must agree.
WHO = re.compile(
    r"who|whom|pts?|(patient|client|resident|person|people|staff( member)?|lead|owner|author|"
    r"handler|manager|consultant|clinician|doctor|dr|gp|nurse|therapist|key ?worker|"
    r"care co ?ordinator|seen|reported|taken|completed)s?( by)?|by"
)
NAMED = re.compile(
    r"(?!.*(?i:\b(team|ward|unit|clinic|surgery|practice|centre|hospital|trust|service|nurse|doctor|"
    r"therapist|assistant|midwife|visitor|worker|officer|support|staff|group|nhs|health|care|"
    r"medicine|board|council|department|control|prevention|education|estates|pharmacy|"
    r"pathology|radiology|imaging|outpatient|theatre|community|governance)s?\b))"
    r"[A-Z][\w'’-]+(,? [A-Z][\w'’-]*\.?){1,2}"
)
LAST_FIRST = re.compile(r"[A-Z][\w'’-]+, ?[A-Z][\w'’-]+( [A-Z]\w*)?( \(?(Mr|Mrs|Ms|Miss|Dr)\)?)?")
MOST = 0.5  # of the cells that say something
MANY = 3  # of so many names at least one is another
BORN = (10, 3)  # years between the quarters of a column of birthdays, and days of the month in it
# Over such days of a service; a birthday stands under none of them.
EVENTS = re.compile(
    r"\b(weeks?|months?|quarters?|years?|periods?|incidents?|admissions?|admitted|discharged?|referrals?|"
    r"referred|appointments?|attendances?|attended|arriv(al|ed)|events?|reported|seen|audits?|"
    r"operations?|procedures?|surgery|received|opened|closed|shifts?|falls?)\b",
    re.IGNORECASE,
)
PHONE = re.compile(r"\b((tele)?phone|mobile|mob|tel)\b", re.IGNORECASE)
LONG_NUMBER = re.compile(r"\d[\d -]{8,}")

TEN_DIGITS = re.compile(r"(?<![\d.,])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![\d,]|\.\d)")
CONTENTS = {
    "postcode": re.compile(
        r"\b(GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2})\b|"
        r"^\s*[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}\s*$",
        re.IGNORECASE,
    ),
    "insurance": re.compile(
        r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b", re.IGNORECASE
    ),
    "phone": re.compile(
        r"(?<![\d.])(\+44 ?\(?0?\)? ?|0044 ?|\(?0)[1-9]\d{1,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?![\d.])"
    ),
    "mail": re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}"),
    "name": re.compile(
        r"\b((Mr|Mrs|Ms|Miss|Mx|Master)|(Dr|Prof)(?!.*(?i:\b(partners?|practice|surgery|centre)\b)))"
        r"\.? +[A-Z]"
    ),
}
CONTACTS = ("mail", "phone")  # one alone in a column is a footnote
WINDOW, LAPPED = 500, 80  # letters: a longer cell is looked at piece by piece
# Of so many steps between days, each of so many days, there are three lengths at most: a calendar.
REGULAR, CLOSE = 0.8, 35


def check_digit_holds(digits: str) -> bool:
    """Return whether ten digits end in the check digit of an NHS, CHI or H&C number (modulus 11).

    Parameters
    ----------
    digits : str
        Ten digits without blanks.

    Returns
    -------
    bool
        False too for one digit ten times, which is nobody's number.

    Examples
    --------
    The example of the NHS data dictionary, and the same with two digits exchanged:

    >>> check_digit_holds("9434765919"), check_digit_holds("9437465919")
    (True, False)
    """
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()) or len(set(digits)) == 1:
        return False
    weighed = sum((10 - at) * int(digit) for at, digit in enumerate(digits[:9]))
    return (11 - weighed % 11) % 11 == int(digits[9])


def heading_label(heading: str) -> str:
    """Return what a heading announces about people; empty if nothing."""
    words = " ".join(re.findall(r"[a-z0-9]+", plain_heading(heading).lower()))
    return next((label for label, form in HEADINGS.items() if re.fullmatch(form, words)), "")


def _texts(values: Iterable[Any]) -> list[str]:
    """Return the cells in which something could hide, each once, and long ones in pieces."""
    found: dict[str, None] = {}
    for value in values:
        if isinstance(value, str):
            for start in range(0, len(value) if len(value) > 5 else 0, WINDOW - LAPPED):
                found[value[start : start + WINDOW]] = None
        elif isinstance(value, datetime.date | datetime.time | bool) or value is None:
            continue
        elif isinstance(value, int | float) and 1e8 < value < 1e10 and value == int(value):
            found[f"{int(value):010d}"] = None  # a spreadsheet drops a leading zero
    return list(found)


def _names(cells: list[Any], heading: str) -> bool:
    """Return whether most cells look like a name: under any heading as SMITH, Ann does."""
    words = " ".join(re.findall(r"[a-z]+", plain_heading(heading).lower()))
    if words in ("name", "names"):
        told = [cell[:WINDOW] for cell in cells if isinstance(cell, str)]
        return sum(PLACES.search(cell) is not None for cell in told) <= MOST * len(told)
    who = WHO.fullmatch(words) is not None
    forms = [LAST_FIRST, NAMED] if who else [LAST_FIRST]
    alike = [c for c in cells if isinstance(c, str) and any(form.fullmatch(c) for form in forms)]
    # A few that come again and again, as Medicine, Elderly does, are rather kinds of care.
    return len(alike) > MOST * len(cells) and (who or MANY * len(set(alike)) > len(alike))


def _born(cells: list[Any]) -> bool:
    """Return whether a column holds days from all over a lifetime."""
    readings = [read_date(cell) for cell in cells if not isinstance(cell, int | float)]
    days = [day for each in readings if each and (day := each.at("dmy") or each.at("mdy"))]
    if len(days) <= MOST * len(cells) or len({day.day for day in days}) < BORN[1]:
        return False
    steps = Counter((later - earlier).days for earlier, later in pairwise(sorted(set(days))))
    often = [times for step, times in steps.most_common(3) if step <= CLOSE]
    if sum(often) >= REGULAR * steps.total():
        return False
    years = sorted(day.year for day in days)
    return years[3 * len(years) // 4] - years[len(years) // 4] >= BORN[0]


def content_label(values: Iterable[Any], heading: str = "") -> str:
    """Return which personal data a column seems to hold, by cells and heading; "" if none."""
    values = list(values)
    texts = _texts([heading, *values])
    few = sample(values)
    if not EVENTS.search(plain_heading(heading)) and _born(few):
        return "born"
    if few and _names(few, heading):
        return "name"
    if PHONE.search(heading[:WINDOW]) and any(map(LONG_NUMBER.search, texts)):
        return "phone"
    if _has_number(texts):
        return "number"
    filled = sum(value is not None for value in values)
    for label, form in CONTENTS.items():
        tick()
        alike = sum(form.search(text) is not None for text in texts)
        if alike > (label in CONTACTS and 2 * filled < len(values)):
            return label
    return ""


def _has_number(texts: list[str]) -> bool:
    """Return whether texts hold the numbers of patients."""
    tens = [match for text in texts if len(text) > 9 for match in TEN_DIGITS.finditer(text)]
    valid = [m for m in tens if check_digit_holds(m[1] + m[3] + m[4])]
    # By chance one number of ten digits in eleven passes: in a column of large sums few do.
    return bool(valid) and (2 * len(valid) >= len(tens) or any(match[2] for match in valid))


def veiled(text: str) -> str:
    """Return a line as a message may repeat it: in quotes, or without what it says of people."""
    found = content_label([text])
    return say("item.veiled", kind=say(f"people.{found}")) if found else quoted_list([text])


def refuse_name(name: str) -> None:
    """Refuse a file whose name seems to be that of a person."""
    stem = re.sub(r"[_]+", " ", PurePath(name[:WINDOW]).stem)
    if label := content_label([plain_heading(stem), stem, name[:WINDOW]]):
        raise IdentifierError(trouble("person_in_name", kind=say(f"people.{label}")))


def refuse_identifiers(
    columns: Iterable[tuple[str, str, Iterable[Any]]], beside: Iterable[str] = ()
) -> None:
    """Refuse columns (where they are, heading, cells) that seem to name people.

    Parameters
    ----------
    columns : iterable of tuple
        Where a column is, its heading and its cells.
    beside : iterable of str
        Lines above and below the table. A footnote may name whom to ask, but no patient.
    """
    # The message repeats nothing, not even a heading: in a file without one that would be a value.
    found: dict[str, list[str]] = {}
    for where, heading, values in columns:
        label = heading_label(heading) or content_label(values, heading)
        if label:
            found.setdefault(label, []).append(where)
    if _has_number(_texts(beside)):
        found["number"] = [say("place.beside")]
    if found:
        raise IdentifierError(
            *(
                trouble(
                    "person", kind=say(f"people.{label}"), places=dict.fromkeys(places),
                    names=label == "name",
                )
                for label, places in found.items()
            )
        )  # fmt: skip
