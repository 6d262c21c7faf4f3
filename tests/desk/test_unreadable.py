"""What no browser sends with a form of ours is answered with 400, in the admin and on the public pages."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text

from home.unreadable import UnreadableRequests
from operating_models.blocks import DevelopmentPathBlock
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

BAD = 400
PHASE = next(iter(DevelopmentPathBlock().child_blocks))


@pytest.mark.parametrize(
    "address",
    [
        "/hallinta/tag-autocomplete/?term=%00",
        "/hallinta/tag-autocomplete/?term=a%00b",
        "/hallinta/pages/search/?q=a&content_type=%00",
        "/hallinta/images/?tag=%00",
        "/hallinta/users/?%00=a",
        "/ei%00ole/",
    ],
)
def test_a_nul_in_an_address(address, superuser):
    assert superuser.get(address).status_code == BAD


def test_a_nul_in_a_search_is_no_word(superuser, client):
    assert superuser.get("/hallinta/images/?q=%00").status_code == 200
    assert client.get("/toimintamallit/?q=%00&theme=%00&%00=a").status_code == 200


def test_a_nul_that_the_database_could_not_take():
    for address, is_unreadable in (("/?day=%00", True), ("/?day=1", False)):
        request = RequestFactory().get(address)
        answer = UnreadableRequests(HttpResponse).process_exception(request, ValueError())
        assert (answer is not None and answer.status_code == BAD) == is_unreadable


def test_a_nul_in_what_is_sent(superuser, client):
    assert client.post("/kirjaudu/", {"username": "a\0", "password": "b"}).status_code == BAD
    assert client.post("/hallinta/login/", {"username": "a", "password": "\0b"}).status_code == BAD
    form = editor.form_of_model(title="Nimi\0")
    assert superuser.post(editor.add_url(), form).status_code == BAD
    answer = superuser.patch("/hallinta/dismissibles/", b'{"a\\u0000": true}', content_type="application/json")
    assert answer.status_code == BAD


@pytest.mark.parametrize(
    "name", ["development-count", "outcomes-TOTAL_FORMS", "links-INITIAL_FORMS", "texts-TOTAL_FORMS"]
)
def test_a_form_without_its_number_of_rows_is_refused_and_saves_nothing(name, superuser):
    page = factories.make_model()
    whole = editor.form_of_model(page)
    for value in (None, "", "abc", "-1", "1e3", "²", "1000", "99999999999"):
        form = {key: text for key, text in whole.items() if key != name} | ({} if value is None else {name: value})
        answer = superuser.post(editor.url("edit", page), form)
        # Django's own forms say in the page that a part is missing.
        assert answer.status_code == BAD or (value is None and answer.status_code == 200), (value, answer)
    page.refresh_from_db()
    assert not page.has_unpublished_changes


@pytest.mark.parametrize("missing", ["type", "order", "deleted", "id", "value-heading", "value-text"])
def test_a_block_that_lacks_a_part_is_no_error_of_the_server(missing, superuser):
    page = factories.make_model()
    block = {"deleted": "", "order": "0", "type": PHASE, "id": "", "value-heading": "1"}
    block["value-text"] = rich_text("<p>Kokeilu</p>")
    rows = {f"development-0-{name}": value for name, value in block.items() if name != missing}
    form = editor.form_of_model(page) | {"development-count": "1"} | rows
    assert superuser.post(editor.url("edit", page), form).status_code < 500


@pytest.mark.parametrize(
    "name", ["wagtailusers_groups:add", "wagtailimages:add", "wagtailimages:add_multiple", "wagtaildocs:add_multiple"]
)
def test_an_empty_form_of_the_admin_is_no_error_of_the_server(name, superuser):
    assert superuser.post(reverse(name), {}).status_code < 500
