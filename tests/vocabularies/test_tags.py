"""A word has one tag, however it is typed, and what names a tag keeps it when tags are merged."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from operating_models.models import Keyword, OperatingModelPage, TaggedModel
from tests import factories
from tests.desk.editor import form_of_model
from tests.pages.reading import hits, read, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


SPELLINGS = ["Lastensuojelu", "lastensuojelu", "LASTENSUOJELU", " lasten\u200bsuojelu", "lastensuojelu\u00ad"]


def tags(page):
    return sorted(tag.name for tag in page.tags.all())


def saved_tags(page):
    return tags(OperatingModelPage.objects.get(pk=page.pk))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_word_is_one_tag(spelling):
    first = factories.make_model(tags=["Lastensuojelu", "\u00e4iti"])
    page = factories.make_model(live=False)
    page.tags.set([spelling, "a\u0308iti", "ÄITI"])
    assert [tag.pk for tag in page.tags.all()] == [tag.pk for tag in first.tags.all()]
    assert Keyword.objects.count() == 2


def test_the_editor_makes_one_tag_of_several_spellings_and_none_of_what_nobody_sees():
    page = factories.make_model(tags=["äiti"])
    client = Client()
    client.force_login(factories.make_user("curator"))
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.post(url, form_of_model(page, tags="ÄITI, a\u0308iti, \u200b, lapsi", **{"action-publish": "1"}))
    assert saved_tags(page) == ["lapsi", "äiti"]
    assert sorted(Keyword.objects.values_list("name", flat=True)) == ["lapsi", "äiti"]


def test_code_cannot_make_a_tag_that_nobody_sees():
    with pytest.raises(ValidationError):
        factories.make_model(live=False).tags.set(["\u200b"])


def test_a_tag_without_letters_has_an_address_of_its_own(committed):
    with committed():
        page = factories.make_model(title="Mummola", tags=["👵", "👴"])
        factories.make_model(title="Muu malli")
    assert sorted(tag.slug for tag in page.tags.all()) == ["1f474", "1f475"]
    links = [link["href"] for link in read(page.get_url()).select(".tags a")]
    assert len(set(links)) == 2
    for link in links:
        assert hits(read(link)) == ["Mummola"]


def versions(page):
    """Return the tags of each saved version of a page, the first one first."""
    return [tags(revision.as_object()) for revision in Revision.objects.for_instance(page).order_by("pk")]


@pytest.fixture
def drafts(committed):
    """Return pages that name the tags in what is published, in a draft, on a schedule and in a workflow."""
    with committed():
        published = factories.make_model(title="Julkaistu", tags=["kotikäynnit"])
        both = factories.make_model(title="Molemmat", tags=["kotikäynnit", "kotikäynti"])
        waiting = factories.make_model(title="Luonnos")
        scheduled = factories.make_model(title="Ajastettu", live=False)
        approved = factories.make_model(title="Hyväksyttävänä")
    for page in (waiting, scheduled, approved):
        draft = page.get_latest_revision_as_object()
        draft.tags.set(["kotikäynnit", "muu"])
        if page is scheduled:
            draft.go_live_at = timezone.now() + timedelta(days=1)
        draft.save_revision(clean=False)
        page.refresh_from_db()
    scheduled.get_latest_revision().publish()
    approved.get_workflow().start(approved, factories.make_user("developer"))
    return {"published": published, "both": both, "waiting": waiting, "scheduled": scheduled, "approved": approved}


def assert_all_have_the_kept_tag(drafts, committed):
    for page in drafts.values():
        page.refresh_from_db()
    assert versions(drafts["published"])[-1] == ["kotikäynti"]
    assert versions(drafts["both"])[-1] == ["kotikäynti"]
    for name in ("waiting", "scheduled", "approved"):
        assert versions(drafts[name])[-1] == ["kotikäynti", "muu"]
    with committed():
        drafts["waiting"].get_latest_revision().publish()
        Revision.objects.filter(approved_go_live_at__isnull=False).get().publish()
        state = drafts["approved"].current_workflow_state
        state.current_task_state.approve(user=factories.make_user("curator"))
    for name in ("waiting", "approved"):
        assert saved_tags(drafts[name]) == ["kotikäynti", "muu"]
    for name in ("published", "both"):
        assert saved_tags(drafts[name]) == ["kotikäynti"]


def merge(client, *chosen, kept):
    query = urlencode({"id": [tag.pk for tag in chosen], "next": "/hallinta/"}, doseq=True)
    url = reverse("wagtail_bulk_action", args=["operating_models", "keyword", "merge"])
    assert client.get(f"{url}?{query}").status_code == 200
    return client.post(f"{url}?{query}", {"kept": kept.pk})


def test_curators_merge_tags_and_drafts_schedules_and_workflows_keep_theirs(drafts, committed):
    kept, other = Keyword.objects.get(name="kotikäynti"), Keyword.objects.get(name="kotikäynnit")
    client = Client()
    client.force_login(factories.make_user("curator"))
    with committed():
        assert merge(client, kept, other, kept=kept).status_code == 302
    assert not Keyword.objects.filter(pk=other.pk).exists()
    assert sorted(hits(search(tag=kept.slug))) == ["Julkaistu", "Molemmat"]
    assert_all_have_the_kept_tag(drafts, committed)


def test_who_is_no_curator_merges_nothing(drafts):
    kept, other = Keyword.objects.get(name="kotikäynti"), Keyword.objects.get(name="kotikäynnit")
    client = Client()
    client.force_login(factories.make_user("developer"))
    merge(client, kept, other, kept=kept)
    assert Keyword.objects.filter(pk=other.pk).exists()


def test_a_tag_is_not_renamed_to_another_one():
    factories.make_model(tags=["kotikäynti", "muu"])
    tag = Keyword.objects.get(name="muu")
    tag.name = "KOTIKÄYNTI\u200b"
    with pytest.raises(ValidationError, match="kotikäynti"):
        tag.full_clean()


@pytest.mark.django_db(transaction=True)
def test_the_update_merges_spellings_and_drafts_keep_their_tags():
    pages = {
        name: factories.make_model(title=name, tags=[f"tagi {name}"]) for name in ("one", "two", "both", "unseen")
    }
    draft = factories.make_model(title="draft")
    changed = draft.get_latest_revision_as_object()
    changed.tags.set(["tagi draft"])
    changed.save_revision(clean=False)
    names = {
        "one": "Kotihoito",
        "two": "kotihoito",
        "both": "a\u0308iti",
        "unseen": "\u200b",
        "draft": "KOTI\u00adHOITO",
    }
    executor = MigrationExecutor(connection)
    executor.migrate([("operating_models", "0006_topic_and_programme_pages")])
    old = executor.loader.project_state(("operating_models", "0006_topic_and_programme_pages")).apps
    keyword = old.get_model("operating_models", "Keyword")
    for name, spelling in names.items():
        keyword.objects.filter(name=f"tagi {name}").update(name=spelling, slug="" if name == "unseen" else name)
    composed = keyword.objects.create(name="\u00e4iti", slug="aiti")
    tagged = old.get_model("operating_models", "TaggedModel")
    tagged.objects.create(tag=composed, content_object_id=pages["both"].pk)

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    assert sorted(Keyword.objects.values_list("name", "folded")) == [("Kotihoito", "kotihoito"), ("äiti", "äiti")]
    for name, expected in {"one": ["Kotihoito"], "two": ["Kotihoito"], "both": ["äiti"], "unseen": []}.items():
        assert (saved_tags(pages[name]), versions(pages[name])[-1]) == (expected, expected), name
    draft.refresh_from_db()
    assert (saved_tags(draft), versions(draft)[-1]) == ([], ["Kotihoito"])
    draft.get_latest_revision().publish()
    assert saved_tags(draft) == ["Kotihoito"]
    assert TaggedModel.objects.count() == 4
