"""An image or a document that a page uses is not deleted, at any door; the admin says which pages use it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image

from home.models import HomePage, StandardPage
from operating_models.models import Attachment
from tests import factories
from tests.desk.editor import form_of_model
from tests.pages.reading import read as read_page
from tests.pages.reading import text_of

pytestmark = pytest.mark.django_db


def link(document):
    return f'<p><a linktype="document" id="{document.pk}">Raportti</a></p>'


def attached(document, **fields):
    return factories.make_model(title="Kotineuvola", attachments=[{"document": document}], **fields)


def linked(document):
    return factories.make_model(title="Kotineuvola", evaluation=link(document))


def in_a_phase(document):
    return factories.make_model(title="Kotineuvola", development=[("need", {"heading": "", "text": link(document)})])


def in_a_draft(document):
    page = factories.make_model(title="Kotineuvola")
    draft = page.get_latest_revision_as_object()
    draft.attachments = [Attachment(document=document)]
    draft.save_revision(clean=False)
    return page


def scheduled(document):
    page = factories.make_model(title="Kotineuvola", live=False)
    draft = page.get_latest_revision_as_object()
    draft.attachments = [Attachment(document=document)]
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision(clean=False).publish()
    page.refresh_from_db()
    later = page.get_latest_revision_as_object()
    later.attachments = []
    later.save_revision(clean=False)
    return page


def on_a_standard_page(document):
    page = StandardPage(title="Kotineuvola", slug="ohjeet", body=[("document", document)])
    return HomePage.objects.get().add_child(instance=page)


DOCUMENTS = [attached, linked, in_a_phase, in_a_draft, scheduled, on_a_standard_page]


def shown(image, **fields):
    return factories.make_model(title="Kotineuvola", image=image, image_alt="Polku", **fields)


def shown_in_a_draft(image):
    page = factories.make_model(title="Kotineuvola")
    return factories.make_draft(page, image=image, image_alt="Polku").content_object


def on_a_standard_page_as_block(image):
    body = [("image", image)]
    return HomePage.objects.get().add_child(instance=StandardPage(title="Kotineuvola", slug="ohjeet", body=body))


IMAGES = [shown, shown_in_a_draft, on_a_standard_page_as_block]
FILES = [(factories.make_document, use) for use in DOCUMENTS] + [(factories.make_image, use) for use in IMAGES]


def log_in(role, region=None):
    client = Client()
    client.force_login(factories.make_user(role, region))
    return client


def doors(file):
    """Return the addresses at which the admin deletes a file: its own, and that of many."""
    kind = "image" if isinstance(file, Image) else "document"
    bulk = reverse("wagtail_bulk_action", args=[file._meta.app_label, kind, "delete"])
    own = {"image": "wagtailimages:delete", "document": "wagtaildocs:delete"}
    return [reverse(own[kind], args=[file.pk]), f"{bulk}?id={file.pk}"]


@pytest.mark.sweep(4)
@pytest.mark.parametrize(("make", "use"), FILES, ids=[use.__name__ for _, use in FILES])
def test_a_file_in_use_stays_and_the_admin_says_where_it_is_used(make, use):
    file = make()
    use(file)
    client = log_in("administrator")
    for url in doors(file):
        answer = client.post(url)
        assert "Kotineuvola" in answer.content.decode(), url
    assert "Kotineuvola" in client.get(doors(file)[0]).content.decode()
    with pytest.raises(ProtectedError), transaction.atomic():
        file.delete()
    assert type(file).objects.filter(pk=file.pk).exists()


def uploads_door(file):
    name = "wagtailimages" if isinstance(file, Image) else "wagtaildocs"
    return reverse(f"{name}:delete_multiple", args=[file.pk])


@pytest.mark.parametrize(("make", "use"), FILES, ids=[use.__name__ for _, use in FILES])
def test_a_file_in_use_stays_in_the_list_of_what_was_just_uploaded_too(make, use):
    file = make()
    use(file)
    answer = log_in("administrator").post(uploads_door(file), headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert "Kotineuvola" in answer.json()["message"]
    assert type(file).objects.filter(pk=file.pk).exists()


@pytest.mark.parametrize("make", [factories.make_document, factories.make_image])
def test_an_upload_that_no_page_uses_is_deleted_by_who_may(make):
    file = make()
    assert log_in("reporter").post(uploads_door(file)).status_code in (302, 403)
    assert log_in("administrator").post(uploads_door(file)).json()["success"] is True
    assert not type(file).objects.filter(pk=file.pk).exists()


@pytest.mark.parametrize("make", [factories.make_document, factories.make_image])
def test_a_file_that_no_page_uses_is_deleted(make):
    client = log_in("administrator")
    for door in (0, 1):
        file = make()
        assert client.post(doors(file)[door]).status_code == 302
        assert not type(file).objects.filter(pk=file.pk).exists()


def test_a_file_that_a_page_no_longer_uses_is_deleted():
    document = factories.make_document()
    page = attached(document)
    draft = page.get_latest_revision_as_object()
    draft.attachments = []
    draft.save_revision().publish()
    document.delete()
    assert not Document.objects.filter(pk=document.pk).exists()


def test_titles_of_drafts_of_other_regions_are_not_told():
    document = factories.make_document(region="15")
    factories.make_model("08", title="Salainen luonnos", live=False, attachments=[{"document": document}])
    answer = log_in("developer", "15").post(doors(document)[0]).content.decode()
    assert "Salainen" not in answer
    assert Document.objects.filter(pk=document.pk).exists()


def test_an_image_needs_words_or_to_be_decoration_before_publishing():
    image = factories.make_image()
    page = factories.make_model(live=False, image=image)
    assert [gap.field for gap in page.publish_errors()] == ["image_alt"]
    page.image_alt = "\u200b"
    assert [gap.field for gap in page.publish_errors()] == ["image_alt"]
    page.image_alt = "Polku"
    assert page.publish_errors() == ()
    page.image_alt, page.image_is_decoration = "", True
    assert page.publish_errors() == ()
    page.save_revision(clean=False).publish()
    page.refresh_from_db()
    assert read_page(page.get_url()).select_one("figure img")["alt"] == ""


def test_the_editor_asks_for_the_words_of_an_image_and_a_draft_may_miss_them():
    image = factories.make_image()
    page = factories.make_model(live=False)
    client = log_in("curator")
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    sent = form_of_model(page, image=str(image.pk))
    assert client.post(url, sent).status_code == 302
    refused = client.post(url, sent | {"action-publish": "1"})
    assert "mitä kuva kertoo niille" in refused.content.decode()
    page.refresh_from_db()
    assert not page.live
    assert client.post(url, sent | {"image_is_decoration": "on", "action-publish": "1"}).status_code == 302
    page.refresh_from_db()
    assert page.live
    assert text_of(read_page(page.get_url()).h1) == page.title
