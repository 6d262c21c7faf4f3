from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import CommandError
from rich.console import Console
from rich.table import Table

from benchmarks.gains import measure, measure_by_kind
from benchmarks.relevance import (
    ABSENT,
    DEPTH,
    KindScore,
    QueryFileError,
    Score,
    read_queries,
    score_all,
    score_without_nearness,
    score_without_synonyms,
    summarise,
)
from benchmarks.scratch import ScratchCommand, scratch_index
from benchmarks.texts import load_texts
from search.nearness import embedders, embedding

LOW = 0.8
"""nDCG@10 below which the hits of a query are listed."""
SHOWN_CHANGE = 0.02
"""Changes of a query's nDCG@10 that are listed one by one."""
REPORTED = 200
"""Vectors after which the progress is told."""


class Command(ScratchCommand):
    """Score the search of the demo, or of other texts, against files of judged queries."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="+")
        shown = parser.add_mutually_exclusive_group()
        shown.add_argument("--json", action="store_true", dest="as_json", help="print one JSON document and no table")
        shown.add_argument(
            "--synonyms",
            action="store_true",
            help="print what the synonym sets gain and lose, query by query, in place of the scores",
        )
        shown.add_argument(
            "--nearness",
            action="store_true",
            help="print what ordering by meaning gains and loses, query by query, in place of the scores",
        )
        parser.add_argument("--from", dest="folder", type=Path, help="a folder of other content files than the demo's")

    def prepare(self, *, file: list[Path], nearness: bool, **options: object) -> None:
        if nearness and embedders.current() is None:
            raise CommandError("There is no model to ask for vectors.")
        self.names = [path.name for path in file]
        try:
            self.files = [read_queries(path) for path in file]
        except (OSError, QueryFileError) as error:
            raise CommandError(str(error)) from error
        self.queries = [query for queries in self.files for query in queries]

    def work(
        self, *, as_json: bool, synonyms: bool, nearness: bool, folder: Path | None, server: str, **options: object
    ) -> None:
        load_texts(folder)
        embedding.embed_missing(seconds=None, progress=self._report)
        # A search server that is named is what is scored.
        with scratch_index(server):
            scores = score_all(self.queries)
            if synonyms:
                self._compare(score_without_synonyms(self.queries), scores)
            elif nearness:
                self._compare_nearness(score_without_nearness(self.queries), scores)
            elif as_json:
                self.stdout.write(to_json(scores))
            else:
                self._print(scores)

    def _report(self, done: int, total: int) -> None:
        if done == total or not done % REPORTED:
            self.stderr.write(f"{done} of {total} vectors")

    def _compare_nearness(self, without: list[Score], scores: list[Score]) -> None:
        """Print each query that ordering by meaning changes, and the gains of files and kinds with their intervals."""
        console = Console(file=self.stdout, width=120)
        changed = Table("id", "query", "without", "with", "gain", title="nDCG@10 without and with nearness")
        for before, after in zip(without, scores, strict=True):
            if before.ndcg is not None and after.ndcg is not None and abs(before.ndcg - after.ndcg) >= SHOWN_CHANGE:
                gain = f"{after.ndcg - before.ndcg:+.3f}"
                changed.add_row(after.query.id, after.query.query, _figure(before.ndcg), _figure(after.ndcg), gain)
        console.print(changed)
        gains = Table("queries of", "number", "without", "with", "gain", "95 % interval")
        begin, of_files = 0, []
        for name, queries in zip(self.names, self.files, strict=True):
            own = slice(begin, begin + len(queries))
            of_files.append(measure(name, without[own], scores[own]))
            begin += len(queries)
        for gain in [*(one for one in of_files if one), *measure_by_kind(without, scores)]:
            interval = f"[{gain.low:+.3f}, {gain.high:+.3f}]"
            figures = (_figure(gain.before), _figure(gain.after), f"{gain.mean:+.3f}", interval)
            gains.add_row(gain.name, str(gain.queries), *figures)
        console.print(gains)
        near = [
            (hit.number in score.query.grades, score.query.kind == ABSENT)
            for score in scores
            for hit in score.ranking.hits
            if hit.near
        ]
        console.print(
            f"Listed as near in meaning alone: {len(near)}, of which relevant {sum(fits for fits, _ in near)}, "
            f"for an absent topic {sum(absent for _, absent in near)}."
        )

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
        missed = Table("id", "query", "nDCG@10", "first hits", title=f"Queries below {LOW}")
        for score in scores:
            if score.ndcg is not None and score.ndcg < LOW:
                hits = " ".join(map(str, score.ranking.numbers[:5]))
                missed.add_row(score.query.id, score.query.query, _figure(score.ndcg), hits)
        console.print(missed)


def to_json(scores: list[Score]) -> str:
    """Return the figures of all queries and of each kind, and of each query its violations and its first hits."""
    *kinds, overall = summarise(scores)
    document = {
        "overall": _figures(overall),
        "kinds": {row.kind: _figures(row) for row in kinds},
        "queries": [_describe(score) for score in scores],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _figures(row: KindScore) -> dict[str, object]:
    return {
        "queries": row.queries,
        "ndcg@10": row.ndcg,
        "success@5": row.success,
        "violations": {"must_lead": row.must_lead, "must_not": row.must_not, "absent": row.absent},
    }


def _describe(score: Score) -> dict[str, object]:
    query = score.query
    return {
        "id": query.id,
        "kind": query.kind,
        "query": query.query,
        "ndcg@10": score.ndcg,
        "success@5": score.success,
        "violations": {
            "must_lead": score.leads_wrong,
            "must_not": list(score.forbidden),
            "absent": score.absent_ignored,
        },
        "corrected": score.ranking.is_corrected,
        "hits": [{**asdict(hit), "grade": query.grades.get(hit.number, 0)} for hit in score.ranking.hits[:DEPTH]],
    }


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
