"""Moderation: a reason is asked for, decisions are said, and a comparison of versions shows what changed."""

import json
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from operating_models.models import Keyword, Outcome
from tests import factories
from tests.desk import editor
from tests.pages.reading import text_of

pytestmark = pytest.mark.django_db

HOME = reverse("wagtailadmin_home")
COMPARED_WITH_PREVIOUS = "Vertaa edelliseen versioon"


def submit(developer, page, **changes):
    developer.post(editor.url("edit", page), editor.form_of_model(page, **changes) | {"action-submit": "1"})
    page.refresh_from_db()
    return page.current_workflow_task_state


def links(client):
    soup = BeautifulSoup(client.get(HOME).content, "html.parser")
    return {text_of(link): link["href"] for link in soup.select("a") if "Vert" in text_of(link)}


def shown(client):
    soup = BeautifulSoup(client.get(HOME).content, "html.parser")
    return [text for found in soup.select(".messages li") if (text := text_of(found))]


@pytest.fixture
def page():
    return factories.make_model(title="Seniorineuvola", live=False)


class TestReturning:
    @pytest.mark.parametrize("comment", ["", "   ", "\u200b", "…"])
    def test_without_a_reason_is_refused_from_the_dashboard(self, developer, curator, page, comment):
        state = submit(developer, page)
        curator.post(editor.url("workflow_action", page, "reject", state.pk), {"comment": comment})
        state.refresh_from_db()
        assert state.status == "in_progress"
        assert "ei palautettu" in shown(curator)[0]

    @pytest.mark.parametrize("view", ["workflow_action", "collect_workflow_action_data"])
    def test_without_a_reason_the_dialog_asks_for_it(self, developer, curator, page, view):
        state = submit(developer, page)
        url = editor.url(view, page, "reject", state.pk)
        answer = curator.post(url, {"comment": " "}, headers={"x-requested-with": "XMLHttpRequest"}).json()
        assert answer["step"] == "action"
        assert "Mitä on muutettava" in answer["html"]
        state.refresh_from_db()
        assert state.status == "in_progress"
        assert shown(curator) == []

    def test_without_a_reason_is_refused_from_the_editor(self, developer, curator, page):
        state = submit(developer, page)
        sent = editor.form_of_model(page) | {"action-workflow-action": "true", "workflow-action-name": "reject"}
        for extra in ("{}", json.dumps({"comment": ""})):
            curator.post(editor.url("edit", page), sent | {"workflow-action-extra-data": extra})
            state.refresh_from_db()
            assert state.status == "in_progress"
            (told,) = shown(curator)
            assert "ei palautettu" in told

    def test_with_a_reason_is_said_and_the_reason_kept(self, developer, curator, page):
        state = submit(developer, page)
        curator.post(editor.url("workflow_action", page, "reject", state.pk), {"comment": "Täydennä tulokset"})
        state.refresh_from_db()
        assert (state.status, state.comment) == ("rejected", "Täydennä tulokset")
        assert shown(curator) == ["”Seniorineuvola” palautettiin kirjoittajalleen muutettavaksi."]


class TestApproving:
    def test_is_said_on_the_dashboard(self, developer, curator, page):
        state = submit(developer, page)
        curator.post(editor.url("workflow_action", page, "approve", state.pk))
        assert shown(curator) == ["”Seniorineuvola” hyväksyttiin ja julkaistiin."]

    def test_is_said_by_the_editor(self, developer, curator, page):
        submit(developer, page)
        sent = editor.form_of_model(page) | {"action-workflow-action": "true", "workflow-action-name": "approve"}
        curator.post(editor.url("edit", page), sent)
        assert shown(curator) == ["”Seniorineuvola” hyväksyttiin ja julkaistiin."]


class TestWhatASubmissionIsComparedWith:
    def test_is_nothing_for_a_first_one_however_often_it_was_saved(self, developer, curator, page):
        for lead in ("Yksi", "Kaksi"):
            factories.make_draft(page, lead=lead)
        submit(developer, page)
        assert "Seniorineuvola" in text_of(BeautifulSoup(curator.get(HOME).content, "html.parser"))
        assert links(curator) == {}

    def test_is_what_is_published(self, developer, curator):
        page = factories.make_model(title="Seniorineuvola", lead="Vanha kuvaus")
        factories.make_draft(page, lead="Välivaihe")
        submit(developer, page, lead="Uusi kuvaus")
        (url,) = links(curator).values()
        assert "/live..." in url
        told = curator.get(url).content.decode()
        assert '<span class="deletion">Vanha</span><span class="addition">Uusi</span> kuvaus' in told

    def test_is_what_was_returned(self, developer, curator, page):
        state = submit(developer, page, lead="Palautettu kuvaus")
        curator.post(editor.url("workflow_action", page, "reject", state.pk), {"comment": "Täydennä"})
        factories.make_draft(page, lead="Välivaihe")
        submit(developer, page, lead="Korjattu kuvaus")
        assert list(links(curator)) == [COMPARED_WITH_PREVIOUS]
        told = curator.get(links(curator)[COMPARED_WITH_PREVIOUS]).content.decode()
        assert '<span class="deletion">Palautettu</span><span class="addition">Korjattu</span> kuvaus' in told


class TestComparison:
    def compare(self, client, page):
        html = client.get(editor.url("revisions_compare", page, "live", "latest")).content.decode()
        return html.partition("<tbody>")[2].partition("</tbody>")[0]

    def test_keeps_paragraphs_and_items_apart(self, curator):
        page = factories.make_model(idea="<p>Hoitaja soittaa.</p><p>Asiakas vastaa.</p>")
        factories.make_draft(page, idea="<p>Hoitaja soittaa.</p><ul><li>Omainen vastaa.</li></ul>")
        told = self.compare(curator, page)
        changed = '<span class="deletion">Asiakas</span><span class="addition">Omainen</span>'
        assert f"Hoitaja soittaa.<br>{changed} vastaa." in told

    def test_writes_numbers_as_the_page_does(self, curator):
        page = factories.make_model()
        page.outcomes.add(Outcome(measure="Odotus", before=Decimal("1234.500"), unit="vrk"))
        page.save()
        row = page.outcomes.get()
        row.before = Decimal("12.250")
        page.outcomes.add(row)
        page.save_revision()
        told = self.compare(curator, page)
        assert "1234.500" not in told
        assert '<span class="deletion">1\xa0234,5</span> <span class="addition">12,25</span>' in told
        assert "None" not in told

    def test_names_tags_as_they_are_written(self, curator):
        page = factories.make_model()
        draft = page.get_latest_revision_as_object()
        draft.tags.add(Keyword.objects.create(name="Äidin hoito", slug="aidin-hoito"))
        draft.save_revision()
        assert '<span class="addition">Äidin hoito</span>' in self.compare(curator, page)
