"""What search engines are told: which addresses to leave alone, and which pages there are."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.models import Page

from operating_models.components.languages import TEXT_PARAMETER
from operating_models.models.presented import public_now
from operating_models.site_languages import CODES, in_language

ROBOTS = """User-agent: *
Allow: /*?{text}=
Disallow: /*?
Disallow: /hallinta/
{logins}
Sitemap: {site}{sitemap}
"""
"""An address with a question is a search, of which there are more than pages; a text in another language is a page."""


class PublicPages(Sitemap):
    """The live pages that everyone may read, each once."""

    def items(self) -> QuerySet[Page]:
        root = self.get_wagtail_site().root_page
        pages = root.get_descendants(inclusive=True).filter(public_now()).public()
        return pages.filter(alias_of__isnull=True).order_by("path")


@require_safe
def tell_robots(request: HttpRequest) -> HttpResponse:
    """Answer with robots.txt (RFC 9309)."""
    logins = "\n".join(f"Disallow: {in_language(reverse('login'), code)}" for code in CODES)
    addresses = {"logins": logins, "sitemap": reverse("sitemap"), "site": settings.SITE_URL}
    return HttpResponse(ROBOTS.format(text=TEXT_PARAMETER, **addresses), content_type="text/plain; charset=utf-8")


@require_safe
def list_pages(request: HttpRequest) -> HttpResponse:
    """Answer with sitemap.xml."""
    return sitemap(request, {"pages": PublicPages})
