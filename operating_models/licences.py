"""Under which licence the site gives its texts and numbers. The room above has the setting, and puts a reader here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as people call it ("CC BY 4.0"), and the address of its text, "" for none."""

    name: str
    url: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.url)))


READERS: list[Callable[[HttpRequest], Licence | None]] = []


def licence_for(request: HttpRequest) -> Licence | None:
    """Return the licence that a request's site names, None for none."""
    return next((found for reader in READERS if (found := reader(request))), None)
