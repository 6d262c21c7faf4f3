"""A developer sees in every list and chooser the live pages and the drafts of the own region, and no other titles."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from operating_models.models import OperatingModelIndexPage
from tests import factories

pytestmark = pytest.mark.django_db

LISTED = "operating_models.operatingmodelpage"


@pytest.fixture
def pages():
    live = factories.make_model(region="08", title="Julkinen nimi")
    factories.make_draft(live, title="Salainen uusi nimi")
    return {
        "live": live,
        "draft": factories.make_model(region="08", title="Salainen luonnos", live=False),
        "own": factories.make_model(region="15", title="Oma luonnos", live=False),
    }


def doors(pages):
    for region in ("15", "08"):
        under = reverse("wagtailadmin_choose_page_child", args=[factories.region_page(region).pk])
        yield under
        yield f"{under}?page_type={LISTED}"
        yield f"{under}?user_perms=move_to&target_pages[]={pages['own'].pk}"
        yield reverse("wagtailadmin_explore", args=[factories.region_page(region).pk])
    for key in ("draft", "live"):
        yield reverse("wagtailadmin_choose_page_child", args=[pages[key].pk])
        yield f"{reverse('wagtailadmin_choose_page_chosen_multiple')}?id={pages[key].pk}&id={pages['own'].pk}"
        yield reverse("wagtailadmin_api:pages:detail", args=[pages[key].pk])
    yield f"{reverse('wagtailadmin_choose_page_search')}?q=salainen"
    yield f"{reverse('wagtailadmin_choose_page_search')}?q=luonnos&page_type={LISTED}"
    yield f"{reverse('wagtailadmin_pages:search')}?q=salainen"
    yield reverse("wagtailadmin_reports:page_types_usage")
    yield reverse("wagtailadmin_reports:page_types_usage_results")
    yield reverse("wagtailadmin_pages:type_use", args=["operating_models", "operatingmodelpage"])
    yield reverse("wagtailadmin_reports:aging_pages")
    yield reverse("wagtailadmin_reports:locked_pages")
    yield reverse("wagtailadmin_reports:workflow")
    yield reverse("wagtailadmin_reports:site_history")
    yield reverse("wagtailadmin_explore", args=[OperatingModelIndexPage.objects.get().pk])
    yield reverse("wagtailadmin_api:pages:listing")
    yield reverse("wagtailadmin_home")


@pytest.mark.parametrize("further", [(), ("Kehittäjät: Kainuu",)])
def test_no_list_tells_the_titles_of_other_regions_drafts(pages, developer, further):
    developer.user.groups.add(*Group.objects.filter(name__in=further))
    for door in doors(pages):
        answer = developer.get(door, follow=True)
        assert answer.status_code in (200, 403, 404), door
        assert "Salainen" not in answer.content.decode(), door


def test_own_drafts_and_live_pages_can_be_chosen(pages, developer):
    own, other = (
        developer.get(reverse("wagtailadmin_choose_page_child", args=[factories.region_page(region).pk]))
        for region in ("15", "08")
    )
    assert "Oma luonnos" in own.json()["html"]
    assert "Julkinen nimi" in other.json()["html"]
    chosen = developer.get(f"{reverse('wagtailadmin_choose_page_chosen_multiple')}?id={pages['live'].pk}")
    assert chosen.json()["result"][0]["adminTitle"] == "Julkinen nimi"
    found = developer.get(f"{reverse('wagtailadmin_choose_page_search')}?q=luonnos")
    assert "Oma luonnos" in found.content.decode()


def test_curators_see_all_drafts(pages, curator):
    shown = curator.get(reverse("wagtailadmin_choose_page_child", args=[factories.region_page("08").pk]))
    assert "Salainen luonnos" in shown.json()["html"]


@pytest.mark.parametrize("key", ["abc", "99999999", "1e5", "-1"])
def test_keys_of_no_page_are_missing(key, developer):
    answer = developer.get(f"{reverse('wagtailadmin_choose_page_chosen_multiple')}?id={key}")
    assert answer.status_code == 404


def test_a_visitor_is_sent_to_the_login(client):
    for name in ("wagtailadmin_reports:page_types_usage", "wagtailadmin_choose_page_chosen_multiple"):
        assert client.get(reverse(name)).url.startswith("/hallinta/login/")
