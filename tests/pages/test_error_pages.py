"""What a reader meets where something is missing, forbidden or broken: a page in Finnish with a way on."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error
from wagtail.models import PageViewRestriction

from tests import factories
from tests.pages.reading import read, text_of


@pytest.mark.django_db
def test_missing_page_offers_a_search_and_the_front_page():
    soup = read("/ei-ole-tallaista/", answer=404)
    assert text_of(soup.h1) == "Sivua ei löytynyt"
    assert soup.select_one("form[role=search]")["action"] == "/toimintamallit/"
    assert soup.main.select_one("p a")["href"] == "/"


@pytest.mark.django_db
def test_forbidden_page_says_so_and_leads_to_the_front_page():
    request = RequestFactory().get("/")
    response = permission_denied(request, PermissionDenied())
    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 403
    assert text_of(soup.h1) == "Sinulla ei ole oikeutta tähän sivuun"
    assert soup.main.select_one("a")["href"] == "/"


@pytest.mark.django_db
def test_form_that_was_open_too_long_is_answered_in_finnish():
    response = Client(enforce_csrf_checks=True).post("/hallinta/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.html["lang"] == "fi"
    assert text_of(soup.h1) == "Sinulla ei ole oikeutta tähän sivuun"


@pytest.mark.django_db
def test_restricted_page_shows_nothing_before_its_reader_has_logged_in(client):
    page = factories.make_model(title="Rajattu malli")
    url = page.get_url()
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    response = client.get(url, follow=True)
    assert response.redirect_chain[0][1] == 302
    assert response.redirect_chain[0][0].startswith("/kirjaudu/")
    assert "Rajattu malli" not in response.content.decode()
    client.force_login(factories.make_user("reporter"))
    assert text_of(read(url, client=client).h1) == "Rajattu malli"


def test_broken_page_is_drawn_without_the_database():
    """Without the mark of a test with a database, every query would fail."""
    response = server_error(RequestFactory().get("/"))
    soup = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 500
    assert text_of(soup.h1) == "Jokin meni vikaan"
    assert soup.select_one("main a")["href"] == "/"


@pytest.mark.django_db
def test_address_that_cannot_be_read_is_answered_in_finnish():
    many = "&".join(f"a{number}=1" for number in range(1100))
    soup = read(f"/toimintamallit/?{many}", answer=400)
    assert text_of(soup.h1) == "Osoitetta ei voi lukea"
    assert soup.main.select_one("a")["href"] == "/"
