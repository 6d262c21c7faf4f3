"""Documents as arrays: postings sorted by word, facets as bits, sort keys as columns. Made once, never changed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.batches import in_batches
from search.catalogue import Catalogue
from search.memory.number_sets import NumberSet
from search.memory.packing import unpack
from search.memory.term_dictionary import NO_ORDINALS, TermDictionary, TermOrdinals

NUMBER = np.dtype("<u8")
FIRST_WORD = 0x100
"""Added in a stream to the place of a word in its document's list. A smaller item is the index of a field, of which a
passage begins there."""

NO_WORD = -1
"""Stands between passages in the stream of a segment."""
NEVER = np.inf
PASSED_OVER = np.uint16(1 << 15)
"""The bit of words that may stand between those of a sequence."""
STEPS = 15
"""Words of a sequence that have a bit each."""
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """The columns of a Document that ranking needs, and those that counting and sorting, quotation marks and
    suggestions need besides."""

    page_id: int
    stamp: int
    expires_at: datetime | None
    words: bytes
    postings: bytes
    length: int
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort_keys: Mapping[str, float | str] = field(default_factory=dict)
    stream: bytes = b""
    title: str = ""
    """That of the page."""


class DocumentPostings(NamedTuple):
    """The words of one document: their places in its list of words, their fields, and how often they stand there.

    That is 0 for a word that stands there only inside names.
    """

    words: NDArray[np.unsignedinteger]
    fields: NDArray[np.unsignedinteger]
    counts: NDArray[np.unsignedinteger]


def read_postings(packed: bytes) -> DocumentPostings:
    return DocumentPostings(*unpack(packed, len(DocumentPostings._fields)))


def read_stream(packed: bytes) -> NDArray[np.unsignedinteger]:
    """Return the stream of a document's row: its words in order, each passage begun by its field (FIRST_WORD)."""
    return unpack(packed, 1)[0]


