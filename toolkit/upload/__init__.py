"""Your own data: a CSV or Excel file read, checked and turned into a series for the chart.

`read` takes the bytes of a file, `series` makes one row for each month or week, `summary` says what
was understood. Whatever is wrong comes out as an `UploadError` that says what would be right.
"""

from toolkit.upload.dates import ORDERS, QUARTERS
from toolkit.upload.errors import IdentifierError, Trouble, UploadError
from toolkit.upload.periods import DUPLICATES, EVERY
from toolkit.upload.timeline import Series, first_rows, series, summary
from toolkit.upload.upload import Upload, read
