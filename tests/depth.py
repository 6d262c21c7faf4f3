"""How many cases tests of chance go through: a tenth for one who waits for them, all of them before a change lands.

``TEST_DEPTH`` chooses: ``quick``, which it is if nothing is said, or ``deep``, which .ci/run says.
"""

from __future__ import annotations

import os

CHOSEN = os.environ.get("TEST_DEPTH") or "quick"
SHARES = {"quick": 10, "deep": 1}
"""The part of all cases that each depth goes through: one of so many."""

if CHOSEN not in SHARES:
    raise ValueError(f"TEST_DEPTH is {CHOSEN!r} and not one of {', '.join(SHARES)}.")


def examples(number):
    """Return how many of a number of cases are gone through at the chosen depth."""
    return max(number // SHARES[CHOSEN], 1)
