"""Whom a mail reaches, and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q

from operating_models.site_languages import CODES, ORIGINAL


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address and the language in which its owner wants to read: the one chosen in the account's settings."""

    address: str
    language: str = ORIGINAL


def receivers_among(who: Q) -> list[Receiver]:
    """Return the active accounts that have an address and fulfil a condition."""
    users = get_user_model().objects.filter(who, is_active=True).exclude(email="")
    rows = users.values_list("email", "wagtail_userprofile__preferred_language").order_by("pk").distinct()
    return [Receiver(address, language if language in CODES else ORIGINAL) for address, language in rows]


def each_once(receivers: list[Receiver]) -> list[Receiver]:
    """Return the receivers by their addresses, each address once: of several the last one stands."""
    by_folded = {one.address.casefold(): one for one in receivers}
    return [by_folded[key] for key in sorted(by_folded)]
