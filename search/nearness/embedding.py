"""Keeps the vectors as the documents are: what is missing, older or of another model is made, in batches."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from search import catalogue as catalogues
from search import index_version
from search.models import Document, NearVector
from search.nearness import embedders
from search.nearness.embedders import LONGEST_TEXT, Embedder, EmbeddingFailed, to_unit
from search.nearness.vectors import pack

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""Seconds in which a run of the minute's job makes the vectors that it can: what else the minute asks comes too."""
PAGES_A_BATCH = 8


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What a page says it is about: its title, and title and lead together; ``stamp`` is that of its document."""

    page_id: int
    stamp: int
    title: str
    text: str

    @property
    def digest(self) -> str:
        """Tells two texts apart."""
        return blake2b(f"{self.title}\0{self.text}".encode(errors="replace"), digest_size=16).hexdigest()


def missing(model: str) -> QuerySet[Document]:
    """Return the findable documents that have no vector of the model, or have changed since it was made."""
    made = NearVector.objects.filter(page_id=OuterRef("pk"), model=model, stamp=OuterRef("stamp"))
    return Document.objects.filter(~Exists(made), findable=True).order_by("pk")


def embed_missing(
    *, seconds: float | None = SECONDS, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Make the vectors that are missing until the seconds have passed, and return the number of pages done.

    ``progress`` is called with the pages done and all that were missing. Without an embedder nothing is done. A text
    that gets no vector is told in the log and left for the next run; where none of a batch gets one the run ends.
    """
    embedder = embedders.current()
    if embedder is None:
        return 0
    ends = None if seconds is None else time.monotonic() + seconds
    _delete_unfindable()
    total = missing(embedder.model).count() if seconds is None else 0
    done = last = 0
    while ends is None or time.monotonic() < ends:
        rows = missing(embedder.model).filter(pk__gt=last).values_list("pk", "stamp", "passages")
        batch = [read_about(*row) for row in rows[:PAGES_A_BATCH]]
        if not batch:
            break
        last = batch[-1].page_id
        written = _embed(batch, embedder)
        if not written:
            break
        done += written
        progress(done, total)
    return done


def read_about(page_id: int, stamp: int, passages: Sequence[Sequence[str]]) -> AboutPage:
    """Return what a page is about by its passages. Further texts say how it is done, and blur that."""
    catalogue = catalogues.current()
    told = (catalogue.title_field, catalogue.lead_field)
    texts = [(field, text) for field, _language, text in passages if field in told]
    title = next((text for field, text in texts if field == catalogue.title_field), "")
    return AboutPage(page_id, stamp, title[:LONGEST_TEXT], "\n".join(text for _field, text in texts)[:LONGEST_TEXT])


def _embed(batch: Sequence[AboutPage], embedder: Embedder) -> int:
    """Write the vectors of a batch of pages and return how many pages have theirs."""
    digests = {page.page_id: page.digest for page in batch}
    found = NearVector.objects.filter(page_id__in=digests, model=embedder.model)
    vectors = {
        page_id: bytes(vector)
        for page_id, digest, vector in found.values_list("page_id", "digest", "vector")
        if digest == digests[page_id]
    }
    made = _make([page for page in batch if page.page_id not in vectors], embedder)
    vectors |= made
    with transaction.atomic():
        if made:
            index_version.change(index_version.VECTORS)
        # A page may have been deleted meanwhile.
        there = set(Document.objects.filter(pk__in=vectors).values_list("pk", flat=True))
        NearVector.objects.bulk_create(
            [
                NearVector(
                    page_id=page.page_id,
                    model=embedder.model,
                    stamp=page.stamp,
                    digest=page.digest,
                    vector=vectors[page.page_id],
                )
                for page in batch
                if page.page_id in there
            ],
            update_conflicts=True,
            unique_fields=["page"],
            update_fields=["model", "stamp", "digest", "vector"],
        )
    return len(vectors)


def _make(pages: Sequence[AboutPage], embedder: Embedder) -> dict[int, bytes]:
    """Return the packed vectors of pages; where they fail together each by itself, without those that fail.

    A text that a model refuses must not keep the others from theirs. Where the first two fail so, the model does.
    """
    if not pages:
        return {}
    try:
        return _ask(pages, embedder)
    except EmbeddingFailed as error:
        logger.warning("No vectors of pages %s: %s", ", ".join(str(page.page_id) for page in pages), error)
    made: dict[int, bytes] = {}
    for tried, page in enumerate(pages if len(pages) > 1 else (), start=1):
        try:
            made |= _ask([page], embedder)
        except EmbeddingFailed as error:
            logger.warning("No vector of page %s: %s", page.page_id, error)
        if tried > 1 and not made:
            break
    return made


def _ask(pages: Sequence[AboutPage], embedder: Embedder) -> dict[int, bytes]:
    """Return the packed vectors of pages: each between that of its title and that of title and lead.

    A word in the title tells more of what a page is about, here as among the fields of the search.
    """
    found = embedder.embed_passages([*(page.title for page in pages), *(page.text for page in pages)])
    between = to_unit(found[: len(pages)] + found[len(pages) :])
    return {page.page_id: pack(vector) for page, vector in zip(pages, between, strict=True)}


def _delete_unfindable() -> None:
    """Delete the vectors of pages that may not be found any more."""
    findable = Document.objects.filter(pk=OuterRef("pk"), findable=True)
    NearVector.objects.filter(~Exists(findable)).delete()
