"""Which words of a query may be kept, and for how long entries are.

A word is kept when the index or a concept knows it, when the log has it already, or when three different days have
brought it. Until then only a digest of it is held, keyed with the service's secret.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from search.analysis.tokens import tokenise
from search.batches import ROWS_A_QUERY, in_batches
from search.log import personal
from search.models import LONGEST_WORD, HeldWord, LogEntry, LogWord
from search.query import planning
from search.rules import QUERY_CHARACTERS
from search.terms import words
from search.terms.concepts import Concepts
from search.terms.engine import Alternative, Reader, TermKind

DAYS_UNTIL_KEPT = 3

WHOLE_WORDS = (TermKind.SURFACE, TermKind.BASE)
"""A word that stands in texts only as a part of longer ones is not known by itself: surnames are parts of many."""

QUOTATION_MARKS = str.maketrans(dict.fromkeys('"“”„«»', " "))


@dataclass(frozen=True, slots=True)
class SearchedWord:
    """A word of a query: ``found`` when some page has it fully, ``known`` when the index or a concept has it whole."""

    text: str
    found: bool
    known: bool


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """The words of a query without personal data and function words, and how many stretches were dropped."""

    words: tuple[SearchedWord, ...]
    dropped: int


def read(query: str, known: Concepts, reader: Reader) -> SearchedWords:
    """Return the words of a query as the search understands them: names and phrases of several words are one."""
    text, dropped = personal.drop(query.replace("\0", " "))
    text = text.translate(QUOTATION_MARKS)[:QUERY_CHARACTERS]
    planned = planning.plan(text, known, reader, words.analyser()).words if text else ()
    return SearchedWords(
        tuple(
            SearchedWord(
                text=word.surface[:LONGEST_WORD],
                found=word.found_fully,
                known=any(_is_whole(one) for one in word.alternatives) or _is_concept(word.surface, known),
            )
            for word in planned
            if word.marked
        ),
        dropped,
    )


def _is_whole(alternative: Alternative) -> bool:
    return alternative.full and all(term.kind in WHOLE_WORDS for term in alternative.terms)


def _is_concept(surface: str, known: Concepts) -> bool:
    return bool(known.equals(surface, words.analyser()) or known.names.find(tokenise(surface), query=True))


def choose(searched: Iterable[tuple[date, SearchedWord]]) -> frozenset[str]:
    """Return the words that may be kept, and hold the digests of the others. Part of the caller's transaction."""
    kept: set[str] = set()
    unknown: defaultdict[str, set[date]] = defaultdict(set)
    for day, word in searched:
        if word.known:
            kept.add(word.text)
        else:
            unknown[word.text].add(day)
    asked = sorted(set(unknown) - kept)
    for some in in_batches(asked):
        kept |= set(LogWord.objects.filter(word__in=some).values_list("word", flat=True))
    kept |= _hold({word: unknown[word] for word in asked if word not in kept})
    return frozenset(kept)


def _hold(unknown: Mapping[str, set[date]]) -> set[str]:
    """Hold the digests of words by day, and return those that three days have brought; these are held no longer."""
    by_digest = {digest(word): word for word in unknown}
    rows = [HeldWord(digest=key, day=day) for key, word in by_digest.items() for day in sorted(unknown[word])]
    HeldWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_A_QUERY)
    days: Counter[str] = Counter()
    digests = sorted(by_digest)
    for some in in_batches(digests):
        days.update(HeldWord.objects.filter(digest__in=some).values_list("digest", flat=True))
    known = [key for key in digests if days[key] >= DAYS_UNTIL_KEPT]
    for some in in_batches(known):
        HeldWord.objects.filter(digest__in=some).delete()
    return {by_digest[key] for key in known}


def digest(word: str) -> str:
    """Return the digest under which a word is held: 128 bits that only who has the service's key can compute."""
    return salted_hmac("search.log", word, algorithm="sha256").hexdigest()[:32]


def forget() -> int:
    """Delete what is as old as the settings say, and return how many entries that were."""
    last = timezone.localdate() - timedelta(days=settings.SEARCH_LOG_DAYS)
    HeldWord.objects.filter(day__lte=last).delete()
    LogWord.objects.filter(entry__day__lte=last).delete()
    return LogEntry.objects.filter(day__lte=last).delete()[0]
