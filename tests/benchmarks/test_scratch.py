"""No command that measures touches the site: it works in a database that it made, and in no other."""

from __future__ import annotations

import pkgutil
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command, load_command_class
from django.db import DatabaseError, connection
from django.test import Client

from benchmarks import numbers, scratch, timing
from benchmarks.management import commands
from benchmarks.management.commands import torment_search
from benchmarks.synthetic import make_models
from operating_models.models import OperatingModelPage
from search.log.writing import WRITER
from search.models import LogEntry

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = Path(__file__).resolve().parents[2]
QUERIES = PROJECT / "tests" / "relevance" / "queries.csv"
DATABASES_OF_NO_COMMAND = {"score_analysis", "make_vocabulary"}
"""Commands that read or write files, and a database only to draw words."""


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, **options, stdout=out)
    return out.getvalue()


def make_foreign(name, *, kind="another"):
    """Make a database of that name as others do, and return what tells how it is.

    Of the other kind, "site", it is the site itself under a second name, as far as a server can have that: on
    PostgreSQL a database with somebody's comment.
    """
    if connection.vendor == "sqlite":
        path, own = Path(name), Path(connection.settings_dict["NAME"])
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "site":
            path.symlink_to(own)
            return path.readlink
        shutil.copyfile(own, path)
        return path.read_bytes
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        if kind == "site":
            cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS 'Production'")

    def tell():
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT oid, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
            )
            return cursor.fetchone()

    return tell


@pytest.fixture
def kept_name(site):
    """Return the name of the database that is kept as "mine", which is gone after the test."""
    name = f"{scratch.PREFIX}mine"
    if connection.vendor == "sqlite":
        yield str(site.state / "benchmarks" / f"{name}.sqlite3")
        return
    yield name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_every_command_that_needs_a_database_makes_it_by_the_one_guard():
    names = {module.name for module in pkgutil.iter_modules(commands.__path__)} - DATABASES_OF_NO_COMMAND
    assert len(names) >= 5
    for name in names:
        command = type(load_command_class("benchmarks", name))
        assert issubclass(command, scratch.ScratchCommand)
        assert command.handle is scratch.ScratchCommand.handle


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    ("command", "with_demo"),
    [
        (("bench_search", "--models=8", "--stock-seconds=0", "--parts", "times", "stock"), False),
        (("bench_statistics", "--models=10", "--reports=20"), False),
        (("fuzz_search", "--requests=20", "--seed=4"), True),
        (("score_search", str(QUERIES), "--json"), True),
        (("score_analysis",), False),
        (("score_analysis", "--draw=5"), True),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, tuple) else "",
)
def test_command_leaves_rows_files_and_log_of_the_site_as_they_are(
    site, copy_into_scratch, monkeypatch, command, with_demo
):
    copy_into_scratch(demo=with_demo)
    monkeypatch.setattr(timing, "QUERIES", 4)
    monkeypatch.setattr(timing, "PUBLISHES", 4)
    monkeypatch.setattr(numbers, "READINGS", 4)
    monkeypatch.setattr(numbers, "REPORTS", 2)
    before = site.everything()
    assert before[1][OperatingModelPage._meta.db_table]
    assert before[1][LogEntry._meta.db_table]
    assert len(before[2]) == 2
    assert run(*command)
    assert site.everything() == before


def test_torment_happens_in_a_scratch_database(site, copy_into_scratch, monkeypatch):
    copy_into_scratch(demo=False)
    before = site.everything()
    seen = []

    class NoServer:
        def __init__(self, *arguments):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    def torment(server, **options):
        make_models(3, lambda done: None)
        seen.append((connection.settings_dict["NAME"], OperatingModelPage.objects.count()))
        raise CommandError("Enough.")

    monkeypatch.setattr(torment_search, "server_in", NoServer)
    monkeypatch.setattr(torment_search, "torment", torment)
    with pytest.raises(CommandError, match="Enough"):
        run("torment_search")
    ((name, models),) = seen
    assert scratch.PREFIX in name
    assert name != before[0]
    assert models == 3
    assert site.everything() == before
    assert not exists(name)


def exists(name):
    if connection.vendor == "sqlite":
        return Path(name).exists()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def test_what_readers_would_leave_in_the_log_and_among_the_files_stays_away_from_the_site(site, copy_into_scratch):
    copy_into_scratch(demo=True)
    before = site.everything()
    with scratch.scratch_database():
        address = OperatingModelPage.objects.live().first().get_parent().get_parent().url
        Client(headers={"user-agent": "Mozilla/5.0 Firefox/143.0"}).get(f"{address}?q=neuvola")
        assert WRITER.flush() == 0
        default_storage.save("left.txt", ContentFile(b"left by a benchmark"))
    assert site.everything() == before


@pytest.mark.parametrize("kind", ["another", "site"])
def test_database_of_that_name_that_no_benchmark_made_is_refused_and_left(site, kept_name, kind):
    foreign = make_foreign(kept_name, kind=kind)
    everything, before = site.everything(), foreign()
    with pytest.raises(CommandError, match=f"{kept_name} was not made by a benchmark"):
        run("bench_search", "--models=3", "--parts=times", "--keep=mine")
    assert foreign() == before
    assert site.everything() == everything


def test_new_database_never_takes_the_place_of_one_that_is_there(site, kept_name):
    foreign = make_foreign(kept_name)
    before = foreign()
    assert scratch.create(kept_name) is False
    assert foreign() == before


def test_kept_database_is_taken_up_again_by_its_mark(site, kept_name, copy_into_scratch):
    copy_into_scratch(demo=False)
    with scratch.scratch_database("mine"):
        assert connection.settings_dict["NAME"] == kept_name
        make_models(2, lambda done: None)
    assert scratch.is_marked(kept_name)
    with scratch.scratch_database("mine"):
        assert OperatingModelPage.objects.count() == 2
    assert not scratch.is_marked(connection.settings_dict["NAME"])


def test_scratch_database_is_gone_and_the_site_is_back_after_an_error(site, copy_into_scratch):
    copy_into_scratch(demo=False)
    before = site.everything()
    names = []

    def fail():
        with scratch.scratch_database():
            names.append(connection.settings_dict["NAME"])
            OperatingModelPage.objects.filter(title__in=["a"]).extra(where=["no_such_column"]).count()

    with pytest.raises(DatabaseError):
        fail()
    assert site.everything() == before
    assert [exists(name) for name in names] == [False]
