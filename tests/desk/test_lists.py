"""Lists of the admin: vocabularies in their own order, days to come as days, times in local time."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Page

from operating_models.models import VOCABULARIES
from tests import factories
from tests.desk import editor
from tests.pages.reading import text_of

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 6, 30, 21, 30, 15, 123456, tzinfo=UTC)
"""In Helsinki the first of July, half past midnight."""


def rows(client, url, **parameters):
    soup = BeautifulSoup(client.get(url, parameters).content, "html.parser")
    return [[text_of(cell) for cell in row.select("td")] for row in soup.select("table.listing tbody tr")]


@pytest.mark.sweep(3)
@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.name)
def test_a_vocabulary_is_listed_in_its_own_order(curator, vocabulary):
    url = reverse(vocabulary.terms.snippet_viewset.get_url_name("list"))
    codes = list(vocabulary.terms.objects.order_by("order", "code").values_list("code", flat=True))
    columns = [row[2] for row in rows(curator, url)]
    assert columns == codes[: len(columns)]
    names = [row[2] for row in rows(curator, url, ordering="-name_fi")]
    assert names != columns or len(codes) == 1


def test_a_day_to_come_is_the_day(curator):
    day = timezone.localdate() + timedelta(days=40)
    page = factories.make_model()
    factories.feature(page, until=day)
    factories.set_review_date(page, day.isoformat())
    for name in ("featured", "review_dates"):
        told = editor.text_of(curator.get(reverse(f"{name}:index")))
        assert date_format(day, "j.n.Y") in told
        assert "Juuri nyt" not in told


def test_a_time_to_come_is_the_time_and_one_past_is_how_long_ago(curator):
    page = factories.make_model()
    Page.objects.filter(pk=page.pk).update(latest_revision_created_at=timezone.now() - timedelta(days=3))
    url = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    assert "3\xa0päivää" in editor.text_of(curator.get(url))
    Page.objects.filter(pk=page.pk).update(latest_revision_created_at=timezone.now() + timedelta(days=3))
    told = editor.text_of(curator.get(url))
    assert date_format(timezone.localdate() + timedelta(days=3), "j.n.Y") in told


def test_a_row_of_the_ledger_tells_local_time(curator):
    report = factories.report(factories.make_model(), "15", recorded_at=MOMENT)
    told = editor.text_of(curator.get(reverse("adoption_reports:inspect", args=[report.pk])))
    assert "1.7.2026 0.30" in told
    assert "123456" not in told
