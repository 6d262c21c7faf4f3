"""The words that a process knows, and the way from a term to them."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search.analysis.analyser import LANGUAGES
from search.analysis.function_words import EVERY
from search.batches import in_batches
from search.memory.number_sets import distinct
from search.models import Word
from search.terms.engine import QueryTerm, TermKind, WordNumbers
from search.terms.prefixes import join_numbers
from search.terms.spell_checker import SpellChecker
from search.terms.words import CLASSIFIED, NAMED

TermOrdinals = NDArray[np.int32]
"""Ordinals of words in the term dictionary."""
NO_ORDINALS: TermOrdinals = np.empty(0, np.int32)

FEW_WORDS = 5_000
"""Unknown words up to this many are asked for by number; for more the whole table is read."""
NUMBERS_A_QUERY = 500


_Ordinals = defaultdict[str, array]
"""Ordinals of words by what they have: a surface, a base form or a part."""


def _number_of(language: str) -> int:
    """Return the number by which a language is known here: 0 for none."""
    return LANGUAGES.index(language) + 1 if language in LANGUAGES else 0


class WordsMissing(Exception):
    """Documents hold words that the table has not: it was read between two changes."""


class TermDictionary:
    """All words that the process has met, each with an ordinal of its own that never changes.

    Words never change either, because their numbers are made from what they are, so one dictionary serves all
    snapshots: words that a snapshot's documents do not have cannot be found in them. Words are only ever added, under
    a lock; readers need none.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._surfaces: list[str] = []
        self._bases: list[str] = []
        self._languages = bytearray()
        self._by_surface, self._by_base, self._by_part = (_Ordinals(partial(array, "i")) for _ in range(3))
        self._indexes = {
            TermKind.SURFACE: (self._by_surface,),
            TermKind.BASE: (self._by_base,),
            TermKind.PART: (self._by_part,),
            TermKind.ANYWHERE: (self._by_base, self._by_part),
        }
        self._spell_checker = SpellChecker()
        self._spelled = 0
        self._numbers: WordNumbers = np.empty(0, np.uint64)
        self._sorted: tuple[WordNumbers, TermOrdinals] = (np.empty(0, np.uint64), np.empty(0, np.int32))

    def ordinals(self, numbers: WordNumbers) -> TermOrdinals:
        """Return the ordinals of words by their numbers, -1 for those it does not know."""
        known, ordinals = self._sorted
        if not len(known):
            return np.full(len(numbers), -1, np.int32)
        found = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        return np.where(known[found] == numbers, ordinals[found], np.int32(-1))

    def numbers(self, ordinals: TermOrdinals) -> WordNumbers:
        """Return the numbers of words by their ordinals, without words that it is learning at this moment."""
        known = self._numbers
        return known[ordinals[ordinals < len(known)]]

    def in_order(self, ordinals: TermOrdinals) -> tuple[WordNumbers, TermOrdinals]:
        """Return the numbers of words by their ordinals, in the order of numbers, each with its ordinal."""
        numbers = self.numbers(ordinals)
        order = np.argsort(numbers)
        return numbers[order], ordinals[: len(numbers)][order]

    def surfaces(self, ordinals: Iterable[int]) -> list[str]:
        return [self._surfaces[ordinal] for ordinal in ordinals]

    def bases(self, ordinal: int) -> list[str]:
        return self._bases[ordinal].split()

    def ordinals_of(self, base: str) -> array[int]:
        """Return the ordinals of the words with a base form; they grow as more are learnt."""
        return self._by_base.get(base) or array("i")

    def terms(self, kind: TermKind, *, first: int) -> list[tuple[str, array[int]]]:
        """Return the surfaces, base forms or parts from the ``first`` on, in the order in which it met them.

        Each comes with the ordinals of its words, which grow as more are learnt.
        """
        (index,) = self._indexes[kind]
        if len(index) == first:
            return []
        with self._lock:
            return list(islice(index.items(), first, None))

    def find(self, term: QueryTerm) -> TermOrdinals:
        """Return the ordinals of all words that stand for the term, each once, in order."""
        found = [index.get(text) for index in self._indexes[term.kind] for text in term.texts]
        found += [self._by_surface.get(CLASSIFIED + key) for key in term.keys]
        found += [self._by_surface.get(NAMED + key) for key in term.names]
        arrays = list(filter(None, found))
        if not arrays:
            return NO_ORDINALS
        joined = join_numbers(arrays)
        ordinals = joined if len(arrays) < 2 else distinct(joined)
        if not term.language:
            return ordinals
        return ordinals[np.frombuffer(bytes(self._languages), np.uint8)[ordinals] == _number_of(term.language)]

    def function_words(self) -> TermOrdinals:
        """Return the ordinals of the words that hold sentences together; more as more are learnt."""
        return join_numbers(filter(None, map(self._by_surface.get, EVERY)))

    def spell_checker(self) -> SpellChecker:
        """Return its surfaces and base forms as words to compare by letters; made when first asked for."""
        with self._lock:
            surfaces = self._surfaces[self._spelled :]
            if surfaces:
                marked = (CLASSIFIED, NAMED)
                self._spell_checker.add(surface for surface in surfaces if not surface.startswith(marked))
                self._spell_checker.add(self._by_base)
                self._spelled = len(self._surfaces)
            return self._spell_checker

    def learn(self, numbers: WordNumbers) -> None:
        """Read the words that it does not know from the database. Raises WordsMissing where the table lacks one."""
        unknown = distinct(numbers[self.ordinals(numbers) < 0])
        if not len(unknown):
            return
        fields = ("number", "surface", "language", "bases", "parts")
        if len(unknown) > FEW_WORDS:
            rows = list(Word.objects.values_list(*fields).iterator(chunk_size=10_000))
        else:
            rows = []
            for some in in_batches(unknown.tolist(), NUMBERS_A_QUERY):
                rows += Word.objects.filter(number__in=some).values_list(*fields)
        self.add(rows)
        if (self.ordinals(unknown) < 0).any():
            raise WordsMissing

    def add(self, rows: Sequence[tuple[int, str, str, str, str]]) -> None:
        """Add words that it does not know: number, surface, language, and terms parted by spaces."""
        with self._lock:
            numbers = np.fromiter((row[0] for row in rows), np.uint64, len(rows))
            fresh = np.flatnonzero(self.ordinals(numbers) < 0)
            first = len(self._surfaces)
            for ordinal, row in enumerate(fresh.tolist(), start=first):
                _, surface, language, bases, parts = rows[row]
                self._surfaces.append(surface)
                self._bases.append(bases)
                self._languages.append(_number_of(language))
                self._by_surface[surface].append(ordinal)
                for base in bases.split():
                    self._by_base[base].append(ordinal)
                for part in parts.split():
                    self._by_part[part].append(ordinal)
            known, ordinals = self._sorted
            all_numbers = np.concatenate([known, numbers[fresh]])
            all_ordinals = np.concatenate([ordinals, np.arange(first, first + len(fresh), dtype=np.int32)])
            order = np.argsort(all_numbers, kind="stable")
            self._numbers = np.concatenate([self._numbers, numbers[fresh]])
            self._sorted = (all_numbers[order], all_ordinals[order])
