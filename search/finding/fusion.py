"""The order of one list: full hits, then partial ones by words and meaning together, then what is only near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.catalogue import RELEVANCE
from search.index_version import IndexVersion
from search.nearness import nearest
from search.rules import Rules
from search.terms.engine import Match, Plan, Reader

Selections = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of the results: a full hit, one that is ``partial``, or one that is only ``near`` in meaning."""

    page_id: int
    partial: bool = False
    near: bool = False

    @classmethod
    def of(cls, match: Match) -> ListedPage:
        return cls(match.page_id, partial=match.partial)


def fuse(
    words: str, plan: Plan, reader: Reader, *, version: IndexVersion, selections: Selections, found: int
) -> list[ListedPage] | None:
    """Return the whole list of the query's hits, ``found`` by words, and of what is near it; None without vectors.

    Called where few pages are full hits, so that the list is short. Names alone, as of a region, have no meaning that
    a text could be near.
    """
    if all(word.is_name for word in plan.words):
        return None
    nearness = nearest.find(_meant(words, plan), version)
    if nearness is None:
        return None
    matches = reader.search(plan, selections=selections, sort=RELEVANCE, first=0, count=found).matches if found else ()
    full = [match.page_id for match in matches if not match.partial]
    partial = [match.page_id for match in matches if match.partial]
    # What may be listed: findable at this moment, under the selections, without a word that is left out.
    here = reader.in_memory()
    allowed = here.page_ids(here.doc_ids(Plan(left_out=plan.left_out), selections))
    fully = set(full)
    ranked = [page_id for page_id in nearness.rank(allowed) if page_id not in fully]
    outstanding = nearness.standing_out()
    # They are the first of the ranked ones.
    near = [page_id for page_id in ranked[: len(outstanding)] if page_id in outstanding - set(partial)]
    return [
        *(ListedPage(page_id) for page_id in full),
        *(ListedPage(page_id, partial=True) for page_id in order(partial, ranked, reader.rules)),
        *(ListedPage(page_id, near=True) for page_id in near[: reader.rules.most_near]),
    ]


def order(partial: Sequence[int], near: Sequence[int], rules: Rules) -> list[int]:
    """Return the partial hits by both orders: reciprocal ranks added up (Cormack, Clarke and Büttcher 2009)."""
    wanted = set(partial)
    places = {page_id: place for place, page_id in enumerate(near, start=1) if page_id in wanted}
    scores = {}
    for place, page_id in enumerate(partial, start=1):
        scores[page_id] = 1 / (rules.fusion + place)
        if page_id in places:
            scores[page_id] += rules.nearness / (rules.fusion + places[page_id])
    return sorted(scores, key=lambda page_id: (-scores[page_id], page_id))


def _meant(words: str, plan: Plan) -> str:
    """Return the words of the query that are searched for, as they were typed, without those that are left out."""
    return " ".join(words[word.start : word.end] for word in sorted(plan.words, key=lambda word: word.start))
