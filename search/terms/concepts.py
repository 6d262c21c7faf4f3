"""Groups of equal words: labels and synonyms of vocabulary terms and free synonym sets, in three languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b

from django.utils.translation import get_language

from search import index_version
from search.analysis.analyser import Analyser
from search.analysis.names import Name, Names
from search.analysis.tokens import tokenise
from search.catalogue import Catalogue, Choice, Concept
from search.index_version import IndexVersion
from search.models import SynonymSet
from search.terms import words
from search.terms.engine import Relation, TermKind
from search.terms.label_readings import LabelReadings, Spelling, content_words, read_words
from search.terms.spell_checker import SpellChecker
from search.terms.words import WordReading

SYNONYMS = "synonyms"
"""The vocabulary of free synonym sets in concept keys."""

NEW = "new"
"""Stands in the key of a synonym set that is not saved yet."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A label or synonym of a concept as its content words, each as the base forms that it may have.

    ``language`` is empty where nobody has told it. ``text`` is what somebody wrote.
    """

    key: str
    words: tuple[tuple[str, ...], ...]
    language: str = ""
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Relatives:
    """Concepts that are in one relation to others, in the order of their keys; ``steps`` away from them.

    ``bases`` are the base forms of all their phrases of one word, ``phrases`` those of several.
    """

    keys: tuple[str, ...]
    relation: Relation
    steps: int
    bases: tuple[str, ...]
    phrases: tuple[Phrase, ...]

    @classmethod
    def of(cls, keys: Iterable[str], relation: Relation, concepts: Concepts, *, steps: int = 1) -> Relatives:
        ordered = tuple(sorted(keys))
        phrases = sorted((phrase for key in ordered for phrase in concepts.phrases(key)), key=_spelled)
        return cls(
            keys=ordered,
            relation=relation,
            steps=steps,
            bases=tuple(sorted({base for one in phrases if len(one.words) == 1 for base in one.words[0]})),
            phrases=tuple(one for one in phrases if len(one.words) > 1),
        )


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A concept as a value of a facet; ``parent`` is the code of the one that it belongs to, empty for none."""

    key: str
    code: str
    parent: str


