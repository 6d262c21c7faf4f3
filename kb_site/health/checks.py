"""What monitoring is told of the service, part by part. A new part is a function in ``CHECKS``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import Error
from django.utils import timezone

from operating_models import heartbeat
from operating_models.mail import outbox
from search import index_version
from search.indexing.recipe import Recipe
from search.indexing.staleness import find_stale
from search.models import IndexState
from search.terms import search_server

LATE = 300.0
"""Seconds after which what happens each minute is late."""
MAIL_LATE = 3600.0
"""Seconds after which a mail is late: it may wait for several tries at a mail server that is being mended."""


@dataclass(frozen=True, slots=True)
class PartState:
    """Whether a part of the service does its work. ``age`` is in seconds, None where nothing is that old.

    ``detail`` says what is wrong, without names, addresses or texts.
    """

    ok: bool
    age: float | None = None
    detail: str = ""


def check_database() -> PartState:
    """Tell whether it answers; without an age."""
    index_version.read()
    return PartState(ok=True)


def check_minute() -> PartState:
    """Tell how long ago the minute's job did all of its parts."""
    age = heartbeat.age()
    if age is None:
        return PartState(ok=False, detail="has never ended well")
    return PartState(ok=age < LATE, age=age, detail="" if age < LATE else "late")


def check_index() -> PartState:
    """Tell whether each live page's row fits it and this analyser made the rows; its age is the last change's."""
    state = IndexState.objects.filter(name=index_version.DOCUMENTS).first()
    recipe = Recipe.current()
    found = find_stale(recipe)
    waiting = len(found.stale) + len(found.gone)
    if state is not None and state.analyser not in ("", recipe.analyser.version):
        detail = "made by another analyser"
    else:
        detail = f"pages that wait: {waiting}" if waiting else ""
    return PartState(ok=not detail, age=_age(state.changed_at) if state is not None else None, detail=detail)


def check_mail() -> PartState:
    """Tell whether mails leave; the age is that of the oldest that waits."""
    state = outbox.read_state()
    age = _age(state.oldest) if state.oldest else None
    detail = f"mails given up: {state.failed}" if state.failed else ""
    return PartState(ok=not state.failed and (age is None or age < MAIL_LATE), age=age, detail=detail)


def check_search_server() -> PartState:
    """Tell whether Elasticsearch answers and takes changes; the age is that of the oldest change that waits."""
    server = search_server.current()
    if server is None:
        return PartState(ok=True, detail="not in use")
    state = server.read_state()
    age = _age(state.oldest) if state.oldest else None
    if not state.answers:
        return PartState(ok=False, age=age, detail="does not answer")
    if not state.has_index:
        return PartState(ok=False, age=age, detail="has no index")
    if state.set_aside:
        return PartState(ok=False, age=age, detail=f"changes set aside: {state.set_aside}")
    return PartState(ok=age is None or age < LATE, age=age)


CHECKS: dict[str, Callable[[], PartState]] = {
    "database": check_database,
    "minute": check_minute,
    "index": check_index,
    "mail": check_mail,
    "elasticsearch": check_search_server,
}


def run() -> dict[str, PartState]:
    """Return the state of every part. One that cannot be told is not well."""
    return {name: _try(check) for name, check in CHECKS.items()}


def _try(check: Callable[[], PartState]) -> PartState:
    try:
        return check()
    except (Error, OSError) as error:
        return PartState(ok=False, detail=type(error).__name__)


def _age(moment: datetime) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())
