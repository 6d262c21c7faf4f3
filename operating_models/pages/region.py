"""A region's page: what it has developed, uses and has given up, and what its neighbours use and it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, npgettext_lazy

from operating_models.components.adoption import ReportRow
from operating_models.components.breadcrumbs import LabelledLink, RegionalLinks
from operating_models.components.cards import ModelCard, make_card, read_labels
from operating_models.components.live import LinkedFigure, count
from operating_models.components.model_links import ModelLink, link_models
from operating_models.models import AdoptionReport, AdoptionStatus, OperatingModelPage, Region, RegionPage
from operating_models.models.adoption import IN_USE
from operating_models.models.description import collation_key
from operating_models.site_languages import ORIGINAL
from operating_models.statistics.rows import RegionStanding
from search.finding.results import Results

COMING = (AdoptionStatus.PLANNED, AdoptionStatus.PILOTING, AdoptionStatus.ADOPTING)
"""A region with one of these does not use the model yet."""

MODELS_DEVELOPED = npgettext_lazy("figure", "model developed here", "models developed here")
MODELS_USED = npgettext_lazy("figure", "model in use here", "models in use here")
MODELS_ENDED = npgettext_lazy("figure", "model ended here", "models ended here")

LEADING = 10
MOST = 50
"""How many models of the neighbours stand open, and how many are shown at all."""


@dataclass(frozen=True, slots=True)
class NeighbourModel:
    """A model that neighbours use and the region does not."""

    model: ModelLink
    region_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The regions of the same collaborative area, and what they use and the region has not got.

    ``leading`` models stand open and ``rest`` behind them, those of most neighbours first.
    ``search_url`` leads to all that the neighbours use.
    """

    regions: tuple[LabelledLink, ...]
    leading: tuple[NeighbourModel, ...]
    rest: tuple[NeighbourModel, ...]
    search_url: str


@dataclass(frozen=True, slots=True)
class RegionView:
    """What the template of a region's page reads beside its region. ``models`` are the newest ones of ``total``.

    ``successors`` go on in the place of a region that exists no more (``is_over``). ``neighbours`` is None for a
    region that has none: it belongs to no collaborative area, or exists no more.
    """

    is_over: bool
    successors: tuple[LabelledLink, ...]
    figures: tuple[LinkedFigure, ...]
    models: tuple[ModelCard, ...]
    total: int
    using: tuple[ReportRow, ...]
    coming: tuple[ReportRow, ...]
    ended: tuple[ReportRow, ...]
    neighbours: Neighbours | None
    search_url: str


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

    models = link_models((report.page for report in reports), request)

    def rows(*chosen: AdoptionStatus) -> tuple[ReportRow, ...]:
        return tuple(ReportRow(report, model=models[report.page_id]) for report in reports if report.status in chosen)

    using, ended = rows(*IN_USE), rows(AdoptionStatus.ENDED)
    return RegionView(
        is_over=_is_over(region),
        successors=links.of_regions(region.successors.in_order()) if _is_over(region) else (),
        figures=tuple(_figures(links, region, developed=found.total, using=len(using), ended=len(ended))),
        models=tuple(make_card(hit.card, hit.url_path, request, labels) for hit in found.hits),
        total=found.total,
        using=using,
        coming=rows(*COMING),
        ended=ended,
        neighbours=_neighbours(page, neighbours, standings, request, links) if neighbours else None,
        search_url=links.search_url(region=region.code),
    )


def neighbours_of(region: Region) -> list[Region]:
    """Return the other regions of the same collaborative area that exist today; none around a region that does not."""
    if region.collaborative_area is None or _is_over(region):
        return []
    others = Region.objects.filter(collaborative_area=region.collaborative_area).exclude(pk=region.pk)
    return list(others.of_the_country().valid_on(timezone.localdate()).in_order())


def _is_over(region: Region) -> bool:
    return region.valid_until is not None and region.valid_until < timezone.localdate()


def _figures(
    links: RegionalLinks, region: Region, *, developed: int, using: int, ended: int
) -> Iterator[LinkedFigure]:
    yield count(MODELS_DEVELOPED, developed, links.search_url(region=region.code) if developed else "")
    yield count(MODELS_USED, using, "#models-in-use" if using else "")
    yield count(MODELS_ENDED, ended, "#models-ended" if ended else "")


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
        elif standing.status in IN_USE:
            users.setdefault(standing.page_id, set()).add(standing.region_code)
    pages = OperatingModelPage.objects.filter(pk__in=users.keys() - own).only("title", "url_path", "original_language")
    found = link_models(pages, request).values()
    language = get_language() or ORIGINAL
    in_order = sorted(
        found, key=lambda one: (-len(users[one.page_id]), collation_key(one.title, language), one.page_id)
    )
    models = [
        NeighbourModel(
            model=one, region_names=tuple(str(other) for other in regions if other.code in users[one.page_id])
        )
        for one in in_order[:MOST]
    ]
    return Neighbours(
        regions=links.of_regions(regions),
        leading=tuple(models[:LEADING]),
        rest=tuple(models[LEADING:]),
        search_url=links.search_url(used_in=[other.code for other in regions]),
    )
