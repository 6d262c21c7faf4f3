"""The page of a model as a reader meets it: idea, for whom, conditions, results, and facts beside the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from operating_models.blocks import Phase
from operating_models.components.adoption import (
    adoption_rows,
    count_regions,
    day_label,
    draw_map,
    report_rows,
    with_all_said,
)
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.cards import ModelCard, cards_of
from operating_models.components.languages import chosen_text, language_links
from operating_models.components.outcomes import outcome_row
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
from operating_models.pages.model_view import (
    Actions,
    Contact,
    Evidence,
    FactGroup,
    File,
    LinkedTerm,
    ModelView,
    Note,
    Picture,
    RegionLink,
    ResourceRow,
    RiskRow,
    Section,
    SimilarModel,
    WebLink,
    Withdrawn,
)
from operating_models.replication import addresses, family
from operating_models.replication.family import Kin, Member
from search.finding.similar import Similar

SIMILAR_MODELS = 4
"""Similar models that a page shows."""

SECTIONS = sorted((text for text in TEXTS if text.page_place), key=lambda text: text.page_place)
"""Texts that are sections of the page, in the reader's order."""
FACTS = sorted((one for one in VOCABULARIES if one.facts_place), key=lambda one: one.facts_place)
"""Vocabularies in the facts box."""
ADAPTATION = tuple(text.name for text in TEXTS if text.name.startswith("adaptation_"))


@dataclass(frozen=True, slots=True)
class _Standing:
    """The reports of a model, the newest first, and those of them that hold today, by region."""

    reports: tuple[AdoptionReport, ...]
    current: tuple[AdoptionReport, ...]


@dataclass(frozen=True, slots=True)
class _Relatives:
    """Models that belong to a model: ``source`` is the card of the one that it was adapted from.

    ``is_public`` tells whether readers may find the model itself.
    """

    is_public: bool
    source: ModelCard | None
    family: Member | None
    similar: tuple[SimilarModel, ...]


def read(
    page: OperatingModelPage, request: HttpRequest, links: RegionalLinks, *, kin: Kin, near: Sequence[Similar]
) -> ModelView:
    """Read a model's page, published or draft, with the facts beside it; ``near`` are the pages most like it."""
    text = chosen_text(page, request)
    source: OperatingModelPage | Text = text or page
    language = text.language if text else page.original_language
    standing = _standing(page)
    own_card = ModelCard(source.title, "", region_name=str(links.origin))
    relatives = _relatives(page, request, kin, near, own_card)
    withdrawn = _withdrawn(page, request)
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    override = ReviewDate.objects.filter(page_id=page.pk).latest_first().first()
    due = review_by(published_on=published_on, override=override)
    return ModelView(
        key=page.pk,
        title=source.title,
        lead=source.lead,
        language=language,
        withdrawn=withdrawn,
        region=_region_link(links, links.origin),
        further_regions=tuple(_region_link(links, region) for region in sort_terms(page.further_regions.all())),
        place=page.place,
        programmes=tuple(LinkedTerm(*term) for term in links.terms("programme", sort_terms(page.programmes.all()))),
        project=str(page.project or ""),
        funders=page.funders,
        updated=published_on,
        review_by=due,
        review_due=bool(due and due < timezone.localdate()),
        sections=tuple(_sections(page, source, has_outcomes=page.outcomes.exists())),
        outcomes=tuple(outcome_row(row) for row in page.outcomes.all()),
        resources=tuple(_resources(page)),
        risks=tuple(RiskRow(row.risk, row.handling) for row in page.risks.all()),
        development=tuple(_phases(page)),
        attachments=tuple(_files(page)),
        links=tuple(WebLink(row.title, row.url) for row in page.links.all()),
        image=_picture(page),
        video_url=page.video_url,
        adapted_from=LinkedTerm(relatives.source.title, relatives.source.url) if relatives.source else None,
        adaptation_notes=tuple(_adaptation_notes(page)),
        difference_url=addresses.of_difference(page.pk) if relatives.source and relatives.is_public else "",
        family=relatives.family,
        similar=relatives.similar,
        actions=_actions(page, is_withdrawn=withdrawn is not None) if relatives.is_public else None,
        facts=tuple(_facts(page, links)),
        tags=tuple(_tags(page, links)),
        contact=_contact(page),
        evidence=_evidence(page),
        adoption=tuple(adoption_rows(standing.current, links)),
        adoption_summary=count_regions(standing.current),
        adoption_map=draw_map(standing.current, links),
        reports=report_rows(standing.reports),
        other_languages=tuple(language_links(page, request, shown=language)),
        is_preview=request.is_preview,
    )


def _standing(page: OperatingModelPage) -> _Standing:
    """Read the ledger. A page that has never been saved is previewed too: its key is None and nobody's."""
    ledger = AdoptionReport.objects.of_pages([page.pk])
    reports = tuple(with_all_said(ledger.newest_first()))
    by_key = {report.pk: report for report in reports}
    in_order = ledger.as_of().order_by("region__order", "region__code").values_list("pk", flat=True)
    return _Standing(reports, tuple(by_key[key] for key in in_order if key in by_key))


def _relatives(
    page: OperatingModelPage, request: HttpRequest, kin: Kin, near: Sequence[Similar], own_card: ModelCard
) -> _Relatives:
    """Read the cards of related models; ``own_card`` is drawn in the family of a model that readers may not find."""
    cards = cards_of([*kin.members, *(one.page_id for one in near)], request)
    drawn = {kin.page_id: own_card} | cards
    return _Relatives(
        is_public=page.pk in cards,
        source=cards.get(page.adapted_from_id or 0),
        family=family.draw(kin, drawn, family.read_changes(kin)),
        similar=tuple(_similar_models(page, near, cards)),
    )


def _resources(page: OperatingModelPage) -> Iterator[ResourceRow]:
    for row in page.resources.all():
        yield ResourceRow(row.get_kind_display(), row.get_need_display(), row.description, row.cost)


def _tags(page: OperatingModelPage, links: RegionalLinks) -> Iterator[LinkedTerm]:
    for tag in sorted(page.tags.all(), key=lambda tag: tag.name):
        yield LinkedTerm(tag.name, links.search_url(tag=tag.slug))


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
        if document := row.document:
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


def _facts(page: OperatingModelPage, links: RegionalLinks) -> Iterator[FactGroup]:
    for vocabulary in FACTS:
        terms = sort_terms(getattr(page, vocabulary.relation).all())
        # The values of an unlisted facet have no list that a link could lead to.
        linked = links.terms(vocabulary.name, terms) if vocabulary.is_listed else ((str(term),) for term in terms)
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


def _region_link(links: RegionalLinks, region: Region) -> RegionLink:
    return RegionLink(str(region), links.region_url(region.code))
