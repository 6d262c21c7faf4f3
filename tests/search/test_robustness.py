"""Whatever is typed gives results or none, never an error."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.criteria import Criteria
from search.findable import Entry
from search.finding.results import find
from search.terms import words
from tests import depth
from tests.search.conftest import CONCEPTS, entry, make_catalogue
from tests.search.in_memory import InMemory
from tests.search.reference import Reference
from tests.search.test_engine_equals_reference import assert_same_answer

CATALOGUE = make_catalogue()

EVERYTHING = (["Seniorineuvola", "Muu"], [])
NOTHING = ([], [])
FULL = (["Seniorineuvola"], [])
PARTIAL = ([], ["Seniorineuvola"])

ODD = [
    ('"', EVERYTHING),
    ('""', EVERYTHING),
    ('"neuvola', FULL),
    ('neuvola"', FULL),
    ('" "', EVERYTHING),
    ("\0", EVERYTHING),
    ("a\0b", NOTHING),
    ("'", EVERYTHING),
    ("AND OR NOT NEAR(", NOTHING),
    ("title:neuvola", PARTIAL),
    ("neuvola*", NOTHING),
    ("seniorineuv*", FULL),
    ("-muu", FULL),
    ("-seniorineuv*", (["Muu"], [])),
    ("--", EVERYTHING),
    ("- -", EVERYTHING),
    ("^~!()[]{}", EVERYTHING),
    ("\\", EVERYTHING),
    ("%", EVERYTHING),
    ("_", EVERYTHING),
    ("; DROP TABLE search_document;", NOTHING),
    ("<script>alert(1)</script>", NOTHING),
    # The three hundredth character cuts the last word.
    ("neuvola " * 2_000, PARTIAL),
    ("a" * 10_000, NOTHING),
    ("seniorineuvola" * 50, PARTIAL),
    ("ä" * 300, NOTHING),
    ("😀 neuvola 👩‍⚕️", FULL),
    ("​", EVERYTHING),
    ("İıẞ", NOTHING),
    ("٣٤٥", NOTHING),
    (" ".join(f"sana{number}" for number in range(60)), NOTHING),
    ("mielenterveys- " * 30, NOTHING),
    ("-polut " * 30, EVERYTHING),
]


@pytest.mark.parametrize(("words", "found"), ODD, ids=range(len(ODD)))
def test_odd_words_give_results(library, words, found):
    library.add(entry("Seniorineuvola", "Neuvonta kuuluu kaikille."), entry("Muu"))
    results = library.find(words)
    titles = [(library.titles[hit.page_id], hit.partial) for hit in results.hits]
    assert titles == [*((title, False) for title in found[0]), *((title, True) for title in found[1])]
    assert (results.full, results.partial) == tuple(map(len, found))


def test_only_the_first_three_hundred_characters_are_read(library):
    library.add(entry("Seniorineuvola"), entry("Muu"))
    assert library.full("x" * 299 + " seniorineuvola") == []


def test_words_between_operators_are_still_found(library):
    library.add(entry("Seniorineuvola"), entry("Muu"))
    assert library.full("(neuvola) !") == ["Seniorineuvola"]


def test_empty_index_answers(library):
    assert library.find("neuvola").total == 0
    assert library.find(region="13").pages == 1
    assert find(Criteria(page=3), library.catalogue).hits == ()


def test_document_without_words_is_found_without_words(library):
    library.add(Entry(passages=()))
    assert library.find().total == 1


@settings(max_examples=depth.examples(150), suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=80), query=st.text(max_size=40))
def test_any_text_can_be_indexed_and_any_query_finds_what_the_reference_finds(text, query):
    known = {1: entry("Otsikko", text), 2: entry("Muu")}
    engine = InMemory(known, CONCEPTS, CATALOGUE)
    reference = Reference(known, CONCEPTS, CATALOGUE, words.analyser())
    # The text itself finds its page wherever it has a word; a drawn query seldom meets a drawn text.
    for asked in (query, text, f'"{text}"'):
        assert_same_answer(engine, reference, asked, {})
