from __future__ import annotations

import logging
import random
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import AbstractContextManager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from operating_models.demo.loading import load
from operating_models.demo.reading import DEMO, read_folder
from operating_models.measuring.fuzzing import ENGINES, SLOW, Answered, Report, fuzz
from operating_models.measuring.scratch import scratch_database
from operating_models.models import OperatingModelIndexPage

SHOWN = 300
"""Characters of an address that are printed; the seed and the number give the rest."""


class Command(BaseCommand):
    """Send generated requests to the search page and the suggestions and tell what is wrong with the answers.

    Exit code 1 when anything is wrong.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--requests", type=int, default=10_000)
        parser.add_argument("--seed", type=int, help="the same seed makes the same requests on the same content")
        parser.add_argument("--first", type=int, default=0, help="the number of the first request, to repeat one")
        parser.add_argument("--engine", choices=sorted(ENGINES), default="process")
        parser.add_argument("--scratch", action="store_true", help="load the demo texts into a scratch database")

    def handle(
        self,
        *args: object,
        requests: int,
        seed: int | None,
        first: int,
        engine: str,
        scratch: bool,
        **options: object,
    ) -> None:
        if requests < 1:
            raise CommandError("At least one request has to be sent.")
        # A scratch database is told to no search server, so its address is read before.
        url = settings.ELASTICSEARCH_URL
        if engine == "elasticsearch" and not url:
            raise CommandError("Name the server with ELASTICSEARCH_URL.")
        # A page of errors and Django's log of queries are development's; refused requests are expected.
        settings.DEBUG = False
        logging.getLogger("django").setLevel(logging.CRITICAL)
        seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
        if scratch:
            with scratch_database():
                for _loaded in load(read_folder(DEMO)):
                    pass
                report = self._fuzz(requests, seed=seed, first=first, engine=ENGINES[engine](url))
        else:
            report = self._fuzz(requests, seed=seed, first=first, engine=ENGINES[engine](url))
        self._print(report, seed=seed)
        if report.violations:
            sys.exit(1)

    def _fuzz(self, requests: int, *, seed: int, first: int, engine: AbstractContextManager[int]) -> Report:
        if not OperatingModelIndexPage.objects.exists():
            raise CommandError("No search page stands here: run migrate and load_demo first, or take --scratch.")
        with engine, Progress(console=Console(stderr=True)) as progress:
            sending = progress.add_task("Sending", total=requests)
            return fuzz(requests, seed=seed, first=first, advance=lambda: progress.advance(sending))

    def _print(self, report: Report, *, seed: int) -> None:
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
