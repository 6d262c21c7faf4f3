"""A person at the editor's desk, in a browser of their own."""

from __future__ import annotations

import re
import time

from django.conf import settings
from django.test import Client
from playwright.sync_api import expect
from wagtail.models import Revision

from tests import factories

# The editor takes what stands in its form two seconds after loading for what was there before the writer came. Its
# controller is connected twice, so the last of these moments counts.
WATCHING = "document.addEventListener('w-unsaved:watch-edits', () => { window.watchedSince = performance.now() });"

# Those two seconds are for slower forms than ours.
HURRIED = """const later = window.setTimeout;
window.setTimeout = (what, delay, ...more) => later(what, delay === 2000 ? 600 : delay, ...more);
"""

# A closing editor says so in a message that nobody waits for: it would come when the test's database is gone.
SILENT = "navigator.sendBeacon = () => true;"


SECONDS = 60
"""How long what comes by itself may take on a busy machine."""


class Desk:
    """The admin as one user sees it."""

    def __init__(self, page, user):
        self.page = page
        self.user = user
        page.add_init_script(WATCHING + HURRIED + SILENT)

    def log_in(self, address):
        """Log in without the form, which takes two pages and time."""
        client = Client()
        client.force_login(self.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": session.key, "value": session.value, "url": address}])
        return self

    def log_in_by_form(self):
        self.page.goto("/hallinta/")
        self.page.get_by_label("Käyttäjätunnus").fill(self.user.username)
        self.page.get_by_label("Salasana").fill(factories.PASSWORD)
        self.page.get_by_role("button", name="Kirjaudu sisään").click()
        expect(self.page.get_by_role("heading", name="Toimintamallit")).to_be_visible()
        return self

    def begin_model(self, region):
        self.page.goto(f"/hallinta/pages/add/operating_models/operatingmodelpage/{factories.region_page(region).pk}/")
        self.wait_for_editor()

    def edit(self, page):
        self.page.goto(f"/hallinta/pages/{page.pk}/edit/")
        self.wait_for_editor()

    def wait_for_editor(self):
        """Wait until the editor notices what is written."""
        # Playwright's own waiting evaluates text, which the admin's policy forbids.
        deadline = time.monotonic() + SECONDS
        while not self.page.evaluate("performance.now() - window.watchedSince > 500"):
            assert time.monotonic() < deadline, f"No editor at {self.page.url}: {self.page.inner_text('body')[:2000]}"
            self.page.wait_for_timeout(50)

    def open_tab(self, heading):
        self.page.get_by_role("tab", name=heading).click()

    def fill(self, name, text):
        """Write in a plain field, the last letter as a person does, and leave it: each key costs the editor time."""
        field = self.page.locator(f"[name='{name}']")
        field.fill(text[:-1])
        field.press_sequentially(text[-1:])
        field.blur()

    def write(self, name, text):
        """Write in a rich text field, the last letter as a person does."""
        self.page.locator(f"[data-contentpath='{name}'] [role=textbox]").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text[:-1])
        self.page.keyboard.type(text[-1:])

    def text_of(self, name):
        return self.page.locator(f"[data-contentpath='{name}'] [role=textbox]").inner_text()

    def wait_for_autosave(self, name, text):
        """Wait until the newest draft of the site has ``text`` in a field, without a button having been pressed."""
        deadline = time.monotonic() + SECONDS
        while not self._is_newest(name, text):
            assert time.monotonic() < deadline, f"{name} was not saved: {text}"
            self.page.wait_for_timeout(100)
        expect(self.page.get_by_text("Tallennettu", exact=True)).to_be_visible()

    def _is_newest(self, name, text):
        newest = Revision.objects.order_by("-created_at", "-pk").first()
        return newest is not None and text in newest.content.get(name, "")

    def submit(self):
        self.choose("Lähetä työnkulkuun")

    def choose(self, action):
        """Press a button of the editor's menu; ``action`` is a regular expression of its words."""
        footer = self.page.locator("footer")
        footer.get_by_role("button", name="Lisää toimintoja").click()
        footer.get_by_role("button", name=re.compile(action)).click()
