"""The tables of the statistics: numbers in rows, with bars where these tell something, and as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from operating_models import csv_files
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.licences import Licence
from operating_models.statistics.rows import Statistics, TermRow
from search.catalogue import Catalogue
from search.criteria import Criteria
from search.finding.results import known_choices


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number as it is shown, as a file has it (None for none), and as a bar draws it (0 for none)."""

    text: str
    raw: int | Decimal | None
    number: float


@dataclass(frozen=True, slots=True)
class NumberBar:
    """A bar whose length is ``width`` per cent; ``look`` is that of its column, "first" or "second"."""

    width: float
    look: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of numbers. ``look`` is that of its bars, "" when it has none."""

    label: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A label with a number for each column."""

    label: str
    cells: tuple[NumberCell, ...]
    url: str = ""
    is_part: bool = False
    """Whether the line above it, or one before, holds its numbers too."""


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers in lines. ``name`` stands in addresses and file names; ``heading`` is that of the column of labels."""

    name: str
    title: str
    caption: str
    heading: str
    columns: tuple[TableColumn, ...]
    lines: tuple[TableLine, ...]
    note: str = ""
    file_url: str = ""
    scale: float = 0
    """The number of the longest bar; 0 where that is the greatest number of the columns with bars, which share it."""

    @property
    def rows(self) -> Iterator[tuple[TableLine, list[NumberBar]]]:
        """Each line with a bar for each column that has bars."""
        drawn = [place for place, column in enumerate(self.columns) if column.look]
        greatest = max((line.cells[place].number for line in self.lines for place in drawn), default=0)
        scale = self.scale or greatest
        for line in self.lines:
            widths = [round(100 * line.cells[place].number / scale, 1) if scale else 0 for place in drawn]
            looks = [self.columns[place].look for place in drawn]
            yield line, [NumberBar(width, look) for width, look in zip(widths, looks, strict=True)]

    @property
    def has_bars(self) -> bool:
        return any(column.look for column in self.columns)


def make_tables(numbers: Statistics, links: RegionalLinks, covered: Catalogue) -> Iterator[Table]:
    """Yield the tables of a day's numbers in the order of the page; their files have no addresses yet."""
    yield _summary(numbers)
    yield _regions(numbers, links)
    yield _areas(numbers)
    yield _years(numbers)
    for name, facet, title, rows in (
        ("ohjelmat", "programme", _("By programme"), numbers.programmes),
        ("teemat", "theme", _("By theme"), numbers.themes),
        ("kohderyhmat", "target_group", _("By target group"), numbers.target_groups),
    ):
        yield _terms(name, facet, title, rows, numbers, links, covered)
    yield _statuses(numbers)
    yield _lasting(numbers)
    yield _reasons(numbers)


def _summary(numbers: Statistics) -> Table:
    spread = numbers.spread
    lines = [
        (_("Operating models developed"), whole(numbers.models)),
        (_("Models in use somewhere"), whole(numbers.models_in_use)),
        (_("Models being adopted or in use somewhere"), whole(numbers.models_adopted)),
        (_("Models without reports"), whole(numbers.without_reports)),
        (_("Adoptions in the regions"), whole(numbers.adoptions)),
        (_("Adoptions that have ended"), whole(numbers.ended)),
        (_("Adoptions whose report is disputed"), whole(numbers.disputed)),
        (_("Regions that have developed models"), whole(numbers.regions_developing)),
        (_("Organisers that use models"), whole(numbers.regions_using)),
        (_("Organisers altogether"), whole(numbers.organisers)),
        (_("Days to the first other region, first quartile"), decimal(spread.first_quartile)),
        (_("Days to the first other region, median"), decimal(spread.median)),
        (_("Days to the first other region, third quartile"), decimal(spread.third_quartile)),
        (_("Models that have reached another region on a known date"), whole(spread.reached)),
        (_("Of these, used elsewhere before publishing"), whole(spread.before)),
        (_("Models left out: the date is known to a year or not at all"), whole(spread.undated)),
    ]
    return Table(
        name="yhteenveto",
        title=_("Summary"),
        caption=_("All numbers that are no rows of a table below"),
        heading=_("What is counted"),
        columns=(TableColumn(_("Number")),),
        lines=tuple(TableLine(label, (cell,)) for label, cell in lines),
    )


def _regions(numbers: Statistics, links: RegionalLinks) -> Table:
    lines = [
        TableLine(
            row.name,
            _wholes(row.developed, row.in_use, row.adoptions, row.ended, row.disputed),
            url=links.region_url(row.code),
        )
        for row in numbers.regions
    ]
    return Table(
        name="alueet",
        title=_("By region"),
        caption=_("What each region has developed and what it uses, whoever developed it"),
        heading=_("Region"),
        columns=tuple(
            TableColumn(label)
            for label in (
                pgettext("models", "Developed"),
                pgettext("models", "Uses"),
                _("Adoptions"),
                pgettext("models", "Ended"),
                pgettext("models", "Disputed"),
            )
        ),
        lines=tuple(lines),
        note=_("HUS, Åland and the whole country are shown and count in no share of organisers."),
    )


def _areas(numbers: Statistics) -> Table:
    return Table(
        name="yhteistyoalueet",
        title=_("By collaborative area"),
        caption=_("A model counts once in an area, however many of its regions developed or use it"),
        heading=_("Collaborative area"),
        columns=(
            TableColumn(pgettext("models", "Developed"), "first"),
            TableColumn(pgettext("models", "Uses"), "second"),
            TableColumn(_("Adoptions")),
            TableColumn(pgettext("adoptions", "Ended")),
        ),
        lines=tuple(
            TableLine(row.name, _wholes(row.developed, row.in_use, row.adoptions, row.ended)) for row in numbers.areas
        ),
    )


