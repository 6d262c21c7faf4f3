"""Searching and narrowing in a browser: at once where scripts run, by the form's button where they do not."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

SEARCH = "/toimintamallit/"
WORDS = f"{SEARCH}?q=neuvola"


def total(page):
    return int(page.locator("#results-title").inner_text().split()[0])


def count_of(page, facet, value):
    return int(page.locator(f"label:has(input[name={facet}][value={value}]) small").inner_text())


@pytest.fixture
def results(open_page):
    """A page of hits, marked in a way that a reload would wash off."""
    page = open_page(WORDS)
    page.evaluate("window.same = true")
    return page


def is_same_document(page):
    return page.evaluate("window.same === true")


class TestWithScripts:
    def test_checkbox_narrows_at_once_without_a_reload(self, results):
        promised = count_of(results, "theme", "prevention")
        assert 0 < promised < total(results)
        results.get_by_label("Ehkäisevä työ ja hyte").check()
        results.wait_for_url(re.compile(r"\?q=neuvola&theme=prevention$"))
        expect(results.locator("#results-title")).to_have_text(f"{promised} toimintamallia")
        assert results.locator(".hits .card").count() == promised
        expect(results.locator(".chips").get_by_text("Ehkäisevä työ ja hyte")).to_be_visible()
        assert is_same_document(results)

    def test_number_of_hits_is_announced(self, results):
        announcement = results.get_by_role("status")
        assert announcement.inner_text() == ""
        promised = count_of(results, "theme", "prevention")
        results.get_by_label("Ehkäisevä työ ja hyte").check()
        expect(announcement).to_have_text(f"{promised} toimintamallia")

    def test_back_and_forward_show_what_their_addresses_say(self, results):
        before = results.locator("#results-title").inner_text()
        box = results.get_by_label("Ehkäisevä työ ja hyte")
        box.check()
        results.wait_for_url(re.compile("theme=prevention"))
        narrowed = results.locator("#results-title").inner_text()
        results.go_back()
        expect(results.locator("#results-title")).to_have_text(before)
        expect(box).not_to_be_checked()
        assert results.url.endswith(WORDS)
        results.go_forward()
        expect(results.locator("#results-title")).to_have_text(narrowed)
        expect(box).to_be_checked()
        assert is_same_document(results)

    def test_address_of_a_narrowed_search_shows_the_same_when_opened_anew(self, results, open_page):
        results.get_by_label("Ehkäisevä työ ja hyte").check()
        results.wait_for_url(re.compile("theme=prevention"))
        titles = results.locator(".hits h3").all_inner_texts()
        anew = open_page(results.url)
        assert anew.locator(".hits h3").all_inner_texts() == titles
        assert anew.get_by_label("Ehkäisevä työ ja hyte").is_checked()

    def test_keyboard_opens_a_group_and_chooses_in_it_and_stays_there(self, results):
        results.locator("#facet-setting > summary").focus()
        results.keyboard.press("Enter")
        results.keyboard.press("Tab")
        name, value = results.evaluate("[document.activeElement.name, document.activeElement.value]")
        assert name == "setting"
        results.keyboard.press("Space")
        results.wait_for_url(re.compile(f"setting={value}"))
        expect(results.get_by_role("status")).not_to_have_text("")
        assert results.evaluate("[document.activeElement.name, document.activeElement.value]") == [name, value]
        assert results.locator("#facet-setting").get_attribute("open") is not None

    def test_words_that_are_being_typed_are_narrowed_with(self, open_page):
        page = open_page(SEARCH)
        field = page.get_by_label("Hae toimintamalleja")
        field.fill("neuvola")
        # What is suggested may lie over the checkboxes until the field is left.
        field.blur()
        page.get_by_label("Ehkäisevä työ ja hyte").check()
        page.wait_for_url(re.compile(r"q=neuvola&theme=prevention"))
        expect(page.locator(".hits mark").first).to_be_visible()

    def test_long_list_is_filtered_by_what_is_typed_and_enter_sends_nothing(self, open_page):
        page = open_page(SEARCH)
        page.evaluate("window.same = true")
        region = page.locator("#facet-region")
        region.get_by_label("Suodata luetteloa: Alue").fill("pohjan")
        shown = region.locator(".checkbox:visible span").all_inner_texts()
        assert sorted(shown) == ["Etelä-Pohjanmaa", "Keski-Pohjanmaa", "Pohjanmaa", "Pohjois-Pohjanmaa"]
        page.keyboard.press("Enter")
        assert is_same_document(page)
        expect(page).to_have_url(re.compile(f"{SEARCH}$"))
        region.get_by_label("Pohjois-Pohjanmaa").check()
        page.wait_for_url(re.compile("region="))
        assert region.get_by_label("Suodata luetteloa: Alue").input_value() == "pohjan"
        assert region.locator(".checkbox:visible").count() == 4

    def test_narrow_screen_folds_the_ways_to_narrow_and_leads_to_the_results(self, open_page):
        page = open_page(WORDS, width=360)
        box = page.get_by_label("Ehkäisevä työ ja hyte")
        expect(box).not_to_be_visible()
        page.get_by_text("Rajaa", exact=True).locator("visible=true").click()
        promised = count_of(page, "theme", "prevention")
        box.check()
        page.wait_for_url(re.compile("theme=prevention"))
        button = page.locator(".facets__submit")
        expect(button).to_have_text(re.compile(rf"^\s*Näytä {promised} tulosta\s*$"), use_inner_text=True)
        expect(button).to_be_in_viewport(ratio=1)
        page.locator("#facet-theme").scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=1)
        button.click()
        expect(box).not_to_be_visible()
        expect(page.get_by_text("Rajaa (1)")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "results-title"
        expect(page.locator("#results-title")).to_be_in_viewport()

    def test_lost_connection_leads_to_the_address_itself(self, results):
        failed = []

        def fail_once(route):
            if failed:
                return route.continue_()
            failed.append(route.request.url)
            return route.fulfill(status=200, body="", headers={"Content-Length": "5"})

        results.route(re.compile("theme=prevention"), fail_once)
        results.get_by_label("Ehkäisevä työ ja hyte").check()
        results.wait_for_load_state()
        expect(results.locator(".chips")).to_contain_text("Ehkäisevä työ ja hyte")
        assert not is_same_document(results)


class TestWithoutScripts:
    @pytest.fixture
    def plain(self, open_page):
        return lambda address, **options: open_page(address, java_script_enabled=False, **options)

    def test_search_of_the_front_page_finds(self, plain):
        page = plain("/")
        page.get_by_label("Hae toimintamalleja").fill("neuvolassa")
        page.get_by_role("button", name="Hae").click()
        assert total(page) > 0
        expect(page.locator(".hits h3").first).to_be_visible()

    @pytest.mark.sweep(1)
    @pytest.mark.parametrize("width", [1280, 360])
    def test_checkboxes_narrow_by_the_button(self, plain, width):
        page = plain(WORDS, width=width)
        if width < 960:
            page.get_by_text("Rajaa", exact=True).locator("visible=true").click()
        promised = count_of(page, "theme", "prevention")
        page.get_by_label("Ehkäisevä työ ja hyte").check()
        button = page.get_by_role("button", name="Näytä tulokset", exact=True)
        if width < 960:
            expect(button).to_be_in_viewport(ratio=1)
        button.click()
        expect(page).to_have_url(re.compile(r"\?q=neuvola&theme=prevention$"))
        assert total(page) == promised
        assert page.get_by_label("Ehkäisevä työ ja hyte").is_checked()

    def test_rest_of_a_long_list_is_shown(self, plain):
        page = plain(SEARCH)
        last = page.locator("#rest-region li").last
        expect(last).not_to_be_visible()
        page.locator("#rest-region > summary").click()
        expect(last).to_be_visible()
        expect(page.locator(".facet__filter").first).not_to_be_visible()

    def test_chosen_value_is_taken_away_by_its_link(self, plain):
        page = plain(f"{WORDS}&theme=prevention")
        page.locator(".chips a").first.click()
        expect(page).to_have_url(re.compile(f"{re.escape(WORDS)}$"))

    def test_model_is_read_and_has_no_button_that_does_nothing(self, plain):
        page = plain("/toimintamallit/keski-suomi/seniorin-hyvinvointineuvola/")
        expect(page.locator("#adoption table")).to_be_visible()
        expect(page.locator("#print")).not_to_be_visible()
