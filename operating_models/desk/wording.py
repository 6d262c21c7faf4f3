"""Words that Wagtail's admin says without asking its catalogues, put into the language of the service."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm
from wagtail.users.forms import PagePermissionsForm

SAID = (('aria-label="{}"', "Actions"), ('value="{}" class="button"', "Search"))
"""Places of Wagtail's templates where a word for people stands as it is, and the word."""

Respond = Callable[[HttpRequest], HttpResponse]


def translate_templates(respond: Respond) -> Respond:
    """Middleware: translates those words in the admin's pages, also where JSON carries a piece of a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        kind = response.headers.get("Content-Type", "")
        if response.streaming or not request.path.startswith(reverse("wagtailadmin_home")):
            return response
        if kind.startswith("text/html"):
            response.content = _translate(response.content, quote='"')
        elif kind.startswith("application/json"):
            response.content = _translate(response.content, quote='\\"')
        return response

    return middleware


def _translate(content: bytes, *, quote: str) -> bytes:
    for place, word in SAID:
        said, wanted = (place.format(text).replace('"', quote) for text in (word, escape(gettext(word))))
        content = content.replace(said.encode(), wanted.encode())
    return content


def assign() -> None:
    """Name the fields that Wagtail's forms leave to be named after their attributes."""
    LoginForm.base_fields["password"].label = _("Password")
    PagePermissionsForm.base_fields["page"].label = _("Page")
