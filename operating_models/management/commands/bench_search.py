from __future__ import annotations

import platform
import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from operating_models.measuring import timing
from operating_models.measuring.scratch import scratch_database, scratch_index
from operating_models.measuring.synthetic import make_models
from search import indexing
from search.engines import outside


class Command(BaseCommand):
    """Fill a scratch database with synthetic models and print how long the search takes."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--models", type=int, default=10_000)

    def handle(self, *args: object, models: int, **options: object) -> None:
        # Django's log of queries, which development keeps, would be measured too.
        settings.DEBUG = False
        # A server that is named is measured beside the process, with an index of its own.
        url = settings.ELASTICSEARCH_URL
        console = Console(file=self.stdout, width=110)
        with scratch_database():
            with Progress(console=Console(stderr=True)) as progress:
                filling = progress.add_task("Making models", total=models)
                make_models(models, lambda done: progress.update(filling, completed=done))
                reading = progress.add_task("Indexing", total=models)
                began = time.perf_counter()
                indexing.rebuild(lambda done, total: progress.update(reading, completed=done, total=total))
                rate = models / (time.perf_counter() - began)
            loading, grown = timing.time_loading()
            timings = [
                timing.time_find(),
                timing.time_page(),
                timing.time_first_suggestions(),
                timing.time_suggestions(),
                timing.time_suggestions_after_publish(),
                timing.time_publish(),
                timing.time_search_after_publish(),
                loading,
            ]
            if url:
                timings.append(self._time_outside(url, console))
        table = Table("what", "p50 ms", "p95 ms", "runs", "SQL queries", title=f"{models} models, {connection.vendor}")
        for row in timings:
            queries = "–" if row.queries is None else str(row.queries)
            table.add_row(row.name, f"{row.p50:.1f}", f"{row.p95:.1f}", str(row.runs), queries)
        console.print(table)
        console.print(f"Indexing everything: {rate:.0f} models a second. The index takes {grown:.0f} MB of memory.")
        console.print(f"Calibration loop: {timing.calibrate():.0f} ms. Python {platform.python_version()}.")

    def _time_outside(self, url: str, console: Console) -> timing.Timing:
        """Time the search on Elasticsearch, and leave nothing there."""
        began = time.perf_counter()
        with scratch_index(url) as count:
            rate = count / (time.perf_counter() - began)
            console.print(f"Elasticsearch's index: {rate:.0f} documents a second.")
            return timing.time_find_outside(outside.current().engine.cluster)
