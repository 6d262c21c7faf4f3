"""What is shown when a page cannot be made: that the database is away, or that the fault is ours."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import psycopg
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

logger = logging.getLogger(__name__)

RETRY_AFTER = 10
"""Seconds after which a browser or a robot may try again."""
AWAY = ("08", "53", "57")
"""Classes of PostgreSQL's errors: the connection failed, resources are short, an operator or a time limit stepped in
(https://www.postgresql.org/docs/15/errcodes-appendix.html)."""


def show_error(request: HttpRequest) -> HttpResponse:
    """Answer in the place of a page that raised an error; neither answer asks the database anything."""
    away = next((error for error in _chain(sys.exc_info()[1]) if _is_away(error)), None)
    if away is None:
        return server_error(request)
    logger.error("The database does not answer, %s %s cannot: %s", request.method, request.path, away)
    page = render_to_string("503.html")
    response = HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"})
    # Else Django logs a traceback as well, for each request while the database is away.
    response._has_been_logged = True
    return response


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_away(error: BaseException) -> bool:
    """Say whether an error means that PostgreSQL gives no answer; without a code the client itself found out."""
    return isinstance(error, psycopg.OperationalError) and (not error.sqlstate or error.sqlstate.startswith(AWAY))
