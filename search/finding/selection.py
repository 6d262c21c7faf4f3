"""All that a search finds, without pages of results: for numbers that have to agree with the search page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from search import catalogue as catalogues
from search import index_version
from search.catalogue import RELEVANCE, Catalogue
from search.criteria import Criteria
from search.finding.results import known_selections
from search.memory.engine import ENGINE, DocMask, DocValues
from search.query import planning
from search.terms import concepts, words
from search.terms.concepts import Concepts
from search.terms.engine import Plan


@dataclass(frozen=True, slots=True)
class Selection:
    """Every page that a search finds, full and partial hits alike: as many as ``results.find`` says in ``total``.

    ``page_ids`` ascend. ``values`` tell for each listed facet and each of its codes that some document has which of
    the pages have it; ``sort_keys`` hold the pages' keys in each sort by number. All arrays are of the pages' length.
    ``criteria`` are those that were used, and ``concepts`` those of this moment.
    """

    criteria: Criteria
    page_ids: NDArray[np.int64]
    values: Mapping[str, Mapping[str, DocMask]]
    sort_keys: Mapping[str, DocValues]
    concepts: Concepts

    @property
    def size(self) -> int:
        return len(self.page_ids)


def select(criteria: Criteria, catalogue: Catalogue | None = None, *, now: datetime | None = None) -> Selection:
    """Return all pages that the words and selections of the criteria find, whatever their sort and page.

    Takes one query as long as nothing has changed. The arrays of this process answer, also where the search page asks
    a search server: both find the same pages.
    """
    catalogue, now = catalogue or catalogues.current(), now or timezone.now()
    at = index_version.read()
    known = concepts.current(catalogue, at)
    reader = ENGINE.reader(catalogue, at, now=now)
    criteria = criteria.with_selections(known_selections(criteria, catalogue, known, reader))
    plan = planning.plan(criteria.words, known, reader, words.analyser()) if criteria.words else Plan()
    doc_ids = reader.doc_ids(plan, criteria.selections)
    return Selection(
        criteria=criteria,
        page_ids=reader.page_ids(doc_ids),
        values={facet.name: reader.values(facet.name, doc_ids) for facet in catalogue.facets if facet.listed},
        sort_keys={sort.name: reader.numbers(sort.name, doc_ids) for sort in catalogue.orders if not sort.text},
        concepts=known,
    )


def rank(text: str, most: int) -> list[int]:
    """Return the keys of the pages that the words find fully, the best first; of these at most so many."""
    catalogue, at = catalogues.current(), index_version.read()
    known = concepts.current(catalogue, at)
    reader = ENGINE.reader(catalogue, at, now=timezone.now())
    plan = planning.plan(text, known, reader, words.analyser())
    if not plan.words:
        return []
    answer = reader.search(plan, selections={}, sort=RELEVANCE, first=0, count=most)
    return [match.page_id for match in answer.matches if not match.partial]
