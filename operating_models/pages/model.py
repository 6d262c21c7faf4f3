"""The page of a model as a reader meets it: idea, for whom, conditions, results, and facts beside the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from operating_models.blocks import Phase
from operating_models.components.adoption import (
    AdoptionRow,
    ReportRow,
    adoption_rows,
    count_regions,
    day_label,
    draw_map,
    report_rows,
    with_all_said,
)
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.cards import ModelCard, StatusCount, cards_of
from operating_models.components.languages import LanguageLink, chosen_text, language_links
from operating_models.components.maps import TileMap
from operating_models.components.outcomes import OutcomeRow, outcome_row
from operating_models.models import (
    EVIDENCE_MEANINGS,
    TEXTS,
    VOCABULARIES,
    AdoptionReport,
    EvidenceAssessment,
    EvidenceLevel,
    OperatingModelPage,
    Region,
    ReviewDate,
    Text,
    Withdrawal,
)
from operating_models.models.facts import review_by
from operating_models.models.publishing import is_empty
from operating_models.models.taxonomy import sort_terms
from operating_models.replication import addresses, family
from operating_models.replication.family import Member
from search.finding.similar import Similar, similar

SIMILAR_MODELS = 4
SIMILAR_ENOUGH = 0.2
"""From 0 to 1; below it the models of the demonstration content had little more in common than a class or two."""

RECENT_REPORTS = 6
"""How many reports a page shows at once; the others are one click away."""

SECTIONS = sorted((text for text in TEXTS if text.page_place), key=lambda text: text.page_place)
"""Texts that are sections of the page, in the reader's order."""
FACTS = sorted((one for one in VOCABULARIES if one.facts_place), key=lambda one: one.facts_place)
"""Vocabularies in the facts box."""
ADAPTATION = tuple(text.name for text in TEXTS if text.name.startswith("adaptation_"))


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
class Link:
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
    links: tuple[Link, ...]
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
    contents: tuple[ContentsEntry, ...]
    is_preview: bool

    @property
    def recent_reports(self) -> tuple[ReportRow, ...]:
        return self.reports[:RECENT_REPORTS]

    @property
    def older_reports(self) -> tuple[ReportRow, ...]:
        return self.reports[RECENT_REPORTS:]


def read(
    page: OperatingModelPage, request: HttpRequest, trail: RegionalLinks, *, is_preview: bool = False
) -> ModelView:
    """Read a model's page, published or draft, with the facts beside it."""
    text = chosen_text(page, request)
    source: OperatingModelPage | Text = text or page
    sections = tuple(_sections(page, source, has_outcomes=page.outcomes.exists()))
    outcomes = tuple(outcome_row(row) for row in page.outcomes.all())
    resources = tuple(
        ResourceRow(row.get_kind_display(), row.get_need_display(), row.description, row.cost)
        for row in page.resources.all()
    )
    risks = tuple(RiskRow(row.risk, row.handling) for row in page.risks.all())
    development = tuple(_phases(page))
    attachments = tuple(_files(page))
    links = tuple(Link(row.title, row.url) for row in page.links.all())
    # A page that has never been saved is previewed too: its facts are looked up by its key, which is then None.
    ledger = AdoptionReport.objects.of_pages([page.pk])
    reports = list(with_all_said(ledger.newest_first()))
    by_key = {report.pk: report for report in reports}
    in_order = ledger.as_of().order_by("region__order", "region__code")
    current = [by_key[key] for key in in_order.values_list("pk", flat=True) if key in by_key]
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    due = review_by(
        published_on=published_on, override=ReviewDate.objects.filter(page_id=page.pk).latest_first().first()
    )
    kin = family.find_kin(page)
    near = similar(page.pk, without=kin.members, limit=2 * SIMILAR_MODELS, floor=SIMILAR_ENOUGH) if page.pk else ()
    cards = cards_of([*kin.members, *(one.page_id for one in near)], request)
    source_card = cards.get(page.adapted_from_id or 0)
    is_public = page.pk in cards
    drawn = cards | {kin.page_id: cards.get(kin.page_id) or ModelCard(source.title, "", region_name=str(trail.origin))}
    tree = family.draw(kin, drawn, family.read_changes(kin))
    has_links = bool(attachments or links or page.video_url)
    programmes = tuple(trail.terms("programme", sort_terms(page.programmes.all())))

    withdrawn = _withdrawn(page, request)
    proposed = tuple(_similar_models(page, near, cards))

    return ModelView(
        key=page.pk,
        title=source.title,
        lead=source.lead,
        language=text.language if text else page.original_language,
        withdrawn=withdrawn,
        region=_region_link(trail, trail.origin),
        further_regions=tuple(_region_link(trail, region) for region in sort_terms(page.further_regions.all())),
        place=page.place,
        programmes=tuple(LinkedTerm(*term) for term in programmes),
        project=str(page.project or ""),
        funders=page.funders,
        updated=published_on,
        review_by=due,
        review_due=bool(due and due < timezone.localdate()),
        sections=sections,
        outcomes=outcomes,
        resources=resources,
        risks=risks,
        development=development,
        attachments=attachments,
        links=links,
        image=_picture(page),
        video_url=page.video_url,
        adapted_from=LinkedTerm(source_card.title, source_card.url) if source_card else None,
        adaptation_notes=tuple(_adaptation_notes(page)),
        difference_url=addresses.of_difference(page.pk) if source_card and is_public else "",
        family=tree,
        similar=proposed,
        actions=_actions(page, is_withdrawn=withdrawn is not None) if is_public else None,
        facts=tuple(_facts(page, trail)),
        tags=tuple(
            LinkedTerm(tag.name, trail.search_url(tag=tag.slug))
            for tag in sorted(page.tags.all(), key=lambda t: t.name)
        ),
        contact=_contact(page),
        evidence=_evidence(page),
        adoption=tuple(adoption_rows(current, trail)),
        adoption_summary=count_regions(current),
        adoption_map=draw_map(current, trail),
        reports=report_rows(reports),
        other_languages=tuple(language_links(page, request, shown=text.language if text else page.original_language)),
        contents=tuple(
            _contents(
                sections,
                resources=bool(resources),
                risks=bool(risks),
                development=bool(development),
                attachments=has_links,
                adapted=source_card is not None,
                family=tree is not None,
                similar=bool(proposed),
            )
        ),
        is_preview=is_preview,
    )


