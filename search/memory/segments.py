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
from search.memory.places import NO_WORD, Places, choose, sort_by_word
from search.memory.term_dictionary import NO_ORDINALS, TermDictionary, TermOrdinals

NUMBER = np.dtype("<u8")
FIRST_WORD = 0x100
"""Added in a stream to the place of a word in its document's list. A smaller item is the index of a field, of which a
passage begins there."""

NEVER = np.inf
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
    ``places`` are those of the words of all passages, one passage after another with a place without a word before
    each; ``passage_starts``, ``passage_fields`` and ``passage_doc_ids`` tell where each begins and whose it is.
    """

    page_ids: NDArray[np.int64]
    lengths: NDArray[np.float64]
    expires: NDArray[np.float64]
    words: TermOrdinals
    starts: NDArray[np.int64]
    postings: Postings
    weighted: NDArray[np.float32]
    places: Places
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

    def having(self, ordinals: TermOrdinals) -> NDArray[np.bool_]:
        """Tell of each document whether any of the words stands in it."""
        has = np.zeros(self.size, bool)
        has[self.postings.doc_ids[self._choose(ordinals)]] = True
        return has

    def weigh(self, ordinals: TermOrdinals) -> NDArray[np.float64]:
        """Return how often any of the words stands in each document, occurrences weighed by their field."""
        chosen = self._choose(ordinals)
        return np.bincount(self.postings.doc_ids[chosen], weights=self.weighted[chosen], minlength=self.size)

    def _choose(self, ordinals: TermOrdinals) -> slice | NDArray[np.int64]:
        return choose(self.words, self.starts, ordinals)

    def occurrences(
        self, sequence: Sequence[TermOrdinals], *, passing: TermOrdinals, known_by: Hashable = None
    ) -> Postings:
        """Return where words stand in order, for each place in a sequence the words that may stand there.

        Words of ``passing`` may stand between them, and are passed over. What is ``known_by`` a key is remembered.
        """
        if not all(map(len, sequence)):
            # As with most phrases of imported vocabularies: nothing has to be remembered of these.
            return self.postings_of(NO_ORDINALS)
        found = self.sequences.get(known_by)
        if found is None:
            places = self.places.in_order(sequence, passing)
            passages = np.searchsorted(self.passage_starts, places, side="right") - 1
            counts = np.ones(len(places), np.uint16)
            found = Postings(self.passage_doc_ids[passages], self.passage_fields[passages], counts)
            if known_by is not None:
                self.sequences[known_by] = found
        return found


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
        self.stream: list[TermOrdinals] = []
        self.passage_starts: list[NDArray[np.int64]] = []
        self.passage_fields: list[NDArray[np.uint8]] = []
        self.passage_doc_ids: list[NDArray[np.int32]] = []
        self.facets: dict[str, dict[str, list[int]]] = {facet.name: {} for facet in catalogue.facets}
        self.numeric_keys: dict[str, list[float]] = {sort.name: [] for sort in catalogue.orders if not sort.text}
        self.text_keys: dict[str, list[str]] = {sort.name: [] for sort in catalogue.orders if sort.text}
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
        kept = np.flatnonzero((words != NO_WORD) & (counts > 0))
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

        kept = stays[segment.passage_doc_ids]
        lengths = np.diff(np.append(segment.passage_starts, segment.places.length))
        self.stream.append(segment.places.stream()[np.repeat(kept, lengths)])
        self.passage_starts.append(self._stream_length + np.cumsum(lengths[kept]) - lengths[kept])
        self.passage_fields.append(segment.passage_fields[kept])
        self.passage_doc_ids.append(moved[segment.passage_doc_ids[kept]])
        self._stream_length += len(self.stream[-1])

    def build(self) -> Segment:
        """Return the segment: its postings sorted by word, its facets packed. Ends the collecting."""
        places = Places.of(_join(self.stream, np.int32))
        word_of = _join(self.words, np.int32)
        order = sort_by_word(word_of)
        word_of = word_of[order]
        changes = np.flatnonzero(np.diff(word_of, prepend=NO_WORD))
        postings = Postings(
            _join(self.doc_ids, np.int32)[order],
            _join(self.fields, np.uint8)[order],
            _join(self.counts, np.uint16)[order],
        )
        weights = np.array([field.weight for field in self._catalogue.fields], np.float32)
        return Segment(
            page_ids=np.array(self.page_ids, np.int64),
            lengths=np.array(self.lengths, np.float64),
            expires=np.array(self.expires, np.float64),
            words=word_of[changes],
            starts=np.append(changes, len(word_of)).astype(np.int64),
            postings=postings,
            weighted=weights[postings.fields] * postings.counts,
            places=places,
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


def _join(arrays: list[np.ndarray], kind: type[np.generic]) -> np.ndarray:
    """Return the arrays as one and forget them: a large index is in memory once while it is built."""
    joined = np.concatenate(arrays) if arrays else np.empty(0, kind)
    arrays.clear()
    return joined


def _number(key: float | str | None) -> float:
    return float(key) if isinstance(key, int | float) else np.nan
