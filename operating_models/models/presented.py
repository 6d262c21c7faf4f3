"""Pages whose template reads frozen values, and the registry of the views that make them.

Views stand above the models and import them. Each view registers itself here for its page type (pages/views.py), and
a system check names the page types that have none.
"""

from __future__ import annotations

from functools import singledispatch

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

from operating_models.models.forms import PresentedPageForm

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

    base_form_class = PresentedPageForm

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> Context:
        return super().get_context(request, *args, **kwargs) | context_of(self, request)

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return answer_of(self, request) or super().serve(request, *args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        """Delete the page and those under it, or nothing. Raises ProtectedError when one has adoption reports.

        The tree counts its children down before the database is asked, so both belong in one transaction.
        """
        with transaction.atomic():
            return super().delete(*args, **kwargs)
