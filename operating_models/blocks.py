"""StreamField blocks: the phases of a development path."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from operating_models import rich_text
from operating_models.typed_text import tidy_lines


class Phase(models.TextChoices):
    """Phases of development work, in the order in which a reader meets them."""

    NEED = "need", _("Need and starting point")
    GOALS = "goals", _("Goals and how they are measured")
    TEAM = "team", _("Team and co-creation")
    IDEAS = "ideas", _("Ideas")
    TRIAL = "trial", _("Trial")
    ROLLOUT = "rollout", _("Rollout")
    TIPS = "tips", _("Tips for appliers")


def tidy_typed(value: object) -> object:
    """Return what was typed into a block in its one spelling; rich text that shows nothing is returned empty.

    Values that are no texts, such as documents, are returned as they are.
    """
    if isinstance(value, RichText):
        return RichText("" if rich_text.is_blank(value.source) else rich_text.tidy(value.source))
    return tidy_lines(value) if isinstance(value, str) else value


PHASE_FEATURES = ["bold", "italic", "ol", "ul", "link"]

PHASE_TEXTS = {
    Phase.NEED: (_("What was wrong, for whom, and how it was noticed."), _("Calls waited for an answer until noon.")),
    Phase.GOALS: (_("What should change, and what is measured."), _("Every caller gets an answer on the same day.")),
    Phase.TEAM: (_("Who took part, clients too, and how."), _("Two nurses, a clerk and three clients met weekly.")),
    Phase.IDEAS: (_("What was considered, chosen and left out."), _("We chose call-back over a longer queue.")),
    Phase.TRIAL: (_("How it was tried, and what was learnt."), _("One station tried it for a spring.")),
    Phase.ROLLOUT: (_("How it became everyday work."), _("The model was written into the induction of new staff.")),
    Phase.TIPS: (_("What you would tell a colleague who begins."), _("Agree first who answers for the list.")),
}


class PhaseBlock(blocks.StructBlock):
    """A phase of development work with an optional heading of its own."""

    heading = blocks.CharBlock(
        label=_("Heading"), required=False, max_length=120, help_text=_("Own heading, if the phase needs one.")
    )
    text = blocks.RichTextBlock(label=_("Text"), features=PHASE_FEATURES)

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        value.update({name: tidy_typed(child) for name, child in value.items()})
        return super().clean(value)

    class Meta:
        template = "blocks/phase.html"


class DevelopmentPathBlock(blocks.StreamBlock):
    """Phases in the order in which the writer gives them; any may be missing or repeated."""

    def __init__(self, local_blocks: object = None, **kwargs: object) -> None:
        phases = [
            (
                phase.value,
                PhaseBlock(
                    label=phase.label,
                    icon="doc-full",
                    description=PHASE_TEXTS[phase][0],
                    preview_value={"heading": "", "text": PHASE_TEXTS[phase][1]},
                    preview_template="blocks/preview.html",
                ),
            )
            for phase in Phase
        ]
        super().__init__(phases, **kwargs)

    class Meta:
        required = False
