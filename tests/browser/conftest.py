"""A reader's browser that notices what a reader does not: errors, violations, and requests to other machines."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_finished, request_started
from django.dispatch import receiver
from playwright.sync_api import expect

from tests import factories
from tests.browser.desk import Desk
from tests.browser.windows import Windows

# On a busy machine a page takes longer than Playwright waits for it; how long is no test's business.
PATIENCE = 60_000
"""Milliseconds."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Watch:
    """What the browser complained of while pages were open."""

    host: str
    complaints: list[str] = field(default_factory=list)

    def over(self, page):
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self.see)
        page.on("response", self.answer)
        return page

    def hear(self, message):
        # That the page itself is missing or forbidden is what some tests ask for; parts of a page are seen below.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{message.type}: {message.text}")

    def see(self, request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc != self.host:
            self.complaints.append(f"request to another machine: {request.url}")

    def answer(self, response):
        # The editor is told so when its draft cannot be saved, and tells the writer.
        refused_draft = response.status == 400 and response.request.method == "POST"
        missing_part = response.status >= 400 and not response.request.is_navigation_request() and not refused_draft
        if response.status >= 500 or missing_part:
            self.complaints.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def windows(browser, live_server):
    return Windows(browser, live_server.url, patience=PATIENCE)


@pytest.fixture
def open_window(windows):
    """Return a function that opens an empty window in a browser of its own, which nobody watches.

    ``width`` and ``height`` are of the window in pixels; further arguments are those of Playwright's contexts.
    """
    yield windows.open
    windows.leave()
    _wait_for_answers()


@pytest.fixture
def open_page(live_server, open_window):
    """Return a function that opens an address, or an empty window without one, in a browser of its own.

    In the end nothing may have been complained of. Arguments are those of ``open_window``.
    """
    watch = Watch(urlsplit(live_server.url).netloc)

    def open_page(address=None, **options):
        page = watch.over(open_window(**options))
        if address is not None:
            page.goto(address)
        return page

    yield open_page
    assert watch.complaints == []


ANSWERING = set()
"""The threads of this process that are at a request; a thread that only keeps its connection open is at none."""


@receiver(request_started)
def _begin(**about):
    ANSWERING.add(threading.get_ident())


@receiver(request_finished)
def _end(**about):
    ANSWERING.discard(threading.get_ident())


def _wait_for_answers():
    """Let the server finish what the closed windows asked for: the test's database is taken away after this."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        of_server = {thread.ident for thread in threading.enumerate() if "process_request_thread" in thread.name}
        if ANSWERING.isdisjoint(of_server):
            return
        time.sleep(0.02)


@pytest.fixture
def sit_down(open_page, live_server):
    """Return a function that logs a new user of a role in, at a desk of their own."""

    def sit_down(role, region=None, **options):
        return Desk(open_page(**options), factories.make_user(role, region)).log_in(live_server.url)

    return sit_down


@pytest.fixture
def full_model(transactional_db):
    """A published model with all that a model can have, and words as long as Finnish makes them."""
    source = factories.make_model("08", "Alkuperäinen malli")
    long_word = "Lastensuojelunavohuollontyöntekijäresurssien"
    page = factories.make_model(
        title=f"{long_word} mitoitus",
        idea=f"<h3>{long_word}</h3><p>Teksti, jossa on <a href='https://example.fi/'>linkki</a>.</p><ul><li>a</li></ul>",
        place="Jyväskylä",
        funders="NextGenerationEU",
        further_regions=["12"],
        programmes=["rrp-p4-i2"],
        programme_goals=["quality"],
        service_classes=["home-care"],
        settings=["home"],
        tags=["kotikäynti", "hyvinvointia edistävä työ"],
        contact_email="lastensuojelunavohuollontyoryhma@keski-suomen-hyvinvointialue.example.fi",
        contact_phone="014 123",
        contact_url="https://example.fi/",
        video_url="https://example.fi/video",
        image=factories.make_image(),
        image_alt="Polku viidessä vaiheessa",
        development=[
            ("need", {"heading": "", "text": "<p>Tarve.</p>"}),
            ("tips", {"heading": long_word, "text": "<p>Opit.</p>"}),
        ],
        outcomes=[
            {"measure": "Odotusaika", "unit": "päivää", "before": 10, "after": 5, "note": "Kolme yksikköä."},
            {"measure": long_word, "note": "Laadullinen havainto."},
        ],
        resources=[{"description": "Hoitaja", "cost": "2 000 €"}],
        risks=[{"risk": "Vaihtuvuus", "handling": "Työpari"}, {"risk": long_word}],
        links=[{"title": "Loppuraportti", "url": "https://example.fi/raportti"}],
        attachments=[{"document": factories.make_document("Ohje")}],
        texts=[{"language": "sv", "title": "Dimensionering", "lead": "På svenska.", "idea": "<p>Idén.</p>"}],
        adapted_from=source,
        adaptation_kept="Runko säilyi.",
        adaptation_reason="Pitkät matkat.",
    )
    factories.assess(page)
    factories.report(page, "15", "in_use", "2024-03", note="Aloitettiin kahdessa kunnassa.")
    factories.report(
        page, "12", "piloting", "2025", source="https://example.fi/hyvin/pitka/osoite/jota/lyhennetaan.pdf"
    )
    factories.report(page, "08", "ended", "2025-01-15")
    factories.set_review_date(page, "2026-03-01")
    return page
