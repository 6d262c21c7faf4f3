"""How often a link to a new password may be asked for: slowed as logging in is."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.http import HttpRequest

from home.logins import limits
from home.logins.addresses import client_of
from home.logins.limits import Bucket, Limit

logger = logging.getLogger(__name__)

RECIPIENT = Limit("new password for a recipient", burst=3, pace=timedelta(minutes=10))
ADDRESS = Limit("new passwords from an address", burst=10, pace=timedelta(minutes=2))


def spend_try(request: HttpRequest, recipient: str) -> None:
    """Count a request for a link to a new password, whether or not anybody has this mail address.

    Raises TooManyTriesError when too many were asked for.
    """
    limits.take([Bucket(RECIPIENT, recipient.casefold()), Bucket(ADDRESS, client_of(request))])
    logger.info("New password asked for from %s", client_of(request))
