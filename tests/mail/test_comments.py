"""Mails of comments are written with the draft that has them: their trouble neither fails it nor loses them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from wagtail import hooks
from wagtail.admin.views.pages import edit as wagtail_edit
from wagtail.models import Comment

from kb_site.settings import base
from operating_models.mail.models import OutgoingMail
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = base.EMAIL_BACKEND


@pytest.fixture
def writer():
    return factories.make_user("developer", "15")


@pytest.fixture
def model(writer):
    model = factories.make_model("15", "Seniorineuvola", user=writer)
    model.subscribers.create(user=writer, comment_notifications=True)
    return model


@pytest.fixture
def comment(client, model, django_capture_on_commit_callbacks):
    """Return a function with which a curator saves a draft with a comment."""
    client.force_login(factories.make_user("curator"))

    def comment(text="Kuka vastaa?", **fields):
        row = {"DELETE": "", "resolved": "", "id": "", "contentpath": "lead", "text": text, "position": ""}
        row |= {"replies-TOTAL_FORMS": "0", "replies-INITIAL_FORMS": "0"}
        sent = editor.form_of_model(model, lead="Uusi kuvaus") | {f"comments-0-{name}": row[name] for name in row}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(editor.url("edit", model), sent | {"comments-TOTAL_FORMS": "1"} | fields)

    return comment


def saved(model):
    model.refresh_from_db()
    return model.get_latest_revision_as_object().lead, Comment.objects.filter(page=model).count()


def told(writer):
    return OutgoingMail.objects.filter(recipient=writer.email, state="waiting").count()


def fails(original, times=1):
    """Return a function that fails so often and then does what the original does."""
    left = [DatabaseError("database is locked")] * times

    def sometimes(*args, **kwargs):
        if left:
            raise left.pop()
        return original(*args, **kwargs)

    return sometimes


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_a_comment_is_told_once(action, comment, model, writer):
    assert comment(**action).status_code == 302
    assert saved(model) == ("Uusi kuvaus", 1)
    assert told(writer) == 1


def test_a_mail_that_cannot_be_written_at_once_is_written_after_the_draft(comment, model, writer, monkeypatch):
    monkeypatch.setattr(OutgoingMail.objects, "bulk_create", fails(OutgoingMail.objects.bulk_create))
    assert comment().status_code == 302
    assert saved(model) == ("Uusi kuvaus", 1)
    assert told(writer) == 1


def test_a_mail_that_cannot_be_composed_at_once_is_written_after_the_draft(comment, model, writer, monkeypatch):
    monkeypatch.setattr(wagtail_edit, "send_notification", fails(wagtail_edit.send_notification))
    assert comment().status_code == 302
    assert saved(model) == ("Uusi kuvaus", 1)
    assert told(writer) == 1


def test_a_draft_stands_when_its_mails_can_never_be_written(comment, model, writer, monkeypatch, caplog):
    monkeypatch.setattr(wagtail_edit, "send_notification", fails(wagtail_edit.send_notification, times=9))
    assert comment().status_code == 302
    assert saved(model) == ("Uusi kuvaus", 1)
    assert told(writer) == 0
    assert "Mails of comments" in caplog.text


def test_nobody_is_told_of_a_comment_that_was_not_saved(comment, model, writer):
    def fail(request, page):
        raise DatabaseError

    with hooks.register_temporarily("after_edit_page", fail), pytest.raises(DatabaseError):
        comment()
    assert saved(model)[1] == 0
    assert told(writer) == 0
