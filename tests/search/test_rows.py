"""Rows of the index: documents are read as they were written and as of one moment, and no mark on them is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from search.indexing import upkeep
from search.memory import snapshots
from search.memory.snapshots import COLUMNS, RANKING, read_documents
from search.models import Document
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    """Five models, the first with signs that mean something elsewhere and a last day."""
    made = [factories.make_model("15", f"Malli {number}") for number in range(4)]
    special = factories.make_model("06", "100 % \"omaa\" \\N työtä 'ä'\t{}")
    special.expire_at = timezone.now() + timedelta(days=3, microseconds=7)
    special.save_revision().publish()
    upkeep.refresh([page.pk for page in (*made, special)])
    return [*made, special]


def read_instances():
    return {
        document.page_id: tuple(
            document.page.title if name == "page__title" else getattr(document, name) for name in COLUMNS
        )
        for document in Document.objects.select_related("page")
    }


def as_columns(row):
    return plain(row.title if name == "page__title" else getattr(row, name) for name in COLUMNS)


def plain(columns):
    # SQLite gives bytes, PostgreSQL's driver a view of them where it makes instances.
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in columns)


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_all_documents_are_read_once_and_as_they_are(pages, monkeypatch, at_once):
    monkeypatch.setattr(snapshots, "ROWS_AT_ONCE", at_once)
    read = [as_columns(row) for row in read_documents((), everything=True)]
    assert {page.pk for page in pages} <= {row[0] for row in read}
    assert len(read) == len({row[0] for row in read})
    assert {row[0]: row for row in read} == {key: plain(row) for key, row in read_instances().items()}


def test_documents_of_some_pages_are_read_as_they_are(pages):
    wanted = [page.pk for page in pages[2:]]
    read = {row.page_id: as_columns(row) for row in read_documents(wanted)}
    assert read == {key: plain(row) for key, row in read_instances().items() if key in wanted}


def test_lean_rows_have_only_their_columns(pages):
    row = next(read_documents([pages[-1].pk], columns=RANKING))
    assert row.expires_at == pages[-1].expire_at
    assert (row.values, row.stream, row.title) == ({}, b"", "")


def test_other_queries_may_come_while_documents_are_read(pages):
    seen = [Document.objects.filter(page_id=row.page_id).exists() for row in read_documents((), everything=True)]
    assert len(seen) >= len(pages)
    assert all(seen)


def test_reading_all_documents_is_one_query(pages, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(read_documents((), everything=True))


@pytest.mark.django_db(transaction=True)
def test_all_documents_are_those_of_one_moment_although_others_write(pages, monkeypatch):
    monkeypatch.setattr(snapshots, "ROWS_AT_ONCE", 1)

    def change():
        try:
            with transaction.atomic():
                Document.objects.update(stamp=F("stamp") + 1)
        finally:
            connection.close()

    before = dict(Document.objects.filter(findable=True).values_list("page_id", "stamp"))
    reading = read_documents((), everything=True)
    first = next(reading)
    with ThreadPoolExecutor() as threads:
        threads.submit(change).result(timeout=60)
    assert {row.page_id: row.stamp for row in (first, *reading)} == before
    assert dict(Document.objects.values_list("page_id", "stamp")) != before


@pytest.mark.django_db(transaction=True)
def test_mark_that_comes_while_a_row_is_written_is_not_lost(pages):
    marked = pages[0].pk
    begun = Event()

    def mark():
        try:
            connection.ensure_connection()
            begun.set()
            upkeep.mark([marked])
        finally:
            connection.close()

    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            upkeep.refresh([page.pk for page in pages])
            written = set(Document.objects.values_list("recipe", flat=True))
            marking = threads.submit(mark)
            # The other writer waits for this transaction.
            assert begun.wait(timeout=60)
            time.sleep(0.1)
            assert not marking.done()
        marking.result(timeout=60)
    assert "" not in written
    assert Document.objects.get(page_id=marked).recipe == ""


def test_rows_are_written_again_and_again_in_one_transaction(pages):
    before = read_instances()
    stamps = {document.page_id: document.stamp for document in Document.objects.all()}
    for _ in range(2):
        Document.objects.update(digest="", recipe="", length=0, words=b"")
        upkeep.refresh([page.pk for page in pages])
    after = read_instances()
    place = COLUMNS.index("stamp")
    assert {key: plain(row[:place] + row[place + 1 :]) for key, row in after.items()} == {
        key: plain(row[:place] + row[place + 1 :]) for key, row in before.items()
    }
    assert all(Document.objects.get(page_id=page.pk).stamp != stamps[page.pk] for page in pages)
