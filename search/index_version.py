"""The version of the index: random stamps by which processes see that documents or concepts have changed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import connection

from search.models import IndexState

DOCUMENTS = "documents"
CONCEPTS = "concepts"
WORDS = "words"
"""Changed when words are deleted."""
VECTORS = "vectors"

STATEMENT = "SELECT name, stamp FROM search_indexstate WHERE name IN (%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class IndexVersion:
    """The version of all documents, that of all concepts and that of all vectors; None before the first change.

    A version is random and never a counter: a counter could give the same number twice, before and after a rollback.
    """

    documents: int | None = None
    concepts: int | None = None
    vectors: int | None = None


def read() -> IndexVersion:
    """Read the version of the index in one query.

    Every search begins with it, so that it is plain SQL: putting it together anew takes longer than the database does.
    """
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, (DOCUMENTS, CONCEPTS, VECTORS))
        found = dict(cursor.fetchall())
    return IndexVersion(documents=found.get(DOCUMENTS), concepts=found.get(CONCEPTS), vectors=found.get(VECTORS))


def read_one(name: str) -> int | None:
    """Read the version of one thing by its name."""
    return IndexState.objects.filter(name=name).values_list("stamp", flat=True).first()


def draw() -> int:
    return secrets.randbits(63)


def lock(name: str) -> None:
    """Let no other writer in until the caller's transaction ends; the first statement of one that writes documents.

    On SQLite a transaction has the lock from its beginning.
    """
    IndexState.objects.get_or_create(name=name, defaults={"stamp": draw()})
    IndexState.objects.select_for_update().get(name=name)


def change(name: str) -> None:
    """Give what the name says a new version, in the caller's transaction if there is one.

    Called before documents are written, because the row that it writes is the lock of all writers.
    """
    IndexState.objects.update_or_create(name=name, defaults={"stamp": draw()})


def is_uncommitted() -> bool:
    """Tell whether what is read now may be undone: it may be used then, but not kept."""
    return connection.in_atomic_block
