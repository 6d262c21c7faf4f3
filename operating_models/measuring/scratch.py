"""A database of one's own for a measurement: migrated, set up, and gone afterwards unless it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from search.elasticsearch import deployment


@contextmanager
def scratch_database(keep: str | None = None) -> Iterator[None]:
    """Point the default connection at a new database beside the real one, on the same kind of server.

    A SQLite database stands in a file of a temporary folder, since one in memory would hide the costs of reading. On
    PostgreSQL the user must be allowed to create databases. No search server hears of it.

    With a name to ``keep`` it by, small letters and digits, the database is left as it is at the end and taken up
    again by the next one with that name: on SQLite a file in ``benchmarks/`` of the folder of state, on PostgreSQL a
    database ``scratch_NAME``.
    """
    with TemporaryDirectory(prefix="scratch-") as folder, override_settings(SEARCH_SERVER=""):
        real = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite":
            place = settings.STATE_DIR / "benchmarks" if keep else Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            connection.settings_dict["TEST"]["NAME"] = str(place / f"{keep or 'db'}.sqlite3")
        else:
            name = keep or Path(folder).name.removeprefix("scratch-").lower()
            connection.settings_dict["TEST"]["NAME"] = f"scratch_{name}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=bool(keep))
        try:
            yield
        finally:
            connection.creation.destroy_test_db(real, verbosity=0, keepdb=bool(keep))


def settle() -> None:
    """Let PostgreSQL do now what it would do beside a measurement: clear away and count what filling has left."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def scratch_index(url: str) -> Iterator[int]:
    """Make an index of the database at hand on a search server, let searches ask it, and remove it after.

    Yields the number of documents. Without an address the searches stay in the process, and the number is 0.
    """
    if not url:
        yield 0
        return
    name = f"scratch-{secrets.token_hex(4)}"
    with override_settings(
        ELASTICSEARCH_URL=url,
        ELASTICSEARCH_INDEX=name,
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
