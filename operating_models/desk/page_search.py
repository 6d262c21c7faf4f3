"""Finds pages for the admin: live ones as readers find them, and all by the words of their titles in any form.

What somebody may see the lists themselves decide: they narrow what is found here.
"""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from wagtail.models import Page

from operating_models.models.title_words import TitleWords
from search.analysis.tokens import tokenise
from search.finding.selection import rank
from search.terms import words

MOST_RANKED = 200
"""Pages found by their texts, of which the best are taken."""


def find(text: str) -> list[int]:
    """Return the keys of pages: first those whose title has every word or its beginning, then those of the search."""
    by_title = _find_by_title(text)
    return list(dict.fromkeys([*by_title, *rank(text, MOST_RANKED)]))


def _find_by_title(text: str) -> list[int]:
    tokens = tokenise(text)
    if not tokens:
        return []
    _refresh()
    wanted = Q()
    for token in tokens:
        has_word = Q(words__contains=f" {token.surface}")
        for base in _bases(token.surface):
            has_word |= Q(words__contains=f" {base} ")
        wanted &= has_word
    found = TitleWords.objects.filter(wanted).order_by("page__title", "page")
    return list(found.values_list("page", flat=True))


def _refresh() -> None:
    """Read anew the titles that have changed since they were read, by whatever door, and those never read."""
    version = words.analyser().version
    as_read = TitleWords.objects.filter(page=OuterRef("pk"), titles=OuterRef("both"), analyser=version)
    pages = Page.objects.annotate(both=Concat("title", Value("\n"), F("draft_title")))
    stale = pages.filter(~Exists(as_read)).values_list("pk", "both")
    TitleWords.objects.bulk_create(
        [TitleWords(page_id=key, titles=both, analyser=version, words=_words(both)) for key, both in stale],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["titles", "analyser", "words"],
    )


def _words(titles: str) -> str:
    found: set[str] = set()
    for token in tokenise(titles):
        reading = words.combine(words.analyser().analyse(token.surface))
        found |= {token.surface, *reading.bases, *reading.parts}
    return f" {' '.join(sorted(found))} "


def _bases(surface: str) -> tuple[str, ...]:
    return words.combine(words.analyser().analyse(surface)).bases
