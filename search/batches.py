"""Long lists in parts: databases limit what one query may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

ROWS_A_QUERY = 500
"""Keys that one query names; the databases in use allow more."""


def in_batches(items: Iterable[Item], size: int = ROWS_A_QUERY) -> Iterator[list[Item]]:
    """Yield the items in their order, ``size`` at a time."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
