"""Every page of the demo is there, in Finnish, says that it is demonstration material, and runs nothing inline."""

from __future__ import annotations

import gettext
import re
from functools import cache

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from wagtail.models import Page

from home.models import HomePage, SiteSettings, StandardPage
from operating_models.models import OperatingModelPage, ProgrammeIndexPage, RegionPage, ThemeIndexPage
from operating_models.seed.term_pages import KINDS
from tests import depth
from tests.pages.reading import SEARCH, read, search, text_of, texts_of, visible_strings

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]

NOTICE = "Esittelyaineisto, ei alueen hyväksymä kuvaus."


def english_strings():
    """Return the sources of our Finnish catalogue that are not Finnish themselves, as patterns."""
    with (settings.LOCALE_PATHS[0] / "fi/LC_MESSAGES/django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    for key, finnish in catalogue.items():
        source = (key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]
        letters = re.sub(r"%\(\w+\)[sd]", "", source)
        if source and source != finnish and re.search("[a-z]{2}", letters):
            pattern = re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(source))
            yield re.sub(r"%\\\(\w+\\\)d", r"\\d+", pattern)


@pytest.fixture(scope="module")
def english():
    """Return a function that says whether a string is an English source of the interface."""
    pattern = re.compile("|".join(f"(?:{pattern})" for pattern in english_strings()), re.IGNORECASE)
    # The same strings stand on page after page.
    is_english = cache(lambda string: pattern.fullmatch(string) is not None)
    assert [is_english(string) for string in ("Region of origin", "Syntyalue")] == [True, False]
    return is_english


def addresses():
    """Return the addresses of all live pages under the front page."""
    front = HomePage.objects.get()
    return [page.get_url() for page in Page.objects.descendant_of(front, inclusive=True).live()]


def test_every_page_of_the_demo_is_there(english):
    urls = addresses()
    themes, programmes = 1 + 14 + 13, 1 + 2 + 1
    assert len(urls) == 1 + 1 + 25 + 42 + themes + programmes + 1 + 3
    for url in depth.some(urls, 25):
        soup = read(url)
        assert len(soup.find_all("h1")) == 1, url
        assert text_of(soup.h1), url
        assert text_of(soup.h1) in text_of(soup.title) or url == "/", url
        assert text_of(soup.title).endswith("Toimintamallit"), url
        assert soup.html["lang"] == "fi", url
        assert text_of(soup.select_one(".demo-notice")) == NOTICE, url
        for element in soup.select("body [lang=en]"):
            # What is marked as English is meant to be.
            element.decompose()
        assert set(filter(english, visible_strings(soup))) == set(), url


def test_every_model_stands_in_the_search_and_in_its_regions_page():
    titles = sorted(OperatingModelPage.objects.values_list("title", flat=True))
    listed = [title for page in (1, 2, 3) for title in texts_of(search(p=page), ".hits .card__title")]
    assert sorted(listed) == titles
    for region_page in RegionPage.objects.all():
        # One more where another region has developed with it; none has more than its page shows.
        expected = OperatingModelPage.objects.child_of(region_page).values_list("title", flat=True)
        shown = texts_of(read(region_page.get_url()), "section[aria-labelledby=models-title] .card__title")
        assert set(expected) <= set(shown), region_page.title
        assert len(shown) - len(expected) == (region_page.region.code == "14"), region_page.title


def test_every_link_and_file_of_a_page_leads_somewhere(client):
    """Every address of this site that a page of each kind names is answered, and every place in a page is there."""
    pages = ["/", SEARCH, f"{SEARCH}?q=neuvola&theme=access", *(page.get_url() for page in some_of_each_kind())]
    # A quick run follows some of the links.
    found = set()
    for url in pages:
        soup = read(url)
        ids = {element["id"] for element in soup.find_all(id=True)}
        for link in soup.select("a[href]"):
            href = link["href"]
            if href.startswith("#"):
                assert href[1:] in ids, (url, href)
            elif href.startswith("/"):
                found.add(href.partition("#")[0])
            elif href.startswith("?"):
                found.add(url.partition("?")[0] + href)
    # What asks for a login leads to it.
    assert len(found) > 200
    followed = depth.some(sorted(href for href in found if not href.startswith("/static/")), 50)
    answers = {href: client.get(href, follow=True).status_code for href in followed}
    assert {href: status for href, status in answers.items() if status != 200} == {}


