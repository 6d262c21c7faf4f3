"""What administrators see of the outbox, and how they have a mail sent again."""

import pytest
from django.core.mail import send_mail
from django.test import Client
from django.urls import reverse

from operating_models.mail import sending
from operating_models.mail.models import MailState, OutgoingMail
from tests import factories
from tests.pages.reading import read, text_of

REPORT = "/hallinta/raportit/lahteva-posti/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    client = Client()
    client.force_login(factories.make_user("administrator"))
    return client


@pytest.fixture
def failed(server):
    send_mail("Aihe", "https://example.fi/salainen", None, ["gone@example.fi"])
    server.trouble = "refuses for good"
    sending.send()
    server.trouble = ""
    return OutgoingMail.objects.get()


def test_what_failed_for_good_is_shown_without_its_text(administrator, failed):
    page = read(f"{REPORT}?state=failed", client=administrator)
    assert "Odottaa: 0. Ei voitu lähettää: 1." in text_of(page.main)
    row = text_of(page.select_one("#listing-results table tbody tr"))
    assert "gone@example.fi" in row
    assert "ei voitu lähettää" in row
    assert "550 no such user" in row
    assert "salainen" not in page.decode()


def test_it_is_sent_again_with_a_button(administrator, failed, server):
    page = read(REPORT, client=administrator)
    form = page.find("form", action=reverse("send_mail_again", args=[failed.pk]))
    response = administrator.post(form["action"], follow=True)
    assert "lähetetään" in response.content.decode()
    sending.send()
    assert server.addresses == ["gone@example.fi"]
    assert OutgoingMail.objects.get().state == MailState.SENT
    assert read(REPORT, client=administrator).find("form", action=form["action"]) is None


@pytest.mark.parametrize("role", ["developer", "curator"])
def test_others_neither_see_the_report_nor_send(role, failed):
    client = Client()
    client.force_login(factories.make_user(role))
    assert client.get(REPORT).status_code == 302
    client.post(reverse("send_mail_again", args=[failed.pk]))
    assert OutgoingMail.objects.get().state == MailState.FAILED


def test_the_report_says_that_no_server_is_set(administrator, server, settings):
    assert "EMAIL_URL" not in text_of(read(REPORT, client=administrator))
    settings.EMAIL_HOST = ""
    assert "EMAIL_URL" in text_of(read(REPORT, client=administrator))
