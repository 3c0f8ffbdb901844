"""What a case has opened so far, what the learner said, and the verdict once it is over."""

from __future__ import annotations

from toolkit import evidence
from toolkit.lessons.l12_nine_cases.labs.casefile import WORDS, Line, line, lines, listed
from toolkit.lessons.l12_nine_cases.labs.review import judged
from toolkit.models.cases import reviews
from toolkit.models.cases.reviews import Sitting


def news(sitting: Sitting, waits: bool) -> str:
    """Say what is to be played; or, once it has been, what became of the last forecast."""
    if not sitting.reviews:
        held = [len(reviews.reviews_of(evidence.case(n), sitting.every)) for n in reviews.NINE]
        return WORDS.say("news.first", least=min(held), most=max(held)) if waits else ""
    review, case = sitting.reviews[-1], evidence.case(sitting.case)
    start = reviews.BASELINE + sitting.every * (len(sitting.reviews) - 1)
    stretch = {"start": start, "last": start + sitting.every - 1}
    if waits:
        key = "over" if sitting.over else "kept"
        early = reviews.ended(case) < reviews.MONTHS
        return WORDS.say(f"news.{key}", chose=WORDS["chose"][review.choice], early=early, **stretch)
    months, _ = reviews.opened(case, case.tracked_measure, sitting.every)
    found = judged(months["judged"].iloc[start : start + sitting.every])
    end = reviews.ended(case)
    facts = {"outcome": case.outcome, "ended": end if end < reviews.MONTHS else None}
    return WORDS.say(
        "news.came", said=review.better, over=sitting.over, **facts, **found, **stretch
    )


def happened(sitting: Sitting) -> str:
    """List what happened since the last review, month by month."""
    first = sitting.month - sitting.every if sitting.reviews else 0
    events = reviews.events(evidence.case(sitting.case), sitting.month)
    events = events[events["month"] >= first].to_dict("records")
    told = listed(line("happened", event=each) for each in events)
    return f"<p><strong>{WORDS.say('happened.title')}</strong></p>{told}" if events else ""


def log(sitting: Sitting, waits: bool) -> str:
    """Return the verdict, once there is one, what the learner said, and what has been seen."""
    done = sitting.over and not waits
    happened = reviews.events(
        evidence.case(sitting.case), 0 if waits else sitting.month, hindsight=done
    )
    parts = {
        "said": _said(sitting, done),
        "record": [
            line("log.event", event=each, kinds=WORDS["kinds"])
            for each in happened.to_dict("records")
        ],
    }
    return (_verdict(sitting) if done else "") + "".join(
        f"<details{' open' if part == 'said' else ''}>"
        f"<summary>{WORDS.say(f'log.{part}.title')}</summary>{listed(said)}</details>"
        for part, said in parts.items()
        if said
    )


def _said(sitting: Sitting, done: bool) -> list[Line]:
    case, said = evidence.case(sitting.case), []
    for count, review in enumerate(sitting.reviews):
        month = reviews.BASELINE + count * sitting.every
        came = reviews.came_true(case, month, sitting.every) if done else {}
        chose = WORDS["chose"][review.choice]
        said.append(line("log.said", month=month, review=review, came=came, chose=chose))
    return said


def _verdict(sitting: Sitting) -> str:
    """Say how the case ended, without calling a forecast right or wrong."""
    case = evidence.case(sitting.case)
    told = lines("verdict", case=case, suits=WORDS["suits"][case.selection])
    return f"<p><strong>{WORDS.say('log.verdict.title')}</strong></p>{listed(told)}"
