"""What an operating model says of itself to the search: published texts, codes and facts beside the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.db.models import ManyToManyField, Model, QuerySet
from django.utils import timezone
from wagtail.blocks import StreamValue
from wagtail.models import Page

from operating_models.models.adoption import (
    IN_USE,
    USING,
    AdoptionStatus,
    CurrentAdoption,
    current_adoptions,
    furthest_status,
)
from operating_models.models.facts import (
    NOT_ASSESSED,
    EvidenceAssessment,
    EvidenceLevel,
    ReviewDate,
    Withdrawal,
    review_by,
)
from operating_models.models.programmes import Project
from operating_models.models.publishing import CORE_TEXTS
from operating_models.models.regions import Region, RegionKind
from operating_models.models.taxonomy import Term
from search.findable import Entry, Passage

if TYPE_CHECKING:
    from taggit.models import TagBase as Tag

    from operating_models.models.pages import OperatingModelPage

Row = TypeVar("Row")

ROWS = ("outcomes", "resources", "risks", "attachments", "links", "texts")
"""Relations of the page's rows whose words the search reads."""

TITLE, LEAD, LABELS, BODY = "title", "lead", "labels", "body"
"""Names of the search's fields; their weights stand in the catalogue."""

EVIDENCE_RANKS = {EvidenceLevel.NO_EFFECT: -1.0} | {
    level: float(level) for level in EvidenceLevel if level != EvidenceLevel.NO_EFFECT
}
"""Order of the sort by evidence: 5 … 1, then not assessed (0), then no effect."""

FINNISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}", "w": "v", "š": "s", "ž": "z"})
"""Å, ä and ö come after z, as the three characters that follow z in ASCII do, and w sorts as v (SFS 4600)."""


_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
"""Tags and comments of rich text as the editor writes it, with < and > escaped in texts and attributes."""


def plain_text(html: str) -> str:
    """Return rich text without markup, with a space in place of each tag.

    An expression, because a parser took a sixth of the time that a page's indexing takes.
    """
    return " ".join(unescape(_MARKUP.sub(" ", html)).split())


def collation_key(title: str) -> str:
    """Return a string that sorts titles as Finnish does."""
    return title.casefold().translate(FINNISH_ORDER)


@dataclass(frozen=True, slots=True)
class Material:
    """What stands beside the pages of one batch, read together: each mapping is by the page's key."""

    regions: Mapping[str, Region]
    """Region of origin by the path of its page."""
    terms: Mapping[str, Mapping[int, list[Term]]]
    """Terms by the name of the page's field, in their order."""
    tags: Mapping[int, list[Tag]]
    rows: Mapping[str, Mapping[int, list[Model]]]
    """Rows of the page by the name of their relation, in their order."""
    projects: Mapping[int, Project]
    """Projects by their own key."""
    adoptions: Mapping[int, tuple[CurrentAdoption, ...]]
    evidence: Mapping[int, list[EvidenceAssessment]]
    review_dates: Mapping[int, list[ReviewDate]]
    withdrawn: Set[int]
    """Keys of pages that have been withdrawn."""


class PageRow(NamedTuple):
    """The columns of a page that the search reads; to make an instance takes Wagtail longer than all of this."""

    pk: int
    path: str
    project_id: int | None
    original_language: str
    title: str
    lead: str
    idea: str
    context: str
    client_insight: str
    conditions: str
    evaluation: str
    development: StreamValue
    place: str
    contact_organisation: str
    contact_unit: str
    first_published_at: datetime | None
    last_published_at: datetime | None
    expire_at: datetime | None

    @property
    def path_above(self) -> str:
        """The path of the page above, which is a region's."""
        return self.path[: -Page.steplen]


def describe_all(pages: QuerySet[OperatingModelPage]) -> dict[int, Entry]:
    """Describe live pages by their keys, with as many queries for many as for one."""
    rows = list(map(PageRow._make, pages.values_list(*PageRow._fields)))
    if not rows:
        return {}
    material = _gather(rows, pages.model)
    return {page.pk: _describe(page, material) for page in rows}


def _gather(pages: Sequence[PageRow], model: type[OperatingModelPage]) -> Material:
    ids = [page.pk for page in pages]
    parents = {page.path_above for page in pages}
    region_page = model.clean_parent_page_models()[0]
    fields = {field.name: field for field in model._meta.many_to_many if issubclass(field.related_model, Term)}
    return Material(
        regions={
            above.path: above.region for above in region_page.objects.filter(path__in=parents).select_related("region")
        },
        terms={name: _group_terms(field, ids) for name, field in fields.items()},
        tags=_group(
            ((row.content_object_id, row.tag) for row in _rows_of(model, "tagged_items", ids).select_related("tag")),
            key=lambda tag: (tag.name, tag.pk),
        ),
        rows={
            name: _group(
                ((row.page_id, row) for row in _rows_of(model, name, ids)), key=lambda row: row.sort_order or 0
            )
            for name in ROWS
        },
        projects=Project.objects.in_bulk({page.project_id for page in pages if page.project_id}),
        adoptions=current_adoptions(ids),
        evidence=_group((row.page_id, row) for row in EvidenceAssessment.objects.filter(page_id__in=ids)),
        review_dates=_group((row.page_id, row) for row in ReviewDate.objects.filter(page_id__in=ids).latest_first()),
        withdrawn=set(Withdrawal.objects.in_force().filter(page_id__in=ids).values_list("page_id", flat=True)),
    )


