"""What the template of a model's page reads, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail.images.models import Rendition

from operating_models.components.adoption import LabelledText, ReportRow
from operating_models.components.breadcrumbs import LabelledLink, LinkGroup
from operating_models.components.cards import ModelCard, StatusCount
from operating_models.components.languages import LanguageLink
from operating_models.components.maps import TileMap
from operating_models.components.outcomes import OutcomeTable
from operating_models.models import (
    EVIDENCE_MEANINGS,
    Attachment,
    EvidenceAssessment,
    EvidenceLevel,
    Link,
    Resource,
    Risk,
    Withdrawal,
)
from operating_models.replication.family import Member

RECENT_REPORTS = 6
"""How many reports a page shows at once; the others are one click away."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; ``html`` is "" where it is made of other things than a text.

    ``language`` is that of the text, ``title_language`` that of a title which is not the page's own word.
    """

    anchor: str
    title: str
    html: SafeString | str = ""
    language: str = ""
    title_language: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """Addresses of what a reader can do. ``login_url`` leads there those who have not logged in."""

    adapt_url: str
    login_url: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class SimilarModel:
    """A model that is about the same, and the names of the topics that both share."""

    card: ModelCard
    shared: tuple[str, ...]
    compare_url: str


@dataclass(frozen=True, slots=True)
class ModelView:
    """What the template of a model's page reads beside the page itself.

    Title and lead are in ``language``, all rows in the ``original_language``, and ``missing`` tells of what is not in
    the reader's. ``source`` and ``successor`` are there only when readers may find them.
    """

    title: str
    lead: str
    language: str
    original_language: str
    missing: str
    withdrawal: Withdrawal | None
    successor: ModelCard | None
    regions: tuple[LabelledLink, ...]
    programmes: tuple[LabelledLink, ...]
    project: str
    updated: date | None
    review_by: date | None
    sections: tuple[Section, ...]
    outcomes: OutcomeTable
    resources: tuple[Resource, ...]
    risks: tuple[Risk, ...]
    development: tuple[Section, ...]
    attachments: tuple[Attachment, ...]
    links: tuple[Link, ...]
    image: Rendition | None
    has_video: bool
    source: ModelCard | None
    adaptation_notes: tuple[LabelledText, ...]
    difference_url: str
    family: Member | None
    similar: tuple[SimilarModel, ...]
    actions: Actions | None
    facts: tuple[LinkGroup, ...]
    tags: tuple[LabelledLink, ...]
    evidence: EvidenceAssessment | None
    adoption: tuple[ReportRow, ...]
    adoption_summary: tuple[StatusCount, ...]
    adoption_map: TileMap | None
    reports: tuple[ReportRow, ...]
    other_languages: tuple[LanguageLink, ...]

    @property
    def review_due(self) -> bool:
        return self.review_by is not None and self.review_by < timezone.localdate()

    @property
    def evidence_meaning(self) -> str:
        return str(EVIDENCE_MEANINGS[EvidenceLevel(self.evidence.level)]) if self.evidence else ""

    @property
    def recent_reports(self) -> tuple[ReportRow, ...]:
        return self.reports[:RECENT_REPORTS]

    @property
    def older_reports(self) -> tuple[ReportRow, ...]:
        return self.reports[RECENT_REPORTS:]

    @property
    def contents(self) -> tuple[Section, ...]:
        """The table of contents: the sections with what follows them on the page, where there is any."""
        further = (
            (self.resources, "resources", gettext("Resources")),
            (self.risks, "risks", gettext("Risks and how they were handled")),
            (self.development, "development", gettext("Development path")),
            (self.source, "adapted", gettext("Adapted from the model")),
            (self.family, "family", gettext("Local versions of the model")),
            (self.attachments or self.links or self.has_video, "attachments", gettext("Attachments and links")),
            (True, "adoption", gettext("Adoption in the regions")),
            (self.similar, "similar", gettext("Similar models")),
        )
        return (*self.sections, *(Section(anchor, title) for present, anchor, title in further if present))
