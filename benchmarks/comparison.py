"""Our search in the process and Wagtail's stock search: the same queries on the same pages of one database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

from django.db import connection

from benchmarks import stock
from benchmarks.timing import Timing, draw_criteria, summarise
from search.criteria import Criteria
from search.finding.results import find
from search.memory.engine import ENGINE

QUERIES = 60
"""Queries at most; the slow side asks fewer when its seconds are over, and this side then the same ones."""
LEAST = 3
SELECTION = (stock.SELECTED[0], "access")

AIMED_AT = 10_000
"""Models for which the aims hold."""
INSTALLED, TUNED = "as installed", "tuned"
AIMS = {
    ("sqlite", INSTALLED): 100,
    ("postgresql", INSTALLED): 20,
    ("sqlite", TUNED): 10,
    ("postgresql", TUNED): 10,
}
"""How many times as fast this search should be, in medians."""


_ALWAYS = "find() has to look at other forms, parts and partly fitting pages too, and cuts a full page of excerpts."
CAUSES = {
    INSTALLED: f"The stock search visits its whole index for each call, which is soon done for few models. {_ALWAYS}",
    TUNED: f"The stock search reads only pages that have all the words, often few or none. {_ALWAYS}",
}
"""Why the stock search may come near find(), as the plans of both databases for its queries tell."""


@dataclass(frozen=True, slots=True)
class PairedRun:
    """One query put to both: milliseconds and pages found by each."""

    words: int
    ours: float
    stock: float
    our_total: int
    stock_total: int


@dataclass(frozen=True, slots=True)
class StockComparison:
    """The runs of one kind of query in one state of the database. ``aim`` is what the ratio should reach."""

    state: str
    kind: str
    aim: int
    runs: tuple[PairedRun, ...]

    @property
    def ours(self) -> Timing:
        return summarise("find()", [run.ours for run in self.runs])

    @property
    def stock(self) -> Timing:
        return summarise("stock search", [run.stock for run in self.runs])

    @property
    def ratio(self) -> float:
        """How many times the median of the stock search is that of find()."""
        return ratio_of(self.runs)

    @property
    def found(self) -> tuple[int, int]:
        """Queries with at least one hit: of this search, and of the stock search."""
        return sum(run.our_total > 0 for run in self.runs), sum(run.stock_total > 0 for run in self.runs)

    def explain(self) -> str:
        """Return why the ratio is below its aim, as far as the runs tell; empty when it is not."""
        if self.ratio >= self.aim:
            return ""
        parts = []
        for words in sorted({run.words for run in self.runs}):
            runs = [run for run in self.runs if run.words == words]
            hits = median(run.stock_total for run in runs)
            parts.append(f"{words}: {ratio_of(runs):.0f} ({len(runs)} runs, median {hits:.0f} stock hits)")
        return (
            f"{self.state}, {self.kind}: {self.ratio:.0f} is below the aim of {self.aim}. {CAUSES[self.state]} "
            f"Ratios by words of the query: {'; '.join(parts)}."
        )


def ratio_of(runs: Sequence[PairedRun]) -> float:
    """Return the stock search's median time divided by that of find()."""
    return median(run.stock for run in runs) / median(run.ours for run in runs)


def compare(*, seconds: float) -> Iterator[StockComparison]:
    """Yield comparisons on a database as it is and then, for good, on the tuned one.

    Both indexes stand. Each comparison lasts about so many seconds, but has at least three runs.
    """
    drawn = (criteria.without_selections() for criteria in draw_criteria() if criteria.words)
    plain = list(islice(drawn, QUERIES))
    kinds = {"no facet": plain, "one facet": [search.with_value(*SELECTION) for search in plain]}
    with stock.searchable_texts():
        # What each loads once is not of the first query.
        _ask_both(plain[0])
        for state in (INSTALLED, TUNED):
            if state == TUNED:
                stock.tune()
            for kind, searches in kinds.items():
                yield StockComparison(
                    state, kind, AIMS[connection.vendor, state], tuple(_run(searches, seconds=seconds))
                )


def _run(searches: Sequence[Criteria], *, seconds: float) -> Iterator[PairedRun]:
    began = time.perf_counter()
    for number, criteria in enumerate(searches):
        if number >= LEAST and time.perf_counter() - began > seconds:
            return
        yield _ask_both(criteria)


def _ask_both(criteria: Criteria) -> PairedRun:
    began = time.perf_counter()
    ours = find(criteria, engine=ENGINE)
    between = time.perf_counter()
    theirs = stock.search(criteria)
    ended = time.perf_counter()
    return PairedRun(
        words=len(criteria.words.split()),
        ours=(between - began) * 1000,
        stock=(ended - between) * 1000,
        our_total=ours.total,
        stock_total=theirs.total,
    )
