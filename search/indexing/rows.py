"""Entry → row of the index: what the columns hold, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from search import index_version
from search.findable import Entry
from search.indexing.recipe import Recipe
from search.indexing.word_rows import add_words
from search.models import Document, IndexState, encode
from search.terms import search_server

WRITTEN = [field.name for field in Document._meta.concrete_fields if not field.primary_key]
"""Columns of a row that every writing of it sets. One that is there stays the same row: a mark that another
transaction is about to set on it is not lost."""


@dataclass(frozen=True, slots=True)
class DescribedPage:
    """What a page says of itself, None for one that may not be found.

    ``digest`` tells two rows of a page apart: it covers what the page says and the recipe.
    """

    entry: Entry | None
    digest: str

    @classmethod
    def of(cls, entry: Entry | None, recipe: Recipe) -> DescribedPage:
        said = [recipe.digest]
        if entry is not None:
            columns = (dict(entry.values), dict(entry.sort_keys), dict(entry.card), _passages(entry))
            said += [str(entry.expires_at), *map(encode, columns), *entry.concepts]
        return cls(entry, blake2b("\0".join(said).encode(), digest_size=16).hexdigest())


def write(pages: Mapping[int, DescribedPage], recipe: Recipe, *, live_revisions: Mapping[int, int | None]) -> None:
    """Write the rows of pages in the caller's transaction, which holds the lock of documents."""
    rows = list(_make_rows(pages, recipe, live_revisions))
    Document.objects.bulk_create(rows, update_conflicts=True, unique_fields=["page"], update_fields=WRITTEN)
    search_server.note_changes(pages)
    IndexState.objects.filter(name=index_version.DOCUMENTS, analyser="").update(analyser=recipe.analyser.version)


def _make_rows(
    pages: Mapping[int, DescribedPage], recipe: Recipe, live_revisions: Mapping[int, int | None]
) -> Iterator[Document]:
    """Yield the rows of pages, of one that may not be found without words and facts; add their words to the table."""
    read = recipe.read([page.entry for page in pages.values() if page.entry is not None])
    add_words(read, recipe.analyser, recipe.known)
    documents = iter(read)
    for page_id, page in pages.items():
        row = Document(
            page_id=page_id,
            live_revision_id=live_revisions.get(page_id),
            stamp=index_version.draw(),
            recipe=recipe.digest,
            digest=page.digest,
            findable=page.entry is not None,
        )
        if page.entry is not None:
            own = next(documents)
            row.words, row.postings, row.stream, row.places = own.words, own.postings, own.stream, own.places
            row.length = own.length
            row.expires_at = page.entry.expires_at
            row.values, row.sort_keys = dict(page.entry.values), dict(page.entry.sort_keys)
            row.card, row.passages = dict(page.entry.card), _passages(page.entry)
        yield row


def _passages(entry: Entry) -> list[Sequence[str]]:
    return [(passage.field, passage.language, passage.text) for passage in entry.passages]
