from __future__ import annotations

import os
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from benchmarks.scratch import ScratchCommand
from benchmarks.torment import server_in, torment


class Command(ScratchCommand):
    """Change pages at random in a scratch database while a real Elasticsearch of its own is killed and restarted.

    Ends with an error unless the server then holds and finds exactly what the database does.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--changes", type=int, default=1_000)
        parser.add_argument("--kills", type=int, default=5)
        parser.add_argument("--seed", type=int, default=1)

    def work(self, *, changes: int, kills: int, seed: int, **options: object) -> None:
        began = time.monotonic()
        self._say("Starting Elasticsearch")
        with tempfile.TemporaryDirectory(prefix="torment-") as folder:
            # The server's own user must reach it.
            os.chmod(folder, 0o755)  # noqa: S103
            with server_in(Path(folder) / "server", f"torment-{os.getpid()}") as running:
                outcome = torment(running, changes=changes, kills=kills, seed=seed, say=self._say)
        done = ", ".join(f"{number} {name}" for name, number in sorted(outcome.changes.items()))
        self._say(f"Changes: {done}.")
        self._say(
            f"Kills: {outcome.kills}, {outcome.kills_in_a_bulk} of them in the middle of a bulk. "
            f"{outcome.searches_without_server} searches were answered without the server. "
            f"{time.monotonic() - began:.0f} s."
        )
        if not outcome.is_whole:
            raise CommandError(
                f"Pages that differ: {outcome.difference}. Undelivered: {outcome.waiting}. "
                f"Searches that differ: {outcome.unlike_searches}."
            )
        if outcome.kills_in_a_bulk < min(2, kills):
            raise CommandError("No difference, but fewer than two kills met a bulk: nothing is proved.")
        self._say("No difference.")

    def _say(self, message: str) -> None:
        self.stdout.write(message)
        self.stdout.flush()
