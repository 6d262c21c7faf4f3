"""Which rows of the index do not fit their pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from search.indexing.pages import is_hidden, live_pages
from search.indexing.recipe import Recipe
from search.models import Document


@dataclass(frozen=True, slots=True)
class StalePages:
    """Pages whose row of the index does not fit them: ``stale`` is to be written anew, ``gone`` to be removed."""

    stale: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


def find_stale(recipe: Recipe) -> StalePages:
    """Return the pages whose row is missing, older than the page, made by another recipe or not allowed."""
    row = Document.objects.filter(page_id=OuterRef("pk"))
    fitting = row.filter(recipe=recipe.digest).filter(
        Q(live_revision_id=OuterRef("live_revision_id"))
        | Q(live_revision_id__isnull=True, page__live_revision_id__isnull=True)
    )
    hidden = is_hidden()
    allowed = row.filter(findable=True)
    stale = (
        live_pages()
        .filter(~Exists(fitting) | (hidden & Exists(allowed)) | (~hidden & ~Exists(allowed)))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    gone = Document.objects.exclude(page_id__in=live_pages()).order_by("page_id").values_list("page_id", flat=True)
    return StalePages(stale=tuple(stale), gone=tuple(gone))
