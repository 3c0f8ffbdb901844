"""Where this code differs from the tools it follows, and the switch that undoes each difference."""

from __future__ import annotations

import pandas as pd

from toolkit.spc.limits import WORDS


def deviations() -> pd.DataFrame:
    """Return the list of differences as a table, one row each."""
    heads = WORDS["deviation_heads"]
    rows = [
        {heads[part]: WORDS.say(f"deviation.{key}.{part}") for part in row}
        for key, row in WORDS["deviation"].items()
    ]
    return pd.DataFrame(rows)
