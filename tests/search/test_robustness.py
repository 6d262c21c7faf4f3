"""Whatever is typed gives results or none, never an error."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.tokens import tokenise
from search.criteria import Criteria
from search.findable import Entry
from search.finding.results import find
from tests.search.conftest import CONCEPTS, entry, make_catalogue
from tests.search.in_memory import InMemory

CATALOGUE = make_catalogue()

ODD = [
    '"',
    '""',
    '"neuvola',
    'neuvola"',
    '" "',
    "\0",
    "a\0b",
    "'",
    "AND OR NOT NEAR(",
    "title:neuvola",
    "neuvola*",
    "-neuvola",
    "--",
    "- -",
    "^~!()[]{}",
    "\\",
    "%",
    "_",
    "; DROP TABLE search_document;",
    "<script>alert(1)</script>",
    "neuvola " * 2_000,
    "a" * 10_000,
    "seniorineuvola" * 50,
    "ä" * 300,
    "😀 neuvola 👩‍⚕️",
    "​",
    "İıẞ",
    "٣٤٥",
    " ".join(f"sana{number}" for number in range(60)),
    "mielenterveys- " * 30,
    "-polut " * 30,
]


@pytest.mark.parametrize("words", ODD, ids=range(len(ODD)))
def test_odd_words_give_results(library, words):
    library.add(entry("Seniorineuvola", "Neuvonta kuuluu kaikille."), entry("Muu"))
    results = library.find(words)
    assert results.total == len(results.hits)


def test_only_the_first_three_hundred_characters_are_read(library):
    library.add(entry("Seniorineuvola"), entry("Muu"))
    assert library.full("x" * 299 + " seniorineuvola") == []


def test_words_between_operators_are_still_found(library):
    library.add(entry("Seniorineuvola"), entry("Muu"))
    assert library.full("(neuvola*) !") == ["Seniorineuvola"]


def test_empty_index_answers(library):
    assert library.find("neuvola").total == 0
    assert library.find(region="13").pages == 1
    assert find(Criteria(page=3), library.catalogue).hits == ()


def test_document_without_words_is_found_without_words(library):
    library.add(Entry(passages=()))
    assert library.find().total == 1


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=80), query=st.text(max_size=40))
def test_any_text_can_be_indexed_and_any_query_asked(text, query):
    engine = InMemory({1: entry("Otsikko", text), 2: entry("Muu")}, CONCEPTS, CATALOGUE)
    answer = engine.search(query)
    found = sorted(match.page_id for match in answer.matches)
    assert found in ([], [1], [2], [1, 2])
    assert (answer.total, answer.full + answer.partial) == (len(found), len(found))
    assert all(isfinite(match.score) and 0 <= match.coverage <= 1 + 1e-9 for match in answer.matches)
    if not tokenise(query):
        assert found == [1, 2]
