"""The rows of the search: projections that can be thrown away and made again, and the editable synonym sets."""

from __future__ import annotations

import json
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from search.log.models import HeldWord, LogEntry, LogWord

__all__ = ["Document", "HeldWord", "IndexState", "LogEntry", "LogWord", "SynonymSet", "Word"]


class Word(models.Model):
    """A surface form that some document has or had, with its analysis, made once.

    ``number`` is computed from the surface, the language it is read in and the analyser's version (words.Numbers), so
    a number means the same word in every process, after every rollback and in every order of indexing, and a row never
    changes. ``bases`` and ``parts`` are terms parted by spaces. A surface that begins with "§" is the key of a concept
    under which a page stands, one with "@" the key of a name in its texts (words.CLASSIFIED, words.NAMED).
    """

    number = models.BigIntegerField(primary_key=True)
    surface = models.CharField(max_length=150)
    language = models.CharField(max_length=2, blank=True)
    bases = models.TextField(blank=True)
    parts = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.surface


encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Returns the text of a value in a column of JSONText."""


class JSONText(models.TextField):
    """JSON that is written and read whole and never asked about.

    As text it is handed over as it was written; PostgreSQL's jsonb would be put together anew at every reading.
    """

    def from_db_value(self, value: str | None, expression: object, connection: object) -> object:
        """Return what the text says."""
        return None if value is None else json.loads(value)

    def to_python(self, value: object) -> object:
        """Return the value as it is: an attribute never holds the text."""
        return value

    def get_prep_value(self, value: object) -> str:
        """Return the text of a value."""
        return encode(value)


class Document(models.Model):
    """What the search knows of one live page: its words, facet values, card and sort keys.

    A live page that may not be found (restricted, an alias) has a row too, with ``findable`` false and nothing else,
    so that one query tells which pages have no row or an older one. ``stamp`` is random and new at every write:
    processes compare stamps to load what changed. ``words``, ``postings``, ``stream`` and ``places`` are arrays,
    written by texts. ``recipe`` tells by which rules the row was made; it is empty when a fact beside the page has
    changed since. ``digest`` is that of the entry, so that an unchanged page is not written again.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="+")
    live_revision_id = models.PositiveBigIntegerField(null=True)
    stamp = models.BigIntegerField()
    recipe = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=32, blank=True)
    findable = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    words = models.BinaryField(default=bytes)
    postings = models.BinaryField(default=bytes)
    stream = models.BinaryField(default=bytes)
    places = models.BinaryField(default=bytes)
    length = models.PositiveIntegerField(default=0)
    values = JSONText(default=dict)
    sort_keys = JSONText(default=dict)
    card = JSONText(default=dict)
    passages = JSONText(default=list)
    indexed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=models.Q(expires_at__isnull=False), name="search_expiring")
        ]

    def __str__(self) -> str:
        return f"Document {self.page_id}"


class Delivery(models.Model):
    """A page whose change the outside engine has yet to hear: one row a page, however often it changed.

    What is sent is read from the Document, or is a deletion where there is none that may be found. ``version`` grows
    with every change (outbox.draw_version); the engine takes no older one after a newer. A change that the engine will
    never take is ``set_aside`` with its error until the page changes again or someone lets it be tried again.
    """

    page_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    waiting_since = models.DateTimeField()
    next_attempt_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("change on its way to the search server")
        verbose_name_plural = _("changes on their way to the search server")

    def __str__(self) -> str:
        return f"Delivery of page {self.page_id}"


class IndexState(models.Model):
    """A random stamp of each thing that processes cache (stamps.Stamps), and by which analyser the index was made.

    ``version`` is the last that a delivery to an outside engine was given.
    """

    name = models.CharField(max_length=20, primary_key=True)
    stamp = models.BigIntegerField(default=0)
    analyser = models.CharField(max_length=200, blank=True)
    version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class SynonymSet(models.Model):
    """A group of equal words in three languages that belongs to no vocabulary term.

    ``code`` is that of a group which came with the service, empty for one that a curator made. ``reason`` says where
    the equality comes from. A group that is not ``in_use`` changes no search.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True, null=True, blank=True, editable=False)
    finnish = models.JSONField(_("Finnish words"), default=list, blank=True)
    swedish = models.JSONField(_("Swedish words"), default=list, blank=True)
    english = models.JSONField(_("English words"), default=list, blank=True)
    reason = models.CharField(_("source or reason"), max_length=300, blank=True)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("synonym set")
        verbose_name_plural = _("synonym sets")
        ordering = ["pk"]

    def __str__(self) -> str:
        return " = ".join(self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the group, each once, Finnish first."""
        return tuple(dict.fromkeys([*self.finnish, *self.swedish, *self.english]))
