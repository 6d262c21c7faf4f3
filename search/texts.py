"""Passages → words: what is counted, what stands next to what, and where it stands, for the index and for excerpts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis.analyser import Analyser
from search.analysis.ellipsis import rebuild
from search.analysis.names import Names
from search.analysis.tokens import tokenise_in_columns
from search.findable import Passage
from search.packing import pack, unpack
from search.segments import FIRST_WORD, NUMBER
from search.words import CLASSIFIED, NAMED, WordKey, WordReading, combine, numbers

PLACE = np.dtype([("word", "<u4"), ("passage", "<u4"), ("start", "<u4"), ("end", "<u4"), ("role", "u1")])
"""Where a word stands: its place in the document's list of words, the passage, offsets in it, and its role."""

COUNTED, RAW, IMPLIED = 0, 1, 2
"""Roles: a token that counts as it is; a token inside a name, which only quotation marks find; a name, or a word that
an ellipsis stands for, at the tokens that stand for it."""

MOST_COUNTED = 0xFFFF
"""Occurrences of one word in one field that are counted."""


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


class Places(NamedTuple):
    """Where the words of a document stand, as in PLACE, in columns."""

    words: NDArray[np.unsignedinteger]
    passages: NDArray[np.unsignedinteger]
    starts: NDArray[np.unsignedinteger]
    ends: NDArray[np.unsignedinteger]
    roles: NDArray[np.unsignedinteger]

    def stretches(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.integer], ...]:
        """Return the passages, starts and ends of the words that are chosen by their order."""
        return self.passages[chosen], self.starts[chosen], self.ends[chosen]


def read_places(packed: bytes) -> Places:
    """Return the places of a document's row, which holds lengths: they are smaller than ends."""
    words, passages, starts, lengths, roles = unpack(packed, len(Places._fields))
    return Places(words, passages, starts, starts.astype(np.int64) + lengths, roles)


class _Implied(NamedTuple):
    """A word that stands at others: before the word at ``place`` in a document, and where in which passage."""

    place: int
    passage: int
    start: int
    end: int
    key: WordKey


def _place_words(
    passages: Sequence[Passage], *, analyser: Analyser, names: Names
) -> tuple[np.ndarray, dict[WordKey, int]]:
    """Return where the words of passages stand, in order, and the places of the words in the document's list of them.

    A recognised name counts as one word, and its tokens count as none. A token that an ellipsis shortens also counts
    as the word that it stands for.
    """
    tokens = tokenise_in_columns([passage.text for passage in passages])
    roles = np.full(len(tokens.surfaces), COUNTED, np.uint8)
    keys: list[WordKey] = []
    implied: list[_Implied] = []
    shortened = [place for place, surface in enumerate(tokens.surfaces) if surface[-1] == "-" or surface[0] == "-"]
    with_ellipsis = set(np.searchsorted(tokens.ends_of_texts, shortened, side="right").tolist())
    first = 0
    for index, (passage, end) in enumerate(zip(passages, tokens.ends_of_texts, strict=True)):
        own = range(first, end)
        surfaces = tokens.surfaces[first:end]
        keys += zip(surfaces, repeat(passage.language))
        for span in names.find_among(surfaces, compress(count(), tokens.capitalised[first:end])):
            begin, last = own[span.start], own[span.end - 1]
            roles[begin : last + 1] = RAW
            word = NAMED + span.key, ""
            implied.append(_Implied(begin, index, int(tokens.starts[begin]), int(tokens.ends[last]), word))
        if index in with_ellipsis:
            for place, surface in rebuild(tokens.rows(first, end), analyser.split_points).items():
                at = own[place]
                if roles[at] == COUNTED:
                    name = names.key_of(surface)
                    word = (surface, passage.language) if name is None else (NAMED + name, "")
                    implied.append(_Implied(at + 1, index, int(tokens.starts[at]), int(tokens.ends[at]), word))
        first = end
    placed = np.empty(len(keys), PLACE)
    placed["passage"] = np.repeat(np.arange(len(passages)), np.diff(np.array([0, *tokens.ends_of_texts])))
    placed["start"], placed["end"], placed["role"] = tokens.starts, tokens.ends, roles
    if implied:
        # The word of an ellipsis follows its token, so it stands before a name that begins at the next one.
        implied.sort()
        added = np.array([(0, one.passage, one.start, one.end, IMPLIED) for one in implied], PLACE)
        placed = np.insert(placed, [one.place for one in implied], added)
        for one in reversed(implied):
            keys.insert(one.place, one.key)
    # No loop of Python's over all words: most of an index's making is spent here.
    numbering = dict(zip(dict.fromkeys(keys), count()))
    placed["word"] = list(map(numbering.__getitem__, keys))
    return placed, numbering


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
    placed, keys = _place_words(passages, analyser=analyser, names=names)
    classified = [keys.setdefault((CLASSIFIED + key, ""), len(keys)) for key in dict.fromkeys(concepts)]
    field_of = np.array([fields[passage.field] for passage in passages], np.int64)
    stream, length = _stream(placed, field_of)
    known = numbers(analyser.version)
    return Words(
        words=np.array(list(map(known.__getitem__, keys)), NUMBER).tobytes(),
        postings=_postings(placed, classified, field_of, fields[labels_field]),
        stream=pack(stream),
        places=pack(
            placed["word"], placed["passage"], placed["start"], placed["end"] - placed["start"], placed["role"]
        ),
        length=length,
        keys=tuple(keys),
    )


def _postings(placed: np.ndarray, classified: Sequence[int], field_of: NDArray[np.int64], labels_field: int) -> bytes:
    """Return how often each word stands in each field, in the order of words."""
    counting = placed[placed["role"] != RAW]
    fields = max(int(field_of.max(initial=0)), labels_field) + 1
    cells = counting["word"].astype(np.int64) * fields + field_of[counting["passage"]]
    found, counts = np.unique(
        np.concatenate([cells, np.array(classified, np.int64) * fields + labels_field]), return_counts=True
    )
    return pack(*np.divmod(found, fields), np.minimum(counts, MOST_COUNTED))


def _stream(placed: np.ndarray, field_of: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the words of all passages in order with the beginning of each passage, and the number of the words."""
    tokens = placed[placed["role"] != IMPLIED]
    begins = np.searchsorted(tokens["passage"], np.arange(len(field_of)))
    return np.insert(tokens["word"].astype(np.int64) + FIRST_WORD, begins, field_of), len(tokens)
