"""What an operating model says of itself to the search: published texts, codes and facts beside the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from django.utils import timezone

from operating_models.models.adoption import (
    IN_USE,
    USING,
    AdoptionStatus,
    CurrentAdoption,
    current_adoptions,
    furthest_status,
)
from operating_models.models.facts import NOT_ASSESSED, EvidenceLevel, review_by
from operating_models.models.publishing import CORE_TEXTS
from operating_models.models.regions import RegionKind
from operating_models.models.taxonomy import Term, sort_terms
from search.findable import Entry, Passage

if TYPE_CHECKING:
    from operating_models.models.pages import OperatingModelPage

TITLE, LEAD, LABELS, BODY = "title", "lead", "labels", "body"
"""Names of the search's fields; their weights stand in the catalogue."""

EVIDENCE_RANKS = {EvidenceLevel.NO_EFFECT: -1.0} | {
    level: float(level) for level in EvidenceLevel if level != EvidenceLevel.NO_EFFECT
}
"""Order of the sort by evidence: 5 … 1, then not assessed (0), then no effect."""

FINNISH_ORDER = str.maketrans({"å": "z1", "ä": "z2", "ö": "z3", "w": "v", "š": "s", "ž": "z"})
"""Å, ä and ö come after z, and w sorts as v (SFS 4600)."""


def plain_text(html: str) -> str:
    """Return rich text without markup, with a space between its blocks."""
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def collation_key(title: str) -> str:
    """Return a string that sorts titles as Finnish does."""
    return title.casefold().translate(FINNISH_ORDER)


def describe(page: OperatingModelPage) -> Entry:
    """Describe the live page. Texts come from the published rows, facts from the rows beside the page."""
    region = page.region
    further = sort_terms(page.further_regions.all())
    programmes = sort_terms(page.programmes.all())
    with_parents = {term.code: term for programme in programmes for term in (programme.parent, programme) if term}
    terms: dict[str, list[Term]] = {
        "region": [region, *further],
        "target_group": sort_terms(page.target_groups.all()),
        "theme": sort_terms(page.themes.all()),
        "service_class": sort_terms(page.service_classes.all()),
        "setting": sort_terms(page.settings.all()),
        "programme": list(with_parents.values()),
    }
    goals = sort_terms(page.programme_goals.all())
    adoptions = current_adoptions([page.pk]).get(page.pk, ())
    status = furthest_status(adoptions)
    evidence = page.evidence_assessments.first()
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    due = review_by(published_on=published_on, overrides=page.review_dates.all())
    first_published = page.first_published_at or page.last_published_at
    tags = sorted(page.tags.all(), key=lambda tag: (tag.name, tag.pk))

    return Entry(
        passages=tuple(_passages(page, tags=[tag.name for tag in tags])),
        concepts=tuple(term.key for group in (*terms.values(), goals) for term in group),
        values={name: tuple(term.code for term in group) for name, group in terms.items()}
        | {
            "used_in": tuple(adoption.region_code for adoption in adoptions if adoption.status in USING),
            "status": (status.value,) if status else (),
            "evidence": (evidence.level if evidence else NOT_ASSESSED,),
            "tag": tuple(tag.slug for tag in tags),
        },
        sort_keys={
            "newest": first_published.timestamp() if first_published else 0.0,
            "most_used": float(_count_in_use(adoptions)),
            "evidence": EVIDENCE_RANKS[EvidenceLevel(evidence.level)] if evidence else 0.0,
            "title": collation_key(page.title),
        },
        card={
            "title": page.title,
            "lead": page.lead,
            "language": page.original_language,
            "region": region.code,
            "further_regions": [other.code for other in further],
            "programmes": [programme.code for programme in programmes],
            "target_groups": [term.code for term in terms["target_group"]],
            "adoption": _count_by_status(adoptions),
            "national": next((a.status.value for a in adoptions if a.region_kind == RegionKind.NATIONAL), ""),
            "evidence": evidence.level if evidence else "",
            "review_by": due.isoformat() if due else "",
        },
        expires_at=page.expire_at,
    )


def _count_in_use(adoptions: tuple[CurrentAdoption, ...]) -> int:
    return sum(a.status in IN_USE and a.region_kind != RegionKind.NATIONAL for a in adoptions)


def _count_by_status(adoptions: tuple[CurrentAdoption, ...]) -> dict[str, int]:
    """Count regions by status, without the national value, which is no region."""
    regional = [adoption.status for adoption in adoptions if adoption.region_kind != RegionKind.NATIONAL]
    return {status.value: regional.count(status) for status in AdoptionStatus if status in regional}


def _passages(page: OperatingModelPage, *, tags: list[str]) -> Iterator[Passage]:
    language = page.original_language
    yield Passage(TITLE, page.title, language)
    yield Passage(LEAD, page.lead, language)
    if tags:
        yield Passage(LABELS, ", ".join(tags))
    if page.project:
        yield Passage(LABELS, page.project.name_fi)
    for name in CORE_TEXTS:
        yield from _body(plain_text(getattr(page, name)), language)
    for phase in page.development:
        yield from _body(plain_text(f"{phase.value['heading']} {phase.value['text']}"), language)
    for line in _lines(page):
        yield from _body(line, language)
    for text in page.texts.all():
        yield Passage(TITLE, text.title, text.language)
        yield Passage(LEAD, text.lead, text.language)
        for name in CORE_TEXTS:
            yield from _body(plain_text(getattr(text, name)), text.language)


def _lines(page: OperatingModelPage) -> Iterator[str]:
    """Yield the short texts of the page's rows and of its facts box."""
    yield page.place
    for outcome in page.outcomes.all():
        yield f"{outcome.measure}. {outcome.note}"
    for resource in page.resources.all():
        yield resource.description
    for risk in page.risks.all():
        yield f"{risk.risk} {risk.handling}"
    for attachment in page.attachments.all():
        yield str(attachment)
    for link in page.links.all():
        yield link.title
    yield f"{page.contact_organisation}, {page.contact_unit}".strip(", ")


def _body(text: str, language: str) -> Iterator[Passage]:
    if text.strip():
        yield Passage(BODY, text, language)
