"""Days and moments as numbers in arrays, counted from the first of January 1970."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from operating_models.statistics.histories import Integers, number_of_day


def years_of(days: Integers) -> Integers:
    """Return the year of each day."""
    return days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970


def months_later(days: Integers, months: int) -> Integers:
    """Return the same date some months after each day, or the last one of its month where that is shorter."""
    dates = days.astype("M8[D]")
    from_month = dates.astype("M8[M]")
    month = from_month + months
    last = (month + 1).astype("M8[D]") - 1
    return np.minimum(month.astype("M8[D]") + (dates - from_month.astype("M8[D]")), last).astype(np.int64)


def local_days(moments: NDArray[np.float64]) -> Integers:
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
