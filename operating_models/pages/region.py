"""A region's page: what it has developed, uses and has given up, and what its neighbours use and it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import npgettext
from wagtail.models import Page

from operating_models.components.adoption import AdoptionRow, adoption_row
from operating_models.components.breadcrumbs import RegionalLinks, address_of, introduce
from operating_models.components.cards import ModelCard, StatusCount, count_statuses, make_card, read_labels
from operating_models.components.live import LinkedFigure
from operating_models.models import AdoptionReport, AdoptionStatus, OperatingModelPage, Region, RegionPage
from operating_models.models.adoption import USING
from operating_models.models.description import collation_key
from operating_models.pages.model_view import RegionLink
from operating_models.statistics.rows import RegionStanding
from search.finding.results import Results

COMING = (AdoptionStatus.PLANNED, AdoptionStatus.PILOTING)
"""A region with one of these does not use the model yet."""

LEADING = 10
MOST = 50
"""How many models of the neighbours stand open, and how many are shown at all."""


@dataclass(frozen=True, slots=True)
class NeighbourModel:
    """A model that neighbours use and the region does not."""

    title: str
    url: str
    region_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The regions of the same collaborative area, and what they use and the region has not got.

    Of ``total`` models ``leading`` stand open and ``rest`` behind them, those of most neighbours first.
    ``search_url`` leads to all that the neighbours use.
    """

    regions: tuple[RegionLink, ...]
    leading: tuple[NeighbourModel, ...]
    rest: tuple[NeighbourModel, ...]
    total: int
    search_url: str


@dataclass(frozen=True, slots=True)
class Over:
    """A region's last day, and the regions that go on in its place."""

    last_day: str
    successors: tuple[RegionLink, ...]


@dataclass(frozen=True, slots=True)
class RegionView:
    """All that the template of a region's page reads. ``models`` are the newest ones of ``total``.

    ``neighbours`` is None for a region that has none: it belongs to no collaborative area, or exists no more.
    """

    name: str
    short_name: str
    name_sv: str
    collaborative_area: str
    over: Over | None
    intro_html: SafeString | str
    figures: tuple[LinkedFigure, ...]
    models: tuple[ModelCard, ...]
    total: int
    counts: tuple[StatusCount, ...]
    using: tuple[AdoptionRow, ...]
    coming: tuple[AdoptionRow, ...]
    ended: tuple[AdoptionRow, ...]
    neighbours: Neighbours | None
    search_url: str
    organiser: bool


def present(
    page: RegionPage,
    request: HttpRequest,
    links: RegionalLinks,
    found: Results,
    *,
    neighbours: Sequence[Region],
    standings: Sequence[RegionStanding],
) -> RegionView:
    """Present a region's page; ``standings`` are those of the region and its neighbours."""
    region = page.region
    labels = read_labels()
    own = [standing for standing in standings if standing.region_code == region.code]
    reports = list(
        AdoptionReport.objects.filter(pk__in=[standing.report_id for standing in own])
        .with_dispute()
        .select_related("page", "region")
        .order_by("page__title", "page_id")
    )
    statuses = [report.status for report in reports]

    def rows(*chosen: AdoptionStatus) -> tuple[AdoptionRow, ...]:
        return tuple(_row(report, request, links) for report in reports if report.status in chosen)

    using, ended = rows(*USING), rows(AdoptionStatus.ENDED)
    return RegionView(
        name=region.name_fi,
        short_name=region.short_name_fi,
        name_sv=region.name_sv if region.name_sv != region.name_fi else "",
        collaborative_area=region.collaborative_area_name,
        over=_over(region, links),
        intro_html=introduce(page.intro),
        figures=tuple(_figures(links, region, developed=found.total, using=len(using), ended=len(ended))),
        models=tuple(make_card(hit.card, hit.url_path, request, labels) for hit in found.hits),
        total=found.total,
        counts=count_statuses({status.value: statuses.count(status.value) for status in AdoptionStatus}),
        using=using,
        coming=rows(*COMING),
        ended=ended,
        neighbours=_neighbours(page, neighbours, standings, request, links) if neighbours else None,
        search_url=links.search_url(region=region.code),
        organiser=region.is_organiser,
    )


def neighbours_of(region: Region) -> list[Region]:
    """Return the other regions of the same collaborative area that exist today; none around a region that does not."""
    today = timezone.localdate()
    if region.collaborative_area is None or (region.valid_until and region.valid_until < today):
        return []
    others = Region.objects.filter(collaborative_area=region.collaborative_area).exclude(pk=region.pk)
    return list(others.of_the_country().valid_on(today).in_order())


def _over(region: Region, links: RegionalLinks) -> Over | None:
    if region.valid_until is None or region.valid_until >= timezone.localdate():
        return None
    successors = [RegionLink(str(other), links.region_url(other.code)) for other in region.successors.in_order()]
    return Over(date_format(region.valid_until, "j.n.Y"), tuple(successors))


def _row(report: AdoptionReport, request: HttpRequest, links: RegionalLinks) -> AdoptionRow:
    row = adoption_row(report, links)
    return replace(row, model_title=report.page.title, model_url=report.page.get_url(request) or "")


def _figures(
    links: RegionalLinks, region: Region, *, developed: int, using: int, ended: int
) -> Iterator[LinkedFigure]:
    yield LinkedFigure(
        npgettext("figure", "model developed here", "models developed here", developed),
        developed,
        links.search_url(region=region.code) if developed else "",
    )
    yield LinkedFigure(
        npgettext("figure", "model in use here", "models in use here", using), using, "#models-in-use" if using else ""
    )
    yield LinkedFigure(
        npgettext("figure", "model ended here", "models ended here", ended), ended, "#models-ended" if ended else ""
    )


def _neighbours(
    page: RegionPage,
    regions: Sequence[Region],
    standings: Iterable[RegionStanding],
    request: HttpRequest,
    links: RegionalLinks,
) -> Neighbours:
    """Return what the neighbours use; two queries, however much it is."""
    region = page.region
    developed = OperatingModelPage.objects.filter(Q(path__startswith=page.path) | Q(further_regions=region))
    own = set(developed.values_list("pk", flat=True))
    users: dict[int, set[str]] = {}
    for standing in standings:
        if standing.region_code == region.code:
            own.add(standing.page_id)
        elif standing.status in USING:
            users.setdefault(standing.page_id, set()).add(standing.region_code)
    pages = Page.objects.filter(pk__in=users.keys() - own).values_list("pk", "title", "url_path")
    in_order = sorted(pages, key=lambda page: (-len(users[page[0]]), collation_key(page[1]), page[0]))
    models = [
        NeighbourModel(
            title=title,
            url=address_of(url_path, request),
            region_names=tuple(str(other) for other in regions if other.code in users[key]),
        )
        for key, title, url_path in in_order[:MOST]
    ]
    return Neighbours(
        regions=tuple(RegionLink(str(other), links.region_url(other.code)) for other in regions),
        leading=tuple(models[:LEADING]),
        rest=tuple(models[LEADING:]),
        total=len(in_order),
        search_url=links.search_url(used_in=[other.code for other in regions]),
    )
