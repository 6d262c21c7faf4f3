"""Sets of whole numbers as arrays: each number once and in order."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

LAST_BITS = np.uint64(0xFFFF)


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """Return each number once, in order. ``np.unique`` puts them into a table first, which takes ten times as long."""
    ordered = np.sort(numbers)
    is_first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


class NumberSet:
    """Numbers of words in which many others are looked up, of which few are there.

    Most of those that are not there show it by their last bits, which are as good as random: a binary search for each
    takes far longer.
    """

    def __init__(self, numbers: NDArray[np.uint64]) -> None:
        """Take numbers, each once and in order."""
        self._numbers = numbers
        self._may_be_there = np.zeros(int(LAST_BITS) + 1, bool)
        self._may_be_there[numbers & LAST_BITS] = True

    def __len__(self) -> int:
        return len(self._numbers)

    def ordinals(self, numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where each number stands in the set, -1 for those that do not."""
        found = np.full(len(numbers), -1, np.int64)
        if len(self):
            asked = np.flatnonzero(self._may_be_there[numbers & LAST_BITS])
            wanted = numbers[asked]
            ordinals = np.minimum(np.searchsorted(self._numbers, wanted), len(self) - 1)
            found[asked] = np.where(self._numbers[ordinals] == wanted, ordinals, -1)
        return found
