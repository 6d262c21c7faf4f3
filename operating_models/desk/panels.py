"""Tabs and panels of the editor, in the order in which a writer thinks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from operating_models.desk.forms import DraftCopyForm, OperatingModelForm, TermCheckboxes
from operating_models.models import OperatingModelIndexPage, OperatingModelPage, RegionPage, Tab
from operating_models.models.publishing import CORE_TEXTS

LEAD = FieldPanel("lead", widget=AdminAutoHeightTextInput)
CORE_TEXT_PANELS = tuple(FieldPanel(name) for name in CORE_TEXTS)

BASICS = ObjectList(
    [
        TitleFieldPanel(
            "title",
            classname="",
            placeholder=False,
            heading=_("Name of the operating model"),
            help_text=_("The model's own name, without the programme or the region. Example: Seniorineuvola"),
        ),
        LEAD,
        FieldPanel("original_language"),
        MultiFieldPanel(
            [FieldPanel("further_regions", widget=TermCheckboxes), FieldPanel("place")], heading=_("Region")
        ),
        MultiFieldPanel(
            [
                FieldPanel("target_groups", widget=TermCheckboxes),
                FieldPanel("themes", widget=TermCheckboxes),
                FieldPanel("service_classes", widget=TermCheckboxes),
                FieldPanel("settings", widget=TermCheckboxes),
                FieldPanel("tags"),
            ],
            heading=_("Classification"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("programmes", widget=TermCheckboxes),
                FieldPanel("programme_goals", widget=TermCheckboxes),
                FieldPanel("project"),
                FieldPanel("funders"),
            ],
            heading=_("Programme and funding"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldPanel("contact_organisation"),
                FieldPanel("contact_unit"),
                FieldRowPanel([FieldPanel("contact_email"), FieldPanel("contact_phone")]),
                FieldPanel("contact_url"),
            ],
            heading=_("Contact"),
        ),
    ],
    heading=Tab.BASICS,
)

CONTENT = ObjectList(
    [
        *CORE_TEXT_PANELS,
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("video_url")], heading=_("Media")),
        InlinePanel("attachments", heading=_("Attachments"), label=_("Attachment")),
        InlinePanel("links", heading=_("Links"), label=_("Link")),
        MultiFieldPanel(
            [
                PageChooserPanel("adapted_from", "operating_models.OperatingModelPage"),
                FieldPanel("adaptation_kept"),
                FieldPanel("adaptation_changed"),
                FieldPanel("adaptation_dropped"),
                FieldPanel("adaptation_reason"),
            ],
            heading=_("Adapted from another model"),
            classname="collapsed",
        ),
    ],
    heading=Tab.CONTENT,
)

RESULTS = ObjectList(
    [
        InlinePanel(
            "outcomes",
            heading=_("Outcomes"),
            label=_("Outcome"),
            panels=[
                FieldPanel("measure"),
                FieldRowPanel([FieldPanel("concerns"), FieldPanel("unit"), FieldPanel("period")]),
                FieldRowPanel([FieldPanel("before"), FieldPanel("after")]),
                FieldPanel("note"),
                FieldPanel("source_url"),
            ],
        ),
        InlinePanel(
            "resources",
            heading=_("Resources"),
            label=_("Resource"),
            panels=[
                FieldRowPanel([FieldPanel("kind"), FieldPanel("need")]),
                FieldPanel("description"),
                FieldPanel("cost"),
            ],
        ),
        InlinePanel("risks", heading=_("Risks"), label=_("Risk")),
    ],
    heading=Tab.RESULTS,
)

PATH = ObjectList([FieldPanel("development")], heading=Tab.PATH)

LANGUAGES = ObjectList(
    [
        InlinePanel(
            "texts",
            heading=Tab.LANGUAGES,
            label=_("Text in another language"),
            panels=[FieldPanel("language"), FieldPanel("title"), LEAD, *CORE_TEXT_PANELS],
        )
    ],
    heading=Tab.LANGUAGES,
)

PUBLISHING = ObjectList(
    [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("Address and search engines"),
        ),
        PublishingPanel(),
        CommentPanel(),
    ],
    heading=Tab.PUBLISHING,
)


def assign() -> None:
    """Give the page types their forms and panels; called when the application is ready."""
    OperatingModelPage.base_form_class = OperatingModelForm
    OperatingModelPage.edit_handler = TabbedInterface([BASICS, CONTENT, RESULTS, PATH, LANGUAGES, PUBLISHING])
    OperatingModelPage.copy_form_class = DraftCopyForm
    RegionPage.content_panels = [*RegionPage.content_panels, FieldPanel("region"), FieldPanel("intro")]
    RegionPage.copy_form_class = DraftCopyForm
    OperatingModelIndexPage.content_panels = [*OperatingModelIndexPage.content_panels, FieldPanel("lead")]
    OperatingModelIndexPage.copy_form_class = DraftCopyForm
