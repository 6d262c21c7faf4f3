"""A forgotten password: the request puts a row into the outbox, and the link is made when the mail is sent.

So the request does the same for every address, whether an account has it or not, and no link is ever stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.contrib.auth import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail.admin.forms import auth

from home.logins.password_requests import spend_try
from operating_models.mail import outbox, sending
from operating_models.mail.receivers import receivers_among
from operating_models.site_languages import ORIGINAL

PUBLIC, DESK = "password reset", "password reset of the desk"
CONFIRM = {PUBLIC: "password_reset_confirm", DESK: "wagtailadmin_password_reset_confirm"}
"""The composers of the two places where one asks, with the address that each one's link leads to."""


class AskForPassword(forms.PasswordResetForm):
    """Asks on the public pages for a mail with a link, unless too many were asked for (TooManyTriesError)."""

    composer = PUBLIC

    def save(self, *, request: HttpRequest, **options: object) -> None:
        """Ask for the mail. The options of Django's view are those of a mail that is written at once."""
        address = self.cleaned_data["email"]
        spend_try(request, address)
        with translation.override(settings.LANGUAGE_CODE):
            outbox.ask_for(self.composer, address, gettext("A new password"))


class AskForPasswordOfDesk(AskForPassword, auth.PasswordResetForm):
    """Asks in Wagtail's admin; the link leads back there."""

    composer = DESK


def compose(recipient: str, *, confirm: str) -> EmailMessage | None:
    """Write the mail to the accounts of an address, None where there is none that has a password.

    It goes to the address as the account has it, and names no account of an address that only looks the same.
    """
    users = sorted(forms.PasswordResetForm().get_users(recipient), key=lambda user: (user.email != recipient, user.pk))
    if not users:
        return None
    to = users[0].email
    with translation.override(_language_of(users[0])):
        return _write(to, [user for user in users if user.email == to], confirm=confirm)


def _language_of(user: AbstractBaseUser) -> str:
    return next((one.language for one in receivers_among(Q(pk=user.pk))), ORIGINAL)


def _write(to: str, users: Sequence[AbstractBaseUser], *, confirm: str) -> EmailMessage:
    """Write the mail in the language of the moment."""
    accounts = [
        {
            "name": SafeString(user.get_username()),
            "url": SafeString(settings.SITE_URL + reverse(confirm, args=_code_of(user))),
        }
        for user in users
    ]
    told = {"accounts": accounts, "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)}
    body = render_to_string("home/mail/password_reset.txt", told)
    return EmailMessage(gettext("A new password"), body, to=[to])


def register() -> None:
    """Tell the outbox who writes these mails; called when the application is ready."""
    for composer, confirm in CONFIRM.items():
        sending.COMPOSERS[composer] = partial(compose, confirm=confirm)


def _code_of(user: AbstractBaseUser) -> tuple[str, str]:
    """Return what lets an account's owner in, as Django's views read it: the account and a token."""
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
