"""Where words stand: the places of each word in the texts of many documents, one text after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.memory.term_dictionary import TermOrdinals

NO_WORD = -1
"""Stands before each passage, and for a word by which nobody looks."""


def sort_by_word(words: TermOrdinals) -> NDArray[np.int32]:
    """Return the places of words in an array, those of each word together and in order.

    A word and its place are sorted as one number: several times faster than a stable argsort.
    """
    keyed = words.astype(np.int64)
    keyed <<= 32
    keyed |= np.arange(len(words), dtype=np.uint32)
    keyed.sort()
    keyed &= 0xFFFFFFFF
    return keyed.astype(np.int32)


def ranges(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all numbers from each start to before its end, one range after another."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)


def choose(words: TermOrdinals, starts: NDArray[np.int64], ordinals: TermOrdinals) -> slice | NDArray[np.int64]:
    """Return where the rows of any of the words stand, given sorted words and where the rows of each start."""
    if not len(ordinals) or not len(words):
        return slice(0, 0)
    found = np.minimum(np.searchsorted(words, ordinals), len(words) - 1)
    found = found[words[found] == ordinals]
    if len(found) == 1:
        return slice(int(starts[found[0]]), int(starts[found[0] + 1]))
    return ranges(starts[found], starts[found + 1])


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The words of texts in order, turned around: ``at`` has the places of each of the sorted ``words``.

    Those of the word at i are from ``starts[i]`` to ``starts[i + 1]``, in order. ``length`` counts all places, also
    those without a word.
    """

    words: TermOrdinals
    starts: NDArray[np.int64]
    at: NDArray[np.int32]
    length: int
    passed: list[NDArray[np.bool_]] = field(default_factory=list)
    """Of each place whether a function word stands there, once somebody has asked: the one array, or none yet."""

    @classmethod
    def of(cls, stream: TermOrdinals) -> Places:
        """Return the places of a stream: words in order, NO_WORD before each passage."""
        order = sort_by_word(stream)
        order = order[np.count_nonzero(stream == NO_WORD) :]
        word_of = stream[order]
        changes = np.flatnonzero(word_of[1:] != word_of[:-1]) + 1
        starts = np.concatenate([np.zeros(min(len(order), 1), np.int64), changes])
        return cls(word_of[starts], np.append(starts, len(order)), order, len(stream))

    def stream(self) -> TermOrdinals:
        """Return the words in order."""
        stream = np.full(self.length, NO_WORD, np.int32)
        stream[self.at] = np.repeat(self.words, np.diff(self.starts))
        return stream

    def of_any(self, ordinals: TermOrdinals) -> NDArray[np.int32]:
        """Return the places of any of the words, in order."""
        places = self.at[choose(self.words, self.starts, ordinals)]
        return places if len(ordinals) == 1 else np.sort(places)

    def in_order(self, sequence: Sequence[TermOrdinals], passing: TermOrdinals) -> NDArray[np.int32]:
        """Return the places of the first words of sequences, for each step the words that may stand there.

        Words of ``passing`` may stand between them, and are passed over.
        """
        steps = [self.of_any(ordinals) for ordinals in sequence]
        if not all(map(len, steps)):
            return np.empty(0, np.int32)
        passed = self.passed_by(passing) if len(passing) else None
        first = here = steps[0] if passed is None else steps[0][~passed[steps[0]]]
        for places in steps[1:]:
            here = here + 1
            while passed is not None and len(moving := np.flatnonzero(passed[here])):
                here[moving] += 1
            found = places[np.minimum(np.searchsorted(places, here), len(places) - 1)] == here
            first, here = first[found], here[found]
        return first

    def passed_by(self, passing: TermOrdinals) -> NDArray[np.bool_]:
        """Return of each place whether it is passed over: the words of ``passing`` stand between others."""
        if not self.passed:
            # One more than there are places: after the last word comes none. Function words that are learnt later
            # stand in none of these texts.
            found = np.zeros(self.length + 1, bool)
            found[self.at[choose(self.words, self.starts, passing)]] = True
            self.passed.append(found)
        return self.passed[0]
