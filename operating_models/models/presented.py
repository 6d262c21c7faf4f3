"""Pages whose template reads frozen values, and the registry of the views that make them.

Views stand above the models and import them. Each view registers itself here for its page type (pages/views.py), and
a system check names the page types that have none.
"""

from __future__ import annotations

from functools import singledispatch

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

Context = dict[str, object]


@singledispatch
def context_of(page: Page, request: HttpRequest) -> Context:
    """Return what the template of a page reads; each page type registers a function of its own."""
    raise NotImplementedError(f"{type(page).__name__} has no registered view")


@singledispatch
def answer_of(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Return an answer in place of the page, such as a file; None where the page itself is asked for."""
    return None


class PresentedPage(Page):
    """A page whose template reads what ``context_of`` returns for the page type."""

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> Context:
        return super().get_context(request, *args, **kwargs) | context_of(self, request)

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return answer_of(self, request) or super().serve(request, *args, **kwargs)

    def get_admin_display_title(self) -> str:
        """Return the public title of a live page: the new one of its draft is for who opens the draft alone.

        Wagtail shows the draft's title in every list and chooser of the admin, to developers of other regions too.
        """
        return self.title if self.live else super().get_admin_display_title()

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Delete the page and those under it, or nothing. Raises ProtectedError when one has adoption reports.

        The tree counts its children down before the database is asked, so both belong in one transaction.
        """
        with transaction.atomic():
            return super().delete(*args, **kwargs)
