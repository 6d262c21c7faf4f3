from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from django.core.management.base import CommandError
from django.db import connection
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import comparison, nearness, stock, throughput, timing
from benchmarks.scratch import ScratchCommand, name_to_keep, scratch_index, settle
from benchmarks.synthetic import make_models
from operating_models.models import OperatingModelPage
from search.elasticsearch import deployment
from search.indexing import upkeep
from search.indexing.recipe import Recipe

USERS = (1, 4, 16)

NOTE = """\
The stock search is Wagtail's database backend with the title, lead and five core texts of a model in its index (the
site's own has the title only: the admin needs no more). Its time is the first page and a facet call for each of target
group, theme, service class, setting, programme and region of origin; in use in region, adoption status and evidence,
which it cannot count, are left out of its time, and so are the total and the excerpts. find() does all of these."""


class Command(ScratchCommand):
    """Fill a scratch database with synthetic models and measure the search: alone, beside Wagtail's, and served."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--models", type=int, default=10_000)
        parser.add_argument(
            "--keep",
            metavar="NAME",
            type=name_to_keep,
            help="keep the scratch database by this name, and measure it again next time; not with the stock part",
        )
        parser.add_argument("--parts", nargs="+", choices=list(self.parts()), default=list(self.parts()))
        parser.add_argument(
            "--stock-seconds", type=float, default=60, help="how long each comparison with Wagtail may take"
        )
        parser.add_argument("--user-seconds", type=float, default=10, help="how long each number of users asks")

    def parts(self) -> dict[str, Callable[..., None]]:
        """Return what is measured, by name and in order."""
        return {"times": self._time, "stock": self._compare, "users": self._serve, "nearness": self._near}

    def prepare(self, *, parts: Sequence[str], keep: str | None, **options: object) -> None:
        if keep and "stock" in parts:
            raise CommandError("The stock search is compared on a database that is tuned for good: leave --keep out.")

    def work(self, *, models: int, parts: Sequence[str], server: str, **options: object) -> None:
        self.console = Console(file=self.stdout, width=110)
        with Progress(console=Console(stderr=True)) as progress:
            rates = [
                *self._fill(progress, models),
                f"{self._index(progress, 'Indexing again', models):.0f} with all words known",
            ]
        self._say(f"{models} models, {connection.display_name}. {timing.describe_machine()}")
        self._say(f"Models indexed in a second: {', '.join(rates)}.")
        for name, measure in self.parts().items():
            if name in parts:
                # A server that is named is measured beside the process, with an index of its own.
                measure(models=models, server=server, **options)

    def _fill(self, progress: Progress, models: int) -> list[str]:
        """Make the models and their index; returns how fast it went, or nothing where they were kept from before."""
        kept = OperatingModelPage.objects.count()
        if kept == models:
            # What a process reads once, and the one that filled the database had read, is not indexing.
            Recipe.current()
            return []
        if kept:
            raise CommandError(f"The kept database has {kept} models and not {models}. Keep these by another name.")
        filling = progress.add_task("Making models", total=models)
        make_models(models, lambda done: progress.update(filling, completed=done))
        return [f"{self._index(progress, 'Indexing', models):.0f} from nothing"]

    def _index(self, progress: Progress, name: str, models: int) -> float:
        """Make the index anew and return how many models it took in a second."""
        reading = progress.add_task(name, total=models)
        began = time.perf_counter()
        upkeep.rebuild(lambda done, total: progress.update(reading, completed=done, total=total))
        return models / (time.perf_counter() - began)

    def _time(self, *, server: str, **options: object) -> None:
        settle()
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
        if server:
            timings.append(self._time_outside(server))
        self.console.print(timing.tabulate("Times of this search", timings))
        self._say(f"The index takes {grown:.0f} MB of memory.")

    def _near(self, **options: object) -> None:
        timings, memory = nearness.measure()
        if timings:
            self.console.print(timing.tabulate("Times of what is near in meaning", timings))
        self._say(memory)

    def _time_outside(self, server: str) -> timing.Timing:
        """Time the search on Elasticsearch, and leave nothing there."""
        began = time.perf_counter()
        with scratch_index(server) as count:
            rate = count / (time.perf_counter() - began)
            self._say(f"Elasticsearch's index: {rate:.0f} documents a second.")
            return timing.time_find_outside(deployment.current().engine.cluster)

    def _compare(self, *, models: int, stock_seconds: float, **options: object) -> None:
        with Progress(console=Console(stderr=True)) as progress, stock.searchable_texts():
            filling = progress.add_task("Indexing with Wagtail", total=models)
            began = time.perf_counter()
            stock.build(lambda done: progress.update(filling, completed=done))
            rate = models / (time.perf_counter() - began)
            comparing = progress.add_task("Comparing", total=None)
            rows = []
            for row in comparison.compare(seconds=stock_seconds):
                rows.append(row)
                progress.update(comparing, advance=1)
        title = "This search and Wagtail's stock search"
        headings = (
            "database",
            "queries",
            "find() p50 ms",
            "p95",
            "stock p50 ms",
            "p95",
            "runs",
            "ratio of p50",
            "aim",
        )
        table = Table(*headings, title=title)
        for row in rows:
            ours, other = row.ours, row.stock
            times = (f"{time:.1f}" for time in (ours.p50, ours.p95, other.p50, other.p95))
            table.add_row(row.state, row.kind, *times, str(ours.runs), f"{row.ratio:.1f}", f"≥ {row.aim}")
        self.console.print(table)
        self._say(NOTE)
        self._say(
            f"Indexing with Wagtail: {rate:.0f} models a second. Tuned: {'; '.join(stock.TUNING[connection.vendor])}."
        )
        if models != comparison.AIMED_AT:
            self._say(f"The aims hold for {comparison.AIMED_AT} models.")
        for row in rows:
            ours, others = row.found
            self._say(
                f"{row.state}, {row.kind}: of {len(row.runs)} queries find() found something for {ours}, "
                f"the stock search for {others}."
            )
            if cause := row.explain():
                self._say(cause)

    def _serve(self, *, user_seconds: float, **options: object) -> None:
        paths = throughput.draw_paths()
        try:
            with throughput.serve() as port:
                # Both processes load the index and their dictionary before anything is measured.
                throughput.press(port, paths, users=max(USERS), seconds=user_seconds)
                loads = [throughput.press(port, paths, users=users, seconds=user_seconds) for users in USERS]
        except throughput.ServerError as error:
            raise CommandError(f"The server did not start:\n{error}") from error
        title = f"The served search page: granian, {throughput.WORKERS} processes of {throughput.THREADS} threads"
        table = Table("users", "requests/s", "p50 ms", "p95 ms", "requests", "errors", title=title)
        for load in loads:
            times = (f"{time:.1f}" for time in (load.per_second, load.p50, load.p95))
            table.add_row(str(load.users), *times, str(load.requests), str(load.errors))
        self.console.print(table)

    def _say(self, text: str) -> None:
        """Print a paragraph in one piece: the console would break it."""
        self.stdout.write(text)
