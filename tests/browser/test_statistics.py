"""The statistics with a browser: maps by keyboard, tables taken along, narrow screens, and print."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import UNFOLD, faults

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

STATISTICS = "/tilastot/"


def test_axe_finds_nothing_where_a_day_is_refused(open_page):
    assert faults(open_page(f"{STATISTICS}?theme=access&paiva=32.13.2024")) == []


@pytest.mark.sweep(1)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_page_is_no_wider_than_the_screen_and_a_wide_table_moves_in_its_frame(open_page, width):
    page = open_page(STATISTICS, width=width)
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    last = page.locator("#table-alueet tbody tr").first.locator("td").last
    last.scroll_into_view_if_needed()
    box = last.bounding_box()
    assert 0 <= box["x"] <= width - box["width"] + 1


def test_map_is_walked_by_keyboard_from_north_to_south_and_opens_a_region(open_page):
    page = open_page(STATISTICS)
    page.locator(".tile-map svg a").first.focus()
    names = []
    for _ in range(3):
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
        page.keyboard.press("Tab")
    assert [name.split()[::2][:2] for name in names] == [
        ["La", "Lappi"],
        ["KP", "Keski-Pohjanmaa"],
        ["PP", "Pohjois-Pohjanmaa"],
    ]
    page.locator(".tile-map svg a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/toimintamallit/lappi/")


def test_map_is_read_as_a_list_of_regions_with_their_numbers(open_page):
    page = open_page(STATISTICS)
    drawing = page.get_by_role("list", name="Kuinka monta mallia kukin alue käyttää")
    assert drawing.get_by_role("listitem").count() == 24
    assert drawing.get_by_role("link", name="Keski-Suomi käyttää").count() == 1


def test_table_is_copied_with_tabs_between_its_cells(open_page):
    page = open_page(STATISTICS)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    part = page.locator("#yhteistyoalueet")
    part.get_by_role("button", name="Kopioi").click()
    part.get_by_text("Kopioitu").wait_for()
    copied = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").split("\n")]
    assert copied[0] == ["Yhteistyöalue", "Kehitetty", "Käytössä", "Käyttöönottoja", "Päättyneitä"]
    assert len(copied) == 6
    assert {len(line) for line in copied} == {5}


def test_printed_page_has_maps_and_tables_but_no_form(open_page):
    page = open_page(STATISTICS)
    page.emulate_media(media="print")
    expect(page.locator(".tile-map svg").first).to_be_visible()
    expect(page.locator("#table-teemat")).to_be_visible()
    for hidden in (".statistics__form", ".table-files", "header nav"):
        expect(page.locator(hidden).first).not_to_be_visible()
    # Levels differ in lightness alone, and the number stands in each square.
    fills = page.evaluate(
        "[...document.querySelectorAll('.square--0 .square__ground, .square--4 .square__ground')]"
        ".map((square) => getComputedStyle(square).fill)"
    )
    assert {"rgb(255, 255, 255)", "rgb(0, 0, 0)"} == set(fills)
