"""What an operating model says of itself to the search: published texts, codes and facts beside the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db.models import ManyToManyField, Model, QuerySet
from django.utils import timezone
from taggit.models import TagBase
from wagtail.blocks import StreamValue
from wagtail.models import Page

from operating_models.models.adoption import (
    IN_USE,
    AdoptionStatus,
    CurrentAdoption,
    current_adoptions,
    furthest_status,
)
from operating_models.models.evidence import NOT_ASSESSED, EvidenceAssessment, EvidenceLevel
from operating_models.models.facts import (
    ReviewDate,
    Withdrawal,
    review_by,
)
from operating_models.models.programmes import WITHOUT_PROGRAMME, Project
from operating_models.models.regions import Region, RegionKind
from operating_models.models.taxonomy import Term
from operating_models.models.texts import BODY, LABELS, LEAD, ROWS, TEXTS, TITLE, TextKind
from operating_models.models.vocabularies import VOCABULARIES
from operating_models.rich_text import plain_text
from operating_models.site_languages import ORIGINAL, PREFIXED
from search.findable import Entry, Passage

Grouped = TypeVar("Grouped")

SEARCHED_TEXTS = tuple(text for text in TEXTS if text.search_field)
RICH_TEXTS = tuple(text for text in SEARCHED_TEXTS if text.kind == TextKind.RICH)
PLAIN_TEXTS = tuple(text for text in SEARCHED_TEXTS if text.kind == TextKind.PLAIN)
TRANSLATED_TEXTS = tuple(text for text in SEARCHED_TEXTS if text.is_translated)

EVIDENCE_RANKS = {EvidenceLevel.NO_EFFECT: -1.0} | {
    level: float(level) for level in EvidenceLevel if level != EvidenceLevel.NO_EFFECT
}
"""Order of the sort by evidence: 5 … 1, then not assessed (0), then no effect."""

FINNISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}", "w": "v", "š": "s", "ž": "z"})
"""Å, ä and ö come after z, as the three characters that follow z in ASCII do, and w sorts as v (SFS 4600)."""
SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}", "é": "e"})
"""In Swedish w is a letter of its own (Svenska Akademiens ordlista since 2006)."""


def collation_key(title: str, language: str = ORIGINAL) -> str:
    """Return a string that sorts titles as a language of the site does: English has no letters after z."""
    folded = title.casefold()
    if language == "en":
        return "".join(char for char in unicodedata.normalize("NFD", folded) if not unicodedata.combining(char))
    return folded.translate(SWEDISH_ORDER if language == "sv" else FINNISH_ORDER)


@dataclass(frozen=True, slots=True)
class Material:
    """What stands beside the pages of one batch, read together: each mapping is by the page's key."""

    regions: Mapping[str, Region]
    """Region of origin by the path of its page."""
    terms: Mapping[str, Mapping[int, list[Term]]]
    """Terms by the name of the page's field, in their order."""
    tags: Mapping[int, list[TagBase]]
    rows: Mapping[str, Mapping[int, list[Model]]]
    """Rows of the page by the name of their relation, in their order."""
    projects: Mapping[int, Project]
    """Projects by their own key."""
    adoptions: Mapping[int, tuple[CurrentAdoption, ...]]
    evidence: Mapping[int, EvidenceAssessment]
    review_dates: Mapping[int, list[ReviewDate]]
    withdrawn: Set[int]
    """Keys of pages that have been withdrawn."""


class PageRow(NamedTuple):
    """The columns of a page that the search reads; to make an instance takes Wagtail longer than all of this."""

    pk: int
    path: str
    project_id: int | None
    original_language: str
    development: StreamValue
    first_published_at: datetime | None
    last_published_at: datetime | None
    expire_at: datetime | None
    texts: Mapping[str, str]
    """The searched texts by their names."""

    @property
    def path_above(self) -> str:
        """The path of the page above, which is a region's."""
        return self.path[: -Page.steplen]


