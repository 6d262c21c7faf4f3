"""What people type gets one spelling at every door, and what cannot be seen is nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from operating_models.blocks import DevelopmentPathBlock
from operating_models.models import OperatingModelPage, Theme
from operating_models.models.typed import TypedRow
from tests import factories
from tests.desk.editor import form_of_model
from tests.pages.reading import read, text_of

pytestmark = pytest.mark.django_db

UNSEEN, REVERSED = "\u200b", "\u202e"
OTHERS = {
    "LoadedFile": "written by the loader",
    "AdoptionReporter": "a user's name, copied",
    "RenewalAuthor": "a user's name, copied",
    "AnswerAuthor": "a user's name, copied",
    "EvidenceRecorder": "a user's name, copied",
    "SpentBucket": "names and addresses as they were sent, hashed",
    "TitleWords": "words of titles, worked out",
}


@pytest.fixture
def curator():
    client = Client()
    client.force_login(factories.make_user("curator"))
    return client


def send(client, page, **changes):
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of_model(page, **changes))


def test_every_row_with_free_texts_is_one_whose_texts_get_one_spelling():
    for model in (*apps.get_app_config("operating_models").get_models(), *apps.get_app_config("home").get_models()):
        texts = [
            field.name
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
        ]
        if texts and model.__name__ not in OTHERS:
            assert issubclass(model, TypedRow), f"{model.__name__}: {texts}"


@pytest.mark.parametrize("name", ["lead", "contact_unit", "idea"])
def test_a_text_that_nobody_sees_is_missing_at_publishing(curator, name):
    page = factories.make_model()
    answer = send(curator, page, **{name: UNSEEN, "action-publish": "1"})
    assert "puuttuu" in answer.content.decode()
    page.refresh_from_db()
    assert getattr(page, name) == factories.COMPLETE[name]


def test_a_title_that_nobody_sees_is_refused_in_a_draft_too(curator):
    page = factories.make_model(title="Neuvola")
    answer = send(curator, page, title=UNSEEN)
    assert answer.status_code == 200
    assert page.get_latest_revision_as_object().title == "Neuvola"


def test_a_published_page_holds_what_is_seen_in_one_spelling(curator):
    page = factories.make_model()
    send(
        curator,
        page,
        title=f"{REVERSED}Neuvola a\u0308ideille{UNSEEN}",
        lead=f"Apua  {UNSEEN} heti",
        idea=f"<p>Hoitaja{REVERSED} a\u0308kkia</p>",
        **{"action-publish": "1"},
    )
    page.refresh_from_db()
    assert (page.title, page.draft_title) == ("Neuvola \u00e4ideille", "Neuvola \u00e4ideille")
    assert page.lead == "Apua heti"
    assert text_of(read(page.get_url()).select_one("#idea")).endswith("Hoitaja \u00e4kkia")
    assert REVERSED not in page.get_latest_revision().content["idea"]


def test_a_page_that_code_saves_has_the_same_spelling():
    page = factories.make_model(title=f"Neuvola{REVERSED}", live=False)
    assert Page.objects.get(pk=page.pk).title == "Neuvola"


def test_plain_text_is_not_read_as_markup(curator):
    page = factories.make_model(lead="<asiakkaat>", tags=["<b>"])
    soup = read(page.get_url())
    assert text_of(soup.select_one("main .lead")) == "<asiakkaat>"
    answer = send(curator, page, lead="<palvelu>", **{"action-publish": "1"})
    assert answer.status_code == 302
    assert OperatingModelPage.objects.get(pk=page.pk).lead == "<palvelu>"


def test_texts_of_phases_get_the_same_spelling():
    block = DevelopmentPathBlock()
    value = block.to_python(
        [{"type": "need", "value": {"heading": f"Tarve{REVERSED}", "text": f"<p>a\u0308{UNSEEN}</p>"}}]
    )
    phase = block.clean(value)[0].value
    assert (phase["heading"], phase["text"].source) == ("Tarve", "<p>\u00e4</p>")


def test_reports_and_terms_get_the_same_spelling():
    page = factories.make_model()
    theme = Theme(code="new", name_fi=f"Teema{REVERSED}", synonyms=f"yksi{UNSEEN}\r\nkaksi")
    theme.full_clean()
    assert (theme.name_fi, theme.synonyms) == ("Teema", "yksi\nkaksi")
    reported = factories.report(page, "15", "in_use", "2025-01-02", note="x")
    reported.note = f"Kaikilla{REVERSED} asemilla\r\na\u0308iti"
    reported.full_clean()
    assert reported.note == "Kaikilla asemilla\n\u00e4iti"


def test_texts_of_people_say_their_own_direction():
    page = factories.make_model(title="مستوصف", slug="vastaanotto", lead="خدمة", tags=["خدمة"])
    soup = read(page.get_url())
    for selector in ("main h1", "main .lead", "#idea .prose", ".tags .tag", ".breadcrumbs [aria-current]"):
        assert soup.select_one(selector)["dir"] == "auto", selector
    assert soup.html.get("dir") is None
