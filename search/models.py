"""The rows of the search: projections that can be thrown away and made again, and the editable synonym sets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Word(models.Model):
    """A surface form that some document has or had, with its analysis, made once.

    Documents hold numbers of words, so that loading the index hashes no strings. ``bases`` and ``parts`` are lists of
    terms. A surface that begins with "§" is a concept key: the words of its labels are read at query time.
    """

    surface = models.CharField(max_length=80, unique=True)
    bases = models.JSONField(default=list)
    parts = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.surface


class Document(models.Model):
    """What the search knows of one live page: its words, facet values, card and sort keys.

    A live page that may not be found (restricted, an alias) has a row too, with ``findable`` false and nothing else,
    so that one query tells which pages have no row or an older one. ``stamp`` is random and new at every write:
    processes compare stamps to load what changed. ``postings`` and ``stream`` are arrays, described in indexing.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="+")
    live_revision_id = models.PositiveBigIntegerField(null=True)
    stamp = models.BigIntegerField()
    findable = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    postings = models.BinaryField(default=bytes)
    stream = models.BinaryField(default=bytes)
    length = models.PositiveIntegerField(default=0)
    values = models.JSONField(default=dict)
    sort_keys = models.JSONField(default=dict)
    card = models.JSONField(default=dict)
    passages = models.JSONField(default=list)
    indexed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Document {self.page_id}"


class IndexState(models.Model):
    """A random stamp for each thing that processes cache ("documents", "concepts"), and what the index was made with."""

    name = models.CharField(max_length=20, primary_key=True)
    stamp = models.BigIntegerField(default=0)
    analyser = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class SynonymSet(models.Model):
    """A group of equal words in three languages that belongs to no vocabulary term."""

    finnish = models.JSONField(_("Finnish words"), default=list, blank=True)
    swedish = models.JSONField(_("Swedish words"), default=list, blank=True)
    english = models.JSONField(_("English words"), default=list, blank=True)

    class Meta:
        verbose_name = _("synonym set")
        verbose_name_plural = _("synonym sets")
        ordering = ["pk"]

    def __str__(self) -> str:
        return " = ".join([*self.finnish, *self.swedish, *self.english])
