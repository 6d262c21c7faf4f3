"""A site that has something to lose, and scratch databases that are made at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from benchmarks import scratch
from search.log.writing import WRITER
from search.models import EntryKind, LogEntry
from tests import template_database


class Site:
    """The site that the settings name, and all that it has."""

    def __init__(self, state, media):
        self.state = state
        self.media = media
        (state / "secret_key").write_text("a key")
        (media / "images").mkdir(parents=True)
        (media / "images" / "picture.png").write_bytes(b"a picture")
        LogEntry.objects.create(day=timezone.localdate(), kind=EntryKind.SEARCH, language="fi", full=1, partial=0)

    def everything(self):
        """Return the name of the database with the rows of its tables, and the files with what is in them."""
        WRITER.flush()
        rows = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows[table] = sorted(map(repr, cursor.fetchall()))
        folders = (self.state, self.media)
        files = {path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}
        return connection.settings_dict["NAME"], rows, files


@pytest.fixture
def site(demo, transactional_db, settings, tmp_path):
    """Return a filled site: the demo, a row in the search log, an uploaded picture and a file of state."""
    settings.STATE_DIR, settings.MEDIA_ROOT = tmp_path / "state", tmp_path / "media"
    for folder in (settings.STATE_DIR, settings.MEDIA_ROOT):
        Path(folder).mkdir()
    return Site(settings.STATE_DIR, settings.MEDIA_ROOT)


@pytest.fixture
def copy_into_scratch(monkeypatch):
    """Let scratch databases begin as copies of a template, since running all migrations takes half a minute.

    Returns a function that takes whether the demo is loaded in the template.
    """
    create = scratch.create

    def begin_with(*, demo):
        store = template_database.templates()
        template = template_database.prepare(store, demo=demo)

        def create_filled(name):
            is_new = create(name)
            if is_new:
                store.copy(*template, name)
            return is_new

        monkeypatch.setattr(scratch, "create", create_filled)

    return begin_with
