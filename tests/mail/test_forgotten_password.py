"""A forgotten password: the same for known and unknown addresses, back to where one asked, and no link is stored."""

from __future__ import annotations

import logging
import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operating_models.mail import sending
from operating_models.mail.models import OutgoingMail
from tests import factories
from tests.pages.reading import read, text_of

pytestmark = pytest.mark.django_db

PUBLIC, DESK = "/kirjaudu/salasana/", "/hallinta/password_reset/"
LINK = re.compile(r"https?://\S+")
NEW = "aivan uusi salasana 7"


def ask(address, door=PUBLIC, client=None):
    return (client or Client()).post(door, {"email": address})


def links(server):
    sending.send()
    return [LINK.findall(message.get_content()) for message in server.messages()]


@pytest.mark.parametrize("role", ["reporter", "developer"])
def test_one_who_asked_on_the_public_pages_ends_there_with_the_new_password(server, role):
    user, client = factories.make_user(role), Client()
    assert read("/kirjaudu/").find("a", href=PUBLIC) is not None
    response = client.post(PUBLIC, {"email": user.email}, follow=True)
    assert response.redirect_chain == [("/kirjaudu/", 302)]
    assert "linkistä salasanan voi vaihtaa" in response.content.decode()

    ((link,),) = links(server)
    response = client.get(link.removeprefix("http://localhost:8000"), follow=True)
    assert "Vaihda salasana" in response.content.decode()
    fields = {"new_password1": NEW, "new_password2": NEW}
    response = client.post(response.request["PATH_INFO"], fields, follow=True)
    assert response.redirect_chain == [({"reporter": "/alueemme/", "developer": "/hallinta/"}[role], 302)]
    assert response.wsgi_request.user == user
    assert "Salasana on vaihdettu" in response.content.decode()
    assert Client().login(username=user.username, password=NEW)


def test_one_who_asked_at_the_desk_ends_there(server):
    user = factories.make_user("developer")
    assert ask(user.email, DESK).url == "/hallinta/password_reset/done/"
    ((link,),) = links(server)
    assert "/hallinta/password_reset/confirm/" in link


@pytest.mark.parametrize("door", [PUBLIC, DESK])
def test_a_known_and_an_unknown_address_cost_the_same_and_nothing_is_asked_of_accounts(server, door):
    """The same statements in the same number: what a request does not look at it cannot tell by its time."""
    user = factories.make_user("reporter")
    ask("warm@example.fi", door)
    asked = []
    for address in (user.email, "nobody-here@example.fi"):
        with CaptureQueriesContext(connection) as captured:
            response = ask(address, door)
        assert response.status_code == 302
        statements = [query["sql"].replace(address, "ADDRESS") for query in captured]
        asked.append([re.sub(r"'[^']*'|\d+", "?", sql) for sql in statements])
    assert asked[0] == asked[1]
    assert "auth_user" not in " ".join(asked[0])
    assert server.connections == 0


def test_an_unknown_a_closed_and_a_passwordless_account_get_no_mail_and_leave_no_row(server):
    closed = factories.make_user("reporter", is_active=False)
    without = factories.make_user("reporter")
    without.set_unusable_password()
    without.save()
    for address in (closed.email, without.email, "nobody@example.fi"):
        ask(address)
    assert links(server) == []
    assert not OutgoingMail.objects.exists()


def test_the_mail_goes_to_the_address_of_the_account_and_names_all_its_accounts(server):
    first, second = factories.make_user("reporter"), factories.make_user("developer")
    get_user_model().objects.filter(pk=second.pk).update(email=first.email)
    ask(first.email.upper())
    (found,) = links(server)
    assert len(found) == 2
    assert server.addresses == [first.email]
    text = server.messages()[0].get_content()
    assert first.username in text
    assert second.username in text


def test_no_link_stands_in_the_database_or_in_a_log(server, caplog):
    with caplog.at_level(logging.DEBUG, "operating_models"):
        ask(factories.make_user("reporter").email)
        server.trouble = "refuses the text for now"
        sending.send()
        server.trouble = ""
        OutgoingMail.objects.update(next_attempt_at="2026-01-01T00:00Z")
        ((link,),) = links(server)
    token = link.rstrip("/").rpartition("/")[2]
    row = OutgoingMail.objects.get()
    assert token not in f"{row.content!r}{row.subject}{row.last_error}"
    assert token not in "".join(record.getMessage() for record in caplog.records if record.name != "mail.log")


def test_a_link_that_has_been_used_says_so_and_leads_to_a_new_one():
    page = read("/kirjaudu/salasana/MQ/abc-def/")
    assert "vanhentunut" in text_of(page.main)
    assert page.main.find("a", href=PUBLIC) is not None
