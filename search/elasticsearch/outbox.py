"""Changes on their way to the search server: noted in the transaction of the Document, delivered after it.

docs/decisions/0006-outbox.md says why it is so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Min, QuerySet
from django.utils import timezone

from search import index_version
from search.batches import in_batches
from search.elasticsearch.engine import Connection
from search.elasticsearch.index import (
    PATIENT_TIMEOUT,
    TIMEOUT,
    Change,
    Index,
    Refusal,
    SpelledWord,
    make_body,
    spell,
)
from search.elasticsearch.models import Delivery
from search.memory.segments import NUMBER, DocumentRow
from search.memory.snapshots import read_documents
from search.models import IndexState, Word
from search.terms.search_server import Delivered, RefusedChange, SearchServerFailed

logger = logging.getLogger(__name__)

FEW_PAGES = 20
"""Changed pages up to this many are delivered by the process that changed them; more are left to the deliverer."""
DELIVERED_AT_ONCE = 200
MOST_REFUSED = 100
"""Refused changes that the desk lists."""
FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(minutes=1)
"""Pause before a change that the server refused for now is sent again: it doubles up to the longest."""
KEPT_WORDS = 300_000
"""Words whose terms a delivering process remembers."""
LONGEST_ERROR = 1_000


class Undeliverable(Exception):
    """A document cannot be made into what the server takes."""


def add(connection: Connection, page_ids: Iterable[int]) -> None:
    """Note in the caller's transaction that pages have changed, and deliver a few of them once it is committed.

    The caller holds the lock of documents (index_version.lock or index_version.change), which makes versions grow.
    """
    ids = list(dict.fromkeys(page_ids))
    if not ids:
        return
    version = draw_version()
    now = timezone.now()
    for some in in_batches(ids):
        Delivery.objects.bulk_create(
            [Delivery(page_id=page_id, version=version, waiting_since=now, next_attempt_at=now) for page_id in some],
            update_conflicts=True,
            unique_fields=["page_id"],
            update_fields=["version", "next_attempt_at", "attempts", "last_error", "set_aside"],
        )
    if len(ids) <= FEW_PAGES:
        transaction.on_commit(lambda: deliver_at_once(connection, ids), robust=True)


def draw_version() -> int:
    """Return a version greater than all before: the nanoseconds of the clock, or one more than the last.

    The last one stands in a row that the caller has locked, so a clock that steps back or differs between machines
    does no harm. A rollback gives a version back, but then nothing has been delivered with it; restoring an old
    database does not, because the clock has gone on.
    """
    last = IndexState.objects.filter(name=index_version.DOCUMENTS).values_list("version", flat=True).first() or 0
    version = max(time.time_ns(), last + 1)
    IndexState.objects.filter(name=index_version.DOCUMENTS).update(version=version)
    return version


def deliver_at_once(connection: Connection, page_ids: Iterable[int]) -> None:
    """Deliver what waits of these pages, waiting at most TIMEOUT, unless the server is not asked for now."""
    if not connection.breaker.allows_request():
        return
    waiting = Delivery.objects.filter(page_id__in=list(page_ids), set_aside=False)
    try:
        done = _deliver(waiting, connection.index(), timeout=TIMEOUT)
    except SearchServerFailed as error:
        connection.breaker.record_failure(error)
    else:
        if done != Delivered():
            connection.breaker.record_success()


def deliver(connection: Connection) -> Delivered:
    """Deliver what is due, oldest first, and return the result. Raises SearchServerFailed; then all of it waits."""
    done = Delivered()
    due = Delivery.objects.filter(set_aside=False, next_attempt_at__lte=timezone.now())
    while (some := _deliver(due, connection.index(), timeout=PATIENT_TIMEOUT)) != Delivered():
        connection.breaker.record_success()
        done += some
    return done


def count() -> tuple[int, datetime | None, int]:
    """Return how many changes wait, since when the oldest of them does, and how many were set aside."""
    waiting = Delivery.objects.filter(set_aside=False)
    told = waiting.aggregate(waiting=Count("pk"), oldest=Min("waiting_since"))
    return told["waiting"], told["oldest"], Delivery.objects.filter(set_aside=True).count()


def read_refused() -> tuple[RefusedChange, ...]:
    """Return the changes that were set aside, those that wait longest first, at most MOST_REFUSED."""
    rows = Delivery.objects.filter(set_aside=True).order_by("waiting_since", "page_id")[:MOST_REFUSED]
    return tuple(RefusedChange(row.page_id, row.last_error, row.waiting_since) for row in rows)


def retry(connection: Connection, page_id: int | None = None) -> int:
    """Deliver at once a page's change that was set aside, or all of them; return how many still wait."""
    chosen = Delivery.objects.filter(set_aside=True)
    if page_id is not None:
        chosen = chosen.filter(page_id=page_id)
    ids = list(chosen.values_list("page_id", flat=True))
    for some in in_batches(ids):
        Delivery.objects.filter(page_id__in=some, set_aside=True).update(
            set_aside=False, attempts=0, next_attempt_at=timezone.now(), last_error=""
        )
    deliver_at_once(connection, ids)
    return Delivery.objects.filter(page_id__in=ids).count()


