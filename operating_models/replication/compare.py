"""Two to four models side by side; the whole state stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from operating_models.components.cards import MOST_KEY, ModelCard, documents_of, make_card, read_labels
from operating_models.components.outcomes import outcome_row
from operating_models.models import TEXTS, VOCABULARIES, EvidenceAssessment, EvidenceLevel, OperatingModelPage, Outcome
from operating_models.models.presented import public_now
from operating_models.models.texts import ROW, TextKind, join_told
from operating_models.replication import addresses
from operating_models.replication.addresses import ADD, MODEL, ONLY_DIFFERENCES
from operating_models.rich_text import is_blank
from search.finding.results import Hit
from search.models import Document
from search.terms.concepts import Concepts

COMPARED_TEXTS = sorted((text for text in TEXTS if text.compared_place), key=lambda text: text.compared_place)
COMPARED_VOCABULARIES = sorted((one for one in VOCABULARIES if one.compared_place), key=lambda one: one.compared_place)

MOST_MODELS = 4
MOST_PROPOSED = 10
NOTHING = SafeString("–")

Dropped = Literal["", "unknown", "too many"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: keys of pages as they stand there, each once, and words of a search."""

    page_ids: tuple[int, ...]
    words: str
    only_differences: bool
    has_nonsense: bool

    def url(self, page_ids: Sequence[int]) -> str:
        """Return the same comparison of other models."""
        return addresses.of_comparison(page_ids, only_differences=self.only_differences)


@dataclass(frozen=True, slots=True)
class LinkedCard:
    """A model, and the address of the comparison without it, or with it where it is proposed."""

    card: ModelCard
    url: str


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """What one model says in a row; ``language`` is "" where it is the reader's own."""

    title: str
    html: SafeString
    language: str = ""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row: facts can be equal in all models, texts are always shown."""

    label: str
    cells: tuple[ComparedCell, ...]
    is_prose: bool = False

    @property
    def is_equal(self) -> bool:
        return not self.is_prose and len({cell.html for cell in self.cells}) == 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the page of the comparison reads. ``hidden`` counts the facts left out because they are equal."""

    columns: tuple[LinkedCard, ...]
    rows: tuple[ComparedRow, ...]
    hidden: int
    only_differences: bool
    toggle_url: str
    dropped: Dropped
    words: str
    proposals: tuple[LinkedCard, ...]
    can_add: bool
    page_ids: tuple[int, ...]


def read_address(parameters: QueryDict) -> Asked:
    """Read an address, whatever it says."""
    given = parameters.getlist(MODEL)
    numbers = [int(text) for text in given if text.isascii() and text.isdecimal() and len(text) < 20]
    page_ids = tuple(dict.fromkeys(number for number in numbers if 0 < number <= MOST_KEY))
    return Asked(
        page_ids=page_ids,
        words=" ".join(parameters.get(ADD, "").replace("\0", " ").split()),
        only_differences=parameters.get(ONLY_DIFFERENCES, "") == "1",
        has_nonsense=len(page_ids) < len(given),
    )


def read(asked: Asked, request: HttpRequest, hits: Sequence[Hit]) -> Comparison:
    """Read the models that an address asks for: public ones, in its order, four at most.

    ``hits`` are what a search for its words finds, to add to them.
    """
    labels = read_labels()
    documents = documents_of(asked.page_ids[: 5 * MOST_MODELS])
    pages = OperatingModelPage.objects.filter(public_now()).in_bulk(list(documents))
    known = [page_id for page_id in asked.page_ids if page_id in pages]
    chosen = known[:MOST_MODELS]
    shown = [documents[page_id] for page_id in chosen]
    cards = {document.page_id: make_card(document.card, document.page.url_path, request, labels) for document in shown}
    rows = tuple(_rows([pages[page_id] for page_id in chosen], documents, cards, labels)) if chosen else ()
    equal = {row.label for row in rows if row.is_equal} if len(chosen) > 1 else set()
    hidden = equal if asked.only_differences else set()
    dropped: Dropped = "too many" if len(known) > MOST_MODELS else ""
    if not dropped and (asked.has_nonsense or len(known) < len(asked.page_ids)):
        dropped = "unknown"
    return Comparison(
        columns=tuple(
            LinkedCard(cards[page_id], asked.url([other for other in chosen if other != page_id]))
            for page_id in chosen
        ),
        rows=tuple(row for row in rows if row.label not in hidden),
        hidden=len(hidden),
        only_differences=asked.only_differences,
        toggle_url=addresses.of_comparison(chosen, only_differences=not asked.only_differences),
        dropped=dropped,
        words=asked.words,
        proposals=tuple(_propose(asked, hits, chosen, request, labels)) if len(chosen) < MOST_MODELS else (),
        can_add=len(chosen) < MOST_MODELS,
        page_ids=tuple(chosen),
    )


