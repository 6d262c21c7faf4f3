"""Picking models for words in the admin."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from operating_models.models import PromotedModel
from tests import factories
from tests.desk import editor
from tests.desk.test_roles import is_refused

pytestmark = pytest.mark.django_db

ADD = reverse("promoted:add")


def form(page, words="muistisairaan hoito", **more):
    return {"page": page.pk, "words": words, "reason": "", "since": "2026-01-01", "until": "", "order": "0"} | more


@pytest.mark.parametrize("role", ["curator", "administrator"])
def test_curators_and_administrators_pick_change_and_take_back(log_in, role):
    client, page = log_in(role), factories.make_model()
    client.post(ADD, form(page, "muistisairaan hoito\r\n\r\n muisti "))
    made = PromotedModel.objects.get()
    assert (made.words, made.page_id, made.recorded_by) == (["muistisairaan hoito", "muisti"], page.pk, client.user)

    edit = reverse("promoted:edit", args=[made.pk])
    shown = BeautifulSoup(client.get(edit).content, "html.parser").select_one("#id_words")
    assert shown.get_text().strip().splitlines() == ["muistisairaan hoito", "muisti"]
    client.post(edit, form(page, "neuvola"))
    made.refresh_from_db()
    assert made.words == ["neuvola"]
    assert "neuvola" in editor.text_of(client.get(reverse("promoted:index")))

    client.post(reverse("promoted:delete", args=[made.pk]))
    assert not PromotedModel.objects.exists()


@pytest.mark.parametrize("role", ["developer", "reporter"])
def test_others_pick_nothing(log_in, role):
    client, page = log_in(role), factories.make_model()
    response = client.post(ADD, form(page))

    assert is_refused(response) or response["Location"].startswith(reverse("wagtailadmin_login"))
    assert not PromotedModel.objects.exists()


def test_pick_needs_a_word_and_ends_after_it_begins(curator):
    page = factories.make_model()
    without = curator.post(ADD, form(page, " \r\n "))
    backwards = curator.post(ADD, form(page, until="2025-01-01"))

    assert "Kirjoita vähintään yksi sana." in editor.text_of(without)
    assert "Viimeinen päivä on ennen ensimmäistä" in editor.text_of(backwards)
    assert not PromotedModel.objects.exists()
