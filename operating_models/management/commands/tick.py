"""What the service does each minute: scheduled publishing and expiry, the search's own sweep, delivery and log."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.management import call_command
from django.core.management.base import BaseCommand

from operating_models.desk import keywords
from search.indexing import upkeep
from search.log import keeping
from search.terms import search_server

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Publish and unpublish what is due, and bring the search up to date. Run it each minute."

    def handle(self, *args: object, **options: object) -> None:
        passed = {"stdout": self.stdout, "stderr": self.stderr, "verbosity": options["verbosity"]}
        self._run("scheduled publishing", lambda: call_command("publish_scheduled", **passed))
        self._run("the sweep of the search", upkeep.sweep)
        self._run("delivery to the search server", _deliver)
        self._run("deleting tags that nobody uses", keywords.remove_unused)
        self._run("deleting old entries of the search log", keeping.forget)

    def _run(self, name: str, part: Callable[[], object]) -> None:
        """Run one part. An error in it is logged, and does not keep the next part from its turn."""
        try:
            part()
        except Exception as error:
            logger.exception("In tick, %s failed.", name)
            self.stderr.write(f"In tick, {name} failed: {type(error).__name__}: {error}")


def _deliver() -> None:
    server = search_server.current()
    if server is not None:
        server.deliver()
