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
from search.analysis.function_words import CONJUNCTIONS, asks
from search.analysis.function_words import EVERY as FUNCTION_WORDS
from search.analysis.marks import may_mean
from search.analysis.names import Name, Names
from search.analysis.tokens import tokenise
from search.rules import QUERY_CHARACTERS, RULES, SHORTEST_BEGINNING


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
            case "text":
                return not self.concept and not self.bases.isdisjoint(wanted)
            case "part of text":
                return not self.concept and not self.parts.isdisjoint(wanted)
            case "name":
                return self.name in wanted
            case "concept":
                return self.concept in wanted


@dataclass(frozen=True)
class Passage:
    """The words of a text in order, as quotation marks and phrases read them; ``bases`` are of each word."""

    field: str
    language: str
    surfaces: tuple
    bases: tuple

    @cached_property
    def content(self):
        """The bases of its words without function words."""
        return [
            bases for surface, bases in zip(self.surfaces, self.bases, strict=True) if surface not in FUNCTION_WORDS
        ]


@dataclass(frozen=True)
class Phrase:
    """A label or synonym of a concept as its content words, each as its base forms; no language: in any."""

    key: str
    words: tuple
    language: str | None

    @property
    def spelled(self):
        return self.key, self.words, self.language or ""


@dataclass
class Document:
    """A document as words, and its texts in order."""

    page_id: int
    values: dict
    occurrences: list = field(default_factory=list)
    passages: list = field(default_factory=list)

    @cached_property
    def length(self):
        return sum(len(passage.surfaces) for passage in self.passages)

    @cached_property
    def by_field(self):
        fields = {}
        for one in self.occurrences:
            fields.setdefault(one.field, []).append(one)
        return fields


@dataclass(frozen=True)
class Way:
    """A way to satisfy a word: a term (kind, texts), or several in order.

    ``quoted`` terms stand next to each other; between others stand nothing but function words, in a text or label of
    the ``language``.
    """

    weight: float
    terms: tuple
    full: bool = True
    quoted: bool = False
    language: str | None = None
    own_part: str = ""


