"""What is wrong with a page for people who see it in other ways: what axe finds, and what is wider than the screen."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT

from tests import depth

SETTLED = "Promise.allSettled(document.getAnimations().map((animation) => animation.finished))"
UNFOLD = "document.querySelectorAll('details').forEach((details) => { details.open = true })"

WIDE, NARROW = 1280, 360
WIDTHS = (320, NARROW, 768, WIDE, 1600)
LOOKS = ((NARROW, "light"), (WIDE, "dark"), (WIDE, "light"))


def violations(page, *, only=None):
    """Return what axe finds on the page as it is, each with its first places; ``only`` names the rules to check."""
    page.evaluate(SETTLED)
    options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": only}} if only else {})
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then((results) => results.violations)", options)
    return [f"{rule['id']}: {', '.join(str(node['target']) for node in rule['nodes'][:3])}" for rule in found]


def too_wide(page):
    """Return the widths of screens on which the page has to be moved sideways, with what it needs there."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width} px: {needed} px wide"] if needed > width else []
    return found


def faults(page):
    """Return what is wrong with the page, unfolded, in light and dark and on wide and narrow screens.

    Dark is other colours on the same page, whatever its width, so only contrasts are to be found again, once. A quick
    run takes one of the looks, by all rules. The page is left light and wide.
    """
    page.evaluate(UNFOLD)
    found = too_wide(page)
    looks = depth.some(LOOKS, 1)
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        only = ["color-contrast"] if scheme == "dark" and len(looks) > 1 else None
        found += [f"{width} px, {scheme}: {rule}" for rule in violations(page, only=only)]
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    return found
