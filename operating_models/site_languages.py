"""The languages of the site: the same tree of pages stands under the prefix of each, Finnish ones under none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.utils.translation import get_language_from_path, override

ORIGINAL = settings.LANGUAGE_CODE
"""The language whose addresses have no prefix."""
CODES = tuple(code for code, _ in settings.LANGUAGES)
PREFIXED = tuple(code for code in CODES if code != ORIGINAL)


def language_of(path: str) -> str:
    """Return the language that a path asks for: the one of its prefix, and of none the original one."""
    language = get_language_from_path(path)
    return language if language in PREFIXED and path.startswith(f"/{language}/") else ORIGINAL


def without_prefix(path: str) -> str:
    """Return the path as it is in the original language."""
    language = language_of(path)
    return path if language == ORIGINAL else path.removeprefix(f"/{language}")


def in_language(path: str, language: str) -> str:
    """Return the path of the same page in another language of the site."""
    plain = without_prefix(path)
    return plain if language == ORIGINAL else f"/{language}{plain}"


def original() -> AbstractContextManager[None]:
    """Return a context in which addresses are made without a prefix: those that are kept."""
    return override(ORIGINAL)


def keeping_no_prefix(work: Callable[..., None]) -> Callable[..., None]:
    """Return what does the same and keeps addresses without a prefix, whoever's language it is done in."""

    def do(**signal: object) -> None:
        with original():
            work(**signal)

    return do
