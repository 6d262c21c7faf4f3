"""Puts mails into the outbox: those that Django and Wagtail send, and those that are written when they are sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.db import DatabaseError, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from operating_models.mail.models import MailState, OutgoingMail

logger = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    """Writes mails as rows in the caller's transaction, and asks no server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [row for message in email_messages for row in _rows_of(message)]

        def write() -> None:
            OutgoingMail.objects.bulk_create(rows)

        try:
            # Wagtail passes over what goes wrong here: without a savepoint PostgreSQL would take nothing more.
            with transaction.atomic():
                write()
        except DatabaseError:
            logger.warning("Mails could not be written, and are written after what they tell of.", exc_info=True)
            transaction.on_commit(write, robust=True)
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many mails wait, since when the oldest of them does, and how many could not be sent."""

    waiting: int
    oldest: datetime | None
    failed: int


def ask_for(composer: str, recipient: str, subject: str) -> None:
    """Ask for a mail that a composer writes when it is sent; one that waits already is enough."""
    OutgoingMail.objects.get_or_create(
        composer=composer,
        recipient=recipient,
        state=MailState.WAITING,
        defaults={"subject": subject, "sender": settings.DEFAULT_FROM_EMAIL, "message_id": draw_message_id()},
    )


def draw_message_id() -> str:
    """Return a new Message-ID of the site. Django's own would ask the network for this machine's name."""
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname)


def content_of(message: EmailMessage, message_id: str) -> bytes:
    """Return a mail as SMTP takes it. Raises ValueError for a header that cannot be written."""
    message.extra_headers = {"Message-ID": message_id} | {
        name: value for name, value in message.extra_headers.items() if name.lower() != "message-id"
    }
    return message.message().as_bytes(linesep="\r\n")


def envelope_address(address: str) -> str:
    """Return an address as SMTP takes it. Raises ValueError for what is no address."""
    return sanitize_address(address, settings.DEFAULT_CHARSET)


def send_again(mail: OutgoingMail) -> bool:
    """Let a mail that waits or has failed be sent by the next run, as if it were new; say whether there is one."""
    now = timezone.now()
    return bool(
        OutgoingMail.objects.filter(pk=mail.pk)
        .exclude(state=MailState.SENT)
        .exclude(content=b"", composer="")
        .update(
            state=MailState.WAITING, waiting_since=now, next_attempt_at=now, attempts=0, doubts=0, finished_at=None
        )
    )


def read_state() -> OutboxState:
    """Read how the outbox is."""
    waiting = Q(state=MailState.WAITING)
    told = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        oldest=Min("waiting_since", filter=waiting),
        failed=Count("pk", filter=Q(state=MailState.FAILED)),
    )
    return OutboxState(**told)


def delete_old() -> None:
    """Delete the mails that were sent, or failed for good, more than MAIL_DAYS ago."""
    OutgoingMail.objects.filter(finished_at__lt=timezone.now() - timedelta(days=settings.MAIL_DAYS)).delete()


def _rows_of(message: EmailMessage) -> Iterator[OutgoingMail]:
    """Yield a row for each address. A mail that cannot be written has failed, and does not fail what it tells of."""
    # A subject of several lines would be a forged header, and Django refuses it.
    message.subject = " ".join(str(message.subject).split())
    message_id = draw_message_id()
    try:
        content, sender = content_of(message, message_id), envelope_address(message.from_email)
        problem = ""
    except ValueError as error:
        content, sender, problem = b"", "", str(error)
    for address in dict.fromkeys(message.recipients()):
        row = OutgoingMail(message_id=message_id, sender=sender, recipient=address, content=content)
        row.subject = message.subject[:255]
        try:
            row.recipient = envelope_address(address)
        except ValueError as error:
            row.recipient, problem = address[:320], problem or str(error)
        if problem:
            logger.error("A mail cannot be written: %s", problem)
            row.state, row.last_error, row.finished_at = MailState.FAILED, problem, timezone.now()
        yield row
