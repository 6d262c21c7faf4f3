"""The people at the desk."""

import pytest
from django.test import Client

from tests import factories


@pytest.fixture
def log_in(db):
    """Return a client of a user of a role, made for the test: ``log_in("developer", region="08")``."""

    def log_in(role, region=None):
        client = Client()
        client.user = factories.make_user(role, region)
        client.force_login(client.user)
        return client

    return log_in


@pytest.fixture
def developer(log_in):
    return log_in("developer", "15")


@pytest.fixture
def curator(log_in):
    return log_in("curator")


@pytest.fixture
def administrator(log_in):
    return log_in("administrator")


@pytest.fixture
def superuser(log_in):
    return log_in("superuser")
