"""A query's text → the words that count and the ways to satisfy each, by the rules that the reference spells out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis.analyser import Analyser
from search.analysis.ellipsis import rebuild
from search.analysis.function_words import EVERY, asks
from search.analysis.tokens import Token, tokenise
from search.query.operators import bare, is_beginning, leaves_out, split_quotations
from search.query.ways import Ways, keys_of
from search.rules import QUERY_CHARACTERS
from search.terms.concepts import Concepts, Phrase
from search.terms.engine import Alternative, OwnPart, Plan, PlannedWord, QueryTerm, Reader, TermKind
from search.terms.words import WordReading, combine


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

    ``own`` are the word itself, its forms and longer words that it is a part of; ``equals`` and ``related``, those of
    equal words and of other concepts, are dropped when they are common and another word counts. ``start`` and ``end``
    are offsets in the query.
    """

    surface: str
    own: tuple[Alternative, ...]
    equals: tuple[Alternative, ...] = ()
    related: tuple[Alternative, ...] = ()
    is_function_word: bool = False
    always_counts: bool = False
    is_name: bool = False
    concepts: tuple[str, ...] = ()
    start: int = 0
    end: int = 0

    @property
    def forms(self) -> tuple[Alternative, ...]:
        """The word itself and its forms."""
        return tuple(one for one in self.own if one.terms[0].kind is not TermKind.PART)

    @property
    def every(self) -> tuple[Alternative, ...]:
        return (*self.own, *self.equals, *self.related)


def plan(query: str, concepts: Concepts, reader: Reader, analyser: Analyser) -> Plan:
    """Return the plan of a query: its first 300 characters, whatever they are."""
    return _Planner(concepts, reader, analyser).plan(query)


