"""Rich text as Wagtail's editor writes it, read without its markup."""

from __future__ import annotations

import re
from html import unescape

from operating_models.typed_text import is_visible, tidy_piece

_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
"""Tags and comments of rich text as the editor writes it, with < and > escaped in texts and attributes."""
_INLINE = re.compile(
    r"<!--.*?-->|</?(?:a|b|code|del|em|i|s|strike|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.DOTALL | re.IGNORECASE
)
"""Tags that stand within a line, where a page shows no space that was not written."""


def plain_text(html: str) -> str:
    """Return rich text without markup, with a space in place of each tag that ends or begins a line.

    Expressions, because a parser took a sixth of the time that a page's indexing takes.
    """
    return " ".join(unescape(_MARKUP.sub(" ", _INLINE.sub("", html))).split())


def is_blank(html: str) -> bool:
    """Tell whether rich text shows nothing, whatever markup and characters it is made of."""
    return not is_visible(plain_text(html))


def tidy(html: str) -> str:
    """Return rich text whose texts hold nothing unseen and are in NFC; a mark after a tag never joins with its ">"."""
    texts, tags = _MARKUP.split(html), _MARKUP.findall(html)
    return "".join(piece for pair in zip(map(tidy_piece, texts), [*tags, ""], strict=True) for piece in pair)
