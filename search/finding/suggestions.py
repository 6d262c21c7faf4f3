"""Suggestions for what is being typed: pages by their titles, values of facets, and words of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from heapq import nsmallest
from itertools import chain, groupby, islice, starmap

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from search import catalogue as catalogues
from search import index_version
from search.analysis.function_words import EVERY
from search.analysis.tokens import Token, tokenise
from search.catalogue import Catalogue
from search.finding.suggestion_cache import SegmentTitles, SuggestionCache, ValueSpellings, cache_of
from search.memory.engine import ENGINE, InProcessEngine
from search.memory.number_sets import distinct
from search.memory.snapshots import Snapshot
from search.rules import QUERY_CHARACTERS, RULES
from search.terms import concepts, words
from search.terms.concepts import reader_language
from search.terms.engine import QueryTerm, TermKind
from search.terms.prefixes import Prefixes, fold, join_numbers
from search.terms.words import combine

LEAST_LETTERS = 2
"""Letters that have to be typed before anything is suggested."""
IN_A_GROUP = 4
ALTOGETHER = 10
LEADING_WORDS = 12
"""Words whose documents are counted, and which are put in order by that."""
SHORTEST_WORD = 3
"""Letters of the shortest word that is suggested."""

Levels = NDArray[np.uint8]


class Level(IntEnum):
    """How a text fits what is typed, the best first."""

    WHOLE = 0
    """The whole text begins so."""
    WORD = 1
    """A word of it, as written or in its base form, begins so."""
    PART = 2
    """A part of one of its compounds begins so."""
    INFLECTED = 6
    """What is typed is a form of one of its words."""
    NONE = 255


ONLY_FOLDED = 3
"""Added to the level of a text that begins with what is typed only when dots and rings are left out: levels 3 to 5."""

FITS_OF_OTHERS = (Level.WHOLE, Level.WHOLE + ONLY_FOLDED, Level.INFLECTED)
"""How a spelling that is not shown as the label may fit."""


@dataclass(frozen=True, slots=True)
class PageSuggestion:
    page_id: int
    title: str


@dataclass(frozen=True, slots=True)
class ValueSuggestion:
    """A value of a facet. ``spelling`` is the synonym or the label in another language that fits, "" for the label."""

    facet: str
    code: str
    label: str
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class WordSuggestion:
    """A base form with the number of documents that have a form of it."""

    word: str
    documents: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What fits a typed text, each kind in its order; values of one facet stand together, in the facets' order."""

    typed: str
    pages: tuple[PageSuggestion, ...] = ()
    values: tuple[ValueSuggestion, ...] = ()
    words: tuple[WordSuggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of a shown text; ``typed`` tells whether it is what has been typed."""

    text: str
    typed: bool


@dataclass(frozen=True, slots=True)
class _Typed:
    """What is typed: its tokens, these with single spaces, and the distinct words that have to fit."""

    tokens: tuple[Token, ...]
    phrase: str
    surfaces: tuple[str, ...]


def suggest(
    text: str, catalogue: Catalogue | None = None, *, now: datetime | None = None, engine: InProcessEngine = ENGINE
) -> Suggestions:
    """Return what fits a text that is being typed: every word of it has to fit, as the beginning of another too.

    Takes one query as long as nothing has changed. Findable pages alone are suggested, and words that one of them has.
    """
    catalogue = catalogue or catalogues.current()
    cut = " ".join(text[:QUERY_CHARACTERS].replace("\0", " ").split())
    typed = _read(cut)
    if len(fold(typed.phrase).replace(" ", "")) < LEAST_LETTERS:
        return Suggestions(cut)
    at = index_version.read()
    known = concepts.current(catalogue, at)
    snapshot = engine.snapshot(catalogue, at)
    kept = cache_of(catalogue, engine.term_dictionary)
    asked = _SuggestionQuery(typed, snapshot, kept, now or timezone.now())
    pages, base_forms = asked.pages(), asked.base_forms()
    groups = _group(asked.values(kept.spellings(known)), catalogue)
    most_pages, most_words, *most_values = _share([len(pages), len(base_forms), *map(len, groups)])
    return Suggestions(
        typed=cut,
        pages=tuple(pages[:most_pages]),
        values=tuple(value for group, most in zip(groups, most_values, strict=True) for value in group[:most]),
        words=tuple(base_forms[:most_words]),
    )


def mark(text: str, typed: str) -> tuple[TextPiece, ...]:
    """Cut a text into what has been typed and the rest: beginnings of words, or else a place inside one."""
    letters = [(fold(char), place) for place, char in enumerate(text)]
    chosen: set[int] = set()
    tokens = tokenise(text)
    for word in map(fold, _read(typed[:QUERY_CHARACTERS]).surfaces):
        begins = [_match(letters[token.start : token.end], word, inside=False) for token in tokens]
        inside = [_match(letters[token.start : token.end], word, inside=True) for token in tokens]
        chosen.update(chain.from_iterable(begins) if any(begins) else next(filter(None, inside), ()))
    stretches = groupby(range(len(text)), key=chosen.__contains__)
    return tuple(TextPiece("".join(text[place] for place in places), is_typed) for is_typed, places in stretches)


def _match(letters: Sequence[tuple[str, int]], word: str, *, inside: bool) -> range:
    """Return the places of a token's letters in which a folded word stands; none where it does not."""
    folded = "".join(letter for letter, _ in letters)
    start = folded.find(word)
    if not word or start < 0 or (start > 0) != inside:
        return range(0)
    owners = [place for letter, place in letters for _ in letter]
    return range(owners[start], owners[start + len(word) - 1] + 1)


def _read(text: str) -> _Typed:
    tokens = tuple(tokenise(text))
    surfaces = [surface for surface in dict.fromkeys(token.surface for token in tokens) if fold(surface)]
    return _Typed(
        tokens=tokens,
        phrase=" ".join(token.surface for token in tokens),
        surfaces=tuple(surfaces[: RULES.counting_words]),
    )


class _SuggestionQuery:
    """One typed text over one state of the index. Belongs to one request."""

    def __init__(self, typed: _Typed, snapshot: Snapshot, kept: SuggestionCache, now: datetime) -> None:
        self._typed = typed
        titles = kept.titles_of(snapshot)
        self._titles = titles.segments
        self._frequencies = titles.frequencies
        self._terms = kept.terms()
        self._term_dictionary = kept.term_dictionary
        self._bases = {surface: self._find_bases(surface) for surface in typed.surfaces}
        alive = snapshot.alive(now)
        self._alive = (alive[: snapshot.base.size], alive[snapshot.base.size :])

    def pages(self) -> list[PageSuggestion]:
        """Return the pages whose titles fit best, equal ones by the alphabet."""
        by_word = list(starmap(self._levels_of_words, self._bases.items()))
        found: list[tuple[int, str, int, PageSuggestion]] = []
        for titles, alive in zip(self._titles, self._alive, strict=True):
            levels = np.maximum.reduce([_best(titles, own) for own in by_word])
            _lower(levels, titles.whole, self._typed.phrase, Level.WHOLE)
            levels[~alive] = Level.NONE
            fitting = np.flatnonzero(levels != Level.NONE)
            if len(fitting) > IN_A_GROUP:
                enough = np.partition(levels[fitting], IN_A_GROUP - 1)[IN_A_GROUP - 1]
                fitting = fitting[levels[fitting] <= enough]
            for doc_id in fitting.tolist():
                page = PageSuggestion(int(titles.segment.page_ids[doc_id]), titles.segment.titles[doc_id])
                found.append((int(levels[doc_id]), page.title.casefold(), page.page_id, page))
        return [page for *_, page in nsmallest(IN_A_GROUP, found, key=lambda row: row[:-1])]

    def values(self, spellings: ValueSpellings) -> list[ValueSuggestion]:
        """Return the values of facets with a spelling that fits, the best first; equal ones by use and alphabet.

        A synonym or a label in another language has to begin as typed, or to have a form of a word that is.
        """
        known, language = spellings.concepts, reader_language()
        levels = np.maximum.reduce([self._levels_of_spellings(*word, spellings) for word in self._bases.items()])
        _lower(levels, spellings.whole, self._typed.phrase, Level.WHOLE)
        named = known.names.find(self._typed.tokens, query=True)
        names = {span.key for span in named if span.end - span.start == len(self._typed.tokens)}
        best: dict[str, tuple[int, bool, ValueSuggestion]] = {}
        for row, level in zip(spellings.rows, levels.tolist(), strict=True):
            fit = min(level, Level.INFLECTED) if row.key in names else level
            if fit == Level.NONE:
                continue
            label = known.label(row.key, language)
            is_other = row.text != label
            if is_other and fit not in FITS_OF_OTHERS:
                continue
            if row.key not in best or (fit, is_other) < best[row.key][:2]:
                spelling = row.text if is_other else ""
                best[row.key] = fit, is_other, ValueSuggestion(row.facet, row.code, label, spelling)
        order = [
            (fit, is_other, -self._use(value), value.label.casefold(), key, value)
            for key, (fit, is_other, value) in best.items()
        ]
        return [value for *_, value in nsmallest(IN_A_GROUP, order, key=lambda row: row[:-1])]

    def base_forms(self) -> list[WordSuggestion]:
        """Return the base forms that fit one typed word, the best first; equal ones by documents and alphabet."""
        if len(self._bases) != 1:
            return []
        ((surface, bases),) = self._bases.items()
        found: dict[str, tuple[int, int, str]] = {}
        for level, candidates in self._candidates(surface, bases):
            counted = ((base, self._count(base)) for base in candidates if base not in found and self._is_word(base))
            for base, documents in islice(((base, number) for base, number in counted if number), LEADING_WORDS):
                found[base] = (level, -documents, base.casefold())
            if len(found) >= IN_A_GROUP:
                break
        leading = nsmallest(IN_A_GROUP, found, key=lambda base: (*found[base], base))
        return [WordSuggestion(self._written(base), -found[base][1]) for base in leading]

    def _find_bases(self, surface: str) -> tuple[str, ...]:
        """Return the base forms of a typed word, none of a function word.

        Of one that no language knows, a beginning or one without its dots, they are those of like words of the index.
        """
        if surface in EVERY:
            return ()
        analysis = words.analyser().analyse(surface)
        if any(reading.known for reading in (analysis.finnish, analysis.swedish, analysis.english)):
            return combine(analysis).bases
        alike = self._within(self._terms[TermKind.SURFACE].owners(self._terms[TermKind.SURFACE].find_equal(surface)))
        return tuple(
            dict.fromkeys(base for ordinal in alike.tolist() for base in self._term_dictionary.bases(ordinal))
        )

    def _levels_of_words(self, surface: str, bases: tuple[str, ...]) -> Levels:
        """Return for each word that the process knows how it fits a typed one."""
        levels = np.full(len(self._frequencies), Level.NONE, np.uint8)
        if bases:
            formed = self._term_dictionary.find(QueryTerm(TermKind.ANYWHERE, bases))
            levels[self._within(formed)] = Level.INFLECTED
        _lower(levels, self._terms[TermKind.PART], surface, Level.PART)
        _lower(levels, self._terms[TermKind.BASE], surface, Level.WORD)
        _lower(levels, self._terms[TermKind.SURFACE], surface, Level.WORD)
        return levels

    def _levels_of_spellings(self, surface: str, bases: Iterable[str], spellings: ValueSpellings) -> Levels:
        """Return for each spelling of a value how it fits a typed word."""
        levels = np.full(len(spellings.rows), Level.NONE, np.uint8)
        for base in bases:
            levels[spellings.bases.get(base, [])] = Level.INFLECTED
        _lower(levels, spellings.parts, surface, Level.PART)
        _lower(levels, spellings.words, surface, Level.WORD)
        return levels

    def _within(self, ordinals: NDArray[np.integer]) -> NDArray[np.integer]:
        """Return the ordinals that words of this state have; the process may know others."""
        return ordinals[ordinals < len(self._frequencies)]

    def _use(self, value: ValueSuggestion) -> int:
        """Return how many documents have a value."""
        found = 0
        for titles, alive in zip(self._titles, self._alive, strict=True):
            doc_ids = titles.segment.facets[value.facet].doc_ids.get(value.code)
            found += 0 if doc_ids is None else int(alive[doc_ids].sum())
        return found

    def _candidates(self, surface: str, bases: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield the base forms of each level, the most frequent first; a later level is made when it is asked for."""
        all_bases, all_parts = self._terms[TermKind.BASE], self._terms[TermKind.PART]
        whole, part = all_bases.find(surface), all_parts.find(surface)
        for added, begun, within in ((0, whole.exact, part.exact), (ONLY_FOLDED, whole.folded, part.folded)):
            yield Level.WHOLE + added, self._by_frequency([all_bases.text(place) for place in begun])
            places = distinct(self._within(all_parts.owners(within)))
            compounds = {base for place in places.tolist() for base in self._term_dictionary.bases(place)}
            yield Level.PART + added, self._by_frequency(sorted(compounds))
        yield Level.INFLECTED, self._by_frequency(list(bases))

    def _by_frequency(self, bases: list[str]) -> list[str]:
        """Return base forms in the order of how many documents their forms have, each form counted by itself."""
        owners = [self._term_dictionary.ordinals_of(base) for base in bases]
        flat = join_numbers(owners)
        counts = np.zeros(len(flat), np.int64)
        here = flat < len(self._frequencies)
        counts[here] = self._frequencies[flat[here]]
        sums = np.bincount(
            np.repeat(np.arange(len(bases)), [len(ordinals) for ordinals in owners]), counts, minlength=len(bases)
        )
        return [bases[number] for number in np.argsort(-sums, kind="stable").tolist() if sums[number]]

    def _is_word(self, base: str) -> bool:
        """Tell whether a base form is worth suggesting.

        A word of several readings has base forms that nobody meant, and one that no dictionary knows has guessed ones:
        such a form counts only where the texts have it as it is, or a word that has no other.
        """
        if len(base) < SHORTEST_WORD or not base.isalpha() or base in EVERY:
            return False
        ordinals = self._ordinals(base)
        return any(self._term_dictionary.bases(ordinal) == [base] for ordinal in ordinals) or (
            len(self._surfaces(base)) > 0
            and not any(
                self._is_rather(other, base) for ordinal in ordinals for other in self._term_dictionary.bases(ordinal)
            )
        )

    def _is_rather(self, other: str, base: str) -> bool:
        """Tell whether a base form is more likely a form of another, which it begins with: *neuvolasta*, *neuvola*."""
        return (
            base != other
            and base.startswith(other)
            and len(self._surfaces(other)) > 0
            and self._frequencies[self._ordinals(other)].sum() > self._frequencies[self._ordinals(base)].sum()
        )

    def _surfaces(self, base: str) -> dict[str, int]:
        """Return the surfaces that spell a base form, with hyphens or without, and their frequencies."""
        ordinals = self._ordinals(base)
        return {
            surface: int(self._frequencies[ordinal])
            for ordinal, surface in zip(ordinals, self._term_dictionary.surfaces(ordinals), strict=True)
            if surface == surface.strip("-") and surface.replace("-", "") == base
        }

    def _count(self, base: str) -> int:
        """Return how many findable documents have a form of a word."""
        ordinals = np.array(self._ordinals(base), np.int32)
        found = 0
        for titles, alive in zip(self._titles, self._alive, strict=True):
            has = np.zeros(len(alive), bool)
            has[titles.segment.postings_of(ordinals).doc_ids] = True
            found += int((has & alive).sum())
        return found

    def _written(self, base: str) -> str:
        """Return a base form as texts write it: base forms have no hyphens."""
        surfaces = self._surfaces(base)
        return min(surfaces, key=lambda surface: (-surfaces[surface], surface), default=base)

    def _ordinals(self, base: str) -> list[int]:
        """Return the ordinals of the words with a base form that some document of this state has."""
        known = len(self._frequencies)
        return [
            ordinal
            for ordinal in self._term_dictionary.ordinals_of(base)
            if ordinal < known and self._frequencies[ordinal]
        ]


def _lower(levels: Levels, prefixes: Prefixes, typed: str, level: Level) -> None:
    """Give the owners of what begins as typed a better level, if it is one."""
    found = prefixes.find(typed)
    for places, fit in ((found.folded, level + ONLY_FOLDED), (found.exact, int(level))):
        owners = prefixes.owners(places)
        owners = owners[owners < len(levels)]
        levels[owners] = np.minimum(levels[owners], fit)


def _best(titles: SegmentTitles, levels: Levels) -> Levels:
    best = np.full(titles.segment.size, Level.NONE, np.uint8)
    np.minimum.at(best, titles.doc_ids, levels[titles.ordinals])
    return best


def _group(values: Sequence[ValueSuggestion], catalogue: Catalogue) -> list[list[ValueSuggestion]]:
    groups = ([value for value in values if value.facet == facet.name] for facet in catalogue.facets)
    return list(filter(None, groups))


def _share(sizes: Sequence[int]) -> list[int]:
    """Return how many rows each group gets: one in turn until there are enough."""
    shares = [0] * len(sizes)
    for turn in range(IN_A_GROUP):
        for group, size in enumerate(sizes):
            if size > turn and sum(shares) < ALTOGETHER:
                shares[group] += 1
    return shares
