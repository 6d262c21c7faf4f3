from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from operating_models.measuring import numbers, timing
from operating_models.measuring.scratch import scratch_database
from operating_models.measuring.synthetic import make_models, make_reports
from search.indexing import upkeep


class Command(BaseCommand):
    """Fill a scratch database with synthetic models and adoption reports, and measure the statistics."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--models", type=int, default=10_000)
        parser.add_argument("--reports", type=int, default=100_000)

    def handle(self, *args: object, models: int, reports: int, **options: object) -> None:
        # Django's log of queries, which development keeps, would be measured too.
        settings.DEBUG = False
        with scratch_database():
            with Progress(console=Console(stderr=True)) as progress:
                filling = progress.add_task("Making models", total=models)
                make_models(models, lambda done: progress.update(filling, completed=done))
                reporting = progress.add_task("Recording reports", total=reports)
                make_reports(reports, lambda done: progress.update(reporting, completed=done))
                reading = progress.add_task("Indexing", total=models)
                upkeep.rebuild(lambda done, total: progress.update(reading, completed=done, total=total))
            self.stdout.write(
                f"{models} models, {reports} reports, {connection.display_name}. {timing.describe_machine()}"
            )
            table = Table("what", "p50 ms", "p95 ms", "runs", "SQL queries", title="Times of the statistics")
            for row in numbers.measure():
                queries = "–" if row.queries is None else str(row.queries)
                table.add_row(row.name, f"{row.p50:.1f}", f"{row.p95:.1f}", str(row.runs), queries)
            Console(file=self.stdout, width=110).print(table)
