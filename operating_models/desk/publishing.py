"""Doors of publishing that Wagtail leaves unguarded: publishing many pages at once, and approving on the dashboard."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions import PublishBulkAction
from wagtail.models import Page

from operating_models.models import OperatingModelPage


class PublishCompletePages(PublishBulkAction):
    """Publishes the chosen pages one by one: what has gaps is named in a warning, the others are published."""

    def get_execution_context(self) -> dict[str, object]:
        self.refused: list[tuple[Page, ValidationError]] = []
        return {**super().get_execution_context(), "refused": self.refused}

    @classmethod
    def execute_action(
        cls,
        objects: Iterable[Page],
        include_descendants: bool = False,
        user: AbstractBaseUser | None = None,
        refused: list[tuple[Page, ValidationError]] | None = None,
        **kwargs: object,
    ) -> tuple[int, int]:
        """Publish the pages, and with ``include_descendants`` the drafts under them; each all or nothing.

        Returns how many chosen pages and how many under them were published; adds the others to ``refused``.
        """
        refused = [] if refused is None else refused
        parents = children = 0
        for page in objects:
            parents += _publish(page, user, refused)
            if include_descendants:
                for draft in page.get_descendants().not_live().specific():
                    if user is None or draft.permissions_for_user(user).can_publish():
                        children += _publish(draft, user, refused)
        return parents, children

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        for page, error in self.refused:
            edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), gettext("Edit"))
            text = gettext("“%(title)s” was not published. %(missing)s") % {
                "title": page.get_admin_display_title(),
                "missing": " ".join(error.messages),
            }
            messages.warning(self.request, text, buttons=[edit])
        if not num_parent_objects and not num_child_objects:
            return None
        return super().get_success_message(num_parent_objects, num_child_objects)


def _publish(page: Page, user: AbstractBaseUser | None, refused: list[tuple[Page, ValidationError]]) -> bool:
    specific = page.specific
    try:
        with transaction.atomic():
            revision = specific.get_latest_revision() or specific.save_revision(user=user)
            revision.publish(user=user)
    except ValidationError as error:
        refused.append((specific, error))
        return False
    return True


def show_gaps(request: HttpRequest, page_id: int) -> HttpResponse:
    """Tell why a draft was not approved: what is missing, and on which tab of the editor."""
    page = get_object_or_404(OperatingModelPage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    draft = page.get_latest_revision_as_object()
    edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    told = {"page": draft, "gaps": draft.publish_errors(), "edit_url": edit_url}
    return TemplateResponse(request, "operating_models/desk/gaps.html", told)
