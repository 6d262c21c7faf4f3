"""What every test stands on: the database, the browser, closed sockets, and skips that count as failures."""

from __future__ import annotations

import os
import shutil
import socket
from ipaddress import ip_address

import pytest
from django.core.cache import caches
from django.test import TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings

from tests import template_database

# The browser's driver keeps an event loop in the main thread, and Django then takes every test there for asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

EVERYTHING_REQUIRED = any(os.environ.get(name, "").lower() in ("1", "true") for name in ("CI", "REQUIRE_ALL"))

# A slow moment of a busy machine is no fault of the code. CI repeats the same cases, a developer meets new ones.
hypothesis_settings.register_profile("developer", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "developer")

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


def pytest_collection_modifyitems(items):
    """Mark every test that opens a browser, so that `-m "not browser"` leaves them out."""
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")


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

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: COPIES[-1].renew())
        yield
    with django_db_blocker.unblock():
        COPIES.pop().drop()


COPIES = []
"""The copies of template databases that this process has; its connections point to the last one."""


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Let a whole module stand on a database of its own, in which the demo is loaded."""
    site = COPIES[-1]
    with django_db_blocker.unblock():
        template = template_database.prepare(site.store, demo=True)
        COPIES.append(template_database.Copy(site.store, template, site.store.demo_name(site.name)))
    yield
    with django_db_blocker.unblock():
        COPIES.pop().drop()
        template_database.point_to(site.name)


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