@dataclass(frozen=True, slots=True)
class Postings:
    """Words at documents: parallel arrays of the doc id, the field and the count."""

    doc_ids: NDArray[np.int32]
    fields: NDArray[np.uint8]
    counts: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Values:
    """One facet in a segment: the doc ids of each code, and the same as rows of packed bits."""

    doc_ids: Mapping[str, NDArray[np.int32]]
    codes: tuple[str, ...]
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, doc_ids_of: Mapping[str, Sequence[int]], size: int, *, listed: bool) -> Values:
        """Return the facet; one without a list needs no counts, so it has no bits."""
        doc_ids = {code: np.array(own, np.int32) for code, own in doc_ids_of.items()}
        codes = tuple(sorted(doc_ids)) if listed else ()
        table = np.zeros((len(codes), size), bool)
        for row, code in enumerate(codes):
            table[row, doc_ids[code]] = True
        return cls(doc_ids=doc_ids, codes=codes, bits=np.packbits(table, axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some documents, each with a doc id: its place in the arrays.

    ``words`` are the ordinals of the words that occur, sorted; the postings of the one at i are those from
    ``starts[i]`` to ``starts[i + 1]``, and ``weighted`` has their counts times the weights of their fields.
    ``inside_names`` are words, in order, that documents (``inside_names_of``) have inside names only. ``stream``
    holds the words of all passages in order with NO_WORD before each; ``passage_starts``, ``passage_fields`` and
    ``passage_doc_ids`` tell where each begins and whose it is.
    """

    page_ids: NDArray[np.int64]
    lengths: NDArray[np.float64]
    expires: NDArray[np.float64]
    words: TermOrdinals
    starts: NDArray[np.int64]
    postings: Postings
    weighted: NDArray[np.float32]
    inside_names: TermOrdinals
    inside_names_of: NDArray[np.int32]
    stream: TermOrdinals
    passage_starts: NDArray[np.int64]
    passage_fields: NDArray[np.uint8]
    passage_doc_ids: NDArray[np.int32]
    facets: Mapping[str, Values]
    numeric_keys: Mapping[str, NDArray[np.float64]]
    text_keys: Mapping[str, tuple[str, ...]]
    titles: tuple[str, ...]
    sequences: dict[Hashable, Postings] = field(default_factory=dict)
    """Where sequences stand that have been looked for: phrases of concepts are asked for again and again, and the
    documents of a segment never change."""

    @property
    def size(self) -> int:
        return len(self.page_ids)

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[DocumentRow],
        *,
        term_dictionary: TermDictionary,
        catalogue: Catalogue,
        only: TermOrdinals | None = None,
    ) -> Segment:
        """Return the segment of the rows, which are read once and not kept.

        ``only`` are the words by which its documents can be found, each once and in order, for a segment that
        answers one search. Raises WordsMissing when the term dictionary cannot learn a word of theirs.
        """
        columns = _Columns(catalogue)
        wanted = None if only is None else _Wanted.of(only, term_dictionary)
        for some in in_batches(rows, ROWS_AT_ONCE):
            columns.add(some, term_dictionary, wanted)
        return columns.build()

    def without(self, gone: NDArray[np.bool_], *, added: Segment, catalogue: Catalogue) -> Segment:
        """Return a segment of this one's documents without those that are ``gone``, and those ``added``."""
        columns = _Columns(catalogue)
        columns.add_segment(self, stays=~gone)
        columns.add_segment(added, stays=np.ones(added.size, bool))
        return columns.build()

    def postings_of(self, ordinals: TermOrdinals) -> Postings:
        chosen = self._choose(ordinals)
        return Postings(self.postings.doc_ids[chosen], self.postings.fields[chosen], self.postings.counts[chosen])

    def weigh(self, ordinals: TermOrdinals) -> NDArray[np.float64]:
        """Return how often any of the words stands in each document, occurrences weighed by their field."""
        chosen = self._choose(ordinals)
        return np.bincount(self.postings.doc_ids[chosen], weights=self.weighted[chosen], minlength=self.size)

    def _choose(self, ordinals: TermOrdinals) -> slice | NDArray[np.int64]:
        if not len(ordinals) or not len(self.words):
            return slice(0, 0)
        found = np.minimum(np.searchsorted(self.words, ordinals), len(self.words) - 1)
        found = found[self.words[found] == ordinals]
        starts, ends = self.starts[found], self.starts[found + 1]
        if len(found) == 1:
            return slice(int(starts[0]), int(ends[0]))
        lengths = ends - starts
        before = np.cumsum(lengths) - lengths
        return np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)

    def occurrences(
        self, sequence: Sequence[TermOrdinals], *, passing: TermOrdinals, known_by: Hashable = None
    ) -> Postings:
        """Return where words stand in order, for each place in a sequence the words that may stand there.

        Words of ``passing`` may stand between them, and are passed over. What is ``known_by`` a key is remembered.
        """
        found = self.sequences.get(known_by)
        if found is None:
            found = self._find_occurrences(sequence, passing)
            if known_by is not None:
                self.sequences[known_by] = found
        return found

    def _find_occurrences(self, sequence: Sequence[TermOrdinals], passing: TermOrdinals) -> Postings:
        doc_ids = self._doc_ids_with_all(sequence)
        if not len(doc_ids):
            return self.postings_of(NO_ORDINALS)
        places = self._stretches(doc_ids)
        # One look at a table tells of each word which places of the sequence it may have: a bit each. NO_WORD is at
        # -1, the last, and has none.
        known = (passing, *sequence, self.words[-1:], self.inside_names[-1:])
        table = np.zeros(max(int(some.max(initial=0)) for some in known) + 2, np.uint16)
        table[passing] = PASSED_OVER
        for step, ordinals in enumerate(sequence[:STEPS]):
            table[ordinals] |= np.uint16(1 << step)
        read = table[self.stream[places]]
        kept = read < PASSED_OVER
        places, read = places[kept], read[kept]
        length = max(0, len(read) - len(sequence) + 1)
        stands = np.ones(length, bool)
        for step in range(min(len(sequence), STEPS)):
            stands &= (read[step : step + length] & np.uint16(1 << step)) != 0
        found = np.flatnonzero(stands)
        for step, ordinals in enumerate(sequence[STEPS:], start=STEPS):
            found = found[np.isin(self.stream[places[found + step]], ordinals)]
        passages = np.searchsorted(self.passage_starts, places[found], side="right") - 1
        return Postings(
            self.passage_doc_ids[passages],
            self.passage_fields[passages],
            np.ones(len(found), np.uint16),
        )

    def _doc_ids_with_all(self, sequence: Sequence[TermOrdinals]) -> NDArray[np.int64]:
        """Return the documents that have a word for each place of a sequence, in order."""
        has_all = np.ones(self.size, bool)
        for ordinals in sequence:
            has = np.zeros(self.size, bool)
            has[self.postings.doc_ids[self._choose(ordinals)]] = True
            firsts, ends = (np.searchsorted(self.inside_names, ordinals, side=side) for side in ("left", "right"))
            for place in np.flatnonzero(ends > firsts).tolist():
                has[self.inside_names_of[firsts[place] : ends[place]]] = True
            has_all &= has
            if not has_all.any():
                break
        return np.flatnonzero(has_all)

    def _stretches(self, doc_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places in the stream of all passages of documents, each begun by NO_WORD."""
        starts = self.passage_starts[np.searchsorted(self.passage_doc_ids, doc_ids, side="left")]
        last = np.searchsorted(self.passage_doc_ids, doc_ids, side="right")
        ends = np.full(len(last), len(self.stream))
        inner = last < len(self.passage_starts)
        ends[inner] = self.passage_starts[last[inner]]
        lengths = ends - starts
        before = np.cumsum(lengths) - lengths
        # Numbers of half the size: there may be millions.
        return np.arange(int(lengths.sum()), dtype=np.int32) + np.repeat((starts - before).astype(np.int32), lengths)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The words by which the documents of a segment can be found, by their numbers, with their ordinals."""

    numbers: NumberSet
    ordered: TermOrdinals

    @classmethod
    def of(cls, only: TermOrdinals, term_dictionary: TermDictionary) -> _Wanted:
        numbers, ordinals = term_dictionary.in_order(only)
        return cls(NumberSet(numbers), np.append(ordinals, np.int32(NO_WORD)))

    def ordinals(self, numbers: NDArray[np.uint64]) -> TermOrdinals:
        """Return the ordinals of words by their numbers, NO_WORD for those that are not wanted."""
        # Those that are not there are at -1, the last.
        return self.ordered[self.numbers.ordinals(numbers)]


class _Columns:
    """Collects the columns of a segment while rows are read, some at a time, so that few are in memory at once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.page_ids: list[int] = []
        self.lengths: list[int] = []
        self.expires: list[float] = []
        self.words: list[TermOrdinals] = []
        self.doc_ids: list[NDArray[np.int32]] = []
        self.fields: list[NDArray[np.uint8]] = []
        self.counts: list[NDArray[np.uint16]] = []
        self.inside_names: list[TermOrdinals] = []
        self.inside_names_of: list[NDArray[np.int32]] = []
        self.stream: list[TermOrdinals] = []
        self.passage_starts: list[NDArray[np.int64]] = []
        self.passage_fields: list[NDArray[np.uint8]] = []
        self.passage_doc_ids: list[NDArray[np.int32]] = []
        self.facets: dict[str, dict[str, list[int]]] = {facet.name: {} for facet in catalogue.facets}
        self.numeric_keys: dict[str, list[float]] = {sort.name: [] for sort in catalogue.sorts if not sort.text}
        self.text_keys: dict[str, list[str]] = {sort.name: [] for sort in catalogue.sorts if sort.text}
        self.titles: list[str] = []
        self._stream_length = 0

    def add(self, rows: Sequence[DocumentRow], term_dictionary: TermDictionary, wanted: _Wanted | None) -> None:
        """Add rows, with all their words or those that are wanted. Raises WordsMissing."""
        first = len(self.page_ids)
        for doc_id, row in enumerate(rows, start=first):
            self.page_ids.append(row.page_id)
            self.lengths.append(row.length)
            self.titles.append(row.title)
            self.expires.append(NEVER if row.expires_at is None else row.expires_at.timestamp())
            for facet, own in row.values.items():
                codes = self.facets.get(facet, {})
                for code in dict.fromkeys(own):
                    codes.setdefault(code, []).append(doc_id)
            for sort, keys in self.numeric_keys.items():
                keys.append(_number(row.sort_keys.get(sort)))
            for sort, texts in self.text_keys.items():
                texts.append(str(row.sort_keys.get(sort, "")))

        numbers = [np.frombuffer(row.words, NUMBER) for row in rows]
        lengths = np.array([len(some) for some in numbers], np.int64)
        if wanted is None:
            met, inverse = np.unique(np.concatenate(numbers), return_inverse=True)
            term_dictionary.learn(met)
            ordinals = term_dictionary.ordinals(met)[inverse]
        else:
            ordinals = wanted.ordinals(np.concatenate(numbers))
        offsets = np.cumsum(lengths) - lengths
        self._add_postings([read_postings(row.postings) for row in rows], ordinals, offsets, first)
        if any(row.stream for row in rows):
            self._add_streams([read_stream(row.stream) for row in rows], ordinals, offsets, first)

    def _add_postings(
        self, postings: Sequence[DocumentPostings], ordinals: TermOrdinals, offsets: NDArray[np.int64], first: int
    ) -> None:
        words, fields, counts = (np.concatenate(column) for column in zip(*postings, strict=True))
        owners = np.repeat(np.arange(len(postings)), [len(some.words) for some in postings])
        words = ordinals[words + offsets[owners]]
        is_wanted = words != NO_WORD
        is_counted = counts > 0
        inside = np.flatnonzero(is_wanted & ~is_counted)
        self.inside_names.append(words[inside])
        self.inside_names_of.append((owners[inside] + first).astype(np.int32))
        kept = np.flatnonzero(is_wanted & is_counted)
        self.words.append(words[kept])
        self.doc_ids.append((owners[kept] + first).astype(np.int32))
        self.fields.append(fields[kept].astype(np.uint8))
        self.counts.append(counts[kept].astype(np.uint16))

    def _add_streams(
        self,
        streams: Sequence[NDArray[np.unsignedinteger]],
        ordinals: TermOrdinals,
        offsets: NDArray[np.int64],
        first: int,
    ) -> None:
        owners = np.repeat(np.arange(len(streams)), [len(some) for some in streams])
        # Streams of one empty text have only small numbers, in bytes that could not be compared with larger ones.
        joined = np.concatenate(streams).astype(np.int64)
        is_word = joined >= FIRST_WORD
        words = np.full(len(joined), NO_WORD, np.int32)
        words[is_word] = ordinals[joined[is_word] - FIRST_WORD + offsets[owners[is_word]]]
        starts = np.flatnonzero(~is_word)
        self.stream.append(words)
        self.passage_starts.append(starts + self._stream_length)
        self.passage_fields.append(joined[starts].astype(np.uint8))
        self.passage_doc_ids.append((owners[starts] + first).astype(np.int32))
        self._stream_length += len(joined)

    def add_segment(self, segment: Segment, *, stays: NDArray[np.bool_]) -> None:
        moved = np.where(stays, len(self.page_ids) + np.cumsum(stays) - 1, -1).astype(np.int32)
        self.page_ids += segment.page_ids[stays].tolist()
        self.lengths += segment.lengths[stays].tolist()
        self.expires += segment.expires[stays].tolist()
        self.titles += compress(segment.titles, stays.tolist())
        for facet, codes in self.facets.items():
            for code, doc_ids in segment.facets[facet].doc_ids.items():
                if staying := moved[doc_ids[stays[doc_ids]]].tolist():
                    codes.setdefault(code, []).extend(staying)
        for sort, keys in self.numeric_keys.items():
            keys += segment.numeric_keys[sort][stays].tolist()
        for sort, texts in self.text_keys.items():
            texts += compress(segment.text_keys[sort], stays.tolist())

        kept = stays[segment.postings.doc_ids]
        self.words.append(np.repeat(segment.words, np.diff(segment.starts))[kept])
        self.doc_ids.append(moved[segment.postings.doc_ids[kept]])
        self.fields.append(segment.postings.fields[kept])
        self.counts.append(segment.postings.counts[kept])

        kept = stays[segment.inside_names_of]
        self.inside_names.append(segment.inside_names[kept])
        self.inside_names_of.append(moved[segment.inside_names_of[kept]])

        kept = stays[segment.passage_doc_ids]
        lengths = np.diff(np.append(segment.passage_starts, len(segment.stream)))
        self.stream.append(segment.stream[np.repeat(kept, lengths)])
        self.passage_starts.append(self._stream_length + np.cumsum(lengths[kept]) - lengths[kept])
        self.passage_fields.append(segment.passage_fields[kept])
        self.passage_doc_ids.append(moved[segment.passage_doc_ids[kept]])
        self._stream_length += len(self.stream[-1])

    def build(self) -> Segment:
        """Return the segment: its postings sorted by word, its facets packed."""
        word_of = _join(self.words, np.int32)
        order = np.argsort(word_of, kind="stable")
        word_of = word_of[order]
        changes = np.flatnonzero(np.diff(word_of, prepend=NO_WORD))
        postings = Postings(
            _join(self.doc_ids, np.int32)[order],
            _join(self.fields, np.uint8)[order],
            _join(self.counts, np.uint16)[order],
        )
        weights = np.array([field.weight for field in self._catalogue.fields], np.float32)
        inside_names = _join(self.inside_names, np.int32)
        inside_order = np.argsort(inside_names, kind="stable")
        return Segment(
            page_ids=np.array(self.page_ids, np.int64),
            lengths=np.array(self.lengths, np.float64),
            expires=np.array(self.expires, np.float64),
            words=word_of[changes],
            starts=np.append(changes, len(word_of)).astype(np.int64),
            postings=postings,
            weighted=weights[postings.fields] * postings.counts,
            inside_names=inside_names[inside_order],
            inside_names_of=_join(self.inside_names_of, np.int32)[inside_order],
            stream=_join(self.stream, np.int32),
            passage_starts=_join(self.passage_starts, np.int64),
            passage_fields=_join(self.passage_fields, np.uint8),
            passage_doc_ids=_join(self.passage_doc_ids, np.int32),
            facets={
                facet.name: Values.of(self.facets[facet.name], len(self.page_ids), listed=facet.listed)
                for facet in self._catalogue.facets
            },
            numeric_keys={sort: np.array(keys, np.float64) for sort, keys in self.numeric_keys.items()},
            text_keys={sort: tuple(texts) for sort, texts in self.text_keys.items()},
            titles=tuple(self.titles),
        )


def _join(arrays: Sequence[np.ndarray], kind: type[np.generic]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)


def _number(key: float | str | None) -> float:
    return float(key) if isinstance(key, int | float) else np.nan