class Concepts:
    """All concepts at one moment. Never changed."""

    def __init__(self, concepts: Sequence[Concept], analyser: Analyser) -> None:
        """Read the labels and synonyms with the analyser."""
        self._analyser = analyser
        self._seen: dict[tuple[str, str], Mapping[TermKind, Set[str]]] = {}
        self._choices: dict[tuple[str, str], tuple[Choice, ...]] = {}
        self._by_key = {concept.key: concept for concept in concepts}
        self._vocabularies: defaultdict[str, list[VocabularyTerm]] = defaultdict(list)
        for concept in concepts:
            vocabulary, _, code = concept.key.partition(":")
            self._vocabularies[vocabulary].append(VocabularyTerm(concept.key, code, concept.parent.partition(":")[2]))
        named = [concept for concept in concepts if concept.is_name]
        forms = [Name(concept.key, (*concept.labels.values(), *concept.synonyms)) for concept in named]
        self.names = Names(forms, analyser)
        """Finds names of this moment in texts and queries."""
        self.names_digest = blake2b(repr(forms).encode(), digest_size=8).hexdigest()
        """Tells two sets of names apart: documents are read with names."""

        self._phrases: dict[str, tuple[Phrase, ...]] = {}
        self._beginning: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._labelled: defaultdict[tuple[TermKind, str], set[str]] = defaultdict(set)
        self._labels: defaultdict[str, set[Phrase]] = defaultdict(set)
        self._spelled: list[tuple[str, tuple[str, ...], bool]] = []
        self._broader: dict[str, tuple[str, ...]] = {}
        self._narrower: defaultdict[str, set[str]] = defaultdict(set)
        self._related: defaultdict[str, set[str]] = defaultdict(set)
        self._holding: dict[Phrase, tuple[str, ...]] = {}
        self._relatives: dict[tuple[str, ...], Sequence[Relatives]] = {}
        read = [concept for concept in concepts if not concept.is_name]
        self.readings = LabelReadings(analyser, (spelling for one in read for spelling, _ in _spellings(one)))
        """What the analyser makes of the labels and synonyms."""
        for concept in concepts:
            self._spell(concept)
            self._relate(concept)
        for concept in read:
            self._add(concept, self.readings)

    def phrases(self, key: str) -> tuple[Phrase, ...]:
        """Return the equal phrases of a concept; none for a name, which is recognised by itself."""
        return self._phrases.get(key, ())

    def find_phrases(self, readings: Sequence[Iterable[str]]) -> tuple[Phrase, ...]:
        """Return the longest phrases that words begin with, given the base forms of each; several may be as long."""
        if not readings:
            return ()
        sets = [frozenset(bases) for bases in readings]
        begun = {phrase for base in sets[0] for phrase in self._beginning.get(base, ())}
        found = [
            phrase
            for phrase in begun
            if len(phrase.words) <= len(sets)
            and all(not bases.isdisjoint(word) for bases, word in zip(sets, phrase.words, strict=False))
        ]
        longest = max((len(phrase.words) for phrase in found), default=0)
        return tuple(sorted((phrase for phrase in found if len(phrase.words) == longest), key=_spelled))

    def equals(self, text: str, analyser: Analyser) -> tuple[Phrase, ...]:
        """Return the phrases of all concepts that are the text, inflected or not."""
        readings = read_bases(text, analyser)
        return tuple(phrase for phrase in self.find_phrases(readings) if len(phrase.words) == len(readings))

    def labelled(self, kind: TermKind, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the keys of the concepts whose labels hold a word with any of the terms.

        No names; and of concepts that are matched whole only those whose label is that word.
        """
        return tuple(sorted({key for text in texts for key in self._labelled.get((kind, text), ())}))

    def holding(self, phrase: Phrase) -> tuple[str, ...]:
        """Return the keys of the concepts of which a label in the phrase's language holds its words in order.

        A label that is matched whole has to be them. Remembered, since the same phrases are asked for again and again.
        """
        found = self._holding.get(phrase)
        if found is None:
            found = self._holding[phrase] = self._find_holding(phrase)
        return found

    def _find_holding(self, phrase: Phrase) -> tuple[str, ...]:
        labels = {label for base in phrase.words[0] for label in self._labels.get(base, ())}
        return tuple(
            sorted(
                {
                    label.key
                    for label in labels
                    if phrase.language in ("", label.language)
                    and _holds(label.words, phrase.words)
                    and (not self._by_key[label.key].is_whole or len(label.words) == len(phrase.words))
                }
            )
        )

    def relatives(self, keys: tuple[str, ...]) -> Sequence[Relatives]:
        """Return the concepts beside those of the keys, each in the first of its relations; remembered.

        These are: narrower, narrower than those, broader, related.
        """
        found = self._relatives.get(keys)
        if found is None:
            found = self._relatives[keys] = self._find_relatives(keys)
        return found

    def _find_relatives(self, keys: tuple[str, ...]) -> Sequence[Relatives]:
        met = set(keys)

        def step(begin: Iterable[str], way: Mapping[str, Iterable[str]]) -> set[str]:
            found = {other for key in begin for other in way.get(key, ()) if other in self._by_key} - met
            met.update(found)
            return found

        narrower = step(keys, self._narrower)
        return (
            Relatives.of(narrower, Relation.NARROWER, self),
            Relatives.of(step(narrower, self._narrower), Relation.NARROWER, self, steps=2),
            Relatives.of(step(keys, self._broader), Relation.BROADER, self),
            Relatives.of(step(keys, self._related), Relation.RELATED, self),
        )

    def above(self, key: str) -> frozenset[str]:
        """Return the keys of all concepts that are broader than one, by way of others too; a circle ends."""
        met: set[str] = set()
        left = [key]
        while left:
            found = {other for one in left for other in self._broader.get(one, ())} - met
            met |= found
            left = sorted(found)
        return frozenset(met)

    def spelled(self, surfaces: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of the concepts whose labels hold the surfaces next to each other; of names, are them."""
        wanted, size = tuple(surfaces), len(surfaces)
        found = set()
        for key, label, whole in self._spelled:
            starts = range(len(label) - size + 1)
            if label == wanted or (not whole and any(label[start : start + size] == wanted for start in starts)):
                found.add(key)
        return tuple(sorted(found))

    def concept(self, key: str) -> Concept:
        """Return the concept of that key. Raises KeyError for an unknown one."""
        return self._by_key[key]

    def label(self, key: str, language: str) -> str:
        """Return the label of a concept in the language, else in Finnish, else any; the code of an unknown one.

        A free synonym set has none: "".
        """
        concept = self._by_key.get(key)
        if concept is None:
            return key.partition(":")[2]
        labels = concept.labels
        return labels.get(language) or labels.get("fi") or next(filter(None, labels.values()), "")

    def shown(self, key: str, language: str) -> str:
        """Return what a reader of the language is told of a concept: its label, of a free set its first word."""
        label = self.label(key, language)
        if label or key not in self._by_key:
            return label
        words_ = dict(reversed(self._by_key[key].equals))
        return words_.get(language) or words_.get("fi") or next(iter(words_.values()), "")

    def label_has(self, key: str, language: str, kind: TermKind, texts: Iterable[str]) -> bool:
        """Tell whether the label that a reader of the language sees holds a word with any of the terms."""
        seen = self._seen.get((key, language))
        if seen is None:
            read = read_words(self.label(key, language), language, self._analyser)
            seen = self._seen[key, language] = _terms(read)
        return not seen[kind].isdisjoint(texts)

    def vocabulary(self, name: str) -> Sequence[VocabularyTerm]:
        return self._vocabularies.get(name, ())

    def choices(self, vocabulary: str, language: str) -> Sequence[Choice]:
        """Return the terms of a vocabulary in their order, with their labels in the language; remembered."""
        found = self._choices.get((vocabulary, language))
        if found is None:
            terms = self.vocabulary(vocabulary)
            found = tuple(Choice(term.code, self.label(term.key, language), term.parent) for term in terms)
            self._choices[vocabulary, language] = found
        return found

    @cached_property
    def spell_checker(self) -> SpellChecker:
        """The words of all labels, synonyms and names, to compare by letters."""
        texts: list[str] = []
        for one in self._by_key.values():
            texts += [*one.labels.values(), *one.synonyms, *(text for _, text in one.equals)]
        return SpellChecker(token.surface for text in texts for token in tokenise(text))

    def _spell(self, concept: Concept) -> None:
        """Remember the surfaces of the labels; a name's other forms are as good as its labels."""
        spellings = (*concept.labels.values(), *(concept.synonyms if concept.is_name else ()))
        for spelling in spellings:
            surfaces = tuple(token.surface for token in tokenise(spelling))
            if surfaces:
                self._spelled.append((concept.key, surfaces, concept.is_name or concept.is_whole))

    def _relate(self, concept: Concept) -> None:
        broader = dict.fromkeys((*concept.broader, *([concept.parent] if concept.parent else ())))
        self._broader[concept.key] = tuple(broader)
        for other in broader:
            self._narrower[other].add(concept.key)
        for other in concept.related:
            self._related[concept.key].add(other)
            self._related[other].add(concept.key)

    def _add(self, concept: Concept, readings: LabelReadings) -> None:
        found: dict[Phrase, None] = {}
        for (text, language), is_label in _spellings(concept):
            read = readings[text, language]
            if read:
                bases = tuple(reading.bases for _, reading in content_words(read))
                phrase = Phrase(concept.key, bases, language or "", text)
                found.setdefault(phrase)
                for base in {base for bases in phrase.words for base in bases} if is_label else ():
                    self._labels[base].add(phrase)
            if is_label and (len(read) == 1 or not concept.is_whole):
                for kind, terms in _terms(read).items():
                    for term in terms:
                        self._labelled[kind, term].add(concept.key)
        self._phrases[concept.key] = tuple(found)
        for phrase in found:
            for base in phrase.words[0]:
                self._beginning[base].append(phrase)


def _spellings(concept: Concept) -> Iterator[tuple[Spelling, bool]]:
    """Yield the labels and synonyms of a concept, with whether it is a label."""
    yield from (((text, language), True) for language, text in concept.labels.items())
    yield from (((text, language), False) for language, text in concept.equals)
    yield from (((text, None), False) for text in concept.synonyms)


def _spelled(phrase: Phrase) -> tuple[str, tuple[tuple[str, ...], ...], str]:
    """Return what phrases are ordered by."""
    return phrase.key, phrase.words, phrase.language


def _holds(words: Sequence[tuple[str, ...]], wanted: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether words stand next to each other among others, each by one of its base forms."""
    return any(
        all(
            not set(own).isdisjoint(other)
            for own, other in zip(words[start : start + len(wanted)], wanted, strict=True)
        )
        for start in range(len(words) - len(wanted) + 1)
    )


def read_bases(text: str, analyser: Analyser) -> list[tuple[str, ...]]:
    """Return the base forms that each word of a text may have; function words only when there are no others."""
    return [reading.bases for _, reading in content_words(read_words(text, None, analyser))]


def _terms(read: Sequence[tuple[str, WordReading]]) -> dict[TermKind, set[str]]:
    bases = {base for _, reading in read for base in reading.bases}
    parts = {part for _, reading in read for part in reading.parts}
    return {
        TermKind.SURFACE: {surface for surface, _ in read},
        TermKind.BASE: bases,
        TermKind.PART: parts,
        TermKind.ANYWHERE: bases | parts,
    }


_NEWEST: dict[Catalogue, tuple[int, Concepts]] = {}
"""The concepts that all threads of the process share, with their stamp."""


def reader_language() -> str:
    """Return the code of the reader's language, without a country."""
    return (get_language() or "").partition("-")[0]


def current(catalogue: Catalogue, version: IndexVersion) -> Concepts:
    """Return the concepts as they are at the version or later; read in a transaction they are used but not kept."""
    stamp, kept = _NEWEST.get(catalogue, (None, None))
    if kept is not None and stamp == version.concepts:
        return kept
    read = suppose(catalogue, SynonymSet.objects.filter(in_use=True).order_by("pk"))
    if version.concepts is not None and not index_version.is_uncommitted():
        _NEWEST[catalogue] = (version.concepts, read)
        read.readings.keep()
    return read


def touch() -> None:
    """Say that a label, a synonym, an order or a parent has changed: the next search of every process reads them anew.

    Nothing is indexed for it, but texts are read with names: after a change of a name or alias the next sweep reads
    the documents again.
    """
    index_version.change(index_version.CONCEPTS)


def suppose(catalogue: Catalogue, groups: Iterable[SynonymSet]) -> Concepts:
    """Return the concepts as they would be if these were all synonym sets, saved or not, in use or not."""
    free = (
        Concept(
            key=key_of(group),
            equals=_equals(group),
            broader=tuple(group.broader or ()),
            related=tuple(group.related or ()),
        )
        for group in groups
    )
    return _compile((*catalogue.concepts(), *free))


def key_of(group: SynonymSet) -> str:
    """Return the key of a set: by its code, if it came with the service, else by its number."""
    return f"{SYNONYMS}:{group.code or group.pk or NEW}"


def _equals(group: SynonymSet) -> tuple[tuple[str, str], ...]:
    by_language = (("fi", group.finnish), ("sv", group.swedish), ("en", group.english))
    return tuple((language, word) for language, words_ in by_language for word in words_)


@lru_cache(maxsize=4)
def _compile(concepts: tuple[Concept, ...]) -> Concepts:
    """Return these concepts read; the same ones are read only once, also where they may not be kept."""
    return Concepts(concepts, words.analyser())
