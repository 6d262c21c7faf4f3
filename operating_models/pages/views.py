"""Views that are no pages of the tree."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from operating_models.pages.suggestions import present
from search.criteria import WORDS
from search.finding.suggestions import suggest


@require_GET
@never_cache
def suggestions(request: HttpRequest) -> JsonResponse:
    """Answer with what fits the words that are being typed.

    Never cached: what has been unpublished must not come back, and an answer takes a few milliseconds.
    """
    return JsonResponse(asdict(present(suggest(request.GET.get(WORDS, "")))))
