"""A form of the admin names what its user may see: a forged key of another region's draft shows and opens nothing."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from operating_models.models import OperatingModelPage
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def own():
    return factories.make_model(region="15", title="Oma malli", live=False)


@pytest.fixture
def secret():
    return factories.make_model(region="08", title="Salainen luonnos", slug="salainen-osoite", live=False)


@pytest.fixture
def document():
    return factories.make_document("Salainen liite", region="08", filename="salainen-tiedosto.txt")


def tells_nothing(answer):
    return "alainen" not in answer.content.decode()


def linked(kind, key, text="sana", **data):
    """Return what the editor sends of a rich text that is one linked word."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    block["entityRanges"] = [{"offset": 0, "length": len(text), "key": 0}]
    entity = {"type": kind, "mutability": "MUTABLE", "data": {"id": key, **data}}
    return json.dumps({"blocks": [block], "entityMap": {"0": entity}})


def draft_of(page):
    return OperatingModelPage.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}])
def test_another_regions_draft_is_no_source(action, developer, own, secret):
    form = editor.form_of_model(own, adapted_from=secret.pk) | action
    answer = developer.post(editor.url("edit", own), form)
    assert answer.status_code == 200
    assert tells_nothing(answer)
    assert draft_of(own).adapted_from is None
    saved = developer.post(editor.url("edit", own), form, headers=JSON)
    assert saved.status_code == 400
    assert tells_nothing(saved)
    assert tells_nothing(developer.get(editor.url("edit", own)))


def test_a_new_model_names_no_draft_of_another_region(developer, secret):
    answer = developer.post(editor.add_url(), editor.complete_form(adapted_from=secret.pk))
    assert answer.status_code == 200
    assert tells_nothing(answer)
    assert not OperatingModelPage.objects.filter(title="Uusi malli").exists()


@pytest.mark.parametrize("key", ["abc", "-1", "99999999", "9" * 40, "1.0", "\u0663"])
def test_a_key_of_no_page_is_told_as_wrong(key, developer, own):
    answer = developer.post(editor.url("edit", own), editor.form_of_model(own, adapted_from=key))
    assert answer.status_code == 200
    assert draft_of(own).adapted_from is None


@pytest.mark.parametrize("region", ["15", "08"])
def test_live_models_and_own_drafts_are_sources(region, developer, own):
    source = factories.make_model(region=region, title="Lähde", live=region == "08")
    form = editor.form_of_model(own, adapted_from=source.pk)
    assert developer.post(editor.url("edit", own), form).status_code == 302
    assert draft_of(own).adapted_from_id == source.pk


def test_what_a_draft_names_already_stays_when_it_is_no_longer_public(developer, own):
    source = factories.make_model(region="08", title="Lähde")
    document = factories.make_document("Yhteinen liite", region="08")
    factories.make_model(region="08", attachments=[{"document": document, "title": ""}])
    word = linked("LINK", source.pk)
    form = editor.form_of_model(own, adapted_from=source.pk, attachments=[document]) | {"idea": word}
    assert developer.post(editor.url("edit", own), form).status_code == 302
    for page in OperatingModelPage.objects.live():
        page.unpublish()
    again = developer.post(editor.url("edit", own), form | {"lead": "Uusi kuvaus"})
    assert again.status_code == 302
    draft = draft_of(own)
    assert (draft.lead, draft.adapted_from_id) == ("Uusi kuvaus", source.pk)
    assert f'id="{source.pk}"' in draft.idea
    assert {row.document_id for row in draft.attachments.all()} == {document.pk}


def test_another_regions_hidden_document_is_no_attachment(developer, own, document):
    answer = developer.post(editor.url("edit", own), editor.form_of_model(own, attachments=[document]))
    assert answer.status_code == 200
    assert tells_nothing(answer)
    assert developer.get(document.url).status_code == 404


def test_another_regions_hidden_picture_is_no_picture(developer, own):
    picture = factories.make_image("Salainen kuva", region="08")
    answer = developer.post(editor.url("edit", own), editor.form_of_model(own, image=picture.pk))
    assert answer.status_code == 200
    assert tells_nothing(answer)
    assert draft_of(own).image is None


TEXTS = {
    "idea": lambda draft: draft.idea,
    "texts-0-idea": lambda draft: draft.texts.last().idea,
    "development-0-value-text": lambda draft: draft.development[0].value["text"].source,
}


