"""No door publishes a model that lacks what publishing asks for, none fails, and nothing is half published."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision, WorkflowState

from operating_models.models import GapsError, OperatingModelPage
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

GAPS = ("lead", "themes", "conditions", "contact_unit")


def start_moderation(page, user):
    page.get_workflow().start(page, user)
    return page.current_workflow_task_state


def make_incomplete(page):
    """Leave gaps in the latest draft, behind the editor's back."""
    return factories.make_draft(page, lead="", themes=[], conditions="<p> </p>", contact_unit="")


def gaps_of(page):
    """Return the gaps of the latest draft: those that were made, each once."""
    gaps = page.get_latest_revision_as_object().publish_errors()
    assert sorted(gap.field for gap in gaps) == sorted(GAPS)
    return gaps


class TestForm:
    def test_a_draft_with_gaps_is_saved(self, developer):
        response = developer.post(editor.add_url(), editor.form_of_model(title="Keskeneräinen", slug="keskenerainen"))

        page = OperatingModelPage.objects.get(slug="keskenerainen")
        assert response.status_code == 302
        assert not page.live
        assert {gap.field for gap in page.publish_errors()} >= set(GAPS)

    def test_an_autosave_of_a_draft_with_gaps_is_saved(self, developer):
        created = developer.post(
            editor.add_url(),
            editor.form_of_model(title="Keskeneräinen", slug="keskenerainen"),
            headers={"accept": "application/json"},
        ).json()
        page = OperatingModelPage.objects.get(pk=created["pk"])
        saved = developer.post(
            editor.url("edit", page),
            editor.form_of_model(page, title="Yhä kesken") | {"overwrite_revision_id": created["revision_id"]},
            headers={"accept": "application/json"},
        ).json()

        assert created["success"]
        assert saved["success"]
        assert saved["revision_id"] == created["revision_id"]
        page.refresh_from_db()
        assert page.get_latest_revision_as_object().title == "Yhä kesken"

    def test_publishing_tells_each_gap_with_its_tab(self, curator):
        page = factories.make_model(live=False, gaps=GAPS)
        response = curator.post(
            editor.url("edit", page), editor.form_of_model(page) | {"action-publish": "1"}, follow=True
        )

        form = response.context["form"]
        page.refresh_from_db()
        assert not page.live
        assert set(form.errors) == set(GAPS)
        for gap in gaps_of(page):
            assert form.errors[gap.field] == [gap.message]
            assert gap.tab in gap.message

    def test_a_new_page_with_gaps_is_not_published(self, curator):
        response = curator.post(editor.add_url(), editor.complete_form(lead="", themes=[]) | {"action-publish": "1"})

        assert response.status_code == 200
        assert set(response.context["form"].errors) == {"lead", "themes"}
        assert not OperatingModelPage.objects.filter(slug="uusi-malli").exists()

    def test_a_complete_new_page_is_published(self, curator):
        curator.post(editor.add_url(), editor.complete_form() | {"action-publish": "1"})

        page = OperatingModelPage.objects.get(slug="uusi-malli")
        assert page.live
        assert [theme.code for theme in page.themes.all()] == ["access"]

    def test_submitting_tells_what_is_missing(self, developer):
        page = factories.make_model(live=False, gaps=GAPS)
        response = developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})

        assert set(response.context["form"].errors) == set(GAPS)
        assert not WorkflowState.objects.exists()

    def test_submitting_a_new_page_with_gaps_makes_nothing(self, developer):
        response = developer.post(editor.add_url(), editor.complete_form(idea="<p></p>") | {"action-submit": "1"})

        assert set(response.context["form"].errors) == {"idea"}
        assert not OperatingModelPage.objects.filter(slug="uusi-malli").exists()
        assert not WorkflowState.objects.exists()

    def test_a_draft_in_moderation_does_not_get_gaps(self, curator):
        page = factories.make_model(live=False)
        start_moderation(page, curator.user)
        response = curator.post(editor.url("edit", page), editor.form_of_model(page, lead=""))

        page.refresh_from_db()
        assert set(response.context["form"].errors) == {"lead"}
        assert page.get_latest_revision_as_object().publish_errors() == ()

    def test_an_autosave_in_moderation_that_would_make_a_gap_is_refused(self, curator):
        page = factories.make_model(live=False)
        start_moderation(page, curator.user)
        response = curator.post(
            editor.url("edit", page),
            editor.form_of_model(page, lead=""),
            headers={"accept": "application/json"},
        )

        assert response.json()["success"] is False
        assert response.json()["error_code"] == "validation_error"

    def test_scheduling_tells_what_is_missing(self, curator):
        page = factories.make_model(live=False, gaps=GAPS)
        soon = (timezone.localtime() + timedelta(days=1)).strftime("%d.%m.%Y %H.%M")
        response = curator.post(
            editor.url("edit", page), editor.form_of_model(page, go_live_at=soon) | {"action-publish": "1"}
        )

        assert set(response.context["form"].errors) == set(GAPS)
        assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