COLUMNS = PageRow._fields[:-1]
TEXT_NAMES = tuple(text.name for text in SEARCHED_TEXTS)


def describe_all(pages: QuerySet[Page]) -> dict[int, Entry]:
    """Describe live operating models by their keys, with as many queries for many as for one."""
    rows = [
        PageRow(*values[: len(COLUMNS)], texts=dict(zip(TEXT_NAMES, values[len(COLUMNS) :], strict=True)))
        for values in pages.values_list(*COLUMNS, *TEXT_NAMES)
    ]
    if not rows:
        return {}
    material = _gather(rows, pages.model)
    return {page.pk: _describe(page, material) for page in rows}


def _gather(pages: Sequence[PageRow], model: type[Page]) -> Material:
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
            rows.relation: _group(
                ((row.page_id, row) for row in _rows_of(model, rows.relation, ids)),
                key=lambda row: row.sort_order or 0,
            )
            for rows in ROWS
        },
        projects=Project.objects.in_bulk({page.project_id for page in pages if page.project_id}),
        adoptions=current_adoptions(ids),
        evidence={row.page_id: row for row in EvidenceAssessment.objects.as_of().filter(page_id__in=ids)},
        review_dates=_group((row.page_id, row) for row in ReviewDate.objects.filter(page_id__in=ids).latest_first()),
        withdrawn=set(Withdrawal.objects.in_force().filter(page_id__in=ids).values_list("page_id", flat=True)),
    )


def _rows_of(model: type[Page], relation: str, ids: Sequence[int]) -> QuerySet[Model]:
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


def _group(
    pairs: Iterable[tuple[int, Grouped]], key: Callable[[Grouped], object] | None = None
) -> dict[int, list[Grouped]]:
    """Group rows by the page's key, in the order of ``key`` or else as they come."""
    groups: dict[int, list[Grouped]] = {}
    for page_id, row in pairs:
        groups.setdefault(page_id, []).append(row)
    return {page_id: sorted(rows, key=key) if key else rows for page_id, rows in groups.items()}


def _describe(page: PageRow, material: Material) -> Entry:
    """Describe a live page. Texts come from the published rows, facts from the rows beside the page."""

    def terms_of(name: str) -> list[Term]:
        return material.terms[name].get(page.pk, [])

    terms = {vocabulary.name: terms_of(vocabulary.relation) for vocabulary in VOCABULARIES if not vocabulary.is_single}
    region, further, programmes = material.regions[page.path_above], terms["region"], terms["programme"]
    terms["region"] = [region, *further]
    # A model of an investment is found by its programme too.
    with_parents = (term for programme in programmes for term in (programme.parent, programme) if term)
    terms["programme"] = list({term.code: term for term in with_parents}.values())
    project = material.projects.get(page.project_id)
    adoptions = material.adoptions.get(page.pk, ())
    status = furthest_status(adoptions)
    by_status = _count_by_status(adoptions)
    evidence = material.evidence.get(page.pk)
    published_on = timezone.localtime(page.last_published_at).date() if page.last_published_at else None
    due = review_by(published_on=published_on, override=next(iter(material.review_dates.get(page.pk, [])), None))
    first_published = page.first_published_at or page.last_published_at
    tags = material.tags.get(page.pk, [])
    texts = _texts_of_card(page, material)

    return Entry(
        passages=tuple(_passages(page, material, tags=[tag.name for tag in tags])),
        concepts=tuple(term.key for group in terms.values() for term in group),
        values={name: tuple(term.code for term in group) for name, group in terms.items()}
        | {
            "programme": tuple(term.code for term in terms["programme"]) or (WITHOUT_PROGRAMME,),
            "used_in": tuple(adoption.region_code for adoption in adoptions if adoption.status in IN_USE),
            "status": (status.value,) if status else (),
            "evidence": (evidence.level if evidence else NOT_ASSESSED,),
            "language": (page.original_language, *texts),
            "project": (project.code,) if project else (),
            "tag": tuple(tag.slug for tag in tags),
        },
        sort_keys={
            "newest": first_published.timestamp() if first_published else 0.0,
            "most_used": float(sum(by_status.get(step.value, 0) for step in IN_USE)),
            "evidence": EVIDENCE_RANKS[EvidenceLevel(evidence.level)] if evidence else 0.0,
            **_title_keys(page.texts["title"], texts),
        },
        card={
            "title": page.texts["title"],
            "lead": page.texts["lead"],
            "language": page.original_language,
            "texts": texts,
            "region": region.code,
            "further_regions": [other.code for other in further],
            "programmes": [programme.code for programme in programmes],
            "target_groups": [term.code for term in terms["target_group"]],
            "adoption": by_status,
            "national": next((a.status.value for a in adoptions if a.region_kind == RegionKind.NATIONAL), ""),
            "evidence": evidence.level if evidence else "",
            "review_by": due.isoformat() if due else "",
            "withdrawn": page.pk in material.withdrawn,
        },
        expires_at=page.expire_at,
    )


