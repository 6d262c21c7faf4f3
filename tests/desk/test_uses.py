"""What uses a term, a page or a user is told wherever the admin says how often something is used."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from operating_models.models import EvidenceRecorder, Theme
from tests import factories
from tests.desk import editor
from tests.pages.reading import text_of

pytestmark = pytest.mark.django_db


def rows(client, url):
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    return [[text_of(cell) for cell in row.select("td")] for row in soup.select("table.listing tbody tr")]


def usage_of(theme):
    return reverse("wagtailsnippets_operating_models_theme:usage", args=[theme.pk])


def test_of_a_theme_lists_models_drafts_and_its_page(curator):
    theme = Theme.objects.get(code="access")
    published = factories.make_model(title="Julkaistu malli", themes=["access"])
    drafted = factories.make_model(title="Luonnosmalli", themes=["leadership"])
    factories.make_draft(drafted, themes=["access"])
    factories.make_model(title="Muu malli", themes=["leadership"])

    found = rows(curator, usage_of(theme))
    assert sorted(row[0] for row in found) == sorted(["Julkaistu malli", "Luonnosmalli", str(theme)])
    assert ["Julkaistu malli", "Toimintamalli", "Teemat"] in found
    edit = reverse("wagtailsnippets_operating_models_theme:edit", args=[theme.pk])
    told = text_of(BeautifulSoup(curator.get(edit).content, "html.parser"))
    assert "Käytetty 3 kertaa" in told
    assert published.title in editor.text_of(curator.get(usage_of(theme)))


def test_of_a_theme_that_nothing_uses_is_empty(curator):
    theme = Theme.objects.create(code="sleep", name_fi="Uni")
    assert "Ei tuloksia" in editor.text_of(curator.get(usage_of(theme))) or rows(curator, usage_of(theme)) == []


def test_of_a_featured_model_with_reports_is_told_before_unpublishing(curator):
    page = factories.make_model(title="Seniorineuvola")
    factories.feature(page)
    factories.assess(page)
    for region in ("08", "15", "16"):
        factories.report(page, region)
    told = editor.text_of(curator.get(editor.url("unpublish", page)))
    assert "5 kertaa" in told
    listed = rows(curator, editor.url("usage", page))
    assert len(listed) == 5
    assert not [row for row in listed if "Yksityinen" in row[0]]


def test_of_a_reporter_is_told_before_deletion(superuser):
    reporter = factories.make_user("reporter", "08", last_name="Raportoija")
    page = factories.make_model()
    factories.report(page, "08", reporter=reporter)
    EvidenceRecorder.objects.create(assessment=factories.assess(page), user=reporter, name="Raportoija")
    for url in (
        reverse("wagtailusers_users:delete", args=[reporter.pk]),
        f"{reverse('wagtail_bulk_action', args=['auth', 'user', 'delete'])}?id={reporter.pk}",
    ):
        assert "2 kertaa" in editor.text_of(superuser.get(url))


def test_of_a_fact_that_the_index_knows_too_is_counted_once(curator):
    page = factories.make_model()
    curator.post(
        reverse("featured:add"),
        {"page": page.pk, "reason": "Syy", "since": "1.1.2026", "until": "", "order": "0"},
    )
    assert len(rows(curator, editor.url("usage", page))) == 1
