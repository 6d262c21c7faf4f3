"""The ledger of adoption as arrays that a process keeps: where each region stood with each model on any day.

The queries of ``AdoptionReportQuerySet`` say what holds; these arrays say the same of all models at once. The ledger
is only added to, so its number of rows with its last row tells exactly whether it has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from threading import Lock

import numpy as np
from django.db.models import Count, Subquery, Value
from numpy.typing import NDArray

from operating_models.models import AdoptionReport, AdoptionStatus, DatePrecision, EndReason
from search import index_version

STATUSES = tuple(AdoptionStatus)
"""The statuses by the numbers that stand for them in arrays."""
PRECISIONS = tuple(DatePrecision)
REASONS = tuple(EndReason)
"""The reasons by their places in the bits of a row's reasons."""

NOWHERE = -1
"""Stands for no row."""
NEVER = np.iinfo(np.int64).max

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = EPOCH.toordinal()
DAYS = 1 << 22
"""More than there are days in the calendar: a pair and a day make one number that sorts by both."""

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

COLUMNS = ("pk", "page_id", "region_id", "status", "valid_date", "precision", "recorded_at", "is_retraction")


def number_of_day(day: date) -> int:
    """Return the number of a day, counted from the first of January 1970."""
    return day.toordinal() - FIRST_DAY


def number_of_moment(moment: datetime) -> int:
    """Return a moment in microseconds from the beginning of 1970, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def numbers_of(choices: Sequence[str], among: Iterable[str]) -> list[int]:
    """Return the numbers that stand for some of the choices."""
    return [choices.index(choice) for choice in among]


@dataclass(frozen=True, slots=True)
class Rows:
    """Reports of the ledger as parallel arrays; days and moments as numbers.

    ``superseded`` is the moment when a later row took the report's place, NEVER for one that stands; ``reasons`` has a
    bit for each reason for ending.
    """

    keys: Integers
    pages: Integers
    regions: Integers
    statuses: NDArray[np.int8]
    days: Integers
    precisions: NDArray[np.int8]
    recorded: Integers
    retracts: Booleans
    superseded: Integers
    reasons: NDArray[np.int32]

    @property
    def columns(self) -> list[NDArray]:
        """The arrays in the order of the fields."""
        return [getattr(self, field.name) for field in fields(self)]

    def take(self, places: NDArray) -> Rows:
        """Return the rows at the places, or those that a mask chooses."""
        return Rows(*(column[places] for column in self.columns))

    def followed_by(self, others: Rows) -> Rows:
        """Return these rows and then the others, in arrays of their own."""
        return Rows(*(np.concatenate(pair) for pair in zip(self.columns, others.columns, strict=True)))


@dataclass(frozen=True, slots=True)
class Histories:
    """All reports, in the order of model, region and what the later of two is: valid date, key."""

    rows: Rows

    def standing(self, pages: Integers, regions: Sequence[int], *, day: date, known: datetime) -> HoldingReports:
        """Return the reports that hold on a day as known at a moment, of these pages (ascending keys) and regions."""
        rows, at = self.rows, number_of_moment(known)
        holds = (rows.recorded <= at) & (rows.superseded > at) & ~rows.retracts & (rows.days <= number_of_day(day))
        page_places = _places(pages, rows.pages)
        by_key = np.argsort(np.array(regions, np.int64))
        found = _places(np.array(regions, np.int64)[by_key], rows.regions)
        holds &= (page_places != NOWHERE) & (found != NOWHERE)
        region_places = by_key[found[holds]] if len(regions) else found[holds]
        return HoldingReports(
            rows=rows.take(holds),
            page_places=page_places[holds],
            region_places=region_places,
            shape=(len(pages), len(regions)),
        ).sorted()


def _places(keys: Integers, of: Integers) -> Integers:
    """Return the places of values among ascending keys, NOWHERE for those that are not there."""
    if not len(keys):
        return np.full(len(of), NOWHERE)
    places = np.minimum(np.searchsorted(keys, of), len(keys) - 1)
    return np.where(keys[places] == of, places, NOWHERE)


@dataclass(frozen=True, slots=True)
class HoldingReports:
    """Reports that hold, with the places of their models and regions in the lists that were asked for.

    They stand in the order of model, region, valid date and key. ``shape`` is the number of models and
    regions. A pair is the number of a model and a region: the model's place times the number of regions, and the
    region's place.
    """

    rows: Rows
    page_places: Integers
    region_places: Integers
    shape: tuple[int, int]

    def sorted(self) -> HoldingReports:
        """Return the same reports in the order of their pairs, which is another than that of the keys of regions."""
        order = np.argsort(self.pairs, kind="stable")
        return HoldingReports(self.rows.take(order), self.page_places[order], self.region_places[order], self.shape)

    @property
    def pairs(self) -> Integers:
        return self.page_places * self.shape[1] + self.region_places

    def latest(self) -> Integers:
        """Return for each model (rows) and region (columns) the place of its latest report, or NOWHERE."""
        table = np.full(self.shape[0] * self.shape[1], NOWHERE)
        # Of equal pairs the last one is the latest, and the last one written stays.
        table[self.pairs] = np.arange(len(self.pairs))
        return table.reshape(self.shape)

    def on(self, pairs: Integers, days: Integers) -> Integers:
        """Return the place of each pair's latest report on a day of its own, or NOWHERE."""
        own = self.pairs
        found = np.searchsorted(own * DAYS + self.rows.days, pairs * DAYS + days, side="right") - 1
        if not len(own):
            return np.full(len(pairs), NOWHERE)
        return np.where((found >= 0) & (own[found] == pairs), found, NOWHERE)

    def first(self, chosen: Booleans) -> Integers:
        """Return the places of the first chosen report of each pair that has one."""
        places = np.flatnonzero(chosen)
        _pairs, firsts = np.unique(self.pairs[places], return_index=True)
        return places[firsts]

    def statuses(self, places: Integers) -> NDArray[np.int8]:
        """Return the statuses of the reports at the places, NOWHERE where there is none."""
        if not len(self.rows.statuses):
            return np.full(places.shape, NOWHERE, np.int8)
        return np.where(places == NOWHERE, np.int8(NOWHERE), self.rows.statuses[places])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What tells two states of the ledger apart: how many rows it has, and the whole of the last one."""

    count: int
    last: tuple[object, ...]


NOTHING = _Seen(0, ())


@dataclass(frozen=True, slots=True)
class _LoadedLedger:
    """A state of the ledger: the rows in the order of their keys, and the histories that they make."""

    seen: _Seen
    rows: Rows
    histories: Histories


class _HistoryStore:
    """Keeps the newest histories for all threads of the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded = EMPTY

    def current(self) -> Histories:
        """Return the ledger as it is now; one query as long as nothing was recorded.

        What is read inside a transaction may be undone: it is used once and forgotten.
        """
        seen = _look()
        loaded = self._loaded
        if loaded.seen == seen:
            return loaded.histories
        if index_version.is_uncommitted():
            return _load(loaded, seen).histories
        with self._lock:
            # Another thread may have read a later state meanwhile.
            seen = _look()
            if self._loaded.seen != seen:
                self._loaded = _load(self._loaded, seen)
            return self._loaded.histories