def _deliver(due: QuerySet[Delivery], index: Index, *, timeout: float) -> Delivered:
    """Deliver up to DELIVERED_AT_ONCE changes and forget those that arrived."""
    waiting = list(due.order_by("next_attempt_at", "page_id")[:DELIVERED_AT_ONCE])
    if not waiting:
        return Delivered()
    # Read after the versions: what is sent is as new as the version says, or newer.
    rows = {row.page_id: row for row in read_documents([one.page_id for one in waiting])}
    changes: list[Change] = []
    refused: list[Refusal] = []
    for one in waiting:
        try:
            row = rows.get(one.page_id)
            changes.append(make_change(row, one.version, index) if row else Change(one.page_id, one.version, None))
        except Undeliverable as error:
            refused.append(Refusal(one.page_id, one.version, str(error), is_final=False))
        except Exception as error:
            logger.exception("Page %s cannot be prepared for the search server.", one.page_id)
            refused.append(Refusal(one.page_id, one.version, f"{type(error).__name__}: {error}", is_final=True))
    refused += index.send(changes, timeout=timeout) if changes else []
    _note(waiting, refused)
    final = sum(refusal.is_final for refusal in refused)
    return Delivered(len(waiting) - len(refused), len(refused) - final, final)


def _note(sent: Sequence[Delivery], refused: Iterable[Refusal]) -> None:
    """Forget the changes that arrived and note why others did not, unless the page has changed again meanwhile."""
    by_page = {refusal.page_id: refusal for refusal in refused}
    arrived = [one for one in sent if one.page_id not in by_page]
    # A version belongs to one transaction, so no page of the list can have got another's version meanwhile.
    Delivery.objects.filter(
        page_id__in=[one.page_id for one in arrived], version__in={one.version for one in arrived}
    ).delete()
    now = timezone.now()
    for one in sent:
        refusal = by_page.get(one.page_id)
        if refusal is None:
            continue
        if refusal.is_final:
            logger.error("The search server refuses page %s for good: %s", one.page_id, refusal.reason)
        pause = min(LAST_RETRY, FIRST_RETRY * 2 ** min(one.attempts, 10))
        Delivery.objects.filter(page_id=one.page_id, version=one.version).update(
            attempts=F("attempts") + 1,
            next_attempt_at=now + pause,
            last_error=refusal.reason[:LONGEST_ERROR],
            set_aside=refusal.is_final,
        )


def make_change(row: DocumentRow, version: int, index: Index) -> Change:
    """Return a document as the server takes it. Raises Undeliverable while the table of words lacks one of its."""
    return Change(row.page_id, version, make_body(row, _spell_words(row), index.catalogue))


_SPELLED: dict[int, SpelledWord] = {}
"""Terms by the number of their word. They never change; kept because most documents share most words."""


def _spell_words(row: DocumentRow) -> dict[int, SpelledWord]:
    """Return the terms of a document's words by number. Raises Undeliverable."""
    numbers = np.frombuffer(row.words, NUMBER).tolist()
    spelled = {number: _SPELLED[number] for number in numbers if number in _SPELLED}
    unknown = [number for number in numbers if number not in spelled]
    for some in in_batches(unknown):
        rows = Word.objects.filter(number__in=some)
        columns = ("number", "surface", "language", "bases", "parts")
        for number, surface, language, bases, parts in rows.values_list(*columns):
            spelled[number] = spell(surface, language, bases.split(), parts.split())
    if len(spelled) < len(numbers):
        raise Undeliverable("Its words are being made anew.")
    if len(_SPELLED) < KEPT_WORDS:
        _SPELLED.update((number, spelled[number]) for number in unknown)
    return spelled
