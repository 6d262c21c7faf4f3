"""A region takes a model over, and a reader sees the family, what differs, and models side by side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from operating_models.models import OperatingModelPage
from tests import factories
from tests.browser.axe import faults

pytestmark = pytest.mark.django_db(transaction=True)


def test_local_version_is_made_with_one_press_and_compared_by_readers(open_page, sit_down):
    source = factories.make_model(
        "15", "Seniorineuvola", risks=[{"risk": "Vaihtuvuus", "handling": "Työpari"}], tags=["neuvonta"]
    )
    other = factories.make_model("02", "Lastensuojelunavohuollontyöntekijäresurssien mitoitus")

    developer = sit_down("developer", "08")
    page = developer.page
    page.goto(source.get_url())
    page.get_by_role("button", name="Sovella omalla alueellasi").click()
    expect(page.locator(".messages")).to_contain_text("Paikallisen version luonnos on tehty.")
    developer.wait_for_editor()
    assert page.locator("[name=lead]").input_value() == source.lead
    assert page.locator("[name=contact_organisation]").input_value() == "Pirkanmaan hyvinvointialue"
    developer.fill("contact_unit", "Ikäkeskus")
    developer.open_tab("Sisältö")
    expect(page.get_by_text("Tämä paikallinen versio on tehty mallista ”Seniorineuvola”.")).to_be_visible()
    developer.write("idea", "Hoitaja ottaa vastaan autossa ja sopii jatkosta.")
    developer.fill("adaptation_changed", "Neuvola kiertää autossa.")
    developer.wait_for_autosave("adaptation_changed", "Neuvola kiertää autossa.")
    OperatingModelPage.objects.get(adapted_from=source).get_latest_revision().publish()

    reader = open_page(source.get_url())
    family = reader.locator("#family")
    expect(family.get_by_text("Muutettu: Neuvola kiertää autossa.")).to_be_visible()
    assert faults(reader) == []
    family.get_by_role("link", name="Erot lähdemalliin").click()
    expect(reader.locator("h1")).to_have_text("Erot lähdemalliin")
    expect(reader.locator("section ins")).to_contain_text("autossa")
    assert faults(reader) == []

    reader.get_by_role("link", name="Seniorineuvola").last.click()
    reader.get_by_role("link", name="Vertaa", exact=True).click()
    reader.get_by_label("Lisää malli vertailuun").fill("mitoitus")
    reader.locator("form.add").get_by_role("button", name="Hae").click()
    reader.get_by_role("link", name="Lisää: Lastensuojelunavohuollontyöntekijäresurssien mitoitus").click()
    heads = reader.locator(".compare thead th")
    expect(heads).to_have_count(2)
    expect(heads.nth(1)).to_contain_text(other.title)
    assert faults(reader) == []
    assert reader.url.endswith(f"&malli={other.pk}")


def test_region_is_chosen_and_refusal_is_told_on_pages_that_everyone_can_use(sit_down):
    source = factories.make_model("15", "Seniorineuvola")
    curator = sit_down("curator").page
    curator.goto(source.get_url())
    curator.get_by_role("button", name="Sovella omalla alueellasi").click()
    assert faults(curator) == []
    curator.get_by_label("Kainuu").check()
    curator.get_by_role("button", name="Tee luonnos").click()
    expect(curator.locator(".messages")).to_contain_text("Paikallisen version luonnos on tehty.")
    assert OperatingModelPage.objects.get(adapted_from=source).region.short_name_fi == "Kainuu"

    own = sit_down("developer", "15").page
    own.goto(source.get_url())
    own.get_by_role("button", name="Sovella omalla alueellasi").click()
    expect(own.locator("h1")).to_have_text("Malli on jo oman alueesi malli")
    assert faults(own) == []
