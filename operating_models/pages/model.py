"""The page of a model as a reader meets it: idea, for whom, conditions, results, and facts beside the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from operating_models.blocks import Phase
from operating_models.components.adoption import (
    LabelledText,
    ReportRow,
    count_regions,
    draw_map,
    report_rows,
    with_all_said,
)
from operating_models.components.breadcrumbs import LabelledLink, LinkGroup, RegionalLinks
from operating_models.components.cards import ModelCard, cards_of
from operating_models.components.languages import chosen_text, language_links, say_what_is_missing
from operating_models.components.outcomes import OutcomeTable, outcome_row
from operating_models.models import (
    TEXTS,
    VOCABULARIES,
    AdoptionReport,
    EvidenceAssessment,
    OperatingModelPage,
    ReviewDate,
    Text,
    Withdrawal,
)
from operating_models.models.facts import review_by
from operating_models.models.taxonomy import sort_terms
from operating_models.pages.model_view import Actions, ModelView, Section, SimilarModel
from operating_models.replication import addresses, family
from operating_models.replication.family import Kin
from operating_models.rich_text import is_blank
from search.finding.similar import Similar

SIMILAR_MODELS = 4
"""Similar models that a page shows."""

SECTIONS = sorted((text for text in TEXTS if text.page_place), key=lambda text: text.page_place)
"""Texts that are sections of the page, in the reader's order."""
FACTS = sorted((one for one in VOCABULARIES if one.facts_place), key=lambda one: one.facts_place)
"""Vocabularies in the facts box."""
ADAPTATION = tuple(text.name for text in TEXTS if text.name.startswith("adaptation_"))


def read(
    page: OperatingModelPage, request: HttpRequest, links: RegionalLinks, *, kin: Kin, near: Sequence[Similar]
) -> ModelView:
    """Read a model's page, published or draft, with the facts beside it; ``near`` are the pages most like it."""
    text = chosen_text(page, request)
    holder: OperatingModelPage | Text = text or page
    language = text.language if text else page.original_language
    reports, current = _read_reports(page)
    cards = cards_of([*kin.members, *(one.page_id for one in near)], request)
    # The page itself is drawn in its family also while readers may not find it.
    drawn = {kin.page_id: ModelCard(holder.title, "", region_name=str(links.origin))} | cards
    is_public = page.pk in cards
    source = cards.get(page.adapted_from_id or 0)
    withdrawal = Withdrawal.objects.in_force().filter(page_id=page.pk).first()
    successor_id = withdrawal.successor_id if withdrawal else None
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    sections = tuple(_sections(page, holder, language, has_outcomes=page.outcomes.exists()))
    development = tuple(_phases(page))
    texts = [one for one in (*sections, *development) if one.html]
    override = ReviewDate.objects.filter(page_id=page.pk).latest_first().first()
    return ModelView(
        title=holder.title,
        lead=holder.lead,
        language=language,
        original_language=page.original_language,
        missing=say_what_is_missing(page, shown=language, languages=[one.language for one in texts]),
        withdrawal=withdrawal,
        successor=cards_of([successor_id], request).get(successor_id) if successor_id else None,
        regions=links.of_regions([links.origin, *sort_terms(page.further_regions.all())]),
        programmes=links.of_terms("programme", sort_terms(page.programmes.all())),
        project=str(page.project or ""),
        updated=published_on,
        review_by=review_by(published_on=published_on, override=override),
        sections=sections,
        outcomes=OutcomeTable(tuple(outcome_row(row) for row in page.outcomes.all())),
        resources=tuple(page.resources.all()),
        risks=tuple(page.risks.all()),
        development=development,
        attachments=tuple(page.attachments.exclude(document=None).select_related("document")),
        links=tuple(page.links.all()),
        image=page.image and page.image.get_rendition("max-1200x900"),
        has_video=bool(page.video_url),
        source=source,
        adaptation_notes=tuple(_adaptation_notes(page)),
        difference_url=addresses.of_difference(page.pk) if source and is_public else "",
        family=family.draw(kin, drawn, family.read_changes(kin)),
        similar=tuple(_similar_models(page, near, cards)),
        actions=_actions(page) if is_public else None,
        facts=tuple(_facts(page, links)),
        tags=tuple(
            LabelledLink(tag.name, links.search_url(tag=tag.slug))
            for tag in sorted(page.tags.all(), key=lambda tag: tag.name)
        ),
        evidence=EvidenceAssessment.objects.as_of().filter(page_id=page.pk).first(),
        adoption=tuple(ReportRow(report, region_url=links.region_url(report.region.code)) for report in current),
        adoption_summary=count_regions(current),
        adoption_map=draw_map(current, links),
        reports=report_rows(reports),
        other_languages=tuple(language_links(page, request, shown=language)),
    )


