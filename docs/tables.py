"""Write the tables of ``model.md`` from the code they describe.

``python -m docs.tables`` writes all of them, which takes a quarter of an hour; ``python -m
docs.tables laws best`` only those.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd

from docs import face, patterns, together, tuned, waits
from docs.causes import by_judge, decomposition
from toolkit.models import journeys, laws, pathway
from toolkit.models.laws.copying import law_8
from toolkit.models.laws.where import JUDGES
from toolkit.models.logics import FIVE

PAGE = Path(__file__).with_name("model.md")
PAIRS, FEWER = 1000, 400


def markdown(frame: pd.DataFrame) -> str:
    """Return a frame as a Markdown table; what is not known is an empty cell."""
    rows = [frame.columns.tolist(), ["---"] * frame.shape[1]]
    rows += frame.astype(object).where(frame.notna(), "").to_numpy().tolist()
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def ranges() -> pd.DataFrame:
    """Return what places and practices are drawn from, one row for each quantity."""
    held = {**pathway.RANGES, **pathway.PRACTICE_RANGES}
    return pd.DataFrame([{"name": name} | asdict(drawn) for name, drawn in held.items()])


def constants(settings: pathway.Assumptions | journeys.Dynamics) -> pd.DataFrame:
    """Return the constants of a model, one row each, with their ranges and meanings."""
    said = settings.words["constant"]
    rows = [
        {"name": f.name, "default": getattr(settings, f.name), **f.metadata, **said[f.name]}
        for f in fields(settings)
    ]
    return pd.DataFrame(rows)


def parameters(table: pd.DataFrame) -> str:
    """Return the table of some parameters."""
    names = ["name", "symbol", "unit", "low", "high", "default", "meaning"]
    return markdown(table[[name for name in names if name in table]])


def percent(share: float) -> str:
    """Return a share in per cent."""
    return f"{100 * share:.0f}%"


def with_ends(mid: float, low: float, high: float) -> str:
    """Return a ratio with its interval."""
    return "" if np.isnan(mid) else f"{mid:.2f} ({low:.2f}–{high:.2f})"


def law_rows(world: laws.World) -> str:
    """Return the table of the patterns: shares, sizes, and what may be claimed."""
    table = patterns.law_table(world)
    held = [
        f"{percent(r.held)} ({percent(r.low)[:-2]}–{percent(r.high)})" for r in table.itertuples()
    ]
    size = [with_ends(r.effect, r.effect_low, r.effect_high) for r in table.itertuples()]
    return markdown(
        pd.DataFrame(
            {
                "pattern": table["law"], "claim": table["claim"],
                "counts as held if": table["held_if"], "tried": table["tried"], "held": held,
                "how large is": table["law"].map(patterns.EFFECTS), "middle (95%)": size,
                "it is": table["strength"],
            }
        )
    )  # fmt: skip


def cause_rows(world: laws.World) -> str:
    """Return what is left of the own logic's lead with one cause after the other switched off."""
    found = decomposition(world)
    told = {"switched off at the own place": found["off"]}
    for against in ("nothing", "copied"):
        parts = [found[f"own_to_{against}{end}"] for end in ("", "_low", "_high")]
        told[f"own to {against}"] = [with_ends(*row) for row in zip(*parts, strict=True)]
        gone = [found[f"{against}_gone{end}"] for end in ("", "_low", "_high")]
        told[f"share of the lead on {against} that goes"] = [
            "" if np.isnan(mid) or row == 0
            else f"{percent(mid)} ({percent(low)[:-2]} to {percent(high)})"
            for row, (mid, low, high) in enumerate(zip(*gone, strict=True))
        ]  # fmt: skip
    return markdown(pd.DataFrame(told))


def copied_rows(world: laws.World) -> str:
    """Return how the patterns of copying fare with each thing copied."""
    found = patterns.by_what_is_copied(world)
    shares = {"1": "pattern 1", "2": "pattern 2", "2b": "pattern 2b", "worse": "below nothing, far"}
    told = {words: found[name].map(percent) for name, words in shares.items()}
    ratio = found["copied_to_nothing"].map("{:.2f}".format)
    frame = {"what is copied, and how": found["copied"], **told, "copied to nothing, far": ratio}
    return markdown(pd.DataFrame(frame))


def control_rows(world: laws.World) -> str:
    """Return what keeps up with the best single logic, by each judge."""
    found = patterns.controls(world)
    shares = {JUDGES[name].words: found[name].map(percent) for name in JUDGES}
    size = [with_ends(r.ratio, r.low, r.high) for r in found.itertuples()]
    return markdown(
        pd.DataFrame({"way": found["way"], **shares, "value, to the best single": size})
    )


