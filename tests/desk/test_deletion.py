"""What has adoption reports, and terms in use, are not deleted; the admin says why, with numbers and links."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import Page

from operating_models.models import (
    AdoptionReport,
    Keyword,
    LedgerError,
    OperatingModelPage,
    Programme,
    Project,
    Region,
    Theme,
)
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db


def bulk(*pages):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    ids = "&".join(f"id={page.pk}" for page in pages)
    return f"{url}?{ids}&next={reverse('wagtailadmin_home')}"


class TestModelWithReports:
    @pytest.fixture
    def model(self):
        model = factories.make_model(title="Seniorineuvola")
        factories.report(model, "15")
        factories.report(model, "08", "piloting")
        return model

    def test_its_deletion_is_refused_and_unpublishing_offered(self, curator, model):
        for response in (curator.get(editor.url("delete", model)), curator.post(editor.url("delete", model))):
            assert response.status_code == 200
            assert "2 käyttöönotto" in editor.text_of(response)
            assert f'href="{editor.url("unpublish", model)}"' in editor.text_of(response)
        assert OperatingModelPage.objects.filter(pk=model.pk).exists()

    def test_deletion_in_bulk_is_refused_for_all(self, curator, model):
        other = factories.make_model()
        for response in (curator.get(bulk(model, other)), curator.post(bulk(model, other))):
            assert response.status_code == 200
            assert "2 käyttöönotto" in editor.text_of(response)
            assert editor.url("unpublish", model) in editor.text_of(response)
        assert OperatingModelPage.objects.filter(pk__in=[model.pk, other.pk]).count() == 2

    @pytest.mark.parametrize("above", [1, 2])
    def test_deletion_of_a_page_above_is_refused(self, administrator, model, above):
        ancestor = model.get_ancestors().reverse()[above - 1]
        for response in (
            administrator.get(editor.url("delete", ancestor)),
            administrator.post(editor.url("delete", ancestor), {"confirm_site_name": "Toimintamallit"}),
            administrator.post(bulk(ancestor), {"confirm_site_name": "Toimintamallit"}),
        ):
            assert response.status_code == 200
            assert "2 käyttöönotto" in editor.text_of(response)
        assert OperatingModelPage.objects.filter(pk=model.pk).exists()

    def test_who_may_not_unpublish_is_told_whom_to_ask(self, developer, model):
        model.unpublish()
        response = developer.get(editor.url("delete", model))

        assert response.status_code == 200
        assert editor.url("unpublish", model) not in editor.text_of(response)

    def test_code_is_refused_too_and_the_tree_stays_whole(self, model):
        region = model.get_parent().specific
        children = region.numchild
        for found in (model, region):
            with pytest.raises(ProtectedError), transaction.atomic():
                found.delete()

        region.refresh_from_db()
        assert region.numchild == children
        assert Page.find_problems() == ([], [], [], [], [])

    def test_a_refusal_outside_a_transaction_leaves_nothing_behind(self, model):
        region = model.get_parent().specific
        with pytest.raises(ProtectedError):
            region.delete()

        assert type(region).objects.get(pk=region.pk).numchild == region.numchild


class TestModelWithoutReports:
    def test_it_is_deleted_with_its_other_facts(self, curator):
        page = factories.make_model()
        factories.set_review_date(page, "2030-01-01")
        factories.feature(page)
        curator.post(editor.url("delete", page))

        assert not OperatingModelPage.objects.exists()

    def test_it_is_deleted_in_bulk(self, curator):
        pages = [factories.make_model(), factories.make_model(live=False)]
        response = curator.post(bulk(*pages))

        assert response.status_code == 302
        assert not OperatingModelPage.objects.exists()


def test_a_report_is_neither_changed_nor_deleted():
    report = factories.report(factories.make_model())

    for forbidden in (report.save, report.delete, AdoptionReport.objects.all().delete):
        with pytest.raises(LedgerError):
            forbidden()
    with pytest.raises(LedgerError):
        AdoptionReport.objects.update(note="muutettu")


class TestTermInUse:
    def url(self, term, view):
        return reverse(f"wagtailsnippets_operating_models_{term._meta.model_name}:{view}", args=[term.pk])

    def bulk(self, *terms):
        url = reverse("wagtail_bulk_action", args=["operating_models", terms[0]._meta.model_name, "delete"])
        return f"{url}?" + "&".join(f"id={term.pk}" for term in terms)

    @pytest.fixture
    def model(self):
        project = Project.objects.create(code="seniorihanke", name_fi="Seniorihanke")
        return factories.make_model(
            title="Seniorineuvola", tags=["neuvonta"], project=project.code, further_regions=["08"]
        )

    def terms(self):
        yield Theme.objects.get(code="access")
        yield Project.objects.get(code="seniorihanke")
        yield Region.objects.get(code="08")
        yield Keyword.objects.get(name="neuvonta")

    def test_its_deletion_is_refused_with_the_models_that_use_it(self, curator, model):
        for term in self.terms():
            for response in (curator.get(self.url(term, "delete")), curator.post(self.url(term, "delete"))):
                assert response.status_code == 200
                assert "1 toimintamalli" in editor.text_of(response)
                assert editor.url("edit", model) in editor.text_of(response)
            assert type(term).objects.filter(pk=term.pk).exists()

    def test_deletion_in_bulk_is_refused_for_all(self, curator, model):
        unused = Theme.objects.create(code="sleep", name_fi="Uni")
        used = Theme.objects.get(code="access")
        for response in (curator.get(self.bulk(used, unused)), curator.post(self.bulk(used, unused))):
            assert response.status_code == 200
            assert editor.url("edit", model) in editor.text_of(response)
        assert Theme.objects.filter(pk__in=[used.pk, unused.pk]).count() == 2

    def test_code_is_refused_too(self, model):
        for term in self.terms():
            for forbidden in (term.delete, type(term).objects.filter(pk=term.pk).delete):
                with pytest.raises(ProtectedError), transaction.atomic():
                    forbidden()
            assert type(term).objects.filter(pk=term.pk).exists()

    def test_a_draft_uses_terms_too(self, curator):
        page = factories.make_model()
        factories.make_draft(page, themes=["leadership"])
        term = Theme.objects.get(code="leadership")

        assert editor.url("edit", page) in editor.text_of(curator.get(self.url(term, "delete")))
        with pytest.raises(ProtectedError):
            term.delete()

    def test_a_tag_of_a_draft_is_in_use(self):
        page = factories.make_model(live=False, tags=["uusi sana"])
        page.tags.set([])
        page.save_revision()
        page = OperatingModelPage.objects.get(pk=page.pk)
        draft = page.get_latest_revision_as_object()
        draft.tags.add(Keyword.objects.get(name="uusi sana"))
        draft.save_revision()

        with pytest.raises(ProtectedError):
            Keyword.objects.get(name="uusi sana").delete()

    def test_a_programme_with_investments_tells_of_them(self, curator):
        programme = Programme.objects.get(code="rrp")
        response = curator.post(self.url(programme, "delete"))

        assert response.status_code == 200
        assert Programme.objects.filter(code="rrp").exists()

    def test_one_that_nothing_uses_is_deleted(self, curator):
        unused = Theme.objects.create(code="sleep", name_fi="Uni")
        also = Theme.objects.create(code="rest", name_fi="Lepo")
        curator.post(self.url(unused, "delete"))
        curator.post(self.bulk(also))

        assert not Theme.objects.filter(code__in=["sleep", "rest"]).exists()
