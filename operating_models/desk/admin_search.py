"""The admin's own search in its lists and choosers: Wagtail's database search, made safe for what people type."""

from __future__ import annotations

from functools import cache

from modelsearch.backends.base import BaseSearchBackend, EmptySearchResults
from modelsearch.query import SearchQuery
from wagtail.search.backends import database


class WordsOnly(BaseSearchBackend):
    """Mixin of a search backend: hands on the words of a query without what the database would take for its grammar.

    On SQLite a quotation mark ends the phrase that each word is wrapped in, and the rest is a syntax error; PostgreSQL
    refuses a NUL. Neither stands in a word.
    """

    def _search(
        self, query_compiler_class: type, query: str | SearchQuery, model_or_queryset: object, **kwargs: object
    ) -> object:
        if isinstance(query, str):
            query = " ".join(query.replace('"', " ").replace("\0", " ").split())
            if not query:
                return EmptySearchResults()
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)


@cache
def _words_only(backend: type[BaseSearchBackend]) -> type[BaseSearchBackend]:
    return type(f"{WordsOnly.__name__}{backend.__name__}", (WordsOnly, backend), {})


def SearchBackend(params: dict[str, object]) -> BaseSearchBackend:
    """Return the backend of the database in use. Only then can its module be imported, so its class is known late."""
    return _words_only(type(database.SearchBackend(dict(params))))(params)
