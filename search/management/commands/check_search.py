"""Compares the search index with the pages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import indexing


class Command(BaseCommand):
    help = "Lists pages whose row in the search index is missing, old or not allowed; --repair mends them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what is found")

    def handle(self, *args: Any, **options: Any) -> None:
        found = indexing.find_stale(indexing.Recipe.current())
        if not found.stale and not found.gone:
            self.stdout.write(self.style.SUCCESS("The search index fits the pages."))
            return
        for heading, ids in (("missing, old or not allowed", found.stale), ("of no live page", found.gone)):
            if ids:
                self.stdout.write(f"{len(ids)} rows {heading}: pages {', '.join(map(str, ids))}")
        if not options["repair"]:
            raise CommandError("The search index does not fit the pages. Run: python manage.py check_search --repair")
        self.stdout.write(self.style.SUCCESS(f"Mended {indexing.sweep()} rows."))
