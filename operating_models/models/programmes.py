"""Programmes, their goals and their projects, as vocabularies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from operating_models.models.taxonomy import Term


class Programme(Term):
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

    class Meta(Term.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")


class ProgrammeGoal(Term):
    vocabulary = "programme_goal"
    page_relation = "programme_goals"

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="goals", null=True, blank=True
    )

    class Meta(Term.Meta):
        verbose_name = _("programme goal")
        verbose_name_plural = _("programme goals")


class Project(Term):
    """A project in which models were developed."""

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

    class Meta(Term.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
