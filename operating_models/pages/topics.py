"""The page of a theme or a target group, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.text import capfirst

from operating_models.components.breadcrumbs import PageLinks, RegionalLinks, term_urls
from operating_models.components.cards import LinkedValue
from operating_models.models import TargetGroup, TargetGroupPage, TermPage, Theme, ThemePage
from operating_models.pages.term_summary import FoundModels, TermSummary, summarise
from operating_models.statistics.rows import Statistics, TermRow

RELATED = 8

PAGES = {Theme.vocabulary: ThemePage, TargetGroup.vocabulary: TargetGroupPage}
"""Page types by the vocabulary of their terms, which is also the name of the facet."""


@dataclass(frozen=True, slots=True)
class TopicView:
    """All that the template of a theme's or target group's page reads."""

    kind_label: str
    summary: TermSummary
    themes: tuple[LinkedValue, ...]
    target_groups: tuple[LinkedValue, ...]


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """All themes and target groups with the numbers of their models."""

    themes: tuple[LinkedValue, ...]
    target_groups: tuple[LinkedValue, ...]


def present(page: TermPage, request: HttpRequest, links: RegionalLinks, found: FoundModels) -> TopicView:
    """Present the page of a theme or a target group."""
    term, numbers = page.term, found.numbers
    urls = topic_urls(request)

    def related(vocabulary: str, rows: Iterable[TermRow]) -> tuple[LinkedValue, ...]:
        """Return the terms that most of the same models have, the page's own left out."""
        others = [row for row in rows if row.developed and f"{vocabulary}:{row.code}" != term.key]
        return values(vocabulary, sorted(others, key=lambda row: -row.developed)[:RELATED], urls, links)

    return TopicView(
        kind_label=capfirst(term._meta.verbose_name),
        summary=summarise(page, request, links, found, page_ids=term.operating_models.values("pk")),
        themes=related(Theme.vocabulary, numbers.themes if numbers else ()),
        target_groups=related(TargetGroup.vocabulary, numbers.target_groups if numbers else ()),
    )


def present_index(request: HttpRequest, links: PageLinks, numbers: Statistics) -> TopicIndex:
    """Present the list of all themes and target groups."""
    urls = topic_urls(request)
    return TopicIndex(
        themes=values(Theme.vocabulary, numbers.themes, urls, links),
        target_groups=values(TargetGroup.vocabulary, numbers.target_groups, urls, links),
    )


def topic_urls(request: HttpRequest) -> dict[str, str]:
    """Return the addresses of the pages of themes and target groups by the keys of the terms; two queries."""
    return term_urls(PAGES.values(), request)


def values(
    vocabulary: str, rows: Iterable[TermRow], urls: Mapping[str, str], links: PageLinks
) -> tuple[LinkedValue, ...]:
    """Return terms with the numbers of their models, each leading to its page, or to its search when it has none."""
    return tuple(
        LinkedValue(
            row.code,
            row.label,
            row.developed,
            urls.get(f"{vocabulary}:{row.code}") or links.search_url(**{vocabulary: row.code}),
        )
        for row in rows
    )
