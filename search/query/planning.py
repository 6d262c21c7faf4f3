"""A query's text → the words that count and the ways to satisfy each, by the rules that the reference spells out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from search.analysis.analyser import Analyser
from search.analysis.ellipsis import rebuild
from search.analysis.foreign import split_swedish
from search.analysis.function_words import EVERY
from search.analysis.tokens import Token, tokenise
from search.rules import QUERY_CHARACTERS
from search.terms.concepts import Concepts, Phrase
from search.terms.engine import Alternative, Plan, PlannedWord, QueryTerm, Reader, TermKind
from search.terms.words import WordReading, combine

DEFAULT_LANGUAGE = "fi"
"""In which the labels of concepts are shown."""

KNOWN_AS = (TermKind.SURFACE, TermKind.BASE)
"""How the index may know the half of a compound."""

_QUOTATION_MARKS = re.compile(r'["“”„«»]')


@dataclass(frozen=True, slots=True)
class _ReadWord:
    """A word of a query: as typed, as it is meant (an ellipsis rebuilt), and its terms."""

    surface: str
    meant: str
    reading: WordReading
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Options:
    """The ways to satisfy a word before the rare and the common are parted.

    ``own`` are the word itself and its forms; ``others`` are dropped when they are common. ``start`` and ``end`` are
    offsets in the query.
    """

    surface: str
    own: tuple[Alternative, ...]
    others: tuple[Alternative, ...] = ()
    is_function_word: bool = False
    always_counts: bool = False
    concepts: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def plan(query: str, concepts: Concepts, reader: Reader, analyser: Analyser) -> Plan:
    """Return the plan of a query: its first 300 characters, whatever they are."""
    return _Planner(concepts, reader, analyser).plan(query)


class _Planner:
    def __init__(self, concepts: Concepts, reader: Reader, analyser: Analyser) -> None:
        self._concepts = concepts
        self._reader = reader
        self._analyser = analyser
        self._rules = reader.rules

    def plan(self, query: str) -> Plan:
        options: dict[str, _Options] = {}
        for text, begin, is_quoted in _parts(query.replace("\0", " ")[:QUERY_CHARACTERS]):
            for one in self._read_quoted(text) if is_quoted else self._read(text):
                options.setdefault(one.surface, replace(one, start=begin + one.start, end=begin + one.end))
        ways = [(way,) for one in options.values() for way in (*one.own, *one.others)]
        self._reader.prefetch([*ways, *(one.own for one in options.values())])
        words = [self._choose(one) for one in options.values()]
        words = [
            word if word.alternatives or not word.marked or word.quoted else self._choose(self._with_marks(one))
            for word, one in zip(words, options.values(), strict=True)
        ]
        if not any(word.counts and word.alternatives for word in words):
            # Words that no document has must not keep the common ones from finding something.
            words = [
                replace(word, counts=word.counts or not one.is_function_word)
                for word, one in zip(words, options.values(), strict=True)
            ]
        if not any(word.counts for word in words):
            words = [replace(word, counts=True) for word in words]
        most = self._rules.counting_words
        kept = {
            word.surface for kind in (True, False) for word in [word for word in words if word.counts is kind][:most]
        }
        return Plan(tuple(word for word in words if word.surface in kept))

    def _read_quoted(self, text: str) -> Iterator[_Options]:
        tokens = tokenise(text)
        surfaces = tuple(token.surface for token in tokens)
        if surfaces:
            alternative = Alternative(
                terms=tuple(QueryTerm(TermKind.SURFACE, texts=(surface,)) for surface in surfaces),
                weight=self._rules.surface,
                in_order=True,
                keys=self._concepts.spelled(surfaces),
            )
            yield _Options(
                f'"{" ".join(surfaces)}"',
                own=(alternative,),
                always_counts=True,
                start=tokens[0].start,
                end=tokens[-1].end,
            )

    def _read(self, text: str) -> Iterator[_Options]:
        """Yield the words of a text without quotation marks: names and phrases first, the longest where they begin."""
        tokens = tokenise(text)
        place = 0
        items = self._recognise(tokens)
        while place < len(items):
            item = items[place]
            place += 1
            if isinstance(item, _Options):
                yield item
                continue
            phrases, after = self._find_phrases(items, place - 1)
            if after > place:
                inside = [word for word in items[place - 1 : after] if isinstance(word, _ReadWord)]
                yield replace(self._read_phrase(inside, phrases), start=item.start, end=items[after - 1].end)
                place = after
            else:
                yield replace(self._read_word(item, phrases), start=item.start, end=item.end)

    def _recognise(self, tokens: Sequence[Token]) -> list[_Options | _ReadWord]:
        """Return names, which are understood, and words in order; a shortened word is the one that it stands for."""
        names = self._concepts.names
        spans = {span.start: span for span in names.find(tokens, query=True)}
        full = rebuild(tokens, self._analyser.split_points)
        items: list[_Options | _ReadWord] = []
        inside = 0
        self._reader.prefetch(
            self._likely_questions({full.get(at, token.surface): token for at, token in enumerate(tokens)})
        )
        for index, token in enumerate(tokens):
            if index in spans:
                inside = spans[index].end
                items.append(self._name(spans[index].key, tokens[index:inside]))
            elif index >= inside:
                meant = full.get(index, token.surface)
                key = names.key_of(meant) if index in full else None
                if key is not None:
                    items.append(self._name(key, [token]))
                else:
                    items.append(_ReadWord(token.surface, meant, self._read_terms(meant), token.start, token.end))
        return items

    def _likely_questions(self, tokens: Mapping[str, Token]) -> Iterator[Sequence[Alternative]]:
        """Yield the alternatives that will be asked for if the index has the Finnish readings of these words.

        They are asked for beforehand, so that one round trip is enough most often. ``tokens`` are by what they mean. A
        reader in the process reads nothing of this.
        """
        for meant, token in tokens.items():
            reading = self._analyser.analyse(meant).finnish
            if reading.known:
                yield (self._way(TermKind.ANYWHERE, reading.bases, self._rules.surface),)
                word = _ReadWord(
                    token.surface, meant, WordReading(reading.bases, reading.parts), token.start, token.end
                )
                options = self._read_word(word, self._concepts.find_phrases([reading.bases]))
                yield options.own
                yield from ((way,) for way in (*options.own, *options.others))

    def _read_terms(self, surface: str) -> WordReading:
        """Return the terms of a word: an exact Finnish reading that the index has beats those in other languages."""
        analysis = self._analyser.analyse(surface)
        if analysis.finnish.known and self._is_found(TermKind.ANYWHERE, analysis.finnish.bases):
            return WordReading(analysis.finnish.bases, analysis.finnish.parts)
        return combine(analysis)

    def _find_phrases(self, items: Sequence[_Options | _ReadWord], start: int) -> tuple[tuple[Phrase, ...], int]:
        """Return the phrases that begin with an item, and the place after the last of their words.

        Function words may stand between a phrase's words; a name may not.
        """
        if items[start].surface in EVERY:
            return (), start
        run: list[int] = []
        readings = []
        for place, item in enumerate(items[start:], start):
            if isinstance(item, _Options):
                break
            if item.surface not in EVERY:
                run.append(place)
                readings.append(item.reading.bases)
        phrases = self._concepts.find_phrases(readings)
        return phrases, run[len(phrases[0].words) - 1] + 1 if phrases else start

    def _read_phrase(self, words: Sequence[_ReadWord], phrases: Sequence[Phrase]) -> _Options:
        """Return the ways to satisfy a phrase of several words: itself, its equals, in part each word or part."""
        own = [self._phrase(phrase, self._rules.base) for phrase in phrases]
        own += [replace(self._key(phrase.key, self._rules.base), equal="") for phrase in phrases]
        others = [one for phrase in phrases for one in self._equals(phrase, self._rules.concept)]
        others += [self._part(bases) for phrase in phrases for bases in phrase.words]
        others += [self._part((part,)) for word in words if word.surface not in EVERY for part in word.reading.parts]
        surface = " ".join(word.surface for word in words)
        return _Options(surface, own=tuple(own), others=tuple(others), concepts=_keys(phrases))

    def _read_word(self, word: _ReadWord, phrases: Sequence[Phrase]) -> _Options:
        rules = self._rules
        surfaces = dict.fromkeys((word.surface, word.meant))
        own = [self._way(TermKind.SURFACE, (surface,), rules.surface) for surface in surfaces]
        if word.surface in EVERY:
            return _Options(word.surface, own=tuple(own), is_function_word=True)
        own += [self._way(TermKind.BASE, (base,), rules.base) for base in word.reading.bases]
        others = [self._key(phrase.key, rules.concept) for phrase in phrases]
        others += [one for phrase in phrases for one in self._equals(phrase, rules.concept)]
        others += [
            self._way(TermKind.PART, phrase.words[0], rules.concept_part, equal=self._shown(phrase))
            for phrase in self._equal_phrases(phrases)
            if len(phrase.words) == 1
        ]
        others += [self._way(TermKind.PART, (base,), rules.part) for base in word.reading.bases]
        others += [self._part((part,)) for part in word.reading.parts]
        if not phrases:
            others += self._cut_swedish(word.meant)
        return _Options(word.surface, own=tuple(own), others=tuple(others), concepts=_keys(phrases))

    def _with_marks(self, options: _Options) -> _Options:
        """Return the ways to satisfy a word that nothing has as it was typed: words with marks that were not typed."""
        checkers = (self._reader.spell_checker(), self._concepts.spell_checker)
        known = sorted({word for checker in checkers for word in checker.marked(options.surface)})
        if not known:
            return options
        terms = (self._term(TermKind.SURFACE, (word,)) for word in known)
        return replace(options, own=tuple(Alternative((term,), self._rules.surface) for term in terms), others=())

    def _cut_swedish(self, surface: str) -> list[Alternative]:
        """Return the ways to satisfy in part a Swedish compound that no concept knows: each half and its equals."""
        if self._analyser.analyse(surface).finnish.known:
            return []
        # Every word that a cut may ask for, so that they are asked for at once.
        possible: dict[str, bool] = {}
        split_swedish(surface, lambda word: possible.setdefault(word, True))
        unsure = [word for word in possible if not self._is_known_anyway(word)]
        weight = self._rules.surface
        self._reader.prefetch([(self._way(kind, (word,), weight),) for word in unsure for kind in KNOWN_AS])
        found = []
        halves = split_swedish(surface, self._is_known)
        # Of the best cut every word that its first half may be: invandrar- is both to immigrate and an immigrant.
        best = [half for pair in halves if pair[1] == halves[0][1] for half in pair]
        for half in dict.fromkeys(best):
            bases = combine(self._analyser.analyse(half, "sv")).bases
            found.append(self._part(bases))
            for phrase in self._concepts.find_phrases([bases]):
                weight = self._rules.own_part_concept
                equals = [self._key(phrase.key, weight), *self._equals(phrase, weight)]
                found += [replace(one, full=False) for one in equals]
        return found

    def _is_known(self, word: str) -> bool:
        """Tell whether simplemma, a concept or the index has the half of a compound."""
        return self._is_known_anyway(word) or any(self._is_found(kind, (word,)) for kind in KNOWN_AS)

    def _is_known_anyway(self, word: str) -> bool:
        """Tell whether simplemma or a concept has the half of a compound."""
        return self._analyser.knows_swedish(word) or bool(self._concepts.find_phrases([(word,)]))

    def _equal_phrases(self, phrases: Iterable[Phrase]) -> list[Phrase]:
        phrases = list(phrases)
        own = {phrase.words for phrase in phrases}
        return [equal for phrase in phrases for equal in self._concepts.phrases(phrase.key) if equal.words not in own]

    def _equals(self, phrase: Phrase, weight: float) -> list[Alternative]:
        return [replace(self._phrase(one, weight), equal=self._shown(one)) for one in self._equal_phrases([phrase])]

    def _shown(self, phrase: Phrase) -> str:
        """Return what a reader is told of an equal phrase: the label of its concept, or itself in a free set."""
        return self._concepts.label(phrase.key, DEFAULT_LANGUAGE) or phrase.text

    def _name(self, key: str, tokens: Sequence[Token]) -> _Options:
        way = Alternative((QueryTerm(TermKind.SURFACE, keys=(key,), names=(key,)),), self._rules.surface)
        surface = " ".join(token.surface for token in tokens)
        return _Options(surface, own=(way,), concepts=(key,), start=tokens[0].start, end=tokens[-1].end)

    def _key(self, key: str, weight: float) -> Alternative:
        label = self._concepts.label(key, DEFAULT_LANGUAGE)
        return Alternative((QueryTerm(TermKind.SURFACE, keys=(key,)),), weight, equal=label)

    def _phrase(self, phrase: Phrase, weight: float) -> Alternative:
        return Alternative(tuple(self._term(TermKind.BASE, bases) for bases in phrase.words), weight)

    def _term(self, kind: TermKind, texts: tuple[str, ...]) -> QueryTerm:
        """Return the term, which the labels of a page's concepts satisfy as its texts do."""
        return QueryTerm(kind, texts=texts, keys=self._concepts.labelled(kind, texts))

    def _way(self, kind: TermKind, texts: tuple[str, ...], weight: float, *, equal: str = "") -> Alternative:
        return Alternative((self._term(kind, texts),), weight, equal=equal)

    def _part(self, bases: tuple[str, ...]) -> Alternative:
        """Return the way to satisfy a word in part by a part of its own."""
        return Alternative((self._term(TermKind.ANYWHERE, bases),), self._rules.own_part, full=False)

    def _is_found(self, kind: TermKind, texts: tuple[str, ...]) -> bool:
        return self._reader.frequency([self._way(kind, texts, self._rules.surface)]) > 0

    def _choose(self, options: _Options) -> PlannedWord:
        """Return the word with its best alternatives: by weight, then rarity, then alphabet."""
        found = [(self._reader.frequency([one]), one) for one in options.own]
        others = [(self._reader.frequency([one]), one) for one in options.others]
        found += [(frequency, one) for frequency, one in others if not self._is_common(frequency)]
        best: dict[tuple[QueryTerm, ...], tuple[int, Alternative]] = {}
        for frequency, one in found:
            if frequency and (one.terms not in best or best[one.terms][1].weight < one.weight):
                best[one.terms] = (frequency, one)
        chosen = sorted(best.values(), key=lambda pair: (-pair[1].weight, pair[0], _spell(pair[1])))
        is_common = self._is_common(self._reader.frequency(options.own))
        return PlannedWord(
            surface=options.surface,
            alternatives=tuple(one for _, one in chosen[: self._rules.alternatives]),
            counts=options.always_counts or not (options.is_function_word or is_common),
            marked=not options.is_function_word,
            concepts=options.concepts,
            start=options.start,
            end=options.end,
            quoted=options.always_counts,
        )

    def _is_common(self, frequency: int) -> bool:
        return frequency > self._rules.common_share * self._reader.size and frequency >= self._rules.common_at_least


def _parts(query: str) -> Iterator[tuple[str, int, bool]]:
    """Yield the stretches of a query, where each begins and whether it stands in quotation marks.

    A mark without its pair is none.
    """
    parts = _QUOTATION_MARKS.split(query)
    pairs = (len(parts) - 1) // 2
    begin = 0
    for index, part in enumerate(parts):
        yield part, begin, index % 2 == 1 and index < 2 * pairs
        begin += len(part) + 1


def _keys(phrases: Iterable[Phrase]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase.key for phrase in phrases))


def _spell(alternative: Alternative) -> str:
    """Return what alternatives of equal weight and rarity are ordered by."""
    return "+".join(",".join(term.texts or term.keys) for term in alternative.terms)
