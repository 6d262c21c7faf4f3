"""A database of one's own for a measurement: migrated, set up, and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection


@contextmanager
def scratch_database() -> Iterator[None]:
    """Point the default connection at a new database beside the real one, on the same kind of server.

    A SQLite database stands in a file of a temporary folder, since one in memory would hide the costs of reading. On
    PostgreSQL the user must be allowed to create databases.
    """
    with TemporaryDirectory(prefix="scratch-") as folder:
        real = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "db.sqlite3")
        else:
            connection.settings_dict["TEST"]["NAME"] = f"scratch_{Path(folder).name.removeprefix('scratch-').lower()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(real, verbosity=0)
