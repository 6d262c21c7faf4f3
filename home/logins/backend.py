"""Where every password is checked, from whichever form it comes: slowed by account and by address, and logged."""

from __future__ import annotations

import logging
import unicodedata
from datetime import timedelta
from threading import Lock

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from home.logins import known_browsers, limits
from home.logins.addresses import client_of
from home.logins.limits import Bucket, Limit, TooManyTriesError

logger = logging.getLogger(__name__)

ACCOUNT = Limit("account", burst=5, pace=timedelta(minutes=5))
BROWSER = Limit("known browser", burst=5, pace=timedelta(minutes=1))
ADDRESS = Limit("address", burst=20, pace=timedelta(seconds=30))
"""Wider than an account's: a whole office may have one address."""

HASHING = Lock()
"""Held while a password is hashed, which takes a processor for a good while: the rest of the worker is for readers."""
MOMENT = 2
"""Seconds after which one is asked to try again when another password was being hashed."""


class SlowedBackend(ModelBackend):
    """Checks a password unless there were too many tries, or another is being checked in this process.

    Raises TooManyTriesError, which the middleware turns into a page.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: object
    ) -> AbstractBaseUser | None:
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        buckets = _buckets_of(request, username)
        try:
            limits.take(buckets)
            user = self._check(request, username, password, buckets)
        except TooManyTriesError as refusal:
            logger.warning("Login refused for %d s: %s", refusal.seconds, _who(request, username))
            raise
        if user is None:
            logger.warning("Login failed: %s", _who(request, username))
        else:
            # The address keeps what others tried from it.
            limits.give_back(bucket for bucket in buckets if bucket.limit == ADDRESS)
            limits.fill(bucket for bucket in buckets if bucket.limit != ADDRESS)
        return user

    def _check(
        self, request: HttpRequest, username: str, password: str, buckets: list[Bucket]
    ) -> AbstractBaseUser | None:
        if not HASHING.acquire(blocking=False):
            limits.give_back(buckets)
            raise TooManyTriesError(MOMENT)
        try:
            return super().authenticate(request, username, password)
        finally:
            HASHING.release()


@receiver(user_logged_in, dispatch_uid="log a login")
def log_login(request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> None:
    logger.info("Login: %s from %s", user.get_username(), client_of(request))


def _buckets_of(request: HttpRequest, username: str) -> list[Bucket]:
    # Spellings of a name that look alike are one name here, so that changing them brings no new tries.
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    if browser := known_browsers.browser_of(request, username):
        return [Bucket(BROWSER, browser)]
    return [Bucket(ACCOUNT, name), Bucket(ADDRESS, client_of(request))]


def _who(request: HttpRequest, username: str) -> str:
    """Name the account if there is one: where there is none, somebody may have typed a password into the field."""
    users = get_user_model().objects
    is_account = "\0" not in username and users.filter(**{users.model.USERNAME_FIELD: username}).exists()
    return f"{username if is_account else 'no such account'} from {client_of(request)}"
