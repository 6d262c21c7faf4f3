"""Every public page can be used by everyone: axe finds nothing, nothing overflows, and the keyboard is enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from operating_models.models import OperatingModelPage
from tests import factories
from tests.browser.axe import faults

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

PAGES = {
    "home": "/",
    "search with hits": "/toimintamallit/?q=neuvola",
    "search narrowed": "/toimintamallit/?q=neuvola&theme=prevention&target_group=older-people",
    "search with a pick": "pick",
    "search without hits": "/toimintamallit/?q=xyzzyq",
    "every model": "/toimintamallit/?p=2",
    "model of the demo": "/toimintamallit/kainuu/etakuntoutus/",
    "model in Swedish": "/toimintamallit/pohjanmaa/seniorineuvolan-tarkastus/?text=sv",
    "front page for Swedish-speaking readers": "/sv/",
    "hits for Swedish-speaking readers": "/sv/toimintamallit/?q=välimatkat",
    "model in part in Swedish": "/sv/toimintamallit/kainuu/etakuntoutus/",
    "statistics for Swedish-speaking readers": "/sv/tilastot/?theme=prevention",
    "model in English": "/en/toimintamallit/keski-suomi/ips-sijoita-ja-valmenna/",
    "region for English-speaking readers": "/en/toimintamallit/keski-suomi/",
    "model with everything": "full_model",
    "region": "/toimintamallit/keski-suomi/",
    "region without models": "/toimintamallit/hus/",
    "statistics": "/tilastot/?theme=prevention",
    "statistics without models": "/tilastot/?paiva=2000-01-01",
    "themes": "/teemat/",
    "theme": "/teemat/ehkaiseva-tyo-ja-hyte/",
    "target group without models": "/teemat/saamelaiset/",
    "programmes": "/ohjelmat/",
    "programme": "/ohjelmat/suomen-kestavan-kasvun-ohjelma/",
    "programme that tells more": "/ohjelmat/tulevaisuuden-sote-keskus/",
    "project": "/ohjelmat/suomen-kestavan-kasvun-ohjelma/keski-suomen-kestavan-kasvun-hanke/",
    "standard page": "/saavutettavuusseloste/",
    "missing page": "/ei-ole/",
    "forbidden page": "/kielletty/",
}


ENDS = {
    "fi": ("Siirry sisältöön", "Tietosuojaseloste", "Ota yhteyttä"),
    "sv": ("Gå till innehållet", "Dataskyddsbeskrivning", "Kontakta oss"),
    "en": ("Skip to content", "Privacy notice", "Contact us"),
}
"""The first and the last two stops of the keyboard, by the language of a page."""


@pytest.fixture(params=PAGES.values(), ids=PAGES.keys())
def address(request, settings):
    settings.ROOT_URLCONF = "tests.browser.urls"
    if request.param == "full_model":
        return request.getfixturevalue("full_model").get_url()
    if request.param == "pick":
        model = OperatingModelPage.objects.get(slug="seniorin-hyvinvointineuvola")
        factories.promote(model, "neuvola", reason="Lastensuojelunavohuollontyöntekijäresurssien mallin pari.")
        return "/toimintamallit/?q=neuvola"
    return request.param


@pytest.mark.sweep(8)
def test_axe_finds_nothing_and_nothing_is_wider_than_any_screen(open_page, address):
    assert faults(open_page(address)) == []


WATCH = """() => {
    const focused = () => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        // The ring of a card's link is drawn around the whole card.
        const rings = [null, "::after"].map((part) => getComputedStyle(element, part))
            .map((style) => style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth));
        const box = element.getBoundingClientRect();
        return {
            name: `${element.tagName.toLowerCase()} ${(element.innerText || element.name || element.id).trim()}`,
            ring: Math.max(...rings),
            seen: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0
                && box.left < innerWidth && box.top < innerHeight,
        };
    };
    // What a key is pressed on is where the one before led: asking after each key would take as long again.
    window.pressedOn = [];
    addEventListener("keydown", () => { window.pressedOn.push(focused()); }, true);
}"""


def stops_of_keyboard(page):
    """Press Tab through the page and return where it stopped; fail if that never ends."""
    page.evaluate(WATCH)
    for _ in range(20):
        for _ in range(20):
            page.keyboard.press("Tab")
        stops = page.evaluate("window.pressedOn")[1:]
        if None in stops:
            return stops[: stops.index(None)]
    return pytest.fail("The keyboard never comes to the end of the page.")


@pytest.mark.sweep(3)
def test_keyboard_reaches_every_link_in_order_with_a_visible_focus(open_page, address):
    # Smooth scrolling would still be on its way when the place is asked for.
    page = open_page(address, reduced_motion="reduce")
    stops = stops_of_keyboard(page)
    first, *last = ENDS[page.evaluate("document.documentElement.lang")]
    assert stops[0]["name"] == f"a {first}"
    assert [stop["name"] for stop in stops if stop["ring"] < 3] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    assert [stop["name"] for stop in stops[-2:]] == [f"a {name}" for name in last]


def test_skip_link_leads_to_the_content(open_page):
    page = open_page("/toimintamallit/keski-suomi/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_printed_model_has_its_text_and_facts_but_no_way_to_navigate(open_page, full_model):
    page = open_page(full_model.get_url())
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#idea")).to_be_visible()
    expect(page.locator("#adoption table")).to_be_visible()
    expect(page.get_by_text("Avopalvelut").first).to_be_visible()
    for navigation in ("header nav", "header form", "nav.contents", "footer nav", "#print", ".skip-link"):
        expect(page.locator(navigation).first).not_to_be_visible()
    assert page.pdf().startswith(b"%PDF")
