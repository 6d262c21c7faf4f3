"""Times of the search on the content of the database."""

from __future__ import annotations

import os
import platform
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import wagtail
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rich.table import Table

from benchmarks.synthetic import SEED, collect_words
from operating_models.models import OperatingModelIndexPage, OperatingModelPage
from search import catalogue, index_version
from search.criteria import Criteria
from search.elasticsearch.engine import ElasticEngine
from search.elasticsearch.index import PATIENT_TIMEOUT, Cluster
from search.finding.results import find
from search.finding.suggestions import suggest
from search.indexing import upkeep
from search.memory.engine import ENGINE, InProcessEngine

QUERIES = 200
PUBLISHES = 20
CALIBRATION_LOOPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Timing:
    """Times in milliseconds, with the number of SQL queries of each run where that is one number."""

    name: str
    p50: float
    p95: float
    runs: int
    queries: int | None = None


def calibrate() -> float:
    """Return the milliseconds of a fixed loop of plain Python, to compare machines by."""
    began = time.perf_counter()
    total = 0
    for number in range(CALIBRATION_LOOPS):
        total += number % 7
    return (time.perf_counter() - began) * 1000


def describe_machine() -> str:
    """Return what has to be known of the machine before its figures are compared with another's."""
    versions = {
        "Python": platform.python_version(),
        connection.display_name: ".".join(map(str, connection.get_database_version())),
        "Wagtail": wagtail.__version__,
    }
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"{os.cpu_count()} cores, {told}. Calibration loop: {calibrate():.0f} ms."


def served_host() -> str:
    """Return a host name to which the site answers."""
    return settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS[0] != "*" else "localhost"


def draw_criteria() -> Iterator[Criteria]:
    """Yield searches as people make them: one to three words, some with a facet, some without words."""
    chance = random.Random(SEED + 1)
    words = collect_words()
    common = [word for word in words.words[50:1500] if len(word) > 4]
    while True:
        text = " ".join(chance.sample(common, k=chance.randint(1, 3)))
        criteria = Criteria(words="" if chance.random() < 0.1 else text)
        if chance.random() < 0.3:
            criteria = criteria.with_value("theme", "access")
        yield criteria


def time_find() -> Timing:
    """Time find() in the process: all counts, cards and excerpts of a page of hits."""
    searches = draw_criteria()
    find(next(searches), engine=ENGINE)
    return time_runs("find()", lambda: find(next(searches), engine=ENGINE), runs=QUERIES)


def time_find_outside(cluster: Cluster) -> Timing:
    """Time the same find() on Elasticsearch, after as many searches that warm it up."""
    searches = draw_criteria()
    engine = ElasticEngine(cluster, timeout=PATIENT_TIMEOUT)
    for _run in range(QUERIES):
        find(next(searches), engine=engine)
    return time_runs("find() on Elasticsearch", lambda: find(next(searches), engine=engine), runs=QUERIES)


def draw_typed() -> Iterator[str]:
    """Yield texts as a field has them while somebody types: beginnings of words, some after a whole word."""
    chance = random.Random(SEED + 2)
    common = [word for word in collect_words().words[50:1500] if len(word) > 4]
    while True:
        word = chance.choice(common)
        begun = word[: chance.randint(2, len(word))]
        yield f"{chance.choice(common)} {begun}" if chance.random() < 0.2 else begun


def time_suggestions() -> Timing:
    """Time suggest(): titles, values of facets and words, from two letters on."""
    typed = draw_typed()
    suggest(next(typed))
    return time_runs("suggestions", lambda: suggest(next(typed)), runs=QUERIES)


def time_suggestions_after_publish() -> Timing:
    """Time the first suggestions after a publish, which load the changed document and read its title."""
    ids = list(OperatingModelPage.objects.order_by("pk").values_list("pk", flat=True)[PUBLISHES : 2 * PUBLISHES])
    typed = draw_typed()
    times = []
    for page_id in ids:
        upkeep.touch([page_id])
        upkeep.refresh([page_id])
        times.append(milliseconds(lambda: suggest(next(typed))))
    return summarise("first suggestions after a publish", times)


def time_first_suggestions() -> Timing:
    """Time the first suggestions of a process that has loaded the index."""
    engine = InProcessEngine()
    engine.reader(catalogue.current(), index_version.read(), now=timezone.now())
    return summarise("first suggestions of a process", [milliseconds(lambda: suggest("neuvola", engine=engine))])


def time_page() -> Timing:
    """Time the served search page, template and all."""
    searches = draw_criteria()
    url = OperatingModelIndexPage.objects.get().url
    client = Client(headers={"host": served_host()})
    client.get(url)
    covered = catalogue.current()
    return time_runs(
        "served page", lambda: client.get(f"{url}?{next(searches).querystring(covered)}"), runs=QUERIES // 2
    )


def time_publish() -> Timing:
    """Time what the search adds to a publish: writing the document of a page."""
    ids = list(OperatingModelPage.objects.order_by("pk").values_list("pk", flat=True)[:PUBLISHES])
    numbers = iter(ids * 2)
    upkeep.refresh([ids[0]])
    return time_runs("indexing a publish", lambda: upkeep.refresh([next(numbers)]), runs=PUBLISHES)


def time_search_after_publish() -> Timing:
    """Time the first search after a publish, which loads the changed document."""
    ids = list(OperatingModelPage.objects.order_by("-pk").values_list("pk", flat=True)[:PUBLISHES])
    searches = draw_criteria()
    times = []
    for page_id in ids:
        upkeep.touch([page_id])
        upkeep.refresh([page_id])
        times.append(milliseconds(lambda: find(next(searches))))
    return summarise("first search after a publish", times)


def time_loading() -> tuple[Timing, float]:
    """Time loading the whole index into a process; returns the growth of the process too, in megabytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    engine = InProcessEngine()
    taken = milliseconds(lambda: engine.reader(catalogue.current(), index_version.read(), now=timezone.now()))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return summarise("loading the index", [taken]), grown


def time_runs(name: str, act: Callable[[], object], *, runs: int) -> Timing:
    """Time an act several times, after one in which its queries are counted."""
    with CaptureQueriesContext(connection) as captured:
        act()
    # Counted at once: the next request empties the log.
    queries = len(captured)
    return summarise(name, [milliseconds(act) for _run in range(runs)], queries=queries)


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long an act takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def summarise(name: str, times: Sequence[float], *, queries: int | None = None) -> Timing:
    """Return the median and the slow end of times in milliseconds."""
    return Timing(name, percentile(times, 0.5), percentile(times, 0.95), len(times), queries)


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time below which that share of them lies; 0 when there are none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def tabulate(title: str, timings: Iterable[Timing]) -> Table:
    """Return the timings as a table for the console."""
    table = Table("what", "p50 ms", "p95 ms", "runs", "SQL queries", title=title)
    for row in timings:
        queries = "–" if row.queries is None else str(row.queries)
        table.add_row(row.name, f"{row.p50:.1f}", f"{row.p95:.1f}", str(row.runs), queries)
    return table
