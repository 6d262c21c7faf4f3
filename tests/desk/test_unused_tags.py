"""What autosave leaves unused is no keyword; what a draft, a schedule or a published page has, is one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Revision

from operating_models.desk import keywords
from operating_models.models import Keyword
from tests import factories
from tests.desk import editor


@pytest.fixture
def an_hour_passes():
    """Return a function after which every draft was saved an hour ago."""
    return lambda: Revision.objects.update(created_at=timezone.now() - timedelta(hours=1))


def names():
    return set(Keyword.objects.values_list("name", flat=True))


def autosave(client, page, tags):
    form = editor.form_of_model(page, tags=tags)
    assert client.post(editor.url("edit", page), form, headers={"Accept": "application/json"}).json()["success"]


def test_tag_that_stood_in_a_form_for_a_moment_is_removed(developer, an_hour_passes):
    page = factories.make_model("15", tags=["kotihoito"])
    autosave(developer, page, "kotihoito, palv")
    autosave(developer, page, "kotihoito, palveluohjaus")
    assert keywords.remove_unused() == 0
    an_hour_passes()
    assert keywords.remove_unused() == 1
    assert names() == {"kotihoito", "palveluohjaus"}


def test_tag_of_a_scheduled_revision_stays(curator, an_hour_passes):
    page = factories.make_model("15", live=False)
    later = (timezone.localtime() + timedelta(days=2)).strftime("%d.%m.%Y %H.%M")
    form = editor.form_of_model(page, tags="ajastettu", go_live_at=later) | {"action-publish": "1"}
    assert curator.post(editor.url("edit", page), form).status_code == 302
    page.refresh_from_db()
    page.get_latest_revision_as_object().save_revision()
    an_hour_passes()
    keywords.remove_unused()
    assert names() == {"ajastettu"}
