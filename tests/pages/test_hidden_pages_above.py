"""A page that is not public, whichever it is, takes no other page with it, and nothing leads to it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home.models import HomePage, StandardPage
from operating_models.models import (
    OperatingModelIndexPage,
    OperatingModelPage,
    ProgrammeIndexPage,
    ProgrammePage,
    ProjectPage,
    RegionPage,
    StatisticsPage,
    TargetGroupPage,
    ThemeIndexPage,
    ThemePage,
)
from tests import factories
from tests.pages.reading import SEARCH, facet_counts, hits, read, search, text_of

pytestmark = pytest.mark.django_db

KINDS = {
    OperatingModelIndexPage: {},
    RegionPage: {"region__code": "15"},
    ThemeIndexPage: {},
    ThemePage: {"theme__code": "access"},
    TargetGroupPage: {"target_group__code": "older-people"},
    ProgrammeIndexPage: {},
    ProgrammePage: {"programme__code": "rrp"},
    ProjectPage: {"project__programme__code": "rrp"},
    StatisticsPage: {},
    StandardPage: {"slug": "saavutettavuusseloste"},
    HomePage: {},
}


def one_of(kind):
    return kind.objects.filter(**KINDS[kind]).first()


def unpublish(page):
    page.unpublish()


def expire(page):
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture(scope="module")
def made(filling):
    """Make a model that leads to a page of every kind, and to other models; return its key."""
    with filling():
        source = factories.make_model("08", title="Muistikäynti")
        page = factories.make_model(
            "15",
            title="Kotineuvola",
            tags=["neuvola"],
            further_regions=["08"],
            programmes=["rrp"],
            project=one_of(ProjectPage).project.code,
            adapted_from=source,
        )
        factories.report(page, "15", "in_use", "2025-01-02")
        factories.feature(page)
    return page.pk


@pytest.fixture
def model(made):
    return OperatingModelPage.objects.get(pk=made)


def links(soup):
    """Yield the addresses of a page's links and forms without their query, as they stand."""
    for element in soup.select("a[href], form[action]"):
        yield element.get("href", element.get("action"))


@pytest.mark.sweep(7)
@pytest.mark.parametrize("hide", [unpublish, expire])
@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_page_breaks_no_other_page_and_nothing_leads_to_it(kind, hide, model):
    hidden = one_of(kind)
    address = hidden.get_url()
    hide(hidden)
    read(address, answer=404)
    for other in (*KINDS, type(model)):
        page = model if other is type(model) else one_of(other)
        if page.pk == hidden.pk:
            continue
        soup = read(page.get_url())
        for link in links(soup):
            assert link, f"{page} has a link to nowhere"
            # The service's name in the header leads to the address of the site, whatever is there.
            assert kind is HomePage or urlsplit(link).path != address, f"{page} leads to {link}"
            assert not link.startswith("?") or page.get_url() == SEARCH, f"{page} leads to {link}"


@pytest.mark.parametrize("hide", [unpublish, expire])
def test_a_model_below_a_hidden_region_is_served_found_and_counted(hide, model):
    hide(one_of(RegionPage))
    soup = read(model.get_url())
    assert "Keski-Suomi" in text_of(soup.main)
    assert [link.text for link in soup.select(".breadcrumbs a")] == ["Etusivu", "Toimintamallit"]
    assert hits(search("kotineuvola")) == ["Kotineuvola"]
    assert facet_counts(search(), "region")["15"] == 1
    assert hits(search(region="15")) == ["Kotineuvola"]
    assert "Kotineuvola" in text_of(read("/").main)
    assert [row["url"] for row in suggested("kotineu")] == [model.get_url()]


def suggested(words):
    groups = Client().get(reverse("suggestions"), {"q": words}).json()["groups"]
    return groups[0]["rows"] if groups else []


@pytest.mark.parametrize("hide", [unpublish, expire])
def test_a_draft_below_a_hidden_region_can_be_looked_at(hide, model):
    draft = factories.make_model("15", title="Luonnos", live=False)
    hide(one_of(RegionPage))
    client = Client()
    client.force_login(factories.make_user("curator"))
    for page in (draft, model, one_of(RegionPage)):
        read(reverse("wagtailadmin_pages:view_draft", args=[page.pk]), client=client)


@pytest.mark.parametrize("hide", [unpublish, expire])
def test_a_restriction_of_a_hidden_page_still_hides_what_is_below(hide, model, committed):
    region = one_of(RegionPage)
    with committed():
        PageViewRestriction.objects.create(page=region.page_ptr, restriction_type=PageViewRestriction.LOGIN)
        hide(region)
    read(model.get_url(), answer=302)
    assert hits(search("kotineuvola")) == []


def test_a_moved_model_is_of_the_region_that_it_moved_to_hidden_or_not(model, committed):
    hidden = RegionPage.objects.get(region__code="16")
    hidden.unpublish()
    with committed():
        model.move(hidden, pos="last-child")
    model.refresh_from_db()
    assert "Keski-Pohjanmaa" in text_of(read(model.get_url()).main)
    assert hits(search(region="16")) == ["Kotineuvola"]


def test_a_page_is_gone_the_moment_its_time_is_over(committed):
    with committed():
        page = factories.make_model("15", title="Rokotuspiste", expire_at=timezone.now() + timedelta(minutes=10))
    read(page.get_url())
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        read(page.get_url(), answer=404)
        assert hits(search("rokotuspiste")) == []
        client = Client()
        client.force_login(factories.make_user("curator"))
        read(reverse("wagtailadmin_pages:view_draft", args=[page.pk]), client=client)
