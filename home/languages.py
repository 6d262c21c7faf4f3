"""The language of a request: its address alone decides, so every address reads the same for everybody."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from operating_models.site_languages import CODES, in_language, language_of, without_prefix

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language of the site with its front page and the same page as here; ``name`` is its own."""

    code: str
    name: str
    home_url: str
    url: str
    is_current: bool


def choices(request: HttpRequest) -> tuple[LanguageChoice, ...]:
    """Return the page that was asked for in each language of the site."""
    address, current = request.get_full_path(), get_language()
    return tuple(
        LanguageChoice(code, name, in_language("/", code), in_language(address, code), code == current)
        for code, name in settings.LANGUAGES
    )


def preferred(request: HttpRequest) -> str:
    """Return the language of the site that a browser likes best, "" where it names none."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    codes = (code.partition("-")[0] for code, _ in asked)
    return next((code for code in codes if code in CODES), "")


class AddressLanguage(LocaleMiddleware):
    """Takes the language from the address: no cookie and no header leads elsewhere."""

    def process_request(self, request: HttpRequest) -> None:
        language = language_of(request.path_info)
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Content-Language", get_language())
        if response.headers.get("Content-Type", "").startswith("text/html"):
            # A page offers the language that the browser prefers.
            patch_vary_headers(response, ["Accept-Language"])
        return response


class Redirects(RedirectMiddleware):
    """Follows the redirects of the admin under the prefix of each language: they are kept without one."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        found = super().process_response(request, response)
        language = language_of(request.path)
        if found.status_code != NOT_FOUND or language == CODES[0]:
            return found
        plain = copy(request)
        plain.path = without_prefix(request.path)
        led = super().process_response(plain, response)
        if led.status_code != NOT_FOUND and led["Location"].startswith("/"):
            led["Location"] = in_language(led["Location"], language)
        return led
