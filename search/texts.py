"""Passages → words: what is counted, what stands next to what, and where it stands, for the index and for excerpts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

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


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A word at a place in a passage."""

    surface: str
    language: str
    start: int
    end: int
    role: int


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word as the table Word names it; names and concept keys have no language."""

    number: int
    surface: str
    language: str

    def read(self, analyser: Analyser) -> WordReading:
        """Return the terms of the word; none of a name or a concept key."""
        return combine(analyser.analyse(self.surface, self.language)) if self.language else WordReading()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a document as the arrays of its row, and the rows of the words themselves by number."""

    words: bytes
    postings: bytes
    stream: bytes
    places: bytes
    length: int
    rows: Mapping[int, WordRow]


def read_passage(passage: Passage, *, analyser: Analyser, names: Names) -> Iterator[Occurrence]:
    """Yield the words of a passage in order.

    A recognised name counts as one word, and its tokens count as none. A token that an ellipsis shortens also counts
    as the word that it stands for.
    """
    tokens = tokenise(passage.text)
    spans = {span.start: span for span in names.find(tokens, query=False)}
    full = rebuild(tokens, analyser.split_points)
    inside = 0
    for index, token in enumerate(tokens):
        if index in spans:
            span = spans[index]
            inside = span.end
            yield Occurrence(NAMED + span.key, "", token.start, tokens[span.end - 1].end, IMPLIED)
        role = RAW if index < inside else COUNTED
        yield Occurrence(token.surface, passage.language, token.start, token.end, role)
        if role == COUNTED and index in full:
            name = names.key_of(full[index])
            if name is not None:
                yield Occurrence(NAMED + name, "", token.start, token.end, IMPLIED)
            else:
                yield Occurrence(full[index], passage.language, token.start, token.end, IMPLIED)


@dataclass(slots=True)
class _Collector:
    """Numbers the words of one document in the order of their first occurrence."""

    version: str
    places: dict[int, int] = field(default_factory=dict)
    rows: dict[int, WordRow] = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def place(self, surface: str, language: str) -> int:
        """Return the word's place in the document's list."""
        key = (surface, language)
        if key not in self.numbers:
            self.numbers[key] = number(surface, language=language, version=self.version)
            self.rows[self.numbers[key]] = WordRow(self.numbers[key], surface, language)
        return self.places.setdefault(self.numbers[key], len(self.places))


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
    collector = _Collector(analyser.version)
    counts: Counter[tuple[int, int]] = Counter()
    stream: list[int] = []
    places: list[tuple[int, int, int, int, int]] = []
    length = 0
    for index, passage in enumerate(passages):
        field_index = fields[passage.field]
        stream.append(PASSAGE + field_index)
        for word in read_passage(passage, analyser=analyser, names=names):
            place = collector.place(word.surface, word.language)
            places.append((place, index, word.start, word.end, word.role))
            if word.role != RAW:
                counts[place, field_index] += 1
            if word.role != IMPLIED:
                stream.append(place)
                length += 1
    for key in dict.fromkeys(concepts):
        counts[collector.place(CLASSIFIED + key, ""), fields[labels_field]] += 1
    postings = [(place, field_index, min(count, MOST_COUNTED)) for (place, field_index), count in counts.items()]
    return Words(
        words=np.array(list(collector.places), NUMBER).tobytes(),
        postings=np.array(postings, POSTING).tobytes(),
        stream=np.array(stream, STREAM).tobytes(),
        places=np.array(places, PLACE).tobytes(),
        length=length,
        rows=collector.rows,
    )
