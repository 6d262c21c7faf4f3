"""Makes the search index anew from the pages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.indexing import upkeep
from search.nearness import embedding
from search.terms import label_readings, search_server, state_files
from search.terms.search_server import SearchServerFailed
from search.vocabularies import importing

STEPS = 20
"""Progress lines of a whole rebuild."""


class Command(BaseCommand):
    help = "Makes the search index anew from the pages, and then that of the search server. Searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        # Files of another dictionary have the same name where the dictionary's program is the same.
        state_files.forget(label_readings.KIND)
        count = upkeep.rebuild(lambda done, total: self._report(done, total, "pages"))
        self.stdout.write(self.style.SUCCESS(f"The search index holds {count} live pages."))
        read = importing.read_again(lambda done, total: self._report(done, total, "imported concepts"))
        if read:
            self.stdout.write(self.style.SUCCESS(f"The words of {read} imported vocabularies have been read."))
        self._rebuild_server()
        made = embedding.embed_missing(seconds=None, progress=lambda done, total: self._report(done, total, "vectors"))
        if made:
            self.stdout.write(self.style.SUCCESS(f"Made the vectors of {made} pages."))

    def _rebuild_server(self) -> None:
        server = search_server.current()
        if server is None:
            return
        try:
            count = server.rebuild(lambda done, total: self._report(done, total, "documents to the search server"))
        except SearchServerFailed as error:
            raise CommandError(f"The search server keeps its old index, if it has one: {error}") from error
        self.stdout.write(self.style.SUCCESS(f"The search server holds {count} documents."))

    def _report(self, done: int, total: int, what: str) -> None:
        if done == total or done % max(1, total // STEPS) == 0:
            self.stdout.write(f"{done} of {total} {what}")
            self.stdout.flush()
