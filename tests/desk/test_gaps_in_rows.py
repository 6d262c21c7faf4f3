"""Rows of a draft may have gaps as its fields may; publishing names the row and the field, by whatever door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.test.utils.form_data import rich_text

from operating_models.models import GapsError, OperatingModelPage
from tests import factories
from tests.desk import editor

MEASURE = {"measure": "Odotusaika"}
PHASE = [("trial", {"heading": "Kokeilu keväällä", "text": rich_text("")})]
GAPS = {
    "outcomes": ([MEASURE], "Tulos 1, Sanallisesti"),
    "resources": ([{"cost": "2 000 €"}], "Resurssi 1, Kuvaus"),
    "risks": ([{"handling": "Työpari"}], "Riski 1, Riski"),
    "attachments": ([None], "Liite 1, Tiedosto"),
    "links": ([{"title": "Loppuraportti"}], "Linkki 1, Osoite"),
    "texts": ([{"lead": "På svenska."}], "Teksti toisella kielellä 1, Toimintamallin nimi"),
    "development": (PHASE, "Kehittämisen polku 1 (Kokeilu): Teksti"),
}
"""Rows of a draft by their relation, with what publishing says of the first one."""


@pytest.fixture
def draft(db):
    return factories.make_model("15", "Aukkoinen malli", live=False)


def form_with_gap(page, name):
    rows = GAPS[name][0]
    form = editor.form_of_model(page, **({} if name == "attachments" else {name: rows}))
    if name == "attachments":
        form |= {"attachments-TOTAL_FORMS": "1", "attachments-0-document": "", "attachments-0-title": "Ohje"}
        form |= {"attachments-0-id": "", "attachments-0-ORDER": "1", "attachments-0-DELETE": ""}
    return form


def latest(page):
    return OperatingModelPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def is_kept(page, name):
    return len(latest(page).development if name == "development" else getattr(latest(page), name).all()) == 1


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", GAPS)
def test_draft_is_saved_with_a_gap_in_a_row(developer, draft, name):
    assert developer.post(editor.url("edit", draft), form_with_gap(draft, name)).status_code == 302
    assert is_kept(draft, name)
    assert developer.get(editor.url("edit", draft)).status_code == 200
    assert developer.get(editor.url("view_draft", draft)).status_code == 200


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", GAPS)
def test_new_page_is_autosaved_with_a_gap_in_a_row(developer, name):
    form = form_with_gap(None, name) | {"title": "Aivan uusi", "slug": "aivan-uusi"}
    answer = developer.post(editor.add_url(), form, headers={"Accept": "application/json"}).json()
    assert answer["success"], answer
    assert is_kept(OperatingModelPage.objects.get(title="Aivan uusi"), name)


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", GAPS)
def test_publishing_from_the_form_names_the_row_and_the_field(curator, draft, name):
    response = curator.post(editor.url("edit", draft), form_with_gap(draft, name) | {"action-publish": "1"})
    assert response.status_code == 200
    assert GAPS[name][1] in editor.text_of(response)
    assert not OperatingModelPage.objects.get(pk=draft.pk).live


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", GAPS)
def test_every_other_door_names_the_row_and_the_field(developer, draft, name):
    developer.post(editor.url("edit", draft), form_with_gap(draft, name))
    page = OperatingModelPage.objects.get(pk=draft.pk)
    with pytest.raises(GapsError) as raised:
        page.get_latest_revision().publish()
    row, _, field = GAPS[name][1].replace(": Teksti", ", Teksti").partition(", ")
    assert f"{row}: {field} puuttuu" in " ".join(raised.value.messages)


def test_row_is_named_by_its_place_on_the_screen(curator, draft):
    rows = [{"measure": "Odotusaika", "note": "Lyheni."}, {"note": "Kuljetukset vähenivät."}]
    form = editor.form_of_model(draft, outcomes=rows) | {"action-publish": "1"}
    text = editor.text_of(curator.post(editor.url("edit", draft), form))
    assert "Tulos 2, Mitä mitattiin" in text
    assert "Tulos 1" not in text


def test_autosave_says_in_which_row_and_field_it_cannot_read(developer, draft):
    form = editor.form_of_model(draft, outcomes=[MEASURE, {"measure": "Käynnit", "before": "1,234"}])
    response = developer.post(editor.url("edit", draft), form, headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["error_code"] == "validation_error"
    assert response.json()["error_message"].startswith("Tulos 2, Ennen: ")


def test_autosave_names_a_field_of_the_page_that_it_cannot_save(developer, draft):
    form = editor.form_of_model(draft, contact_email="ei osoite")
    answer = developer.post(editor.url("edit", draft), form, headers={"Accept": "application/json"}).json()
    assert answer["error_message"].startswith("Rooliosoite: ")


@pytest.fixture
def expired(draft):
    draft.expire_at = timezone.now() - timedelta(days=3, seconds=7)
    draft.save()
    draft.save_revision()
    return draft


def test_page_whose_expiry_has_passed_is_saved_and_its_date_is_cleared_and_said(developer, expired):
    day = timezone.localtime(expired.expire_at)
    form = editor.form_of_model(expired, lead="Muutettu.", expire_at=day.strftime("%d.%m.%Y %H.%M"))
    autosaved = developer.post(editor.url("edit", expired), form, headers={"Accept": "application/json"}).json()
    assert autosaved["field_updates"]["expire_at"] == ""
    expired.save_revision()
    response = developer.post(editor.url("edit", expired), form, follow=True)
    assert f"{day.day}.{day.month}.{day.year}" in " ".join(editor.messages_of(response) or [editor.text_of(response)])
    assert (latest(expired).lead, latest(expired).expire_at) == ("Muutettu.", None)


def test_passed_expiry_that_is_typed_anew_is_refused(developer, draft):
    form = editor.form_of_model(draft, expire_at="1.1.2020 12.00")
    response = developer.post(editor.url("edit", draft), form)
    assert response.status_code == 200
    assert latest(draft).expire_at is None
