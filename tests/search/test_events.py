"""Every event after which a page is found otherwise is true in the next search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from operating_models.models import Region, Theme
from search.criteria import Criteria
from search.finding.results import find
from search.indexing import upkeep
from search.indexing.recipe import Recipe
from search.indexing.staleness import StalePages, find_stale
from search.models import Document
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def titles(words, **selections):
    chosen = {facet: (code,) for facet, code in selections.items()}
    results = find(Criteria(words=words, selections=chosen))
    return [hit.plain_title for hit in results.hits if not hit.partial]


@pytest.fixture
def model():
    return factories.make_model("15", "Kaatumisten ehkäisy kotikäynnillä")


def test_published_model_is_found_in_the_next_search(model):
    assert titles("kaatuminen") == ["Kaatumisten ehkäisy kotikäynnillä"]


def test_draft_is_never_found(model):
    factories.make_model("15", "Kaatumisklinikka", live=False)
    factories.make_draft(model, lead="Salainen luonnos robotista.")
    assert titles("kaatumisklinikka") == []
    assert titles("robotti") == []


def test_published_draft_replaces_what_was_found(model):
    revision = factories.make_draft(model, lead="Robotti ohjaa liikkumaan.")
    revision.publish()
    assert titles("robotti") == [model.title]
    assert titles("hoitokontakti") == []


def test_unpublished_model_is_gone_from_the_next_search(model):
    model.unpublish()
    assert titles("kaatuminen") == []
    assert not Document.objects.filter(page_id=model.pk).exists()


def test_deleted_model_is_gone(model):
    model.delete()
    assert titles("kaatuminen") == []


def test_model_below_a_deleted_page_is_gone(model):
    Page.objects.get(pk=factories.region_page("15").pk).delete()
    assert titles("kaatuminen") == []


def test_deletion_that_is_rolled_back_leaves_no_trace(model):
    with transaction.atomic():
        model.delete()
        assert titles("kaatuminen") == []
        transaction.set_rollback(True)
    assert titles("kaatuminen") == [model.title]


def test_moved_model_belongs_to_its_new_region(model):
    model.move(factories.region_page("08"), pos="last-child")
    assert titles("kaatuminen", region="08") == [model.title]
    assert titles("kaatuminen", region="15") == []


def test_model_with_a_new_slug_is_found_at_its_new_address(model):
    model.slug = "uusi-osoite"
    model.save_revision().publish()
    hit = find(Criteria(words="kaatuminen")).hits[0]
    assert hit.url_path.endswith("/uusi-osoite/")


def test_model_is_found_below_the_new_slug_of_its_region(model):
    region = factories.region_page("15")
    region.slug = "keskinen"
    region.save_revision().publish()
    assert "/keskinen/" in find(Criteria(words="kaatuminen")).hits[0].url_path


def test_restriction_above_a_model_hides_it_at_once_and_its_end_shows_it_again(model):
    restriction = PageViewRestriction(page=factories.region_page("15"), restriction_type=PageViewRestriction.LOGIN)
    restriction.save()
    assert titles("kaatuminen") == []
    restriction.delete()
    assert titles("kaatuminen") == [model.title]


def test_restriction_hides_in_its_own_transaction_before_anything_is_indexed(model):
    with transaction.atomic():
        PageViewRestriction(page=model.page_ptr, restriction_type=PageViewRestriction.LOGIN).save()
        assert titles("kaatuminen") == []


def test_model_published_below_a_restricted_page_is_not_found():
    PageViewRestriction(page=factories.region_page("15"), restriction_type=PageViewRestriction.LOGIN).save()
    factories.make_model("15", "Kaatumisten ehkäisy")
    assert titles("kaatuminen") == []


def test_model_moved_below_a_restricted_page_is_not_found(model):
    PageViewRestriction(page=factories.region_page("08"), restriction_type=PageViewRestriction.LOGIN).save()
    model.move(factories.region_page("08"), pos="last-child")
    assert titles("kaatuminen") == []


def test_alias_is_never_found(model):
    other = factories.make_model("08", "Kaatumisklinikka")
    Page.objects.filter(pk=other.pk).update(alias_of=model.pk)
    upkeep.sweep()
    assert titles("kaatuminen") == [model.title]
    assert Document.objects.get(page_id=other.pk).findable is False


def test_expired_model_is_gone_before_any_job_has_run(model):
    model.expire_at = timezone.now() + timedelta(hours=1)
    model.save_revision().publish()
    assert titles("kaatuminen") == [model.title]
    later = find(Criteria(words="kaatuminen"), now=timezone.now() + timedelta(hours=2))
    assert (later.total, later.hits) == (0, ())


def test_model_scheduled_for_later_is_not_found_yet(model):
    draft = factories.make_model("15", "Tulevaisuuden etävastaanotto", live=False)
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision().publish()
    assert titles("tulevaisuus") == []


def test_adoption_report_changes_the_facets_of_the_next_search(model):
    factories.report(model, "08", "in_use")
    assert titles("kaatuminen", used_in="08") == [model.title]


def test_fact_that_is_rolled_back_leaves_no_trace(model):
    with transaction.atomic():
        factories.report(model, "08", "in_use")
        transaction.set_rollback(True)
    assert titles("kaatuminen", used_in="08") == []
    assert find_stale(Recipe.current()) == StalePages()


def test_renamed_term_is_found_by_its_new_name_without_indexing_anything(model):
    before = list(Document.objects.values_list("page_id", "stamp"))
    theme = Theme.objects.get(code="access")
    theme.name_fi = "Jonottamattomuus"
    theme.save()
    assert titles("jonottamattomuus") == [model.title]
    assert list(Document.objects.values_list("page_id", "stamp")) == before


def test_new_alias_of_a_region_is_read_in_texts_after_the_next_sweep(model):
    revision = factories.make_draft(model, lead="Käytössä myös Kuikkalassa.")
    revision.publish()
    assert titles("kuikkala") == [model.title]
    region = Region.objects.get(code="08")
    region.synonyms += "\nKuikkala"
    region.save()
    assert upkeep.sweep() >= 1
    assert titles("kuikkala") == [model.title]
    assert titles("Pirkanmaa") == [model.title]


def test_page_saved_by_code_is_found(model):
    model.lead = "Aivan toinen sisältö: hiihtokoulu."
    model.save()
    assert titles("hiihtokoulu") == [model.title]


def test_saved_draft_writes_nothing_to_the_index(model, django_assert_max_num_queries):
    before = Document.objects.get(page_id=model.pk).stamp
    factories.make_draft(model, lead="Luonnos.")
    assert Document.objects.get(page_id=model.pk).stamp == before


def test_rebuild_leaves_what_the_events_wrote(model):
    other = factories.make_model("08", "Etäkuntoutus ja -valmennus", tags=["etäkuntoutus"])
    factories.report(other, "15", "piloting")
    other.move(factories.region_page("05"), pos="last-child")
    factories.make_draft(model, lead="Uusi johdanto.").publish()
    factories.make_model("08", "Poistuva").unpublish()

    def rows():
        made = Document.objects.order_by("page_id").values()
        kept = [{name: value for name, value in row.items() if name not in ("stamp", "indexed_at")} for row in made]
        return [
            {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in kept
        ]

    before = rows()
    upkeep.rebuild()
    assert rows() == before


def test_restrictions_below_one_another_and_beside_hide_what_each_is_above(model):
    other = factories.make_model("08", "Kaatumisten seuranta")
    beside = factories.make_model("13", "Kaatumisten kirjaus")
    index = factories.region_page("15").get_parent()
    restrictions = [
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        for page in (factories.region_page("15"), index, factories.region_page("08"))
    ]
    assert titles("kaatuminen") == []
    restrictions[1].delete()
    assert titles("kaatuminen") == [beside.title]
    restrictions[2].delete()
    assert set(titles("kaatuminen")) == {beside.title, other.title}
    restrictions[0].delete()
    assert set(titles("kaatuminen")) == {model.title, beside.title, other.title}
