"""What a vocabulary would mean for the search before it is imported: words that are taken or find too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from search import catalogue as catalogues
from search import index_version
from search.analysis.tokens import tokenise
from search.finding.preview import MOST_SHARE
from search.memory.engine import ENGINE
from search.terms import concepts, words
from search.terms.compiled import Bases, ImportedLabel
from search.terms.concepts import Concepts
from search.terms.engine import Alternative, Order, QueryTerm, TermKind
from search.vocabularies.importing import LabelReader, ReadingProgress
from search.vocabularies.skos_files import SkosFile

SHOWN_IN = "fi"
"""The language in which concepts are called to curators."""


@dataclass(frozen=True, slots=True)
class TakenWord:
    """A word that a concept of the site has, which goes on meaning that one alone."""

    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class BroadConcept:
    """A concept whose words together find more than a quarter of all pages."""

    label: str
    found: int


@dataclass(frozen=True, slots=True)
class VocabularyJudgement:
    """What a curator should know of a file before it is imported.

    ``ambiguous`` are words that several of its concepts have, ``finding`` the number of its concepts that find some
    of the ``pages``, and ``broad`` those that find too many of them.
    """

    taken: tuple[TakenWord, ...]
    ambiguous: tuple[str, ...]
    broad: tuple[BroadConcept, ...]
    finding: int
    pages: int


def judge(file: SkosFile, progress: ReadingProgress = lambda done, total: None) -> VocabularyJudgement:
    """Return what a file would mean if it were imported; nothing is written."""
    at = index_version.read()
    # As if nothing were imported: of what is, this may be the newer file.
    known = Concepts(tuple(concepts.read_own(catalogues.current())), words.analyser())
    reader = ENGINE.reader(catalogues.current(), at, now=timezone.now())
    labels = LabelReader()
    taken: dict[TakenWord, None] = {}
    held: defaultdict[Bases, dict[str, None]] = defaultdict(dict)
    broad = []
    finding = 0
    for done, concept in enumerate(file.concepts, 1):
        read = labels.read(concept)
        for one in read:
            taken |= dict.fromkeys(_taken(one, known))
            held[one.bases].setdefault(concept.address)
        found = reader.frequency([_way(one.bases, one.language) for one in read]) if read else 0
        finding += found > 0
        if found > MOST_SHARE * reader.size and found >= reader.rules.common_at_least:
            broad.append(BroadConcept(read[0].text, found))
        progress(done, len(file.concepts))
    ambiguous = (" ".join(word[0] for word in bases) for bases, addresses in held.items() if len(addresses) > 1)
    return VocabularyJudgement(
        taken=tuple(taken),
        ambiguous=tuple(sorted(ambiguous)),
        broad=tuple(sorted(broad, key=lambda one: (-one.found, one.label))),
        finding=finding,
        pages=reader.size,
    )


def _taken(label: ImportedLabel, known: Concepts) -> Iterator[TakenWord]:
    """Yield the word with each concept of the site that has it, and with a name that it is."""
    tokens = tokenise(label.text)
    spans = known.names.find(tokens, query=True)
    keys = {span.key for span in spans if span.end - span.start == len(tokens)}
    keys |= {phrase.key for phrase in known.find_phrases(label.bases) if len(phrase.words) == len(label.bases)}
    yield from (TakenWord(label.text, known.shown(key, SHOWN_IN)) for key in sorted(keys))


def _way(bases: Bases, language: str) -> Alternative:
    """Return the way by which a page has a label in its texts: a single word, or several in their order."""
    if len(bases) == 1:
        return Alternative((QueryTerm(TermKind.BASE, texts=bases[0]),), 1.0)
    terms = tuple(QueryTerm(TermKind.BASE, texts=word, language=language) for word in bases)
    return Alternative(terms, 1.0, order=Order.SPACED)
