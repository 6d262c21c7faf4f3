"""The moderation task of models: an approval that a page with gaps cannot get."""

from __future__ import annotations

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState

from operating_models.models.pages import OperatingModelPage


class ReturnForm(TaskStateCommentForm):
    """Asks what must be changed in a draft that is returned to its writer."""

    comment = forms.CharField(label=_("What must be changed"), widget=forms.Textarea({"rows": 4}))

    def clean_comment(self) -> str:
        comment = self.cleaned_data["comment"]
        if not _says_something(comment):
            raise ValidationError(gettext("Write what must be changed."))
        return comment


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


class CompleteModelApproval(AbstractGroupApprovalTask):
    """Approval by a group. A draft that lacks something of what publishing asks for is not approved.

    The editor's form tells what is missing. From elsewhere, such as the dashboard, the approver is led to a page that
    tells it: a button that explains is better than one that is not there. Nothing is returned without a reason.
    """

    class Meta:
        verbose_name = _("approval of a complete description")
        verbose_name_plural = _("approvals of complete descriptions")

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReturnForm if action == "reject" else super().get_form_for_action(action)

    def on_action(
        self, task_state: TaskState, user: AbstractBaseUser, action_name: str, **kwargs: object
    ) -> str | None:
        """Do the action. Returns the address to go to when the draft has gaps and was not approved."""
        if action_name == "reject" and not _says_something(str(kwargs.get("comment", ""))):
            return None
        moderated = task_state.workflow_state.content_object
        page = moderated.specific if isinstance(moderated, Page) else moderated
        is_model = isinstance(page, OperatingModelPage)
        if action_name == "approve" and is_model and page.get_latest_revision_as_object().publish_errors():
            return reverse("operating_models_gaps", args=[task_state.workflow_state.object_id])
        return super().on_action(task_state, user, action_name, **kwargs)