def _title_keys(title: str, texts: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the keys by which readers of each language of the site find the titles in order."""
    own = {language: collation_key(texts.get(language, [title])[0] or title, language) for language in PREFIXED}
    return {"title": collation_key(title)} | {f"title_{language}": key for language, key in own.items()}


def _texts_of_card(page: PageRow, material: Material) -> dict[str, list[str]]:
    """Return title and lead in other languages, by language."""
    kinds = [kind for kind in ROWS if kind.is_translation]
    rows = [row for kind in kinds for row in material.rows[kind.relation].get(page.pk, [])]
    return {row.language: [row.title, row.lead] for row in rows}


def _count_by_status(adoptions: tuple[CurrentAdoption, ...]) -> dict[str, int]:
    """Count regions by status, without the national value, which is no region."""
    regional = [adoption.status for adoption in adoptions if adoption.region_kind != RegionKind.NATIONAL]
    return {status.value: regional.count(status) for status in AdoptionStatus if status in regional}


def _passages(page: PageRow, material: Material, *, tags: list[str]) -> Iterator[Passage]:
    language = page.original_language
    rows = {name: found.get(page.pk, []) for name, found in material.rows.items()}
    yield Passage(TITLE, page.texts["title"], language)
    yield Passage(LEAD, page.texts["lead"], language)
    if tags:
        yield Passage(LABELS, ", ".join(tags))
    if page.project_id:
        yield Passage(LABELS, material.projects[page.project_id].name_fi)
    for text in RICH_TEXTS:
        yield from _body(plain_text(page.texts[text.name]), language)
    for phase in page.development:
        yield from _body(f"{phase.value['heading']} {plain_text(str(phase.value['text']))}", language)
    for line in _lines(page, rows):
        yield from _body(line, language)
    for kind in ROWS:
        if kind.is_translation:
            for row in rows[kind.relation]:
                yield from _translation(row)


def _translation(row: Model) -> Iterator[Passage]:
    for text in TRANSLATED_TEXTS:
        told = getattr(row, text.name)
        if text.search_field == BODY:
            yield from _body(plain_text(told), row.language)
        else:
            yield Passage(text.search_field, told, row.language)


def _lines(page: PageRow, rows: Mapping[str, list[Model]]) -> Iterator[str]:
    """Yield the short texts of the page and of its rows."""
    joined: dict[str, list[str]] = {}
    for text in PLAIN_TEXTS:
        if text.search_line:
            joined.setdefault(text.search_line, []).append(page.texts[text.name])
        elif text.search_field == BODY:
            yield page.texts[text.name]
    for kind in ROWS:
        if not kind.is_translation:
            yield from map(kind.searched_line, rows[kind.relation])
    for told in joined.values():
        yield ", ".join(filter(None, told))


def _body(text: str, language: str) -> Iterator[Passage]:
    if text.strip():
        yield Passage(BODY, text, language)
