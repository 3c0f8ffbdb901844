"""Turn the list of sources into a printed reference list, in one Harvard style.

Only the tests and ``python -m tests.references`` need it: lessons read the finished
``data/references.csv``, because the citation processor does not run in a browser.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests import ROOT
from toolkit.evidence.citations import year_letters

DATA = ROOT / "data"
STYLE = "harvard-cite-them-right"
# The style calls an article a preprint when its volume is not known, and puts a title that we only
# describe, in square brackets, into quotation marks as well.
MENDED = {" [Preprint]": "", "‘[": "[", "]’": "]"}
# Our own note on what was read is no part of a reference, and the processor warns about it.
OWN_FIELDS = {"custom"}


def render(sources: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Write each source as one line of a reference list.

    Parameters
    ----------
    sources : sequence of mapping
        Entries in CSL-JSON, as in ``data/sources.json``; the field ``custom`` is left out.

    Returns
    -------
    dict of str to str
        The plain text of the reference for each source key, in the order of `sources`.

    Raises
    ------
    ValueError
        If two sources share a key.

    References
    ----------
    .. [1] Citation Style Language, https://citationstyles.org
    """
    keys = [source["id"] for source in sources]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"Each source needs a key of its own; used twice: {', '.join(twice)}.")

    # Imported here: these stand on lxml, a compiled library that only the desktop has.
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    entries = [{k: v for k, v in source.items() if k not in OWN_FIELDS} for source in sources]
    style = CitationStylesStyle(STYLE, locale="en-GB", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(entries), formatter.plain)
    for key in keys:
        bibliography.register(Citation([CitationItem(key)]))
    lines = [_mend(str(line)) for line in bibliography.bibliography()]
    letters = year_letters(sources)
    years = {source["id"]: _year(source) for source in sources}
    return {
        key: line.replace(f"({years[key]}", f"({years[key]}{letters[key]}", 1)
        if key in letters
        else line
        for key, line in zip(bibliography.keys, lines, strict=True)
    }


def _year(source: Mapping[str, Any]) -> str:
    """Return the year as the reference prints it."""
    return str(source.get("issued", {}).get("date-parts", [[""]])[0][0])


def _mend(line: str) -> str:
    """Take out what the style says of a source and nobody knows."""
    for wrong, right in MENDED.items():
        line = line.replace(wrong, right)
    return line


def main() -> None:
    """Rewrite ``data/references.csv`` from ``data/sources.json``."""
    sources = json.loads((DATA / "sources.json").read_text(encoding="utf-8"))
    with (DATA / "references.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "text"])
        rows.writerows(render(sources).items())


if __name__ == "__main__":
    main()
