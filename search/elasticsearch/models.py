"""The rows of the search server's room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """A page whose change the search server has yet to hear: one row a page, however often it changed.

    What is sent is read from the Document, or is a deletion where there is none that may be found. ``version`` grows
    with every change (outbox.draw_version); the server takes no older one after a newer. A change that the server will
    never take is ``set_aside`` with its error until the page changes again or someone lets it be tried again.
    """

    page_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    waiting_since = models.DateTimeField()
    next_attempt_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        # The table has stood in the app of the search from the beginning.
        app_label = "search"
        verbose_name = _("change on its way to the search server")
        verbose_name_plural = _("changes on their way to the search server")
