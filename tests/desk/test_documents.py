"""A document is public when a public page uses it; that of a draft is for those who write with it."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from home.models import StandardPage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return factories.make_document(content=b"Loppuraportin teksti")


def attach(document, **fields):
    return factories.make_model(attachments=[{"document": document}], **fields)


def text_for(client, document):
    """Return what a client gets of a document's file, or the status of the refusal."""
    response = client.get(document.url)
    if response.status_code != 200:
        return response.status_code
    return b"".join(response.streaming_content).decode()


def test_one_that_a_live_page_uses_is_public(client, document):
    attach(document)

    assert text_for(client, document) == "Loppuraportin teksti"


def test_one_that_a_text_of_a_live_page_links_is_public(client, document):
    link = f'<p><a linktype="document" id="{document.pk}">Raportti</a></p>'
    factories.make_model(evaluation=link)

    assert text_for(client, document) == "Loppuraportin teksti"


def test_one_that_a_standard_page_uses_is_public(client, document):
    page = StandardPage.objects.first()
    page.body = [("document", document)]
    page.save_revision().publish()

    assert text_for(client, document) == "Loppuraportin teksti"


def test_one_that_nothing_uses_is_not_public(client, document):
    assert text_for(client, document) == 404


def test_one_of_a_draft_is_not_public(client, document):
    attach(document, live=False)

    assert text_for(client, document) == 404


def test_one_of_a_pending_draft_is_not_public(client, document):
    page = factories.make_model()
    factories.make_draft(page, attachments=[page.attachments.model(document=document)])

    assert text_for(client, document) == 404


def test_one_of_an_unpublished_page_is_public_no_more(client, document):
    attach(document).unpublish()

    assert text_for(client, document) == 404


def test_one_of_a_restricted_page_is_not_public(client, document):
    page = attach(document)
    restriction = PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type=PageViewRestriction.GROUPS
    )
    assert text_for(client, document) == 404

    user = factories.make_user("reporter", "08")
    restriction.groups.add(user.groups.get())
    client.force_login(user)
    assert text_for(client, document) == "Loppuraportin teksti"


def test_one_that_a_restricted_and_an_open_page_use_is_public(client, document):
    restricted = attach(document)
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)
    attach(document, region="08")

    assert text_for(client, document) == "Loppuraportin teksti"


def test_writers_of_its_region_get_it_before_it_is_public(developer, document):
    assert text_for(developer, document) == "Loppuraportin teksti"


def test_writers_of_another_region_do_not(log_in, document):
    attach(document, live=False)

    assert text_for(log_in("developer", "08"), document) == 404


def test_writers_of_a_draft_get_it_whoever_owns_the_file(log_in):
    document = factories.make_document(region="15", content=b"Lainattu")
    attach(document, region="08", live=False)
    writer = log_in("developer", "08")

    assert text_for(writer, document) == "Lainattu"


def test_writers_of_a_pending_draft_get_it_whoever_owns_the_file(log_in):
    document = factories.make_document(region="15", content=b"Lainattu")
    page = factories.make_model(region="08")
    writer = log_in("developer", "08")
    assert text_for(writer, document) == 404

    factories.make_draft(page, evaluation=f'<p><a id="{document.pk}" linktype="document">Raportti</a></p>')
    assert text_for(writer, document) == "Lainattu"


def test_curators_get_every_document(curator, document):
    attach(document, live=False)

    assert text_for(curator, document) == "Loppuraportin teksti"


def test_a_user_without_rights_gets_what_everybody_gets(client, document):
    user = factories.make_user("reporter", "15")
    assert Group.objects.filter(user=user).count() == 1
    client.force_login(user)

    assert text_for(client, document) == 404


def test_one_that_was_taken_out_of_a_live_page_is_no_longer_public(client, document):
    page = attach(document)
    draft = page.get_latest_revision_as_object()
    draft.attachments = []
    draft.save_revision().publish()

    assert text_for(client, document) == 404
