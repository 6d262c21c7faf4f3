"""System checks of the search."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError

from search import index_version
from search.models import IndexState
from search.terms import words


def check_analyser(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """Warn when the index was made by another analyser, or another version of it, than the one that reads queries."""
    if not databases:
        return []
    try:
        made_by = IndexState.objects.filter(name=index_version.DOCUMENTS).values_list("analyser", flat=True).first()
    except DatabaseError:
        # Before the first migration there is no table, and no index that could be wrong.
        return []
    version = words.analyser().version
    if made_by and made_by != version:
        return [
            Warning(
                f"The search index was made by analyser {made_by}, and this is {version}: some words are not found.",
                hint="Run: python manage.py rebuild_search",
                id="search.W001",
            )
        ]
    return []
