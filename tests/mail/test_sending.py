"""The outbox with a real mail server in every trouble: nothing is lost, and what is known to be sent is sent once."""

from __future__ import annotations

import logging
import socket
import time
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone

from operating_models.mail import outbox, sending
from operating_models.mail.models import MailState, OutgoingMail

pytestmark = pytest.mark.django_db


def write(*addresses, subject="Aihe", body="Hyvää päivää.\n.piste\n"):
    for address in addresses:
        send_mail(subject, body, None, [address])


def states():
    return dict(OutgoingMail.objects.values_list("recipient", "state"))


def mail():
    return OutgoingMail.objects.get()


def make_due():
    OutgoingMail.objects.update(next_attempt_at=timezone.now())


class TestOnAGoodDay:
    def test_a_mail_is_a_row_first_and_arrives_as_it_was_written(self, server):
        message = EmailMultiAlternatives("Äiti ja lapsi", "Rivi\n.piste\n..kaksi", None, ["a@example.fi"])
        message.attach_alternative("<p>Rivi</p>", "text/html")
        message.attach("liite.csv", "a;b", "text/csv")
        message.send()
        assert server.taken == []
        assert mail().state == MailState.WAITING

        sending.send()
        (arrived,) = server.messages()
        assert arrived["Subject"] == "Äiti ja lapsi"
        assert arrived["Message-ID"] == mail().message_id
        assert arrived.get_body(("plain",)).get_content().splitlines() == ["Rivi", ".piste", "..kaksi"]
        assert "<p>Rivi</p>" in arrived.get_body(("html",)).get_content()
        assert [part.get_filename() for part in arrived.iter_attachments()] == ["liite.csv"]

    def test_it_is_sent_once_and_its_text_is_erased(self, server, later):
        write("a@example.fi")
        sending.send()
        later()
        assert server.addresses == ["a@example.fi"]
        sent = mail()
        assert (sent.state, bytes(sent.content), sent.doubts, sent.last_error) == (MailState.SENT, b"", 0, "")

    def test_each_address_gets_a_mail_of_its_own_and_nobody_sees_the_hidden_ones(self, server):
        EmailMessage("Aihe", "Teksti", None, ["a@example.fi"], ["b@example.fi"], cc=["c@example.fi"]).send()
        sending.send()
        assert sorted(server.addresses) == ["a@example.fi", "b@example.fi", "c@example.fi"]
        assert not any("b@example.fi" in message.as_string() for message in server.messages())

    def test_all_go_over_one_line(self, server):
        write(*(f"{number}@example.fi" for number in range(5)))
        sending.send()
        assert len(server.taken) == 5
        assert server.connections == 1

    def test_a_mail_of_a_transaction_that_is_rolled_back_was_never_there(self, server):
        def change():
            with transaction.atomic():
                write("a@example.fi")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            change()
        sending.send()
        assert server.taken == []

    def test_old_mails_are_deleted_after_the_days_that_are_stated(self, server, settings):
        settings.MAIL_DAYS = 30
        write("old@example.fi", "young@example.fi")
        sending.send()
        for address, days in (("old", 31), ("young", 29)):
            finished = timezone.now() - timedelta(days=days)
            OutgoingMail.objects.filter(recipient=f"{address}@example.fi").update(finished_at=finished)
        sending.send()
        assert list(states()) == ["young@example.fi"]


class TestWhatCannotBeWritten:
    def test_a_line_break_in_a_subject_is_a_space(self, server):
        write("a@example.fi", subject="Malli\nBcc: kaikki@example.fi")
        sending.send()
        (arrived,) = server.messages()
        assert arrived["Subject"] == "Malli Bcc: kaikki@example.fi"
        assert server.addresses == ["a@example.fi"]

    def test_a_mail_that_cannot_be_written_fails_not_what_it_tells_of(self, server):
        EmailMessage("Aihe", "Teksti", None, ["a@example.fi"], headers={"X-Otsikko": "kaksi\nriviä"}).send()
        write("c@example.fi\nBcc: d@example.fi", "b@example.fi")
        assert list(states().values()).count(MailState.FAILED) == 2
        sending.send()
        assert server.addresses == ["b@example.fi"]


@pytest.mark.parametrize("trouble", ["says nothing", "hangs at MAIL", "drips"])
def test_a_server_that_hangs_costs_the_budget_at_most_and_nothing_is_lost(server, settings, later, trouble):
    server.trouble = trouble
    settings.MAIL_SECONDS = 1
    write("a@example.fi", "b@example.fi")
    began = time.monotonic()
    sending.send()
    assert time.monotonic() - began < 3
    assert set(states().values()) == {MailState.WAITING}
    assert server.taken == []

    server.trouble = ""
    settings.MAIL_SECONDS = 5
    later()
    assert sorted(server.addresses) == ["a@example.fi", "b@example.fi"]


