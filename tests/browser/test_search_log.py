"""What a real browser leaves in the search log: it names the page that it comes from, with and without scripts."""

from __future__ import annotations

import re

import pytest

from search.log.writing import WRITER
from search.models import EntryKind, LogEntry

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db(transaction=True)]

SEARCH = "/toimintamallit/"
READER = {
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
}
"""The browser of tests calls itself headless, and programs are not counted."""


@pytest.fixture(autouse=True)
def nothing_waits():
    WRITER.flush()
    LogEntry.objects.all().delete()


def logged():
    WRITER.flush()
    return [
        (entry.kind, [word.word for word in entry.words.order_by("pk")], entry.position)
        for entry in LogEntry.objects.order_by("pk")
    ]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_search_narrowing_and_opened_hit_are_logged_once_each(open_page, scripts):
    page = open_page("/", java_script_enabled=scripts, **READER)
    field = page.locator("input[name=q]").first
    field.fill("neuvola")
    field.press("Enter")
    page.wait_for_url(re.compile(r"\?q=neuvola"))
    assert logged() == [(EntryKind.SEARCH, ["neuvola"], None)]

    page.get_by_label("Ehkäisevä työ ja hyte").check()
    if not scripts:
        page.locator(".facets__submit").click()
    page.wait_for_url(re.compile("theme=prevention"))
    page.locator(".sorts").get_by_role("link", name="otsikko").click()
    page.wait_for_url(re.compile("sort=title"))
    page.reload()
    narrowed = (EntryKind.NARROWING, ["neuvola"], None)
    assert logged()[1:] == [narrowed]

    page.locator(".hits .card__title a").nth(1).click()
    page.wait_for_url(re.compile(r"/toimintamallit/[^?]+$"))
    opened = (EntryKind.OPENING, ["neuvola"], 2)
    assert logged()[1:] == [narrowed, opened]
    assert LogEntry.objects.get(kind=EntryKind.OPENING).selections == {"theme": ["prevention"]}

    page.reload()
    page.go_back()
    page.wait_for_url(re.compile("sort=title"))
    assert logged()[1:] == [narrowed, opened]
    assert page.context.cookies() == []
