"""A page in other languages: the addresses of the site's, which texts are shown, and the ways to the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language, gettext, gettext_lazy
from wagtail.models import Page

from operating_models.models import OperatingModelPage, Text, TextLanguage
from operating_models.site_languages import CODES, ORIGINAL, in_language

LANGUAGE_LINKS = {
    TextLanguage.FINNISH: "Suomeksi",
    TextLanguage.SWEDISH: "På svenska",
    TextLanguage.NORTHERN_SAMI: "Davvisámegillii",
    TextLanguage.INARI_SAMI: "Anarâškielân",
    TextLanguage.SKOLT_SAMI: "Nuõrttsääʹmǩiõʹlle",
    TextLanguage.ENGLISH: "In English",
}
"""Names of the links to a page's texts in other languages, each in its own language."""

IN_LANGUAGE = {
    TextLanguage.FINNISH: gettext_lazy("in Finnish"),
    TextLanguage.SWEDISH: gettext_lazy("in Swedish"),
    TextLanguage.NORTHERN_SAMI: gettext_lazy("in Northern Sámi"),
    TextLanguage.INARI_SAMI: gettext_lazy("in Inari Sámi"),
    TextLanguage.SKOLT_SAMI: gettext_lazy("in Skolt Sámi"),
    TextLanguage.ENGLISH: gettext_lazy("in English"),
}
"""How a language is said inside a sentence."""

TEXT_PARAMETER = "text"
"""URL parameter that chooses the language of the texts."""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    language: str
    label: str
    url: str


ANY = "x-default"
"""Language of the address for readers of all others, in what search engines are told."""


def addresses_of(page: Page, request: HttpRequest) -> dict[str, str]:
    """Return the full addresses of a page in the languages of the site."""
    root, path = _parts(page, request)
    return {code: root + in_language(path, code) for code in CODES}


def alternates_of(page: Page, request: HttpRequest) -> tuple[LanguageLink, ...]:
    """Return what search engines are told of a page that has all its words in every language of the site."""
    return _with_default({code: url for code, url in addresses_of(page, request).items() if url})


def _with_default(addresses: Mapping[str, str]) -> tuple[LanguageLink, ...]:
    """Return addresses by language as links with the one for all other readers, none when there is but one."""
    first = addresses.get(ORIGINAL) or next(iter(addresses.values()), "")
    links = [LanguageLink(language, "", url) for language, url in addresses.items()]
    return (*links, LanguageLink(ANY, "", first)) if len(links) > 1 else ()


def alternates(page: OperatingModelPage, request: HttpRequest) -> tuple[LanguageLink, ...]:
    """Return the address of each language that the page has a text in, when there is more than one."""
    root, path = _parts(page, request)
    return _with_default({language: root + _address(page, path, language) for language in languages_of(page)})


def canonical(page: OperatingModelPage, request: HttpRequest, *, shown: str) -> str:
    """Return the full address at which the texts that are shown are at home."""
    root, path = _parts(page, request)
    return root + _address(page, path, shown) if path else ""


def languages_of(page: OperatingModelPage) -> tuple[str, ...]:
    """Return the languages that a page has a text in, the original one first."""
    return (page.original_language, *(text.language for text in page.texts.all()))


def chosen_text(page: OperatingModelPage, request: HttpRequest) -> Text | None:
    """Return the text that ?text= asks for, or else the reader's; None for the original one.

    The original stands in for a language that the page does not have.
    """
    texts = {text.language: text for text in page.texts.all()}
    asked = request.GET.get(TEXT_PARAMETER, "")
    language = asked if asked in (page.original_language, *texts) else get_language()
    return None if language == page.original_language else texts.get(language)


def language_links(page: OperatingModelPage, request: HttpRequest, *, shown: str) -> Iterator[LanguageLink]:
    """Yield the ways to the page's texts in other languages."""
    path = page.get_url(request) or ""
    for language in languages_of(page):
        if language != shown:
            yield LanguageLink(language, LANGUAGE_LINKS[TextLanguage(language)], _address(page, path, language))


def say_what_is_missing(page: OperatingModelPage, *, shown: str, languages: Iterable[str]) -> str:
    """Return the line that tells a reader of texts in another language, "" where all are in the reader's.

    ``shown`` is the language of title and lead, ``languages`` are those of all other texts.
    """
    reader = TextLanguage(get_language())
    told = {"reader": IN_LANGUAGE[reader], "original": IN_LANGUAGE[TextLanguage(page.original_language)]}
    if shown not in (reader, page.original_language):
        return ""
    if shown != reader:
        return gettext("This model has not been described %(reader)s. Its texts are %(original)s.") % told
    if any(language != reader for language in languages):
        return (
            gettext("Not all of this description is there %(reader)s. What is missing is shown %(original)s.") % told
        )
    return ""


def _parts(page: Page, request: HttpRequest) -> tuple[str, str]:
    """Return the address of a page's site and the path on it; a page outside all sites has neither."""
    found = page.get_url_parts(request)
    return (found[1], found[2]) if found else ("", "")


def _address(page: OperatingModelPage, path: str, language: str) -> str:
    """Return the path at which the texts in a language are shown.

    A language of the site has its own tree. Others are read among Finnish words, where the original needs no choice as
    long as nothing stands before it.
    """
    if not path or language in CODES:
        return in_language(path, language) if path else ""
    is_first = language == page.original_language and ORIGINAL not in languages_of(page)
    plain = in_language(path, ORIGINAL)
    return plain if is_first else f"{plain}?{TEXT_PARAMETER}={language}"
