"""What everyone in the room gets: sheets to predict on, cards to take home, a form to evaluate."""

from __future__ import annotations

from toolkit.learning.answers import CONFIDENCE
from toolkit.learning.words import words_of
from toolkit.room.guides import guide, with_guide
from toolkit.room.lessons import short_title
from toolkit.room.page import render, sheet
from toolkit.text.words import Words

WORDS = Words("toolkit.room")
CARDS = 2  # on a page


def sheets() -> dict[str, str]:
    """Return the handouts, each a page by the name of its file."""
    made = {f"predict-{number}.html": prediction_sheet(number) for number in with_guide()}
    made |= {f"card-{number}.html": card(number) for number in with_guide()}
    for name in ("before", "evaluation"):
        words = WORDS[f"handout.{name}"]
        made[f"{name}.html"] = sheet(words["title"], render(f"handout_{name}.html", words=words))
    return made


def prediction_sheet(number: str) -> str:
    """Return a page to write the predictions of a lesson on, before anything is shown.

    Parameters
    ----------
    number : str
        Number of the lesson.
    """
    asked, words = guide(number).predictions, WORDS["handout.predict"]
    body = render("handout_predict.html", asked=asked, sure=CONFIDENCE, words=words)
    return sheet(_title("predict", number), body)


def card(number: str) -> str:
    """Return the blank card "in my service" of a lesson, so many on a page."""
    prompts, words = words_of(number).card, WORDS["handout.card"]
    body = render("handout_card.html", prompts=prompts, number=number, count=CARDS, words=words)
    return sheet(_title("card", number), body)


def _title(kind: str, number: str) -> str:
    return WORDS.say(f"handout.{kind}.title", number=number, name=short_title(number))
