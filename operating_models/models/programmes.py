"""Programmes, their goals and their projects, as vocabularies, with what is known of them from elsewhere."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from operating_models.models.regions import Region
from operating_models.models.taxonomy import Term, TermQuerySet
from operating_models.models.typed import TypedRow

WITHOUT_PROGRAMME = "none"
"""Code of the value that models without a programme have in the search, also those whose writers chose none."""
NO_PROGRAMME = ("other", WITHOUT_PROGRAMME)
"""Codes of the values that name no programme: another one, and none at all."""


class Funded(models.Model):
    """What is funded for some years; None where it is not known."""

    first_year = models.PositiveSmallIntegerField(
        _("first year"), null=True, blank=True, help_text=_("Empty when not known. Example: 2022")
    )
    last_year = models.PositiveSmallIntegerField(
        _("last year"), null=True, blank=True, help_text=_("Empty when not known or not over.")
    )
    budget_eur = models.PositiveBigIntegerField(
        _("budget in euros"), null=True, blank=True, help_text=_("Empty when not known. Example: 11500000")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="%(class)s_years_in_order")
        ]

    def clean(self) -> None:
        super().clean()
        if self.first_year and self.last_year and self.last_year < self.first_year:
            raise ValidationError({"last_year": gettext("The last year is before the first one.")})

    @property
    def years(self) -> str:
        """The years as a text such as "2020–2023"; "" when none is known."""
        if self.first_year == self.last_year:
            return str(self.first_year or "")
        return f"{self.first_year or ''}–{self.last_year or ''}"


class ProgrammeQuerySet(TermQuerySet):
    def in_order(self) -> ProgrammeQuerySet:
        return super().in_order().select_related("parent")


class Programme(ClusterableModel, Funded, Term):
    """A national programme, or one investment of it."""

    vocabulary = "programme"
    page_relation = "programmes"

    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="investments",
        help_text=_("For an investment: the programme it belongs to."),
    )
    project_count = models.PositiveSmallIntegerField(
        _("number of projects"),
        null=True,
        blank=True,
        help_text=_("In the whole programme, also those that have no page here. Empty when not known."),
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta(Term.Meta, Funded.Meta):
        abstract = False
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    @property
    def parent_key(self) -> str:
        return self.parent.key if self.parent else ""

    @property
    def is_proper_name(self) -> bool:
        """Whether the name is that of a programme: who looks for a centre does not look for all of the programme's."""
        return self.code not in NO_PROGRAMME

    @property
    def has_page(self) -> bool:
        """Whether it has a page of its own: investments stand on their programme's page."""
        return self.parent_id is None and self.code not in NO_PROGRAMME


class ProgrammeGoal(Term):
    vocabulary = "programme_goal"
    page_relation = "programme_goals"

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="goals", null=True, blank=True
    )

    class Meta(Term.Meta):
        verbose_name = _("programme goal")
        verbose_name_plural = _("programme goals")


class Project(ClusterableModel, Funded, Term):
    vocabulary = "project"
    page_relation = "project"

    programme = models.ForeignKey(
        Programme,
        verbose_name=_("programme"),
        on_delete=models.PROTECT,
        related_name="projects",
        null=True,
        blank=True,
    )
    regions = models.ManyToManyField(Region, verbose_name=_("regions"), blank=True, related_name="projects")

    class Meta(Term.Meta, Funded.Meta):
        abstract = False
        verbose_name = _("project")
        verbose_name_plural = _("projects")


class FigureKind(models.TextChoices):
    RESULT = "result", _("result")
    BUDGET = "budget", _("part of the budget")


class Figure(TypedRow, Orderable):
    """A number that others have published, as it stands in their text; nothing is calculated with it."""

    kind = models.CharField(_("kind"), max_length=8, choices=FigureKind, default=FigureKind.RESULT)
    figure = models.CharField(
        _("figure"), max_length=40, help_text=_("As it stands in the source. Example: over 1,000")
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("Example: models, %, million euros"))
    meaning = models.CharField(
        _("what it tells"),
        max_length=300,
        help_text=_("Example: Contacts made by digital services; the goal was 35 %."),
    )
    period = models.CharField(_("period"), max_length=60, blank=True, help_text=_("Example: 2024"))
    source = models.CharField(_("source"), max_length=300, blank=True, help_text=_("A web address or a document."))

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return f"{self.figure} {self.unit}".strip()


class ProgrammeFigure(Figure):
    programme = ParentalKey(Programme, related_name="figures", on_delete=models.CASCADE)


class ProjectFigure(Figure):
    project = ParentalKey(Project, related_name="figures", on_delete=models.CASCADE)