def some_of_each_kind():
    model = OperatingModelPage.objects.get(title="Seniorin hyvinvointineuvola")
    swedish = OperatingModelPage.objects.filter(texts__language="sv").first()
    terms = [kind.objects.last() for kind in (ThemeIndexPage, ProgrammeIndexPage, *KINDS)]
    return [model, swedish, model.get_parent(), *StandardPage.objects.all(), *terms]


@pytest.mark.parametrize(
    "url", ["/", SEARCH, f"{SEARCH}?q=neuvola", f"{SEARCH}?q=xyzzy", "/ei-ole/", "model", "region"]
)
def test_no_page_runs_or_styles_anything_inline(client, url):
    named = {"model": some_of_each_kind()[0], "region": some_of_each_kind()[2]}
    response = client.get(named[url].get_url() if url in named else url)
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not {"script-src", "style-src"} & policy.keys()
    soup = BeautifulSoup(response.content, "html.parser")
    assert [script for script in soup.find_all("script") if script.get_text(strip=True) or not script.get("src")] == []
    assert soup.find_all("style") == []
    attributes = {name for element in soup.find_all(True) for name in element.attrs}
    assert {name for name in attributes if name == "style" or name.startswith("on")} == set()


def test_front_page_shows_figures_features_and_ways_to_browse():
    soup = read("/")
    figures = texts_of(soup, ".figures a")
    assert figures[:2] == ["toimintamallia 42", "jossakin käytössä olevaa mallia 31"]
    assert texts_of(soup, "section[aria-labelledby=featured] .card__title")[0] == "Seniorin hyvinvointineuvola"
    assert len(soup.select("section[aria-labelledby=featured] .card__reason")) == 6
    assert len(soup.select("#teemat .tile")) == 14
    assert len(soup.select("#alueet .lines li")) == 25
    assert len(soup.select("section[aria-labelledby=newest-title] .card")) == 6


def test_figures_and_tiles_tell_as_many_models_as_their_links_find():
    from_search = {}
    soup = read("/")
    for tile in soup.select(".tile"):
        from_search[tile["href"]] = int(text_of(tile.select_one(".tile__count")).split()[0])
    for figure in soup.select(".figures a")[:2]:
        from_search[figure["href"]] = int(text_of(figure.select_one(".figures__value")))
    assert len(from_search) == 14 + 13 + 2
    for href, number in from_search.items():
        found = read(href).select_one("#results-title, .live-figures__value")
        assert found.get_text().split()[0] == str(number), href


def test_links_of_the_footer_lead_to_the_standard_pages():
    links = {text_of(link): link["href"] for link in read("/").select("footer a")}
    assert set(links) >= {"Tietoa palvelusta", "Saavutettavuusseloste", "Tietosuojaseloste"}
    accessibility = text_of(read(links["Saavutettavuusseloste"]).main)
    assert "306/2019" in accessibility
    assert "@" in accessibility


def test_every_page_names_the_licence_of_the_texts_as_the_settings_do():
    link = read("/toimintamallit/").select_one("footer a[rel=license]")
    assert (text_of(link), link["href"]) == ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.fi")
    SiteSettings.objects.update(licence_name="CC0 1.0", licence_url="")
    assert "Tekstien lisenssi: CC0 1.0" in text_of(read("/").footer)
    SiteSettings.objects.update(licence_name="")
    assert "lisenssi" not in text_of(read("/").footer)


def test_pages_about_the_service_tell_of_forms_and_of_pages_behind_a_login():
    links = {text_of(link): link["href"] for link in read("/").select("footer a")}
    about = text_of(read(links["Tietoa palvelusta"]).main)
    assert "Kerro käyttöönotosta" in about
    assert "alueesi on ottanut mallin käyttöön" not in about
    statement = text_of(read(links["Saavutettavuusseloste"]).main)
    assert "kirjautumista edellyttäviä ylläpitosivuja" in statement
    assert "eivät kuulu tämän selosteen piiriin" not in statement
