"""The numbers of the knowledge base on any day: how much was developed, taken into use, kept and given up, and where.

Every public number comes from here, so that pages agree: the statistics, the front page, regions, themes, programmes.
What belongs to them is what the search finds, by its own criteria; where regions stood is what the ledger says.

- A model belongs to the numbers of a day when the search finds it now and it was first published on the day or before.
  Its themes, programmes and other values are those of now.
- An *adoption* is a region that has begun to take a model into use: its latest report on the day says being adopted,
  in use or established. A region *uses* a model that is in use or established there.
  The value of the whole country is no region: it counts in no number of regions or adoptions.
- Of several reports the latest by valid date holds, then by the time of recording, then by key. A report that a later
  one corrects or takes back holds no more, from the moment when that one was recorded.
- A region that exists no more counts through its successors: each stands where it stood until it reports itself. Of
  several predecessors the furthest status goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import date, datetime

import numpy as np
from django.utils import timezone
from django.utils.translation import get_language
from numpy.typing import NDArray

from operating_models.models import AdoptionStatus, DatePrecision, OwnerAnswer, Verdict
from operating_models.models.adoption import ADOPTED, END_OF_TIME, IN_USE, SIDES, STEPS
from operating_models.models.regions import ORGANISER_KINDS
from operating_models.statistics import histories
from operating_models.statistics.days import local_days, months_later, years_of
from operating_models.statistics.histories import (
    NOWHERE,
    PRECISIONS,
    REASONS,
    STATUSES,
    Booleans,
    Integers,
    number_of_day,
    numbers_of,
)
from operating_models.statistics.rows import (
    AreaRow,
    ReasonRow,
    RegionRow,
    RegionStanding,
    Spread,
    Statistics,
    StatusRow,
    Sustained,
    TermRow,
    YearRow,
)
from operating_models.statistics.territories import Territory, read_territories
from search.criteria import Criteria
from search.finding.selection import Selection, select
from search.terms.concepts import Concepts

MONTHS = (12, 24)
"""After how many months it is asked whether an adoption has lasted."""

EXACT = (DatePrecision.DAY, DatePrecision.MONTH)
"""Dates that are known well enough to count days and months from them; of a month its first day."""

# The furthest of several statuses; ended is behind all others.
RANKS = np.array([STEPS.index(status) + 1 if status in STEPS else 0 for status in STATUSES], np.int8)


def read(
    criteria: Criteria = Criteria(),  # noqa: B008 - frozen
    *,
    day: date | None = None,
    known: datetime | None = None,
) -> Statistics:
    """Return the numbers of a day (default: today) as known at a moment (default: all) of what the criteria find.

    Sort and page of the criteria do not matter. Takes a handful of queries, however many models and reports there are.
    """
    now = timezone.now()
    day, known = day or timezone.localdate(now), known or END_OF_TIME
    return _Reading(select(criteria, now=now), read_territories(), day=day, known=known).statistics()


def read_selected(criteria: Criteria) -> Statistics | None:
    """Return today's numbers of what the criteria select; None when the search leaves some of the selections out.

    It does so with a value that no list names and no model has, and would then count every model.
    """
    numbers = read(criteria)
    return numbers if dict(numbers.criteria.selections) == dict(criteria.selections) else None


def standings(
    codes: Iterable[str], *, day: date | None = None, known: datetime | None = None
) -> tuple[RegionStanding, ...]:
    """Return where regions stand with all models: what their rows in the statistics count, region by region.

    A region that exists no more stands nowhere.
    """
    now = timezone.now()
    day, known = day or timezone.localdate(now), known or END_OF_TIME
    return tuple(_Reading(select(Criteria(), now=now), read_territories(), day=day, known=known).standings(set(codes)))


def _disputed(known: datetime) -> Integers:
    """Return the keys of the reports that their models' owners dispute: the latest answer that takes a side does."""
    reports = OwnerAnswer.objects.filter(verdict=Verdict.DISPUTED).values("report")
    answers = OwnerAnswer.objects.filter(report__in=reports, verdict__in=SIDES, recorded_at__lte=known)
    verdicts = dict(answers.order_by("pk").values_list("report_id", "verdict"))
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
        self.adopted = self._is(ADOPTED)
        self.in_use = self._is(IN_USE)
        self.ended = self._is([AdoptionStatus.ENDED])
        # The whole country is a status of a model, and never an adoption of a region.
        self.adoptions = self.adopted & self.regional
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
            models_adopted=int(self.adopted.any(axis=1).sum()),
            regions_developing=int((self.developing & self.regional).any(axis=0).sum()),
            regions_using=int((self.in_use & self.organisers).any(axis=0).sum()),
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

    def standings(self, codes: Set[str]) -> Iterable[RegionStanding]:
        for place, territory in enumerate(self.territories):
            if territory.code in codes and territory.exists(self.day):
                reported = np.flatnonzero(self.latest[:, place] != NOWHERE)
                keys = self.standing.rows.keys[self.latest[reported, place]].tolist()
                statuses = self.statuses[reported, place].tolist()
                for page_id, key, number in zip(self.pages[reported].tolist(), keys, statuses, strict=True):
                    yield RegionStanding(territory.code, page_id, key, STATUSES[number])

    def _is(self, statuses: Iterable[AdoptionStatus]) -> Booleans:
        return np.isin(self.statuses, numbers_of(STATUSES, statuses))

    def _is_precise(self, places: Integers, precisions: Iterable[DatePrecision]) -> Booleans:
        return np.isin(self.standing.rows.precisions[places], numbers_of(PRECISIONS, precisions))

    def _hand_on(self, latest: Integers) -> Integers:
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

    def _is_of(self, places: Integers, column: int) -> Booleans:
        """Tell which of the places are of a region's own reports."""
        if not len(self.standing.region_places):
            return np.zeros(len(places), bool)
        return (places != NOWHERE) & (self.standing.region_places[places] == column)

    def _successors(self, territory: Territory) -> list[int]:
        return [self.column[key] for key in territory.successors if key in self.column]

    def _rank(self, places: Integers) -> NDArray[np.int8]:
        statuses = self.standing.statuses(places)
        return np.where(statuses == NOWHERE, np.int8(NOWHERE), RANKS[statuses])

    def _table_of(self, facet: str) -> Booleans:
        """Tell which model has which region in a facet of regions."""
        nobody = np.zeros(len(self.pages), bool)
        values = self.values[facet]
        return np.column_stack([values.get(territory.code, nobody) for territory in self.territories])

    def _find_disputes(self) -> Booleans:
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

    def _rows(self, facet: str) -> tuple[TermRow, ...]:
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
            TermRow(term.code, _label(self.concepts, term.key), *counts)
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
                    in_use=int(self.in_use[:, place].sum()),
                    adoptions=int(self.adopted[:, place].sum()),
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
                in_use=int(self.in_use[:, columns].any(axis=1).sum()),
                adoptions=int(self.adoptions[:, columns].sum()),
                ended=int(self.endings[:, columns].sum()),
            )

    def _beginnings(self) -> Integers:
        """Return the places of the reports with which adoptions began.

        A successor that goes on with what a predecessor used begins nothing.
        """
        rows = self.standing.rows
        uses = np.isin(rows.statuses, numbers_of(STATUSES, ADOPTED)) & self.regional[self.standing.region_places]
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

    def _years(self, beginnings: Integers) -> Iterable[YearRow]:
        dated = beginnings[~self._is_precise(beginnings, [DatePrecision.UNKNOWN])]
        developed, begun = years_of(self.published), years_of(self.standing.rows.days[dated])
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
            np.isin(rows.statuses, numbers_of(STATUSES, ADOPTED))
            & self.regional[self.standing.region_places]
            & ~own[pages, self.standing.region_places]
        )
        places = np.flatnonzero(others)
        in_time = places[np.lexsort((rows.keys[places], rows.days[places], pages[places]))]
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

    def _sustained(self, beginnings: Integers, months: int) -> Sustained:
        exact = beginnings[self._is_precise(beginnings, EXACT)]
        then = months_later(self.standing.rows.days[exact], months)
        old_enough = then <= number_of_day(self.day)
        began, then = exact[old_enough], then[old_enough]
        return Sustained(
            months=months,
            began=len(began),
            lasted=int(self._lasts_on(began, then).sum()),
            undated=len(beginnings) - len(exact),
        )

    def _lasts_on(self, reports: Integers, days: Integers) -> Booleans:
        """Tell of the pair of each report whether the adoption lasts on a day, there or in a region that goes on."""
        pages, columns = self.standing.page_places[reports], self.standing.region_places[reports]
        uses = numbers_of(STATUSES, ADOPTED)

        def status_on(in_column: Integers) -> NDArray[np.int8]:
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