def _look() -> _Seen:
    """Return what the ledger looks like now, in one query."""
    everything = AdoptionReport.objects.order_by().annotate(whole=Value(1)).values("whole")
    count = Subquery(everything.annotate(number=Count("pk")).values("number"))
    row = AdoptionReport.objects.order_by("-pk").annotate(number=count).values_list("number", *COLUMNS).first()
    return NOTHING if row is None else _Seen(row[0], tuple(row[1:]))


def _load(loaded: _LoadedLedger, seen: _Seen) -> _LoadedLedger:
    """Return the ledger with what was recorded since, or read anew where rows have come between or gone away.

    Two transactions may commit in another order than that of their keys, and another database may be looked at.
    """
    if loaded.seen.count:
        added = _query(from_key=int(loaded.rows.keys[-1]))
        if added and added[0][:-1] == loaded.seen.last and loaded.seen.count + len(added) - 1 == seen.count:
            return _add(loaded, added[1:])
    return _add(EMPTY, _query())


def _query(from_key: int = 0) -> list[tuple]:
    reports = AdoptionReport.objects.filter(pk__gte=from_key).order_by("pk")
    return list(reports.values_list(*COLUMNS, "supersedes_id"))


def _add(loaded: _LoadedLedger, added: Sequence[tuple]) -> _LoadedLedger:
    """Return the state after the added rows; what they are tells what has been seen."""
    if not added:
        return loaded
    ended = AdoptionReport.objects.filter(status=AdoptionStatus.ENDED, pk__gte=added[0][0]).order_by("pk")
    rows = loaded.rows.followed_by(_rows_of(added, dict(ended.values_list("pk", "reasons"))))
    later = [(row[-1], number_of_moment(row[6])) for row in added if row[-1] is not None]
    places = np.searchsorted(rows.keys, np.array([key for key, _ in later], np.int64))
    rows.superseded[places] = [moment for _, moment in later]
    order = np.lexsort((rows.keys, rows.days, rows.regions, rows.pages))
    seen = _Seen(loaded.seen.count + len(added), added[-1][:-1])
    return _LoadedLedger(seen, rows, Histories(rows.take(order)))


def _rows_of(added: Sequence[tuple], reasons: Mapping[int, Sequence[str]]) -> Rows:
    """Return queried rows as arrays; ``reasons`` by the key of the report."""
    keys, pages, regions, statuses, days, precisions, moments, retracts, _superseded = zip(*added, strict=True)
    bits = {reason.value: 1 << place for place, reason in enumerate(REASONS)}
    numbers = {status.value: number for number, status in enumerate(STATUSES)}
    exactness = {precision.value: number for number, precision in enumerate(PRECISIONS)}
    return Rows(
        keys=np.array(keys, np.int64),
        pages=np.array(pages, np.int64),
        regions=np.array(regions, np.int64),
        statuses=np.array([numbers[status] for status in statuses], np.int8),
        days=np.array([day.toordinal() for day in days], np.int64) - FIRST_DAY,
        precisions=np.array([exactness[precision] for precision in precisions], np.int8),
        recorded=np.array([number_of_moment(moment) for moment in moments], np.int64),
        retracts=np.array(retracts, bool),
        superseded=np.full(len(added), NEVER),
        reasons=np.array([sum(bits.get(r, 0) for r in set(reasons.get(key, ()))) for key in keys], np.int32),
    )


def _no_rows() -> Rows:
    whole = np.empty(0, np.int64)
    small = np.empty(0, np.int8)
    return Rows(whole, whole, whole, small, whole, small, whole, np.empty(0, bool), whole, np.empty(0, np.int32))


EMPTY = _LoadedLedger(NOTHING, _no_rows(), Histories(_no_rows()))
_HISTORIES = _HistoryStore()


def read_anew() -> Histories:
    """Read the whole ledger from the database, whatever has been loaded before."""
    return _add(EMPTY, _query()).histories


def current() -> Histories:
    """Return the whole ledger as it is now."""
    return _HISTORIES.current()
