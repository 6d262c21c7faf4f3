"""Rows of an operating model's page: they are drafted, revised and published with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from operating_models.models.pages import LANGUAGE_LENGTH, OperatingModelPage, TextLanguage
from operating_models.models.publishing import WrittenRow, has_nothing
from operating_models.models.texts import LEAD_LENGTH, TEXT


class OutcomeConcern(models.TextChoices):
    CLIENT = "client", _("clients")
    STAFF = "staff", _("staff")
    ACCESS = "access", _("access")
    COST = "cost", _("costs")
    POPULATION = "population", _("population")


class Outcome(WrittenRow):
    """What was measured, before and after. A row without numbers may carry a sentence."""

    page = ParentalKey(OperatingModelPage, related_name="outcomes", on_delete=models.CASCADE)
    measure = models.CharField(
        _("what was measured"), max_length=200, help_text=_("Example: waiting time for a first appointment")
    )
    concerns = models.CharField(_("for whom"), max_length=12, choices=OutcomeConcern, default=OutcomeConcern.CLIENT)
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("Example: days, %, visits"))
    before = models.DecimalField(_("before"), max_digits=16, decimal_places=3, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=16, decimal_places=3, null=True, blank=True)
    period = models.CharField(_("period"), max_length=60, blank=True, help_text=_("Example: 1–6/2024"))
    source_url = models.URLField(_("source"), blank=True)
    note = models.TextField(_("in words"), blank=True, help_text=_("A sentence, when there are no numbers."))

    class Meta(WrittenRow.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return self.measure

    def missing(self) -> tuple[str, ...]:
        """Return the fields that publishing asks for: an outcome is told by a number or in words."""
        is_told = self.before is not None or self.after is not None or not has_nothing(self.note)
        return (*super().missing(), *(() if is_told else ("note",)))

    def explain_missing(self, name: str) -> str:
        if name == "note":
            return gettext("Give a number before or after, or say the outcome in words.")
        return super().explain_missing(name)


class ResourceKind(models.TextChoices):
    PEOPLE = "people", _("people")
    PROCESSES = "processes", _("processes")
    TOOLS = "tools", _("tools")


class ResourceNeed(models.TextChoices):
    CORE = "core", _("core")
    OPTIONAL = "optional", _("optional")
    SUPPORT = "support", _("support")


class Resource(WrittenRow):
    page = ParentalKey(OperatingModelPage, related_name="resources", on_delete=models.CASCADE)
    kind = models.CharField(_("kind"), max_length=10, choices=ResourceKind, default=ResourceKind.PEOPLE)
    need = models.CharField(_("need"), max_length=10, choices=ResourceNeed, default=ResourceNeed.CORE)
    description = models.CharField(
        _("description"), max_length=300, help_text=_("Example: nurse, half of the working time")
    )
    cost = models.CharField(_("cost"), max_length=120, blank=True, help_text=_("When known. Example: 2,000 € a year"))

    class Meta(WrittenRow.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def __str__(self) -> str:
        return self.description


class Risk(WrittenRow):
    page = ParentalKey(OperatingModelPage, related_name="risks", on_delete=models.CASCADE)
    risk = models.TextField(_("risk"), help_text=_("Example: Staff change before the way of working has settled."))
    handling = models.TextField(
        _("how it was handled"), blank=True, help_text=_("Example: Induction material and a named pair.")
    )

    class Meta(WrittenRow.Meta):
        verbose_name = _("risk")
        verbose_name_plural = _("risks")

    def __str__(self) -> str:
        return self.risk


class Attachment(WrittenRow):
    """A document of the page."""

    page = ParentalKey(OperatingModelPage, related_name="attachments", on_delete=models.CASCADE)
    document = models.ForeignKey(
        "wagtaildocs.Document", verbose_name=_("document"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    """None in a draft alone."""
    title = models.CharField(_("title"), max_length=200, blank=True, help_text=_("If other than the document's own."))

    class Meta(WrittenRow.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title or (self.document.title if self.document else "")


class Link(WrittenRow):
    page = ParentalKey(OperatingModelPage, related_name="links", on_delete=models.CASCADE)
    title = models.CharField(_("title"), max_length=200, help_text=_("What opens. Example: Final report, PDF"))
    url = models.URLField(_("address"))

    class Meta(WrittenRow.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.title


class Text(WrittenRow):
    """The page's texts in another language, in the same revision and workflow as the page."""

    page = ParentalKey(OperatingModelPage, related_name="texts", on_delete=models.CASCADE)
    language = models.CharField(
        _("language"), max_length=LANGUAGE_LENGTH, choices=TextLanguage, default=TextLanguage.SWEDISH
    )
    title = models.CharField(_("name of the operating model"), max_length=255)
    lead = models.CharField(_("short description"), max_length=LEAD_LENGTH, blank=True)
    idea = TEXT["idea"].rich_text_field(with_help=False)
    context = TEXT["context"].rich_text_field(with_help=False)
    client_insight = TEXT["client_insight"].rich_text_field(with_help=False)
    conditions = TEXT["conditions"].rich_text_field(with_help=False)
    evaluation = TEXT["evaluation"].rich_text_field(with_help=False)

    class Meta(WrittenRow.Meta):
        verbose_name = _("text in another language")
        verbose_name_plural = _("texts in other languages")

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {self.title}"


class LoadedFile(models.Model):
    """The content file that made a page, so that loading can be repeated and judged queries can name models."""

    page = models.OneToOneField(OperatingModelPage, on_delete=models.CASCADE, related_name="loaded_file")
    name = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
