"""The same words and selections find the same in every language: hits, counts, and every order but that of titles."""

from __future__ import annotations

import random

import pytest
from django.utils import translation

from operating_models.models import OperatingModelPage, Text
from operating_models.site_languages import CODES
from search import catalogue
from search.criteria import Criteria
from search.finding.results import find

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]

SEARCHES = 200


def draw(number):
    """Return a search of a few words of titles and leads in any language, with selections, in any order."""
    chance = random.Random(number)
    texts = [*OperatingModelPage.objects.values_list("title", "lead"), *Text.objects.values_list("title", "lead")]
    known = sorted({word.strip(".,:;()”“") for pair in texts for text in pair for word in text.split()})
    criteria = Criteria(words=" ".join(chance.sample(known, chance.choice((0, 1, 1, 2, 3)))))
    facets = [facet for facet in find(Criteria()).facets if facet.listed]
    for facet in chance.sample(facets, chance.choice((0, 0, 1, 2))):
        criteria = criteria.with_value(facet.name, chance.choice(facet.values).code)
    return criteria.with_sort(chance.choice([sort.name for sort in catalogue.current().sorts] + [""] * 4))


def told_of(criteria, language):
    with translation.override(language):
        results = find(criteria)
    hits = [(hit.page_id, hit.partial, hit.near) for hit in results.hits]
    counts = {facet.name: {value.code: value.count for value in facet.values} for facet in results.facets}
    # On a page of an order by title other models stand than in another language.
    return (None if criteria.sort == "title" else hits), counts, results.total, results.full, results.partial


@pytest.mark.parametrize("number", range(SEARCHES))
@pytest.mark.sweep(20)
def test_a_search_finds_the_same_in_all_languages(number):
    criteria = draw(number)
    finnish, *others = (told_of(criteria, language) for language in CODES)
    assert others == [finnish] * len(others), criteria


def test_titles_are_in_the_order_of_the_readers_language():
    for language, order in (("fi", str.casefold), ("sv", str.casefold), ("en", str.casefold)):
        with translation.override(language):
            found = find(Criteria(sort="title"))
        shown = [hit.card["texts"].get(language, [hit.card["title"]])[0] for hit in found.hits]
        plain = [title for title in shown if title.isascii()]
        assert plain == sorted(plain, key=order), language
        assert len(shown) == catalogue.current().page_size
