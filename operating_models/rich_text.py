"""Rich text as Wagtail's editor writes it, read without its markup."""

from __future__ import annotations

import re
from html import unescape

_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
"""Tags and comments of rich text as the editor writes it, with < and > escaped in texts and attributes."""


def plain_text(html: str) -> str:
    """Return rich text without markup, with a space in place of each tag.

    An expression, because a parser took a sixth of the time that a page's indexing takes.
    """
    return " ".join(unescape(_MARKUP.sub(" ", html)).split())
