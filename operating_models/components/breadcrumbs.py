"""Breadcrumbs of a page, and the addresses that its links need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from wagtail.models import Page, Site
from wagtail.rich_text import expand_db_html

from operating_models.models import OperatingModelIndexPage, Region, RegionPage, Term, TermPage
from operating_models.models.page_texts import Told, titles_of
from operating_models.models.presented import is_public_now, public_now
from operating_models.rich_text import is_blank
from operating_models.site_languages import ORIGINAL

FRONT_DEPTH = 2
"""Depth of the front page in Wagtail's tree, whose root is 1."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the breadcrumbs; the last one has no address. ``language`` is that of what somebody has written."""

    title: str
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class LabelledLink:
    """A labelled address; "" where the label leads nowhere."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under one label."""

    label: str
    links: tuple[LabelledLink, ...]


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The breadcrumbs of a page, and the address of the search, "" where the search page is not public.

    A page that is not public, above or elsewhere, is never led to.
    """

    crumbs: tuple[Crumb, ...]
    index_url: str

    def search_url(self, **selections: str | Sequence[str]) -> str:
        """Return the address of a search with these selections; "" where the search page is not public."""
        query = f"?{urlencode(selections, doseq=True)}" if selections and self.index_url else ""
        return f"{self.index_url}{query}"

    def of_terms(self, parameter: str, terms: Iterable[Term]) -> tuple[LabelledLink, ...]:
        """Return terms with the addresses of their searches."""
        return tuple(LabelledLink(str(term), self.search_url(**{parameter: term.code})) for term in terms)


@dataclass(frozen=True, slots=True)
class RegionalLinks(PageLinks):
    """The same with the region above the page (None outside regions), and the addresses of regions by their codes."""

    origin: Region | None
    region_urls: Mapping[str, str]
    regions: tuple[Region, ...]
    """The regions that have a page, in their order."""

    def region_url(self, code: str) -> str:
        """Return the address of a region's page, or of the search in it when its page is not public."""
        return self.region_urls.get(code) or self.search_url(region=code)

    def of_regions(self, regions: Iterable[Region]) -> tuple[LabelledLink, ...]:
        return tuple(LabelledLink(str(region), self.region_url(region.code)) for region in regions)


def address_of(url_path: str, request: HttpRequest) -> str:
    """Return the public address of a page by its column ``url_path``; "" outside all sites.

    The same as ``Page.get_url`` gives: lists of many pages need no page for it, whose making takes longer than this.
    """
    roots = Site.get_site_root_paths()
    own = [root for root in roots if url_path.startswith(root.root_path)]
    if not own:
        return ""
    if len(roots) == 1:
        return reverse("wagtail_serve", args=(url_path[len(own[0].root_path) :],))
    site = Site.find_for_request(request)
    at_hand = [root for root in own if site is not None and root.site_id == site.pk]
    root = (at_hand or own)[0]
    path = reverse("wagtail_serve", args=(url_path[len(root.root_path) :],))
    return path if at_hand else f"{root.root_url}{path}"


def links_of(page: Page, request: HttpRequest) -> PageLinks:
    """Return the links of a page that leads to no region; a query outside the search page.

    One more where the page does not stand right below the front page of its site.
    """
    return _read_links(page, _ancestors(page, request), request)


def regional_links_of(page: Page, request: HttpRequest) -> RegionalLinks:
    """Return the links of a page that leads to regions; two queries at most, whatever the page.

    A region whose page is hidden still is the origin of the models below.
    """
    ancestors = _ancestors(page, request)
    found = list(RegionPage.objects.select_related("region").order_by("region__order", "region__code"))
    by_key = {region_page.pk: region_page for region_page in found}
    above = [by_key[ancestor.pk] for ancestor in [*ancestors, page] if ancestor.pk in by_key]
    regions = [region_page for region_page in found if is_public_now(region_page)]
    names = {} if get_language() == ORIGINAL else {own.pk: own.region.full_name for own in above}
    links = _read_links(page, ancestors, request, names)
    return RegionalLinks(
        crumbs=links.crumbs,
        index_url=links.index_url,
        origin=above[0].region if above else None,
        region_urls={region_page.region.code: region_page.get_url(request) or "" for region_page in regions},
        regions=tuple(region_page.region for region_page in regions),
    )


def term_urls(kinds: Iterable[type[TermPage]], request: HttpRequest) -> dict[str, str]:
    """Return the addresses of the public pages of terms by the keys of the terms; a query for each page type."""
    return {
        page.term.key: page.get_url(request) or ""
        for kind in kinds
        for page in kind.objects.filter(public_now()).defer("intro").select_related(kind.term_field)
    }


def introduce(text: str) -> SafeString | str:
    """Return the introduction of a page as HTML; "" when nothing is written in it."""
    return "" if is_blank(text) else SafeString(expand_db_html(text))


def _ancestors(page: Page, request: HttpRequest) -> list[Page]:
    """Return the pages above a page, from the front page on, which every request has read with its site."""
    site = Site.find_for_request(request)
    front = site.root_page if site else None
    if front is not None and front.depth == FRONT_DEPTH and page.is_child_of(front):
        return [front]
    return list(page.get_ancestors().filter(depth__gt=1).order_by("path"))


def _read_links(
    page: Page, ancestors: Sequence[Page], request: HttpRequest, names: Mapping[int, str] | None = None
) -> PageLinks:
    """Return the links of a page; ``names`` are those of pages in their language that are named after something."""
    index = next((step for step in [*ancestors, page] if step.specific_class is OperatingModelIndexPage), None)
    if index is None or (index.pk != page.pk and not is_public_now(index)):
        index = OperatingModelIndexPage.objects.filter(public_now()).first()
    titles = titles_of([*ancestors, page]) | {key: Told(name, "") for key, name in (names or {}).items()}

    def crumb(step: Page, url: str = "") -> Crumb:
        told = titles.get(step.pk, Told(step.title, ""))
        return Crumb(str(told.text), url, "" if told.language == get_language() else told.language)

    crumbs = [
        crumb(a, a.get_url(request) or "")
        if a.depth > FRONT_DEPTH
        else Crumb(gettext("Front page"), a.get_url(request) or "")
        for a in ancestors
        if is_public_now(a)
    ]
    return PageLinks(crumbs=(*crumbs, crumb(page)), index_url=(index.get_url(request) or "") if index else "")
