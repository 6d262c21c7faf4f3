"""What a page says of itself, in the reader's language where it has a text in that."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext
from wagtail.models import Page

from operating_models.components.breadcrumbs import introduce
from operating_models.components.languages import IN_LANGUAGE
from operating_models.models import TextLanguage
from operating_models.models.page_texts import PageText, Told, own_text, tell
from operating_models.site_languages import ORIGINAL

NOTHING = Told("", ORIGINAL)


@dataclass(frozen=True, slots=True)
class PageWords:
    """Each text of a page with its language; one that the page's type has not is empty.

    ``missing`` is the line that tells a reader of what is not in the reader's language, "" where all is.
    """

    title: Told
    lead: Told
    intro: Told
    body: Told
    example_query: Told
    search_title: str
    description: str
    missing: str


def words_of(page: Page) -> PageWords:
    """Return the words of a page; one query outside the original language, none in it."""
    own = own_text(page)
    has = {field.name for field in page._meta.fields}

    def told(name: str) -> Told:
        return tell(page, name, own) if name in has else NOTHING

    title, lead, body = told("title"), told("lead"), told("body")
    intro = _introduce(page, own) if "intro" in has else NOTHING
    is_original = title.language == ORIGINAL
    return PageWords(
        title=title,
        lead=lead,
        intro=intro,
        body=body,
        example_query=told("example_query"),
        search_title=page.seo_title if is_original else "",
        description=page.search_description if is_original else "",
        missing=_say_what_is_missing([one for one in (lead, body, intro) if one]),
    )


def _introduce(page: Page, own: PageText | None) -> Told:
    """Return the introduction as HTML; of one in which nothing is written there is only markup."""
    html = introduce(own.intro) if own else ""
    return Told(html, own.language) if own and html else Told(introduce(page.intro), ORIGINAL)


def _say_what_is_missing(texts: list[Told]) -> str:
    reader = get_language()
    if all(text.language == reader for text in texts):
        return ""
    told = {"reader": IN_LANGUAGE[TextLanguage(reader)], "original": IN_LANGUAGE[TextLanguage(ORIGINAL)]}
    return gettext("This text has not been written %(reader)s. It is %(original)s.") % told
