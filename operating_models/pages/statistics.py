"""The statistics page: the numbers of a day as figures, maps and tables with bars, each of which is a CSV file too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy, npgettext_lazy

from operating_models.components import maps
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.live import ADOPTIONS, MODELS, MODELS_IN_USE, USES_MODELS
from operating_models.components.maps import TileMap
from operating_models.components.selections import Chip, HiddenField
from operating_models.models import RegionKind, StatisticsPage
from operating_models.pages.tables import Table, decimal, make_tables, percent, search_url, whole
from operating_models.statistics.rows import Statistics
from search import catalogue
from search.catalogue import Catalogue
from search.criteria import Criteria
from search.finding.results import known_choices

DAY, FORM, TABLE = "paiva", "muoto", "taulu"
"""Parameters beside the search's own: the day, the form of a file, and the table that it holds."""
CSV = "csv"

FILTERS = ("programme", "region", "theme", "target_group")
"""Facets whose values can be chosen on the page; others in the address narrow too."""

ORGANISERS_USING = npgettext_lazy(
    "figure",
    "organiser uses models (organisers in all: %(organisers)d)",
    "organisers use models (organisers in all: %(organisers)d)",
    "number",
)
DEVELOPED_MODELS = ngettext_lazy(
    "%(region)s has developed %(number)d model", "%(region)s has developed %(number)d models", "number"
)

ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
FINNISH_DAY = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")


