"""The main job, in browsers: a developer writes, a curator approves, and a reader finds it in the next request."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from operating_models.models import OperatingModelPage
from tests import factories
from tests.browser.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Kotisairaanhoidon yökäynti"
LEAD = "Hoitaja tulee yöllä kotiin niille, joiden vointi muuttuu äkillisesti."
TEXTS = {
    "idea": "Hoitaja arvioi tilanteen kuvayhteydellä ja lähtee käynnille saattohoitopotilaan luo.",
    "context": "Harvaan asuttu maakunta, jossa päivystykseen on pitkä matka.",
    "client_insight": "Omaiset kertoivat pelkäävänsä öitä.",
    "conditions": "Kaksi sairaanhoitajaa yövuorossa ja auto.",
    "evaluation": "Ensihoidon kuljetukset vähenivät.",
}
FOUND_BY = {
    "the title's word in another form": "kotisairaanhoidossa",
    "a part of the title's compound": "sairaanhoito",
    "another compound's part in another form": "käyntejä",
    "a part of a compound in the text": "potilaille",
    "the first part of that compound": "saattohoidon",
}


@pytest.fixture
def reader(open_page):
    return open_page()


def titles_found(reader, words):
    reader.goto(f"/toimintamallit/?q={words}")
    return reader.locator(".hits h3").all_inner_texts()


def write_all(desk, *, but):
    """Write a new model from the beginning, without one text."""
    desk.begin_model("15")
    desk.fill("title", TITLE)
    desk.fill("lead", LEAD)
    desk.page.get_by_label("Ikäihmiset").check()
    desk.page.get_by_label("Hoitoon ja palveluun pääsy").check()
    desk.fill("contact_organisation", "Keski-Suomen hyvinvointialue")
    desk.fill("contact_unit", "Kotisairaala")
    desk.open_tab("Sisältö")
    written = [name for name in TEXTS if name != but]
    for name in written:
        desk.write(name, TEXTS[name])
    desk.wait_for_autosave(written[-1], TEXTS[written[-1]])


def test_model_is_written_submitted_approved_and_found_in_the_next_request(open_page, sit_down, reader):
    developer = Desk(open_page("/"), factories.make_user("developer", "15")).log_in_by_form()
    write_all(developer, but="evaluation")

    developer.page.reload()
    page = developer.page
    assert page.locator("[name=title]").input_value() == TITLE
    assert page.locator("[name=slug]").input_value() == "kotisairaanhoidon-yokaynti"
    assert page.locator("[name=lead]").input_value() == LEAD
    assert page.get_by_label("Ikäihmiset").is_checked()
    assert page.get_by_label("Hoitoon ja palveluun pääsy").is_checked()
    assert page.locator("[name=contact_unit]").input_value() == "Kotisairaala"
    developer.open_tab("Sisältö")
    assert {name: developer.text_of(name) for name in TEXTS if name != "evaluation"} == {
        name: text for name, text in TEXTS.items() if name != "evaluation"
    }

    page.get_by_role("button", name="Näytä tai piilota esikatselu").click()
    preview = page.frame_locator("#w-preview-iframe")
    expect(preview.locator("h1")).to_have_text(TITLE)
    expect(preview.get_by_text("Luonnoksen esikatselu: lukijat eivät näe tätä.")).to_be_visible()
    expect(preview.get_by_text(TEXTS["idea"])).to_be_visible()

    developer.submit()
    expect(page.locator(".messages")).to_contain_text("virheitä")
    expect(page.get_by_role("tab", name="Sisältö")).to_contain_text("1 virhe")
    expect(page.get_by_role("tab", name="Perustiedot")).not_to_contain_text("virhe")
    developer.open_tab("Sisältö")
    complaint = page.locator("[data-contentpath=evaluation] .error-message")
    expect(complaint).to_contain_text("Arvioinnin tulokset tiivistetysti")
    expect(complaint).to_contain_text("välilehdellä ”Sisältö” ennen julkaisua.")

    developer.wait_for_editor()
    developer.write("evaluation", TEXTS["evaluation"])
    developer.wait_for_autosave("evaluation", TEXTS["evaluation"])
    developer.submit()
    expect(page.locator(".messages")).to_contain_text(TITLE)
    draft = OperatingModelPage.objects.get(title=TITLE)
    assert draft.workflow_in_progress
    assert [titles_found(reader, words) for words in FOUND_BY.values()] == [[]] * len(FOUND_BY)

    curator = sit_down("curator")
    curator.page.goto("/hallinta/")
    waiting = curator.page.get_by_role("row").filter(has_text=TITLE)
    waiting.get_by_role("link", name=TITLE).first.click()
    curator.choose("^Hyväksy ja julkaise$")
    expect(curator.page.locator(".messages")).to_contain_text(TITLE)

    assert {case: titles_found(reader, words) for case, words in FOUND_BY.items()} == {
        case: [TITLE] for case in FOUND_BY
    }
    reader.get_by_role("link", name=TITLE).click()
    expect(reader).to_have_url(re.compile("/toimintamallit/keski-suomi/kotisairaanhoidon-yokaynti/$"))
    assert reader.locator("h1").inner_text() == TITLE
    for text in TEXTS.values():
        expect(reader.get_by_text(text)).to_be_visible()


def test_draft_of_a_published_model_is_seen_nowhere_and_unpublishing_is_seen_at_once(sit_down, reader):
    model = factories.make_model("15", TITLE, idea=f"<p>{TEXTS['idea']}</p>")
    public = ["/", "/toimintamallit/", "/toimintamallit/?q=luonnossalaisuus", "/toimintamallit/keski-suomi/"]
    public.append(model.get_url())

    developer = sit_down("developer", "15")
    developer.edit(model)
    developer.fill("title", "Luonnossalaisuus otsikossa")
    developer.fill("lead", "Tässä on luonnossalaisuus leipätekstissä.")
    developer.wait_for_autosave("lead", "luonnossalaisuus leipätekstissä")
    for address in public:
        reader.goto(address)
        assert "Luonnossalaisuus otsikossa" not in reader.content(), address
        assert "luonnossalaisuus leipätekstissä" not in reader.content(), address
    assert titles_found(reader, "luonnossalaisuus") == []
    assert titles_found(reader, "kotisairaanhoidossa") == [TITLE]

    curator = sit_down("curator")
    curator.page.goto(f"/hallinta/pages/{model.pk}/unpublish/")
    curator.page.get_by_role("button", name="Kyllä").click()
    expect(curator.page.locator(".messages")).to_contain_text("piilotettu")
    assert titles_found(reader, "kotisairaanhoidossa") == []
    assert reader.goto(model.get_url()).status == 404


def test_text_written_while_a_draft_is_being_saved_is_saved_after_it(sit_down):
    model = factories.make_model("15", TITLE, live=False)
    developer = sit_down("developer", "15")
    developer.edit(model)
    held = []
    developer.page.route("**/edit/", lambda route: route.continue_() if held else held.append(route))
    with developer.page.expect_request("**/edit/"):
        developer.fill("lead", "Alku.")
    developer.fill("lead", "Alku ja loppu.")
    held[0].continue_()
    developer.wait_for_autosave("lead", "Alku ja loppu.")


def latest_draft(model):
    return OperatingModelPage.objects.get(pk=model.pk).get_latest_revision_as_object()


def test_second_of_two_writers_at_once_is_told_and_no_text_is_lost(sit_down):
    model = factories.make_model("15", TITLE, live=False)
    first, second = sit_down("developer", "15"), sit_down("developer", "15")
    first.edit(model)
    second.edit(model)
    first.fill("lead", "Ensimmäisen kirjoittajan teksti.")
    first.wait_for_autosave("lead", "Ensimmäisen kirjoittajan teksti.")
    second.fill("lead", "Toisen kirjoittajan teksti.")
    footer = second.page.locator("footer")
    expect(footer).to_contain_text("Automaattinen tallennus on keskeytetty")
    expect(footer).to_contain_text("Tallennus korvaisi uudemman version.")
    assert latest_draft(model).lead == "Ensimmäisen kirjoittajan teksti."
    assert second.page.locator("[name=lead]").input_value() == "Toisen kirjoittajan teksti."

    footer.get_by_role("button", name="Tallenna luonnos").click()
    dialog = second.page.get_by_role("dialog").locator("visible=true")
    expect(dialog).to_contain_text(f"{first.user.get_full_name()} tallensi uuden version")
    expect(dialog.get_by_role("link", name="Näytä uusin versio")).to_be_visible()
    dialog.get_by_role("button", name="Tallenna luonnos").click()
    expect(second.page.locator(".messages")).to_contain_text("päivitetty")
    kept = [revision.as_object().lead for revision in model.revisions.order_by("created_at", "pk")]
    assert kept[-2:] == ["Ensimmäisen kirjoittajan teksti.", "Toisen kirjoittajan teksti."]
