"""What somebody had typed when the session had ended: kept through logging in, so that nothing is lost."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

KEPT = "kept_form"
"""Name in the session, which logging in carries over from who was not yet known."""

MOST_CHARACTERS = 50_000
"""Of all fields together; a form of ours holds less."""


def keep(request: HttpRequest) -> None:
    """Keep the fields that were sent until whoever sent them has logged in."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(text) for values in fields.values() for text in values) <= MOST_CHARACTERS:
        request.session[KEPT] = {"path": request.path, "fields": fields}


def take(request: HttpRequest, path: str) -> QueryDict | None:
    """Return the fields that were kept for an address, once."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != path:
        return None
    del request.session[KEPT]
    fields = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        fields.setlist(name, values)
    return fields
