"""Your own data: a CSV or Excel file read, checked and turned into a series for the chart.

`read` takes the bytes of a file, `series` makes one row for each month or week, `preview` says what
was understood. Whatever is wrong comes out as an `IntakeError` that says what would be right.
"""

from toolkit.intake.dates import ORDERS
from toolkit.intake.errors import IdentifierError, IntakeError, Trouble
from toolkit.intake.export import csv_bytes, safe_cell
from toolkit.intake.files import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from toolkit.intake.kinds import KINDS
from toolkit.intake.periods import DUPLICATES, EVERY
from toolkit.intake.preview import Preview, preview
from toolkit.intake.timeline import Series, series
from toolkit.intake.upload import Column, Upload, read

__all__ = [
    "DUPLICATES",
    "EVERY",
    "KINDS",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "ORDERS",
    "Column",
    "IdentifierError",
    "IntakeError",
    "Preview",
    "Series",
    "Trouble",
    "Upload",
    "csv_bytes",
    "preview",
    "read",
    "safe_cell",
    "series",
]
