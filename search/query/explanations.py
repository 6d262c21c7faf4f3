"""Why a page was found that does not show a word of the query: through which equal words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from search.terms.concepts import Concepts
from search.terms.engine import Alternative, Plan, PlannedWord, QueryTerm, Reader, TermKind, WordNumbers


@dataclass(frozen=True, slots=True)
class Explanation:
    """A word of the query and the equal word, or the label, that the page has in its place."""

    word: str
    equal: str


@dataclass(frozen=True, slots=True)
class _WayToSatisfy:
    """Terms that a document must have, all of them; ``equal`` is "" where the reader sees the word itself.

    ``named`` tells whether the word is a name of the concept and not only a word of its label.
    """

    terms: tuple[QueryTerm, ...]
    equal: str
    named: bool = False


def find(
    plan: Plan, documents: Sequence[WordNumbers], reader: Reader, concepts: Concepts, language: str
) -> list[tuple[Explanation, ...]]:
    """Return the reasons of each document, given the numbers of its words; none for a word that it shows.

    Labels are shown in the language: a Swedish label of a page's target group needs a reason on a Finnish page.
    """
    explanations: list[list[Explanation]] = [[] for _ in documents]
    ends = np.cumsum([len(numbers) for numbers in documents])
    numbers = np.concatenate(list(documents)) if documents else np.empty(0, np.uint64)
    for word in plan.words if len(numbers) else ():
        ways = list(_ways(word, concepts, language)) if word.counts and not word.quoted else []
        if not any(way.equal for way in ways):
            continue
        terms = list(dict.fromkeys(term for way in ways for term in way.terms))
        asked = [PlannedWord(word.surface, (Alternative((term,), 1.0),)) for term in terms]
        # Of each document (rows) which terms (columns) its words satisfy.
        rows = np.split(reader.matching(asked, numbers), ends[:-1], axis=1)
        satisfied = [
            {term for term, found in zip(terms, row.any(axis=1).tolist(), strict=True) if found} for row in rows
        ]
        for explanation, had in zip(explanations, satisfied, strict=True):
            fitting = [way for way in ways if had.issuperset(way.terms)]
            if fitting and all(way.equal for way in fitting):
                best = next((way for way in fitting if way.named), fitting[0])
                explanation.append(Explanation(word.surface, best.equal))
    return [tuple(some) for some in explanations]


def _ways(word: PlannedWord, concepts: Concepts, language: str) -> Iterator[_WayToSatisfy]:
    """Yield the ways to satisfy a word fully, those through labels apart from those through texts."""
    for one in word.alternatives:
        if not one.full:
            continue
        if one.equal:
            yield _WayToSatisfy(one.terms, one.equal)
            continue
        yield _WayToSatisfy(tuple(replace(term, keys=()) if term.texts else term for term in one.terms), "")
        for term in one.terms if len(one.terms) == 1 else ():
            for key in term.keys if term.texts else ():
                shown = concepts.label_has(key, language, term.kind, term.texts)
                label = "" if shown else concepts.label(key, language)
                yield _WayToSatisfy((QueryTerm(TermKind.SURFACE, keys=(key,)),), label, named=key in word.concepts)
