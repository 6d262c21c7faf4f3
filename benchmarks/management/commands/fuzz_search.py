from __future__ import annotations

import logging
import random
import sys
from argparse import ArgumentParser
from collections.abc import Iterable

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import Progress

from benchmarks.fuzzing import ENGINES, SLOW, Answered, FuzzReport, fuzz
from benchmarks.scratch import ScratchCommand
from benchmarks.texts import load_texts

SHOWN = 300
"""Characters of an address that are printed; the seed and the number give the rest."""


class Command(ScratchCommand):
    """Send generated requests to the search of the demo and tell what is wrong with the answers.

    Exit code 1 when anything is wrong.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--requests", type=int, default=10_000)
        parser.add_argument("--seed", type=int, help="the same seed makes the same requests on the same content")
        parser.add_argument("--first", type=int, default=0, help="the number of the first request, to repeat one")
        parser.add_argument("--engine", choices=sorted(ENGINES), default="process")

    def prepare(self, *, requests: int, engine: str, server: str, **options: object) -> None:
        if requests < 1:
            raise CommandError("At least one request has to be sent.")
        if engine == "elasticsearch" and not server:
            raise CommandError("Name the server with ELASTICSEARCH_URL.")

    def work(
        self, *, requests: int, seed: int | None, first: int, engine: str, server: str, **options: object
    ) -> None:
        # Refused requests are expected.
        logging.getLogger("django").setLevel(logging.CRITICAL)
        seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
        load_texts()
        with ENGINES[engine](server), Progress(console=Console(stderr=True)) as progress:
            sending = progress.add_task("Sending", total=requests)
            report = fuzz(requests, seed=seed, first=first, advance=lambda: progress.advance(sending))
        self._print(report, seed=seed)
        if report.violations:
            sys.exit(1)

    def _print(self, report: FuzzReport, *, seed: int) -> None:
        times = f"p50 {report.p50:.0f} ms, p95 {report.p95:.0f} ms, p99 {report.p99:.0f} ms"
        self.stdout.write(f"{report.requests} requests, seed {seed}: {times}")
        self._list("Slowest", report.slowest)
        if report.slow:
            self._list(f"{len(report.slow)} over {SLOW} ms", report.slow)
        self._list(f"{len(report.violations)} violations", report.violations)

    def _list(self, title: str, answers: Iterable[Answered]) -> None:
        self.stdout.write(f"{title}:")
        for answer in answers:
            sent = answer.request
            again = f"--seed {sent.seed} --first {sent.number} --requests 1"
            self.stdout.write(f"  {answer.milliseconds:.0f} ms, {answer.status}, {sent.door}, {again}")
            self.stdout.write(f"    ?{sent.querystring[:SHOWN]}")
            for fault in answer.faults:
                self.stdout.write(f"    {fault.encode(errors='backslashreplace').decode()}")
