"""One press makes a draft under one's own region with the texts carried over, and nobody else gets to do it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from operating_models.models import GapsError, OperatingModelPage, Region
from tests import factories
from tests.desk import editor
from tests.pages.reading import read, text_of, texts_of

pytestmark = pytest.mark.django_db


def url(page):
    return f"/sovella/{page.pk}/"


CARRIED = (
    "title",
    "lead",
    "original_language",
    "idea",
    "context",
    "client_insight",
    "conditions",
    "evaluation",
    "image",
    "image_alt",
)
CARRIED_TERMS = {
    "target_groups": ["older-people"],
    "service_classes": ["home-care"],
    "themes": ["access"],
    "settings": ["home"],
}
"""What the source has and its local versions begin with."""


def drafts(source):
    return OperatingModelPage.objects.filter(adapted_from=source)


class TestWhoMayMakeOne:
    def test_developer_of_another_region_gets_a_draft_in_the_editor_with_one_press(self, source, log_in):
        developer = log_in("developer", "08")
        page = developer.get(source.get_url()).content.decode()
        assert f'<form method="post" action="{url(source)}">' in page

        response = developer.post(url(source))

        draft = drafts(source).get()
        assert response["Location"] == editor.url("edit", draft)
        assert (draft.live, draft.owner, draft.region.code) == (False, developer.user, "08")
        assert developer.get(response["Location"]).status_code == 200

    @pytest.mark.parametrize(("role", "region"), [("reporter", "08"), ("reporter", "15")])
    def test_reporter_is_told_who_makes_them(self, source, log_in, role, region):
        for send in (log_in(role, region).get, log_in(role, region).post):
            response = send(url(source))
            assert response.status_code == 403
            assert "Et voi tehdä paikallista versiota" in response.content.decode()
        assert not drafts(source).exists()

    def test_developer_of_the_same_region_is_told_that_the_model_is_theirs(self, source, log_in):
        response = log_in("developer", "15").post(url(source))
        assert response.status_code == 403
        assert "Malli on jo oman alueesi malli" in response.content.decode()
        assert not drafts(source).exists()

    def test_developer_cannot_name_another_region(self, source, log_in):
        developer = log_in("developer", "08")
        response = developer.post(url(source), {"alue": factories.region_page("02").pk})
        assert response.status_code == 200
        assert "Valitse jokin alla olevista alueista." in response.content.decode()
        assert not drafts(source).exists()

    def test_curator_is_asked_for_the_region(self, source, log_in):
        curator = log_in("curator")
        asked = curator.post(url(source)).content.decode()
        assert "Mille alueelle?" in asked
        assert f'value="{factories.region_page("15").pk}"' not in asked
        assert not drafts(source).exists()

        curator.post(url(source), {"alue": factories.region_page("02").pk})
        assert drafts(source).get().region.code == "02"

    def test_region_that_has_ended_is_not_offered(self, source, log_in):
        Region.objects.filter(code="02").update(valid_until=timezone.localdate() - timedelta(days=1))
        asked = log_in("curator").get(url(source)).content.decode()
        assert f'value="{factories.region_page("02").pk}"' not in asked
        assert f'value="{factories.region_page("08").pk}"' in asked

    def test_visitor_is_led_to_log_in_and_back(self, source):
        visitor = Client()
        link = next(a for a in read(source.get_url()).select(".actions a") if "Sovella" in a.get_text())
        assert link["href"] == f"/kirjaudu/?next=%2Fsovella%2F{source.pk}%2F"
        for send in (visitor.get, visitor.post):
            assert send(url(source))["Location"] == link["href"]
        assert not drafts(source).exists()

    def test_forged_form_makes_nothing(self, source):
        client = Client(enforce_csrf_checks=True)
        client.force_login(factories.make_user("developer", "08"))
        assert client.post(url(source)).status_code == 403
        assert not drafts(source).exists()

    def test_confirming_page_tells_what_is_carried_over_and_makes_nothing(self, source, log_in):
        page = log_in("developer", "08").get(url(source)).content.decode()
        for told in ("Pirkanmaa", "Mitä luonnokseen kopioidaan", "Mitä ei kopioida", 'content="noindex"'):
            assert told in page
        assert not drafts(source).exists()


class TestSource:
    def unpublished(self, source):
        source.unpublish()

    def restricted(self, source):
        PageViewRestriction.objects.create(page=source.page_ptr, restriction_type="login")

    def restricted_above(self, source):
        PageViewRestriction.objects.create(page=source.get_parent(), restriction_type="login")

    @pytest.mark.parametrize("hide", [unpublished, restricted, restricted_above])
    @pytest.mark.parametrize("role", ["developer", "curator"])
    def test_what_is_not_public_is_no_source(self, source, log_in, committed, hide, role):
        with committed():
            hide(self, source)
        client = log_in(role, "08")
        assert client.get(url(source)).status_code == 404
        assert client.post(url(source), {"alue": factories.region_page("08").pk}).status_code == 404
        assert not drafts(source).exists()

    def test_draft_is_no_source(self, log_in):
        draft = factories.make_model("15", live=False)
        assert log_in("developer", "08").post(url(draft)).status_code == 404

    def test_draft_of_a_published_model_is_not_carried_over(self, source, log_in):
        factories.make_draft(source, title="Salainen", idea="<p>Salainen ajatus</p>")
        log_in("developer", "08").post(url(source))
        draft = drafts(source).get().get_latest_revision_as_object()
        assert "Salainen" not in draft.title + draft.idea

    @pytest.mark.parametrize("number", [10**6, 10**18, 10**30])
    def test_unknown_model_is_not_found(self, log_in, number):
        assert log_in("developer", "08").post(f"/sovella/{number}/").status_code == 404


class TestDraft:
    @pytest.fixture
    def draft(self, source, log_in):
        log_in("developer", "08").post(url(source))
        return drafts(source).get()

    @pytest.fixture(params=["row", "revision"])
    def stored(self, request, draft):
        return draft if request.param == "row" else draft.get_latest_revision_as_object()

    def test_texts_and_classification_are_carried_over(self, source, stored):
        for name in CARRIED:
            assert getattr(stored, name) == getattr(source, name) != "", name
        assert {name: [term.code for term in getattr(stored, name).all()] for name in CARRIED_TERMS} == CARRIED_TERMS
        assert {tag.name for tag in stored.tags.all()} == {"neuvonta", "kotikäynti"}
        assert [(row.description, row.cost) for row in stored.resources.all()] == [("Hoitaja", "2 000 €")]
        assert [(row.risk, row.handling) for row in stored.risks.all()] == [("Vaihtuvuus", "Työpari")]
        assert [(row.language, row.title) for row in stored.texts.all()] == [("sv", "Seniorrådgivning")]

    def test_what_is_the_sources_own_is_not(self, stored):
        for name in ("outcomes", "links", "attachments", "further_regions", "programmes", "programme_goals"):
            assert not list(getattr(stored, name).all()), name
        for name in ("place", "funders", "contact_unit", "contact_email", "video_url", "project"):
            assert not getattr(stored, name), name
        assert not stored.development
        assert stored.contact_organisation == "Pirkanmaan hyvinvointialue"

    def test_source_keeps_what_it_has(self, source, draft):
        kept = OperatingModelPage.objects.get(pk=source.pk)
        assert [row.description for row in kept.resources.all()] == ["Hoitaja"]
        assert {tag.name for tag in kept.tags.all()} == {"neuvonta", "kotikäynti"}

    def test_it_remembers_the_version_of_the_source(self, source, stored):
        source.refresh_from_db()
        assert stored.adapted_from_id == source.pk
        assert stored.adapted_revision_id == source.live_revision_id

    def test_its_address_is_free(self, source, log_in):
        factories.make_model("08", "Seniorineuvola")
        log_in("developer", "08").post(url(source))
        assert drafts(source).get().slug == "seniorineuvola-2"

    def test_it_has_no_facts_of_the_source(self, source, log_in):
        factories.report(source, "15", "in_use")
        factories.assess(source)
        log_in("developer", "08").post(url(source))
        draft = drafts(source).get()
        assert not draft.adoption_reports.exists()
        assert not draft.evidence_assessments.exists()

    def test_readers_see_it_nowhere(self, source, draft):
        soup = read(source.get_url())
        assert soup.select_one("#family") is None
        assert Client().get(f"/erot/{draft.pk}/").status_code == 404
        assert Client().get(f"/sovella/{draft.pk}/").status_code == 404
        assert texts_of(read(f"/vertaa/?malli={draft.pk}"), ".compare thead th") == []

    def test_second_press_leads_to_the_same_draft_and_says_so(self, source, log_in):
        developer = log_in("developer", "08")
        first, second = developer.post(url(source)), developer.post(url(source))
        assert first["Location"] == second["Location"]
        assert drafts(source).count() == 1
        assert "Olet jo tehnyt tästä mallista" in developer.get(second["Location"]).content.decode()

    @pytest.mark.parametrize("change", ["other user", "other region", "source published anew", "draft published"])
    def test_another_draft_is_made_when_it_would_be_another(self, source, log_in, adapt, change):
        curator = log_in("curator")
        curator.post(url(source), {"alue": factories.region_page("08").pk})
        region = "02" if change == "other region" else "08"
        if change == "source published anew":
            factories.make_draft(source, lead="Uusi.").publish()
        if change == "draft published":
            made = drafts(source).get().get_latest_revision_as_object()
            made.contact_unit, made.adaptation_kept = "Avopalvelut", "Kaikki."
            made.save_revision().publish()
        client = log_in("curator") if change == "other user" else curator
        client.post(url(source), {"alue": factories.region_page(region).pk})
        assert drafts(source).count() == 2


class TestQuestions:
    def test_editor_shows_the_source_and_asks(self, source, log_in):
        developer = log_in("developer", "08")
        page = developer.get(developer.post(url(source))["Location"]).content.decode()
        assert "Tämä paikallinen versio on tehty mallista ”Seniorineuvola”." in page
        for help_text in ("Mikä toimii kuten lähdemallissa.", "Mitä teette toisin.", "Mitä jätitte pois."):
            assert help_text in page

    def test_editor_of_another_model_does_not_ask(self, log_in):
        page = factories.make_model("08", live=False)
        assert (
            "Tämä paikallinen versio" not in log_in("developer", "08").get(editor.url("edit", page)).content.decode()
        )

    def form(self, draft, **changes):
        answers = {"contact_unit": "Avopalvelut", "adapted_from": str(draft.adapted_from_id)} | changes
        return editor.form_of_model(draft, **answers) | {"action-publish": "1"}

    def test_it_is_not_published_before_one_is_answered(self, source, log_in):
        curator = log_in("curator")
        curator.post(url(source), {"alue": factories.region_page("08").pk})
        draft = drafts(source).get()

        refused = curator.post(editor.url("edit", draft), self.form(draft)).content.decode()
        assert "Mitä lähdemallista säilytettiin, muutettiin tai jätettiin pois puuttuu." in refused
        draft.refresh_from_db()
        assert not draft.live
        unanswered = factories.make_draft(draft, contact_unit="Avopalvelut")
        with pytest.raises(GapsError, match="säilytettiin"):
            unanswered.publish()

        curator.post(editor.url("edit", draft), self.form(draft, adaptation_dropped="Iltaryhmä."))
        draft.refresh_from_db()
        assert draft.live

    def test_reason_alone_is_no_answer(self, source, adapt):
        with pytest.raises(GapsError):
            adapt(source, "08", adaptation_changed=" ", adaptation_reason="Siksi.")

    def test_model_that_was_linked_by_hand_needs_no_answer(self, source):
        assert factories.make_model("08", adapted_from=source).live

    def test_version_that_is_no_longer_adapted_from_anything_needs_no_answer(self, source, adapt):
        assert adapt(source, "08", adaptation_changed="", adapted_from=None).live


class TestRevisionOfTheSource:
    def test_published_revision_is_not_written_over_by_autosave(self, source, adapt):
        """Else the difference would show readers a draft."""
        source.refresh_from_db()
        live = source.live_revision
        draft = source.get_latest_revision_as_object()
        draft.idea = "<p>Salainen luonnos</p>"
        saved = draft.save_revision(clean=False, overwrite_revision=live)
        live.refresh_from_db()
        assert saved.pk != live.pk
        assert "Salainen" not in live.content["idea"]

    def test_revision_that_a_version_was_made_of_is_kept_also_after_unpublishing(self, source, adapt):
        adapt(source, "08")
        source.refresh_from_db()
        remembered = source.live_revision
        source.unpublish()
        draft = OperatingModelPage.objects.get(pk=source.pk).get_latest_revision_as_object()
        draft.idea = "<p>Salainen luonnos</p>"
        draft.save_revision(clean=False, overwrite_revision=remembered)
        remembered.refresh_from_db()
        assert "Salainen" not in remembered.content["idea"]

    def test_version_stays_when_the_revision_is_deleted(self, source, adapt):
        version = adapt(source, "08")
        source.refresh_from_db()
        revision = source.live_revision
        factories.make_draft(source, lead="Uusi.").publish()
        revision.delete()
        version.refresh_from_db()
        assert version.adapted_revision_id is None
        assert version.adapted_from_id == source.pk
        assert "ei tiedetä" in text_of(read(f"/erot/{version.pk}/").select_one(".notice--calm"))
