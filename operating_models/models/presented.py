"""Pages whose template reads frozen values, and the registry of the views that make them.

Views stand above the models and import them. Each view registers itself here for its page type (pages/views.py), and
a system check names the page types that have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from operating_models import site_languages
from operating_models.models.presented_form import PresentedPageForm
from operating_models.models.typed import TypedRow

Context = dict[str, object]

RESERVED = frozenset({*site_languages.CODES, "api", "health"})
"""First parts of addresses that no page may take: prefixes of languages, and what machines ask for."""


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


def address_of_the_site(parent: Page | None, slug: str) -> str:
    """Return the address that a page would have below another one if the site itself uses it, "" if pages may."""
    for root in Site.get_site_root_paths():
        if parent is not None and parent.url_path.startswith(root.root_path):
            below = f"{parent.url_path.removeprefix(root.root_path)}{slug}/"
            with site_languages.original():
                address = f"{reverse('wagtail_serve', args=('',))}{below}"
                is_fixed = address.startswith((settings.STATIC_URL, settings.MEDIA_URL))
                if is_fixed or below.partition("/")[0] in RESERVED or not _is_of_pages(address):
                    return address
    return ""


def _is_of_pages(address: str) -> bool:
    """Tell whether the page tree answers an address; one that nothing answers is no address of the site's own."""
    try:
        return resolve(address).url_name == "wagtail_serve"
    except Resolver404:
        return True


class PresentedPage(TypedRow, Page):
    """A page whose template reads what ``context_of`` returns for the page type."""

    base_form_class = PresentedPageForm

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """Lead to the page or to one below it. Raises Http404 for a page whose last moment has passed."""
        if not path_components and not is_public_now(self):
            raise Http404
        return super().route(request, path_components)

    def clean(self) -> None:
        super().clean()
        self._refuse_fixed_address()

    def minimal_clean(self) -> None:
        self.tidy_texts()
        super().minimal_clean()
        self._refuse_fixed_address()

    def _refuse_fixed_address(self) -> None:
        """Refuse an address that something else of the site answers: nobody could ever read the page."""
        if address := address_of_the_site(self.get_parent(), self.slug):
            raise ValidationError({"slug": gettext("The site itself uses the address “%s”.") % address})

    def get_route_paths(self) -> list[str]:
        """Return the paths that leave a redirect when they change: none of a page that has never been public."""
        return super().get_route_paths() if self.live or self.first_published_at else []

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
