"""What answers say beside their content, and what search engines are told of the site."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from home.models import HomePage, StandardPage
from operating_models.models import RegionPage, StatisticsPage
from tests import factories
from tests.pages.reading import SEARCH, read

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    SEARCH,
    f"{SEARCH}?q=neuvola",
    "/kirjaudu/",
    "/ehdotukset/?q=neu",
    "/vertaa/",
    "/robots.txt",
    "/sitemap.xml",
]


def locations():
    """Return the addresses that the sitemap lists."""
    tree = xml.etree.ElementTree.fromstring(Client().get("/sitemap.xml").content)
    return [element.text for element in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


@pytest.mark.parametrize("url", [*PUBLIC, "/ei-ole/", "/alueemme/"])
def test_what_somebody_with_a_session_sees_is_kept_nowhere(client, url):
    client.force_login(factories.make_user("reporter"))
    kept = client.get(url)["Cache-Control"]
    assert {"private", "no-store"} <= set(kept.split(", "))


def test_restricted_page_and_its_document_are_kept_nowhere(client):
    document = factories.make_document(content=b"Luottamuksellinen")
    page = factories.make_model(attachments=[{"document": document}])
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    client.force_login(factories.make_user("reporter"))
    for url in (page.get_url(), document.url):
        response = client.get(url)
        assert response.status_code == 200
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_public_page_may_be_kept(client):
    assert "no-store" not in client.get("/").get("Cache-Control", "")


def test_document_names_no_encoding_that_it_does_not_have(client):
    document = factories.make_document()
    factories.make_model(attachments=[{"document": document}])
    response = client.get(document.url, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("url", PUBLIC)
def test_whoever_asks_for_the_head_alone_gets_it(client, url):
    assert client.head(url).status_code == client.get(url).status_code == 200


def test_head_of_documents_and_pages_of_models(client):
    document = factories.make_document()
    model = factories.make_model(attachments=[{"document": document}])
    for url in (model.get_url(), document.url, RegionPage.objects.first().get_url(), "/health/live"):
        assert client.head(url).status_code == 200, url


def test_pages_are_compressed_for_those_who_can_read_it_with_another_length_each_time(client):
    plain = client.get(SEARCH)
    packed = [client.get(SEARCH, headers={"Accept-Encoding": "gzip"}) for _ in range(12)]
    assert "Content-Encoding" not in plain.headers
    assert {one["Content-Encoding"] for one in packed} == {"gzip"}
    assert all(len(one.content) < len(plain.content) / 3 for one in packed)
    assert b"</html>" in gzip.decompress(packed[0].content)
    # Random bytes hide how well a guessed word fits a secret of the page (BREACH).
    assert len({len(one.content) for one in packed}) > 1


def test_admin_evaluates_no_text_and_loads_nothing_from_elsewhere(curator_client):
    response = curator_client.get(reverse("wagtailadmin_home"))
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self' 'unsafe-inline'"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["form-action"] == policy["base-uri"] == "'self'"


@pytest.fixture
def curator_client(client):
    client.force_login(factories.make_user("curator"))
    return client


def test_robots_are_told_to_leave_searches_and_the_admin_alone_and_where_the_pages_are(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /*?", "Disallow: /hallinta/", f"Sitemap: {settings.SITE_URL}/sitemap.xml"} <= set(lines)


def test_sitemap_lists_each_page_that_everyone_may_read_and_no_other():
    shown = factories.make_model(title="Julkinen")
    factories.make_model(title="Luonnos", live=False)
    restricted = factories.make_model(title="Rajattu")
    PageViewRestriction.objects.create(page=restricted.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    alias = StandardPage.objects.first().create_alias(update_slug="toinen")
    assert alias.live
    public = Page.objects.descendant_of(HomePage.objects.get(), inclusive=True).live()
    expected = [page.get_full_url() for page in public if page.pk not in (restricted.pk, alias.pk)]
    assert sorted(locations()) == sorted(expected)
    assert shown.get_full_url() in locations()


def test_sitemap_asks_as_much_for_many_pages_as_for_one(django_assert_max_num_queries):
    for number in range(5):
        factories.make_model(title=f"Malli {number}")
    with django_assert_max_num_queries(9):
        assert len(locations()) > 5


def test_icon_stands_where_browsers_look_for_it(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:4] == b"\0\0\1\0"


@pytest.mark.parametrize("kind", [StatisticsPage, RegionPage])
def test_page_without_an_introduction_is_described_all_the_same(kind):
    page = kind.objects.first()
    kind.objects.update(intro="")
    described = read(page.get_url()).select_one("meta[name=description]")["content"]
    assert "terveydenhuollon" in described
    kind.objects.update(intro="<p>Omin <b>sanoin</b></p>")
    assert read(page.get_url()).select_one("meta[name=description]")["content"] == "Omin sanoin"
