"""Vocabularies: terms with stable codes, labels in three languages and synonyms that the search uses."""

from __future__ import annotations

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _


class TermQuerySet(models.QuerySet["Term"]):
    def in_order(self) -> TermQuerySet:
        return self.order_by("order", "code")


class Term(models.Model):
    """A term of a vocabulary. The code is the term's identity: it stands in addresses and files and never changes."""

    vocabulary: str
    """Name of the vocabulary in concept keys ("theme:access") and, where it is a facet, in addresses."""
    page_relation: str = ""
    """Name of the operating model page's field that uses the terms, as stored in its drafts."""

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
            "Words that mean the same, one on each line, in any of the three languages. The search treats them as equal "
            "from the next search on. Example: vanhus"
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
        return self.name_fi

    @property
    def key(self) -> str:
        """The concept key of the term, such as "theme:access"."""
        return f"{self.vocabulary}:{self.code}"

    @property
    def synonym_list(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.synonyms.splitlines() if line.strip())

    @property
    def labels(self) -> dict[str, str]:
        """The names by language, without the empty ones."""
        names = {"fi": self.name_fi, "sv": self.name_sv, "en": self.name_en}
        return {language: name for language, name in names.items() if name}

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Delete a term that no page uses, published or draft. Raises ProtectedError for one in use."""
        pages = self.using_pages()
        if pages:
            raise ProtectedError(f"{self.key} is used by {len(pages)} pages", set(pages))
        return super().delete(*args, **kwargs)

    def using_pages(self) -> list[models.Model]:
        """Return the operating model pages whose published or latest draft version uses the term, by title."""
        if not self.page_relation or self.pk is None:
            return []
        related = self._meta.get_field("operating_models").related_model
        published = set(self.operating_models.values_list("pk", flat=True))
        drafts = related.objects.filter(has_unpublished_changes=True).select_related("latest_revision")
        drafted = {page.pk for page in drafts if page.latest_revision and self._is_in(page.latest_revision.content)}
        return list(related.objects.filter(pk__in=published | drafted).order_by("title", "pk"))

    def _is_in(self, content: dict[str, object]) -> bool:
        value = content.get(self.page_relation)
        return self.pk in value if isinstance(value, list) else self.pk == value


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
