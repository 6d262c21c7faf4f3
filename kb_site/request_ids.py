"""A number for each request, by which the lines of the log that belong together are found; and foreign hosts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.utils.log import log_response

logger = logging.getLogger(__name__)

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

current: ContextVar[str] = ContextVar("request_id", default="-")
"""The number of the request that this thread answers, or answered last."""


class RequestIds:
    """Gives each request the number that the proxy has sent with it, or a new one, and answers with it.

    A request for a host that is not ours is refused here, with one line in the log: it is no error of the service.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if SANE.fullmatch(given) else uuid4().hex
        # It stays until the thread's next request: Django tells of an answer's status after all middleware.
        current.set(number)
        response = self._answer(request)
        response.headers[HEADER] = number
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            # The page stands alone: a stranger's request reads no database.
            response = HttpResponseBadRequest(render_to_string("400.html"))
            host = request.META.get("HTTP_HOST", "")
            log_response(
                "Refused a foreign host: %.100r", host, response=response, request=request, logger=logger, level="info"
            )
            return response
        return self.get_response(request)
