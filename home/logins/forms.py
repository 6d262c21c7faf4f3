"""The form that asks for a link to a new password, slowed as logging in is."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.http import HttpRequest
from wagtail.admin.forms.auth import PasswordResetForm

from home.logins import limits
from home.logins.addresses import client_of
from home.logins.limits import Bucket, Limit

logger = logging.getLogger(__name__)

RECIPIENT = Limit("new password for a recipient", burst=3, pace=timedelta(minutes=10))
ADDRESS = Limit("new passwords from an address", burst=10, pace=timedelta(minutes=2))


class SlowedPasswordResetForm(PasswordResetForm):
    """Sends a link unless too many were asked for, whether or not anybody has this mail address.

    Raises TooManyTriesError when saved.
    """

    def save(self, *args: object, request: HttpRequest | None = None, **kwargs: object) -> None:
        if request is not None:
            recipient = self.cleaned_data["email"].casefold()
            limits.take([Bucket(RECIPIENT, recipient), Bucket(ADDRESS, client_of(request))])
            logger.info("New password asked for from %s", client_of(request))
        super().save(*args, request=request, **kwargs)
