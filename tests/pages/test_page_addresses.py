"""A page's address is one at which it can be read, and one that was never public leaves no trace."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.contrib.redirects.models import Redirect

from home.models import HomePage, StandardPage
from operating_models.models import RegionPage
from tests import factories
from tests.desk.editor import form_of_model

pytestmark = pytest.mark.django_db


def first_parts():
    """Yield the first part of each address that the site has beside its pages."""
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        nested = pattern.url_patterns if not route and hasattr(pattern, "url_patterns") else [pattern]
        # Under the prefix of the languages each room has its own addresses.
        rooms = [one for one in nested if str(one.pattern) or not hasattr(one, "url_patterns")]
        rooms += [deep for one in nested if one not in rooms for deep in one.url_patterns]
        for one in rooms:
            part = str(one.pattern).strip("^").split("/")[0]
            if re.fullmatch(r"[\w-]+", part):
                yield part


def make(slug, live=True):
    front = HomePage.objects.get()
    return front.add_child(instance=StandardPage(title="Sivu", slug=slug, live=live))


@pytest.mark.parametrize("live", [True, False])
def test_a_page_gets_no_address_at_which_it_could_not_be_read(live):
    refused = {}
    for slug in sorted({*first_parts(), "static", "media", "sv", "en"}):
        try:
            page = make(slug, live=live)
        except ValidationError as error:
            refused[slug] = list(error.message_dict)
        else:
            page.live = True
            page.save()
            assert "<h1" in Client().get(f"/{slug}/").content.decode(), slug
    taken = {
        "sv",
        "en",
        "vertaa",
        "kirjaudu",
        "kirjaudu-ulos",
        "hallinta",
        "ehdotukset",
        "alueemme",
        "static",
        "media",
    }
    assert refused.keys() >= taken
    assert list(refused.values()) == [["slug"]] * len(refused)


def test_the_editor_says_that_an_address_is_taken():
    page = make("sivu")
    page.save_revision()
    client = Client()
    client.force_login(factories.make_user("administrator"))
    for action in ({}, {"action-publish": "1"}):
        answer = client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            {"title": "Sivu", "slug": "vertaa", "lead": "", "body-count": "0", "comments-TOTAL_FORMS": "0"}
            | {"comments-INITIAL_FORMS": "0", "go_live_at": "", "expire_at": "", "seo_title": ""}
            | {"search_description": ""}
            | action,
        )
        assert "Sivusto itse käyttää osoitetta ”/vertaa/”." in answer.content.decode()
    page.refresh_from_db()
    assert page.slug == "sivu"


@pytest.mark.parametrize(("name", "value"), [("new_slug", "vertaa"), ("new_title", "\u200b")])
def test_a_copy_gets_a_name_and_an_address_that_work(name, value):
    page = make("sivu")
    client = Client()
    client.force_login(factories.make_user("superuser"))
    sent = {"new_title": "Kopio", "new_slug": "kopio", "new_parent_page": page.get_parent().pk} | {name: value}
    answer = client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), sent)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [name]
    assert not StandardPage.objects.filter(title="Kopio").exists()


def test_other_addresses_are_free_and_the_same_word_below_a_page_too():
    make("vertaaminen")
    page = factories.make_model(slug="vertaa")
    assert Client().get(page.get_url()).status_code == 200


def rename(page, slug, **changes):
    client = Client()
    client.force_login(factories.make_user("curator"))
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of_model(page, slug=slug, **changes))


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_a_draft_that_was_never_public_leaves_no_redirect_when_it_is_renamed(action, committed):
    page = factories.make_model(live=False, slug="salainen")
    old = page.get_url()
    with committed():
        rename(page, "julkinen", **action)
    page.refresh_from_db()
    assert page.slug == "julkinen"
    assert not Redirect.objects.exists()
    assert Client().get(old).status_code == 404


def test_a_draft_that_was_never_public_leaves_no_redirect_when_it_is_moved(committed):
    page = factories.make_model(live=False)
    old = page.get_url()
    with committed():
        page.move(factories.region_page("16"), pos="last-child")
    assert not Redirect.objects.exists()
    assert Client().get(old).status_code == 404


def test_a_published_page_leads_on_from_its_old_address(committed):
    page = factories.make_model(slug="vanha")
    old = page.get_url()
    with committed():
        rename(page, "uusi", **{"action-publish": "1"})
    page.refresh_from_db()
    answer = Client().get(old)
    assert (answer.status_code, answer["Location"]) == (301, page.get_url())


def test_pages_below_a_renamed_hidden_one_are_led_to_from_their_old_addresses(committed):
    page = factories.make_model()
    region = RegionPage.objects.get(pk=page.get_parent().pk)
    RegionPage.objects.filter(pk=region.pk).update(live=False, first_published_at=None)
    old = page.get_url()
    region = RegionPage.objects.get(pk=region.pk)
    region.slug = "uusi-alue"
    with committed():
        region.save()
    page = type(page).objects.get(pk=page.pk)
    assert Client().get(old)["Location"] == page.get_url()
    assert Redirect.objects.count() == 1