def _read_reports(page: OperatingModelPage) -> tuple[list[AdoptionReport], list[AdoptionReport]]:
    """Return the reports of a model, the newest first, and those of them that hold today, by region.

    A page that has never been saved is previewed too: its key is None and nobody's.
    """
    ledger = AdoptionReport.objects.of_pages([page.pk])
    reports = list(with_all_said(ledger.newest_first()))
    by_key = {report.pk: report for report in reports}
    in_order = ledger.as_of().order_by("region__order", "region__code").values_list("pk", flat=True)
    return reports, [by_key[key] for key in in_order if key in by_key]


def _sections(
    page: OperatingModelPage, holder: OperatingModelPage | Text, language: str, *, has_outcomes: bool
) -> Iterator[Section]:
    """Yield the core texts that have content, in the reader's order; results also when there are only outcome rows.

    What the holder does not have in its language is told in the original one.
    """
    titles = page.field_labels()
    for text in SECTIONS:
        texts = ((getattr(holder, text.name), language), (getattr(page, text.name), page.original_language))
        html, own = next((one for one in texts if not is_blank(one[0])), ("", ""))
        if html:
            yield Section(text.anchor, titles[text.name], SafeString(expand_db_html(html)), own)
        elif text.name == "evaluation" and has_outcomes:
            yield Section(text.anchor, titles[text.name])


def _phases(page: OperatingModelPage) -> Iterator[Section]:
    for number, block in enumerate(page.development, start=1):
        title = block.value["heading"] or str(Phase(block.block_type).label)
        html = SafeString(expand_db_html(block.value["text"].source))
        yield Section(
            f"phase-{number}",
            title,
            html,
            page.original_language,
            title_language=page.original_language if block.value["heading"] else "",
        )


def _similar_models(
    page: OperatingModelPage, near: Sequence[Similar], cards: Mapping[int, ModelCard]
) -> Iterator[SimilarModel]:
    """Yield the most similar models that readers may find and that are not withdrawn: what stands here is proposed."""
    proposed = (one for one in near if one.page_id in cards and not cards[one.page_id].withdrawn)
    for one in islice(proposed, SIMILAR_MODELS):
        url = addresses.of_comparison([page.pk, one.page_id])
        yield SimilarModel(cards[one.page_id], one.concepts, url)


def _actions(page: OperatingModelPage) -> Actions:
    adapt_url = addresses.of_adapting(page.pk)
    return Actions(adapt_url, addresses.of_login(adapt_url), addresses.of_comparison([page.pk]))


def _adaptation_notes(page: OperatingModelPage) -> Iterator[LabelledText]:
    for name in ADAPTATION:
        if text := getattr(page, name).strip():
            yield LabelledText(page.field_labels()[name], text)


def _facts(page: OperatingModelPage, links: RegionalLinks) -> Iterator[LinkGroup]:
    for vocabulary in FACTS:
        terms = sort_terms(getattr(page, vocabulary.relation).all())
        # The values of an unlisted facet have no list that a link could lead to.
        unlinked = tuple(LabelledLink(str(term)) for term in terms)
        linked = links.of_terms(vocabulary.name, terms) if vocabulary.is_listed else unlinked
        yield LinkGroup(page.field_labels()[vocabulary.relation], linked)
