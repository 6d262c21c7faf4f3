"""A migrated database that every test process copies, because running all migrations takes half a minute.

It is made in stages, each kept until what it was made from changes:

1. ``schema``: all migrations, without what follows them. Its key is the installed distributions, the project's
   migration files and the settings that choose applications and language.
2. ``site``: the schema and all that ``post_migrate`` makes in a new database: content types, permissions, and what
   ``set_up_site`` makes. Its key is that of the schema and every source and data file of the project's rooms.
3. ``demo``: the site with the demo's models, for the tests that read them; made when the first of these asks for it.

On SQLite a template is a file in var/tests/, on PostgreSQL a database whose name begins with ``template_``. A copy of
it takes milliseconds, so a test that cannot be rolled back gets a fresh copy instead of an emptied database.

``python -m tests.template_database`` makes the template beforehand and says what it does; the fixtures make it too.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import sqlite3
import time
from io import StringIO
from pathlib import Path
from unittest import mock

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "tests"
ROOMS = ("kb_site", "home", "operating_models", "search")
KEPT_TEMPLATES = 9


def _hash(parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _files(paths):
    for path in sorted(paths):
        yield path.relative_to(ROOT)
        yield path.read_bytes()


def schema_key():
    """Return what the migrations depend on, in 16 characters."""
    return _hash(
        [
            *sorted(f"{found.name}=={found.version}" for found in importlib.metadata.distributions()),
            *_files(path for room in ROOMS for path in (ROOT / room).glob("**/migrations/*.py")),
            connection.settings_dict["ENGINE"],
            settings.INSTALLED_APPS,
            settings.LANGUAGE_CODE,
            settings.LANGUAGES,
            settings.AUTH_USER_MODEL,
            settings.DEFAULT_AUTO_FIELD,
        ]
    )


def site_key():
    """Return what the content of a new database depends on, in 16 characters."""
    sources = (
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        # The texts of the demo are loaded by tests that want them, not by the set-up.
        if path.is_file() and not {"demo", "__pycache__"} & set(path.parts)
    )
    return _hash([schema_key(), *_files(sources)])


def demo_key():
    """Return what the loaded demo depends on, in 16 characters."""
    return _hash([site_key(), *_files((ROOT / "operating_models" / "demo").glob("*.*"))])


@contextlib.contextmanager
def _alone():
    """Let one process at a time make templates; the others wait and then find them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def point_to(name):
    """Make the default connection one to the database of that name, here and in threads to come."""
    connection.close()
    settings.DATABASES[DEFAULT_DB_ALIAS]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _fill(name, *, stage):
    """Bring the database of that name from the stage before to this one."""
    before = connection.settings_dict["NAME"]
    point_to(name)
    try:
        if stage == "schema":
            with mock.patch("django.core.management.commands.migrate.emit_post_migrate_signal"):
                call_command("migrate", verbosity=0, interactive=False)
        elif stage == "site":
            emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
        else:
            with contextlib.redirect_stdout(StringIO()):
                call_command("load_demo", verbosity=0)
    finally:
        point_to(before)


class SQLiteTemplates:
    """Templates and copies as files."""

    def __init__(self):
        # A lost test database is made again in milliseconds: waiting for the disk is of no use.
        options = connection.settings_dict.setdefault("OPTIONS", {})
        options["init_command"] = options.get("init_command", "") + "; PRAGMA synchronous=OFF"

    def path(self, stage, key):
        return FOLDER / f"{stage}-{key}.sqlite3"

    def exists(self, stage, key):
        path = self.path(stage, key)
        if path.exists():
            os.utime(path)
        return path.exists()

    def make(self, stage, key, source=None):
        unfinished = self.path(stage, key).with_suffix(".unfinished")
        self.drop(unfinished)
        if source:
            shutil.copyfile(self.path(*source), unfinished)
        _fill(unfinished, stage=stage)
        with contextlib.closing(sqlite3.connect(unfinished)) as database:
            # The write-ahead log must be in the file before the file alone is copied.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.replace(unfinished, self.path(stage, key))
        for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT_TEMPLATES]:
            old.unlink(missing_ok=True)

    def copy(self, stage, key, name):
        # A request that a test left behind keeps the removed file and cannot disturb the new one.
        self.drop(name)
        shutil.copyfile(self.path(stage, key), name)

    def drop(self, name):
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)

    def name(self, *, run, worker, folder):
        return str(folder / f"test-{worker}.sqlite3")

    def demo_name(self, name):
        return str(Path(name).with_name(f"demo-{Path(name).name}"))


class PostgreSQLTemplates:
    """Templates and copies as databases of one server."""

    def path(self, stage, key):
        return f"template_{stage}_{key}"

    def _execute(self, *statements):
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def exists(self, stage, key):
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.path(stage, key)])
            return cursor.fetchone() is not None

    def make(self, stage, key, source=None):
        unfinished = f"unfinished_{stage}_{key}"
        self.drop(unfinished)
        template = self.path(*source) if source else "template0"
        self._execute(f'CREATE DATABASE "{unfinished}" TEMPLATE "{template}"')
        _fill(unfinished, stage=stage)
        self._execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{self.path(stage, key)}"')
        with connection._nodb_cursor() as cursor:
            # PostgreSQL keeps no date of a database, but numbers them as they come.
            cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'template\_%\_%' ORDER BY oid")
            made = [name for (name,) in cursor.fetchall()]
        for old in made[:-KEPT_TEMPLATES]:
            self.drop(old)

    def copy(self, stage, key, name):
        self.drop(name)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.path(stage, key)}"')

    def drop(self, name):
        # A request that a test left behind must not hold the name.
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def name(self, *, run, worker, folder):
        return f"test_{run}_{worker}"

    def demo_name(self, name):
        return f"{name}_demo"


def templates():
    """Return the templates of the database that the settings name."""
    kinds = {"sqlite": SQLiteTemplates, "postgresql": PostgreSQLTemplates}
    return kinds[connection.vendor]()


def prepare(store, *, demo=False, say=lambda message: None):
    """Make the template of the project's present state unless it is there; return its stage and key."""
    with _alone():
        schema, site = ("schema", schema_key()), ("site", site_key())
        if not store.exists(*site):
            if not store.exists(*schema):
                say("Running all migrations for the tests' template database (20 to 60 s, kept for the next time)")
                store.make(*schema)
            say("Setting up the site in the tests' template database")
            store.make(*site, source=schema)
        if not demo:
            return site
        loaded = ("demo", demo_key())
        if not store.exists(*loaded):
            say("Loading the demo into the tests' template database")
            store.make(*loaded, source=site)
        return loaded


class Copy:
    """A process's own copy of a template, to which its connections point."""

    def __init__(self, store, template, name):
        self.store = store
        self.template = template
        self.name = name
        self.renew()
        point_to(name)

    def renew(self):
        """Make the copy what the template is."""
        connection.close()
        self.store.copy(*self.template, self.name)

    def drop(self):
        connection.close()
        self.store.drop(self.name)


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb_site.settings.test")
    django.setup()
    started = time.monotonic()
    prepare(templates(), say=lambda message: print(f"→ {message}", flush=True))
    print(f"→ Template database ready ({time.monotonic() - started:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
