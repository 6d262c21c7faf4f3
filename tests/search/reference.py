"""Matching as an executable reference: plain code that finds and scores documents for a query.

It is the meaning of the search; engines are proved against it (test_engine_equals_reference). It knows the analysis of
words and the numbers of rules.py, and neither the engine, the planner nor the index. Read it from `search` downwards.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from search.analysis.analyser import LANGUAGES
from search.analysis.ellipsis import rebuild
from search.analysis.foreign import split_swedish
from search.analysis.function_words import EVERY as FUNCTION_WORDS
from search.analysis.marks import may_mean
from search.analysis.names import Name, Names
from search.analysis.tokens import tokenise
from search.rules import QUERY_CHARACTERS, RULES


@dataclass(frozen=True)
class Occurrence:
    """A word in a field of a document; a concept under which the document stands is one word with all its labels."""

    field: str
    surfaces: frozenset = frozenset()
    bases: frozenset = frozenset()
    parts: frozenset = frozenset()
    name: str = ""
    concept: str = ""

    def is_a(self, kind, wanted):
        match kind:
            case "surface":
                return not self.surfaces.isdisjoint(wanted)
            case "base":
                return not self.bases.isdisjoint(wanted)
            case "part":
                return not self.parts.isdisjoint(wanted)
            case "anywhere":
                return not (self.bases | self.parts).isdisjoint(wanted)
            case "name":
                return self.name in wanted
            case "concept":
                return self.concept in wanted


@dataclass
class Document:
    """A document as words. ``sequences`` are the surfaces of each passage, as quotation marks read them."""

    page_id: int
    values: dict
    occurrences: list = field(default_factory=list)
    sequences: list = field(default_factory=list)

    @cached_property
    def length(self):
        return sum(len(surfaces) for _, surfaces in self.sequences)

    @cached_property
    def by_field(self):
        fields = {}
        for one in self.occurrences:
            fields.setdefault(one.field, []).append(one)
        return fields


@dataclass(frozen=True)
class Way:
    """A way to satisfy a word: terms (kind, texts) in one field, or the surfaces of a quotation next to each other."""

    weight: float
    terms: tuple
    full: bool = True
    quoted: bool = False


@dataclass
class Word:
    """A word of the query: its own ways, and others that are dropped when they are common."""

    surface: str
    own: list
    others: list = field(default_factory=list)
    is_function_word: bool = False
    is_quoted: bool = False
    ways: list = field(default_factory=list)
    counts: bool = True


@dataclass(frozen=True)
class Hit:
    page_id: int
    score: float
    coverage: float
    partial: bool


@dataclass(frozen=True)
class Found:
    """All hits in their order, and for each facet the hits of each code under all selections but the facet's own."""

    hits: list
    counts: dict


