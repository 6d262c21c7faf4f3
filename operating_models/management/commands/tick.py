"""What the service does each minute: scheduled publishing and expiry, the search's own upkeep, and sending mails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from operating_models import heartbeat, job_locks
from operating_models.desk import keywords
from operating_models.mail import sending
from search.indexing import upkeep
from search.log import keeping
from search.nearness import embedding
from search.terms import search_server

logger = logging.getLogger(__name__)

Parts = Mapping[str, Callable[[], object]]


class Command(BaseCommand):
    help = "Publish and unpublish what is due, bring the search up to date, and send mails. Run it each minute."

    def handle(self, *args: object, **options: object) -> None:
        passed = {"stdout": self.stdout, "stderr": self.stderr, "verbosity": options["verbosity"]}
        upkeep_parts = {
            "scheduled publishing": lambda: call_command("publish_scheduled", **passed),
            "the sweep of the search": upkeep.sweep,
            "delivery to the search server": _deliver,
            "making vectors": embedding.embed_missing,
            "deleting tags that nobody uses": keywords.remove_unused,
            "deleting old entries of the search log": keeping.forget,
            "clearing sessions that have ended": lambda: call_command("clearsessions"),
        }
        # Mails come last and have a lock of their own: while a slow mail server is asked, the next minute's run does
        # all the rest.
        failed = [
            *self._run("tick", upkeep_parts, heartbeat.beat),
            *self._run("mail", {"sending mails": sending.send}),
        ]
        if failed:
            raise CommandError(f"In tick, {', '.join(failed)} failed.")

    def _run(self, job: str, parts: Parts, succeeded: Callable[[], object] | None = None) -> Iterator[str]:
        """Do the parts of a job unless another process does it now, and yield the names of those that failed.

        An error in one part is logged, and does not keep the next part from its turn. What is to be done where no
        part has failed comes last.
        """
        failed = False
        try:
            with job_locks.hold(job) as is_held:
                if not is_held:
                    logger.info("Another process does the job %s.", job)
                    return
                for name, part in parts.items():
                    try:
                        part()
                    except Exception as error:
                        failed = True
                        self._tell(name, error)
                        yield name
                if succeeded is not None and not failed:
                    succeeded()
        except Exception as error:
            name = f"the lock of the job {job} ({', '.join(parts)})"
            self._tell(name, error)
            yield name

    def _tell(self, name: str, error: Exception) -> None:
        logger.exception("In tick, %s failed.", name)
        self.stderr.write(f"In tick, {name} failed: {type(error).__name__}: {error}")


def _deliver() -> None:
    server = search_server.current()
    if server is not None:
        server.deliver()
