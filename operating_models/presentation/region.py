"""A region's page: what it has developed, uses and has given up, and what its neighbours use and it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from django.db.models import Q
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import npgettext
from wagtail.models import Page

from operating_models import statistics
from operating_models.models import AdoptionReport, AdoptionStatus, OperatingModelPage, Region, RegionKind, RegionPage
from operating_models.models.adoption import USING
from operating_models.models.description import collation_key
from operating_models.presentation.adoption import AdoptionRow, adoption_row
from operating_models.presentation.cards import (
    ModelCard,
    StatusCount,
    count_statuses,
    findable_ids,
    make_card,
    read_labels,
)
from operating_models.presentation.live import Figure
from operating_models.presentation.model import RegionLink
from operating_models.presentation.trail import Trail, introduce
from search.criteria import Criteria
from search.results import ADDRESS_FIELDS, find

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
class RegionView:
    """All that the template of a region's page reads. ``models`` are the newest ones of ``total``.

    ``neighbours`` is None for a region that belongs to no collaborative area.
    """

    name: str
    name_sv: str
    collaborative_area: str
    intro_html: SafeString | str
    figures: tuple[Figure, ...]
    models: tuple[ModelCard, ...]
    total: int
    counts: tuple[StatusCount, ...]
    using: tuple[AdoptionRow, ...]
    coming: tuple[AdoptionRow, ...]
    ended: tuple[AdoptionRow, ...]
    neighbours: Neighbours | None
    search_url: str
    organiser: bool


def read(page: RegionPage, request: HttpRequest, trail: Trail) -> RegionView:
    """Read a region's page: models from the search, adoptions from the ledger, numbers from the statistics."""
    region = page.region
    found = find(Criteria().with_value("region", region.code))
    labels = read_labels()
    reports = list(
        AdoptionReport.objects.in_region(region)
        .filter(page__in=findable_ids())
        .as_of()
        .select_related("page", "region")
        .order_by("page__title", "page_id")
    )
    statuses = [report.status for report in reports]

    def rows(*chosen: AdoptionStatus) -> tuple[AdoptionRow, ...]:
        return tuple(_row(report, request, trail) for report in reports if report.status in chosen)

    return RegionView(
        name=region.name_fi,
        name_sv=region.name_sv if region.name_sv != region.name_fi else "",
        collaborative_area=region.collaborative_area_name,
        intro_html=introduce(page.intro),
        figures=tuple(_figures(region, trail)),
        models=tuple(make_card(hit.card, hit.page, request, labels) for hit in found.hits),
        total=found.total,
        counts=count_statuses({status.value: statuses.count(status.value) for status in AdoptionStatus}),
        using=rows(*USING),
        coming=rows(*COMING),
        ended=rows(AdoptionStatus.ENDED),
        neighbours=_neighbours(page, {report.page_id for report in reports}, request, trail),
        search_url=trail.search_url(region=region.code),
        organiser=region.is_organiser,
    )


def _row(report: AdoptionReport, request: HttpRequest, trail: Trail) -> AdoptionRow:
    row = adoption_row(report, trail)
    return replace(row, model_title=report.page.title, model_url=report.page.get_url(request) or "")


def _figures(region: Region, trail: Trail) -> Iterator[Figure]:
    row = next((row for row in statistics.read().regions if row.code == region.code), None)
    developed, using, ended = (row.developed, row.using, row.ended) if row else (0, 0, 0)
    yield Figure(
        npgettext("figure", "model developed here", "models developed here", developed),
        developed,
        trail.search_url(region=region.code) if developed else "",
    )
    yield Figure(
        npgettext("figure", "model in use here", "models in use here", using), using, "#models-in-use" if using else ""
    )
    yield Figure(
        npgettext("figure", "model ended here", "models ended here", ended), ended, "#models-ended" if ended else ""
    )


def _neighbours(page: RegionPage, reported: Collection[int], request: HttpRequest, trail: Trail) -> Neighbours | None:
    """Return what the neighbours use; four queries, however much it is."""
    region = page.region
    if region.collaborative_area is None:
        return None
    regions = list(
        Region.objects.filter(collaborative_area=region.collaborative_area)
        .exclude(pk=region.pk)
        .exclude(kind=RegionKind.NATIONAL)
        .in_order()
    )
    own = Q(path__startswith=page.path) | Q(further_regions=region)
    used = (
        AdoptionReport.objects.filter(region__in=regions, page__in=findable_ids())
        .as_of()
        .filter(status__in=USING)
        .exclude(page__in=OperatingModelPage.objects.filter(own).values("pk"))
        .values_list("page_id", "page__title", "region_id")
    )
    users: dict[tuple[int, str], set[int]] = {}
    for page_id, title, region_id in used:
        if page_id in reported:
            continue
        users.setdefault((page_id, title), set()).add(region_id)
    in_order = sorted(users, key=lambda model: (-len(users[model]), collation_key(model[1]), model[0]))
    shown = in_order[:MOST]
    pages = Page.objects.only(*ADDRESS_FIELDS).in_bulk([page_id for page_id, _title in shown])
    models = [
        NeighbourModel(
            title=title,
            url=pages[page_id].get_url(request) or "",
            region_names=tuple(str(other) for other in regions if other.pk in users[page_id, title]),
        )
        for page_id, title in shown
    ]
    return Neighbours(
        regions=tuple(RegionLink(str(other), trail.region_url(other.code)) for other in regions),
        leading=tuple(models[:LEADING]),
        rest=tuple(models[LEADING:]),
        total=len(users),
        search_url=trail.search_url(used_in=[other.code for other in regions]),
    )
