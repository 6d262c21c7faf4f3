from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from operating_models.demo.loading import load
from operating_models.demo.reading import DEMO, ContentFileError, read_folder
from operating_models.measuring.relevance import (
    KindScore,
    QueryFileError,
    Score,
    read_queries,
    score_all,
    score_without_synonyms,
    summarise,
)
from operating_models.measuring.scratch import scratch_database, scratch_index
from operating_models.models import LoadedFile


class Command(BaseCommand):
    """Score the search against a file of judged queries: that of this database, or of texts in a scratch one."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print machine-readable figures")
        parser.add_argument(
            "--synonyms",
            action="store_true",
            help="print what the synonym sets gain and lose, query by query, in place of the scores",
        )
        parser.add_argument("--scratch", action="store_true", help="load the demo texts into a scratch database")
        parser.add_argument(
            "--from", dest="folder", type=Path, help="other texts than the demo's, in a scratch database"
        )

    def handle(
        self,
        *args: object,
        file: Path,
        as_json: bool,
        synonyms: bool,
        scratch: bool,
        folder: Path | None,
        **options: object,
    ) -> None:
        if not (scratch or folder):
            self._score(file, as_json=as_json, synonyms=synonyms)
            return
        url = settings.ELASTICSEARCH_URL
        with scratch_database():
            try:
                files = read_folder(folder or DEMO)
                with Progress(console=Console(stderr=True)) as progress:
                    for _loaded in progress.track(load(files, with_gaps=folder is not None), total=len(files)):
                        pass
            except ContentFileError as error:
                raise CommandError(str(error)) from error
            # A search server that is named is what is scored.
            with scratch_index(url):
                self._score(file, as_json=as_json, synonyms=synonyms)

    def _score(self, file: Path, *, as_json: bool, synonyms: bool) -> None:
        if not LoadedFile.objects.exists():
            raise CommandError("No content files are loaded here: run load_demo first.")
        try:
            queries = read_queries(file)
        except (OSError, QueryFileError) as error:
            raise CommandError(str(error)) from error
        scores = score_all(queries)
        if synonyms:
            self._compare(score_without_synonyms(queries), scores)
        elif as_json:
            self.stdout.write(to_json(scores))
        else:
            self._print(scores)

    def _compare(self, without: list[Score], scores: list[Score]) -> None:
        """Print each query that the synonym sets change, and the means of the kinds without and with them."""
        console = Console(file=self.stdout, width=120)
        changed = Table("id", "query", "without", "with", "gain", title="nDCG@10 without and with the synonym sets")
        for before, after in zip(without, scores, strict=True):
            if before.ndcg is not None and after.ndcg is not None and before.ndcg != after.ndcg:
                gain = f"{after.ndcg - before.ndcg:+.3f}"
                changed.add_row(after.query.id, after.query.query, _figure(before.ndcg), _figure(after.ndcg), gain)
        console.print(changed)
        kinds = Table("kind", "queries", "without", "with")
        for old, new in zip(summarise(without), summarise(scores), strict=True):
            kinds.add_row(new.kind, str(new.queries), _figure(old.ndcg), _figure(new.ndcg))
        console.print(kinds)
        console.print("Queries that are not listed are answered the same.")

    def _print(self, scores: list[Score]) -> None:
        console = Console(file=self.stdout, width=120)
        table = Table("kind", "queries", "nDCG@10", "success@5", "violations")
        for row in summarise(scores):
            table.add_row(row.kind, str(row.queries), _figure(row.ndcg), _figure(row.success), str(row.violations))
        console.print(table)
        for score in scores:
            for violation in score.violations:
                console.print(f"{score.query.id} {score.query.query}: {violation}", markup=False)
        missed = Table("id", "query", "nDCG@10", "first hits", title="Queries below .8")
        for score in scores:
            if score.ndcg is not None and score.ndcg < 0.8:
                hits = " ".join(map(str, score.found.numbers[:5]))
                missed.add_row(score.query.id, score.query.query, _figure(score.ndcg), hits)
        console.print(missed)


def to_json(scores: list[Score]) -> str:
    """Return the figures by kind, and each query's own with its violations."""
    kinds: list[KindScore] = summarise(scores)
    queries = [
        {
            "id": s.query.id,
            "kind": s.query.kind,
            "query": s.query.query,
            "ndcg": s.ndcg,
            "success": s.success,
            "hits": s.found.numbers[:10],
            "full": s.found.full,
            "violations": s.violations,
        }
        for s in scores
    ]
    return json.dumps({"kinds": [asdict(kind) for kind in kinds], "queries": queries}, ensure_ascii=False, indent=1)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
