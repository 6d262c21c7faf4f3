"""Which pages are near a query in meaning."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from search.index_version import IndexVersion
from search.nearness import embedders
from search.nearness.embedders import Embedder, EmbeddingFailed, Vector
from search.nearness.vectors import kept_of

logger = logging.getLogger(__name__)

QUERIES_KEPT = 500
"""Queries whose vectors are kept: who narrows or turns a page asks the same again."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near pages are to a query, by ascending keys of the pages.

    Cosines of one query can be compared with each other and with nothing else: of some models any two texts are near.
    """

    page_ids: NDArray[np.int64]
    cosines: NDArray[np.float32]

    def rank(self, page_ids: NDArray[np.int64]) -> list[int]:
        """Return those of the pages that have a vector, the nearest first, equal ones by their keys."""
        among = np.isin(self.page_ids, page_ids)
        order = np.argsort(-self.cosines[among], kind="stable")
        return self.page_ids[among][order].tolist()

    def standing_out(self) -> set[int]:
        """Return the pages that are nearer than the nearest would be if the query had nothing to do with any.

        The largest of n numbers that chance draws lies about √(2 ln n) of their standard deviations above the mean.
        """
        spread = float(self.cosines.std())
        if not spread:
            return set()
        least = float(self.cosines.mean()) + spread * sqrt(2 * log(len(self.cosines)))
        return set(self.page_ids[self.cosines > least].tolist())


def find(text: str, version: IndexVersion) -> Nearness | None:
    """Return how near the pages with vectors are to a text; None without an embedder, its answer, or vectors."""
    embedder = embedders.current()
    if embedder is None or not text:
        return None
    vectors = kept_of(embedder.model).current(version)
    if not vectors.size:
        return None
    try:
        cosines = vectors.cosines(_embed(embedder, text))
    except EmbeddingFailed as error:
        logger.info("A search found nothing by meaning: %s", error)
        return None
    return Nearness(vectors.page_ids, cosines) if len(cosines) else None


@lru_cache(maxsize=QUERIES_KEPT)
def _embed(embedder: Embedder, text: str) -> Vector:
    return embedder.embed_query(text)
