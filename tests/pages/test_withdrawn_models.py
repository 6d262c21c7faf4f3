"""A withdrawn model keeps its address and says so; it is found with a mark and recommended nowhere."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from operating_models.models import OperatingModelPage, Withdrawal
from tests import factories
from tests.pages.reading import hits, read, search, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(committed):
    with committed():
        page = factories.make_model("15", "Kotikäynti")
        factories.report(page, "08", "in_use", "2024")
        factories.feature(page)
    return page


def withdraw(page, **fields):
    return Withdrawal.objects.create(page=page, reason="Yhdistetty toiseen malliin.", **fields)


def test_the_page_says_so_first_with_reason_date_and_successor(model, committed):
    with committed():
        successor = factories.make_model("08", "Kotikäynti 2")
        withdraw(model, withdrawn_on=date(2026, 11, 3), successor=successor)
    soup = read(model.get_url())
    notice = soup.select_one("article > .notice")
    assert "ei enää suositella (3.11.2026 alkaen)" in text_of(notice)
    assert "Yhdistetty toiseen malliin." in text_of(notice)
    assert notice.a["href"] == successor.get_url()
    assert soup.select_one("meta[name=robots]")["content"] == "noindex"
    assert texts_of(soup, "#adoption tbody tr") == ["Pirkanmaa Käytössä 2024"]


def test_a_successor_that_is_not_public_is_not_named(model, committed):
    with committed():
        withdraw(model, successor=factories.make_model("08", "Salainen", live=False))
    assert "Salainen" not in str(read(model.get_url()))


def test_it_is_found_with_a_mark_and_recommended_nowhere(model, committed):
    with committed():
        withdraw(model)
    assert hits(search("kotikäynti")) == ["Kotikäynti"]
    assert "Ei enää suositella" in texts_of(search("kotikäynti"), ".card .badge")
    front = read("/")
    assert "Kotikäynti" not in texts_of(front, "section[aria-labelledby=newest-title] .card__title")
    assert not front.select(".card__reason")


def test_it_is_not_applied_anew_by_button_or_address(model, committed):
    with committed():
        withdraw(model)
    client = Client()
    client.force_login(factories.make_user("developer", "08"))
    assert "Sovella omalla alueellasi" not in text_of(read(model.get_url(), client=client).select_one(".actions"))
    assert client.post(f"/sovella/{model.pk}/").url == model.get_url()
    assert OperatingModelPage.objects.count() == 1


def test_a_withdrawal_taken_back_is_as_if_it_had_not_been(model, committed):
    with committed():
        withdraw(model)
    with committed():
        Withdrawal.objects.create(page=model, is_in_force=False)
    soup = read(model.get_url())
    assert not soup.select("#withdrawn")
    assert not soup.select("meta[name=robots]")
    assert "Ei enää suositella" not in texts_of(search(), ".card .badge")
    assert texts_of(read("/"), ".card__reason")