@dataclass(frozen=True, slots=True)
class RequestedDay:
    """The day of the numbers; ``typed`` is what the field shows and ``message`` what was wrong with it."""

    day: date
    typed: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number above the tables, as text; ``note`` says what it is a part of."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    options: tuple[Option, ...]
    selected_count: int


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """All that the template of the statistics page reads. Without models there are no tables and no maps."""

    day: RequestedDay
    heading: str
    query: str
    filters: tuple[Filter, ...]
    hidden_fields: tuple[HiddenField, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    search_url: str
    models: int
    figures: tuple[KeyFigure, ...]
    maps: tuple[TileMap, ...]
    regions: Table
    tables: tuple[Table, ...]


def present(
    page: StatisticsPage, request: HttpRequest, links: RegionalLinks, numbers: Statistics, day: RequestedDay
) -> StatisticsView:
    """Present the numbers that the address asks for; what it says wrongly is told, and today's are shown."""
    covered = catalogue.current()
    address = _Address(page.get_url(request) or "", covered, day)
    tables = [
        replace(table, file_url=address.of(numbers.criteria, **{FORM: CSV, TABLE: table.name}))
        for table in make_tables(numbers, links, covered)
    ]
    regions = next(table for table in tables if table.name == "alueet")
    return StatisticsView(
        day=day,
        heading=_("The numbers of %(day)s") % {"day": date_format(numbers.day)},
        query=numbers.criteria.words,
        filters=tuple(_filters(numbers, covered)),
        hidden_fields=tuple(
            HiddenField(name, code)
            for name, codes in numbers.criteria.selections.items()
            if name not in FILTERS
            for code in codes
        ),
        chips=tuple(_chips(numbers, covered, address)),
        clear_url=address.of(numbers.criteria.without_selections()),
        search_url=search_url(links, numbers.criteria, covered),
        models=numbers.models,
        figures=tuple(_figures(numbers)),
        maps=tuple(_maps(numbers, links)),
        regions=regions,
        tables=tuple(table for table in tables if table is not regions),
    )


def read_day(parameters: QueryDict) -> RequestedDay:
    """Return the day that an address asks for, or today with a message of what is wrong with it."""
    today = timezone.localdate()
    typed = " ".join(parameters.get(DAY, "").replace("\0", " ").split())[:30]
    if not typed:
        return RequestedDay(today, "")
    day = _parse(typed)
    if day is None:
        message = _("“%(typed)s” is not a date. Write the day like this: 31.12.2024. Below are today's numbers.")
        return RequestedDay(today, "", message % {"typed": typed})
    if day > today:
        message = _("%(day)s has not come yet. Choose today or an earlier day. Below are today's numbers.")
        return RequestedDay(today, "", message % {"day": date_format(day)})
    return RequestedDay(day, day.isoformat() if day != today else "")


def _parse(text: str) -> date | None:
    if found := ISO_DAY.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := FINNISH_DAY.fullmatch(text):
        year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Address:
    """Gives a state of the page its address."""

    url: str
    covered: Catalogue
    day: RequestedDay

    def of(self, criteria: Criteria, **more: str) -> str:
        querydict = QueryDict(replace(criteria, page=1, sort="").querystring(self.covered), mutable=True)
        if self.day.typed:
            querydict[DAY] = self.day.typed
        querydict.update(more)
        return f"{self.url}?{querydict.urlencode()}" if querydict else self.url


def _filters(numbers: Statistics, covered: Catalogue) -> Iterator[Filter]:
    for name in FILTERS:
        facet = covered.facet(name)
        selected = numbers.criteria.selections.get(name, ())
        options = tuple(
            Option(choice.code, str(choice.label), choice.code in selected)
            for choice in known_choices(facet, numbers.concepts)
        )
        yield Filter(name, str(facet.label), options, sum(option.selected for option in options))


def _chips(numbers: Statistics, covered: Catalogue, address: _Address) -> Iterator[Chip]:
    for name, labels in _chosen(numbers, covered):
        for code, label in labels.items():
            without = numbers.criteria.without_value(name, code)
            yield Chip(label, str(covered.facet(name).label), address.of(without))


def _chosen(numbers: Statistics, covered: Catalogue) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each facet that narrows the numbers, with the labels of what is chosen by code."""
    for name, codes in numbers.criteria.selections.items():
        known = {choice.code: str(choice.label) for choice in known_choices(covered.facet(name), numbers.concepts)}
        yield name, {code: capfirst(known.get(code, code)) for code in codes}


def describe_limits(numbers: Statistics, covered: Catalogue) -> tuple[str, ...]:
    """Return what the numbers are limited to, such as "Teema: Elintapaohjaus"; nothing for those of all models."""
    told = [(str(covered.facet(name).label), ", ".join(labels.values())) for name, labels in _chosen(numbers, covered)]
    if numbers.criteria.words:
        told.insert(0, (_("Search"), numbers.criteria.words))
    return tuple(f"{label}: {chosen}" for label, chosen in told)


def _figures(numbers: Statistics) -> Iterator[KeyFigure]:
    yield KeyFigure(MODELS % numbers.models, whole(numbers.models).text)
    yield KeyFigure(MODELS_IN_USE % numbers.models_in_use, whole(numbers.models_in_use).text)
    yield KeyFigure(ADOPTIONS % numbers.adoptions, whole(numbers.adoptions).text)
    yield KeyFigure(
        ORGANISERS_USING % {"number": numbers.regions_using, "organisers": numbers.organisers},
        whole(numbers.regions_using).text,
    )
    if numbers.spread.median is not None:
        yield KeyFigure(
            _("from publishing to the first other region, median"),
            ngettext("%(days)s day", "%(days)s days", round(numbers.spread.median))
            % {"days": decimal(numbers.spread.median).text},
        )
    for row in numbers.sustained:
        if row.share is not None:
            yield KeyFigure(
                _("of adoptions still going on after %(months)d months") % {"months": row.months},
                percent(row.share).text,
                _("%(lasted)d of %(began)d") % {"lasted": row.lasted, "began": row.began},
            )


def _maps(numbers: Statistics, links: RegionalLinks) -> Iterator[TileMap]:
    rows = [row for row in numbers.regions if row.kind != RegionKind.NATIONAL]
    yield maps.draw_numbers(
        _("How many models each region uses"),
        [
            maps.region_with_number(USES_MODELS, row.code, row.name, row.in_use, links.region_url(row.code))
            for row in rows
        ],
    )
    yield maps.draw_numbers(
        _("How many models each region has developed"),
        [
            maps.region_with_number(DEVELOPED_MODELS, row.code, row.name, row.developed, links.region_url(row.code))
            for row in rows
        ],
    )
