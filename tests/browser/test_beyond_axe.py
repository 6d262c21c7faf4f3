"""What axe cannot see: colours in drawings, names that are spoken, stops of the keyboard, order of a page, paper."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.axe import SETTLED, UNFOLD

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

SEARCH = "/toimintamallit/?q=neuvola"
STATISTICS = "/tilastot/"
STATUSES = ("planned", "piloting", "adopting", "in_use", "established", "ended")

ENOUGH = 4.5
"""The least ratio of luminances of a text and its ground (WCAG 1.4.3); shapes would need 3 only."""

SQUARES = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const luminance = (colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => linear(part / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one, other) => {
        const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style = "forced-color-adjust: none; background: Canvas; color: CanvasText";
    const { backgroundColor, color } = getComputedStyle(probe);
    const found = [...document.querySelectorAll(".tile-map__drawing .square")].map((square) => {
        const ground = getComputedStyle(square.querySelector(".square__ground")).fill;
        const inks = [...square.querySelectorAll("text")].map((text) => getComputedStyle(text).fill);
        const shape = square.querySelector("use")?.getAttribute("href");
        if (shape) {
            const { fill, stroke } = getComputedStyle(document.querySelector(`${shape} > *`));
            inks.push(fill === "none" ? stroke : fill);
        }
        return {
            look: shape?.slice(1) ?? [...square.classList].at(-1).replace("square--", ""),
            contrast: Math.min(...inks.map((ink) => contrast(ink, ground))),
            ofSystem: ground === backgroundColor && inks.every((ink) => ink === color),
        };
    });
    // The system lays a plate of its own colour under each text.
    const buttons = matchMedia("(forced-colors: active)").matches ? document.querySelectorAll(".button") : [];
    for (const button of buttons) {
        const ink = getComputedStyle(button).color;
        found.push({ look: "button", contrast: contrast(ink, backgroundColor), ofSystem: true });
    }
    probe.remove();
    return found;
}"""


@pytest.fixture
def model(full_model):
    """A model that some region has in every status."""
    for code, status in zip(("05", "06", "07", "09", "10", "11"), STATUSES, strict=True):
        factories.report(
            full_model, code, status, "2024-03", note="Pitkä huomautus siitä, miten malli otettiin käyttöön."
        )
    return full_model


def test_squares_of_a_map_can_be_read_in_every_level_status_and_theme(open_page, model):
    looks, faint, not_of_system = set(), [], []
    for address in (STATISTICS, model.get_url()):
        page = open_page(address)
        for scheme, forced in product(("light", "dark"), ("none", "active")):
            page.emulate_media(color_scheme=scheme, forced_colors=forced)
            for square in page.evaluate(SQUARES):
                where = f"{square['look']}, {scheme}, forced {forced}"
                looks.add(square["look"])
                faint += [f"{where}: {square['contrast']:.2f}"] if square["contrast"] < ENOUGH else []
                not_of_system += [where] if forced == "active" and not square["ofSystem"] else []
    assert looks == {"0", "1", "2", "3", "4", *STATUSES, "button"}
    assert faint == []
    assert not_of_system == []


NAMES = """() => {
    const texts = (element, wanted) => {
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            if (parent.closest("title") || !parent.checkVisibility() || !wanted(parent)) continue;
            found.push(walker.currentNode.data);
        }
        return found.join(" ").replace(/\\s+/g, " ").trim();
    };
    return [...document.querySelectorAll("a, button, summary")].map((element) => ({
        seen: texts(element, (parent) => !parent.closest(".visually-hidden")),
        name: element.getAttribute("aria-label") ?? texts(element, () => true),
    }));
}"""


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    "address",
    ["/", f"{SEARCH}&theme=prevention", STATISTICS, "/teemat/ehkaiseva-tyo-ja-hyte/", "model"],
    ids=["home", "search", "statistics", "theme", "model"],
)
def test_names_of_links_and_buttons_begin_with_what_is_seen_of_them(open_page, address, request):
    page = open_page(request.getfixturevalue("model").get_url() if address == "model" else address)
    page.evaluate(UNFOLD)
    named = [one for one in page.evaluate(NAMES) if one["seen"]]
    assert len(named) > 30
    # Words that only a screen reader says may stand between those that are seen, but not before them.
    first = [(one["seen"].split()[0], one["name"]) for one in named]
    assert [pair for pair in first if not pair[1].startswith(pair[0])] == []


