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


class Prefixes:
    """Texts in the order of their folded forms, each with its owners: numbers of whatever has the text.

    Never changed; arrays of owners may grow.
    """

    def __init__(self, terms: Iterable[tuple[str, array[int]]] = ()) -> None:
        known = sorted(terms, key=itemgetter(0))
        texts = [text for text, _ in known]
        self._arrange(
            texts, [spell(text) for text in texts], [fold(text) for text in texts], [who for _, who in known]
        )

    def _arrange(
        self, texts: Sequence[str], spelled: Sequence[str], folded: Sequence[str], owners: Sequence[array[int]]
    ) -> None:
        """Put parallel lists in the order of the folded forms; equal ones stay as they are."""
        order = sorted(range(len(folded)), key=folded.__getitem__)
        self._texts = [texts[place] for place in order]
        # Most texts are spelled as they are: one string serves for both, and for the folded form.
        self._spelled = [texts[place] if spelled[place] == texts[place] else spelled[place] for place in order]
        self._folded = [texts[place] if folded[place] == texts[place] else folded[place] for place in order]
        self._owners = [owners[place] for place in order]

    def with_more(self, terms: Iterable[tuple[str, array[int]]]) -> Prefixes:
        """Return these prefixes and others. Two sorted runs are joined, so few new ones cost little."""
        more = Prefixes(terms)
        joined = Prefixes()
        joined._arrange(
            [*self._texts, *more._texts],
            [*self._spelled, *more._spelled],
            [*self._folded, *more._folded],
            [*self._owners, *more._owners],
        )
        return joined

    def find(self, typed: str) -> PrefixMatch:
        """Return the places of the texts that begin with what is typed; of none when nothing is."""
        wanted, spelled = fold(typed), spell(typed)
        if not wanted:
            return PrefixMatch((), ())
        first = bisect_left(self._folded, wanted)
        places = range(first, bisect_left(self._folded, wanted + _LAST, lo=first))
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
        """Return the text at a place."""
        return self._texts[place]

    def owners(self, places: Iterable[int]) -> NDArray[np.int32]:
        """Return the owners of the texts at the places, one text after another."""
        return join_numbers(self._owners[place] for place in places)