def _years(numbers: Statistics) -> Table:
    left_out = numbers.undated_beginnings
    told = ngettext(
        "%(number)d adoption is in no year, because nobody knows when it began.",
        "%(number)d adoptions are in no year, because nobody knows when they began.",
        left_out,
    )
    return Table(
        name="vuodet",
        title=_("By year"),
        caption=_("Models published and adoptions begun in each year"),
        heading=_("Year"),
        columns=(TableColumn(_("Models published"), "first"), TableColumn(_("Adoptions begun"), "second")),
        lines=tuple(TableLine(str(row.year), _wholes(row.developed, row.adoptions)) for row in numbers.years),
        note=told % {"number": left_out} if left_out else "",
    )


def _terms(
    name: str,
    facet: str,
    title: str,
    rows: Iterable[TermRow],
    numbers: Statistics,
    links: RegionalLinks,
    covered: Catalogue,
) -> Table:
    parts = {choice.code for choice in known_choices(covered.facet(facet), numbers.concepts) if choice.parent}
    return Table(
        name=name,
        title=title,
        caption=_("Models with each value; a model that has several counts in each"),
        heading=str(covered.facet(facet).label),
        columns=(
            TableColumn(pgettext("models", "Developed"), "first"),
            TableColumn(_("In use somewhere"), "second"),
            TableColumn(_("Adoptions")),
            TableColumn(pgettext("adoptions", "Ended")),
            TableColumn(_("Share in use")),
        ),
        lines=tuple(
            TableLine(
                row.label,
                (*_wholes(row.developed, row.in_use, row.adoptions, row.ended), percent(row.share)),
                search_url(links, numbers.criteria.with_value(facet, row.code), covered),
                is_part=row.code in parts,
            )
            for row in rows
        ),
    )


def _statuses(numbers: Statistics) -> Table:
    return Table(
        name="tilat",
        title=_("By adoption status"),
        caption=_("Models by their furthest status anywhere, and adoptions by their own"),
        heading=_("Adoption status"),
        columns=(TableColumn(_("Models"), "first"), TableColumn(_("Pairs of a region and a model"), "second")),
        lines=(
            *(TableLine(capfirst(row.label), _wholes(row.models, row.adoptions)) for row in numbers.by_status),
            TableLine(_("No reports"), _wholes(numbers.without_reports, 0)),
        ),
    )


def _lasting(numbers: Statistics) -> Table:
    undated = max((row.undated for row in numbers.sustained), default=0)
    told = ngettext(
        "%(number)d adoption is left out: its beginning is known to a year or not at all.",
        "%(number)d adoptions are left out: their beginning is known to a year or not at all.",
        undated,
    )
    return Table(
        name="kesto",
        title=_("How adoptions last"),
        caption=_("Adoptions that began so long ago that it can be known"),
        heading=_("After"),
        columns=(TableColumn(_("Began")), TableColumn(_("Still going on then")), TableColumn(_("Share"), "second")),
        lines=tuple(
            TableLine(
                _("%(months)d months") % {"months": row.months},
                (*_wholes(row.began, row.lasted), percent(row.share)),
            )
            for row in numbers.sustained
        ),
        note=told % {"number": undated} if undated else "",
        scale=1,
    )


def _reasons(numbers: Statistics) -> Table:
    return Table(
        name="syyt",
        title=_("Why adoptions have ended"),
        caption=_("Reasons that regions gave; one adoption may have several"),
        heading=_("Reason"),
        columns=(TableColumn(_("Ended adoptions"), "second"),),
        lines=tuple(TableLine(capfirst(row.label), _wholes(row.count)) for row in numbers.reasons),
    )


def _wholes(*numbers: int) -> tuple[NumberCell, ...]:
    return tuple(map(whole, numbers))


def whole(number: int) -> NumberCell:
    return NumberCell(number_format(number, force_grouping=True), number, number)


def decimal(number: float | None) -> NumberCell:
    if number is None:
        return NumberCell("–", None, 0)
    return NumberCell(
        number_format(number, decimal_pos=0 if number == int(number) else 1, force_grouping=True),
        Decimal(f"{number:g}"),
        number,
    )


def percent(share: float | None) -> NumberCell:
    if share is None:
        return NumberCell("–", None, 0)
    number = round(100 * share, 1)
    return NumberCell(
        _("%(number)s%%") % {"number": number_format(number, decimal_pos=1)},
        Decimal(f"{number:.1f}"),
        share,
    )


def search_url(links: RegionalLinks, criteria: Criteria, covered: Catalogue) -> str:
    """Return the address of the search for the criteria."""
    query = replace(criteria, page=1, sort="").querystring(covered)
    return f"{links.index_url}?{query}" if query and links.index_url else links.index_url


def write_csv(table: Table, limits: Iterable[str] = (), *, licence: Licence | None = None) -> bytes:
    """Return a table as the bytes of a CSV file.

    What its numbers are limited to, and their licence, stand in its first lines, with an empty line below.
    """
    told: list[tuple[object, ...]] = [(_("Limited to"), limit) for limit in limits]
    if licence is not None:
        told.append((_("Licence"), licence))
    above = [*told, ()] if told else []
    heading = (table.heading, *(column.label for column in table.columns))
    lines = ((line.label, *(cell.raw for cell in line.cells)) for line in table.lines)
    return b"".join(csv_files.write((*above, heading, *lines)))
