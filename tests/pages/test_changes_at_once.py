"""Whatever changes what may be found or how it is told is true in the next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from operating_models.models import OperatingModelIndexPage, OperatingModelPage, Region, Theme
from search.models import Document, SynonymSet
from tests import factories
from tests.pages.reading import facet_counts, hits, read, search, shown_total, text_of, texts_of

pytestmark = pytest.mark.django_db

TITLE = "Kaatumisten ehkäisy kotikäynnillä"


@pytest.fixture
def model(committed):
    with committed():
        page = factories.make_model("15", TITLE, tags=["kaatumiset"])
    assert hits(search("kaatuminen")) == [TITLE]
    return page


def fresh(page):
    return OperatingModelPage.objects.get(pk=page.pk)


def region_models(code):
    soup = read(factories.region_page(code).get_url())
    return texts_of(soup, "section[aria-labelledby=models-title] .card__title")


def is_told_anywhere():
    places = [hits(search()), hits(search("kaatuminen")), region_models("15")]
    places.append(texts_of(read("/"), "section[aria-labelledby=newest-title] .card__title"))
    assert len({TITLE in titles for titles in places}) == 1, places
    assert facet_counts(search(), "region")["15"] == len(places[0])
    return TITLE in places[0]


def test_publish_and_unpublish(model, committed):
    assert is_told_anywhere()
    with committed():
        model.unpublish()
    assert not is_told_anywhere()
    with committed():
        fresh(model).get_latest_revision().publish()
    assert is_told_anywhere()


def test_delete(model, committed):
    with committed():
        fresh(model).delete()
    assert not is_told_anywhere()
    read(model.get_url(), answer=404)


@pytest.mark.parametrize("above", [lambda: factories.region_page("15"), OperatingModelIndexPage.objects.get])
def test_delete_of_what_stands_above_reports_is_refused_and_all_stays(model, committed, above):
    with committed():
        factories.report(model, "08", "in_use")
        above = above()
        with pytest.raises(ProtectedError):
            above.delete()
        with pytest.raises(ProtectedError):
            fresh(model).delete()
    assert is_told_anywhere()
    assert Page.find_problems() == ([], [], [], [], [])


def test_move_to_another_region(model, committed):
    old = model.get_url()
    with committed():
        fresh(model).move(factories.region_page("08"), pos="last-child")
    assert region_models("15") == []
    assert region_models("08") == [TITLE]
    assert hits(search("kaatuminen", region="08")) == hits(search("Pirkanmaa")) == [TITLE]
    assert hits(search("kaatuminen", region="15")) == []
    card = search("kaatuminen").select_one(".card")
    assert card.a["href"].startswith("/toimintamallit/pirkanmaa/")
    assert text_of(card.select_one(".card__origin")) == "Pirkanmaa"
    assert text_of(read(card.a["href"]).select_one(".meta dd")) == "Pirkanmaa"
    read(old, answer=301)


def test_slug(model, committed):
    old = model.get_url()
    with committed():
        draft = fresh(model)
        draft.slug = "uusi-osoite"
        draft.save_revision().publish()
    assert search("kaatuminen").select_one(".card a")["href"].endswith("/uusi-osoite/")
    read(old, answer=301)


def test_rename_of_a_term_shows_and_finds_without_indexing(model, committed):
    before = list(Document.objects.order_by("pk").values())
    with committed():
        theme = Theme.objects.get(code="access")
        theme.name_fi, theme.name_sv = "Jonottamattomuus", "Köfrihet"
        theme.save()
        region = Region.objects.get(code="15")
        region.short_name_fi = "Sisä-Suomi"
        region.save()
    assert hits(search("jonottamattomuudesta")) == hits(search("köfrihet")) == [TITLE]
    soup = search(theme="access")
    assert texts_of(soup, ".chip") == ["Jonottamattomuus (Teema), poista"]
    assert "Jonottamattomuus" in texts_of(soup, "#facet-theme label span")
    assert text_of(soup.select_one(".card__origin")) == "Sisä-Suomi"
    assert "Jonottamattomuus" in texts_of(read(model.get_url()), "aside a")
    assert "Jonottamattomuus" in texts_of(read("/"), "#teemat .tile__label")
    assert list(Document.objects.order_by("pk").values()) == before


def test_synonyms(model, committed):
    assert hits(search("kompurointi")) == hits(search("kiireettömyys")) == []
    with committed():
        SynonymSet.objects.create(finnish=["kompurointi", "kaatuminen"])
        theme = Theme.objects.get(code="access")
        theme.synonyms += "\nkiireettömyys"
        theme.save()
    assert hits(search("kompuroinnin")) == hits(search("kiireettömyyden")) == [TITLE]
    with committed():
        SynonymSet.objects.last().delete()
    assert hits(search("kompurointi")) == []


def test_rename_of_a_tag(model, committed):
    with committed():
        tag = model.tags.get()
        tag.name = "tasapainoharjoittelu"
        tag.save()
    assert hits(search("tasapainoharjoittelun")) == [TITLE]


@pytest.mark.parametrize("place", ["page", "region page", "list"])
def test_view_restriction_and_its_end(model, committed, place):
    restricted = {"page": model.page_ptr, "region page": model.get_parent(), "list": model.get_parent().get_parent()}
    with committed():
        restriction = PageViewRestriction.objects.create(page=restricted[place], restriction_type="login")
    assert shown_total(search(client=_reader())) == 0
    with committed():
        restriction.delete()
    assert is_told_anywhere()


def _reader():
    """Return a client that may read restricted pages: it finds no more than others."""
    client = Client()
    client.force_login(factories.make_user("superuser"))
    return client


def test_adoption_report(model, committed):
    soup = search()
    assert facet_counts(soup, "used_in")["08"] == 0
    assert not soup.select(".card .adoption-strip")
    with committed():
        factories.report(model, "08", "in_use", "2024")
        factories.report(model, "12", "in_use", "2024")
        factories.report(model, "05", "piloting", "2024")
        factories.report(model, "fi", "established", "2024")
    soup = search()
    used = facet_counts(soup, "used_in")
    assert (used["08"], used["12"], used["05"]) == (1, 1, 0)
    assert {code for code, count in facet_counts(soup, "status").items() if count} == {"established"}
    strip = text_of(soup.select_one(".card .adoption-strip"))
    assert strip == "käytössä 2 alueella, kokeilussa 1, valtakunnallisesti: juurtunut"
    assert hits(search(used_in="08")) == [TITLE]
    assert TITLE in text_of(read(factories.region_page("08").get_url()).select_one("table.adoption"))
    assert "Pirkanmaa" in text_of(read("/").select_one(".events"))
    with committed():
        factories.report(model, "08", "ended", "2025")
    assert facet_counts(search(), "used_in")["08"] == 0


def test_evidence_and_review_date(model, committed):
    with committed():
        factories.assess(model, "4")
        factories.set_review_date(model, timezone.localdate() + timedelta(days=1))
    card = search(evidence="4").select_one(".card")
    assert "Näyttö: 4 Kohtalainen dokumentoitu näyttö" in text_of(card)
    assert facet_counts(search(), "evidence")["none"] == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert text_of(search().select_one(".card .badge")) == "Tarkistus myöhässä"


def test_expiry_needs_no_job(model, committed):
    with committed():
        draft = fresh(model)
        draft.expire_at = timezone.now() + timedelta(hours=1)
        draft.save_revision().publish()
    assert is_told_anywhere()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert not is_told_anywhere()


def test_featuring_begins_and_ends_on_its_days(model):
    today = timezone.localdate()
    factories.feature(model, "Vuoden malli", since=today + timedelta(days=1), until=today + timedelta(days=2))
    for days, shown in ((0, []), (1, ["Vuoden malli"]), (2, ["Vuoden malli"]), (3, [])):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert texts_of(read("/"), ".card__reason") == shown, days
