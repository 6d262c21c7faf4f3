"""Imported concepts compiled into arrays: a process maps them, and makes values only of those that words name.

The compiled form has for every beginning of a phrase (a path of base forms, one a word) a hash, sorted, and for those
that are whole phrases the numbers of their concepts; for every concept a record of its labels as JSON and the numbers
of its broader, narrower and related ones.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from search.catalogue import Concept

IMPORTED = "imported"
"""The vocabulary of imported concepts in concept keys: "imported:http://…"."""
PREFIX = f"{IMPORTED}:"

FORMAT = 1
"""Raised with every change of the compiled form or of what is made of the rows."""

MOST_PATHS = 64
"""Paths of one phrase: each of its words may have several base forms."""
REMEMBERED_RECORDS = 2_000
REMEMBERED_NUMBERS = 5_000
BEGINNING = b""
"""The path of no word."""

Bases = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A label or synonym of a concept as its content words, each as the base forms that it may have.

    ``language`` is empty where nobody has told it. ``text`` is what somebody wrote; empty for a hidden label.
    """

    key: str
    words: Bases
    language: str = ""
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ImportedLabel:
    """A label with the base forms of its words. ``is_preferred`` and ``is_hidden`` are as SKOS has them."""

    language: str
    text: str
    bases: Bases
    is_preferred: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """An imported concept as the database has it; what is in a relation to it is named by its address."""

    address: str
    labels: tuple[ImportedLabel, ...]
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    """``keys`` are those of the concept and of all that are equal to it; the first one is its own."""

    keys: tuple[str, ...]
    labels: Mapping[str, str]
    phrases: tuple[Phrase, ...]


class Way(StrEnum):
    """A relation of imported concepts, as its array is called."""

    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"


def key_of(address: str) -> str:
    return f"{IMPORTED}:{address}"


def is_imported(key: str) -> bool:
    """Tell whether a concept is an imported one, under which no page stands."""
    return key.startswith(PREFIX)


