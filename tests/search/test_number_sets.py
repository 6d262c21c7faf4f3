"""Each number once and in order, and where others stand among them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.memory.number_sets import NumberSet, distinct

# Few different last bits, so that numbers which are not there are often taken for one that may be.
numbers = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3).map(lambda n: n << 40), max_size=50)


@given(numbers)
def test_each_number_stands_there_once_and_in_order(given_numbers):
    found = distinct(np.array(given_numbers, np.uint64))
    assert found.tolist() == sorted(set(given_numbers))


@given(numbers, numbers)
def test_places_of_numbers_are_told_and_of_others_that_they_are_not_there(members, asked):
    ordered = sorted(set(members))
    ordinals = NumberSet(np.array(ordered, np.uint64)).ordinals(np.array([*asked, *members], np.uint64))
    assert ordinals.tolist() == [ordered.index(n) if n in ordered else -1 for n in [*asked, *members]]
