"""The service in three languages: addresses, links, choice, what search engines are told, and missing texts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text
from wagtail.users.models import UserProfile

from home.models import HomePage, StandardPage
from operating_models.models import PageText, Region, ThemePage
from operating_models.site_languages import CODES, in_language, language_of, without_prefix
from tests import factories
from tests.desk.editor import form_of_model
from tests.desk.test_term_pages import form_of
from tests.pages.reading import SEARCH, hits, read, search, text_of, texts_of

pytestmark = pytest.mark.django_db

UNPREFIXED = ("/hallinta/", "/dokumentit/", "/static/", "/media/", "/robots.txt", "/sitemap.xml")


def links(soup):
    """Return the paths of links and forms of a page on this site, but for the choice of languages."""
    for element in soup.select("a[href], form[action]"):
        address = urlsplit(element.get("href") or element.get("action"))
        is_choice = element.find_parent(class_="languages") or element.find_parent(class_="offered-language")
        is_page = address.path.startswith("/") and not address.path.startswith(UNPREFIXED)
        if not address.netloc and is_page and not is_choice and not element.get("hreflang"):
            yield address.path


class TestAddresses:
    @pytest.mark.parametrize(
        ("path", "language", "plain"),
        [
            ("/", "fi", "/"),
            ("/sv/", "sv", "/"),
            ("/en/toimintamallit/", "en", "/toimintamallit/"),
            ("/svala/", "fi", "/svala/"),
            ("/sv", "fi", "/sv"),
            ("/fi/", "fi", "/fi/"),
            ("/de/", "fi", "/de/"),
        ],
    )
    def test_a_prefix_is_a_language_and_nothing_else(self, path, language, plain):
        assert (language_of(path), without_prefix(path)) == (language, plain)

    @pytest.mark.parametrize("language", CODES)
    def test_every_address_has_one_in_each_language_and_leads_back(self, language):
        there = in_language("/toimintamallit/kainuu/", language)
        assert language_of(there) == language
        assert {in_language(there, other) for other in CODES} == {
            "/toimintamallit/kainuu/",
            "/sv/toimintamallit/kainuu/",
            "/en/toimintamallit/kainuu/",
        }

    @pytest.mark.parametrize("prefix", ["", "/sv", "/en"])
    @pytest.mark.parametrize("path", ["/", SEARCH, "/tilastot/", "/teemat/", "/ohjelmat/", "/kirjaudu/", "/ei-ole/"])
    def test_every_link_of_a_page_keeps_the_language(self, prefix, path):
        response = Client().get(prefix + path)
        soup = read(prefix + path, answer=response.status_code)
        assert soup.html["lang"] == response["Content-Language"] == language_of(f"{prefix}/")
        found = list(links(soup))
        assert found
        assert [link for link in found if language_of(link) != soup.html["lang"]] == []

    def test_no_cookie_and_no_browser_leads_elsewhere(self):
        client = Client(headers={"accept-language": "sv,en;q=0.8"})
        client.cookies["django_language"] = "sv"
        response = client.get("/")
        assert (response.status_code, response["Content-Language"]) == (200, "fi")
        assert "Accept-Language" in response["Vary"]

    @pytest.mark.parametrize("slug", ["sv", "en", "fi", "api", "health"])
    def test_a_page_cannot_take_the_address_of_a_language_or_of_machines(self, slug):
        page = StandardPage(title="Sivu", slug=slug)
        with pytest.raises(ValidationError) as refused:
            HomePage.objects.get().add_child(instance=page)
        assert f"/{slug}/" in str(refused.value)

    @pytest.mark.parametrize("slug", ["sv", "svenska"])
    def test_deeper_addresses_are_free(self, slug):
        page = factories.make_model(slug=slug)
        assert text_of(read(page.get_url()).h1) == page.title


class TestChoice:
    def test_it_leads_to_the_same_page_and_the_same_search(self):
        soup = read(f"/sv{SEARCH}", q="koti", sort="title")
        assert [(link["lang"], link["href"]) for link in soup.select(".languages a")] == [
            ("fi", f"{SEARCH}?q=koti&sort=title"),
            ("sv", f"/sv{SEARCH}?q=koti&sort=title"),
            ("en", f"/en{SEARCH}?q=koti&sort=title"),
        ]
        assert texts_of(soup, ".languages a") == ["Suomi", "Svenska", "English"]
        assert [link["lang"] for link in soup.select(".languages [aria-current]")] == ["sv"]

    @pytest.mark.parametrize(
        ("preferred", "path", "offered"),
        [
            ("sv-FI,sv;q=0.9,fi;q=0.8", "/", ("sv", "/sv/")),
            ("en-GB", "/sv/", ("en", "/en/")),
            ("fi", "/en/tilastot/", ("fi", "/tilastot/")),
            ("de,en;q=0.5", "/", ("en", "/en/")),
            ("fi,sv;q=0.5", "/", None),
            ("de", "/", None),
            ("", "/", None),
            ("x" * 5000, "/", None),
        ],
    )
    def test_a_browser_that_prefers_another_language_is_offered_it_in_one_line(self, preferred, path, offered):
        soup = read(path, client=Client(headers={"accept-language": preferred}))
        found = [(link["lang"], link["href"]) for link in soup.select(".offered-language a")]
        assert found == ([offered] if offered else [])


class TestSearchEngines:
    @pytest.mark.parametrize("path", ["/", SEARCH, "/tilastot/", "/teemat/"])
    @pytest.mark.parametrize("prefix", ["", "/sv", "/en"])
    def test_a_page_names_itself_and_its_other_languages(self, prefix, path):
        soup = read(prefix + path)
        site = HomePage.objects.get().get_full_url().rstrip("/")
        assert soup.select_one("link[rel=canonical]")["href"] == f"{site}{prefix}{path}"
        assert {link["hreflang"]: link["href"] for link in soup.select("link[rel=alternate]")} == {
            "fi": site + path,
            "sv": f"{site}/sv{path}",
            "en": f"{site}/en{path}",
            "x-default": site + path,
        }


class TestRedirects:
    @pytest.mark.parametrize("prefix", ["", "/sv", "/en"])
    def test_a_redirect_works_under_each_prefix(self, prefix):
        page = factories.make_model()
        Redirect.add_redirect("/vanha", redirect_to=page)
        Redirect.add_redirect("/muu", redirect_to="/tilastot/?p=1")
        Redirect.add_redirect("/pois", redirect_to="https://example.fi/")
        with translation.override("fi"):
            address = page.get_url()
        assert Client().get(f"{prefix}/vanha/").url == prefix + address
        assert Client().get(f"{prefix}/muu/").url == f"{prefix}/tilastot/?p=1"
        assert Client().get(f"{prefix}/pois/").url == "https://example.fi/"

    def test_a_page_renamed_by_somebody_who_works_in_swedish_leaves_a_redirect_without_a_prefix(self, committed):
        page = factories.make_model(title="Vanha nimi")
        old = page.get_url()
        user = factories.make_user("curator")
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "sv"})
        client = Client()
        client.force_login(user)
        sent = form_of_model(page, slug="uusi-nimi") | {"action-publish": "1"}
        with committed():
            client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)
        assert [one.old_path for one in Redirect.objects.filter(redirect_page=page)] == [old.rstrip("/")]
        assert read(Client().get(f"/en{old}").url).h1 is not None


class TestNames:
    def test_a_region_is_called_as_its_readers_call_it(self):
        path = Region.objects.get(code="20").page.get_url()
        assert text_of(read(path).h1) == "Kainuun hyvinvointialue"
        assert text_of(read(f"/sv{path}").h1) == "Kajanalands välfärdsområde"
        assert text_of(read(f"/en{path}").h1) == "Kainuu wellbeing services county"
        assert texts_of(read(f"/sv{path}"), ".breadcrumbs li")[-1] == "Kajanalands välfärdsområde"

    def test_terms_are_called_by_their_labels(self):
        theme = ThemePage.objects.get(theme__code="access")
        with translation.override("fi"):
            path = theme.get_url()
        assert text_of(read(f"/sv{path}").h1) == theme.theme.name_sv
        assert text_of(read(f"/en{path}").h1) == theme.theme.name_en

    @pytest.mark.parametrize(
        ("language", "inside"),
        [("fi", "Kainuussa"), ("sv", "i Kajanaland"), ("en", "in Kainuu"), ("de", "alueella Kainuu")],
    )
    def test_a_place_inside_a_sentence(self, language, inside):
        region = Region.objects.get(code="20")
        with translation.override(language):
            if language != "de":
                assert region.inside == inside

    def test_dates_are_written_as_each_language_writes_them(self):
        page = factories.make_model()
        Page.objects.filter(pk=page.pk).update(last_published_at="2026-03-05T10:00:00+02:00")
        path = page.get_url()
        assert text_of(read(path).select_one(".meta time")) == "5.3.2026"
        assert text_of(read(f"/sv{path}").select_one(".meta time")) == "5.3.2026"
        assert text_of(read(f"/en{path}").select_one(".meta time")) == "5 March 2026"


class TestTextsOfModels:
    @pytest.fixture
    def partly(self, committed):
        """A Finnish model with a title, a lead and one text in Swedish."""
        swedish = {"language": "sv", "title": "Hembesök", "lead": "Till hemmet.", "idea": "<p>Vårdaren kommer.</p>"}
        with committed():
            return factories.make_model(
                title="Kotikäynti",
                idea="<p>Hoitaja tulee kotiin.</p>",
                context="<p>Pitkät välimatkat.</p>",
                texts=[swedish],
            )

    def test_a_reader_gets_the_own_language_where_the_model_has_it(self, partly):
        soup = read(f"/sv{partly.get_url()}")
        assert (text_of(soup.h1), soup.h1["lang"]) == ("Hembesök", "sv")
        assert text_of(soup.select_one(".model-head .lead")) == "Till hemmet."
        assert text_of(soup.select_one("#idea .prose")) == "Vårdaren kommer."

    def test_what_is_missing_is_shown_in_the_original_with_its_language_and_a_line(self, partly):
        soup = read(f"/sv{partly.get_url()}")
        context = soup.select_one("#context .prose")
        assert (text_of(context), context["lang"]) == ("Pitkät välimatkat.", "fi")
        assert text_of(soup.select_one("#missing-texts")) != ""
        english = read(f"/en{partly.get_url()}")
        assert (text_of(english.h1), english.h1["lang"]) == ("Kotikäynti", "fi")
        assert text_of(english.select_one("#missing-texts")) == (
            "This model has not been described in English. Its texts are in Finnish."
        )

    def test_a_page_that_is_wholly_in_the_readers_language_says_nothing_of_it(self, partly):
        assert read(partly.get_url()).select_one("#missing-texts") is None

    def test_search_engines_are_told_where_each_text_is_at_home(self, partly):
        url = partly.get_full_url()
        site, path = url[: -len(partly.get_url())], partly.get_url()
        for address, canonical in ((path, url), (f"/sv{path}", f"{site}/sv{path}"), (f"/en{path}", url)):
            soup = read(address)
            assert soup.select_one("link[rel=canonical]")["href"] == canonical
            alternates = {link["hreflang"]: link["href"] for link in soup.select("link[rel=alternate]")}
            assert alternates == {"fi": url, "sv": f"{site}/sv{path}", "x-default": url}

    def test_a_text_in_a_sami_language_is_read_among_finnish_words(self):
        page = factories.make_model(title="Malli", texts=[{"language": "se", "title": "Málle", "lead": "Sámegillii."}])
        link = next(a for a in read(f"/en{page.get_url()}").select(".actions a") if text_of(a) == "Davvisámegillii")
        soup = read(link["href"])
        assert (soup.html["lang"], text_of(soup.h1), soup.h1["lang"]) == ("fi", "Málle", "se")

    def test_cards_and_hits_are_in_the_readers_language(self, partly):
        assert hits(search("kotikäynti")) == ["Kotikäynti"]
        soup = read(f"/sv{SEARCH}", q="hembesök")
        assert hits(soup) == ["Hembesök"]
        assert soup.select_one(".card__text").get_text() == "Till hemmet."
        assert soup.select_one(".hits a")["href"] == f"/sv{partly.get_url()}"

    def test_a_hit_by_words_of_another_language_says_which(self, partly):
        soup = read(f"/en{SEARCH}", q="hembesök")
        assert hits(soup) == ["Kotikäynti"]
        told = read(f"/sv{SEARCH}", q="välimatkat")
        assert hits(told) == ["Hembesök"]
        assert text_of(told.select_one(".card__text")) == "Till hemmet."
        assert len(told.select(".card__why")) == 1

    def test_the_facet_of_languages_counts_the_models_that_have_texts_in_them(self, partly, committed):
        with committed():
            factories.make_model("08", "Toinen")
        soup = search()
        rows = soup.select("#facet-language label")
        assert {row.input["value"]: text_of(row.small) for row in rows if text_of(row.small) != "0"} == {
            "fi": "2",
            "sv": "1",
        }
        assert hits(search(language="sv")) == ["Kotikäynti"]


class TestTextsOfPages:
    def test_a_page_is_read_in_the_language_that_it_has(self):
        page = StandardPage.objects.get(slug="tietoa-palvelusta")
        text = PageText.objects.get(page=page, language="sv")
        soup = read("/sv/tietoa-palvelusta/")
        assert (text_of(soup.h1), soup.h1["lang"]) == (text.title, "sv")
        assert soup.select("p.note") == []

    def test_what_is_not_written_in_a_language_is_shown_in_finnish_with_a_line(self):
        page = StandardPage.objects.get(slug="tietoa-palvelusta")
        PageText.objects.filter(page=page).delete()
        soup = read("/en/tietoa-palvelusta/")
        assert (text_of(soup.h1), soup.h1["lang"]) == (page.title, "fi")
        assert soup.select_one(".prose")["lang"] == "fi"
        assert texts_of(soup, "p.note") == ["This text has not been written in English. It is in Finnish."]

    def test_an_introduction_in_which_nothing_is_written_is_none(self):
        page = ThemePage.objects.get(theme__code="access")
        PageText.objects.filter(page=page, language="sv").update(intro='<p data-block-key="a"></p>')
        soup = read(f"/sv{page.get_url()}")
        intro = soup.select_one(".model-head .prose")
        assert (intro["lang"], text_of(intro)) != ("sv", "")
        assert intro["lang"] == "fi"
        assert len(soup.select("p.note")) == 1

    def test_a_page_takes_one_text_for_each_language(self):
        page = ThemePage.objects.get(theme__code="access")
        client = Client()
        client.force_login(factories.make_user("curator"))
        texts = [{"language": "sv", "title": title, "intro": rich_text("")} for title in ("Ett", "Två")]
        sent = form_of(page) | nested_form_data({"page_texts": inline_formset(texts)}) | {"action-publish": "1"}
        response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)
        assert "Sivulla on jo teksti tällä kielellä." in response.content.decode()
        assert set(PageText.objects.filter(page=page).values_list("title", flat=True)).isdisjoint({"Ett", "Två"})

    def test_a_draft_of_another_language_is_shown_to_nobody_before_it_is_published(self):
        page = HomePage.objects.get()
        text = page.page_texts.get(language="sv")
        page.page_texts.get(language="sv").title = "Utkast"
        text.title = "Utkast"
        page.page_texts.add(text)
        page.save_revision()
        assert text_of(read("/sv/").h1) != "Utkast"
        page.get_latest_revision().publish()
        assert text_of(read("/sv/").h1) == "Utkast"
