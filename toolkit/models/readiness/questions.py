"""What is asked of a place: how ready it is, whether a practice suits it, what is seen there.

Answers are the learner's own. Nothing here is added up to a score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FACTORS_FROM = ("kaplan2013",)
FIT_FROM = ("ansari2010",)
LEVELS = {"1": "not yet", "2": "in part", "3": "mostly", "4": "fully"}
WEAK = ("1", "2")


@dataclass(frozen=True)
class Asked:
    """One thing to judge: its short name, the name in the source, the question, what to ask first.

    Attributes
    ----------
    short, name, question, first : str
        For a chart; as published; to be answered; what a weak answer suggests asking first.
    """

    short: str
    name: str
    question: str
    first: str


FACTORS = {
    "resources": Asked(
        "Time and means", "resource availability",
        "Are time, people and money set aside for making things better?",
        "What could stop for a few weeks so that two people have time, and who can say so?",
    ),
    "leadership": Asked(
        "Lead of the team", "QI team leadership",
        "Does somebody lead this work well, so that it keeps going on an ordinary week?",
        "Who leads this on a busy Tuesday, and what does that person need from us?",
    ),
    "skills": Asked(
        "Skills of the team", "team QI skills",
        "Can people in the team test a change and read a chart of it?",
        "Who has done a small test before, here or next door, and could sit beside us?",
    ),
    "motivation": Asked(
        "Wish to change", "microsystem motivation",
        "Do the people who do the daily work want this to change?",
        "What bothers them most in their work? Is it what we are about to change?",
    ),
    "culture": Asked(
        "Open talk", "microsystem QI culture",
        "Is it usual here to try things and to talk openly about what did not work?",
        "When did something last not work here, and what was said about it?",
    ),
    "capability": Asked(
        "Habit of improving", "microsystem QI capability",
        "Does this unit use ways of improving in its daily work?",
        "Which change of our own has lasted here, and what held it in place?",
    ),
}  # fmt: skip
FIT = {
    "technical": Asked(
        "Technical fit", "technical fit",
        "Does the practice suit our work, our patients and our systems?",
        "At which step would it have to be done differently here? Could that step be tested first?",
    ),
    "cultural": Asked(
        "Cultural fit", "cultural fit",
        "Does it suit what people here hold to be good care?",
        "What would it seem to say about how we care now, and what do people rightly protect?",
    ),
    "political": Asked(
        "Political fit", "political fit",
        "Does it suit those who would gain or lose by it?",
        "Who would lose time, money or a say, and have they been asked?",
    ),
}  # fmt: skip

ASKED = FACTORS | FIT

# What anybody can see in a service; a place of the pathway model is made from it elsewhere.
SEEN = {
    "waits": "work is collected in piles and waits between steps",
    "full": "one place is always full, and the others wait for it",
    "months": "the same figures are explained afresh each month",
    "hardly": "some care hardly helps",
    "cost": "we know what it costs and not what patients gain; everybody gets the same",
    "least": "those who need it most come least, or last",
    "time": "people have no time to make things better",
    "next": "a gain here makes the queue longer next door",
}


def judged(entry: object) -> dict[str, str]:
    """Return the answers about readiness and fit, weakest first, equals in the order asked.

    Parameters
    ----------
    entry : mapping
        What was said, under ``ready`` and ``fit``; what cannot be understood is left out.

    Returns
    -------
    dict of str to str
        Key of `ASKED` to key of `LEVELS`.
    """
    said = entry if isinstance(entry, Mapping) else {}
    given: dict[str, str] = {}
    for part, asked in (("ready", FACTORS), ("fit", FIT)):
        held = said.get(part)
        if isinstance(held, Mapping):
            given |= {key: held[key] for key in asked if held.get(key) in list(LEVELS)}
    return dict(sorted(given.items(), key=lambda pair: pair[1]))
