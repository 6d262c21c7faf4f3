"""Wagtail's stock search over the same pages, to compare with: its index filled, its first page and its facet calls.

The site keeps Wagtail's index for the admin, with the title of a page and nothing else. Here the page type says more
of itself for as long as a measurement lasts: its lead and core texts, as a site that searches with Wagtail lists them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from modelsearch.backends.base import BaseSearchBackend, BaseSearchResults
from wagtail.search import index
from wagtail.search.backends import database

from operating_models.models import OperatingModelPage
from operating_models.models.texts import CORE_TEXTS
from search import catalogue
from search.criteria import Criteria

CALLS = {
    "target_group": "target_groups",
    "theme": "themes",
    "service_class": "service_classes",
    "setting": "settings",
    "programme": "programmes",
}
"""Facets that ``facet()`` can count, by the field of the page: a value for each row of a many-to-many relation."""

SELECTED = ("theme",)
"""Facets by which the searches of the measurement narrow."""

ORIGIN = "region"
"""The facet that stands above the page: ``facet("path")``, summed up here by the path of the parent."""

BATCH = 200

TUNING = {
    "sqlite": ("ANALYZE",),
    "postgresql": (
        "CREATE INDEX bench_title_body ON wagtailsearch_indexentry USING gin ((title || body))",
        "ANALYZE",
    ),
}
"""Statements that help the stock search, by the kind of database.

The expression is the one that its query compares with the words. Wagtail's own migrations make an index of each column
alone, which that query cannot use.
"""


@dataclass(frozen=True, slots=True)
class StockPage:
    """The first page of the stock search: keys of pages in order, and counts by facet and value."""

    page_ids: tuple[int, ...]
    counts: Mapping[str, Mapping[object, int]]

    @property
    def total(self) -> int:
        """Pages found: each has one region of origin."""
        return sum(self.counts[ORIGIN].values())


@contextmanager
def searchable_texts() -> Iterator[None]:
    """Let Wagtail's index read the lead and core texts of a model, and count and filter by its vocabularies."""
    before = OperatingModelPage.search_fields
    OperatingModelPage.search_fields = [
        *before,
        index.SearchField("lead"),
        *(index.SearchField(name) for name in CORE_TEXTS),
        *(index.FilterField(name) for name in CALLS.values()),
        # Each of these costs queries for every page that is indexed, so only what the searches here select has one.
        *(index.RelatedFields(CALLS[facet], [index.FilterField("code")]) for facet in SELECTED),
    ]
    try:
        yield
    finally:
        OperatingModelPage.search_fields = before


def stock_backend() -> BaseSearchBackend:
    """Return Wagtail's own backend of the database in use; the site's hands the words of pages to this search."""
    return database.SearchBackend({})


def build(progress: Callable[[int], None]) -> None:
    """Fill Wagtail's index with every model in batches, as its own command does; ``progress`` hears how many stand."""
    backend = stock_backend()
    pages = OperatingModelPage.objects.order_by("pk")
    done = 0
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(OperatingModelPage))
    target = rebuilder.start()
    target.add_model(OperatingModelPage)
    batch = list(pages[:BATCH])
    while batch:
        target.add_items(OperatingModelPage, batch)
        done += len(batch)
        progress(done)
        batch = list(pages.filter(pk__gt=batch[-1].pk)[:BATCH])
    rebuilder.finish()


def tune() -> None:
    """Help the database: statistics of its tables, and on PostgreSQL the index that the stock query can use."""
    with connection.cursor() as cursor:
        for statement in TUNING[connection.vendor]:
            cursor.execute(statement)


def search(criteria: Criteria) -> StockPage:
    """Return the first page of hits and the counts of the facets that the stock search can count.

    As in our own search, a facet is counted without its own selection.
    """
    results = _search(criteria.words, criteria.selections)
    page_ids = tuple(page.pk for page in results[: catalogue.current().page_size])
    counts: dict[str, Mapping[object, int]] = {}
    for facet, field in CALLS.items():
        others = {name: codes for name, codes in criteria.selections.items() if name != facet}
        counts[facet] = _search(criteria.words, others).facet(field)
    regions: Counter[str] = Counter()
    for path, number in results.facet("path").items():
        regions[path[: -OperatingModelPage.steplen]] += number
    counts[ORIGIN] = regions
    return StockPage(page_ids, counts)


def _search(words: str, selections: Mapping[str, tuple[str, ...]]) -> BaseSearchResults:
    pages = OperatingModelPage.objects.live()
    for facet, codes in selections.items():
        pages = pages.filter(**{f"{CALLS[facet]}__code__in": codes})
    return stock_backend().search(words, pages)
