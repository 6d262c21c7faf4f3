"""Compares the search index with the pages, and every engine with the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import catalogue as catalogues
from search import index_version
from search.comparison import compare
from search.indexing import upkeep
from search.indexing.recipe import Recipe
from search.indexing.staleness import find_stale
from search.memory.snapshots import Snapshots
from search.memory.term_dictionary import TermDictionary
from search.terms import search_server
from search.terms.search_server import SearchServer, SearchServerFailed

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
        server = search_server.current()
        if server is not None:
            try:
                wrong += self._check_server(server, repair=repair)
            except SearchServerFailed as error:
                raise CommandError(f"The search server cannot be compared: {error}") from error
        if wrong:
            advice = "Look into the log." if repair else "Run: python manage.py check_search --repair"
            raise CommandError(f"The search index does not fit the pages. {advice}")

    def _check_rows(self, *, repair: bool) -> int:
        """Compare the rows with the pages and return how many stay wrong."""
        found = find_stale(Recipe.current())
        self._list("rows missing, old or not allowed", found.stale)
        self._list("rows of no live page", found.gone)
        wrong = len(found.stale) + len(found.gone)
        if not wrong:
            self.stdout.write(self.style.SUCCESS("The search index fits the pages."))
        elif repair:
            self.stdout.write(self.style.SUCCESS(f"Mended {upkeep.sweep()} rows."))
            left = find_stale(Recipe.current())
            return len(left.stale) + len(left.gone)
        return wrong

    def _check_process(self) -> int:
        """Compare what the engine of a process reads with the rows; only a new rebuild can mend that."""
        snapshot = Snapshots(catalogues.current(), TermDictionary()).current(index_version.read())
        found = compare(snapshot.known)
        self._list("documents that the engine of the process does not read", found.pages)
        if found.pages:
            self.stdout.write("Run: python manage.py rebuild_search")
        return len(found.pages)

    def _check_server(self, server: SearchServer, *, repair: bool) -> int:
        """Compare the search server's documents with the rows and return how many stay wrong."""
        if not server.has_index():
            if not repair:
                self.stdout.write("The search server has no index of this analyser and catalogue.")
                return 1
            self.stdout.write(f"Made the search server's index with {server.rebuild()} documents.")
        if repair:
            server.deliver()
        found = server.compare()
        for heading, ids in (
            ("documents missing in the search server", found.missing),
            ("documents old in the search server", found.old),
            ("documents in the search server that may not be found", found.gone),
        ):
            self._list(heading, ids)
        if repair and found.pages:
            server.send_again(found.pages)
            done = server.deliver()
            found = server.compare()
            self.stdout.write(f"Sent {done.arrived} documents to the search server, {len(found.pages)} still differ.")
        state = server.read_state()
        if state.waiting or state.set_aside:
            self.stdout.write(f"{state.waiting} changes wait for delivery, {state.set_aside} are set aside.")
        if not found.pages:
            self.stdout.write(self.style.SUCCESS("The search server has the same documents."))
        return len(found.pages)

    def _list(self, heading: str, ids: Sequence[int]) -> None:
        if ids:
            more = f" and {len(ids) - SHOWN} others" if len(ids) > SHOWN else ""
            self.stdout.write(f"{len(ids)} {heading}: pages {', '.join(map(str, ids[:SHOWN]))}{more}")
