"""The table of words: each word is analysed and inserted once, and deleted when no document has it."""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np
from django.db import transaction

from search import index_version
from search.batches import in_batches
from search.memory.segments import NUMBER
from search.memory.texts import DocumentWords, read_word
from search.models import Document, Word
from search.terms import words
from search.terms.words import WordKey


class KnownWords:
    """The words that the table has for certain, so that one rebuild asks for them only once.

    Only words that were committed count, and all are read anew when another process has deleted words.
    """

    def __init__(self) -> None:
        self._numbers: set[int] = set()
        self._stamp: int | None = None

    def read(self) -> Set[int]:
        """Return the numbers of words in the table, or of most of them, under the lock of the caller's transaction."""
        stamp = index_version.read_one(index_version.WORDS)
        if not self._numbers or stamp != self._stamp:
            self._numbers = set(Word.objects.values_list("number", flat=True).iterator(chunk_size=10_000))
            self._stamp = stamp
        return self._numbers

    def add(self, numbers: Iterable[int]) -> None:
        """Take in numbers that the caller's transaction has inserted or read, once it is committed."""
        fresh = list(numbers)
        transaction.on_commit(lambda: self._numbers.update(fresh))


def add_words(read: Iterable[DocumentWords], analyser: words.Analyser, known: KnownWords | None) -> None:
    """Analyse and insert the words that the table has not, in the order of their numbers.

    A number stands for one analysis, so that a word which the table has needs none: analysis takes the most time.
    """
    met = known.read() if known else frozenset()
    wanted: dict[int, WordKey] = {}
    for document in read:
        numbers = np.frombuffer(document.words, NUMBER).tolist()
        fresh = set(numbers) - met
        if fresh:
            wanted |= {number: key for number, key in zip(numbers, document.keys, strict=True) if number in fresh}
    for some in in_batches(sorted(wanted)):
        there = set(Word.objects.filter(number__in=some).values_list("number", flat=True))
        missing = [number for number in some if number not in there]
        Word.objects.bulk_create(
            (_make_word(number, wanted[number], analyser) for number in missing), ignore_conflicts=True
        )
    if known:
        known.add(wanted)


def delete_unused() -> None:
    """Delete the words that no document has."""
    used = [np.frombuffer(row, NUMBER) for row in Document.objects.values_list("words", flat=True).iterator()]
    index_version.change(index_version.WORDS)
    known = np.fromiter(Word.objects.values_list("number", flat=True).iterator(), np.uint64)
    unused = np.setdiff1d(known, np.concatenate(used)) if used else known
    for some in in_batches(unused.tolist()):
        Word.objects.filter(number__in=some).delete()


def _make_word(number: int, key: WordKey, analyser: words.Analyser) -> Word:
    reading = read_word(key, analyser)
    surface, language = key
    return Word(
        number=number,
        surface=surface,
        language=language,
        bases=" ".join(reading.bases),
        parts=" ".join(reading.parts),
    )
