"""Guessing passwords is slow at every door, never shuts an account's owner out, and leaves lines in the log."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory

from home.logins import backend
from home.logins.addresses import client_of
from operating_models.mail.models import OutgoingMail
from operating_models.mail.sending import COMPOSERS
from tests import factories
from tests.pages.reading import text_of

pytestmark = pytest.mark.django_db

DOORS = ["/kirjaudu/", "/hallinta/login/"]
RESET = "/hallinta/password_reset/"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
OK, MOVED, TOO_MANY = 200, 302, 429


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def user():
    return factories.make_user("curator")


def log_in(user, *, password=factories.PASSWORD, door=DOORS[0], address="192.0.2.1", client=None, **headers):
    name = user if isinstance(user, str) else user.username
    sent = {"username": name, "password": password}
    return (client or Client()).post(door, sent, REMOTE_ADDR=address, **headers)


def guess(user, times, **place):
    return [log_in(user, password=f"arvaus {number}", **place).status_code for number in range(times)]


@pytest.mark.parametrize("door", DOORS)
def test_after_five_guesses_the_right_password_has_to_wait_too(door, user, clock):
    assert guess(user, 40, door=door) == [OK] * 5 + [TOO_MANY] * 35
    refused = log_in(user, door=door)
    assert (refused.status_code, refused["Retry-After"]) == (TOO_MANY, "300")

    clock.shift(timedelta(minutes=5))
    assert log_in(user, door=door).status_code == MOVED


def test_what_one_door_counts_holds_at_the_other(user, clock):
    guess(user, 5, door=DOORS[0])
    assert log_in(user, door=DOORS[1]).status_code == TOO_MANY


def test_guesses_from_many_addresses_are_counted_together(user, clock):
    codes = [log_in(user, password="arvaus", address=f"192.0.2.{number}").status_code for number in range(8)]
    assert codes == [OK] * 5 + [TOO_MANY] * 3


def test_spellings_of_a_name_bring_no_new_guesses(user, clock):
    guess(user.username.upper(), 5)
    assert log_in(user).status_code == TOO_MANY


def test_one_address_that_guesses_many_names_has_to_wait(user, clock):
    codes = [log_in(f"nimi{number}", password="arvaus").status_code for number in range(22)]
    assert codes == [OK] * 20 + [TOO_MANY] * 2
    assert log_in(user).status_code == TOO_MANY
    assert log_in(user, address="198.51.100.7").status_code == MOVED


def test_who_can_log_in_gets_no_more_guesses_at_others_from_the_address(user, clock):
    for number in range(20):
        log_in(f"nimi{number}", password="arvaus")
        if number < 19:
            log_in(user)
    assert log_in(user).status_code == TOO_MANY


def test_waiting_is_not_lengthened_by_trying(user, clock):
    guess(user, 100)
    clock.shift(timedelta(seconds=200))
    assert log_in(user)["Retry-After"] == "100"


def test_a_right_password_forgets_the_wrong_ones(user, clock):
    for _ in range(4):
        guess(user, 4)
        assert log_in(user).status_code == MOVED
        clock.shift(timedelta(minutes=10))


def test_a_stranger_keeps_nobody_out_of_the_browser_they_use(user, clock):
    browser = Client()
    log_in(user, client=browser)
    browser.post("/kirjaudu-ulos/")
    for _ in range(10):
        guess(user, 5, address="203.0.113.9")
        clock.shift(timedelta(minutes=5))
    guess(user, 5, address="203.0.113.9")
    assert log_in(user).status_code == TOO_MANY
    assert log_in(user, client=browser, address="203.0.113.9").status_code == MOVED


def test_a_known_browser_has_few_guesses_too_and_none_more_for_another_account(user, clock):
    browser = Client()
    log_in(user, client=browser)
    assert guess(user, 7, client=browser) == [OK] * 5 + [TOO_MANY] * 2
    other = factories.make_user("reporter")
    assert guess(other, 7, client=browser) == [OK] * 5 + [TOO_MANY] * 2
    browser.cookies["known_browser"] = "tekaistu:arvo"
    assert log_in(other, client=browser).status_code == TOO_MANY


def test_a_new_password_by_mail_lets_in_while_a_stranger_guesses(user, clock):
    guess(user, 5)
    browser = Client()
    browser.post(RESET, {"email": user.email}, REMOTE_ADDR="192.0.2.1")
    (row,) = OutgoingMail.objects.all()
    link = re.search(r"/hallinta/password_reset/confirm/\S+", COMPOSERS[row.composer](row.recipient).body)[0]
    form = browser.get(link).url
    new = "uusi salasana satakaksi"
    assert browser.post(form, {"new_password1": new, "new_password2": new}).url == "/hallinta/"
    assert browser.get("/hallinta/").status_code == OK

    browser.post("/kirjaudu-ulos/")
    guess(user, 5)
    assert log_in(user, password=new, client=browser).status_code == MOVED


def test_one_password_is_hashed_at_a_time_and_others_wait_without_losing_a_try(user, clock):
    assert backend.HASHING.acquire(blocking=False)
    try:
        busy = [log_in(user) for _ in range(12)]
    finally:
        backend.HASHING.release()
    assert {(answer.status_code, answer["Retry-After"]) for answer in busy} == {(TOO_MANY, "2")}
    assert guess(user, 5) == [OK] * 5


@pytest.mark.parametrize("door", DOORS)
def test_the_page_says_in_finnish_how_long_to_wait_and_leads_back(door, user, clock):
    guess(user, 5, door=door)
    answer = Client().post(door, {"username": user.username, "password": "x", "next": "/alueemme/"})
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    assert text_of(page.h1) == "Odota hetki"
    assert "Yritä uudelleen 5 minuutin kuluttua" in text_of(page.main)
    assert page.select_one("a.button")["href"] == f"{door}?next=%2Falueemme%2F"
    assert page.html["lang"] == "fi"


def test_links_to_a_new_password_are_few_whether_or_not_the_address_is_known(user, clock):
    for email in (user.email, "ei-kukaan@example.fi"):
        codes = [
            Client().post(RESET, {"email": email}, REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(5)
        ]
        assert codes == [MOVED] * 3 + [TOO_MANY] * 2
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {user.email, "ei-kukaan@example.fi"}
    codes = [
        Client().post(RESET, {"email": f"a{n}@example.fi"}, REMOTE_ADDR="192.0.2.99").status_code for n in range(12)
    ]
    assert codes == [MOVED] * 10 + [TOO_MANY] * 2


def test_every_login_failure_and_refusal_has_a_line_without_the_password(user, clock, caplog):
    caplog.set_level(logging.INFO, logger="home.logins")
    log_in(user)
    log_in(user, password="Salaisuus-1", address="192.0.2.2")
    log_in("Salaisuus-2", password="x", address="192.0.2.2")
    guess(user, 5, address="192.0.2.3")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("home.logins")]
    name = user.username
    assert lines == [
        f"Login: {name} from 192.0.2.1",
        f"Login failed: {name} from 192.0.2.2",
        "Login failed: no such account from 192.0.2.2",
        *[f"Login failed: {name} from 192.0.2.3"] * 4,
        f"Login refused for 300 s: {name} from 192.0.2.3",
    ]
    assert "Salaisuus" not in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.66, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "203.0.113.66", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "väärä", "10.0.0.1"),
        (1, "198.51.100.1,", "10.0.0.1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(proxies, forwarded, client, settings):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert client_of(request) == client


def test_a_forged_header_brings_no_new_guesses(user, clock, settings):
    for proxies, forwarded in ((0, "198.51.100.{}"), (1, "198.51.100.{}, 192.0.2.5")):
        settings.TRUSTED_PROXIES = proxies
        codes = [
            log_in(f"n{number}", password="x", headers={"x-forwarded-for": forwarded.format(number)}).status_code
            for number in range(21)
        ]
        assert codes[19:] == [OK, TOO_MANY]
