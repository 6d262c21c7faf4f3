"""Publishing and expiry on their day, page by page: one that fails stops no other and keeps its schedule."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """What became of one page whose time had come. ``problem`` is empty when all went well."""

    page_id: int
    title: str
    problem: str = ""


def unpublish_expired() -> Iterator[ScheduledChange]:
    """Take every page whose last day is over from the public site."""
    for page in list(Page.objects.filter(live=True, expire_at__lt=timezone.now()).order_by("expire_at", "pk")):
        yield _attempt(
            page.pk,
            page.title,
            lambda page=page: page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled"),
        )


def publish_due() -> Iterator[ScheduledChange]:
    """Publish every revision whose time has come. One that cannot be published stays due, and is tried again."""
    due = Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at", "pk")
    for revision in list(due):
        yield _attempt(
            int(revision.object_id),
            revision.object_str,
            lambda revision=revision: revision.publish(log_action="wagtail.publish.scheduled"),
        )


def _attempt(page_id: int, title: str, act: Callable[[], object]) -> ScheduledChange:
    """Act in a transaction of its own. Whatever goes wrong is logged, and the outcome tells of it."""
    try:
        with transaction.atomic():
            act()
    except ValidationError as error:
        problem = " ".join(error.messages)
        logger.error("The scheduled change of page %s “%s” failed: %s", page_id, title, problem)
        return ScheduledChange(page_id, title, problem)
    except Exception as error:
        # Nobody watches this run, and the pages after this one have their time too. The log has the traceback.
        logger.exception("The scheduled change of page %s “%s” failed.", page_id, title)
        return ScheduledChange(page_id, title, f"{type(error).__name__}: {error}")
    return ScheduledChange(page_id, title)
