"""Columns of numbers come back from their bytes as they were, and are no larger than they need be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.memory.packing import pack, unpack

numbers = st.integers(min_value=0, max_value=2**64 - 1) | st.integers(min_value=0, max_value=300)
tables = st.integers(min_value=1, max_value=5).flatmap(
    lambda columns: st.lists(st.tuples(*[numbers] * columns)).map(lambda rows: (columns, rows))
)


@given(tables)
def test_columns_come_back_as_they_were(table):
    columns, rows = table
    arrays = [np.array([row[place] for row in rows], np.uint64) for place in range(columns)]
    found = unpack(pack(*arrays), columns)
    assert [column.tolist() for column in found] == [array.tolist() for array in arrays]


@pytest.mark.parametrize(
    ("greatest", "size"), [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 4), (2**32 - 1, 4), (2**32, 8)]
)
def test_column_takes_as_many_bytes_as_its_greatest_number_needs(greatest, size):
    assert len(pack([0] * 9 + [greatest])) == 1 + 10 * size


def test_row_that_was_never_written_has_empty_columns():
    assert [len(column) for column in unpack(b"", 3)] == [0, 0, 0]
