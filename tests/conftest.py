"""What every test stands on: the database, the browser, closed sockets, and skips that count as failures."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import TransactionTestCase, override_settings
from django.utils import timezone, translation
from hypothesis import settings as hypothesis_settings

from operating_models.statistics import histories
from search import catalogue as catalogues
from search import index_version
from search.memory.engine import ENGINE
from search.terms import concepts
from tests import depth, template_database

# The browser's driver keeps an event loop in the main thread, and Django then takes every test there for asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

EVERYTHING_REQUIRED = any(os.environ.get(name, "").lower() in ("1", "true") for name in ("CI", "REQUIRE_ALL"))

# A slow moment of a busy machine is no fault of the code. A deep run repeats its cases, a quick one meets new ones.
hypothesis_settings.register_profile("quick", deadline=None, max_examples=depth.examples(100))
hypothesis_settings.register_profile("deep", deadline=None, max_examples=100, derandomize=True, database=None)
hypothesis_settings.load_profile(depth.CHOSEN)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


UNIT = Path(__file__).parent / "unit"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """Mark every test that opens a browser, for `-m "not browser"`; refuse a unit with a database; thin out sweeps."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")
    wrong = [item.nodeid for item in items if UNIT in item.path.parents and _asks_for_a_database(item)]
    if wrong:
        raise pytest.UsageError(f"tests/unit needs no database, and these tests ask for one: {', '.join(wrong)}")
    yield
    # What the command line chose is thinned out, so that a case which it names runs.
    items[:], left_out = depth.part_of_sweeps(items, seed=seed_of(config))
    config.hook.pytest_deselected(items=left_out)


def seed_of(config):
    """Return the seed of the run, the same in all its processes; 0 where nothing is left to chance."""
    return vars(config.option).get("randomly_seed", 0)


def pytest_collection_finish():
    """Keep the collector of cycles from looking through all modules and tests again and again.

    They live as long as the process, and a tenth of its time and more would go into that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _asks_for_a_database(item):
    """Say whether a test is given a database; pytest-django keeps all others from one."""
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(item.fixturenames)


def _fail_if_skipped(report):
    """Turn a skip into a failure that says the reason. An expected failure (xfail) is no skip."""
    if EVERYTHING_REQUIRED and report.skipped and "wasxfail" not in vars(report):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped where every test must run: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _fail_if_skipped(report)
    return report


def _is_this_machine(address):
    """Say whether a socket address is a local path or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in ("", "localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class OutsideConnection(AssertionError):
    """A test wanted to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def closed_sockets():
    """Refuse every connection that leaves this machine: no test may depend on one, and no page may make one."""

    def guarded(connect):
        def connect_here(self, address):
            if not _is_this_machine(address):
                raise OutsideConnection(f"A test wanted to connect to {address!r}.")
            return connect(self, address)

        return connect_here

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield


@pytest.fixture(autouse=True)
def original_language():
    """Begin each test in the language whose addresses have no prefix, whatever the one before it has asked for."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def search_server_url():
    """Return the address of a real Elasticsearch."""
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        pytest.skip("ELASTICSEARCH_URL is not set: scripts/elasticsearch.sh start FOLDER")
    return url


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Leave the database's name to ``django_db_setup``: each process gets one of its own there."""


@pytest.fixture(scope="session")
def django_db_setup(request, tmp_path_factory, testrun_uid, worker_id, django_test_environment, django_db_blocker):
    """Give this process its own copy of the template, and a fresh one after each test that cannot be rolled back.

    On SQLite the copy is a file, as in a deployment: requests of several threads and processes meet its real locks.
    """
    store = template_database.templates()
    name = store.name(run=testrun_uid[:12], worker=worker_id, folder=tmp_path_factory.mktemp("database"))
    with django_db_blocker.unblock():
        COPIES.append(template_database.Copy(store, template_database.prepare(store), name))
        _keep_what_is_read()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _renew)
        yield
    with django_db_blocker.unblock():
        COPIES.pop().drop()


COPIES = []
"""The copies of template databases that this process has; its connections point to the last one."""


def _renew(test):
    COPIES[-1].renew()
    _keep_what_is_read()


def _keep_what_is_read():
    """Let this process keep the concepts, documents and reports of its copy, as a server does.

    Only what is read outside a transaction is kept, so tests in one would read all of it again at each request.
    """
    catalogue, now = catalogues.current(), index_version.read()
    concepts.current(catalogue, now)
    ENGINE.reader(catalogue, now, now=timezone.now())
    histories.current()


@contextmanager
def _database_of_a_module(blocker, *, demo):
    site = COPIES[-1]
    with blocker.unblock():
        template = template_database.prepare(site.store, demo=demo)
        COPIES.append(template_database.Copy(site.store, template, site.store.demo_name(site.name)))
        _keep_what_is_read()
    yield
    with blocker.unblock():
        COPIES.pop().drop()
        template_database.point_to(site.name)
        _keep_what_is_read()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Let a whole module stand on a database of its own, in which the demo is loaded."""
    with _database_of_a_module(django_db_blocker, demo=True):
        yield


@pytest.fixture(scope="module")
def filling(django_db_setup, django_db_blocker):
    """Return a context in which a module's own fixture makes, once, what all tests of the module begin with.

    It is made in one transaction in a database of the module's own, and committed. What a test changes is rolled back,
    so tests of the module run in transactions; instances are read anew for each test, else they would keep changes.
    """

    @contextmanager
    def fill():
        with django_db_blocker.unblock():
            with transaction.atomic():
                yield
            _keep_what_is_read()

    with _database_of_a_module(django_db_blocker, demo=False):
        yield fill


@pytest.fixture(autouse=True)
def empty_caches():
    """Begin with empty caches: what an earlier test saw (Wagtail's root paths, say) was rolled back with it."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True, scope="session")
def own_media(tmp_path_factory):
    """Keep the files that tests upload in a folder of this process."""
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use Debian's Chromium, which speaks to this machine only."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: make services")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}
