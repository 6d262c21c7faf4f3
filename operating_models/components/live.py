"""Today's numbers on pages of regions, themes and programmes, each with a link to what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy, npgettext_lazy

from operating_models.components import maps
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.maps import TileMap
from operating_models.models import AdoptionStatus, RegionKind
from operating_models.models.adoption import IN_USE
from operating_models.statistics.rows import Statistics

MODELS = npgettext_lazy("figure", "operating model", "operating models")
MODELS_IN_USE = npgettext_lazy("figure", "model in use somewhere", "models in use somewhere")
ADOPTIONS = npgettext_lazy("figure", "adoption in the regions", "adoptions in the regions")
ENDED = npgettext_lazy("figure", "ended adoption", "ended adoptions")
USES_MODELS = ngettext_lazy("%(region)s uses %(number)d model", "%(region)s uses %(number)d models", "number")

REGIONS_ANCHOR = "#regions"
"""The table of regions on the page of a term (term_regions.html)."""


@dataclass(frozen=True, slots=True)
class LinkedFigure:
    """A number that links to what it counts; without an address it links to nothing."""

    label: str
    value: int
    url: str = ""


def count(label: Promise, number: int, url: str = "") -> LinkedFigure:
    """Return a number under its label, which is plural by it."""
    return LinkedFigure(label % number, number, url)


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A region's share of some models: what it has developed and uses, with addresses of both, and its adoptions."""

    name: str
    developed: int
    developed_url: str
    in_use: int
    in_use_url: str
    adoptions: int
    ended: int


def figures(numbers: Statistics | None, links: RegionalLinks, **selection: str) -> Iterator[LinkedFigure]:
    """Yield how many models were developed, how many of them are in use somewhere, and in how many regions.

    Models are found by the search, adoptions counted in the page's own table of regions.
    """
    developed, in_use = (numbers.models, numbers.models_in_use) if numbers else (0, 0)
    adoptions, ended = (numbers.adoptions, numbers.ended) if numbers else (0, 0)

    def url(number: int, *statuses: AdoptionStatus) -> str:
        if not number:
            return ""
        status = {"status": [status.value for status in statuses]} if statuses else {}
        return links.search_url(**selection, **status)

    yield count(MODELS, developed, url(developed))
    yield count(MODELS_IN_USE, in_use, url(in_use, *IN_USE))
    yield count(ADOPTIONS, adoptions, REGIONS_ANCHOR if adoptions else "")
    yield count(ENDED, ended, REGIONS_ANCHOR if ended else "")


def draw_regions(numbers: Statistics, links: RegionalLinks, **selection: str) -> TileMap:
    """Draw how many of some models each region uses."""
    return maps.draw_numbers(
        gettext("How many of these models each region uses"),
        [
            maps.region_with_number(
                USES_MODELS,
                row.code,
                row.name,
                row.in_use,
                links.search_url(**selection, used_in=row.code) if row.in_use else "",
            )
            for row in numbers.regions
            if row.kind != RegionKind.NATIONAL
        ],
    )


def regions(numbers: Statistics | None, links: RegionalLinks, **selection: str) -> Iterator[RegionCount]:
    """Yield the regions that developed some of the models or took some into use, those that use most first."""
    rows = [row for row in (numbers.regions if numbers else ()) if row.kind != RegionKind.NATIONAL]
    with_some = [row for row in rows if row.developed or row.adoptions or row.ended]
    for row in sorted(with_some, key=lambda row: (-row.in_use, -row.adoptions, -row.developed, row.name, row.code)):
        yield RegionCount(
            name=row.name,
            developed=row.developed,
            developed_url=links.search_url(**selection, region=row.code) if row.developed else "",
            in_use=row.in_use,
            in_use_url=links.search_url(**selection, used_in=row.code) if row.in_use else "",
            adoptions=row.adoptions,
            ended=row.ended,
        )
