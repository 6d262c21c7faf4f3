"""Documents as arrays: postings sorted by word, facets as bits, sort keys as columns. Made once, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from search.catalogue import Catalogue
from search.lexicon import Lexicon, Places

POSTING = np.dtype([("word", "<u4"), ("field", "u1"), ("count", "<u2")])
"""A word of a document: its place in the document's list of words, the field, and how often it stands there."""
NUMBER = np.dtype("<u8")
STREAM = np.dtype("<u4")
PASSAGE = 0xFFFFFF00
"""In a stream begins a passage, plus the index of its field; every other item is a place in the list of words."""

NO_WORD = -1
"""Stands between passages in the stream of a segment."""
NEVER = np.inf


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """The columns of a Document that ranking and counting need."""

    page_id: int
    stamp: int
    expires_at: datetime | None
    words: bytes
    postings: bytes
    stream: bytes
    length: int
    values: Mapping[str, Sequence[str]]
    sort_keys: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Postings:
    """Words at documents: parallel arrays of the document's ordinal, the field and the count."""

    ordinals: NDArray[np.int32]
    fields: NDArray[np.uint8]
    counts: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Values:
    """One facet in a segment: the ordinals of the documents of each code, and the same as rows of packed bits."""

    ordinals: Mapping[str, NDArray[np.int32]]
    codes: tuple[str, ...]
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, ordinals: Mapping[str, NDArray[np.int32]], size: int, *, listed: bool) -> Values:
        """Return the facet; one without a list needs no counts, so it has no bits."""
        codes = tuple(sorted(ordinals)) if listed else ()
        table = np.zeros((len(codes), size), bool)
        for row, code in enumerate(codes):
            table[row, ordinals[code]] = True
        return cls(ordinals=ordinals, codes=codes, bits=np.packbits(table, axis=1))


