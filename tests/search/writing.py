"""Documents that tests write without a page type that describes them."""

from __future__ import annotations

from django.db import transaction

from search import index_version
from search.indexing import rows
from search.indexing.recipe import Recipe
from search.indexing.rows import DescribedPage


def write_entry(page_id, entry):
    """Write the row of a findable page from its entry."""
    with transaction.atomic():
        index_version.change(index_version.DOCUMENTS)
        recipe = Recipe.current()
        rows.write({page_id: DescribedPage.of(entry, recipe)}, recipe, live_revisions={})
