"""The vectors of all pages as one process keeps them: packed to bytes, read when they change, compared at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search import index_version
from search.index_version import IndexVersion
from search.models import NearVector
from search.nearness.embedders import Vector

LARGEST = 127
ROWS_AT_ONCE = 512
"""Rows that are multiplied together: so few stay in the processor's cache when they are made floats."""
SCALE = np.dtype("<f4")


def pack(vector: Vector) -> bytes:
    """Return a vector as bytes: a scale in four, then one for each number."""
    scale = np.float32(max(float(np.abs(vector).max()), 1e-12) / LARGEST)
    return np.asarray(scale, SCALE).tobytes() + np.round(vector / scale).astype(np.int8).tobytes()


@dataclass(frozen=True, slots=True)
class PageVectors:
    """The vectors of pages by ascending keys: ``numbers`` times ``scales`` are the vectors, a row each."""

    page_ids: NDArray[np.int64]
    numbers: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, packed: dict[int, bytes]) -> PageVectors:
        """Return the packed vectors of pages together; those of another length than the first are left out."""
        length = len(next(iter(packed.values()), b""))
        kept = {page_id: vector for page_id, vector in sorted(packed.items()) if len(vector) == length}
        row = np.dtype([("scale", SCALE), ("numbers", np.int8, (max(0, length - SCALE.itemsize),))])
        table = np.frombuffer(b"".join(kept.values()), row, count=len(kept))
        return cls(np.fromiter(kept, np.int64, len(kept)), table["numbers"].copy(), table["scale"].copy())

    @property
    def size(self) -> int:
        return len(self.page_ids)

    def cosines(self, vector: Vector) -> NDArray[np.float32]:
        """Return how near each page is to a vector of length 1: 1 where it points the same way."""
        if self.numbers.shape[1] != len(vector):
            return np.zeros(0, np.float32)
        found = np.empty(self.size, np.float32)
        for begin in range(0, self.size, ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            np.dot(self.numbers[rows].astype(np.float32), vector, out=found[rows])
        return found * self.scales


NONE = PageVectors.of({})


class KeptVectors:
    """Keeps the newest vectors of one model for all threads of the process."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._lock = Lock()
        self._kept: tuple[int | None, PageVectors] = (None, NONE)

    def current(self, version: IndexVersion) -> PageVectors:
        """Return the vectors as they are at the version or later; what a transaction may undo is not kept."""
        if version.vectors is None:
            return NONE
        kept = self._kept
        if kept[0] == version.vectors:
            return kept[1]
        if index_version.is_uncommitted():
            return self._read()
        with self._lock:
            if self._kept[0] != version.vectors:
                # Read before the vectors: what changes in between is read again at the next search.
                stamp = index_version.read().vectors
                self._kept = (stamp, self._read())
            return self._kept[1]

    def _read(self) -> PageVectors:
        rows = NearVector.objects.filter(model=self._model).values_list("page_id", "vector")
        return PageVectors.of({page_id: bytes(vector) for page_id, vector in rows.iterator(chunk_size=2_000)})


kept_of = cache(KeptVectors)
"""The vectors of a model, by its name."""
