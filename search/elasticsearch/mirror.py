"""The outside engine's index as a mirror of the documents: compared with them, mended, and made anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from search import index_version
from search.elasticsearch import deployment, outbox
from search.elasticsearch.index import Change, Index, being_made
from search.memory.snapshots import read_documents
from search.models import Document, IndexState

logger = logging.getLogger(__name__)

MIRROR = "mirror"
"""The row of IndexState that tells when the outside index was made anew, and by which analyser."""
DOCUMENTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """Pages whose document the index lacks, has as it was before, or has although it may not be found."""

    missing: tuple[int, ...] = ()
    old: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.missing, *self.old, *self.gone)


def compare(stamps_there: Mapping[int, int]) -> Difference:
    """Compare the documents with the stamps that an index has of them, by page."""
    listed = dict(Document.objects.filter(findable=True).values_list("page_id", "stamp"))
    return Difference(
        missing=tuple(sorted(listed.keys() - stamps_there.keys())),
        old=tuple(sorted(key for key in listed.keys() & stamps_there.keys() if listed[key] != stamps_there[key])),
        gone=tuple(sorted(stamps_there.keys() - listed.keys())),
    )


def send_again(page_ids: Sequence[int]) -> None:
    """Note pages as changed, to be delivered as they are now."""
    with transaction.atomic():
        index_version.lock(index_version.DOCUMENTS)
        outbox.add(page_ids)


def make_if_missing() -> int | None:
    """Make the outside index where there is none of this analyser and catalogue, and return its documents.

    Returns None where it is there. Raises EngineFailed.
    """
    chosen = deployment.current()
    return None if chosen is None or chosen.index().exists() else rebuild()


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Make the outside index anew beside the old one, let it take its place in one step, and return its documents.

    Searches go on meanwhile. A change that comes while it is made is delivered to the old index, so what has changed
    is sent to the new one before it takes over, and once more after: from then on every delivery goes to the new one.
    ``progress`` is called with the documents done and all documents. Raises EngineFailed; the old index then stays.
    """
    chosen = deployment.current()
    if chosen is None:
        return 0
    index = chosen.index()
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
        outbox.add(compare(sent).pages)
        IndexState.objects.update_or_create(
            name=MIRROR, defaults={"stamp": index_version.draw(), "analyser": index.analyser}
        )
    outbox.deliver()
    index.remove_orphans()
    chosen.patience.succeed()
    return len(ids)


def _send(page_ids: Iterable[int], index: Index, name: str, sent: dict[int, int]) -> Iterator[int]:
    """Send documents as they are now to an index that is being made; keep their stamps and yield how many are done.

    What is refused is not kept, so it is found different afterwards and goes the way of every change.
    """
    wanted = iter(page_ids)
    done = 0
    while some := list(islice(wanted, DOCUMENTS_AT_ONCE)):
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
