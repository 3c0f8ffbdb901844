"""The parts of a page as a document for Word: real headings, and tables with header rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from toolkit.learning.export import Section
from toolkit.learning.words import WORDS
from toolkit.text.words import page_language

MARGIN, NARROW, WIDE = 10, 64, 126  # mm, on a sheet of 210: a full plan goes on one
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows: the same bytes each time
# What XML cannot hold, or a reader cannot see: control characters and halves of characters.
UNSEEN = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def replace_unprintable(text: str) -> str:
    """Return a text in which a sign stands for each character that no page can show."""
    return UNSEEN.sub("\ufffd", text)


def cleaned(parts: Any) -> Any:
    """Return parts of a page, or a text, with nothing in them that a page cannot show."""
    if isinstance(parts, str):
        return replace_unprintable(parts)
    if is_dataclass(parts) and not isinstance(parts, type):
        inside = {each.name: cleaned(getattr(parts, each.name)) for each in fields(parts)}
        return replace(parts, **inside)
    return [cleaned(each) for each in parts]


def document(title: str, about: str, parts: Iterable[Section]) -> bytes:
    """Return a page as a DOCX file.

    Parameters
    ----------
    title, about : str
        The heading, and one paragraph under it.
    parts : iterable of Part
        The sections.

    Returns
    -------
    bytes
        The file; the same parts give the same bytes.

    Raises
    ------
    ImportError
        Where python-docx is missing, as in the browser edition.
    """
    import docx  # heavy, and needed only here

    made = docx.Document()
    _prepare(made, replace_unprintable(title))
    made.add_heading(replace_unprintable(title), 1)
    made.add_paragraph(replace_unprintable(about))
    for part in cleaned(parts):
        made.add_heading(part.title, 2)
        if part.words:
            made.add_paragraph(part.words)
        for table in part.tables:
            made.add_heading(table.caption, 3)
            _table(made, table.columns, table.rows)
        for each in part.lists:
            made.add_heading(each.title, 3)
            _table(made, WORDS["document.columns"], each.pairs, (NARROW, WIDE))
    file = io.BytesIO()
    made.save(file)
    return _without_times(file.getvalue())


def _prepare(made: Any, title: str) -> None:
    """Set language, paper and type, and take out what the empty document brings along."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    held = made.core_properties
    held.title, held.language = title, page_language()
    held.author = held.comments = held.last_modified_by = ""
    for name in ("dcterms:created", "dcterms:modified"):
        for each in held._element.findall(qn(name)):
            held._element.remove(each)
    related = made.part.package.rels
    for key in [key for key, each in related.items() if each.reltype.endswith("/thumbnail")]:
        del related[key]
    for each in made.styles.element.iter(qn("w:lang")):
        each.set(qn("w:val"), page_language())
    for section in made.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Mm(MARGIN))
    for name, size in (("Normal", 8), ("Heading 1", 13), ("Heading 2", 10), ("Heading 3", 8.5)):
        style = made.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.rPr.rFonts
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]  # a theme's font would come before the one named
        if name != "Normal":
            style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_after = Pt(0 if name == "Normal" else 1)
        style.paragraph_format.space_before = Pt(0 if name == "Normal" else 2)


def _table(
    made: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float] = ()
) -> None:
    """Add a table whose first row is read out as the heading of each column."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = made.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.autofit = not widths
    for column, width in zip(table.columns, widths, strict=False):
        for part in (column, *column.cells):  # one program reads the one, another the others
            part.width = Mm(width)


def _without_times(content: bytes) -> bytes:
    """Return the same archive, with no time of day in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
