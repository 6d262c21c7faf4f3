"""Writes a made-up vocabulary of the size of a national one as a file of SKOS."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from benchmarks import vocabularies


class Command(BaseCommand):
    help = "Writes a made-up vocabulary, as large as a national one, to a Turtle file for import_vocabulary."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--concepts", type=int, default=vocabularies.CONCEPTS)

    def handle(self, *args: object, file: Path, concepts: int, **options: object) -> None:
        vocabularies.save(file, concepts)
        self.stdout.write(f"{concepts} concepts are in {file}.")
