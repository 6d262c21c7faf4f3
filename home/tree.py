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

CONTENT = Path(__file__).parent / "content"


STATISTICS_INTRO = (
    "<p>Luvut kertovat, mitä alueilla on kehitetty, mitä niissä on otettu käyttöön ja mikä on jäänyt käyttöön. Ne "
    "lasketaan alueiden omista ilmoituksista aina, kun sivu avataan.</p>"
)
"""What the statistics page says when it is made; editors change it on the page."""


@dataclass(frozen=True, slots=True)
class StandardText:
    """A standard page that a new site gets: its file, address and place in the settings."""

    file: str
    slug: str
    setting: str


STANDARD_TEXTS = (
    StandardText("about.md", "tietoa-palvelusta", "about_page"),
    StandardText("accessibility.md", "saavutettavuusseloste", "accessibility_page"),
    StandardText("privacy.md", "tietosuojaseloste", "privacy_page"),
)


def set_up() -> OperatingModelIndexPage:
    """Make the pages that are missing, move the site to its address, and return the list of models."""
    home = HomePage.objects.first() or _make_home()
    host, port = _host_and_port()
    # The address stands in the settings alone; full addresses of pages are made from the site's row.
    Site.objects.filter(is_default_site=True).update(hostname=host, port=port)
    index = OperatingModelIndexPage.objects.first() or home.add_child(
        instance=OperatingModelIndexPage(
            title="Toimintamallit",
            slug="toimintamallit",
            lead="Hae hyvinvointialueilla kehitettyjä toimintamalleja sanoilla tai rajaamalla.",
        )
    )
    with_page = set(RegionPage.objects.values_list("region_id", flat=True))
    for region in Region.objects.in_order():
        if region.pk not in with_page:
            index.add_child(instance=RegionPage(title=region.name_fi, slug=_slug(region), region=region))
    if not StatisticsPage.objects.exists():
        home.add_child(instance=StatisticsPage(title="Tilastot", slug="tilastot", intro=STATISTICS_INTRO))
    term_pages.set_up(home)
    _set_up_standard_pages(home)
    return index


def _make_home() -> HomePage:
    """Make the front page in place of the page that a new Wagtail begins with.

    Wagtail's migrations make the root of the tree; a database that was emptied afterwards has none.
    """
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    home = root.add_child(
        instance=HomePage(
            title="Toimintamallit",
            slug="etusivu",
            lead="Löydä toimintamallit, jotka muilla alueilla toimivat, ja ota ne käyttöön omassa työssäsi.",
            example_query="ikääntyneiden neuvonta",
        )
    )
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
        if StandardPage.objects.child_of(home).filter(slug=text.slug).exists():
            continue
        title, lead, body = _read(CONTENT / text.file)
        page = home.add_child(
            instance=StandardPage(title=title, slug=text.slug, lead=lead, body=[("text", to_rich_text(body))])
        )
        setattr(site_settings, text.setting, page)
    site_settings.save()


def _read(path: Path) -> tuple[str, str, str]:
    """Return the title (first heading), the lead (first paragraph) and the body of a text."""
    heading, lead, body = path.read_text(encoding="utf-8").split("\n\n", 2)
    return heading.removeprefix("# ").strip(), " ".join(lead.split()), body


def _slug(region: Region) -> str:
    return slugify(region.short_name_fi)
