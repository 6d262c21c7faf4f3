"""Mails of comments belong to the saving that they tell of: both stand, or the saving alone and the mails after it.

Wagtail 8.0.1 writes them when a draft has been saved already, and what goes wrong with them fails the request.
Overrides of Wagtail: docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.db import transaction
from django.forms import ModelForm
from django.http import HttpResponse
from wagtail.admin.views.pages.edit import EditView

logger = logging.getLogger(__name__)


def assign() -> None:
    """Put the overrides in their place."""
    save, send = EditView.form_valid, EditView.send_commenting_notifications

    def save_with_mails(view: EditView, form: ModelForm) -> HttpResponse:
        with transaction.atomic():
            return save(view, form)

    def send_with_the_saving(view: EditView, changes: Mapping[str, object]) -> None:
        try:
            with transaction.atomic():
                send(view, changes)
        except Exception:
            # Whatever it is, what somebody has written is saved; once more after that, and then the log has it.
            logger.exception("Mails of comments on page %s could not be written.", view.page.pk)
            transaction.on_commit(lambda: send(view, changes), robust=True)

    EditView.form_valid = save_with_mails
    EditView.send_commenting_notifications = send_with_the_saving
