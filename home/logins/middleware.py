"""Tells who has to wait how long, and gives a browser the cookie by which it is known."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from home.logins import known_browsers
from home.logins.limits import TooManyTriesError

TOO_MANY_REQUESTS = 429
MINUTE = 60


class LoginLimits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known_browsers.remember(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyTriesError):
            return None
        following = request.POST.get("next", "")
        told = {
            "seconds": exception.seconds if exception.seconds < MINUTE else 0,
            "minutes": -(-exception.seconds // MINUTE),
            "again": f"{request.path}?{urlencode({'next': following})}" if following else request.path,
        }
        response = render(request, "429.html", told, status=TOO_MANY_REQUESTS)
        response["Retry-After"] = str(exception.seconds)
        response["Cache-Control"] = "no-store"
        return response
