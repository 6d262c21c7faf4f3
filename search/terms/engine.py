"""The contract between the search and an engine: what a query asks, and what an engine answers.

Planning turns words into alternatives of terms and knows the languages; an engine counts, ranks and narrows, and knows
only terms, concept keys, facet codes and page keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.catalogue import Catalogue
from search.index_version import IndexVersion
from search.rules import RULES, Rules
from search.terms.spell_checker import SpellChecker

WordNumbers = NDArray[np.uint64]
"""Numbers of words (words.number_of)."""


class TermKind(StrEnum):
    """How a word of a text has to equal a term."""

    SURFACE = "surface"
    BASE = "base"
    PART = "part"
    ANYWHERE = "anywhere"
    """As a base form or as a part."""


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a document: one that has any of ``texts`` as its surface, a base form or a part, as ``kind`` says.

    With ``language`` only words that stand in a text of that language. A document that stands under any of the
    concepts ``keys`` has the term once, in the catalogue's labels field; one whose texts name any of the ``names``
    (keys of proper names) has it where the name stands.
    """

    kind: TermKind
    texts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    language: str = ""


class Order(StrEnum):
    """How the terms of an alternative stand in one passage."""

    NONE = "none"
    """There is one term."""
    SPACED = "spaced"
    """One after another, with nothing but function words between."""
    ADJACENT = "adjacent"
    """Next to each other, as quotation marks ask."""


class OwnPart(StrEnum):
    """Which part of a query's word an alternative is, or is equal to."""

    NONE = ""
    PART = "part"
    HEAD = "head"
    """The last part of a compound, which tells least."""


class Relation(StrEnum):
    """What a concept is to the one that a word of the query names."""

    EQUAL = "equal"
    NARROWER = "narrower"
    BROADER = "broader"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to satisfy a word: its only term, or its terms as ``order`` says.

    ``keys`` are the concepts whose labels hold the terms of several in that order. ``full`` tells whether it satisfies
    the word fully or only partly, ``own_part`` by which part of the query's word it does so. ``sources`` are the keys
    of the concepts through which it does, as ``relation`` says; none for the word itself, its forms and its parts.
    """

    terms: tuple[QueryTerm, ...]
    weight: float
    full: bool = True
    order: Order = Order.NONE
    keys: tuple[str, ...] = ()
    own_part: OwnPart = OwnPart.NONE
    relation: Relation = field(default=Relation.EQUAL, compare=False)
    sources: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PlannedWord:
    """A word of the query, or several that are one name or phrase, with its alternatives.

    A word that does not count only ranks. ``marked`` tells whether snippets mark it: function words are not.
    ``concepts`` are the keys of those that it names, where ``is_name`` by a proper name. It stands in the query from
    ``start`` to ``end``, ``quoted`` in quotation marks.
    """

    surface: str
    alternatives: tuple[Alternative, ...]
    counts: bool = True
    marked: bool = True
    concepts: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    quoted: bool = False
    is_name: bool = False

    @property
    def found_fully(self) -> bool:
        """Whether some document satisfies it fully: alternatives that none has are left out."""
        return any(one.full for one in self.alternatives)


@dataclass(frozen=True, slots=True)
class Plan:
    """A query as an engine reads it. Without words it asks for every document.

    No document is found that satisfies any word of ``left_out``.
    """

    words: tuple[PlannedWord, ...] = ()
    left_out: tuple[PlannedWord, ...] = ()

    @property
    def excluded(self) -> tuple[Alternative, ...]:
        """The alternatives of all words that are left out."""
        return tuple(one for word in self.left_out for one in word.alternatives)

    @property
    def is_known(self) -> bool:
        """Whether some document satisfies a counting word fully."""
        return any(word.found_fully for word in self.words if word.counts)


@dataclass(frozen=True, slots=True)
class Match:
    """A document that a query finds. ``coverage`` is the part of the words' rarity that it satisfies, 0 to 1."""

    page_id: int
    partial: bool
    score: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine found: the matches asked for in their order, the numbers of all, and those of each facet value.

    ``counts`` holds for each listed facet the codes that some document has, with the number of hits under all
    selections but the facet's own, also where that is zero. ``total`` counts the hits under all selections.
    """

    matches: tuple[Match, ...]
    full: int
    partial: int
    counts: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> int:
        return self.full + self.partial


class Reader(Protocol):
    """One unchanging view of the index, for the length of a request."""

    rules: Rules

    @property
    def size(self) -> int:
        """The number of findable documents."""

    def prefetch(self, groups: Iterable[Sequence[Alternative]]) -> None:
        """Learn in one round trip the frequencies that will be asked for. Without it each costs one of its own."""

    def frequency(self, alternatives: Sequence[Alternative]) -> int:
        """Return how many findable documents satisfy any of the alternatives."""

    def search(
        self, plan: Plan, *, selections: Mapping[str, tuple[str, ...]], sort: str, first: int, count: int
    ) -> Answer:
        """Return ``count`` matches from place ``first`` on, in the order of ``sort`` (a sort's name or RELEVANCE)."""

    def known_values(self, facet: str) -> frozenset[str]:
        """Return the codes of a facet that some document has."""

    def matching(self, words: Sequence[PlannedWord], numbers: WordNumbers) -> NDArray[np.bool_]:
        """Tell for each word of the plan (rows) which words of texts satisfy it, in any way but next to each other."""

    def surfaces(self, numbers: WordNumbers) -> list[str]:
        """Return the surfaces of words."""

    def in_memory(self) -> LocalReader:
        """Return a view of the same documents that answers without a round trip, for work that asks very often."""

    def spell_checker(self) -> SpellChecker:
        """Return the surfaces and base forms of all words that are or were in documents."""


class LocalReader(Reader, Protocol):
    """A view of the index as arrays of this process, whose documents have numbers of their own."""

    def doc_ids(self, plan: Plan, selections: Mapping[str, tuple[str, ...]]) -> NDArray[np.int64]:
        """Return the numbers of all hits under the selections, by the keys of their pages."""

    def page_ids(self, doc_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the keys of the documents' pages."""


class Engine(Protocol):
    """Something that answers queries over the documents."""

    def reader(self, catalogue: Catalogue, version: IndexVersion, *, now: datetime, rules: Rules = RULES) -> Reader:
        """Return a view of the index as it is at the version or later, without documents that have expired."""
