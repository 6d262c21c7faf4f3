"""Words of the admin that Wagtail gets wrong: capitals, cases, dates and what belongs to another product."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from search.models import SynonymSet
from tests import factories
from tests.desk import editor
from tests.pages.reading import text_of

pytestmark = pytest.mark.django_db

WRONG = ("Tarkastatettavana", "pätk", "liveksi", "domain.com", "Wagtailiin", "Alueen Sivu", "Lisää Tulos")


def read(client, url, **parameters):
    return text_of(BeautifulSoup(client.get(url, parameters).content, "html.parser"))


def test_no_page_of_the_desk_says_what_is_known_as_wrong(developer, superuser):
    page = factories.make_model(live=False)
    developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
    urls = (
        reverse("wagtailadmin_home"),
        editor.url("edit", page),
        editor.url("edit", page.get_parent()),
        editor.url("history", page),
        reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
        reverse("wagtailadmin_reports:page_types_usage"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_workflows:index"),
    )
    for client in (developer, superuser):
        for url in urls:
            html = client.get(url).content.decode()
            assert [word for word in WRONG if word in html] == [], url


def test_the_login_names_the_desk():
    assert "Kirjaudu hallintaan" in Client().get(reverse("wagtailadmin_login")).content.decode()


def test_types_of_pages_are_written_as_sentences(superuser):
    told = read(superuser, reverse("wagtailadmin_reports:page_types_usage"))
    assert "Alueen sivu" in told


def test_a_chosen_filter_of_yes_or_no_is_shown_in_words(curator):
    url = reverse(SynonymSet.snippet_viewset.get_url_name("list"))
    for value, shown in (("true", "kyllä"), ("false", "ei")):
        soup = BeautifulSoup(curator.get(url, {"in_use": value}).content, "html.parser")
        pills = [text_of(pill) for pill in soup.select(".w-pill, .w-active-filters li, .w-active-filters__item")]
        assert any(shown in pill for pill in pills), pills
        assert not any("True" in pill or "False" in pill for pill in pills)


def test_a_number_of_rows_stands_beside_their_name(curator):
    page = factories.make_model()
    for number in range(60):
        SynonymSet.objects.create(finnish=[f"sana{number}", f"toinen{number}"], reason="")
    told = read(curator, reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
    assert "1 sivut" not in told
    assert "Sivut: 1" in told or "Sivu: 1" in told


@pytest.mark.parametrize("make", [factories.feature, lambda page: factories.set_review_date(page, "2030-01-31")])
def test_a_fact_is_named_with_its_day_as_it_is_written(make):
    row = make(factories.make_model(title="Seniorineuvola"))
    assert "-" not in str(row).removeprefix("Seniorineuvola")
