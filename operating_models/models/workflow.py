"""The moderation task of models: an approval that a page with gaps cannot get."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page

from operating_models.models.pages import OperatingModelPage


class CompleteModelApproval(AbstractGroupApprovalTask):
    """Approval by a group, offered only when the draft has all that publishing asks for."""

    class Meta:
        verbose_name = _("approval of a complete description")
        verbose_name_plural = _("approvals of complete descriptions")

    def get_actions(self, obj: Page, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        actions = super().get_actions(obj, user)
        if isinstance(obj.specific, OperatingModelPage):
            draft = obj.specific.get_latest_revision_as_object()
            if draft.publish_errors():
                return [action for action in actions if action[0] != "approve"]
        return actions
