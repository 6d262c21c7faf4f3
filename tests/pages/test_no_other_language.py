"""Every kind of page under /sv/ and /en/ holds no text of another language that is not marked as such."""

from __future__ import annotations

import gettext
import re
from functools import cache

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import translation
from wagtail.models import Page

from home.models import HomePage
from operating_models.models import VOCABULARIES, AdoptionReport, OperatingModelPage, Region
from operating_models.site_languages import CODES, ORIGINAL, PREFIXED, in_language
from tests import depth, factories
from tests.pages.reading import visible_strings

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]

FURTHER = (
    *("/kirjaudu/", "/kirjaudu/salasana/", "/ei-ole/", "/vertaa/"),
    *("/toimintamallit/?q=xyzzy", "/toimintamallit/?q=ikääntyneet&region=15", "/toimintamallit/?q=palveluohjas"),
    *("/toimintamallit/?sort=title", "/tilastot/?theme=access", "/tilastot/?day=1900-01-01"),
)


def catalogue_of(language):
    """Return what a language says for each source string; the sources are English."""
    if language == "en":
        return {}
    with (settings.LOCALE_PATHS[0] / language / "LC_MESSAGES/django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def source_of(key):
    return (key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2]


def said_by(language):
    """Return the strings of the interface in a language: its catalogue and the labels of all vocabularies."""
    own = catalogue_of(language)
    strings = {own.get(key, source_of(key)) for key in catalogue_of(ORIGINAL)}
    for vocabulary in (*(one.terms for one in VOCABULARIES), Region):
        for term in vocabulary.objects.all():
            strings |= {term.labels.get(language, ""), *([getattr(term, f"name_{language}")])}
    return {" ".join(string.split()) for string in strings if string}


def pattern_of(string):
    """Return a pattern for what a string looks like with its placeholders filled in; None for one of no letters."""
    if not re.search(r"[a-zåäö]{3}", re.sub(r"%\(\w+\)[sd]", "", string), re.IGNORECASE):
        return None
    return re.sub(r"%\\\(\w+\\\)[sd]|%%", ".+", re.escape(string).replace("%%", "%"))


@pytest.fixture(scope="module")
def is_foreign(django_db_setup, django_db_blocker):
    """Return a function that says whether a string of a page in a language is one of another language."""
    with django_db_blocker.unblock():
        said = {language: said_by(language) for language in CODES}

    def compiled(language):
        others = set().union(*(said[other] for other in CODES if other != language)) - said[language]
        return re.compile("|".join(filter(None, map(pattern_of, sorted(others)))), re.IGNORECASE)

    patterns = {language: compiled(language) for language in PREFIXED}
    own = {language: {string.casefold() for string in said[language]} for language in PREFIXED}

    @cache
    def is_foreign(string, language):
        return string.casefold() not in own[language] and patterns[language].fullmatch(string) is not None

    assert is_foreign("Siirry sisältöön", "sv")
    assert not is_foreign("Hoppa till innehållet", "sv")
    return is_foreign


def unmarked_strings(html):
    """Return the strings of a page that stand in no element of another language."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(attrs={"lang": True}):
        if not element.decomposed and element is not soup.html and element["lang"] != soup.html["lang"]:
            element.decompose()
    return visible_strings(soup)


def addresses():
    with translation.override(ORIGINAL):
        found = [page.get_url() for page in Page.objects.descendant_of(HomePage.objects.get(), inclusive=True).live()]
        model = OperatingModelPage.objects.order_by("pk").first()
        report = AdoptionReport.objects.order_by("pk").first()
    return [*depth.some(found, 12), *FURTHER, f"/ilmoitus/uusi/{model.pk}/", f"/ilmoitus/{report.pk}/"]


@pytest.mark.parametrize("language", PREFIXED)
def test_no_page_for_visitors_has_unmarked_text_of_another_language(language, is_foreign):
    found = {}
    for path in addresses():
        response = Client().get(in_language(path, language), follow=True)
        html = response.content.decode()
        assert BeautifulSoup(html, "html.parser").html["lang"] == language, path
        if foreign := sorted(string for string in unmarked_strings(html) if is_foreign(string, language)):
            found[path] = foreign
    assert found == {}


@pytest.mark.parametrize("language", PREFIXED)
@pytest.mark.parametrize("role", ["reporter", "developer", "curator"])
def test_no_page_for_who_is_logged_in_has_either(language, role, is_foreign):
    client = Client()
    client.force_login(factories.make_user(role, None if role == "curator" else "15"))
    with translation.override(ORIGINAL):
        model = OperatingModelPage.objects.order_by("pk").first()
    for path in ("/alueemme/", f"/ilmoitus/uusi/{model.pk}/", model.get_url()):
        response = client.get(in_language(path, language), follow=True)
        foreign = sorted(
            string for string in unmarked_strings(response.content.decode()) if is_foreign(string, language)
        )
        assert (path, foreign) == (path, [])