class TestApproval:
    def test_a_complete_draft_is_published(self, curator):
        page = factories.make_model(live=False)
        state = start_moderation(page, curator.user)
        curator.post(editor.url("workflow_action", page, "approve", state.pk))

        page.refresh_from_db()
        assert page.live

    def test_approval_on_the_dashboard_tells_what_is_missing(self, curator):
        page = factories.make_model(live=False)
        state = start_moderation(page, curator.user)
        make_incomplete(page)
        response = curator.post(editor.url("workflow_action", page, "approve", state.pk), follow=True)

        page.refresh_from_db()
        assert response.status_code == 200
        assert not page.live
        for gap in gaps_of(page):
            assert gap.message in editor.text_of(response)
        state.refresh_from_db()
        assert state.status == "in_progress"

    def test_approval_in_a_dialog_leads_to_what_is_missing(self, curator):
        page = factories.make_model(live=False)
        state = start_moderation(page, curator.user)
        make_incomplete(page)
        response = curator.post(
            editor.url("workflow_action", page, "approve", state.pk),
            {"comment": "Hyvä"},
            headers={"x-requested-with": "XMLHttpRequest"},
        )

        assert response.json()["redirect"] == reverse("operating_models_gaps", args=[page.pk])

    def test_approval_in_the_editor_tells_what_is_missing(self, curator):
        page = factories.make_model(live=False)
        start_moderation(page, curator.user)
        make_incomplete(page)
        page.refresh_from_db()
        response = curator.post(
            editor.url("edit", page),
            editor.form_of_model(page) | {"action-workflow-action": "1", "workflow-action-name": "approve"},
        )

        page.refresh_from_db()
        assert not page.live
        assert set(response.context["form"].errors) == set(GAPS)

    def test_approval_in_the_editor_publishes_what_the_approver_filled_in(self, curator):
        page = factories.make_model(live=False)
        start_moderation(page, curator.user)
        make_incomplete(page)
        page.refresh_from_db()
        curator.post(
            editor.url("edit", page),
            editor.form_of_model(page, **factories.COMPLETE)
            | {"action-workflow-action": "1", "workflow-action-name": "approve"},
        )

        page.refresh_from_db()
        assert page.live
        assert page.publish_errors() == ()


