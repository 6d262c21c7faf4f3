"""The numbers of the knowledge base on any day: how much was developed, taken into use, kept and given up, and where.

Every public number comes from here, so that pages agree: the statistics, the front page, regions, themes, programmes.
What belongs to them is what the search finds, by its own criteria; where regions stood is what the ledger says.

- A model belongs to the numbers of a day when the search finds it now and it was first published on the day or before.
  Its themes, programmes and other values are those of now.
- An *adoption* is a region that uses a model: its latest report on the day says being adopted, in use or established.
  The value of the whole country is no region: it counts in no number of regions or adoptions.
- Of several reports the latest by valid date holds, then by the time of recording, then by key. A report that a later
  one corrects or takes back holds no more, from the moment when that one was recorded.
- A region that exists no more counts through its successors: each stands where it stood until it reports itself. Of
  several predecessors the furthest status goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from django.utils import timezone
from django.utils.translation import get_language
from numpy.typing import NDArray

from operating_models.models import AdoptionStatus, DatePrecision, OwnerAnswer, Region, RegionKind, Verdict
from operating_models.models.adoption import IN_USE, SIDES, STEPS, USING
from operating_models.models.regions import ORGANISER_KINDS
from operating_models.statistics import histories
from operating_models.statistics.histories import NOWHERE, PRECISIONS, REASONS, STATUSES, number_of_day, numbers_of
from search.criteria import Criteria
from search.finding.selection import Selection, select
from search.terms.concepts import Concepts

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]

MONTHS = (12, 24)
"""After how many months it is asked whether an adoption has lasted."""

EXACT = (DatePrecision.DAY, DatePrecision.MONTH)
"""Dates that are known well enough to count days and months from them; of a month its first day."""

# The furthest of several statuses; ended is behind all others.
RANKS = np.array([STEPS.index(status) + 1 if status in STEPS else 0 for status in STATUSES], np.int8)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """An adoption status."""

    status: AdoptionStatus
    label: str
    models: int
    """Models whose furthest status anywhere this is, the whole country included: the search's facet."""
    adoptions: int
    """Pairs of a region and a model of which this is the status; the whole country is no region."""


