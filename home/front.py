"""The front page as a reader meets it: figures, featured models, ways to browse, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy, npgettext_lazy

from operating_models.components import maps
from operating_models.components.adoption import ReportRow, recent_adoptions
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.cards import LinkedValue, ModelCard, cards_of, findable_ids, make_card, read_labels
from operating_models.components.live import ADOPTIONS, MODELS, MODELS_IN_USE, LinkedFigure, count
from operating_models.components.maps import TileMap
from operating_models.models import FeaturedModel
from operating_models.models.adoption import IN_USE
from operating_models.models.page_texts import Told, tell_row
from operating_models.pages.topics import topic_urls
from operating_models.statistics.rows import Statistics
from search.finding.results import FacetResult, Results

NATIONAL = "fi"
"""Code of the value of the whole country, which is on no map."""

DESCRIBING_REGIONS = npgettext_lazy("figure", "region that has described models", "regions that have described models")
MODELS_OF_REGION = ngettext_lazy("%(region)s: %(number)d model", "%(region)s: %(number)d models", "number")

NEWEST = 6
RECENT = 6


@dataclass(frozen=True, slots=True)
class Featured:
    """A featured model, and why it was chosen."""

    card: ModelCard
    reason: Told


@dataclass(frozen=True, slots=True)
class RegionNumbers:
    """A region with the numbers of models it has developed and of models it uses."""

    code: str
    name: str
    url: str
    models: int
    in_use: int


@dataclass(frozen=True, slots=True)
class Front:
    """All that the template of the front page reads."""

    figures: tuple[LinkedFigure, ...]
    featured: tuple[Featured, ...]
    themes: tuple[LinkedValue, ...]
    target_groups: tuple[LinkedValue, ...]
    regions: tuple[RegionNumbers, ...]
    region_map: TileMap
    newest: tuple[ModelCard, ...]
    recent_adoptions: tuple[ReportRow, ...]


def present(request: HttpRequest, links: RegionalLinks, found: Results, numbers: Statistics) -> Front:
    """Present the front page; ``found`` are all models, the newest first."""
    labels = read_labels()
    facets = {facet.name: facet for facet in found.facets}
    urls = topic_urls(request)
    regions = tuple(_regions(facets, links))
    cards = (make_card(hit.card, hit.url_path, request, labels) for hit in found.hits)
    return Front(
        figures=tuple(_figures(numbers, links)),
        featured=tuple(_featured(request)),
        themes=_values(facets["theme"], urls, links),
        target_groups=_values(facets["target_group"], urls, links),
        regions=regions,
        region_map=_draw(regions),
        # What has been withdrawn is left out: the front page recommends.
        newest=tuple(islice((card for card in cards if not card.withdrawn), NEWEST)),
        recent_adoptions=recent_adoptions(findable_ids(), request, most=RECENT),
    )


def _figures(numbers: Statistics, links: RegionalLinks) -> Iterator[LinkedFigure]:
    yield count(MODELS, numbers.models, links.index_url)
    yield count(MODELS_IN_USE, numbers.models_in_use, links.search_url(status=[status.value for status in IN_USE]))
    yield count(DESCRIBING_REGIONS, numbers.regions_developing, "#alueet")
    # The address is the template's: the header knows that of the statistics, whose table of regions has them all.
    yield count(ADOPTIONS, numbers.adoptions)


def _values(facet: FacetResult, urls: Mapping[str, str], links: RegionalLinks) -> tuple[LinkedValue, ...]:
    """Return the values of a facet, each leading to its page, or to its search when it has none."""
    return tuple(
        LinkedValue(
            value.code,
            value.label,
            value.count,
            urls.get(f"{facet.name}:{value.code}") or links.search_url(**{facet.name: value.code}),
        )
        for value in facet.values
    )


def _featured(request: HttpRequest) -> Iterator[Featured]:
    rows = list(FeaturedModel.objects.on(timezone.localdate()))
    cards = cards_of([row.page_id for row in rows], request)
    shown = set()
    for row in rows:
        if row.page_id in cards and not cards[row.page_id].withdrawn and row.page_id not in shown:
            shown.add(row.page_id)
            yield Featured(cards[row.page_id], tell_row(row, "reason"))


def _regions(facets: dict[str, FacetResult], links: RegionalLinks) -> Iterator[RegionNumbers]:
    uses = {value.code: value.count for value in facets["used_in"].values}
    for value in facets["region"].values:
        yield RegionNumbers(
            value.code, value.label, links.region_url(value.code), value.count, uses.get(value.code, 0)
        )


def _draw(regions: Iterable[RegionNumbers]) -> TileMap:
    return maps.draw_numbers(
        gettext("Models that each region has developed"),
        [
            maps.region_with_number(MODELS_OF_REGION, region.code, region.name, region.models, region.url)
            for region in regions
            if region.code != NATIONAL
        ],
    )
