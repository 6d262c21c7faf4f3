"""Entry → row of the index: what the columns hold, and the one statement that writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from django.db import connection
from django.utils import timezone

from search import index_version
from search.findable import Entry
from search.indexing.recipe import Recipe
from search.indexing.word_rows import KnownWords, add_words
from search.memory.texts import DocumentWords
from search.models import IndexState, encode
from search.terms import search_server

NOTHING: Mapping[str, object] = {
    "expires_at": None,
    "words": b"",
    "postings": b"",
    "stream": b"",
    "places": b"",
    "length": 0,
    "values": "{}",
    "sort_keys": "{}",
    "card": "{}",
    "passages": "[]",
}
"""What the columns of a row hold where the page may not be found."""
WRITTEN = (
    *("live_revision_id", "stamp", "recipe", "digest", "findable", "indexed_at"),
    *NOTHING,
)
"""Columns of a row that every writing of it sets."""
MOMENTS = frozenset({"indexed_at", "expires_at"})
"""Columns of moments, which each database takes in a form of its own."""
COLUMNS = ("page_id", *WRITTEN)
_NAMED = ", ".join(f'"{name}"' for name in COLUMNS)
_CHANGED = ", ".join(f'"{name}" = excluded."{name}"' for name in WRITTEN)
WRITE = " ".join(
    ("INSERT INTO search_document", f"({_NAMED})", 'VALUES {} ON CONFLICT ("page_id") DO UPDATE SET', _CHANGED)
)
"""Writes rows. Plain SQL: instances and their fields take longer than the writing.

A row that is there stays the same row: a mark that another transaction is about to set on it is not lost.
"""


@dataclass(frozen=True, slots=True)
class DescribedPage:
    """What a page says of itself, None for one that may not be found, and as the columns of its row hold it.

    ``digest`` tells two rows of a page apart: it covers what the page says and the recipe.
    """

    entry: Entry | None
    columns: Mapping[str, object]
    digest: str

    @classmethod
    def of(cls, entry: Entry | None, recipe: Recipe) -> DescribedPage:
        """Put an entry into the columns of a row, all but its words."""
        columns = {} if entry is None else _project(entry)
        said = [recipe.digest, *map(str, columns.values()), *(entry.concepts if entry else ())]
        return cls(entry, columns, blake2b("\0".join(said).encode(), digest_size=16).hexdigest())


def write(
    pages: Mapping[int, DescribedPage],
    recipe: Recipe,
    *,
    live_revisions: Mapping[int, int | None],
    known: KnownWords | None = None,
) -> None:
    """Write the rows of pages in the caller's transaction, which holds the lock of documents."""
    entries = {page_id: page.entry for page_id, page in pages.items() if page.entry is not None}
    read = dict(zip(entries, recipe.read(list(entries.values())), strict=True))
    add_words(read.values(), recipe.analyser, known)
    now = timezone.now()
    rows = [
        NOTHING
        | page.columns
        | (_arrays(read[page_id]) if page_id in read else {})
        | {
            "page_id": page_id,
            "live_revision_id": live_revisions.get(page_id),
            "stamp": index_version.draw(),
            "recipe": recipe.digest,
            "digest": page.digest,
            "findable": page.entry is not None,
            "indexed_at": now,
        }
        for page_id, page in pages.items()
    ]
    _put(rows)
    search_server.note_changes(pages)
    IndexState.objects.filter(name=index_version.DOCUMENTS, analyser="").update(analyser=recipe.analyser.version)


def _put(rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows or write over those that are there."""
    if not rows:
        return
    adapt = connection.ops.adapt_datetimefield_value
    values = [adapt(row[name]) if name in MOMENTS else row[name] for row in rows for name in COLUMNS]
    places = f"({', '.join(['%s'] * len(COLUMNS))})"
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(", ".join([places] * len(rows))), values)


def _arrays(read: DocumentWords) -> dict[str, object]:
    """Return what a row holds as arrays."""
    return {
        "words": read.words,
        "postings": read.postings,
        "stream": read.stream,
        "places": read.places,
        "length": read.length,
    }


def _project(entry: Entry) -> dict[str, object]:
    """Return what a row holds of a page beside its words."""
    return {
        "expires_at": entry.expires_at,
        "values": encode({facet: list(codes) for facet, codes in entry.values.items()}),
        "sort_keys": encode(dict(entry.sort_keys)),
        "card": encode(dict(entry.card)),
        "passages": encode([[passage.field, passage.language, passage.text] for passage in entry.passages]),
    }