@dataclass(frozen=True, slots=True)
class Row:
    """The models of a programme, a theme or a target group."""

    code: str
    label: str
    developed: int
    """Models that have the value; a programme has those of its parts too."""
    in_use: int
    """Of these, models that are in use or established somewhere."""
    adoptions: int
    """Pairs of a region and one of these models that it uses."""
    ended: int
    """Pairs of a region and one of these models whose use has ended there."""

    @property
    def share(self) -> float | None:
        """The part of the developed models that is in use somewhere, 0 to 1; None without models."""
        return self.in_use / self.developed if self.developed else None


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region: what it has developed, and where it stands with models, whoever developed them."""

    code: str
    name: str
    kind: RegionKind
    organiser: bool
    """Whether it organises health and social services on the day: it counts in shares of regions."""
    developed: int
    """Models that the region developed, alone or with others."""
    using: int
    """Models that the region uses: being adopted, in use or established there."""
    in_use: int
    """Models that are in use or established in the region."""
    ended: int
    """Models whose use has ended in the region."""
    disputed: int
    """Models whose owner disputes what the region reports."""
    by_status: Mapping[AdoptionStatus, int]
    """Models by their status in the region."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A collaborative area, with the regions of the country that belong to it on the day."""

    code: str
    name: str
    regions: int
    developed: int
    """Models that some region of the area developed, each once."""
    using: int
    """Models that some region of the area uses, each once."""
    adoptions: int
    """Pairs of a region of the area and a model that it uses."""
    ended: int
    """Pairs of a region of the area and a model whose use has ended there."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """A calendar year up to the day."""

    year: int
    developed: int
    """Models first published in the year."""
    adoptions: int
    """Adoptions that began in the year: the region's first report of using the model is valid from a day of it."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason for ending."""

    code: str
    label: str
    count: int
    """Ended adoptions that have the reason; one may have several."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How soon a model gets from its publishing into the first other region, in days.

    Another region is one that did not develop the model, and not the whole country. The first is the one whose first
    report of using it is valid from the earliest day. A date known to a month counts from the first of it.
    """

    models: int
    """All models of the numbers."""
    reached: int
    """Models that another region uses or has used, of which the first date is known at least to a month."""
    undated: int
    """Models left out: another region uses or has used them, but the first date is known to a year or not at all."""
    before: int
    """Of the reached, models that another region used before they were published here: they count as zero days."""
    first_quartile: float | None
    median: float | None
    third_quartile: float | None
    """Days below which a quarter, half and three quarters of the reached models stay; None without any."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """Whether adoptions last.

    An adoption begins with the region's first report of using the model. It has lasted when the region's status is
    being adopted, in use or established on the same date ``months`` later. Ended ones stay among those that began.
    """

    months: int
    began: int
    """Adoptions that began at least ``months`` before the day."""
    lasted: int
    """Of these, the ones in use that many months later, whatever happened between or since."""
    undated: int
    """Adoptions left out, whatever their age: the beginning is known to a year or not at all."""

    @property
    def share(self) -> float | None:
        """The part of the begun ones that lasted, 0 to 1; None without any."""
        return self.lasted / self.began if self.began else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of one day, for what the criteria select."""

    day: date
    criteria: Criteria
    """The criteria that were used: codes that nobody knows are left out."""
    concepts: Concepts = field(repr=False, compare=False)
    """The concepts of this moment, with the labels of codes."""
    models: int
    """Models first published on the day or before it: as many as the search finds, when the day is today."""
    models_in_use: int
    """Models that are in use or established somewhere, the whole country included."""
    models_used: int
    """Models that are being adopted, in use or established somewhere, the whole country included."""
    regions_developing: int
    """Regions that developed some of the models; the whole country is none."""
    regions_using: int
    """Organisers that use some of the models."""
    organisers: int
    """Regions that organise health and social services on the day: counties and Helsinki. All shares are of these."""
    adoptions: int
    """Pairs of a region and a model that it uses; the whole country is no region."""
    disputed: int
    """Pairs of a region and a model whose owner disputes the report that gives the region's status."""
    ended: int
    """Pairs of a region and a model whose use has ended there."""
    without_reports: int
    """Models of which nobody has reported anything."""
    undated_beginnings: int
    """Adoptions whose beginning is not known even to a year: they are in no row of a year."""
    by_status: tuple[StatusRow, ...]
    programmes: tuple[Row, ...]
    themes: tuple[Row, ...]
    target_groups: tuple[Row, ...]
    regions: tuple[RegionRow, ...]
    """Every region that exists on the day or has a number, in order, the whole country last."""
    areas: tuple[AreaRow, ...]
    years: tuple[YearRow, ...]
    """Every year from the first one with something to the one of the day."""
    spread: Spread
    sustained: tuple[Sustained, ...]
    """After 12 and 24 months."""
    reasons: tuple[ReasonRow, ...]
    """Why adoptions that have ended by the day ended, in the order of the list, also those that nobody gave."""


def read(
    criteria: Criteria = Criteria(),  # noqa: B008 - frozen
    *,
    day: date | None = None,
    known: datetime | None = None,
) -> Statistics:
    """Return the numbers of a day (default: today) as known at a moment (default: now) of what the criteria find.

    Sort and page of the criteria do not matter. Takes a handful of queries, however many models and reports there are.
    """
    now = timezone.now()
    day, known = day or timezone.localdate(now), known or now
    return _Reading(select(criteria, now=now), _territories(), day=day, known=known).statistics()