class TestBulk:
    def publish(self, client, *pages, descendants=False):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        ids = "&".join(f"id={page.pk}" for page in pages)
        data = {"include_descendants": "on"} if descendants else {}
        home = reverse("wagtailadmin_home")
        return client.post(f"{url}?{ids}&next={home}", data, follow=True)

    def test_complete_pages_are_published_and_the_others_named(self, curator):
        incomplete = factories.make_model(title="Aukkoinen malli", live=False, gaps=GAPS)
        complete = factories.make_model(title="Valmis malli", live=False)
        response = self.publish(curator, incomplete, complete)

        incomplete.refresh_from_db()
        complete.refresh_from_db()
        assert response.status_code == 200
        assert complete.live
        assert not incomplete.live
        assert "Aukkoinen malli" in editor.text_of(response)
        for gap in gaps_of(incomplete):
            assert gap.message in editor.text_of(response)

    def test_drafts_under_a_region_are_published_but_for_those_with_gaps(self, curator):
        incomplete = factories.make_model(title="Aukkoinen malli", live=False, gaps=GAPS)
        complete = factories.make_model(title="Valmis malli", live=False)
        response = self.publish(curator, factories.region_page(), descendants=True)

        incomplete.refresh_from_db()
        complete.refresh_from_db()
        assert response.status_code == 200
        assert complete.live
        assert not incomplete.live
        assert "Aukkoinen malli" in editor.text_of(response)

    def test_a_live_page_with_gaps_in_its_draft_keeps_what_is_published(self, curator):
        page = factories.make_model(lead="Julkaistu tiivistys")
        make_incomplete(page)
        self.publish(curator, page)

        page.refresh_from_db()
        assert page.live
        assert page.lead == "Julkaistu tiivistys"
        assert page.has_unpublished_changes


def schedule(page, *, hours_ago=1):
    """Say of the latest draft that its time came some hours ago."""
    moment = timezone.now() - timedelta(hours=hours_ago)
    Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=moment)


class TestSchedule:
    def run(self):
        errors = StringIO()
        call_command("publish_scheduled", stderr=errors, stdout=StringIO())
        return errors.getvalue()

    def test_one_page_with_gaps_stops_no_other_and_keeps_its_schedule(self):
        incomplete = factories.make_model(title="Aukkoinen malli", live=False, gaps=GAPS)
        complete = factories.make_model(title="Valmis malli", live=False)
        schedule(incomplete, hours_ago=2)
        schedule(complete)
        told = self.run()

        incomplete.refresh_from_db()
        complete.refresh_from_db()
        assert complete.live
        assert not incomplete.live
        assert "Aukkoinen malli" in told
        assert "Valmis malli" not in told
        assert incomplete.scheduled_revision is not None

    def test_a_page_whose_gaps_have_been_filled_is_published_at_the_next_run(self):
        page = factories.make_model(live=False, gaps=("lead",))
        schedule(page)
        self.run()
        revision = factories.make_draft(page, lead="Tiivistys")
        Revision.objects.filter(pk=page.revisions.exclude(pk=revision.pk).get().pk).update(approved_go_live_at=None)
        schedule(page)

        assert self.run() == ""
        page.refresh_from_db()
        assert page.live

    def test_expired_pages_are_taken_down_each(self):
        first, second = factories.make_model(), factories.make_model()
        yesterday = timezone.now() - timedelta(days=1)
        OperatingModelPage.objects.filter(pk__in=[first.pk, second.pk]).update(expire_at=yesterday)
        self.run()

        for page in (first, second):
            page.refresh_from_db()
            assert not page.live
            assert page.expired

    def test_a_page_that_fails_unforeseen_stops_no_other(self, monkeypatch):
        first = factories.make_model(title="Ensimmäinen", live=False)
        second = factories.make_model(title="Toinen", live=False)
        schedule(first, hours_ago=2)
        schedule(second)
        publish = OperatingModelPage.publish

        def fail_first(self, *args, **kwargs):
            publish(self, *args, **kwargs)
            if self.pk == first.pk:
                raise RuntimeError("disk full")

        monkeypatch.setattr(OperatingModelPage, "publish", fail_first)
        told = self.run()

        first.refresh_from_db()
        second.refresh_from_db()
        assert not first.live
        assert first.scheduled_revision is not None
        assert second.live
        assert "disk full" in told

    def test_the_rehearsal_changes_nothing(self):
        page = factories.make_model(live=False)
        schedule(page)
        call_command("publish_scheduled", "--dryrun", stdout=StringIO())

        page.refresh_from_db()
        assert not page.live


