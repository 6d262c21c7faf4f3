"""Makes the search index anew from the pages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from search import indexing

STEPS = 20
"""Progress lines of a whole rebuild."""


class Command(BaseCommand):
    help = "Makes the search index anew from the pages. Searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        count = indexing.rebuild(self._report)
        self.stdout.write(self.style.SUCCESS(f"The search index holds {count} live pages."))

    def _report(self, done: int, total: int) -> None:
        if done == total or done % max(1, total // STEPS) == 0:
            self.stdout.write(f"{done} of {total} pages")
            self.stdout.flush()
