"""A model that waits for approval, or was returned, says so on its form."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group

from tests import factories
from tests.desk import editor


@pytest.fixture
def submitted(developer):
    page = factories.make_model("15", "Odottava malli", live=False)
    developer.post(editor.url("edit", page), editor.form_of_model(page) | {"action-submit": "1"})
    page.refresh_from_db()
    assert page.workflow_in_progress
    return page


def main_button(text):
    footer = text[text.index("<footer") :]
    return re.sub(r"<[^>]*>|\s+", " ", re.search(r"<button.*?</button>", footer, re.DOTALL)[0]).split()


def test_form_of_a_waiting_model_says_for_whom_it_waits_and_who_sent_it(developer, submitted):
    text = editor.text_of(developer.get(editor.url("edit", submitted)))
    task = submitted.current_workflow_task.specific
    assert "Malli odottaa hyväksyntää." in text
    assert all(group.name in text for group in Group.objects.filter(pk__in=task.groups.all()))
    assert f"lähettäjä {developer.user.get_full_name()}" in text


def test_undoing_the_submission_is_not_the_main_button(developer, submitted):
    text = editor.text_of(developer.get(editor.url("edit", submitted)))
    assert "Peruuta" not in main_button(text)
    assert "action-cancel-workflow" in text


def test_curator_edits_a_waiting_model_and_is_told_of_no_lock(curator, submitted):
    text = editor.text_of(curator.get(editor.url("edit", submitted)))
    assert "Malli odottaa hyväksyntää." not in text


def test_form_of_a_returned_model_shows_the_comment_and_who_asked(developer, curator, submitted):
    state = submitted.current_workflow_task_state
    state.task.specific.on_action(state, curator.user, "reject", comment="Kirjoita, kuka omistaa mallin.")
    text = editor.text_of(developer.get(editor.url("edit", submitted)))
    assert f"{curator.user.get_full_name()} pyysi muutoksia" in text
    assert "Kirjoita, kuka omistaa mallin." in text
    part = developer.get(editor.url("edit", submitted) + "?_w_hydrate_create_view=1")
    assert "pyysi muutoksia" not in editor.text_of(part)
    assert editor.messages_of(part) == []
