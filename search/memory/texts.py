"""Passages → words: what is counted, what stands next to what, and where it stands, for the index and for snippets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis.analyser import LANGUAGES, Analyser
from search.analysis.ellipsis import rebuild
from search.analysis.names import Names
from search.analysis.tokens import TokenColumns, tokenise_in_columns
from search.catalogue import Catalogue
from search.findable import Entry, Passage
from search.memory.packing import pack, unpack
from search.memory.segments import FIRST_WORD, NUMBER
from search.terms.engine import WordNumbers
from search.terms.words import CLASSIFIED, NAMED, WordKey, WordReading, combine, number_of

POSITION = np.dtype([("word", "<i8"), ("passage", "<i8"), ("start", "<i8"), ("end", "<i8"), ("role", "u1")])
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
class DocumentWords:
    """The words of a document as the arrays of its row; ``keys`` are those of ``words``, in the same order."""

    words: bytes
    postings: bytes
    stream: bytes
    places: bytes
    length: int
    keys: tuple[WordKey, ...]


class Positions(NamedTuple):
    """Where the words of a document stand, as in PLACE, in columns."""

    words: NDArray[np.unsignedinteger]
    passages: NDArray[np.unsignedinteger]
    starts: NDArray[np.unsignedinteger]
    ends: NDArray[np.unsignedinteger]
    roles: NDArray[np.unsignedinteger]

    def stretches(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.integer], ...]:
        return self.passages[chosen], self.starts[chosen], self.ends[chosen]


def read_positions(packed: bytes) -> Positions:
    """Return the positions of a document's row, which holds lengths: they are smaller than ends."""
    words, passages, starts, lengths, roles = unpack(packed, len(Positions._fields))
    return Positions(words, passages, starts, starts.astype(np.int64) + lengths, roles)


class _Implied(NamedTuple):
    """A word that stands at others: before the word at ``place``, and where in which passage."""

    place: int
    passage: int
    start: int
    end: int
    key: WordKey


class _Codes:
    """Numbers for the words of some texts: those of their tokens by surface and language, and a few others."""

    def __init__(self, tokens: TokenColumns, languages: Sequence[str]) -> None:
        self._tokens = tokens
        self._languages = list(dict.fromkeys(languages)) or [""]
        self._others: dict[WordKey, int] = {}

    def of_tokens(self, languages: Sequence[str], passage_of: NDArray[np.int64]) -> NDArray[np.int64]:
        indexes = np.array([self._languages.index(language) for language in languages], np.int64)
        return self._tokens.numbers * len(self._languages) + indexes[passage_of]

    def of(self, key: WordKey) -> int:
        """Return the code of any word; those that are no tokens have codes below zero."""
        surface, language = key
        number = self._tokens.numbered.get(surface)
        if number is None or language not in self._languages:
            return -1 - self._others.setdefault(key, len(self._others))
        return number * len(self._languages) + self._languages.index(language)

    def keys(self, codes: NDArray[np.int64]) -> list[WordKey]:
        others = list(self._others)
        surfaces, languages = self._tokens.surfaces, self._languages
        numbers, indexes = np.divmod(codes, len(languages))
        return [
            others[-1 - code] if code < 0 else (surfaces[number], languages[index])
            for code, number, index in zip(codes.tolist(), numbers.tolist(), indexes.tolist(), strict=True)
        ]


def _find_positions(passages: Sequence[Passage], *, analyser: Analyser, names: Names) -> tuple[np.ndarray, _Codes]:
    """Return where the words of passages stand, in order, each word by its code.

    A recognised name counts as one word, and its tokens count as none. A token that an ellipsis shortens also counts
    as the word that it stands for.
    """
    tokens = tokenise_in_columns([passage.text for passage in passages])
    bounds = np.append(0, tokens.ends_of_texts)
    passage_of = np.repeat(np.arange(len(passages)), np.diff(bounds))
    languages = [passage.language if passage.language in LANGUAGES else "" for passage in passages]
    codes = _Codes(tokens, languages)
    roles = np.full(len(passage_of), COUNTED, np.uint8)
    implied: list[_Implied] = []
    begins = _find_beginnings(tokens, names)
    for passage, places in groupby(begins.tolist(), key=passage_of.tolist().__getitem__):
        first, end = bounds[passage : passage + 2].tolist()
        for span in names.find_among(tokens.surfaces_of(first, end), [place - first for place in places]):
            begin, last = first + span.start, first + span.end - 1
            roles[begin : last + 1] = RAW
            word = NAMED + span.key, ""
            implied.append(_Implied(begin, passage, int(tokens.starts[begin]), int(tokens.ends[last]), word))
    for passage in np.unique(passage_of[tokens.halves]).tolist():
        first, end = bounds[passage : passage + 2].tolist()
        for place, surface in rebuild(tokens.rows(first, end), analyser.split_points).items():
            at = first + place
            if roles[at] == COUNTED:
                name = names.key_of(surface)
                word = (surface, languages[passage]) if name is None else (NAMED + name, "")
                # It follows its token, so it stands before a name that begins at the next one.
                implied.append(_Implied(at + 1, passage, int(tokens.starts[at]), int(tokens.ends[at]), word))
    placed = np.empty(len(passage_of), POSITION)
    placed["word"], placed["passage"] = codes.of_tokens(languages, passage_of), passage_of
    placed["start"], placed["end"], placed["role"] = tokens.starts, tokens.ends, roles
    if implied:
        implied.sort()
        added = np.array([(codes.of(one.key), one.passage, one.start, one.end, IMPLIED) for one in implied], POSITION)
        placed = np.insert(placed, [one.place for one in implied], added)
    return placed, codes


