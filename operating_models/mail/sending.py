"""Sends what waits in the outbox, each mail once, within a time budget. Part of the minute's job."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from operating_models.mail import outbox
from operating_models.mail.models import MailState, OutgoingMail
from operating_models.mail.smtp import Line, LineBroken, OutcomeUnknown, Refused, ServerTrouble

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=1)
LAST_PAUSE = timedelta(minutes=30)
"""Pause before a mail is tried again: it doubles up to the longest."""
LONGEST_WAIT = timedelta(days=7)
"""A mail that the server has not taken for so long has failed for good."""
MOST_DOUBTS = 3
"""A mail whose outcome is unknown is repeated until it has been given so often: nobody gets it more often."""
LONGEST_ERROR = 1_000

Composer = Callable[[str], EmailMessage | None]
"""Writes the mail that an address asked for, or None where nobody is to get one."""
COMPOSERS: dict[str, Composer] = {}
"""Composers by their name in the outbox; rooms above put theirs here."""


def send() -> None:
    """Send what is due, for at most MAIL_SECONDS. Only one process at a time is meant to call it.

    Each mail is taken before it is sent (``_take``), so that even two processes send none twice.
    """
    outbox.delete_old()
    _give_up()
    if not settings.EMAIL_HOST:
        return
    line = Line(time.monotonic() + settings.MAIL_SECONDS)
    try:
        while line.seconds_left and (mail := _due().order_by("next_attempt_at", "pk").first()):
            if _take(mail):
                _send(mail, line)
    except ServerTrouble as error:
        _let_wait(str(error))
    finally:
        line.close()


def _due() -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state=MailState.WAITING, next_attempt_at__lte=timezone.now())


def _give_up() -> None:
    """Say of mails that have waited or been repeated long enough that they failed for good."""
    now = timezone.now()
    hopeless = _due().filter(Q(waiting_since__lt=now - LONGEST_WAIT) | Q(doubts__gte=MOST_DOUBTS))
    for mail in hopeless:
        logger.error("Mail %s could not be sent, and is not tried again.", mail.pk)
    hopeless.update(state=MailState.FAILED, finished_at=now)


def _take(mail: OutgoingMail) -> bool:
    """Make a mail this process's own by moving its next attempt on; say whether no other was faster.

    Its outcome is in doubt from here until it is known, also for who finds it after this process has died.
    """
    own = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.WAITING, next_attempt_at=mail.next_attempt_at)
    budget = timedelta(seconds=settings.MAIL_SECONDS)
    return bool(
        own.update(
            attempts=F("attempts") + 1,
            doubts=F("doubts") + 1,
            next_attempt_at=_next_attempt(mail.attempts) + budget,
        )
    )


def _next_attempt(attempts: int) -> datetime:
    return timezone.now() + min(LAST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 10))


def _send(mail: OutgoingMail, line: Line) -> None:
    """Send one mail and note what became of it. Raises ServerTrouble, when no mail can be sent."""
    row = OutgoingMail.objects.filter(pk=mail.pk)
    known = {"doubts": F("doubts") - 1}
    try:
        parts = _parts_of(mail)
        if parts is None:
            row.delete()
            return
        line.open()
        line.give(*parts)
    except OutcomeUnknown as error:
        logger.warning("It is unknown whether the mail server took mail %s: %s", mail.pk, error)
        row.update(last_error=str(error)[:LONGEST_ERROR])
        line.close()
    except ServerTrouble as error:
        row.update(last_error=str(error)[:LONGEST_ERROR], **known)
        raise
    except Refused as error:
        # The server's words hold the address, so they stand in the outbox alone.
        logger.warning("The mail server refuses mail %s %s.", mail.pk, "for good" if error.is_final else "for now")
        final = {"state": MailState.FAILED, "finished_at": timezone.now()} if error.is_final else {}
        row.update(last_error=str(error)[:LONGEST_ERROR], **known, **final)
        line.close()
    except LineBroken as error:
        logger.warning("The line to the mail server broke at mail %s: %s", mail.pk, error)
        row.update(last_error=str(error)[:LONGEST_ERROR], **known)
        line.close()
    except Exception as error:
        # What is wrong with one mail, a composer for example, keeps no other from being sent.
        logger.exception("Mail %s cannot be sent.", mail.pk)
        row.update(last_error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR], **known)
        line.close()
    else:
        row.update(state=MailState.SENT, finished_at=timezone.now(), content=b"", last_error="", **known)


def _parts_of(mail: OutgoingMail) -> tuple[str, str, bytes] | None:
    """Return sender, recipient and content, None where a composer has nothing to say."""
    if not mail.composer:
        return mail.sender, mail.recipient, bytes(mail.content)
    message = COMPOSERS[mail.composer](mail.recipient)
    if message is None:
        return None
    addresses = [outbox.envelope_address(address) for address in (message.from_email, message.to[0])]
    return addresses[0], addresses[1], outbox.content_of(message, mail.message_id)


def _let_wait(reason: str) -> None:
    """Let all that is due wait for a server that cannot be used; a mail is not to blame for that."""
    first = _due().order_by("next_attempt_at", "pk").first()
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING).count()
    logger.warning("The mail server cannot be used, %s mails wait: %s", waiting, reason)
    if first is not None:
        _due().update(
            attempts=F("attempts") + 1,
            next_attempt_at=_next_attempt(first.attempts),
            last_error=reason[:LONGEST_ERROR],
        )
