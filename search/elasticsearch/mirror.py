"""The search server's index as a mirror of the documents: mended, and made anew."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction

from search import index_version
from search.batches import in_batches
from search.comparison import compare
from search.elasticsearch import outbox
from search.elasticsearch.engine import Connection
from search.elasticsearch.index import Change, Index, being_made
from search.memory.snapshots import read_documents
from search.models import Document, IndexState
from search.terms.search_server import Progress

logger = logging.getLogger(__name__)

MIRROR = "mirror"
"""The row of IndexState that tells when the server's index was made anew, and by which analyser."""
DOCUMENTS_AT_ONCE = 200


def rebuilt_at() -> datetime | None:
    """Return when the server's index was last made anew, None before the first time."""
    return IndexState.objects.filter(name=MIRROR).values_list("changed_at", flat=True).first()


def send_again(connection: Connection, page_ids: Iterable[int]) -> None:
    """Note pages as changed, to be delivered as they are now."""
    with transaction.atomic():
        index_version.lock(index_version.DOCUMENTS)
        outbox.add(connection, page_ids)


def rebuild(connection: Connection, progress: Progress = lambda done, total: None) -> int:
    """Make the server's index anew beside the old one, let it take its place in one step, and return its documents.

    Searches go on meanwhile. A change that comes while it is made is delivered to the old index, so what has changed
    is sent to the new one before it takes over, and once more after: from then on every delivery goes to the new one.
    Raises SearchServerFailed; the old index then stays.
    """
    index = connection.index()
    name = index.create()
    sent: dict[int, int] = {}
    ids = list(Document.objects.filter(findable=True).order_by("page_id").values_list("page_id", flat=True))
    for done in _send(ids, index, name, sent):
        progress(done, len(ids))
    # So that little is left to be sent when it has taken over.
    for _ in _send(compare(sent).pages, index, name, sent):
        pass
    index.publish(name)
    with transaction.atomic():
        index_version.lock(index_version.DOCUMENTS)
        outbox.add(connection, compare(sent).pages)
        IndexState.objects.update_or_create(
            name=MIRROR, defaults={"stamp": index_version.draw(), "analyser": index.analyser}
        )
    outbox.deliver(connection)
    index.remove_orphans()
    connection.breaker.record_success()
    return len(ids)


def _send(page_ids: Iterable[int], index: Index, name: str, sent: dict[int, int]) -> Iterator[int]:
    """Send documents as they are now to an index that is being made; keep their stamps and yield how many are done.

    What is refused is not kept, so it is found different afterwards and goes the way of every change.
    """
    done = 0
    for some in in_batches(page_ids, DOCUMENTS_AT_ONCE):
        # Drawn before the documents are read: what changes later has a greater version.
        with transaction.atomic():
            index_version.lock(index_version.DOCUMENTS)
            version = outbox.draw_version()
        rows = {row.page_id: row for row in read_documents(some)}
        changes = [Change(page_id, version, None) for page_id in some if page_id not in rows]
        for row in rows.values():
            try:
                changes.append(outbox.make_change(row, version, index))
            except Exception:
                logger.exception("Page %s is left to the outbox.", row.page_id)
        refused = {one.page_id for one in index.send(changes, to=being_made(name), refresh=False)}
        for change in changes:
            sent.pop(change.page_id, None)
            if change.body is not None and change.page_id not in refused:
                sent[change.page_id] = rows[change.page_id].stamp
        done += len(some)
        yield done
