"""The page of a model as a reader meets it: idea, for whom, conditions, results, and facts beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from operating_models.blocks import Phase
from operating_models.models import (
    EVIDENCE_MEANINGS,
    AdoptionReport,
    AdoptionStatus,
    EvidenceAssessment,
    EvidenceLevel,
    OperatingModelPage,
    Outcome,
    Region,
    RegionKind,
    ReviewDate,
    Text,
    TextLanguage,
)
from operating_models.models.facts import review_by
from operating_models.models.publishing import is_empty
from operating_models.models.taxonomy import sort_terms
from operating_models.presentation.cards import StatusCount, count_statuses, findable_ids
from operating_models.presentation.trail import Trail
from search.models import Document

READING_ORDER = ("idea", "client_insight", "conditions", "evaluation", "context")
ANCHORS = {
    "idea": "idea",
    "client_insight": "for-whom",
    "conditions": "conditions",
    "evaluation": "results",
    "context": "context",
}

LANGUAGE_LINKS = {
    TextLanguage.FINNISH: "Suomeksi",
    TextLanguage.SWEDISH: "På svenska",
    TextLanguage.ENGLISH: "In English",
}
"""Names of the links to a page's texts in other languages, each in its own language."""

TEXT_PARAMETER = "text"
"""URL parameter that chooses the language of the texts."""


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
class OutcomeRow:
    """An outcome ready to show; numbers are text ("" when not given), bars are 0–100 of the larger number."""

    measure: str
    concerns_label: str
    unit: str
    before: str
    after: str
    change: str
    change_label: str
    bar_before: int
    bar_after: int
    period: str
    source_url: str
    note: str


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
class AdoptionRow:
    """A region's status of a model today; of which the page draws the region or the model."""

    region_name: str
    region_url: str
    status: str
    status_label: str
    since_label: str
    note: str
    source: str
    model_title: str = ""
    model_url: str = ""


@dataclass(frozen=True, slots=True)
class ReportRow:
    date_label: str
    region_name: str
    status: str
    status_label: str
    note: str


@dataclass(frozen=True, slots=True)
class LanguageLink:
    language: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Note:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ModelView:
    """All that the template of a model's page reads."""

    title: str
    lead: str
    language: str
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
    facts: tuple[FactGroup, ...]
    tags: tuple[LinkedTerm, ...]
    contact: Contact | None
    evidence: Evidence | None
    adoption: tuple[AdoptionRow, ...]
    adoption_summary: tuple[StatusCount, ...]
    reports: tuple[ReportRow, ...]
    other_languages: tuple[LanguageLink, ...]
    contents: tuple[ContentsEntry, ...]
    is_preview: bool


def read(page: OperatingModelPage, request: HttpRequest, trail: Trail, *, is_preview: bool = False) -> ModelView:
    """Read a model's page, published or draft, with the facts beside it."""
    text = _chosen_text(page, request)
    source: OperatingModelPage | Text = text or page
    sections = tuple(_sections(page, source, has_outcomes=page.outcomes.exists()))
    outcomes = tuple(_outcome(row) for row in page.outcomes.all())
    resources = tuple(
        ResourceRow(row.get_kind_display(), row.get_need_display(), row.description, row.cost)
        for row in page.resources.all()
    )
    risks = tuple(RiskRow(row.risk, row.handling) for row in page.risks.all())
    development = tuple(_phases(page))
    attachments = tuple(_files(page))
    links = tuple(Link(row.title, row.url) for row in page.links.all())
    # A page that has never been saved is previewed too: its facts are looked up by its key, which is then None.
    ledger = AdoptionReport.objects.of_pages([page.pk]).select_related("region")
    reports = list(ledger.standing().newest_first())
    current = list(ledger.as_of().order_by("region__order", "region__code"))
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    due = review_by(
        published_on=published_on, override=ReviewDate.objects.filter(page_id=page.pk).latest_first().first()
    )
    source_model = _source_model(page, request)
    has_links = bool(attachments or links or page.video_url)
    programmes = tuple(trail.terms("programme", sort_terms(page.programmes.all())))

    return ModelView(
        title=source.title,
        lead=source.lead,
        language=text.language if text else page.original_language,
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
        adapted_from=source_model,
        adaptation_notes=tuple(_adaptation_notes(page)),
        facts=tuple(_facts(page, trail)),
        tags=tuple(
            LinkedTerm(tag.name, trail.search_url(tag=tag.slug))
            for tag in sorted(page.tags.all(), key=lambda t: t.name)
        ),
        contact=_contact(page),
        evidence=_evidence(page),
        adoption=tuple(adoption_row(report, trail) for report in current),
        adoption_summary=_summary(current),
        reports=tuple(_report(report) for report in reports),
        other_languages=tuple(_language_links(page, request, shown=text.language if text else page.original_language)),
        contents=tuple(
            _contents(
                sections,
                resources=bool(resources),
                risks=bool(risks),
                development=bool(development),
                attachments=has_links,
                adapted=source_model is not None,
            )
        ),
        is_preview=is_preview,
    )


