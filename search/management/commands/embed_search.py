"""Makes the vectors by which the search finds what is near in meaning."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.models import NearVector
from search.nearness import embedders, embedding


class Command(BaseCommand):
    help = (
        "Makes the vectors that pages lack or that are older than their texts or of another model, as tick does a few "
        "at a time. Searches go on meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="make all of them anew")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        embedder = embedders.current()
        if embedder is None:
            raise CommandError("There is no model to ask: NEARNESS is off, or the log says why.")
        if anew:
            NearVector.objects.all().delete()
        self.stdout.write(f"Asking {embedder.model}.")
        embedding.embed_missing(seconds=None, progress=self._report)
        left = embedding.missing(embedder.model).count()
        if left:
            raise CommandError(f"{left} pages have no vector: see the log.")
        self.stdout.write(self.style.SUCCESS("All pages have their vectors."))

    def _report(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} pages")
        self.stdout.flush()