def stops_until(page, selector, *, most):
    """Press Tab until the focus is inside what is selected, and return how often; fail after ``most`` times."""
    for stops in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.closest(selector) !== null", selector):
            return stops
    return pytest.fail(f"{selector} is more than {most} stops away.")


def test_first_hit_is_a_skip_link_away_from_the_words_and_from_every_facet(open_page):
    page = open_page(SEARCH)
    page.locator("#q").focus()
    assert stops_until(page, ".skip-here", most=2) == 2
    expect(page.locator(":focus")).to_have_text("Siirry tuloksiin")
    page.keyboard.press("Enter")
    assert stops_until(page, ".hits .card", most=1) == 1

    page.get_by_label("Ehkäisevä työ ja hyte").check()
    page.wait_for_url("**theme=prevention*")
    expect(page.get_by_role("status")).not_to_have_text("")
    stops_until(page, ".skip-here", most=10)
    page.keyboard.press("Enter")
    assert stops_until(page, ".hits .card", most=1) == 1


def test_skip_link_of_a_map_leads_over_its_squares(open_page):
    page = open_page("/")
    page.locator(".tile-map .skip-here").focus()
    page.keyboard.press("Enter")
    assert stops_until(page, ".lines", most=1) == 1


def test_status_evidence_and_contact_come_before_the_text_for_eyes_and_ears(open_page, model):
    page = open_page(model.get_url(), width=320)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        titles = page.locator("article h2").evaluate_all("titles => titles.map((title) => title.id)")
        assert titles[:3] == ["summary-title", "evidence-title", "contact-title"]
        assert titles.index("idea-title") < titles.index("facts-title")
    page.set_viewport_size({"width": 320, "height": 900})
    ends = [page.locator(f"section:has(> #{title})").bounding_box() for title in (*titles[:3], "idea-title")]
    assert [box["y"] for box in ends] == sorted(box["y"] for box in ends)


def test_paper_begins_with_address_date_and_contact_and_cuts_no_step(open_page, model):
    # The inside of an A4 page at the margins of the style sheet, in CSS pixels.
    page = open_page(model.get_url(), width=673, height=986)
    page.emulate_media(media="print")
    first = page.locator(".model-head, #contact")
    for told in (model.full_url, "Luettu", "Päivitetty", "Keski-Suomen hyvinvointialue"):
        box = first.get_by_text(told).first.bounding_box()
        assert box["y"] + box["height"] < 986
        assert box["y"] < page.locator("#idea").bounding_box()["y"]
    for useless in (".actions", "#similar", ".contents", ".skip-here", ".reports__link", "footer"):
        assert not any(part.is_visible() for part in page.locator(useless).all()), useless
    for whole in (".phases > li", "#idea li", ".box", ".tile-map", "#adoption tr"):
        kept = page.locator(whole).evaluate_all("parts => parts.map((part) => getComputedStyle(part).breakInside)")
        assert set(kept) == {"avoid"}, whole


@pytest.mark.parametrize("width", [320, 1280])
def test_wide_table_says_that_it_goes_on_and_keeps_its_first_column(open_page, width):
    page = open_page(STATISTICS, width=width)
    page.evaluate(SETTLED)
    frames = page.locator(".numbers-frame").evaluate_all(
        """frames => frames.map((frame) => {
            const hint = frame.previousElementSibling;
            const first = frame.querySelector("tbody th");
            const before = first.getBoundingClientRect().x;
            frame.scrollLeft = frame.scrollWidth;
            return {
                wide: frame.scrollLeft > 0,
                told: hint.checkVisibility() && hint.textContent.includes("jatkuu sivulle"),
                stays: first.getBoundingClientRect().x === before,
            };
        })"""
    )
    assert len(frames) > 5
    assert [frame["wide"] for frame in frames] == [frame["told"] for frame in frames]
    assert all(frame["stays"] for frame in frames)
    assert any(frame["wide"] for frame in frames) == (width == 320)
