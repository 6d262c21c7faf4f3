"""The table of words: each word is analysed and inserted once, and deleted when no document has it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from search.batches import in_batches
from search.memory.segments import NUMBER
from search.memory.texts import DocumentWords, read_word
from search.models import Document, Word
from search.terms import words
from search.terms.words import WordKey


def add_words(read: Iterable[DocumentWords], analyser: words.Analyser) -> None:
    """Analyse and insert the words that the table has not, in the order of their numbers.

    A number stands for one analysis, so that a word which the table has needs none: analysis takes the most time.
    """
    wanted = {
        number: key
        for document in read
        for number, key in zip(np.frombuffer(document.words, NUMBER).tolist(), document.keys, strict=True)
    }
    for some in in_batches(sorted(wanted)):
        there = set(Word.objects.filter(number__in=some).values_list("number", flat=True))
        missing = [number for number in some if number not in there]
        Word.objects.bulk_create(
            (_make_word(number, wanted[number], analyser) for number in missing), ignore_conflicts=True
        )


def delete_unused() -> None:
    used = [np.frombuffer(row, NUMBER) for row in Document.objects.values_list("words", flat=True).iterator()]
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
