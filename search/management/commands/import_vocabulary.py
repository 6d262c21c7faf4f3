"""Imports a vocabulary that somebody else keeps, as a file of SKOS, or tells what it would bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from rich.console import Console
from rich.progress import Progress

from search.models import ImportedVocabulary
from search.vocabularies import importing, judging, skos_files
from search.vocabularies.skos_files import BrokenFile, SkosFile

SHOWN = 20
"""Words or concepts that are named in a list; the others are counted."""


class Command(BaseCommand):
    help = (
        "Imports the concepts of a SKOS file (Turtle, RDF/XML, JSON-LD): their labels become equal words of the "
        "search, after the site's own. The same name again makes the vocabulary what the newer file says."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", help="what the vocabulary is called here; else the name of the file")
        parser.add_argument("--licence", default="", help="its licence, where the file does not say it")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be imported, and import nothing")

    def handle(self, *args: Any, file: Path, name: str | None, licence: str, dry_run: bool, **options: Any) -> None:
        name = name or file.stem.lower()
        self._check_name(name)
        try:
            read = skos_files.read(file)
        except BrokenFile as error:
            raise CommandError(f"{file.name}: {error}") from error
        self._describe(read, licence)
        if dry_run:
            self._judge(read)
            return
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("Reading words", total=len(read.concepts))
            rows = importing.save(
                name, read, file.name, licence=licence, progress=lambda done, _: progress.update(task, completed=done)
            )
        self.stdout.write(
            self.style.SUCCESS(
                f"{name}: {rows.added} concepts added, {rows.changed} changed, {rows.removed} removed, "
                f"{rows.unchanged} unchanged. Take it away with: python manage.py remove_vocabulary {name}"
            )
        )

    def _check_name(self, name: str) -> None:
        most = ImportedVocabulary._meta.get_field("name").max_length
        try:
            validate_slug(name)
        except ValidationError as error:
            raise CommandError(
                f"{name!r} cannot be a name. Give one with --name: letters, digits, hyphens."
            ) from error
        if most is not None and len(name) > most:
            raise CommandError(f"A name has at most {most} characters. Give one with --name.")

    def _describe(self, read: SkosFile, licence: str) -> None:
        counts = [f"{len(read.concepts)} concepts"]
        for language in ("fi", "sv", "en", ""):
            number = sum(label.language == language for one in read.concepts for label in one.labels)
            counts += [f"{number} labels {f'in {language}' if language else 'without a language'}"] if number else []
        told = licence or read.licence or "not told"
        self.stdout.write(f"{read.title or 'A vocabulary without a title'} {read.address}".rstrip())
        self.stdout.write(f"Licence: {told}")
        self.stdout.write(f"{', '.join(counts)}.")
        left_out = ", ".join(f"{number} in {language}" for language, number in read.other_languages.items())
        if left_out:
            self.stdout.write(f"Labels in other languages are left out: {left_out}.")
        label_of = {one.address: one.labels[0].text for one in read.concepts}
        circles = [" → ".join(label_of[one] for one in (*way, way[0])) for way in skos_files.circles(read.concepts)]
        self._list("deprecated concepts, left out", read.deprecated)
        self._list("concepts without a label in Finnish, Swedish or English, left out", read.without_labels)
        if read.without_address:
            most = skos_files.LONGEST_ADDRESS
            self.stdout.write(
                f"{read.without_address} concepts without an address, or with one over {most} characters, left out."
            )
        self._list("labels without a language, taken as words of any", read.without_language)
        self._list(f"labels over {skos_files.LONGEST_LABEL} characters, left out", read.too_long)
        self._list("circles of broader concepts, searched like any other", circles)

    def _judge(self, read: SkosFile) -> None:
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("Reading words", total=len(read.concepts))
            found = judging.judge(read, lambda done, _: progress.update(task, completed=done))
        self.stdout.write(f"{found.finding} concepts find some of the {found.pages} pages by their words.")
        self._list(
            "words that the site's own concepts have and keep",
            [f"{one.word} ({one.meaning})" if one.meaning else one.word for one in found.taken],
        )
        self._list("words that several concepts of the file have", found.ambiguous)
        self._list(
            "concepts that find over a quarter of the pages",
            [f"{one.label} ({one.found})" for one in found.broad],
        )
        self.stdout.write("Nothing was imported.")

    def _list(self, what: str, found: Sequence[str]) -> None:
        if found:
            self.stdout.write(f"{len(found)} {what}: {_some(found)}")


def _some(found: Iterable[str]) -> str:
    left = iter(found)
    named = ", ".join(islice(left, SHOWN))
    return f"{named}, …" if next(left, None) is not None else named
