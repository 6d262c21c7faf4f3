"""Marks matched words in texts: escapes first, marks after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import compress, count
from typing import Protocol

import numpy as np
from django.utils.safestring import SafeString, mark_safe
from numpy.typing import NDArray

from search.analysis.function_words import EVERY
from search.memory.segments import NUMBER
from search.memory.texts import IMPLIED, RAW, Positions, read_positions
from search.terms.engine import Alternative, Order, Plan, PlannedWord, Reader, WordNumbers

LENGTH = 220
"""Characters of a snippet, about two lines."""
BEFORE = 60
"""Characters of text before the first marked word of a snippet, at most."""
ELLIPSIS = "…"

PassageRange = tuple[int, int, int]
"""A passage and the offsets in it between which something stands."""


@dataclass(frozen=True, slots=True)
class MatchSpan:
    """A stretch of a passage, by its offsets, that stands for words of the query, by their places in the plan."""

    passage: int
    start: int
    end: int
    words: frozenset[int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text with marks, and the language that it is in.

    ``found_in`` is the language of the texts that have the words, where the reader's have none of them, else "".
    """

    html: SafeString
    language: str
    found_in: str = ""


class Passages(Protocol):
    """The texts of one document as its row holds them: (field, language, text), and the positions of their words."""

    texts: Sequence[Sequence[str]]
    words: bytes
    places: bytes


def mark(text: str, spans: Iterable[tuple[int, int]]) -> SafeString:
    """Return the text as HTML with the spans of offsets in ``<mark>``; spans that touch each other are one."""
    pieces = []
    last = 0
    for start, end in _join(spans):
        pieces += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    pieces.append(escape(text[last:]))
    return mark_safe("".join(pieces))


def find(plan: Plan, documents: Sequence[Passages], reader: Reader) -> list[list[MatchSpan]]:
    """Return where words of the plan stand in each document, in order, by the index's own reading of its texts."""
    words = [word for word in plan.words if word.marked]
    if not words or not documents:
        return [[] for _ in documents]
    numbers = [np.frombuffer(document.words, NUMBER) for document in documents]
    positions = [read_positions(document.places) for document in documents]
    # All documents at once: each call of numpy has its price, and most documents are short.
    lengths = np.array([len(some) for some in numbers])
    owners = np.repeat(np.arange(len(documents)), [len(some.words) for some in positions])
    columns = Positions(*(np.concatenate(column) for column in zip(*positions, strict=True)))
    is_match = reader.matching(words, np.concatenate(numbers))
    words_at = columns.words + (np.cumsum(lengths) - lengths)[owners]
    chosen = np.flatnonzero(is_match.any(axis=0)[words_at] & (columns.roles != RAW))
    found: list[dict[PassageRange, set[int]]] = [{} for _ in documents]
    rows = (owners[chosen], *columns.stretches(chosen), is_match[:, words_at[chosen]].T)
    for owner, passage, start, end, matched in zip(*(row.tolist() for row in rows), strict=True):
        found[owner].setdefault((passage, start, end), set()).update(compress(count(), matched))
    for index, place, stretch in _find_sequences(words, numbers, positions, reader):
        found[place].setdefault(stretch, set()).add(index)
    return [[MatchSpan(*stretch, frozenset(indexes)) for stretch, indexes in sorted(own.items())] for own in found]


def _find_sequences(
    words: Sequence[PlannedWord], numbers: Sequence[WordNumbers], positions: Sequence[Positions], reader: Reader
) -> Iterator[tuple[int, int, PassageRange]]:
    """Yield where words in order stand, with the places of the query's word and of the document in their lists."""
    sequences = [
        (index, one) for index, word in enumerate(words) for one in word.alternatives if one.order is not Order.NONE
    ]
    if not sequences:
        return
    terms = [PlannedWord("", (Alternative((term,), 1.0),)) for _, one in sequences for term in one.terms]
    lengths = [len(some) for some in numbers]
    satisfied = reader.matching(terms, np.concatenate(numbers))
    has = by_document(satisfied, lengths)
    begins = np.cumsum(lengths) - lengths
    row = 0
    for index, sequence in sequences:
        rows = slice(row, row + len(sequence.terms))
        row = rows.stop
        # Of all documents at once, and few have all words of a sequence.
        for place in np.flatnonzero(has[rows].all(axis=0)).tolist():
            own = satisfied[rows, begins[place] : begins[place] + lengths[place]]
            for stretch in _find_sequence(sequence, own, numbers[place], positions[place], reader):
                yield index, place, stretch


def by_document(satisfied: NDArray[np.bool_], lengths: Sequence[int]) -> NDArray[np.bool_]:
    """Return which documents (columns) have any word for each row of a table of the words of all of them.

    ``lengths`` has how many words each has.
    """
    has = np.zeros((len(satisfied), len(lengths)), bool)
    some = np.flatnonzero(lengths)
    if len(satisfied) and len(some):
        # A document without words has no column to begin with.
        has[:, some] = np.logical_or.reduceat(satisfied, (np.cumsum(lengths) - lengths)[some], axis=1)
    return has


