"""Which model was adapted from which: the sources of all pages, read once, and the ways that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wagtail.models import Page

Sources = Mapping[int, int]
"""The page that each page was adapted from, by keys."""


def sources_of_all(model: type[Page]) -> dict[int, int]:
    """Read the source of every model that has one, published or draft; one query, however long the lines are."""
    return dict(model.objects.filter(adapted_from__isnull=False).values_list("pk", "adapted_from_id"))


def line_of(page_id: int, sources: Sources) -> Iterator[int]:
    """Yield a page, its source, the source of that and so on; each once, also where the line runs in a circle."""
    seen: set[int] = set()
    here: int | None = page_id
    while here is not None and here not in seen:
        seen.add(here)
        yield here
        here = sources.get(here)