def test_a_server_that_is_down_is_asked_once_a_run_and_after_growing_pauses(server, later, caplog):
    server.stop()
    write("a@example.fi", "b@example.fi", "c@example.fi")
    pauses = []
    for _run in range(8):
        make_due()
        began = timezone.now()
        with caplog.at_level(logging.WARNING, "operating_models.mail"):
            caplog.clear()
            sending.send()
        assert len(caplog.records) == 1
        pauses.append(OutgoingMail.objects.last().next_attempt_at - began)
    minutes = [round(pause.total_seconds() / 60) for pause in pauses]
    assert minutes == sorted(minutes)
    assert (minutes[0], minutes[-1]) == (1, 30)

    server.start()
    later()
    assert len(server.taken) == 3


def test_a_server_that_restarts_gets_the_rest_when_it_is_there_again(server, later):
    write("a@example.fi", "b@example.fi")
    server.trouble, server.troubled_address = "closes down", "b@example.fi"
    sending.send()
    server.stop()
    later()
    assert server.addresses == ["a@example.fi"]
    server.trouble = ""
    server.start()
    later()
    assert server.addresses == ["a@example.fi", "b@example.fi"]


def test_a_password_that_is_refused_fails_no_mail(server, settings, later, caplog):
    server.stop()
    server.start(wants_password=True)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "toimintamallit", "verysecret"
    write("a@example.fi")
    sending.send()
    assert mail().state == MailState.WAITING
    assert "535" in mail().last_error
    assert "verysecret" not in caplog.text + mail().last_error

    server.stop()
    server.start()
    settings.EMAIL_HOST_USER = ""
    later()
    assert server.addresses == ["a@example.fi"]