def _find_sequence(
    sequence: Alternative,
    satisfied: NDArray[np.bool_],
    numbers: WordNumbers,
    positions: Positions,
    reader: Reader,
) -> Iterable[PassageRange]:
    """Yield the stretches in which the words of a sequence stand in its order.

    ``satisfied`` tells of each of its terms (rows) which of the document's words have it.
    """
    tokens = np.flatnonzero(positions.roles != IMPLIED)
    if sequence.order is Order.SPACED:
        passing = np.array([surface in EVERY for surface in reader.surfaces(numbers)], bool)
        tokens = tokens[~passing[positions.words[tokens]]]
    at = satisfied[:, positions.words[tokens]]
    passages, starts, ends = positions.stretches(tokens)
    last = len(sequence.terms) - 1
    found = np.ones(max(0, len(tokens) - last), bool)
    for step, row in enumerate(at):
        found &= row[step : step + len(found)]
    for first in np.flatnonzero(found).tolist():
        if passages[first] == passages[first + last]:
            yield int(passages[first]), int(starts[first]), int(ends[first + last])


def mark_title(spans: Iterable[MatchSpan], passages: Passages, *, field: str, reader_language: str) -> SafeString:
    """Return the document's title with marks: in the reader's language, or else its first one."""
    titles = [(index, one) for index, one in enumerate(passages.texts) if one[0] == field]
    own = [(index, one) for index, one in titles if one[1] == reader_language]
    for index, (_, _, text) in (own or titles)[:1]:
        return mark(text, [(span.start, span.end) for span in spans if span.passage == index])
    return SafeString()


def cut(
    spans: Sequence[MatchSpan],
    passages: Passages,
    *,
    title_field: str,
    lead_field: str,
    fields: Collection[str],
    reader_language: str,
) -> Snippet:
    """Return about two lines around the place where most words of the query stand, each counted once.

    ``fields`` are those from which a snippet may be cut. The lead is taken when it holds as many words as any other
    place, so also when the words stand in no such text. A document with a title in the reader's language is shown in
    that language alone.
    """
    names = [name for name, _, _ in passages.texts]
    languages = [language for _, language, _ in passages.texts]
    has_own = any(
        name == title_field and language == reader_language for name, language in zip(names, languages, strict=True)
    )
    readable = [index for index, language in enumerate(languages) if not has_own or language == reader_language]
    allowed = {index for index in readable if names[index] in fields}
    lead = next((index for index in readable if names[index] == lead_field), None)
    found_in = ""
    if has_own and not any(languages[span.passage] == reader_language for span in spans):
        others = Counter(filter(None, (languages[span.passage] for span in spans)))
        found_in = next((language for language, _ in others.most_common(1)), "")
    if lead is None:
        lead = min(allowed, default=None)
    best: tuple[int, int, int, int] | None = None
    end = 0
    for first, span in enumerate(spans):
        if span.passage not in allowed:
            continue
        # One snippet that begins with the span can show the spans up to ``end``.
        end = max(end, first)
        while end < len(spans) and _fits(span, spans[end]):
            end += 1
        kinds = len(frozenset().union(*(one.words for one in spans[first:end])))
        rank = (kinds, int(span.passage == lead), end - first, -first)
        if best is None or rank > best:
            best = rank
    if best is None and lead is None:
        return Snippet(SafeString(), "", found_in)
    # Without a word to show that is the beginning of the lead.
    begin = None if best is None else spans[-best[3]]
    passage = begin.passage if begin else lead
    name, language, text = passages.texts[passage]
    marks = [(span.start, span.end) for span in spans if begin and span.passage == passage]
    if (begin is None or name == lead_field) and len(text) <= LENGTH + BEFORE:
        return Snippet(mark(text, marks), language, found_in)
    return Snippet(_window(text, begin.start if begin else 0, marks), language, found_in)


def _fits(first: MatchSpan, other: MatchSpan) -> bool:
    return other.passage == first.passage and other.end - first.start <= LENGTH - BEFORE


def _window(text: str, start: int, marks: Iterable[tuple[int, int]]) -> SafeString:
    """Return about LENGTH characters of the text around ``start``, cut between words, with marks."""
    # From the first word on that begins in the room before it.
    begin = (text.find(" ", start - BEFORE, start) + 1 or start - BEFORE) if start > BEFORE else 0
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > start else end
    inside = [
        (max(left, begin) - begin, min(right, end) - begin) for left, right in marks if left < end and right > begin
    ]
    html = mark(text[begin:end], inside)
    before = f"{ELLIPSIS} " if begin else ""
    after = f" {ELLIPSIS}" if end < len(text) else ""
    return mark_safe(f"{before}{html}{after}")


def _join(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
