"""The search of the admin's lists and choosers: pages as this service finds them, all else by the database.

That one is made safe for what people type. Overrides of Wagtail: docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

from functools import cache

from django.db.models import Case, QuerySet, When
from modelsearch.backends.base import BaseSearchBackend, EmptySearchResults
from modelsearch.query import MATCH_ALL, And, Or, Phrase, PlainText, SearchQuery
from wagtail.models import Page
from wagtail.search.backends import database

from operating_models.desk import page_search

RANKED = 200
"""Pages that are put in order by how well they fit; all further ones stand by title."""


class WordsOnly(BaseSearchBackend):
    """Mixin of a search backend: hands on the words of a query without what the database would take for its grammar.

    On SQLite a quotation mark ends the phrase that each word is wrapped in, and the rest is a syntax error; PostgreSQL
    refuses a NUL. Neither stands in a word.
    """

    def _search(
        self, query_compiler_class: type, query: str | SearchQuery, model_or_queryset: object, **kwargs: object
    ) -> object:
        pages = model_or_queryset if isinstance(model_or_queryset, QuerySet) else model_or_queryset.objects.all()
        if issubclass(pages.model, Page) and (text := _text_of(query)):
            return super()._search(query_compiler_class, MATCH_ALL, _narrow(pages, text, **kwargs), **kwargs)
        if isinstance(query, str):
            query = " ".join(query.replace('"', " ").replace("\0", " ").split())
            if not query:
                return EmptySearchResults()
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)


def _text_of(query: str | SearchQuery) -> str:
    """Return the words of a query, "" for one that has none."""
    match query:
        case str():
            return " ".join(query.replace("\0", " ").split())
        case PlainText() | Phrase():
            return _text_of(query.query_string)
        case And() | Or():
            return " ".join(filter(None, map(_text_of, query.subqueries)))
        case _:
            return ""


def _narrow(pages: QuerySet[Page], text: str, *, order_by_relevance: bool = True, **kwargs: object) -> QuerySet[Page]:
    """Return those of the pages that the words find, the best first unless the list has an order of its own."""
    keys = page_search.find(text)
    found = pages.filter(pk__in=keys)
    if not order_by_relevance or not keys:
        return found
    places = [When(pk=key, then=place) for place, key in enumerate(keys[:RANKED])]
    return found.order_by(Case(*places, default=RANKED), "title", "pk")


@cache
def _words_only(backend: type[BaseSearchBackend]) -> type[BaseSearchBackend]:
    return type(f"{WordsOnly.__name__}{backend.__name__}", (WordsOnly, backend), {})


def SearchBackend(params: dict[str, object]) -> BaseSearchBackend:
    """Return the backend of the database in use. Only then can its module be imported, so its class is known late."""
    return _words_only(type(database.SearchBackend(dict(params))))(params)
