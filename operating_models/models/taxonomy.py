"""Vocabularies: terms with stable codes, labels in three languages and synonyms that the search uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from operating_models.models.typed import TypedRow
from search.terms.concepts import reader_language

TermType = TypeVar("TermType", bound="Term")

NAMED_IN = ("fi", "sv", "en")
"""Languages of names: a field of each, the Finnish one always filled."""


def in_readers_language(row: models.Model, name: str) -> str:
    """Return what a row's fields of a name hold in the reader's language, else in Finnish."""
    language = reader_language()
    own = getattr(row, f"{name}_{language}") if language in NAMED_IN else ""
    return str(own or getattr(row, f"{name}_fi"))


class UsedQuerySet(models.QuerySet["Used"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows that no page uses. Raises ProtectedError, and deletes none, when one of them is in use."""
        for row in self:
            row.refuse_deletion_in_use()
        return super().delete()


class Used(TypedRow):
    """What pages choose from lists or write as tags. One that a page uses, published or draft, is not deleted."""

    page_relation: str = ""
    """Name of the operating model page's field that uses the rows, as stored in its drafts."""
    page_lookup: str = ""
    """Lookup from the operating model page to the rows, where the field alone does not lead to them."""

    objects = UsedQuerySet.as_manager()

    class Meta:
        abstract = True

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Delete a row that no page uses, published or draft. Raises ProtectedError for one in use."""
        self.refuse_deletion_in_use()
        return super().delete(*args, **kwargs)

    def refuse_deletion_in_use(self) -> None:
        if pages := self.using_pages():
            raise ProtectedError(f"{self} is used by {len(pages)} pages", set(pages))

    def using_pages(self) -> list[models.Model]:
        """Return the operating model pages whose published or latest draft version uses the row, by title."""
        if not self.page_relation or self.pk is None:
            return []
        related = self._meta.get_field("operating_models").related_model
        using = related.objects.filter(**{self.page_lookup or self.page_relation: self.pk})
        saved = set(using.values_list("pk", flat=True))
        drafts = related.objects.filter(has_unpublished_changes=True).select_related("latest_revision")
        drafted = {page.pk for page in drafts if page.latest_revision and self.is_in(page.latest_revision.content)}
        return list(related.objects.filter(pk__in=saved | drafted).order_by("title", "pk"))

    def is_in(self, content: Mapping[str, object]) -> bool:
        """Say whether the content of a revision uses the row."""
        value = content.get(self.page_relation)
        return self.pk in value if isinstance(value, list) else self.pk == value


class TermQuerySet(UsedQuerySet):
    def in_order(self) -> TermQuerySet:
        return self.order_by("order", "code")


def sort_terms(terms: Iterable[TermType]) -> list[TermType]:
    """Return terms in the order of their list; for the terms of a draft, which no database query can sort."""
    return sorted(terms, key=lambda term: (term.order, term.code))


class Term(Used):
    """A term of a vocabulary. The code is the term's identity: it stands in addresses and files and never changes."""

    vocabulary: str
    """Name of the vocabulary in concept keys ("theme:access") and, where it is a facet, in addresses."""
    label_field = "name"
    """The field of the labels, without its language."""
    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        help_text=_("Stands in addresses and files. It cannot be changed later. Example: older-people"),
    )
    name_fi = models.CharField(_("Finnish name"), max_length=120)
    name_sv = models.CharField(_("Swedish name"), max_length=120, blank=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    synonyms = models.TextField(
        _("synonyms"),
        blank=True,
        help_text=_(
            "Words that mean the same, one on each line, in any of the three languages. The search treats them as "
            "equal from the next search on. Example: vanhus"
        ),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Smaller numbers come first in lists.")
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return in_readers_language(self, self.label_field)

    @property
    def key(self) -> str:
        """The concept key of the term, such as "theme:access"."""
        return f"{self.vocabulary}:{self.code}"

    @property
    def synonym_list(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.synonyms.splitlines() if line.strip())

    @property
    def further_names(self) -> tuple[str, ...]:
        """Words beside the labels by which the search knows the term."""
        return self.synonym_list

    @property
    def is_proper_name(self) -> bool:
        """Whether the search recognises the names as one term without parts."""
        return False

    @property
    def parent_key(self) -> str:
        """The concept key of the term of which this one is a part, "" for none."""
        return ""

    @property
    def labels(self) -> dict[str, str]:
        """The names by language, without the empty ones."""
        names = {language: getattr(self, f"{self.label_field}_{language}") for language in NAMED_IN}
        return {language: name for language, name in names.items() if name}


class TargetGroup(Term):
    vocabulary = "target_group"
    page_relation = "target_groups"

    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


class ServiceClass(Term):
    vocabulary = "service_class"
    page_relation = "service_classes"

    class Meta(Term.Meta):
        verbose_name = _("service class")
        verbose_name_plural = _("service classes")


class Theme(Term):
    vocabulary = "theme"
    page_relation = "themes"

    class Meta(Term.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class Setting(Term):
    vocabulary = "setting"
    page_relation = "settings"

    class Meta(Term.Meta):
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
