"""Texts found by how they begin, whether or not their dots and rings were typed."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

LAST = chr(0x10FFFF)
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


def _same(form: str, text: str) -> str:
    """Return the text where its form is the same, as most often: one string serves for both."""
    return text if form == text else form


class Prefixes:
    """Texts in the order of their folded forms, each with its owners: numbers of whatever has the text.

    Never changed; arrays of owners may grow.
    """

    def __init__(self, terms: Iterable[tuple[str, array[int]]] = (), *, before: Prefixes | None = None) -> None:
        known = sorted(terms, key=itemgetter(0))
        texts = [text for text, _ in known]
        spelled, folded = ([_same(form(text), text) for text in texts] for form in (spell, fold))
        # Parallel lists: the collector of cycles has no rows to walk through.
        columns = (texts, spelled, folded, [owners for _, owners in known])
        if before is not None:
            columns = tuple([*old, *new] for old, new in zip(before._columns, columns, strict=True))
        # Two sorted runs are joined, so few new ones cost little; equal ones stay as they are.
        order = sorted(range(len(columns[2])), key=columns[2].__getitem__)
        self._columns = tuple([column[place] for place in order] for column in columns)
        self._texts, self._spelled, self._folded, self._owners = self._columns

    def with_more(self, terms: Iterable[tuple[str, array[int]]]) -> Prefixes:
        return Prefixes(terms, before=self)

    def find(self, typed: str) -> PrefixMatch:
        """Return the places of the texts that begin with what is typed; of none when nothing is."""
        wanted, spelled = fold(typed), spell(typed)
        if not wanted:
            return PrefixMatch((), ())
        first = bisect_left(self._folded, wanted)
        places = range(first, bisect_left(self._folded, wanted + LAST, lo=first))
        exact = tuple(place for place in places if self._spelled[place].startswith(spelled))
        others = frozenset(exact)
        folded = (place for place in places if place not in others)
        if spelled != wanted:
            folded = (place for place in folded if _keeps_marks(spelled, self._spelled[place]))
        return PrefixMatch(exact, tuple(folded))

    def find_equal(self, typed: str) -> range:
        """Return the places of the texts that are what is typed but for dots and rings."""
        wanted = fold(typed)
        return range(bisect_left(self._folded, wanted), bisect_right(self._folded, wanted))

    def text(self, place: int) -> str:
        return self._texts[place]

    def owners(self, places: Iterable[int]) -> NDArray[np.int32]:
        """Return the owners of the texts at the places, one text after another."""
        return join_numbers(self._owners[place] for place in places)
