"""Wagtail's templates that stand here in another version: each is Wagtail's own but for a word."""

from pathlib import Path

import pytest
import wagtail.admin

OURS = Path(__file__).resolve().parent.parent.parent / "templates"
WAGTAILS = Path(wagtail.admin.__file__).parent / "templates"

SEARCH = ('value="Search"', "value=\"{% translate 'Search' %}\"")
OVERRIDES = {
    "wagtailadmin/home.html": SEARCH,
    "wagtailadmin/reports/listing/_list_page_types_usage.html": ("page_type.name|title", "page_type.name|capfirst"),
    "wagtailadmin/shared/header.html": SEARCH,
    "wagtailadmin/shared/headers/_actions.html": ('aria-label="Actions"', "aria-label=\"{% translate 'Actions' %}\""),
}
"""By template the word as Wagtail 8.0.1 writes it, and as it stands here."""


@pytest.mark.parametrize("name", OVERRIDES)
def test_an_override_is_wagtails_template_with_one_word_translated(name):
    word, translated = OVERRIDES[name]
    theirs = (WAGTAILS / name).read_text()
    ours = (OURS / name).read_text().removeprefix("{% load i18n %}")
    assert theirs.count(word) == 1, "Wagtail has changed the template: look whether the override is still needed"
    assert ours == theirs.replace(word, translated)


def test_every_override_is_listed():
    found = {str(path.relative_to(OURS)) for path in (OURS / "wagtailadmin").rglob("*.html")}
    assert found == {*OVERRIDES, "wagtailadmin/shared/side_panels/checks.html"}
