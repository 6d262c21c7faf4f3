"""Keeps the rows of the index as their pages are: refresh, touch, withdraw, sweep and rebuild."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.db import transaction

from search import index_version
from search.batches import in_batches
from search.indexing import rows, word_rows
from search.indexing.pages import describe, live_pages, read_heads
from search.indexing.recipe import Recipe
from search.indexing.rows import DescribedPage
from search.indexing.staleness import find_stale
from search.indexing.word_rows import KnownWords
from search.models import Document, IndexState
from search.terms import search_server

logger = logging.getLogger(__name__)

PAGES_A_TRANSACTION = 200
"""Pages that are read and written together: other writers wait meanwhile, so few enough for a second."""
MOST_SWEPT_BESIDE = 10
"""Pages that one publish mends beside its own; the minute's sweep takes the rest."""


def refresh(page_ids: Iterable[int]) -> None:
    """Write the rows of pages as the database has them now, a batch of them in a transaction."""
    recipe = Recipe.current()
    for some in in_batches(dict.fromkeys(page_ids), PAGES_A_TRANSACTION):
        _refresh_what_can_be(some, recipe)


def touch(page_ids: Iterable[int]) -> None:
    """Mark the rows of pages as old in the caller's transaction, and write them anew when that has been committed.

    For facts beside a page. A process that dies between the two leaves the mark, and the next sweep sees it.
    """
    ids = list(dict.fromkeys(page_ids))
    mark(ids)
    transaction.on_commit(lambda: refresh(ids), robust=True)


def mark(page_ids: Iterable[int]) -> None:
    """Mark the rows of pages as old, for the next sweep if nothing writes them before."""
    for some in in_batches(page_ids):
        Document.objects.filter(page_id__in=some).update(recipe="")


def withdraw(page_ids: Iterable[int]) -> None:
    """Make pages unfindable at once, in the caller's transaction if there is one."""
    ids = list(page_ids)
    with transaction.atomic():
        index_version.change(index_version.DOCUMENTS)
        for some in in_batches(ids):
            Document.objects.filter(page_id__in=some).update(
                findable=False, stamp=index_version.draw(), digest="", recipe=""
            )
        search_server.note_changes(ids)


def sweep(*, most: int | None = None) -> int:
    """Mend the rows that do not fit their pages, at most ``most`` pages; return how many it mended.

    It finds what a process left behind that died between saving a page and writing its row.
    """
    recipe = Recipe.current()
    found = find_stale(recipe)
    remove(found.gone)
    stale = found.stale[:most]
    failed = sum(_refresh_what_can_be([page_id], recipe) for page_id in stale)
    if found.stale == stale and not failed:
        IndexState.objects.filter(name=index_version.DOCUMENTS).update(analyser=recipe.analyser.version)
    return len(stale) + len(found.gone)


def remove(page_ids: Iterable[int]) -> None:
    for some in in_batches(page_ids):
        with transaction.atomic():
            index_version.change(index_version.DOCUMENTS)
            Document.objects.filter(page_id__in=some).delete()


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write the rows of all pages anew, delete the words that none has any more, and return the number of pages.

    ``progress`` is called with the pages done and all pages. Searches go on meanwhile, on the old rows.
    """
    recipe = replace(Recipe.current(), known=KnownWords())
    ids = list(live_pages().order_by("pk").values_list("pk", flat=True))
    remove(find_stale(recipe).gone)
    # The dictionaries stay: the collector of cycles need not look through them after every few pages.
    gc.freeze()
    done = 0
    for some in in_batches(ids, PAGES_A_TRANSACTION):
        _refresh_what_can_be(some, recipe, anew=True)
        done += len(some)
        progress(done, len(ids))
    with transaction.atomic():
        index_version.change(index_version.DOCUMENTS)
        word_rows.delete_unused()
        IndexState.objects.filter(name=index_version.DOCUMENTS).update(analyser=recipe.analyser.version)
    return len(ids)


def _refresh_what_can_be(page_ids: Sequence[int], recipe: Recipe, *, anew: bool = False) -> int:
    """Refresh pages together or, where that fails, one by one, and return how many of them failed.

    One page that cannot be read must not keep the others out of the index.
    """
    try:
        _refresh(page_ids, recipe, anew=anew)
    except Exception:
        if len(page_ids) > 1:
            return sum(_refresh_what_can_be([page_id], recipe, anew=anew) for page_id in page_ids)
        logger.exception("The search could not index page %s.", *page_ids)
        return 1
    return 0


def _refresh(page_ids: Sequence[int], recipe: Recipe, *, anew: bool) -> None:
    """Write, leave or remove the rows of pages, as the database has the pages now, in one transaction.

    The lock is taken before the pages are read, so that of two writers the later one has read the later pages.
    """
    with transaction.atomic():
        index_version.lock(index_version.DOCUMENTS)
        heads = {head.pk: head for head in read_heads(page_ids)}
        described = {page_id: DescribedPage.of(entry, recipe) for page_id, entry in describe(heads).items()}
        found = Document.objects.filter(page_id__in=page_ids).values_list("page_id", "digest", "findable")
        there = {page_id: (digest, findable) for page_id, digest, findable in found}
        changed = {}
        for page_id, page in described.items():
            if anew or there.get(page_id) != (page.digest, page.entry is not None):
                changed[page_id] = page
            else:
                Document.objects.filter(page_id=page_id).update(
                    live_revision_id=heads[page_id].live_revision_id, recipe=recipe.digest
                )
        gone = there.keys() - heads.keys()
        if changed or gone:
            index_version.change(index_version.DOCUMENTS)
            Document.objects.filter(page_id__in=gone).delete()
            live_revisions = {page_id: head.live_revision_id for page_id, head in heads.items()}
            rows.write(changed, recipe, live_revisions=live_revisions)
