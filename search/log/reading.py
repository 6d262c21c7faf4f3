"""What the log tells of words over a number of days."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from search.models import EntryKind, LogWord


def count_words(days: int) -> QuerySet:
    """Return each word of the last days, today among them, with how often it was met.

    Rows are dicts: ``word``; ``searches``, new searches with it; ``without_hits``, those of them in which no page had
    the word fully; ``openings``, pages opened from results for it. A narrowed search is the same search.
    """
    since = timezone.localdate() - timedelta(days=days)
    new = Q(entry__kind=EntryKind.SEARCH)
    return (
        LogWord.objects.filter(entry__day__gt=since)
        .values("word")
        .annotate(
            searches=Count("pk", filter=new),
            without_hits=Count("pk", filter=new & Q(found=False)),
            openings=Count("pk", filter=Q(entry__kind=EntryKind.OPENING)),
        )
        .filter(searches__gt=0)
    )


def without_hits(rows: QuerySet) -> QuerySet:
    """Keep the words that no page had in some search."""
    return rows.filter(without_hits__gt=0)


def without_openings(rows: QuerySet) -> QuerySet:
    """Keep the words that pages had, but from whose results nobody opened one."""
    return rows.filter(openings=0, searches__gt=F("without_hits"))
