"""Why a page was found whose texts do not show a word of the query: through which concept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.functional import Promise

from search.catalogue import Catalogue
from search.query.snippets import by_document
from search.terms.compiled import is_imported
from search.terms.concepts import Concepts
from search.terms.engine import (
    Alternative,
    Order,
    Plan,
    PlannedWord,
    QueryTerm,
    Reader,
    Relation,
    TermKind,
    WordNumbers,
)

NEAREST = 24
"""Ways that are asked for at once: a word of many relations has ten times as many, of which few lead anywhere."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A word of the query and what the page has in its place, in the reader's language.

    ``facet`` is the label of the facet whose value ``meaning`` is; empty for a word.
    """

    word: str
    meaning: str
    relation: Relation = Relation.EQUAL
    facet: str | Promise = ""


@dataclass(frozen=True, slots=True)
class _WayToSatisfy:
    """Terms that a document must have, all of them; ``key`` is "" where its texts show the word itself.

    ``classified`` tells that the document stands under the concept, and not that a text has its word.
    """

    terms: tuple[QueryTerm, ...]
    key: str = ""
    classified: bool = False
    relation: Relation = Relation.EQUAL


def find(
    plan: Plan,
    documents: Sequence[WordNumbers],
    reader: Reader,
    concepts: Concepts,
    catalogue: Catalogue,
    language: str,
) -> list[tuple[Explanation, ...]]:
    """Return the reasons of each document, given the numbers of its words; none for a word that its texts show."""
    explanations: list[list[Explanation]] = [[] for _ in documents]
    facets = {facet.vocabulary: facet.label for facet in reversed(catalogue.facets) if facet.vocabulary}
    for word in plan.words:
        if not word.counts or word.quoted:
            continue
        # Most texts show the word itself: what else leads to the others is asked of those few.
        own = _first_ways(list(_own_ways(word, full=True)), documents, reader)
        left = [place for place, way in enumerate(own) if way is None]
        ways = list(dict.fromkeys(_other_ways(word, concepts))) if left else []
        for place, way in _first_of_many(ways, {place: documents[place] for place in left}, reader).items():
            found = _explain(word, way, concepts, facets, language) if way is not None and way.key else None
            # A hidden label is not shown, and a word that means itself explains nothing.
            if found is not None and (found.facet or found.meaning.casefold() != word.surface.casefold()):
                explanations[place].append(found)
    return [tuple(some) for some in explanations]


def _first_of_many(
    ways: Sequence[_WayToSatisfy], documents: Mapping[int, WordNumbers], reader: Reader
) -> dict[int, _WayToSatisfy | None]:
    """Return the same by the places of documents, the nearest ways first: they explain most documents."""
    found: dict[int, _WayToSatisfy | None] = dict.fromkeys(documents)
    for some in (ways[:NEAREST], ways[NEAREST:]):
        left = [place for place, way in found.items() if way is None]
        found |= zip(left, _first_ways(some, [documents[place] for place in left], reader), strict=True)
    return found


def _first_ways(
    ways: Sequence[_WayToSatisfy], documents: Sequence[WordNumbers], reader: Reader
) -> list[_WayToSatisfy | None]:
    """Return of each document the first of the ways by which it satisfies a word, None where there is none."""
    if not ways or not documents:
        return [None] * len(documents)
    terms = {term: row for row, term in enumerate(dict.fromkeys(term for way in ways for term in way.terms))}
    asked = [PlannedWord("", (Alternative((term,), 1.0),)) for term in terms]
    has = by_document(reader.matching(asked, np.concatenate(list(documents))), [len(words) for words in documents])
    # Of each way (rows) which documents (columns) have all its terms.
    leads = np.array([has[[terms[term] for term in way.terms]].all(axis=0) for way in ways])
    return [ways[first] if found else None for first, found in zip(leads.argmax(0), leads.any(0), strict=True)]


def _explain(
    word: PlannedWord,
    way: _WayToSatisfy,
    concepts: Concepts,
    facets: Mapping[str, str | Promise],
    language: str,
) -> Explanation:
    facet = facets.get(way.key.partition(":")[0], "") if way.classified else ""
    meaning = concepts.shown(way.key, language)
    if not facet and way.relation is Relation.EQUAL:
        meaning = _name_equal(word, way, concepts, language) or meaning
    return Explanation(word.surface, meaning, way.relation, facet)


def _name_equal(word: PlannedWord, way: _WayToSatisfy, concepts: Concepts, language: str) -> str:
    """Return the equal word that a text has, if it is in the reader's language, else another one that is."""
    texts = tuple(term.texts for term in way.terms)
    phrases = sorted(concepts.phrases(way.key), key=lambda one: (one.words != texts, one.language != language))
    others = [one for one in phrases if one.text.casefold() != word.surface.casefold()]
    return next((one.text for one in others if one.language in (language, "")), "")


def _own_ways(word: PlannedWord, *, full: bool) -> Iterator[_WayToSatisfy]:
    """Yield the ways in which texts show a word or a form of it; those that are not full show only a part of it."""
    for one in word.alternatives:
        if not one.sources and one.full is full:
            yield _WayToSatisfy(tuple(replace(term, keys=()) if term.texts else term for term in one.terms))


def _other_ways(word: PlannedWord, concepts: Concepts) -> Iterator[_WayToSatisfy]:
    """Yield the other ways to satisfy a word, the nearest first.

    A part of it that a text shows explains a hit in part, and not one that an equal word makes a full one.
    """
    yield from _ways_by_labels(word)
    yield from _ways_by_concepts(word, concepts, full=True)
    yield from _own_ways(word, full=False)
    yield from _ways_by_concepts(word, concepts, full=False)


def _ways_by_labels(word: PlannedWord) -> Iterator[_WayToSatisfy]:
    """Yield the ways by labels that hold a word."""
    own = [one for one in word.alternatives if not one.sources]
    keys = dict.fromkeys(
        key for one in own if one.full for term in one.terms if term.texts for key in (*term.keys, *one.keys)
    )
    # A concept that the word names comes before one whose label only holds it.
    for key in sorted(keys, key=lambda key: key not in word.concepts):
        yield _classified(key)


def _ways_by_concepts(word: PlannedWord, concepts: Concepts, *, full: bool) -> Iterator[_WayToSatisfy]:
    """Yield the ways by concepts in the order of the plan, which is that of their relations."""
    for one in word.alternatives:
        for key in one.sources if one.full is full else ():
            if not is_imported(key):
                yield _classified(key, one.relation)
            texts = _texts_of(one, key, concepts)
            if texts:
                yield _WayToSatisfy(texts, key, relation=one.relation)


def _classified(key: str, relation: Relation = Relation.EQUAL) -> _WayToSatisfy:
    return _WayToSatisfy((QueryTerm(TermKind.SURFACE, keys=(key,)),), key, classified=True, relation=relation)


def _texts_of(one: Alternative, key: str, concepts: Concepts) -> tuple[QueryTerm, ...]:
    """Return the terms by which a text has a concept of an alternative; none of one that asks for its key alone."""
    if one.order is not Order.NONE or not one.terms[0].texts:
        return tuple(replace(term, keys=()) for term in one.terms if term.texts)
    bases = {base for phrase in concepts.phrases(key) if len(phrase.words) == 1 for base in phrase.words[0]}
    texts = tuple(text for text in one.terms[0].texts if text in bases)
    return (replace(one.terms[0], texts=texts, keys=()),) if texts else ()
