"""A form that could not be sent because the session had ended: its fields stay in the session through logging in."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

SESSION_KEY = "unsent_form"
"""Name in the session, which logging in carries over from who was not yet known."""

MOST_CHARACTERS = 50_000
"""Of all fields together; a form of ours holds less."""


def save(request: HttpRequest) -> None:
    """Save the fields that were sent until whoever sent them has logged in; a form of too many characters is lost."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(text) for values in fields.values() for text in values) <= MOST_CHARACTERS:
        request.session[SESSION_KEY] = {"path": request.path, "fields": fields}


def restore(request: HttpRequest, path: str) -> QueryDict | None:
    """Return the fields that were saved for an address, once; None where there are none."""
    saved = request.session.get(SESSION_KEY)
    if saved is None or saved["path"] != path:
        return None
    del request.session[SESSION_KEY]
    fields = QueryDict(mutable=True)
    for name, values in saved["fields"].items():
        fields.setlist(name, values)
    return fields
