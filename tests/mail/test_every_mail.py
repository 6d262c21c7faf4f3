"""Every mail of the service goes by the outbox: no request waits for a mail server, and what happened stands."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from operating_models.mail import sending
from operating_models.mail.models import MailState, OutgoingMail
from operating_models.models import AdoptionReport
from tests import factories
from tests.desk import editor
from tests.reporting.test_owner import answer
from tests.reporting.writing import report

pytestmark = pytest.mark.django_db

TROUBLES = ["says nothing", "refuses our address", "down"]


@pytest.fixture
def log_in():
    def log_in(role, region=None):
        client = Client()
        client.user = factories.make_user(role, region)
        client.force_login(client.user)
        return client

    return log_in


@pytest.fixture
def make_public(django_capture_on_commit_callbacks):
    """Return a function that makes a model which everybody finds."""

    def make_public(title="Seniorineuvola"):
        with django_capture_on_commit_callbacks(execute=True):
            return factories.make_model("15", title)

    return make_public


@pytest.fixture(params=TROUBLES)
def troubled(request, server):
    if request.param == "down":
        server.stop()
    else:
        server.trouble = request.param
    return server


def waiting():
    return {
        (mail.recipient, mail.subject) for mail in OutgoingMail.objects.filter(state=MailState.WAITING, attempts=0)
    }


def arrives(server):
    """Return the mails that arrive when the server is well again."""
    server.trouble = ""
    server.stop()
    server.start()
    server.taken.clear()
    sending.send()
    return server.messages()


def submit(developer):
    page = factories.make_model("15", "Seniorineuvola", live=False)
    developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
    page.refresh_from_db()
    return page


def test_a_submission_and_its_approval_stand_whatever_the_mail_server_does(troubled, log_in):
    developer, curator = log_in("developer", "15"), log_in("curator")
    page = submit(developer)
    state = page.current_workflow_task_state
    assert state is not None
    assert curator.user.email in {address for address, _subject in waiting()}
    assert troubled.connections == 0

    curator.post(editor.url("workflow_action", page, "approve", state.pk))
    page.refresh_from_db()
    assert page.live
    assert developer.user.email in {address for address, _subject in waiting()}
    assert troubled.connections == 0
    assert {message["To"] for message in arrives(troubled)} >= {curator.user.email, developer.user.email}


def test_a_report_and_an_answer_stand_whatever_the_mail_server_does(troubled, log_in, make_public):
    reporter, owner = log_in("reporter", "20"), log_in("developer", "15")
    model = make_public()
    assert report(reporter, model).status_code == 302
    row = AdoptionReport.objects.get()
    answer(owner, row, verdict="disputed", text="Tämä on eri malli.")
    assert waiting() == {
        (owner.user.email, "Kainuu ilmoitti mallista Seniorineuvola"),
        (reporter.user.email, "Omistaja kiistää ilmoituksen: Kainuu, malli Seniorineuvola"),
    }
    assert troubled.connections == 0
    assert len(arrives(troubled)) == 2


def test_who_is_asked_for_changes_reads_in_the_mail_by_whom_and_why(server, log_in):
    developer, curator = log_in("developer", "15"), log_in("curator")
    page = submit(developer)
    url = editor.url("workflow_action", page, "reject", page.current_workflow_task_state.pk)
    OutgoingMail.objects.all().delete()
    curator.post(url, {"comment": "Kerro, ketkä mallia käyttävät & miksi."})
    (arrived,) = arrives(server)
    text = " ".join(arrived.get_content().split())
    assert arrived["To"] == developer.user.email
    assert "Seniorineuvola” pyydettiin muutoksia" in arrived["Subject"]
    assert "pyydettiin muutoksia" in text
    assert curator.user.get_full_name() in text
    assert developer.user.get_full_name() not in text
    assert "Kerro, ketkä mallia käyttävät & miksi." in text
    assert not re.search(r"hylät", arrived["Subject"] + text, re.IGNORECASE)


def test_the_writer_of_a_local_version_is_told_of_comments(log_in, make_public):
    writer = log_in("developer", "08")
    source = make_public()
    writer.post(f"/sovella/{source.pk}/")
    made = type(source).objects.get(adapted_from=source)
    subscription = made.subscribers.get()
    assert (subscription.user, subscription.comment_notifications) == (writer.user, True)


def test_who_copies_a_model_is_told_of_comments_on_the_copy(log_in):
    curator = log_in("curator")
    source = factories.make_model("15", "Seniorineuvola")
    fields = {"new_title": "Kopio", "new_slug": "kopio", "new_parent_page": source.get_parent().pk, "alias": ""}
    curator.post(editor.url("copy", source), fields)
    copy = type(source).objects.get(slug="kopio")
    assert [(row.user, row.comment_notifications) for row in copy.subscribers.all()] == [(curator.user, True)]


def test_a_line_break_in_a_models_name_forges_no_header(server, log_in, make_public):
    reporter, owner = log_in("reporter", "20"), log_in("developer", "15")
    report(reporter, make_public("Malli\nBcc: kaikki@example.fi"))
    (arrived,) = arrives(server)
    assert arrived["Subject"] == "Kainuu ilmoitti mallista Malli Bcc: kaikki@example.fi"
    assert arrived["Bcc"] is None
    assert server.addresses == [owner.user.email]
