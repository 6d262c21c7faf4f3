"""What no browser sends with a form of ours is answered with 400, in the admin and on the public pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db

BAD = 400


@pytest.mark.parametrize(
    "address",
    [
        "/hallinta/tag-autocomplete/?term=%00",
        "/hallinta/tag-autocomplete/?term=a%00b",
        "/hallinta/pages/search/?q=%00",
        "/hallinta/choose-page/search/?q=%00",
        "/hallinta/images/?q=%00",
        "/toimintamallit/?q=%00",
        "/toimintamallit/?%00=a",
        "/ei%00ole/",
    ],
)
def test_a_nul_in_an_address(address, superuser):
    assert superuser.get(address).status_code == BAD


def test_a_nul_in_what_is_sent(superuser, client):
    assert client.post("/kirjaudu/", {"username": "a\0", "password": "b"}).status_code == BAD
    assert client.post("/hallinta/login/", {"username": "a", "password": "\0b"}).status_code == BAD
    form = editor.form_of_model(title="Nimi\0")
    assert superuser.post(editor.add_url(), form).status_code == BAD
    answer = superuser.patch("/hallinta/dismissibles/", b'{"a\\u0000": true}', content_type="application/json")
    assert answer.status_code == BAD


COUNTS = [
    "development-count",
    "outcomes-TOTAL_FORMS",
    "outcomes-INITIAL_FORMS",
    "links-TOTAL_FORMS",
    "attachments-TOTAL_FORMS",
    "texts-TOTAL_FORMS",
    "comments-TOTAL_FORMS",
]


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", [None, "", "abc", "-1", "1", "99999999999"])
@pytest.mark.parametrize("action", ["action-publish", "save"])
def test_a_form_without_its_number_of_rows_is_refused_and_saves_nothing(name, value, action, superuser):
    page = factories.make_model()
    for address, form in (
        (editor.url("edit", page), editor.form_of_model(page)),
        (editor.add_url(), editor.complete_form()),
    ):
        form = form | {action: "1"}
        form.pop(name)
        if value is not None:
            form[name] = value
        answer = superuser.post(address, form)
        assert answer.status_code in (200, BAD), (address, answer)
    page.refresh_from_db()
    assert not page.has_unpublished_changes


def test_every_other_field_may_be_missing_without_an_error_of_the_server(superuser):
    page = factories.make_model()
    whole = editor.form_of_model(page)
    for name in whole:
        form = {key: value for key, value in whole.items() if key != name}
        answer = superuser.post(editor.url("edit", page), form)
        assert answer.status_code < 500, name


@pytest.mark.parametrize("name", ["wagtailusers_groups:add", "wagtailimages:add", "wagtaildocs:add"])
def test_an_empty_form_of_the_admin_is_no_error_of_the_server(name, superuser):
    assert superuser.post(reverse(name), {}).status_code < 500
