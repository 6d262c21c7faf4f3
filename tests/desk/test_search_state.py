"""The page that tells how the search is: who sees it, what it says, and that what was set aside is tried again."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from search.elasticsearch.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def url():
    return reverse("operating_models_search")


def name_silent_server(settings):
    settings.SEARCH_SERVER = "search.elasticsearch.deployment.current"
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"


def set_aside(page_id, error="document_parsing_exception: too long"):
    now = timezone.now()
    return Delivery.objects.create(
        page_id=page_id, version=1, waiting_since=now, next_attempt_at=now, set_aside=True, last_error=error
    )


@pytest.mark.parametrize("role", ["curator", "administrator", "superuser"])
def test_those_who_look_after_the_service_see_the_page_and_its_place_in_the_menu(log_in, role):
    client = log_in(role)
    assert "Haun tila" in client.get(url()).content.decode()
    assert url() in client.get(reverse("wagtailadmin_home")).content.decode()


def test_developer_neither_sees_the_page_nor_tries_anything_again(developer):
    kept = set_aside(5)
    assert developer.get(url()).status_code == 302
    assert developer.post(url(), {"page": "5"}).status_code == 302
    assert url() not in developer.get(reverse("wagtailadmin_home")).content.decode()
    kept.refresh_from_db()
    assert kept.set_aside


def test_without_a_search_server_the_page_says_so(curator):
    factories.make_model("15", "Kaatumisten ehkäisy")
    page = curator.get(url())
    assert (page.context["report"].server, page.context["report"].documents) == (None, 0)
    assert "Hakupalvelinta ei ole käytössä" in page.content.decode()


def test_server_that_does_not_answer_is_told_with_what_waits(curator, settings):
    name_silent_server(settings)
    model = factories.make_model("15", "Kaatumisten ehkäisy")
    Delivery.objects.create(page_id=99, version=1, waiting_since=timezone.now(), next_attempt_at=timezone.now())
    set_aside(model.pk)
    set_aside(12345)
    page = curator.get(url())
    report, html = page.context["report"], page.content.decode()
    assert (report.server.answers, report.server.waiting, report.server.set_aside) == (False, 1, 2)
    assert reverse("wagtailadmin_pages:edit", args=[model.pk]) in html
    assert "Kaatumisten ehkäisy" in html
    assert "12345" in html
    assert "document_parsing_exception: too long" in html


@pytest.mark.parametrize(("told", "left"), [({"page": "5"}, [6]), ({}, []), ({"page": "kuusi"}, [5, 6])])
def test_curator_lets_one_or_all_be_tried_again(curator, settings, told, left):
    name_silent_server(settings)
    set_aside(5)
    set_aside(6)
    assert curator.post(url(), told).status_code == 302
    assert list(Delivery.objects.filter(set_aside=True).order_by("page_id").values_list("page_id", flat=True)) == left
