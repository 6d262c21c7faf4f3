"""Many keys in one condition: those that are named, no query for none, no row for a key that does not exist yet."""

from __future__ import annotations

import pytest

from search.keys import Keys
from search.models import Word

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words():
    Word.objects.bulk_create(Word(number=number, surface=str(number)) for number in (1, 2, 2**63 - 1))


def found(keys):
    return sorted(Word.objects.filter(number__in=Keys(keys)).values_list("number", flat=True))


def test_rows_of_the_keys_are_found():
    assert found([2, 2**63 - 1, 5]) == [2, 2**63 - 1]
    assert found(iter([1])) == [1]


def test_nothing_is_asked_for_no_keys(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert found([]) == []
        assert found([None]) == []


def test_other_conditions_stand_beside_them():
    assert list(Word.objects.filter(number__in=Keys([1, 2])).exclude(number__in=Keys([1]))) == [Word(number=2)]
    assert Word.objects.exclude(number__in=Keys([])).count() == 3


def test_no_text_becomes_a_key():
    with pytest.raises(ValueError, match="invalid literal"):
        Keys(["1) OR (1=1"])
