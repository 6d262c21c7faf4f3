"""Known words by their letters, to find the one that was meant."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis.function_words import EVERY
from search.analysis.marks import may_mean, unmark
from search.terms.prefixes import LAST, fold

SHORT_WORD = 4
"""Letters up to which only one may be wrong; in a longer word two may."""
SHORTEST_KNOWN = 3
"""Letters of the shortest word that is ever proposed."""


class SpellChecker:
    """A growing list of words. Letters are compared as `prefixes.fold` has them. Safe across threads."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self._words: list[str] = []
        self._folded: list[str] = []
        self._known: set[str] = set()
        self._marked: defaultdict[str, set[str]] = defaultdict(set)
        self._sorted: list[str] = []
        self.add(words)

    def add(self, words: Iterable[str]) -> None:
        """Add words that it does not have; function words and the very short are never proposed."""
        with self._lock:
            words = list(dict.fromkeys(words))
            fresh = [
                word for word in words if len(word) >= SHORTEST_KNOWN and word not in self._known and word not in EVERY
            ]
            for word in words:
                if (plain := unmark(word)) != word:
                    self._marked[plain].add(word)
            self._known.update(fresh)
            self._words += fresh
            self._folded += [fold(word) for word in fresh]

    def marked(self, typed: str) -> list[str]:
        """Return the known words that are what was typed but for marks that were not typed, in their order."""
        with self._lock:
            known = sorted(self._marked.get(unmark(typed), ()))
        return [word for word in known if word != typed and may_mean(typed, word)]

    def beginning(self, letters: str) -> list[str]:
        """Return the known words that begin with these letters, in the order of the alphabet."""
        with self._lock:
            if len(self._sorted) != len(self._words):
                self._sorted = sorted(self._words)
            known = self._sorted
        return known[bisect_left(known, letters) : bisect_left(known, letters + LAST)]

    def near(self, word: str) -> list[tuple[int, str]]:
        """Return the known words that differ in few letters from a word, with the number of these, in no order."""
        most = 1 if len(word) <= SHORT_WORD else 2
        found = process.extract(fold(word), self._folded, scorer=OSA.distance, score_cutoff=most, limit=None)
        return [(int(distance), self._words[place]) for _, distance, place in found]
