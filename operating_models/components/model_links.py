"""Links to models by their titles, in the reader's language where a model has a text in that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language

from operating_models.components.breadcrumbs import address_of
from operating_models.models import OperatingModelPage, Text


@dataclass(frozen=True, slots=True)
class ModelLink:
    """A model's title in its language, and its address."""

    page_id: int
    title: str
    url: str
    language: str


def link_models(pages: Iterable[OperatingModelPage], request: HttpRequest) -> dict[int, ModelLink]:
    """Return links to models by their keys; one query where one of them was not written in the reader's language."""
    language = get_language() or ""
    found = list(pages)
    titles = _titles([page for page in found if page.original_language != language], language)
    return {
        page.pk: ModelLink(
            page.pk,
            titles.get(page.pk, page.title),
            address_of(page.url_path, request),
            language if page.pk in titles else page.original_language,
        )
        for page in found
    }


def _titles(pages: Sequence[OperatingModelPage], language: str) -> dict[int, str]:
    if not pages:
        return {}
    keys = [page.pk for page in pages]
    return dict(
        Text.objects.filter(page_id__in=keys, language=language).exclude(title="").values_list("page_id", "title")
    )
