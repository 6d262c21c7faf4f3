"""What a search is asked for, parsed from the address and written back into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from search.catalogue import RELEVANCE, Catalogue

WORDS, PAGE, SORT, AS_TYPED = "q", "p", "sort", "typed"
"""Parameters beside the facets, which are called by their own names."""

MOST_VALUES = 200
"""Values of one facet that are read from an address."""
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Criteria:
    """The whole state of a search: words, selected codes by facet, sort and page.

    ``sort`` is empty for the order that fits: relevance with words, else the catalogue's default. ``as_typed`` asks
    for misspelt words as they stand.
    """

    words: str = ""
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    as_typed: bool = False

    @classmethod
    def from_querydict(cls, querydict: QueryDict, catalogue: Catalogue) -> Criteria:
        """Return the criteria of an address, whatever it says: unknown facets and sorts are left out.

        Which values a facet has the index and the vocabularies know: results.find() leaves out the others.
        """
        words = " ".join(querydict.get(WORDS, "").replace("\0", " ").split())
        selections = {}
        for facet in catalogue.facets:
            codes = tuple(dict.fromkeys(filter(None, querydict.getlist(facet.name))))[:MOST_VALUES]
            if codes and facet.renamed is not None:
                renamed = facet.renamed(codes)
                codes = tuple(dict.fromkeys(renamed.get(code, code) for code in codes))
            if codes:
                selections[facet.name] = codes
        return cls(
            words=words,
            selections=selections,
            sort=_read_sort(querydict.get(SORT, ""), catalogue, has_words=bool(words)),
            page=_read_page(querydict.get(PAGE, "")),
            as_typed=bool(words) and querydict.get(AS_TYPED) == "1",
        )

    def with_selections(self, selections: Mapping[str, tuple[str, ...]]) -> Criteria:
        """Return the criteria with these selections, on the same page."""
        return replace(self, selections=selections)

    def with_value(self, facet: str, code: str) -> Criteria:
        """Return the criteria with one more value selected, on the first page."""
        codes = self.selections.get(facet, ())
        if code in codes:
            return replace(self, page=1)
        return replace(self, selections={**self.selections, facet: (*codes, code)}, page=1)

    def without_value(self, facet: str, code: str) -> Criteria:
        """Return the criteria with a value no longer selected, on the first page."""
        codes = tuple(kept for kept in self.selections.get(facet, ()) if kept != code)
        others = {name: kept for name, kept in self.selections.items() if name != facet}
        return replace(self, selections={**others, facet: codes} if codes else others, page=1)

    def without_selections(self) -> Criteria:
        """Return the criteria with words and sort only."""
        return replace(self, selections={}, page=1)

    def with_sort(self, sort: str) -> Criteria:
        """Return the criteria in another order, on the first page; the empty sort is the order that fits."""
        return replace(self, sort=sort, page=1)

    def with_page(self, page: int) -> Criteria:
        return replace(self, page=page)

    def querystring(self, catalogue: Catalogue) -> str:
        """Return the address's query, in one order for one state and without what is so by default."""
        querydict = QueryDict(mutable=True)
        if self.words:
            querydict[WORDS] = self.words
            if self.as_typed:
                querydict[AS_TYPED] = "1"
        for facet in catalogue.facets:
            if self.selections.get(facet.name):
                querydict.setlist(facet.name, sorted(self.selections[facet.name]))
        if self.sort:
            querydict[SORT] = self.sort
        if self.page > 1:
            querydict[PAGE] = str(self.page)
        return querydict.urlencode()


def _read_sort(name: str, catalogue: Catalogue, *, has_words: bool) -> str:
    """Return the sort's name, empty for an unknown one and for the one that would be taken anyway."""
    default = RELEVANCE if has_words else catalogue.default_sort
    known = {sort.name for sort in catalogue.sorts} | ({RELEVANCE} if has_words else set())
    return name if name in known and name != default else ""


def _read_page(text: str) -> int:
    """Return the number of the page, 1 for what is no number."""
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1
