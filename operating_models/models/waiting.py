"""The lock of a page that waits for approval: it says that the page waits, since when and for whom."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from wagtail.admin.utils import get_user_display_name
from wagtail.locks import WorkflowLock


class WaitingLock(WorkflowLock):
    """Wagtail's own lock of a page in moderation, whose message names nobody."""

    def get_message(self, user: AbstractBaseUser) -> str | None:
        if not self.for_user(user):
            return None
        state = self.object.current_workflow_state
        told = {
            "task": ", ".join(group.name for group in self.task.specific.groups.order_by("name")) or self.task.name,
            "day": date_format(timezone.localtime(state.created_at)),
            "sender": get_user_display_name(state.requested_by) if state.requested_by else gettext("somebody"),
        }
        return (
            gettext(
                "This model waits for approval by: %(task)s. It was sent on %(day)s by %(sender)s. The form cannot "
                "be changed meanwhile; to go on writing, cancel the workflow in the menu below."
            )
            % told
        )