class Reference:
    def __init__(self, entries, concepts, catalogue, analyser, rules=RULES):
        """Take entries by the key of their page."""
        self.analyser, self.rules, self.catalogue = analyser, rules, catalogue
        self.weights = {field.name: field.weight for field in catalogue.fields}
        self.concepts = {concept.key: concept for concept in concepts}
        named = [concept for concept in concepts if concept.is_name]
        self.names = Names([Name(one.key, (*one.labels.values(), *one.synonyms)) for one in named], analyser)
        self.phrases = {
            key: list(dict.fromkeys(self.phrase(text, language) for text, language in spellings(concept)))
            for key, concept in self.concepts.items()
            if not concept.is_name
        }
        self.documents = [self.read_document(page_id, entry) for page_id, entry in entries.items()]
        lengths = [document.length for document in self.documents]
        self.average_length = max(sum(lengths) / len(lengths), 1.0) if lengths else 1.0
        self.known = {}

    # The hits of a query.

    def search(self, query, selections=None):
        words = self.plan(query)
        hits = [self.score(document, words) for document in self.documents]
        full = [hit for hit in hits if not hit.partial]
        partial = sorted(
            (hit for hit in hits if hit.partial and hit.coverage > 0),
            key=lambda hit: (-hit.coverage, -hit.score, hit.page_id),
        )
        if len(full) >= self.rules.enough_full_hits:
            partial = []
        found = sorted(full, key=lambda hit: (-hit.score, hit.page_id)) + partial[: self.rules.most_partial_hits]
        return self.narrow(found, selections or {})

    def narrow(self, found, selections):
        values = {document.page_id: document.values for document in self.documents}

        def is_selected(page_id, but=None):
            return all(
                set(codes) & set(values[page_id].get(facet, ())) for facet, codes in selections.items() if facet != but
            )

        counts = {
            facet.name: {
                code: sum(is_selected(hit.page_id, but=facet.name) and code in values[hit.page_id].get(facet.name, ())
                          for hit in found)
                for code in {code for one in values.values() for code in one.get(facet.name, ())}
            }
            for facet in self.catalogue.facets
            if facet.listed
        }  # fmt: skip
        return Found([hit for hit in found if is_selected(hit.page_id)], counts)

    def score(self, document, words):
        rarities = [self.rarity(word) for word in words]
        score = sum(rarity * self.strength(document, word) for word, rarity in zip(words, rarities, strict=True))
        counting = [(word, rarity) for word, rarity in zip(words, rarities, strict=True) if word.counts]
        reached = sum(rarity * self.share(document, word) for word, rarity in counting)
        whole = sum(rarity for _, rarity in counting)
        is_full = all(self.share(document, word) == 1 for word, _ in counting)
        return Hit(document.page_id, round(score, 9), round(reached / whole, 9) if whole else 1.0, not is_full)

    def share(self, document, word):
        """A word is satisfied fully, partly or not."""
        satisfied = [way.full for way in word.ways if self.frequency(document, way)]
        return 1 if any(satisfied) else self.rules.partly if satisfied else 0

    def strength(self, document, word):
        """The best way's weight by the saturation of its frequency, in which a longer text saturates later."""
        half = self.rules.k1 * (1 - self.rules.b + self.rules.b * document.length / self.average_length)
        frequencies = [(way.weight, self.frequency(document, way)) for way in word.ways]
        return max((weight * found / (found + half) for weight, found in frequencies), default=0)

    def rarity(self, word):
        found, total = self.count(word.ways), len(self.documents)
        return math.log(1 + (total - found + 0.5) / (found + 0.5))

    def count(self, ways):
        return sum(any(self.frequency(document, way) for way in ways) for document in self.documents)

    def frequency(self, document, way):
        """How often the document satisfies a way, weighed by field; of several terms the rarest in the field tells."""
        key = (document.page_id, way)
        if key not in self.known:
            self.known[key] = self.count_quoted(document, way) if way.quoted else self.count_terms(document, way)
        return self.known[key]

    def count_terms(self, document, way):
        frequency = 0
        for name, weight in self.weights.items():
            words = document.by_field.get(name, ())
            frequency += weight * min(sum(one.is_a(kind, wanted) for one in words) for kind, wanted in way.terms)
        return frequency

    def count_quoted(self, document, way):
        wanted = [text for _, (text,) in way.terms]
        frequency = sum(self.weights[name] * count_runs(surfaces, wanted) for name, surfaces in document.sequences)
        for key in {one.concept for one in document.occurrences if one.concept}:
            concept = self.concepts.get(key)
            if concept and concept.is_name:
                in_label = wanted in [surfaces_of(text) for text, _ in spellings(concept)]
            else:
                in_label = concept and any(count_runs(surfaces_of(text), wanted) for text in concept.labels.values())
            frequency += self.weights[self.catalogue.labels_field] if in_label else 0
        return frequency

    # The words of a document.

    def read_document(self, page_id, entry):
        document = Document(page_id, entry.values)
        for passage in entry.passages:
            tokens = tokenise(passage.text)
            document.sequences.append((passage.field, [token.surface for token in tokens]))
            spans = self.names.find(tokens, query=False)
            named = {index for span in spans for index in range(span.start, span.end)}
            document.occurrences += [Occurrence(passage.field, name=span.key) for span in spans]
            full = rebuild(tokens, self.analyser.split_points)
            for index, token in enumerate(tokens):
                if index in named:
                    continue
                document.occurrences.append(self.occurrence(passage.field, token.surface, passage.language))
                if index in full:
                    name = self.names.key_of(full[index])
                    document.occurrences.append(
                        Occurrence(passage.field, name=name)
                        if name
                        else self.occurrence(passage.field, full[index], passage.language)
                    )
        for key in set(entry.concepts):
            document.occurrences.append(self.classification(key))
        return document

    def occurrence(self, name, surface, language):
        """A word of a text; one in a language without a dictionary is known as it stands."""
        bases, parts = self.read_word(surface, language) if language in LANGUAGES else ((), ())
        return Occurrence(name, frozenset([surface]), frozenset(bases), frozenset(parts))

    def classification(self, key):
        concept = self.concepts.get(key)
        if concept is None or concept.is_name:
            return Occurrence(self.catalogue.labels_field, name=key, concept=key)
        words = [
            self.occurrence("", surface, language)
            for language, text in concept.labels.items()
            for surface in self.whole_words(text)
        ]
        return Occurrence(
            self.catalogue.labels_field,
            frozenset().union(*(word.surfaces for word in words)),
            frozenset().union(*(word.bases for word in words)),
            frozenset().union(*(word.parts for word in words)),
            concept=key,
        )

    def whole_words(self, text):
        """The surfaces of a text, a shortened one replaced by the word that it stands for."""
        tokens = tokenise(text)
        full = rebuild(tokens, self.analyser.split_points)
        return [full.get(index, token.surface) for index, token in enumerate(tokens)]

    def read_word(self, surface, language=None):
        """The base forms and parts by the languages that know the word, or by all if none does."""
        analysis = self.analyser.analyse(surface, language)
        readings = [analysis.finnish, analysis.swedish, analysis.english]
        readings = [one for one in readings if one.known] or readings
        return tuple(sorted({b for one in readings for b in one.bases})), tuple(
            sorted({p for one in readings for p in one.parts})
        )

    def phrase(self, text, language):
        """The content words of a label or synonym, each as its base forms."""
        words = self.whole_words(text)
        words = [word for word in words if word not in FUNCTION_WORDS] or words
        return tuple(self.read_word(word, language)[0] for word in words)

    # The words of a query.

    def plan(self, query):
        words = {}
        parts = re.split('["“”„«»]', query.replace("\0", " ")[:QUERY_CHARACTERS])
        closed = (len(parts) - 1) // 2 * 2
        for index, part in enumerate(parts):
            found = self.read_quoted(part) if index % 2 and index < closed else self.read_query(part)
            for word in found:
                words.setdefault(word.surface, word)
        words = list(words.values())
        for word in words:
            word.ways = self.choose(word)
            if not (word.ways or word.is_quoted or word.is_function_word):
                word.own, word.others = self.with_marks(word.surface), []
                word.ways = self.choose(word)
            is_common = self.is_common(self.count(word.own))
            word.counts = word.is_quoted or not (word.is_function_word or is_common)
        if not any(word.counts and word.ways for word in words):
            words = [replace(word, counts=word.counts or not word.is_function_word) for word in words]
        if not any(word.counts for word in words):
            words = [replace(word, counts=True) for word in words]
        counting = [word for word in words if word.counts][: self.rules.counting_words]
        ranking = [word for word in words if not word.counts][: self.rules.counting_words]
        return counting + ranking

    def choose(self, word):
        """The best ways: by weight, then rarity, then alphabet. What nothing has, and others that are common, fall."""
        ways = [(self.count([way]), way) for way in word.own]
        ways += [(found, way) for found, way in ((self.count([way]), way) for way in word.others)
                 if not self.is_common(found)]  # fmt: skip
        best = {}
        for found, way in ways:
            if found and (way.terms not in best or best[way.terms][1].weight < way.weight):
                best[way.terms] = (found, way)
        spelled = lambda way: "+".join(",".join(wanted) for _, wanted in way.terms)  # noqa: E731
        ordered = sorted(best.values(), key=lambda pair: (-pair[1].weight, pair[0], spelled(pair[1])))
        return [way for _, way in ordered][: self.rules.alternatives]

    def is_common(self, found):
        return found > self.rules.common_share * len(self.documents) and found >= self.rules.common_at_least

    def read_quoted(self, text):
        surfaces = surfaces_of(text)
        terms = tuple(("surface", (surface,)) for surface in surfaces)
        own = [Way(self.rules.surface, terms, quoted=True)]
        return [Word(f'"{" ".join(surfaces)}"', own, is_quoted=True)] if surfaces else []

    def read_query(self, text):
        """The words of a text: names and phrases of several words are one word each, the longest where they begin."""
        tokens = tokenise(text)
        spans = {span.start: span for span in self.names.find(tokens, query=True)}
        full = rebuild(tokens, self.analyser.split_points)
        items, index = [], 0
        while index < len(tokens):
            token = tokens[index]
            if index in spans:
                span = spans[index]
                items.append((" ".join(one.surface for one in tokens[index : span.end]), span.key, None))
                index = span.end
                continue
            meant = full.get(index, token.surface)
            items.append((token.surface, self.names.key_of(meant) if index in full else None, meant))
            index += 1
        words, index = [], 0
        while index < len(items):
            surface, name, meant = items[index]
            if name:
                words.append(Word(surface, [Way(self.rules.surface, (("name", (name,)),))]))
                index += 1
                continue
            phrases, end = self.find_phrases(items, index)
            if end > index + 1:
                words.append(self.phrase_word(items[index:end], phrases))
                index = end
            else:
                words.append(self.single_word(surface, meant, phrases))
                index += 1
        return words

    def find_phrases(self, items, start):
        """The longest phrases (key, words) whose content words the items begin with, and where they end."""
        if items[start][0] in FUNCTION_WORDS:
            return [], start
        run = []
        for index in range(start, len(items)):
            surface, name, meant = items[index]
            if name:
                break
            if surface not in FUNCTION_WORDS:
                run.append((index, set(self.read_query_word(meant)[0])))
        found = [
            (key, words)
            for key, phrases in self.phrases.items()
            for words in phrases
            if len(words) <= len(run) and all(bases & set(word) for (_, bases), word in zip(run, words, strict=False))
        ]
        longest = max((len(words) for _, words in found), default=0)
        found = sorted((key, words) for key, words in found if len(words) == longest)
        return found, run[longest - 1][0] + 1 if found else start

    def read_query_word(self, surface):
        """An exact Finnish reading that the documents have beats those in other languages."""
        finnish = self.analyser.analyse(surface).finnish
        if finnish.known and self.count([Way(1, (("anywhere", finnish.bases),))]):
            return finnish.bases, finnish.parts
        return self.read_word(surface)

    def phrase_word(self, items, phrases):
        rules = self.rules
        parts = [
            part
            for surface, _, meant in items
            if surface not in FUNCTION_WORDS
            for part in self.read_query_word(meant)[1]
        ]
        own = [way for key, words in phrases for way in (together(words, rules.base), by_key(key, rules.base))]
        others = [way for phrase in phrases for way in self.equals(phrase, rules.concept)]
        others += [Way(rules.own_part, (("anywhere", bases),), full=False) for _, words in phrases for bases in words]
        others += [Way(rules.own_part, (("anywhere", (part,)),), full=False) for part in parts]
        return Word(" ".join(surface for surface, _, _ in items), own, others)

    def single_word(self, surface, meant, phrases):
        rules = self.rules
        own = [Way(rules.surface, (("surface", (text,)),)) for text in dict.fromkeys((surface, meant))]
        if surface in FUNCTION_WORDS:
            return Word(surface, own, is_function_word=True)
        bases, parts = self.read_query_word(meant)
        own += [Way(rules.base, (("base", (base,)),)) for base in bases]
        others = []
        for key, words in phrases:
            others += [by_key(key, rules.concept), *self.equals((key, words), rules.concept)]
        matched = [words for _, words in phrases]
        for key, _ in phrases:
            singles = [words for words in self.phrases[key] if len(words) == 1 and words not in matched]
            others += [Way(rules.concept_part, (("part", words[0]),)) for words in singles]
        others += [Way(rules.part, (("part", (base,)),)) for base in bases]
        others += [Way(rules.own_part, (("anywhere", (part,)),), full=False) for part in parts]
        if not phrases:
            others += self.cut_swedish(meant)
        return Word(surface, own, others)

    def with_marks(self, typed):
        """A letter that was typed without its mark is the marked one where nothing else fits; å, ä and ö never are."""
        surfaces = {one for document in self.documents for word in document.occurrences for one in word.surfaces}
        meant = sorted(one for one in surfaces if one != typed and may_mean(typed, one))
        return [Way(self.rules.surface, (("surface", (one,)),)) for one in meant]

    def cut_swedish(self, surface):
        """A Swedish compound that no concept knows is cut in two; each half satisfies it partly, with its equals."""
        ways = []
        if self.analyser.analyse(surface).finnish.known:
            return ways
        halves = split_swedish(surface, self.is_known)
        best = [half for pair in halves if pair[1] == halves[0][1] for half in pair]
        for half in dict.fromkeys(best):
            bases, _ = self.read_word(half, "sv")
            ways.append(Way(self.rules.own_part, (("anywhere", bases),), full=False))
            for key, words in self.find_phrases_of(bases):
                equals = [by_key(key, 1), *self.equals((key, words), 1)]
                ways += [replace(way, weight=self.rules.own_part_concept, full=False) for way in equals]
        return ways

    def is_known(self, word):
        return (
            self.analyser.knows_swedish(word)
            or bool(self.find_phrases_of((word,)))
            or self.count([Way(1, (("surface", (word,)),)), Way(1, (("base", (word,)),))]) > 0
        )

    def find_phrases_of(self, bases):
        return [
            (key, words)
            for key, phrases in self.phrases.items()
            for words in phrases
            if len(words) == 1 and set(bases) & set(words[0])
        ]

    def equals(self, phrase, weight):
        """The other phrases of a phrase's concept."""
        key, own = phrase
        return [together(words, weight) for words in self.phrases[key] if words != own]


def together(words, weight):
    return Way(weight, tuple(("base", bases) for bases in words))


def by_key(key, weight):
    return Way(weight, (("concept", (key,)),))


def spellings(concept):
    return [
        *((text, language) for language, text in concept.labels.items()),
        *((text, language) for language, text in concept.equals),
        *((text, None) for text in concept.synonyms),
    ]


def surfaces_of(text):
    return [token.surface for token in tokenise(text)]


def count_runs(surfaces, wanted):
    return sum(surfaces[start : start + len(wanted)] == wanted for start in range(len(surfaces) - len(wanted) + 1))
