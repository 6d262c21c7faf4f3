"""The login ends while somebody writes: nothing that was typed is lost, on a page that was saved and on a new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from operating_models.models import OperatingModelPage
from tests import factories
from tests.browser.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

IDEA = "Hoitaja soittaa ensin ja sopii käynnin."


@pytest.fixture
def writer(live_server, open_window):
    """A developer at the desk. Requests fail here on purpose, so nobody watches the console."""
    return Desk(open_window(), factories.make_user("developer", "15")).log_in(live_server.url)


def lose_login(desk):
    """Take the cookies away, as the end of a session and a login in another tab do together."""
    desk.page.context.clear_cookies()


def log_in_beside(desk, user=None):
    """Log in again as the form offers it: in a tab of its own."""
    with desk.page.context.expect_page() as opened:
        desk.page.get_by_role("link", name="Kirjaudu uudessa välilehdessä").click()
    tab = opened.value
    tab.get_by_label("Käyttäjätunnus").fill((user or desk.user).username)
    tab.get_by_label("Salasana").fill(factories.PASSWORD)
    tab.get_by_role("button", name="Kirjaudu sisään").click()
    expect(tab.get_by_role("heading", name="Olet taas kirjautunut")).to_be_visible()
    tab.close()


def ended(desk):
    return desk.page.get_by_role("dialog", name="Kirjautumisesi on päättynyt")


def test_text_written_on_a_saved_page_is_saved_after_a_new_login(writer):
    model = factories.make_model("15", live=False)
    writer.edit(model)
    lose_login(writer)
    writer.fill("lead", "Kirjoitettu ilman kirjautumista.")
    expect(ended(writer)).to_be_visible()
    writer.page.get_by_role("button", name="Sulje ja jatka kirjoittamista").click()
    writer.open_tab("Sisältö")
    writer.write("idea", IDEA)
    writer.page.locator("footer").get_by_role("button", name="Tallenna luonnos").click()
    expect(ended(writer)).to_be_visible()
    log_in_beside(writer)
    expect(ended(writer)).to_be_hidden()
    expect(writer.page.locator(".messages")).to_contain_text("päivitetty")
    draft = OperatingModelPage.objects.get(pk=model.pk).get_latest_revision_as_object()
    assert draft.lead == "Kirjoitettu ilman kirjautumista."
    assert IDEA in draft.idea


def test_text_written_on_a_new_page_is_saved_after_a_new_login(writer):
    writer.begin_model("15")
    lose_login(writer)
    writer.fill("title", "Uusi malli ilman kirjautumista")
    expect(ended(writer)).to_be_visible()
    log_in_beside(writer)
    expect(ended(writer)).to_be_hidden()
    writer.wait_for_autosave("title", "Uusi malli ilman kirjautumista")
    writer.open_tab("Sisältö")
    writer.write("idea", IDEA)
    writer.wait_for_autosave("idea", IDEA)
    assert OperatingModelPage.objects.filter(title="Uusi malli ilman kirjautumista").count() == 1


def test_form_of_another_tab_is_saved_with_the_token_of_the_new_login(writer):
    model = factories.make_model("15", live=False)
    writer.edit(model)
    lose_login(writer)
    other = Desk(writer.page.context.new_page(), writer.user).log_in_by_form()
    other.page.close()
    writer.fill("lead", "Kirjoitettu toisen kirjautumisen jälkeen.")
    writer.wait_for_autosave("lead", "Kirjoitettu toisen kirjautumisen jälkeen.")
    expect(ended(writer)).to_be_hidden()


def test_nobody_elses_login_saves_the_form(writer):
    model = factories.make_model("15", live=False)
    writer.edit(model)
    lose_login(writer)
    other = factories.make_user("curator")
    writer.fill("lead", "Kehittäjän teksti.")
    log_in_beside(writer, other)
    expect(ended(writer).get_by_role("alert")).to_contain_text(other.get_full_name())
    lose_login(writer)
    log_in_beside(writer)
    writer.wait_for_autosave("lead", "Kehittäjän teksti.")
    assert model.revisions.order_by("-created_at", "-pk").first().user == writer.user
