"""Times of the statistics on the content of the database."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import repeat

from django.test import Client
from django.utils import timezone

from benchmarks.synthetic import SEED, draw_report
from benchmarks.timing import Timing, draw_criteria, milliseconds, served_host, summarise, time_runs
from operating_models.models import OperatingModelPage, Region, StatisticsPage
from operating_models.statistics import counting, histories
from search import catalogue
from search.criteria import Criteria

READINGS = 100
REPORTS = 20
YEARS = 5


def draw_days() -> Iterator[date]:
    """Yield days of the last years, every other one today."""
    chance = random.Random(SEED + 4)
    today = timezone.localdate()
    while True:
        yield today
        yield today - timedelta(days=chance.randrange(365 * YEARS))


def measure() -> Iterator[Timing]:
    """Yield the times, those of a process that has read nothing yet first."""
    yield summarise("first statistics of a process", [milliseconds(counting.read)])
    yield summarise("of these, reading the whole ledger", [milliseconds(histories.read_anew)])
    days, searches = draw_days(), draw_criteria()
    yield time_runs("statistics of everything", lambda: counting.read(day=next(days)), runs=READINGS)
    yield time_runs("statistics of a search", lambda: counting.read(next(searches), day=next(days)), runs=READINGS)
    yield _after_a_report()
    yield _page("served page of everything", repeat(Criteria()))
    yield _page("served page of a search", searches)


def _after_a_report() -> Timing:
    """Time the first reading after one more report."""
    chance = random.Random(SEED + 5)
    pages = list(OperatingModelPage.objects.order_by("pk").values_list("pk", flat=True)[: REPORTS * 10])
    regions = list(Region.objects.in_order())
    times = []
    for page_id in pages[:REPORTS]:
        draw_report(chance, [page_id], regions, today=timezone.localdate()).save()
        times.append(milliseconds(counting.read))
    return summarise("first statistics after a report", times)


def _page(name: str, searches: Iterator[Criteria]) -> Timing:
    url = StatisticsPage.objects.get().url
    client = Client(headers={"host": served_host()})
    covered = catalogue.current()
    client.get(url)
    return time_runs(name, lambda: client.get(f"{url}?{next(searches).querystring(covered)}"), runs=READINGS // 2)
