"""Small things of the editor, in a browser: tags, tabs by a side panel, checks, counters, pasting from Word."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.rich_text import RichText

from operating_models.models import Keyword, Outcome
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


def test_headings_pasted_into_a_phase_become_bold_lines_and_the_writer_is_told(edit, model):
    model.development = [("need", {"heading": "", "text": RichText("<p>Tarve</p>")})]
    model.save()
    model.save_revision()
    desk = edit()
    desk.open_tab("Kehittämisen polku")
    editor = desk.page.locator("[data-contentpath=development] [role=textbox]")
    editor.click()
    desk.page.keyboard.press("Control+A")
    editor.evaluate(PASTE, WORD)
    expect(desk.page.locator(".messages")).to_contain_text("lihavoiduiksi riveiksi")
    expect(editor.locator("h1, h2, h3, h4")).to_have_count(0)
    for heading in ("Kokeilun tulokset", "Odotusaika"):
        bold = editor.get_by_text(heading, exact=True)
        assert int(bold.evaluate("element => getComputedStyle(element).fontWeight")) >= 600
    expect(editor.locator("li")).to_have_text(["Ennen – 10 päivää", "Jälkeen – 5 päivää"])


VALUES = "form => JSON.stringify([...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken'))"


def test_form_of_a_waiting_model_is_read_and_not_changed(sit_down, model):
    model.development = [("need", {"heading": "Tarve", "text": RichText("<p>Tarve on suuri.</p>")})]
    model.outcomes = [Outcome(measure="Odotusaika", after=5)]
    model.tags.set(["kotihoito"])
    model.save()
    model.save_revision()
    # Who sent the model on may take it back.
    desk = sit_down("developer", "15")
    model.get_workflow().start(model, desk.user)
    desk.edit(model)
    page, form = desk.page, desk.page.locator("form[data-edit-form]")
    before = form.evaluate(VALUES)
    for name in ("title", "lead", "contact_unit"):
        field = page.locator(f"[name={name}]")
        expect(field).not_to_be_editable()
        field.focus()
        expect(field).to_be_focused()
        page.keyboard.type("muutos")
    for box in (page.get_by_label("Lappi"), page.get_by_label("Ikäihmiset")):
        expect(box).to_be_disabled()
        box.evaluate("box => box.click()")
        box.focus()
        page.keyboard.press("Space")
    page.locator("[name=original_language]").focus()
    page.keyboard.press("ArrowDown")
    desk.open_tab("Sisältö")
    text = page.locator("[data-contentpath=idea] [role=textbox]")
    expect(text).to_have_attribute("contenteditable", "false")
    text.focus()
    expect(text).to_be_focused()
    page.keyboard.type("muutos")
    text.evaluate(PASTE, WORD)
    desk.open_tab("Tulokset ja näyttö")
    expect(page.locator("[name=outcomes-0-measure]")).to_have_value("Odotusaika")
    expect(page.get_by_role("button", name="Lisää tulos")).to_be_hidden()
    desk.open_tab("Kehittämisen polku")
    phase = page.locator("[data-contentpath=development] [role=textbox]")
    expect(phase).to_have_text("Tarve on suuri.")
    expect(phase).to_have_attribute("contenteditable", "false")
    assert form.evaluate(VALUES) == before
    desk.choose("Peruuta työnkulku")
    expect(page.get_by_text("Työnkulku peruttu").or_(page.get_by_text("on peruttu")).first).to_be_visible()
    expect(page.locator("[name=lead]")).to_be_editable()
