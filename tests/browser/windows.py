"""Browsers of readers and editors, each with a window: they are used again, and forget everything but files.

A new context of Playwright's loads and compiles every script anew, which takes longer than most tests.
"""

from __future__ import annotations

from collections import defaultdict

WIDTH, HEIGHT = 1280, 900


class Windows:
    """Contexts by their options. One that a test has left is given to the next, without cookies, storage or pages."""

    def __init__(self, browser, address, *, patience):
        self._browser = browser
        self._address = address
        self._patience = patience
        self._free = defaultdict(list)
        self._used = []

    def open(self, *, width=WIDTH, height=HEIGHT, **options):
        """Open an empty window in a context that no other window of this test is in."""
        free = self._free[repr(sorted(options.items()))]
        context = free.pop() if free else self._make(options)
        self._used.append((free, context))
        page = context.new_page()
        if (width, height) != (WIDTH, HEIGHT):
            page.set_viewport_size({"width": width, "height": height})
        return page

    def _make(self, options):
        context = self._browser.new_context(
            base_url=self._address, viewport={"width": WIDTH, "height": HEIGHT}, locale="fi-FI", **options
        )
        context.set_default_timeout(self._patience)
        return context

    def leave(self):
        """Close all windows and forget what was in them; files of the site stay, as they do for a returning reader."""
        while self._used:
            free, context = self._used.pop()
            memory = context.new_cdp_session(context.pages[0])
            memory.send(
                "Storage.clearDataForOrigin",
                {"origin": self._address, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"},
            )
            for page in context.pages:
                page.close()
            context.clear_cookies()
            context.clear_permissions()
            free.append(context)
