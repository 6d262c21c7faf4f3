"""Pages whose template reads frozen values, and the registry of the views that make them.

Views stand above the models and import them. Each view registers itself here for its page type (pages/views.py), and
a system check names the page types that have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import Page
from wagtail.url_routing import RouteResult

Context = dict[str, object]


@singledispatch
def context_of(page: Page, request: HttpRequest) -> Context:
    """Return what the template of a page reads; each page type registers a function of its own."""
    raise NotImplementedError(f"{type(page).__name__} has no registered view")


@singledispatch
def answer_of(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Return an answer in place of the page, such as a file; None where the page itself is asked for."""
    return None


def public_now() -> Q:
    """Return the condition of a page that is live and whose last moment has not passed.

    Expired pages are taken down once a minute (desk/scheduling.py); readers must not see that minute. View
    restrictions are not in it: they depend on the reader.
    """
    return Q(live=True) & (Q(expire_at=None) | Q(expire_at__gt=timezone.now()))


def is_public_now(page: Page) -> bool:
    """Tell the same of a page at hand."""
    return page.live and (page.expire_at is None or page.expire_at > timezone.now())


class PresentedPage(Page):
    """A page whose template reads what ``context_of`` returns for the page type."""

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """Lead to the page or to one below it. Raises Http404 for a page whose last moment has passed."""
        if not path_components and not is_public_now(self):
            raise Http404
        return super().route(request, path_components)

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
