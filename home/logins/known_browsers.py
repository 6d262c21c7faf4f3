"""Browsers in which an account has logged in before: a signed cookie says so, and gives them tries of their own.

So nobody who does not know the password can keep its owner out by using up the account's tries.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

COOKIE = "known_browser"
SALT = "home.logins.known_browsers"
YEAR = 365 * 24 * 60 * 60

JUST_LOGGED_IN = "home.logins.just_logged_in"
"""Key in the request's META under which the account stands that has logged in during this request."""


def browser_of(request: HttpRequest, account: str) -> str:
    """Return the number of the browser in which this account has logged in before, "" in any other."""
    try:
        known, number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR)
    except (signing.BadSignature, ValueError):
        return ""
    return number if known == _mark(account) else ""


@receiver(user_logged_in, dispatch_uid="know the browser")
def know(request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> None:
    request.META[JUST_LOGGED_IN] = user.get_username()
    # A form that waited for the login made the session a short one (operating_models/reporting/unsent_form.py).
    request.session.set_expiry(None)


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its cookie when an account has just logged in."""
    account = request.META.get(JUST_LOGGED_IN)
    if account is None:
        return
    response.set_cookie(
        COOKIE,
        signing.dumps([_mark(account), get_random_string(16)], salt=SALT),
        max_age=YEAR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _mark(account: str) -> str:
    """Return what the cookie says of the account; who reads it does not learn the name."""
    return salted_hmac(SALT, account, algorithm="sha256").hexdigest()[:32]
