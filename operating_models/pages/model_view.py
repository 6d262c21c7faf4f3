"""What the template of a model's page reads, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from operating_models.components.adoption import AdoptionRow, ReportRow
from operating_models.components.cards import ModelCard, StatusCount
from operating_models.components.languages import LanguageLink
from operating_models.components.maps import TileMap
from operating_models.components.outcomes import OutcomeRow
from operating_models.replication.family import Member

RECENT_REPORTS = 6
"""How many reports a page shows at once; the others are one click away."""


@dataclass(frozen=True, slots=True)
class RegionLink:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class LinkedTerm:
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FactGroup:
    label: str
    terms: tuple[LinkedTerm, ...]


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class ResourceRow:
    kind_label: str
    need_label: str
    description: str
    cost: str


@dataclass(frozen=True, slots=True)
class RiskRow:
    risk: str
    handling: str


@dataclass(frozen=True, slots=True)
class File:
    """A document to download; ``size`` in bytes, ``kind`` is the file's ending."""

    title: str
    url: str
    size: int
    kind: str


@dataclass(frozen=True, slots=True)
class WebLink:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Contact:
    organisation: str
    unit: str
    email: str
    phone: str
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    label: str
    meaning: str
    assessor: str
    date_label: str
    source: str


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Note:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Actions:
    """Addresses of what a reader can do. ``login_url`` leads there those who have not logged in."""

    adapt_url: str
    login_url: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class SimilarModel:
    """A model that is about the same, and what both share."""

    card: ModelCard
    shared: tuple[str, ...]
    compare_url: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Why and since when a model is no longer recommended; ``successor`` only when readers may find it."""

    date_label: str
    reason: str
    successor: LinkedTerm | None


@dataclass(frozen=True, slots=True)
class ModelView:
    """All that the template of a model's page reads."""

    key: int | None
    title: str
    lead: str
    language: str
    withdrawn: Withdrawn | None
    region: RegionLink
    further_regions: tuple[RegionLink, ...]
    place: str
    programmes: tuple[LinkedTerm, ...]
    project: str
    funders: str
    updated: date | None
    review_by: date | None
    review_due: bool
    sections: tuple[Section, ...]
    outcomes: tuple[OutcomeRow, ...]
    resources: tuple[ResourceRow, ...]
    risks: tuple[RiskRow, ...]
    development: tuple[Section, ...]
    attachments: tuple[File, ...]
    links: tuple[WebLink, ...]
    image: Picture | None
    video_url: str
    adapted_from: LinkedTerm | None
    adaptation_notes: tuple[Note, ...]
    difference_url: str
    family: Member | None
    similar: tuple[SimilarModel, ...]
    actions: Actions | None
    facts: tuple[FactGroup, ...]
    tags: tuple[LinkedTerm, ...]
    contact: Contact | None
    evidence: Evidence | None
    adoption: tuple[AdoptionRow, ...]
    adoption_summary: tuple[StatusCount, ...]
    adoption_map: TileMap | None
    reports: tuple[ReportRow, ...]
    other_languages: tuple[LanguageLink, ...]
    is_preview: bool

    @property
    def recent_reports(self) -> tuple[ReportRow, ...]:
        return self.reports[:RECENT_REPORTS]

    @property
    def older_reports(self) -> tuple[ReportRow, ...]:
        return self.reports[RECENT_REPORTS:]

    @property
    def contents(self) -> tuple[ContentsEntry, ...]:
        """The table of contents: the sections with what follows them on the page, where there is any."""
        further = (
            (self.resources, "resources", gettext("Resources")),
            (self.risks, "risks", gettext("Risks and how they were handled")),
            (self.development, "development", gettext("Development path")),
            (self.adapted_from, "adapted", gettext("Adapted from the model")),
            (self.family, "family", gettext("Local versions of the model")),
            (self.attachments or self.links or self.video_url, "attachments", gettext("Attachments and links")),
            (True, "adoption", gettext("Adoption in the regions")),
            (self.similar, "similar", gettext("Similar models")),
        )
        sections = (ContentsEntry(section.anchor, section.title) for section in self.sections)
        return (*sections, *(ContentsEntry(anchor, title) for present, anchor, title in further if present))
