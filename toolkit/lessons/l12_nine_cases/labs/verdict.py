"""What a case has opened so far, what the learner said, and the verdict once it is over."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit import evidence
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS, Line, line, lines, listed
from toolkit.models.cases import reviews
from toolkit.models.cases.reviews import Sitting


def news(sitting: Sitting) -> str:
    """Say which months the last commitment opened; what they bring is for the stage to tell."""
    if sitting.over:
        return WORDS.say("news.over")
    if not sitting.reviews:
        return WORDS.say("news.first")
    return WORDS.say(
        "news.kept",
        chose=WORDS["chose"][sitting.reviews[-1].choice],
        start=sitting.month - sitting.every,
        last=sitting.month - 1,
    )


def log(sitting: Sitting, others: Sequence[Sitting]) -> str:
    """Return the verdict, once there is one, what the learner said, and what is on record."""
    happened = reviews.events(evidence.case(sitting.case), sitting.month, hindsight=sitting.over)
    parts = {
        "said": _said(sitting),
        "record": [line("log.event", event=each) for each in happened.to_dict("records")],
    }
    return (_verdict(sitting, others) if sitting.over else "") + "".join(
        f"<details{' open' if part == 'said' else ''}>"
        f"<summary>{WORDS.say(f'log.{part}.title')}</summary>{listed(said)}</details>"
        for part, said in parts.items()
        if said
    )


def _said(sitting: Sitting) -> list[Line]:
    case, said = evidence.case(sitting.case), []
    for count, review in enumerate(sitting.reviews):
        month = reviews.BASELINE + count * sitting.every
        came = reviews.came_true(case, month, sitting.every) if sitting.over else {}
        chose = WORDS["chose"][review.choice]
        said.append(line("log.said", month=month, review=review, came=came, chose=chose))
    return said


def _verdict(sitting: Sitting, others: Sequence[Sitting]) -> str:
    """Say how the case ended and how the forecasts did, without calling them right or wrong."""
    scored = _scores([sitting]) + (_scores([*others, sitting]) if others else [])
    case = evidence.case(sitting.case)
    *about, caution = lines("verdict", case=case, suits=WORDS["suits"][case.selection])
    title = WORDS.say("log.verdict.title")
    return f"<p><strong>{title}</strong></p>{listed([*about, *scored, caution])}"


def _scores(sittings: Sequence[Sitting]) -> list[Line]:
    rows = reviews.scores(sittings).assign(came=lambda each: each["happened"] * each["forecasts"])
    return [
        line("scores", cases=len(sittings), event=reviews.FORECASTS[row["event"]], row=row)
        for row in rows.to_dict("records")
    ]
