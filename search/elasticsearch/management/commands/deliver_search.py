"""Delivers changes to the search server."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections

from search.elasticsearch import deployment, mirror, outbox
from search.elasticsearch.engine import Connection
from search.terms.search_server import Delivered, SearchServerFailed

LOOK_SECONDS = 0.5
"""Seconds between two looks at what waits."""
LONGEST_PAUSE = 30.0
"""Seconds between two attempts while the server does not answer."""


class Command(BaseCommand):
    help = "Delivers changes to Elasticsearch as they come, until it is stopped; --once delivers what waits and ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what waits and end")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = deployment.current()
        if connection is None:
            raise CommandError("ELASTICSEARCH_URL is not set: the search runs in the process, nothing is to deliver.")
        if options["once"]:
            try:
                self._make_index(connection)
                self._tell(outbox.deliver(connection))
            except SearchServerFailed as error:
                raise CommandError(f"The search server does not answer, everything waits: {error}") from error
            return
        stopped = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        self.stdout.write("Delivering changes to the search server. Ctrl-C stops.")
        self.stdout.flush()
        self._deliver_until(connection, stopped)

    def _deliver_until(self, connection: Connection, stopped: threading.Event) -> None:
        """Deliver what comes; after a failure wait, twice as long after each."""
        pause = LOOK_SECONDS
        answered = False
        while not stopped.wait(pause):
            close_old_connections()
            try:
                # A server that was away may have come back with nothing in it.
                if not answered:
                    self._make_index(connection)
                self._tell(outbox.deliver(connection))
            except (SearchServerFailed, DatabaseError) as error:
                answered = False
                pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
                self.stderr.write(f"Not delivered, tried again in {pause:.0f} s: {error}")
            else:
                pause = LOOK_SECONDS
                answered = True

    def _make_index(self, connection: Connection) -> None:
        if not connection.index().exists():
            self.stdout.write(f"Made the index, with {mirror.rebuild(connection)} documents.")
            self.stdout.flush()

    def _tell(self, done: Delivered) -> None:
        if done != Delivered():
            self.stdout.write(
                f"Delivered {done.arrived}, to be sent again {done.postponed}, set aside {done.set_aside}."
            )
            self.stdout.flush()
