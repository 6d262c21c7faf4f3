"""What every public page shows around its content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.context_processors import auth
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from home import languages
from home.models import HomePage, SiteSettings
from operating_models.components.breadcrumbs import address_of
from operating_models.models import OperatingModelIndexPage, ProgrammeIndexPage, StatisticsPage, ThemeIndexPage
from operating_models.models.presented import public_now
from operating_models.reporting import people
from operating_models.reporting.commands import User, name_of

ADMIN_PATH = "/hallinta/"


@dataclass(frozen=True, slots=True)
class Navigation:
    """Addresses of header and footer; one that is "" has no page, and no link is drawn."""

    home_url: str
    search_url: str
    regions_url: str
    themes_url: str
    programmes_url: str
    statistics_url: str
    about_url: str
    accessibility_url: str
    privacy_url: str
    contact_email: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in. ``our_models_url`` is "" for who neither reports for a region nor develops its models."""

    name: str
    our_models_url: str


def site(request: HttpRequest) -> dict[str, object]:
    """Give templates ``site_settings``, ``navigation``, ``account``, the page in all ``languages`` of the site and the
    ``offered_language`` that the browser prefers; nothing in the admin.
    """
    if request.path.startswith(ADMIN_PATH):
        return {}
    settings = SiteSettings.load(request_or_site=request)
    home_site = Site.find_for_request(request)
    home = home_site.root_page if home_site else HomePage.objects.first()
    home_url = (home.get_url(request) if home else None) or reverse("wagtail_serve", args=("",))
    linked = (settings.about_page_id, settings.accessibility_page_id, settings.privacy_page_id)
    addresses, lists = _read_addresses(linked, request)
    choices = languages.choices(request)
    preferred = languages.preferred(request)
    return {
        "languages": choices,
        "offered_language": next((one for one in choices if one.code == preferred and not one.is_current), None),
        "site_settings": settings,
        "navigation": Navigation(
            home_url=home_url,
            search_url=lists.get(OperatingModelIndexPage, ""),
            regions_url=f"{home_url}#alueet",
            themes_url=lists.get(ThemeIndexPage, ""),
            programmes_url=lists.get(ProgrammeIndexPage, ""),
            statistics_url=lists.get(StatisticsPage, ""),
            about_url=addresses.get(settings.about_page_id, ""),
            accessibility_url=addresses.get(settings.accessibility_page_id, ""),
            privacy_url=addresses.get(settings.privacy_page_id, ""),
            contact_email=settings.contact_email,
        ),
        "account": _read_account(auth(request)["user"]),
    }


def _read_account(user: User) -> Account | None:
    """Return who is logged in; a visitor without an account costs no query."""
    if not user.is_authenticated:
        return None
    return Account(name_of(user), reverse("our_models") if people.has_models_of_ours(user) else "")


LISTS = (OperatingModelIndexPage, ThemeIndexPage, ProgrammeIndexPage, StatisticsPage)
"""Page types of which there is one page, to which the header leads."""


def _read_addresses(
    page_ids: Iterable[int | None], request: HttpRequest
) -> tuple[dict[int, str], dict[type[Page], str]]:
    """Return the addresses of the live ones of these pages by key, and those of the lists by type; one query."""
    types = {found.pk: model for model, found in ContentType.objects.get_for_models(*LISTS).items()}
    wanted = Q(pk__in=[page_id for page_id in page_ids if page_id]) | Q(content_type__in=types)
    pages = list(
        Page.objects.filter(public_now(), wanted).order_by("path").values_list("pk", "url_path", "content_type_id")
    )
    addresses = {page_id: address_of(url_path, request) for page_id, url_path, _ in pages}
    return addresses, {types[kind]: addresses[page_id] for page_id, _, kind in pages if kind in types}
