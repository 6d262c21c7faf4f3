"""What a synonym set does or would do: how much it finds, where else its words stand, a search before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from search import catalogue as catalogues
from search import index_version
from search.analysis.tokens import tokenise
from search.criteria import Criteria
from search.finding.results import find
from search.memory.engine import ENGINE
from search.models import SynonymSet
from search.query import planning
from search.terms import concepts, words
from search.terms.concepts import Concepts

MOST_SHARE = 0.25
"""A set that finds more than this share of the pages seldom helps: nearly everything is found."""

SHOWN_IN = "fi"
"""The language in which concepts are called to curators."""

FIRST = 3
"""How many of the first hits are named."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A word of a set that means something already: ``meaning`` is a vocabulary term's label or another set."""

    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many of the findable pages a set finds, and which of its words stand in another concept too."""

    found: int
    pages: int
    elsewhere: tuple[Elsewhere, ...]
    is_too_broad: bool


@dataclass(frozen=True, slots=True)
class WordEffect:
    """The search of one word now and after the change: full hits, partial ones, and the titles that come first."""

    word: str
    full_now: int
    partial_now: int
    full_after: int
    partial_after: int
    first_after: tuple[str, ...]


class Reach:
    """Counts the pages that synonym sets find, as the search would with these sets. Looks at one moment."""

    def __init__(self, groups: Iterable[SynonymSet]) -> None:
        at = index_version.read()
        self.known = concepts.suppose(catalogues.current(), groups)
        self._reader = ENGINE.reader(catalogues.current(), at, now=timezone.now())

    @property
    def pages(self) -> int:
        return self._reader.size

    def count(self, group: SynonymSet) -> int:
        """Return how many pages a search for any word of the set finds fully."""
        alternatives = [
            alternative
            for word in group.words
            for planned in planning.plan(word, self.known, self._reader, words.analyser()).words
            for alternative in planned.alternatives
            if alternative.full
        ]
        return self._reader.frequency(alternatives)

    def is_too_broad(self, found: int) -> bool:
        """Tell whether so many pages are over a quarter of all; in a handful of pages every word would be."""
        return found > MOST_SHARE * self.pages and found >= self._reader.rules.common_at_least


def judge(group: SynonymSet) -> Judgement:
    """Return what a curator should know before a set is used. It need not be saved."""
    others = _others(group)
    reach = Reach([*others, group])
    found = reach.count(group)
    return Judgement(found, reach.pages, tuple(_elsewhere(group, reach.known, others)), reach.is_too_broad(found))


def effects_of(group: SynonymSet) -> tuple[WordEffect, ...]:
    """Return for each word of the set what a search finds now and would find if the set were saved as it is.

    The words by which broader and related concepts are called are among them: these find the set's pages too.
    """
    others = _others(group)
    after = concepts.suppose(catalogues.current(), [*others, group] if group.in_use else others)
    keys = (*(group.broader or ()), *(group.related or ()))
    called = (after.shown(key, SHOWN_IN) for key in keys)
    return tuple(_effect_of(word, after) for word in dict.fromkeys((*group.words, *filter(None, called))))


def _others(group: SynonymSet) -> Sequence[SynonymSet]:
    return list(SynonymSet.objects.filter(in_use=True).exclude(pk=group.pk).order_by("pk"))


def _effect_of(word: str, after: Concepts) -> WordEffect:
    now, then = (find(Criteria(words=word), supposed=known) for known in (None, after))
    return WordEffect(
        word=word,
        full_now=now.full,
        partial_now=now.partial,
        full_after=then.full,
        partial_after=then.partial,
        first_after=tuple(hit.plain_title for hit in then.hits[:FIRST] if not hit.near),
    )


def _elsewhere(group: SynonymSet, known: Concepts, others: Sequence[SynonymSet]) -> Iterable[Elsewhere]:
    """Yield each word of the set with the other concepts that have a word of the same base form, and with names."""
    own = concepts.key_of(group)
    sets = {concepts.key_of(other): str(other) for other in others}
    for word in group.words:
        tokens = tokenise(word)
        spans = known.names.find(tokens, query=True)
        keys = {span.key for span in spans if span.end - span.start == len(tokens)}
        keys |= {phrase.key for phrase in known.equals(word, words.analyser())} - {own}
        for key in sorted(keys):
            yield Elsewhere(word, sets.get(key) or known.label(key, "fi"))