class CompiledConcepts:
    """Imported concepts of one moment. Never changed; safe across threads."""

    def __init__(self, content: bytes | memoryview) -> None:
        """Take what ``compile_rows`` returned, or a map of it."""
        size = int.from_bytes(content[:8], "little")
        self._arrays = {
            name: np.frombuffer(content, dtype, count, offset)
            for name, (dtype, count, offset) in json.loads(bytes(content[8 : 8 + size])).items()
        }
        self.size = len(self._arrays["records first"]) - 1
        self._record = lru_cache(maxsize=REMEMBERED_RECORDS)(self._read_record)
        self._number = lru_cache(maxsize=REMEMBERED_NUMBERS)(self._find_number)

    def __contains__(self, key: str) -> bool:
        return self._number(key) is not None

    def leading(self, key: str) -> str:
        """Return the key of the concept and of all that are equal to it; any other key is its own."""
        number = self._number(key)
        return key if number is None else self._record(number).keys[0]

    def find_phrases(self, readings: Sequence[Iterable[str]], *, longer_than: int = 0) -> list[Phrase]:
        """Return the longest phrases that words begin with, given the base forms of each, if of so many words."""
        paths = [BEGINNING] if self.size else []
        ends: list[tuple[int, list[int]]] = []
        for length, bases in enumerate(readings, 1):
            if not paths:
                break
            paths, numbers = self._look_up([_extend(path, base) for path in paths for base in bases])
            if numbers and length > longer_than:
                ends.append((length, numbers))
        for length, numbers in reversed(ends):
            wanted = [frozenset(bases) for bases in readings[:length]]
            found = [
                phrase
                for number in numbers
                for phrase in self._record(number).phrases
                if len(phrase.words) == length
                and all(not bases.isdisjoint(word) for bases, word in zip(wanted, phrase.words, strict=True))
            ]
            if found:
                return found
        return []

    def phrases(self, key: str) -> tuple[Phrase, ...]:
        number = self._number(key)
        return () if number is None else self._record(number).phrases

    def names(self, key: str) -> tuple[Phrase, ...]:
        """Return those of the phrases of a concept that are its preferred labels."""
        number = self._number(key)
        if number is None:
            return ()
        record = self._record(number)
        return tuple(one for one in record.phrases if one.text and record.labels.get(one.language) == one.text)

    def concept(self, key: str) -> Concept | None:
        number = self._number(key)
        if number is None:
            return None
        record = self._record(number)
        return Concept(
            record.keys[0],
            labels=record.labels,
            equals=tuple((phrase.language, phrase.text) for phrase in record.phrases if phrase.text),
            broader=self.broader(key),
            related=self.related(key),
        )

    def labels(self, key: str) -> Mapping[str, str]:
        """Return the preferred labels by language."""
        number = self._number(key)
        return {} if number is None else self._record(number).labels

    def broader(self, key: str) -> tuple[str, ...]:
        return self._keys(self._beside(key, Way.BROADER))

    def narrower(self, key: str) -> tuple[str, ...]:
        return self._keys(self._beside(key, Way.NARROWER))

    def related(self, key: str) -> tuple[str, ...]:
        return self._keys(self._beside(key, Way.RELATED))

    def beside(self, keys: Iterable[str], way: Way, *, met: Iterable[str], most: int) -> set[str]:
        """Return the keys of the concepts that are in a relation to others but not met; none if there are too many."""
        numbers = {number for key in keys for number in self._beside(key, way)}
        if numbers:
            numbers.difference_update(map(self._number, met))
        return set(self._keys(numbers)) if len(numbers) <= most else set()

    def _look_up(self, paths: Sequence[bytes]) -> tuple[list[bytes], list[int]]:
        """Return those of the paths that begin a phrase, and the numbers of the concepts with a phrase that is one."""
        known = self._arrays["paths"]
        wanted = np.frombuffer(b"".join(paths), np.uint64)
        places = np.searchsorted(known, wanted)
        numbers: dict[int, None] = {}
        found = []
        firsts, ends = self._arrays["ends first"], self._arrays["ends"]
        for path, hash_, place in zip(paths, wanted.tolist(), places.tolist(), strict=True):
            if place < len(known) and int(known[place]) == hash_:
                found.append(path)
                numbers |= dict.fromkeys(ends[firsts[place] : firsts[place + 1]].tolist())
        return found, list(numbers)

    def _beside(self, key: str, way: Way) -> list[int]:
        number = self._number(key)
        if number is None:
            return []
        firsts, others = self._arrays[f"{way} first"], self._arrays[way]
        return others[firsts[number] : firsts[number + 1]].tolist()

    def _keys(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._record(number).keys[0] for number in numbers)

    def _find_number(self, key: str) -> int | None:
        """Return the number of the concept of a key; None for an unknown one."""
        if not is_imported(key):
            return None
        known, hash_ = self._arrays["keys"], _hash(key)
        place = int(np.searchsorted(known, np.uint64(hash_)))
        if place == len(known) or int(known[place]) != hash_:
            return None
        number = int(self._arrays["numbers"][place])
        return number if key in self._record(number).keys else None

    def _read_record(self, number: int) -> _Record:
        first, end = self._arrays["records first"][number : number + 2].tolist()
        keys, labels, words = json.loads(self._arrays["records"][first:end].tobytes())
        phrases = (
            Phrase(keys[0], tuple(map(tuple, bases)), language, text) for language, text, bases in words if bases
        )
        return _Record(tuple(keys), labels, tuple(dict.fromkeys(phrases)))


def compile_rows(rows: Iterable[ConceptRow]) -> bytes:
    """Return concepts in the compiled form; those that are equal, by way of others too, become one."""
    groups = _merge({row.address: row for row in _unite(rows)})
    number_of = {row.address: number for number, group in enumerate(groups) for row in group}
    paths: defaultdict[bytes, dict[int, None]] = defaultdict(dict)
    records = []
    broader: list[set[int]] = []
    narrower: list[set[int]] = [set() for _ in groups]
    related: list[set[int]] = [set() for _ in groups]
    for number, group in enumerate(groups):
        labels = list({(one.language, one.text): one for row in group for one in row.labels}.values())
        records.append(_pack_record(group, labels))
        for one in labels:
            for path, is_whole in _paths(one.bases):
                numbers = paths[path]
                if is_whole:
                    numbers.setdefault(number)
        above = {number_of[other] for row in group for other in row.broader if other in number_of} - {number}
        broader.append(above)
        for other in above:
            narrower[other].add(number)
        for other in {number_of[other] for row in group for other in row.related if other in number_of} - {number}:
            related[number].add(other)
            related[other].add(number)
    ordered = sorted((int.from_bytes(path, "little"), list(numbers)) for path, numbers in paths.items())
    keys = sorted((_hash(key_of(address)), number) for address, number in number_of.items())
    return _pack(
        {
            "paths": np.array([hash_ for hash_, _ in ordered], np.uint64),
            **_rows("ends", [numbers for _, numbers in ordered]),
            "keys": np.array([hash_ for hash_, _ in keys], np.uint64),
            "numbers": np.array([number for _, number in keys], np.int32),
            **_rows(Way.BROADER, broader),
            **_rows(Way.NARROWER, narrower),
            **_rows(Way.RELATED, related),
            "records": np.frombuffer(b"".join(records), np.uint8),
            "records first": np.cumsum([0, *map(len, records)], dtype=np.int64),
        }
    )


