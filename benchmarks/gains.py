"""What a change of the search gains, query by query, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.relevance import Score

SAMPLES = 10_000
SEED = 1
"""The same figures give the same interval."""
INTERVAL = (2.5, 97.5)
"""Percentiles between which 95 of 100 samples lie."""


@dataclass(frozen=True, slots=True)
class Gain:
    """The means of nDCG@10 over the same queries before and after, and between what bounds their difference lies.

    The bounds are a paired bootstrap's: of the differences of as many queries, drawn again and again with replacement.
    """

    name: str
    queries: int
    before: float
    after: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        return self.after - self.before


def measure(name: str, before: Sequence[Score], after: Sequence[Score]) -> Gain | None:
    """Return the gain over those queries that have relevant models, None without one."""
    pairs = [
        (old.ndcg, new.ndcg)
        for old, new in zip(before, after, strict=True)
        if old.ndcg is not None and new.ndcg is not None
    ]
    if not pairs:
        return None
    old, new = np.array(pairs).T
    drawn = np.random.default_rng(SEED).integers(0, len(pairs), (SAMPLES, len(pairs)))
    low, high = np.percentile((new - old)[drawn].mean(axis=1), INTERVAL)
    return Gain(name, len(pairs), float(old.mean()), float(new.mean()), float(low), float(high))


def measure_by_kind(before: Sequence[Score], after: Sequence[Score]) -> list[Gain]:
    """Return the gain of each kind of query, in their order, and that of all last."""
    kinds = dict.fromkeys(score.query.kind for score in before)
    places = {kind: [place for place, score in enumerate(before) if score.query.kind == kind] for kind in kinds}
    found = [measure(kind, [before[at] for at in some], [after[at] for at in some]) for kind, some in places.items()]
    return [gain for gain in (*found, measure("all", before, after)) if gain is not None]
