"""Tags that nobody uses are no tags: autosave makes one of each that stands in a form for a moment."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from wagtail.models import Revision

from operating_models.models import Keyword
from operating_models.typed_text import fold

QUIET = timedelta(minutes=10)
"""So long nobody has saved a draft: a tag that is being written stands in no draft yet."""
MOST_SUGGESTED = 10


def remove_unused() -> int:
    """Delete the tags that no model has, published, scheduled or draft. Returns how many."""
    if Revision.objects.filter(created_at__gt=timezone.now() - QUIET).exists():
        return 0
    return Keyword.objects.delete_unused()


def suggest(request: HttpRequest) -> JsonResponse:
    """Suggest tags to who types one: in any spelling, by former names too, and none that autosave left behind."""
    begun = fold(request.GET.get("term", ""))
    found = Keyword.objects.offered().filter(Q(folded__startswith=begun) | Q(merged__folded__startswith=begun))
    names = found.order_by("name").values_list("name", flat=True).distinct() if begun else ()
    return JsonResponse(list(names[:MOST_SUGGESTED]), safe=False)
