"""Takes an imported vocabulary away, or lists those that there are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.models import ImportedVocabulary
from search.vocabularies import importing


class Command(BaseCommand):
    help = "Takes an imported vocabulary away: the next search goes on without it. Without a name, lists them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?")

    def handle(self, *args: Any, name: str | None, **options: Any) -> None:
        if name is None:
            self._list()
            return
        try:
            count = importing.remove(name)
        except ImportedVocabulary.DoesNotExist:
            known = ", ".join(ImportedVocabulary.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no imported vocabulary {name!r}. There are: {known}.") from None
        self.stdout.write(self.style.SUCCESS(f"{name} and its {count} concepts are gone."))

    def _list(self) -> None:
        for one in ImportedVocabulary.objects.order_by("name"):
            count = one.concepts.count()
            day = f"{one.imported_at:%Y-%m-%d}"
            told = [f"{count} concepts", one.title, one.address, one.licence, f"from {one.source} on {day}"]
            self.stdout.write(f"{one.name}: {', '.join(filter(None, told))}")
