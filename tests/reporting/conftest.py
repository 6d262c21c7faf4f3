"""People who report and answer, and a model that everybody may read."""

import pytest
from django.test import Client

from operating_models.models import Region
from tests import factories


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context at whose end what waits for the commit is done: indexing, mails."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def public_model(db, committed):
    """A published model of Keski-Suomi, found by everybody."""
    with committed():
        made = factories.make_model("15", "Seniorineuvola", contact_email="seniorineuvola@example.fi")
    return made


@pytest.fixture
def kainuu(db):
    return Region.objects.get(code="20")


@pytest.fixture
def log_in(db):
    """Return a client of a user of a role, made for the test: ``log_in("reporter", "20")``."""

    def log_in(role, region=None, **fields):
        client = Client()
        client.user = factories.make_user(role, region, **fields)
        client.force_login(client.user)
        return client

    return log_in


@pytest.fixture
def reporter(log_in):
    """A reporter of Kainuu, which has not made the model."""
    return log_in("reporter", "20")


@pytest.fixture
def owner(log_in):
    """A developer of Keski-Suomi, which has made the model."""
    return log_in("developer", "15")
