"""Tags that nobody uses are no tags: autosave makes one of each that stands in a form for a moment."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from wagtail.models import Revision

from operating_models.models import Keyword, OperatingModelPage

QUIET = timedelta(minutes=10)
"""So long nobody has saved a draft: a tag that is being written stands in no draft yet."""


def remove_unused() -> int:
    """Delete the tags that no model has, published, scheduled or draft. Returns how many."""
    unused = set(Keyword.objects.filter(tagged_models=None).values_list("pk", flat=True))
    if not unused or Revision.objects.filter(created_at__gt=timezone.now() - QUIET).exists():
        return 0
    drafts = OperatingModelPage.objects.filter(has_unpublished_changes=True).values("latest_revision")
    kept = Revision.page_revisions.filter(pk__in=drafts) | Revision.page_revisions.exclude(approved_go_live_at=None)
    for content in kept.values_list("content", flat=True).iterator():
        unused -= {item["tag"] for item in content.get(Keyword.page_relation, ())}
    deleted, _ = Keyword.objects.filter(pk__in=unused, tagged_models=None).delete()
    return deleted
