from __future__ import annotations

from argparse import ArgumentParser

from django.db import connection
from rich.console import Console
from rich.progress import Progress

from benchmarks import numbers, timing
from benchmarks.scratch import ScratchCommand
from benchmarks.synthetic import make_models, make_reports
from search.indexing import upkeep


class Command(ScratchCommand):
    """Fill a scratch database with synthetic models and adoption reports, and measure the statistics."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--models", type=int, default=10_000)
        parser.add_argument("--reports", type=int, default=100_000)

    def work(self, *, models: int, reports: int, **options: object) -> None:
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
        table = timing.tabulate("Times of the statistics", numbers.measure())
        Console(file=self.stdout, width=110).print(table)
