"""Days and times in the admin's lists and pages: local time, and the day itself where Wagtail counts what is past.

Overrides of Wagtail: docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail.admin.templatetags import wagtailadmin_tags
from wagtail.admin.ui.fields import BaseFieldDisplay, register_display_class


class MomentDisplay(BaseFieldDisplay):
    """A time on a page that shows a row."""

    def render_html(self, parent_context: object = None) -> SafeString:
        return escape(moment_label(self.value) if self.value else "–")


def moment_label(moment: datetime) -> str:
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return date_format(local, "SHORT_DATETIME_FORMAT")


def since_or_day(moment: date | datetime) -> str:
    """Return how long ago a time was; a day and a time that is still to come as they are written."""
    if not isinstance(moment, datetime):
        return date_format(moment, "SHORT_DATE_FORMAT")
    now = timezone.now() if timezone.is_aware(moment) else timezone.make_naive(timezone.now())
    return moment_label(moment) if moment > now else wagtailadmin_tags.timesince_simple(moment)


def assign() -> None:
    """Put the overrides in their place: of a day to come, Wagtail's lists say "just now"."""
    wagtailadmin_tags.register.filters["timesince_simple"] = since_or_day
    register_display_class(models.DateTimeField, display_class=MomentDisplay)
