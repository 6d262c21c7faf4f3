"""Columns of numbers as bytes, each number in as few bytes as the greatest of its column needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

KINDS = {size: np.dtype(f"<u{size}") for size in (1, 2, 4, 8)}
"""The types of whole numbers, by their bytes."""


def pack(*columns: ArrayLike) -> bytes:
    """Return columns of whole numbers from zero up, all of the same length, as bytes.

    What is read for every hit of a search is small this way: a database takes longer to hand over many bytes than it
    takes to widen a few.
    """
    arrays = [np.asarray(column) for column in columns]
    sizes = bytes(np.min_scalar_type(int(array.max(initial=0))).itemsize for array in arrays)
    return sizes + b"".join(array.astype(KINDS[size]).tobytes() for array, size in zip(arrays, sizes, strict=True))


def unpack(packed: bytes, columns: int) -> list[NDArray[np.unsignedinteger]]:
    """Return the columns that ``pack`` was given, as many as are said; empty ones of no bytes at all."""
    sizes = bytes(packed[:columns]) or bytes([1] * columns)
    length = max(0, len(packed) - columns) // sum(sizes)
    arrays = []
    begin = columns
    for size in sizes:
        arrays.append(np.frombuffer(packed, KINDS[size], length, begin) if length else np.empty(0, KINDS[size]))
        begin += size * length
    return arrays
