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
from operating_models.models.publishing import IMAGE_FIELDS, TAB_OF_REQUIRED_FIELD
from operating_models.models.texts import CORE_TEXTS, Tab
from operating_models.models.vocabularies import VOCABULARIES, PanelGroup


class SourcePanel(HelpPanel):
    """Tells the writer of a local version of which model it was made, and what publishing will ask for."""

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
        _panel_type(one.relation)(one.relation, widget=None if one.is_single else TermCheckboxes)
        for one in VOCABULARIES
        if one.panel_group == group
    ]


LEAD = FieldPanel("lead", widget=AdminAutoHeightTextInput)

ADAPTATION_HELP = {
    "adaptation_kept": _("What works as in the source. Example: The same assessment form and the same two visits."),
    "adaptation_changed": _("What you do in another way. Example: Visits are by video, because distances are long."),
    "adaptation_dropped": _(
        "What you left out. Example: The evening group, because the municipality has one already."
    ),
    "adaptation_reason": _("Why you kept, changed and dropped these. It helps the next region to decide."),
}
"""What the writer of a local version is asked about its source, by the name of the field."""

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
        "original_language",
        MultiFieldPanel([*_term_panels(PanelGroup.REGION), "place"], heading=_("Region")),
        MultiFieldPanel([*_term_panels(PanelGroup.CLASSIFICATION), "tags"], heading=_("Classification")),
        MultiFieldPanel(
            [*_term_panels(PanelGroup.FUNDING), "funders"], heading=_("Programme and funding"), classname="collapsed"
        ),
        MultiFieldPanel(
            [
                RequiredPanel("contact_organisation"),
                RequiredPanel("contact_unit"),
                FieldRowPanel(["contact_email", "contact_phone"]),
                "contact_url",
            ],
            heading=_("Contact"),
        ),
    ],
    heading=Tab.BASICS,
)

CONTENT = ObjectList(
    [
        *(_panel_type(name)(name) for name in CORE_TEXTS),
        MultiFieldPanel([*IMAGE_FIELDS, "video_url"], heading=_("Media")),
        InlinePanel("attachments", heading=_("Attachments"), label=_("Attachment")),
        InlinePanel("links", heading=_("Links"), label=_("Link")),
        MultiFieldPanel(
            [
                SourcePanel(template="operating_models/desk/source.html"),
                PageChooserPanel(
                    "adapted_from",
                    "operating_models.OperatingModelPage",
                    help_text=_("The model from which yours began. Both pages show their whole family."),
                ),
                *(FieldPanel(name, help_text=text) for name, text in ADAPTATION_HELP.items()),
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
                "measure",
                FieldRowPanel(["concerns", "unit", "period"]),
                FieldRowPanel(["before", "after"]),
                "note",
                "source_url",
            ],
        ),
        InlinePanel(
            "resources",
            heading=_("Resources"),
            label=_("Resource"),
            panels=[FieldRowPanel(["kind", "need"]), "description", "cost"],
        ),
        InlinePanel("risks", heading=_("Risks"), label=_("Risk")),
    ],
    heading=Tab.RESULTS,
)

PATH = ObjectList(["development"], heading=Tab.PATH)

LANGUAGES = ObjectList(
    [
        InlinePanel(
            "texts",
            heading=Tab.LANGUAGES,
            label=_("Text in another language"),
            panels=["language", "title", LEAD, *CORE_TEXTS],
        )
    ],
    heading=Tab.LANGUAGES,
)

PUBLISHING = ObjectList(
    [
        MultiFieldPanel(["slug", "seo_title", "search_description"], heading=_("Address and search engines")),
        PublishingPanel(),
        CommentPanel(),
    ],
    heading=Tab.PUBLISHING,
)


EDITOR = TabbedInterface([BASICS, CONTENT, RESULTS, PATH, LANGUAGES, PUBLISHING])
"""The whole editor of an operating model."""
