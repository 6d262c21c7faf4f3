"""Texts found by how they begin, whether or not their dots and rings were typed."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

_LAST = chr(0x10FFFF)
"""Comes after every character of a text."""
_UNHEARD = frozenset("-'")


def fold(text: str) -> str:
    """Return ``text`` as it is compared: lower case, without marks over letters, hyphens and apostrophes.

    ä, ö and å are letters of their own; they are folded for a comparison only, never for the index.
    """
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKD", text.casefold()).casefold()
    if plain.isalnum() and plain.isascii():
        return plain
    return "".join(char for char in plain if char not in _UNHEARD and not unicodedata.combining(char))


def spell(text: str) -> str:
    """Return ``text`` as it is compared letter by letter: lower case, without hyphens and apostrophes."""
    return unicodedata.normalize("NFC", text.lower()).replace("-", "").replace("'", "")


def _keeps_marks(typed: str, text: str) -> bool:
    """Tell whether every letter that was typed with its marks stands so in the text: *sää* is no *saatavuus*."""
    return all(own == other or own == fold(other) for own, other in zip(typed, text, strict=False))


@dataclass(frozen=True, slots=True)
class Found:
    """Places in a list of prefixes: those that begin as typed, and those that do so where a mark was not typed."""

    exact: tuple[int, ...]
    folded: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    """A text in three forms, which are one string where they are equal, and whatever has it."""

    text: str
    spelled: str
    folded: str
    owners: Sequence[int]

    @classmethod
    def of(cls, text: str, owners: Sequence[int]) -> _Term:
        spelled, folded = spell(text), fold(text)
        spelled = text if spelled == text else spelled
        return cls(text, spelled, spelled if folded == spelled else folded, owners)


_BY_FOLDED = attrgetter("folded", "text")


class Prefixes:
    """Texts in the order of their folded forms, each with its owners: numbers of whatever has the text.

    Never changed; lists of owners may grow.
    """

    def __init__(self, terms: Iterable[tuple[str, Sequence[int]]] = ()) -> None:
        self._take(sorted((_Term.of(text, owners) for text, owners in terms), key=_BY_FOLDED))

    def _take(self, terms: Sequence[_Term]) -> None:
        self._terms = terms
        self._folded = [term.folded for term in terms]

    def __len__(self) -> int:
        return len(self._terms)

    def with_more(self, terms: Iterable[tuple[str, Sequence[int]]]) -> Prefixes:
        """Return these prefixes and others. Two sorted runs are joined, so few new ones cost little."""
        more = Prefixes(terms)
        joined = Prefixes()
        joined._take(sorted([*self._terms, *more._terms], key=_BY_FOLDED))
        return joined

    def find(self, typed: str) -> Found:
        """Return the places of the texts that begin with what is typed; of none when nothing is."""
        wanted, spelled = fold(typed), spell(typed)
        if not wanted:
            return Found((), ())
        first = bisect_left(self._folded, wanted)
        places = range(first, bisect_left(self._folded, wanted + _LAST, lo=first))
        exact = tuple(place for place in places if self._terms[place].spelled.startswith(spelled))
        others = frozenset(exact)
        folded = (place for place in places if place not in others)
        if spelled != wanted:
            folded = (place for place in folded if _keeps_marks(spelled, self._terms[place].spelled))
        return Found(exact, tuple(folded))

    def find_equal(self, typed: str) -> range:
        """Return the places of the texts that are what is typed but for dots and rings."""
        wanted = fold(typed)
        return range(bisect_left(self._folded, wanted), bisect_right(self._folded, wanted))

    def text(self, place: int) -> str:
        """Return the text at a place."""
        return self._terms[place].text

    def owners(self, places: Iterable[int]) -> NDArray[np.int64]:
        """Return the owners of the texts at the places, one text after another."""
        return np.fromiter(chain.from_iterable(self._terms[place].owners for place in places), np.int64)
