"""Which changes beside a page the search must hear, and what is made after every migrate."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.db import connections
from django.db.migrations import Migration
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save, pre_delete, pre_migrate
from wagtail.contrib.redirects import signal_handlers as redirects
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Revision
from wagtail.signals import page_slug_changed, post_page_move

from operating_models import ledger
from operating_models.models import VOCABULARIES, AdoptionReport, EvidenceAssessment, Keyword, ReviewDate, Withdrawal
from operating_models.models.files import refuse_deletion_in_use
from operating_models.models.keywords import note_drafted_tags
from operating_models.site_languages import keeping_no_prefix
from search.indexing import upkeep
from search.terms import concepts

LEDGER_APP = "operating_models"
FACTS = (AdoptionReport, EvidenceAssessment, ReviewDate, Withdrawal)


def connect(app: AppConfig) -> None:
    """Connect the receivers; called when the application is ready."""
    for signal in (post_save, post_delete):
        for fact in FACTS:
            signal.connect(index_fact, sender=fact, dispatch_uid=f"index {fact.__name__} {id(signal)}")
        for vocabulary in VOCABULARIES:
            if vocabulary.is_searched:
                uid = f"announce {vocabulary.name} {id(signal)}"
                signal.connect(announce_vocabulary, sender=vocabulary.terms, dispatch_uid=uid)
    post_save.connect(index_tag, sender=Keyword, dispatch_uid="index tag")
    post_save.connect(note_drafted_tags, sender=Revision, dispatch_uid="note drafted tags")
    for file in (get_image_model(), get_document_model()):
        pre_delete.connect(refuse_deletion_in_use, sender=file, dispatch_uid=f"keep used {file.__name__}")
    pre_migrate.connect(let_migrations_in, sender=app, dispatch_uid="let migrations in")
    post_migrate.connect(guard_ledger, sender=app, dispatch_uid="guard ledger")


def connect_redirects() -> None:
    """Put receivers of ours in the place of Wagtail's, which make addresses in the language of who works."""
    for signal, receiver in (
        (post_page_move, redirects.autocreate_redirects_on_page_move),
        (page_slug_changed, redirects.autocreate_redirects_on_slug_change),
    ):
        signal.disconnect(receiver)
        uid = f"redirects without prefix {id(signal)}"
        signal.connect(keeping_no_prefix(receiver), weak=False, dispatch_uid=uid)


def index_fact(instance: Model, **kwargs: object) -> None:
    """Mark the model's document as old in the transaction of the fact, and index it when that has been committed."""
    upkeep.touch([instance.page_id])


def announce_vocabulary(**kwargs: object) -> None:
    concepts.touch()


def index_tag(instance: Model, created: bool, **kwargs: object) -> None:
    """A renamed tag is a text of its pages."""
    if not created:
        upkeep.touch(list(instance.tagged_models.values_list("content_object_id", flat=True)))


def let_migrations_in(using: str, plan: Sequence[tuple[Migration, bool]], **kwargs: object) -> None:
    """Lift SQLite's triggers for migrations of this app: they name columns, and a column so named cannot be dropped.

    Those of PostgreSQL name none. A migration that fails leaves the ledger unguarded, of which the system check tells.
    """
    ours = any(migration.app_label == LEDGER_APP for migration, _backwards in plan)
    if ours and connections[using].vendor == "sqlite":
        ledger.lift(using)


def guard_ledger(using: str, **kwargs: object) -> None:
    """Put back the ledger's triggers, which a migration that remakes the table drops."""
    ledger.guard(using)