def _rows_of(model: type[OperatingModelPage], relation: str, ids: Sequence[int]) -> QuerySet[Model]:
    """Return the rows of pages of one relation; attachments with the documents that name them."""
    found = model._meta.get_field(relation)
    rows = found.related_model.objects.filter(**{f"{found.field.name}_id__in": ids})
    return rows.select_related("document") if relation == "attachments" else rows


def _group_terms(field: ManyToManyField, ids: Sequence[int]) -> dict[int, list[Term]]:
    """Return the terms of pages in one of their fields: each term is read once, however many pages have it."""
    source, target = field.m2m_column_name(), field.m2m_reverse_name()
    rows = field.remote_field.through.objects.filter(**{f"{source}__in": ids})
    pairs = list(rows.values_list(source, target))
    with_parent = ("parent",) if field.name == "programmes" else ()
    terms = field.related_model.objects.select_related(*with_parent).in_bulk({term_id for _, term_id in pairs})
    return _group(((page_id, terms[term_id]) for page_id, term_id in pairs), key=lambda term: (term.order, term.code))


def _group(pairs: Iterable[tuple[int, Row]], key: Callable[[Row], object] | None = None) -> dict[int, list[Row]]:
    """Group rows by the page's key, in the order of ``key`` or else as they come."""
    groups: dict[int, list[Row]] = {}
    for page_id, row in pairs:
        groups.setdefault(page_id, []).append(row)
    return {page_id: sorted(rows, key=key) if key else rows for page_id, rows in groups.items()}


def _describe(page: PageRow, material: Material) -> Entry:
    """Describe a live page. Texts come from the published rows, facts from the rows beside the page."""

    def terms_of(name: str) -> list[Term]:
        return material.terms[name].get(page.pk, [])

    region = material.regions[page.path_above]
    further = terms_of("further_regions")
    programmes = terms_of("programmes")
    with_parents = {term.code: term for programme in programmes for term in (programme.parent, programme) if term}
    terms: dict[str, list[Term]] = {
        "region": [region, *further],
        "target_group": terms_of("target_groups"),
        "theme": terms_of("themes"),
        "service_class": terms_of("service_classes"),
        "setting": terms_of("settings"),
        "programme": list(with_parents.values()),
    }
    goals = terms_of("programme_goals")
    project = material.projects.get(page.project_id) if page.project_id else None
    adoptions = material.adoptions.get(page.pk, ())
    status = furthest_status(adoptions)
    evidence = next(iter(material.evidence.get(page.pk, [])), None)
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    due = review_by(published_on=published_on, override=next(iter(material.review_dates.get(page.pk, [])), None))
    first_published = page.first_published_at or page.last_published_at
    tags = material.tags.get(page.pk, [])

    return Entry(
        passages=tuple(_passages(page, material, tags=[tag.name for tag in tags])),
        concepts=tuple(term.key for group in (*terms.values(), goals) for term in group),
        values={name: tuple(term.code for term in group) for name, group in terms.items()}
        | {
            "used_in": tuple(adoption.region_code for adoption in adoptions if adoption.status in USING),
            "status": (status.value,) if status else (),
            "evidence": (evidence.level if evidence else NOT_ASSESSED,),
            "programme_goal": tuple(goal.code for goal in goals),
            "project": (project.code,) if project else (),
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
            "withdrawn": page.pk in material.withdrawn,
        },
        expires_at=page.expire_at,
    )


def _count_in_use(adoptions: tuple[CurrentAdoption, ...]) -> int:
    return sum(a.status in IN_USE and a.region_kind != RegionKind.NATIONAL for a in adoptions)


def _count_by_status(adoptions: tuple[CurrentAdoption, ...]) -> dict[str, int]:
    """Count regions by status, without the national value, which is no region."""
    regional = [adoption.status for adoption in adoptions if adoption.region_kind != RegionKind.NATIONAL]
    return {status.value: regional.count(status) for status in AdoptionStatus if status in regional}


def _passages(page: PageRow, material: Material, *, tags: list[str]) -> Iterator[Passage]:
    language = page.original_language
    rows = {name: found.get(page.pk, []) for name, found in material.rows.items()}
    yield Passage(TITLE, page.title, language)
    yield Passage(LEAD, page.lead, language)
    if tags:
        yield Passage(LABELS, ", ".join(tags))
    if page.project_id:
        yield Passage(LABELS, material.projects[page.project_id].name_fi)
    for name in CORE_TEXTS:
        yield from _body(plain_text(getattr(page, name)), language)
    for phase in page.development:
        yield from _body(plain_text(f"{phase.value['heading']} {phase.value['text']}"), language)
    for line in _lines(page, rows):
        yield from _body(line, language)
    for text in rows["texts"]:
        yield Passage(TITLE, text.title, text.language)
        yield Passage(LEAD, text.lead, text.language)
        for name in CORE_TEXTS:
            yield from _body(plain_text(getattr(text, name)), text.language)


def _lines(page: PageRow, rows: Mapping[str, list[Model]]) -> Iterator[str]:
    """Yield the short texts of the page's rows and of its facts box."""
    yield page.place
    for outcome in rows["outcomes"]:
        yield f"{outcome.measure}. {outcome.note}"
    for resource in rows["resources"]:
        yield resource.description
    for risk in rows["risks"]:
        yield f"{risk.risk} {risk.handling}"
    for attachment in rows["attachments"]:
        yield str(attachment)
    for link in rows["links"]:
        yield link.title
    yield f"{page.contact_organisation}, {page.contact_unit}".strip(", ")


def _body(text: str, language: str) -> Iterator[Passage]:
    if text.strip():
        yield Passage(BODY, text, language)
