"""Receivers of every event after which a page is found otherwise than before, or no longer.

Signals may come before a page's rows are complete and carry instances that are out of date, so each receiver only
notes which page to read again once the transaction is committed. A changed address needs nothing: rows hold keys of
pages, never addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import local

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move, pre_page_move

from search import index_version
from search.findable import Findable
from search.indexing import upkeep
from search.indexing.pages import live_page_ids
from search.models import Document, SynonymSet
from search.terms import concepts, search_server

DRAFT_FIELDS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
        "approved_schedule",
        "go_live_at",
    }
)
"""Fields that a saved draft changes on its live page: nothing that readers see."""


def connect() -> None:
    """Connect the receivers; called when the application is ready."""
    page_published.connect(index_published, dispatch_uid="search: published")
    page_unpublished.connect(index_unpublished, dispatch_uid="search: unpublished")
    post_save.connect(index_saved, dispatch_uid="search: saved")
    m2m_changed.connect(index_relations, dispatch_uid="search: relations")
    pre_delete.connect(announce_deletion, sender=Document, dispatch_uid="search: deleted")
    pre_page_move.connect(hide_moved, dispatch_uid="search: moving")
    post_page_move.connect(index_moved, dispatch_uid="search: moved")
    post_save.connect(hide_restricted, sender=PageViewRestriction, dispatch_uid="search: restricted")
    post_delete.connect(index_unrestricted, sender=PageViewRestriction, dispatch_uid="search: unrestricted")
    for signal in (post_save, post_delete):
        signal.connect(announce_synonyms, sender=SynonymSet, dispatch_uid=f"search: synonyms {id(signal)}")


def index_published(instance: Page, **kwargs: object) -> None:
    """Index the page, and what a process that died left behind."""
    if isinstance(instance, Findable):
        _refresh_on_commit([instance.pk])
        transaction.on_commit(lambda: upkeep.sweep(most=upkeep.MOST_SWEPT_BESIDE), robust=True)


def index_unpublished(instance: Page, **kwargs: object) -> None:
    """Take the page out at once; deleting it, or one above it, sends this before the page is gone."""
    if isinstance(instance, Findable):
        upkeep.withdraw([instance.pk])
        _refresh_on_commit([instance.pk])


def index_saved(sender: type[Model], instance: Model, update_fields: frozenset[str] | None, **kwargs: object) -> None:
    """Index a page that code saves; a saved draft is none of the index's business.

    A save by code has no revision by which a sweep could see that the row is old, so it is marked.
    """
    if isinstance(instance, Findable) and not (update_fields and DRAFT_FIELDS.issuperset(update_fields)):
        upkeep.mark([instance.pk])
        _refresh_on_commit([instance.pk])


def index_relations(instance: Model | type[Model], **kwargs: object) -> None:
    if isinstance(instance, Findable):
        _refresh_on_commit([instance.pk])


def announce_deletion(instance: Document, **kwargs: object) -> None:
    """Deleting a page takes its row with it; said before, so that writers lock in one order."""
    index_version.change(index_version.DOCUMENTS)
    search_server.note_changes([instance.page_id])


def hide_moved(instance: Page, parent_page_after: Page, **kwargs: object) -> None:
    """Take a subtree out before it moves to where not all may read it, and mark what it was as old anyway."""
    pages = live_page_ids(below=instance)
    if parent_page_after.get_view_restrictions().exists():
        upkeep.withdraw(pages)
    upkeep.mark(pages)


def index_moved(instance: Page, **kwargs: object) -> None:
    _refresh_on_commit(live_page_ids(below=instance))


def hide_restricted(instance: PageViewRestriction, **kwargs: object) -> None:
    """Take out, in the transaction of the restriction, all that it covers."""
    pages = live_page_ids(below=instance.page)
    upkeep.withdraw(pages)
    _refresh_on_commit(pages)


def index_unrestricted(instance: PageViewRestriction, **kwargs: object) -> None:
    _refresh_on_commit(live_page_ids(below=instance.page))


def announce_synonyms(**kwargs: object) -> None:
    concepts.touch()


class _Pending(local):
    """Pages of this thread that wait for the commit: one save of a page sends a dozen signals."""

    def __init__(self) -> None:
        self.page_ids: dict[int, None] = {}


_pending = _Pending()


def _refresh_on_commit(page_ids: Iterable[int]) -> None:
    _pending.page_ids |= dict.fromkeys(page_ids)
    transaction.on_commit(_refresh_pending, robust=True)


def _refresh_pending() -> None:
    """Refresh once for all the signals of a transaction. What a rollback left waiting is read again for nothing."""
    page_ids, _pending.page_ids = list(_pending.page_ids), {}
    if page_ids:
        upkeep.refresh(page_ids)