def read_selected(criteria: Criteria) -> Statistics | None:
    """Return today's numbers of what the criteria select; None when the search leaves some of the selections out.

    It does so with a value that no list names and no model has, and would then count every model.
    """
    numbers = read(criteria)
    return numbers if dict(numbers.criteria.selections) == dict(criteria.selections) else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a region stands with a model, and the report that says so: its own, or one of a predecessor."""

    region_code: str
    page_id: int
    report_id: int
    status: AdoptionStatus


def standings(codes: Iterable[str], *, day: date | None = None, known: datetime | None = None) -> tuple[Standing, ...]:
    """Return where regions stand with all models: what their rows in the statistics count, region by region.

    A region that exists no more stands nowhere.
    """
    now = timezone.now()
    day, known = day or timezone.localdate(now), known or now
    return tuple(_Reading(select(Criteria(), now=now), _territories(), day=day, known=known).standings(set(codes)))


@dataclass(frozen=True, slots=True)
class Territory:
    """A region as numbers need it: where it belongs, when it exists, and which go on in its place after that."""

    key: int
    code: str
    name: str
    kind: RegionKind
    area: int | None
    area_name: str
    valid_from: date | None = None
    valid_until: date | None = None
    successors: tuple[int, ...] = ()

    @property
    def is_national(self) -> bool:
        return self.kind == RegionKind.NATIONAL

    def exists(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day


def _territories() -> list[Territory]:
    return [
        Territory(
            key=region.pk,
            code=region.code,
            name=region.short_name_fi,
            kind=RegionKind(region.kind),
            area=region.collaborative_area,
            area_name=region.collaborative_area_name,
            valid_from=region.valid_from,
            valid_until=region.valid_until,
            successors=tuple(successor.pk for successor in region.successors.all()),
        )
        for region in Region.objects.in_order().prefetch_related("successors")
    ]


def _disputed(known: datetime) -> Whole:
    """Return the keys of the reports that their models' owners dispute: the latest answer that takes a side does."""
    reports = OwnerAnswer.objects.filter(verdict=Verdict.DISPUTED).values("report")
    answers = OwnerAnswer.objects.filter(report__in=reports, verdict__in=SIDES, recorded_at__lte=known)
    verdicts = dict(answers.order_by("recorded_at", "pk").values_list("report_id", "verdict"))
    return np.array([key for key, verdict in verdicts.items() if verdict == Verdict.DISPUTED], np.int64)


