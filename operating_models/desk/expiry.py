"""Tells the writer that a passed expiry of a page was cleared (models/forms.py does it)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import Page


def note_passed_expiry(request: HttpRequest, page: Page) -> None:
    """Keep with the request what the draft said of its expiry before the form was read."""
    passed = page.expire_at if page.expire_at and page.expire_at < timezone.now() else None
    request.passed_expiry = passed


def tell_of_passed_expiry(request: HttpRequest, page: Page) -> None:
    """Say that the date was cleared. An autosaved form is still open: its button says it later."""
    passed = request.passed_expiry
    if passed and request.accepts("text/html") and page.get_latest_revision_as_object().expire_at is None:
        day = date_format(timezone.localtime(passed), "DATETIME_FORMAT")
        text = gettext("The page was to expire %(day)s, which has passed. The date has been cleared.") % {"day": day}
        messages.warning(request, text)
