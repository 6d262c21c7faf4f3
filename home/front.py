"""The front page as a reader meets it: figures, featured models, ways to browse, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext, npgettext

from operating_models import maps, statistics
from operating_models.maps import TileMap
from operating_models.models import AdoptionReport, AdoptionStatus, DatePrecision, FeaturedModel, RegionKind
from operating_models.models.adoption import IN_USE, USING
from operating_models.presentation.cards import FacetValue, ModelCard, cards_of, findable_ids, make_card, read_labels
from operating_models.presentation.trail import Trail
from operating_models.statistics import Statistics
from search.criteria import Criteria
from search.results import FacetResult, find

NATIONAL = "fi"
"""Code of the value of the whole country, which is on no map."""

NEWEST = 6
RECENT = 6

VERBS = {
    AdoptionStatus.ADOPTING: gettext_lazy("began to adopt"),
    AdoptionStatus.IN_USE: gettext_lazy("took into use"),
    AdoptionStatus.ESTABLISHED: gettext_lazy("has established"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that links to what it counts."""

    label: str
    value: int
    url: str


@dataclass(frozen=True, slots=True)
class Featured:
    card: ModelCard
    reason: str


@dataclass(frozen=True, slots=True)
class RegionLink:
    """A region with the numbers of models it has developed and of models it uses."""

    code: str
    name: str
    url: str
    models: int
    in_use: int


@dataclass(frozen=True, slots=True)
class RecentAdoption:
    region_name: str
    status: str
    status_label: str
    verb: str
    model_title: str
    model_url: str
    date_label: str


@dataclass(frozen=True, slots=True)
class Front:
    figures: tuple[Figure, ...]
    featured: tuple[Featured, ...]
    themes: tuple[FacetValue, ...]
    target_groups: tuple[FacetValue, ...]
    regions: tuple[RegionLink, ...]
    region_map: TileMap
    newest: tuple[ModelCard, ...]
    recent_adoptions: tuple[RecentAdoption, ...]


def read(request: HttpRequest, trail: Trail) -> Front:
    """Read the front page: figures, one search for counts and newest models, featured rows, latest adoptions."""
    found = find(Criteria())
    labels = read_labels()
    facets = {facet.name: facet for facet in found.facets}
    regions = tuple(_regions(facets, trail))
    cards = (make_card(hit.card, hit.page, request, labels) for hit in found.hits)
    return Front(
        figures=tuple(_figures(statistics.read(), trail)),
        featured=tuple(_featured(request)),
        themes=_values(facets["theme"], trail),
        target_groups=_values(facets["target_group"], trail),
        regions=regions,
        region_map=_draw(regions),
        newest=tuple(islice(_recommended(cards), NEWEST)),
        recent_adoptions=tuple(_recent_adoptions(request)),
    )


def _recommended(cards: Iterable[ModelCard]) -> Iterator[ModelCard]:
    """Leave out what has been withdrawn: the front page recommends."""
    return (card for card in cards if not card.withdrawn)


def _figures(numbers: Statistics, trail: Trail) -> Iterator[Figure]:
    yield Figure(
        npgettext("figure", "operating model", "operating models", numbers.models), numbers.models, trail.index_url
    )
    yield Figure(
        npgettext("figure", "model in use somewhere", "models in use somewhere", numbers.models_in_use),
        numbers.models_in_use,
        trail.search_url(status=[s.value for s in IN_USE]),
    )
    yield Figure(
        npgettext(
            "figure",
            "region that has described models",
            "regions that have described models",
            numbers.regions_developing,
        ),
        numbers.regions_developing,
        "#alueet",
    )
    yield Figure(
        npgettext("figure", "adoption in the regions", "adoptions in the regions", numbers.adoptions),
        numbers.adoptions,
        trail.search_url(status=[s.value for s in USING]),
    )


def _values(facet: FacetResult, trail: Trail) -> tuple[FacetValue, ...]:
    return tuple(
        FacetValue(value.code, value.label, value.count, trail.search_url(**{facet.name: value.code}))
        for value in facet.values
    )


def _featured(request: HttpRequest) -> Iterator[Featured]:
    rows = list(FeaturedModel.objects.on(timezone.localdate()))
    cards = cards_of([row.page_id for row in rows], request)
    shown = set()
    for row in rows:
        if row.page_id in cards and not cards[row.page_id].withdrawn and row.page_id not in shown:
            shown.add(row.page_id)
            yield Featured(cards[row.page_id], row.reason)


def _regions(facets: dict[str, FacetResult], trail: Trail) -> Iterator[RegionLink]:
    uses = {value.code: value.count for value in facets["used_in"].values}
    for value in facets["region"].values:
        yield RegionLink(value.code, value.label, trail.region_url(value.code), value.count, uses.get(value.code, 0))


def _draw(regions: Iterable[RegionLink]) -> TileMap:
    return maps.draw_numbers(
        gettext("Models that each region has developed"),
        [
            maps.Region(
                region.code,
                region.name,
                ngettext("%(region)s: %(number)d model", "%(region)s: %(number)d models", region.models)
                % {"region": region.name, "number": region.models},
                region.url,
                region.models,
            )
            for region in regions
            if region.code != NATIONAL
        ],
    )


def _recent_adoptions(request: HttpRequest) -> Iterator[RecentAdoption]:
    """Yield the latest reports of regions that use a model, told as events; those without a known date come last."""
    reports = (
        AdoptionReport.objects.filter(page__in=findable_ids(), status__in=USING)
        .exclude(region__kind=RegionKind.NATIONAL)
        .as_of()
        .select_related("page", "region")
    )
    dated = reports.exclude(precision=DatePrecision.UNKNOWN).newest_first()[:RECENT]
    undated = reports.filter(precision=DatePrecision.UNKNOWN).newest_first()[:RECENT]
    for report in [*dated, *undated][:RECENT]:
        yield RecentAdoption(
            region_name=report.region.short_name_fi,
            status=report.status,
            status_label=capfirst(report.get_status_display()),
            verb=str(VERBS[AdoptionStatus(report.status)]),
            model_title=report.page.title,
            model_url=report.page.get_url(request) or "",
            date_label="" if report.precision == DatePrecision.UNKNOWN else str(report.valid_from),
        )
