"""The page tree that every site begins with: front page, list of models, regions, topics, programmes, texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify
from wagtail.models import Page, Site

from home.models import HomePage, SiteSettings, StandardPage
from operating_models.markdown import to_rich_text
from operating_models.models import OperatingModelIndexPage, Region, RegionPage, StatisticsPage
from operating_models.seed import term_pages
from operating_models.seed.page_texts import add_texts
from operating_models.seed.term_pages import first_texts, translations
from operating_models.site_languages import ORIGINAL, PREFIXED

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class StandardText:
    """A standard page that a new site gets: the name of its files, its address and its place in the settings."""

    name: str
    slug: str
    setting: str

    def fields(self, language: str) -> dict[str, object]:
        """Return the page's fields in a language: title (first heading), lead (first paragraph) and body."""
        text = (CONTENT / f"{self.name}.{language}.md").read_text(encoding="utf-8")
        heading, lead, body = text.split("\n\n", 2)
        title = heading.removeprefix("# ").strip()
        return {"title": title, "lead": " ".join(lead.split()), "body": [("text", to_rich_text(body))]}


STANDARD_TEXTS = (
    StandardText("about", "tietoa-palvelusta", "about_page"),
    StandardText("accessibility", "saavutettavuusseloste", "accessibility_page"),
    StandardText("privacy", "tietosuojaseloste", "privacy_page"),
)


def set_up() -> OperatingModelIndexPage:
    """Make the pages that are missing, move the site to its address, and return the list of models."""
    home = HomePage.objects.first() or _make_home()
    host, port = _host_and_port()
    # The address stands in the settings alone; full addresses of pages are made from the site's row.
    Site.objects.filter(is_default_site=True).update(hostname=host, port=port)
    told = first_texts()
    index = OperatingModelIndexPage.objects.first() or home.add_child(
        instance=OperatingModelIndexPage(slug="toimintamallit", **told["index"][ORIGINAL])
    )
    with_page = set(RegionPage.objects.values_list("region_id", flat=True))
    for region in Region.objects.in_order():
        if region.pk not in with_page:
            index.add_child(instance=RegionPage(title=region.name_fi, slug=_slug(region), region=region))
    if not StatisticsPage.objects.exists():
        home.add_child(instance=StatisticsPage(slug="tilastot", **told["statistics"][ORIGINAL]))
    pages = [("front", home), ("index", index), *(("statistics", page) for page in StatisticsPage.objects.all())]
    add_texts((page, translations(told[name])) for name, page in pages)
    term_pages.set_up(home)
    _set_up_standard_pages(home)
    return index


def _make_home() -> HomePage:
    """Make the front page in place of the page that a new Wagtail begins with.

    Wagtail's migrations make the root of the tree; a database that was emptied afterwards has none.
    """
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    home = root.add_child(instance=HomePage(slug="etusivu", **first_texts()["front"][ORIGINAL]))
    former = [site.root_page_id for site in Site.objects.all()]
    host, port = _host_and_port()
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": home, "hostname": host, "port": port, "site_name": "Toimintamallit"},
    )
    for page in Page.objects.filter(pk__in=former, depth=2, content_type__model="page"):
        page.delete()
    return home


def _host_and_port() -> tuple[str, int]:
    scheme, _separator, rest = settings.SITE_URL.partition("://")
    host, _colon, port = rest.partition(":")
    return host, int(port or (443 if scheme == "https" else 80))


def _set_up_standard_pages(home: HomePage) -> None:
    site_settings = SiteSettings.load()
    for text in STANDARD_TEXTS:
        page = StandardPage.objects.child_of(home).filter(slug=text.slug).first()
        if page is None:
            page = home.add_child(instance=StandardPage(slug=text.slug, **text.fields(ORIGINAL)))
            setattr(site_settings, text.setting, page)
        add_texts([(page, {language: text.fields(language) for language in PREFIXED})])
    site_settings.save()


def _slug(region: Region) -> str:
    return slugify(region.short_name_fi)