class _Reading:
    """Reads one day. Tables have a row for each model and a column for each region, in the order of territories."""

    def __init__(self, found: Selection, territories: Sequence[Territory], *, day: date, known: datetime) -> None:
        self.day, self.known = day, known
        self.criteria = found.criteria
        self.concepts = found.concepts
        published = local_days(found.sort_keys["newest"])
        chosen = published <= number_of_day(day)
        self.published = published[chosen]
        self.pages = found.page_ids[chosen]
        self.values = {
            facet: {code: has[chosen] for code, has in values.items()} for facet, values in found.values.items()
        }
        self.territories = territories
        self.column = {territory.key: place for place, territory in enumerate(territories)}
        self.regional = np.array([not territory.is_national for territory in territories], bool)
        self.standing = histories.current().standing(
            self.pages, [territory.key for territory in territories], day=day, known=known
        )
        self.organisers = np.array([one.kind in ORGANISER_KINDS and one.exists(day) for one in territories], bool)
        self.developing = self._table_of("region")
        self.latest = self._hand_on(self.standing.latest())
        self.statuses = self.standing.statuses(self.latest)
        self.using = self._is(USING)
        self.in_use = self._is(IN_USE)
        self.ended = self._is([AdoptionStatus.ENDED])
        # The whole country is a status of a model, and never an adoption of a region.
        self.adoptions = self.using & self.regional
        self.endings = self.ended & self.regional
        self.disputes = self._find_disputes()

    def statistics(self) -> Statistics:
        beginnings = self._beginnings()
        return Statistics(
            day=self.day,
            criteria=self.criteria,
            concepts=self.concepts,
            models=len(self.pages),
            models_in_use=int(self.in_use.any(axis=1).sum()),
            models_used=int(self.using.any(axis=1).sum()),
            regions_developing=int((self.developing & self.regional).any(axis=0).sum()),
            regions_using=int((self.using & self.organisers).any(axis=0).sum()),
            organisers=int(self.organisers.sum()),
            adoptions=int(self.adoptions.sum()),
            disputed=int((self.disputes & self.regional).sum()),
            ended=int(self.endings.sum()),
            without_reports=int((self.statuses == NOWHERE).all(axis=1).sum()),
            undated_beginnings=int(self._is_precise(beginnings, [DatePrecision.UNKNOWN]).sum()),
            by_status=tuple(self._by_status()),
            programmes=self._rows("programme"),
            themes=self._rows("theme"),
            target_groups=self._rows("target_group"),
            regions=tuple(self._regions()),
            areas=tuple(self._areas()),
            years=tuple(self._years(beginnings)),
            spread=self._spread(),
            sustained=tuple(self._sustained(beginnings, months) for months in MONTHS),
            reasons=tuple(self._reasons()),
        )

    def standings(self, codes: Set[str]) -> Iterable[Standing]:
        for place, territory in enumerate(self.territories):
            if territory.code in codes and territory.exists(self.day):
                reported = np.flatnonzero(self.latest[:, place] != NOWHERE)
                keys = self.standing.rows.keys[self.latest[reported, place]].tolist()
                statuses = self.statuses[reported, place].tolist()
                for page_id, key, number in zip(self.pages[reported].tolist(), keys, statuses, strict=True):
                    yield Standing(territory.code, page_id, key, STATUSES[number])

    def _is(self, statuses: Iterable[AdoptionStatus]) -> Mask:
        return np.isin(self.statuses, numbers_of(STATUSES, statuses))

    def _is_precise(self, places: Whole, precisions: Iterable[DatePrecision]) -> Mask:
        return np.isin(self.standing.rows.precisions[places], numbers_of(PRECISIONS, precisions))

    def _hand_on(self, latest: Whole) -> Whole:
        """Return the latest reports with those of regions that exist no more handed on to their successors."""
        latest = latest.copy()
        over = [(place, one) for place, one in enumerate(self.territories) if one.is_over(self.day)]
        for place, one in sorted(over, key=lambda pair: (pair[1].valid_until, pair[0])):
            for column in self._successors(one):
                handed, kept = latest[:, place], latest[:, column]
                # What the successor has from another predecessor is no report of its own.
                takes = ~self._is_of(kept, column) & (self._rank(handed) > self._rank(kept))
                latest[:, column] = np.where(takes, handed, kept)
            latest[:, place] = NOWHERE
        return latest

    def _is_of(self, places: Whole, column: int) -> Mask:
        """Tell which of the places are of a region's own reports."""
        if not len(self.standing.region_places):
            return np.zeros(len(places), bool)
        return (places != NOWHERE) & (self.standing.region_places[places] == column)

    def _successors(self, territory: Territory) -> list[int]:
        return [self.column[key] for key in territory.successors if key in self.column]

    def _rank(self, places: Whole) -> NDArray[np.int8]:
        statuses = self.standing.statuses(places)
        return np.where(statuses == NOWHERE, np.int8(NOWHERE), RANKS[statuses])

    def _table_of(self, facet: str) -> Mask:
        """Tell which model has which region in a facet of regions."""
        nobody = np.zeros(len(self.pages), bool)
        values = self.values[facet]
        return np.column_stack([values.get(territory.code, nobody) for territory in self.territories])

    def _find_disputes(self) -> Mask:
        keys = self.standing.rows.keys
        if not len(keys):
            return np.zeros(self.latest.shape, bool)
        return (self.latest != NOWHERE) & np.isin(keys[self.latest], _disputed(self.known))

    def _by_status(self) -> Iterable[StatusRow]:
        ranks = np.where(self.statuses == NOWHERE, np.int8(NOWHERE), RANKS[self.statuses])
        furthest = ranks.max(axis=1, initial=NOWHERE)
        for number, status in enumerate(STATUSES):
            yield StatusRow(
                status=status,
                label=str(status.label),
                models=int((furthest == RANKS[number]).sum()),
                adoptions=int(((self.statuses == number) & self.regional).sum()),
            )

    def _rows(self, facet: str) -> tuple[Row, ...]:
        """Return a row for each term of a vocabulary, in its order, also for those without models."""
        terms = self.concepts.vocabulary(facet)
        nobody = np.zeros(len(self.pages), bool)
        have = np.array([self.values[facet].get(term.code, nobody) for term in terms], np.int64)
        numbers = np.column_stack(
            [
                np.ones(len(self.pages), np.int64),
                self.in_use.any(axis=1),
                self.adoptions.sum(axis=1),
                self.endings.sum(axis=1),
            ]
        )
        counted = (have.reshape(len(terms), len(self.pages)) @ numbers).tolist()
        return tuple(
            Row(term.code, _label(self.concepts, term.key), *counts)
            for term, counts in zip(terms, counted, strict=True)
        )

    def _regions(self) -> Iterable[RegionRow]:
        developed = self.developing.sum(axis=0)
        disputed = self.disputes.sum(axis=0)
        by_status = [(self.statuses == number).sum(axis=0) for number in range(len(STATUSES))]
        for place, territory in enumerate(self.territories):
            if territory.exists(self.day) or developed[place] or (self.latest[:, place] != NOWHERE).any():
                yield RegionRow(
                    code=territory.code,
                    name=territory.name,
                    kind=territory.kind,
                    organiser=bool(self.organisers[place]),
                    developed=int(developed[place]),
                    using=int(self.using[:, place].sum()),
                    in_use=int(self.in_use[:, place].sum()),
                    ended=int(self.ended[:, place].sum()),
                    disputed=int(disputed[place]),
                    by_status={status: int(counts[place]) for status, counts in zip(STATUSES, by_status, strict=True)},
                )

    def _areas(self) -> Iterable[AreaRow]:
        developing = self.developing
        names = {one.area: one.area_name for one in self.territories if one.area is not None}
        for area in sorted(names):
            columns = [place for place, one in enumerate(self.territories) if one.area == area]
            yield AreaRow(
                code=str(area),
                name=names[area],
                regions=sum(self.territories[place].exists(self.day) for place in columns),
                developed=int(developing[:, columns].any(axis=1).sum()),
                using=int(self.using[:, columns].any(axis=1).sum()),
                adoptions=int(self.adoptions[:, columns].sum()),
                ended=int(self.endings[:, columns].sum()),
            )

    def _beginnings(self) -> Whole:
        """Return the places of the reports with which adoptions began.

        A successor that goes on with what a predecessor used begins nothing.
        """
        rows = self.standing.rows
        uses = np.isin(rows.statuses, numbers_of(STATUSES, USING)) & self.regional[self.standing.region_places]
        first = self.standing.first(uses)
        for place, one in enumerate(self.territories):
            if one.is_over(self.day):
                used = np.unique(self.standing.page_places[uses & (self.standing.region_places == place)])
                goes_on = np.isin(self.standing.region_places[first], self._line(one)) & np.isin(
                    self.standing.page_places[first], used
                )
                first = first[~goes_on]
        return first

    def _line(self, territory: Territory) -> list[int]:
        """Return the columns of the regions that go on after this one, and after those that are over too."""
        found: list[int] = []
        waiting = self._successors(territory)
        while waiting:
            column = waiting.pop()
            if column not in found:
                found.append(column)
                waiting += self._successors(self.territories[column])
        return sorted(found)

    def _years(self, beginnings: Whole) -> Iterable[YearRow]:
        dated = beginnings[~self._is_precise(beginnings, [DatePrecision.UNKNOWN])]
        developed, begun = _years_of(self.published), _years_of(self.standing.rows.days[dated])
        both = np.concatenate([developed, begun])
        for year in range(int(both.min()), self.day.year + 1) if len(both) else ():
            yield YearRow(year, developed=int((developed == year).sum()), adoptions=int((begun == year).sum()))

    def _spread(self) -> Spread:
        rows, pages = self.standing.rows, self.standing.page_places
        own = self.developing.copy()
        for place, one in enumerate(self.territories):
            if one.is_over(self.day):
                own[:, self._line(one)] |= own[:, [place]]
        others = (
            np.isin(rows.statuses, numbers_of(STATUSES, USING))
            & self.regional[self.standing.region_places]
            & ~own[pages, self.standing.region_places]
        )
        places = np.flatnonzero(others)
        in_time = places[np.lexsort((rows.keys[places], rows.recorded[places], rows.days[places], pages[places]))]
        _models, firsts = np.unique(pages[in_time], return_index=True)
        first = in_time[firsts]
        exact = first[self._is_precise(first, EXACT)]
        days = rows.days[exact] - self.published[pages[exact]]
        quartiles = np.percentile(np.maximum(days, 0), [25, 50, 75]).tolist() if len(days) else [None] * 3
        return Spread(
            models=len(self.pages),
            reached=len(exact),
            undated=len(first) - len(exact),
            before=int((days < 0).sum()),
            first_quartile=quartiles[0],
            median=quartiles[1],
            third_quartile=quartiles[2],
        )

    def _sustained(self, beginnings: Whole, months: int) -> Sustained:
        exact = beginnings[self._is_precise(beginnings, EXACT)]
        then = months_later(self.standing.rows.days[exact], months)
        old_enough = then <= number_of_day(self.day)
        began, then = exact[old_enough], then[old_enough]
        return Sustained(
            months=months,
            began=len(began),
            lasted=int(self._used_on(began, then).sum()),
            undated=len(beginnings) - len(exact),
        )

    def _used_on(self, reports: Whole, days: Whole) -> Mask:
        """Tell of the pair of each report whether the region, or one that goes on in its place, uses it on a day."""
        pages, columns = self.standing.page_places[reports], self.standing.region_places[reports]
        uses = numbers_of(STATUSES, USING)

        def status_on(in_column: Whole) -> NDArray[np.int8]:
            return self.standing.statuses(self.standing.on(pages * self.standing.shape[1] + in_column, days))

        used = np.isin(status_on(columns), uses)
        for place, one in enumerate(self.territories):
            over = (columns == place) & (days > number_of_day(one.valid_until)) if one.is_over(self.day) else None
            if over is not None and over.any():
                later = np.array([status_on(np.full(len(reports), column)) for column in self._line(one)])
                reported = (later != NOWHERE).any(axis=0) if len(later) else np.zeros(len(reports), bool)
                goes_on = np.isin(later, uses).any(axis=0) if len(later) else reported
                used = np.where(over & reported, goes_on, used)
        return used

    def _reasons(self) -> Iterable[ReasonRow]:
        given = self.standing.rows.reasons[self.latest[self.endings]]
        for number, reason in enumerate(REASONS):
            yield ReasonRow(reason.value, str(reason.label), int((given >> number & 1).sum()))


