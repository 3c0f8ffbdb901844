"""The words of a folder: a TOML file in English, and drafts in other languages beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Generic, ParamSpec, TypeVar

from toolkit.text.templates import fill

LANGUAGES = {"en": "English", "cy": "Cymraeg (drafft)"}
ENGLISH = "en"

_language = ENGLISH
P = ParamSpec("P")
T = TypeVar("T")


def speak(language: str) -> None:
    """Choose the language of all words that are read from now on.

    Parameters
    ----------
    language : str
        A key of `LANGUAGES`.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    global _language
    if language not in LANGUAGES:
        raise ValueError(f"There is no language '{language}'; there is {', '.join(LANGUAGES)}.")
    _language = language


def language() -> str:
    """Return the language that is spoken: a key of `LANGUAGES`."""
    return _language


def page_language() -> str:
    """Return the language that is spoken, as a page or a document names it."""
    return {"en": "en-GB"}.get(_language, _language)


def in_each_language(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function makes from words, once for each language."""

    @cache
    def kept(_language: str, *args: Any) -> Any:
        return make(*args)  # type: ignore[call-arg]

    @wraps(make)
    def asked(*args: Any) -> Any:
        return kept(_language, *args)

    return asked  # type: ignore[return-value]


def read_words(folder: Traversable, name: str) -> dict[str, Any]:
    """Return what a file of words holds, in the language that is spoken.

    Parameters
    ----------
    folder : traversable
        Where the file lies. A draft lies beside it: ``words.cy.toml`` for ``words.toml``.
    name : str
        Name of the English file.

    Returns
    -------
    dict
        The tables of the file. What a draft does not have is in English.
    """
    return _read(folder, name, _language)  # type: ignore[arg-type]


@cache
def _read(folder: Traversable, name: str, language: str) -> dict[str, Any]:
    english = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    return english if language == ENGLISH else _over(english, draft(folder, name, language))


def draft(folder: Traversable, name: str, language: str) -> dict[str, Any]:
    """Return what has been translated of a file of words: nothing where there is no draft."""
    path = folder / name.replace(".toml", f".{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _over(english: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {**english, **{key: _both(english.get(key), value) for key, value in other.items()}}


def _both(english: Any, other: Any) -> Any:
    """Return an entry of a draft, with what it lacks in English; tables in a list go by name."""
    if isinstance(english, dict):
        return _over(english, other)
    if not isinstance(english, list):
        return other
    if english and all(isinstance(each, dict) for each in english):
        drafts = {each["name"]: each for each in other}
        return [_over(each, drafts.get(each["name"], {})) for each in english]
    return [*other, *english[len(other) :]]


def walk_texts(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Go through the texts of a file of words, each with the keys that lead to it.

    Parameters
    ----------
    table : mapping
        What the file holds.
    before : str
        What stands before each key.

    Examples
    --------
    >>> list(walk_texts({"lab": {"title": "Beds", "unit": ["a", "b"], "max": 3}}))
    [('lab.title', 'Beds'), ('lab.unit.0', 'a'), ('lab.unit.1', 'b')]
    """
    for key, value in table.items():
        if isinstance(value, list):
            value = {str(place): each for place, each in enumerate(value)}
        if isinstance(value, Mapping):
            yield from walk_texts(value, f"{before}{key}.")
        elif isinstance(value, str):
            yield before + key, value


class Words:
    """The words of one package, from the ``words.toml`` in its folder.

    Parameters
    ----------
    package : str
        Such as ``"toolkit.models.logics"``.

    Examples
    --------
    >>> Words("toolkit.screen").say("recall.default", answer="7")
    'You predicted 7.'
    """

    def __init__(self, package: str) -> None:
        self._folder = files(package)

    def __getitem__(self, key: str) -> Any:
        """Return a table of the file, or the words of a key with their gaps open."""
        found: Any = read_words(self._folder, "words.toml")
        for part in key.split("."):
            found = found[part]
        return found

    def say(self, key: str, **facts: Any) -> str:
        """Return the words of a key, with facts filled in.

        Parameters
        ----------
        key : str
            The tables that lead to the words, with dots between.
        **facts
            What the words may name.

        Returns
        -------
        str
            One line.

        Raises
        ------
        KeyError
            If there are no such words.
        """
        return fill(self[key], facts)


def _without_gaps(text: str) -> str:
    return fill(text, {})


class Table(Mapping[str, T], Generic[T]):
    """A table of words that is read whenever somebody looks into it.

    Parameters
    ----------
    words : Words
        The file.
    key : str
        The tables that lead to it, with dots between.
    make : callable
        What becomes of each entry; by default its words, without gaps.
    """

    def __init__(self, words: Words, key: str, make: Callable[[Any], T] | None = None) -> None:
        self._words, self._key = words, key
        self._make: Callable[[Any], Any] = make or _without_gaps

    def __getitem__(self, name: str) -> T:
        """Return one entry."""
        return self._make(self._words[self._key][name])

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""
        return iter(self._words[self._key])

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._words[self._key])
