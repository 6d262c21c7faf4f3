"""A region reports and the owner confirms, with the keyboard alone; the pages can be used by everyone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from operating_models.models import AdoptionReport, Verdict
from operating_models.reporting import commands
from tests import factories
from tests.browser.axe import faults, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def model():
    return factories.make_model("15", "Seniorineuvola")


def log_in(page, user):
    """Log in with the keyboard: the field of the name has the focus."""
    expect(page.get_by_label("Käyttäjätunnus")).to_be_focused()
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")


def walk_to(page, target):
    """Press Tab until the element has the focus."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("The keyboard does not reach the element.")


def test_a_region_reports_and_the_owner_confirms_by_keyboard(open_page, model):
    reporter, owner = factories.make_user("reporter", "20"), factories.make_user("developer", "15")

    page = open_page(model.get_url())
    walk_to(page, page.get_by_role("link", name="Kerro käyttöönotosta"))
    page.keyboard.press("Enter")
    walk_to(page, page.get_by_role("link", name="Kirjaudu ja ilmoita"))
    page.keyboard.press("Enter")
    log_in(page, reporter)
    walk_to(page, page.get_by_label("Suunnitteilla"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_label("Kokeilussa")).to_be_checked()
    expect(page.get_by_label("resurssit")).to_be_hidden()
    walk_to(page, page.get_by_label("Voimassa alkaen"))
    page.keyboard.type("3/2025")
    walk_to(page, page.locator(".form__more summary"))
    page.keyboard.press("Enter")
    walk_to(page, page.get_by_label("Sanallisesti"))
    page.keyboard.type("Kahdella asemalla.")
    walk_to(page, page.get_by_role("button", name="Tallenna ilmoitus"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ilmoitus on tallennettu")).to_be_visible()
    expect(page.locator("#adoption tbody")).to_contain_text("Kahdella asemalla.")
    assert AdoptionReport.objects.get().status == "piloting"

    page = open_page("/kirjaudu/?next=/alueemme/")
    log_in(page, owner)
    walk_to(page, page.locator("#awaiting a.button"))
    page.keyboard.press("Enter")
    walk_to(page, page.get_by_label("Vahvistamme"))
    page.keyboard.press("Space")
    walk_to(page, page.get_by_role("button", name="Tallenna vastaus"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Omistaja vahvistaa")).to_be_visible()
    assert (
        commands.latest_report(model, AdoptionReport.objects.get().region).answers.get().verdict == Verdict.CONFIRMED
    )


def test_reasons_are_asked_of_an_ended_adoption_and_the_summary_leads_to_what_is_missing(open_page, model):
    page = open_page(f"/kirjaudu/?next=/ilmoitus/uusi/{model.pk}/")
    log_in(page, factories.make_user("reporter", "20"))
    page.get_by_label("Päättynyt").check()
    expect(page.get_by_label("resurssit")).to_be_visible()
    page.get_by_label("Voimassa alkaen").fill("2025")
    page.get_by_role("button", name="Tallenna ilmoitus").click()
    page.locator(".problems a").click()
    expect(page.get_by_label("resurssit")).to_be_in_viewport()


def test_axe_finds_no_violation_and_nothing_overflows(open_page, model):
    long_word = "Lastensuojelunavohuollontyöntekijäresurssien"
    reporter, owner = factories.make_user("reporter", "20"), factories.make_user("developer", "15")
    reporter.groups.add(*owner.groups.all())
    old = factories.report(model, "20", "piloting", "2024", note=f"{long_word} varassa.")
    row = factories.report(model, "20", "in_use", "2025", results="Hyvä.", cost=long_word, supersedes=old)
    factories.report(factories.make_model("15", long_word), "20", "ended", "2025")
    other = factories.report(model, "17", "in_use", "2025")
    wrong = factories.report(model, "12", "in_use", "2025")
    factories.report(model, "12", "in_use", "2025", supersedes=wrong, is_retraction=True)
    commands.renew(reporter, row)
    commands.answer(owner, row, Verdict.DISPUTED, f"Ei ole sama malli: {long_word}.")
    page = open_page("/kirjaudu/")
    found = {"login": faults(page)}
    page.reload()
    log_in(page, reporter)
    expect(page.get_by_role("heading", name="Alueemme mallit", level=1)).to_be_visible()
    addresses = {
        "our models": "/alueemme/",
        "form": f"/ilmoitus/uusi/{model.pk}/",
        "report": f"/ilmoitus/{row.pk}/",
        "another report": f"/ilmoitus/{other.pk}/",
        "taking back": f"/ilmoitus/{row.pk}/peru/",
        "model": model.get_url(),
        "refused": f"/ilmoitus/{other.pk}/peru/",
    }
    for name, address in addresses.items():
        page.goto(address)
        found[name] = faults(page)
    page.goto(addresses["form"])
    page.get_by_role("button", name="Tallenna ilmoitus").click()
    expect(page.locator(".problems")).to_be_visible()
    found["form with errors"] = violations(page)
    assert {case: rules for case, rules in found.items() if rules} == {}
