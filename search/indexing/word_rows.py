"""The table of words: each word is analysed and inserted once, and deleted when no document has it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from search import index_version
from search.batches import in_batches
from search.memory.segments import NUMBER
from search.memory.texts import DocumentWords, read_word
from search.models import Document, Word
from search.terms import words
from search.terms.words import WordKey


class KnownWords:
    """The words that the table has for certain, so that one rebuild asks for each only once.

    All are read anew when another process has deleted words.
    """

    def __init__(self) -> None:
        self._numbers: set[int] = set()
        self._stamp: int | None = None

    def read(self) -> set[int]:
        """Return their numbers, to be added to, under the lock of the caller's transaction."""
        stamp = index_version.read_one(index_version.WORDS)
        if not self._numbers or stamp != self._stamp:
            self._numbers = set(Word.objects.values_list("number", flat=True).iterator(chunk_size=10_000))
            self._stamp = stamp
        return self._numbers


def add_words(read: Iterable[DocumentWords], analyser: words.Analyser, known: KnownWords | None) -> None:
    """Analyse and insert the words that the table has not, in the order of their numbers.

    A number stands for one analysis, so that a word which the table has needs none: analysis takes the most time.
    """
    met = known.read() if known else set()
    wanted = {
        number: key
        for document in read
        for number, key in zip(np.frombuffer(document.words, NUMBER).tolist(), document.keys, strict=True)
        if number not in met
    }
    for some in in_batches(sorted(wanted)):
        there = set(Word.objects.filter(number__in=some).values_list("number", flat=True))
        # What this transaction inserts is not yet certain.
        met |= there
        missing = [number for number in some if number not in there]
        Word.objects.bulk_create(
            (_make_word(number, wanted[number], analyser) for number in missing), ignore_conflicts=True
        )


def delete_unused() -> None:
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