def best_rows(world: laws.World) -> str:
    """Return the share of places in which each single logic ends highest, by each judge."""
    found = by_judge(world)
    names = {name: logic.name for name, logic in FIVE.items()}
    told = {names[name]: found[name].map(percent) for name in FIVE}
    judge = found["judge"].map(lambda name: JUDGES[name].words)
    return markdown(pd.DataFrame({"what counts": judge, **told}))


def ceiling_rows(world: laws.World) -> str:
    """Return how often each way comes to an end within four years."""
    found = patterns.LAWS["4"].test(world).detail
    told = {
        words: ["" if np.isnan(v) else percent(v) for v in found[name]]
        for name, words in {
            "nothing_left": "finds nothing left", "flat": "rose by less than 2% in the last year",
            "another_finds": "another finds something",
        }.items()
    }  # fmt: skip
    return markdown(pd.DataFrame({"way": found["approach"], **told}))


def dropped_rows(world: laws.World) -> str:
    """Return what a dropped programme leaves to the next, part by part."""
    rows = []
    for carried in ("everything", "settings", "people", "mastery", "willingness"):
        told = law_8(world, carried=carried)
        lower = (told.effect < 1).mean()
        rows.append(
            {
                "carried over": carried, "second programme ends lower in": percent(lower),
                "its end, to after nothing": with_ends(*told.size),
                "willingness when it begins": f"{told.detail['willingness_dropped'][0]:.2f}",
            }
        )  # fmt: skip
    return markdown(pd.DataFrame(rows))


def switch_rows(world: laws.World) -> str:
    """Return how the patterns fare with one structural switch after the other."""
    switched = {
        "as it is": world,
        "changes chosen by dice": laws.moved(world, foresight=0.0),
        "nobody learns": laws.moved(world, teaching=0.0),
        "beginners see everything": laws.moved(world, seen_by_beginners=1.0),
        "shares of staff copied too": replace(world, copied=journeys.COPYABLE),
        "copiers look, learn, copy again": replace(world, way="copy_and_learn"),
    }
    told = {
        words: [percent(patterns.LAWS[key].test(other).share) for key in together.KEYS]
        for words, other in switched.items()
    }
    return markdown(pd.DataFrame({"pattern": list(together.KEYS), **told}))


QUICK: dict[str, Callable[[], str]] = {
    "ranges": lambda: parameters(ranges()),
    "assumptions": lambda: parameters(constants(pathway.DEFAULTS)),
    "journey": lambda: parameters(constants(journeys.DYNAMICS)),
}
SLOW: dict[str, Callable[[], str]] = {
    "laws": lambda: law_rows(laws.World(PAIRS)),
    "causes": lambda: cause_rows(laws.World(PAIRS)),
    "judging": lambda: markdown(tuned.judging()),
    "hits": lambda: markdown(tuned.hits()),
    "copied": lambda: copied_rows(laws.World(FEWER)),
    "controls": lambda: control_rows(laws.World(FEWER)),
    "best": lambda: best_rows(laws.World(PAIRS)),
    "ceilings": lambda: ceiling_rows(laws.World(PAIRS)),
    "dropped": lambda: dropped_rows(laws.World(PAIRS)),
    "switches": lambda: switch_rows(laws.World(FEWER // 2)),
    "together": lambda: markdown(together.table(together.tried())),
    "tuned": lambda: markdown(tuned.table()),
    "face": lambda: markdown(face.table(laws.World(PAIRS))),
    "waits": lambda: markdown(waits.table()),
}


def _between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- begin: {name} -->\n)(.*?)(<!-- end: {name} -->)", re.DOTALL)


def table_of(page: str, name: str) -> str:
    """Return a table as it stands on the page.

    Parameters
    ----------
    page : str
        The page.
    name : str
        Of the table.
    """
    return _between(name).search(page)[2].rstrip("\n")


def written(page: str, tables: dict[str, str]) -> str:
    """Return the page with some tables put in place.

    Parameters
    ----------
    page : str
        The page.
    tables : dict of str to str
        By name.
    """
    for name, table in tables.items():
        page = _between(name).sub(lambda found, t=table: f"{found[1]}{t}\n{found[3]}", page)
    return page


def write(names: Iterable[str]) -> None:
    """Make some tables, and write each as soon as it is made."""
    for name in names:
        table = (QUICK | SLOW)[name]()
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), {name: table}), encoding="utf-8")
        print(f"{name} is written.", flush=True)


if __name__ == "__main__":
    write(sys.argv[1:] or [*QUICK, *SLOW])
