"""The engine finds, ranks and counts as the reference does, on generated texts and queries.

An example is a corpus with its own limits and eight queries against it: 2,000 cases at all depths.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.catalogue import Concept
from search.findable import Entry, Passage
from search.rules import RULES
from search.terms import words
from tests import depth
from tests.search.conftest import CONCEPTS, make_catalogue
from tests.search.in_elasticsearch import InElasticsearch, Shelf
from tests.search.in_memory import InMemory
from tests.search.reference import Reference

EXAMPLES = depth.examples(250)
EXAMPLES_OF_SERVER = depth.examples(50)
QUERIES = 8

RELATED = (
    *CONCEPTS,
    Concept(
        "synonyms:depression",
        equals=(("fi", "masennus"), ("fi", "masennuksen hoito"), ("sv", "depression")),
        broader=("theme:mind",),
        related=("synonyms:loneliness",),
    ),
    Concept("synonyms:loneliness", equals=(("fi", "yksinäisyys"), ("en", "being alone")), broader=("target:elderly",)),
    Concept("synonyms:grief", equals=(("fi", "suru"),), broader=("synonyms:depression", "synonyms:gone")),
    Concept("programme:growth", {"fi": "kestävän kasvun ohjelma", "sv": "hållbar vård"}, ("RRP",), is_whole=True),
    Concept("programme:growth-1", {"fi": "kestävän kasvun hoito"}, is_whole=True, parent="programme:growth"),
)
"""Concepts beside those of the other tests: narrower and narrower still, related, matched whole, and a parent."""

CATALOGUE = make_catalogue(RELATED)

# Compounds with shared parts, inflected forms, names with and without aliases, synonyms, shortened words, function
# words, and words of the other languages, so that a short text meets a short query in many ways.
VOCABULARY = """
    neuvola neuvolassa seniorineuvola seniorineuvolan hoito hoidon sädehoito hoitoketju hoitoketjut
    hoitosuunnitelmat palvelu palvelut palveluihin mielenterveyspalvelut päihdepalvelut terveyspalvelu terveys
    mielenterveys etälääkäri lääkärin lääkäri vastaanotto etävastaanotto vanhus vanhusten ikääntyneet seniorit
    iäkkäät ikäihmisten nuoret nuorten lapset perheet lapsiperheiden koti kotihoito kotona ja tai sekä joka on
    valmennus työhönvalmennus sijoita valmenna IPS Keski-Suomi Keski-Suomessa Hyvaks Pohjanmaa Pohjanmaalla
    Etelä-Pohjanmaa Pohjois-Pohjanmaan Pohde vård äldreomsorg barn mental care elderly digipolku digipolut 65+
    24/7 tehty tehdä kuusi voi sápmi sápmelaš sapmelaš giellâ masennus masennuksen depression yksinäisyys suru
    surun alone being kestävän kasvun ohjelma RRP hållbar walk-in walkin in walk e-resepti saada miten apua
