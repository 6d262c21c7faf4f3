"""All that a search finds, for counting: the same pages and numbers as the pages of results."""

from __future__ import annotations

import pytest

from search import catalogue as catalogues
from search.criteria import Criteria
from search.finding.results import find
from search.finding.selection import select
from tests.search.conftest import Library, entry

SIZES = {
    "": (18, 12, 11, 14),
    "neuvola": (9, 6, 5, 7),
    "neuvola hoito": (12, 6, 5, 10),
    "hoito puhelin": (12, 6, 7, 10),
    "kirahvi": (0, 0, 0, 0),
    '"hoito puhelin"': (3, 0, 0, 3),
}
"""How many pages each query finds under each of the selections."""
COUNTED = {"region", "theme", "target", "status"}
SELECTIONS = ({}, {"theme": ("access",)}, {"theme": ("access", "mind"), "status": ("in_use",)}, {"tag": ("a", "zzz")})


@pytest.fixture(scope="module")
def written(filling, catalogue):
    """The small library with all that is searched for here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "current", lambda: catalogue)
        with filling():
            return write(Library(catalogue))


def write(library):
    texts = ("seniorineuvola", "neuvola ja hoito", "hoito puhelin", "puhelin", "hoitoketju neuvolassa", "muu teksti")
    for number, text in enumerate(texts * 3):
        values = {
            "theme": ("access",) if number % 2 else ("access", "mind")[number % 3 :],
            "status": ("in_use",) if number % 4 else ("planned",),
            "tag": ("a",) if number % 5 else (),
        }
        library.add(entry(f"{text} {number}", values=values, sort_keys={"newest": float(number)}))
    return library


@pytest.fixture
def library(written, db, use_catalogue):
    return written


@pytest.mark.parametrize("words", SIZES)
@pytest.mark.parametrize("selections", SELECTIONS)
def test_finds_the_pages_of_all_pages_of_results_with_their_values(library, words, selections):
    criteria = Criteria(words=words, selections=selections)
    found = find(criteria, library.catalogue)
    selected = select(criteria, library.catalogue)
    assert selected.size == found.total == SIZES[words][SELECTIONS.index(selections)]
    assert set(selected.page_ids.tolist()) >= {hit.page_id for hit in found.hits}
    assert selected.page_ids.tolist() == sorted(selected.page_ids.tolist())
    assert selected.criteria.selections == found.criteria.selections
    counted = [facet for facet in found.facets if facet.listed and facet.name not in selections]
    assert {facet.name for facet in counted} == COUNTED - selections.keys()
    for facet in counted:
        values = selected.values[facet.name]
        counts = {value.code: int(values[value.code].sum()) if value.code in values else 0 for value in facet.values}
        assert counts == {value.code: value.count for value in facet.values}


def test_keys_of_sorts_stand_beside_their_pages(library):
    selected = select(Criteria(words="neuvola"), library.catalogue)
    numbers = {page_id: float(number) for number, page_id in enumerate(library.titles)}
    assert dict(zip(selected.page_ids.tolist(), selected.sort_keys["newest"].tolist(), strict=True)) == {
        key: numbers[key] for key in selected.page_ids.tolist()
    }
    assert selected.size > 3
