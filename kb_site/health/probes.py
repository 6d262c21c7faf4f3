"""Answers to probes at /health/: whether a process lives, whether it can take readers, and how the service is."""

from __future__ import annotations

from dataclasses import asdict

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

from kb_site.headers import GetResponse
from kb_site.health import checks
from search import index_version
from search.finding.warming import WARMING


def live(request: HttpRequest) -> HttpResponse:
    """Answer: the process has a thread to spare."""
    return _say(True)


def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether this process has read the index and the database answers.

    It asks no more: what is wrong with all processes alike must not take every one of them out of service.
    """
    try:
        index_version.read()
    except Error:
        return _say(False)
    return _say(WARMING.warm())


def status(request: HttpRequest) -> HttpResponse:
    """Answer what monitoring wants to know of the whole service."""
    found = checks.run()
    return _say(all(one.ok for one in found.values()), checks={name: asdict(one) for name, one in found.items()})


PROBES: dict[str, GetResponse] = {"/health/live": live, "/health/ready": ready, "/health/status": status}


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Answer probes before all else: whatever they call the host, and without a redirect to HTTPS."""

    def answer(request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path, get_response)(request)

    return answer


def _say(ok: bool, **more: object) -> HttpResponse:
    return JsonResponse(
        {"ok": ok, **more},
        status=200 if ok else 503,
        headers={"Cache-Control": "no-store"},
        json_dumps_params={"indent": 1},
    )
