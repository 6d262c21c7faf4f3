"""The pages that the index covers, as the database has them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.db.models.lookups import In
from wagtail.models import Page, PageViewRestriction, get_page_models

from search.findable import Entry, Findable


class Head(NamedTuple):
    """What the index has to know of a page beside what the page says of itself."""

    pk: int
    content_type_id: int
    live_revision_id: int | None
    expire_at: datetime | None


def live_pages() -> QuerySet[Page]:
    """Return the live pages of findable types, whether they may be found or not."""
    types = ContentType.objects.get_for_models(*_findable_types()).values()
    return Page.objects.live().filter(content_type__in=[kind.pk for kind in types])


def live_page_ids(*, below: Page) -> list[int]:
    """Return the keys of the live findable pages at a page and below it."""
    return list(live_pages().filter(path__startswith=below.path).order_by("pk").values_list("pk", flat=True))


def is_hidden() -> Q:
    """Return the condition of a live page that may not be found: an alias, or restricted at it or above; one query.

    The restricted paths stand in it by themselves: joined by the beginning of paths, PostgreSQL would compare every
    page with every other one.
    """
    restricted: dict[int, set[str]] = {}
    for path in PageViewRestriction.objects.values_list("page__path", flat=True):
        restricted.setdefault(len(path), set()).add(path)
    # One comparison for each depth, however many are restricted: databases limit how deep a condition may be.
    below = (Q(In(Left("path", length), sorted(paths))) for length, paths in sorted(restricted.items()))
    return reduce(or_, below, Q(alias_of__isnull=False))


def read_heads(page_ids: Iterable[int]) -> Iterator[Head]:
    """Yield the heads of those pages that are live and of a findable type."""
    found = live_pages().filter(pk__in=page_ids).order_by("pk")
    return map(Head._make, found.values_list(*Head._fields))


def describe(heads: Mapping[int, Head]) -> dict[int, Entry | None]:
    """Return what each page says of itself, pages of one type asked together; None for one that may not be found."""
    hidden = set(live_pages().filter(is_hidden(), pk__in=heads).values_list("pk", flat=True))
    entries: dict[int, Entry | None] = dict.fromkeys(heads)
    for model, kind in ContentType.objects.get_for_models(*_findable_types()).items():
        asked = [key for key, head in heads.items() if head.content_type_id == kind.pk and key not in hidden]
        for key, entry in (model.as_documents(asked) if asked else {}).items():
            entries[key] = entry if entry.expires_at else replace(entry, expires_at=heads[key].expire_at)
    return entries


@cache
def _findable_types() -> tuple[type[Page], ...]:
    return tuple(model for model in get_page_models() if issubclass(model, Findable))