def _unite(rows: Iterable[ConceptRow]) -> list[ConceptRow]:
    """Return the rows, of those at one address (of several vocabularies) a single one that has all of theirs."""
    found: dict[str, ConceptRow] = {}
    for row in rows:
        other = found.get(row.address)
        found[row.address] = (
            row
            if other is None
            else ConceptRow(
                row.address,
                (*other.labels, *row.labels),
                (*other.broader, *row.broader),
                (*other.related, *row.related),
                (*other.equal, *row.equal),
            )
        )
    return list(found.values())


def _merge(rows: Mapping[str, ConceptRow]) -> list[list[ConceptRow]]:
    """Return the rows in groups of equal ones, both in the order in which they came."""
    leader = {address: address for address in rows}

    def lead(address: str) -> str:
        while leader[address] != address:
            leader[address] = address = leader[leader[address]]
        return address

    place = {address: number for number, address in enumerate(rows)}
    for row in rows.values():
        for other in row.equal:
            if other in rows:
                first, second = sorted((lead(row.address), lead(other)), key=place.__getitem__)
                leader[second] = first
    groups: defaultdict[str, list[ConceptRow]] = defaultdict(list)
    for address, row in rows.items():
        groups[lead(address)].append(row)
    return list(groups.values())


def _pack_record(group: Sequence[ConceptRow], labels: Sequence[ImportedLabel]) -> bytes:
    shown = [one for one in labels if not one.is_hidden]
    preferred = {one.language: one.text for one in reversed(shown) if one.is_preferred} or {
        one.language: one.text for one in shown[:1]
    }
    words = [[one.language, "" if one.is_hidden else one.text, one.bases] for one in labels]
    record = [[key_of(row.address) for row in group], preferred, words]
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _paths(bases: Bases) -> Iterator[tuple[bytes, bool]]:
    """Yield the paths of a phrase and of its beginnings, with whether each is the whole of it."""
    paths = [BEGINNING]
    for length, word in enumerate(bases, 1):
        paths = list(islice((_extend(path, base) for path in paths for base in word), MOST_PATHS))
        yield from ((path, length == len(bases)) for path in paths)


def _extend(path: bytes, base: str) -> bytes:
    return blake2b(path + base.encode(), digest_size=8).digest()


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")


def _rows(name: str, rows: Sequence[Iterable[int]]) -> dict[str, NDArray[np.int32]]:
    """Return rows of numbers as one array, with the place at which each begins."""
    listed = [sorted(row) for row in rows]
    return {
        name: np.array([number for row in listed for number in row], np.int32),
        f"{name} first": np.cumsum([0, *map(len, listed)], dtype=np.int32),
    }


def _pack(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Return arrays one after another, each where its numbers may begin, after a list of them."""
    body = bytearray()
    listed = {}
    for name, array in arrays.items():
        body += bytes(-len(body) % 64)
        listed[name] = (array.dtype.str, len(array), len(body))
        body += array.tobytes()
    # The list tells offsets in the whole, and its own length does not depend on them: it is padded.
    size = 64 * (1 + (len(json.dumps(listed)) + 12 * len(listed)) // 64) - 8
    placed = {name: (dtype, count, 8 + size + offset) for name, (dtype, count, offset) in listed.items()}
    return size.to_bytes(8, "little") + json.dumps(placed).encode().ljust(size) + bytes(body)


NOTHING = CompiledConcepts(compile_rows(()))
"""Of a site that has imported none."""
