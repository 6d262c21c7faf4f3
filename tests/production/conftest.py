"""The whole service, started once for all tests of this folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.production.site import NGINX, Site


@pytest.fixture(scope="session")
def started_site():
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("it takes the whole machine: make test PYTEST_ARGS=tests/production PYTEST_WORKERS=0")
    if NGINX is None:
        pytest.skip("nginx is not installed: make services")
    if not Path("/usr/lib/postgresql").is_dir():
        pytest.skip("PostgreSQL is not installed: make services")
    folder = Path(tempfile.mkdtemp(prefix="toimintamallit-production-"))
    # The database server's own user must reach its folder.
    folder.chmod(0o755)
    site = Site(folder)
    try:
        site.start()
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder)


@pytest.fixture
def site(started_site):
    """Return the service with both instances ready, whatever a test before has done to it."""
    started_site.wait_until_ready()
    return started_site
