"""The editor's desk on a telephone's screen: nothing lies over what has to be read, and nothing is cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from operating_models.mail.models import OutgoingMail
from tests import factories
from tests.browser.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

WIDTH = 360


WORDS = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return Math.min(...[...range.getClientRects()].map(line => line.left));
}"""


def test_button_of_the_menu_lies_beside_the_message_of_a_waiting_model(sit_down):
    model = factories.make_model("15", live=False)
    model.get_workflow().start(model, factories.make_user("developer", "15"))
    desk = sit_down("developer", "15", width=WIDTH)
    desk.edit(model)
    button = desk.page.locator(".sidebar-nav-toggle").bounding_box()
    assert button["y"] == 0
    message = desk.page.locator(".messages li")
    expect(message).to_contain_text("odottaa hyväksyntää")
    assert message.evaluate(WORDS) >= button["x"] + button["width"]


def test_ways_on_after_a_login_that_ended_have_room_between_them(live_server, open_window):
    desk = Desk(open_window(width=WIDTH), factories.make_user("developer", "15")).log_in(live_server.url)
    desk.edit(factories.make_model("15", live=False))
    desk.page.context.clear_cookies()
    desk.fill("lead", "Kirjoitettu ilman kirjautumista.")
    dialog = desk.page.get_by_role("dialog", name="Kirjautumisesi on päättynyt")
    expect(dialog).to_be_visible()
    first, second = (dialog.get_by_role(role).bounding_box() for role in ("link", "button"))
    assert first["x"] == second["x"]
    assert second["y"] - first["y"] - first["height"] >= 8


@pytest.fixture
def failed_mail(transactional_db):
    return OutgoingMail.objects.create(
        message_id="<1@example.org>",
        sender="palvelu@example.org",
        recipient="erittain.pitka.osoite.joka.ei.taivu@keski-suomen-hyvinvointialue.example",
        subject="Toimintamallinne on palautettu: Nuorten ilta-aikojen vastaanotto",
        attempts=1,
        last_error="550 5.1.1 <erittain.pitka.osoite.joka.ei.taivu@keski-suomen-hyvinvointialue.example>: rejected",
    )


@pytest.mark.parametrize("width", [WIDTH, 1280])
def test_button_of_a_failed_mail_can_be_reached(sit_down, failed_mail, width):
    desk = sit_down("administrator", width=width)
    desk.page.goto("/hallinta/raportit/lahteva-posti/")
    desk.page.locator("#listing-results td").first.hover()
    desk.page.mouse.wheel(2000, 0)
    desk.page.wait_for_timeout(300)
    box = desk.page.locator("#listing-results td :is(button, a)").last.bounding_box()
    assert 0 <= box["x"] < box["x"] + box["width"] <= width