def test_a_name_that_does_not_resolve_fails_no_mail(server, settings, monkeypatch, later):
    def resolve(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        settings.EMAIL_HOST = "mail.example"
        write("a@example.fi")
        sending.send()
    assert mail().state == MailState.WAITING
    assert "Name or service not known" in mail().last_error
    settings.EMAIL_HOST = "127.0.0.1"
    later()
    assert server.addresses == ["a@example.fi"]


@pytest.mark.parametrize("trouble", ["refuses for good", "refuses the text for good"])
def test_an_address_that_is_refused_for_good_fails_alone_and_its_text_is_kept(server, later, trouble):
    write("gone@example.fi", "a@example.fi")
    server.trouble, server.troubled_address = trouble, "gone@example.fi"
    sending.send()
    assert states() == {"gone@example.fi": MailState.FAILED, "a@example.fi": MailState.SENT}
    later()
    assert server.addresses == ["a@example.fi"]

    failed = OutgoingMail.objects.get(state=MailState.FAILED)
    server.trouble = ""
    assert outbox.send_again(failed)
    sending.send()
    assert server.addresses == ["a@example.fi", "gone@example.fi"]
    assert not outbox.send_again(failed), "What has been sent is not sent again."


@pytest.mark.parametrize("trouble", ["refuses for now", "refuses the text for now", "refuses our address"])
def test_a_mail_that_is_refused_for_now_waits_and_holds_up_no_other(server, later, trouble):
    write("a@example.fi")
    server.trouble = trouble
    sending.send()
    assert (mail().state, mail().doubts) == (MailState.WAITING, 0)
    write("b@example.fi")
    server.trouble = ""
    sending.send()
    assert server.addresses == ["b@example.fi"]
    later()
    assert server.addresses == ["b@example.fi", "a@example.fi"]


def test_a_mail_that_no_server_takes_for_a_week_has_failed(server, later):
    write("a@example.fi")
    server.trouble = "refuses for now"
    sending.send()
    later(days=6)
    assert mail().state == MailState.WAITING
    later(days=2)
    assert mail().state == MailState.FAILED
    assert "451" in mail().last_error


def test_a_line_that_breaks_in_the_text_leaves_no_doubt(server, later):
    """The server has no end of the text, so it has not taken it. The text is longer than any buffer on the way."""
    write("a@example.fi", body=f"{'x' * 900}\n" * 17_000)
    server.trouble = "breaks in the text"
    sending.send()
    assert (mail().state, mail().doubts) == (MailState.WAITING, 0)
    server.trouble = ""
    later()
    later()
    assert server.addresses == ["a@example.fi"]


class TestUnknownOutcomes:
    """Whether the server took the mail nobody can know: only then may it come twice, as the same Message-ID."""

    def test_a_line_that_breaks_after_the_text_repeats_this_mail_alone(self, server, later):
        write("a@example.fi", "b@example.fi", "c@example.fi")
        server.trouble, server.troubled_address = "breaks after the text", "b@example.fi"
        sending.send()
        assert server.addresses == ["a@example.fi", "b@example.fi", "c@example.fi"]
        server.trouble = ""
        later()
        later()
        assert server.addresses == ["a@example.fi", "b@example.fi", "c@example.fi", "b@example.fi"]
        ids = [message["Message-ID"] for message in server.messages()]
        assert ids[1] == ids[3]
        assert len(set(ids)) == 3

    def test_a_server_that_thinks_longer_than_the_budget_is_the_same(self, server, settings, later):
        settings.MAIL_SECONDS = 0.5
        server.trouble = "thinks"
        write("a@example.fi")
        began = time.monotonic()
        sending.send()
        assert time.monotonic() - began < 3
        assert (mail().state, mail().doubts) == (MailState.WAITING, 1)

    def test_a_server_that_thinks_longer_than_its_timeout_but_within_the_budget_took_it(self, server, settings):
        settings.EMAIL_TIMEOUT = 0.05
        server.trouble, server.thinks = "thinks", 0.3
        write("a@example.fi")
        sending.send()
        assert mail().state == MailState.SENT

    def test_nobody_gets_it_more_than_three_times(self, server, later):
        write("a@example.fi")
        server.trouble = "breaks after the text"
        sending.send()
        for _run in range(5):
            later()
        assert server.addresses == ["a@example.fi"] * 3
        assert mail().state == MailState.FAILED

    def test_a_process_that_died_while_sending_leaves_the_mail_in_doubt(self, server, later, monkeypatch):
        def die(*args):
            raise KeyboardInterrupt

        write("a@example.fi")
        with monkeypatch.context() as patch:
            patch.setattr("operating_models.mail.smtp.Line.give", die)
            with pytest.raises(KeyboardInterrupt):
                sending.send()
        assert (mail().state, mail().doubts) == (MailState.WAITING, 1)
        sending.send()
        assert server.taken == [], "It may be on its way in a process that lives."
        later()
        assert server.addresses == ["a@example.fi"]


def test_two_senders_at_once_send_no_mail_twice(server, monkeypatch):
    """The lock of the job keeps them apart; where it is lost, each mail still belongs to one of them."""
    write("a@example.fi", "b@example.fi")
    send = sending._send
    inner = []

    def with_another_beside(mail, line):
        if not inner:
            inner.append(mail)
            sending.send()
        send(mail, line)

    monkeypatch.setattr(sending, "_send", with_another_beside)
    sending.send()
    assert sorted(server.addresses) == ["a@example.fi", "b@example.fi"]


def test_without_a_mail_server_mails_wait_and_nothing_is_printed(server, settings, capfd, caplog):
    settings.EMAIL_HOST = ""
    write("a@example.fi", body="https://example.fi/salainen")
    sending.send()
    assert mail().state == MailState.WAITING
    assert "salainen" not in "".join(capfd.readouterr()) + caplog.text


class TestComposedMails:
    """Mails that are written when they are sent: their row holds no text before or after."""

    @pytest.fixture(autouse=True)
    def composer(self, monkeypatch):
        made = []

        def compose(recipient):
            if recipient == "nobody@example.fi":
                return None
            made.append(recipient)
            return EmailMessage("Linkki", f"linkki {len(made)}", None, [recipient])

        monkeypatch.setitem(sending.COMPOSERS, "test", compose)

    def test_each_attempt_writes_it_anew_under_the_same_message_id(self, server, later):
        outbox.ask_for("test", "a@example.fi", "Linkki")
        server.trouble = "refuses for now"
        sending.send()
        assert bytes(mail().content) == b""
        server.trouble = ""
        later()
        (arrived,) = server.messages()
        assert arrived.get_content().strip() == "linkki 2"
        assert arrived["Message-ID"] == mail().message_id
        assert bytes(mail().content) == b""

    def test_who_is_to_get_none_leaves_no_row(self, server):
        outbox.ask_for("test", "nobody@example.fi", "Linkki")
        sending.send()
        assert not OutgoingMail.objects.exists()
        assert server.connections == 0

    def test_asking_again_while_one_waits_is_one_mail(self, server):
        outbox.ask_for("test", "a@example.fi", "Linkki")
        outbox.ask_for("test", "a@example.fi", "Linkki")
        sending.send()
        outbox.ask_for("test", "a@example.fi", "Linkki")
        sending.send()
        assert server.addresses == ["a@example.fi", "a@example.fi"]

    def test_a_composer_that_fails_keeps_no_other_mail(self, server, monkeypatch):
        monkeypatch.setitem(sending.COMPOSERS, "broken", lambda recipient: 1 / 0)
        outbox.ask_for("broken", "a@example.fi", "Linkki")
        write("b@example.fi")
        sending.send()
        assert server.addresses == ["b@example.fi"]
        assert states()["a@example.fi"] == MailState.WAITING