class TestTick:
    def test_it_publishes_and_sweeps(self, monkeypatch):
        swept = []
        monkeypatch.setattr("search.indexing.upkeep.sweep", lambda: swept.append(True))
        page = factories.make_model(live=False)
        schedule(page)
        call_command("tick", stdout=StringIO())

        page.refresh_from_db()
        assert page.live
        assert swept == [True]

    def test_a_part_that_fails_does_not_stop_the_other(self, monkeypatch):
        def fail():
            raise RuntimeError("index broken")

        monkeypatch.setattr("operating_models.desk.scheduling.publish_due", fail)
        swept, errors = [], StringIO()
        monkeypatch.setattr("search.indexing.upkeep.sweep", lambda: swept.append(True))
        with pytest.raises(CommandError, match="scheduled publishing"):
            call_command("tick", stdout=StringIO(), stderr=errors)

        assert swept == [True]
        assert "index broken" in errors.getvalue()


class TestCopy:
    def test_a_copy_is_a_draft_without_the_facts_of_the_original(self, curator):
        page = factories.make_model(title="Alkuperäinen")
        factories.assess(page)
        factories.report(page)
        factories.feature(page)
        response = curator.post(
            editor.url("copy", page),
            {
                "new_title": "Kopio",
                "new_slug": "kopio",
                "new_parent_page": str(page.get_parent().pk),
                "publish_copies": "on",
                "alias": "on",
            },
        )

        copy = OperatingModelPage.objects.get(slug="kopio")
        assert response.status_code == 302
        assert not copy.live
        assert copy.alias_of_id is None
        assert copy.uuid != page.uuid
        assert copy.adoption_reports.count() == copy.evidence_assessments.count() == copy.featured.count() == 0
        assert [term.code for term in copy.themes.all()] == ["access"]

    def test_a_draft_with_gaps_is_copied_with_its_gaps(self, developer):
        page = factories.make_model(live=False, gaps=GAPS)
        developer.post(
            editor.url("copy", page),
            {"new_title": "Kopio", "new_slug": "kopio", "new_parent_page": str(page.get_parent().pk)},
        )

        copy = OperatingModelPage.objects.get(slug="kopio")
        assert not copy.live
        assert {gap.field for gap in copy.publish_errors()} == set(GAPS)


class TestCode:
    def test_publishing_a_revision_is_refused_before_anything_is_written(self):
        page = factories.make_model(lead="Julkaistu tiivistys")
        revision = make_incomplete(page)
        before = OperatingModelPage.objects.filter(pk=page.pk).values().get()
        with pytest.raises(GapsError) as refusal:
            revision.publish()

        assert [gap.field for gap in refusal.value.gaps] == ["lead", "themes", "contact_unit", "conditions"]
        assert OperatingModelPage.objects.filter(pk=page.pk).values().get() == before

    def test_saving_a_live_page_with_gaps_is_refused(self):
        page = factories.make_model()
        page.lead = ""
        with pytest.raises(GapsError.__mro__[1]), transaction.atomic():
            page.save()

        page.refresh_from_db()
        assert page.lead

    def test_unpublishing_a_page_with_gaps_in_its_draft_works(self, curator):
        page = factories.make_model()
        make_incomplete(page)
        response = curator.post(editor.url("unpublish", page))

        page.refresh_from_db()
        assert response.status_code == 302
        assert not page.live

    def test_the_message_of_a_revert_tells_its_gaps(self, curator):
        page = factories.make_model(live=False, gaps=GAPS)
        old = page.latest_revision
        factories.make_draft(page, title="Uudempi")
        page.refresh_from_db()
        response = curator.post(
            editor.url("edit", page),
            editor.form_of_model(page, lead="") | {"revision": old.pk, "action-publish": "1"},
        )

        assert set(response.context["form"].errors) == set(GAPS)


def test_the_json_of_a_failed_publishing_is_no_error_of_the_server(curator):
    page = factories.make_model(live=False, gaps=GAPS)
    response = curator.post(
        editor.url("edit", page),
        editor.form_of_model(page) | {"action-publish": "1"},
        headers={"accept": "application/json"},
    )

    assert response.status_code < 500
    assert json.loads(response.content)["success"] is False
