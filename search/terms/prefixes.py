"""Texts found by how they begin, whether or not their dots and rings were typed."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

_LAST = chr(0x10FFFF)
"""Comes after every character of a text."""
_UNHEARD = str.maketrans("", "", "-'")
_OF_FINNISH = str.maketrans("äåöÄÅÖ", "aaoaao", "-'")
"""What nearly all words need: for these no table of the world's letters is asked."""


def fold(text: str) -> str:
    """Return ``text`` as it is compared: lower case, without marks over letters, hyphens and apostrophes.

    ä, ö and å are letters of their own; they are folded for a comparison only, never for the index.
    """
    plain = text.translate(_OF_FINNISH)
    if plain.isascii():
        return plain.lower()
    folded = unicodedata.normalize("NFKD", plain.casefold()).casefold()
    return "".join(char for char in folded if char not in "-'" and not unicodedata.combining(char))


def spell(text: str) -> str:
    """Return ``text`` as it is compared letter by letter: lower case, without hyphens and apostrophes."""
    return unicodedata.normalize("NFC", text.lower()).translate(_UNHEARD)


def _keeps_marks(typed: str, text: str) -> bool:
    """Tell whether every letter that was typed with its marks stands so in the text: *sää* is no *saatavuus*."""
    return all(own == other or own == fold(other) for own, other in zip(typed, text, strict=False))


def join_numbers(arrays: Iterable[array[int]]) -> NDArray[np.int32]:
    """Return the numbers of growing arrays (of type "i"), one after another: copies, so that those may grow on."""
    return np.frombuffer(b"".join([numbers.tobytes() for numbers in arrays]), np.int32)


@dataclass(frozen=True, slots=True)
class PrefixMatch:
    """Places in a list of prefixes: those that begin as typed, and those that do so where a mark was not typed."""

    exact: tuple[int, ...]
    folded: tuple[int, ...]


_PrefixRow = tuple[str, str, str, array]
"""The folded form of a text, how it is spelled, the text itself, and its owners."""


def _same(form: str, text: str) -> str:
    """Return the text where its form is the same, as most often: one string serves for both."""
    return text if form == text else form


class Prefixes:
    """Texts in the order of their folded forms, each with its owners: numbers of whatever has the text.

    Never changed; arrays of owners may grow.
    """

    def __init__(self, terms: Iterable[tuple[str, array[int]]] = (), *, before: Sequence[_PrefixRow] = ()) -> None:
        fresh = [(_same(fold(text), text), _same(spell(text), text), text, who) for text, who in terms]
        # Two sorted runs are joined, so few new ones cost little; texts with one folded form stand by the alphabet.
        self._rows = sorted([*before, *sorted(fresh, key=itemgetter(0, 2))], key=itemgetter(0))

    def with_more(self, terms: Iterable[tuple[str, array[int]]]) -> Prefixes:
        return Prefixes(terms, before=self._rows)

    def find(self, typed: str) -> PrefixMatch:
        """Return the places of the texts that begin with what is typed; of none when nothing is."""
        wanted, spelled = fold(typed), spell(typed)
        if not wanted:
            return PrefixMatch((), ())
        first = bisect_left(self._rows, wanted, key=itemgetter(0))
        places = range(first, bisect_left(self._rows, wanted + _LAST, lo=first, key=itemgetter(0)))
        exact = tuple(place for place in places if self._rows[place][1].startswith(spelled))
        others = frozenset(exact)
        folded = (place for place in places if place not in others)
        if spelled != wanted:
            folded = (place for place in folded if _keeps_marks(spelled, self._rows[place][1]))
        return PrefixMatch(exact, tuple(folded))

    def find_equal(self, typed: str) -> range:
        """Return the places of the texts that are what is typed but for dots and rings."""
        wanted = fold(typed)
        first = bisect_left(self._rows, wanted, key=itemgetter(0))
        return range(first, bisect_right(self._rows, wanted, lo=first, key=itemgetter(0)))

    def text(self, place: int) -> str:
        return self._rows[place][2]

    def owners(self, places: Iterable[int]) -> NDArray[np.int32]:
        """Return the owners of the texts at the places, one text after another."""
        return join_numbers(self._rows[place][3] for place in places)