def _sections(page: OperatingModelPage, source: OperatingModelPage | Text, *, has_outcomes: bool) -> Iterator[Section]:
    """Yield the core texts that have content, in the reader's order; results also when there are only outcome rows."""
    titles = page.field_labels()
    for text in SECTIONS:
        html = getattr(source, text.name)
        if not is_empty(html):
            yield Section(text.anchor, titles[text.name], SafeString(expand_db_html(html)))
        elif text.name == "evaluation" and has_outcomes:
            yield Section(text.anchor, titles[text.name], SafeString(""))


def _phases(page: OperatingModelPage) -> Iterator[Section]:
    for number, block in enumerate(page.development, start=1):
        title = block.value["heading"] or str(Phase(block.block_type).label)
        yield Section(f"phase-{number}", title, SafeString(expand_db_html(block.value["text"].source)))


def _files(page: OperatingModelPage) -> Iterator[File]:
    for row in page.attachments.all():
        document = row.document
        yield File(str(row), document.url, document.get_file_size() or 0, document.file_extension)


def _picture(page: OperatingModelPage) -> Picture | None:
    if page.image is None:
        return None
    rendition = page.image.get_rendition("max-1200x900")
    return Picture(rendition.url, page.image_alt, rendition.width, rendition.height)


def _similar_models(
    page: OperatingModelPage, near: Sequence[Similar], cards: Mapping[int, ModelCard]
) -> Iterator[SimilarModel]:
    """Yield the most similar models that readers may find and that are not withdrawn: what stands here is proposed."""
    proposed = (one for one in near if one.page_id in cards and not cards[one.page_id].withdrawn)
    for one in islice(proposed, SIMILAR_MODELS):
        url = addresses.of_comparison([page.pk, one.page_id])
        yield SimilarModel(cards[one.page_id], (*one.concepts, *one.words), url)


def _actions(page: OperatingModelPage, *, is_withdrawn: bool) -> Actions:
    """Return what a reader can do; a withdrawn model is not offered to be applied anew."""
    if is_withdrawn:
        return Actions("", "", addresses.of_comparison([page.pk]))
    adapt_url = addresses.of_adapting(page.pk)
    return Actions(adapt_url, addresses.of_login(adapt_url), addresses.of_comparison([page.pk]))


def _withdrawn(page: OperatingModelPage, request: HttpRequest) -> Withdrawn | None:
    row = Withdrawal.objects.in_force().filter(page_id=page.pk).first()
    if row is None:
        return None
    successor = cards_of([row.successor_id], request).get(row.successor_id) if row.successor_id else None
    link = LinkedTerm(successor.title, successor.url) if successor else None
    return Withdrawn(day_label(row.withdrawn_on), row.reason, link)


def _adaptation_notes(page: OperatingModelPage) -> Iterator[Note]:
    for name in ADAPTATION:
        if text := getattr(page, name).strip():
            yield Note(page.field_labels()[name], text)


def _facts(page: OperatingModelPage, trail: RegionalLinks) -> Iterator[FactGroup]:
    for vocabulary in FACTS:
        terms = sort_terms(getattr(page, vocabulary.relation).all())
        # The values of an unlisted facet have no list that a link could lead to.
        linked = trail.terms(vocabulary.name, terms) if vocabulary.is_listed else ((str(term),) for term in terms)
        yield FactGroup(page.field_labels()[vocabulary.relation], tuple(LinkedTerm(*term) for term in linked))


def _contact(page: OperatingModelPage) -> Contact | None:
    if not (page.contact_organisation or page.contact_unit):
        return None
    return Contact(
        page.contact_organisation, page.contact_unit, page.contact_email, page.contact_phone, page.contact_url
    )


def _evidence(page: OperatingModelPage) -> Evidence | None:
    assessment = EvidenceAssessment.objects.filter(page_id=page.pk).first()
    if assessment is None:
        return None
    level = EvidenceLevel(assessment.level)
    return Evidence(
        label=str(level.label),
        meaning=str(EVIDENCE_MEANINGS[level]),
        assessor=assessment.assessor,
        date_label=f"{assessment.assessed_on:%-d.%-m.%Y}",
        source=assessment.source,
    )


def _region_link(trail: RegionalLinks, region: Region) -> RegionLink:
    return RegionLink(str(region), trail.region_url(region.code))


def _contents(
    sections: tuple[Section, ...],
    *,
    resources: bool,
    risks: bool,
    development: bool,
    attachments: bool,
    adapted: bool,
    family: bool,
    similar: bool,
) -> Iterator[ContentsEntry]:
    for section in sections:
        yield ContentsEntry(section.anchor, section.title)
    for present, anchor, title in (
        (resources, "resources", _("Resources")),
        (risks, "risks", _("Risks and how they were handled")),
        (development, "development", _("Development path")),
        (adapted, "adapted", _("Adapted from the model")),
        (family, "family", _("Local versions of the model")),
        (attachments, "attachments", _("Attachments and links")),
        (True, "adoption", _("Adoption in the regions")),
        (similar, "similar", _("Similar models")),
    ):
        if present:
            yield ContentsEntry(anchor, title)
