"""What axe finds on a page, with the places."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

SETTLED = "Promise.all(document.getAnimations().map((animation) => animation.finished))"


def violations(page, *, only=None):
    """Return what axe finds on the page as it is, each with its first places; ``only`` names the rules to check."""
    page.evaluate(SETTLED)
    options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": only}} if only else {})
    return [
        f"{found['id']}: {', '.join(str(node['target']) for node in found['nodes'][:3])}"
        for found in Axe().run(page, options=options).response["violations"]
    ]


def violations_in_light_and_dark(page):
    """Return what axe finds by colour scheme, and leave the page light.

    Dark is other colours on the same page, so only its contrasts are to be found again.
    """
    found = {}
    for scheme, only in (("dark", ["color-contrast"]), ("light", None)):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = violations(page, only=only)
    return {scheme: rules for scheme, rules in found.items() if rules}
