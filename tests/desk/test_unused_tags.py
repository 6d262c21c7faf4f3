"""What autosave leaves unused is no keyword; what a draft, a schedule or a published page has, is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from operating_models.desk import keywords
from operating_models.models import Keyword
from tests import factories
from tests.desk import editor


@pytest.fixture
def an_hour_passes():
    """Return a function after which every draft was saved an hour ago."""
    return lambda: Revision.objects.update(created_at=timezone.now() - timedelta(hours=1))


def names():
    return set(Keyword.objects.values_list("name", flat=True))


def autosave(client, page, tags):
    form = editor.form_of_model(page, tags=tags)
    assert client.post(editor.url("edit", page), form, headers={"Accept": "application/json"}).json()["success"]


def test_tag_that_stood_in_a_form_for_a_moment_is_removed(developer, an_hour_passes):
    page = factories.make_model("15", tags=["kotihoito"])
    autosave(developer, page, "kotihoito, palv")
    autosave(developer, page, "kotihoito, palveluohjaus")
    assert keywords.remove_unused() == 0
    an_hour_passes()
    assert keywords.remove_unused() == 1
    assert names() == {"kotihoito", "palveluohjaus"}


def test_tag_of_a_scheduled_revision_stays(curator, an_hour_passes):
    page = factories.make_model("15", live=False)
    later = (timezone.localtime() + timedelta(days=2)).strftime("%d.%m.%Y %H.%M")
    form = editor.form_of_model(page, tags="ajastettu", go_live_at=later) | {"action-publish": "1"}
    assert curator.post(editor.url("edit", page), form).status_code == 302
    page.refresh_from_db()
    page.get_latest_revision_as_object().save_revision()
    an_hour_passes()
    keywords.remove_unused()
    assert names() == {"ajastettu"}


def suggested(client, term):
    return client.get("/hallinta/tag-autocomplete/operating_models/keyword/", {"term": term}).json()


def listed(client):
    return client.get(reverse("wagtailsnippets_operating_models_keyword:list")).content.decode()


def test_tag_that_stood_in_a_form_for_a_moment_is_neither_suggested_nor_listed(developer, curator):
    page = factories.make_model("15", tags=["kotihoito"])
    autosave(developer, page, "kotihoito, palv")
    first = page.get_latest_revision()
    sent = editor.form_of_model(page, tags="kotihoito, palveluohjaus") | {"overwrite_revision_id": first.pk}
    developer.post(editor.url("edit", page), sent, headers={"Accept": "application/json"})
    assert Revision.objects.for_instance(page).latest("pk").pk == first.pk
    assert "palv" in names()
    assert suggested(developer, "palv") == ["palveluohjaus"]
    assert ">palv<" not in listed(curator).replace(" ", "").replace("\n", "")
    autosave(curator, page, "kotihoito, palve")
    assert suggested(developer, "palv") == ["palve"]
    autosave(curator, page, "kotihoito, palv")
    assert suggested(developer, "palv") == ["palv"]


def test_tag_that_a_curator_has_added_is_suggested_in_any_spelling(developer):
    Keyword.objects.create(name="Palveluohjaus", slug="palveluohjaus")
    assert suggested(developer, "PALVELU") == ["Palveluohjaus"]
    assert suggested(developer, "") == []


def test_name_of_a_merged_tag_suggests_the_kept_one(developer):
    factories.make_model("15", tags=["kotikäynti", "vierailu kotona"])
    tags = {tag.name: tag for tag in Keyword.objects.all()}
    tags["kotikäynti"].take_over([tags["vierailu kotona"]])
    assert suggested(developer, "vierailu") == ["kotikäynti"]


@pytest.mark.parametrize("drafts", [1, 12])
def test_looking_for_unused_tags_reads_no_draft(drafts, an_hour_passes, django_assert_num_queries):
    for number in range(drafts):
        page = factories.make_model("15")
        draft = page.get_latest_revision_as_object()
        draft.tags.set(["vain luonnoksessa", f"luonnos {number}"])
        draft.save_revision(clean=False)
    Keyword.objects.create(name="käyttämätön", slug="kayttamaton")
    kept = names() - {"käyttämätön"}
    an_hour_passes()
    with django_assert_num_queries(7) as queries:
        assert keywords.remove_unused() == 1
    assert not any('"content"' in query["sql"] for query in queries.captured_queries)
    assert names() == kept
