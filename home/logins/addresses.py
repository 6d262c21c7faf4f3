"""From which address a request came, behind the proxies that the settings count."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOUSEHOLD = 64
"""Bits of an IPv6 address that one customer of a network has at least; the rest can be chosen anew for each try."""
UNKNOWN = "unknown"


def client_of(request: HttpRequest) -> str:
    """Return the client's IPv4 address or IPv6 network, "unknown" where there is none (a Unix socket).

    Each proxy appends who asked it to ``X-Forwarded-For``. So with n trusted proxies the n-th entry from the right was
    written by the outermost of them, and what stands to its left anybody may have made up. A header with fewer entries
    did not come through all proxies.
    """
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    forwarded = _parse(entries[-proxies]) if 0 < proxies <= len(entries) else ""
    return forwarded or _parse(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _parse(text: str) -> str:
    """Return an address in its one spelling, "" for what is none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, HOUSEHOLD), strict=False))