def _label(concepts: Concepts, key: str) -> str:
    return concepts.label(key, (get_language() or "").partition("-")[0])


def _years_of(days: Whole) -> Whole:
    return days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970


def months_later(days: Whole, months: int) -> Whole:
    """Return the same date some months after each day, or the last one of its month where that is shorter."""
    dates = days.astype("M8[D]")
    from_month = dates.astype("M8[M]")
    month = from_month + months
    last = (month + 1).astype("M8[D]") - 1
    return np.minimum(month.astype("M8[D]") + (dates - from_month.astype("M8[D]")), last).astype(np.int64)


def local_days(moments: NDArray[np.float64]) -> Whole:
    """Return the numbers of the days on which moments (seconds since 1970) fall where the service stands."""
    if not len(moments):
        return np.empty(0, np.int64)
    zone = timezone.get_default_timezone()
    first = datetime.fromtimestamp(float(moments.min()), zone).date()
    last = datetime.fromtimestamp(float(moments.max()), zone).date()
    return number_of_day(first) + np.searchsorted(_midnights(first, last), moments, side="right") - 1


@lru_cache(maxsize=16)
def _midnights(first: date, last: date) -> NDArray[np.float64]:
    """Return the moments at which days begin, from the first day to the last."""
    zone = timezone.get_default_timezone()
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return np.array([datetime.combine(day, time(), zone).timestamp() for day in days])
