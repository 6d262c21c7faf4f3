"""The front page, standard pages and the settings that national staff change."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page

from operating_models.body_blocks import StandardBodyBlock
from operating_models.models.forms import CheckedCopyForm
from operating_models.models.page_texts import page_editor, tell_row
from operating_models.models.presented import PresentedPage
from operating_models.models.texts import LEAD_LENGTH
from operating_models.models.typed import TypedRow


class HomePage(PresentedPage):
    """The front page: what the service is, a search, featured and newest models, and ways to browse."""

    lead = models.CharField(
        _("lead"),
        max_length=LEAD_LENGTH,
        blank=True,
        help_text=_("One sentence of what this service is. Example: Find what works in other regions."),
    )
    example_query = models.CharField(
        _("example of a search"), max_length=80, blank=True, help_text=_("Shown under the search field as a link.")
    )

    edit_handler = page_editor([*Page.content_panels, "lead", "example_query"], "lead", "example_query")
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "operating_models.OperatingModelIndexPage",
        "operating_models.StatisticsPage",
        "operating_models.ThemeIndexPage",
        "operating_models.ProgrammeIndexPage",
        "home.StandardPage",
    ]

    class Meta:
        verbose_name = _("front page")


class StandardPage(PresentedPage):
    """A page of text: about the service, accessibility statement, privacy notice."""

    lead = models.CharField(_("lead"), max_length=LEAD_LENGTH, blank=True)
    body = StreamField(StandardBodyBlock(), verbose_name=_("content"), blank=True)

    edit_handler = page_editor([*Page.content_panels, "lead", "body"], "lead", "body")
    copy_form_class = CheckedCopyForm
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


def _standard_page(label: Promise) -> models.ForeignKey:
    """Return a setting that names a standard page."""
    return models.ForeignKey(
        "home.StandardPage", verbose_name=label, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


@register_setting(icon="cog")
class SiteSettings(TypedRow, BaseGenericSetting):
    """What every public page shows of the service."""

    service_name = models.CharField(_("name of the service"), max_length=60, default="Toimintamallit")
    service_name_sv = models.CharField(
        _("name of the service in Swedish"), max_length=60, blank=True, default="Verksamhetsmodeller"
    )
    service_name_en = models.CharField(
        _("name of the service in English"), max_length=60, blank=True, default="Operating models"
    )
    contact_email = models.EmailField(
        _("contact address"),
        default="toimintamallit@thl.example",
        help_text=_("An address that several people read. Readers report missing models to it."),
    )
    licence_name = models.CharField(
        _("licence of the texts"),
        max_length=60,
        default="CC BY 4.0",
        blank=True,
        help_text=_("Shown at the foot of every page. Empty: nothing is said."),
    )
    licence_url = models.URLField(
        _("address of the licence"), default="https://creativecommons.org/licenses/by/4.0/deed.fi", blank=True
    )
    shows_demo_notice = models.BooleanField(
        _("the content is demonstration material"),
        default=False,
        help_text=_("Every page says that it is demonstration content and not approved by any region."),
    )
    about_page = _standard_page(_("about the service"))
    accessibility_page = _standard_page(_("accessibility statement"))
    privacy_page = _standard_page(_("privacy notice"))

    panels = [
        FieldPanel("service_name"),
        FieldRowPanel([FieldPanel("service_name_sv"), FieldPanel("service_name_en")]),
        FieldPanel("contact_email"),
        FieldRowPanel([FieldPanel("licence_name"), FieldPanel("licence_url")]),
        FieldPanel("shows_demo_notice"),
        MultiFieldPanel(
            [FieldPanel("about_page"), FieldPanel("accessibility_page"), FieldPanel("privacy_page")],
            heading=_("Links of the footer"),
        ),
    ]

    class Meta:
        verbose_name = _("site settings")

    @property
    def name(self) -> str:
        """The name of the service in the reader's language."""
        return str(tell_row(self, "service_name").text)


class SpentBucket(models.Model):
    """A bucket that is not full: since tries come back at a steady pace, the moment when it is full says all.

    The rule is the generic cell rate algorithm (GCRA). A row whose moment has passed says what no row says.
    """

    key = models.CharField(max_length=64, unique=True)
    full_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