def adoption_row(report: AdoptionReport, trail: Trail) -> AdoptionRow:
    """Make a row of a region's latest report."""
    return AdoptionRow(
        region_name=report.region.short_name_fi,
        region_url=trail.region_url(report.region.code),
        status=report.status,
        status_label=capfirst(report.get_status_display()),
        since_label=str(report.valid_from),
        note=report.note,
        source=report.source,
    )


def alternates(page: OperatingModelPage, request: HttpRequest) -> tuple[LanguageLink, ...]:
    """Return the address of each language that the page has a text in, when there is more than one."""
    links = tuple(_language_links(page, request, shown="", full=True))
    return links if len(links) > 1 else ()


def _chosen_text(page: OperatingModelPage, request: HttpRequest) -> Text | None:
    """Return the text that ?text= asks for; None for the original language and for one that the page does not have."""
    language = request.GET.get(TEXT_PARAMETER, "")
    if language == page.original_language:
        return None
    return next((text for text in page.texts.all() if text.language == language), None)


def _language_links(
    page: OperatingModelPage, request: HttpRequest, *, shown: str, full: bool = False
) -> Iterator[LanguageLink]:
    url = (page.get_full_url(request) if full else page.get_url(request)) or ""
    for language in (page.original_language, *(text.language for text in page.texts.all())):
        if language != shown:
            query = "" if language == page.original_language else f"?{TEXT_PARAMETER}={language}"
            yield LanguageLink(language, LANGUAGE_LINKS[TextLanguage(language)], url + query)


def _sections(page: OperatingModelPage, source: OperatingModelPage | Text, *, has_outcomes: bool) -> Iterator[Section]:
    """Yield the core texts that have content, in the reader's order; results also when there are only outcome rows."""
    titles = page.field_labels()
    for name in READING_ORDER:
        html = getattr(source, name)
        if not is_empty(html):
            yield Section(ANCHORS[name], titles[name], SafeString(expand_db_html(html)))
        elif name == "evaluation" and has_outcomes:
            yield Section(ANCHORS[name], titles[name], SafeString(""))


def _phases(page: OperatingModelPage) -> Iterator[Section]:
    for number, block in enumerate(page.development, start=1):
        title = block.value["heading"] or str(Phase(block.block_type).label)
        yield Section(f"phase-{number}", title, SafeString(expand_db_html(block.value["text"].source)))


