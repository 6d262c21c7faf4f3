"""Imports a made-up vocabulary into a scratch database, and measures what it costs a search and a process."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from django.db import connection
from rich.console import Console
from rich.progress import Progress

from benchmarks import timing, vocabularies
from benchmarks.scratch import ScratchCommand
from benchmarks.synthetic import make_models
from search.indexing import upkeep
from search.terms import imported, state_files
from search.vocabularies import importing, judging, skos_files

Done = TypeVar("Done")


class Command(ScratchCommand):
    """Fill a scratch database with synthetic models and an imported vocabulary, and measure what that one costs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--models", type=int, default=1_000)
        parser.add_argument("--concepts", type=int, default=vocabularies.CONCEPTS)

    def work(self, *, models: int, concepts: int, **options: object) -> None:
        with Progress(console=Console(stderr=True)) as progress, TemporaryDirectory() as folder:
            filling = progress.add_task("Making models", total=models)
            make_models(models, lambda done: progress.update(filling, completed=done))
            reading = progress.add_task("Indexing", total=models)
            upkeep.rebuild(lambda done, total: progress.update(reading, completed=done, total=total))
            self.stdout.write(
                f"{models} models, {concepts} concepts, {connection.display_name}. {timing.describe_machine()}"
            )
            # Once before, so that words have been analysed and sequences of words found.
            vocabularies.time_searches("before")
            timings = vocabularies.time_searches("without")
            path = Path(folder) / "vocabulary.ttl"
            vocabularies.save(path, concepts)
            file = self._time("Reading the file", lambda: skos_files.read(path))
            self._time("Dry run", lambda: judging.judge(file))
            self._time("Import", lambda: importing.save("made-up", file, path.name))
            self._time("Import again", lambda: importing.save("made-up", file, path.name))
        timings += vocabularies.time_searches("with")
        timings += vocabularies.time_searches("with, again")
        sizes = [state_files.path_of(imported.KIND, name).stat().st_size for name in state_files.names(imported.KIND)]
        self.stdout.write(f"The compiled file has {max(sizes, default=0) / 2**20:.1f} MB.")
        self._start("whose files are there", concepts)
        state_files.forget(imported.KIND)
        self._start("that compiles the rows itself", concepts)
        Console(file=self.stdout, width=110).print(timing.tabulate("Times of searches", timings))

    def _start(self, which: str, concepts: int) -> None:
        start = vocabularies.measure_start(concepts)
        self.stdout.write(
            f"A process {which}: own concepts after {start.own:.2f} s, imported ones after {start.imported:.2f} s; "
            f"{start.anonymous:.1f} MB of memory and {start.mapped:.1f} MB of the file when it has seen 2,000."
        )

    def _time(self, what: str, act: Callable[[], Done]) -> Done:
        began = time.perf_counter()
        done = act()
        self.stdout.write(f"{what}: {time.perf_counter() - began:.1f} s.")
        return done
