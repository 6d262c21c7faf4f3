"""The index is a projection: whatever happened in whatever order, it is as if made anew from what is there now."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.criteria import Criteria
from search.findable import Entry
from search.finding.results import find
from search.indexing import upkeep
from search.memory.engine import ENGINE, InProcessEngine
from search.models import Document, Word
from tests import depth
from tests.search.test_engine_equals_reference import entries, queries
from tests.search.writing import write_entry

PAGES = 5

changes = st.lists(
    st.tuples(st.integers(0, PAGES - 1), st.one_of(entries, st.sampled_from(["remove", "withdraw"]))),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def shelf(library):
    """Plain pages that documents can be written for."""
    pages = library.add(*(entry_of_nothing() for _ in range(PAGES)))
    return [page.pk for page in pages]


def entry_of_nothing():
    return Entry(passages=())


def read_rows():
    """Return all documents by page without what is drawn at random, and with words in place of their numbers."""
    fields = ("words", "postings", "stream", "places", "length", "values", "sort_keys", "card", "passages", "findable")
    return {
        page_id: [bytes(value) if isinstance(value, memoryview) else value for value in values]
        for page_id, *values in Document.objects.filter(findable=True).values_list("page_id", *fields)
    }


def read_words():
    return dict(Word.objects.values_list("number", "surface"))


def seen_by(engine, catalogue, query):
    results = find(Criteria(words=query), catalogue, engine=engine)
    return [(hit.page_id, hit.partial) for hit in results.hits], results.facets


@pytest.mark.django_db(transaction=True)
@settings(max_examples=depth.examples(25), suppress_health_check=list(HealthCheck))
@given(made=changes, asked=st.lists(queries, min_size=1, max_size=3), order=st.randoms(use_true_random=False))
def test_increments_give_what_a_rebuild_gives(shelf, catalogue, made, asked, order):
    upkeep.remove(shelf)
    final = {}
    for place, change in made:
        page_id = shelf[place]
        if change == "remove":
            upkeep.remove([page_id])
            final.pop(page_id, None)
        elif change == "withdraw":
            upkeep.withdraw([page_id])
            final.pop(page_id, None)
        else:
            write_entry(page_id, change)
            final[page_id] = change
        seen_by(ENGINE, catalogue, asked[0])
    grown, words = read_rows(), read_words()
    assert set(grown) == set(final)
    assert [seen_by(ENGINE, catalogue, one) for one in asked] == [
        seen_by(InProcessEngine(), catalogue, one) for one in asked
    ]
    before = [seen_by(ENGINE, catalogue, one) for one in asked]

    upkeep.remove(shelf)
    Word.objects.all().delete()
    again = list(final.items())
    order.shuffle(again)
    for page_id, entry in again:
        write_entry(page_id, entry)
    assert read_rows() == grown
    assert read_words().items() <= words.items()
    assert [seen_by(ENGINE, catalogue, one) for one in asked] == before
