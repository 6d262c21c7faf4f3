"""Pages of regions, themes, target groups and programmes that the words of a search name."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from operating_models.components.breadcrumbs import LabelledLink
from operating_models.models import (
    ProgrammePage,
    Region,
    RegionPage,
    TargetGroupPage,
    TermPage,
    ThemePage,
)
from operating_models.models.presented import public_now

KINDS: tuple[type[TermPage], ...] = (ThemePage, TargetGroupPage, ProgrammePage)


def links_of(keys: Iterable[str], request: HttpRequest) -> tuple[LabelledLink, ...]:
    """Return the public pages of the terms with these concept keys, in their order; a query for each kind named."""
    codes: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        vocabulary, _colon, code = key.partition(":")
        codes.setdefault(vocabulary, []).append(code)
    found: dict[str, LabelledLink] = {}
    if Region.vocabulary in codes:
        regions = RegionPage.objects.filter(public_now(), region__code__in=codes[Region.vocabulary])
        for page in regions.select_related("region"):
            found[page.region.key] = LabelledLink(str(page.region), page.get_url(request) or "")
    for kind in KINDS:
        vocabulary = kind.term_type().vocabulary
        if vocabulary in codes:
            named = kind.objects.filter(public_now(), **{f"{kind.term_field}__code__in": codes[vocabulary]})
            for page in named.defer("intro").select_related(kind.term_field):
                found[page.term.key] = LabelledLink(str(page.term), page.get_url(request) or "")
    return tuple(found[key] for key in dict.fromkeys(keys) if key in found)
