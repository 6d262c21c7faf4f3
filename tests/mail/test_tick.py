"""The minute's job: what fails is named and ends with 1, two at once do nothing twice, and mails hold up nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from io import StringIO

import pytest
from django.core.mail import send_mail
from django.core.management import CommandError, call_command

from operating_models import job_locks
from operating_models.mail import sending
from operating_models.mail.models import MailState, OutgoingMail
from tests.search.processes import PROJECT

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    """Return the parts that were done, in order."""
    done = []
    for place in ("desk.scheduling.publish_due", "desk.scheduling.unpublish_expired"):
        monkeypatch.setattr(f"operating_models.{place}", lambda: done.append("publishing") or [])
    monkeypatch.setattr("search.indexing.upkeep.sweep", lambda: done.append("sweep"))
    monkeypatch.setattr(sending, "send", lambda: done.append("mails"))
    return done


def held_by_another(job):
    """Return a context in which another process, here a thread with a connection of its own, holds a lock."""
    return _Other(job)


class _Other:
    def __init__(self, job):
        self.job = job
        self.ready, self.end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.hold)

    def hold(self):
        with job_locks.hold(self.job) as is_held:
            assert is_held
            self.ready.set()
            self.end.wait(20)
        job_locks.connection.close()

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(20)

    def __exit__(self, *error):
        self.end.set()
        self.thread.join()


def test_mails_come_last(done):
    call_command("tick", stdout=StringIO())
    assert done == ["publishing", "publishing", "sweep", "mails"]


def test_what_fails_is_named_and_the_rest_is_done(done, monkeypatch):
    monkeypatch.setattr("search.indexing.upkeep.sweep", lambda: 1 / 0)
    errors = StringIO()
    with pytest.raises(CommandError, match="the sweep of the search failed") as failure:
        call_command("tick", stdout=StringIO(), stderr=errors)
    assert failure.value.returncode == 1
    assert "ZeroDivisionError" in errors.getvalue()
    assert done[-1] == "mails"


def test_of_two_at_once_the_second_leaves_what_the_first_does(done):
    with held_by_another("tick"):
        call_command("tick", stdout=StringIO())
    assert done == ["mails"]
    call_command("tick", stdout=StringIO())
    assert done[1:] == ["publishing", "publishing", "sweep", "mails"]


def test_while_one_process_sends_mails_another_publishes(done):
    with held_by_another("mail"):
        call_command("tick", stdout=StringIO())
    assert done == ["publishing", "publishing", "sweep"]


def test_a_mail_server_that_hangs_fails_no_minute(server, settings):
    server.trouble = "says nothing"
    settings.MAIL_SECONDS = 0.5
    send_mail("Aihe", "Teksti", None, ["a@example.fi"])
    call_command("tick", stdout=StringIO())
    assert OutgoingMail.objects.get().state == MailState.WAITING


@pytest.mark.parametrize("database", ["postgresql://nobody@127.0.0.1:9/none", "sqlite:////nowhere/at/all.sqlite3"])
def test_without_a_database_it_ends_with_1_and_says_what_was_not_done(database):
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "kb_site.settings.test"}
    ended = subprocess.run(
        [sys.executable, "manage.py", "tick"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    for name in ("scheduled publishing", "the sweep of the search", "sending mails"):
        assert name in ended.stderr.splitlines()[-1]
