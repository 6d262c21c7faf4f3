"""A word has one tag, however it is typed, and what names a tag keeps it when tags are merged."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote, urlencode

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
from tests.pages.reading import hits, read, search, text_of

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


@pytest.fixture
def merged(committed):
    """Return a tag that two others have become, one of them by way of the other; their addresses were kept."""
    with committed():
        factories.make_model(title="Yksi", tags=["kotikäynti", "lapset"])
        factories.make_model(title="Kaksi", tags=["kotikäynnit"])
        factories.make_model(title="Kolme", tags=["käynti kotona"])
    tags = {tag.name: tag for tag in Keyword.objects.all()}
    slugs = [tags[name].slug for name in ("kotikäynnit", "käynti kotona")]
    with committed():
        tags["kotikäynnit"].take_over([tags["käynti kotona"]])
        tags["kotikäynti"].take_over([tags["kotikäynnit"]])
    return tags["kotikäynti"], slugs


def test_addresses_of_merged_tags_lead_to_the_kept_one(merged):
    kept, slugs = merged
    for slug in slugs:
        page = search(tag=slug)
        assert sorted(hits(page)) == ["Kaksi", "Kolme", "Yksi"]
        assert "Kotikäynti" in text_of(page.select_one(".chips"))
        # The choice of languages asks the same again.
        links = [link["href"] for link in page.select("a[href*='tag=']:not([hreflang])")]
        assert not [link for link in links if slug in unquote(link)]
    both = search(tag=[slugs[0], kept.slug])
    assert sorted(hits(both)) == ["Kaksi", "Kolme", "Yksi"]


def test_files_of_statistics_know_the_addresses_of_merged_tags(merged):
    kept, slugs = merged
    asked = {"muoto": "csv", "taulu": "alueet"}
    file, former = (Client().get("/tilastot/", asked | {"tag": slug}) for slug in (kept.slug, slugs[0]))
    assert former.content == file.content
    assert "kotikäynti" in file.content.decode().lower()


def test_who_types_the_name_of_a_merged_tag_gets_the_kept_one(merged):
    page = factories.make_model(live=False)
    page.tags.set(["Kotikäynnit", "KÄYNTI kotona"])
    assert tags(page) == ["kotikäynti"]
    assert not Keyword.objects.filter(name__iexact="kotikäynnit").exists()


def test_no_new_tag_takes_the_address_of_a_merged_one(merged):
    _kept, slugs = merged
    other = Keyword.objects.get_or_create(name=f"{slugs[0]}!")[0]
    assert other.slug not in slugs
    assert sorted(hits(search(tag=slugs[0]))) == ["Kaksi", "Kolme", "Yksi"]


def test_a_changed_address_of_a_tag_leads_on(merged, committed):
    kept, slugs = merged
    former = kept.slug
    with committed():
        kept.slug = "kotikaynnilla"
        kept.save()
    for slug in (former, *slugs, "kotikaynnilla"):
        assert sorted(hits(search(tag=slug))) == ["Kaksi", "Kolme", "Yksi"]


def test_a_tag_made_by_hand_comes_before_one_that_was_merged(merged, committed):
    _kept, slugs = merged
    with committed():
        tag = Keyword.objects.create(name="kotikäynnit", slug=slugs[0])
    page = factories.make_model(live=False)
    page.tags.set(["kotikäynnit"])
    assert [one.pk for one in page.tags.all()] == [tag.pk]
    assert sorted(hits(search(tag=slugs[1]))) == ["Kaksi", "Kolme", "Yksi"]


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
