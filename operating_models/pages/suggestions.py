"""What the list under a search field shows while somebody types: rows with their addresses, by kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from wagtail.models import Page

from operating_models.models import OperatingModelIndexPage
from operating_models.models.presented import public_now
from search import catalogue
from search.criteria import Criteria
from search.finding.suggestions import Suggestions, TextPiece, mark


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion as its text in stretches, with the address it leads to; ``note`` says what else fits, or is ""."""

    url: str
    text: tuple[TextPiece, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """Suggestions of one kind under its label."""

    label: str
    rows: tuple[SuggestionRow, ...]


@dataclass(frozen=True, slots=True)
class SuggestionList:
    """All groups that have rows, and a sentence for those who do not see them."""

    groups: tuple[SuggestionGroup, ...]
    message: str


def present(suggestions: Suggestions) -> SuggestionList:
    """Give suggestions their addresses; one query, none where nothing is suggested."""
    groups = tuple(group for group in _groups(suggestions) if group.rows)
    number = sum(len(group.rows) for group in groups)
    if not number:
        return SuggestionList((), gettext("No suggestions."))
    counted = ngettext("%(number)d suggestion.", "%(number)d suggestions.", number) % {"number": number}
    return SuggestionList(groups, " ".join((counted, gettext("Choose with the arrow keys."))))


def _groups(suggestions: Suggestions) -> Iterator[SuggestionGroup]:
    if not (suggestions.pages or suggestions.values or suggestions.words):
        return
    typed = suggestions.typed
    index_url, page_urls = _read_addresses([page.page_id for page in suggestions.pages])
    shown = [page for page in suggestions.pages if page.page_id in page_urls]
    yield SuggestionGroup(
        gettext("Operating models"),
        tuple(SuggestionRow(page_urls[page.page_id], mark(page.title, typed)) for page in shown),
    )
    if not index_url:
        return
    covered = catalogue.current()

    def address(state: Criteria) -> str:
        return f"{index_url}?{state.querystring(covered)}"

    for facet, values in groupby(suggestions.values, key=lambda value: value.facet):
        rows = (
            SuggestionRow(
                address(Criteria().with_value(facet, value.code)), mark(capfirst(value.label), typed), value.spelling
            )
            for value in values
        )
        yield SuggestionGroup(str(covered.facet(facet).label), tuple(rows))
    yield SuggestionGroup(
        gettext("Words"),
        tuple(SuggestionRow(address(Criteria(words=one.word)), mark(one.word, typed)) for one in suggestions.words),
    )


def _read_addresses(page_ids: list[int]) -> tuple[str, dict[int, str]]:
    """Return the address of the search page ("" for none) and those of the live ones of these pages by their keys."""
    index_type = ContentType.objects.get_for_model(OperatingModelIndexPage)
    pages = Page.objects.filter(public_now()).filter(Q(pk__in=page_ids) | Q(content_type=index_type)).order_by("path")
    # Without a request the address needs no query for the site; on another site than the page's it has the host.
    urls = {page: page.get_url() or "" for page in pages}
    index_urls = [url for page, url in urls.items() if page.content_type_id == index_type.pk and url]
    return next(iter(index_urls), ""), {page.pk: url for page, url in urls.items() if url and page.pk in page_ids}
