"""The rows of the search log: a day, words, numbers and codes, and nothing of a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    """What an entry tells of: new words, the same words with other selections, or a page opened from the results."""

    SEARCH = "search", _("search")
    NARROWING = "narrowing", _("narrowing")
    OPENING = "opening", _("opening")


class LogEntry(models.Model):
    """A search, its narrowing, or the opening of one of its hits.

    ``language`` is that of the reader's interface. ``full`` and ``partial`` are the numbers of hits, null for an
    opening. ``hidden_words`` counts the words that may not be kept, and what was dropped as personal data.
    ``position`` is the place of an opened page among the hits, from 1; null when it was no longer among them. Entries
    name a page by its key alone, so that deleting it costs nothing.
    """

    day = models.DateField(_("day"), db_index=True)
    kind = models.CharField(max_length=10, choices=EntryKind)
    language = models.CharField(max_length=2)
    full = models.PositiveIntegerField(null=True)
    partial = models.PositiveIntegerField(null=True)
    selections = models.JSONField(default=dict)
    hidden_words = models.PositiveSmallIntegerField(default=0)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    position = models.PositiveIntegerField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("entry of the search log")
        verbose_name_plural = _("search log")
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.day}: {self.get_kind_display()}"


LONGEST_WORD = 300
"""Characters of a word; a name or phrase of several words is one."""


class LogWord(models.Model):
    """A word of an entry, as it was written but in lower case. ``found`` tells whether some page had it fully."""

    entry = models.ForeignKey(LogEntry, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=LONGEST_WORD, db_index=True)
    found = models.BooleanField()

    class Meta:
        verbose_name = _("word of the search log")
        verbose_name_plural = _("words of the search log")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.word


class HeldWord(models.Model):
    """A day on which a word was searched that the index does not know: only its keyed digest, until three days are."""

    digest = models.CharField(max_length=32)
    day = models.DateField(db_index=True)

    class Meta:
        verbose_name = _("held word")
        verbose_name_plural = _("held words")
        constraints = [models.UniqueConstraint(fields=["digest", "day"], name="held_word_once_a_day")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.digest} {self.day}"
