"""The moderation task of models: an approval that a page with gaps cannot get."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState

from operating_models.models.pages import OperatingModelPage


class CompleteModelApproval(AbstractGroupApprovalTask):
    """Approval by a group. A draft that lacks something of what publishing asks for is not approved.

    The editor's form tells what is missing. From elsewhere, such as the dashboard, the approver is led to a page that
    tells it: a button that explains is better than one that is not there.
    """

    class Meta:
        verbose_name = _("approval of a complete description")
        verbose_name_plural = _("approvals of complete descriptions")

    def on_action(
        self, task_state: TaskState, user: AbstractBaseUser, action_name: str, **kwargs: object
    ) -> str | None:
        """Do the action. Returns the address to go to when the draft has gaps and was not approved."""
        moderated = task_state.workflow_state.content_object
        page = moderated.specific if isinstance(moderated, Page) else moderated
        is_model = isinstance(page, OperatingModelPage)
        if action_name == "approve" and is_model and page.get_latest_revision_as_object().publish_errors():
            return reverse("operating_models_gaps", args=[task_state.workflow_state.object_id])
        return super().on_action(task_state, user, action_name, **kwargs)
