"""A page's texts in other languages: which one is shown, and the ways to the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from operating_models.models import OperatingModelPage, Text, TextLanguage

LANGUAGE_LINKS = {
    TextLanguage.FINNISH: "Suomeksi",
    TextLanguage.SWEDISH: "På svenska",
    TextLanguage.NORTHERN_SAMI: "Davvisámegillii",
    TextLanguage.INARI_SAMI: "Anarâškielân",
    TextLanguage.SKOLT_SAMI: "Nuõrttsääʹmǩiõʹlle",
    TextLanguage.ENGLISH: "In English",
}
"""Names of the links to a page's texts in other languages, each in its own language."""

TEXT_PARAMETER = "text"
"""URL parameter that chooses the language of the texts."""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    language: str
    label: str
    url: str


def alternates(page: OperatingModelPage, request: HttpRequest) -> tuple[LanguageLink, ...]:
    """Return the address of each language that the page has a text in, when there is more than one."""
    links = tuple(language_links(page, request, shown="", full=True))
    return links if len(links) > 1 else ()


def chosen_text(page: OperatingModelPage, request: HttpRequest) -> Text | None:
    """Return the text that ?text= asks for; None for the original language and for one that the page does not have."""
    language = request.GET.get(TEXT_PARAMETER, "")
    if language == page.original_language:
        return None
    return next((text for text in page.texts.all() if text.language == language), None)


def language_links(
    page: OperatingModelPage, request: HttpRequest, *, shown: str, full: bool = False
) -> Iterator[LanguageLink]:
    url = (page.get_full_url(request) if full else page.get_url(request)) or ""
    for language in (page.original_language, *(text.language for text in page.texts.all())):
        if language != shown:
            query = "" if language == page.original_language else f"?{TEXT_PARAMETER}={language}"
            yield LanguageLink(language, LANGUAGE_LINKS[TextLanguage(language)], url + query)