class _Planner:
    def __init__(self, concepts: Concepts, reader: Reader, analyser: Analyser) -> None:
        self._concepts = concepts
        self._reader = reader
        self._analyser = analyser
        self._rules = reader.rules
        self._ways = Ways(concepts, reader, analyser)
        self._left_out: list[PlannedWord] = []

    def plan(self, query: str) -> Plan:
        found: dict[str, _Options] = {}
        for text, begin, is_quoted in split_quotations(query.replace("\0", " ")[:QUERY_CHARACTERS]):
            for one in self._read_quoted(text) if is_quoted else self._read(text):
                found.setdefault(one.surface, replace(one, start=begin + one.start, end=begin + one.end))
        options = list(found.values())
        ways = [(way,) for one in options for way in one.every]
        self._reader.prefetch([*ways, *(one.forms for one in options)])
        words = [self._choose(one) for one in options]
        unfound = [place for place, one in enumerate(words) if one.marked and not (one.alternatives or one.quoted)]
        spellings = {place: self._spell_otherwise(options[place].surface) for place in unfound}
        # Asked for together, whatever there is of them.
        groups = [group for pair in spellings.values() for group in pair]
        self._reader.prefetch([*groups, *[(way,) for group in groups for way in group]])
        for place, (marked, halves) in spellings.items():
            options[place] = replace(options[place], own=marked if self._reader.frequency(marked) else halves)
            words[place] = self._choose(options[place])
        counting = [word.counts for word in words]
        topics = sum(bool(word.counts and word.alternatives) for word in words)
        if not topics:
            # Words that no document has must not keep the common ones from finding something.
            counting = [word.counts or not one.is_function_word for word, one in zip(words, options, strict=True)]
        if topics <= 1:
            # Nothing that is common is dropped where it is all that was asked.
            words = [
                replace(self._choose(one, keep_common=counts or not any(counting)), counts=counts or not any(counting))
                for one, counts in zip(options, counting, strict=True)
            ]
        most = self._rules.counting_words
        kept = {
            word.surface for kind in (True, False) for word in [word for word in words if word.counts is kind][:most]
        }
        return Plan(tuple(word for word in words if word.surface in kept), tuple(self._left_out))

    def _read_quoted(self, text: str) -> Iterator[_Options]:
        tokens = tokenise(text)
        surfaces = tuple(token.surface for token in tokens)
        if surfaces:
            yield _Options(
                f'"{" ".join(surfaces)}"',
                own=(self._ways.quotation(surfaces, self._rules.surface),),
                always_counts=True,
                start=tokens[0].start,
                end=tokens[-1].end,
            )

    def _read(self, text: str) -> Iterator[_Options]:
        """Yield the words of a text without quotation marks: names and phrases first, the longest where they begin."""
        tokens = tokenise(text)
        place = 0
        items = self._recognise(text, tokens)
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
                joined = self._join(items[max(0, place - 2) : place + 1])
                yield replace(self._read_word(item, phrases, joined), start=item.start, end=item.end)

    def _recognise(self, text: str, tokens: Sequence[Token]) -> list[_Options | _ReadWord]:
        """Return names and beginnings, which are understood, and words in order, shortened ones completed.

        What is to be left out is none of them.
        """
        names = self._concepts.names
        spans = {span.start: span for span in names.find(tokens, query=True)}
        full = rebuild(tokens, self._analyser.split_points)
        items: list[_Options | _ReadWord] = []
        inside = 0
        meanings = [full.get(index, bare(token.surface)) for index, token in enumerate(tokens)]
        self._reader.prefetch(self._likely_questions(dict(zip(meanings, tokens, strict=True))))
        for index, (token, meant) in enumerate(zip(tokens, meanings, strict=True)):
            if index < inside:
                continue
            if leaves_out(text, tokens, index, full):
                ways = self._ways_to_leave_out(text, token)
                self._left_out.append(PlannedWord(token.surface.lstrip("-"), tuple(ways)))
            elif index in spans:
                inside = spans[index].end
                items.append(self._name(spans[index].key, tokens[index:inside]))
            elif is_beginning(text, token):
                typed = bare(token.surface)
                items.append(_Options(f"{typed}*", (self._ways.begin(typed),), start=token.start, end=token.end + 1))
            else:
                key = names.key_of(meant) if index in full else None
                if key is not None:
                    items.append(self._name(key, [token]))
                else:
                    read = self._read_terms(meant)
                    items.append(_ReadWord(bare(token.surface), meant, read, token.start, token.end))
        return items

    def _ways_to_leave_out(self, text: str, token: Token) -> list[Alternative]:
        """Return the alternatives by which a document has a word that was left out: its name or its own forms."""
        surface, weight = token.surface.lstrip("-"), self._rules.surface
        if is_beginning(text, token):
            return [self._ways.begin(surface)]
        key = self._concepts.names.key_of(surface)
        if key is not None:
            return list(self._name(key, [token]).own)
        bases = self._read_terms(surface).bases
        return [
            self._ways.way(TermKind.SURFACE, (surface,), weight),
            *(self._ways.way(TermKind.BASE, (base,), weight) for base in bases),
        ]

    def _likely_questions(self, tokens: Mapping[str, Token]) -> Iterator[Sequence[Alternative]]:
        """Yield the alternatives that will be asked for if the index has the Finnish readings of these words.

        They are asked for beforehand, so that one round trip is enough most often. ``tokens`` are by what they mean. A
        reader in the process reads nothing of this.
        """
        for meant, token in tokens.items():
            reading = self._analyser.analyse(meant).finnish
            if reading.known:
                yield (self._ways.way(TermKind.ANYWHERE, reading.bases, self._rules.surface),)
                word = _ReadWord(
                    bare(token.surface), meant, WordReading(reading.bases, reading.parts), token.start, token.end
                )
                options = self._read_word(word, self._concepts.find_phrases([reading.bases]), ())
                yield options.forms
                yield from ((way,) for way in options.every)
            elif not reading.parts:
                yield from self._ways.questions_of_cut(meant)
        for first, second in pairwise(map(bare, (token.surface for token in tokens.values()))):
            yield (self._ways.way(TermKind.BASE, (first + second,), self._rules.surface),)

    def _read_terms(self, surface: str) -> WordReading:
        """Return the terms of a word: an exact Finnish reading that the index has beats those in other languages."""
        analysis = self._analyser.analyse(surface)
        if analysis.finnish.known and self._ways.is_found(TermKind.ANYWHERE, analysis.finnish.bases):
            return WordReading(analysis.finnish.bases, analysis.finnish.parts)
        return combine(analysis)

    def _join(self, items: Sequence[_Options | _ReadWord]) -> list[str]:
        """Return what words that stand beside each other are when they are written together.

        Not those that are another word of Finnish then: *hoito on* is no *hoitoon*.
        """
        joined = []
        for first, second in pairwise(items):
            if isinstance(first, _ReadWord) and isinstance(second, _ReadWord):
                together = first.surface + second.surface
                if not self._ways.is_found(TermKind.BASE, (together,)):
                    continue
                is_known = self._analyser.read_finnish(together).known
                if not is_known or len(first.surface) in self._analyser.split_points(together):
                    joined.append(together)
        return joined

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
        own = [self._ways.phrase(phrase, self._rules.base) for phrase in phrases]
        own += [replace(way, sources=()) for way in self._ways.keys(phrases, self._rules.base)]
        equals = [one for phrase in phrases for one in self._ways.equals(phrase, self._rules.concept)]
        equals += [self._ways.part(bases) for phrase in phrases for bases in phrase.words]
        equals += [way for word in words if word.surface not in EVERY for way in self._ways.own_parts(word.reading)]
        return _Options(
            " ".join(word.surface for word in words),
            own=tuple(own),
            equals=tuple(equals),
            related=tuple(self._ways.related(phrases)),
            concepts=keys_of(phrases),
        )

    def _read_word(self, word: _ReadWord, phrases: Sequence[Phrase], joined: Sequence[str]) -> _Options:
        rules = self._rules
        surfaces = dict.fromkeys((word.surface, word.meant))
        own = [self._ways.way(TermKind.SURFACE, (surface,), rules.surface) for surface in surfaces]
        own += [self._ways.way(TermKind.BASE, (text,), rules.base) for text in joined]
        if word.surface in EVERY:
            return _Options(word.surface, own=tuple(own), is_function_word=True)
        own += [self._ways.way(TermKind.BASE, (base,), rules.base) for base in word.reading.bases]
        pieces = tuple(filter(None, word.surface.split("-")))
        own += [self._ways.quotation(pieces, rules.base)] if len(pieces) > 1 else []
        own += [self._ways.way(TermKind.PART, (base,), rules.part) for base in word.reading.bases]
        equals = self._ways.keys(phrases, rules.concept)
        equals += [one for phrase in phrases for one in self._ways.equals(phrase, rules.concept)]
        equals += [
            self._ways.in_texts(TermKind.PART, phrase.words[0], rules.concept_part, (phrase.key,))
            for phrase in self._ways.equal_phrases(phrases)
            if len(phrase.words) == 1
        ]
        equals += self._ways.own_parts(word.reading)
        if not phrases:
            equals += self._ways.cut_swedish(word.meant)
        return _Options(
            word.surface,
            own=tuple(own),
            equals=tuple(equals),
            related=tuple(self._ways.related(phrases)),
            is_function_word=not phrases and asks(word.reading.bases),
            concepts=keys_of(phrases),
        )

    def _spell_otherwise(self, typed: str) -> tuple[tuple[Alternative, ...], tuple[Alternative, ...]]:
        """Return the ways to satisfy a word that nothing has as it was typed.

        A word with marks that were not typed is meant, or else the word was written as one and is two.
        """
        checkers = (self._reader.spell_checker(), self._concepts.spell_checker)
        known = sorted({word for checker in checkers for word in checker.marked(typed)})
        marked = (self._ways.way(TermKind.SURFACE, (word,), self._rules.surface) for word in known)
        cuts = range(1, len(typed))
        halves = (self._ways.quotation((typed[:cut], typed[cut:]), self._rules.base) for cut in cuts)
        return tuple(marked), tuple(halves)

    def _name(self, key: str, tokens: Sequence[Token]) -> _Options:
        way = Alternative((QueryTerm(TermKind.SURFACE, keys=(key,), names=(key,)),), self._rules.surface)
        surface = " ".join(token.surface for token in tokens)
        return _Options(surface, own=(way,), is_name=True, concepts=(key,), start=tokens[0].start, end=tokens[-1].end)

    def _choose(self, options: _Options, *, keep_common: bool = False) -> PlannedWord:
        """Return the word with its best alternatives: by weight, then rarity, then alphabet."""
        most = self._rules.alternatives
        own = self._count(options.own, keep_common=True)
        heads = [one for one in options.equals if one.own_part is OwnPart.HEAD]
        equals = self._count([one for one in options.equals if one not in heads], keep_common=keep_common)
        others = self._count(options.related, keep_common=keep_common)
        # What shares a common head with a word is seldom what was meant: only where nothing else is found.
        parts = self._count(heads, keep_common=keep_common and not (own or equals or others))
        best = _best([*own, *equals, *parts])[:most]
        met = {one.terms for one in best}
        related = _best(others)
        is_common = self._is_common(self._reader.frequency(options.forms))
        return PlannedWord(
            surface=options.surface,
            alternatives=(*best, *[one for one in related if one.terms not in met][:most]),
            counts=options.always_counts or not (options.is_function_word or is_common),
            marked=not options.is_function_word,
            concepts=options.concepts,
            start=options.start,
            end=options.end,
            quoted=options.always_counts,
            is_name=options.is_name,
        )

    def _count(self, ways: Iterable[Alternative], *, keep_common: bool) -> list[tuple[int, Alternative]]:
        """Return the ways that some document satisfies, each with how many do; no common ones unless told to."""
        counted = [(self._reader.frequency([one]), one) for one in ways]
        return [(found, one) for found, one in counted if found and (keep_common or not self._is_common(found))]

    def _is_common(self, frequency: int) -> bool:
        return frequency > self._rules.common_share * self._reader.size and frequency >= self._rules.common_at_least


def _best(counted: Iterable[tuple[int, Alternative]]) -> list[Alternative]:
    """Return of alternatives by the same terms the best, in their order: by weight, then rarity, then alphabet."""
    best: dict[tuple[QueryTerm, ...], tuple[int, Alternative]] = {}
    for found, one in counted:
        known = best.get(one.terms)
        if known is None or (known[1].full, known[1].weight) < (one.full, one.weight):
            best[one.terms] = (found, one)
    ordered = sorted(best.values(), key=lambda pair: (-pair[1].weight, pair[0], _spell(pair[1])))
    return [one for _, one in ordered]


def _spell(alternative: Alternative) -> str:
    """Return what alternatives of equal weight and rarity are ordered by."""
    return "+".join(",".join(term.texts or term.keys) for term in alternative.terms)
