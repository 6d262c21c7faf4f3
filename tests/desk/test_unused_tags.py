"""What autosave leaves unused is no keyword; what a draft, a schedule or a published page has, is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from operating_models.desk import keywords
from operating_models.models import Keyword, OperatingModelPage
from operating_models.models.keywords import DraftedTag
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db


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
    page.refresh_from_db()
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
    with django_assert_num_queries(6) as queries:
        assert keywords.remove_unused() == 1
    assert not any('"content"' in query["sql"] for query in queries.captured_queries)
    assert names() == kept


def drafted(page):
    """Return the names of the tags that each saved version of a page names, the first one first."""
    rows = DraftedTag.objects.filter(stands=True)
    return [
        sorted(rows.filter(revision=version).values_list("tag__name", flat=True))
        for version in Revision.objects.for_instance(page).order_by("pk")
    ]


def test_tag_of_a_version_that_waits_for_approval_stays_when_a_newer_draft_lacks_it(an_hour_passes):
    page = factories.make_model("15", live=False)
    for tags in (["odottava"], []):
        draft = page.get_latest_revision_as_object()
        draft.tags.set(tags)
        draft.save_revision(clean=False)
        page.refresh_from_db()
        if tags:
            page.get_workflow().start(page, factories.make_user("developer", "15"))
    an_hour_passes()
    keywords.remove_unused()
    assert names() == {"odottava"}


def test_what_versions_name_follows_copies_and_deletions():
    page = factories.make_model("15", tags=["kotihoito", "palveluohjaus"])
    copied = OperatingModelPage.objects.get(pk=page.pk).copy(update_attrs={"slug": "kopio"})
    assert drafted(copied)[-1] == ["kotihoito", "palveluohjaus"]
    Revision.objects.for_instance(copied).first().delete()
    assert drafted(copied)[-1] == ["kotihoito", "palveluohjaus"]
    copied.delete()
    page.delete()
    assert not DraftedTag.objects.exists()
    Keyword.objects.get(name="kotihoito").delete()
    assert names() == {"palveluohjaus"}


def test_version_that_is_put_on_a_schedule_keeps_the_tags_that_were_merged_meanwhile():
    page = factories.make_model("15", live=False, tags=["kotikäynti", "vierailu kotona"])
    held = page.get_latest_revision()
    tags = {tag.name: tag for tag in Keyword.objects.all()}
    tags["kotikäynti"].take_over([tags["vierailu kotona"]])
    held.approved_go_live_at = timezone.now() + timedelta(days=1)
    held.content["tagged_items"] = []
    held.save(update_fields=["approved_go_live_at"])
    assert drafted(page) == [["kotikäynti"]]


def test_versions_of_other_pages_name_no_tags():
    tag = Keyword.objects.create(name="kotihoito", slug="kotihoito")
    version = factories.region_page("15").save_revision(clean=False)
    version.content["tagged_items"] = [{"tag": tag.pk}]
    version.save()
    assert not DraftedTag.objects.exists()
