"""The contract of what turns texts into vectors, and which one the settings name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
"""Rows are vectors."""


LONGEST_TEXT = 2_000
"""Characters of a text that a model is given; most read no more than some five hundred words."""


class EmbeddingFailed(Exception):
    """No vector was given, or nothing that is one."""


class Embedder(Protocol):
    """Turns texts into vectors of length 1: two texts are near in meaning whose vectors point the same way.

    ``model`` names the model with its version, and stands with each vector: those of two models say nothing of each
    other.
    """

    model: str

    def embed_query(self, text: str) -> Vector:
        """Return the vector of what somebody searches for. Waits for a part of a second, or raises EmbeddingFailed."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of what pages say. May wait long; raises EmbeddingFailed."""


def current() -> Embedder | None:
    """Return the embedder whose factory ``EMBEDDER`` names, None without one or where it cannot be made."""
    return _load(settings.EMBEDDER)() if settings.EMBEDDER else None


@cache
def _load(factory: str) -> Callable[[], Embedder | None]:
    return import_string(factory)


def to_unit(matrix: Matrix) -> Matrix:
    """Return the rows at length 1. Raises EmbeddingFailed where one has no direction."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise EmbeddingFailed("a vector has no direction")
    return (matrix / lengths).astype(np.float32)
