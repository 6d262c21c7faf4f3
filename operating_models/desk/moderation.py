"""Moderation at the desk: what was decided is said, and a submission is compared with what was returned before.

Overrides of Wagtail: docs/decisions/0020-wagtail-overrides.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import TaskState


class SubmissionsPanel(WorkflowObjectsToModeratePanel):
    """What waits for approval. Wagtail compares a submission with the draft saved before it, which tells nothing."""

    def get_context_data(self, parent_context: dict[str, object]) -> dict[str, object]:
        context = super().get_context_data(parent_context)
        states = context["states"]
        returned = _returned_revisions([state["task_state"] for state in states])
        for state in states:
            state["previous_revision_id"] = returned.get(state["revision"].object_id)
            # What was published by code has no revision of its own, and is compared all the same.
            state["live_revision_id"] = state["obj"].live
        return context


def _returned_revisions(states: Sequence[TaskState]) -> dict[str, int]:
    """Return by the key of a page the revision that was returned last, of pages that have been returned.

    A draft that is submitted once more without a change is the returned revision itself, and left out.
    """
    submitted = {(state.revision.object_id, state.revision_id) for state in states}
    rows = TaskState.objects.filter(
        status=TaskState.STATUS_REJECTED,
        revision__base_content_type__in={state.revision.base_content_type_id for state in states},
        revision__object_id__in=[key for key, _revision in submitted],
    ).order_by("finished_at", "pk")
    found = rows.values_list("revision__object_id", "revision_id")
    return {key: revision for key, revision in found if (key, revision) not in submitted}


def show_submissions(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [
        SubmissionsPanel() if isinstance(panel, WorkflowObjectsToModeratePanel) else panel for panel in panels
    ]


def tell(request: HttpRequest, state: TaskState, action: str) -> None:
    """Say what became of a submission."""
    state.refresh_from_db()
    page = state.workflow_state.content_object
    told = {"title": page.get_admin_display_title()}
    if state.status == TaskState.STATUS_REJECTED:
        messages.success(request, gettext("“%(title)s” was returned to its writer for changes.") % told)
    elif state.status == TaskState.STATUS_APPROVED:
        if page.live and not page.has_unpublished_changes:
            text = gettext("“%(title)s” was approved and published.")
        else:
            text = gettext("“%(title)s” was approved.")
        messages.success(request, text % told)
    elif action == "reject":
        messages.error(
            request, gettext("“%(title)s” was not returned. Write to its writer what must be changed.") % told
        )


def assign() -> None:
    """Put the overrides in their place: Wagtail says "updated" of every decision, and nothing on the dashboard."""
    post, perform = WorkflowActionView.post, EditView.perform_workflow_action

    def post_and_tell(view: WorkflowActionView, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = post(view, request, *args, **kwargs)
        # A form with errors is answered in its dialog.
        if view.form_class is None or view.form_class(request.POST).is_valid() or not _is_dialog(request):
            tell(request, view.task_state, view.action_name)
        return response

    def perform_and_tell(view: EditView) -> HttpResponse:
        state, action = view.page.current_workflow_task_state, view.workflow_action
        view.add_save_confirmation_message = lambda: tell(view.request, state, action)
        return perform(view)

    WorkflowActionView.post = post_and_tell
    EditView.perform_workflow_action = perform_and_tell


def _is_dialog(request: HttpRequest) -> bool:
    return request.headers.get("x-requested-with") == "XMLHttpRequest"
