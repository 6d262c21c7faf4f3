"""Probes are answered in few words, by any name of the host, and tell what is wrong without telling who or where."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import override_settings
from django.utils import timezone

from kb_site.health import checks, probes
from operating_models.mail.models import MailState, OutgoingMail
from search import index_version
from search.finding.warming import Warming
from search.indexing import upkeep
from search.models import Document, IndexState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_state(tmp_path, settings):
    settings.STATE_DIR = tmp_path
    return tmp_path


@pytest.fixture
def no_database(monkeypatch):
    def fail():
        raise OperationalError("connection to postgresql://user:secret@10.0.0.1 failed")

    monkeypatch.setattr(index_version, "read", fail)


@pytest.mark.parametrize("probe", ["live", "ready", "status"])
@override_settings(ALLOWED_HOSTS=["toimintamallit.example"], SECURE_SSL_REDIRECT=True)
def test_probe_is_answered_by_number_without_a_redirect_and_never_kept(client, probe):
    call_command("tick", verbosity=0)
    response = client.get(f"/health/{probe}", headers={"Host": "10.1.2.3:8001"})
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert response.json()["ok"] is True


def test_process_that_has_not_read_the_index_is_not_ready(client, monkeypatch):
    class Cold(Warming):
        def warm(self):
            return False

    monkeypatch.setattr(probes, "WARMING", Cold())
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_process_is_not_ready_while_the_database_is_away(client, no_database):
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_minute_that_stopped_is_told_and_takes_no_process_out_of_service(client, own_state):
    assert client.get("/health/status").json()["checks"]["minute"] == {
        "ok": False,
        "age": None,
        "detail": "has never ended well",
    }
    call_command("tick", verbosity=0)
    assert client.get("/health/status").status_code == 200
    long_ago = time.time() - 2 * checks.LATE
    os.utime(own_state / "minute", (long_ago, long_ago))
    response = client.get("/health/status")
    minute = response.json()["checks"]["minute"]
    assert (response.status_code, minute["ok"], minute["detail"]) == (503, False, "late")
    assert minute["age"] == pytest.approx(2 * checks.LATE, abs=60)
    assert client.get("/health/ready").status_code == 200


def test_mail_that_waits_for_an_hour_or_was_given_up_is_told(client):
    call_command("tick", verbosity=0)
    now = timezone.now()
    row = OutgoingMail.objects.create(
        recipient="a@example.org", subject="Hei", waiting_since=now - timedelta(minutes=50)
    )
    told = client.get("/health/status").json()["checks"]["mail"]
    assert (told["ok"], told["age"]) == (True, pytest.approx(3000, abs=60))
    OutgoingMail.objects.filter(pk=row.pk).update(waiting_since=now - timedelta(minutes=70))
    assert client.get("/health/status").json()["checks"]["mail"]["ok"] is False
    OutgoingMail.objects.filter(pk=row.pk).update(state=MailState.FAILED)
    response = client.get("/health/status")
    assert response.status_code == 503
    assert response.json()["checks"]["mail"] == {"ok": False, "age": None, "detail": "mails given up: 1"}


def test_minute_of_which_a_part_failed_has_not_ended_well(client, monkeypatch):
    def fail():
        raise RuntimeError

    monkeypatch.setattr(upkeep, "sweep", fail)
    with pytest.raises(CommandError, match="the sweep of the search failed"):
        call_command("tick", verbosity=0)
    assert client.get("/health/status").json()["checks"]["minute"]["ok"] is False


def test_page_that_waits_to_be_indexed_is_told(client):
    factories.make_model()
    upkeep.sweep()
    assert checks.check_index().ok
    Document.objects.update(recipe="")
    told = checks.check_index()
    assert not told.ok
    assert told.detail == f"pages that wait: {Document.objects.count()}"
    upkeep.sweep()
    IndexState.objects.filter(name=index_version.DOCUMENTS).update(
        analyser="older", changed_at=timezone.now() - timedelta(hours=1)
    )
    told = checks.check_index()
    assert (told.ok, told.detail) == (False, "made by another analyser")
    assert told.age == pytest.approx(3600, abs=60)


def test_status_without_a_database_names_no_address(client, no_database):
    response = client.get("/health/status")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == {"ok": False, "age": None, "detail": "OperationalError"}
    assert "secret" not in response.content.decode()
