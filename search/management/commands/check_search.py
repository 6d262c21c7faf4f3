"""Compares the search index with the pages, and every engine with the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import catalogue as catalogues
from search import index_version
from search.elasticsearch import deployment, mirror, outbox
from search.elasticsearch.circuit_breaker import EngineFailed
from search.indexing import upkeep
from search.memory.snapshots import Snapshots
from search.memory.term_dictionary import Lexicon

SHOWN = 50
"""Pages that are named in one line; the others are counted."""


class Command(BaseCommand):
    help = (
        "Lists pages whose row in the search index is missing, old or not allowed, and documents that an engine has "
        "not or has otherwise; --repair mends them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what is found")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        wrong = self._check_rows(repair=repair)
        wrong += self._check_process()
        try:
            wrong += self._check_outside(repair=repair)
        except EngineFailed as error:
            raise CommandError(f"The outside search engine cannot be compared: {error}") from error
        if wrong:
            advice = "Look into the log." if repair else "Run: python manage.py check_search --repair"
            raise CommandError(f"The search index does not fit the pages. {advice}")

    def _check_rows(self, *, repair: bool) -> int:
        """Compare the rows with the pages and return how many stay wrong."""
        found = upkeep.find_stale(upkeep.Recipe.current())
        self._list("rows missing, old or not allowed", found.stale)
        self._list("rows of no live page", found.gone)
        wrong = len(found.stale) + len(found.gone)
        if not wrong:
            self.stdout.write(self.style.SUCCESS("The search index fits the pages."))
        elif repair:
            self.stdout.write(self.style.SUCCESS(f"Mended {upkeep.sweep()} rows."))
            left = upkeep.find_stale(upkeep.Recipe.current())
            return len(left.stale) + len(left.gone)
        return wrong

    def _check_process(self) -> int:
        """Compare what the engine of a process reads with the rows; only a new rebuild can mend that."""
        snapshot = Snapshots(catalogues.current(), Lexicon()).current(index_version.read())
        found = mirror.compare(snapshot.known)
        self._list("documents that the engine of the process does not read", found.pages)
        if found.pages:
            self.stdout.write("Run: python manage.py rebuild_search")
        return len(found.pages)

    def _check_outside(self, *, repair: bool) -> int:
        """Compare the outside engine's documents with the rows and return how many stay wrong."""
        chosen = deployment.current()
        if chosen is None:
            return 0
        index = chosen.index()
        if not index.exists():
            if not repair:
                self.stdout.write("Elasticsearch has no index of this analyser and catalogue.")
                return 1
            self.stdout.write(f"Made Elasticsearch's index with {mirror.rebuild()} documents.")
        if repair:
            outbox.deliver()
        found = mirror.compare(index.stamps())
        for heading, ids in (
            ("documents missing in Elasticsearch", found.missing),
            ("documents old in Elasticsearch", found.old),
            ("documents in Elasticsearch that may not be found", found.gone),
        ):
            self._list(heading, ids)
        if repair and found.pages:
            mirror.send_again(found.pages)
            done = outbox.deliver()
            found = mirror.compare(index.stamps())
            self.stdout.write(f"Sent {done.arrived} documents to Elasticsearch, {len(found.pages)} still differ.")
        waiting = outbox.state()
        if waiting.waiting or waiting.set_aside:
            self.stdout.write(f"{waiting.waiting} changes wait for delivery, {waiting.set_aside} are set aside.")
        if not found.pages:
            self.stdout.write(self.style.SUCCESS("Elasticsearch has the same documents."))
        return len(found.pages)

    def _list(self, heading: str, ids: Sequence[int]) -> None:
        if ids:
            more = f" and {len(ids) - SHOWN} others" if len(ids) > SHOWN else ""
            self.stdout.write(f"{len(ids)} {heading}: pages {', '.join(map(str, ids[:SHOWN]))}{more}")