def _outcome(row: Outcome) -> OutcomeRow:
    bars = (0, 0)
    change = change_label = ""
    if row.before is not None and row.after is not None:
        difference = row.after - row.before
        change = _signed(difference)
        if row.before:
            change_label = _signed(round(difference / abs(row.before) * 100)) + " %"
        largest = max(row.before, row.after)
        if min(row.before, row.after) >= 0 and largest > 0:
            bars = (round(row.before / largest * 100), round(row.after / largest * 100))
    return OutcomeRow(
        measure=row.measure,
        concerns_label=str(row.get_concerns_display()),
        unit=row.unit,
        before=_number(row.before),
        after=_number(row.after),
        change=change,
        change_label=change_label,
        bar_before=bars[0],
        bar_after=bars[1],
        period=row.period,
        source_url=row.source_url,
        note=row.note,
    )


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    shortest = value.normalize()
    text = number_format(shortest, decimal_pos=max(0, -shortest.as_tuple().exponent), force_grouping=True)
    return text.replace("-", "−")


def _signed(value: Decimal | int) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + _number(abs(Decimal(value)))


def _files(page: OperatingModelPage) -> Iterator[File]:
    for row in page.attachments.all():
        document = row.document
        yield File(str(row), document.url, document.get_file_size() or 0, document.file_extension)


def _picture(page: OperatingModelPage) -> Picture | None:
    if page.image is None:
        return None
    rendition = page.image.get_rendition("max-1200x900")
    return Picture(rendition.url, page.image_alt, rendition.width, rendition.height)


def _source_model(page: OperatingModelPage, request: HttpRequest) -> LinkedTerm | None:
    """Return the model that this one was adapted from, when readers may find it."""
    if page.adapted_from_id is None:
        return None
    found = Document.objects.filter(page_id=page.adapted_from_id, page_id__in=findable_ids()).select_related("page")
    return next((LinkedTerm(source.page.title, source.page.get_url(request) or "") for source in found), None)


def _adaptation_notes(page: OperatingModelPage) -> Iterator[Note]:
    for name in ("adaptation_kept", "adaptation_changed", "adaptation_dropped", "adaptation_reason"):
        if text := getattr(page, name).strip():
            yield Note(page.field_labels()[name], text)


def _facts(page: OperatingModelPage, trail: Trail) -> Iterator[FactGroup]:
    for name, parameter in (
        ("target_groups", "target_group"),
        ("service_classes", "service_class"),
        ("themes", "theme"),
        ("settings", "setting"),
    ):
        terms = trail.terms(parameter, sort_terms(getattr(page, name).all()))
        yield FactGroup(page.field_labels()[name], tuple(LinkedTerm(*term) for term in terms))
    goals = tuple(LinkedTerm(str(goal)) for goal in sort_terms(page.programme_goals.all()))
    yield FactGroup(page.field_labels()["programme_goals"], goals)


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


def _summary(current: list[AdoptionReport]) -> tuple[StatusCount, ...]:
    """Count regions by status; the national value is no region."""
    statuses = [report.status for report in current if report.region.kind != RegionKind.NATIONAL]
    return count_statuses({status.value: statuses.count(status.value) for status in AdoptionStatus})


def _report(report: AdoptionReport) -> ReportRow:
    return ReportRow(
        date_label=str(report.valid_from),
        region_name=report.region.short_name_fi,
        status=report.status,
        status_label=str(report.get_status_display()),
        note=report.note,
    )


def _region_link(trail: Trail, region: Region) -> RegionLink:
    return RegionLink(str(region), trail.region_url(region.code))


def _contents(
    sections: tuple[Section, ...], *, resources: bool, risks: bool, development: bool, attachments: bool, adapted: bool
) -> Iterator[ContentsEntry]:
    for section in sections:
        yield ContentsEntry(section.anchor, section.title)
    for present, anchor, title in (
        (resources, "resources", _("Resources")),
        (risks, "risks", _("Risks and how they were handled")),
        (development, "development", _("Development path")),
        (adapted, "adapted", _("Adapted from the model")),
        (attachments, "attachments", _("Attachments and links")),
        (True, "adoption", _("Adoption in the regions")),
    ):
        if present:
            yield ContentsEntry(anchor, title)
