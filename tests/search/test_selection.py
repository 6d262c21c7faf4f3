"""All that a search finds, for counting: the same pages and numbers as the pages of results."""

from __future__ import annotations

import pytest

from search.criteria import Criteria
from search.finding.results import find
from search.finding.selection import select
from tests.search.conftest import entry

QUERIES = ("", "neuvola", "neuvola hoito", "hoito puhelin", "kirahvi", '"hoito puhelin"')
SELECTIONS = ({}, {"theme": ("access",)}, {"theme": ("access", "mind"), "status": ("in_use",)}, {"tag": ("a", "zzz")})


@pytest.fixture
def pages(library):
    texts = ("seniorineuvola", "neuvola ja hoito", "hoito puhelin", "puhelin", "hoitoketju neuvolassa", "muu teksti")
    made = []
    for number, text in enumerate(texts * 3):
        values = {
            "theme": ("access",) if number % 2 else ("access", "mind")[number % 3 :],
            "status": ("in_use",) if number % 4 else ("planned",),
            "tag": ("a",) if number % 5 else (),
        }
        made += library.add(entry(f"{text} {number}", values=values, sort_keys={"newest": float(number)}))
    return made


@pytest.mark.parametrize("words", QUERIES)
@pytest.mark.parametrize("selections", SELECTIONS)
def test_finds_the_pages_of_all_pages_of_results_with_their_values(pages, library, words, selections):
    criteria = Criteria(words=words, selections=selections)
    found = find(criteria, library.catalogue)
    selected = select(criteria, library.catalogue)
    assert selected.size == found.total
    assert set(selected.page_ids.tolist()) >= {hit.page_id for hit in found.hits}
    assert selected.page_ids.tolist() == sorted(selected.page_ids.tolist())
    assert selected.criteria.selections == found.criteria.selections
    for facet in found.facets:
        if facet.listed and facet.name not in selections:
            values = selected.values[facet.name]
            counts = {
                value.code: int(values[value.code].sum()) if value.code in values else 0 for value in facet.values
            }
            assert counts == {value.code: value.count for value in facet.values}


def test_keys_of_sorts_stand_beside_their_pages(pages, library):
    selected = select(Criteria(words="neuvola"), library.catalogue)
    numbers = {page.pk: float(number) for number, page in enumerate(pages)}
    assert dict(zip(selected.page_ids.tolist(), selected.sort_keys["newest"].tolist(), strict=True)) == {
        key: numbers[key] for key in selected.page_ids.tolist()
    }
    assert selected.size > 3
