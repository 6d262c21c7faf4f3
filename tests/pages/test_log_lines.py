"""Lines of the log: time, level, request and message on one line; quiet about foreign hosts; never a token."""

from __future__ import annotations

import io
import logging
import logging.config
import re
import sys

import pytest
from django.conf import settings as site_settings
from django.test import Client

from kb_site import request_ids
from kb_site.logs import OneLine

LINE = re.compile(r"(\S+) (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) (\S+): (.*)")
TOKEN = "c8xmzb-0123456789abcdef0123456789abcdef"


@pytest.fixture
def log(monkeypatch):
    """Return the lines that the service's own configuration writes to standard error."""
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        root = logging.getLogger()
        before = root.handlers[:], root.level
        logging.config.dictConfig(site_settings.LOGGING)
        yield lambda: written.getvalue().splitlines()
        root.handlers[:], root.level = before


def line_of(message, *args, error=None):
    record = logging.LogRecord("search", logging.ERROR, __file__, 1, message, args, error)
    return OneLine().format(record)


def test_a_line_has_time_level_request_and_logger(db, log):
    Client().get("/ei-ole/", headers={"x-request-id": "abc-123"})
    (line,) = log()
    time, level, request, name, message = LINE.fullmatch(line).groups()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", time)
    assert (level, request, name, message) == ("WARNING", "abc-123", "django.request", "Not Found: /ei-ole/")


def test_a_traceback_and_a_line_break_stay_on_the_line():
    try:
        raise ValueError("kaksi\nriviä")
    except ValueError:
        line = line_of("Ensin\r\nfoo INFO forged\x1b[2J\u2028", error=sys.exc_info())
    assert len(line.splitlines()) == 1
    assert "Traceback" in line
    assert r"kaksi\nriviä" in line
    assert "\x1b" not in line


@pytest.mark.parametrize("given", ["", "a" * 65, "kaksi sanaa", "<script>", "ä", "a;b"])
def test_a_number_that_is_not_sane_is_replaced(given):
    answered = Client().get("/kirjaudu-ulos/", headers={"x-request-id": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", answered)


def test_the_answer_bears_the_number_of_the_proxy_and_each_request_has_its_own():
    assert Client().get("/kirjaudu-ulos/", headers={"x-request-id": "nginx.7_b-2"}).headers["X-Request-ID"] == (
        "nginx.7_b-2"
    )
    numbers = {Client().get("/kirjaudu-ulos/").headers["X-Request-ID"] for _request in range(3)}
    assert len(numbers) == 3
    assert request_ids.current.get() in numbers


@pytest.mark.parametrize("host", ["muualla.example", "a b", "x" * 300, "muualla.example\\nERROR"])
@pytest.mark.parametrize("url", ["/", "/hallinta/", "/static/puuttuu.css"])
def test_a_foreign_host_is_one_quiet_line(log, settings, host, url):
    settings.ALLOWED_HOSTS = ["toimintamallit.example"]
    response = Client().get(url, headers={"host": host})
    assert response.status_code == 400
    (line,) = log()
    assert LINE.fullmatch(line).group(2) == "INFO"
    assert "Traceback" not in line
    assert len(line) < 300


@pytest.mark.parametrize("prefix", ["", "/sv", "/en"])
def test_a_token_of_a_password_reset_is_in_no_line(db, log, prefix):
    assert Client().get(f"{prefix}/kirjaudu/salasana/MQ/{TOKEN}/x/").status_code == 404
    logging.getLogger("django.server").info('"GET /kirjaudu/salasana/MQ/%s/ HTTP/1.1" 200 7', TOKEN)
    assert len(log()) == 2
    assert all("[token]" in line and TOKEN not in line for line in log())
