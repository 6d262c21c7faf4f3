"""How often something may be tried: token buckets in the database, which all processes share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from home.models import SpentBucket


class TooManyTriesError(Exception):
    """Somebody has to wait so many seconds before the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait for {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once (``burst``), and then one more each ``pace``."""

    name: str
    burst: int
    pace: timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tries that a limit leaves to one account, address or browser."""

    limit: Limit
    owner: str

    @property
    def key(self) -> str:
        """Return the key of the row; what people typed, and from where, is not in the database."""
        return salted_hmac("home.logins.limits", f"{self.limit.name}:{self.owner}", algorithm="sha256").hexdigest()


def take(buckets: Collection[Bucket]) -> None:
    """Take a try from each bucket, or from none and raise TooManyTriesError when one of them is empty.

    A try is taken before it is made, so that those made at once are counted too.
    """
    by_key = {bucket.key: bucket.limit for bucket in buckets}
    with transaction.atomic():
        now = timezone.now()
        # Writing locks the rows, in the order of keys, so that two that share buckets wait for each other.
        SpentBucket.objects.bulk_create(
            [SpentBucket(key=key, full_at=now) for key in sorted(by_key)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["key"],
        )
        rows = list(SpentBucket.objects.filter(key__in=by_key))
        for row in rows:
            row.full_at = max(row.full_at, now) + by_key[row.key].pace
        wait = max(_wait(row.full_at, by_key[row.key], now) for row in rows)
        if wait <= timedelta():
            SpentBucket.objects.bulk_update(rows, ["full_at"])
    _forget(now)
    if wait > timedelta():
        raise TooManyTriesError(ceil(wait.total_seconds()))


def _wait(full_at: datetime, limit: Limit, now: datetime) -> timedelta:
    return full_at - limit.burst * limit.pace - now


def give_back(buckets: Iterable[Bucket]) -> None:
    """Give a try back to each bucket: it was none."""
    for bucket in buckets:
        SpentBucket.objects.filter(key=bucket.key).update(full_at=models.F("full_at") - bucket.limit.pace)


def fill(buckets: Iterable[Bucket]) -> None:
    """Forget what was tried."""
    SpentBucket.objects.filter(key__in=[bucket.key for bucket in buckets]).delete()


def _forget(now: datetime) -> None:
    """Delete the rows of buckets that are full again, but for those that somebody is taking from."""
    with transaction.atomic():
        full = SpentBucket.objects.filter(full_at__lt=now).select_for_update(skip_locked=True)
        SpentBucket.objects.filter(pk__in=list(full.values_list("pk", flat=True)[:MOST_FORGOTTEN])).delete()


MOST_FORGOTTEN = 100
"""Rows that one try deletes: more than it makes, so that they do not pile up."""
