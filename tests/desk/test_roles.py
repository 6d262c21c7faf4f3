"""What each role can do in the admin, and what it cannot: through the admin's own views."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.documents.models import Document
from wagtail.models import Page, WorkflowState

from home.models import HomePage
from operating_models.models import (
    EvidenceAssessment,
    FeaturedModel,
    OperatingModelIndexPage,
    OperatingModelPage,
    Region,
    ReviewDate,
    Theme,
)
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

OWN, OTHER = "15", "08"


def is_refused(response):
    """Say whether the admin led away from what was asked, to its front page, as it does without a right."""
    return response.status_code == 302 and response["Location"] == reverse("wagtailadmin_home")


def move(client, page, region):
    destination = factories.region_page(region)
    return client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk]))


class TestDeveloper:
    def test_writes_a_model_under_the_own_region(self, developer):
        developer.post(editor.add_url(OWN), editor.complete_form())

        page = OperatingModelPage.objects.get(slug="uusi-malli")
        assert page.region.code == OWN
        assert not page.live

    def test_writes_none_under_another_region(self, developer):
        assert is_refused(developer.get(editor.add_url(OTHER)))
        assert is_refused(developer.post(editor.add_url(OTHER), editor.complete_form()))
        assert not OperatingModelPage.objects.exists()

    def test_edits_a_colleagues_model(self, developer):
        colleague = factories.make_user("developer", OWN)
        page = factories.make_model(user=colleague, live=False)
        developer.post(editor.url("edit", page), editor.form_of_model(page, title="Parempi nimi"))

        page.refresh_from_db()
        assert page.title == "Parempi nimi"

    def test_edits_a_published_model_as_a_draft(self, developer):
        page = factories.make_model(title="Julkaistu nimi")
        developer.post(editor.url("edit", page), editor.form_of_model(page, title="Luonnoksen nimi"))

        page.refresh_from_db()
        assert page.title == "Julkaistu nimi"
        assert page.get_latest_revision_as_object().title == "Luonnoksen nimi"

    @pytest.mark.parametrize("name", ["edit", "delete", "copy", "unpublish", "history", "move"])
    def test_does_nothing_to_a_model_of_another_region(self, developer, name):
        page = factories.make_model(region=OTHER)

        assert is_refused(developer.get(editor.url(name, page)))

    @pytest.mark.parametrize("name", ["edit", "delete", "copy", "unpublish", "move", "history"])
    def test_does_nothing_to_the_page_of_the_own_region(self, developer, name):
        assert is_refused(developer.get(editor.url(name, factories.region_page(OWN))))

    def test_does_not_lock_the_page_of_the_own_region(self, developer):
        page = factories.region_page(OWN)
        developer.post(editor.url("lock", page))

        page.refresh_from_db()
        assert not page.locked

    @pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
    def test_does_nothing_to_the_page_of_the_own_region_in_bulk(self, developer, action):
        page = factories.region_page(OWN)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        destination = OperatingModelIndexPage.objects.get().pk
        home = reverse("wagtailadmin_home")
        developer.post(f"{url}?id={page.pk}&next={home}", {"chooser": destination})

        unchanged = factories.region_page(OWN)
        assert (unchanged.live, unchanged.path) == (page.live, page.path)

    def test_submits_and_does_not_publish(self, developer):
        page = factories.make_model(live=False)
        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-publish": "1"})
        page.refresh_from_db()
        assert not page.live

        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
        assert WorkflowState.objects.get().workflow.name == "Toimintamallin tarkistus"
        page.refresh_from_db()
        assert page.workflow_in_progress

    def test_does_not_publish_in_bulk(self, developer):
        page = factories.make_model(live=False)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        developer.post(f"{url}?id={page.pk}&next={reverse('wagtailadmin_home')}")

        page.refresh_from_db()
        assert not page.live

    def test_does_not_approve_the_own_model(self, developer):
        page = factories.make_model(live=False)
        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
        page.refresh_from_db()
        state = page.current_workflow_task_state
        response = developer.post(editor.url("workflow_action", page, "approve", state.pk))

        page.refresh_from_db()
        assert is_refused(response)
        assert not page.live

    def test_does_not_change_what_is_being_checked_but_takes_it_back(self, developer):
        page = factories.make_model(title="Lähetetty", live=False)
        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
        page.refresh_from_db()
        developer.post(editor.url("edit", page), editor.form_of_model(page, title="Muutettu"))
        page.refresh_from_db()
        assert page.get_latest_revision_as_object().title == "Lähetetty"

        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-cancel-workflow": "1"})
        page.refresh_from_db()
        assert not page.workflow_in_progress

    def test_does_not_unpublish(self, developer):
        page = factories.make_model()

        assert is_refused(developer.post(editor.url("unpublish", page)))
        page.refresh_from_db()
        assert page.live

    def test_deletes_a_draft_and_no_published_model(self, developer):
        draft, published = factories.make_model(live=False), factories.make_model()
        developer.post(editor.url("delete", draft))
        refused = developer.post(editor.url("delete", published))

        assert is_refused(refused)
        assert list(OperatingModelPage.objects.values_list("pk", flat=True)) == [published.pk]

    def test_moves_no_model_even_between_own_regions(self, developer):
        developer.user.groups.add(Group.objects.get(name="Kehittäjät: Pirkanmaa"))
        page = factories.make_model(live=False)

        assert is_refused(move(developer, page, OTHER))
        assert OperatingModelPage.objects.get().region.code == OWN

    @pytest.mark.parametrize("kind", [HomePage, OperatingModelIndexPage])
    @pytest.mark.parametrize("name", ["edit", "delete", "copy", "add_subpage"])
    def test_does_nothing_to_the_pages_above(self, developer, kind, name):
        assert is_refused(developer.get(editor.url(name, kind.objects.get())))

    @pytest.mark.parametrize("name", ["featured", "evidence", "review_dates", "adoption_reports"])
    def test_sees_no_facts_in_the_admin(self, developer, name):
        assert is_refused(developer.get(reverse(f"{name}:index")))
        assert is_refused(developer.get(reverse(f"{name}:add")))

    def test_does_not_assess_the_own_model(self, developer):
        page = factories.make_model()
        data = {"page": page.pk, "level": "5", "assessor": "Me itse", "assessed_on": "2026-01-01"}

        assert is_refused(developer.post(reverse("evidence:add"), data))
        assert not EvidenceAssessment.objects.exists()

    @pytest.mark.parametrize("name", ["theme", "region", "keyword", "project"])
    def test_does_not_see_vocabularies(self, developer, name):
        assert is_refused(developer.get(reverse(f"wagtailsnippets_operating_models_{name}:list")))
        assert is_refused(developer.get(reverse(f"wagtailsnippets_operating_models_{name}:add")))

    @pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index"])
    def test_sees_no_users(self, developer, name):
        assert is_refused(developer.get(reverse(name)))

    def test_adds_documents_to_the_own_collection_only(self, developer):
        for region in (OWN, OTHER):
            file = SimpleUploadedFile("ohje.txt", b"Ohje")
            collection = factories.collection_of(region).pk
            developer.post(
                reverse("wagtaildocs:add"),
                {"title": f"Ohje {region}", "file": file, "collection": collection, "files[]": file},
                headers={"x-requested-with": "XMLHttpRequest"},
            )

        # The form has no choice of a collection for who may add to one alone.
        assert list(Document.objects.values_list("collection__name", flat=True)) == ["Keski-Suomi"] * 2

    def test_edits_files_of_the_own_collection_only(self, developer):
        own, others = factories.make_document(region=OWN), factories.make_document(region=OTHER)
        picture, others_picture = factories.make_image(region=OWN), factories.make_image(region=OTHER)

        assert developer.get(reverse("wagtaildocs:edit", args=[own.pk])).status_code == 200
        assert is_refused(developer.get(reverse("wagtaildocs:edit", args=[others.pk])))
        assert developer.get(reverse("wagtailimages:edit", args=[picture.pk])).status_code == 200
        assert is_refused(developer.get(reverse("wagtailimages:edit", args=[others_picture.pk])))

    def test_the_explorer_begins_at_the_own_region(self, developer):
        response = developer.get(reverse("wagtailadmin_explore_root"))

        assert response["Location"] == reverse("wagtailadmin_explore", args=[factories.region_page(OWN).pk])

    def test_the_menu_shows_no_more_than_is_needed(self, developer):
        assert menu_of(developer) == {"explorer", "images", "documents", "reports", "help"}


def menu_of(client):
    """Return the names of the menu's items that a client's user sees."""
    request = client.get(reverse("wagtailadmin_home")).wsgi_request
    return {item.name for item in admin_menu.menu_items_for_request(request)}


class TestReporter:
    def test_has_no_door_to_the_admin_yet(self, log_in):
        client = log_in("reporter", OWN)

        response = client.get(reverse("wagtailadmin_home"))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("wagtailadmin_login"))

    def test_the_role_exists_for_every_region(self):
        names = {f"Aluevastaavat: {region.short_name_fi}" for region in Region.objects.all()}

        assert len(names) == 25
        assert names == set(Group.objects.filter(name__startswith="Aluevastaavat").values_list("name", flat=True))


class TestCurator:
    def test_approves_and_publishes_what_was_submitted(self, developer, curator):
        page = factories.make_model(live=False)
        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
        page.refresh_from_db()
        curator.post(editor.url("workflow_action", page, "approve", page.current_workflow_task_state.pk))

        page.refresh_from_db()
        assert page.live

    def test_requests_changes_and_the_developer_submits_again(self, developer, curator):
        page = factories.make_model(live=False)
        developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
        page.refresh_from_db()
        state = page.current_workflow_task_state
        curator.post(editor.url("workflow_action", page, "reject", state.pk), {"comment": "Täydennä tulokset"})
        developer.post(editor.url("edit", page), editor.form_of_model(page, lead="") | {"action-save": "1"})
        page.refresh_from_db()
        assert page.get_latest_revision_as_object().lead == ""

        fields = editor.form_of_model(page, lead="Valmis")
        developer.post(editor.url("edit", page), fields | {"action-submit": "1"})
        page.refresh_from_db()
        assert page.workflow_in_progress

    def test_publishes_and_unpublishes_in_every_region(self, curator):
        page = factories.make_model(region=OTHER, live=False)
        curator.post(editor.url("edit", page), editor.form_of_model(page) | {"action-publish": "1"})
        page.refresh_from_db()
        assert page.live

        curator.post(editor.url("unpublish", page))
        page.refresh_from_db()
        assert not page.live

    def test_moves_a_model_to_another_region(self, curator):
        page = factories.make_model()
        move(curator, page, OTHER)

        assert OperatingModelPage.objects.get().region.code == OTHER

    def test_edits_the_page_of_a_region_but_does_not_copy_it(self, curator):
        page = factories.region_page(OWN)

        assert curator.get(editor.url("edit", page)).status_code == 200
        assert is_refused(curator.get(editor.url("copy", page)))

    def test_edits_the_front_page(self, curator):
        assert curator.get(editor.url("edit", HomePage.objects.get())).status_code == 200

    def test_features_a_model(self, curator):
        page = factories.make_model()
        data = {"page": page.pk, "reason": "Vuoden malli", "since": "2026-01-01", "until": "", "order": "1"}
        curator.post(reverse("featured:add"), data)

        made = FeaturedModel.objects.get()
        assert (made.page_id, made.reason, made.recorded_by) == (page.pk, "Vuoden malli", curator.user)

    def test_sets_a_review_date(self, curator):
        page = factories.make_model()
        curator.post(
            reverse("review_dates:add"), {"page": page.pk, "review_by": "2027-03-01", "reason": "Laki muuttuu"}
        )

        assert ReviewDate.objects.get().recorded_by == curator.user

    def test_rating_a_model_with_a_pending_draft_leaves_the_draft_and_outlives_its_publishing(self, curator):
        page = factories.make_model(title="Julkaistu nimi")
        factories.make_draft(page, title="Luonnoksen nimi")
        before = page.latest_revision_id
        data = {
            "page": page.pk,
            "level": "4",
            "assessor": "THL",
            "assessed_on": "2026-01-01",
            "source": "",
            "note": "",
        }
        curator.post(reverse("evidence:add"), data)

        page.refresh_from_db()
        assert page.title == "Julkaistu nimi"
        assert page.latest_revision_id == before
        assert page.get_latest_revision_as_object().title == "Luonnoksen nimi"
        rating = EvidenceAssessment.objects.get()
        assert (rating.level, rating.recorder.user) == ("4", curator.user)

        curator.post(editor.url("edit", page), editor.form_of_model(page) | {"action-publish": "1"})
        page.refresh_from_db()
        assert page.title == "Luonnoksen nimi"
        assert page.evidence_assessments.get().level == "4"

    def test_adds_and_renames_a_term(self, curator):
        name = "wagtailsnippets_operating_models_theme"
        fields = {"name_sv": "", "name_en": "", "synonyms": "", "order": "5"}
        curator.post(reverse(f"{name}:add"), fields | {"code": "sleep", "name_fi": "Uni"})
        term = Theme.objects.get(code="sleep")
        curator.post(reverse(f"{name}:edit", args=[term.pk]), fields | {"code": "changed", "name_fi": "Uni ja lepo"})

        term.refresh_from_db()
        assert (term.code, term.name_fi) == ("sleep", "Uni ja lepo")

    @pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index"])
    def test_manages_no_users(self, curator, name):
        assert is_refused(curator.get(reverse(name)))

    def test_sees_curation_and_vocabularies_in_the_menu(self, curator):
        assert menu_of(curator) >= {"explorer", "curation", "vocabularies", "reports", "images", "documents"}


class TestAdministrator:
    def test_makes_a_user_of_a_role(self, administrator):
        group = Group.objects.get(name="Kehittäjät: Kainuu")
        administrator.post(
            reverse("wagtailusers_users:add"),
            {
                "username": "kaisa",
                "email": "kaisa@example.fi",
                "first_name": "Kaisa",
                "last_name": "Korhonen",
                "password1": factories.PASSWORD,
                "password2": factories.PASSWORD,
                "groups": [group.pk],
            },
        )

        assert group.user_set.get().username == "kaisa"

    @pytest.mark.parametrize(
        "name", ["wagtailusers_users:index", "wagtailusers_groups:index", "wagtailadmin_collections:index"]
    )
    def test_manages_users_groups_and_collections(self, administrator, name):
        assert administrator.get(reverse(name)).status_code == 200

    def test_publishes_too(self, administrator):
        page = factories.make_model(live=False)
        administrator.post(editor.url("edit", page), editor.form_of_model(page) | {"action-publish": "1"})

        page.refresh_from_db()
        assert page.live

    def test_is_not_made_a_superuser(self, administrator):
        assert not administrator.user.is_superuser


def test_nobody_makes_a_page_of_another_kind_under_a_region(superuser):
    url = reverse("wagtailadmin_pages:add", args=["home", "standardpage", factories.region_page().pk])

    assert is_refused(superuser.get(url))


def test_the_approval_of_wagtail_itself_is_gone():
    assert [page.get_workflow().name for page in (factories.region_page(),)] == ["Toimintamallin tarkistus"]
    assert not Page.get_first_root_node().has_workflow