@pytest.mark.parametrize("field", TEXTS)
def test_texts_link_to_nothing_that_is_hidden(field, developer, own, secret, document):
    rows = {"texts": [{"title": "Modell"}], "development": [("need", {"heading": "", "text": "null"})]}
    for kind, key in (("LINK", secret.pk), ("DOCUMENT", document.pk), ("DOCUMENT", str(document.pk))):
        form = editor.form_of_model(own, **rows) | {field: linked(kind, key), "title": ""}
        refused = developer.post(editor.url("edit", own), form)
        assert refused.status_code == 200
        assert tells_nothing(refused)
        saved = developer.post(editor.url("edit", own), form | {"title": "Oma malli"})
        assert saved.status_code == 302
        assert tells_nothing(developer.get(editor.url("edit", own)))
        draft = draft_of(own)
        text = TEXTS[field](draft)
        assert "sana" in text
        assert "linktype" not in text
    assert developer.get(document.url).status_code == 404


FORGED = [
    {"0": {"type": "DOCUMENT", "data": {"id": "KEY"}}, "1": {"type": []}},
    {"0": {"type": "DOCUMENT", "data": {"id": "KEY"}}, "1": 5},
    {"0": {"type": "DOCUMENT", "data": {"id": " KEY "}}},
    {"0": {"type": "DOCUMENT", "data": {"id": "KEY.0"}}},
    {"0": {"type": "DOCUMENT", "data": {"id": ["KEY"]}}},
]


@pytest.mark.parametrize("links", FORGED)
def test_a_forged_text_opens_no_document(links, developer, own, document):
    forged = json.loads(linked("LINK", None)) | {"entityMap": links}
    text = json.dumps(forged).replace("KEY", str(document.pk))
    developer.post(editor.url("edit", own), editor.form_of_model(own) | {"idea": text})
    assert "linktype" not in draft_of(own).idea
    assert developer.get(document.url).status_code == 404


def test_links_to_what_is_public_stay(developer, own):
    live = factories.make_model(region="08")
    used = factories.make_document(region="08")
    factories.make_model(region="08", attachments=[{"document": used, "title": ""}])
    for kind, key in (("LINK", live.pk), ("DOCUMENT", used.pk), ("DOCUMENT", factories.make_document().pk)):
        form = editor.form_of_model(own) | {"idea": linked(kind, key)}
        assert developer.post(editor.url("edit", own), form).status_code == 302
        assert f'id="{key}"' in draft_of(own).idea
    web = linked("LINK", None, url="https://www.thl.fi/")
    developer.post(editor.url("edit", own), editor.form_of_model(own) | {"idea": web})
    assert 'href="https://www.thl.fi/"' in draft_of(own).idea


def test_a_preview_shows_no_hidden_document(developer, own, document):
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[own.pk])
    form = editor.form_of_model(own, attachments=[document]) | {"idea": linked("DOCUMENT", document.pk)}
    assert tells_nothing(developer.post(preview, form))
    assert tells_nothing(developer.get(preview))


def test_withdrawing_names_no_hidden_successor(developer, secret):
    live = factories.make_model(region="15")
    form = {"reason": "Vanhentunut", "withdrawn_on": "1.1.2024", "successor": secret.pk}
    answer = developer.post(reverse("operating_models_withdraw", args=[live.pk]), form)
    assert answer.status_code == 200
    assert tells_nothing(answer)


def test_a_copy_is_put_under_no_hidden_page(developer, own, secret):
    fields = {"new_title": "Kopio", "new_slug": "kopio", "new_parent_page": secret.pk}
    answer = developer.post(editor.url("copy", own), fields)
    assert tells_nothing(answer)
    assert not OperatingModelPage.objects.filter(slug="kopio").exists()


@pytest.mark.parametrize(
    "name", ["featured", "promoted", "evidence", "review_dates", "withdrawals", "adoption_reports"]
)
def test_facts_are_no_developers_to_record(name, developer, secret):
    for answer in (
        developer.get(f"{reverse(f'{name}:add')}?page={secret.pk}", follow=True),
        developer.post(reverse(f"{name}:add"), {"page": secret.pk}, follow=True),
    ):
        assert tells_nothing(answer)


def test_curators_name_drafts_of_every_region(curator, own, secret, document):
    form = editor.form_of_model(own, adapted_from=secret.pk, attachments=[document])
    assert curator.post(editor.url("edit", own), form).status_code == 302
    assert draft_of(own).adapted_from_id == secret.pk
