"""A page that cannot be made because PostgreSQL is away says so; an error of our own is told as one."""

from __future__ import annotations

import logging

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError
from django.test import Client

from kb_site import outages
from kb_site.postgresql.deadline import Deadline, ServerSilent
from operating_models.pages import views
from tests.pages.reading import text_of


def failing_with(monkeypatch, error):
    """Let the search fail, and return what a reader of the search page is answered."""

    def fail(*args, **options):
        raise OperationalError("a query failed") from error

    monkeypatch.setattr(views, "find", fail)
    return Client(raise_request_exception=False).get("/toimintamallit/")


AWAY = [
    ServerSilent("silent"),
    psycopg.OperationalError("connection refused"),
    psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
    psycopg.errors.AdminShutdown("terminating connection"),
    psycopg.errors.CannotConnectNow("the database system is starting up"),
    psycopg.errors.TooManyConnections("too many clients"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_database_that_is_away_is_told_with_when_to_come_back(monkeypatch, caplog, error):
    response = failing_with(monkeypatch, error)
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "10", "no-store")
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.html["lang"] == "fi"
    assert text_of(soup.h1) == "Palvelu on hetken poissa käytöstä"
    # One line and no traceback, for there is one for each request.
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert record.exc_info is None


@pytest.mark.django_db
@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected("deadlock"), ValueError("ours")])
def test_error_of_another_kind_is_ours(monkeypatch, error):
    response = failing_with(monkeypatch, error)
    assert response.status_code == 500
    assert "Retry-After" not in response


@pytest.mark.django_db
def test_page_of_an_outage_asks_the_database_nothing(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        try:
            raise AWAY[0]
        except ServerSilent:
            assert outages.show_error(rf.get("/")).status_code == 503


class TestDeadline:
    def test_after_one_has_waited_in_vain_the_others_are_refused_and_one_tries_again(self, monkeypatch):
        now = [100.0]
        monkeypatch.setattr("kb_site.postgresql.deadline.time.monotonic", lambda: now[0])
        deadline = Deadline(6)
        deadline.try_to_connect()
        deadline.miss()
        with pytest.raises(ServerSilent):
            deadline.try_to_connect()
        now[0] += 1.1
        deadline.try_to_connect()
        with pytest.raises(ServerSilent):
            deadline.try_to_connect()
        deadline.meet()
        deadline.try_to_connect()
        deadline.check()

    def test_one_who_tries_and_is_lost_is_followed_by_another(self, monkeypatch):
        now = [100.0]
        monkeypatch.setattr("kb_site.postgresql.deadline.time.monotonic", lambda: now[0])
        deadline = Deadline(6)
        deadline.miss()
        now[0] += 1.1
        deadline.try_to_connect()
        now[0] += 6.1
        deadline.try_to_connect()
