"""Tabs and panels of the editor, in the order in which a writer thinks."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.widgets import AdminAutoHeightTextInput

from operating_models.models.forms import TermCheckboxes
from operating_models.models.publishing import TAB_OF_REQUIRED_FIELD
from operating_models.models.texts import CORE_TEXTS, Tab
from operating_models.models.vocabularies import VOCABULARIES, PanelGroup


class SourcePanel(HelpPanel):
    """Tells the writer of a local version of which model it was made, and what publishing will ask for."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"template": "operating_models/desk/source.html"} | kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.is_local_version


class RequiredPanel(FieldPanel):
    """A field that publishing asks for: it is marked as required, and a draft may leave it empty."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_required(self) -> bool:
            return True


class RequiredCountPanel(HelpPanel):
    """Tells how many of the fields that publishing asks for are empty."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"template": "operating_models/desk/required_fields.html"} | kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Mapping[str, object] | None = None) -> dict[str, object]:
            labels = self.instance.field_labels()
            required = json.dumps([(name, labels[name]) for name in TAB_OF_REQUIRED_FIELD])
            return super().get_context_data(parent_context) | {"required_fields": required}


def _panel_type(name: str) -> type[FieldPanel]:
    return RequiredPanel if name in TAB_OF_REQUIRED_FIELD else FieldPanel


def _term_panels(group: PanelGroup) -> list[FieldPanel]:
    """Return the panels in which the terms of a group of vocabularies are chosen."""
    return [
        FieldPanel(one.relation) if one.is_single else _panel_type(one.relation)(one.relation, widget=TermCheckboxes)
        for one in VOCABULARIES
        if one.panel_group == group
    ]


LEAD = FieldPanel("lead", widget=AdminAutoHeightTextInput)
CORE_TEXT_PANELS = tuple(FieldPanel(name) for name in CORE_TEXTS)
"""Those of a text in another language, which may leave out what it likes."""

BASICS = ObjectList(
    [
        RequiredCountPanel(),
        TitleFieldPanel(
            "title",
            classname="",
            placeholder=False,
            heading=_("Name of the operating model"),
            help_text=_("The model's own name, without the programme or the region. Example: Seniorineuvola"),
        ),
        RequiredPanel("lead", widget=AdminAutoHeightTextInput),
        FieldPanel("original_language"),
        MultiFieldPanel([*_term_panels(PanelGroup.REGION), FieldPanel("place")], heading=_("Region")),
        MultiFieldPanel([*_term_panels(PanelGroup.CLASSIFICATION), FieldPanel("tags")], heading=_("Classification")),
        MultiFieldPanel(
            [*_term_panels(PanelGroup.FUNDING), FieldPanel("funders")],
            heading=_("Programme and funding"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                RequiredPanel("contact_organisation"),
                RequiredPanel("contact_unit"),
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
        *(_panel_type(name)(name) for name in CORE_TEXTS),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("video_url")], heading=_("Media")),
        InlinePanel("attachments", heading=_("Attachments"), label=_("Attachment")),
        InlinePanel("links", heading=_("Links"), label=_("Link")),
        MultiFieldPanel(
            [
                SourcePanel(),
                PageChooserPanel(
                    "adapted_from",
                    "operating_models.OperatingModelPage",
                    help_text=_("The model from which yours began. Both pages show their whole family."),
                ),
                FieldPanel(
                    "adaptation_kept",
                    help_text=_(
                        "What works as in the source. Example: The same assessment form and the same two visits."
                    ),
                ),
                FieldPanel(
                    "adaptation_changed",
                    help_text=_(
                        "What you do in another way. Example: Visits are by video, because distances are long."
                    ),
                ),
                FieldPanel(
                    "adaptation_dropped",
                    help_text=_(
                        "What you left out. Example: The evening group, because the municipality has one already."
                    ),
                ),
                FieldPanel(
                    "adaptation_reason",
                    help_text=_("Why you kept, changed and dropped these. It helps the next region to decide."),
                ),
            ],
            heading=_("Adapted from another model"),
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


EDITOR = TabbedInterface([BASICS, CONTENT, RESULTS, PATH, LANGUAGES, PUBLISHING])
"""The whole editor of an operating model."""
