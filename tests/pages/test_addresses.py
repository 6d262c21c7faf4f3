"""An address made of a column of the page is the one that Wagtail gives to the page."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from wagtail.models import Page, Site

from operating_models.components.breadcrumbs import address_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def model():
    return factories.make_model(title="Kotikäynti")


def both(page, host="localhost"):
    request = RequestFactory(headers={"host": host}).get("/")
    return address_of(page.url_path, request), page.get_url(request) or ""


def test_of_the_only_site_it_is_a_path(model):
    ours, wagtails = both(model)
    assert ours == wagtails == f"/{model.url_path.split('/', 2)[2]}"


def test_outside_all_sites_there_is_none():
    assert both(Page.get_first_root_node()) == ("", "")


def test_letters_of_finnish_are_written_as_an_address(model):
    model.slug, model.url_path = "kotikäynti", model.url_path.replace("kotikaynti", "kotikäynti")
    ours, wagtails = both(model)
    assert ours == wagtails
    assert ours.endswith("/kotik%C3%A4ynti/")


@pytest.mark.parametrize("host", ["localhost", "alue.example", "muu.example"])
def test_of_several_sites_it_tells_the_host_of_another(model, host):
    Site.objects.create(hostname="alue.example", root_page=model.get_parent(), site_name="Alue")
    for page in (model, model.get_parent(), Site.objects.get(is_default_site=True).root_page):
        ours, wagtails = both(page, host)
        assert ours == wagtails
