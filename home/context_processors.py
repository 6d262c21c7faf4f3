"""What every public page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.models import Site

from home.models import HomePage, SiteSettings, StandardPage
from operating_models.models import OperatingModelIndexPage


@dataclass(frozen=True, slots=True)
class Navigation:
    """Addresses of header and footer; one that is "" has no page, and no link is drawn."""

    home_url: str
    search_url: str
    regions_url: str
    themes_url: str
    about_url: str
    accessibility_url: str
    privacy_url: str
    contact_email: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What the service calls itself."""

    service_name: str
    contact_email: str
    demo_notice: bool


def site(request: HttpRequest) -> dict[str, object]:
    """Give templates ``site_settings`` and ``navigation``; nothing in the admin."""
    if request.path.startswith(ADMIN_PATH):
        return {}
    settings = SiteSettings.load(request_or_site=request)
    home_site = Site.find_for_request(request)
    home = home_site.root_page if home_site else HomePage.objects.first()
    home_url = (home.get_url(request) if home else None) or "/"
    index = OperatingModelIndexPage.objects.live().first()
    return {
        "site_settings": Identity(settings.service_name, settings.contact_email, settings.shows_demo_notice),
        "navigation": Navigation(
            home_url=home_url,
            search_url=(index.get_url(request) or "") if index else "",
            regions_url=f"{home_url}#alueet",
            themes_url=f"{home_url}#teemat",
            about_url=_address(settings.about_page, request),
            accessibility_url=_address(settings.accessibility_page, request),
            privacy_url=_address(settings.privacy_page, request),
            contact_email=settings.contact_email,
        ),
    }


ADMIN_PATH = "/hallinta/"


def _address(page: StandardPage | None, request: HttpRequest) -> str:
    return (page.get_url(request) or "") if page and page.live else ""