@dataclass
class Word:
    """A word of the query: its own ways, those of equal words, and those of narrower, broader and related concepts.

    Equal and related ones are dropped when they are common, beside another word that counts.
    """

    surface: str
    own: list
    equals: list = field(default_factory=list)
    related: list = field(default_factory=list)
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
            key: list(dict.fromkeys(self.phrase(key, text, language) for text, language in spellings(concept)))
            for key, concept in self.concepts.items()
            if not concept.is_name
        }
        self.documents = [self.read_document(page_id, entry) for page_id, entry in entries.items()]
        lengths = [document.length for document in self.documents]
        self.average_length = max(sum(lengths) / len(lengths), 1.0) if lengths else 1.0
        self.known = {}

    # The hits of a query.

    def search(self, query, selections=None):
        words, left_out = self.plan(query)
        documents = [one for one in self.documents if not any(self.frequency(one, way) for way in left_out)]
        hits = [self.score(document, words) for document in documents]
        full = [hit for hit in hits if not hit.partial]
        partial = sorted(
            (hit for hit in hits if hit.partial and hit.coverage > 0),
            key=lambda hit: (-hit.coverage, -hit.score, hit.page_id),
        )
        if len(full) >= self.rules.enough_full_hits:
            partial = []
        if not any(way.full for word in words if word.counts for way in word.ways):
            partial = self.without_namesakes(partial, words)
        partial = partial[: self.rules.most_partial_hits]
        found = sorted(full, key=lambda hit: (-hit.score, hit.page_id)) + partial
        return self.narrow(found, selections or {})

    def without_namesakes(self, partial, words):
        """Of hits that only share a part with a word that no document has, a few: seldom are they what was meant."""
        near = [way for word in words if word.counts for way in word.ways if not way.own_part]
        documents = {document.page_id: document for document in self.documents}
        few, kept = 0, []
        for hit in partial:
            is_namesake = not any(self.frequency(documents[hit.page_id], way) for way in near)
            few += is_namesake
            if not is_namesake or few <= self.rules.few_namesakes:
                kept.append(hit)
        return kept

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
        satisfied = [way for way in word.ways if self.frequency(document, way)]
        if any(way.full for way in satisfied):
            return 1
        # What shares no more than the head with the word is seldom what was meant.
        heads = [way.own_part == "head" for way in satisfied]
        return 0 if not heads else self.rules.hardly if all(heads) else self.rules.partly

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
        """How often the document satisfies a way, weighed by field."""
        key = (document.page_id, way)
        if key not in self.known:
            count = self.count_quoted if way.quoted else self.count_term if len(way.terms) == 1 else self.count_phrase
            self.known[key] = count(document, way)
        return self.known[key]

    def count_term(self, document, way):
        ((kind, wanted),) = way.terms
        return sum(
            weight * sum(one.is_a(kind, wanted) for one in document.by_field.get(name, ()))
            for name, weight in self.weights.items()
        )

    def count_phrase(self, document, way):
        """Count the words in order in texts of their language, and in the labels of the document's concepts."""
        wanted = [bases for _, bases in way.terms]
        frequency = sum(
            self.weights[passage.field] * count_runs(passage.content, wanted, equal=share_a_base)
            for passage in document.passages
            if way.language in (None, passage.language)
        )
        for concept in self.concepts_of(document):
            if any(self.has_phrase(concept, label, wanted, way.language) for label in concept.labels.items()):
                frequency += self.weights[self.catalogue.labels_field]
        return frequency

    def has_phrase(self, concept, label, wanted, language):
        """Tell whether a label holds the words in order; one that is matched whole has to be them."""
        code, text = label
        if concept.is_name or language not in (None, code):
            return False
        words = self.phrase(concept.key, text, code).words
        runs = count_runs(words, wanted, equal=share_a_base)
        return runs > 0 and (not concept.is_whole or len(words) == len(wanted))

    def count_quoted(self, document, way):
        wanted = [text for _, (text,) in way.terms]
        frequency = sum(self.weights[one.field] * count_runs(one.surfaces, wanted) for one in document.passages)
        for concept in self.concepts_of(document):
            if concept.is_name:
                in_label = wanted in [surfaces_of(text) for text, _ in spellings(concept)]
            elif concept.is_whole:
                in_label = wanted in [surfaces_of(text) for text in concept.labels.values()]
            else:
                in_label = any(count_runs(surfaces_of(text), wanted) for text in concept.labels.values())
            frequency += self.weights[self.catalogue.labels_field] if in_label else 0
        return frequency

    def concepts_of(self, document):
        keys = {one.concept for one in document.occurrences if one.concept}
        return [self.concepts[key] for key in keys if key in self.concepts]

    # The words of a document.

    def read_document(self, page_id, entry):
        document = Document(page_id, entry.values)
        for passage in entry.passages:
            tokens = tokenise(passage.text)
            read = [self.occurrence(passage.field, token.surface, passage.language) for token in tokens]
            surfaces, bases = [token.surface for token in tokens], [one.bases for one in read]
            document.passages.append(Passage(passage.field, passage.language, tuple(surfaces), tuple(bases)))
            spans = self.names.find(tokens, query=False)
            named = {index for span in spans for index in range(span.start, span.end)}
            document.occurrences += [Occurrence(passage.field, name=span.key) for span in spans]
            full = rebuild(tokens, self.analyser.split_points)
            for index, one in enumerate(read):
                if index in named:
                    continue
                document.occurrences.append(one)
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
        """The word that a document has for standing under a concept; a label that is matched whole gives it none."""
        concept = self.concepts.get(key)
        if concept is None or concept.is_name:
            return Occurrence(self.catalogue.labels_field, name=key, concept=key)
        labels = {language: self.whole_words(text) for language, text in concept.labels.items()}
        words = [
            self.occurrence("", surface, language)
            for language, surfaces in labels.items()
            for surface in surfaces
            if len(surfaces) == 1 or not concept.is_whole
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

    def phrase(self, key, text, language):
        """The content words of a label or synonym, each as its base forms."""
        words = self.whole_words(text)
        words = [word for word in words if word not in FUNCTION_WORDS] or words
        return Phrase(key, tuple(self.read_word(word, language)[0] for word in words), language)

    # The words of a query.

    def plan(self, query):
        """The words that count, those that only rank, and the ways to satisfy words that are to be left out."""
        words, left_out = {}, []
        parts = re.split('["“”„«»]', query.replace("\0", " ")[:QUERY_CHARACTERS])
        closed = (len(parts) - 1) // 2 * 2
        for index, part in enumerate(parts):
            is_quoted = index % 2 and index < closed
            found, others = self.read_quoted(part) if is_quoted else self.read_query(part)
            left_out += others
            for word in found:
                words.setdefault(word.surface, word)
        words = list(words.values())
        for word in words:
            word.ways = self.choose(word)
            if not (word.ways or word.is_quoted or word.is_function_word):
                word.own = self.spelled_otherwise(word.surface)
                word.ways = self.choose(word)
            forms = [way for way in word.own if way.terms[0][0] != "part"]
            is_common = self.is_common(self.count(forms))
            word.counts = word.is_quoted or not (word.is_function_word or is_common)
        topics = sum(bool(word.counts and word.ways) for word in words)
        if not topics:
            words = [replace(word, counts=word.counts or not word.is_function_word) for word in words]
            if not any(word.counts for word in words):
                words = [replace(word, counts=True) for word in words]
        if topics <= 1:
            # What is common is not dropped where it is all that was asked.
            words = [replace(word, ways=self.choose(word, keep_common=word.counts)) for word in words]
        counting = [word for word in words if word.counts][: self.rules.counting_words]
        ranking = [word for word in words if not word.counts][: self.rules.counting_words]
        return counting + ranking, left_out

    def choose(self, word, *, keep_common=False):
        """The best ways: by weight, then rarity, then alphabet. What nothing has falls, and others that are common."""
        own = self.rank(word.own, keep_common=True)
        equals = self.rank([way for way in word.equals if way.own_part != "head"], keep_common=keep_common)
        related = self.rank(word.related, keep_common=keep_common)
        # A common head is kept only where nothing else is found.
        heads = [way for way in word.equals if way.own_part == "head"]
        heads = self.rank(heads, keep_common=keep_common and not (own or equals or related))
        best = self.best(own + equals + heads)[: self.rules.alternatives]
        chosen = {(way.terms, way.language) for way in best}
        others = [way for way in self.best(related) if (way.terms, way.language) not in chosen]
        return best + others[: self.rules.alternatives]

    def rank(self, ways, *, keep_common):
        ways = [(self.count([way]), way) for way in ways]
        return [(found, way) for found, way in ways if found and (keep_common or not self.is_common(found))]

    def best(self, ways):
        """Of ways by the same terms the one with most weight, a full one before one that satisfies partly."""
        spelled = lambda way: "+".join(",".join(wanted) for _, wanted in way.terms)  # noqa: E731
        best = {}
        for found, way in ways:
            key = (way.terms, way.language)
            if key not in best or (best[key][1].full, best[key][1].weight) < (way.full, way.weight):
                best[key] = (found, way)
        ordered = sorted(best.values(), key=lambda pair: (-pair[1].weight, pair[0], spelled(pair[1])))
        return [way for _, way in ordered]

    def is_common(self, found):
        return found > self.rules.common_share * len(self.documents) and found >= self.rules.common_at_least

    def read_quoted(self, text):
        surfaces = surfaces_of(text)
        own = [quotation(surfaces, self.rules.surface)]
        return ([Word(f'"{" ".join(surfaces)}"', own, is_quoted=True)] if surfaces else []), []

    def read_query(self, text):
        """The words of a text: names and phrases of several words are one word each, the longest where they begin."""
        tokens = tokenise(text)
        spans = {span.start: span for span in self.names.find(tokens, query=True)}
        full = rebuild(tokens, self.analyser.split_points)
        items, left_out, index = [], [], 0
        while index < len(tokens):
            token = tokens[index]
            typed = bare(token.surface)
            meant = full.get(index, typed)
            if self.leaves_out(text, tokens, index, full):
                left_out += self.ways_to_leave_out(token.surface.lstrip("-"), is_beginning(text, token))
            elif index in spans:
                span = spans[index]
                items.append((" ".join(one.surface for one in tokens[index : span.end]), span.key, None, False))
                index = span.end - 1
            elif is_beginning(text, token):
                items.append((f"{typed}*", None, None, True))
            else:
                items.append((typed, self.names.key_of(meant) if index in full else None, meant, False))
            index += 1
        return self.read_items(items), left_out

    def leaves_out(self, text, tokens, index, full):
        """Tell whether a word is to be left out: the hyphen before it shortens no word, as after "and" or a comma."""
        token = tokens[index]
        if not bare(token.surface).startswith("-") or index in full:
            return False
        before = tokens[index - 1] if index else None
        return before is None or not (before.surface in CONJUNCTIONS or "," in text[before.end : token.start])

    def ways_to_leave_out(self, surface, begins):
        if begins:
            return [self.beginning(surface)]
        name = self.names.key_of(surface)
        if name:
            return [Way(1, (("name", (name,)),))]
        bases, _ = self.read_query_word(surface)
        return [Way(1, (("surface", (surface,)),)), *(Way(1, (("base", (base,)),)) for base in bases)]

    def beginning(self, surface):
        """The words that begin with what was typed: the shortest ones, so many as the rules have it."""
        surfaces = {one for document in self.documents for word in document.occurrences for one in word.surfaces}
        surfaces -= FUNCTION_WORDS
        begun = sorted((one for one in surfaces if one.startswith(surface)), key=lambda one: (len(one), one))
        return Way(self.rules.base, (("surface", tuple(begun[: self.rules.beginnings])),))

    def read_items(self, items):
        words, index = [], 0
        while index < len(items):
            surface, name, meant, begins = items[index]
            if name:
                words.append(Word(surface, [Way(self.rules.surface, (("name", (name,)),))]))
                index += 1
                continue
            if begins:
                words.append(Word(surface, [self.beginning(surface.rstrip("*"))]))
                index += 1
                continue
            phrases, end = self.find_phrases(items, index)
            if end > index + 1:
                words.append(self.phrase_word(items[index:end], phrases))
                index = end
            else:
                words.append(self.single_word(surface, meant, phrases, self.joined(items, index)))
                index += 1
        return words

    def joined(self, items, index):
        """What the word and the one before or after it are when they are written together, if documents have that."""
        pairs = [items[at : at + 2] for at in (index - 1, index) if 0 <= at < len(items) - 1]
        texts = []
        for (first, named, _, begins), (second, named_too, _, begins_too) in pairs:
            if not (named or named_too or begins or begins_too):
                together = first + second
                simple = self.analyser.read_finnish(together)
                if not simple.known or len(first) in self.analyser.split_points(together):
                    texts.append(together)
        return texts

    def find_phrases(self, items, start):
        """The longest phrases whose content words the items begin with, and where they end."""
        if items[start][0] in FUNCTION_WORDS:
            return [], start
        run = []
        for index in range(start, len(items)):
            surface, name, meant, begins = items[index]
            if name or begins:
                break
            if surface not in FUNCTION_WORDS:
                run.append((index, set(self.read_query_word(meant)[0])))
        found = [
            phrase
            for phrases in self.phrases.values()
            for phrase in phrases
            if len(phrase.words) <= len(run)
            and all(bases & set(word) for (_, bases), word in zip(run, phrase.words, strict=False))
        ]
        longest = max((len(phrase.words) for phrase in found), default=0)
        found = sorted((one for one in found if len(one.words) == longest), key=lambda one: one.spelled)
        return found, run[longest - 1][0] + 1 if found else start

    def read_query_word(self, surface):
        """An exact Finnish reading that the documents have beats those in other languages."""
        finnish = self.analyser.analyse(surface).finnish
        if finnish.known and self.count([Way(1, (("anywhere", finnish.bases),))]):
            return finnish.bases, finnish.parts
        return self.read_word(surface)

    def phrase_word(self, items, phrases):
        rules = self.rules
        read = [self.read_query_word(meant) for surface, _, meant, _ in items if surface not in FUNCTION_WORDS]
        own = [way for one in phrases for way in (in_order(one, rules.base), by_key(one.key, rules.base))]
        equals = [way for phrase in phrases for way in self.equals(phrase, rules.concept)]
        equals += [self.own_part(bases) for one in phrases for bases in one.words]
        equals += [way for bases, parts in read for way in self.own_parts(bases, parts)]
        return Word(" ".join(surface for surface, *_ in items), own, equals, self.related(phrases))

    def single_word(self, surface, meant, phrases, joined):
        rules = self.rules
        own = [Way(rules.surface, (("surface", (text,)),)) for text in dict.fromkeys((surface, meant))]
        own += [Way(rules.base, (("base", (text,)),)) for text in joined]
        if surface in FUNCTION_WORDS:
            return Word(surface, own, is_function_word=True)
        bases, parts = self.read_query_word(meant)
        own += [Way(rules.base, (("base", (base,)),)) for base in bases]
        pieces = [piece for piece in surface.split("-") if piece]
        own += [quotation(pieces, rules.base)] if len(pieces) > 1 else []
        own += [Way(rules.part, (("part", (base,)),)) for base in bases]
        equals = []
        for phrase in phrases:
            equals += [by_key(phrase.key, rules.concept), *self.equals(phrase, rules.concept)]
        matched = [phrase.words for phrase in phrases]
        for phrase in phrases:
            singles = [one for one in self.phrases[phrase.key] if len(one.words) == 1 and one.words not in matched]
            equals += [Way(rules.concept_part, (("part of text", one.words[0]),)) for one in singles]
        equals += self.own_parts(bases, parts)
        if not phrases:
            equals += self.cut_swedish(meant)
        return Word(surface, own, equals, self.related(phrases), is_function_word=not phrases and asks(bases))

    def spelled_otherwise(self, typed):
        """The ways to satisfy a word that nothing has as it was typed.

        A letter that was typed without its mark is the marked one; å, ä and ö never are. One word may be two.
        """
        surfaces = {one for document in self.documents for word in document.occurrences for one in word.surfaces}
        ways = [
            Way(self.rules.surface, (("surface", (one,)),))
            for one in sorted(surfaces)
            if one != typed and may_mean(typed, one)
        ]
        return ways or [quotation((typed[:cut], typed[cut:]), self.rules.base) for cut in range(1, len(typed))]

    def cut_swedish(self, surface):
        """A Swedish compound that no concept knows is cut in two; each half satisfies it partly, with its equals."""
        ways = []
        finnish = self.analyser.analyse(surface).finnish
        if finnish.known or finnish.parts:
            return ways
        halves = split_swedish(surface, self.is_known)
        best = [half for pair in halves if pair[1] == halves[0][1] for half in pair]
        for half in dict.fromkeys(best):
            bases, _ = self.read_word(half, "sv")
            ways += self.part_with_equals(bases)
        return ways

    def own_parts(self, bases, parts):
        """The ways by the parts of a compound, of which the head, at its end, tells least."""
        ways = []
        for part in parts:
            if any(base.endswith(part) for base in bases):
                ways.append(Way(self.rules.own_head, (("anywhere", (part,)),), full=False, own_part="head"))
            else:
                ways += self.part_with_equals((part,))
        return ways

    def own_part(self, bases):
        """A part of the query's own word, which satisfies it partly."""
        return Way(self.rules.own_part, (("anywhere", bases),), full=False, own_part="part")

    def part_with_equals(self, bases):
        """A part of the query's own word, and the words that are equal to it."""
        ways = [self.own_part(bases)]
        for phrase in self.find_phrases_of(bases):
            equals = [by_key(phrase.key, 1), *self.equals(phrase, 1)]
            ways += [replace(way, weight=self.rules.own_part_concept, full=False, own_part="part") for way in equals]
        return ways

    def is_known(self, word):
        return (
            self.analyser.knows_swedish(word)
            or bool(self.find_phrases_of((word,)))
            or self.count([Way(1, (("surface", (word,)),)), Way(1, (("base", (word,)),))]) > 0
        )

    def find_phrases_of(self, bases):
        found = [
            phrase
            for phrases in self.phrases.values()
            for phrase in phrases
            if len(phrase.words) == 1 and set(bases) & set(phrase.words[0])
        ]
        return sorted(found, key=lambda one: one.spelled)

    def equals(self, phrase, weight):
        """The other phrases of a phrase's concept."""
        return [equal(one, weight) for one in self.phrases[phrase.key] if one.words != phrase.words]

    # Concepts that are narrower, broader or near.

    def related(self, phrases):
        """The ways to satisfy a word by concepts beside its own: all words of one kind of relation are one way."""
        ways, longer = [], []
        for keys, weight, full in self.relatives({phrase.key for phrase in phrases}):
            found = sorted((one for key in keys for one in self.phrases.get(key, ())), key=lambda one: one.spelled)
            bases = {base for one in found if len(one.words) == 1 for base in one.words[0]}
            ways += [Way(weight, (("text", tuple(sorted(bases))),), full)] if bases else []
            ways += [Way(weight, (("concept", tuple(sorted(keys))),), full)] if keys else []
            longer += [replace(equal(one, weight), full=full) for one in found if len(one.words) > 1]
        return ways + longer[: self.rules.related_phrases]

    def relatives(self, keys):
        """The keys of concepts, each by the first of its relations: narrower, narrower still, broader, related."""
        rules, met = self.rules, set(keys)
        narrower = self.step(keys, lambda one: [key for key in self.concepts if one in self.broader(key)], met)
        deeper = self.step(narrower, lambda one: [key for key in self.concepts if one in self.broader(key)], met)
        broader = self.step(keys, self.broader, met)
        related = self.step(keys, self.near, met)
        return [
            (narrower, rules.narrower, True),
            (deeper, rules.narrower_still, True),
            (broader, rules.broader, False),
            (related, rules.related, False),
        ]

    def step(self, keys, way, met):
        found = {other for key in keys for other in way(key) if other in self.concepts} - met
        met |= found
        return found

    def broader(self, key):
        concept = self.concepts[key]
        return [*concept.broader, *([concept.parent] if concept.parent else [])]

    def near(self, key):
        others = [one for one, concept in self.concepts.items() if key in concept.related]
        return [*self.concepts[key].related, *others]


def in_order(phrase, weight):
    terms = tuple(("base", bases) for bases in phrase.words)
    return Way(weight, terms, language=phrase.language if len(terms) > 1 else None)


def equal(phrase, weight):
    """A word that nobody typed is found in texts alone: a word of some label is not the term."""
    return in_order(phrase, weight) if len(phrase.words) > 1 else Way(weight, (("text", phrase.words[0]),))


def by_key(key, weight):
    return Way(weight, (("concept", (key,)),))


def quotation(surfaces, weight):
    return Way(weight, tuple(("surface", (surface,)) for surface in surfaces), quoted=True)


def bare(surface):
    """A word as it was typed; a function word without a hyphen that stands at it by mistake."""
    return surface.strip("-") if surface.strip("-") in FUNCTION_WORDS else surface


def is_beginning(text, token):
    """Tell whether a star after three letters or more says that a word only begins so."""
    return text[token.end : token.end + 1] == "*" and len(token.surface.strip("-")) >= SHORTEST_BEGINNING


def spellings(concept):
    return [
        *((text, language) for language, text in concept.labels.items()),
        *((text, language) for language, text in concept.equals),
        *((text, None) for text in concept.synonyms),
    ]


def surfaces_of(text):
    return [token.surface for token in tokenise(text)]


def share_a_base(one, two):
    return not set(one).isdisjoint(two)


def count_runs(words, wanted, equal=lambda one, two: one == two):
    return sum(
        all(equal(one, two) for one, two in zip(words[start : start + len(wanted)], wanted, strict=True))
        for start in range(len(words) - len(wanted) + 1)
    )
