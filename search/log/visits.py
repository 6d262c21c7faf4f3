"""Decides by a request's headers whether the log counts it: by no cookie, no session and no address of a reader.

The page from which a request came (Referer, which browsers send within one site) tells whether a search is a new one
and whether a page was opened from results.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language

from search import catalogue as catalogues
from search.criteria import Criteria
from search.models import EntryKind

ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|preview|monitor|scan|fetch|curl|wget|python|java/|okhttp|go-http|http-?client"
    r"|libwww|headless|lighthouse|facebookexternalhit",
    re.IGNORECASE,
)
"""What programs call themselves. One that calls itself nothing is a program too; a Cubot is a telephone."""

AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers with which browsers say that they fetch or draw a page that nobody has asked for yet."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request adds to the log, in memory until it is written.

    ``criteria`` are those of the search; their words are as typed and are never stored so.
    """

    kind: EntryKind
    day: date
    language: str
    criteria: Criteria
    full: int | None = None
    partial: int | None = None
    page_id: int | None = None


def of_search(request: HttpRequest, criteria: Criteria, *, full: int, partial: int) -> Visit | None:
    """Return what a shown page of results adds to the log; None when it is no new search and no narrowing.

    A search is new when its words are others than those of the results from which it came. The same words with other
    selections narrow it. A further page, another order, a repeated request and the list of everything add nothing.
    """
    if not is_counted(request) or criteria.page > 1 or not (criteria.words or criteria.selections):
        return None
    before = came_from_search(request, request.path)
    if before is None and criteria.sort:
        # Somebody chose the order on a page of results that the browser does not name.
        return None
    kind = EntryKind.SEARCH
    if before is not None and before.words.casefold() == criteria.words.casefold():
        if _sets(before) == _sets(criteria):
            return None
        kind = EntryKind.NARROWING
    return Visit(kind, timezone.localdate(), _language(), criteria, full=full, partial=partial)


def of_opening(request: HttpRequest, page_id: int, *, search_path: str) -> Visit | None:
    """Return what an opened page adds to the log; None when the reader did not come from results."""
    before = came_from_search(request, search_path) if is_counted(request) else None
    if before is None or not (before.words or before.selections):
        return None
    return Visit(EntryKind.OPENING, timezone.localdate(), _language(), before, page_id=page_id)


def is_counted(request: HttpRequest) -> bool:
    """Tell whether a person has asked for the page, so far as headers tell, and for the first time."""
    headers = request.headers
    agent = headers.get("User-Agent", "")
    return (
        settings.SEARCH_LOG_DAYS > 0
        and request.method == "GET"
        and bool(agent)
        and not ROBOT.search(agent)
        and not any(headers.get(name) for name in AHEAD)
        and not _is_reloaded(headers.get("Cache-Control", ""))
        and not request.is_preview
    )


def came_from_search(request: HttpRequest, search_path: str) -> Criteria | None:
    """Return the search of the page from which a request came; None when that was no search page of this site."""
    try:
        address = urlsplit(request.headers.get("Referer", ""))
        if address.netloc != request.get_host() or address.path != search_path:
            return None
        return Criteria.from_querydict(QueryDict(address.query), catalogues.current())
    except (ValueError, TooManyFieldsSent):
        # Not an address, or one that no page of ours has.
        return None


def _is_reloaded(cache_control: str) -> bool:
    """Browsers ask caches for a fresh copy when a page is loaded again, not when a link is followed."""
    return "max-age=0" in cache_control or "no-cache" in cache_control


def _sets(criteria: Criteria) -> dict[str, frozenset[str]]:
    return {facet: frozenset(codes) for facet, codes in criteria.selections.items() if codes}


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]
