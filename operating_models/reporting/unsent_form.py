"""A form that could not be sent because the session had ended: its fields stay in the session through logging in."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

SESSION_KEY = "unsent_form"
"""Name in the session, which logging in carries over from who was not yet known."""

MOST_CHARACTERS = 15_000
"""Of all names and values together: anybody can have so much kept, for ``KEPT``."""

KEPT = 60 * 60
"""Seconds. Logging in sets the session's usual length again (home/logins/known_browsers.py)."""


def save(request: HttpRequest) -> None:
    """Save the fields that were sent until whoever sent them has logged in; a form of too many characters is lost."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) <= MOST_CHARACTERS:
        request.session.set_expiry(KEPT)
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
