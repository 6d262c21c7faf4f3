"""The rows of the outbox."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    """How far a mail has come."""

    WAITING = "waiting", _("waits")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")


class OutgoingMail(models.Model):
    """A mail to one address, written in the transaction of what it tells of and sent by the minute's job.

    ``content`` is the mail as it is sent; it is erased when the server has taken it. A mail with a ``composer`` has no
    content: the composer of that name (sending.COMPOSERS) writes it when it is sent, so that no link that lets
    somebody in is stored. ``doubts`` counts the attempts of which nobody knows whether the server took the mail: the
    line broke, or the process died, between its end and the server's answer. ``next_attempt_at`` also says whose the
    mail is: who sends it has moved that time on.
    """

    message_id = models.CharField(max_length=255)
    sender = models.CharField(max_length=320)
    recipient = models.CharField(_("recipient"), max_length=320)
    subject = models.CharField(_("subject of the mail"), max_length=255)
    content = models.BinaryField(default=b"")
    composer = models.CharField(max_length=50, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=MailState, default=MailState.WAITING)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    waiting_since = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    doubts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(_("what went wrong"), blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        default_permissions = ("view", "change")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=("state", "next_attempt_at"), name="mail_due")]

    def __str__(self) -> str:
        return f"OutgoingMail {self.pk}"
