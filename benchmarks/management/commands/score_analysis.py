from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from benchmarks.analysis_quality import (
    GoldFileError,
    WordJudgement,
    draw,
    judge_bases,
    judge_meetings,
    judge_parts,
    read_gold,
    recall,
)
from benchmarks.scratch import scratch_database
from operating_models.demo.reading import DEMO, ContentFileError, read_folder


class Command(BaseCommand):
    """Score the analyser against base forms and compound parts written by hand, or draw words to judge."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=Path("tests/analysis"))
        parser.add_argument("--draw", type=int, dest="count", help="only print the first words of the draw")

    def handle(self, *args: object, folder: Path, count: int | None, **options: object) -> None:
        if count is not None:
            self._draw(count)
            return
        try:
            lemmas, compounds = read_gold(folder / "lemmas.tsv"), read_gold(folder / "compounds.tsv")
        except (OSError, GoldFileError) as error:
            raise CommandError(str(error)) from error
        self._print("Base forms", judge_bases(lemmas))
        self._print("Form and base form meet", judge_meetings(lemmas))
        self._print("Compounds", judge_parts(compounds))

    def _draw(self, count: int) -> None:
        # Only to be read, the files are held against the vocabularies of a database.
        with scratch_database():
            try:
                files = read_folder(DEMO)
            except ContentFileError as error:
                raise CommandError(str(error)) from error
        for word in draw(files)[:count]:
            self.stdout.write(word)

    def _print(self, title: str, judgements: Sequence[WordJudgement]) -> None:
        misses = [judgement for judgement in judgements if not judgement.hit]
        hits = len(judgements) - len(misses)
        self.stdout.write(f"{title}: recall {recall(judgements):.3f} ({hits} of {len(judgements)})")
        for miss in misses:
            given = "|".join(miss.given) or "–"
            self.stdout.write(f"  {miss.word.form}: {'|'.join(miss.word.answers)}, given {given}")
