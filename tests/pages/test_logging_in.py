"""Logging in on the public pages: for reporters and editors, back to where one was going, and out with a button."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.pages.reading import read, text_of, texts_of

pytestmark = pytest.mark.django_db

LOGIN = "/kirjaudu/"


def log_in(user, client=None, password=factories.PASSWORD, **fields):
    return (client or Client()).post(LOGIN, {"username": user.username, "password": password} | fields)


def errors(response):
    assert response.status_code == 200
    return text_of(BeautifulSoup(response.content.decode(), "html.parser").select_one(".problems"))


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("reporter", "/alueemme/"),
        ("developer", "/hallinta/"),
        ("curator", "/hallinta/"),
        ("administrator", "/hallinta/"),
    ],
)
def test_each_role_comes_to_what_the_account_is_for(role, place):
    assert log_in(factories.make_user(role)).url == place


def test_the_way_goes_on_where_one_was_going():
    assert (
        log_in(factories.make_user("reporter"), next="/toimintamallit/?q=neuvola").url == "/toimintamallit/?q=neuvola"
    )


@pytest.mark.parametrize("target", ["https://muualla.example/", "//muualla.example/", "javascript:alert(1)"])
def test_the_way_never_goes_to_another_site(target):
    assert log_in(factories.make_user("reporter"), next=target).url == "/alueemme/"


def test_a_wrong_password_and_an_account_that_is_closed_say_the_same():
    closed = factories.make_user("reporter", is_active=False)
    wrong = errors(log_in(factories.make_user("reporter"), password="väärä"))
    assert wrong
    assert errors(log_in(closed)) == wrong
    assert "Salasana: Tämä kenttä" in errors(log_in(closed, password=""))


def test_the_editor_is_open_to_its_users_after_logging_in_here():
    client = Client()
    log_in(factories.make_user("developer"), client)
    assert client.get("/hallinta/").status_code == 200


@pytest.mark.parametrize(("role", "has_models"), [("reporter", True), ("developer", True), ("curator", False)])
def test_the_header_tells_who_is_logged_in_and_leads_to_our_models(role, has_models):
    client = Client()
    user = factories.make_user(role)
    client.force_login(user)
    account = read("/", client=client).select_one(".account")
    assert user.get_full_name() in text_of(account)
    assert texts_of(account, "a") == (["Alueemme mallit"] if has_models else [])
    assert text_of(account.button) == "Kirjaudu ulos"


def test_logging_out_is_a_button_and_never_a_link():
    client = Client()
    client.force_login(factories.make_user("reporter"))
    assert client.get("/kirjaudu-ulos/").status_code == 405
    assert client.post("/kirjaudu-ulos/").url == "/"
    front = read("/", client=client)
    assert "Olet kirjautunut ulos" in text_of(front.select_one(".messages"))
    assert texts_of(front, ".account a") == ["Kirjaudu"]


def test_a_visitor_gets_no_cookie_and_costs_no_query_of_accounts():
    with CaptureQueriesContext(connection) as captured:
        response = Client().get("/")
    assert not response.cookies
    asked = " ".join(query["sql"] for query in captured)
    assert "auth_user" not in asked
    assert "django_session" not in asked


def test_one_with_another_account_may_log_in_again():
    client = Client()
    client.force_login(factories.make_user("curator"))
    soup = read(LOGIN, client=client)
    assert "Olet kirjautunut nimellä" in text_of(soup.main)
    assert log_in(factories.make_user("reporter"), client).url == "/alueemme/"