@dataclass(frozen=True, slots=True)
class Segment:
    """Some documents, each at an ordinal.

    ``words`` are the places in the lexicon that occur, sorted; the postings of the one at i are those from
    ``starts[i]`` to ``starts[i + 1]``. ``stream`` holds the words of all passages in order with NO_WORD before each;
    ``passage_starts``, ``passage_fields`` and ``passage_ordinals`` tell where each begins and whose it is.
    """

    page_ids: NDArray[np.int64]
    lengths: NDArray[np.float64]
    expires: NDArray[np.float64]
    words: Places
    starts: NDArray[np.int64]
    postings: Postings
    stream: Places
    passage_starts: NDArray[np.int64]
    passage_fields: NDArray[np.uint8]
    passage_ordinals: NDArray[np.int32]
    facets: Mapping[str, Values]
    numeric_keys: Mapping[str, NDArray[np.float64]]
    text_keys: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        """The number of documents."""
        return len(self.page_ids)

    @classmethod
    def from_rows(cls, rows: Sequence[DocumentRow], *, lexicon: Lexicon, catalogue: Catalogue) -> Segment:
        """Return the segment of the rows. Raises WordsMissing when the lexicon cannot learn a word of theirs."""
        numbers = [np.frombuffer(row.words, NUMBER) for row in rows]
        all_numbers = np.concatenate(numbers) if numbers else np.empty(0, np.uint64)
        lexicon.learn(all_numbers)
        places = lexicon.places(all_numbers)
        offsets = _offsets(numbers)

        postings = [np.frombuffer(row.postings, POSTING) for row in rows]
        ordinals = np.repeat(np.arange(len(rows), dtype=np.int32), [len(some) for some in postings])
        joined = np.concatenate(postings) if postings else np.empty(0, POSTING)
        streams = [np.frombuffer(row.stream, STREAM) for row in rows]
        stream_ordinals = np.repeat(np.arange(len(rows), dtype=np.int32), [len(some) for some in streams])
        stream = np.concatenate(streams) if streams else np.empty(0, STREAM)
        passages = np.flatnonzero(stream >= PASSAGE)
        locals_ = np.where(stream >= PASSAGE, 0, stream)
        stream_places = np.full(len(stream), NO_WORD, np.int32)
        if len(places):
            stream_places = places[np.minimum(locals_ + offsets[stream_ordinals], len(places) - 1)]
            stream_places[passages] = NO_WORD
        return cls._build(
            page_ids=np.array([row.page_id for row in rows], np.int64),
            lengths=np.array([row.length for row in rows], np.float64),
            expires=np.array([_seconds(row.expires_at) for row in rows], np.float64),
            word_of=places[joined["word"] + offsets[ordinals]] if len(joined) else np.empty(0, np.int32),
            postings=Postings(ordinals, joined["field"].copy(), joined["count"].copy()),
            stream=stream_places,
            passage_starts=passages,
            passage_fields=(stream[passages] & 0xFF).astype(np.uint8),
            passage_ordinals=stream_ordinals[passages],
            facets={facet.name: _ordinals(rows, facet.name) for facet in catalogue.facets},
            numeric_keys={
                sort.name: np.array([_number(row.sort_keys.get(sort.name)) for row in rows], np.float64)
                for sort in catalogue.sorts
                if not sort.text
            },
            text_keys={
                sort.name: tuple(str(row.sort_keys.get(sort.name, "")) for row in rows)
                for sort in catalogue.sorts
                if sort.text
            },
            catalogue=catalogue,
        )

    @classmethod
    def _build(
        cls,
        *,
        page_ids: NDArray[np.int64],
        lengths: NDArray[np.float64],
        expires: NDArray[np.float64],
        word_of: Places,
        postings: Postings,
        stream: Places,
        passage_starts: NDArray[np.int64],
        passage_fields: NDArray[np.uint8],
        passage_ordinals: NDArray[np.int32],
        facets: Mapping[str, Mapping[str, NDArray[np.int32]]],
        numeric_keys: Mapping[str, NDArray[np.float64]],
        text_keys: Mapping[str, tuple[str, ...]],
        catalogue: Catalogue,
    ) -> Segment:
        """Sort the postings by word and pack the facets."""
        order = np.argsort(word_of, kind="stable")
        word_of = word_of[order]
        changes = np.flatnonzero(np.diff(word_of, prepend=NO_WORD))
        return cls(
            page_ids=page_ids,
            lengths=lengths,
            expires=expires,
            words=word_of[changes],
            starts=np.append(changes, len(word_of)).astype(np.int64),
            postings=Postings(postings.ordinals[order], postings.fields[order], postings.counts[order]),
            stream=stream,
            passage_starts=passage_starts,
            passage_fields=passage_fields,
            passage_ordinals=passage_ordinals,
            facets={
                facet.name: Values.of(facets[facet.name], len(page_ids), listed=facet.listed)
                for facet in catalogue.facets
            },
            numeric_keys=numeric_keys,
            text_keys=text_keys,
        )

    def without(self, gone: NDArray[np.bool_], *, added: Segment, catalogue: Catalogue) -> Segment:
        """Return a segment of this one's documents without those that are ``gone``, and those ``added``."""
        kept = ~gone
        before, after = int(kept.sum()), added.size
        own = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
        new = np.arange(before, before + after, dtype=np.int32)
        pairs = ((self, own), (added, new))

        words, ordinals, fields, counts = [], [], [], []
        streams, starts, stream_fields, owners = [], [], [], []
        length = 0
        for segment, moved in pairs:
            target = moved[segment.postings.ordinals]
            stay = target >= 0
            words.append(np.repeat(segment.words, np.diff(segment.starts))[stay])
            ordinals.append(target[stay])
            fields.append(segment.postings.fields[stay])
            counts.append(segment.postings.counts[stay])
            passage_target = moved[segment.passage_ordinals]
            passage_lengths = np.diff(np.append(segment.passage_starts, len(segment.stream)))
            passage_stay = passage_target >= 0
            streams.append(segment.stream[np.repeat(passage_stay, passage_lengths)])
            stayed = passage_lengths[passage_stay]
            starts.append(length + np.cumsum(stayed) - stayed)
            stream_fields.append(segment.passage_fields[passage_stay])
            owners.append(passage_target[passage_stay])
            length += len(streams[-1])

        facets: dict[str, dict[str, NDArray[np.int32]]] = {}
        for facet in catalogue.facets:
            found: dict[str, list[NDArray[np.int32]]] = {}
            for segment, moved in pairs:
                for code, places in segment.facets[facet.name].ordinals.items():
                    target = moved[places]
                    found.setdefault(code, []).append(target[target >= 0])
            joined = {code: np.sort(np.concatenate(places)) for code, places in found.items()}
            facets[facet.name] = {code: places for code, places in joined.items() if len(places)}

        return self._build(
            page_ids=np.concatenate([self.page_ids[kept], added.page_ids]),
            lengths=np.concatenate([self.lengths[kept], added.lengths]),
            expires=np.concatenate([self.expires[kept], added.expires]),
            word_of=np.concatenate(words),
            postings=Postings(np.concatenate(ordinals), np.concatenate(fields), np.concatenate(counts)),
            stream=np.concatenate(streams),
            passage_starts=np.concatenate(starts),
            passage_fields=np.concatenate(stream_fields),
            passage_ordinals=np.concatenate(owners),
            facets=facets,
            numeric_keys={
                name: np.concatenate([keys[kept], added.numeric_keys[name]])
                for name, keys in self.numeric_keys.items()
            },
            text_keys={
                name: (*compress(keys, kept.tolist()), *added.text_keys[name]) for name, keys in self.text_keys.items()
            },
            catalogue=catalogue,
        )

    def postings_of(self, places: Places) -> Postings:
        """Return the postings of all the words at the places, one word after another."""
        if not len(places) or not len(self.words):
            return Postings(np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.uint16))
        found = np.minimum(np.searchsorted(self.words, places), len(self.words) - 1)
        found = found[self.words[found] == places]
        starts, ends = self.starts[found], self.starts[found + 1]
        if len(found) == 1:
            chosen: slice | NDArray[np.int64] = slice(int(starts[0]), int(ends[0]))
        else:
            lengths = ends - starts
            before = np.cumsum(lengths) - lengths
            chosen = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
        postings = self.postings
        return Postings(postings.ordinals[chosen], postings.fields[chosen], postings.counts[chosen])

    def occurrences(self, phrase: Sequence[Places]) -> Postings:
        """Return where words stand next to each other, for each place in a phrase the words that may stand there."""
        found = np.flatnonzero(np.isin(self.stream, phrase[0]))
        for step, places in enumerate(phrase[1:], start=1):
            found = found[found + step < len(self.stream)]
            found = found[np.isin(self.stream[found + step], places)]
        passages = np.searchsorted(self.passage_starts, found, side="right") - 1
        return Postings(
            self.passage_ordinals[passages],
            self.passage_fields[passages],
            np.ones(len(found), np.uint16),
        )


def _offsets(arrays: Sequence[NDArray[np.uint64]]) -> NDArray[np.int64]:
    lengths = np.array([len(array) for array in arrays], np.int64)
    return np.cumsum(lengths) - lengths


def _seconds(moment: datetime | None) -> float:
    return NEVER if moment is None else moment.timestamp()


def _number(key: float | str | None) -> float:
    return float(key) if isinstance(key, int | float) else np.nan


def _ordinals(rows: Sequence[DocumentRow], facet: str) -> dict[str, NDArray[np.int32]]:
    found: dict[str, list[int]] = {}
    for ordinal, row in enumerate(rows):
        for code in dict.fromkeys(row.values.get(facet, ())):
            found.setdefault(code, []).append(ordinal)
    return {code: np.array(ordinals, np.int32) for code, ordinals in found.items()}
