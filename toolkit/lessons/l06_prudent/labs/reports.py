"""Read what is published of prudent care: one range of rates, four programmes."""

from __future__ import annotations

from toolkit import evidence
from toolkit.course.lesson import Lesson, Page
from toolkit.evidence.provenance import Provenance
from toolkit.screen.tables import page

PROGRAMMES = ["aneurin_bevan_1", "bevan_exemplars_1", "bevan_exemplars_2", "bevan_exemplars_3"]


def tonsils(_this: Lesson) -> Page:
    """Show how far apart rates of one operation lie, and what was explained."""
    row = evidence.contrasts().frame.set_index("id").loc["tonsillectomy_scotland"]
    rows = [
        ("Lowest area", f"{row['before']:g} {row['unit']}"),
        ("Highest area", f"{row['after']:g} {row['unit']}"),
        ("Highest over lowest", f"{row['after'] / row['before']:.1f} times"),
        ("What the authors could explain", row["reported_effect"]),
        ("What is not shown", "Which rate is right, or what the children and parents wished"),
    ]
    sources = Provenance("published", (row["sources"],), bool(row["verified"]))
    return page(
        ["What", "Reported"],
        rows,
        f"Operations on children’s tonsils. {row['setting']}",
        (sources, Provenance("computed", note="the highest over the lowest")),
    )


def reported(_this: Lesson) -> Page:
    """List what is reported of prudent programmes in Wales, and what to beware of."""
    rows = evidence.published_cases().frame.set_index("row").loc[PROGRAMMES]
    cells, named = [], []
    for row in rows.itertuples():
        keys = [key.strip() for key in row.sources.split(";")]
        named += keys
        cells.append((
            row.org, f"{row.measure}: {row.after:,.0f} {row.unit}", row.what_happened, row.caveat,
            evidence.cite(*keys),
        ))  # fmt: skip
    return page(
        ["Where", "Figure", "What is reported", "Beware", "Source"],
        cells,
        "Prudent health care in Wales: what is reported",
        (Provenance("published", tuple(dict.fromkeys(named)), bool(rows["verified"].all())),),
    )
