"""The only databases that a benchmark works in: made and marked by one, migrated, and gone afterwards unless kept.

The mark stands where it is read without opening the database: on SQLite in the header of the file
(``PRAGMA application_id``, which SQLite keeps for this), on PostgreSQL in the comment on the database.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connection
from django.test.utils import override_settings

from search.elasticsearch import deployment

PREFIX = "scratch_"
"""Begins the name of every scratch database."""
MARK = "A scratch database of the benchmarks: it may be dropped."
"""The comment on a scratch database of PostgreSQL."""
APPLICATION_ID = int.from_bytes(b"TmSc", "big")
APPLICATION_ID_PLACE = slice(68, 72)
"""Bytes of a SQLite file that hold its application id (https://www.sqlite.org/fileformat2.html)."""


class ForeignDatabaseError(CommandError):
    """A database of that name is there, and no benchmark made it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The database {name} was not made by a benchmark, so nothing was done to it. Keep yours by another name."
        )


class ScratchCommand(BaseCommand):
    """A command whose work meets scratch databases alone: it says what to do there in ``work``.

    What is wrong with its options it says in ``prepare``, before a database is made.
    """

    def handle(self, *args: object, keep: str | None = None, **options: object) -> None:
        # No scratch database tells a server of its pages by itself, so the address is read before.
        server = settings.ELASTICSEARCH_URL
        self.prepare(keep=keep, server=server, **options)
        with scratch_database(keep):
            self.work(server=server, **options)

    def prepare(self, **options: object) -> None:
        """Raise CommandError for options that do not go together."""

    def work(self, *, server: str, **options: object) -> None:
        """Do the work, the default connection being one to a scratch database.

        ``server`` is the address of the search server that the settings name, empty for none.
        """
        raise NotImplementedError


def name_to_keep(text: str) -> str:
    """Return a name by which a scratch database may be kept, on any database server."""
    if not re.fullmatch("[a-z0-9]+", text):
        raise ArgumentTypeError(f"{text!r} has other characters than the letters a–z and digits")
    return text


@contextmanager
def scratch_database(keep: str | None = None) -> Iterator[None]:
    """Point the default connection at a new database beside the real one, on the same kind of server.

    A SQLite database stands in a file of a temporary folder, since one in memory would hide the costs of reading. On
    PostgreSQL the user must be allowed to create databases. Meanwhile no search server hears of it, the search log is
    not written, uploads go to the temporary folder, and debugging, which would be measured too, is off.

    With a name to ``keep`` it by, small letters and digits, the database is left as it is at the end and taken up
    again by the next one with that name: on SQLite a file in ``benchmarks/`` of the folder of state. Raises
    ForeignDatabaseError where a database of the name has no mark of a benchmark.
    """
    kept_in = settings.STATE_DIR / "benchmarks"
    with TemporaryDirectory(prefix="scratch-") as folder, _own_surroundings(Path(folder)):
        real = connection.settings_dict["NAME"]
        name = f"{PREFIX}{keep or secrets.token_hex(8)}"
        if connection.vendor == "sqlite":
            place = kept_in if keep else Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            name = str(place / f"{name}.sqlite3")
        if create(name):
            _mark(name)
        elif not (keep and is_marked(name)):
            raise ForeignDatabaseError(name)
        _point_to(name)
        try:
            call_command("migrate", verbosity=0, interactive=False)
            yield
        finally:
            _point_to(real)
            if not keep:
                _drop(name)


@contextmanager
def _own_surroundings(folder: Path) -> Iterator[None]:
    """Keep from the site what stands beside its database: files, caches, search log and search server."""
    caches = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(folder)}}
    with override_settings(
        DEBUG=False,
        ELASTICSEARCH_URL="",
        SEARCH_SERVER="",
        SEARCH_LOG_DAYS=0,
        STATE_DIR=folder / "state",
        MEDIA_ROOT=folder / "media",
        CACHES=caches,
    ):
        yield


def create(name: str) -> bool:
    """Make an empty database of that name; say whether there was none before, which is then left as it is."""
    if connection.vendor == "sqlite":
        try:
            Path(name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return False
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    return True


def is_marked(name: str) -> bool:
    """Say whether a benchmark made the database of that name."""
    if connection.vendor == "sqlite":
        with Path(name).open("rb") as file:
            header = file.read(APPLICATION_ID_PLACE.stop)
        return int.from_bytes(header[APPLICATION_ID_PLACE], "big") == APPLICATION_ID
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() == (MARK,)


def _mark(name: str) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as database:
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {connection.ops.quote_name(name)} IS '{MARK}'")


def _drop(name: str) -> None:
    """Drop a database that this run made; a file goes with its temporary folder."""
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")


def _point_to(name: str) -> None:
    """Make the default connection one to the database of that name, here and in threads to come."""
    connection.close()
    settings.DATABASES[DEFAULT_DB_ALIAS]["NAME"] = name
    connection.settings_dict["NAME"] = name
    # Another database may number them otherwise.
    ContentType.objects.clear_cache()


def settle() -> None:
    """Let PostgreSQL do now what it would do beside a measurement: clear away and count what filling has left."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def scratch_index(url: str) -> Iterator[int]:
    """Make an index of the database at hand on a search server, let searches ask it, and remove it after.

    Its prefix is drawn, so it is nobody else's. Yields the number of documents. Without an address the searches stay
    in the process, and the number is 0.
    """
    if not url:
        yield 0
        return
    with override_settings(
        ELASTICSEARCH_URL=url,
        ELASTICSEARCH_INDEX=f"scratch-{secrets.token_hex(8)}",
        SEARCH_SERVER="search.elasticsearch.deployment.current",
    ):
        server = deployment.current()
        made = server.rebuild()
        try:
            yield made
        finally:
            server.index().remove()


def database_url() -> str:
    """Return the address of the default connection's database for a process that reads it from the environment."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    user, password, host = (quote(str(told[name]), safe="") for name in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{user}:{password}@{host}:{told['PORT'] or 5432}/{told['NAME']}"
