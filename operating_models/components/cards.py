"""A model in a list: what a card shows, made from the search's documents without reading the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import BigIntegerField, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from operating_models.components.breadcrumbs import address_of
from operating_models.models import AdoptionStatus, EvidenceLevel, OperatingModelPage
from operating_models.models.adoption import STEPS
from operating_models.models.presented import public_now
from search import catalogue, index_version
from search.models import Document
from search.terms import concepts
from search.terms.concepts import Concepts

FURTHEST_FIRST = (*reversed(STEPS), AdoptionStatus.ENDED)


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many regions have a status."""

    status: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class AdoptionStrip:
    """Adoption in short: a count for each status, the furthest first, and the same in words ("" when none)."""

    counts: tuple[StatusCount, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model in a list, in the reader's language where it has a text in that.

    ``language`` is that of the title and ``lead_language`` that of the lead; ``evidence_label`` is "" when nobody has
    assessed.
    """

    title: str
    url: str
    lead: str = ""
    language: str = "fi"
    lead_language: str = "fi"
    region_name: str = ""
    further_region_names: tuple[str, ...] = ()
    programme_labels: tuple[str, ...] = ()
    target_group_labels: tuple[str, ...] = ()
    adoption: AdoptionStrip = AdoptionStrip()
    evidence_label: str = ""
    review_due: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class LinkedValue:
    """A value of a facet with its count and the address of its search."""

    code: str
    label: str
    count: int
    url: str = ""
    selected: bool = False


def count_statuses(counts: Mapping[str, int]) -> tuple[StatusCount, ...]:
    """Return counts by status with labels, the furthest status first, without zeros."""
    return tuple(
        StatusCount(status.value, str(status.label), counts[status.value])
        for status in FURTHEST_FIRST
        if counts.get(status.value)
    )


def draw_strip(counts: Mapping[str, int], *, national: str = "") -> AdoptionStrip:
    """Say adoption in words: "in use in 6 regions, being piloted in 2"; ``national`` is the whole country's status."""
    return _draw_strip(tuple(counts.items()), national, get_language())


@lru_cache(maxsize=1_000)
def _draw_strip(counts: tuple[tuple[str, int], ...], national: str, _language: str | None) -> AdoptionStrip:
    """Draw a strip once for each language: most models of a list share theirs with many others."""
    statuses = count_statuses(dict(counts))
    words = [
        ngettext("%(status)s in %(count)d region", "%(status)s in %(count)d regions", entry.count)
        % {"status": entry.label, "count": entry.count}
        if number == 0
        else gettext("%(status)s in %(count)d") % {"status": entry.label, "count": entry.count}
        for number, entry in enumerate(statuses)
    ]
    if national:
        words.append(gettext("nationally: %(status)s") % {"status": AdoptionStatus(national).label})
    return AdoptionStrip(statuses, ", ".join(words))


def read_labels() -> Concepts:
    """Return the labels of concepts as they are now; one query, and more only when a vocabulary has changed."""
    return concepts.current(catalogue.current(), index_version.read())


def make_card(card: Mapping[str, object], url_path: str, request: HttpRequest, labels: Concepts) -> ModelCard:
    """Make a card of what a document holds; ``url_path`` is that column of its page.

    Labels are read by their codes, so that a renamed term shows at once.
    """
    language = get_language() or "fi"

    def named(vocabulary: str, codes: object) -> tuple[str, ...]:
        return tuple(labels.label(f"{vocabulary}:{code}", language) for code in codes)

    due = str(card.get("review_by") or "")
    evidence = str(card.get("evidence") or "")
    original = str(card["language"])
    title, lead = card.get("texts", {}).get(language, ("", "")) if language != original else ("", "")
    return ModelCard(
        title=title or str(card["title"]),
        url=address_of(url_path, request),
        lead=lead or str(card["lead"]),
        language=language if title else original,
        lead_language=language if lead else original,
        region_name=labels.label(f"region:{card['region']}", language),
        further_region_names=named("region", card["further_regions"]),
        programme_labels=named("programme", card["programmes"]),
        target_group_labels=named("target_group", card["target_groups"]),
        adoption=draw_strip(card["adoption"], national=str(card.get("national") or "")),
        evidence_label=str(EvidenceLevel(evidence).label) if evidence else "",
        review_due=bool(due) and date.fromisoformat(due) < timezone.localdate(),
        withdrawn=bool(card.get("withdrawn")),
    )


def cards_of(page_ids: Iterable[int], request: HttpRequest) -> dict[int, ModelCard]:
    """Return the cards of the findable ones of these pages by their keys; two queries."""
    labels = read_labels()
    return {
        page_id: make_card(document.card, document.page.url_path, request, labels)
        for page_id, document in documents_of(page_ids).items()
    }


def documents_of(page_ids: Iterable[int]) -> dict[int, Document]:
    """Return the documents of the findable ones of these pages by their keys, with the pages; one query."""
    found = Document.objects.filter(page_id__in=findable_ids()).filter(page_id__in=list(page_ids))
    return {document.page_id: document for document in found.select_related("page")}


MOST_KEY = BigIntegerField.MAX_BIGINT
"""The greatest number that a key can be; databases refuse to be asked for a greater one."""


def public_model(page_id: int) -> OperatingModelPage:
    """Return a model that everybody may read. Raises Http404 for every other one, so that drafts cannot be told."""
    public = OperatingModelPage.objects.filter(public_now(), pk__in=findable_ids())
    page = public.filter(pk=page_id).first() if page_id <= MOST_KEY else None
    if page is None:
        raise Http404
    return page


def findable_ids() -> QuerySet[Document]:
    """Return the keys of pages that the public may find now, for use in another query."""
    return Document.objects.filter(findable=True).exclude(expires_at__lte=timezone.now()).values("page_id")
