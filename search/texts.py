"""Passages → words: what is counted, what stands next to what, and where it stands, for the index and for excerpts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.analysis.analyser import Analyser
from search.analysis.ellipsis import rebuild
from search.analysis.names import Names
from search.analysis.tokens import tokenise
from search.findable import Passage
from search.segments import NUMBER, PASSAGE, POSTING, STREAM
from search.words import CLASSIFIED, NAMED, WordReading, combine, number

PLACE = np.dtype([("word", "<u4"), ("passage", "<u2"), ("start", "<u4"), ("end", "<u4"), ("role", "u1")])
"""Where a word stands: its place in the document's list of words, the passage, offsets in it, and its role."""

COUNTED, RAW, IMPLIED = 0, 1, 2
"""Roles: a token that counts as it is; a token inside a name, which only quotation marks find; a name, or a word that
an ellipsis stands for, at the tokens that stand for it."""

MOST_COUNTED = 0xFFFF
"""Occurrences of one word in one field that are counted."""


Occurrence = tuple[str, str, int, int, int]
"""A word at a place in a passage: surface, language, where it starts and ends, and its role."""

WordKey = tuple[str, str]
"""A word as the table Word names it: surface and language; names and concept keys have no language."""


def read_word(key: WordKey, analyser: Analyser) -> WordReading:
    """Return the terms of a word; none of a name or a concept key."""
    surface, language = key
    return combine(analyser.analyse(surface, language)) if language else WordReading()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a document as the arrays of its row; ``keys`` are those of ``words``, in the same order."""

    words: bytes
    postings: bytes
    stream: bytes
    places: bytes
    length: int
    keys: tuple[WordKey, ...]


def read_passage(passage: Passage, *, analyser: Analyser, names: Names) -> Iterator[Occurrence]:
    """Yield the words of a passage in order.

    A recognised name counts as one word, and its tokens count as none. A token that an ellipsis shortens also counts
    as the word that it stands for.
    """
    tokens = tokenise(passage.text)
    spans = {span.start: span for span in names.find(tokens, query=False)}
    full = rebuild(tokens, analyser.split_points)
    language = passage.language
    inside = 0
    for index, (surface, start, end, _) in enumerate(tokens):
        if index in spans:
            span = spans[index]
            inside = span.end
            yield NAMED + span.key, "", start, tokens[span.end - 1].end, IMPLIED
        role = RAW if index < inside else COUNTED
        yield surface, language, start, end, role
        if role == COUNTED and index in full:
            name = names.key_of(full[index])
            if name is not None:
                yield NAMED + name, "", start, end, IMPLIED
            else:
                yield full[index], language, start, end, IMPLIED


def read_words(
    passages: Sequence[Passage],
    concepts: Iterable[str],
    *,
    fields: Mapping[str, int],
    labels_field: str,
    analyser: Analyser,
    names: Names,
) -> Words:
    """Return the words of a document: of its passages, and one for each concept key under which it stands.

    ``fields`` gives the index of each field. Raises KeyError for a passage of a field that the catalogue has not.
    """
    keys = _Numbering()
    places: list[tuple[int, int, int, int, int]] = []
    for index, passage in enumerate(passages):
        for surface, language, start, end, role in read_passage(passage, analyser=analyser, names=names):
            places.append((keys[surface, language], index, start, end, role))
    classified = [keys[CLASSIFIED + key, ""] for key in dict.fromkeys(concepts)]
    placed = np.array(places, PLACE)
    field_of = np.array([fields[passage.field] for passage in passages], np.int64)
    stream, length = _stream(placed, field_of)
    numbers = [number(surface, language=language, version=analyser.version) for surface, language in keys]
    return Words(
        words=np.array(numbers, NUMBER).tobytes(),
        postings=_postings(placed, classified, field_of, fields[labels_field]).tobytes(),
        stream=stream.tobytes(),
        places=placed.tobytes(),
        length=length,
        keys=tuple(keys),
    )


class _Numbering(dict[WordKey, int]):
    """Gives each word the next number when it is first asked for."""

    def __missing__(self, key: WordKey) -> int:
        place = self[key] = len(self)
        return place


def _postings(
    placed: np.ndarray, classified: Sequence[int], field_of: NDArray[np.int64], labels_field: int
) -> np.ndarray:
    """Return how often each word stands in each field, in the order of words."""
    counting = placed[placed["role"] != RAW]
    fields = max(int(field_of.max(initial=0)), labels_field) + 1
    cells = counting["word"].astype(np.int64) * fields + field_of[counting["passage"]]
    found, counts = np.unique(
        np.concatenate([cells, np.array(classified, np.int64) * fields + labels_field]), return_counts=True
    )
    postings = np.empty(len(found), POSTING)
    postings["word"], postings["field"] = np.divmod(found, fields)
    postings["count"] = np.minimum(counts, MOST_COUNTED)
    return postings


def _stream(placed: np.ndarray, field_of: NDArray[np.int64]) -> tuple[NDArray[np.uint32], int]:
    """Return the words of all passages in order with the beginning of each passage, and the number of the words."""
    tokens = placed[placed["role"] != IMPLIED]
    begins = np.searchsorted(tokens["passage"], np.arange(len(field_of)))
    return np.insert(tokens["word"], begins, (PASSAGE + field_of).astype(STREAM)), len(tokens)
