"""What the editor shows while writing: every page type and block has a preview, also of a draft with gaps."""

import pytest
from django.urls import reverse

from home.models import HomePage, StandardPage
from operating_models.blocks import DevelopmentPathBlock
from operating_models.body_blocks import StandardBodyBlock
from operating_models.models import OperatingModelIndexPage, ProgrammeIndexPage, RegionPage, ThemeIndexPage
from operating_models.seed.term_pages import KINDS
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

TERM_PAGES = [ThemeIndexPage, ProgrammeIndexPage, *KINDS]


def preview(client, page, data):
    url = editor.url("preview_on_edit", page)
    accepted = client.post(url, data).json()
    shown = client.get(url)
    return accepted, shown


def test_a_draft_with_gaps_is_previewed_while_it_is_written(developer):
    page = factories.make_model(live=False, gaps=("lead", "idea", "themes"), title="Kesken")
    accepted, shown = preview(developer, page, editor.form_of_model(page, title="Vielä kesken"))

    assert accepted["is_valid"]
    assert shown.status_code == 200
    assert "Vielä kesken" in editor.text_of(shown)


def test_a_new_model_is_previewed_before_it_is_saved(developer):
    parent = factories.region_page()
    url = reverse("wagtailadmin_pages:preview_on_add", args=["operating_models", "operatingmodelpage", parent.pk])
    accepted = developer.post(url, editor.complete_form(title="Ensimmäinen luonnos")).json()
    shown = developer.get(url)

    assert accepted["is_valid"]
    assert shown.status_code == 200
    assert "Ensimmäinen luonnos" in editor.text_of(shown)


def test_a_preview_shows_the_terms_and_texts_of_the_form(developer):
    page = factories.make_model()
    fields = editor.form_of_model(page, themes=["leadership"], idea="<p>Aivan uusi idea</p>")
    _accepted, shown = preview(developer, page, fields)

    assert "Aivan uusi idea" in editor.text_of(shown)
    assert "Johtaminen ja rakenteet" in editor.text_of(shown)


def test_a_saved_draft_is_viewed(developer):
    page = factories.make_model(live=False, gaps=("lead",), title="Luonnos")

    assert "Luonnos" in editor.text_of(developer.get(editor.url("view_draft", page)))


def test_a_curator_views_what_is_to_be_approved(developer, curator):
    page = factories.make_model(title="Tarkistettava", live=False)
    developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
    page.refresh_from_db()
    task = page.current_workflow_task

    assert "Tarkistettava" in editor.text_of(curator.get(editor.url("workflow_preview", page, task.pk)))


@pytest.mark.parametrize("kind", [HomePage, StandardPage, OperatingModelIndexPage, RegionPage, *TERM_PAGES])
def test_every_other_page_type_is_viewed_as_a_draft(curator, kind):
    page = kind.objects.first()
    page.save_revision()

    assert curator.get(editor.url("view_draft", page)).status_code == 200


@pytest.mark.parametrize(
    ("stream", "names"),
    [
        (StandardBodyBlock, ["text", "notice", "quote", "image", "document"]),
        (DevelopmentPathBlock, ["need", "goals", "team", "ideas", "trial", "rollout", "tips"]),
    ],
)
def test_every_block_has_a_description_and_a_preview(curator, stream, names):
    blocks = stream().child_blocks
    assert list(blocks) == names
    for name, block in blocks.items():
        assert block.get_description(), name
        response = curator.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert response.status_code == 200, name


def test_a_comment_is_kept_in_a_draft_with_gaps(developer, curator):
    page = factories.make_model(live=False, gaps=("lead",))
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-0-id": "",
        "comments-0-text": "Onko luku oikea?",
        "comments-0-contentpath": "evaluation",
        "comments-0-position": "",
        "comments-0-DELETE": "",
        "comments-0-resolved": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "",
    }
    curator.post(editor.url("edit", page), editor.form_of_model(page) | comment)
    page.refresh_from_db()

    assert [found.text for found in page.wagtail_admin_comments.all()] == ["Onko luku oikea?"]
    assert "Onko luku oikea?" in editor.text_of(developer.get(editor.url("edit", page)))


def test_a_preview_asked_for_before_anything_was_typed_is_answered(superuser):
    page = factories.make_model(outcomes=[{"measure": "Odotusaika", "before": 10, "after": 5}])
    assert superuser.get(f"/hallinta/pages/{page.pk}/edit/preview/").status_code == 200
