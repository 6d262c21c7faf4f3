"""Addresses of what can be done with a model beside reading it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

MODEL, ADD, ONLY_DIFFERENCES = "malli", "lisaa", "erot"
"""Parameters of a comparison: the models, words of a search for more, and whether equal facts are left out."""
VERSION, NOW = "versio", "nyt"
"""Parameter of a difference: "nyt" compares with what the source says today."""


def of_adapting(page_id: int) -> str:
    """Return where a local version of a model is made."""
    return reverse("adapt", args=[page_id])


def of_login(next_url: str) -> str:
    """Return where somebody logs in and is led on from."""
    return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': next_url})}"


def of_difference(page_id: int, *, now: bool = False) -> str:
    """Return where a local version is compared with its source: as it was then, or as it is ``now``."""
    query = f"?{urlencode({VERSION: NOW})}" if now else ""
    return reverse("difference", args=[page_id]) + query


def of_comparison(page_ids: Sequence[int], *, only_differences: bool = False) -> str:
    """Return where models stand side by side."""
    query = QueryDict(mutable=True)
    query.setlist(MODEL, [str(page_id) for page_id in page_ids])
    if only_differences:
        query[ONLY_DIFFERENCES] = "1"
    return f"{reverse('compare')}?{query.urlencode()}"