def _find_beginnings(tokens: TokenColumns, names: Names) -> NDArray[np.int64]:
    capitalised = np.flatnonzero(tokens.capitalised)
    distinct, inverse = np.unique(tokens.numbers[capitalised], return_inverse=True)
    may_begin = [names.may_begin(tokens.surfaces[number]) for number in distinct.tolist()]
    return capitalised[np.array(may_begin, bool)[inverse]]


def _starts(lengths: Iterable[int]) -> NDArray[np.int64]:
    """Return where each of some stretches begins that stand one after another, and where the last one ends."""
    return np.append(0, np.cumsum(np.fromiter(lengths, np.int64)))


def read_words(
    entries: Sequence[Entry], catalogue: Catalogue, *, analyser: Analyser, names: Names
) -> list[DocumentWords]:
    """Return the words of documents: of their passages, and one for each concept key under which they stand.

    Raises KeyError for a passage of a field that the catalogue has not. Many are read in far less time than one by
    one: no step goes through all words in Python.
    """
    fields = {field.name: index for index, field in enumerate(catalogue.fields)}
    passages = [passage for entry in entries for passage in entry.passages]
    field_of = np.array([fields[passage.field] for passage in passages], np.int64)
    first_passages = _starts(len(entry.passages) for entry in entries)
    placed, codes = _find_positions(passages, analyser=analyser, names=names)
    owners = np.repeat(np.arange(len(entries)), np.diff(first_passages))[placed["passage"]]

    placed["word"], listed, text_words = _list_words(placed["word"], owners, len(entries))
    concepts = [[(CLASSIFIED + key, "") for key in dict.fromkeys(entry.concepts)] for entry in entries]

    met, listed = np.unique(listed, return_inverse=True)
    keys = codes.keys(met)
    numbers = _numbers(keys, analyser)[listed]
    listed_keys = list(map(keys.__getitem__, listed.tolist()))

    is_token = placed["role"] != IMPLIED
    stream = _stream(placed[is_token], field_of)
    tokens = _starts(np.bincount(owners[is_token], minlength=len(entries)))
    labels_field = fields[catalogue.labels_field]
    postings = _postings(placed, owners, field_of, list(map(len, concepts)), text_words, labels_field=labels_field)
    rows = _starts(np.bincount(owners, minlength=len(entries)))
    placed["passage"] -= first_passages[owners]
    read = []
    for index, own in enumerate(concepts):
        words = slice(text_words[index], text_words[index + 1])
        items = slice(tokens[index] + first_passages[index], tokens[index + 1] + first_passages[index + 1])
        read.append(
            DocumentWords(
                words=numbers[words].tobytes() + _numbers(own, analyser).tobytes(),
                postings=postings[index],
                stream=pack(stream[items]),
                places=_pack_positions(placed[rows[index] : rows[index + 1]]),
                length=int(tokens[index + 1] - tokens[index]),
                keys=(*listed_keys[words], *own),
            )
        )
    return read


def _numbers(keys: Iterable[WordKey], analyser: Analyser) -> WordNumbers:
    return np.array([number_of(key, analyser.version) for key in keys], NUMBER)


def _list_words(
    codes: NDArray[np.int64], owners: NDArray[np.int64], documents: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the lists of words of documents, in the order in which words first stand there, one list after another.

    That is: for each word of a text its place in the list of its document, the codes in the lists, and where each list
    begins. ``codes`` are those of the words of the texts, and ``owners`` tells of which document each is.
    """
    lowest = int(codes.min(initial=0))
    span = int(codes.max(initial=0)) - lowest + 1
    distinct, firsts, inverse = np.unique(owners * span + (codes - lowest), return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    listed_by, listed = np.divmod(distinct[order], span)
    lists = _starts(np.bincount(listed_by, minlength=documents))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks[inverse] - lists[owners], listed + lowest, lists


def _pack_positions(placed: np.ndarray) -> bytes:
    """Return the positions of one document for its row (read_positions)."""
    lengths = placed["end"] - placed["start"]
    return pack(placed["word"], placed["passage"], placed["start"], lengths, placed["role"])


def _postings(
    placed: np.ndarray,
    owners: NDArray[np.int64],
    field_of: NDArray[np.int64],
    concepts: Sequence[int],
    text_words: NDArray[np.int64],
    *,
    labels_field: int,
) -> list[bytes]:
    """Return for each document how often each word stands in each field, in the order of words.

    A word that stands there only inside names does so 0 times: the document has it beside others, and not by itself.
    ``concepts`` says how many words each has for concepts, after those of its texts.
    """
    fields = max(int(field_of.max(initial=0)), labels_field) + 1
    first_words = text_words + _starts(concepts)
    ends = first_words[1:] - concepts
    classified = np.repeat(ends - _starts(concepts)[:-1], concepts) + np.arange(sum(concepts))
    cells = (first_words[owners] + placed["word"]) * fields
    cells += field_of[placed["passage"]]
    found, place = np.unique(np.concatenate([cells, classified * fields + labels_field]), return_inverse=True)
    is_counted = np.append(placed["role"] != RAW, np.ones(len(classified), bool))
    words, fields_of_words = np.divmod(found, fields)
    counts = np.minimum(np.bincount(place, weights=is_counted, minlength=len(found)).astype(np.int64), MOST_COUNTED)
    bounds = np.searchsorted(words, first_words).tolist()
    return [
        pack(words[begin:end] - first, fields_of_words[begin:end], counts[begin:end])
        for first, begin, end in zip(first_words[:-1].tolist(), bounds, bounds[1:], strict=False)
    ]


def _stream(tokens: np.ndarray, field_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the words of all passages in order with the beginning of each passage."""
    begins = np.searchsorted(tokens["passage"], np.arange(len(field_of)))
    return np.insert(tokens["word"] + FIRST_WORD, begins, field_of)
