"""Write the tables of ``model.md`` from the code they describe: ``python -m docs.tables``."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from toolkit import adoption, laws, pathway

PAGE = Path(__file__).with_name("model.md")


def markdown(frame: pd.DataFrame) -> str:
    """Return a frame as a Markdown table; what is not known is an empty cell."""
    rows = [frame.columns.tolist(), ["---"] * frame.shape[1]]
    rows += frame.astype(object).where(frame.notna(), "").to_numpy().tolist()
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def parameters(table: pd.DataFrame) -> str:
    """Return the table of some parameters."""
    names = ["name", "symbol", "unit", "low", "high", "default", "meaning"]
    return markdown(table[names].dropna(axis="columns", how="all"))


def law_rows(world: laws.World) -> str:
    """Return the table of the laws, shares in per cent."""
    table = laws.law_table(world)
    percent = (100 * table[["held", "low", "high"]]).round().astype("int64").astype(str)
    return markdown(
        pd.DataFrame(
            {
                "law": table["law"],
                "claim": table["claim"],
                "counts as held if": table["held_if"],
                "tried": table["tried"],
                "held": percent["held"] + " % (" + percent["low"] + "–" + percent["high"] + " %)",
                "may be called": table["strength"],
            }
        )
    )


def best_rows(world: laws.World) -> str:
    """Return the share of places in which each single logic ends highest."""
    best = laws.LAWS["5"].test(world).detail
    share = (100 * best["best_single"]).round().astype("int64").astype(str)
    return markdown(pd.DataFrame({"logic": best["approach"], "best in": share + " %"}))


def written(page: str, world: laws.World) -> str:
    """Return the page with every table made anew."""
    everything = pathway.parameters()
    parts = {
        "ranges": parameters(everything[everything["part"] != "assumption"]),
        "assumptions": parameters(everything[everything["part"] == "assumption"]),
        "journey": parameters(adoption.parameters()),
        "laws": law_rows(world),
        "best": best_rows(world),
    }
    for name, table in parts.items():
        between = re.compile(rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)", re.DOTALL)
        page = between.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", page)
    return page


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written(text, laws.World()), encoding="utf-8")