"""
TEXT_WORDS = VOCABULARY.split()
ELLIPSES = ["mielenterveys- ja päihdepalvelut", "hoitosuunnitelmat ja -polut", "Etelä- ja Pohjois-Pohjanmaa"]
PHRASES = [
    "sijoita ja valmenna",
    "hoitoon ja palveluun pääsy",
    "mielen hyvinvointi",
    "Keski-Suomen hyvinvointialue",
    "kestävän kasvun ohjelma",
    "hållbar vård",
    "masennuksen hoito",
    "being alone",
]
QUERY_ONLY = ["mentalvårdstjänster", "tjänsteomsorg", "kirahvi", "barnomsorg", "seniorineuvoloissa", "ikäihminen"]
UNMARKED = ["sapmi", "sápmelas", "sapmelas", "giella", "laakari", "tehda"]
"""Words of the texts without marks of their letters; those of ä are no marks."""

pieces = st.one_of(
    st.sampled_from(TEXT_WORDS),
    st.sampled_from(TEXT_WORDS),
    st.sampled_from(TEXT_WORDS),
    st.sampled_from(ELLIPSES + PHRASES),
)
texts = st.lists(pieces, min_size=2, max_size=9).map(" ".join)
codes = {
    "region": ["13", "16", "17"],
    "theme": ["access", "mind"],
    "target": ["elderly", "families"],
    "status": ["planned", "in_use"],
    "tag": ["a", "b"],
}
values = st.fixed_dictionaries({}, optional={
    facet: st.lists(st.sampled_from(known), unique=True).map(tuple) for facet, known in codes.items()
})  # fmt: skip
passages = st.tuples(
    st.sampled_from(["title", "lead", "labels", "body", "body"]),
    texts,
    st.sampled_from(["fi", "fi", "fi", "sv", "en", "se"]),
).map(lambda drawn: Passage(*drawn))
entries = st.builds(
    Entry,
    passages=st.lists(passages, min_size=1, max_size=4).map(tuple),
    concepts=st.lists(st.sampled_from([one.key for one in RELATED] + ["theme:gone"]), max_size=3).map(tuple),
    values=values,
)
query_pieces = st.one_of(
    st.sampled_from(TEXT_WORDS),
    st.sampled_from(TEXT_WORDS),
    st.sampled_from(ELLIPSES + PHRASES + QUERY_ONLY + UNMARKED),
    st.lists(st.sampled_from(TEXT_WORDS), min_size=1, max_size=2).map(lambda some: f'"{" ".join(some)}"'),
    st.sampled_from(['"', "AND", "*", ","]),
    st.sampled_from(
        ["-koti", "-vanhus", "-Pohjanmaa", "-hoi*", "neuv*", "palv*", "mi*", "ja -polut", "eresepti", "eri"]
    ),
)
queries = st.lists(query_pieces, min_size=1, max_size=5).map(" ".join)
rules = st.one_of(
    st.just(RULES),
    st.builds(
        replace,
        st.just(RULES),
        common_at_least=st.integers(1, 4),
        counting_words=st.integers(1, 4),
        alternatives=st.integers(1, 6),
        enough_full_hits=st.integers(1, 5),
        most_partial_hits=st.integers(1, 5),
        few_namesakes=st.integers(1, 3),
        related_phrases=st.integers(0, 3),
    ),
)


def assert_same_order(answer, found):
    """Wherever scores differ by more than a millionth, the order is the same."""
    ours = [(match.page_id, match.partial) for match in answer.matches]
    theirs = {hit.page_id: hit for hit in found.hits}
    ranks = [
        (theirs[key].partial, -theirs[key].coverage if partial else 0, -theirs[key].score) for key, partial in ours
    ]
    for before, after in pairwise(ranks):
        assert before[0] <= after[0]
        if before[0] == after[0]:
            assert before[1] <= after[1] + 1e-6
            if abs(before[1] - after[1]) <= 1e-6:
                assert before[2] <= after[2] + 1e-6


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(
    corpus=st.one_of(st.lists(entries, min_size=1, max_size=8), st.lists(entries, min_size=12, max_size=25)),
    old=st.lists(entries, max_size=3),
    asked=st.lists(st.tuples(queries, values), min_size=QUERIES, max_size=QUERIES),
    rules=rules,
    folded=st.booleans(),
    data=st.data(),
)
def test_engine_finds_ranks_and_counts_as_the_reference(corpus, old, asked, rules, folded, data):
    known = dict(enumerate(corpus, start=1))
    changed = data.draw(st.sets(st.sampled_from(sorted(known)), max_size=3))
    replaced = dict(zip([*sorted(changed), 101, 102, 103], old, strict=False))
    engine = InMemory(known, RELATED, CATALOGUE, rules=rules, changed=sorted(changed), old=replaced, folded=folded)
    reference = Reference(known, RELATED, CATALOGUE, words.analyser(), rules)
    for query, chosen in asked:
        assert_same_answer(engine, reference, query, chosen)


def assert_same_answer(engine, reference, query, chosen):
    selections = {facet: picked for facet, picked in chosen.items() if picked}
    answer = engine.search(query, selections=selections)
    found = reference.search(query, selections)
    expected = {hit.page_id: (hit.partial, pytest.approx(hit.score, abs=1e-6)) for hit in found.hits}
    assert {match.page_id: (match.partial, match.score) for match in answer.matches} == expected
    assert (answer.full, answer.partial) == (
        sum(not hit.partial for hit in found.hits),
        sum(hit.partial for hit in found.hits),
    )
    # An engine also knows codes that only replaced documents had, at zero.
    seen = {facet: {code: n for code, n in counts.items() if n} for facet, counts in answer.counts.items()}
    assert seen == {facet: {code: n for code, n in counts.items() if n} for facet, counts in found.counts.items()}
    assert all(counts.keys() <= answer.counts[facet].keys() for facet, counts in found.counts.items())
    assert_same_order(answer, found)


@pytest.fixture(scope="module")
def shelf(cluster):
    """One index on a real Elasticsearch for all examples."""
    return Shelf(cluster, CATALOGUE)


@settings(max_examples=EXAMPLES_OF_SERVER, suppress_health_check=list(HealthCheck))
@given(
    corpus=st.one_of(st.lists(entries, min_size=1, max_size=8), st.lists(entries, min_size=12, max_size=25)),
    asked=st.lists(st.tuples(queries, values), min_size=QUERIES, max_size=QUERIES),
    rules=rules,
)
def test_elasticsearch_finds_ranks_and_counts_as_the_reference(shelf, corpus, asked, rules):
    known = dict(enumerate(corpus, start=1))
    engine = InElasticsearch(known, RELATED, CATALOGUE, shelf=shelf, rules=rules)
    reference = Reference(known, RELATED, CATALOGUE, words.analyser(), rules)
    for query, chosen in asked:
        assert_same_answer(engine, reference, query, chosen)


@pytest.fixture
def many(shelf):
    """A hundred and twenty texts with "hoito", of many lengths, and one with "koti" alone."""
    texts = ["hoito " * (1 + number % 5) + "neuvola " * (number % 17) for number in range(120)]
    corpus = [Entry(passages=(Passage("body", text),)) for text in texts]
    corpus.append(Entry(passages=(Passage("body", "koti"),)))
    known = dict(enumerate(corpus, start=1))
    return known, InElasticsearch(known, RELATED, CATALOGUE, shelf=shelf, rules=MANY, limits={"ranked": 20})


MANY = replace(RULES, common_share=1.0)


def test_elasticsearch_parts_many_hits_into_pages_without_gap_or_repetition(many):
    _, engine = many
    pages = [engine.search("hoito", first=first, count=10).matches for first in range(0, 130, 10)]
    found = [match.page_id for page in pages for match in page]
    assert sorted(found) == list(range(1, 121))
    assert found == [match.page_id for match in engine.search("hoito").matches]
    assert engine.search("hoito", sort="title", count=3).total == 120


def test_elasticsearch_counts_all_hits_when_asked_for_a_page_deeper_than_it_counts(many):
    _, engine = many
    answer = engine.search("hoito", first=20_000_000, count=20)
    assert (answer.matches, answer.total) == ((), 120)


def test_elasticsearch_chooses_among_partial_hits_of_equal_coverage_by_the_exact_score(many):
    known, engine = many
    reference = Reference(known, RELATED, CATALOGUE, words.analyser(), MANY)
    assert_same_answer(engine, reference, "hoito kirahvi", {})
    assert len(engine.search("hoito koti").matches) == MANY.most_partial_hits
    assert_same_answer(engine, reference, "hoito koti", {})
