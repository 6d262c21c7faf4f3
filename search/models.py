"""The rows of the search: projections that can be thrown away and made again, and the editable synonym sets."""

from __future__ import annotations

import json
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Word(models.Model):
    """A surface form that some document has or had, with its analysis, made once.

    ``number`` is computed from the surface, the language it is read in and the analyser's version
    (words.number_of), so a number means the same word in every process, after every rollback and in every order of
    indexing, and a row never changes. ``bases`` and ``parts`` are terms parted by spaces. A surface that begins with
    "§" is the key of a concept under which a page stands, one with "@" the key of a name in its texts
    (words.CLASSIFIED, words.NAMED).
    """

    number = models.BigIntegerField(primary_key=True)
    surface = models.CharField(max_length=150)
    language = models.CharField(max_length=2, blank=True)
    bases = models.TextField(blank=True)
    parts = models.TextField(blank=True)


encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Returns the text of a value in a column of JSONText."""


class JSONText(models.TextField):
    """JSON that is written and read whole and never asked about.

    As text it is handed over as it was written; PostgreSQL's jsonb would be put together anew at every reading.
    """

    def from_db_value(self, value: str | None, expression: object, connection: object) -> object:
        return None if value is None else json.loads(value)

    def to_python(self, value: object) -> object:
        """Return the value as it is: an attribute never holds the text."""
        return value

    def get_prep_value(self, value: object) -> str:
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


class IndexState(models.Model):
    """A random version of each thing that processes cache (index_version), and by which analyser the index was made.

    ``version`` is the last that a change on its way to a search server was given.
    """

    name = models.CharField(max_length=20, primary_key=True)
    stamp = models.BigIntegerField(default=0)
    analyser = models.CharField(max_length=200, blank=True)
    version = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)


class NearVector(models.Model):
    """The vector of what a page is about, made after the page's document by the language model that ``model`` names.

    ``stamp`` is that of the document which it was made for, and ``digest`` that of the text: a document that changes
    elsewhere keeps its vector. ``vector`` is packed by vectors.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="+")
    model = models.CharField(max_length=200)
    stamp = models.BigIntegerField()
    digest = models.CharField(max_length=32)
    vector = models.BinaryField()


class SynonymSet(models.Model):
    """A group of equal words in three languages that belongs to no vocabulary term.

    ``code`` is that of a group which came with the service, empty for one that a curator made. ``reason`` says where
    the equality comes from. ``broader`` and ``related`` are keys of other concepts, as SKOS has them; null for a group
    that has never been given any. A group that is not ``in_use`` changes no search.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True, null=True, blank=True, editable=False)
    finnish = models.JSONField(_("Finnish words"), default=list, blank=True)
    swedish = models.JSONField(_("Swedish words"), default=list, blank=True)
    english = models.JSONField(_("English words"), default=list, blank=True)
    broader = models.JSONField(_("broader concepts"), null=True, blank=True)
    related = models.JSONField(_("related concepts"), null=True, blank=True)
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


class ImportedVocabulary(models.Model):
    """A vocabulary that somebody else keeps, as a file of SKOS told it; ``name`` is what we call it.

    ``address`` is that of its concept scheme, ``source`` the name of the file; licence and title are as the file says
    them. ``digest`` tells two contents apart, ``reading`` two ways of reading its words (label_readings.rules).
    """

    name = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=255)
    digest = models.CharField(max_length=32)
    reading = models.CharField(max_length=32)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title or self.name


class ImportedConcept(models.Model):
    """A concept of an imported vocabulary, known by its address (URI).

    ``words`` are its labels, the preferred ones first: for each its language, its text, the base forms of each of its
    words, and how it is labelled. ``broader``, ``related`` and ``equal`` are addresses, also of concepts that no
    vocabulary here has. ``digest`` tells two contents apart.
    """

    vocabulary = models.ForeignKey(ImportedVocabulary, on_delete=models.CASCADE, related_name="concepts")
    address = models.CharField(max_length=500)
    words = JSONText(default=list)
    broader = JSONText(default=list)
    related = JSONText(default=list)
    equal = JSONText(default=list)
    digest = models.CharField(max_length=32)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vocabulary", "address"], name="address_once_a_vocabulary")
        ]

    def __str__(self) -> str:
        return self.address


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
