"""How many cases tests go through: a part for one who waits for them, all of them before a change lands.

``TEST_DEPTH`` chooses: ``quick``, which it is if nothing is said, or ``deep``, which .ci/run says. Every test runs at
both depths. What a quick run leaves out are further cases of the same promise: of chance, and of sweeps, which ask the
same of one page, width, row or door after another (``@pytest.mark.sweep(4)``: four of the cases). Each quick run has
other cases of a sweep, and ``--randomly-seed`` repeats them.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict

CHOSEN = os.environ.get("TEST_DEPTH") or "quick"
SHARES = {"quick": 10, "deep": 1}
"""The part of all cases that each depth goes through: one of so many."""

if CHOSEN not in SHARES:
    raise ValueError(f"TEST_DEPTH is {CHOSEN!r} and not one of {', '.join(SHARES)}.")


def examples(number):
    """Return how many of a number of cases are gone through at the chosen depth."""
    return max(number // SHARES[CHOSEN], 1)


def some(cases, number, *, chance=random):
    """Return the cases that are gone through at the chosen depth, in their order: all, or so many when it is quick.

    Chance decides which; in a test it begins with the seed of the run.
    """
    cases = list(cases)
    if CHOSEN == "deep" or len(cases) <= number:
        return cases
    return [cases[place] for place in sorted(chance.sample(range(len(cases)), number))]


def part_of_sweeps(items, *, seed):
    """Return the tests that run at the chosen depth, of a sweep's cases as many as its marker says, and the others."""
    sweeps = defaultdict(list)
    for item in items:
        if marker := item.get_closest_marker("sweep"):
            sweeps[item.nodeid.partition("[")[0], *marker.args].append(item.nodeid)
    kept = {item.nodeid for item in items}
    for (name, number), cases in sweeps.items():
        kept -= {*cases}.difference(some(sorted(cases), number, chance=random.Random(f"{seed} {name}")))
    return [item for item in items if item.nodeid in kept], [item for item in items if item.nodeid not in kept]
