"""The editor's menu of actions: undoing a submission is never its main button."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from wagtail.admin.action_menu import ActionMenuItem, CancelWorkflowMenuItem


def put_cancelling_last(items: list[ActionMenuItem], request: HttpRequest, context: Mapping[str, object]) -> None:
    """Put "cancel workflow" after the others; the first one is the main button (Wagtail 8.0.1 has it first)."""
    items.sort(key=lambda item: isinstance(item, CancelWorkflowMenuItem))
