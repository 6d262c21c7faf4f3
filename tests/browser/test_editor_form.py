"""Small things of the editor, in a browser: tags, tabs by a side panel, checks, counters, pasting from Word."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from operating_models.models import Keyword
from tests import factories
from tests.browser.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

WORD = """<html><body><h1>Kokeilun tulokset</h1><p>Teksti.</p><h2>Odotusaika</h2>
<table><tr><td>Ennen</td><td>10 päivää</td></tr><tr><td>Jälkeen</td><td>5 päivää</td></tr></table>
<p><a href="file:///C:/omat/raportti.docx">raportti</a></p></body></html>"""
PASTE = """(target, html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", "teksti");
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def model(transactional_db):
    return factories.make_model("15", live=False)


@pytest.fixture
def edit(sit_down, model):
    """Return a function that opens the model in the editor, in a window of a width."""

    def edit(width=1280):
        desk = sit_down("developer", "15", width=width)
        desk.edit(model)
        return desk

    return edit


def test_comma_ends_a_tag_while_suggestions_are_open(edit):
    Keyword.objects.create(name="palveluohjaus", slug="palveluohjaus")
    desk = edit()
    field = desk.page.locator(".tagit-new input")
    field.press_sequentially("palvelu")
    expect(desk.page.locator(".ui-autocomplete:visible")).to_contain_text("palveluohjaus")
    field.press_sequentially(",ohjaus,")
    expect(desk.page.locator(".tagit-label")).to_have_text(["palvelu", "ohjaus"])


@pytest.mark.sweep(1)
@pytest.mark.parametrize("width", [1280, 1340, 1400])
def test_every_tab_can_be_clicked_beside_an_open_side_panel(edit, width):
    desk = edit(width)
    desk.page.get_by_role("button", name="Näytä tai piilota esikatselu").click()
    expect(desk.page.locator("#w-preview-iframe")).to_be_visible()
    for tab in desk.page.get_by_role("tab").all():
        tab.click(timeout=5000)
        expect(tab).to_have_attribute("aria-selected", "true")


def test_checks_of_the_preview_find_a_heading_that_says_nothing(live_server, open_window, model):
    # Wagtail's checks write what they find to the console too, so nobody watches it here.
    model.idea = "<h3>Alku</h3><p>Teksti.</p><h4> </h4>"
    model.save()
    model.save_revision()
    desk = Desk(open_window(), factories.make_user("developer", "15")).log_in(live_server.url)
    desk.edit(model)
    desk.page.get_by_role("button", name="Näytä tai piilota tarkistukset").click()
    panel = desk.page.locator("[data-side-panel=checks]")
    expect(panel.locator("[data-content-checker-row]").first).to_be_visible()
    expect(panel).not_to_contain_text("Luettavuus")


def test_short_description_counts_its_characters_and_the_form_what_is_missing(edit):
    desk = edit()
    desk.fill("lead", "Kaksi sanaa")
    expect(desk.page.locator("#id_lead-count")).to_have_text("11 / 300 merkkiä")
    desk.fill("contact_unit", "")
    expect(desk.page.locator(".required-fields")).to_contain_text("Omistava yksikkö")


def test_long_list_of_terms_is_filtered_and_keeps_what_is_ticked(edit):
    desk = edit()
    regions = desk.page.locator("[data-contentpath=further_regions]")
    regions.get_by_label("Lappi").check()
    regions.get_by_role("searchbox").fill("kymen")
    expect(regions.locator("label:visible").filter(has_text="Kymenlaakso")).to_be_visible()
    expect(regions.get_by_label("Lappi")).to_be_visible()
    expect(regions.get_by_label("Kainuu")).to_be_hidden()


def test_headings_and_tables_of_word_become_ours_and_links_to_a_disk_are_told(edit):
    desk = edit()
    desk.open_tab("Sisältö")
    editor = desk.page.locator("[data-contentpath=idea] [role=textbox]")
    editor.click()
    desk.page.keyboard.press("Control+A")
    editor.evaluate(PASTE, WORD)
    expect(editor.locator("h3")).to_have_text("Kokeilun tulokset")
    expect(editor.locator("h4")).to_have_text("Odotusaika")
    expect(editor.locator("li")).to_have_text(["Ennen – 10 päivää", "Jälkeen – 5 päivää"])
    expect(desk.page.locator(".messages")).to_contain_text("file:///C:/omat/raportti.docx")
