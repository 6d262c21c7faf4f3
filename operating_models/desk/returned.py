"""Tells on the form of a returned model who asked for changes, and which."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page, WorkflowState

PART_OF_EDITOR = "_w_hydrate_create_view"
"""Parameter with which an open editor fetches a part of the page: nobody would see a message."""


def tell_of_return(request: HttpRequest, page: Page) -> None:
    state = page.current_workflow_state
    is_opened = request.method == "GET" and PART_OF_EDITOR not in request.GET
    if not is_opened or state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    returned = state.current_task_state
    told = {
        "person": get_user_display_name(returned.finished_by) if returned.finished_by else gettext("Somebody"),
        "day": date_format(timezone.localtime(returned.finished_at)) if returned.finished_at else "",
        "comment": returned.comment or gettext("no reason was written"),
    }
    messages.warning(request, gettext("%(person)s asked for changes on %(day)s: %(comment)s") % told)
