"""Requests that no browser sends with a form of ours: answered with 400, before a view or the database fails."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDictKeyError
from django.views.defaults import bad_request

from home.context_processors import ADMIN_PATH

NUL = "\0"
SEARCH_WORDS = "q"
"""The one parameter of the admin in which a NUL is no word; public pages read theirs themselves."""
COUNTERS = ("-count", "-order", "-TOTAL_FORMS", "-INITIAL_FORMS")
"""Ends of the names by which a form says how many blocks or rows it has, and where each block stands."""
MOST_DIGITS = 3
"""Each row that a form says to have is made, so a larger number would keep a worker busy for minutes."""


class UnreadableRequests:
    """Refuses NUL characters that PostgreSQL could not take, and forms that lack a part that every form has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path or (request.path.startswith(ADMIN_PATH) and _has_nul(request.GET, but=SEARCH_WORDS)):
            return _refuse(request, "a NUL character in the address")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Look at what was sent. The check against forged forms has read it before."""
        if request.content_type == "application/json" and (b"\\u0000" in request.body or b"\0" in request.body):
            return _refuse(request, "a NUL character in what was sent")
        if request.method == "POST":
            if _has_nul(request.POST):
                return _refuse(request, "a NUL character in what was sent")
            if not all(_is_number(value) for name, value in request.POST.items() if name.endswith(COUNTERS)):
                return _refuse(request, "a number of rows that is none")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a form in which a view missed a field, or an address that the database could not take."""
        is_unreadable = isinstance(exception, MultiValueDictKeyError) or _has_nul(request.GET)
        return bad_request(request, exception) if is_unreadable else None


def _refuse(request: HttpRequest, why: str) -> HttpResponse:
    """Answer without raising: an exception would write a traceback into the log for each such request."""
    return bad_request(request, BadRequest(why))


def _has_nul(fields: QueryDict, *, but: str = "") -> bool:
    return any(NUL in text for name, values in fields.lists() if name != but for text in (name, *values))


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= MOST_DIGITS
