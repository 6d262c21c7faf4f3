"""Writes the site's own concepts as SKOS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from search import catalogue as catalogues
from search.vocabularies import exporting


class Command(BaseCommand):
    help = (
        "Writes the terms of vocabularies and the synonym sets in use as SKOS (Turtle): labels, other words, "
        "relations and reasons. What it writes can be imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="where to write; else standard output")
        parser.add_argument("--base", default="", help="what the addresses of concepts begin with")

    def handle(self, *args: Any, file: Path | None, base: str, **options: Any) -> None:
        base = base or f"{settings.SITE_URL}/sanasto/"
        turtle = exporting.export(catalogues.current(), base, settings.WAGTAIL_SITE_NAME)
        if file is None:
            self.stdout.write(turtle)
            return
        file.write_text(turtle, encoding="utf-8")
        self.stdout.write(self.style.SUCCESS(f"The concepts are in {file}."))
