"""Suggestions under a search field: by keyboard, by mouse, by screen reader, on small screens, and without scripts."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests import depth
from tests.browser.axe import violations

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

FIELDS = {
    "home": ("/", "home-search"),
    "header": ("/saavutettavuusseloste/", "header-search"),
    "search": ("/toimintamallit/", "q"),
}
MODEL = "Seniorin hyvinvointineuvola"
MODEL_URL = re.compile(r"/toimintamallit/keski-suomi/seniorin-hyvinvointineuvola/$")


@pytest.fixture
def field(open_page):
    """Return a function that opens a page and gives its search field."""

    def field(name="home", **options):
        address, identifier = FIELDS[name]
        page = open_page(address, **options)
        page.evaluate("window.same = true")
        return page.locator(f"#{identifier}")

    return field


def type_in(field, text):
    """Write so fast that only the whole text is asked about, and wait for what is suggested for it.

    Key by key, a busy machine would also be answered about the beginning, and show that first.
    """
    field.fill(text)
    expect(options(field).first).to_be_visible()


def options(field):
    return field.page.get_by_role("option")


def active(field):
    """Return the text of the option that has the visual focus, "" for none."""
    identifier = field.get_attribute("aria-activedescendant")
    chosen = field.page.locator("[role=option][aria-selected=true]")
    if identifier is None:
        expect(chosen).to_have_count(0)
        return ""
    assert chosen.get_attribute("id") == identifier
    return chosen.inner_text()


def count_requests(page):
    """Return a list to which each request for suggestions is added by what it asks."""
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/ehdotukset/" in request.url else None)
    return asked


@pytest.mark.sweep(1)
@pytest.mark.parametrize("name", FIELDS)
def test_every_search_field_suggests_models_values_and_words_in_named_groups(field, name):
    box = field(name)
    type_in(box, "neuvola")
    groups = box.page.get_by_role("listbox", name="Ehdotukset").get_by_role("group")
    names = [group.get_attribute("aria-labelledby") for group in groups.all()]
    assert [box.page.locator(f"#{name}").inner_text() for name in names] == [
        "Toimintamallit",
        "Palveluluokka",
        "Toimintaympäristö",
        "Sanat",
    ]
    assert MODEL in options(box).all_inner_texts()
    assert box.page.locator(".suggestions mark").first.inner_text() == "neuvola"


def test_field_says_what_it_is_and_whether_its_list_is_open(field):
    box = field()
    expect(box).to_have_role("combobox")
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-expanded") == "false"
    type_in(box, "neuvola")
    assert box.get_attribute("aria-expanded") == "true"
    expect(box.page.locator(f"#{box.get_attribute('aria-controls')}")).to_have_role("listbox")
    assert box.get_attribute("aria-activedescendant") is None


def test_arrows_go_through_all_options_and_around_while_focus_and_text_stay(field):
    box = field()
    type_in(box, "neuvola")
    texts = options(box).all_inner_texts()
    seen = []
    for _ in texts:
        box.press("ArrowDown")
        seen.append(active(box))
    assert seen == texts
    box.press("ArrowDown")
    assert active(box) == texts[0]
    box.press("ArrowUp")
    assert active(box) == texts[-1]
    expect(box).to_be_focused()
    expect(box).to_have_value("neuvola")


def test_enter_on_a_model_leads_to_its_page(field):
    box = field()
    type_in(box, "neuvola")
    box.press("ArrowDown")
    assert active(box) == MODEL
    box.press("Enter")
    box.page.wait_for_url(MODEL_URL)


def test_enter_on_a_value_leads_to_the_search_narrowed_to_it(field):
    box = field()
    type_in(box, "vanhus")
    box.press("ArrowDown")
    assert active(box).split() == ["Ikäihmiset", "vanhus"]
    box.press("Enter")
    box.page.wait_for_url(re.compile(r"/toimintamallit/\?target_group=older-people$"))
    expect(box.page.locator(".chips")).to_contain_text("Ikäihmiset")


def test_enter_without_a_chosen_option_sends_what_was_typed(field):
    box = field()
    type_in(box, "neuvola")
    box.press("Enter")
    box.page.wait_for_url(re.compile(r"/toimintamallit/\?q=neuvola$"))
    expect(options(box).first).not_to_be_visible()


def test_escape_closes_the_list_and_keeps_the_text_and_an_arrow_opens_it_again(field):
    box = field()
    type_in(box, "neuvola")
    box.press("ArrowDown")
    box.press("Escape")
    expect(options(box).first).not_to_be_visible()
    assert box.get_attribute("aria-expanded") == "false"
    assert active(box) == ""
    expect(box).to_have_value("neuvola")
    box.press("ArrowDown")
    assert active(box) == MODEL


def test_home_end_and_typing_lead_back_to_the_field(field):
    box = field()
    type_in(box, "neuvol")
    for key, place in (("Home", 0), ("End", 6)):
        box.press("ArrowDown")
        assert active(box) == MODEL
        box.press(key)
        assert active(box) == ""
        assert box.evaluate("field => field.selectionStart") == place
    box.press("ArrowDown")
    box.press_sequentially("a")
    assert active(box) == ""
    expect(box).to_have_value("neuvola")


def test_tab_leaves_the_field_and_chooses_nothing(field):
    box = field()
    type_in(box, "neuvola")
    box.press("ArrowDown")
    box.press("Tab")
    expect(options(box).first).not_to_be_visible()
    expect(box.page.get_by_role("button", name="Hae")).to_be_focused()
    assert box.page.evaluate("window.same") is True


def test_click_leads_to_what_is_clicked_and_one_elsewhere_closes_the_list(field):
    box = field()
    type_in(box, "neuvola")
    box.page.locator("h1").click()
    expect(options(box).first).not_to_be_visible()
    box.press("ArrowDown")
    box.page.get_by_text("Sanat", exact=True).click()
    expect(options(box).first).to_be_visible()
    options(box).filter(has_text="seniorineuvola").last.click()
    box.page.wait_for_url(re.compile(r"/toimintamallit/\?q=seniorineuvola$"))


def test_number_of_suggestions_is_announced_politely(field):
    box = field()
    announcement = box.page.locator(".search-field [aria-live=polite]")
    assert announcement.inner_text() == ""
    type_in(box, "neuvola")
    number = options(box).count()
    expect(announcement).to_have_text(f"{number} ehdotusta. Valitse nuolinäppäimillä.")
    box.press_sequentially("xyzzyq")
    expect(announcement).to_have_text("Ei ehdotuksia.")
    expect(options(box).first).not_to_be_visible()


def test_nothing_is_asked_before_two_letters(field):
    box = field()
    asked = count_requests(box.page)
    box.press_sequentially("n")
    box.page.wait_for_timeout(400)
    assert asked == []
    box.press_sequentially("e")
    expect(options(box).first).to_be_visible()
    box.press("Backspace")
    expect(options(box).first).not_to_be_visible()
    assert len(asked) == 1


def test_fast_typing_is_one_request(field):
    box = field()
    asked = count_requests(box.page)
    box.evaluate(
        """field => {
            for (const end of [2, 3, 4, 5, 6, 7]) {
                field.value = "kuntoutus".slice(0, end);
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            }
        }"""
    )
    expect(options(box).filter(has_text="Etäkuntoutus").first).to_be_visible()
    assert [address.rpartition("=")[2] for address in asked] == ["kuntout"]


def test_old_answer_never_replaces_a_newer_one(field):
    box = field()
    held = []
    box.page.route(re.compile(r"/ehdotukset/\?q=ne$"), lambda route: held.append(route))
    box.press_sequentially("ne")
    deadline = time.monotonic() + 60
    while not held:
        assert time.monotonic() < deadline, "nothing was asked"
        box.page.wait_for_timeout(20)
    box.fill("kuntoutus")
    expect(options(box).filter(has_text="Etäkuntoutus").first).to_be_visible()
    texts = options(box).all_inner_texts()
    held[0].fulfill(json={"groups": [{"label": "Vanha", "rows": []}], "message": "Vanha"})
    box.page.wait_for_timeout(200)
    assert options(box).all_inner_texts() == texts
    assert box.page.get_by_text("Vanha", exact=True).count() == 0


def test_plain_form_works_when_suggestions_do_not_answer(field):
    box = field()
    box.page.route(re.compile("/ehdotukset/"), lambda route: route.fulfill(status=200, body="no json"))
    box.press_sequentially("neuvola")
    box.page.wait_for_timeout(400)
    expect(options(box).first).not_to_be_visible()
    box.press("Enter")
    box.page.wait_for_url(re.compile(r"/toimintamallit/\?q=neuvola$"))


def test_text_of_an_answer_never_becomes_markup(field):
    box = field()
    evil = "<img src=x onerror=alert(1)>"
    row = {"url": "/", "text": [{"text": evil, "typed": False}, {"text": evil, "typed": True}], "note": evil}
    box.page.route(
        re.compile("/ehdotukset/"),
        lambda route: route.fulfill(json={"groups": [{"label": evil, "rows": [row]}], "message": evil}),
    )
    type_in(box, "ne")
    assert box.page.locator(".search-field img").count() == 0
    assert options(box).first.inner_text().count(evil) == 3


def test_page_from_the_history_has_no_open_list(field):
    box = field()
    type_in(box, "neuvola")
    box.press("ArrowDown")
    box.press("Enter")
    box.page.wait_for_url(MODEL_URL)
    box.page.go_back()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options(box).first).not_to_be_visible()


@pytest.mark.sweep(1)
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", FIELDS)
def test_axe_finds_no_violation_with_the_list_open(field, name, width):
    found = {}
    box = field(name, width=width)
    type_in(box, "neuvola")
    box.press("ArrowDown")
    schemes = depth.some(("light", "dark"), 1)
    for scheme in schemes:
        box.page.emulate_media(color_scheme=scheme)
        # Dark is other colours on the same page.
        only = ["color-contrast"] if scheme == "dark" and len(schemes) > 1 else None
        found[scheme] = violations(box.page, only=only)
    assert found == {scheme: [] for scheme in schemes}


@pytest.mark.sweep(1)
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("name", FIELDS)
def test_open_list_fits_the_screen_and_its_rows_fit_a_finger(field, name, width):
    box = field(name, width=width)
    type_in(box, "po")
    assert box.page.evaluate("document.documentElement.scrollWidth") <= width
    frame = box.page.get_by_role("listbox").bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= width
    assert min(option.bounding_box()["height"] for option in options(box).all()) >= 44


@pytest.mark.sweep(1)
@pytest.mark.parametrize("name", FIELDS)
def test_field_is_a_plain_one_without_scripts(open_page, name):
    address, identifier = FIELDS[name]
    page = open_page(address, java_script_enabled=False)
    field = page.locator(f"#{identifier}")
    assert field.get_attribute("role") is None
    assert field.get_attribute("aria-expanded") is None
    field.fill("neuvola")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=neuvola$"))
    expect(page.locator(".hits h3").first).to_be_visible()
