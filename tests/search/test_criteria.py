"""The address holds the whole state, and no address is an error."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from search.criteria import Criteria


def read(query, catalogue):
    return Criteria.from_querydict(QueryDict(query), catalogue)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=neuvola",
        "q=neuvola&region=13&region=16&sort=title&p=3",
        "region=13&theme=access&tag=a",
        "q=%22oma+l%C3%A4%C3%A4k%C3%A4ri%22+AND+%2A&status=planned",
    ],
)
def test_address_comes_back_as_it_was(query, catalogue):
    assert read(query, catalogue).querystring(catalogue) == query


def test_parameters_have_one_order(catalogue):
    criteria = read("theme=mind&p=2&region=16&region=13&region=13&q=a", catalogue)
    assert criteria.querystring(catalogue) == "q=a&region=13&region=16&theme=mind&p=2"


@pytest.mark.parametrize(
    "query",
    ["sort=nonsense", "p=0", "p=-1", "p=x", "p=", "p=1e9", "nothing=1", "sort=newest", "sort=relevance", "q=++"],
)
def test_nonsense_and_defaults_are_left_out(query, catalogue):
    assert read(query, catalogue) == Criteria()


def test_relevance_is_no_choice_with_words_because_it_is_the_default(catalogue):
    assert read("q=a&sort=relevance", catalogue).sort == ""
    assert read("q=a&sort=newest", catalogue).sort == "newest"


def test_nul_and_ten_thousand_characters_are_words_like_others(catalogue):
    assert read("q=a%00b", catalogue).words == "a b"
    assert len(read(f"q={'a' * 10_000}", catalogue).words) == 10_000


def test_changing_a_selection_returns_to_the_first_page(catalogue):
    criteria = read("q=a&region=13&p=4", catalogue)
    assert criteria.with_value("region", "16") == Criteria("a", {"region": ("13", "16")})
    assert criteria.with_value("region", "13") == Criteria("a", {"region": ("13",)})
    assert criteria.without_value("region", "13") == Criteria("a")
    assert criteria.with_value("theme", "mind").without_selections() == Criteria("a")
    assert criteria.with_sort("title").page == 1
    assert criteria.with_page(2).page == 2
