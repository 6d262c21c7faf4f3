"""An outbox as a deployment has it, and a mail server that it sends to."""

from datetime import timedelta

import pytest
from django.db.models import F

from kb_site.settings import base
from operating_models.mail import sending
from operating_models.mail.models import OutgoingMail
from tests.mail import mail_server


@pytest.fixture
def server(db, settings):
    """A mail server that takes everything until it is told to be in trouble."""
    with mail_server.running() as server:
        settings.EMAIL_BACKEND = base.EMAIL_BACKEND
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 0.3
        settings.MAIL_SECONDS = 5
        yield server


@pytest.fixture
def later(server):
    """Let the time pass until everything that waits is due, and send."""

    def later(days=0):
        passed = timedelta(days=days or 1)
        OutgoingMail.objects.update(
            next_attempt_at=F("next_attempt_at") - passed, waiting_since=F("waiting_since") - timedelta(days=days)
        )
        sending.send()

    return later