def _propose(
    asked: Asked, hits: Iterable[Hit], chosen: Sequence[int], request: HttpRequest, labels: Concepts
) -> Iterable[LinkedCard]:
    """Yield the first of the found models that are not compared yet."""
    further = [hit for hit in hits if hit.page_id not in chosen]
    for hit in further[:MOST_PROPOSED]:
        card = make_card(hit.card, hit.url_path, request, labels)
        yield LinkedCard(card, asked.url([*chosen, hit.page_id]))


def _rows(
    pages: Sequence[OperatingModelPage],
    documents: Mapping[int, Document],
    cards: Mapping[int, ModelCard],
    labels: Concepts,
) -> Iterable[ComparedRow]:
    names = OperatingModelPage.field_labels()
    language = get_language() or "fi"
    evidence = _read_evidence(pages)

    def row(label: str, htmls: Iterable[SafeString], *, is_prose: bool = False) -> ComparedRow:
        cells = tuple(
            ComparedCell(
                f"{cards[page.pk].title} ({cards[page.pk].region_name})",
                html or NOTHING,
                page.original_language if is_prose else "",
            )
            for page, html in zip(pages, htmls, strict=True)
        )
        return ComparedRow(label, cells, is_prose)

    def terms(facet: str) -> Iterable[SafeString]:
        for page in pages:
            codes = documents[page.pk].values.get(facet, ())
            yield _list([labels.label(f"{facet}:{code}", language) for code in codes])

    def of_card(*fields: str) -> Iterable[SafeString]:
        for page in pages:
            card = cards[page.pk]
            values = {
                "region": [card.region_name, *card.further_region_names],
                "programme": card.programme_labels,
                "adoption": [card.adoption.text] if card.adoption.text else [],
            }
            yield _list([value for field in fields for value in values[field]])

    for text in COMPARED_TEXTS:
        if text.kind == TextKind.PLAIN:
            lines = (format_html("<p>{}</p>", getattr(page, text.name)) for page in pages)
            yield row(names[text.name], lines, is_prose=True)
    yield row(_("Developed in"), of_card("region"))
    yield row(_("Programme"), of_card("programme"))
    for vocabulary in COMPARED_VOCABULARIES:
        yield row(names[vocabulary.relation], terms(vocabulary.name))
    yield row(_("Adoption"), of_card("adoption"))
    yield row(_("Evidence"), (evidence[page.pk] for page in pages))
    for text in COMPARED_TEXTS:
        if text.kind == TextKind.RICH:
            yield row(names[text.name], (_rich(getattr(page, text.name)) for page in pages), is_prose=True)
    yield row(_("Results"), (_outcomes(page) for page in pages), is_prose=True)
    yield row(_("Resources"), (_told(page, "resources") for page in pages), is_prose=True)
    yield row(_("Risks and how they were handled"), (_told(page, "risks") for page in pages), is_prose=True)
    yield row(_("Contact"), (_contact(page) for page in pages), is_prose=True)


def _read_evidence(pages: Sequence[OperatingModelPage]) -> dict[int, SafeString]:
    found = {page.pk: _list([_("Not assessed")]) for page in pages}
    held = EvidenceAssessment.objects.as_of().filter(page__in=pages)
    return found | {row.page_id: _list([str(EvidenceLevel(row.level).label)]) for row in held}


def _rich(html: str) -> SafeString:
    return SafeString("" if is_blank(html) else expand_db_html(html))


def _list(lines: Iterable[str | SafeString]) -> SafeString:
    """Return lines as a list, one alone as a paragraph, nothing for none."""
    shown = [(line,) for line in lines if line]
    if len(shown) == 1:
        return format_html("<p>{}</p>", *shown[0])
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", shown)) if shown else SafeString("")


def _outcomes(page: OperatingModelPage) -> SafeString:
    def line(outcome: Outcome) -> str:
        row = outcome_row(outcome)
        numbers = " → ".join(filter(None, (row.before, row.after)))
        unit = f" {outcome.unit}" if numbers and outcome.unit else ""
        period = f" ({outcome.period})" if outcome.period else ""
        told = join_told((f"{numbers}{unit}", outcome.note), ". ")
        return f"{join_told((outcome.measure, told), ': ')}{period}"

    return _list([line(row) for row in page.outcomes.all()])


def _told(page: OperatingModelPage, relation: str) -> SafeString:
    return _list([ROW[relation].told_line(row) for row in getattr(page, relation).all()])


def _contact(page: OperatingModelPage) -> SafeString:
    lines: list[str | SafeString] = [page.contact_organisation, page.contact_unit]
    if page.contact_email:
        lines.append(format_html('<a href="mailto:{0}">{0}</a>', page.contact_email))
    return _list([*lines, page.contact_phone])
