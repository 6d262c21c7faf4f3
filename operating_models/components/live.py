"""Today's numbers on pages of regions, themes and programmes, each with a link to what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext, npgettext

from operating_models.components import maps
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.maps import TileMap
from operating_models.models import AdoptionStatus, RegionKind
from operating_models.models.adoption import IN_USE, USING
from operating_models.statistics.rows import Statistics


@dataclass(frozen=True, slots=True)
class LinkedFigure:
    """A number that links to what it counts; without an address it links to nothing."""

    label: str
    value: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A region's share of some models: how many it has developed and how many it uses, with addresses of both."""

    name: str
    developed: int
    developed_url: str
    using: int
    using_url: str


def figures(numbers: Statistics | None, links: RegionalLinks, **selection: str) -> Iterator[LinkedFigure]:
    """Yield how many models were developed, how many of them are in use somewhere, and in how many regions."""
    developed, in_use = (numbers.models, numbers.models_in_use) if numbers else (0, 0)
    adoptions, ended = (numbers.adoptions, numbers.ended) if numbers else (0, 0)

    def url(count: int, *statuses: AdoptionStatus) -> str:
        if not count:
            return ""
        status = {"status": [status.value for status in statuses]} if statuses else {}
        return links.search_url(**selection, **status)

    yield LinkedFigure(
        npgettext("figure", "operating model", "operating models", developed), developed, url(developed)
    )
    yield LinkedFigure(
        npgettext("figure", "model in use somewhere", "models in use somewhere", in_use), in_use, url(in_use, *IN_USE)
    )
    yield LinkedFigure(
        npgettext("figure", "adoption in the regions", "adoptions in the regions", adoptions),
        adoptions,
        url(adoptions, *USING),
    )
    yield LinkedFigure(npgettext("figure", "ended adoption", "ended adoptions", ended), ended)


def draw_regions(numbers: Statistics, links: RegionalLinks, **selection: str) -> TileMap:
    """Draw how many of some models each region uses."""
    return maps.draw_numbers(
        gettext("How many of these models each region uses"),
        [
            maps.RegionOnMap(
                code=row.code,
                name=row.name,
                text=ngettext("%(region)s uses %(number)d model", "%(region)s uses %(number)d models", row.using)
                % {"region": row.name, "number": row.using},
                url=links.search_url(**selection, used_in=row.code) if row.using else "",
                number=row.using,
            )
            for row in numbers.regions
            if row.kind != RegionKind.NATIONAL
        ],
    )


def regions(numbers: Statistics | None, links: RegionalLinks, **selection: str) -> Iterator[RegionCount]:
    """Yield the regions that developed or use some of the models, those that use most first."""
    rows = [row for row in (numbers.regions if numbers else ()) if row.kind != RegionKind.NATIONAL]
    with_some = [row for row in rows if row.developed or row.using]
    for row in sorted(with_some, key=lambda row: (-row.using, -row.developed, row.name, row.code)):
        yield RegionCount(
            name=row.name,
            developed=row.developed,
            developed_url=links.search_url(**selection, region=row.code) if row.developed else "",
            using=row.using,
            using_url=links.search_url(**selection, used_in=row.code) if row.using else "",
        )
