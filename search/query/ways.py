"""The ways to satisfy a word of a query: by its forms and parts, equal words, and concepts beside its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from search.analysis.analyser import Analyser
from search.analysis.foreign import split_swedish
from search.terms.compiled import is_imported
from search.terms.concepts import Concepts, Phrase, Relatives
from search.terms.engine import Alternative, Order, OwnPart, QueryTerm, Reader, Relation, TermKind
from search.terms.words import WordReading, combine

KNOWN_AS = (TermKind.SURFACE, TermKind.BASE)
"""How the index may know the half of a compound."""


class Ways:
    """Makes the alternatives of words for one request. Which of them count the planner decides."""

    def __init__(self, concepts: Concepts, reader: Reader, analyser: Analyser) -> None:
        self._concepts = concepts
        self._reader = reader
        self._analyser = analyser
        self._rules = reader.rules

    def begin(self, letters: str) -> Alternative:
        """Return the way to satisfy ``sana*``: any of the words that begin so."""
        checkers = (self._reader.spell_checker(), self._concepts.spell_checker)
        known = {word for checker in checkers for word in checker.beginning(letters)}
        shortest = sorted(known, key=lambda word: (len(word), word))[: self._rules.beginnings]
        return self.way(TermKind.SURFACE, tuple(shortest), self._rules.base)

    def cut_swedish(self, surface: str) -> list[Alternative]:
        """Return the ways to satisfy in part a Swedish compound that no concept knows: each half and its equals."""
        finnish = self._analyser.analyse(surface).finnish
        if finnish.known or finnish.parts:
            return []
        self._reader.prefetch(self.questions_of_cut(surface))
        found = []
        halves = split_swedish(surface, self._is_known)
        # Of the best cut every word that its first half may be: invandrar- is both to immigrate and an immigrant.
        best = [half for pair in halves if pair[1] == halves[0][1] for half in pair]
        for half in dict.fromkeys(best):
            bases = combine(self._analyser.analyse(half, "sv")).bases
            found += self._part_with_equals(bases)
        return found

    def questions_of_cut(self, surface: str) -> Iterator[Sequence[Alternative]]:
        """Yield every alternative that a Swedish cut may ask for, so that they are asked for at once."""
        possible: dict[str, bool] = {}
        split_swedish(surface, lambda word: possible.setdefault(word, True))
        for word in possible:
            if not self._is_known_anyway(word):
                yield from ((self.way(kind, (word,), self._rules.surface),) for kind in KNOWN_AS)

    def _is_known(self, word: str) -> bool:
        """Tell whether simplemma, a concept or the index has the half of a compound."""
        return self._is_known_anyway(word) or any(self.is_found(kind, (word,)) for kind in KNOWN_AS)

    def _is_known_anyway(self, word: str) -> bool:
        """Tell whether simplemma or a concept has the half of a compound."""
        return self._analyser.knows_swedish(word) or bool(self._concepts.find_phrases([(word,)]))

    def equal_phrases(self, phrases: Iterable[Phrase]) -> list[Phrase]:
        phrases = list(phrases)
        own = {phrase.words for phrase in phrases}
        return [equal for phrase in phrases for equal in self._concepts.phrases(phrase.key) if equal.words not in own]

    def equals(self, phrase: Phrase, weight: float) -> list[Alternative]:
        return [self._equal(one, weight) for one in self.equal_phrases([phrase])]

    def related(self, phrases: Sequence[Phrase]) -> Iterator[Alternative]:
        """Yield the ways to satisfy a word by other concepts: all that are in one relation are one way."""
        longer = []
        for relatives in self._concepts.relatives(keys_of(phrases)):
            weight, full = self._weigh(relatives)
            told = {"full": full, "relation": relatives.relation}
            if relatives.bases:
                term = QueryTerm(TermKind.BASE, texts=relatives.bases)
                yield Alternative((term,), weight, sources=relatives.keys, **told)
            if relatives.standing:
                term = QueryTerm(TermKind.SURFACE, keys=relatives.standing)
                yield Alternative((term,), weight, sources=relatives.standing, **told)
            longer += [(phrase, weight, told) for phrase in relatives.phrases]
        for phrase, weight, told in longer[: self._rules.related_phrases]:
            yield replace(self._equal(phrase, weight), **told)

    def _weigh(self, relatives: Relatives) -> tuple[float, bool]:
        """Return the weight of concepts in a relation, and whether they satisfy a word fully."""
        rules = self._rules
        if relatives.relation is Relation.NARROWER:
            return (rules.narrower if relatives.steps == 1 else rules.narrower_still), True
        return (rules.broader if relatives.relation is Relation.BROADER else rules.related), False

    def keys(self, phrases: Iterable[Phrase], weight: float) -> list[Alternative]:
        """Return the ways to satisfy phrases by standing under one of their concepts."""
        keys = (phrase.key for phrase in phrases if not is_imported(phrase.key))
        return [Alternative((QueryTerm(TermKind.SURFACE, keys=(key,)),), weight, sources=(key,)) for key in keys]

    def phrase(self, phrase: Phrase, weight: float) -> Alternative:
        if len(phrase.words) == 1:
            return self.way(TermKind.BASE, phrase.words[0], weight)
        terms = tuple(QueryTerm(TermKind.BASE, texts=bases, language=phrase.language) for bases in phrase.words)
        return Alternative(terms, weight, order=Order.SPACED, keys=self._concepts.holding(phrase))

    def _equal(self, phrase: Phrase, weight: float) -> Alternative:
        """Return the way to satisfy a word by another one of a concept."""
        if len(phrase.words) == 1:
            return self.in_texts(TermKind.BASE, phrase.words[0], weight, (phrase.key,))
        return replace(self.phrase(phrase, weight), sources=(phrase.key,))

    def in_texts(self, kind: TermKind, texts: tuple[str, ...], weight: float, sources: tuple[str, ...]) -> Alternative:
        """Return the way by a word that nobody typed, found in texts alone: a word of some label is not the term."""
        return Alternative((QueryTerm(kind, texts=texts),), weight, sources=sources)

    def quotation(self, surfaces: tuple[str, ...], weight: float) -> Alternative:
        """Return the way to satisfy words as they stand, next to each other."""
        terms = tuple(QueryTerm(TermKind.SURFACE, texts=(surface,)) for surface in surfaces)
        return Alternative(terms, weight, order=Order.ADJACENT, keys=self._concepts.spelled(surfaces))

    def _term(self, kind: TermKind, texts: tuple[str, ...]) -> QueryTerm:
        """Return the term, which the labels of a page's concepts satisfy as its texts do."""
        return QueryTerm(kind, texts=texts, keys=self._concepts.labelled(kind, texts))

    def way(self, kind: TermKind, texts: tuple[str, ...], weight: float) -> Alternative:
        return Alternative((self._term(kind, texts),), weight)

    def part(self, bases: tuple[str, ...]) -> Alternative:
        """Return the way to satisfy a word in part by a part of its own."""
        term = self._term(TermKind.ANYWHERE, bases)
        return Alternative((term,), self._rules.own_part, full=False, own_part=OwnPart.PART)

    def own_parts(self, reading: WordReading) -> Iterator[Alternative]:
        """Yield the ways to satisfy a compound in part, of which its head tells least."""
        for part in reading.parts:
            if any(base.endswith(part) for base in reading.bases):
                term = self._term(TermKind.ANYWHERE, (part,))
                yield Alternative((term,), self._rules.own_head, full=False, own_part=OwnPart.HEAD)
            else:
                yield from self._part_with_equals((part,))

    def _part_with_equals(self, bases: tuple[str, ...]) -> list[Alternative]:
        """Return the ways to satisfy a word in part by a part of its own, and by words that are equal to that."""
        weight = self._rules.own_part_concept
        found = [self.part(bases)]
        for phrase in self._concepts.find_phrases([bases]):
            equals = [*self.keys([phrase], weight), *self.equals(phrase, weight)]
            found += [replace(one, full=False, own_part=OwnPart.PART) for one in equals]
        return found

    def is_found(self, kind: TermKind, texts: tuple[str, ...]) -> bool:
        return self._reader.frequency([self.way(kind, texts, self._rules.surface)]) > 0


def keys_of(phrases: Iterable[Phrase]) -> tuple[str, ...]:
    """Return the keys of the concepts of phrases, each once."""
    return tuple(dict.fromkeys(phrase.key for phrase in phrases))
