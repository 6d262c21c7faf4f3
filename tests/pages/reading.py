"""Reads pages as a visitor does: asks for an address and looks at what stands there."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Comment
from django.test import Client
from django.utils import translation

SEARCH = "/toimintamallit/"

UNSEEN = ("script", "style", "template")
SEEN_ATTRIBUTES = ("alt", "title", "placeholder", "aria-label", "content")


def read(url, *, client=None, answer=200, **parameters):
    """Ask for an address (with parameters: a text or a list of them for each name) and return the parsed page.

    ``answer`` is the status with which the page is to be answered.
    """
    # A request leaves its language to the thread: the next one chooses anew, and a test goes on in its own.
    with translation.override(translation.get_language()):
        response = (client or Client()).get(url, parameters)
    assert response.status_code == answer, f"{url} {parameters}: {response.status_code}"
    return BeautifulSoup(response.content.decode(), "html.parser")


def search(words="", *, client=None, **parameters):
    """Return the search page for words and other parameters."""
    return read(SEARCH, client=client, **({"q": words} if words else {}), **parameters)


def text_of(element):
    """Return the text of an element with single spaces; "" for none."""
    return " ".join(element.get_text(" ").split()) if element else ""


def texts_of(soup, selector):
    return [text_of(element) for element in soup.select(selector)]


def hits(soup):
    """Return the titles of hits in their order, full ones and partial ones."""
    return texts_of(soup, ".hits .card__title")


def shown_total(soup):
    """Return the number of hits that the search page tells."""
    return int(re.match(r"[\d\s]+", text_of(soup.select_one("#results-title"))).group().replace("\xa0", ""))


def facet_counts(soup, facet):
    """Return the counts of a facet's values by code."""
    rows = soup.select(f"#facet-{facet} label")
    return {
        row.input["value"]: int(text_of(row.small)) for row in rows if row.input and row.input.get("name") == facet
    }


def visible_strings(soup):
    """Return each text that a reader sees or hears, as it stands between two tags or in an attribute."""
    strings = [
        " ".join(text.split())
        for text in soup.find_all(string=True)
        if not isinstance(text, Comment) and text.parent.name not in UNSEEN
    ]
    strings += [element[name] for name in SEEN_ATTRIBUTES for element in soup.find_all(attrs={name: True})]
    strings += [element["value"] for element in soup.select("input[type=submit], button[value]")]
    return {string for string in strings if string}
