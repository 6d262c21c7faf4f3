"""Pages of vocabulary terms: themes and target groups, programmes and projects.

The facts stand in the term, the page holds only prose.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from operating_models.models.page_texts import page_editor
from operating_models.models.pages import ListPage
from operating_models.models.permissions import TermPagePermissions
from operating_models.models.presented import PresentedPage
from operating_models.models.programmes import Programme, Project
from operating_models.models.taxonomy import TargetGroup, Term, Theme
from operating_models.models.texts import introduction


class ThemeIndexPage(ListPage):
    subpage_types = ["operating_models.ThemePage", "operating_models.TargetGroupPage"]

    class Meta:
        verbose_name = _("list of themes and target groups")


class ProgrammeIndexPage(ListPage):
    subpage_types = ["operating_models.ProgrammePage"]

    class Meta:
        verbose_name = _("list of programmes")


class TermPage(PresentedPage):
    """The page of one term, which ``term_field`` names."""

    term_field: str

    intro = introduction(
        _("What this is about, in a few sentences. Numbers and models come to the page by themselves.")
    )

    subpage_types: list[str] = []

    class Meta:
        abstract = True

    @classmethod
    def term_type(cls) -> type[Term]:
        return cls._meta.get_field(cls.term_field).related_model

    @property
    def term(self) -> Term:
        return getattr(self, self.term_field)

    def permissions_for_user(self, user: AbstractBaseUser) -> TermPagePermissions:
        return TermPagePermissions(user, self)


class ThemePage(TermPage):
    template = "operating_models/topic_page.html"
    term_field = "theme"

    theme = models.OneToOneField(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="page")

    edit_handler = page_editor([*Page.content_panels, "theme", "intro"], "intro")
    parent_page_types = ["operating_models.ThemeIndexPage"]

    class Meta:
        verbose_name = _("page of a theme")
        verbose_name_plural = _("pages of themes")


class TargetGroupPage(TermPage):
    template = "operating_models/topic_page.html"
    term_field = "target_group"

    target_group = models.OneToOneField(
        TargetGroup, verbose_name=_("target group"), on_delete=models.PROTECT, related_name="page"
    )

    edit_handler = page_editor([*Page.content_panels, "target_group", "intro"], "intro")
    parent_page_types = ["operating_models.ThemeIndexPage"]

    class Meta:
        verbose_name = _("page of a target group")
        verbose_name_plural = _("pages of target groups")


class ProgrammePage(TermPage):
    term_field = "programme"

    programme = models.OneToOneField(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="page"
    )

    edit_handler = page_editor([*Page.content_panels, "programme", "intro"], "intro")
    parent_page_types = ["operating_models.ProgrammeIndexPage"]
    subpage_types = ["operating_models.ProjectPage"]

    class Meta:
        verbose_name = _("programme page")
        verbose_name_plural = _("programme pages")


class ProjectPage(TermPage):
    term_field = "project"

    project = models.OneToOneField(Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="page")

    edit_handler = page_editor([*Page.content_panels, "project", "intro"], "intro")
    parent_page_types = ["operating_models.ProgrammePage"]

    class Meta:
        verbose_name = _("project page")
        verbose_name_plural = _("project pages")
